/*
 * Is the policy what it should be? One table says which keys there are and
 * what their values look like; all that goes wrong is reported at its place,
 * and what is right in spite of it is kept.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "duration.h"
#include "intern.h"
#include "near.h"
#include "policy_rules.h"

enum kind {
	KIND_PATTERN, KIND_NAME, KIND_FLAG, KIND_TIME, KIND_COUNT, KIND_PERCENT,
	KIND_NAMES, KIND_ALL_OR_PATTERNS, KIND_AMOUNTS, KIND_ACTION,
	KIND_PHASE, KIND_ANSWER, KIND_MIGRATION, KIND_PROGRAM, KIND_PAIRS,
	KIND_CODES, KIND_WORDS, KIND_COMMAND, KIND_PLACE,
	KIND_SEVERITY, KIND_TEXTS,
};
enum section_kind { SECTION_RULES, SECTION_MAPPING, SECTION_NAME_LIST };
enum need { NEED_MAY, NEED_MUST, NEED_FACT };

struct key {
	enum policy_section section;
	const char *path; /* "steps.match" */
	enum kind kind;
	size_t member;
	enum need need;
};

static const struct key keys[] = {
#define SECTION(id, key, kind)
#define KEY(section, path, kind, member, need) \
	{ POLICY_##section, path, KIND_##kind, offsetof(struct rule, member), \
	    NEED_##need },
#define WORD(kind, word)
#include "policy.def"
#undef SECTION
#undef KEY
#undef WORD
};

/* The words of those kinds that are words, in one list: a value is a row of
 * its kind, counted from 1. */
static const struct {
	enum kind kind;
	const char *word;
} words[] = {
#define VERB(id, name, idempotent) { KIND_ACTION, name },
#include "verbs.def"
#undef VERB
#define SECTION(id, key, kind)
#define KEY(section, path, kind, member, need)
#define WORD(kind, word) { KIND_##kind, word },
#include "policy.def"
#undef SECTION
#undef KEY
#undef WORD
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

enum { RESOURCES_MAX = 64, PERCENT_MAX = 100 };
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static const struct {
	const char *key;
	enum section_kind kind;
} sections[POLICY_SECTIONS] = {
#define SECTION(id, key, kind) { key, SECTION_##kind },
#define KEY(section, path, kind, member, need)
#define WORD(kind, word)
#include "policy.def"
#undef SECTION
#undef KEY
#undef WORD
};

struct fill {
	struct policy *p;
	struct diag *d;
};

const char *
policy_key(size_t i)
{
	if (i < POLICY_SECTIONS)
		return sections[i].key;
	return i - POLICY_SECTIONS < KEYS ? keys[i - POLICY_SECTIONS].path :
	    NULL;
}

static const char *
last_word(const char *path)
{
	return strchr(path, '.') + 1;
}

static struct place
place_of(const struct fill *f, const struct ynode *n)
{
	return (struct place){ f->p->src, n->pos, SRC_TOKEN };
}

static const char *
kind_word(const struct ynode *n)
{
	if (n->kind == YNODE_LIST)
		return "a list";
	if (n->kind == YNODE_MAP)
		return "a mapping";
	return n->text[0] == '\0' && !n->quoted ? "nothing" : "one value";
}

/* what: "a list of rules". */
static bool
wrong_type(const struct fill *f, const struct ynode *n, const char *name,
    const char *what)
{
	if (n->kind == YNODE_SCALAR && n->text[0] != '\0')
		return diag_report(f->d, DIAG_POLICY_TYPE, place_of(f, n),
		    NAME_NONE, "\"%s\" must be %s, not \"%.100s\"", name, what,
		    n->text);
	return diag_report(f->d, DIAG_POLICY_TYPE, place_of(f, n), NAME_NONE,
	    "\"%s\" must be %s, not %s", name, what, kind_word(n));
}

static bool
is_text(const struct ynode *n)
{
	return n->kind == YNODE_SCALAR && n->text[0] != '\0' &&
	    (n->quoted || (strcmp(n->text, "~") != 0 &&
	    strcmp(n->text, "null") != 0));
}

static bool
read_pattern(const struct fill *f, const struct ynode *n, const char *name,
    struct pattern *out)
{
	if (!is_text(n))
		return wrong_type(f, n, name, "a name or pattern");
	out->glob = n->text;
	out->name = strpbrk(n->text, "*?") == NULL ? intern_str(n->text) :
	    (uint32_t)NAME_NONE;
	return true;
}

static bool
read_name(const struct fill *f, const struct ynode *n, const char *name,
    const char **out)
{
	if (!is_text(n))
		return wrong_type(f, n, name, "a name");
	*out = n->text;
	return true;
}

static bool
read_flag(const struct fill *f, const struct ynode *n, const char *name,
    enum tri *out)
{
	bool yes = n->kind == YNODE_SCALAR && strcmp(n->text, "true") == 0;
	bool no = n->kind == YNODE_SCALAR && strcmp(n->text, "false") == 0;

	if (n->quoted || (!yes && !no))
		return wrong_type(f, n, name, "true or false");
	*out = yes ? TRI_YES : TRI_NO;
	return true;
}

static bool
bad_number(const struct fill *f, const struct ynode *n, const char *name,
    const char *what)
{
	return diag_report(f->d, DIAG_POLICY_NUMBER, place_of(f, n), NAME_NONE,
	    "\"%s\" must be %s, not \"%.100s\"", name, what, n->text);
}

/* Digits at *s as a number up to max; steps over them. False if there are
 * none or they are more. */
static bool
parse_digits(const char **s, int64_t max, int64_t *out)
{
	const char *p = *s;
	int64_t v = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		if (v > (max - (*p - '0')) / 10)
			return false;
		v = v * 10 + (*p - '0');
	}
	*out = v;
	if (p == *s)
		return false;
	*s = p;
	return true;
}

static bool
read_count(const struct fill *f, const struct ynode *n, const char *name,
    int64_t max, int64_t *out)
{
	const char *s = n->text;
	int64_t v;

	if (n->kind != YNODE_SCALAR || n->quoted || s[0] == '\0')
		return wrong_type(f, n, name, "a number");
	if (!parse_digits(&s, max, &v) || *s != '\0')
		return bad_number(f, n, name, max == PERCENT_MAX ?
		    "a number from 0 to 100" : max == UINT32_MAX ?
		    "a number from 0 to 4294967295" :
		    "a number from 0 to 9223372036854775807");
	*out = v;
	return true;
}

static bool
read_time(const struct fill *f, const struct ynode *n, const char *name,
    int64_t *out)
{
	const char *wrong;

	if (n->kind != YNODE_SCALAR || n->text[0] == '\0')
		return wrong_type(f, n, name, "a time such as 30s");
	wrong = duration_parse(n->text, out);
	return wrong == NULL || bad_number(f, n, name, wrong);
}

static size_t
count_children(const struct ynode *n)
{
	const struct ynode *c;
	size_t k = 0;

	for (c = n->child; c != NULL; c = c->next)
		k++;
	return k;
}

static bool
read_patterns(const struct fill *f, const struct ynode *n, const char *name,
    const char *what, struct rule *r)
{
	const struct ynode *c;
	bool ok = true;

	if (n->kind != YNODE_LIST)
		return wrong_type(f, n, name, what);
	r->list = arena_array(&f->p->arena, count_children(n) + 1,
	    sizeof(*r->list));
	for (c = n->child; c != NULL; c = c->next) {
		if (read_pattern(f, c, name, &r->list[r->nlist]))
			r->nlist++;
		else
			ok = false;
	}
	return ok;
}

static bool
read_accept(const struct fill *f, const struct ynode *n, const char *name,
    struct rule *r)
{
	if (n->kind == YNODE_SCALAR && strcmp(n->text, "all") == 0) {
		f->p->accept_all = true;
		return true;
	}
	return read_patterns(f, n, name,
	    "\"all\" or a list of names and patterns", r);
}

static void
suggest(const struct fill *f, const char *word, const char *const *known,
    size_t n)
{
	const char *near = near_match(word, known, n);

	if (near != NULL)
		diag_note(f->d, (struct place){ 0 }, "did you mean \"%s\"?",
		    near);
}

static bool
duplicate(const struct fill *f, const struct ynode *key,
    const struct ynode *first)
{
	diag_report(f->d, DIAG_POLICY_TWICE, place_of(f, key), NAME_NONE,
	    "\"%.100s\" is here for the second time", key->text);
	diag_note(f->d, place_of(f, first), "it is here first");
	return false;
}

static size_t
find_resource(const struct policy *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->nresource; i++)
		if (strcmp(p->resource[i], name) == 0)
			break;
	return i;
}

