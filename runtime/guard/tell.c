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
#include "buf.h"
#include "identity.h"
#include "intern.h"
#include "os.h"
#include "react.h"
#include "tell.h"
#include "text.h"

enum { WORDS = IDENTITY_WORDS, MOVED = 2 * WORDS + 100 };

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

static char *
sight_json(const struct sight *s)
{
	struct buf b = { 0 };

	put_sight(&b, s);
	buf_char(&b, '\0');
	return b.data;
}

void
tell_moved(const struct guard *g, const struct run *r, bool again)
{
	struct buf line = { 0 };
	char *before = sight_json(&r->before), *after = sight_json(&r->after);
	struct react react = { .vm = name_str(g->vm), .before = before,
		.after = after, .time = r->time };

	say(g, r, again);
	put_run(g, r, &line);
	react.line = line.data;
	react.len = line.len;
	if (g->folder != NULL)
		keep(g, line.data, line.len);
	if (g->signal > 0 && kill((pid_t)g->signal, SIGHUP) != 0)
		fprintf(stderr, "camprun: cannot signal process %ld: %s\n",
		    g->signal, strerror(errno));
	if (g->folder != NULL)
		react_registered(&react, g->folder);
	if (g->notify != NULL)
		react_program(&react, g->notify);
	alarm_raise(g, r->time);
	free(before);
	free(after);
	buf_free(&line);
}
