/*
 * What does the policy say about an entity? The first rule that fits and
 * speaks wins. Rules that name an entity are found by its id, only patterns
 * are tried one after the other: a fleet of entities with a rule each costs
 * no more than their number.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "intern.h"
#include "policy_rules.h"

/* The rules that fit a name, in their order. */
struct walk {
	const struct rules *rules;
	uint32_t name;
	size_t exact, tried;
};

bool
pattern_fits(const struct pattern *p, uint32_t name)
{
	if (p->glob == NULL)
		return true;
	if (p->name != NAME_NONE || name == NAME_NONE)
		return p->name != NAME_NONE && p->name == name;
	return glob_match(p->glob, name_str(name));
}

struct named { /* a rule and the name it is for */
	uint32_t name, rule;
};

static int
compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

const struct rules *
policy_rules(const struct policy *p, enum policy_section section)
{
	static const struct rules none;

	return p == NULL ? &none : &p->section[section];
}

void
rules_index(struct rules *r)
{
	struct named *named = mem_alloc(r->n, sizeof(*named));
	size_t i;

	r->exact = mem_alloc(r->n, sizeof(*r->exact));
	r->tried = mem_alloc(r->n, sizeof(*r->tried));
	for (i = 0; i < r->n; i++)
		if (r->v[i].match.name != NAME_NONE)
			named[r->nexact++] = (struct named){
			    r->v[i].match.name, (uint32_t)i };
		else
			r->tried[r->ntried++] = (uint32_t)i;
	qsort(named, r->nexact, sizeof(*named), compare_named);
	for (i = 0; i < r->nexact; i++)
		r->exact[i] = named[i].rule;
	free(named);
}

static struct walk
walk_rules(const struct policy *p, enum policy_section section, uint32_t name)
{
	const struct rules *r = policy_rules(p, section);
	size_t lo = 0, hi = r->nexact, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (r->v[r->exact[mid]].match.name < name)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (struct walk){ r, name, lo, 0 };
}

static const struct rule *
next_rule(struct walk *w)
{
	const struct rules *r = w->rules;
	size_t a, b;

	while (w->tried < r->ntried &&
	    !pattern_fits(&r->v[r->tried[w->tried]].match, w->name))
		w->tried++;
	a = w->exact < r->nexact &&
	    r->v[r->exact[w->exact]].match.name == w->name ?
	    r->exact[w->exact] : SIZE_MAX;
	b = w->tried < r->ntried ? r->tried[w->tried] : SIZE_MAX;
	if (a == SIZE_MAX && b == SIZE_MAX)
		return NULL;
	if (a < b)
		w->exact++;
	else
		w->tried++;
	return &r->v[a < b ? a : b];
}

struct policy *
policy_load(const char *path, struct diag *d)
{
	struct src *src = src_open(path);

	return src == NULL ? NULL : policy_load_src(src, d);
}

struct policy *
policy_load_src(struct src *src, struct diag *d)
{
	struct policy *p = mem_alloc(1, sizeof(*p));
	struct ynode *root;
	size_t i;
	int err;

	p->src = src;
	p->longest_outage = -1;
	src->unit = SRC_CHARS;
	if (!policy_parse(src, &p->arena, d, &root)) {
		err = errno;
		policy_free(p);
		errno = err;
		return NULL;
	}
	if (root != NULL)
		policy_fill(p, root, d);
	for (i = 0; i < POLICY_SECTIONS; i++)
		rules_index(&p->section[i]);
	return p;
}

void
policy_free(struct policy *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < POLICY_SECTIONS; i++) {
		free(p->section[i].v);
		free(p->section[i].exact);
		free(p->section[i].tried);
	}
	src_close(p->src);
	arena_free(&p->arena);
	free(p);
}

const struct src *
policy_src(const struct policy *p)
{
	return p->src;
}

/* Takes what the rule says and nobody said before. */
static bool
take_facts(struct step_facts *f, const struct rule *r)
{
	bool spoke = false;

	if (f->restartable == TRI_UNKNOWN && r->restartable != TRI_UNKNOWN) {
		f->restartable = r->restartable;
		spoke = true;
	}
	if (f->online == TRI_UNKNOWN && r->online != TRI_UNKNOWN) {
		f->online = r->online;
		spoke = true;
	}
	if (f->restart_time < 0 && r->restart_time >= 0) {
		f->restart_time = r->restart_time;
		spoke = true;
	}
	if (f->switchover_time < 0 && r->switchover_time >= 0) {
		f->switchover_time = r->switchover_time;
		spoke = true;
	}
	return spoke;
}

struct step_facts
policy_step_facts(const struct policy *p, uint32_t dn, uint32_t old_type,
    uint32_t new_type)
{
	struct step_facts f = { .restart_time = -1, .switchover_time = -1 };
	struct walk w = walk_rules(p, POLICY_STEPS, dn);
	const struct rule *r;

	while ((r = next_rule(&w)) != NULL)
		if (pattern_fits(&r->from, old_type) && pattern_fits(&r->to, new_type) &&
		    take_facts(&f, r) && f.rule == 0)
			f.rule = (uint32_t)(r - w.rules->v) + 1;
	return f;
}

