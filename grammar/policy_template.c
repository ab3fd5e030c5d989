/*
 * How does a machine of one type become one of another while it runs? The
 * section templates, as far as it can be told without models. Whether a
 * template does for two types is another question: see the compiler.
 */
#include <string.h>

#include "diag.h"
#include "intern.h"
#include "near.h"
#include "policy_rules.h"

static const char *const points[POINTS] = {
	[POINT_PRE] = "pre-migration", [POINT_MID] = "mid-migration",
	[POINT_POST] = "post-migration"
};

static const struct texts *
words(const struct rule *r, int i)
{
	static const struct texts none;

	return r->words[i] == NULL ? &none : r->words[i];
}

bool
texts_have(const struct texts *t, const char *word)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->v[i], word) == 0)
			return true;
	return false;
}

size_t
policy_ntemplate(const struct policy *p)
{
	return policy_rules(p, POLICY_TEMPLATES)->n;
}

struct place
policy_template_place(const struct policy *p, size_t i)
{
	return rule_at(p, &p->section[POLICY_TEMPLATES].v[i]);
}

struct policy_template
policy_template(const struct policy *p, size_t i)
{
	const struct rule *r = &p->section[POLICY_TEMPLATES].v[i];
	struct policy_template t = { .name = r->domain,
		.migration = r->answer == 0 ? MIGRATION_NONE :
		    (enum migration)(r->answer - 1),
		.unplug = words(r, WORDS_UNPLUG),
		.plug = words(r, WORDS_PLUG),
		.augment = words(r, WORDS_AUGMENT),
		.for_now = words(r, WORDS_FOR_NOW),
		.emulate = words(r, WORDS_EMULATE),
		.expose = words(r, WORDS_EXPOSE),
		.hide = words(r, WORDS_HIDE) };
	int k;

	for (k = 0; k < POINTS; k++) {
		t.point[k].program = words(r, WORDS_PRE + 2 * k);
		t.point[k].undo = words(r, WORDS_UNDO_PRE + 2 * k);
		t.point[k].called = texts_have(words(r, WORDS_CALL), points[k]);
	}
	return t;
}

bool
policy_template_fits(const struct policy *p, size_t i, uint32_t vm,
    uint32_t from, uint32_t to)
{
	const struct rule *r = &p->section[POLICY_TEMPLATES].v[i];

	return pattern_fits(&r->match, vm) && pattern_fits(&r->from, from) &&
	    pattern_fits(&r->type, to);
}

size_t
policy_template_for(const struct policy *p, uint32_t vm, uint32_t from,
    uint32_t to)
{
	size_t i, n = policy_ntemplate(p);

	for (i = 0; i < n; i++)
		if (policy_template_fits(p, i, vm, from, to))
			return i;
	return SIZE_MAX;
}

const char *
policy_migration_name(enum migration m)
{
	static const char *const names[] = { "none", "live",
		"save-and-restore" };

	return names[m];
}

const char *
policy_point_name(enum point p)
{
	return points[p];
}

/* --- classes --- */

size_t
policy_class_of(const struct policy *p, uint32_t type)
{
	size_t i, n = policy_nclass(p);

	for (i = 0; i < n; i++)
		if (policy_class(p, i).type == type)
			return i;
	return SIZE_MAX;
}

bool
policy_class_has(const struct policy *p, size_t i, const char *feature)
{
	size_t k, n = policy_class(p, i).nfeature;

	for (k = 0; k < n; k++)
		if (strcmp(policy_class_feature(p, i, k), feature) == 0)
			return true;
	return false;
}

/* --- what is wrong whatever it is used for --- */

struct check {
	const struct policy *p;
	struct diag *d;
	struct place at;
	const struct rule *r;
};

