/*
 * What is asked of the guard? `camprun guard` is this program: to run a command
 * under it, or to say which programs run when a machine was found to have
 * moved. All behind "--" is the command, and none of our options. Who looks
 * into machines (`camprun capabilities`) is in the same program.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm.h"
#include "ask.h"
#include "cli.h"
#include "diag.h"
#include "guard.h"
#include "intern.h"
#include "kept.h"
#include "os.h"
#include "react.h"
#include "text.h"
#include "guard_options.h"

#define PROGRAM "camprun"

enum { MIB_MOST = 65536, MIB_USUAL = 64 };

struct options {
	struct site_options site;
	const char *vm, *notify, *events;
	size_t repeat, most, max_errors;
	long signal;
	int64_t limit;
	int format; /* 0 text, 1 json */
	enum diag_format diag;
	bool help, version;
	char **argv; /* the command, or NULL */
	char **operand;
	int noperand;
};

/* --- options --- */

static int
set_signal(struct options *o, const char *value)
{
	size_t pid;
	int err;

	if (strcmp(value, "parent") == 0) {
		o->signal = (long)getppid();
		return 0;
	}
	err = cli_number(PROGRAM, "signal", value, INT32_MAX, &pid);
	if (err == 0 && pid < 2)
		return cli_usage(PROGRAM, "--signal=1 is nobody to signal");
	o->signal = err == 0 ? (long)pid : 0;
	return err;
}

static int
set_repeat(struct options *o, const char *value)
{
	o->repeat = 0;
	return strcmp(value, "0") == 0 ? 0 :
	    cli_number(PROGRAM, "repeat", value, 1000, &o->repeat);
}

static int
set_option(void *data, int row, const char *value)
{
	static const char *const formats[] = { "text", "json", NULL };
	struct options *o = data;

	switch ((enum option_id)row) {
	case OPT_VM:
		o->vm = value;
		return 0;
	case OPT_STATE:
		o->site.state = value;
		return 0;
	case OPT_DRIVER:
		o->site.driver = value;
		return 0;
	case OPT_SOURCE:
		o->site.source = value;
		return 0;
	case OPT_POLICY:
		o->site.policy = value;
		return 0;
	case OPT_REPEAT:
		return set_repeat(o, value);
	case OPT_NOTIFY:
		o->notify = value;
		return 0;
	case OPT_SIGNAL:
		return set_signal(o, value);
	case OPT_TIMEOUT:
		return cli_time(PROGRAM, "timeout", value, &o->limit);
	case OPT_LIMIT:
		return cli_number(PROGRAM, "limit", value, MIB_MOST, &o->most);
	case OPT_EVENTS:
		o->events = value;
		return 0;
	case OPT_FORMAT:
		return cli_word(PROGRAM, "format", value, formats, &o->format);
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

/* Cuts the command off: what is behind the first "--". */
static char **
cut_command(int *argc, char **argv)
{
	int i;

	for (i = 1; i < *argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			*argc = i;
			argv[i] = NULL;
			return &argv[i + 1];
		}
	return NULL;
}

static uint32_t
command_of(const char *word)
{
	return word == NULL ? CMD_GUARD : strcmp(word, "register") == 0 ?
	    CMD_REGISTER : strcmp(word, "deregister") == 0 ? CMD_DEREGISTER :
	    strcmp(word, "list") == 0 ? CMD_LIST : CMD_GUARD;
}

/* --- a command --- */

/* A folder for as long as this lasts; NULL: it cannot be, which is said. */
static char *
make_moment(void)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = text_below(tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp,
	    "camprun-guard-XXXXXX");

	if (mkdtemp(folder) != NULL)
		return folder;
	cli_failure(PROGRAM, "make", folder, errno);
	free(folder);
	return NULL;
}

static void
forget_moment(const char *state, const char *folder)
{
	static const char *const names[] = { "moves", "alerts", "alerts.log" };
	size_t i;
	char *path;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path = text_below(folder, names[i]);
		unlink(path);
		free(path);
	}
	rmdir(folder);
	rmdir(state);
}

/* Whose channels hear of moves; NULL: nobody's. */
static char *
find_policy(const struct options *o)
{
	return o->site.policy != NULL ? text_join(o->site.policy, "") :
	    text_below(o->site.state, "policy.yaml");
}

static int
open_events(const char *path, FILE **f)
{
	*f = path == NULL ? NULL : fopen(path, "a");
	return path == NULL || *f != NULL ? EXIT_DONE :
	    cli_failure(PROGRAM, "write", path, errno);
}

