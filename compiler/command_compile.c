/*
 * What does campgen SOURCE TARGET do? Two models in, one campaign out, and its
 * plan if that is asked for; neither appears unless both are complete.
 */
#include <errno.h>
#include <stdio.h>

#include "buf.h"
#include "campaign.h"
#include "command.h"
#include "compile.h"
#include "file.h"
#include "model.h"
#include "options.h"
#include "policy.h"
#include "run.h"
#include "select.h"

/* Both are complete before either appears. */
static void
write_both(struct run *r, const struct campaign *c, struct file_out *f,
    struct buf *b)
{
	const char *plan = r->opt->plan;
	struct file_out g;
	struct buf text;

	if (run_open(r, &g, &text, plan) != 0)
		return;
	plan_text(c, PLAN_DEFAULT, &text);
	if (file_same(f, &g))
		r->status = cli_usage(PROGRAM, "-o and --plan both name %s",
		    plan);
	else if (!buf_flush(&text))
		r->status = cli_failure(PROGRAM, "write", plan, text.err);
	else
		run_close(r, f, b, options_output(r->opt));
	if (r->status == 0)
		run_close(r, &g, &text, plan);
	else
		run_give_up(&g, &text);
}

static void
write_campaign(struct run *r, const struct campaign *c)
{
	const char *path = options_output(r->opt);
	struct file_out f;
	struct buf b;

	if (run_open(r, &f, &b, path) != 0)
		return;
	campaign_write(c, &b);
	if (r->opt->plan == NULL) {
		run_close(r, &f, &b, path);
		return;
	}
	write_both(r, c, &f, &b);
	if (f.stream != NULL)
		run_give_up(&f, &b);
}

/* With --select the target is the source with only the selected changes. */
static bool
select_target(struct run *r)
{
	struct model *all = r->models[1], *m;

	m = select_run(r->models[0], all, r->opt->select, r->opt->nselect,
	    &r->diag);
	if (m == NULL)
		return false;
	r->models[1] = m;
	r->models[r->nmodel++] = all;
	return model_check(m, &r->diag);
}

/* How short the way is, on standard error. */
static void
tell_waves(const struct campaign *c)
{
	struct buf b = { .out = stderr };

	if (c->bound != NAME_NONE)
		buf_str(&b, PROGRAM ": ");
	plan_waves(c, &b);
	buf_flush(&b);
	buf_free(&b);
}

static void
compile_models(struct run *r, const struct policy *policy)
{
	struct compile_options co = { .policy = policy,
		.balanced = r->opt->balanced, .waves = r->opt->waves,
		.rolling = r->opt->rolling };
	struct campaign *c;

	if (r->opt->nselect > 0 && !select_target(r))
		return;
	switch (compile_run(r->models[0], r->models[1], &co, &r->diag, &c)) {
	case COMPILE_EQUAL:
		fputs("campgen: nothing to do: source and target are equal\n",
		    stderr);
		break;
	case COMPILE_DONE:
		run_judge(r);
		if (r->status == 0)
			write_campaign(r, c);
		if (r->status == 0 && r->opt->format == DIAG_TEXT)
			tell_waves(c);
		campaign_free(c);
		break;
	case COMPILE_ERRORS:
		r->status = EXIT_ERRORS;
		break;
	case COMPILE_BUG:
		r->status = EXIT_SYSTEM;
		break;
	}
}

void
command_compile(struct run *r)
{
	struct policy *policy = NULL;

	if (r->opt->policy != NULL) {
		policy = policy_load(r->opt->policy, &r->diag);
		if (policy == NULL) {
			r->status = cli_failure(PROGRAM, "read",
			    r->opt->policy, errno);
			return;
		}
	}
	if (run_read_pair(r) && r->diag.nerror == 0)
		compile_models(r, policy);
	run_judge(r);
	run_print_findings(r, false);
	policy_free(policy);
}
