/*
 * Which rule of the policy is about an entity, and which program does it mean?
 * The first that fits and can do the action; where that program runs is put in
 * front of it, as section run-on says for the place.
 */
#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "making.h"
#include "runner.h"

const struct rules *
rules_of(const struct programs *p, enum policy_section s)
{
	return policy_rules(p->opt.policy, s);
}

static bool
fits(const struct rule *r, const struct world *w, uint32_t dn)
{
	return pattern_fits(&r->match, dn) && pattern_fits(&r->type,
	    dn == NAME_NONE ? (uint32_t)NAME_NONE :
	    world_value(w, dn, N_saPlmEEType));
}

const struct rule *
rules_first(const struct programs *p, const struct world *w,
    enum policy_section s, uint32_t dn)
{
	const struct rules *l = rules_of(p, s);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (fits(&l->v[i], w, dn))
			return &l->v[i];
	return NULL;
}

static bool
does(const struct rule *r, enum verb v)
{
	bool at_to;

	if (r->action != 0 && r->action != (uint32_t)v + 1)
		return false;
	return r->program.v != NULL || (r->agent != NULL &&
	    ocf_action(v, 0, &at_to) != NULL);
}

const struct rule *
rules_find(const struct programs *p, const struct world *w, uint32_t entity,
    enum verb v)
{
	const struct rules *l = rules_of(p, POLICY_EXEC);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (does(&l->v[i], v) && fits(&l->v[i], w, entity))
			return &l->v[i];
	return NULL;
}

static void
only_good(struct stage *s, const struct rule *r)
{
	size_t i, n = r == NULL ? 0 : r->success.n;
	unsigned long code;

	memset(s->success, 0, sizeof(s->success));
	if (n == 0)
		s->success[0] = 1;
	for (i = 0; i < n; i++) {
		code = strtoul(r->success.v[i], NULL, 10);
		s->success[code / 8] |= (uint8_t)(1u << code % 8);
	}
}

struct stage *
stage_new(const struct making *m, struct job *j)
{
	struct stage *all = j->stage;
	size_t i;

	if ((j->n & (j->n - 1)) == 0) { /* 0, 1, 2, 4...: it is full */
		j->stage = arena_array(&m->p->arena, j->n * 2 + 1,
		    sizeof(*j->stage));
		for (i = 0; i < j->n; i++)
			j->stage[i] = all[i];
	}
	return &j->stage[j->n++];
}

/* The words of a rule stand for something, those of others for themselves. */
static void
add_program(const struct making *m, struct words *argv,
    const struct texts *program)
{
	size_t i;

	for (i = 0; i < program->n; i++)
		words_add(m, argv, m->raw ? program->v[i] :
		    words_text(m, program->v[i]));
}

/* What is in front of it; of these words, where it runs is %{on}. */
static void
add_front(const struct making *m, struct words *argv, const struct rule *front)
{
	struct order o = *m->o;
	struct making own = *m;

	o.on = m->place;
	own.o = &o;
	words_expand(&own, argv, &front->program);
}

void
stage_add(const struct making *m, struct job *j, const struct texts *program)
{
	const struct rule *front = m->place == NAME_NONE ? NULL :
	    rules_first(m->p, m->w, POLICY_RUN_ON, m->place);
	bool shell = front != NULL && front->want == TRI_YES;
	struct stage *s = stage_new(m, j);
	struct words argv = words_new(m, (front == NULL ? 0 :
	    front->program.n) + (program == NULL ? 0 : program->n));
	struct words env = words_new(m, m->rule == NULL ? 0 :
	    m->rule->environment.n + m->rule->parameters.n);
	size_t n;

	environment_common(m, &env);
	if (front != NULL)
		add_front(m, &argv, front);
	n = argv.n;
	if (m->action != NULL)
		ocf_add(m, &argv, &env, !shell);
	else
		add_program(m, &argv, program);
	if (m->rule != NULL) {
		environment_pairs(m, &env, &m->rule->environment, "");
		environment_pairs(m, &env, &m->rule->parameters,
		    "OCF_RESKEY_");
	}
	if (shell)
		shell_join(m, &argv, n, &env);
	only_good(s, m->rule);
	s->argv = argv.v;
	s->envp = env.v;
}

void
stage_add_verb(struct making m, struct job *j, enum verb v)
{
	size_t i;
	bool at_to;

	if (m.rule->program.v != NULL && m.rule->program.n == 0)
		return;
	if (m.rule->program.v != NULL) {
		m.place = m.o->on;
		stage_add(&m, j, &m.rule->program);
		return;
	}
	for (i = 0; (m.action = ocf_action(v, i, &at_to)) != NULL; i++) {
		m.place = at_to ? m.o->to : m.o->on;
		stage_add(&m, j, NULL);
	}
}
