/*
 * How is a cluster kept as text? A line for each entity that is not as at the
 * start, and for each list that has changed:
 *
 *	ee   DN  FLAGS  HOST  BUNDLE:PARTS...
 *	dep  DN  MINIMUM  NAME...
 *	visits  DN  TIMES     it got to a monitor so often since the start
 *
 * separated by tabs; tab, newline and backslash in a name are written \t, \n,
 * \\. Lines stand in the order of their names, so that equal clusters give
 * equal texts; visits make no difference between them. A line says everything
 * about its entity: the later one counts.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cluster_state.h"
#include "dn.h"

static const struct {
	char letter;
	unsigned flag;
} letters[] = {
	{ 'p', IS_EE }, { 'e', EXISTS }, { 'u', UNLOCKED }, { 'i', UP },
	{ 'd', ON_DOMAIN }, { 'n', NAMED }, { 'f', FRESH },
};

enum { NLETTERS = sizeof(letters) / sizeof(letters[0]) };

/* --- writing --- */

static void
put_name(struct buf *b, uint32_t dn)
{
	const char *s = dn == NAME_NONE ? "-" : name_str(dn);
	size_t n = dn == NAME_NONE ? 1 : name_len(dn), i;

	buf_char(b, '\t');
	for (i = 0; i < n; i++)
		if (s[i] == '\t')
			buf_str(b, "\\t");
		else if (s[i] == '\n')
			buf_str(b, "\\n");
		else if (s[i] == '\\')
			buf_str(b, "\\\\");
		else
			buf_char(b, s[i]);
}

static void
put_entity(struct buf *b, const struct entity *e)
{
	size_t i;

	buf_str(b, "ee");
	put_name(b, e->dn);
	buf_char(b, '\t');
	for (i = 0; i < NLETTERS; i++)
		buf_char(b, e->flags & letters[i].flag ?
		    letters[i].letter : '-');
	put_name(b, e->host);
	for (i = 0; i < e->nsw; i++) {
		put_name(b, e->sw[i].bundle);
		buf_printf(b, ":%u", e->sw[i].parts);
	}
	buf_char(b, '\n');
}

static void
put_visits(struct buf *b, const struct entity *e)
{
	if (e->visits == 0)
		return;
	buf_str(b, "visits");
	put_name(b, e->dn);
	buf_printf(b, "\t%u\n", e->visits);
}

static void
put_dep(struct buf *b, const struct dependency *d)
{
	size_t i;

	buf_str(b, "dep");
	put_name(b, d->dn);
	buf_printf(b, "\t%u", d->min);
	for (i = 0; i < d->n; i++)
		put_name(b, d->name[i]);
	buf_char(b, '\n');
}

static bool
entity_differs(const struct entity *e)
{
	const unsigned now = e->flags & ~(unsigned)(CHANGED | FRESH);

	if (((now | e->flags0) & EXISTS) && now != e->flags0)
		return true;
	if (e->host != e->host0 || e->nsw > 1)
		return true;
	return e->nsw == 0 ? e->bundle0 != NAME_NONE :
	    e->sw[0].bundle != e->bundle0 || e->sw[0].parts != e->parts0;
}

static bool
dep_differs(const struct cluster *c, const struct dependency *d)
{
	size_t n;
	const uint32_t *name = world_values(c->start, d->dn, N_saPlmDepNames,
	    &n);

	if (!d->touched)
		return false;
	if (n == 0 && d->n == 0)
		return false;
	return n != d->n || d->min != cluster_dep_min(c->start, d->dn) ||
	    memcmp(name, d->name, n * sizeof(*name)) != 0;
}

struct line {
	uint32_t dn;
	uint32_t index;
	bool dep;
};

static int
by_name(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return strcmp(name_str(x->dn), name_str(y->dn));
}

static void
put_lines(const struct cluster *c, struct line *l, size_t n, struct buf *b)
{
	size_t i;

	if (n > 1)
		qsort(l, n, sizeof(*l), by_name);
	for (i = 0; i < n; i++)
		if (l[i].dep)
			put_dep(b, &c->dep[l[i].index]);
		else
			put_entity(b, &c->v[l[i].index]);
}

static void
save(const struct cluster *c, struct buf *b)
{
	struct line *l = NULL;
	size_t n = 0, cap = 0, i;

	for (i = 0; i < c->n; i++)
		if (entity_differs(&c->v[i])) {
			l = mem_grow(l, n, &cap, sizeof(*l));
			l[n++] = (struct line){ c->v[i].dn, (uint32_t)i,
				false };
		}
	for (i = 0; i < c->ndep; i++)
		if (dep_differs(c, &c->dep[i])) {
			l = mem_grow(l, n, &cap, sizeof(*l));
			l[n++] = (struct line){ c->dep[i].dn, (uint32_t)i,
				true };
		}
	put_lines(c, l, n, b);
	free(l);
}

void
cluster_save(const struct cluster *c, struct buf *b)
{
	size_t i;

	save(c, b);
	for (i = 0; i < c->n; i++)
		put_visits(b, &c->v[i]);
}

void
cluster_save_changed(struct cluster *c, struct buf *b)
{
	size_t n = c->nchanged + c->nchanged_dep, i;
	struct line *l;

	if (n == 0)
		return;
	l = mem_alloc(n, sizeof(*l));
	for (i = 0; i < c->nchanged; i++) {
		struct entity *e = &c->v[c->changed[i]];

		e->flags &= (uint8_t)~CHANGED;
		l[i] = (struct line){ e->dn, c->changed[i], false };
	}
	for (i = 0; i < c->nchanged_dep; i++) {
		struct dependency *d = &c->dep[c->changed_dep[i]];

		d->changed = false;
		l[c->nchanged + i] = (struct line){ d->dn, c->changed_dep[i],
			true };
	}
	c->nchanged = c->nchanged_dep = 0;
	put_lines(c, l, n, b);
	for (i = 0; i < n; i++)
		if (!l[i].dep)
			put_visits(b, &c->v[l[i].index]);
	free(l);
}

