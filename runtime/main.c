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
#include "prove.h"

enum { EXIT_DONE, EXIT_ERRORS, EXIT_USAGE, EXIT_SYSTEM };

struct options {
	const char *source, *target, *machine;
	bool no_faults;
	enum diag_format format;
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

enum option_id { OPT_SOURCE, OPT_TARGET, OPT_FAULTS, OPT_DIAG,
	OPT_MAX_ERRORS, OPT_DUMP_FSM, OPT_HELP, OPT_VERSION };

struct option_row {
	const char *name, *arg, *help; /* arg NULL: none */
};

static const struct option_row rows[] = {
	[OPT_SOURCE] = { "source", "MODEL", "the system as it is" },
	[OPT_TARGET] = { "target", "MODEL", "the system as it shall be" },
	[OPT_FAULTS] = { "faults", "HOW", "single (default): every single "
	    "failure; none: the quick answer" },
	[OPT_DIAG] = { "diag", "FORMAT", "text, json, sarif or junit" },
	[OPT_MAX_ERRORS] = { "max-errors", "N",
	    "how many findings are shown (20)" },
	[OPT_DUMP_FSM] = { "dump-fsm", "MACHINE",
	    "campaign, procedure or step, as Graphviz" },
	[OPT_HELP] = { "help", NULL, "this text" },
	[OPT_VERSION] = { "version", NULL, "the version" },
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

	fputs("usage: camprun prove CAMPAIGN --source MODEL [--target MODEL] "
	    "[option ...]\n"
	    "Says whether an upgrade campaign is right and safe, with every "
	    "single failure.\n", stdout);
	for (i = 0; i < NROW; i++) {
		snprintf(text, sizeof(text), "--%s%s%s", rows[i].name,
		    rows[i].arg == NULL ? "" : "=",
		    rows[i].arg == NULL ? "" : rows[i].arg);
		printf("  %-20s %s\n", text, rows[i].help);
	}
	fputs("A file named - is standard input. Exit: 0 proven, 1 errors, "
	    "2 usage, 3 system.\n", stdout);
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
	if ((r->opt.given & (1u << id)) != 0)
		return usage("--%s is given twice", rows[id].name);
	r->opt.given |= 1u << id;
	switch (id) {
	case OPT_SOURCE:
		r->opt.source = value;
		return 0;
	case OPT_TARGET:
		r->opt.target = value;
		return 0;
	case OPT_DUMP_FSM:
		r->opt.machine = value;
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
parse(struct run *r, int argc, char **argv)
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
	read_campaign(r, r->opt.operand[0]);
	if (r->status == 0)
		r->source = read_model(r, r->opt.source);
	if (r->status == 0 && r->opt.target != NULL)
		r->target = read_model(r, r->opt.target);
	if (r->status != 0 || r->diag.nerror > 0)
		return false;
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

static bool
is_planned(const char *word)
{
	static const char *const words[] = { "run", "resume", "suspend",
		"rollback", "commit", "status", "model" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static int
dump(const char *machine)
{
	const struct fsm *f = fsm_by_name(machine);

	if (f == NULL)
		return usage("--dump-fsm=%s is none of campaign, procedure, "
		    "step", machine);
	fsm_dump(f, stdout);
	return printed();
}

int
main(int argc, char **argv)
{
	struct run r = { .status = EXIT_DONE };
	const char *word = argc > 1 ? argv[1] : NULL;
	int err;

	if (word != NULL && is_planned(word))
		return usage("%s is not available in this version", word);
	if (word != NULL && strcmp(word, "prove") == 0) {
		argc--;
		argv++;
	} else if (word == NULL || *word != '-') {
		return word == NULL ? usage("no %s", "command") :
		    usage("there is no command %s", word);
	}
	err = parse(&r, argc, argv);
	if (err != 0)
		return err;
	if ((r.opt.given & (1u << OPT_HELP)) != 0)
		return help();
	if ((r.opt.given & (1u << OPT_VERSION)) != 0) {
		puts("camprun " CAMPGEN_VERSION);
		return printed();
	}
	if (r.opt.machine != NULL)
		return dump(r.opt.machine);
	run_prove(&r);
	end(&r);
	return r.status;
}
