/*
 * What does campgen SOURCE TARGET do? Two models in, one campaign out, and its
 * plan if that is asked for; neither appears unless both are complete.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "campaign.h"
#include "census.h"
#include "command.h"
#include "compile.h"
#include "file.h"
#include "model.h"
#include "options.h"
#include "policy.h"
#include "run.h"
#include "select.h"

struct output { /* one file in the making */
	struct file_out f;
	struct buf b;
	const char *path;
};

/* Opens and fills the plans asked for; returns how many were opened. */
static size_t
make_plans(struct run *r, const struct campaign *c, struct output *out)
{
	size_t i, k, n = r->opt->nplan;
	const struct view_options o = { .zoom = PLAN_DEFAULT,
		.max_bytes = VIEW_MD_BYTES };
	enum view view = VIEW_TXT;

	for (i = 1; i <= n; i++) {
		out[i].path = r->opt->plan[i - 1];
		if (run_open(r, &out[i].f, &out[i].b, out[i].path) != 0)
			return i;
		view_of_path(out[i].path, &view);
		if (!view_write(c, view, &o, &out[i].b))
			r->status = cli_failure(PROGRAM, "write", out[i].path,
			    ENOMEM);
		for (k = 0; r->status == 0 && k < i; k++)
			if (file_same(&out[k].f, &out[i].f))
				r->status = cli_usage(PROGRAM, k == 0 ?
				    "-o and --plan both name %s" :
				    "two --plan name %s", out[i].path);
		if (r->status == 0 && !buf_flush(&out[i].b))
			r->status = cli_failure(PROGRAM, "write", out[i].path,
			    out[i].b.err);
		if (r->status != 0)
			return i + 1;
	}
	return n + 1;
}

/* All are complete before one appears. */
static void
write_campaign(struct run *r, const struct campaign *c)
{
	struct output *out = mem_alloc(r->opt->nplan + 1, sizeof(*out));
	size_t i, n;

	out[0].path = options_output(r->opt);
	if (run_open(r, &out[0].f, &out[0].b, out[0].path) == 0) {
		campaign_write(c, &out[0].b);
		n = make_plans(r, c, out);
		for (i = 0; i < n; i++)
			if (r->status == 0)
				run_close(r, &out[i].f, &out[i].b,
				    out[i].path);
			else
				run_give_up(&out[i].f, &out[i].b);
	}
	free(out);
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
	census_waves(c, &b);
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
		allow_unused(&r->allow, "DP", &r->diag);
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
	struct policy *policy;

	if (!run_read_policy(r, &policy))
		return;
	if (run_read_pair(r) && r->diag.nerror == 0)
		compile_models(r, policy);
	run_judge(r);
	run_print_findings(r, false);
	policy_free(policy);
}
