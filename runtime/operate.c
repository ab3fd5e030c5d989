/*
 * What does an operator's command do around the execution itself: what is
 * read and compared before anything is touched, what is asked, what is kept,
 * what is said at the end?
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alerts.h"
#include "buf.h"
#include "callback.h"
#include "campaign_fsm.h"
#include "cli.h"
#include "diag.h"
#include "digest.h"
#include "duration.h"
#include "exec.h"
#include "fault.h"
#include "gate.h"
#include "inputs.h"
#include "operate.h"
#include "os.h"
#include "plugin.h"
#include "policy.h"
#include "preflight.h"
#include "statedir.h"
#include "watch.h"

enum { DONE, ERRORS, USAGE, SYSTEM, UNDONE, DECIDE };
enum { WHY = 512, MOST_DIFFERENCES = 10 };

struct session { /* everything one command holds */
	const struct operate_options *o;
	struct diag *diag;
	struct statedir *dir;
	struct journal *journal;
	struct model *source, *target; /* target: of check, or NULL */
	struct campaign *c;
	struct actions *a;
	struct exec *x;
	struct driver *driver;
	struct policy *policy;
	char policy_digest[DIGEST_TEXT];
	struct faults faults;
	struct src *fault_src;
	FILE *events;
	char why[WHY];
};

static int
say(int status, const char *fmt, const char *a, const char *b)
{
	fputs("camprun: ", stderr);
	fprintf(stderr, fmt, a, b);
	fputc('\n', stderr);
	return status;
}

static int
system_failure(const char *what, const char *path, int err)
{
	return cli_failure("camprun", what, path, err);
}

/* Findings were reported for these; the rest is the system's. */
static int
statedir_failure(const struct session *s, const char *what, int err)
{
	if (s->diag->nerror > 0)
		return ERRORS;
	return system_failure(what, s->o->state, -err);
}

/* --- reading --- */

static int
read_inputs(struct session *s, const char *campaign, const char *source)
{
	struct inputs in;
	int status = inputs_read(&in, campaign, source, s->o->target,
	    s->diag);

	s->c = in.campaign;
	s->source = in.source;
	s->target = in.target;
	if (status != EXIT_DONE)
		return status;
	s->a = actions_make(s->c, s->source, "carry out", s->diag);
	return s->a == NULL ? EXIT_ERRORS : EXIT_DONE;
}

/* Is the campaign the approved one? */
static int
is_approved(const struct session *s)
{
	char digest[DIGEST_TEXT];
	int err;

	if (s->o->expect == NULL)
		return DONE;
	err = digest_stream(s->c->src->file, digest);
	if (err != 0)
		return system_failure("read", s->o->campaign, -err);
	return strcmp(digest, s->o->expect) == 0 ? DONE : say(ERRORS,
	    "the campaign is not the approved one: its SHA-256 is %s, --expect "
	    "says %s", digest, s->o->expect);
}

/* Was it made for this source? */
static int
is_for_source(const struct session *s)
{
	struct inputs in = { .campaign = s->c, .source = s->source };

	return inputs_match(&in, s->o->source, s->diag) ? DONE : ERRORS;
}

/* --- the policy --- */

static int
read_policy(struct session *s, const char *path)
{
	struct place at;
	int err;

	s->policy = policy_load(path, s->diag);
	if (s->policy == NULL)
		return system_failure("read", path, errno);
	if (s->diag->nerror > 0)
		return ERRORS;
	if (policy_lacks_program(s->policy, &at)) {
		diag_report(s->diag, DIAG_RUNS_PROGRAM, at, NAME_NONE,
		    "this rule runs a program, and does not say which");
		return ERRORS;
	}
	err = digest_stream(policy_src(s->policy)->file, s->policy_digest);
	return err == 0 ? DONE : system_failure("read", path, -err);
}

