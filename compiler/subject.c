/*
 * Which object does a question mean? People type what they remember: a whole
 * DN, its first part, or only the value of that. What could mean several is
 * listed, what means none is compared with all there are.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "dn.h"
#include "near.h"
#include "show.h"
#include "subject.h"

enum { LISTED = 20 };

static void
mark(struct subjects *s, uint32_t name)
{
	uint32_t n;

	if (name <= NAME_EMPTY)
		return;
	if (name >= s->n) {
		n = intern_count();
		s->known = mem_realloc(s->known, n, sizeof(*s->known));
		memset(s->known + s->n, 0, n - s->n);
		s->n = n;
	}
	s->known[name] = true;
}

static void
mark_all(struct subjects *s, const uint32_t *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		mark(s, v[i]);
}

/* Values that are names of objects: what a sponsor list holds, and the like. */
static void
mark_values(struct subjects *s, const struct cattr *a)
{
	if (a->type == TYPE_NAME)
		mark_all(s, a->value, a->nvalue);
}

static void
mark_ops(struct subjects *s, const struct ccb_op *op, size_t n)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < n; i++) {
		mark(s, op[i].dn);
		for (k = 0; k < op[i].nattr; k++) {
			mark_values(s, &op[i].attr[k]);
			if (op[i].attr[k].name == N_saPlmDepNames)
				mark(s, dn_parent(op[i].dn));
		}
	}
}

static void
mark_bundles(struct subjects *s, const struct bundle_ref *v, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		mark(s, v[i].bundle);
		for (k = 0; k < v[i].nenv; k++) {
			mark(s, v[i].env[k].ee);
			mark(s, v[i].env[k].clm_node);
			mark(s, v[i].env[k].amf_node);
		}
	}
}

static void
mark_unit(struct subjects *s, const struct unit *u)
{
	mark_all(s, u->acted_on.name, u->acted_on.nname);
	mark_all(s, u->removed.name, u->removed.nname);
	mark_ops(s, u->added, u->nadded);
	mark_bundles(s, u->sw_remove, u->nremove);
	mark_bundles(s, u->sw_add, u->nadd);
}

static void
mark_step(struct subjects *s, const struct step *st)
{
	size_t i, k;
	uint32_t m;

	mark_unit(s, &st->deactivation);
	mark_unit(s, &st->activation);
	mark(s, st->node_template);
	for (i = 0; i < st->nunit_template; i++)
		mark(s, st->unit_template[i].parent);
	for (i = 0; i < st->ntemplate; i++) {
		mark(s, st->template[i].parent);
		mark(s, st->template[i].type);
		for (k = 0; k < st->template[i].nmod; k++)
			for (m = 0; m < st->template[i].mod[k].nattr; m++)
				mark_values(s,
				    &st->template[i].mod[k].attr[m]);
	}
}

static void
mark_list(struct subjects *s, const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		mark_ops(s, l->v[i].op, l->v[i].nop);
		if (l->v[i].kind == ACTION_ADMIN)
			mark(s, l->v[i].forward.dn);
	}
}

static void
mark_procedure(struct subjects *s, const struct procedure *p)
{
	size_t i;

	mark(s, p->name);
	mark_all(s, p->accepted, p->naccepted);
	mark_all(s, p->kept, p->nkept);
	mark_list(s, &p->init);
	for (i = 0; i < p->nstep; i++)
		mark_step(s, &p->step[i]);
	mark_list(s, &p->wrapup);
}

void
subjects_of_campaign(struct subjects *s, const struct campaign *c)
{
	size_t i;

	for (i = 0; i < c->nbundle; i++)
		mark(s, c->bundle[i].name);
	mark_ops(s, c->type, c->ntype);
	mark_list(s, &c->init);
	for (i = 0; i < c->nprocedure; i++)
		mark_procedure(s, &c->procedure[i]);
	mark_list(s, &c->complete);
	mark_list(s, &c->wrapup);
	mark_all(s, c->remove_type, c->nremove_type);
	mark_bundles(s, c->remove_bundle, c->nremove_bundle);
}

