/*
 * How far is it? On a terminal one line is rewritten, at most ten times a
 * second, and once a second while an action runs; elsewhere each procedure
 * gets a line when it begins, and whatever takes long a line a minute.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "buf.h"
#include "os.h"
#include "remain.h"
#include "watch.h"

static volatile sig_atomic_t stop;

enum { FORGIVEN = 20 };

struct watch {
	bool terminal;
	const struct actions *a;
	int64_t began, last; /* in this direction; the latest line */
	int64_t since; /* the action */
	uint32_t proc;
	enum direction way;
	size_t from, at; /* actions: where it began, where it is */
	bool stops; /* and has said where */
	uint32_t forgiven[FORGIVEN]; /* labels and entities */
	size_t nforgiven;
};
static struct watch watch;

static void
on_interrupt(int sig)
{
	static const char first[] = "\ncamprun: stopping at the next safe "
	    "point; once more undoes the step that runs\n";
	static const char second[] = "\ncamprun: giving up what runs and "
	    "undoing its step\n";
	static const char third[] = "\ncamprun: giving up what runs\n";
	ssize_t n;

	(void)sig;
	if (stop < INT_MAX)
		stop++;
	n = stop == 1 ? write(STDERR_FILENO, first, sizeof(first) - 1) :
	    stop == 2 ? write(STDERR_FILENO, second, sizeof(second) - 1) :
	    write(STDERR_FILENO, third, sizeof(third) - 1);
	(void)n;
}

#define SECOND INT64_C(1000000000)
#define TENTH (SECOND / 10)
#define MINUTE (60 * SECOND)

static const char *
where(const struct actions *a, size_t at)
{
	const struct act *x = &a->act[at];

	if (x->proc != NONE)
		return name_str(a->proc[x->proc].p->name);
	return x->part == PART_INIT ? "initialization" :
	    x->part == PART_COMPLETE ? "completion" : "commit";
}

/* How much of a line fits, in columns; a byte is at least one of them. */
static size_t
columns(void)
{
	struct winsize w;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20 ?
	    w.ws_col - 1U : 79;
}

/* A line in place of the one before, or a line of its own; names may hold
 * anything, which is not for terminals. */
static void
put(struct buf *b, int64_t now)
{
	size_t n = b->len, most = columns(), i;

	for (i = 0; i < n; i++)
		if ((unsigned char)b->data[i] < ' ' || b->data[i] == 0x7f)
			b->data[i] = '?';
	if (watch.terminal && n > most) {
		n = most;
		while (n > 0 && ((unsigned char)b->data[n] & 0xc0) == 0x80)
			n--;
	}
	fprintf(stderr, watch.terminal ? "\r\033[K%.*s" : "%.*s\n", (int)n,
	    b->data);
	fflush(stderr);
	buf_free(b);
	watch.last = now;
}

static void
put_remaining(struct buf *b, int64_t now)
{
	if (watch.terminal || now - watch.began >= MINUTE)
		remain_write(b, watch.a, watch.from, watch.at, watch.way,
		    now - watch.began);
}

static void
plain(int64_t now, bool begins)
{
	static const char *const way[] = { "", "undoing ", "rolling back " };
	struct buf b = { 0 };

	if (!begins && now - watch.last < MINUTE)
		return;
	buf_printf(&b, "action %zu of %zu: %s%s", watch.at + 1, watch.a->n,
	    way[watch.way], where(watch.a, watch.at));
	put_remaining(&b, now);
	put(&b, now);
}

static const char *const turn[] = { "", "undo ", "rollback " };

static void
rewrite(int64_t now)
{
	struct buf b = { 0 };

	if (now - watch.last < TENTH)
		return;
	buf_printf(&b, "%s%zu/%zu %s", turn[watch.way], watch.at + 1,
	    watch.a->n, where(watch.a, watch.at));
	put_remaining(&b, now);
	put(&b, now);
}

/* Who interrupts it is told what that means, once, where it is known. */
static void
tell_stop(void)
{
	const struct actions *a = watch.a;
	struct buf b = { 0 };
	size_t end;

	if (stop == 0 || watch.stops)
		return;
	watch.stops = true;
	end = remain_until_safe(a, watch.at, watch.way);
	if (watch.at >= a->wrapup)
		buf_str(&b, "the commit goes on, as it cannot be undone");
	else if (watch.way != DO_UNDO)
		buf_printf(&b, watch.way == DO_FORWARD ? "the next safe point "
		    "is after action %zu of %zu, the end of %s" : "the next "
		    "safe point is when action %zu of %zu is taken back, the "
		    "first of %s", end + 1, a->n, where(a, end));
	if (watch.at < a->wrapup && watch.way != DO_UNDO)
		remain_write_until(&b, a, watch.from, watch.at, end,
		    os_clock() - watch.began);
	if (b.len > 0)
		fprintf(stderr, "%scamprun: %.*s\n", watch.terminal ?
		    "\r\033[K" : "", (int)b.len, b.data);
	buf_free(&b);
}

