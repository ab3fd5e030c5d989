/*
 * R019: does a machine that morphs do what the template of the policy asks?
 * What is left out leaves the machine another than its new type says, and
 * nothing of the model would show it. So the operations of the procedure on the
 * machine are those of the template, no fewer and no more, with the amounts
 * that the classes of both types have.
 */
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "buf.h"
#include "policy.h"
#include "proving.h"

struct template {
	struct prover *p;
	const struct run_proc *proc;
	const struct act *act; /* of the procedure */
	const struct act *morph; /* one of them */
	struct policy_template t;
	uint32_t from, to; /* types */
};

enum { LISTS = 2 };

struct kind { /* of the operations around the change */
	enum verb verb;
	const char *param;
	bool counted; /* from and to are amounts */
	const struct texts *list[LISTS]; /* what the template asks for */
};

static bool
fails(const struct template *t, const char *what, const char *word,
    const char *is)
{
	return prove_fail(t->p, DIAG_NOT_THE_TEMPLATE, t->morph->entity,
	    "%s%s%s of \"%s\" %s the template \"%s\"", what,
	    word[0] == '\0' ? "" : " ", word, name_str(t->morph->entity), is,
	    t->t.name);
}

static bool
says(uint32_t name, const char *text)
{
	return name != NAME_NONE && strcmp(name_str(name), text) == 0;
}

/* The action of the procedure that does so to the machine, or NULL. */
static const struct act *
find(const struct template *t, enum verb verb, const char *param,
    const char *text)
{
	size_t i;

	for (i = 0; i < t->proc->n; i++) {
		const struct act *a = &t->act[i];

		if (a->verb == verb && a->entity == t->morph->entity &&
		    says(admin_param(&a->ccb->forward, param, 0), text))
			return a;
	}
	return NULL;
}

static bool
is_amount(const struct template *t, const struct act *a, const char *param,
    uint32_t type, const char *resource)
{
	const struct policy *p = t->p->policy;
	size_t class = policy_class_of(p, type);
	size_t k = policy_resource_of(p, resource);
	char text[24];

	if (class == SIZE_MAX || k == SIZE_MAX)
		return true; /* refused where the policy is checked */
	snprintf(text, sizeof(text), "%lld",
	    (long long)policy_class(p, class).resource[k]);
	return says(admin_param(&a->ccb->forward, param, 0), text);
}

static bool
has_all(const struct template *t, const struct kind *k)
{
	const char *verb = verb_name(k->verb);
	size_t i, j;

	for (i = 0; i < LISTS; i++)
		for (j = 0; k->list[i] != NULL && j < k->list[i]->n; j++) {
			const char *text = k->list[i]->v[j];
			const struct act *a = find(t, k->verb, k->param, text);

			if (a == NULL)
				return fails(t, verb, text, "is missing, but "
				    "asked for by");
			if (k->counted && (!is_amount(t, a, "from", t->from,
			    text) || !is_amount(t, a, "to", t->to, text)))
				return fails(t, verb, text, "has other amounts "
				    "than the classes of both types, which are "
				    "those of");
		}
	return true;
}

static bool
has_no_more(const struct template *t, const struct kind *k)
{
	uint32_t word;
	size_t i, j;
	bool asked;

	for (i = 0; i < t->proc->n; i++) {
		const struct act *a = &t->act[i];

		if (a->verb != k->verb || a->entity != t->morph->entity)
			continue;
		word = admin_param(&a->ccb->forward, k->param, 0);
		asked = false;
		for (j = 0; j < LISTS && word != NAME_NONE; j++)
			asked |= k->list[j] != NULL && texts_have(k->list[j],
			    name_str(word));
		if (!asked)
			return fails(t, verb_name(k->verb), word == NAME_NONE ?
			    "" : name_str(word), "is not asked for by");
		if (find(t, k->verb, k->param, name_str(word)) != a)
			return fails(t, verb_name(k->verb), name_str(word),
			    "comes twice, unlike in");
	}
	return true;
}

