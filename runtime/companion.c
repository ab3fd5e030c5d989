/*
 * Which program does what this one leaves out? It is beside this one where it
 * was built, and below libexec where it is installed.
 */
#define _GNU_SOURCE /* close_range */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "companion.h"

static const char *const words[][2] = { { "monitor", "monitor" },
	{ "report", "monitor" }, { "guard", "guard" }, { "alert", "alert" },
	{ "capabilities", "guard" } };

const char *
companion_word(size_t i)
{
	return i < sizeof(words) / sizeof(words[0]) ? words[i][0] : NULL;
}

const char *
companion_for(int argc, char **argv)
{
	size_t k;
	int i;

	for (k = 0; k < sizeof(words) / sizeof(words[0]); k++)
		if (strcmp(argv[0], words[k][0]) == 0)
			return words[k][1];
	for (i = 1; i < argc && strcmp(argv[0], "status") == 0; i++)
		if (strncmp(argv[i], "--format", 8) == 0 ||
		    strcmp(argv[i], "--watch") == 0)
			return "monitor";
	return NULL;
}

enum { PATH = 4096 };

/* Where it is, or, if it is nowhere, where it should be. */
static bool
find(const char *name, char path[PATH])
{
	static const char *const places[] = { "", "../libexec/campgen/" };
	char self[3072];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	size_t i;

	self[n > 0 ? n : 0] = '\0';
	if (strrchr(self, '/') != NULL)
		strrchr(self, '/')[1] = '\0';
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, PATH, "%s%scamprun-%s", self, places[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static int
say_missing(const char *name, const char *path)
{
	fprintf(stderr, "camprun: %s is not there: %s; install it, or build "
	    "it%s\n", path, strerror(errno),
	    strcmp(name, "monitor") == 0 ? " with libmicrohttpd-dev" :
	    strcmp(name, "alert") == 0 ?
	    " with libcurl4-openssl-dev and libjansson-dev" : "");
	return EXIT_SYSTEM;
}

bool
companion_is_there(const char *name)
{
	char path[PATH];

	return find(name, path) || say_missing(name, path) == 0;
}

int
companion_become(const char *name, char **argv)
{
	char path[PATH];

	if (find(name, path))
		execv(path, argv);
	return say_missing(name, path);
}

static void
become_beside(const char *path, char **argv, const char *log)
{
	int null = open("/dev/null", O_RDWR);
	int end = open(log, O_WRONLY | O_APPEND | O_CREAT, 0666);

	setsid();
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(end < 0 ? null : end, STDERR_FILENO);
	close_range(3, ~0U, 0);
	execv(path, argv);
	_exit(EXIT_SYSTEM);
}

long
companion_start(const char *name, char **argv, const char *log)
{
	sigset_t all, before;
	char path[PATH];
	pid_t pid;
	int err;

	if (!find(name, path))
		return -ENOENT;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		become_beside(path, argv, log);
	err = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid < 0 ? -err : (long)pid;
}