static void
progress(void *arg, const struct actions *a, size_t at, enum direction d,
    uint32_t attempt, bool ended)
{
	bool turns = watch.a == NULL || d != watch.way, begins;
	int64_t now;

	(void)arg;
	(void)attempt;
	now = os_clock();
	if (ended) { /* people take their time: that is no pace */
		if (a->act[at].verb == VERB_NOTIFY)
			watch.began += now - watch.since;
		return;
	}
	watch.since = now;
	begins = turns || a->act[at].proc != watch.proc;
	if (turns) {
		watch.began = now;
		watch.from = at;
	}
	watch.a = a;
	watch.at = at;
	watch.way = d;
	watch.proc = a->act[at].proc;
	if (watch.terminal)
		rewrite(now);
	else
		plain(now, begins);
	tell_stop();
}

/* It lives: what runs, for how long, and how long it may. */
static void
waiting(void *arg, const struct order *o, int64_t spent)
{
	int64_t now = os_clock();
	struct buf b = { 0 };

	(void)arg;
	if (watch.a == NULL)
		return;
	tell_stop();
	if (spent < SECOND ||
	    now - watch.last < (watch.terminal ? SECOND : MINUTE))
		return;
	buf_printf(&b, watch.terminal ? "%s%zu/%zu" : "%saction %zu of %zu",
	    turn[watch.way], watch.at + 1, watch.a->n);
	put_remaining(&b, now);
	buf_printf(&b, ": %s for ", verb_name(o->verb));
	remain_write_time(&b, spent);
	if (o->timeout > 0) {
		buf_str(&b, " of at most ");
		remain_write_time(&b, o->timeout);
	}
	if (o->entity != NAME_NONE)
		buf_printf(&b, ", %s", name_str(o->entity));
	put(&b, now);
}

/* A line of its own, past the one that is rewritten. */
static void
called(void *arg, const struct order *o)
{
	static const char *const phase[] = { "", " (undo)", " (rollback)" };
	bool says = o->callback->string != NAME_NONE;

	(void)arg;
	fprintf(stderr, "%scallback%s \"%s\"%s%s%s\n", watch.terminal ?
	    "\r\033[K" : "", phase[o->direction],
	    name_str(o->callback->label), says ? ": \"" : "",
	    says ? name_str(o->callback->string) : "", says ? "\"" : "");
}

/* A line for each, as it may be long until the end. */
static void
kept(void *arg, const char *what, uint32_t dn, const char *why)
{
	(void)arg;
	fprintf(stderr, "%scamprun: %s \"%s\"%s%s\n", watch.terminal ?
	    "\r\033[K" : "", what, name_str(dn), why != NULL ? ": " : "",
	    why != NULL ? why : "");
}

/* They are few, and told again at the end. */
static void
forgave(void *arg, const struct order *o, const char *why)
{
	uint32_t name = o->callback != NULL ? o->callback->label : o->entity;

	(void)arg;
	fprintf(stderr, "%scamprun: %s%s\"%s\" failed, and may: %s\n",
	    watch.terminal ? "\r\033[K" : "", o->callback != NULL ? "" :
	    verb_name(o->verb), o->callback != NULL ? "" : " of ",
	    name_str(name), why);
	if (watch.nforgiven < FORGIVEN)
		watch.forgiven[watch.nforgiven] = name;
	watch.nforgiven++;
}

void
watch_begin(struct exec_options *o)
{
	struct sigaction act;

	stop = 0;
	memset(&act, 0, sizeof(act));
	act.sa_handler = on_interrupt;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	watch = (struct watch){ .terminal = isatty(STDERR_FILENO) != 0 };
	o->progress = progress;
	o->waiting = waiting;
	o->called = called;
	o->forgave = forgave;
	o->kept = kept;
	o->stop = &stop;
}

void
watch_end(void)
{
	size_t i;

	if (watch.terminal && watch.last != 0)
		fputs("\r\033[K", stderr);
	if (watch.nforgiven == 0)
		return;
	fprintf(stderr, "camprun: %zu that may fail did:", watch.nforgiven);
	for (i = 0; i < watch.nforgiven && i < FORGIVEN; i++)
		fprintf(stderr, "%s \"%s\"", i == 0 ? "" : ",",
		    name_str(watch.forgiven[i]));
	fputs(i < watch.nforgiven ? ", ...\n" : "\n", stderr);
}
