/*
 * What does each command do? Those of a few lines stand here; compiling has a
 * file of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "command.h"
#include "diff_text.h"
#include "explain.h"
#include "file.h"
#include "model.h"
#include "options.h"
#include "run.h"
#include "text.h"

static void
run_lint(struct run *r)
{
	int i;

	for (i = 0; i < r->opt->noperand && r->status == 0; i++)
		r->models[r->nmodel++] = run_read_model(r,
		    r->opt->operand[i], true);
	run_judge(r);
	run_print_findings(r, true);
}

static void
write_plan(struct run *r, const struct campaign *c, enum view view,
    const char *path)
{
	struct file_out f;
	struct buf b;

	if (run_open(r, &f, &b, path) != 0)
		return;
	if (view_write(c, view, r->opt->zoom, r->opt->max_bytes, &b)) {
		run_close(r, &f, &b, path);
		return;
	}
	r->status = cli_failure(PROGRAM, "write", path, ENOMEM);
	run_give_up(&f, &b);
}

static void
run_diff(struct run *r)
{
	struct buf b = { .out = stdout };
	bool differ = false;

	if (run_read_pair(r) && r->diag.nerror == 0) {
		differ = diff_text(r->models[0], r->models[1], &b);
		if (!buf_flush(&b))
			r->status = cli_failure(PROGRAM, "write", "-", b.err);
		buf_free(&b);
	}
	run_judge(r);
	run_print_findings(r, false);
	if (r->status != 0)
		r->status = EXIT_USAGE; /* trouble, as diff(1) says it */
	else
		r->status = differ ? 1 : 0;
}

/* What -o and --format ask for; false, with the status set, if they do not
 * agree. */
static bool
plan_view(struct run *r, enum view *view)
{
	const struct options *o = r->opt;
	const char *path = options_output(o);

	*view = o->view;
	if (strcmp(path, "-") != 0 && !o->has_view &&
	    !view_of_path(path, view))
		r->status = cli_usage(PROGRAM, "%s ends in none of .txt, .md, "
		    ".html, .json, .dot and .mmd; --format says it too", path);
	else if (o->zoom != PLAN_DEFAULT && *view != VIEW_TXT)
		r->status = cli_usage(PROGRAM, "--summary and --full are for "
		    "text; other views hold everything");
	return r->status == 0;
}

static void
run_plan(struct run *r)
{
	const char *path = r->opt->operand[0];
	enum view view;
	struct campaign *c;

	if (!plan_view(r, &view))
		return;
	c = campaign_load(path, &r->diag);
	if (c == NULL) {
		r->status = cli_failure(PROGRAM, "read", path, errno);
		return;
	}
	if (r->diag.nerror == 0)
		campaign_check(c, &r->diag);
	run_judge(r);
	if (r->status == 0)
		write_plan(r, c, view, options_output(r->opt));
	run_print_findings(r, false);
	campaign_free(c);
}

static void
run_convert(struct run *r)
{
	const char *path = options_output(r->opt);
	bool yaml = text_ends(path, ".yaml") || text_ends(path, ".yml");
	struct model *m;
	struct file_out f;
	struct buf b;

	if (!yaml && !text_ends(path, ".xml") && strcmp(path, "-") != 0) {
		r->status = cli_usage(PROGRAM, "%s ends in neither .xml nor "
		    ".yaml", path);
		return;
	}
	m = model_load(r->opt->operand[0], &r->diag);
	if (m == NULL) {
		r->status = cli_failure(PROGRAM, "read",
		    r->opt->operand[0], errno);
		return;
	}
	r->models[r->nmodel++] = m;
	run_judge(r);
	if (r->status == 0 && run_open(r, &f, &b, path) == 0) {
		if (yaml)
			model_write_yaml(m, &b);
		else
			model_write_xml(m, &b);
		run_close(r, &f, &b, path);
	}
	run_print_findings(r, false);
}

static void
run_explain(struct run *r)
{
	struct buf b = { 0 };
	bool known = explain(r->opt->operand[0], &b);

	if (!known)
		fputs("campgen: ", stderr);
	fwrite(b.data, 1, b.len, known ? stdout : stderr);
	buf_free(&b);
	r->status = known ? cli_printed(PROGRAM, EXIT_DONE) : EXIT_USAGE;
}

static const struct command commands[] = {
	{ NULL, CMD_COMPILE, 2, 2, "SOURCE TARGET", command_compile },
	{ "lint", CMD_LINT, 1, 1000000, "MODEL ...", run_lint },
	{ "diff", CMD_DIFF, 2, 2, "SOURCE TARGET", run_diff },
	{ "plan", CMD_PLAN, 1, 1, "CAMPAIGN", run_plan },
	{ "explain", CMD_EXPLAIN, 1, 1, "CODE", run_explain },
	{ "convert", CMD_CONVERT, 1, 1, "MODEL -o FILE", run_convert },
	{ "why", 0, 0, 0, NULL, NULL },
	{ "why-not", 0, 0, 0, NULL, NULL },
	{ "advise", 0, 0, 0, NULL, NULL },
	{ "options", 0, 0, 0, NULL, NULL },
};

const struct command *
command_find(const char *word)
{
	size_t i;

	for (i = 1; word != NULL && i < sizeof(commands) / sizeof(commands[0]);
	    i++)
		if (strcmp(word, commands[i].name) == 0)
			return &commands[i];
	return &commands[0];
}
