/*
 * Where does it run, when asking may take for ever? The process that is asked
 * must answer in time, or it is ended and the answer is that nobody knows.
 */
#define _GNU_SOURCE /* SOCK_CLOEXEC, close_range */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "os.h"
#include "told.h"

#define PATIENCE INT64_C(10000000000) /* ns */
#define MS INT64_C(1000000)

struct teller {
	pid_t pid; /* 0: none */
	int fd;
};

struct teller *
teller_new(void)
{
	return mem_alloc(1, sizeof(struct teller));
}

static void
end(struct teller *t)
{
	if (t->pid == 0)
		return;
	close(t->fd);
	kill(t->pid, SIGKILL);
	while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
		;
	t->pid = 0;
}

void
teller_free(struct teller *t)
{
	end(t);
	free(t);
}

/* It keeps nothing open of whoever asks, and does not live longer. */
_Noreturn static void
serve(int fd, pid_t parent)
{
	sigset_t none;
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		signal(sig, sig == SIGINT ? SIG_IGN : SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(fd, STDERR_FILENO + 1);
	close_range(STDERR_FILENO + 2, UINT_MAX, 0);
	if (getppid() == parent)
		told_serve(STDERR_FILENO + 1);
	_exit(0);
}

static bool
begin(struct teller *t)
{
	pid_t pid, parent = getpid();
	int fd[2];

	if (t->pid != 0)
		return true;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		serve(fd[1], parent);
	close(fd[1]);
	if (pid < 0) {
		close(fd[0]);
		return false;
	}
	t->pid = pid;
	t->fd = fd[0];
	return true;
}

/* The answer must be there in time. */
static bool
hear(struct teller *t, struct told *a)
{
	int64_t until = os_clock() + PATIENCE, left;
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	int n;

	do {
		left = until - os_clock();
		n = left <= 0 ? 0 : poll(&p, 1, (int)(left / MS) + 1);
	} while (n < 0 && errno == EINTR);
	return n == 1 && recv(t->fd, a, sizeof(*a), 0) == sizeof(*a);
}

static bool
ask(struct teller *t, int what, const char *uri, const char *domain,
    struct told *a)
{
	size_t n = strlen(uri) + 1, k = strlen(domain) + 1;
	char text[QUESTION];

	if (1 + n + k > sizeof(text) || !begin(t))
		return false;
	text[0] = (char)what;
	memcpy(text + 1, uri, n);
	memcpy(text + 1 + n, domain, k);
	if (send(t->fd, text, 1 + n + k, MSG_NOSIGNAL) > 0 && hear(t, a))
		return true;
	end(t);
	return false;
}

enum running
teller_runs(struct teller *t, const char *uri, const char *domain,
    uint64_t *visit)
{
	struct told a;

	if (!ask(t, ASKS_RUNS, uri, domain, &a))
		return RUNS_UNKNOWN;
	if (visit != NULL)
		*visit = a.visit;
	return a.runs;
}

bool
teller_room(struct teller *t, const char *uri, const char *domain, uint32_t n,
    struct room *room)
{
	struct told a;

	if (n > ASKS_MAX - ASKS_ROOM || !ask(t, ASKS_ROOM + (int)n, uri,
	    domain, &a) || a.runs != RUNS)
		return false;
	*room = a.room;
	return true;
}

bool
teller_machine(struct teller *t, const char *uri, struct machine *m)
{
	struct told a;

	if (!ask(t, ASKS_MACHINE, uri, "", &a) || a.runs != RUNS)
		return false;
	*m = a.machine;
	return true;
}