static bool
unknown_resource(const struct fill *f, const struct ynode *key)
{
	diag_report(f->d, DIAG_POLICY_RESOURCE, place_of(f, key), NAME_NONE,
	    "\"%.100s\" is not in the list \"resources\"",
	    key->kind == YNODE_SCALAR ? key->text : kind_word(key));
	if (key->kind == YNODE_SCALAR)
		suggest(f, key->text, f->p->resource, f->p->nresource);
	return false;
}

static bool
read_amounts(const struct fill *f, const struct ynode *n, const char *name,
    int64_t **out)
{
	const struct ynode *c, **seen;
	size_t k, nresource = f->p->nresource;
	bool ok = true;

	if (n->kind != YNODE_MAP)
		return wrong_type(f, n, name, "a mapping of names to numbers");
	seen = mem_alloc(nresource, sizeof(*seen));
	*out = arena_array(&f->p->arena, nresource + 1, sizeof(**out));
	for (k = 0; k < nresource; k++)
		(*out)[k] = -1;
	for (c = n->child; c != NULL; c = c->next) {
		k = c->key->kind == YNODE_SCALAR ?
		    find_resource(f->p, c->key->text) : nresource;
		if (k == nresource)
			ok = unknown_resource(f, c->key);
		else if (seen[k] != NULL)
			ok = duplicate(f, c->key, seen[k]);
		else if (!read_count(f, c, c->key->text, INT64_MAX, &(*out)[k]))
			ok = false;
		if (k < nresource && seen[k] == NULL)
			seen[k] = c->key;
	}
	free(seen);
	return ok;
}

