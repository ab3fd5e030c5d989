/*
 * How is a program kept within bounds? It may be silent for ever, print
 * without end, close what it prints to, ignore SIGTERM, leave children behind
 * or move them into sessions of their own, and the runtime may be killed
 * meanwhile. The keeper is told of all of that by two signals and one pipe; it
 * adopts what its programs leave, so that all of it can be found and ended.
 * What a program that ended well has left stays: it may be a service.
 *
 * K1  DIR/NAME says that a program is started before it is.
 * K2  It says how it ended before the keeper ends; if that cannot be written
 *     the keeper says so by its own status, and nobody knows.
 */
#define _GNU_SOURCE /* prctl's subreaper is Linux's */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "keeper.h"
#include "os.h"
#include "text.h"

enum { HALF = KEEPER_LOG / 2, LAST_READS = 64 };
#define TICK INT64_C(10000000) /* ns */
#define KILLING INT64_C(3000000000)

struct log { /* the first half of what is said is written, of the rest the end
              * is kept */
	char *path;
	int fd; /* -1: nothing was said yet */
	uint64_t total;
	char tail[HALF];
};

struct keeper {
	const struct job *job;
	char *path, *dir;
	struct log log;
	int64_t deadline; /* by os_clock; 0: none */
	struct ending end;
};

static volatile sig_atomic_t told_to_stop;

static void
on_stop(int sig)
{
	(void)sig;
	told_to_stop = 1;
}

static void
on_child(int sig)
{
	(void)sig; /* it interrupts the wait, which is all it is for */
}

/* --- how far it is --- */

/* "name) S ppid ..." after the first of fields of /proc/PID/stat: the nth
 * number after the state, from 1; 0: there is none. */
static unsigned long long
stat_field(long pid, int nth)
{
	char path[64], text[1024], *p;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	p = strrchr(text, ')'); /* a name may hold anything */
	for (nth++; p != NULL && nth > 0; nth--)
		p = strchr(p + 1, ' ');
	return p == NULL ? 0 : strtoull(p, NULL, 10);
}

unsigned long long
keeper_born(long pid)
{
	return stat_field(pid, 19);
}

int
keeper_format(char *text, size_t n, const struct ending *e, long pid,
    unsigned long long born)
{
	return snprintf(text, n, "%llu %zu %zu %d %d %d %ld %llu\n",
	    (unsigned long long)e->number, e->stage, e->n, (int)e->how,
	    e->code, e->good, pid, born);
}

bool
keeper_parse(const char *text, struct ending *e, long *pid,
    unsigned long long *born)
{
	unsigned long long number;
	int how, good, end = 0;

	if (sscanf(text, "%llu %zu %zu %d %d %d %ld %llu\n%n", &number,
	    &e->stage, &e->n, &how, &e->code, &good, pid, born, &end) != 8 ||
	    text[end] != '\0' || how < ENDED_NOT || how > ENDED_NO_START)
		return false;
	e->number = number;
	e->how = (enum ended)how;
	e->good = good == 1;
	return true;
}

static int
write_ending(struct keeper *k)
{
	char text[256];
	long pid = (long)getpid();
	int n = keeper_format(text, sizeof(text), &k->end, pid,
	    keeper_born(pid));

	return os_replace(k->path, text, (size_t)n);
}

/* --- what programs say --- */

static void
log_write(struct log *l, const char *p, size_t n)
{
	ssize_t k;

	if (l->fd == -1)
		l->fd = open(l->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0666);
	for (; l->fd >= 0 && n > 0; p += k, n -= (size_t)k) {
		k = write(l->fd, p, n);
		if (k <= 0)
			return; /* a log is no reason to fail */
	}
}

static void
log_add(struct log *l, const char *p, size_t n)
{
	size_t head = l->total >= HALF ? 0 : HALF - (size_t)l->total, at, k;

	if (head > n)
		head = n;
	if (head > 0)
		log_write(l, p, head);
	l->total += head;
	for (p += head, n -= head; n > 0; p += k, n -= k, l->total += k) {
		at = (size_t)(l->total % HALF);
		k = n < HALF - at ? n : HALF - at;
		memcpy(l->tail + at, p, k);
	}
}

