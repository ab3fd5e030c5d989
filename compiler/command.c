/*
 * What does each command do? Those of a few lines stand here; compiling has a
 * file of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "campaign.h"
#include "command.h"
#include "completion.h"
#include "diff_group.h"
#include "diff_text.h"
#include "explain.h"
#include "file.h"
#include "model.h"
#include "options.h"
#include "policy.h"
#include "moves.h"
#include "risk.h"
#include "run.h"
#include "text.h"

static void
run_lint(struct run *r)
{
	struct policy *policy;
	int i;

	if (!run_read_policy(r, &policy))
		return;
	for (i = 0; i < r->opt->noperand && r->status == 0; i++)
		r->models[r->nmodel++] = run_read_model(r,
		    r->opt->operand[i], true);
	if (r->diag.nerror == 0)
		allow_unused(&r->allow, "M", &r->diag);
	run_judge(r);
	run_print_findings(r, true);
	policy_free(policy);
}

/* A variable that is there but empty says nothing. */
static bool
is_set(const char *variable)
{
	const char *s = getenv(variable);

	return s != NULL && s[0] != '\0';
}

/* Escapes are for terminals: a file or a pipe gets some only on order. */
static bool
has_colour(const struct options *o, const char *path)
{
	const char *term = getenv("TERM");

	if (o->colour != COLOUR_AUTO)
		return o->colour == COLOUR_ALWAYS;
	if (strcmp(path, "-") != 0 || is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE"))
		return true;
	return isatty(STDOUT_FILENO) != 0 &&
	    (term == NULL || strcmp(term, "dumb") != 0);
}

static void
write_plan(struct run *r, const struct campaign *c, enum view view,
    const char *path)
{
	const struct view_options o = { .zoom = r->opt->zoom,
		.colour = has_colour(r->opt, path),
		.max_bytes = r->opt->max_bytes };
	struct file_out f;
	struct buf b;

	if (run_open(r, &f, &b, path) != 0)
		return;
	if (view_write(c, view, &o, &b)) {
		run_close(r, &f, &b, path);
		return;
	}
	r->status = cli_failure(PROGRAM, "write", path, ENOMEM);
	run_give_up(&f, &b);
}

/* Prints what differs; returns whether anything does. */
static bool
print_diff(struct run *r)
{
	const struct options *o = r->opt;
	struct buf b = { .out = stdout };
	struct diff_groups g;
	struct diff d;
	bool differ;

	diff_run(&d, r->models[0], r->models[1]);
	diff_group(&g, &d);
	differ = d.n > 0;
	if (o->json)
		diff_json(&g, &b);
	else
		diff_text(&g, o->stat ? DIFF_STAT : o->zoom == PLAN_FULL ?
		    DIFF_FULL : DIFF_DEFAULT, &b);
	if (!buf_flush(&b))
		r->status = cli_failure(PROGRAM, "write", "-", b.err);
	buf_free(&b);
	diff_group_free(&g);
	diff_free(&d);
	return differ;
}

static void
run_diff(struct run *r)
{
	bool differ = false;

	if (run_read_pair(r) && r->diag.nerror == 0)
		differ = print_diff(r);
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
	if (r->diag.nerror == 0)
		risks_check(c, &r->diag);
	if (r->diag.nerror == 0)
		moves_check(c, &r->diag);
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
	struct model *m;

	if (!run_is_model_path(r, path))
		return;
	m = model_load(r->opt->operand[0], &r->diag);
	if (m == NULL) {
		r->status = cli_failure(PROGRAM, "read",
		    r->opt->operand[0], errno);
		return;
	}
	r->models[r->nmodel++] = m;
	run_judge(r);
	if (r->status == 0)
		run_write_model(r, m, path);
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
	{ NULL, CMD_COMPILE, 2, 2, "SOURCE TARGET", NULL, command_compile },
	{ "lint", CMD_LINT, 1, 1000000, "MODEL ...",
	    "finds what is wrong or doubtful in models", run_lint },
	{ "diff", CMD_DIFF, 2, 2, "SOURCE TARGET",
	    "tells what differs between two models", run_diff },
	{ "plan", CMD_PLAN, 1, 1, "CAMPAIGN",
	    "shows a campaign to who approves it", run_plan },
	{ "why", CMD_WHY, 2, 2, "CAMPAIGN DN",
	    "says what happens to an object, and why there", command_why },
	{ "why-not", CMD_WHY_NOT, 2, 2, "CAMPAIGN DN --wave=N",
	    "says what forbids it another wave", command_why_not },
	{ "advise", CMD_ADVISE, 1, 1, "MODEL --metrics=FILE",
	    "says which class virtual machines should be of", command_advise },
	{ "options", CMD_OPTIONS, 1, 1, "MODEL --vm=GLOB",
	    "says what virtual machines can become", command_options },
	{ "explain", CMD_EXPLAIN, 1, 1, "CODE",
	    "says what a finding means, and what to do", run_explain },
	{ "convert", CMD_CONVERT, 1, 1, "MODEL -o FILE",
	    "writes a model in XML or in YAML", run_convert },
	{ "why-not", 0, 0, 0, NULL, NULL, NULL },
};

enum { NCOMMAND = sizeof(commands) / sizeof(commands[0]) };

const struct command *
command_find(const char *word)
{
	size_t i;

	for (i = 1; word != NULL && i < NCOMMAND; i++)
		if (strcmp(word, commands[i].name) == 0)
			return &commands[i];
	return &commands[0];
}

const struct command *
command_at(size_t i)
{
	size_t k;

	for (k = 1; k < NCOMMAND; k++)
		if (commands[k].bit != 0 && i-- == 0)
			return &commands[k];
	return NULL;
}

/* --- help --- */

/* All commands, and what most people want: compiling. */
static void
help_all(struct buf *b)
{
	const struct command *c;
	size_t i;

	buf_str(b, "usage: campgen [option ...] SOURCE TARGET\n"
	    "       campgen COMMAND ...    "
	    "(campgen COMMAND --help: its options)\n"
	    "Compiles two system models into the campaign that leads from one "
	    "to the other.\n");
	for (i = 0; (c = command_at(i)) != NULL; i++)
		buf_printf(b, "  %-8s%-21s %s\n", c->name, c->operands,
		    c->help);
}

int
command_help(const struct command *c)
{
	struct buf b = { 0 };
	int status;

	if (c->name == NULL)
		help_all(&b);
	else
		buf_printf(&b, "usage: campgen %s [option ...] %s\n"
		    "%c%s.\n", c->name, c->operands, c->help[0] - 'a' + 'A',
		    c->help + 1);
	buf_char(&b, '\0');
	status = options_help(b.data, c->bit);
	buf_free(&b);
	return status;
}

/* The codes of findings, for campgen explain. */
static void
all_codes(struct buf *b)
{
	size_t i;

	for (i = 0; i < DIAG_COUNT; i++)
		buf_printf(b, "%s%s", i == 0 ? "" : " ", diag_info[i].code);
	buf_char(b, '\0');
}

int
command_completion(const char *shell)
{
	struct completion_command v[NCOMMAND];
	struct buf codes = { 0 }, out = { .out = stdout };
	size_t n;

	all_codes(&codes);
	for (n = 0; command_at(n) != NULL; n++)
		v[n] = (struct completion_command){
			.name = command_at(n)->name, .bit = command_at(n)->bit,
			.words = command_at(n)->bit == CMD_EXPLAIN ?
			    codes.data : NULL };
	completion_write(options_table(), v, n, CMD_COMPILE,
	    strcmp(shell, "zsh") == 0, &out);
	buf_flush(&out);
	buf_free(&out);
	buf_free(&codes);
	return cli_printed(PROGRAM, EXIT_DONE);
}