static void
list_words(const struct fill *f, const char *const *known, size_t n)
{
	char text[400];
	size_t i, len = 0;

	for (i = 0; i < n && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ",
		    known[i]);
	diag_note(f->d, (struct place){ 0 }, "it can be %s", text);
}

/* One of the words of a kind, as its row among them, from 1. */
static bool
read_word(const struct fill *f, const struct ynode *n, const char *name,
    enum kind kind, uint32_t *out)
{
	const char *known[WORDS];
	size_t i, k = 0;

	if (!is_text(n))
		return wrong_type(f, n, name, "a word");
	for (i = 0; i < WORDS; i++)
		if (words[i].kind == kind)
			known[k++] = words[i].word;
	for (i = 0; i < k; i++)
		if (strcmp(known[i], n->text) == 0)
			break;
	*out = (uint32_t)i + 1;
	if (i < k)
		return true;
	diag_report(f->d, DIAG_POLICY_WORD, place_of(f, n), NAME_NONE,
	    "\"%s\" cannot be \"%.100s\"", name, n->text);
	suggest(f, n->text, known, k);
	list_words(f, known, k);
	return false;
}

/* --- words of programs --- */

/* Is each %{...} one that stands for something? */
static bool
has_known_places(const char *s)
{
	size_t i, n;

	for (; (s = strstr(s, "%{")) != NULL; s += n) {
		s += 2;
		n = strcspn(s, ".}");
		for (i = 0; i < WORDS; i++)
			if (words[i].kind == KIND_PLACE &&
			    strlen(words[i].word) == n &&
			    memcmp(words[i].word, s, n) == 0)
				break;
		if (i == WORDS || strchr(s, '}') == NULL)
			return false;
	}
	return true;
}

