/*
 * Which programs are registered, and what may be? A name is taken once, and a
 * program has its whole path: whoever moves a machine does not choose what runs
 * then.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "kept.h"
#include "os.h"
#include "registry.h"
#include "text.h"

#define PROGRAM "camprun"

int
kept_is_program(const char *path, const char *whose)
{
	if (path[0] != '/')
		return cli_usage(PROGRAM, "%s \"%s\" must be the whole path of "
		    "a program", whose, path);
	if (access(path, X_OK) != 0)
		return cli_usage(PROGRAM, "%s \"%s\" cannot be run: %s", whose,
		    path, strerror(errno));
	return 0;
}

char *
kept_folder(const char *state)
{
	char *folder = text_below(state, "guard");
	int err = os_mkdir(state);

	if (err == 0 || err == -EEXIST)
		err = os_mkdir(folder);
	if (err == 0 || err == -EEXIST)
		return folder;
	cli_failure(PROGRAM, "make", folder, -err);
	free(folder);
	return NULL;
}

/* --- what is wrong with the command --- */

static int
wrong_name(const struct kept *k)
{
	if (k->noperand != 1)
		return cli_usage(PROGRAM, "guard %s needs one NAME", k->word);
	if (registry_is_name(k->operand[0]))
		return 0;
	return cli_usage(PROGRAM, "\"%s\" is no name: it has at most 64 "
	    "letters, digits, \"-\" and \"_\"", k->operand[0]);
}

static bool
has_program(const struct kept *k)
{
	return k->argv != NULL && k->argv[0] != NULL;
}

static int
wrong_words(const struct kept *k, bool named)
{
	int status = named ? wrong_name(k) : 0;

	if (status != 0)
		return status;
	if (k->state == NULL || (!named && k->noperand > 0))
		return cli_usage(PROGRAM, "guard %s needs --state DIR%s",
		    k->word, named ? "" : ", and no NAME");
	return 0;
}

/* The same where no program goes with it. */
static int
wrong_words_alone(const struct kept *k, bool named)
{
	int status = wrong_words(k, named);

	return status != 0 || !has_program(k) ? status : cli_usage(PROGRAM,
	    "guard %s takes nothing behind \"--\"", k->word);
}

/* The folder with the programs, below STATE/guard. */
static char *
programs_below(const char *state)
{
	char *folder = text_below(state, "guard");
	char *programs = text_below(folder, "programs");

	free(folder);
	return programs;
}

/* --- register --- */

static int
add(const struct kept *k, const char *programs)
{
	char all[] = "*";
	struct registered r = { .name = k->operand[0], .match = all,
		.argv = k->argv };
	char *match = k->match == NULL ? NULL : text_join(k->match, "");
	int err;

	if (match != NULL)
		r.match = match;
	err = registry_add(programs, &r);
	free(match);
	if (err == 0)
		return EXIT_DONE;
	if (err != -EEXIST)
		return cli_failure(PROGRAM, "write", programs, -err);
	fprintf(stderr, PROGRAM ": %s is registered already; deregister it "
	    "first\n", k->operand[0]);
	return EXIT_ERRORS;
}

int
kept_add(const struct kept *k)
{
	int status = wrong_words(k, true);
	char *folder, *programs;

	if (status != 0)
		return status;
	if (!has_program(k))
		return cli_usage(PROGRAM, "guard %s needs a program behind "
		    "\"--\"", k->word);
	status = kept_is_program(k->argv[0], "what is registered,");
	if (status != 0)
		return status;
	folder = kept_folder(k->state);
	if (folder == NULL)
		return EXIT_SYSTEM;
	free(folder);
	programs = programs_below(k->state);
	status = add(k, programs);
	free(programs);
	return status;
}

/* --- deregister --- */

int
kept_remove(const struct kept *k)
{
	int status = wrong_words_alone(k, true), err;
	char *programs;

	if (status != 0)
		return status;
	programs = programs_below(k->state);
	err = registry_remove(programs, k->operand[0]);
	if (err != 0 && err != -ENOENT)
		status = cli_failure(PROGRAM, "write", programs, -err);
	free(programs);
	if (err != -ENOENT)
		return status;
	fprintf(stderr, PROGRAM ": %s is not registered; guard list --state "
	    "%s says what is\n", k->operand[0], k->state);
	return EXIT_ERRORS;
}

/* --- list --- */

static void
put_json(const struct registered *r, struct buf *b)
{
	size_t i;

	buf_str(b, "{\"name\":");
	buf_json(b, r->name, strlen(r->name));
	buf_str(b, ",\"vm\":");
	buf_json(b, r->match, strlen(r->match));
	buf_str(b, ",\"program\":[");
	for (i = 0; r->argv[i] != NULL; i++) {
		buf_str(b, i == 0 ? "" : ",");
		buf_json(b, r->argv[i], strlen(r->argv[i]));
	}
	buf_str(b, "]}\n");
}

static void
put_text(const struct registered *r, struct buf *b)
{
	size_t i;

	buf_printf(b, "%s\t%s\t", r->name, r->match);
	for (i = 0; r->argv[i] != NULL; i++)
		buf_printf(b, "%s%s", i == 0 ? "" : " ", r->argv[i]);
	buf_char(b, '\n');
}

static int
list(const struct kept *k, const char *programs)
{
	struct registry l;
	struct buf b = { .out = stdout };
	int err = registry_read(programs, &l), status;
	size_t i;

	for (i = 0; i < l.n; i++)
		if (k->json)
			put_json(&l.v[i], &b);
		else
			put_text(&l.v[i], &b);
	buf_flush(&b);
	buf_free(&b);
	registry_free(&l);
	status = cli_printed(PROGRAM, EXIT_DONE);
	if (err == -EBADMSG)
		return EXIT_ERRORS;
	return err == 0 ? status : cli_failure(PROGRAM, "read", programs,
	    -err);
}

int
kept_list(const struct kept *k)
{
	int status = wrong_words_alone(k, false);
	char *programs;

	if (status != 0)
		return status;
	programs = programs_below(k->state);
	status = list(k, programs);
	free(programs);
	return status;
}
