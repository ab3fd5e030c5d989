/*
 * What has become of a program? This side starts its keeper and waits for it:
 * the keeper alone holds the writing end of a pipe and the lock, so both tell
 * when it has ended, however that came.
 */
#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "keeper.h"
#include "os.h"
#include "text.h"

enum { WHY = 512 };
#define TICK INT64_C(20000000) /* ns */
#define PATIENCE INT64_C(5000000000) /* more than a keeper needs to end */

struct runner {
	char *dir;
	const struct job *job; /* what runs, or NULL */
	pid_t keeper;
	int life; /* its pipe */
};

static enum outcome
failed_to(const struct runner *r, const char *what, int err, char *why)
{
	snprintf(why, WHY, "cannot %s in \"%.200s\": %s", what, r->dir,
	    strerror(err));
	return OUTCOME_SYSTEM;
}

struct runner *
runner_new(const char *dir, char *why)
{
	struct runner *r = mem_alloc(1, sizeof(*r));
	int err = os_mkdir(dir);

	r->dir = text_join(dir, "");
	r->life = -1;
	if (err == 0 || err == -EEXIST)
		return r;
	failed_to(r, "begin", -err, why);
	runner_free(r);
	return NULL;
}

void
runner_free(struct runner *r)
{
	if (r == NULL)
		return;
	if (r->job != NULL)
		runner_cancel(r);
	free(r->dir);
	free(r);
}

/* --- what is kept --- */

static bool
read_ending(const struct runner *r, const char *name, struct ending *e,
    long *pid, unsigned long long *born)
{
	char *path = text_below(r->dir, name), *text;
	size_t n;
	bool ok = os_read_all(path, &text, &n) == 0 &&
	    keeper_parse(text, e, pid, born);

	free(text);
	free(path);
	return ok;
}

bool
runner_ending(const struct runner *r, const char *name, struct ending *e)
{
	unsigned long long born;
	long pid;

	return read_ending(r, name, e, &pid, &born);
}

/* Blanks for what would not do in one line of a terminal. */
static void
flatten(const char *from, size_t n, char *to)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = (unsigned char)from[i] < ' ' || from[i] == 127 ? ' ' :
		    from[i];
	to[n] = '\0';
}

void
runner_last_words(const struct runner *r, const struct job *job, char *text,
    size_t n)
{
	char name[96], *path, *all;
	size_t len, begin, room = n - 1;

	text[0] = '\0';
	snprintf(name, sizeof(name), "%.40s-%llu.log", job->name,
	    (unsigned long long)job->number);
	path = text_below(r->dir, name);
	if (os_read_all(path, &all, &len) != 0)
		len = 0;
	while (len > 0 && (unsigned char)all[len - 1] <= ' ')
		len--;
	begin = len < room ? 0 : len - room;
	while (begin > 0 && begin < len && all[begin - 1] != '\n' &&
	    all[begin - 1] != ' ')
		begin++; /* no half words */
	flatten(all == NULL ? "" : all + begin, len - begin, text);
	free(all);
	free(path);
}

/* --- locks and ends --- */