static bool
is_code(const char *s)
{
	int64_t v;

	return parse_digits(&s, 255, &v) && *s == '\0';
}

/* What is wrong with one word; NULL: nothing. No shell and no search path
 * stands between a program's name and the program. */
static const char *
text_fault(enum kind kind, const char *text, bool first)
{
	if (kind == KIND_CODES)
		return is_code(text) ? NULL : "numbers from 0 to 255";
	if (kind == KIND_PAIRS && (strchr(text, '=') == NULL ||
	    text[0] == '='))
		return "words like NAME=value";
	if (kind == KIND_WORDS)
		return text[0] != '\0' && strchr(text, ' ') == NULL ? NULL :
		    "words without blanks";
	if ((kind == KIND_PROGRAM || kind == KIND_COMMAND) && first &&
	    text[0] != '/')
		return "words, the first of them the whole path of a program";
	return has_known_places(text) ? NULL : "words in which each %{...} "
	    "stands for something (see policy(5))";
}

static bool
read_texts(const struct fill *f, const struct ynode *n, const char *name,
    enum kind kind, struct texts *out)
{
	const char *fault = NULL;
	const struct ynode *c;

	if (n->kind != YNODE_LIST)
		return wrong_type(f, n, name, "a list of words");
	out->v = arena_array(&f->p->arena, count_children(n) + 1,
	    sizeof(*out->v));
	for (c = n->child; c != NULL; c = c->next) {
		if (c->kind != YNODE_SCALAR)
			return wrong_type(f, c, name, "a list of words");
		fault = text_fault(kind, c->text, out->n == 0);
		if (fault != NULL)
			return diag_report(f->d, DIAG_POLICY_TYPE,
			    place_of(f, c), NAME_NONE, "\"%s\" must be %s, "
			    "not \"%.100s\"", name, fault, c->text);
		out->v[out->n++] = c->text;
	}
	return true;
}

/* A list that few rules have; what a campaign runs itself has one argument. */
static bool
read_words(const struct fill *f, const struct ynode *n, const char *name,
    enum kind kind, const struct texts **out)
{
	struct texts *t = arena_alloc(&f->p->arena, sizeof(*t));

	*t = (struct texts){ 0 };
	if (!read_texts(f, n, name, kind, t))
		return false;
	*out = t;
	return kind != KIND_COMMAND || t->n <= 2 || diag_report(f->d,
	    DIAG_POLICY_TYPE, place_of(f, n), NAME_NONE, "\"%s\" must be the "
	    "path of a program and at most one argument", name);
}

static bool
read_value(const struct fill *f, const struct key *k, const struct ynode *n,
    struct rule *r)
{
	void *member = (char *)r + k->member;
	const char *name = last_word(k->path);

	switch (k->kind) {
	case KIND_PATTERN:
		return read_pattern(f, n, name, member);
	case KIND_NAME:
		return read_name(f, n, name, member);
	case KIND_FLAG:
		return read_flag(f, n, name, member);
	case KIND_TIME:
		return read_time(f, n, name, member);
	case KIND_COUNT:
		return read_count(f, n, name, UINT32_MAX, member);
	case KIND_PERCENT:
		return read_count(f, n, name, PERCENT_MAX, member);
	case KIND_NAMES:
		return read_patterns(f, n, name, "a list of names", r);
	case KIND_ALL_OR_PATTERNS:
		return read_accept(f, n, name, r);
	case KIND_AMOUNTS:
		return read_amounts(f, n, name, member);
	case KIND_ACTION:
	case KIND_PHASE:
	case KIND_ANSWER:
	case KIND_SEVERITY:
	case KIND_MIGRATION:
		return read_word(f, n, name, k->kind, member);
	case KIND_PROGRAM:
	case KIND_PAIRS:
	case KIND_CODES:
	case KIND_TEXTS:
		return read_texts(f, n, name, k->kind, member);
	case KIND_WORDS:
	case KIND_COMMAND:
		return read_words(f, n, name, k->kind, member);
	case KIND_PLACE:
		break; /* no key has it */
	}
	return false;
}