void
subjects_of_model(struct subjects *s, const struct model *m)
{
	size_t i;

	for (i = 0; m != NULL && i < m->nobject; i++)
		mark(s, m->object[i].dn);
}

void
subjects_free(struct subjects *s)
{
	free(s->known);
	*s = (struct subjects){ 0 };
}

/* --- finding one --- */

/* Is the word the first part of the name, or the value in it? */
static bool
is_leaf(uint32_t name, const char *word, size_t n)
{
	const char *s = name_str(name);
	size_t rdn = dn_rdn_len(s, name_len(name)), len;
	const char *value = dn_value(s, rdn, &len);

	return (rdn == n && memcmp(s, word, n) == 0) ||
	    (len == n && memcmp(value, word, n) == 0);
}

/* All that the word may mean, in natural order; freed with free(). */
static uint32_t *
leaves(const struct subjects *s, const char *word, size_t *n)
{
	uint32_t *v = NULL, i;
	size_t cap = 0, len = strlen(word);

	*n = 0;
	for (i = 0; i < s->n; i++)
		if (s->known[i] && is_leaf(i, word, len)) {
			v = mem_grow(v, *n, &cap, sizeof(*v));
			v[(*n)++] = i;
		}
	dn_sort(v, *n);
	return v;
}

/* What of a name is compared with a word: all of a DN with a DN, else only the
 * value of its first part, kept in values. */
static void
comparable(uint32_t name, bool leaf, struct buf *values)
{
	size_t n;
	const char *value = dn_value(name_str(name), name_len(name), &n);

	if (leaf)
		buf_add(values, value, n);
	else
		buf_str(values, name_str(name));
	buf_char(values, '\0');
}

/* The known name nearest to the word, or NAME_NONE. */
static uint32_t
nearest(const struct subjects *s, const char *word)
{
	bool leaf = strchr(word, '=') == NULL;
	const char **v = mem_alloc(s->n, sizeof(*v)), *hit, *at;
	uint32_t *id = mem_alloc(s->n, sizeof(*id)), i, found = NAME_NONE;
	struct buf values = { 0 };
	size_t n = 0, k;

	for (i = 0; i < s->n; i++)
		if (s->known[i]) {
			comparable(i, leaf, &values);
			id[n++] = i;
		}
	for (k = 0, at = values.data; k < n; k++, at += strlen(at) + 1)
		v[k] = at;
	hit = near_match(word, v, n);
	for (k = 0; hit != NULL && k < n && found == NAME_NONE; k++)
		if (v[k] == hit)
			found = id[k];
	buf_free(&values);
	free(v);
	free(id);
	return found;
}

static void
tell_several(const uint32_t *v, size_t n, const char *word, struct buf *why)
{
	size_t i;

	show_text(why, word, strlen(word));
	buf_printf(why, " may be any of %zu:\n", n);
	for (i = 0; i < n && i < LISTED; i++) {
		buf_str(why, "  ");
		show_name(why, v[i]);
		buf_char(why, '\n');
	}
	if (n > LISTED)
		buf_printf(why, "  and %zu more\n", n - LISTED);
}

uint32_t
subjects_find(const struct subjects *s, const char *word, struct buf *why)
{
	uint32_t id = intern_find(word, strlen(word)), near;
	size_t n;
	uint32_t *v;

	if (id < s->n && s->known[id])
		return id;
	v = leaves(s, word, &n);
	id = n == 1 ? v[0] : (uint32_t)NAME_NONE;
	if (n > 1)
		tell_several(v, n, word, why);
	free(v);
	if (n > 0)
		return id;
	buf_str(why, "there is nothing called ");
	show_text(why, word, strlen(word));
	near = nearest(s, word);
	if (near != NAME_NONE) {
		buf_str(why, "; did you mean ");
		show_name(why, near);
		buf_char(why, '?');
	}
	buf_char(why, '\n');
	return NAME_NONE;
}
