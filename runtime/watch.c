/*
 * How far is it? On a terminal one line is rewritten, at most ten times a
 * second; elsewhere each procedure gets a line when it begins, and a long one
 * a line a minute.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "os.h"
#include "watch.h"

static volatile sig_atomic_t stop;

enum { FORGIVEN = 20 };

struct watch {
	bool terminal;
	int64_t began, last;
	uint32_t proc;
	enum direction way;
	size_t count;
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

enum { TENTH = 100000000 };
#define MINUTE INT64_C(60000000000)

static const char *
where(const struct actions *a, size_t at)
{
	const struct act *x = &a->act[at];

	if (x->proc != NONE)
		return name_str(a->proc[x->proc].p->name);
	return x->part == PART_INIT ? "initialization" :
	    x->part == PART_COMPLETE ? "completion" : "commit";
}

static void
plain(const struct actions *a, size_t at, enum direction d, int64_t now)
{
	static const char *const way[] = { "", "undoing ", "rolling back " };

	if (a->act[at].proc == watch.proc && d == watch.way &&
	    now - watch.last < MINUTE)
		return;
	watch.proc = a->act[at].proc;
	watch.way = d;
	watch.last = now;
	fprintf(stderr, "action %zu of %zu: %s%s\n", at + 1, a->n, way[d],
	    where(a, at));
}

static void
rewrite(const struct actions *a, size_t at, enum direction d, int64_t now)
{
	static const char *const phase[] = { "", "undo ", "rollback " };
	int64_t spent = now - watch.began, left;

	if (now - watch.last < TENTH)
		return;
	watch.last = now;
	left = watch.count == 0 ? 0 : spent / (int64_t)watch.count *
	    (int64_t)(d == DO_FORWARD ? a->n - at : at);
	fprintf(stderr, "\r\033[K%s%zu/%zu %s, about %lld s left", phase[d],
	    at + 1, a->n, where(a, at), (long long)(left / 1000000000));
}

static void
progress(void *arg, const struct actions *a, size_t at, enum direction d,
    uint32_t attempt, bool ended)
{
	int64_t now;

	(void)arg;
	(void)attempt;
	if (ended) {
		watch.count++;
		return;
	}
	now = os_now();
	if (watch.terminal)
		rewrite(a, at, d, now);
	else
		plain(a, at, d, now);
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
	bool fails = strstr(what, "no") == what || strstr(what, "NOT") == what;

	(void)arg;
	fprintf(stderr, "%scamprun: %s \"%s\"%s%s\n", watch.terminal ?
	    "\r\033[K" : "", what, name_str(dn), fails ? ": " : "",
	    fails ? why : "");
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
watch_begin(struct exec_options *o, const struct actions *a)
{
	struct sigaction act;

	(void)a;
	memset(&act, 0, sizeof(act));
	act.sa_handler = on_interrupt;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	watch = (struct watch){ .terminal = isatty(STDERR_FILENO) != 0,
		.began = os_now(), .proc = NONE - 1 };
	o->progress = progress;
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