static bool
unknown_key(const struct fill *f, const struct ynode *key, const char *where,
    const char *const *known, size_t n)
{
	if (key->kind != YNODE_SCALAR)
		return diag_report(f->d, DIAG_POLICY_TYPE, place_of(f, key),
		    NAME_NONE, "a key must be a word, not %s",
		    kind_word(key));
	diag_report(f->d, DIAG_POLICY_KEY, place_of(f, key), NAME_NONE,
	    "%s has no key \"%.100s\"", where, key->text);
	suggest(f, key->text, known, n);
	return false;
}

static size_t
find_key(const struct ynode *key, enum policy_section section)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		if (keys[i].section == section && key->kind == YNODE_SCALAR &&
		    strcmp(last_word(keys[i].path), key->text) == 0)
			break;
	return i;
}

static bool
refuse_key(const struct fill *f, const struct ynode *key,
    enum policy_section section)
{
	const char *known[KEYS];
	char where[64];
	size_t i, n = 0;

	for (i = 0; i < KEYS; i++)
		if (keys[i].section == section)
			known[n++] = last_word(keys[i].path);
	snprintf(where, sizeof(where), "%s \"%s\"",
	    sections[section].kind == SECTION_RULES ? "a rule of" :
	    "the section", sections[section].key);
	return unknown_key(f, key, where, known, n);
}

/* Is all there that a rule needs? Only asked of one without mistakes. */
static bool
is_complete(const struct fill *f, const struct ynode *n,
    enum policy_section section, const struct ynode *const *seen)
{
	bool facts = false, fact = false;
	size_t i;

	for (i = 0; i < KEYS; i++) {
		if (keys[i].section != section)
			continue;
		facts |= keys[i].need == NEED_FACT;
		fact |= keys[i].need == NEED_FACT && seen[i] != NULL;
		if (keys[i].need == NEED_MUST && seen[i] == NULL)
			return diag_report(f->d, DIAG_POLICY_MISSING,
			    place_of(f, n), NAME_NONE,
			    "\"%s\" has no \"%s\" here",
			    sections[section].key, last_word(keys[i].path));
	}
	if (facts && !fact)
		diag_report(f->d, DIAG_POLICY_IDLE, place_of(f, n), NAME_NONE,
		    sections[section].kind == SECTION_RULES ?
		    "this rule of \"%s\" says for whom but not what" :
		    "\"%s\" says nothing", sections[section].key);
	return true;
}

static bool
read_rule(const struct fill *f, const struct ynode *n,
    enum policy_section section, struct rule *r)
{
	const struct ynode *c, *seen[KEYS] = { NULL };
	bool ok = true;
	size_t k;

	*r = (struct rule){ .restart_time = -1, .switchover_time = -1,
		.longest = -1, .count = -1, .unit = -1, .percentile = -1, .headroom = -1,
		.gain = -1, .pos = n->pos };
	if (n->kind != YNODE_MAP)
		return wrong_type(f, n, sections[section].key,
		    sections[section].kind == SECTION_RULES ?
		    "a list of mappings" : "a mapping");
	for (c = n->child; c != NULL; c = c->next) {
		k = find_key(c->key, section);
		if (k == KEYS)
			ok = refuse_key(f, c->key, section);
		else if (seen[k] != NULL)
			ok = duplicate(f, c->key, seen[k]);
		else
			ok = read_value(f, &keys[k], c, r) && ok;
		if (k < KEYS && seen[k] == NULL)
			seen[k] = c->key;
	}
	return ok && is_complete(f, n, section, seen);
}

