/*
 * What does a run say to those who only look? The campaign and the models are
 * read once; the journal is played again whenever it has grown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "campaign_fsm.h"
#include "cli.h"
#include "diag.h"
#include "exec.h"
#include "inputs.h"
#include "journal.h"
#include "look.h"
#include "os.h"
#include "statedir.h"

static int
failure(const struct diag *d, const char *what, const char *path, int err)
{
	return d->nerror > 0 ? EXIT_ERRORS :
	    cli_failure("camprun", what, path, -err);
}

static int
read_run(struct look *l, struct diag *d)
{
	struct inputs in;
	int status = inputs_read_kept(&in, l->dir, d);

	l->c = in.campaign;
	l->source = in.source;
	if (status != EXIT_DONE)
		return status;
	l->a = actions_make(l->c, l->source, "show", d);
	return l->a == NULL ? EXIT_ERRORS : EXIT_DONE;
}

int
look_open(struct look *l, const char *state, struct diag *d)
{
	int err, status;

	memset(l, 0, sizeof(*l));
	err = statedir_look(state, d, &l->dir);
	if (err != 0)
		return failure(d, "open", state, err);
	status = read_run(l, d);
	return status == EXIT_DONE ? look_again(l, d) : status;
}

/* --- now --- */

static uint64_t
journal_size(const struct look *l)
{
	char *path = statedir_file(l->dir, "journal");
	struct stat st;
	uint64_t size = stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;

	free(path);
	return size;
}

/* The process that said it works here, if it still lives and is one of ours:
 * another one may have got its number. */
static long
worker(const struct look *l)
{
	char *path = statedir_file(l->dir, "pid"), *text = NULL;
	char comm[64];
	size_t n;
	long pid = os_read_all(path, &text, &n) == 0 ? strtol(text, NULL, 10) :
	    0;

	free(path);
	free(text);
	text = NULL;
	snprintf(comm, sizeof(comm), "/proc/%ld/comm", pid);
	if (pid <= 0 || os_read_all(comm, &text, &n) != 0 ||
	    strncmp(text, "camprun", 7) != 0)
		pid = 0;
	free(text);
	return pid;
}

static bool
take(void *arg, const struct record *r)
{
	struct look *l = arg;

	board_record(l->board, r);
	return exec_record(l->x, r);
}

static bool
is_back(const struct exec *x)
{
	return exec_state(x) == CMPG_ROLLBACK_COMPLETED ||
	    exec_state(x) == CMPG_ROLLBACK_COMMITTED;
}

int
look_again(struct look *l, struct diag *d)
{
	uint64_t size = journal_size(l);
	char why[512] = "";
	int err;

	l->pid = worker(l);
	if (l->x != NULL && size == l->size)
		return EXIT_DONE;
	l->size = size;
	exec_free(l->x);
	board_free(l->board);
	l->x = exec_new(l->c, l->source, l->a);
	l->board = board_new(l->a);
	err = journal_read(statedir_path(l->dir), d, take, l);
	if (err != 0)
		return failure(d, "read the journal of",
		    statedir_path(l->dir), err);
	err = exec_know_run(l->x, statedir_path(l->dir));
	if (err != 0)
		return failure(d, "read the journal of",
		    statedir_path(l->dir), err);
	if (!exec_replay(l->x, why)) {
		fprintf(stderr, "camprun: the journal does not fit: %s\n", why);
		return EXIT_ERRORS;
	}
	board_count(l->board, is_back(l->x));
	return EXIT_DONE;
}

bool
look_is_interrupted(const struct look *l)
{
	enum command c;

	return l->pid == 0 && exec_in_flight(l->x, &c);
}

bool
look_is_over(const struct look *l)
{
	return exec_state(l->x) == CMPG_CAMPAIGN_COMMITTED ||
	    exec_state(l->x) == CMPG_ROLLBACK_COMMITTED;
}

const char *
look_advice(const struct look *l)
{
	const char *advice = exec_advice(l->x);

	return advice != NULL ? advice : l->pid != 0 ? "suspend it" :
	    "resume it";
}

void
look_close(struct look *l)
{
	exec_free(l->x);
	board_free(l->board);
	actions_free(l->a);
	statedir_close(l->dir);
	campaign_free(l->c);
	model_free(l->source);
}
