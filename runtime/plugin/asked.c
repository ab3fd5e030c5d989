/*
 * What does a program say, when it may say nothing, not end, or not stop
 * talking? It is fed and heard until it closes what it says, then waited for;
 * when its time is up all of its session is killed.
 */
#define _GNU_SOURCE /* pipe2, close_range */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "asked.h"
#include "os.h"

enum { IN, OUT, ERR, PIPES, LAST_LOOK = 5 /* ms */ };

struct asking {
	pid_t pid;
	int fd[PIPES]; /* this side of each; -1: closed */
	const char *input;
	size_t left; /* of the input */
	size_t most;
	struct said *a;
};

/* --- the other side --- */

_Noreturn static void
become(const struct stage *s, const int *fd)
{
	sigset_t none;
	int i, sig;

	setsid();
	for (i = 0; i < PIPES; i++)
		dup2(fd[i], i);
	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (s->run != NULL)
		_exit(s->run(s->arg));
	close_range(PIPES, UINT_MAX, 0);
	execve(s->argv[0], s->argv, s->envp);
	dprintf(STDERR_FILENO, "cannot be started: %s\n", strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void
close_all(int *fd)
{
	int i;

	for (i = 0; i < PIPES; i++) {
		if (fd[i] >= 0)
			close(fd[i]);
		fd[i] = -1;
	}
}

/* All three are above the standard files, so that none is in another's way. */
static bool
open_pipes(int *ours, int *theirs)
{
	int i, p[2];

	for (i = 0; i < PIPES; i++)
		ours[i] = theirs[i] = -1;
	for (i = 0; i < PIPES; i++) {
		if (pipe2(p, O_CLOEXEC) != 0)
			return false;
		ours[i] = fcntl(p[i == IN], F_DUPFD_CLOEXEC, PIPES);
		theirs[i] = fcntl(p[i != IN], F_DUPFD_CLOEXEC, PIPES);
		close(p[0]);
		close(p[1]);
		if (ours[i] < 0 || theirs[i] < 0)
			return false;
		fcntl(ours[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

static bool
start(struct asking *k, const struct stage *s)
{
	int theirs[PIPES], err;

	if (!open_pipes(k->fd, theirs)) {
		err = errno;
		close_all(k->fd);
		close_all(theirs);
		errno = err;
		return false;
	}
	k->pid = fork();
	if (k->pid == 0)
		become(s, theirs);
	err = errno;
	close_all(theirs);
	if (k->pid < 0)
		close_all(k->fd);
	errno = err;
	return k->pid > 0;
}

/* --- this side --- */

static void
shut(struct asking *k, int which)
{
	close(k->fd[which]);
	k->fd[which] = -1;
}

static void
feed(struct asking *k)
{
	ssize_t n = write(k->fd[IN], k->input, k->left);

	if (n > 0) {
		k->input += n;
		k->left -= (size_t)n;
	}
	if (k->left == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(k, IN);
}

static void
keep(struct asking *k, int which, const char *p, size_t n)
{
	char **text = which == OUT ? &k->a->out : &k->a->err;
	size_t *len = which == OUT ? &k->a->nout : &k->a->nerr;

	if (n > k->most - *len) {
		n = k->most - *len;
		k->a->cut = true;
	}
	*text = mem_realloc(*text, *len + n + 1, 1);
	memcpy(*text + *len, p, n);
	*len += n;
	(*text)[*len] = '\0';
}

/* False: nothing is there now. */
static bool
hear(struct asking *k, int which)
{
	char block[16384];
	ssize_t n = read(k->fd[which], block, sizeof(block));

	if (n > 0)
		keep(k, which, block, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		shut(k, which);
	return n > 0;
}

static void
turn(struct asking *k, int ms)
{
	struct pollfd p[PIPES];
	int i;

	for (i = 0; i < PIPES; i++)
		p[i] = (struct pollfd){ .fd = k->fd[i],
			.events = i == IN ? POLLOUT : POLLIN };
	if (poll(p, PIPES, ms) <= 0)
		return;
	if (p[IN].revents != 0)
		feed(k);
	for (i = OUT; i <= ERR; i++)
		if (p[i].revents != 0)
			hear(k, i);
}

static void
take_status(struct asking *k, int status)
{
	k->a->how = WIFEXITED(status) ? ENDED_EXIT : ENDED_SIGNAL;
	k->a->code = WIFEXITED(status) ? WEXITSTATUS(status) :
	    WTERMSIG(status);
}

/* Has it ended? Asked often only when it says nothing more. */
static bool
has_ended(struct asking *k)
{
	int status;

	if (waitpid(k->pid, &status, WNOHANG) != k->pid)
		return false;
	take_status(k, status);
	return true;
}

bool
asked_run(const struct stage *s, const char *input, size_t n, int64_t limit,
    size_t most, struct said *a)
{
	int64_t end = os_clock() + limit;
	struct asking k = { .input = input, .left = n, .most = most, .a = a };
	void (*before)(int);
	int status, i;

	*a = (struct said){ .how = ENDED_GIVEN_UP };
	a->out = mem_alloc(1, 1);
	a->err = mem_alloc(1, 1);
	if (!start(&k, s))
		return false;
	before = signal(SIGPIPE, SIG_IGN);
	if (n == 0)
		shut(&k, IN);
	while (a->how == ENDED_GIVEN_UP && os_clock() < end && !has_ended(&k))
		turn(&k, k.fd[OUT] < 0 && k.fd[ERR] < 0 ? 1 : LAST_LOOK);
	kill(-k.pid, SIGKILL);
	if (a->how == ENDED_GIVEN_UP)
		waitpid(k.pid, &status, 0);
	for (i = OUT; i <= ERR; i++)
		while (k.fd[i] >= 0 && hear(&k, i) && !a->cut)
			;
	close_all(k.fd);
	signal(SIGPIPE, before);
	return true;
}

void
said_free(struct said *a)
{
	free(a->out);
	free(a->err);
	*a = (struct said){ 0 };
}

/* The last line that says something, printable. */
static void
last_line(const char *from, size_t n, char *to, size_t room)
{
	size_t begin, i;

	while (n > 0 && (unsigned char)from[n - 1] <= ' ')
		n--;
	for (begin = n; begin > 0 && from[begin - 1] != '\n'; begin--)
		;
	if (n - begin >= room)
		n = begin + room - 1;
	for (i = begin; i < n; i++)
		to[i - begin] = (unsigned char)from[i] < ' ' ||
		    from[i] == 127 ? ' ' : from[i];
	to[n - begin] = '\0';
}

void
said_tell(const struct said *a, char *text, size_t n)
{
	char words[200];

	last_line(a->err, a->nerr, words, sizeof(words));
	if (words[0] == '\0')
		last_line(a->out, a->nout, words, sizeof(words));
	if (a->how == ENDED_EXIT)
		snprintf(text, n, "ended with status %d%s%s", a->code,
		    words[0] == '\0' ? "" : ": ", words);
	else if (a->how == ENDED_SIGNAL)
		snprintf(text, n, "was killed by signal %d", a->code);
	else
		snprintf(text, n, "took too long");
}