static int
guard_it(const struct options *o, const struct site *site)
{
	struct guard g = { .site = site, .argv = o->argv,
		.repeat = o->repeat, .limit = o->limit,
		.most = (uint64_t)o->most << 20, .notify = o->notify,
		.signal = o->signal, .forgets = o->site.state == NULL };
	char *folder = NULL, *state = NULL, *policy = NULL;
	bool missing, alarm;
	int status;

	g.vm = site_find_ee(site, PROGRAM, o->vm);
	if (g.vm == NAME_NONE)
		return GUARD_FAILED;
	if (site->driver->identify == NULL) {
		fprintf(stderr, PROGRAM ": the driver %s does not know where "
		    "anything runs\n", site->driver->name);
		return GUARD_FAILED;
	}
	alarm = alarm_wanted(site->policy, g.vm, &missing);
	if (missing)
		return GUARD_FAILED;
	if (!g.forgets || alarm) {
		state = g.forgets ? make_moment() :
		    text_join(o->site.state, "");
		folder = state == NULL ? NULL : kept_folder(state);
		if (folder == NULL) {
			free(state);
			return GUARD_FAILED;
		}
	}
	g.folder = folder;
	g.state = state;
	g.policy = policy = alarm ? find_policy(o) : NULL;
	status = open_events(o->events, &g.events) == EXIT_DONE ?
	    guard_run(&g) : GUARD_FAILED;
	if (g.events != NULL && fclose(g.events) != 0)
		cli_failure(PROGRAM, "write", o->events, errno);
	if (g.forgets && folder != NULL)
		forget_moment(state, folder);
	free(policy);
	free(state);
	free(folder);
	return status;
}

static int
run_guard(const struct options *o)
{
	struct diag d = { .max = o->max_errors };
	struct site site;
	int status;

	if (o->noperand > 0)
		return cli_usage(PROGRAM, "guard takes no word \"%s\" before "
		    "\"--\"", o->operand[0]);
	if (o->vm == NULL || o->argv == NULL || o->argv[0] == NULL)
		return cli_usage(PROGRAM, "guard needs --vm=DN, and a command "
		    "behind \"--\"");
	status = o->notify == NULL ? 0 : kept_is_program(o->notify, "--notify");
	if (status != 0)
		return status;
	status = site_open(&site, &o->site, PROGRAM, &d);
	diag_print_errors(&d, o->diag, PROGRAM, stderr);
	if (status == EXIT_DONE)
		status = guard_it(o, &site);
	else if (status != EXIT_USAGE)
		status = GUARD_FAILED;
	diag_free(&d);
	site_close(&site);
	return status;
}

/* --- a run --- */

/* react DIR VM BEFORE AFTER TIME LINE: started by who carries a run out, with
 * all signals blocked, when a machine has strayed. */
static int
react(char **argv)
{
	struct react r = { .vm = argv[1], .before = argv[2],
		.after = argv[3], .time = strtoll(argv[4], NULL, 10),
		.line = argv[5], .len = strlen(argv[5]) };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	react_registered(&r, argv[0]);
	return EXIT_DONE;
}

static int
run_kept(const struct options *o, uint32_t command, const char *word)
{
	const struct kept k = { .word = word, .state = o->site.state,
		.match = o->vm, .argv = o->argv, .operand = o->operand,
		.noperand = o->noperand, .json = o->format == 1 };

	return command == CMD_REGISTER ? kept_add(&k) :
	    command == CMD_DEREGISTER ? kept_remove(&k) : kept_list(&k);
}

int
main(int argc, char **argv)
{
	struct options o = { .most = MIB_USUAL };
	struct cli_rest rest;
	uint32_t command;
	const char *word;
	int status, skip;

	if (argc > 1 && strcmp(argv[1], "capabilities") == 0)
		return ask_main(argc - 1, argv + 1);
	if (argc == 9 && strcmp(argv[2], "react") == 0)
		return react(argv + 3);
	o.argv = cut_command(&argc, argv);
	word = argc > 2 ? argv[2] : NULL;
	command = command_of(word);
	skip = command == CMD_GUARD ? 1 : 2;
	if (argc <= skip)
		return cli_usage(PROGRAM, "guard needs --vm=DN, and a command "
		    "behind \"--\"");
	status = cli_parse(guard_table(), argc - skip, argv + skip, command,
	    set_option, &o, &rest);
	if (status != 0)
		return status;
	o.operand = rest.operand;
	o.noperand = rest.noperand;
	if (o.help)
		return cli_help(guard_table(), command);
	if (o.version)
		return cli_version(PROGRAM);
	status = command == CMD_GUARD ? run_guard(&o) :
	    run_kept(&o, command, word);
	intern_clear();
	return status;
}