static void
log_end(struct log *l)
{
	size_t at = (size_t)(l->total % HALF);
	char text[80];
	int n;

	if (l->total > 2 * HALF) {
		n = snprintf(text, sizeof(text), "\n[%llu bytes left out]\n",
		    (unsigned long long)(l->total - 2 * HALF));
		log_write(l, text, (size_t)n);
		log_write(l, l->tail + at, HALF - at);
	}
	if (l->total > HALF)
		log_write(l, l->tail, l->total > 2 * HALF ? at :
		    (size_t)(l->total - HALF));
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -2;
}

/* Takes what is there; false: there will be nothing more. */
static bool
drain(struct log *l, int fd, int reads)
{
	char text[4096];
	ssize_t n;

	for (; reads > 0; reads--) {
		n = read(fd, text, sizeof(text));
		if (n == 0)
			return false;
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		log_add(l, text, (size_t)n);
	}
	return true;
}

/* --- programs --- */

/* Waits for a signal, for output (fd -1: none) or for so many ns. */
static void
pause_for(int fd, int64_t ns)
{
	struct timespec t = { ns / 1000000000, (long)(ns % 1000000000) };
	fd_set in;
	sigset_t none;

	sigemptyset(&none);
	FD_ZERO(&in);
	if (fd >= 0)
		FD_SET(fd, &in);
	pselect(fd + 1, &in, NULL, NULL, ns < 0 ? NULL : &t, &none);
}

_Noreturn static void
become(const struct stage *s, int out, int failed)
{
	sigset_t none;
	int err;

	setsid();
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (s->run != NULL) {
		close(out);
		close(failed); /* it has started */
		_exit(s->run(s->arg));
	}
	execve(s->argv[0], s->argv, s->envp);
	err = errno;
	if (write(failed, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

/* The program's process; < 0: it could not be started, the negative errno. */
static pid_t
start(const struct stage *s, int *out)
{
	int pipes[2], failed[2], err = 0;
	pid_t pid = -1;

	if (pipe2(pipes, O_CLOEXEC) != 0)
		return -errno;
	if (pipe2(failed, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		become(s, pipes[1], failed[1]);
	if (pid < 0)
		return -errno; /* the keeper ends with it */
	close(pipes[1]);
	close(failed[1]);
	while (read(failed[0], &err, sizeof(err)) < 0 && errno == EINTR)
		;
	close(failed[0]);
	*out = pipes[0];
	fcntl(*out, F_SETFL, O_NONBLOCK);
	if (err == 0)
		return pid;
	close(*out);
	waitpid(pid, NULL, 0);
	return -err;
}

/* Signals every child of this process; false: there is none. */
static bool
signal_children(int sig)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	bool any = false;
	long pid;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		pid = strtol(e->d_name, NULL, 10);
		if (pid <= 1 || stat_field(pid, 1) !=
		    (unsigned long long)getpid())
			continue;
		any = true;
		kill((pid_t)-pid, sig); /* its group, if it leads one */
		kill((pid_t)pid, sig);
	}
	if (dir != NULL)
		closedir(dir);
	return any;
}

/* Ends the program and all it left; what dies leaves its children to us. */
static void
end_all(struct keeper *k, int out)
{
	int64_t now = os_clock(), kill_at = now + k->job->grace;
	int64_t end = kill_at + KILLING;
	int sig = SIGTERM;

	signal_children(sig);
	for (; now < end; now = os_clock()) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		drain(&k->log, out, LAST_READS);
		if (now >= kill_at)
			sig = SIGKILL;
		if ((sig == SIGKILL || waitpid(-1, NULL, WNOHANG) < 0) &&
		    !signal_children(sig))
			return;
		pause_for(-1, TICK);
	}
}

static bool
is_good(const struct stage *s, int status)
{
	return (s->success[status / 8] >> status % 8 & 1) != 0;
}

/* Takes the dead; true if the program is among them. */
static bool
reap(struct keeper *k, pid_t pid)
{
	bool found = false;
	int status;
	pid_t dead;

	while ((dead = waitpid(-1, &status, WNOHANG)) > 0) {
		if (dead != pid)
			continue;
		found = true;
		k->end.how = WIFEXITED(status) ? ENDED_EXIT : ENDED_SIGNAL;
		k->end.code = WIFEXITED(status) ? WEXITSTATUS(status) :
		    WTERMSIG(status);
	}
	return found;
}

static void
watch(struct keeper *k, pid_t pid, int out)
{
	int64_t left = -1;
	bool open = true;

	while (!reap(k, pid)) {
		if (k->deadline > 0)
			left = k->deadline - os_clock();
		if (told_to_stop || (k->deadline > 0 && left <= 0)) {
			end_all(k, out);
			k->end.how = ENDED_GIVEN_UP;
			return;
		}
		pause_for(open ? out : -1, left);
		open = open && drain(&k->log, out, LAST_READS);
	}
	drain(&k->log, out, LAST_READS);
}

/* False: the next one is not to be started. */
static bool
do_stage(struct keeper *k)
{
	const struct stage *s = &k->job->stage[k->end.stage];
	int out = -1;
	pid_t pid;

	k->end.how = ENDED_NOT;
	if (write_ending(k) != 0) /* K1 */
		_exit(2);
	pid = start(s, &out);
	if (pid < 0) {
		k->end.how = ENDED_NO_START;
		k->end.code = (int)-pid;
		return false;
	}
	watch(k, pid, out);
	close(out);
	return k->end.how == ENDED_EXIT && is_good(s, k->end.code);
}

/* --- the keeper itself --- */

static void
close_but(int lock, int life)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;
	int fd, own = dir == NULL ? -1 : dirfd(dir), null;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		fd = (int)strtol(e->d_name, NULL, 10);
		if (e->d_name[0] != '.' && fd != lock && fd != life &&
		    fd != own)
			close(fd);
	}
	if (dir != NULL)
		closedir(dir);
	null = open("/dev/null", O_RDWR);
	for (fd = 0; fd < 3; fd++)
		if (fd != null)
			dup2(null, fd);
}

