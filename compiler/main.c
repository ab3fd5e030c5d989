/*
 * What did the user ask for? Options, the commands, and the exit status: the
 * only file that ends the process.
 */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "campaign.h"
#include "compile.h"
#include "diag.h"
#include "diff_text.h"
#include "explain.h"
#include "file.h"
#include "model.h"
#include "near.h"
#include "plan_text.h"
#include "policy.h"
#include "select.h"

enum { EXIT_WRITTEN, EXIT_ERRORS, EXIT_USAGE, EXIT_SYSTEM };

enum { MAX_SELECT = 1000 };

struct options {
	const char *output; /* -o, or NULL */
	const char *policy, *plan;
	bool balanced, fail_on_warning;
	enum plan_zoom zoom;
	enum diag_format format;
	const char *select[MAX_SELECT];
	size_t nselect;
	char **operand;
	int noperand;
	uint32_t given; /* bit by option index */
};

struct run {
	struct options *opt;
	struct diag diag;
	struct model **models; /* kept until findings are printed */
	int nmodel;
	int status;
};

/* --- options: one table for parsing, help and refusals --- */

enum { CMD_COMPILE = 1, CMD_LINT = 2, CMD_DIFF = 4, CMD_PLAN = 8,
	CMD_EXPLAIN = 16, CMD_CONVERT = 32,
	CMD_FINDINGS = CMD_COMPILE | CMD_LINT | CMD_DIFF | CMD_PLAN |
	    CMD_CONVERT };

enum option_id { OPT_OUTPUT, OPT_POLICY, OPT_SCHEDULE, OPT_CATCH, OPT_SELECT,
	OPT_PLAN, OPT_SUMMARY, OPT_FULL, OPT_DIAG, OPT_MAX_ERRORS,
	OPT_SEVERITY, OPT_FAIL_ON, OPT_HELP, OPT_VERSION, OPT_ROLLING,
	OPT_SOURCE, OPT_TARGET };

struct option_row {
	const char *name, *arg; /* arg NULL: none */
	char letter;
	uint32_t commands;
	const char *help; /* NULL: not offered */
};

static const struct option_row rows[] = {
	[OPT_OUTPUT] = { "output", "FILE", 'o', CMD_COMPILE | CMD_PLAN |
	    CMD_CONVERT, "write there (default: standard output)" },
	[OPT_POLICY] = { "policy", "FILE", 'p', CMD_COMPILE,
	    "facts and wishes the models cannot hold" },
	[OPT_CATCH] = { "catch", "HOW", 0, CMD_COMPILE,
	    "listed (default) or balanced" },
	[OPT_SCHEDULE] = { "schedule", "HOW", 0, CMD_COMPILE,
	    "sequential" },
	[OPT_SELECT] = { "select", "GLOB", 0, CMD_COMPILE,
	    "upgrade only these, with all they need" },
	[OPT_PLAN] = { "plan", "FILE", 0, CMD_COMPILE,
	    "also write the plan (FILE.txt)" },
	[OPT_SUMMARY] = { "summary", NULL, 0, CMD_PLAN,
	    "at most 40 lines" },
	[OPT_FULL] = { "full", NULL, 0, CMD_PLAN,
	    "every action and value" },
	[OPT_DIAG] = { "diag", "FORMAT", 0, CMD_FINDINGS,
	    "text, json, sarif or junit" },
	[OPT_MAX_ERRORS] = { "max-errors", "N", 0, CMD_FINDINGS,
	    "how many findings are shown (20)" },
	[OPT_SEVERITY] = { "severity", "LEVEL", 0, CMD_FINDINGS,
	    "show error, warning or note and above" },
	[OPT_FAIL_ON] = { "fail-on", "LEVEL", 0, CMD_FINDINGS,
	    "error (default) or warning" },
	[OPT_HELP] = { "help", NULL, 0, ~0u, "this text" },
	[OPT_VERSION] = { "version", NULL, 0, ~0u, "the version" },
	[OPT_ROLLING] = { "rolling", NULL, 0, 0, NULL },
	[OPT_SOURCE] = { "source", "FILE", 0, 0, NULL },
	[OPT_TARGET] = { "target", "FILE", 0, 0, NULL },
};
enum { NROW = sizeof(rows) / sizeof(rows[0]) };

