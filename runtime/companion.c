/*
 * Which program does what this one leaves out? It is beside this one where it
 * was built, and below libexec where it is installed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "companion.h"

const char *
companion_for(int argc, char **argv)
{
	static const char *const words[][2] = { { "monitor", "monitor" },
		{ "report", "monitor" }, { "guard", "guard" },
		{ "capabilities", "guard" } };
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

int
companion_become(const char *name, char **argv)
{
	static const char *const places[] = { "", "../libexec/campgen/" };
	char self[3072], path[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	size_t i;

	self[n > 0 ? n : 0] = '\0';
	if (strrchr(self, '/') != NULL)
		strrchr(self, '/')[1] = '\0';
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s%scamprun-%s", self,
		    places[i], name);
		execv(path, argv);
		if (errno != ENOENT)
			break;
	}
	fprintf(stderr, "camprun: %s is not there: %s; install it, or build "
	    "it%s\n", path, strerror(errno), strcmp(name, "monitor") == 0 ?
	    " with libmicrohttpd-dev" : "");
	return EXIT_SYSTEM;
}