static void
settle_signals(void)
{
	struct sigaction a = { .sa_handler = SIG_DFL };
	sigset_t both;
	int sig;

	for (sig = 1; sig <= SIGRTMAX; sig++)
		sigaction(sig, &a, NULL);
	sigemptyset(&both);
	sigaddset(&both, SIGTERM);
	sigaddset(&both, SIGCHLD);
	sigprocmask(SIG_SETMASK, &both, NULL); /* but while it waits */
	a.sa_handler = on_stop;
	sigaction(SIGTERM, &a, NULL);
	a.sa_handler = on_child;
	sigaction(SIGCHLD, &a, NULL);
}

_Noreturn void
keeper_run(const char *dir, const struct job *job, int lock, int life)
{
	struct keeper *k = mem_alloc(1, sizeof(*k));
	char log[96];

	setsid();
	settle_signals();
	close_but(lock, life);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	k->job = job;
	k->path = text_below(dir, job->name);
	snprintf(log, sizeof(log), "%.40s-%llu.log", job->name,
	    (unsigned long long)job->number);
	k->log.path = text_below(dir, log);
	k->log.fd = -1;
	if (job->limit > 0)
		k->deadline = os_clock() + job->limit;
	k->end = (struct ending){ .number = job->number, .n = job->n };
	while (do_stage(k) && k->end.stage + 1 < job->n)
		k->end.stage++;
	k->end.good = k->end.stage + 1 == job->n &&
	    k->end.how == ENDED_EXIT &&
	    is_good(&job->stage[k->end.stage], k->end.code);
	log_end(&k->log);
	_exit(write_ending(k) == 0 ? 0 : 2); /* K2 */
}
