/*
 * Who must know? The programs that regenerate what was made for the old
 * machine come first, then management, which so hears that it was done.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alarm.h"
#include "asked.h"
#include "buf.h"
#include "identity.h"
#include "intern.h"
#include "os.h"
#include "policy.h"
#include "registry.h"
#include "tell.h"
#include "text.h"

enum { SAID = 4096, WORDS = IDENTITY_WORDS, MOVED = 2 * WORDS + 100 };
#define PATIENCE INT64_C(60000000000) /* ns a program has */

/* --- lines --- */

static void
put_sight(struct buf *b, const struct sight *s)
{
	if (s->is == IDENTIFIED)
		identity_json(&s->id, b);
	else
		buf_str(b, "null");
}

/* From where to where; nothing runs unless it is known where that is. */
static void
describe(const struct run *r, char *text, size_t n)
{
	const struct sight *to = &r->after;
	char from[WORDS];

	if (to->is == IDENTIFIED) {
		identity_moved(&r->before.id, &to->id, text, n);
		return;
	}
	identity_text(&r->before.id, from, sizeof(from));
	if (to->is == IDENTIFIED_DOWN)
		snprintf(text, n, "from %s to no machine: it does not run",
		    from);
	else
		snprintf(text, n, "from %s to a machine nobody knows: %.300s",
		    from, to->why);
}

/* The same in a sentence, for those who tell it to people. */
static void
put_text(const struct guard *g, const struct run *r, struct buf *b)
{
	struct buf text = { 0 };
	char moved[MOVED];

	describe(r, moved, sizeof(moved));
	buf_printf(&text, "it moved while \"%s\" ran: %s; the output is thrown "
	    "away", g->argv[0], moved);
	buf_str(b, ",\"text\":");
	buf_json(b, text.data, text.len);
	buf_free(&text);
}

static void
put_run(const struct guard *g, const struct run *r, struct buf *b)
{
	buf_printf(b, "{\"t\":%" PRId64 ",\"vm\":", r->time);
	buf_json(b, name_str(g->vm), name_len(g->vm));
	buf_str(b, ",\"command\":");
	buf_json(b, g->argv[0], strlen(g->argv[0]));
	buf_printf(b, ",\"run\":%zu,\"status\":%d,\"result\":\"%s\","
	    "\"before\":", r->number, r->status, r->same ? "consistent" :
	    "inconsistent");
	put_sight(b, &r->before);
	buf_str(b, ",\"after\":");
	put_sight(b, &r->after);
	if (!r->same)
		put_text(g, r, b);
	buf_str(b, "}\n");
}

int
tell_event(const struct guard *g, const struct run *r)
{
	struct buf b = { .out = g->events };

	if (g->events == NULL)
		return 0;
	put_run(g, r, &b);
	if (buf_flush(&b) && fflush(g->events) != 0)
		b.err = errno;
	buf_free(&b);
	return b.err;
}

static void
say(const struct guard *g, const struct run *r, bool again)
{
	char moved[MOVED], when[40] = "";
	time_t t = (time_t)(r->time / 1000000000);
	struct tm tm;

	describe(r, moved, sizeof(moved));
	if (gmtime_r(&t, &tm) != NULL)
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(stderr, "camprun: %s \"%s\" moved while \"%s\" ran: %s; its "
	    "output is thrown away%s\n", when, name_str(g->vm),
	    g->argv[0], moved, again ? ", and it runs again" : "");
}

/* --- the folder --- */

static void
keep(const struct guard *g, const char *line, size_t n)
{
	char *path = text_below(g->folder, "moves");
	struct os_file *f = NULL;
	int err = os_open(path, true, &f);

	if (err == 0)
		err = os_append(f, line, n);
	if (err == 0)
		err = os_sync(f);
	if (err != 0)
		fprintf(stderr, "camprun: cannot write \"%s\": %s\n", path,
		    strerror(-err));
	os_close(f);
	free(path);
}

/* --- programs --- */

/* The environment of this process, and what happened. */
static char **
environment(const struct guard *g, const struct run *r, char **own)
{
	extern char **environ;
	struct buf b[4] = { { 0 } };
	size_t n = 0, i;
	char **env;

	buf_printf(&b[0], "CAMPRUN_VM=%s", name_str(g->vm));
	buf_str(&b[1], "CAMPRUN_BEFORE=");
	put_sight(&b[1], &r->before);
	buf_str(&b[2], "CAMPRUN_AFTER=");
	put_sight(&b[2], &r->after);
	buf_printf(&b[3], "CAMPRUN_TIME=%" PRId64, r->time);
	while (environ[n] != NULL)
		n++;
	env = mem_alloc(n + 5, sizeof(*env));
	for (i = 0; i < n; i++)
		env[i] = environ[i];
	for (i = 0; i < 4; i++) {
		buf_char(&b[i], '\0');
		env[n + i] = own[i] = b[i].data;
	}
	return env;
}

static void
run_program(char **argv, char **env, const struct buf *line, const char *what)
{
	struct stage s = { .argv = argv, .envp = env };
	struct said a;
	char words[WORDS];

	if (!asked_run(&s, line->data, line->len, PATIENCE, SAID, &a))
		fprintf(stderr, "camprun: cannot run %s: %s\n", what,
		    strerror(errno));
	else if (a.how != ENDED_EXIT || a.code != 0) {
		said_tell(&a, words, sizeof(words));
		fprintf(stderr, "camprun: %s \"%s\" %s\n", what, argv[0],
		    words);
	}
	said_free(&a);
}

static void
run_registered(const struct guard *g, char **env, const struct buf *line)
{
	char *folder = text_below(g->folder, "programs"), what[120];
	struct registry l;
	int err = registry_read(folder, &l);
	size_t i;

	if (err != 0 && err != -EBADMSG)
		fprintf(stderr, "camprun: cannot read \"%s\": %s\n", folder,
		    strerror(-err));
	for (i = 0; i < l.n; i++) {
		if (!glob_match(l.v[i].match, name_str(g->vm)))
			continue;
		snprintf(what, sizeof(what), "the registered program %s",
		    l.v[i].name);
		run_program(l.v[i].argv, env, line, what);
	}
	registry_free(&l);
	free(folder);
}

static void
run_notify(const struct guard *g, char **env, const struct buf *line)
{
	char *copy = text_join(g->notify, ""), *argv[] = { copy, NULL };

	run_program(argv, env, line, "the program to notify");
	free(copy);
}

void
tell_moved(const struct guard *g, const struct run *r, bool again)
{
	struct buf line = { 0 };
	char *own[4], **env = environment(g, r, own);
	size_t i;

	say(g, r, again);
	put_run(g, r, &line);
	if (g->folder != NULL)
		keep(g, line.data, line.len);
	if (g->signal > 0 && kill((pid_t)g->signal, SIGHUP) != 0)
		fprintf(stderr, "camprun: cannot signal process %ld: %s\n",
		    g->signal, strerror(errno));
	if (g->folder != NULL)
		run_registered(g, env, &line);
	if (g->notify != NULL)
		run_notify(g, env, &line);
	alarm_raise(g, r->time);
	for (i = 0; i < 4; i++)
		free(own[i]);
	free(env);
	buf_free(&line);
}