static int
usage(const char *fmt, const char *what)
{
	fputs("campgen: ", stderr);
	fprintf(stderr, fmt, what);
	fputs("; see campgen --help\n", stderr);
	return EXIT_USAGE;
}

/* An option as the manual calls it. */
static const char *
option_name(enum option_id id)
{
	static char text[32];

	if (rows[id].letter != 0)
		snprintf(text, sizeof(text), "-%c", rows[id].letter);
	else
		snprintf(text, sizeof(text), "--%s", rows[id].name);
	return text;
}

static int
system_failure(const char *what, const char *path, int err)
{
	bool output = strcmp(what, "write") == 0;

	fprintf(stderr, "campgen: cannot %s ", what);
	if (strcmp(path, "-") == 0)
		fputs(output ? "standard output" : "standard input", stderr);
	else
		fprintf(stderr, "\"%s\"", path);
	fprintf(stderr, ": %s\n", strerror(err));
	return EXIT_SYSTEM;
}

/* What was printed has arrived, or the status is another one. */
static int
printed(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return system_failure("write", "-", errno);
	return status;
}

static int
help(void)
{
	size_t i;

	fputs("usage: campgen SOURCE TARGET [-o FILE] [option ...]\n"
	    "       campgen lint MODEL ...        campgen diff SOURCE TARGET\n"
	    "       campgen plan CAMPAIGN         campgen explain CODE\n"
	    "       campgen convert MODEL -o FILE.xml|FILE.yaml\n"
	    "Compiles two system models into the campaign that leads from one "
	    "to the other.\n", stdout);
	for (i = 0; i < NROW; i++) {
		const struct option_row *o = &rows[i];
		char text[64];

		if (o->help == NULL)
			continue;
		if (o->letter != 0)
			snprintf(text, sizeof(text), "-%c %s", o->letter,
			    o->arg);
		else
			snprintf(text, sizeof(text), "--%s%s%s", o->name,
			    o->arg == NULL ? "" : "=",
			    o->arg == NULL ? "" : o->arg);
		printf("  %-20s %s\n", text, o->help);
	}
	fputs("A file named - is standard input or output. "
	    "Exit: 0 written, 1 errors, 2 usage, 3 system.\n", stdout);
	return printed(EXIT_WRITTEN);
}

static bool
one_of(const char *value, const char *const *words, size_t n, int *which)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(value, words[i]) == 0) {
			*which = (int)i;
			return true;
		}
	return false;
}

#define WORDS(...) (const char *const[]){ __VA_ARGS__ }, \
	sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)

static int
set_word(struct run *r, enum option_id id, const char *value)
{
	int which;

	switch (id) {
	case OPT_CATCH:
		if (!one_of(value, WORDS("listed", "balanced"), &which))
			return usage("--catch=%s is neither listed nor "
			    "balanced", value);
		r->opt->balanced = which == 1;
		return 0;
	case OPT_SCHEDULE:
		if (!one_of(value, WORDS("sequential"), &which))
			return usage("--schedule=%s is not available in this "
			    "version: it knows sequential", value);
		return 0;
	case OPT_DIAG:
		if (!one_of(value, WORDS("text", "json", "sarif", "junit"),
		    &which))
			return usage("--diag=%s is none of text, json, sarif, "
			    "junit", value);
		r->opt->format = (enum diag_format)which;
		return 0;
	case OPT_SEVERITY:
		if (!one_of(value, WORDS("note", "warning", "error"), &which))
			return usage("--severity=%s is none of error, warning, "
			    "note", value);
		r->diag.least = (enum diag_level)which;
		return 0;
	default:
		if (!one_of(value, WORDS("error", "warning"), &which))
			return usage("--fail-on=%s is neither error nor "
			    "warning", value);
		r->opt->fail_on_warning = which == 1;
		return 0;
	}
}

