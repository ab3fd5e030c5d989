/*
 * Who tells operators what happens (U9)? `camprun alert --test` tries every
 * channel of a policy, `camprun alert --state DIR` tells what is left to tell;
 * with --follow it is the companion of a camprun at work. It may take more
 * room and libraries than one that carries campaigns out.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "deliver.h"
#include "diag.h"
#include "follow.h"
#include "intern.h"
#include "moved.h"
#include "os.h"
#include "policy.h"
#include "stop.h"
#include "worker.h"
#include "alert_options.h"

#define PROGRAM "camprun"

struct options {
	const char *state, *guard, *policy;
	int64_t since; /* ns since 1970; INT64_MAX: nothing is news */
	bool moment; /* the directory is only for now */
	bool test, help, version;
	size_t follow, max_errors;
	enum diag_format diag;
	const volatile sig_atomic_t *stop;
};

static int
set_option(void *data, int row, const char *value)
{
	struct options *o = data;

	switch ((enum option_id)row) {
	case OPT_STATE:
		o->state = value;
		return 0;
	case OPT_TEST:
		o->test = true;
		return 0;
	case OPT_GUARD:
		o->guard = value;
		return 0;
	case OPT_SINCE:
		o->since = strtoll(value, NULL, 10);
		return 0;
	case OPT_MOMENT:
		o->moment = true;
		return 0;
	case OPT_POLICY:
		o->policy = value;
		return 0;
	case OPT_FOLLOW:
		return cli_number(PROGRAM, "follow", value, INT32_MAX,
		    &o->follow);
	case OPT_DIAG:
		return cli_diag(PROGRAM, value, &o->diag);
	case OPT_MAX_ERRORS:
		return cli_max_errors(PROGRAM, value, &o->max_errors);
	case OPT_HELP:
		o->help = true;
		return 0;
	case OPT_VERSION:
		o->version = true;
		return 0;
	}
	return 0;
}

/* --- the test --- */

/* Waits for the one message that the worker has. */
static bool
is_told(const struct policy_channel *c, const struct message *m,
    const volatile sig_atomic_t *stop, char *why)
{
	struct worker w = { 0 };
	enum word said = WORD_NONE;
	int err = worker_start(&w, c, &m, 1);

	if (err != 0)
		snprintf(why, DELIVER_WHY, "%s", strerror(-err));
	while (err == 0 && said == WORD_NONE && !*stop) {
		said = worker_hear(&w, why);
		if (said == WORD_NONE)
			os_sleep(10000000);
	}
	worker_stop(&w);
	return said == WORD_TOLD;
}

static int
test_all(const struct policy *p, const volatile sig_atomic_t *stop)
{
	size_t i, n = policy_nchannel(p), bad = 0;
	char id[64], why[DELIVER_WHY] = "";

	for (i = 0; i < n && !*stop; i++) {
		struct policy_channel c = policy_channel(p, i);
		struct message m = { .what = ALERT_TEST, .time = os_now(),
			.id = id, .campaign = "none", .object = c.name,
			.text = alert_info(ALERT_TEST)->meaning,
			.host = message_host(), .state = "" };
		bool ok;

		snprintf(id, sizeof(id), "test-%lld-%zu", (long long)m.time,
		    i + 1);
		ok = is_told(&c, &m, stop, why);
		printf("%s: %s%s\n", c.name, ok ? "told" : "not told: ",
		    ok ? "" : why);
		fflush(stdout);
		bad += !ok;
	}
	return cli_printed(PROGRAM, bad == 0 && !*stop ? EXIT_DONE :
	    EXIT_ERRORS);
}

static int
test(const struct options *o, const struct policy *p)
{
	return policy_nchannel(p) > 0 ? test_all(p, o->stop) :
	    cli_usage(PROGRAM, "%s names no channels", o->policy);
}

/* --- a run --- */

/* Who waits for it hears what is left. */
static int
conclude(int status, size_t left)
{
	if (status != EXIT_DONE || left == 0)
		return status;
	fprintf(stderr, "camprun: %zu alerts could not be told; they are "
	    "kept\n", left);
	return EXIT_ERRORS;
}

static int
tell_rest(const struct options *o, struct diag *d)
{
	size_t left = 0;
	int status = follow(o->state, (long)o->follow, o->stop, d, &left);

	return conclude(status, o->follow != 0 ? 0 : left);
}

static int
tell_moves(const struct options *o, const struct policy *p)
{
	struct moved_options m = { .state = o->guard, .policy = p,
		.moment = o->moment, .since = o->since, .stop = o->stop };
	size_t left = 0;
	int status = moved_tell(&m, &left);

	return conclude(status, left);
}

/* One thing at a time, with a policy where it is not that of a run. */
static bool
is_clear(const struct options *o)
{
	return o->test + (o->state != NULL) + (o->guard != NULL) == 1 &&
	    (o->state != NULL) == (o->policy == NULL);
}

/* What is found in the policy points into it. */
static int
work(const struct options *o, struct diag *d, struct policy **p)
{
	if (o->state != NULL)
		return tell_rest(o, d);
	*p = policy_load(o->policy, d);
	if (*p == NULL)
		return cli_failure(PROGRAM, "read", o->policy, errno);
	if (d->nerror > 0)
		return EXIT_ERRORS;
	return o->test ? test(o, *p) : tell_moves(o, *p);
}

/* Who starts it blocks all signals until it can hear them. */
static const volatile sig_atomic_t *
hear_signals(void)
{
	const volatile sig_atomic_t *stop = stop_heed();
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return stop;
}

int
main(int argc, char **argv)
{
	struct options o = { .since = INT64_MAX, .stop = hear_signals() };
	struct diag d = { 0 };
	struct cli_rest rest;
	struct policy *p = NULL;
	int status;

	status = cli_parse(alert_table(), argc - 1, argv + 1, CMD_ALERT,
	    set_option, &o, &rest);
	if (status != 0)
		return status;
	if (o.help)
		return cli_help(alert_table(), CMD_ALERT);
	if (o.version)
		return cli_version(PROGRAM);
	if (rest.noperand > 0 || !is_clear(&o))
		return cli_usage(PROGRAM, "%s needs --test -p POLICY, "
		    "--state DIR or --guard DIR -p POLICY", "alert");
	d.max = o.max_errors;
	status = work(&o, &d, &p);
	diag_print_errors(&d, o.diag, PROGRAM, stderr);
	diag_free(&d);
	policy_free(p);
	intern_clear();
	return status;
}
