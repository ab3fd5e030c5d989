/*
 * How is the question put to the compiler? The plan is made anew with the
 * options that the campaign tells of; the one it does not tell, how ties of
 * catching are broken, is tried both ways. Only a plan that is the campaign's
 * may answer.
 */
#include <stdio.h>
#include <string.h>

#include "campaign.h"
#include "command.h"
#include "compile.h"
#include "options.h"
#include "question.h"
#include "reply.h"
#include "run.h"
#include "why_not.h"

struct asked {
	const struct why_not *question;
	struct why_not *w;
	struct reply reply;
};

static void
inspect(void *arg, struct places *places)
{
	struct asked *k = arg;

	*k->w = *k->question;
	if (why_not_begin(k->w, &k->reply)) {
		why_not_test(k->w, places);
		why_not_end(k->w);
	}
}

static bool
same_names(const struct entity_list *a, const struct entity_list *b)
{
	return a->nname == b->nname && (a->nname == 0 ||
	    memcmp(a->name, b->name, a->nname * sizeof(*a->name)) == 0);
}

static bool
same_steps(const struct procedure *a, const struct procedure *b)
{
	size_t i;

	if (a->nstep != b->nstep)
		return false;
	for (i = 0; i < a->nstep; i++)
		if (!same_names(&a->step[i].activation.acted_on,
		    &b->step[i].activation.acted_on) ||
		    !same_names(&a->step[i].deactivation.acted_on,
		    &b->step[i].deactivation.acted_on))
			return false;
	return true;
}

/* Do two campaigns do the same to the same in the same order? */
static bool
same_plan(const struct campaign *a, const struct campaign *b)
{
	size_t i;

	if (a->nprocedure != b->nprocedure)
		return false;
	for (i = 0; i < a->nprocedure; i++)
		if (a->procedure[i].name != b->procedure[i].name ||
		    a->procedure[i].level != b->procedure[i].level ||
		    !same_steps(&a->procedure[i], &b->procedure[i]))
			return false;
	return true;
}

static bool
try_options(struct asked *k, const struct question *q, bool balanced)
{
	struct compile_options opt = { .policy = q->policy,
		.balanced = balanced, .waves = q->c->schedule != NAME_NONE &&
		strcmp(name_str(q->c->schedule), "waves") == 0,
		.inspect = inspect, .inspect_arg = k };
	struct diag diag = { 0 };
	struct campaign *c = NULL;
	bool ok;

	reply_free(&k->reply);
	ok = compile_run(q->s, q->t, &opt, &diag, &c) == COMPILE_DONE &&
	    same_plan(q->c, c);
	if (c != NULL)
		campaign_free(c);
	diag_free(&diag);
	return ok;
}

static bool
rolls(const struct campaign *c)
{
	size_t i;

	for (i = 0; i < c->nprocedure; i++)
		if (c->procedure[i].method == METHOD_ROLLING)
			return true;
	return false;
}

/* Asks the compiler; false, with the status set, if its plan is another. */
static bool
ask_compiler(struct run *r, const struct question *q, struct why_not *w,
    struct reply *reply)
{
	struct why_not question = *w;
	struct asked k = { .question = &question, .w = w };

	if (try_options(&k, q, false) || try_options(&k, q, true)) {
		*reply = k.reply;
		return true;
	}
	reply_free(&k.reply);
	fprintf(stderr, rolls(q->c) ? "campgen: %s has rolling procedures, "
	    "which move as one; compile it without --rolling to ask\n" :
	    "campgen: %s is not what this campgen makes of these models; "
	    "perhaps it had a policy, which -p gives\n", r->opt->operand[0]);
	r->status = EXIT_ERRORS;
	return false;
}

static bool
ask(struct run *r, const struct question *q, struct reply *reply)
{
	struct why_not w = { .c = q->c, .policy = q->policy,
		.object = q->object, .level = r->opt->level };

	if (q->s != NULL)
		return ask_compiler(r, q, &w, reply);
	if (why_not_begin(&w, reply)) {
		why_not_campaign(&w);
		why_not_end(&w);
	}
	return true;
}

void
command_why_not(struct run *r)
{
	struct question q = { 0 };
	struct reply reply = { 0 };

	if (!r->opt->has_level) {
		r->status = cli_usage(PROGRAM " why-not", "needs --wave=N");
		return;
	}
	if (question_read(r, &q) && ask(r, &q, &reply))
		question_answer(r, &q, "why-not", &reply);
	run_judge(r);
	run_print_findings(r, false);
	question_end(&q);
}
