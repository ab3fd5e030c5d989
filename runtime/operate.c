/*
 * What does an operator's command do around the execution itself: what is
 * read and compared before anything is touched, what is asked, what is kept,
 * what is said at the end?
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alerts.h"
#include "buf.h"
#include "callback.h"
#include "campaign_fsm.h"
#include "gate.h"
#include "keep.h"
#include "os.h"
#include "plugin.h"
#include "session.h"
#include "watch.h"

static void
warn_of_callbacks(const struct session *s)
{
	struct diag doubts = { 0 };

	callback_report(s->in.campaign, s->a, s->policy, &doubts);
	if (doubts.nitem > 0)
		diag_print(&doubts, s->o->format, "camprun", stderr);
	diag_free(&doubts);
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
		return session_say(USAGE, "%s needs a yes: there is no terminal to ask "
		    "on, so say --yes%s", s->o->command, "");
	fprintf(stderr, "%s [yes/no] ", question);
	if (fgets(answer, sizeof(answer), stdin) == NULL ||
	    strncmp(answer, "yes", 3) != 0)
		return session_say(DECIDE, "nothing was touched%s%s", "", "");
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
		return session_system_failure("write", s->o->events, errno);
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
		return session_statedir_failure(s, "write the journal of", err);
	err = exec_tell_rest(s->x, s->o->events);
	return err == 0 ? DONE : session_system_failure("write", s->o->events, -err);
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
		.ask = s->o->yes ? NULL : gate_ask,
		.state = statedir_path(s->dir) };
	long alerts;
	int status;

	leave_card(s);
	alerts = alerts_begin(s->policy, statedir_path(s->dir));
	watch_begin(&e);
	status = exec_look_for_room(s->x, &e, s->why);
	if (status == DONE)
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

/* --- run --- */

/* What the journal belongs to: its first record. */
static int
create_journal(struct session *s)
{
	char campaign[DIGEST_TEXT], source[DIGEST_TEXT];
	struct buf head = { 0 };
	int err = digest_stream(s->in.campaign->src->file, campaign);

	if (err != 0)
		return err;
	digest_model(s->in.source, source);
	buf_printf(&head, "%s campaign %s source %s",
	    name_str(s->in.campaign->name), campaign, source);
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
		    s->in.campaign->src->file);
	if (err == 0)
		err = statedir_add_stream(s->dir, "source",
		    s->in.source->src->file);
	if (err == 0)
		err = create_journal(s);
	return err == 0 ? DONE : session_statedir_failure(s, "prepare", err);
}

/* --- before the start --- */

/* Findings are told together: the first status counts, but a system that fails
 * says more than what is found. */
static int
also(int worst, int status)
{
	return status == SYSTEM || worst == DONE ? status : worst;
}

/* The proof, with what belongs to it. */
static int
load_proof(struct session *s, const struct plugin **p)
{
	*p = plugin_load("prove", s->why);
	if (*p == NULL || (*p)->prove == NULL || (*p)->preflight == NULL)
		return session_say(SYSTEM, "%s%s", s->why, "");
	return DONE;
}

/* U2: what the policy says of software is a matter of the proof, as is all
 * that a check asks. */
static int
proves(struct session *s)
{
	const struct plugin *p;
	struct proof proof;
	size_t before = s->diag->nerror;
	int status;

	if (!s->o->check && policy_nprerequisite(s->policy) == 0)
		return DONE;
	status = load_proof(s, &p);
	if (status != DONE)
		return status;
	p->prove(s->in.campaign, s->a, s->in.source, s->in.target, s->policy,
	    true, &proof, NULL, s->diag);
	return s->diag->nerror == before ? DONE : ERRORS;
}

static struct preflight
asked(const struct session *s)
{
	return (struct preflight){ s->in.campaign, s->a, s->in.source,
		s->policy, s->o->state, s->o->within, s->o->check, s->diag };
}

/* What it does, and whether there is time and room for it. A host that has no
 * proof carries campaigns out all the same, but nobody is kept in the dark. */
static int
suits(struct session *s)
{
	const struct plugin *p;
	struct preflight f = asked(s);
	int status = load_proof(s, &p);

	if (status == DONE)
		return p->preflight(&f) ? DONE : ERRORS;
	if (s->o->check || s->o->within != 0)
		return status;
	return session_say(DONE, "what it puts at stake is not told%s%s", "",
	    "");
}

/* Only the driver knows where they go. */
static int
has_room_for_snapshots(struct session *s)
{
	const struct preflight f = asked(s);
	const struct plugin *p;

	if (policy_nsnapshot(s->policy) == 0)
		return DONE;
	p = plugin_load("prove", s->why);
	if (p == NULL || p->spare == NULL)
		return DONE; /* that has been said */
	return p->spare(&f, statedir_path(s->dir), s->driver) ? DONE : ERRORS;
}

/* The system itself: everything is set up for the run, and looked at. */
static int
probe(struct session *s)
{
	int status = prepare(s);

	if (status == DONE)
		status = session_open_driver(s, true);
	if (status == DONE)
		status = also(session_compare(s), has_room_for_snapshots(s));
	return status;
}

/* All that can be found out without touching anything, told at once (U6). */
static int
preflight(struct session *s)
{
	int worst = suits(s);

	worst = also(worst, session_is_approved(s));
	worst = also(worst, proves(s));
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
		return session_statedir_failure(s, "write", err);
	/* What is in it has moved with it. */
	s->driver->free(s->driver->self);
	s->driver = NULL;
	status = session_open_driver(s, false);
	if (status != DONE)
		return status;
	s->x = exec_new(s->in.campaign, s->in.source, s->a);
	err = exec_know_run(s->x, statedir_path(s->dir));
	return err != 0 ? session_statedir_failure(s, "read the journal of",
	    err) : execute(s, COMMAND_RUN);
}

