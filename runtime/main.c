/*
 * What did the operator ask for? Options, the commands, and the exit status:
 * the only file that ends the process.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "campaign.h"
#include "diag.h"
#include "digest.h"
#include "fsm.h"
#include "model.h"
#include "near.h"
#include "operate.h"
#include "prove.h"

enum { EXIT_DONE, EXIT_ERRORS, EXIT_USAGE, EXIT_SYSTEM };

enum { MAX_FAIL = 1000 };

struct options {
	const char *source, *target;
	bool no_faults;
	enum diag_format format;
	struct operate_options operate;
	const char *fail[MAX_FAIL], *dump;
	char **operand;
	int noperand;
	uint32_t given; /* bit by option index */
};

struct run {
	struct options opt;
	struct diag diag;
	struct campaign *campaign;
	struct model *source, *target;
	int status;
};

enum { CMD_PROVE = 1, CMD_RUN = 2, CMD_RESUME = 4, CMD_ROLLBACK = 8,
	CMD_COMMIT = 16, CMD_SUSPEND = 32, CMD_STATUS = 64, CMD_MODEL = 128,
	CMD_GO_ON = CMD_RESUME | CMD_ROLLBACK | CMD_COMMIT,
	CMD_CARRY_OUT = CMD_RUN | CMD_GO_ON,
	CMD_STATE = CMD_CARRY_OUT | CMD_SUSPEND | CMD_STATUS | CMD_MODEL,
	CMD_ALL = CMD_STATE | CMD_PROVE };

enum option_id { OPT_SOURCE, OPT_TARGET, OPT_FAULTS, OPT_STATE, OPT_DRIVER,
	OPT_EXPECT, OPT_EVENTS, OPT_FAIL, OPT_YES, OPT_COMMIT, OPT_DIAG,
	OPT_MAX_ERRORS, OPT_DUMP, OPT_HELP, OPT_VERSION, OPT_POLICY };

struct option_row {
	const char *name, *arg; /* arg NULL: none */
	uint32_t commands;
	const char *help; /* NULL: not offered */
};

static const struct option_row rows[] = {
	[OPT_SOURCE] = { "source", "MODEL", CMD_PROVE | CMD_RUN,
	    "the system as it is" },
	[OPT_TARGET] = { "target", "MODEL", CMD_PROVE,
	    "the system as it shall be" },
	[OPT_FAULTS] = { "faults", "HOW", CMD_PROVE,
	    "single (default): every failure; none: quick" },
	[OPT_STATE] = { "state", "DIR", CMD_STATE,
	    "what the run keeps, and resume needs" },
	[OPT_DRIVER] = { "driver", "NAME", CMD_RUN,
	    "what carries it out: sim" },
	[OPT_EXPECT] = { "expect", "SHA256", CMD_RUN,
	    "run only this very campaign file" },
	[OPT_EVENTS] = { "events", "FILE", CMD_CARRY_OUT,
	    "JSON lines, two for each action" },
	[OPT_FAIL] = { "fail", "WHAT", CMD_CARRY_OUT,
	    "[undo/|rollback/]ACTION:DN-GLOB[:TIMES]" },
	[OPT_YES] = { "yes", NULL, CMD_CARRY_OUT | CMD_SUSPEND,
	    "do not ask" },
	[OPT_COMMIT] = { "commit", NULL, CMD_RUN | CMD_RESUME,
	    "commit once it has completed" },
	[OPT_DIAG] = { "diag", "FORMAT", CMD_ALL,
	    "text, json, sarif or junit" },
	[OPT_MAX_ERRORS] = { "max-errors", "N", CMD_ALL,
	    "how many findings are shown (20)" },
	[OPT_DUMP] = { "dump-fsm", "NAME", 0,
	    "a state machine as Graphviz: step, procedure, campaign" },
	[OPT_HELP] = { "help", NULL, 0, "this text" },
	[OPT_VERSION] = { "version", NULL, 0, "the version" },
	[OPT_POLICY] = { "policy", "FILE", 0, NULL },
};
enum { NROW = sizeof(rows) / sizeof(rows[0]) };

static int
usage(const char *fmt, const char *what)
{
	fputs("camprun: ", stderr);
	fprintf(stderr, fmt, what);
	fputs("; see camprun --help\n", stderr);
	return EXIT_USAGE;
}