static void
add_rule(const struct fill *f, const struct ynode *n,
    enum policy_section section)
{
	struct rules *l = &f->p->section[section];

	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	if (read_rule(f, n, section, &l->v[l->n]))
		l->n++;
}

/* A list under one rule becomes one rule for each of its patterns. */
static void
read_outages(const struct fill *f, const struct ynode *n)
{
	struct rules *l = &f->p->section[POLICY_OUTAGES];
	struct rule r;
	size_t i;

	if (!read_rule(f, n, POLICY_OUTAGES, &r))
		return;
	f->p->longest_outage = r.longest;
	for (i = 0; i < r.nlist; i++) {
		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = (struct rule){ .match = r.list[i] };
	}
}

static void
read_resources(const struct fill *f, const struct ynode *n)
{
	struct policy *p = f->p;
	const struct ynode *c, **first;
	size_t k;

	if (n->kind != YNODE_LIST) {
		wrong_type(f, n, "resources", "a list of names");
		return;
	}
	k = count_children(n);
	if (k > RESOURCES_MAX) {
		diag_report(f->d, DIAG_POLICY_TYPE, place_of(f, n), NAME_NONE,
		    "\"resources\" holds %zu names, more than %d", k,
		    RESOURCES_MAX);
		return;
	}
	p->resource = arena_array(&p->arena, k + 1, sizeof(*p->resource));
	first = mem_alloc(k, sizeof(*first));
	for (c = n->child; c != NULL; c = c->next) {
		if (!is_text(c)) {
			wrong_type(f, c, "resources", "a list of names");
			continue;
		}
		k = find_resource(p, c->text);
		if (k < p->nresource) {
			duplicate(f, c, first[k]);
			continue;
		}
		first[k] = c;
		p->resource[p->nresource++] = c->text;
	}
	free(first);
}

/* Two levels of one name: nobody could tell which is meant. */
static void
distinct_levels(const struct fill *f)
{
	const struct rules *l = &f->p->section[POLICY_DOMAINS];
	size_t i, k;

	for (i = 0; i < l->n; i++)
		for (k = 0; k < i; k++)
			if (strcmp(l->v[i].level, l->v[k].level) == 0) {
				diag_report(f->d, DIAG_POLICY_TWICE,
				    (struct place){ f->p->src, l->v[i].pos,
				    SRC_TOKEN }, NAME_NONE, "the level "
				    "\"%.100s\" is here for the second time",
				    l->v[i].level);
				return;
			}
}

/* Phases follow each other as their names first come. */
static void
number_phases(struct policy *p)
{
	struct rules *l = &p->section[POLICY_WAVES];
	size_t i, k;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].phase_name == NULL)
			continue;
		for (k = 0; k < i; k++)
			if (l->v[k].phase_name != NULL &&
			    strcmp(l->v[k].phase_name,
			    l->v[i].phase_name) == 0)
				break;
		l->v[i].turn = k < i ? l->v[k].turn : ++p->nphase;
	}
}

/* Levels may stand below the waves that name them. */
static void
know_levels(const struct fill *f)
{
	const struct rules *l = &f->p->section[POLICY_WAVES];
	const struct rules *d = &f->p->section[POLICY_DOMAINS];
	const char **known = mem_alloc(d->n, sizeof(*known));
	size_t i, k;

	for (k = 0; k < d->n; k++)
		known[k] = d->v[k].level;
	for (i = 0; i < l->n; i++) {
		if (l->v[i].level == NULL ||
		    policy_wave_level(f->p, i) != SIZE_MAX)
			continue;
		diag_report(f->d, DIAG_POLICY_WORD, policy_wave_place(f->p, i),
		    NAME_NONE, "\"fault-domains\" has no level \"%.100s\"",
		    l->v[i].level);
		suggest(f, l->v[i].level, known, d->n);
	}
	free(known);
}

