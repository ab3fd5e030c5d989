/*
 * Which machines are asked about, and what is known of them? The model, the
 * policy and what was found inside are read; become.c answers.
 */
#include <errno.h>
#include <stdio.h>

#include "become.h"
#include "buf.h"
#include "capable.h"
#include "command.h"
#include "file.h"
#include "model.h"
#include "options.h"
#include "policy.h"
#include "reply.h"
#include "run.h"

static bool
read_inside(struct run *r, struct capables *can)
{
	const char *path = r->opt->capabilities;
	struct src *src;

	if (path == NULL)
		return true;
	src = src_open(path);
	if (src != NULL && capable_read(can, src, &r->diag))
		return true;
	if (src == NULL || errno != 0)
		r->status = cli_failure(PROGRAM, "read", path, errno);
	return false;
}

static void
answer(struct run *r, const struct become_input *in)
{
	const char *path = options_output(r->opt);
	struct reply reply = { 0 };
	struct file_out f;
	struct buf b;

	if (become_run(&reply, in) == 0) {
		fprintf(stderr, "campgen: no virtual machine of %s is called "
		    "like that: a DN, or a pattern over all of it as in "
		    "--vm='safEE=web*'\n", r->opt->operand[0]);
		r->status = EXIT_ERRORS;
	} else if (run_open(r, &f, &b, path) == 0) {
		reply_write(&reply, "options", NAME_NONE, r->opt->json, &b);
		run_close(r, &f, &b, path);
	}
	reply_free(&reply);
}

void
command_options(struct run *r)
{
	struct capables can = { 0 };
	struct policy *policy = NULL;
	struct model *m;

	if (r->opt->nvm == 0) {
		r->status = cli_usage(PROGRAM " options", "needs --vm=%s",
		    "GLOB");
		return;
	}
	if (run_read_policy(r, &policy) && read_inside(r, &can)) {
		m = run_read_model(r, r->opt->operand[0], false);
		if (m != NULL)
			r->models[r->nmodel++] = m;
		run_judge(r);
		if (r->status == 0 && m != NULL)
			answer(r, &(struct become_input){ .m = m,
			    .policy = policy, .can = r->opt->capabilities ==
			    NULL ? NULL : &can, .vm = r->opt->vm,
			    .nvm = r->opt->nvm });
	}
	run_judge(r);
	run_print_findings(r, false);
	capable_free(&can);
	policy_free(policy);
}
