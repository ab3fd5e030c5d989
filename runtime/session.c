/*
 * What does a command hold, and where does it come from: the campaign, its
 * models and its policy, as they are named or as the run keeps them?
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli.h"
#include "plugin.h"
#include "session.h"

enum { MOST_DIFFERENCES = 10 };

int
session_say(int status, const char *fmt, const char *a, const char *b)
{
	fputs("camprun: ", stderr);
	fprintf(stderr, fmt, a, b);
	fputc('\n', stderr);
	return status;
}

int
session_system_failure(const char *what, const char *path, int err)
{
	return cli_failure("camprun", what, path, err);
}

/* Findings were reported for these; the rest is the system's. */
int
session_statedir_failure(const struct session *s, const char *what, int err)
{
	if (s->diag->nerror > 0)
		return ERRORS;
	return session_system_failure(what, s->o->state, -err);
}

/* --- reading --- */

/* Reading ended like that: are there actions to carry out? */
static int
make_actions(struct session *s, int status)
{
	if (status != EXIT_DONE)
		return status;
	s->a = actions_make(s->in.campaign, s->in.source, "carry out",
	    s->diag);
	return s->a == NULL ? EXIT_ERRORS : EXIT_DONE;
}

int
session_read_inputs(struct session *s)
{
	return make_actions(s, inputs_read(&s->in, s->o->campaign,
	    s->o->source, s->o->target, s->diag));
}

/* Is the campaign the approved one? */
int
session_is_approved(const struct session *s)
{
	char digest[DIGEST_TEXT];
	int err;

	if (s->o->expect == NULL)
		return DONE;
	err = digest_stream(s->in.campaign->src->file, digest);
	if (err != 0)
		return session_system_failure("read", s->o->campaign, -err);
	return strcasecmp(digest, s->o->expect) == 0 ? DONE : session_say(ERRORS,
	    "the campaign is not the approved one: its SHA-256 is %s, --expect "
	    "says %s", digest, s->o->expect);
}

/* Was it made for this source? */
int
session_is_for_source(const struct session *s)
{
	return inputs_match(&s->in, s->o->source, s->diag) ? DONE : ERRORS;
}

/* --- the policy --- */

int
session_read_policy(struct session *s, const char *path)
{
	struct place at;
	int err;

	s->policy = policy_load(path, s->diag);
	if (s->policy == NULL)
		return session_system_failure("read", path, errno);
	if (s->diag->nerror > 0)
		return ERRORS;
	if (policy_lacks_program(s->policy, &at)) {
		diag_report(s->diag, DIAG_RUNS_PROGRAM, at, NAME_NONE,
		    "this rule runs a program, and does not say which");
		return ERRORS;
	}
	err = digest_stream(policy_src(s->policy)->file, s->policy_digest);
	return err == 0 ? DONE : session_system_failure("read", path, -err);
}

/* A run keeps its policy; who gives it another one means another run. */
static int
check_policy(struct session *s, const char *path)
{
	const char *kept = statedir_get(s->dir, "policy");
	char digest[DIGEST_TEXT];
	struct src *src = src_open(path);
	int err = src == NULL ? -errno : digest_stream(src->file, digest);

	src_close(src);
	if (err != 0)
		return session_system_failure("read", path, -err);
	if (kept == NULL)
		return session_say(ERRORS, "the run was begun without a policy, and "
		    "goes on without: leave out --policy=%s%s", path, "");
	if (strcmp(digest, kept) == 0)
		return DONE;
	return session_say(ERRORS, "the run was begun with another policy, which it "
	    "keeps: its SHA-256 is %s, that of this one %s; leave out "
	    "--policy", kept, digest);
}

int
session_reopen_policy(struct session *s)
{
	char *path;
	int status;

	if (s->o->policy != NULL) {
		status = check_policy(s, s->o->policy);
		if (status != DONE)
			return status;
	}
	if (statedir_get(s->dir, "policy") == NULL)
		return DONE;
	path = statedir_file(s->dir, "policy.yaml");
	status = session_read_policy(s, path);
	free(path);
	return status;
}