/* Both ways: what takes the morph back has the same. */
static bool
has_features(const struct template *t, const char *param,
    const struct texts *asked)
{
	const struct action *m = t->morph->ccb;
	const struct admin_op *op[] = { &m->forward, &m->undo };
	size_t i, k;
	uint32_t word;

	for (k = 0; k < 2; k++) {
		for (i = 0; (word = admin_param(op[k], param, i)) != NAME_NONE;
		    i++)
			if (!texts_have(asked, name_str(word)))
				return fails(t, param, name_str(word),
				    "is not asked for by");
		if (i != asked->n)
			return fails(t, param, "", "is not all that is asked "
			    "for by");
	}
	return true;
}

static bool
is_called(const struct template *t, enum point point)
{
	struct buf label = { 0 };
	bool called;

	buf_printf(&label, "morph:%s:%s", t->t.name, policy_point_name(point));
	called = prove_is_called(t->p, t->proc, intern(label.data,
	    label.len));
	buf_free(&label);
	return called;
}

static bool
is_word(const struct texts *asked, size_t i, uint32_t word)
{
	const char *text = i < asked->n ? asked->v[i] : "";

	return strcmp(word == NAME_NONE ? "" : name_str(word), text) == 0;
}

/* A path and its argument; neither where there is none. */
static bool
is_program(const struct texts *asked, uint32_t path, uint32_t arg)
{
	return is_word(asked, 0, path) && is_word(asked, 1, arg);
}

static bool
is_run(const struct template *t, enum point point)
{
	size_t i;

	for (i = 0; i < t->proc->n; i++) {
		const struct act *a = &t->act[i];

		if (a->verb == VERB_COMMAND &&
		    a->entity == t->morph->entity &&
		    is_program(t->t.point[point].program, a->ccb->command,
		    a->ccb->args) && is_program(t->t.point[point].undo,
		    a->ccb->undo_command, a->ccb->undo_args))
			return true;
	}
	return false;
}

static bool
has_points(const struct template *t)
{
	enum point i;

	for (i = 0; i < POINTS; i++) {
		const struct texts *program = t->t.point[i].program;

		if (t->t.point[i].called && !is_called(t, i))
			return fails(t, policy_point_name(i), "callback",
			    "is missing, but asked for by");
		if (program->n > 0 && !is_run(t, i))
			return fails(t, policy_point_name(i), program->v[0],
			    "is not run, and undone, as asked for by");
	}
	return true;
}

bool
prove_template(struct prover *p, const struct act *a)
{
	const struct admin_op *op = &a->ccb->forward;
	const struct run_proc *r = &p->a->proc[a->proc];
	struct template t = { .p = p, .proc = r, .act = &p->a->act[r->first],
		.morph = a,
		.from = admin_param(op, "from-type", 0),
		.to = admin_param(op, "to-type", 0) };
	size_t i, n = policy_template_for(p->policy, a->entity, t.from, t.to);

	if (n == SIZE_MAX)
		return true;
	t.t = policy_template(p->policy, n);
	const struct kind kinds[] = {
		{ VERB_AUGMENT, "package", false, { t.t.augment, t.t.for_now } },
		{ VERB_WITHDRAW, "package", false, { t.t.for_now, NULL } },
		{ VERB_UNPLUG, "resource", true, { t.t.unplug, NULL } },
		{ VERB_PLUG, "resource", true, { t.t.plug, NULL } },
	};
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!has_all(&t, &kinds[i]) || !has_no_more(&t, &kinds[i]))
			return false;
	if (!says(admin_param(op, "migration", 0),
	    policy_migration_name(t.t.migration)))
		return fails(&t, "the migration", "", "is another than that of");
	return has_features(&t, "emulate", t.t.emulate) &&
	    has_features(&t, "expose", t.t.expose) &&
	    has_features(&t, "hide", t.t.hide) && has_points(&t);
}