static void
know(const struct check *k, const struct texts *t, const char *what,
    const char *const *known, size_t n)
{
	size_t i, j;

	for (i = 0; i < t->n; i++) {
		for (j = 0; j < n && strcmp(known[j], t->v[i]) != 0; j++)
			;
		if (j < n)
			continue;
		diag_report(k->d, what == NULL ? DIAG_POLICY_RESOURCE :
		    DIAG_POLICY_WORD, k->at, NAME_NONE, what == NULL ?
		    "\"%.100s\" is not in the list \"resources\"" :
		    "\"call\" cannot have \"%.100s\"", t->v[i]);
		near_note(k->d, t->v[i], known, n);
	}
}

/* Pairs of lists that must have no word in common. */
static const struct {
	int a, b;
	const char *names;
} exclusive[] = {
	{ WORDS_UNPLUG, WORDS_PLUG, "\"hot-unplug\" and \"hot-plug\"" },
	{ WORDS_AUGMENT, WORDS_FOR_NOW, "\"augment\" and "
	    "\"augment-for-now\"" },
	{ WORDS_EXPOSE, WORDS_HIDE, "\"expose\" and \"hide\"" },
};

static void
check_exclusive(const struct check *k)
{
	const struct texts *a, *b;
	size_t i, j;

	for (i = 0; i < sizeof(exclusive) / sizeof(exclusive[0]); i++) {
		a = words(k->r, exclusive[i].a);
		b = words(k->r, exclusive[i].b);
		for (j = 0; j < a->n; j++)
			if (texts_have(b, a->v[j]))
				diag_report(k->d, DIAG_POLICY_TWICE, k->at,
				    NAME_NONE, "\"%.100s\" is in both %s",
				    a->v[j], exclusive[i].names);
	}
}

static void
check_once(const struct check *k, const struct texts *t)
{
	size_t i;

	for (i = 1; i < t->n; i++)
		if (texts_have(&(struct texts){ i, t->v }, t->v[i]))
			diag_report(k->d, DIAG_POLICY_TWICE, k->at, NAME_NONE,
			    "\"%.100s\" is here for the second time",
			    t->v[i]);
}

/* What is done must be undone, or it must be said that it need not be. */
static void
check_undo(const struct check *k, int point)
{
	const struct texts *program = k->r->words[WORDS_PRE + 2 * point];
	const struct texts *undo = k->r->words[WORDS_UNDO_PRE + 2 * point];

	if (program != NULL && program->n > 0 && undo == NULL)
		diag_report(k->d, DIAG_POLICY_MISSING, k->at, NAME_NONE,
		    "\"templates\" has no \"undo-%s\" here; [] says that "
		    "there is nothing to undo", points[point]);
	if (undo != NULL && undo->n > 0 && (program == NULL ||
	    program->n == 0))
		diag_report(k->d, DIAG_POLICY_MISSING, k->at, NAME_NONE,
		    "\"templates\" has no \"%s\" here, but what undoes it",
		    points[point]);
}

static void
check_one(const struct check *k, size_t i)
{
	const struct rules *l = policy_rules(k->p, POLICY_TEMPLATES);
	int w;
	size_t j;

	for (w = WORDS_UNPLUG; w < WORDS_LISTS; w++)
		check_once(k, words(k->r, w));
	for (w = 0; w < POINTS; w++)
		check_undo(k, w);
	check_exclusive(k);
	know(k, words(k->r, WORDS_UNPLUG), NULL, k->p->resource,
	    k->p->nresource);
	know(k, words(k->r, WORDS_PLUG), NULL, k->p->resource,
	    k->p->nresource);
	know(k, words(k->r, WORDS_CALL), "call", points, POINTS);
	for (j = 0; j < i && strcmp(l->v[j].domain, k->r->domain) != 0; j++)
		;
	if (j < i)
		diag_report(k->d, DIAG_POLICY_TWICE, k->at, NAME_NONE,
		    "the template \"%.100s\" is here for the second time",
		    k->r->domain);
}

void
policy_check_templates(const struct policy *p, struct diag *d)
{
	struct check k = { .p = p, .d = d };
	size_t i;

	for (i = 0; i < policy_ntemplate(p); i++) {
		k.at = policy_template_place(p, i);
		k.r = &p->section[POLICY_TEMPLATES].v[i];
		check_one(&k, i);
	}
}