int
session_read_faults(struct session *s)
{
	const struct plugin *p;
	size_t i;

	for (i = 0; i < s->o->nfail; i++)
		if (!fault_add(&s->faults, s->o->fail[i], s->why))
			return session_say(USAGE, "--fail=%s: %s", s->o->fail[i],
			    s->why);
	s->faults.seed = s->o->seed;
	if (s->o->fault_file == NULL)
		return DONE;
	p = plugin_load("prove", s->why);
	if (p == NULL || p->fault_read == NULL)
		return session_say(SYSTEM, "%s%s", s->why, "");
	s->fault_src = src_open(s->o->fault_file);
	if (s->fault_src == NULL ||
	    !p->fault_read(&s->faults, s->fault_src, s->diag))
		return session_system_failure("read", s->o->fault_file, errno);
	return s->diag->nerror > 0 ? ERRORS : DONE;
}

/* The one it is given, or the run keeps; NULL: this status was said. */
static const struct plugin *
find_driver(struct session *s, const char **name, int *status)
{
	const struct plugin *p;

	*name = s->o->driver != NULL ? s->o->driver :
	    s->dir == NULL ? NULL : statedir_get(s->dir, "driver");
	p = plugin_load(*name == NULL ? "" : *name, s->why);
	*status = DONE;
	if (p == NULL)
		*status = session_say(USAGE, "%s%s", s->why, "");
	else if (p->open == NULL)
		*status = session_say(USAGE, "%s is no driver%s", *name, "");
	return *status == DONE ? p : NULL;
}

int
session_has_driver(struct session *s)
{
	const char *name;
	int status;

	find_driver(s, &name, &status);
	return status;
}

int
session_open_driver(struct session *s, bool fresh)
{
	struct driver_options d = { .state_dir = statedir_path(s->dir),
		.source = s->in.source, .policy = s->policy,
		.actions = s->a, .campaign = s->in.campaign, .diag = s->diag,
		.faults = &s->faults, .fresh = fresh };
	const char *name;
	int status;
	const struct plugin *p = find_driver(s, &name, &status);

	if (p == NULL)
		return status;
	s->driver = p->open(&d, s->why);
	if (s->driver == NULL)
		return session_say(SYSTEM, "the driver %s cannot start: %s", name,
		    s->why);
	return DONE;
}

/* The system must be what the campaign was made for. */
int
session_compare(struct session *s)
{
	struct world *w = world_new(s->in.source);
	size_t before = s->diag->nerror, n = s->driver->compare(
	    s->driver->self, w, stderr, MOST_DIFFERENCES);

	world_free(w);
	if (n == 0)
		return s->diag->nerror == before ? DONE : ERRORS;
	fprintf(stderr, "camprun: %zu difference%s between the system and the "
	    "source model; nothing was touched\n", n, n == 1 ? "" : "s");
	return ERRORS;
}

int
session_reopen(struct session *s, bool look)
{
	int status, err;

	err = look ? statedir_look(s->o->state, s->diag, &s->dir) :
	    statedir_open(s->o->state, s->diag, &s->dir);
	if (err != 0)
		return session_statedir_failure(s, "open", err);
	status = make_actions(s, inputs_read_kept(&s->in, s->dir, s->diag));
	if (status != DONE)
		return status;
	s->x = exec_new(s->in.campaign, s->in.source, s->a);
	err = look ? journal_read(statedir_path(s->dir), s->diag, exec_record,
	    s->x) : journal_open(statedir_path(s->dir), s->diag, exec_record,
	    s->x, &s->journal);
	if (err != 0)
		return session_statedir_failure(s, "read the journal of", err);
	err = exec_know_run(s->x, statedir_path(s->dir));
	if (err != 0)
		return session_statedir_failure(s, "read the journal of", err);
	if (!exec_replay(s->x, s->why))
		return session_say(ERRORS, "the journal does not fit: %s%s", s->why,
		    "");
	return DONE;
}

void
session_end(struct session *s)
{
	diag_print_errors(s->diag, s->o->format, "camprun", stderr);
	if (s->events != NULL && s->events != stdout)
		fclose(s->events);
	if (s->driver != NULL)
		s->driver->free(s->driver->self);
	policy_free(s->policy);
	faults_free(&s->faults);
	src_close(s->fault_src);
	exec_free(s->x);
	actions_free(s->a);
	if (s->journal != NULL)
		journal_close(s->journal);
	statedir_close(s->dir);
	inputs_free(&s->in);
}
