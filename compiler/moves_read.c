/*
 * What does a campaign say that it comes to? The words of cg:moves and
 * cg:actions, in the order of execution.
 */
#include <stdlib.h>
#include <string.h>

#include "admin.h"
#include "arena.h"
#include "campaign.h"
#include "diag.h"
#include "moves.h"
#include "words.h"

bool
moves_morphing(const struct action *a, struct morphing *out)
{
	const struct admin_op *op = &a->forward;

	if (!admin_morphs(a))
		return false;
	if (out != NULL)
		*out = (struct morphing){ op->dn,
			admin_param(op, "from-type", 0),
			admin_param(op, "to-type", 0),
			admin_param(op, "migration", 0), a->on,
			admin_param(op, "to", 0) };
	return true;
}

/* --- reading texts --- */

struct reader {
	struct moves *m;
	struct words w;
	size_t cap, neach, each_cap;
	const char *wrong; /* the attribute that is no such text, or NULL */
	uint32_t text, pos; /* what it is, and where */
};

static uint32_t
name(struct reader *r)
{
	words_more(&r->w);
	r->w.ok = r->w.ok && dn_fault(r->w.word, strlen(r->w.word)) == NULL;
	return r->w.ok ? intern_str(r->w.word) : (uint32_t)NAME_NONE;
}

static uint32_t
number(struct reader *r, uint32_t least)
{
	uint32_t n = 0;
	const char *end;

	words_next(&r->w);
	end = words_number(&r->w, r->w.word, &n);
	r->w.ok = r->w.ok && *end == '\0' && n >= least;
	return n;
}

static void
done(struct reader *r, const char *attribute, uint32_t text, uint32_t pos)
{
	if (r->w.ok || r->wrong != NULL)
		return;
	r->wrong = attribute;
	r->text = text;
	r->pos = pos;
}

/* "NUMBER VM FROM TO; ..." */
static void
read_moves(struct reader *r, uint32_t text, uint32_t pos)
{
	struct moves *m = r->m;

	words_begin(&r->w, r->wrong != NULL ? (uint32_t)NAME_NONE : text);
	while (r->w.ok && *r->w.at != '\0') {
		struct move x = { .number = number(r, 1) };

		x.vm = name(r);
		x.from = name(r);
		x.to = name(r);
		r->w.ok = r->w.ok && r->w.last && (m->n == 0 ||
		    m->v[m->n - 1].number < x.number);
		if (!r->w.ok)
			break;
		m->v = mem_grow(m->v, m->n, &r->cap, sizeof(x));
		m->v[m->n++] = x;
	}
	done(r, "cg:moves", text, pos);
}

static void
read_stands(struct reader *r, const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		uint32_t on = l->v[i].on;

		r->w.ok = on == NAME_NONE ||
		    dn_fault(name_str(on), name_len(on)) == NULL;
		done(r, "cg:on", on, l->v[i].pos);
	}
}

static void
read_list(struct reader *r, const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		read_moves(r, l->v[i].moves, l->v[i].pos);
}

/* "ACTIONS NODES ENTITIES ...", the last once for each nested step. */
static void
read_sums(struct reader *r, const struct procedure *p, struct rolled *out)
{
	struct moves *m = r->m;
	struct rolled x = { 0 };
	uint32_t n;

	words_begin(&r->w, r->wrong != NULL ? (uint32_t)NAME_NONE :
	    p->actions);
	if (!r->w.ok || *r->w.at == '\0') {
		done(r, "cg:actions", p->actions, p->pos);
		return;
	}
	x.actions = number(r, 1);
	x.nodes = number(r, 1);
	while (r->w.ok && *r->w.at != '\0') {
		n = number(r, 0);
		m->each = mem_grow(m->each, r->neach, &r->each_cap,
		    sizeof(n));
		m->each[r->neach++] = n;
		x.neach++;
	}
	r->w.ok = r->w.ok && x.neach == p->nstep;
	done(r, "cg:actions", p->actions, p->pos);
	if (r->w.ok)
		*out = x;
}

/* The counts have come to rest: each procedure finds its own. */
static void
share_counts(struct moves *m, const struct campaign *c)
{
	size_t i, at = 0;

	for (i = 0; i < c->nprocedure; i++) {
		m->rolled[i].each = m->each + at;
		at += m->rolled[i].neach;
	}
}

static void
read_all(struct reader *r, const struct campaign *c)
{
	size_t *order = campaign_order(c), i, inside = 0;

	r->m->rolled = mem_alloc(c->nprocedure, sizeof(*r->m->rolled));
	r->m->of = mem_alloc(c->nprocedure, sizeof(*r->m->of));
	read_list(r, &c->init);
	for (i = 0; i < c->nprocedure; i++) {
		size_t before = r->m->n;

		read_moves(r, c->procedure[order[i]].moves,
		    c->procedure[order[i]].pos);
		read_stands(r, &c->procedure[order[i]].init);
		r->m->of[order[i]] = (uint32_t)(r->m->n - before);
		inside += r->m->n - before;
	}
	read_list(r, &c->complete);
	read_list(r, &c->wrapup);
	r->m->outside = r->m->n - inside;
	for (i = 0; i < c->nprocedure; i++)
		read_sums(r, &c->procedure[i], &r->m->rolled[i]);
	if (r->m->each != NULL)
		share_counts(r->m, c);
	free(order);
}

void
moves_read(struct moves *m, const struct campaign *c)
{
	struct reader r = { .m = m };

	*m = (struct moves){ 0 };
	read_all(&r, c);
}

void
moves_free(struct moves *m)
{
	free(m->v);
	free(m->rolled);
	free(m->of);
	free(m->each);
	*m = (struct moves){ 0 };
}

bool
moves_check(const struct campaign *c, struct diag *diag)
{
	struct moves m = { 0 };
	struct reader r = { .m = &m };

	read_all(&r, c);
	if (r.wrong != NULL)
		diag_report(diag, DIAG_CAMPAIGN_VALUE, campaign_place(c,
		    r.pos), NAME_NONE, "\"%s\" is \"%.60s\", which is not as "
		    "campaign(5) says", r.wrong, name_str(r.text));
	moves_free(&m);
	return r.wrong == NULL;
}
