/*
 * Which snapshots are there, and which can go? One line each for a person;
 * what a rollback needs is kept in spite of him.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "intern.h"
#include "keep.h"
#include "session.h"

#define SECOND INT64_C(1000000000)

/* --- listing --- */

static void
put_one(const struct session *s, const struct kept *k, struct buf *b)
{
	time_t t = (time_t)(k->time / SECOND);
	char name[KEEP_NAME], when[32];
	struct tm tm;

	keep_name(exec_kept(s->x), k, name);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
	buf_printf(b, "%s %s %s %s %" PRIu32 " KiB %s %s\n", name, when,
	    keep_kind_name(k->kind), keep_deed_name(k->deed), k->kib,
	    exec_needs(s->x, k) ? "needed" : "removable",
	    name_str(k->entity));
}

static int
list(const struct session *s)
{
	const struct keep *k = exec_kept(s->x);
	struct buf b = { .out = stdout };
	int status = DONE;
	size_t i;

	for (i = 0; i < k->n; i++)
		if (keep_is_there(&k->v[i]))
			put_one(s, &k->v[i], &b);
	if (!buf_flush(&b))
		status = session_system_failure("write", "standard output",
		    b.err);
	buf_free(&b);
	return status;
}

/* --- removing --- */

static bool
is_meant(const struct session *s, const struct kept *k)
{
	char name[KEEP_NAME];

	if (!keep_is_there(k))
		return false;
	if (strcmp(s->o->remove, "failed") == 0)
		return k->kind == KEEP_FAILED;
	keep_name(exec_kept(s->x), k, name);
	return strcmp(s->o->remove, name) == 0;
}

/* Is one meant, and can all go that are? */
static int
check(const struct session *s)
{
	const struct keep *k = exec_kept(s->x);
	enum command c;
	size_t i, n = 0;

	if (exec_in_flight(s->x, &c))
		return session_say(DECIDE, "a command was interrupted: resume "
		    "goes on, and then snapshots can be removed%s%s", "", "");
	for (i = 0; i < k->n; i++) {
		if (!is_meant(s, &k->v[i]))
			continue;
		n++;
		if (exec_needs(s->x, &k->v[i]))
			return session_say(DECIDE, "a rollback needs %s of "
			    "\"%s\": commit, or roll back first",
			    s->o->remove, name_str(k->v[i].entity));
	}
	return n > 0 || strcmp(s->o->remove, "failed") == 0 ? DONE :
	    session_say(USAGE, "there is no snapshot %s; camprun snapshots "
	    "--state=%s lists them", s->o->remove, s->o->state);
}

static int
remove_meant(struct session *s)
{
	struct exec_options e = { .driver = s->driver, .journal = s->journal,
		.policy = s->policy, .state = statedir_path(s->dir) };
	const struct keep *k = exec_kept(s->x);
	int status = DONE, one;
	char name[KEEP_NAME];
	size_t i;

	for (i = 0; i < k->n && status != SYSTEM; i++) {
		if (!is_meant(s, &k->v[i]))
			continue;
		keep_name(k, &k->v[i], name);
		one = exec_discard(s->x, i, &e, s->why);
		if (one == DONE)
			printf("removed %s\n", name);
		else
			status = session_say(one, "cannot remove %s: %s", name,
			    s->why);
	}
	return status;
}

int
operate_snapshots(const struct operate_options *o, struct diag *diag)
{
	struct session s = { .o = o, .diag = diag };
	int status = session_reopen(&s, o->remove == NULL);

	if (status == DONE && o->remove == NULL)
		status = list(&s);
	else if (status == DONE) {
		status = check(&s);
		if (status == DONE)
			status = session_reopen_policy(&s);
		if (status == DONE)
			status = session_open_driver(&s, false);
		if (status == DONE)
			status = remove_meant(&s);
	}
	session_end(&s);
	return status;
}
