/*
 * Which findings are allowed, by whom and why? A comment in a model stands
 * before the object or attribute it is about, a rule of the policy names
 * objects by a pattern. Comments are no part of a model, so a text that may
 * have such is searched for them, and what they are about is found by their
 * place: objects and attributes stand in it in order. A finding is allowed
 * before it is folded with others like it, so that one that is allowed hides
 * no other.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "allow.h"
#include "buf.h"
#include "model.h"
#include "near.h"
#include "policy.h"

enum { BLOCK = 64 * 1024, COMMENT_MAX = 2048, BEFORE = 64 };

static const char mark[] = MODEL_MARK;
enum { MARK = sizeof(mark) - 1 };

/* One code that is allowed in one place. */
struct allow_rule {
	enum diag_code code;
	struct place at; /* where it is written */
	uint32_t object; /* of the model; NONE: nothing follows */
	uint32_t attr_pos; /* of its attribute; SRC_WHOLE: all of it */
	uint32_t until; /* the last day; 0: for ever */
	bool used, ignored; /* ignored: over, or not to be allowed */
	struct diag_excuse excuse;
};

/* A model's rules, sorted by object. */
struct allow_model {
	const struct model *m;
	struct allow_rule *v;
	size_t n, cap;
};

/* --- days --- */

static unsigned
digits(const char *s, int n)
{
	unsigned v = 0;

	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return 0;
		v = v * 10 + (unsigned)(*s - '0');
	}
	return v;
}