/* A run keeps its policy; who gives it another one means another run. */
static int
check_policy(struct session *s, const char *path)
{
	const char *kept = statedir_get(s->dir, "policy");
	char digest[DIGEST_TEXT];
	struct src *src = src_open(path);
	int err = src == NULL ? -errno : digest_stream(src->file, digest);

	src_close(src);
	if (err != 0)
		return system_failure("read", path, -err);
	if (kept == NULL)
		return say(ERRORS, "the run was begun without a policy, and "
		    "goes on without: leave out --policy=%s%s", path, "");
	if (strcmp(digest, kept) == 0)
		return DONE;
	return say(ERRORS, "the run was begun with another policy, which it "
	    "keeps: its SHA-256 is %s, that of this one %s; leave out "
	    "--policy", kept, digest);
}

static int
reopen_policy(struct session *s)
{
	char *path;
	int status;

	if (s->o->policy != NULL) {
		status = check_policy(s, s->o->policy);
		if (status != DONE)
			return status;
	}
	if (statedir_get(s->dir, "policy") == NULL)
		return DONE;
	path = statedir_file(s->dir, "policy.yaml");
	status = read_policy(s, path);
	free(path);
	return status;
}

static void
warn_of_callbacks(const struct session *s)
{
	struct diag doubts = { 0 };

	callback_report(s->c, s->a, s->policy, &doubts);
	if (doubts.nitem > 0)
		diag_print(&doubts, (enum diag_format)s->o->format, "camprun",
		    stderr);
	diag_free(&doubts);
}

static int
read_faults(struct session *s)
{
	size_t i;

	for (i = 0; i < s->o->nfail; i++)
		if (!fault_add(&s->faults, s->o->fail[i], s->why))
			return say(USAGE, "--fail=%s: %s", s->o->fail[i],
			    s->why);
	s->faults.seed = s->o->seed;
	if (s->o->fault_file == NULL)
		return DONE;
	s->fault_src = src_open(s->o->fault_file);
	if (s->fault_src == NULL ||
	    !fault_read(&s->faults, s->fault_src, s->diag))
		return system_failure("read", s->o->fault_file, errno);
	return s->diag->nerror > 0 ? ERRORS : DONE;
}

static int
open_driver(struct session *s, bool fresh)
{
	const char *name = s->o->driver != NULL ? s->o->driver :
	    statedir_get(s->dir, "driver");
	struct driver_options d = { .state_dir = statedir_path(s->dir),
		.source = s->source, .policy = s->policy,
		.actions = s->a, .faults = &s->faults, .fresh = fresh };
	const struct plugin *p;

	p = plugin_load(name == NULL ? "" : name, s->why);
	if (p == NULL)
		return say(USAGE, "%s%s", s->why, "");
	if (p->open == NULL)
		return say(USAGE, "%s is no driver%s", name, "");
	s->driver = p->open(&d, s->why);
	if (s->driver == NULL)
		return say(SYSTEM, "the driver %s cannot start: %s", name,
		    s->why);
	return DONE;
}

/* The system must be what the campaign was made for. */
static int
compare(struct session *s)
{
	struct world *w = world_new(s->source);
	size_t n = s->driver->compare(s->driver->self, w, stderr,
	    MOST_DIFFERENCES);

	world_free(w);
	if (n == 0)
		return DONE;
	fprintf(stderr, "camprun: %zu differences between the system and the "
	    "source model; nothing was touched\n", n);
	return ERRORS;
}

/* --- the gate --- */

/* Asks; without a terminal only --yes will do. */
static int
gate(const struct session *s, const char *question)
{
	char answer[16];

	if (s->o->yes)
		return DONE;
	if (!isatty(STDIN_FILENO))
		return say(USAGE, "%s needs a yes: there is no terminal to ask "
		    "on, so say --yes%s", s->o->command, "");
	fprintf(stderr, "%s [yes/no] ", question);
	if (fgets(answer, sizeof(answer), stdin) == NULL ||
	    strncmp(answer, "yes", 3) != 0)
		return say(DECIDE, "nothing was touched%s%s", "", "");
	return DONE;
}

/* --- executing --- */

static int
open_events(struct session *s, const char *mode)
{
	if (s->o->events == NULL)
		return DONE;
	s->events = strcmp(s->o->events, "-") == 0 ? stdout :
	    fopen(s->o->events, mode);
	if (s->events == NULL)
		return system_failure("write", s->o->events, errno);
	return DONE;
}

