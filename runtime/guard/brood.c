/*
 * Who is left of what was started? The children of this process as /proc has
 * them; what dies leaves its own children to us, so that whoever asks until
 * there are none has found all.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brood.h"

/* The parent of a process that is not dead; 0: it is. */
static long
parent_of(long pid)
{
	char path[64], text[1024], *p, state;
	long parent = 0;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	p = strrchr(text, ')'); /* a name may hold anything */
	if (p == NULL || sscanf(p + 1, " %c %ld", &state, &parent) != 2)
		return 0;
	return parent;
}

bool
brood_signal(int sig)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	bool any = false;
	long pid;

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		pid = strtol(e->d_name, NULL, 10);
		if (pid <= 1 || parent_of(pid) != (long)getpid())
			continue;
		any = true;
		kill((pid_t)-pid, sig);
		kill((pid_t)pid, sig);
	}
	if (dir != NULL)
		closedir(dir);
	return any;
}