static int
set_number(struct run *r, const char *value)
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

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && strcmp(s + n - k, end) == 0;
}

static int
set_option(struct run *r, enum option_id id, const char *value)
{
	struct options *o = r->opt;

	if ((o->given & (1u << id)) != 0 && id != OPT_SELECT)
		return usage("%s is given twice", option_name(id));
	o->given |= 1u << id;
	switch (id) {
	case OPT_OUTPUT:
		o->output = value;
		return 0;
	case OPT_POLICY:
		o->policy = value;
		return 0;
	case OPT_SELECT:
		if (o->nselect == MAX_SELECT)
			return usage("more than 1000 --select=%s", value);
		o->select[o->nselect++] = value;
		return 0;
	case OPT_PLAN:
		if (!ends_with(value, ".txt"))
			return usage("--plan=%s: this version writes .txt "
			    "only", value);
		o->plan = value;
		return 0;
	case OPT_SUMMARY:
	case OPT_FULL:
		if (o->zoom != PLAN_DEFAULT)
			return usage("--summary and --full exclude each "
			    "other%s", "");
		o->zoom = id == OPT_FULL ? PLAN_FULL : PLAN_SUMMARY;
		return 0;
	case OPT_MAX_ERRORS:
		return set_number(r, value);
	case OPT_ROLLING:
	case OPT_SOURCE:
	case OPT_TARGET:
		return usage("--%s is not available in this version",
		    rows[id].name);
	case OPT_HELP:
	case OPT_VERSION:
		return 0;
	default:
		return set_word(r, id, value);
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
	fprintf(stderr, "campgen: there is no option %s; did you mean --%s?\n",
	    word, near);
	return EXIT_USAGE;
}

static int
option_id(const char *name)
{
	size_t i;

	for (i = 0; i < NROW; i++)
		if (strcmp(rows[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* Parses argv[1..]; operands are moved to the end by getopt. 0, or the status
 * to end with. */
static int
parse(struct run *r, int argc, char **argv, uint32_t command)
{
	struct option table[NROW + 1];
	size_t i;
	int c, index, err;

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
		c = getopt_long(argc, argv, ":o:p:", table, &index);
		if (c == -1)
			break;
		if (c == ':')
			return usage("%s needs a value", argv[optind - 1]);
		if (c == '?')
			return unknown_option(argv[optind - 1]);
		if (c != 256)
			index = option_id(c == 'o' ? "output" : "policy");
		if ((rows[index].commands & command) == 0 &&
		    rows[index].help != NULL)
			return usage("%s does not go with this command",
			    option_name((enum option_id)index));
		err = set_option(r, (enum option_id)index, optarg);
		if (err != 0)
			return err;
	}
	r->opt->operand = argv + optind;
	r->opt->noperand = argc - optind;
	return 0;
}

/* --- reading and writing --- */

static struct model *
read_model(struct run *r, const char *path)
{
	size_t before = r->diag.nerror;
	struct model *m = model_load(path, &r->diag);

	if (m == NULL) {
		r->status = system_failure("read", path, errno);
		return NULL;
	}
	if (r->diag.nerror == before)
		model_check(m, &r->diag);
	return m;
}

static int
open_output(struct run *r, struct file_out *f, struct buf *b, const char *path)
{
	int err = file_create(f, path);

	if (err != 0)
		return r->status = system_failure("write", path, -err);
	*b = (struct buf){ .out = f->stream };
	return 0;
}

static void
close_output(struct run *r, struct file_out *f, struct buf *b,
    const char *path)
{
	int err = 0;

	if (!buf_flush(b))
		err = -b->err;
	buf_free(b);
	if (err != 0)
		file_abandon(f);
	else
		err = file_commit(f);
	if (err != 0)
		r->status = system_failure("write", path, -err);
}

static const char *
output_path(const struct options *o)
{
	return o->output == NULL ? "-" : o->output;
}

/* Findings go to standard error; lint's machine formats to standard output. */
static void
print_findings(struct run *r, bool lint)
{
	FILE *f = lint && r->opt->format != DIAG_TEXT ? stdout : stderr;
	int err;

	if (r->diag.nitem == 0 && r->opt->format == DIAG_TEXT)
		return;
	if (!lint && r->diag.nitem == 0)
		return;
	err = diag_print(&r->diag, r->opt->format, "campgen", f);
	if (err != 0)
		r->status = system_failure("write", f == stdout ? "-" :
		    "standard error", err);
}

static void
judge(struct run *r)
{
	if (r->status != EXIT_WRITTEN)
		return;
	if (r->diag.nerror > 0 ||
	    (r->opt->fail_on_warning && r->diag.nwarning > 0))
		r->status = EXIT_ERRORS;
}

static bool
is_dash(const char *path)
{
	return path != NULL && strcmp(path, "-") == 0;
}

static int
stdin_operands(const struct options *o)
{
	int i, n = is_dash(o->policy);

	for (i = 0; i < o->noperand; i++)
		n += is_dash(o->operand[i]);
	return n;
}

static bool
same_file(const char *a, const char *b)
{
	struct stat s, t;

	return a != NULL && b != NULL && !is_dash(a) && !is_dash(b) &&
	    stat(a, &s) == 0 && stat(b, &t) == 0 && S_ISREG(s.st_mode) &&
	    s.st_dev == t.st_dev && s.st_ino == t.st_ino;
}

/* Writing over an input is no wish but a slip; converting in place is one. */
static const char *
overwritten(const struct options *o)
{
	const char *out[] = { o->output, o->plan };
	size_t k;
	int i;

	for (k = 0; k < 2; k++) {
		for (i = 0; i < o->noperand; i++)
			if (same_file(out[k], o->operand[i]))
				return out[k];
		if (same_file(out[k], o->policy))
			return out[k];
	}
	return NULL;
}

/* --- commands --- */

static void
run_lint(struct run *r)
{
	int i;

	for (i = 0; i < r->opt->noperand && r->status == 0; i++)
		r->models[r->nmodel++] = read_model(r, r->opt->operand[i]);
	judge(r);
	print_findings(r, true);
}

static void
write_plan(struct run *r, const struct campaign *c, enum plan_zoom zoom,
    const char *path)
{
	struct file_out f;
	struct buf b;

	if (open_output(r, &f, &b, path) != 0)
		return;
	plan_text(c, zoom, &b);
	close_output(r, &f, &b, path);
}

static void
give_up(struct file_out *f, struct buf *b)
{
	file_abandon(f);
	buf_free(b);
}

/* Both are complete before either appears. */
static void
write_both(struct run *r, const struct campaign *c, struct file_out *f,
    struct buf *b)
{
	const char *plan = r->opt->plan;
	struct file_out g;
	struct buf text;

	if (open_output(r, &g, &text, plan) != 0)
		return;
	plan_text(c, PLAN_DEFAULT, &text);
	if (file_same(f, &g))
		r->status = usage("-o and --plan both name %s", plan);
	else if (!buf_flush(&text))
		r->status = system_failure("write", plan, text.err);
	else
		close_output(r, f, b, output_path(r->opt));
	if (r->status == 0)
		close_output(r, &g, &text, plan);
	else
		give_up(&g, &text);
}

static void
write_campaign(struct run *r, const struct campaign *c)
{
	const char *path = output_path(r->opt);
	struct file_out f;
	struct buf b;

	if (open_output(r, &f, &b, path) != 0)
		return;
	campaign_write(c, &b);
	if (r->opt->plan == NULL) {
		close_output(r, &f, &b, path);
		return;
	}
	write_both(r, c, &f, &b);
	if (f.stream != NULL)
		give_up(&f, &b);
}

/* With --select the target is the source with only the selected changes. */
static bool
select_target(struct run *r)
{
	struct model *all = r->models[1], *m;

	m = select_run(r->models[0], all, r->opt->select, r->opt->nselect,
	    &r->diag);
	if (m == NULL)
		return false;
	r->models[1] = m;
	r->models[r->nmodel++] = all;
	return model_check(m, &r->diag);
}

static void
compile_models(struct run *r, const struct policy *policy)
{
	struct compile_options co = { .policy = policy,
		.balanced = r->opt->balanced };
	struct campaign *c;

	if (r->opt->nselect > 0 && !select_target(r))
		return;
	switch (compile_run(r->models[0], r->models[1], &co, &r->diag, &c)) {
	case COMPILE_EQUAL:
		fputs("campgen: nothing to do: source and target are equal\n",
		    stderr);
		break;
	case COMPILE_DONE:
		judge(r);
		if (r->status == 0)
			write_campaign(r, c);
		campaign_free(c);
		break;
	case COMPILE_ERRORS:
		r->status = EXIT_ERRORS;
		break;
	case COMPILE_BUG:
		r->status = EXIT_SYSTEM;
		break;
	}
}

static bool
read_pair(struct run *r)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct model *m = read_model(r, r->opt->operand[i]);

		if (m == NULL)
			return false;
		r->models[r->nmodel++] = m;
	}
	return true;
}

static void
run_compile(struct run *r)
{
	struct policy *policy = NULL;

	if (r->opt->policy != NULL) {
		policy = policy_load(r->opt->policy, &r->diag);
		if (policy == NULL) {
			r->status = system_failure("read", r->opt->policy,
			    errno);
			return;
		}
	}
	if (read_pair(r) && r->diag.nerror == 0)
		compile_models(r, policy);
	judge(r);
	print_findings(r, false);
	policy_free(policy);
}

static void
run_diff(struct run *r)
{
	struct buf b = { .out = stdout };
	bool differ = false;

	if (read_pair(r) && r->diag.nerror == 0) {
		differ = diff_text(r->models[0], r->models[1], &b);
		if (!buf_flush(&b))
			r->status = system_failure("write", "-", b.err);
		buf_free(&b);
	}
	judge(r);
	print_findings(r, false);
	if (r->status != 0)
		r->status = EXIT_USAGE; /* trouble, as diff(1) says it */
	else
		r->status = differ ? 1 : 0;
}

static void
run_plan(struct run *r)
{
	const char *path = r->opt->operand[0];
	struct campaign *c;

	if (r->opt->output != NULL && strcmp(r->opt->output, "-") != 0 &&
	    !ends_with(r->opt->output, ".txt")) {
		r->status = usage("%s: this version writes plans as .txt "
		    "only", r->opt->output);
		return;
	}
	c = campaign_load(path, &r->diag);
	if (c == NULL) {
		r->status = system_failure("read", path, errno);
		return;
	}
	if (r->diag.nerror == 0)
		campaign_check(c, &r->diag);
	judge(r);
	if (r->status == 0)
		write_plan(r, c, r->opt->zoom, output_path(r->opt));
	print_findings(r, false);
	campaign_free(c);
}

static void
run_convert(struct run *r)
{
	const char *path = output_path(r->opt);
	bool yaml = ends_with(path, ".yaml") || ends_with(path, ".yml");
	struct model *m;
	struct file_out f;
	struct buf b;

	if (!yaml && !ends_with(path, ".xml") && strcmp(path, "-") != 0) {
		r->status = usage("%s ends in neither .xml nor .yaml", path);
		return;
	}
	m = model_load(r->opt->operand[0], &r->diag);
	if (m == NULL) {
		r->status = system_failure("read", r->opt->operand[0], errno);
		return;
	}
	r->models[r->nmodel++] = m;
	judge(r);
	if (r->status == 0 && open_output(r, &f, &b, path) == 0) {
		if (yaml)
			model_write_yaml(m, &b);
		else
			model_write_xml(m, &b);
		close_output(r, &f, &b, path);
	}
	print_findings(r, false);
}

static void
run_explain(struct run *r)
{
	struct buf b = { 0 };
	bool known = explain(r->opt->operand[0], &b);

	if (!known)
		fputs("campgen: ", stderr);
	fwrite(b.data, 1, b.len, known ? stdout : stderr);
	buf_free(&b);
	r->status = known ? printed(EXIT_WRITTEN) : EXIT_USAGE;
}

struct command {
	const char *name;
	uint32_t bit;
	int min, max; /* operands */
	const char *operands;
	void (*run)(struct run *);
};

static const struct command commands[] = {
	{ NULL, CMD_COMPILE, 2, 2, "SOURCE TARGET", run_compile },
	{ "lint", CMD_LINT, 1, 1000000, "MODEL ...", run_lint },
	{ "diff", CMD_DIFF, 2, 2, "SOURCE TARGET", run_diff },
	{ "plan", CMD_PLAN, 1, 1, "CAMPAIGN", run_plan },
	{ "explain", CMD_EXPLAIN, 1, 1, "CODE", run_explain },
	{ "convert", CMD_CONVERT, 1, 1, "MODEL -o FILE", run_convert },
	{ "why", 0, 0, 0, NULL, NULL },
	{ "why-not", 0, 0, 0, NULL, NULL },
	{ "advise", 0, 0, 0, NULL, NULL },
	{ "options", 0, 0, 0, NULL, NULL },
};

static const struct command *
find_command(const char *word)
{
	size_t i;

	for (i = 1; word != NULL && i < sizeof(commands) / sizeof(commands[0]);
	    i++)
		if (strcmp(word, commands[i].name) == 0)
			return &commands[i];
	return &commands[0];
}

static int
run_command(struct run *r, const struct command *c)
{
	int i;

	if (r->opt->noperand < c->min || r->opt->noperand > c->max) {
		fprintf(stderr, "campgen: %s%sneeds %s; see campgen --help\n",
		    c->name == NULL ? "" : c->name, c->name == NULL ? "" : " ",
		    c->operands);
		return EXIT_USAGE;
	}
	if (stdin_operands(r->opt) > 1)
		return usage("only one input can be %s", "-");
	if (c->bit != CMD_CONVERT && overwritten(r->opt) != NULL)
		return usage("%s is an input too and would be lost",
		    overwritten(r->opt));
	r->models = mem_alloc((size_t)r->opt->noperand + 1,
	    sizeof(*r->models));
	c->run(r);
	diag_free(&r->diag);
	for (i = 0; i < r->nmodel; i++)
		model_free(r->models[i]);
	free(r->models);
	intern_clear();
	return r->status;
}

/* Large arrays come from the system and go back to it at once: a pass that is
 * over leaves no hole behind. */
static void
tame_malloc(void)
{
#ifdef M_MMAP_THRESHOLD
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
}

int
main(int argc, char **argv)
{
	struct options opt = { .zoom = PLAN_DEFAULT };
	struct run r = { .opt = &opt };
	const struct command *c = find_command(argc > 1 ? argv[1] : NULL);
	int err;

	tame_malloc();
	if (c->bit == 0)
		return usage("%s is not available in this version", argv[1]);
	if (c->name != NULL) {
		argc--;
		argv++;
	}
	err = parse(&r, argc, argv, c->bit);
	if (err != 0)
		return err;
	if ((opt.given & (1u << OPT_HELP)) != 0)
		return help();
	if ((opt.given & (1u << OPT_VERSION)) != 0) {
		puts("campgen " CAMPGEN_VERSION);
		return printed(EXIT_WRITTEN);
	}
	return run_command(&r, c);
}