/* What was done and not told: of the run that was killed. */
static int
catch_up(struct session *s)
{
	int err;

	if (s->o->events == NULL)
		return DONE;
	err = journal_sync(s->journal);
	if (err != 0)
		return statedir_failure(s, "write the journal of", err);
	err = exec_tell_rest(s->x, s->o->events);
	return err == 0 ? DONE : system_failure("write", s->o->events, -err);
}

static void
conclude(const struct session *s, int status)
{
	if (status == SYSTEM) {
		fprintf(stderr, "camprun: stopped: %s\n  resume is safe\n",
		    s->why);
		return;
	}
	fprintf(stderr, "camprun: %s: %s", exec_state_name(s->x),
	    status == UNDONE ? "a step failed and is undone: " : "");
	if (status != DONE && s->why[0] != '\0')
		fputs(s->why, stderr);
	else
		fprintf(stderr, "%zu of %zu actions stand", exec_done(s->x),
		    s->a->n);
	fprintf(stderr, "\n  %s\n", exec_advice(s->x));
}

/* For those who want to suspend it. It means nothing after a power failure, so
 * it is not synced. */
static void
leave_card(const struct session *s)
{
	char *path = statedir_file(s->dir, "pid"), text[32];
	char *beside = statedir_file(s->dir, "pid.new");
	int n = snprintf(text, sizeof(text), "%ld\n", os_pid());
	struct os_file *f;

	if (os_open(beside, true, &f) == 0 && os_truncate(f, 0) == 0 &&
	    os_append(f, text, (size_t)n) == 0)
		os_rename(beside, path);
	os_close(f);
	free(beside);
	free(path);
}

/* A rehearsal goes back from wherever it came to; that it failed is still what
 * is said. */
static int
go_back(struct session *s, const struct exec_options *e, int status)
{
	char why[WHY];
	int back;

	if (status != DONE && status != UNDONE)
		return status;
	snprintf(why, sizeof(why), "%s", s->why);
	back = exec_command(s->x, COMMAND_ROLLBACK, e, s->why);
	if (back != DONE)
		return back;
	fprintf(stderr, "camprun: the rehearsal %s%s; everything is as it was "
	    "before\n", status == DONE ? "went well" : "failed: ",
	    status == DONE ? "" : why);
	s->why[0] = '\0';
	return status;
}

static int
execute(struct session *s, enum command command)
{
	struct exec_options e = { .driver = s->driver, .journal = s->journal,
		.events = s->events, .policy = s->policy,
		.ask = s->o->yes ? NULL : gate_ask };
	long alerts;
	int status;

	leave_card(s);
	alerts = alerts_begin(s->policy, statedir_path(s->dir));
	watch_begin(&e, s->a);
	status = exec_command(s->x, command, &e, s->why);
	if (status == DONE && s->o->commit &&
	    exec_state(s->x) == CMPG_EXECUTION_COMPLETED)
		status = exec_command(s->x, COMMAND_COMMIT, &e, s->why);
	if (s->o->rehearse && (command == COMMAND_RUN ||
	    command == COMMAND_RESUME) &&
	    exec_state(s->x) != CMPG_ROLLBACK_COMPLETED)
		status = go_back(s, &e, status);
	watch_end();
	conclude(s, status);
	alerts_end(alerts, statedir_path(s->dir));
	return status;
}

/* What was found, while the texts it is about are still there; what is merely
 * doubtful was told when the campaign was made. */
static void
tell_findings(const struct operate_options *o, struct diag *diag)
{
	if (diag->nerror == 0)
		return;
	diag->least = DIAG_ERROR;
	diag_print(diag, (enum diag_format)o->format, "camprun", stderr);
}

static void
end_session(struct session *s)
{
	tell_findings(s->o, s->diag);
	if (s->events != NULL && s->events != stdout)
		fclose(s->events);
	if (s->driver != NULL)
		s->driver->free(s->driver->self);
	policy_free(s->policy);
	faults_free(&s->faults);
	src_close(s->fault_src);
	exec_free(s->x);
	actions_free(s->a);
	if (s->journal != NULL)
		journal_close(s->journal);
	statedir_close(s->dir);
	campaign_free(s->c);
	model_free(s->source);
	model_free(s->target);
}

/* --- run --- */

