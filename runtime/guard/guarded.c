/*
 * How is a command run so that nothing of it is left, whatever it does? It has
 * a process group of its own, and the terminal if we had it; signals come in
 * as data (signalfd) and are passed on to the group; what leaves the group and
 * outlives the command comes to us as its next of kin, and is ended. If we are
 * killed ourselves, the kernel kills the command.
 */
#define _GNU_SOURCE /* pipe2, signalfd, prctl */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "brood.h"
#include "guarded.h"
#include "os.h"

enum { SIG, OUT, ERR, ALL, TICK = 100, LAST_READS = 64 };
#define GRACE INT64_C(5000000000) /* ns from SIGTERM to SIGKILL */

static const int passed[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1,
	SIGUSR2 };
static int signals = -1, told;

struct running {
	struct guarded *c;
	pid_t pid;
	int fd[ALL]; /* -1: closed */
	int64_t end; /* by os_clock; 0: none */
	int lost; /* errno */
	bool flooded;
};

void
guarded_signals(void)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTTOU, SIG_IGN); /* the terminal changes hands */
}

static bool
ends(int sig)
{
	return sig != SIGUSR1 && sig != SIGUSR2;
}

/* Passes on what came; true: a child has ended or stopped. */
static bool
take_signals(pid_t group)
{
	struct signalfd_siginfo s;
	bool child = false;

	while (read(signals, &s, sizeof(s)) == (ssize_t)sizeof(s)) {
		child |= s.ssi_signo == SIGCHLD;
		if (s.ssi_signo == SIGCHLD)
			continue;
		if (ends((int)s.ssi_signo))
			told = (int)s.ssi_signo;
		if (group > 0)
			kill(-group, (int)s.ssi_signo);
	}
	return child;
}

int
guarded_told(void)
{
	take_signals(0);
	return told;
}