bool
cluster_equal(const struct cluster *a, const struct cluster *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool equal;

	save(a, &x);
	save(b, &y);
	equal = x.len == y.len &&
	    (x.len == 0 || memcmp(x.data, y.data, x.len) == 0);
	buf_free(&x);
	buf_free(&y);
	return equal;
}

/* --- reading --- */

struct reader {
	struct cluster *c;
	const char *p, *end; /* of the line */
	struct buf text; /* of the field, unescaped */
	uint32_t *name; /* of a list */
	size_t cap;
};

/* The next field of the line; false: there is none, or it is no text. */
static bool
field(struct reader *r)
{
	r->text.len = 0;
	if (r->p >= r->end)
		return false;
	for (; r->p < r->end && *r->p != '\t'; r->p++) {
		char ch = *r->p;

		if (ch == '\\') {
			if (++r->p == r->end)
				return false;
			ch = *r->p == 't' ? '\t' : *r->p == 'n' ? '\n' :
			    *r->p;
		}
		buf_char(&r->text, ch);
	}
	r->p += r->p < r->end; /* the tab */
	buf_char(&r->text, '\0');
	r->text.len--;
	return true;
}

static uint32_t
name_of(const struct reader *r, size_t len)
{
	if (len == 0 || (len == 1 && r->text.data[0] == '-'))
		return NAME_NONE;
	return intern(r->text.data, len);
}

static bool
read_flags(const struct reader *r, unsigned *flags)
{
	size_t i;

	*flags = 0;
	if (r->text.len != NLETTERS)
		return false;
	for (i = 0; i < NLETTERS; i++)
		if (r->text.data[i] == letters[i].letter)
			*flags |= letters[i].flag;
		else if (r->text.data[i] != '-')
			return false;
	return true;
}

static bool
read_software(struct reader *r, struct entity *e)
{
	char *colon = strrchr(r->text.data, ':');
	uint32_t bundle;

	if (colon == NULL || colon[1] < '1' || colon[1] > '3' ||
	    colon[2] != '\0')
		return false;
	bundle = name_of(r, (size_t)(colon - r->text.data));
	if (bundle == NAME_NONE)
		return false;
	cluster_set_software(r->c, e, bundle, (unsigned)(colon[1] - '0'));
	return true;
}

static bool
read_entity(struct reader *r)
{
	struct entity *e;
	uint32_t dn;
	unsigned flags;

	if (!field(r) || (dn = name_of(r, r->text.len)) == NAME_NONE ||
	    !field(r) || !read_flags(r, &flags) || !field(r))
		return false;
	e = cluster_at(r->c, dn);
	if (!(flags & IS_EE) && world_exists(r->c->start, dn))
		e->flags0 = EXISTS | UNLOCKED | UP;
	cluster_set(r->c, e, flags);
	cluster_move(r->c, e, name_of(r, r->text.len));
	e->nsw = 0;
	while (r->p < r->end)
		if (!field(r) || !read_software(r, e))
			return false;
	return true;
}

static bool
read_number(struct reader *r, uint32_t *value)
{
	char *end;

	if (!field(r))
		return false;
	*value = (uint32_t)strtoul(r->text.data, &end, 10);
	return end != r->text.data && *end == '\0';
}

static bool
read_visits(struct reader *r)
{
	uint32_t dn;

	return field(r) && (dn = name_of(r, r->text.len)) != NAME_NONE &&
	    read_number(r, &cluster_at(r->c, dn)->visits);
}

static bool
read_dep(struct reader *r)
{
	uint32_t dn, min;
	size_t n = 0;

	if (!field(r) || (dn = name_of(r, r->text.len)) == NAME_NONE ||
	    dn_parent(dn) == NAME_NONE || !read_number(r, &min))
		return false;
	while (r->p < r->end) {
		if (!field(r))
			return false;
		r->name = mem_grow(r->name, n, &r->cap, sizeof(*r->name));
		r->name[n] = name_of(r, r->text.len);
		if (r->name[n++] == NAME_NONE)
			return false;
	}
	cluster_set_dep(r->c, dn, min, r->name, n);
	return true;
}

static bool
read_line(struct reader *r)
{
	if (!field(r))
		return false;
	if (strcmp(r->text.data, "ee") == 0)
		return read_entity(r);
	if (strcmp(r->text.data, "visits") == 0)
		return read_visits(r);
	return strcmp(r->text.data, "dep") == 0 && read_dep(r);
}

bool
cluster_load(struct cluster *c, const char *text, size_t n, char *why)
{
	struct reader r = { .c = c };
	const char *end = text + n;
	size_t line = 0, i;
	bool ok = true;

	while (ok && text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));

		line++;
		r.p = text;
		r.end = nl == NULL ? end : nl;
		ok = nl != NULL && read_line(&r);
		text = nl == NULL ? end : nl + 1;
	}
	for (i = 0; i < c->n; i++)
		if (c->v[i].flags & IS_EE)
			cluster_attach(c, &c->v[i]);
	if (!ok)
		snprintf(why, CLUSTER_WHY, "line %zu of the cluster's state is "
		    "damaged", line);
	buf_free(&r.text);
	free(r.name);
	return ok;
}