/* The lock, or -1 and errno: EWOULDBLOCK, a keeper lives. */
static int
take_lock(const struct runner *r)
{
	char *path = text_below(r->dir, "lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666), err;

	free(path);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

static bool
keeper_lives(const struct runner *r)
{
	int fd = take_lock(r);

	if (fd < 0)
		return errno == EWOULDBLOCK;
	close(fd);
	return false;
}

/* Asks a keeper that is no child of this process to end. */
static void
stop_stranger(const struct runner *r, int sig)
{
	struct ending e;
	unsigned long long born;
	long pid;

	if (read_ending(r, "order", &e, &pid, &born) && pid > 1 &&
	    keeper_born(pid) == born)
		kill((pid_t)pid, sig);
}

void
runner_settle(struct runner *r, int64_t ns)
{
	int64_t began = os_clock(), before, asked = 0;

	while (keeper_lives(r)) {
		before = os_clock();
		os_sleep(TICK);
		if (asked == 0 && (os_clock() - before < TICK ||
		    (ns > 0 && os_clock() - began > ns))) {
			stop_stranger(r, SIGTERM);
			asked = os_clock();
		}
		if (asked > 0 && os_clock() - asked > 12 * PATIENCE)
			return;
	}
}

/* --- running --- */

enum outcome
runner_begin(struct runner *r, const struct job *job, char *why)
{
	int lock, life[2];

	runner_settle(r, job->limit);
	lock = take_lock(r);
	if (lock < 0)
		return failed_to(r, "begin", errno, why);
	if (pipe2(life, O_CLOEXEC) != 0) {
		close(lock);
		return failed_to(r, "begin", errno, why);
	}
	r->keeper = fork();
	if (r->keeper == 0) {
		close(life[0]);
		keeper_run(r->dir, job, lock, life[1]);
	}
	close(lock);
	close(life[1]);
	if (r->keeper < 0) {
		close(life[0]);
		return failed_to(r, "start a process", errno, why);
	}
	r->life = life[0];
	r->job = job;
	return OUTCOME_RUNNING;
}

static void
say_ending(const struct runner *r, const struct job *job,
    const struct ending *e, char *why)
{
	char words[200], how[80];
	const char *program = job->stage[e->stage < job->n ? e->stage :
	    0].argv[0];

	switch (e->how) {
	case ENDED_NO_START:
		snprintf(why, WHY, "cannot start \"%.250s\": %s", program,
		    strerror(e->code));
		return;
	case ENDED_SIGNAL:
		snprintf(how, sizeof(how), "was killed by signal %d", e->code);
		break;
	case ENDED_GIVEN_UP:
		snprintf(how, sizeof(how), "was given up");
		break;
	default:
		snprintf(how, sizeof(how), "ended with status %d", e->code);
	}
	runner_last_words(r, job, words, sizeof(words));
	snprintf(why, WHY, "\"%.200s\" %s%s%s", program, how,
	    words[0] == '\0' ? "" : ": ", words);
}

/* The keeper has ended. */
static enum outcome
judge(struct runner *r, char *why)
{
	const struct job *job = r->job;
	struct ending e;

	while (waitpid(r->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	close(r->life);
	r->life = -1;
	r->job = NULL;
	if (!runner_ending(r, job->name, &e) || e.number != job->number ||
	    e.how == ENDED_NOT) {
		snprintf(why, WHY, "nobody knows how \"%.250s\" ended: what "
		    "keeps it was killed, or could not write to \"%.150s\"",
		    job->stage[0].argv[0], r->dir);
		return OUTCOME_SYSTEM;
	}
	if (e.good)
		return OUTCOME_OK;
	say_ending(r, job, &e, why);
	return OUTCOME_FAILED;
}

static int
milliseconds(int64_t ns)
{
	return ns > INT64_C(1000000) * 86400000 ? 86400000 :
	    (int)((ns + 999999) / 1000000);
}

enum outcome
runner_wait(struct runner *r, int64_t ns, char *why)
{
	struct pollfd p = { .fd = r->life, .events = POLLIN };

	if (poll(&p, 1, milliseconds(ns)) <= 0)
		return OUTCOME_RUNNING;
	return judge(r, why);
}

enum outcome
runner_do(struct runner *r, const struct job *job, char *why)
{
	enum outcome out = runner_begin(r, job, why);

	while (out == OUTCOME_RUNNING)
		out = runner_wait(r, PATIENCE, why);
	return out;
}

void
runner_cancel(struct runner *r)
{
	struct pollfd p = { .fd = r->life, .events = POLLIN };
	int64_t end = os_clock() + r->job->grace + PATIENCE;
	char why[WHY];

	kill(r->keeper, SIGTERM);
	while (os_clock() < end &&
	    poll(&p, 1, milliseconds(end - os_clock())) <= 0)
		;
	if (os_clock() >= end)
		kill(r->keeper, SIGKILL);
	judge(r, why);
}
