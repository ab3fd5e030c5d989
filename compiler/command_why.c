/*
 * What is asked about a campaign? The campaign and, if they are given, the two
 * models are read and must belong together; the object is found; then why.c
 * answers.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reply.h"
#include "buf.h"
#include "campaign.h"
#include "command.h"
#include "digest.h"
#include "expand.h"
#include "model.h"
#include "options.h"
#include "moves.h"
#include "risk.h"
#include "policy.h"
#include "question.h"
#include "run.h"
#include "subject.h"
#include "why.h"

static bool
belongs(struct run *r, const char *option, const char *path,
    const struct model *m, uint32_t digest)
{
	char text[DIGEST_TEXT];

	digest_model(m, text);
	if (digest == NAME_NONE || strcmp(name_str(digest), text) == 0)
		return true;
	fprintf(stderr, "campgen: %s is not the %s that %s was made %s\n",
	    path, option, r->opt->operand[0],
	    strcmp(option, "source") == 0 ? "from" :
	    "for; one of --select leads to a part of it: leave --target out");
	r->status = EXIT_ERRORS;
	return false;
}

static struct model *
read_model(struct run *r, const char *option, const char *path,
    uint32_t digest)
{
	struct model *m = model_load(path, &r->diag);

	if (m == NULL) {
		r->status = cli_failure(PROGRAM, "read", path, errno);
		return NULL;
	}
	r->models[r->nmodel++] = m;
	if (r->diag.nerror > 0 || !model_is_right(m, &r->diag) ||
	    !belongs(r, option, path, m, digest))
		return NULL;
	return m;
}

static bool
read_campaign(struct run *r, struct question *q)
{
	const char *path = r->opt->operand[0];

	q->c = campaign_load(path, &r->diag);
	if (q->c == NULL) {
		r->status = cli_failure(PROGRAM, "read", path, errno);
		return false;
	}
	return r->diag.nerror == 0 && campaign_check(q->c, &r->diag) &&
	    risks_check(q->c, &r->diag) && moves_check(q->c, &r->diag);
}

static bool
read_models(struct run *r, struct question *q)
{
	if (r->opt->source == NULL && r->opt->target != NULL) {
		r->status = cli_usage(PROGRAM, "--target=%s needs --source "
		    "too", r->opt->target);
		return false;
	}
	if (r->opt->source == NULL)
		return true;
	q->s = read_model(r, "source", r->opt->source, q->c->source_digest);
	if (q->s == NULL || !expand_run(&q->x, q->c, q->s, &r->diag))
		return false;
	q->t = q->x.target; /* the campaign says what it leads to */
	if (r->opt->target == NULL)
		return true;
	q->has_target = true;
	q->t = read_model(r, "target", r->opt->target, q->c->target_digest);
	return q->t != NULL;
}

static bool
read_policy(struct run *r, struct question *q)
{
	if (r->opt->policy == NULL)
		return true;
	q->policy = policy_load(r->opt->policy, &r->diag);
	if (q->policy == NULL)
		r->status = cli_failure(PROGRAM, "read", r->opt->policy,
		    errno);
	return q->policy != NULL && r->diag.nerror == 0;
}

static bool
find_object(struct run *r, struct question *q)
{
	struct subjects s = { 0 };
	struct buf why = { .out = stderr };

	subjects_of_campaign(&s, q->c);
	subjects_of_model(&s, q->s);
	subjects_of_model(&s, q->t);
	buf_str(&why, PROGRAM ": ");
	q->object = subjects_find(&s, r->opt->operand[1], &why);
	if (q->object == NAME_NONE) {
		buf_flush(&why);
		r->status = EXIT_ERRORS;
	}
	buf_free(&why);
	subjects_free(&s);
	return q->object != NAME_NONE;
}

bool
question_read(struct run *r, struct question *q)
{
	r->diag.least = DIAG_ERROR; /* what is doubtful was told before */
	return read_policy(r, q) && read_campaign(r, q) && read_models(r, q) &&
	    find_object(r, q);
}

void
question_end(struct question *q)
{
	expand_free(&q->x);
	if (q->c != NULL)
		campaign_free(q->c);
	policy_free(q->policy);
}

void
question_answer(struct run *r, const struct question *q, const char *word,
    struct reply *a)
{
	struct buf b = { .out = stdout };

	run_judge(r);
	if (r->status == 0) {
		reply_write(a, word, q->object, r->opt->json, &b);
		if (!buf_flush(&b))
			r->status = cli_failure(PROGRAM, "write", "-", b.err);
		buf_free(&b);
	}
	reply_free(a);
}

void
command_why(struct run *r)
{
	struct question q = { 0 };
	struct reply a = { 0 };

	if (question_read(r, &q)) {
		struct why_input in = { .c = q.s != NULL ? q.x.campaign : q.c,
			.s = q.s, .t = q.t, .has_target = q.has_target,
			.policy = q.policy, .object = q.object };

		why_run(&a, &in);
		question_answer(r, &q, "why", &a);
	}
	run_judge(r);
	run_print_findings(r, false);
	question_end(&q);
}