static int
system_failure(const char *what, const char *path, int err)
{
	fprintf(stderr, "camprun: cannot %s \"%s\": %s\n", what, path,
	    strerror(err));
	return EXIT_SYSTEM;
}

/* What was printed to standard output has arrived, or status 3. */
static int
printed(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_DONE;
	return system_failure("write", "standard output", errno);
}

static int
help(void)
{
	char text[64];
	size_t i;

	fputs("usage: camprun prove CAMPAIGN --source MODEL [--target MODEL]\n"
	    "       camprun run CAMPAIGN --source MODEL --state DIR "
	    "--driver=sim\n"
	    "       camprun resume|rollback|commit|suspend|status|model "
	    "--state DIR\n"
	    "Proves an upgrade campaign right and safe, and carries it out.\n",
	    stdout);
	for (i = 0; i < NROW; i++) {
		if (rows[i].help == NULL)
			continue;
		snprintf(text, sizeof(text), "--%s%s%s", rows[i].name,
		    rows[i].arg == NULL ? "" : "=",
		    rows[i].arg == NULL ? "" : rows[i].arg);
		printf("  %-18s %s\n", text, rows[i].help);
	}
	fputs("Exit: 0 done, 1 errors, 2 usage, 3 system (resume is safe), "
	    "4 failed and undone,\n5 an operator must decide.\n", stdout);
	return printed();
}

/* --- options --- */

static int
set_max(struct run *r, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end != '\0' || n == 0 ||
	    n > 1000000)
		return usage("--max-errors=%s is no number from 1 to 1000000",
		    value);
	r->diag.max = n;
	return 0;
}

static int
set_format(struct run *r, const char *value)
{
	static const char *const words[] = { "text", "json", "sarif",
		"junit" };
	int i;

	for (i = 0; i < 4; i++)
		if (strcmp(value, words[i]) == 0) {
			r->opt.format = (enum diag_format)i;
			return 0;
		}
	return usage("--diag=%s is none of text, json, sarif, junit", value);
}

static int
set_faults(struct run *r, const char *value)
{
	r->opt.no_faults = strcmp(value, "none") == 0;
	if (r->opt.no_faults || strcmp(value, "single") == 0)
		return 0;
	return usage("--faults=%s is neither single nor none", value);
}

static int
set_option(struct run *r, enum option_id id, const char *value)
{
	if ((r->opt.given & (1u << id)) != 0 && id != OPT_FAIL)
		return usage("--%s is given twice", rows[id].name);
	r->opt.given |= 1u << id;
	switch (id) {
	case OPT_SOURCE:
		r->opt.source = r->opt.operate.source = value;
		return 0;
	case OPT_STATE:
		r->opt.operate.state = value;
		return 0;
	case OPT_DRIVER:
		r->opt.operate.driver = value;
		return 0;
	case OPT_EXPECT:
		r->opt.operate.expect = value;
		return 0;
	case OPT_EVENTS:
		r->opt.operate.events = value;
		return 0;
	case OPT_FAIL:
		if (r->opt.operate.nfail == MAX_FAIL)
			return usage("more than 1000 --fail=%s", value);
		r->opt.fail[r->opt.operate.nfail++] = value;
		return 0;
	case OPT_YES:
		r->opt.operate.yes = true;
		return 0;
	case OPT_COMMIT:
		r->opt.operate.commit = true;
		return 0;
	case OPT_DUMP:
		r->opt.dump = value;
		return 0;
	case OPT_POLICY:
		return usage("--%s is not available in this version",
		    rows[id].name);
	case OPT_TARGET:
		r->opt.target = value;
		return 0;
	case OPT_FAULTS:
		return set_faults(r, value);
	case OPT_DIAG:
		return set_format(r, value);
	case OPT_MAX_ERRORS:
		return set_max(r, value);
	default:
		return 0;
	}
}

static int
unknown_option(const char *word)
{
	const char *names[NROW], *near;
	char plain[64];
	size_t i, n;

	for (i = 0; i < NROW; i++)
		names[i] = rows[i].name;
	n = strcspn(word, "=");
	snprintf(plain, sizeof(plain), "%.*s", (int)(n > 60 ? 60 : n), word);
	near = near_match(plain, names, NROW);
	if (near == NULL)
		return usage("there is no option %s", word);
	fprintf(stderr, "camprun: there is no option %s; did you mean --%s?\n",
	    word, near);
	return EXIT_USAGE;
}