/* What the journal belongs to: its first record. */
static int
create_journal(struct session *s)
{
	char campaign[DIGEST_TEXT], source[DIGEST_TEXT];
	struct buf head = { 0 };
	int err = digest_stream(s->c->src->file, campaign);

	if (err != 0)
		return err;
	digest_model(s->source, source);
	buf_printf(&head, "%s campaign %s source %s", name_str(s->c->name),
	    campaign, source);
	buf_char(&head, '\0');
	err = journal_create(statedir_path(s->dir), head.data, &s->journal);
	buf_free(&head);
	return err;
}

static int
prepare(struct session *s)
{
	int err = statedir_prepare(s->o->state, s->diag, &s->dir);

	if (err == 0)
		err = statedir_set(s->dir, "driver", s->o->driver);
	if (err == 0)
		err = statedir_set(s->dir, "commit", s->o->commit ? "yes" :
		    "no");
	if (err == 0 && s->o->rehearse)
		err = statedir_set(s->dir, "rehearse", "yes");
	if (err == 0 && s->policy != NULL)
		err = statedir_set(s->dir, "policy", s->policy_digest);
	if (err == 0 && s->policy != NULL)
		err = statedir_add_stream(s->dir, "policy.yaml",
		    policy_src(s->policy)->file);
	if (err == 0)
		err = statedir_add_stream(s->dir, "campaign.xml",
		    s->c->src->file);
	if (err == 0)
		err = statedir_add_stream(s->dir, "source",
		    s->source->src->file);
	if (err == 0)
		err = create_journal(s);
	return err == 0 ? DONE : statedir_failure(s, "prepare", err);
}

/* --- before the start --- */

/* Findings are told together: the first status counts, but a system that fails
 * says more than what is found. */
static int
also(int worst, int status)
{
	return status == SYSTEM || worst == DONE ? status : worst;
}

/* U2: what the policy says of software is a matter of the proof, as is all
 * that a check asks. */
static int
proves(struct session *s)
{
	const struct plugin *p;
	struct proof proof;
	size_t before = s->diag->nerror;

	if (!s->o->check && policy_nprerequisite(s->policy) == 0)
		return DONE;
	p = plugin_load("prove", s->why);
	if (p == NULL || p->prove == NULL)
		return say(SYSTEM, "%s%s", s->why, "");
	p->prove(s->c, s->a, s->source, s->target, s->policy, true, &proof,
	    NULL, s->diag);
	return s->diag->nerror == before ? DONE : ERRORS;
}

static int
has_room(const struct session *s)
{
	uint64_t left = 0, need = preflight_space(s->o->state, s->a, &left);

	if (need == 0)
		return DONE;
	fprintf(stderr, "camprun: the run may write %" PRIu64 " MB below "
	    "\"%s\", where %" PRIu64 " MB are left\n", need >> 20, s->o->state,
	    left >> 20);
	return ERRORS;
}

static int
has_time(const struct session *s, const struct preflight_time *t)
{
	struct buf b = { 0 };

	if (s->o->within == 0 || (t->most <= s->o->within && t->unknown == 0))
		return DONE;
	buf_str(&b, "camprun: it is to take no longer than ");
	duration_write(&b, s->o->within);
	if (t->most > s->o->within) {
		buf_str(&b, ", and may take ");
		duration_write(&b, t->most);
	}
	if (t->unknown > 0)
		buf_printf(&b, ", and of %zu actions nobody knows; section "
		    "timeouts of the policy can say it", t->unknown);
	fprintf(stderr, "%.*s\n", (int)b.len, b.data);
	buf_free(&b);
	return ERRORS;
}

/* The system itself: everything is set up for the run, and looked at. */
static int
probe(struct session *s)
{
	int status = prepare(s);

	if (status == DONE)
		status = open_driver(s, true);
	return status == DONE ? compare(s) : status;
}

/* All that can be found out without touching anything, told at once (U6). */
static int
preflight(struct session *s)
{
	struct preflight_time t = preflight_time(s->a, s->source, s->policy);
	int worst = DONE;

	preflight_tell(s->c, s->a, &t);
	worst = also(worst, is_approved(s));
	worst = also(worst, proves(s));
	worst = also(worst, has_time(s, &t));
	worst = also(worst, has_room(s));
	worst = also(worst, alerts_can_be(s->policy) ? DONE : SYSTEM);
	worst = also(worst, probe(s));
	return worst;
}

