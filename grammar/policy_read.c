/*
 * Is the policy what it should be? One table says which keys there are and
 * what their values look like; all that goes wrong is reported at its place,
 * and what is right in spite of it is kept.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "intern.h"
#include "near.h"
#include "policy_read.h"

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

enum { RESOURCES_MAX = 64, KEYS = sizeof(keys) / sizeof(keys[0]) };

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

static bool
unknown_key(const struct fill *f, const struct ynode *key, const char *where,
    const char *const *known, size_t n)
{
	if (key->kind != YNODE_SCALAR)
		return diag_report(f->d, DIAG_POLICY_TYPE, policy_at(f, key),
		    NAME_NONE, "a key must be a word, not %s",
		    ynode_word(key));
	diag_report(f->d, DIAG_POLICY_KEY, policy_at(f, key), NAME_NONE,
	    "%s has no key \"%.100s\"", where, key->text);
	near_note(f->d, key->text, known, n);
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
			    policy_at(f, n), NAME_NONE,
			    "\"%s\" has no \"%s\" here",
			    sections[section].key, last_word(keys[i].path));
	}
	if (facts && !fact)
		diag_report(f->d, DIAG_POLICY_IDLE, policy_at(f, n), NAME_NONE,
		    sections[section].kind == SECTION_RULES ?
		    "this rule of \"%s\" says for whom but not what" :
		    "\"%s\" says nothing", sections[section].key);
	return true;
}

static bool
read_key(const struct fill *f, const struct key *k, const struct ynode *n,
    struct rule *r)
{
	return policy_read_value(f, n, last_word(k->path), k->kind,
	    (char *)r + k->member, r);
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
		return policy_wrong_type(f, n, sections[section].key,
		    sections[section].kind == SECTION_RULES ?
		    "a list of mappings" : "a mapping");
	for (c = n->child; c != NULL; c = c->next) {
		k = find_key(c->key, section);
		if (k == KEYS)
			ok = refuse_key(f, c->key, section);
		else if (seen[k] != NULL)
			ok = policy_twice(f, c->key, seen[k]);
		else
			ok = read_key(f, &keys[k], c, r) && ok;
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
		policy_wrong_type(f, n, "resources", "a list of names");
		return;
	}
	k = ynode_children(n);
	if (k > RESOURCES_MAX) {
		diag_report(f->d, DIAG_POLICY_TYPE, policy_at(f, n), NAME_NONE,
		    "\"resources\" holds %zu names, more than %d", k,
		    RESOURCES_MAX);
		return;
	}
	p->resource = arena_array(&p->arena, k + 1, sizeof(*p->resource));
	first = mem_alloc(k, sizeof(*first));
	for (c = n->child; c != NULL; c = c->next) {
		if (!ynode_is_text(c)) {
			policy_wrong_type(f, c, "resources", "a list of names");
			continue;
		}
		k = policy_resource_of(p, c->text);
		if (k != SIZE_MAX) {
			policy_twice(f, c, first[k]);
			continue;
		}
		first[p->nresource] = c;
		p->resource[p->nresource++] = c->text;
	}
	free(first);
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
		if (section == POLICY_OUTAGES)
			read_outages(f, n);
		else
			add_rule(f, n, section);
		return;
	case SECTION_RULES:
		break;
	}
	if (n->kind != YNODE_LIST) {
		policy_wrong_type(f, n, sections[section].key,
		    "a list of rules");
		return;
	}
	for (c = n->child; c != NULL; c = c->next)
		add_rule(f, c, section);
	if (section == POLICY_DOMAINS)
		policy_levels_differ(f);
	if (section == POLICY_CLASSES)
		policy_classes_differ(f);
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
			policy_twice(f, c->key, found[i]->key);
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

	if (root->kind == YNODE_SCALAR && !ynode_is_text(root))
		return;
	if (root->kind != YNODE_MAP) {
		diag_report(d, DIAG_POLICY_TYPE, policy_at(&f, root),
		    NAME_NONE, "a policy must be a mapping, not %s",
		    ynode_word(root));
		return;
	}
	sort_sections(&f, root, found);
	/* Amounts name resources, which may stand below them in the file. */
	if (found[POLICY_RESOURCES] != NULL)
		read_section(&f, found[POLICY_RESOURCES], POLICY_RESOURCES);
	for (i = 0; i < POLICY_SECTIONS; i++)
		if (found[i] != NULL && i != POLICY_RESOURCES)
			read_section(&f, found[i], (enum policy_section)i);
	policy_number_phases(p);
	policy_know_levels(&f);
	policy_check_alerts(p, d);
	policy_check_templates(p, d);
}