/* A class is one type, and says it once. */
static void
distinct_classes(const struct fill *f)
{
	const struct rules *l = &f->p->section[POLICY_CLASSES];
	struct place at = { f->p->src, 0, SRC_TOKEN };
	size_t i, k;

	for (i = 0; i < l->n; i++) {
		at.off = l->v[i].pos;
		if (l->v[i].match.name == NAME_NONE)
			diag_report(f->d, DIAG_POLICY_TYPE, at, NAME_NONE,
			    "\"type\" of a class must be one name, not the "
			    "pattern \"%.100s\"", l->v[i].match.glob);
		for (k = 0; k < i; k++)
			if (l->v[i].match.name != NAME_NONE &&
			    l->v[i].match.name == l->v[k].match.name)
				break;
		if (k < i)
			diag_report(f->d, DIAG_POLICY_TWICE, at, NAME_NONE,
			    "the class \"%.200s\" is here for the second "
			    "time", l->v[i].match.glob);
	}
}

static void
read_section(const struct fill *f, const struct ynode *n,
    enum policy_section section)
{
	const struct ynode *c;

	switch (sections[section].kind) {
	case SECTION_NAME_LIST:
		read_resources(f, n);
		return;
	case SECTION_MAPPING:
		read_outages(f, n);
		return;
	case SECTION_RULES:
		break;
	}
	if (n->kind != YNODE_LIST) {
		wrong_type(f, n, sections[section].key, "a list of rules");
		return;
	}
	for (c = n->child; c != NULL; c = c->next)
		add_rule(f, c, section);
	if (section == POLICY_DOMAINS)
		distinct_levels(f);
	if (section == POLICY_CLASSES)
		distinct_classes(f);
}

static size_t
find_section(const struct ynode *key)
{
	size_t i;

	for (i = 0; i < POLICY_SECTIONS; i++)
		if (key->kind == YNODE_SCALAR &&
		    strcmp(sections[i].key, key->text) == 0)
			break;
	return i;
}

/* Finds the sections, and refuses what is none. */
static void
sort_sections(const struct fill *f, const struct ynode *root,
    const struct ynode **found)
{
	const char *known[POLICY_SECTIONS];
	const struct ynode *c;
	size_t i;

	for (i = 0; i < POLICY_SECTIONS; i++)
		known[i] = sections[i].key;
	for (c = root->child; c != NULL; c = c->next) {
		i = find_section(c->key);
		if (i == POLICY_SECTIONS)
			unknown_key(f, c->key, "a policy", known, i);
		else if (found[i] != NULL)
			duplicate(f, c->key, found[i]->key);
		else
			found[i] = c;
	}
}

void
policy_fill(struct policy *p, const struct ynode *root, struct diag *d)
{
	const struct ynode *found[POLICY_SECTIONS] = { NULL };
	struct fill f = { p, d };
	size_t i;

	if (root->kind == YNODE_SCALAR && !is_text(root))
		return;
	if (root->kind != YNODE_MAP) {
		diag_report(d, DIAG_POLICY_TYPE, place_of(&f, root),
		    NAME_NONE, "a policy must be a mapping, not %s",
		    kind_word(root));
		return;
	}
	sort_sections(&f, root, found);
	/* Amounts name resources, which may stand below them in the file. */
	if (found[POLICY_RESOURCES] != NULL)
		read_section(&f, found[POLICY_RESOURCES], POLICY_RESOURCES);
	for (i = 0; i < POLICY_SECTIONS; i++)
		if (found[i] != NULL && i != POLICY_RESOURCES)
			read_section(&f, found[i], (enum policy_section)i);
	number_phases(p);
	know_levels(&f);
	policy_check_alerts(p, d);
	policy_check_templates(p, d);
}