/* What is read, and whether it belongs together. */
static int
read_all(struct session *s)
{
	int status = session_read_inputs(s), worst;

	if (status != DONE)
		return status;
	worst = session_is_for_source(s);
	if (s->o->policy != NULL)
		worst = also(worst, session_read_policy(s, s->o->policy));
	return also(worst, session_read_faults(s));
}

int
operate_run(const struct operate_options *o, struct diag *diag)
{
	struct session s = { .o = o, .diag = diag };
	int status = session_has_driver(&s);

	if (status == DONE)
		status = read_all(&s);
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
	session_end(&s);
	return status;
}

/* --- going on --- */

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

/* Was it killed when all was done but the removal of its snapshots? */
static bool
is_left_to_tidy(const struct session *s)
{
	const struct keep *k = exec_kept(s->x);
	enum command c;
	size_t i;

	for (i = 0; i < k->n && !exec_in_flight(s->x, &c); i++)
		if (k->v[i].kind == KEEP_BEFORE && keep_is_there(&k->v[i]) &&
		    !exec_needs(s->x, &k->v[i]))
			return true;
	return false;
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
	int status = session_reopen(&s, false);
	bool tidies;

	if (status == DONE)
		status = catch_up(&s);
	tidies = status == DONE && c == COMMAND_RESUME && is_left_to_tidy(&s);
	own.commit |= status == DONE && is_kept(&s, "commit") &&
	    c == COMMAND_RESUME;
	own.rehearse = status == DONE && is_kept(&s, "rehearse");
	if (status == DONE && c == COMMAND_RESUME && !tidies && is_over(&s)) {
		status = exec_status(s.x);
		if (status == DONE)
			session_say(status, "nothing is left to resume: %s\n"
			    "  %s", exec_state_name(s.x), exec_advice(s.x));
		else
			session_say(status, "%s%s", s.why, "");
		goto out;
	}
	/* a commit that is under way is gone on with, not begun again */
	if (status == DONE && c == COMMAND_RESUME &&
	    exec_state(s.x) == CMPG_EXECUTION_COMPLETED &&
	    !exec_in_flight(s.x, &flying))
		c = own.rehearse ? COMMAND_ROLLBACK : COMMAND_COMMIT;
	if (status == DONE && !tidies && !exec_accepts(s.x, c, s.why))
		status = session_say(DECIDE, "%s%s", s.why, "");
	if (status == DONE)
		status = session_reopen_policy(&s);
	if (status == DONE)
		status = session_read_faults(&s);
	if (status == DONE)
		status = session_has_driver(&s);
	if (status == DONE) {
		warn_of_callbacks(&s);
		status = gate(&s, "Go on?");
	}
	if (status == DONE)
		status = open_events(&s, "a");
	if (status == DONE)
		status = session_open_driver(&s, false);
	if (status == DONE)
		status = execute(&s, c);
out:
	session_end(&s);
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
	int status = session_reopen(&s, true);
	enum command c;

	if (status == DONE) {
		struct buf b = { .out = stdout };

		buf_printf(&b, "%s\n%zu of %zu actions stand%s\n",
		    exec_state_name(s.x), exec_done(s.x), s.a->n,
		    exec_in_flight(s.x, &c) ? "; a command is under way, or "
		    "was interrupted: resume goes on" : "");
		if (is_kept(&s, "rehearse"))
			buf_str(&b, "a rehearsal: it goes back when it is "
			    "over\n");
		exec_stand(s.x, &b);
		put_alerts(&s, &b);
		if (!buf_flush(&b))
			status = session_system_failure("write", "standard output",
			    b.err);
		buf_free(&b);
	}
	session_end(&s);
	return status;
}

int
operate_model(const struct operate_options *o, struct diag *diag)
{
	struct session s = { .o = o, .diag = diag };
	int status = session_reopen(&s, true);
	struct buf b = { .out = stdout };
	struct model *m;

	if (status == DONE) {
		m = world_export(exec_world(s.x));
		model_write_xml(m, &b);
		if (!buf_flush(&b))
			status = session_system_failure("write", "standard output",
			    b.err);
		buf_free(&b);
		model_free(m);
	}
	session_end(&s);
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

/* Refused as any command is that comes at the wrong time. */
static int
nothing_to_suspend(const struct operate_options *o, struct diag *diag)
{
	struct session s = { .o = o, .diag = diag };
	int status = session_reopen(&s, true);
	enum command c;

	if (status == DONE)
		status = session_say(DECIDE, "suspend is not accepted now: "
		    "nothing runs, and the campaign is %s; %s",
		    exec_state_name(s.x), exec_in_flight(s.x, &c) ?
		    "resume it" : exec_advice(s.x));
	session_end(&s);
	return status;
}

int
operate_suspend(const struct operate_options *o, struct diag *diag)
{
	long pid;
	int err = holder(o, diag, &pid);

	diag_print_errors(diag, o->format, "camprun", stderr);
	if (err != 0)
		return diag->nerror > 0 ? ERRORS :
		    session_system_failure("open", o->state, -err);
	if (pid <= 0)
		return nothing_to_suspend(o, diag);
	err = os_interrupt(pid);
	if (err != 0)
		return session_system_failure("suspend", o->state, -err);
	return session_say(DONE, "asked to stop at the next safe point%s%s", "", "");
}
