/*
 * What did the user ask for? A command with its operands and options; the exit
 * status of the process is what it comes to.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "explain.h"
#include "model.h"
#include "near.h"
#include "options.h"
#include "run.h"

enum { COMMANDS_MAX = 32 };

static bool
is_dash(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

static int
stdin_operands(const struct options *o)
{
	int i, n = is_dash(o->policy) + is_dash(o->classes);
	size_t k;

	for (i = 0; i < o->noperand; i++)
		n += is_dash(o->operand[i]);
	for (k = 0; k < o->nmetrics; k++)
		n += is_dash(o->metrics[k]);
	return n;
}

static bool
same_file(const char *a, const char *b)
{
	struct stat s, t;

	return a != NULL && b != NULL && !is_dash(a) && !is_dash(b) &&
	    stat(a, &s) == 0 && stat(b, &t) == 0 && S_ISREG(s.st_mode) &&
	    s.st_dev == t.st_dev && s.st_ino == t.st_ino;
}

/* Is it one of the inputs? */
static bool
is_input(const struct options *o, const char *path)
{
	size_t k;
	int i;

	for (i = 0; i < o->noperand; i++)
		if (same_file(path, o->operand[i]))
			return true;
	for (k = 0; k < o->nmetrics; k++)
		if (same_file(path, o->metrics[k]))
			return true;
	return same_file(path, o->policy) || same_file(path, o->classes);
}

/* Writing over an input is no wish but a slip; converting in place is one. */
static const char *
overwritten(const struct options *o)
{
	size_t k;

	for (k = 0; k < o->nplan; k++)
		if (is_input(o, o->plan[k]))
			return o->plan[k];
	return is_input(o, o->output) ? o->output :
	    is_input(o, o->report) ? o->report : NULL;
}

/* The command that a first operand is like which is no file, or NULL. */
static const char *
meant_command(const struct options *o)
{
	const char *names[COMMANDS_MAX];
	struct stat s;
	size_t n;

	if (o->noperand == 0 || is_dash(o->operand[0]) ||
	    strpbrk(o->operand[0], "./") != NULL ||
	    stat(o->operand[0], &s) == 0)
		return NULL;
	for (n = 0; n < COMMANDS_MAX && command_at(n) != NULL; n++)
		names[n] = command_at(n)->name;
	return near_match(o->operand[0], names, n);
}

static int
needs_operands(const struct command *c)
{
	char program[64] = PROGRAM;

	if (c->name != NULL)
		snprintf(program, sizeof(program), PROGRAM " %s", c->name);
	return cli_usage(program, "needs %s", c->operands);
}

static int
obey(struct run *r, const struct command *c)
{
	int i;

	if (c->name == NULL && meant_command(r->opt) != NULL)
		return cli_usage(PROGRAM, "there is no command %s; did you "
		    "mean %s?", r->opt->operand[0], meant_command(r->opt));
	if (r->opt->noperand < c->min || r->opt->noperand > c->max)
		return needs_operands(c);
	if (stdin_operands(r->opt) > 1)
		return cli_usage(PROGRAM, "only one input can be -");
	if (c->bit != CMD_CONVERT && overwritten(r->opt) != NULL)
		return cli_usage(PROGRAM, "%s is an input too and would be "
		    "lost", overwritten(r->opt));
	r->diag.least = r->opt->least;
	r->diag.max = r->opt->max_errors;
	if (r->opt->format == DIAG_SARIF)
		r->diag.rule = explain_rules(&r->diag.arena);
	r->models = mem_alloc((size_t)r->opt->noperand + 1,
	    sizeof(*r->models));
	r->allow.today = r->opt->today != 0 ? r->opt->today : allow_today();
	allow_begin(&r->allow, &r->diag);
	c->run(r);
	diag_free(&r->diag);
	allow_free(&r->allow);
	for (i = 0; i < r->nmodel; i++)
		model_free(r->models[i]);
	free(r->models);
	intern_clear();
	return r->status;
}

/* Large arrays come from the system and go back to it at once: a pass that is
 * over leaves no hole behind. */
static void
tame_malloc(void)
{
#ifdef M_MMAP_THRESHOLD
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

int
main(int argc, char **argv)
{
	struct options opt = { .zoom = PLAN_DEFAULT,
		.max_bytes = VIEW_MD_BYTES, .fail_on = DIAG_ERROR };
	struct run r = { .opt = &opt };
	const struct command *c = command_find(argc > 1 ? argv[1] : NULL);
	int err;

	tame_malloc();
	if (c->bit == 0)
		return cli_usage(PROGRAM, "%s is not available in this "
		    "version", argv[1]);
	if (c->name != NULL) {
		argc--;
		argv++;
	}
	err = options_parse(&opt, argc, argv, c->bit);
	if (err != 0)
		return err;
	if (opt.help)
		return command_help(c);
	if (opt.completion != NULL)
		return command_completion(opt.completion);
	if (opt.version)
		return cli_version(PROGRAM);
	return obey(&r, c);
}