uint32_t
policy_max_retry(const struct policy *p, uint32_t dn)
{
	struct walk w = walk_rules(p, POLICY_RETRIES, dn);
	const struct rule *r = next_rule(&w);

	return r == NULL ? 1 : (uint32_t)r->count;
}

bool
policy_accepts_all(const struct policy *p)
{
	return p != NULL && p->accept_all;
}

bool
policy_accepts_outage(const struct policy *p, uint32_t si)
{
	struct walk w = walk_rules(p, POLICY_OUTAGES, si);

	return policy_accepts_all(p) || next_rule(&w) != NULL;
}

int64_t
policy_longest_outage(const struct policy *p)
{
	return p == NULL ? -1 : p->longest_outage;
}

bool
policy_online_attr(const struct policy *p, uint32_t ee, uint32_t attr)
{
	struct walk w = walk_rules(p, POLICY_ONLINE, ee);
	const struct rule *r;
	size_t i;

	while ((r = next_rule(&w)) != NULL)
		for (i = 0; i < r->nlist; i++)
			if (pattern_fits(&r->list[i], attr))
				return true;
	return false;
}

size_t
policy_nresource(const struct policy *p)
{
	return p == NULL ? 0 : p->nresource;
}

const char *
policy_resource(const struct policy *p, size_t i)
{
	return p->resource[i];
}

size_t
policy_resource_of(const struct policy *p, const char *name)
{
	size_t i, n = policy_nresource(p);

	for (i = 0; i < n; i++)
		if (strcmp(p->resource[i], name) == 0)
			return i;
	return SIZE_MAX;
}

static int64_t
amount(const struct policy *p, enum policy_section section, uint32_t ee,
    uint32_t type, size_t resource, int64_t otherwise)
{
	const struct rule *r;
	struct walk w;

	if (resource >= policy_nresource(p))
		return otherwise;
	w = walk_rules(p, section, ee);
	while ((r = next_rule(&w)) != NULL)
		if (pattern_fits(&r->type, type) && r->amount[resource] >= 0)
			return r->amount[resource];
	return otherwise;
}

int64_t
policy_capacity(const struct policy *p, uint32_t ee, uint32_t type,
    size_t resource)
{
	return amount(p, POLICY_CAPACITY, ee, type, resource, -1);
}

int64_t
policy_demand(const struct policy *p, uint32_t ee, uint32_t type,
    size_t resource)
{
	int64_t n = amount(p, POLICY_DEMAND, ee, type, resource, -1);

	if (n < 0 && type != NAME_NONE) /* a class is looked up by its type */
		n = amount(p, POLICY_CLASSES, type, type, resource, 0);
	return n < 0 ? 0 : n;
}

size_t
policy_nlevel(const struct policy *p)
{
	return policy_rules(p, POLICY_DOMAINS)->n;
}

const char *
policy_level(const struct policy *p, size_t i)
{
	return p->section[POLICY_DOMAINS].v[i].level;
}

bool
policy_level_wanted(const struct policy *p, size_t i)
{
	return p->section[POLICY_DOMAINS].v[i].want == TRI_YES;
}

bool
policy_level_fits(const struct policy *p, size_t i, uint32_t dn, uint32_t type)
{
	const struct rule *r = &p->section[POLICY_DOMAINS].v[i];

	return pattern_fits(&r->match, dn) && (r->type.glob == NULL ||
	    (type != NAME_NONE && pattern_fits(&r->type, type)));
}

uint32_t
policy_level_attribute(const struct policy *p, size_t i)
{
	const char *name = p->section[POLICY_DOMAINS].v[i].attribute;

	return name == NULL ? (uint32_t)NAME_NONE : intern_str(name);
}

enum tri
policy_compatible(const struct policy *p, uint32_t upper, uint32_t lower)
{
	struct walk w = walk_rules(p, POLICY_COMPATIBLE, upper);
	const struct rule *r;

	while ((r = next_rule(&w)) != NULL)
		if (pattern_fits(&r->type, lower))
			return r->compatible;
	return TRI_UNKNOWN;
}

int64_t
policy_timeout(const struct policy *p, uint32_t dn, uint32_t type,
    unsigned verb)
{
	struct walk w = walk_rules(p, POLICY_TIMEOUTS, dn);
	const struct rule *r;

	while ((r = next_rule(&w)) != NULL)
		if (pattern_fits(&r->type, type) &&
		    (r->action == 0 || r->action == verb + 1))
			return r->max;
	return -1;
}

static const struct rule *
callback_rule(const struct policy *p, uint32_t label, unsigned phase)
{
	struct walk w = walk_rules(p, POLICY_CALLBACKS, label);
	const struct rule *r;

	while ((r = next_rule(&w)) != NULL)
		if (r->phase == 0 || r->phase == phase + 1)
			break;
	return r;
}