static unsigned
days_of(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

uint32_t
allow_day(const char *s)
{
	unsigned year, month, day;

	if (strlen(s) != 10 || s[4] != '-' || s[7] != '-')
		return 0;
	year = digits(s, 4);
	month = digits(s + 5, 2);
	day = digits(s + 8, 2);
	if (year == 0 || month == 0 || month > 12 || day == 0 ||
	    day > days_of(year, month))
		return 0;
	return year * 10000 + month * 100 + day;
}

uint32_t
allow_today(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t t = epoch != NULL && *epoch >= '0' && *epoch <= '9' ?
	    (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		return 0;
	return (uint32_t)((tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 +
	    tm.tm_mday);
}

/* --- what is allowed --- */

/* What a compilation relies on, and findings about allowing itself. */
static bool
is_final(enum diag_code code)
{
	return diag_info[code].level == DIAG_ERROR ||
	    code == DIAG_ALLOW_MALFORMED || code == DIAG_ALLOW_FINAL ||
	    code == DIAG_ALLOW_EXPIRED || code == DIAG_ALLOW_UNUSED;
}

static bool
unknown_code(struct diag *d, struct place at, const char *word)
{
	const char *codes[DIAG_COUNT], *near;
	size_t i;

	for (i = 0; i < DIAG_COUNT; i++)
		codes[i] = diag_info[i].code;
	near = near_match(word, codes, DIAG_COUNT);
	return diag_report(d, DIAG_ALLOW_MALFORMED, at, NAME_NONE,
	    "there is no code \"%.40s\"%s%s%s", word,
	    near == NULL ? "" : "; did you mean \"",
	    near == NULL ? "" : near, near == NULL ? "" : "\"?");
}

/* Completes the rule from its words; false, with a word about it, if it can
 * mean nothing. */
static bool
judge(const struct allow *a, struct allow_rule *r, const char *code,
    const char *until, struct diag *d)
{
	r->code = diag_find(code);
	if (r->code == DIAG_COUNT)
		return unknown_code(d, r->at, code);
	if (until != NULL && (r->until = allow_day(until)) == 0)
		return diag_report(d, DIAG_ALLOW_MALFORMED, r->at, NAME_NONE,
		    "until is \"%.40s\" and no day such as 2027-01-31", until);
	if (is_final(r->code)) {
		r->ignored = true;
		diag_report(d, DIAG_ALLOW_FINAL, r->at, NAME_NONE,
		    "%s cannot be allowed: it %s", code,
		    diag_info[r->code].level == DIAG_ERROR ? "is an error" :
		    "is about allowing");
	} else if (r->until != 0 && r->until < a->today) {
		r->ignored = true;
		diag_report(d, DIAG_ALLOW_EXPIRED, r->at, NAME_NONE,
		    "%s was allowed until %s: \"%s\"", code, until,
		    r->excuse.reason);
	}
	return true;
}

void
allow_policy(struct allow *a, const struct policy *p, struct diag *d)
{
	size_t i, n = policy_nallow(p);

	a->policy = p;
	a->by_policy = arena_array(&a->arena, n, sizeof(*a->by_policy));
	a->nby_policy = n;
	for (i = 0; i < n; i++) {
		struct policy_allow said = policy_allow(p, i);
		struct allow_rule *r = &a->by_policy[i];

		*r = (struct allow_rule){ .at = policy_allow_place(p, i),
			.excuse = { said.reason, false } };
		if (!judge(a, r, said.code, said.until, d))
			r->code = DIAG_COUNT;
	}
}

/* --- comments --- */

struct scan {
	struct allow *a;
	struct allow_model *to;
	struct diag *d;
};

/* The next word of the comment: a run without blanks, or name="...". Returns
 * NULL at the end. Words become texts of their own. */
static char *
next_word(char **rest)
{
	char *p = *rest + strspn(*rest, " \t\r\n,"), *word = p;
	bool quoted = false;

	if (*p == '\0')
		return NULL;
	for (; *p != '\0' && (quoted || strchr(" \t\r\n,", *p) == NULL); p++)
		if (*p == '"')
			quoted = !quoted;
	*rest = *p == '\0' ? p : p + 1;
	*p = '\0';
	return word;
}

/* The value of the word if it is name="value" or name=value, else NULL. */
static char *
value_of(char *word, const char *name)
{
	size_t n = strlen(name), len;

	if (strncmp(word, name, n) != 0 || word[n] != '=')
		return NULL;
	word += n + 1;
	len = strlen(word);
	if (len >= 2 && word[0] == '"' && word[len - 1] == '"') {
		word[len - 1] = '\0';
		word++;
	}
	return word;
}

static void
malformed(const struct scan *s, struct place at, const char *what)
{
	diag_report(s->d, DIAG_ALLOW_MALFORMED, at, NAME_NONE, "%s; it is "
	    "written: campgen-lint: allow CODE reason=\"...\" "
	    "until=YYYY-MM-DD", what);
}

/* What follows the place: an attribute of the object around it, or the next
 * object. */
static void
find_subject(const struct model *m, uint32_t off, struct allow_rule *r)
{
	uint32_t low = 0, high = (uint32_t)m->nobject, mid, a;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (m->object[mid].pos < off)
			low = mid + 1;
		else
			high = mid;
	}
	r->attr_pos = SRC_WHOLE;
	r->object = low < m->nobject ? low : (uint32_t)NONE;
	if (low == 0)
		return;
	for (a = m->object[low - 1].attr; a < m->object[low].attr; a++)
		if (model_attr_pos(m, a) > off) {
			r->object = low - 1;
			r->attr_pos = model_attr_pos(m, a);
			return;
		}
}

static void
add_rule(const struct scan *s, struct place at, const char *code,
    const char *reason, const char *until)
{
	struct allow_model *to = s->to;
	struct allow_rule r = { .at = at, .excuse = { reason, true } };

	if (!judge(s->a, &r, code, until, s->d))
		return;
	find_subject(to->m, at.off, &r);
	to->v = mem_grow(to->v, to->n, &to->cap, sizeof(*to->v));
	to->v[to->n++] = r;
}

/* text: what stands in the comment behind the mark. */
static void
read_comment(const struct scan *s, struct place at, char *text)
{
	char *word = next_word(&text), *reason = NULL, *until = NULL, *value;
	const char *codes[16];
	size_t n = 0, i;

	if (word == NULL || strcmp(word, "allow") != 0) {
		malformed(s, at, "the comment says nothing to campgen");
		return;
	}
	while ((word = next_word(&text)) != NULL) {
		if ((value = value_of(word, "reason")) != NULL)
			reason = value;
		else if ((value = value_of(word, "until")) != NULL)
			until = value;
		else if (n < sizeof(codes) / sizeof(codes[0]))
			codes[n++] = word;
	}
	if (n == 0 || reason == NULL || *reason == '\0') {
		malformed(s, at, n == 0 ? "no code is allowed" :
		    "there is no reason");
		return;
	}
	reason = arena_strdup(&s->a->arena, reason, strlen(reason));
	for (i = 0; i < n; i++)
		add_rule(s, at, codes[i], reason, until);
}

/* A mark at byte off of the file. shown: how many characters of it have been
 * counted to there. Only a comment of its own is one: after it nothing else
 * begins before the mark. */
static void
read_mark(const struct scan *s, uint64_t off, uint64_t shown)
{
	FILE *f = s->to->m->src->file;
	size_t before = off < BEFORE ? (size_t)off : BEFORE, len, i;
	char text[BEFORE + COMMENT_MAX + 1], *from = text + before, *end;

	if (fseeko(f, (off_t)(off - before), SEEK_SET) != 0)
		return;
	len = fread(text, 1, sizeof(text) - 1, f);
	text[len] = '\0';
	for (i = before; i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t');)
		i--;
	if (i >= 4 && memcmp(text + i - 4, "<!--", 4) == 0)
		end = strstr(from, "-->");
	else if (i >= 1 && text[i - 1] == '#')
		end = from + strcspn(from, "\r\n");
	else
		return;
	if (end == NULL || shown > UINT32_MAX)
		return;
	*end = '\0';
	i = before - (i - (text[i - 1] == '#' ? 1 : 4));
	read_comment(s, (struct place){ s->to->m->src, (uint32_t)(shown - i),
	    SRC_TOKEN }, from + MARK);
}

/* The next mark in text, or NULL. Of 13 letters the last decides how far to
 * go on, so that most of the text is never looked at. */
static const char *
find_mark(const char *s, size_t len)
{
	size_t skip[256], i, at = 0;

	for (i = 0; i < 256; i++)
		skip[i] = MARK;
	for (i = 0; i + 1 < MARK; i++)
		skip[(unsigned char)mark[i]] = MARK - 1 - i;
	while (at + MARK <= len) {
		if (memcmp(s + at, mark, MARK) == 0)
			return s + at;
		at += skip[(unsigned char)s[at + MARK - 1]];
	}
	return NULL;
}

/* Places are counted in bytes or in characters. */
static uint64_t
count(const struct src *src, const char *s, size_t len)
{
	uint64_t n = 0;
	size_t i;

	if (src->unit == SRC_BYTES)
		return len;
	for (i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

/* Where the marks are in the file, in bytes and as places are counted. */
struct mark_at {
	uint64_t off, shown;
};

static struct mark_at *
find_marks(const struct src *src, size_t *n)
{
	static char block[BLOCK];
	struct mark_at *v = NULL;
	size_t cap = 0, keep = 0, got;
	uint64_t off = 0, shown = 0;

	*n = 0;
	rewind(src->file);
	while ((got = fread(block + keep, 1, BLOCK - keep, src->file)) > 0) {
		const char *p = block, *found;
		size_t len = keep + got;

		while ((found = find_mark(p, len - (size_t)(p - block)))) {
			shown += count(src, p, (size_t)(found - p));
			v = mem_grow(v, *n, &cap, sizeof(*v));
			v[(*n)++] = (struct mark_at){
			    off + (uint64_t)(found - block), shown };
			p = found + 1;
			shown++;
		}
		keep = len - (size_t)(p - block);
		if (keep > MARK - 1)
			keep = MARK - 1;
		shown += count(src, p, len - keep - (size_t)(p - block));
		off += len - keep;
		memmove(block, block + len - keep, keep);
	}
	return v;
}

static int
compare_rules(const void *a, const void *b)
{
	const struct allow_rule *x = a, *y = b;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	return x->at.off < y->at.off ? -1 : x->at.off > y->at.off;
}

void
allow_model(struct allow *a, const struct model *m, struct diag *d)
{
	struct scan s = { a, NULL, d };
	struct mark_at *marks;
	size_t n, i;

	if (m->unmarked)
		return;
	marks = find_marks(m->src, &n);
	if (n > 0) {
		a->model = mem_grow(a->model, a->nmodel, &a->cap,
		    sizeof(*a->model));
		s.to = &a->model[a->nmodel++];
		*s.to = (struct allow_model){ .m = m };
		for (i = 0; i < n; i++)
			read_mark(&s, marks[i].off, marks[i].shown);
		if (s.to->n > 0)
			qsort(s.to->v, s.to->n, sizeof(*s.to->v),
			    compare_rules);
	}
	free(marks);
}

/* --- findings --- */

/* The object that holds the place. */
static uint32_t
object_at(const struct model *m, uint32_t off)
{
	uint32_t low = 0, high = (uint32_t)m->nobject, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (m->object[mid].pos <= off)
			low = mid + 1;
		else
			high = mid;
	}
	return low == 0 ? (uint32_t)NONE : low - 1;
}

/* The rule of the object that allows the code there, or NULL. */
static struct allow_rule *
find_rule(const struct allow_model *l, uint32_t object, enum diag_code code,
    uint32_t off)
{
	size_t low = 0, high = l->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (l->v[mid].object < object)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < l->n && l->v[low].object == object; low++)
		if (l->v[low].code == code && !l->v[low].ignored &&
		    (l->v[low].attr_pos == SRC_WHOLE ||
		    l->v[low].attr_pos == off))
			return &l->v[low];
	return NULL;
}

static struct allow_rule *
find_in_model(const struct allow_model *l, enum diag_code code,
    struct place at, uint32_t dn)
{
	struct allow_rule *r = NULL;
	uint32_t o;

	if (at.src == l->m->src && at.off != SRC_WHOLE &&
	    (o = object_at(l->m, at.off)) != NONE)
		r = find_rule(l, o, code, at.off);
	if (r == NULL && dn != NAME_NONE &&
	    (at.src == NULL || at.src == l->m->src) &&
	    (o = model_find(l->m, dn)) != NONE)
		r = find_rule(l, o, code, SRC_WHOLE);
	return r;
}

static const struct diag_excuse *
excuse(void *data, enum diag_code code, struct place at, uint32_t dn)
{
	struct allow *a = data;
	struct allow_rule *r = NULL;
	size_t i;

	for (i = a->nmodel; r == NULL && i-- > 0;)
		r = find_in_model(&a->model[i], code, at, dn);
	for (i = 0; r == NULL && i < a->nby_policy; i++)
		if (a->by_policy[i].code == code && !a->by_policy[i].ignored &&
		    policy_allow_fits(a->policy, i, dn))
			r = &a->by_policy[i];
	if (r == NULL)
		return NULL;
	r->used = true;
	return &r->excuse;
}

void
allow_begin(struct allow *a, struct diag *d)
{
	d->excuse = excuse;
	d->excuse_data = a;
}

static void
tell_unused(const struct allow_rule *r, const char *phases, struct diag *d)
{
	const char *code;

	if (r->used || r->ignored || r->code == DIAG_COUNT)
		return;
	code = diag_info[r->code].code;
	if (strchr(phases, code[0]) != NULL)
		diag_report(d, DIAG_ALLOW_UNUSED, r->at, NAME_NONE,
		    "%s is allowed here, but nothing like it is found", code);
}

void
allow_unused(struct allow *a, const char *phases, struct diag *d)
{
	size_t i, k;

	for (i = 0; i < a->nmodel; i++)
		for (k = 0; k < a->model[i].n; k++)
			tell_unused(&a->model[i].v[k], phases, d);
	for (i = 0; i < a->nby_policy; i++)
		tell_unused(&a->by_policy[i], phases, d);
}

void
allow_free(struct allow *a)
{
	size_t i;

	for (i = 0; i < a->nmodel; i++)
		free(a->model[i].v);
	free(a->model);
	arena_free(&a->arena);
}
