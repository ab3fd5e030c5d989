/*
 * What does a value say? One function for each kind of value; what it means is
 * put into the member of the rule that its key names.
 */
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "intern.h"
#include "near.h"
#include "policy_read.h"

enum { PERCENT_MAX = 100 };

bool
ynode_is_text(const struct ynode *n)
{
	return n->kind == YNODE_SCALAR && n->text[0] != '\0' &&
	    (n->quoted || (strcmp(n->text, "~") != 0 &&
	    strcmp(n->text, "null") != 0));
}

size_t
ynode_children(const struct ynode *n)
{
	const struct ynode *c;
	size_t k = 0;

	for (c = n->child; c != NULL; c = c->next)
		k++;
	return k;
}

bool
policy_digits(const char **s, int64_t max, int64_t *out)
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
read_pattern(const struct fill *f, const struct ynode *n, const char *name,
    struct pattern *out)
{
	if (!ynode_is_text(n))
		return policy_wrong_type(f, n, name, "a name or pattern");
	out->glob = n->text;
	out->name = strpbrk(n->text, "*?") == NULL ? intern_str(n->text) :
	    (uint32_t)NAME_NONE;
	return true;
}

static bool
read_name(const struct fill *f, const struct ynode *n, const char *name,
    const char **out)
{
	if (!ynode_is_text(n))
		return policy_wrong_type(f, n, name, "a name");
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
		return policy_wrong_type(f, n, name, "true or false");
	*out = yes ? TRI_YES : TRI_NO;
	return true;
}

static bool
bad_number(const struct fill *f, const struct ynode *n, const char *name,
    const char *what)
{
	return diag_report(f->d, DIAG_POLICY_NUMBER, policy_at(f, n), NAME_NONE,
	    "\"%s\" must be %s, not \"%.100s\"", name, what, n->text);
}

static bool
read_count(const struct fill *f, const struct ynode *n, const char *name,
    int64_t max, int64_t *out)
{
	const char *s = n->text;
	int64_t v;

	if (n->kind != YNODE_SCALAR || n->quoted || s[0] == '\0')
		return policy_wrong_type(f, n, name, "a number");
	if (!policy_digits(&s, max, &v) || *s != '\0')
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
		return policy_wrong_type(f, n, name, "a time such as 30s");
	wrong = duration_parse(n->text, out);
	return wrong == NULL || bad_number(f, n, name, wrong);
}

static bool
read_patterns(const struct fill *f, const struct ynode *n, const char *name,
    const char *what, struct rule *r)
{
	const struct ynode *c;
	bool ok = true;

	if (n->kind != YNODE_LIST)
		return policy_wrong_type(f, n, name, what);
	r->list = arena_array(&f->p->arena, ynode_children(n) + 1,
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

static bool
unknown_resource(const struct fill *f, const struct ynode *key)
{
	diag_report(f->d, DIAG_POLICY_RESOURCE, policy_at(f, key), NAME_NONE,
	    "\"%.100s\" is not in the list \"resources\"",
	    key->kind == YNODE_SCALAR ? key->text : ynode_word(key));
	if (key->kind == YNODE_SCALAR)
		near_note(f->d, key->text, f->p->resource, f->p->nresource);
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
		return policy_wrong_type(f, n, name,
		    "a mapping of names to numbers");
	seen = mem_alloc(nresource, sizeof(*seen));
	*out = arena_array(&f->p->arena, nresource + 1, sizeof(**out));
	for (k = 0; k < nresource; k++)
		(*out)[k] = -1;
	for (c = n->child; c != NULL; c = c->next) {
		k = c->key->kind == YNODE_SCALAR ?
		    policy_resource_of(f->p, c->key->text) : SIZE_MAX;
		if (k == SIZE_MAX)
			ok = unknown_resource(f, c->key);
		else if (seen[k] != NULL)
			ok = policy_twice(f, c->key, seen[k]);
		else if (!read_count(f, c, c->key->text, INT64_MAX, &(*out)[k]))
			ok = false;
		if (k != SIZE_MAX && seen[k] == NULL)
			seen[k] = c->key;
	}
	free(seen);
	return ok;
}

bool
policy_read_value(const struct fill *f, const struct ynode *n,
    const char *name, enum kind kind, void *member, struct rule *r)
{
	switch (kind) {
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
		return policy_read_word(f, n, name, kind, member);
	case KIND_PROGRAM:
	case KIND_PAIRS:
	case KIND_CODES:
	case KIND_TEXTS:
		return policy_read_texts(f, n, name, kind, member);
	case KIND_WORDS:
	case KIND_COMMAND:
		return policy_read_list(f, n, name, kind, member);
	case KIND_PLACE:
		break; /* no key has it */
	}
	return false;
}