enum answer
policy_callback(const struct policy *p, uint32_t label, unsigned phase)
{
	const struct rule *r = callback_rule(p, label, phase);

	return r == NULL ? ANSWER_NONE : (enum answer)r->answer;
}

bool
policy_callback_may_fail(const struct policy *p, uint32_t label,
    unsigned phase)
{
	const struct rule *r = callback_rule(p, label, phase);

	return r != NULL && r->want == TRI_YES;
}

bool
policy_callback_whole_phase(const struct policy *p, uint32_t label)
{
	const struct rule *r = callback_rule(p, label, 0);

	return r == NULL || r->gate != TRI_NO;
}

bool
policy_callback_snapshots(const struct policy *p, uint32_t label,
    unsigned phase, uint32_t ee)
{
	const struct rule *r = callback_rule(p, label, phase);

	return r != NULL && r->from.glob != NULL && pattern_fits(&r->from, ee);
}

bool
policy_lacks_program(const struct policy *p, struct place *at)
{
	const struct rules *r = policy_rules(p, POLICY_CALLBACKS);
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->v[i].answer != ANSWER_RUN ||
		    r->v[i].program.v != NULL || r->v[i].tests != NULL ||
		    r->v[i].online == TRI_YES)
			continue;
		*at = rule_at(p, &r->v[i]);
		return true;
	}
	return false;
}

size_t
policy_nwave(const struct policy *p)
{
	return policy_rules(p, POLICY_WAVES)->n;
}

size_t
policy_wave_level(const struct policy *p, size_t i)
{
	const char *name = p->section[POLICY_WAVES].v[i].level;
	size_t k, n = name == NULL ? 0 : policy_nlevel(p);

	for (k = 0; k < n; k++)
		if (strcmp(policy_level(p, k), name) == 0)
			return k;
	return SIZE_MAX;
}

struct policy_wave
policy_wave(const struct policy *p, size_t i, uint32_t name, uint32_t type)
{
	const struct rule *r = &p->section[POLICY_WAVES].v[i];
	bool apart = r->from.glob != NULL;

	return (struct policy_wave){
		.fits = pattern_fits(&r->match, name) && pattern_fits(&r->type, type),
		.max = r->count, .per_domain = r->want == TRI_YES,
		.canary = r->canary == TRI_YES, .apart = apart,
		.other = apart && pattern_fits(&r->from, name),
		.window = r->longest, .phase = r->turn };
}

uint32_t
policy_nphase(const struct policy *p)
{
	return p == NULL ? 0 : p->nphase;
}

const char *
policy_phase(const struct policy *p, uint32_t phase)
{
	const struct rules *l = &p->section[POLICY_WAVES];
	size_t i = 0;

	while (l->v[i].turn != phase)
		i++;
	return l->v[i].phase_name;
}

bool
policy_phase_gate(const struct policy *p, uint32_t phase)
{
	const struct rules *l = &p->section[POLICY_WAVES];
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].turn == phase && l->v[i].gate == TRI_YES)
			return true;
	return false;
}

bool
policy_phase_validates(const struct policy *p, uint32_t phase)
{
	const struct rules *l = &p->section[POLICY_WAVES];
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].turn == phase && l->v[i].online == TRI_YES)
			return true;
	return false;
}

struct place
policy_wave_place(const struct policy *p, size_t i)
{
	return rule_at(p, &p->section[POLICY_WAVES].v[i]);
}

size_t
policy_nallow(const struct policy *p)
{
	return policy_rules(p, POLICY_LINT)->n;
}

struct policy_allow
policy_allow(const struct policy *p, size_t i)
{
	const struct rule *r = &p->section[POLICY_LINT].v[i];

	return (struct policy_allow){ r->code, r->reason, r->until };
}

struct place
policy_allow_place(const struct policy *p, size_t i)
{
	return rule_at(p, &p->section[POLICY_LINT].v[i]);
}

bool
policy_allow_fits(const struct policy *p, size_t i, uint32_t dn)
{
	return pattern_fits(&p->section[POLICY_LINT].v[i].match, dn);
}

size_t
policy_nprerequisite(const struct policy *p)
{
	return policy_rules(p, POLICY_PREREQUISITES)->n;
}

static const struct pattern *
prerequisite(const struct policy *p, uint32_t bundle, size_t i)
{
	const struct rules *r = &p->section[POLICY_PREREQUISITES];
	size_t k;

	for (k = 0; k < r->n; k++) {
		if (!pattern_fits(&r->v[k].match, bundle))
			continue;
		if (i < r->v[k].nlist)
			return &r->v[k].list[i];
		i -= r->v[k].nlist;
	}
	return NULL;
}

const char *
policy_prerequisite(const struct policy *p, uint32_t bundle, size_t i)
{
	const struct pattern *need = prerequisite(p, bundle, i);

	return need == NULL ? NULL : need->glob;
}

bool
policy_prerequisite_is(const struct policy *p, uint32_t bundle, size_t i,
    uint32_t other)
{
	return pattern_fits(prerequisite(p, bundle, i), other);
}
