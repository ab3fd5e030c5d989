/*
 * How is a program run that gets something to read? No shell, no open files
 * but its input and what it says; what it prints is of interest only when it
 * fails. It shares the worker's process group, which is killed when its time
 * is up.
 */
#define _GNU_SOURCE /* close_range, pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deliver.h"

static void
become(const char *const *words, int in, int err)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(in, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close_range(3, ~0U, 0);
	execv(words[0], (char *const *)words);
	fprintf(stderr, "%s\n", strerror(errno));
	_exit(127);
}

/* Writes the input and reads what is said, whichever goes. */
static void
pump(int in, int err, const char *p, size_t n, char *said, size_t size)
{
	struct pollfd v[2] = { { .fd = in, .events = POLLOUT },
		{ .fd = err, .events = POLLIN } };
	size_t got = 0;
	char chunk[512];
	ssize_t k;

	while (v[1].fd >= 0) {
		if (poll(v, 2, -1) < 0)
			continue;
		if (v[0].revents != 0) {
			k = n == 0 ? 0 : write(in, p, n);
			if (k > 0) {
				p += k;
				n -= (size_t)k;
			}
			if (n == 0 || (k < 0 && errno != EINTR &&
			    errno != EAGAIN)) {
				close(in);
				v[0].fd = in = -1;
			}
		}
		if (v[1].revents == 0)
			continue;
		k = read(err, chunk, sizeof(chunk));
		if (k == 0 || (k < 0 && errno != EINTR))
			v[1].fd = -1;
		for (ssize_t i = 0; i < k && got + 1 < size; i++)
			said[got++] = chunk[i];
	}
	if (in >= 0)
		close(in);
	said[got] = '\0';
}

static bool
is_good(const char *program, int status, const char *said, char *why)
{
	int n;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	n = snprintf(why, DELIVER_WHY, WIFEXITED(status) ?
	    "%.100s ended with status %d" : "%.100s was ended by signal %d",
	    program, WIFEXITED(status) ? WEXITSTATUS(status) :
	    WTERMSIG(status));
	if (said[0] != '\0')
		snprintf(why + n, DELIVER_WHY - (size_t)n, ": %.150s", said);
	why[strcspn(why, "\n")] = '\0';
	return false;
}

bool
feed(const char *const *words, const char *input, size_t n, char *why)
{
	int in[2], err[2], status;
	char said[256];
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
		snprintf(why, DELIVER_WHY, "no pipe: %s", strerror(errno));
		return false;
	}
	pid = fork();
	if (pid == 0)
		become(words, in[0], err[1]);
	close(in[0]);
	close(err[1]);
	if (pid < 0) {
		close(in[1]);
		close(err[0]);
		snprintf(why, DELIVER_WHY, "no process: %s", strerror(errno));
		return false;
	}
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	pump(in[1], err[0], input, n, said, sizeof(said));
	close(err[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return is_good(words[0], status, said, why);
}
