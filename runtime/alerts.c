/*
 * Who follows a run? A companion, which reads the journal as anybody may, so
 * that no channel, however slow, is ever waited for by the campaign. What it
 * could not tell stays in STATE/alerts (see alert/outbox.c), of which only
 * the first bytes of each line are looked at here.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "alerts.h"
#include "companion.h"
#include "os.h"
#include "policy.h"
#include "text.h"

#define SLICE INT64_C(10000000) /* ns */
enum { PATIENCE = 200 }; /* slices */

bool
alerts_can_be(const struct policy *p)
{
	return policy_nalert(p) == 0 || companion_is_there("alert");
}

long
alerts_begin(const struct policy *p, const char *state_dir)
{
	char parent[32], command[] = "camprun", word[] = "alert",
	    state[] = "--state", follow[] = "--follow";
	char *log, *dir;
	long pid;

	if (policy_nalert(p) == 0)
		return 0;
	snprintf(parent, sizeof(parent), "%ld", os_pid());
	log = text_below(state_dir, "alerts.log");
	dir = text_below(state_dir, "");
	pid = companion_start("alert", (char *[]){ command, word, state, dir,
	    follow, parent, NULL }, log);
	free(log);
	free(dir);
	if (pid < 0)
		fprintf(stderr, "camprun: no alerts now, the next command "
		    "tells them: %s\n", strerror((int)-pid));
	return pid < 0 ? 0 : pid;
}

void
alerts_wait(long process, int slices)
{
	for (; slices > 0 && waitpid((pid_t)process, NULL, WNOHANG) == 0;
	    slices--)
		os_sleep(SLICE);
}

void
alerts_end(long process, const char *state_dir)
{
	char why[200];
	size_t n;

	if (process == 0)
		return;
	kill((pid_t)process, SIGTERM);
	alerts_wait(process, PATIENCE);
	n = alerts_left(state_dir, why, sizeof(why));
	if (n > 0)
		fprintf(stderr, "camprun: %zu alert%s not told yet%s%s; "
		    "the next command or camprun alert --state tries again\n",
		    n, n == 1 ? " is" : "s are", why[0] == '\0' ? "" : ": ",
		    why);
}

/* The reason in a line "! CHANNEL ID WHY". */
static void
take_why(const char *line, size_t n, char *why, size_t size)
{
	const char *p = line + 2;
	int blanks = 2;

	while (blanks > 0 && p < line + n)
		blanks -= *p++ == ' ';
	snprintf(why, size, "%.*s", (int)(line + n - p), p);
}

size_t
alerts_left(const char *state_dir, char *why, size_t size)
{
	char *path = text_below(state_dir, "alerts"), *text = NULL, *p, *feed;
	size_t n, left = 0;

	why[0] = '\0';
	if (os_read_all(path, &text, &n) == 0) {
		for (p = text; (feed = strchr(p, '\n')) != NULL;
		    p = feed + 1) {
			left += *p == '+';
			left -= *p == '-' && left > 0;
			if (*p == '!')
				take_why(p, (size_t)(feed - p), why, size);
			else if (*p == '-')
				why[0] = '\0';
		}
	}
	free(text);
	free(path);
	return left;
}