/* 0, or the status to end with. */
static int
parse(struct run *r, int argc, char **argv, uint32_t command)
{
	struct option table[NROW + 1];
	int c, i, index, err;

	memset(table, 0, sizeof(table));
	for (i = 0; i < NROW; i++) {
		table[i].name = rows[i].name;
		table[i].has_arg = rows[i].arg == NULL ? no_argument :
		    required_argument;
		table[i].val = 256;
	}
	opterr = 0;
	for (;;) {
		index = -1;
		c = getopt_long(argc, argv, ":", table, &index);
		if (c == -1)
			break;
		if (c == ':')
			return usage("%s needs a value", argv[optind - 1]);
		if (c != 256)
			return unknown_option(argv[optind - 1]);
		if ((rows[index].commands & command) == 0 &&
		    rows[index].commands != 0)
			return usage("--%s does not go with this command",
			    rows[index].name);
		err = set_option(r, (enum option_id)index, optarg);
		if (err != 0)
			return err;
	}
	r->opt.operand = argv + optind;
	r->opt.noperand = argc - optind;
	return 0;
}

/* --- reading --- */

static const char *
shown(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* What is merely doubtful about a model was told when the campaign was made. */
static struct model *
read_model(struct run *r, const char *path)
{
	size_t before = r->diag.nerror;
	struct model *m = model_load(path, &r->diag);
	struct diag doubts = { 0 };

	if (m == NULL)
		r->status = system_failure("read", shown(path), errno);
	else if (r->diag.nerror == before && !model_check(m, &doubts))
		model_check(m, &r->diag);
	diag_free(&doubts);
	return m;
}

static void
read_campaign(struct run *r, const char *path)
{
	r->campaign = campaign_load(path, &r->diag);
	if (r->campaign == NULL)
		r->status = system_failure("read", shown(path), errno);
	else if (r->diag.nerror == 0)
		campaign_check(r->campaign, &r->diag);
}

/* A campaign without a digest says nothing of its source. */
static void
compare_digest(struct run *r)
{
	const char *want = name_str(r->campaign->source_digest);
	char have[DIGEST_TEXT];

	if (r->campaign->source_digest == NAME_NONE)
		return;
	digest_model(r->source, have);
	if (strcmp(want, have) != 0)
		diag_report(&r->diag, DIAG_OTHER_SOURCE,
		    campaign_place(r->campaign, SRC_WHOLE), NAME_NONE,
		    "the campaign is for the source %.64s, but \"%.1000s\" is "
		    "%s", want, shown(r->opt.source), have);
}

static bool
read_all(struct run *r)
{
	struct place at;
	const char *unknown;

	read_campaign(r, r->opt.operand[0]);
	if (r->status == 0)
		r->source = read_model(r, r->opt.source);
	if (r->status == 0 && r->opt.target != NULL)
		r->target = read_model(r, r->opt.target);
	if (r->status != 0 || r->diag.nerror > 0)
		return false;
	unknown = actions_unknown(r->campaign, &at);
	if (unknown != NULL)
		diag_report(&r->diag, DIAG_NOT_CARRIED_OUT, at, NAME_NONE,
		    "the campaign %s, which this version does not prove",
		    unknown);
	compare_digest(r);
	return r->diag.nerror == 0;
}

/* --- prove --- */

static void
prove(struct run *r)
{
	struct actions *a = actions_expand(r->campaign, r->source);
	struct proof proof;

	if (prove_run(r->campaign, a, r->source, r->target,
	    !r->opt.no_faults, &proof, NULL, &r->diag) &&
	    r->diag.nerror == 0) {
		printf("proven: %zu actions, %zu failures, %zu states\n",
		    proof.nactions, proof.nfailures, proof.nstates);
		r->status = printed();
	}
	actions_free(a);
}

static int
stdin_inputs(const struct run *r)
{
	return (strcmp(r->opt.operand[0], "-") == 0) +
	    (r->opt.source != NULL && strcmp(r->opt.source, "-") == 0) +
	    (r->opt.target != NULL && strcmp(r->opt.target, "-") == 0);
}

static void
run_prove(struct run *r)
{
	if (r->opt.noperand != 1 || r->opt.source == NULL) {
		r->status = usage("%s needs CAMPAIGN --source MODEL", "prove");
		return;
	}
	if (stdin_inputs(r) > 1) {
		r->status = usage("only one input can be %s", "-");
		return;
	}
	if (read_all(r))
		prove(r);
	if (r->status == 0 && r->diag.nerror > 0)
		r->status = EXIT_ERRORS;
	if (r->diag.nitem > 0 || (r->opt.format != DIAG_TEXT &&
	    r->status < EXIT_USAGE))
		diag_print(&r->diag, r->opt.format, "camprun", stderr);
	if (fflush(stderr) != 0)
		r->status = EXIT_SYSTEM;
}

static void
end(struct run *r)
{
	diag_free(&r->diag);
	campaign_free(r->campaign);
	model_free(r->source);
	model_free(r->target);
	intern_clear();
}

/* --- the operator's commands --- */

static int
run_machine(const struct run *r)
{
	const struct fsm *m = fsm_by_name(r->opt.dump);

	if (m == NULL)
		return usage("--dump-fsm=%s is none of step, procedure, "
		    "campaign", r->opt.dump);
	fsm_dump(m, stdout);
	return printed();
}

static bool
has_all(struct run *r, const char *word, bool fresh)
{
	struct operate_options *o = &r->opt.operate;
	const char *missing = o->state == NULL ? "--state DIR" :
	    !fresh ? NULL : o->source == NULL ? "--source MODEL" :
	    o->driver == NULL ? "--driver=sim" : NULL;

	if (r->opt.noperand != (fresh ? 1 : 0)) {
		r->status = usage(fresh ? "%s needs one CAMPAIGN" :
		    "%s takes no file: --state DIR says which run", word);
		return false;
	}
	if (missing == NULL)
		return true;
	fprintf(stderr, "camprun: %s needs %s; see camprun --help\n", word,
	    missing);
	r->status = EXIT_USAGE;
	return false;
}

static void
operate(struct run *r, uint32_t command, const char *word)
{
	struct operate_options *o = &r->opt.operate;

	o->command = word;
	o->fail = r->opt.fail;
	o->format = (int)r->opt.format;
	if (!has_all(r, word, command == CMD_RUN))
		return;
	o->campaign = r->opt.operand[0];
	switch (command) {
	case CMD_RUN:
		r->status = operate_run(o, &r->diag);
		break;
	case CMD_SUSPEND:
		r->status = operate_suspend(o, &r->diag);
		break;
	case CMD_STATUS:
		r->status = operate_status(o, &r->diag);
		break;
	case CMD_MODEL:
		r->status = operate_model(o, &r->diag);
		break;
	default:
		r->status = operate_continue(o, &r->diag);
	}
	if (fflush(stdout) != 0 && r->status == 0)
		r->status = system_failure("write", "standard output", errno);
}

static uint32_t
command_bit(const char *word)
{
	static const char *const words[] = { "prove", "run", "resume",
		"rollback", "commit", "suspend", "status", "model" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			return UINT32_C(1) << i;
	return 0;
}

int
main(int argc, char **argv)
{
	struct run r = { .status = EXIT_DONE };
	const char *word = argc > 1 ? argv[1] : NULL;
	uint32_t command = word == NULL ? 0 : command_bit(word);
	int err;

	if (command != 0) {
		argc--;
		argv++;
	} else if (word == NULL || *word != '-') {
		return word == NULL ? usage("no %s", "command") :
		    usage("there is no command %s", word);
	}
	err = parse(&r, argc, argv, command);
	if (err != 0)
		return err;
	if ((r.opt.given & (1u << OPT_HELP)) != 0)
		return help();
	if (r.opt.dump != NULL)
		return run_machine(&r);
	if ((r.opt.given & (1u << OPT_VERSION)) != 0) {
		puts("camprun " CAMPGEN_VERSION);
		return printed();
	}
	if (command == 0)
		return usage("no %s", "command");
	if (!fsm_check_all(stderr))
		return EXIT_SYSTEM;
	if (command == CMD_PROVE)
		run_prove(&r);
	else
		operate(&r, command, word);
	end(&r);
	return r.status;
}
