/*
 * How long may telling take? As long as it wants where somebody else goes on
 * with it; the command that is guarded is not kept waiting for a channel that
 * hangs. Only where nothing is kept (no --state) nobody can go on later, so all
 * is waited for at the end.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "alerts.h"
#include "companion.h"
#include "policy.h"
#include "text.h"

enum { MOMENT = 200, ALL = 1500 }; /* slices */

bool
alarm_wanted(const struct policy *p, uint32_t vm, bool *missing)
{
	size_t i, n = p == NULL ? 0 : policy_nalert(p);

	*missing = false;
	for (i = 0; i < n; i++)
		if (policy_alert_fits(p, i, ALERT_MACHINE_MOVED, vm)) {
			*missing = !companion_is_there("alert");
			return !*missing;
		}
	return false;
}

static void
tell(const struct guard *g, int64_t since, int slices)
{
	char command[] = "camprun", alert[] = "alert", guard[] = "--guard",
	    policy[] = "--policy", from[] = "--since",
	    moment[] = "--moment", time[32];
	char *log = text_below(g->folder, "alerts.log"),
	    *dir = text_join(g->state, ""), *rules = text_join(g->policy, "");
	long pid;

	snprintf(time, sizeof(time), "%" PRId64, since);
	pid = companion_start("alert", (char *[]){ command, alert, guard, dir,
	    policy, rules, from, time, g->forgets ? moment : NULL, NULL },
	    log);
	if (pid < 0)
		fprintf(stderr, "camprun: no alerts now: %s\n",
		    strerror((int)-pid));
	else
		alerts_wait(pid, slices);
	free(rules);
	free(dir);
	free(log);
}

void
alarm_raise(const struct guard *g, int64_t time)
{
	if (g->policy != NULL)
		tell(g, time, MOMENT);
}

void
alarm_end(const struct guard *g, int64_t since)
{
	char why[200];
	size_t n;

	if (g->policy == NULL || alerts_left(g->folder, why, sizeof(why)) == 0)
		return;
	tell(g, since, g->forgets ? ALL : MOMENT);
	n = alerts_left(g->folder, why, sizeof(why));
	if (n == 0)
		return;
	fprintf(stderr, "camprun: %zu alert%s not told%s%s", n, n == 1 ?
	    " is" : "s are", why[0] == '\0' ? "" : ": ", why);
	if (g->forgets)
		fputs("; with --state they would be kept\n", stderr);
	else
		fprintf(stderr, "; camprun alert --guard %s -p %s tries "
		    "again\n", g->state, g->policy);
}