/* --- the start --- */

static int
start(struct session *s)
{
	int status, err = statedir_commit(s->dir);

	if (err != 0)
		return statedir_failure(s, "write", err);
	/* What is in it has moved with it. */
	s->driver->free(s->driver->self);
	s->driver = NULL;
	status = open_driver(s, false);
	if (status != DONE)
		return status;
	s->x = exec_new(s->c, s->source, s->a);
	return execute(s, COMMAND_RUN);
}

/* What is read, and whether it belongs together. */
static int
read_all(struct session *s)
{
	int status = read_inputs(s, s->o->campaign, s->o->source), worst;

	if (status != DONE)
		return status;
	worst = is_for_source(s);
	if (s->o->policy != NULL)
		worst = also(worst, read_policy(s, s->o->policy));
	return also(worst, read_faults(s));
}

int
operate_run(const struct operate_options *o, struct diag *diag)
{
	struct session s = { .o = o, .diag = diag };
	int status = read_all(&s);

	if (status == DONE) {
		warn_of_callbacks(&s);
		status = preflight(&s);
	}
	if (o->check && status == DONE)
		fputs("camprun: nothing was found that speaks against it\n",
		    stderr);
	if (status == DONE && !o->check)
		status = gate(&s, "Run it?");
	if (status == DONE && !o->check)
		status = open_events(&s, "w");
	if (status == DONE && !o->check)
		status = start(&s);
	end_session(&s);
	return status;
}

/* --- going on --- */

static int
reopen(struct session *s, bool look)
{
	char *campaign, *source;
	int status, err;

	err = look ? statedir_look(s->o->state, s->diag, &s->dir) :
	    statedir_open(s->o->state, s->diag, &s->dir);
	if (err != 0)
		return statedir_failure(s, "open", err);
	campaign = statedir_file(s->dir, "campaign.xml");
	source = statedir_file(s->dir, "source");
	status = read_inputs(s, campaign, source);
	free(campaign);
	free(source);
	if (status != DONE)
		return status;
	s->x = exec_new(s->c, s->source, s->a);
	err = look ? journal_read(statedir_path(s->dir), s->diag, exec_record,
	    s->x) : journal_open(statedir_path(s->dir), s->diag, exec_record,
	    s->x, &s->journal);
	if (err != 0)
		return statedir_failure(s, "read the journal of", err);
	if (!exec_replay(s->x, s->why))
		return say(ERRORS, "the journal does not fit: %s%s", s->why,
		    "");
	return DONE;
}

static enum command
command_of(const char *word)
{
	if (strcmp(word, "rollback") == 0)
		return COMMAND_ROLLBACK;
	return strcmp(word, "commit") == 0 ? COMMAND_COMMIT : COMMAND_RESUME;
}

/* A campaign that is over says so and ends as it ended. */
static bool
is_over(struct session *s)
{
	return !exec_accepts(s->x, COMMAND_RESUME, s->why) &&
	    !(exec_state(s->x) == CMPG_EXECUTION_COMPLETED &&
	    (s->o->commit || s->o->rehearse));
}

/* Was it wished when the run began? */
static bool
is_kept(const struct session *s, const char *wish)
{
	const char *kept = statedir_get(s->dir, wish);

	return kept != NULL && strcmp(kept, "yes") == 0;
}

