/*
 * What does a campaign say of services? The words of cg:risk, read in the order
 * of execution: a group is told with its services where it comes first, and by
 * its name alone afterwards.
 */
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "diag.h"
#include "dn.h"
#include "idmap.h"
#include "risk.h"
#include "words.h"

struct reader {
	struct risks *r;
	struct words w; /* what is said of a group ends with a ";" */
	size_t n, cap;
	struct idmap group; /* its first place in v + 1 */
	uint32_t *name; /* scratch */
	size_t nname, name_cap;
};

static bool
is(const struct reader *r, const char *word)
{
	return r->w.ok && strcmp(r->w.word, word) == 0;
}

/* The word as a name, kept for the one that is read. */
static void
take_name(struct reader *r)
{
	r->w.ok = r->w.ok && dn_fault(r->w.word, strlen(r->w.word)) == NULL;
	if (!r->w.ok)
		return;
	r->name = mem_grow(r->name, r->nname, &r->name_cap,
	    sizeof(*r->name));
	r->name[r->nname++] = intern_str(r->w.word);
}

static const uint32_t *
keep_names(struct reader *r)
{
	uint32_t *v = arena_array(&r->r->arena, r->nname, sizeof(*v));

	if (r->nname > 0)
		memcpy(v, r->name, r->nname * sizeof(*v));
	return v;
}

/* --- what is said of a group --- */

/* "( service service and dependent )", the first word being read. */
static void
members(struct reader *r, struct risk *x)
{
	size_t own = SIZE_MAX;

	r->nname = 0;
	for (words_more(&r->w); r->w.ok && !is(r, ")"); words_more(&r->w))
		if (is(r, "and") && own == SIZE_MAX)
			own = r->nname;
		else
			take_name(r);
	r->w.ok &= own > 0 && r->nname > 0 && (own == SIZE_MAX ||
	    own < r->nname);
	if (!r->w.ok)
		return;
	x->si = keep_names(r);
	x->nsi = own < r->nname ? own : r->nname;
	x->ndependent = r->nname - x->nsi;
}

/* One that was told before has its services from there. */
static void
known(struct reader *r, struct risk *x)
{
	uint32_t i = idmap_get(&r->group, x->si[0]);
	const struct risk *first = i == 0 ? NULL : &r->r->v[i - 1];

	if (first == NULL)
		return;
	x->group = first->group;
	x->si = first->si;
	x->nsi = first->nsi;
	x->ndependent = first->ndependent;
}

static void
who(struct reader *r, struct risk *x)
{
	if (r->w.word[0] == '*') {
		uint32_t n = 0;

		r->w.ok &= *words_number(&r->w, r->w.word + 1, &n) == '\0' && n > 0;
		x->count = n;
		return;
	}
	r->nname = 0;
	take_name(r);
	if (!r->w.ok)
		return;
	x->si = keep_names(r);
	x->nsi = 1;
	if (!r->w.last && strncmp(r->w.at, "( ", 2) == 0) {
		x->group = x->si[0];
		words_next(&r->w);
		members(r, x);
		*idmap_at(&r->group, x->group) = (uint32_t)r->n + 1;
	} else {
		known(r, x);
	}
}

static void
failures(struct reader *r, struct risk *x)
{
	words_more(&r->w);
	if (is(r, "any")) {
		x->any = true;
		r->w.ok &= r->w.last;
		return;
	}
	r->nname = 0;
	take_name(r);
	while (r->w.ok && !r->w.last) {
		words_next(&r->w);
		take_name(r);
	}
	x->fail = keep_names(r);
	x->nfail = r->nname;
}

static void
read_one(struct reader *r, struct risk *x)
{
	const char *s;
	int k;

	words_next(&r->w);
	s = words_number(&r->w, r->w.word, &x->left);
	r->w.ok = r->w.ok && *s == '/';
	if (r->w.ok)
		r->w.ok = *words_number(&r->w, s + 1, &x->units) == '\0' &&
		    x->left <= x->units;
	words_more(&r->w);
	for (k = 0; k < RISK_STATES; k++)
		if (k != RISK_DEGRADED && is(r, risk_words[k])) {
			x->state = (enum risk_state)k;
			words_more(&r->w);
			break;
		}
	if (r->w.ok)
		who(r, x);
	if (!r->w.ok || r->w.last)
		return;
	words_next(&r->w);
	r->w.ok = is(r, "if");
	if (r->w.ok)
		failures(r, x);
}

/* --- all --- */

/* What one procedure carries; false if that is no such text. */
static bool
read_text(struct reader *r, uint32_t text)
{
	size_t before = r->n;

	words_begin(&r->w, text);
	while (r->w.ok && *r->w.at != '\0') {
		struct risk x = { 0 };

		read_one(r, &x);
		if (!r->w.ok)
			break;
		r->r->v = mem_grow(r->r->v, r->n, &r->cap, sizeof(x));
		r->r->v[r->n++] = x;
	}
	if (!r->w.ok)
		r->n = before;
	return r->w.ok;
}

/* The first procedure whose text is none, where it ends; or nprocedure. */
static size_t
read_all(struct risks *out, const struct campaign *c)
{
	struct reader r = { .r = out };
	size_t *order = campaign_order(c), i, bad = c->nprocedure;
	size_t *end = mem_alloc(c->nprocedure + 1, sizeof(*end));

	*out = (struct risks){ 0 };
	out->first = mem_alloc(c->nprocedure + 1, sizeof(*out->first));
	for (i = 0; i < c->nprocedure && bad == c->nprocedure; i++) {
		out->first[order[i]] = r.n;
		if (!read_text(&r, c->procedure[order[i]].risk))
			bad = order[i];
		end[order[i]] = r.n;
	}
	out->end = end;
	idmap_free(&r.group);
	free(r.name);
	free(order);
	return bad;
}

void
risks_read(struct risks *r, const struct campaign *c)
{
	read_all(r, c);
}

void
risks_free(struct risks *r)
{
	arena_free(&r->arena);
	free(r->v);
	free(r->first);
	free(r->end);
	*r = (struct risks){ 0 };
}

bool
risks_check(const struct campaign *c, struct diag *diag)
{
	struct risks r;
	size_t bad = read_all(&r, c);

	if (bad < c->nprocedure)
		diag_report(diag, DIAG_CAMPAIGN_VALUE, campaign_place(c,
		    c->procedure[bad].pos), NAME_NONE, "\"cg:risk\" is "
		    "\"%.60s\", which is not as campaign(5) says",
		    name_str(c->procedure[bad].risk));
	risks_free(&r);
	return bad == c->nprocedure;
}
