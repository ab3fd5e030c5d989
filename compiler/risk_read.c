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

enum { WORD_MAX = DN_MAX };

struct reader {
	struct risks *r;
	const char *at; /* the rest of the text */
	char word[WORD_MAX + 1]; /* the last word, decoded; "" at the end */
	bool last; /* it ends what is said of a group */
	bool ok;
	size_t n, cap;
	struct idmap group; /* its first place in v + 1 */
	uint32_t *name; /* scratch */
	size_t nname, name_cap;
};

/* --- words --- */

static int
hex(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

/* Words are parted by one blank; ";" after one ends what is said of a group. */
static void
next(struct reader *r)
{
	const char *s = r->at;
	size_t n = 0;

	for (; *s != '\0' && *s != ' ' && *s != ';'; s++) {
		char c = *s;

		if (c == '%') {
			int high = hex(s[1]), low = high < 0 ? -1 : hex(s[2]);

			r->ok &= low >= 0 && high + low > 0;
			c = (char)(high * 16 + low);
			s += low < 0 ? 0 : 2;
		}
		r->ok &= n < WORD_MAX;
		if (!r->ok)
			break;
		r->word[n++] = c;
	}
	r->word[n] = '\0';
	r->last = r->ok && *s != ' ';
	r->ok &= n > 0 && (*s == '\0' || s[*s == ';'] == ' ' || *s == ' ');
	if (*s == ';')
		s++;
	r->at = *s == ' ' ? s + 1 : s;
	r->ok &= *s != ' ' || s[1] != '\0';
}

/* The word after this one, which is not the last. */
static void
more(struct reader *r)
{
	if (r->last)
		r->ok = false;
	if (r->ok)
		next(r);
}

static bool
is(const struct reader *r, const char *word)
{
	return r->ok && strcmp(r->word, word) == 0;
}

/* A number at s; where it ends. */
static const char *
number(struct reader *r, const char *s, uint32_t *n)
{
	char *end = NULL;
	unsigned long v;

	r->ok &= *s >= '0' && *s <= '9';
	if (!r->ok)
		return s;
	v = strtoul(s, &end, 10);
	r->ok &= v <= INT32_MAX;
	*n = (uint32_t)v;
	return end;
}

/* The word as a name, kept for the one that is read. */
static void
take_name(struct reader *r)
{
	r->ok = r->ok && dn_fault(r->word, strlen(r->word)) == NULL;
	if (!r->ok)
		return;
	r->name = mem_grow(r->name, r->nname, &r->name_cap,
	    sizeof(*r->name));
	r->name[r->nname++] = intern_str(r->word);
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
	for (more(r); r->ok && !is(r, ")"); more(r))
		if (is(r, "and") && own == SIZE_MAX)
			own = r->nname;
		else
			take_name(r);
	r->ok &= own > 0 && r->nname > 0 && (own == SIZE_MAX ||
	    own < r->nname);
	if (!r->ok)
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
	if (r->word[0] == '*') {
		uint32_t n = 0;

		r->ok &= *number(r, r->word + 1, &n) == '\0' && n > 0;
		x->count = n;
		return;
	}
	r->nname = 0;
	take_name(r);
	if (!r->ok)
		return;
	x->si = keep_names(r);
	x->nsi = 1;
	if (!r->last && strncmp(r->at, "( ", 2) == 0) {
		x->group = x->si[0];
		next(r);
		members(r, x);
		*idmap_at(&r->group, x->group) = (uint32_t)r->n + 1;
	} else {
		known(r, x);
	}
}

static void
failures(struct reader *r, struct risk *x)
{
	more(r);
	if (is(r, "any")) {
		x->any = true;
		r->ok &= r->last;
		return;
	}
	r->nname = 0;
	take_name(r);
	while (r->ok && !r->last) {
		next(r);
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

	next(r);
	s = number(r, r->word, &x->left);
	r->ok = r->ok && *s == '/';
	if (r->ok)
		r->ok = *number(r, s + 1, &x->units) == '\0' &&
		    x->left <= x->units;
	more(r);
	for (k = 0; k < RISK_STATES; k++)
		if (k != RISK_DEGRADED && is(r, risk_words[k])) {
			x->state = (enum risk_state)k;
			more(r);
			break;
		}
	if (r->ok)
		who(r, x);
	if (!r->ok || r->last)
		return;
	next(r);
	r->ok = is(r, "if");
	if (r->ok)
		failures(r, x);
}

/* --- all --- */

/* What one procedure carries; false if that is no such text. */
static bool
read_text(struct reader *r, uint32_t text)
{
	size_t before = r->n;

	r->ok = true;
	r->at = text == NAME_NONE ? "" : name_str(text);
	if (text != NAME_NONE && *r->at == '\0')
		return false;
	while (r->ok && *r->at != '\0') {
		struct risk x = { 0 };

		read_one(r, &x);
		if (!r->ok)
			break;
		r->r->v = mem_grow(r->r->v, r->n, &r->cap, sizeof(x));
		r->r->v[r->n++] = x;
	}
	if (!r->ok)
		r->n = before;
	return r->ok;
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