/* Are we in front of one? */
static bool
has_terminal(void)
{
	return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

/* --- starting --- */

_Noreturn static void
become(const struct guarded *c, const int *out, int failed)
{
	bool terminal = has_terminal();
	sigset_t none;
	int sig, err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	if (terminal)
		tcsetpgrp(STDIN_FILENO, getpid());
	if (c->input >= 0)
		dup2(c->input, STDIN_FILENO);
	dup2(out[OUT], STDOUT_FILENO);
	dup2(out[ERR], STDERR_FILENO);
	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(c->argv[0], c->argv);
	err = errno;
	if (write(failed, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

static bool
make_pipe(int *ours, int *theirs)
{
	int p[2];

	if (pipe2(p, O_CLOEXEC) != 0)
		return false;
	*ours = p[0];
	*theirs = p[1];
	return true;
}

/* 0, or errno: it could not be started. */
static int
start(struct running *r)
{
	int theirs[ALL] = { -1, -1, -1 }, failed = -1, say = -1, err = 0;
	ssize_t n;

	if (!make_pipe(&r->fd[OUT], &theirs[OUT]) ||
	    !make_pipe(&r->fd[ERR], &theirs[ERR]) || !make_pipe(&failed, &say))
		return errno;
	if (r->c->input >= 0)
		lseek(r->c->input, 0, SEEK_SET);
	r->pid = fork();
	if (r->pid == 0)
		become(r->c, theirs, say);
	if (r->pid < 0)
		return errno;
	setpgid(r->pid, r->pid); /* whoever is first */
	close(theirs[OUT]);
	close(theirs[ERR]);
	close(say);
	n = read(failed, &err, sizeof(err));
	close(failed);
	if (n == (ssize_t)sizeof(err))
		waitpid(r->pid, NULL, 0);
	fcntl(r->fd[OUT], F_SETFL, O_NONBLOCK);
	fcntl(r->fd[ERR], F_SETFL, O_NONBLOCK);
	return n == (ssize_t)sizeof(err) ? err : 0;
}

/* --- running --- */

/* False: nothing is there now. */
static bool
hear(struct running *r, int which)
{
	struct hold *h = which == OUT ? &r->c->out : &r->c->err;
	char block[16384];
	ssize_t n = read(r->fd[which], block, sizeof(block));
	int err;

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(r->fd[which]);
		r->fd[which] = -1;
	}
	if (n <= 0)
		return false;
	if (r->c->out.size + r->c->err.size + (uint64_t)n > r->c->most) {
		r->flooded = true;
		return false;
	}
	err = hold_add(h, block, (size_t)n);
	if (err != 0)
		r->lost = -err;
	return err == 0;
}

static void
hear_all(struct running *r, int reads)
{
	int i, k;

	for (i = OUT; i < ALL; i++)
		for (k = 0; k < reads && r->fd[i] >= 0 && hear(r, i); k++)
			;
}

/* It was stopped, by the terminal or by somebody: so are we, until somebody
 * lets us go on. */
static void
stop_too(const struct running *r)
{
	bool terminal = isatty(STDIN_FILENO);

	if (terminal)
		tcsetpgrp(STDIN_FILENO, getpgrp());
	raise(SIGSTOP);
	if (terminal)
		tcsetpgrp(STDIN_FILENO, r->pid);
	kill(-r->pid, SIGCONT);
}

/* Has it ended? Others that came to us are waited for, too. */
static bool
has_ended(const struct running *r, int *status)
{
	bool ended = false;
	pid_t dead;
	int how;

	while ((dead = waitpid(-1, &how, WNOHANG | WUNTRACED)) > 0) {
		if (WIFSTOPPED(how)) {
			if (dead == r->pid)
				stop_too(r);
			continue;
		}
		if (dead != r->pid)
			continue;
		ended = true;
		*status = how;
	}
	return ended;
}

static int
patience(const struct running *r)
{
	int64_t left;

	if (r->end == 0)
		return -1;
	left = (r->end - os_clock()) / 1000000 + 1;
	return left < 0 ? 0 : left > 3600000 ? 3600000 : (int)left;
}

/* Until it ends or has to be ended; true: it has. */
static bool
watch(struct running *r, int *status)
{
	struct pollfd p[ALL];
	int i;

	for (;;) {
		for (i = 0; i < ALL; i++)
			p[i] = (struct pollfd){ .fd = r->fd[i],
				.events = POLLIN };
		poll(p, ALL, patience(r));
		hear_all(r, 1);
		if (take_signals(r->pid) && has_ended(r, status))
			return true;
		if (r->flooded || r->lost != 0 ||
		    (r->end > 0 && os_clock() >= r->end))
			return false;
	}
}

/* It, its group, and what came to us. What is said by then is not heard. */
static void
end_all(struct running *r, bool running)
{
	int64_t kill_at = os_clock() + GRACE;
	int sig = SIGTERM, status;

	if (running) {
		kill(-r->pid, SIGTERM);
		kill(-r->pid, SIGCONT);
	}
	while (brood_signal(sig)) {
		struct pollfd p = { .fd = signals, .events = POLLIN };

		poll(&p, 1, TICK);
		take_signals(running ? r->pid : 0);
		while (waitpid(-1, &status, WNOHANG) > 0)
			;
		if (os_clock() >= kill_at)
			sig = SIGKILL;
	}
}

static enum guarded_end
judge(const struct running *r, bool ended, int status, int *code)
{
	*code = r->lost;
	if (r->lost != 0)
		return GUARDED_LOST;
	if (r->flooded)
		return GUARDED_FLOOD;
	if (!ended)
		return GUARDED_LATE;
	*code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
	return WIFEXITED(status) ? GUARDED_EXIT : GUARDED_SIGNAL;
}

enum guarded_end
guarded_run(struct guarded *c, int *code)
{
	struct running r = { .c = c, .fd = { signals, -1, -1 },
		.end = c->limit > 0 ? os_clock() + c->limit : 0 };
	bool terminal = has_terminal(), ended;
	int status = 0;

	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	*code = start(&r);
	if (*code != 0)
		return GUARDED_NO_START;
	ended = watch(&r, &status);
	if (ended)
		hear_all(&r, LAST_READS * 1024);
	end_all(&r, !ended);
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
	if (terminal)
		tcsetpgrp(STDIN_FILENO, getpgrp());
	if (r.fd[OUT] >= 0)
		close(r.fd[OUT]);
	if (r.fd[ERR] >= 0)
		close(r.fd[ERR]);
	return judge(&r, ended, status, code);
}

/* --- its input --- */

int
guarded_keep_input(uint64_t most, const char *folder)
{
	struct hold h;
	char block[16384];
	ssize_t n = 1;
	int err = 0, fd;

	if (isatty(STDIN_FILENO) || fcntl(STDIN_FILENO, F_GETFD) < 0)
		return -1;
	hold_begin(&h, folder);
	while (err == 0 && (n = read(STDIN_FILENO, block, sizeof(block))) != 0)
		if (n > 0)
			err = h.size + (uint64_t)n > most ? -EFBIG :
			    hold_add(&h, block, (size_t)n);
		else if (errno != EINTR)
			err = -errno;
	fd = err == 0 ? memfd_create("input", MFD_CLOEXEC) : -1;
	if (err == 0 && fd < 0)
		err = -errno;
	if (err == 0)
		err = hold_release(&h, fd);
	hold_end(&h);
	return err == 0 ? fd : err - 1;
}