int
operate_continue(const struct operate_options *o, struct diag *diag)
{
	struct operate_options own = *o;
	struct session s = { .o = &own, .diag = diag };
	enum command c = command_of(o->command), flying;
	int status = reopen(&s, false);

	if (status == DONE)
		status = catch_up(&s);
	own.commit |= status == DONE && is_kept(&s, "commit") &&
	    c == COMMAND_RESUME;
	own.rehearse = status == DONE && is_kept(&s, "rehearse");
	if (status == DONE && c == COMMAND_RESUME && is_over(&s)) {
		status = exec_status(s.x);
		if (status == DONE)
			say(status, "the campaign is over: %s%s",
			    exec_state_name(s.x), "");
		else
			say(status, "%s%s", s.why, "");
		goto out;
	}
	/* a commit that is under way is gone on with, not begun again */
	if (status == DONE && c == COMMAND_RESUME &&
	    exec_state(s.x) == CMPG_EXECUTION_COMPLETED &&
	    !exec_in_flight(s.x, &flying))
		c = own.rehearse ? COMMAND_ROLLBACK : COMMAND_COMMIT;
	if (status == DONE && !exec_accepts(s.x, c, s.why))
		status = say(DECIDE, "%s%s", s.why, "");
	if (status == DONE)
		status = reopen_policy(&s);
	if (status == DONE)
		status = read_faults(&s);
	if (status == DONE) {
		warn_of_callbacks(&s);
		status = gate(&s, "Go on?");
	}
	if (status == DONE)
		status = open_events(&s, "a");
	if (status == DONE)
		status = open_driver(&s, false);
	if (status == DONE)
		status = execute(&s, c);
out:
	end_session(&s);
	return status;
}

/* --- looking --- */

static void
put_alerts(const struct session *s, struct buf *b)
{
	char why[200];
	size_t n = alerts_left(statedir_path(s->dir), why, sizeof(why));

	if (n > 0)
		buf_printf(b, "%zu alert%s not told yet%s%s\n", n, n == 1 ?
		    " is" : "s are", why[0] == '\0' ? "" : ": ", why);
}

int
operate_status(const struct operate_options *o, struct diag *diag)
{
	struct session s = { .o = o, .diag = diag };
	int status = reopen(&s, true);
	enum command c;

	if (status == DONE) {
		struct buf b = { .out = stdout };

		buf_printf(&b, "%s\n%zu of %zu actions stand%s\n",
		    exec_state_name(s.x), exec_done(s.x), s.a->n,
		    exec_in_flight(s.x, &c) ? "; a command is under way, or "
		    "was interrupted: resume goes on" : "");
		exec_stand(s.x, &b);
		put_alerts(&s, &b);
		if (!buf_flush(&b))
			status = system_failure("write", "standard output",
			    b.err);
		buf_free(&b);
	}
	end_session(&s);
	return status;
}

int
operate_model(const struct operate_options *o, struct diag *diag)
{
	struct session s = { .o = o, .diag = diag };
	int status = reopen(&s, true);
	struct buf b = { .out = stdout };
	struct model *m;

	if (status == DONE) {
		m = world_export(exec_world(s.x));
		model_write_xml(m, &b);
		if (!buf_flush(&b))
			status = system_failure("write", "standard output",
			    b.err);
		buf_free(&b);
		model_free(m);
	}
	end_session(&s);
	return status;
}

/* The process that is at work there, or 0. */
static int
holder(const struct operate_options *o, struct diag *diag, long *pid)
{
	struct diag quiet = { 0 };
	struct statedir *dir;
	int err = statedir_open(o->state, &quiet, &dir);
	char *path = NULL, *text = NULL;
	size_t n;

	*pid = 0;
	diag_free(&quiet);
	if (err == 0) {
		statedir_close(dir);
		return 0;
	}
	if (err != -EAGAIN)
		return statedir_open(o->state, diag, &dir);
	err = statedir_look(o->state, diag, &dir);
	if (err != 0)
		return err;
	path = statedir_file(dir, "pid");
	err = os_read_all(path, &text, &n);
	if (err == 0)
		*pid = strtol(text, NULL, 10);
	free(text);
	free(path);
	statedir_close(dir);
	return err;
}

int
operate_suspend(const struct operate_options *o, struct diag *diag)
{
	long pid;
	int err = holder(o, diag, &pid);

	tell_findings(o, diag);
	if (err != 0)
		return diag->nerror > 0 ? ERRORS :
		    system_failure("open", o->state, -err);
	if (pid <= 0)
		return say(DECIDE, "nothing runs in \"%s\": there is nothing "
		    "to suspend; status says what is accepted now%s", o->state,
		    "");
	err = os_interrupt(pid);
	if (err != 0)
		return system_failure("suspend", o->state, -err);
	return say(DONE, "asked to stop at the next safe point%s%s", "", "");
}
