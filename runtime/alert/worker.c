/*
 * How is a channel kept from harm? The worker delivers one alert after the
 * other and says a line of each: "ok", or why not. Who does not say anything
 * in time is killed, with all it has started.
 */
#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deliver.h"
#include "os.h"
#include "worker.h"

#define GRACE INT64_C(1000000000) /* channels have timeouts of their own */

static void
work(const struct policy_channel *c, const struct message *const *v, size_t n,
    int fd, pid_t parent)
{
	char why[DELIVER_WHY];
	bool ok = true;
	size_t i;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(1);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	for (i = 0; i < n && ok; i++) {
		ok = deliver(c, v[i], why);
		why[strcspn(why, "\n")] = '\0';
		dprintf(fd, "%s\n", ok ? "ok" : why[0] == '\0' ?
		    "it failed" : why);
	}
	_exit(0);
}

int
worker_start(struct worker *w, const struct policy_channel *c,
    const struct message *const *v, size_t n)
{
	pid_t self = getpid();
	int fd[2], err;

	if (pipe2(fd, O_CLOEXEC) != 0)
		return -errno;
	*w = (struct worker){ .fd = fd[0], .n = n,
		.timeout = c->timeout + GRACE,
		.until = os_clock() + c->timeout + GRACE };
	w->pid = fork();
	if (w->pid == 0) {
		close(fd[0]);
		work(c, v, n, fd[1], self);
	}
	err = errno;
	close(fd[1]);
	if (w->pid > 0) {
		setpgid(w->pid, w->pid);
		fcntl(fd[0], F_SETFL, O_NONBLOCK);
		return 0;
	}
	close(fd[0]);
	*w = (struct worker){ 0 };
	return -err;
}

void
worker_stop(struct worker *w)
{
	if (w->pid == 0)
		return;
	kill(-w->pid, SIGKILL);
	kill(w->pid, SIGKILL);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(w->fd);
	*w = (struct worker){ 0 };
}

/* The next line it has said; false: there is none yet. */
static bool
next_line(struct worker *w, char *line, size_t size)
{
	char *feed;
	ssize_t n;

	n = read(w->fd, w->said + w->nsaid, sizeof(w->said) - w->nsaid);
	if (n > 0)
		w->nsaid += (size_t)n;
	feed = memchr(w->said, '\n', w->nsaid);
	if (feed == NULL)
		return false;
	snprintf(line, size, "%.*s", (int)(feed - w->said), w->said);
	w->nsaid -= (size_t)(feed + 1 - w->said);
	memmove(w->said, feed + 1, w->nsaid);
	return true;
}

/* One that has said all has nothing to do but end. */
static bool
has_ended(struct worker *w)
{
	pid_t pid = waitpid(w->pid, NULL, w->at < w->n ? WNOHANG : 0);

	return pid == w->pid || (pid < 0 && errno != EINTR);
}

static void
put_away(struct worker *w)
{
	close(w->fd);
	*w = (struct worker){ 0 };
}

enum word
worker_hear(struct worker *w, char *why)
{
	bool ended = has_ended(w);

	if (next_line(w, why, DELIVER_WHY)) {
		w->until = os_clock() + w->timeout;
		w->at++;
		if (strcmp(why, "ok") == 0)
			return WORD_TOLD;
		w->n = w->at; /* the others it leaves */
		return WORD_FAILED;
	}
	if (ended && w->at < w->n) {
		snprintf(why, DELIVER_WHY, "it crashed");
		put_away(w);
		return WORD_FAILED;
	}
	if (ended) {
		put_away(w);
		return WORD_OVER;
	}
	if (os_clock() < w->until)
		return WORD_NONE;
	worker_stop(w);
	snprintf(why, DELIVER_WHY, "it took too long");
	return WORD_FAILED;
}
