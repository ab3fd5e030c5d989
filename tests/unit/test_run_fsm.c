/* D5, T10: the three machines are sound, speak the standard's numbers and do
 * what the method says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "campaign_fsm.h"
#include "procedure_fsm.h"
#include "step_fsm.h"

enum { TEXT_MAX = 4096 };

/* What a function that takes a stream writes. */
static char text[TEXT_MAX];

static FILE *
open_text(void)
{
	FILE *f = fmemopen(text, sizeof(text), "w");

	assert_non_null(f);
	memset(text, 0, sizeof(text));
	return f;
}

static bool
check_text(const struct fsm *m)
{
	FILE *f = open_text();
	bool good = fsm_check(m, f);

	fclose(f);
	return good;
}

static void
all_machines_are_sound(void **state)
{
	(void)state;
	assert_true(fsm_check_all(stderr));
	assert_ptr_equal(fsm_by_name("step"), &step_fsm);
	assert_ptr_equal(fsm_by_name("procedure"), &procedure_fsm);
	assert_ptr_equal(fsm_by_name("campaign"), &campaign_fsm);
	assert_null(fsm_by_name("steps"));
	assert_null(fsm_by_name(""));
}

/* A copy of the step machine with one row more, or without some. */
static struct fsm_row rows[100];

static struct fsm
without(int from, enum fsm_event event, unsigned guard)
{
	struct fsm m = step_fsm;
	size_t i;

	m.row = rows;
	m.nrow = 0;
	for (i = 0; i < step_fsm.nrow; i++) {
		const struct fsm_row *r = &step_fsm.row[i];

		if (r->from != from || r->event != event ||
		    (r->guard & guard) != guard)
			rows[m.nrow++] = *r;
	}
	return m;
}

static struct fsm
with(struct fsm_row row)
{
	struct fsm m = without(-1, EV_NONE, 0);

	rows[m.nrow++] = row;
	return m;
}

/* The check says this and nothing passes. */
static void
finds(struct fsm m, const char *what)
{
	assert_false(check_text(&m));
	if (strstr(text, what) == NULL)
		fail_msg("no \"%s\" in: %s", what, text);
}

static void
the_check_finds_what_is_wrong(void **state)
{
	struct fsm m;
	struct fsm_state states[32];

	(void)state;
	finds(with(step_fsm.row[0]), "2 rows");
	finds(with((struct fsm_row){ .from = STEP_FAILED, .to = STEP_INITIAL,
	    .event = EV_EXECUTE }), "leads out of an end");
	finds(with((struct fsm_row){ .from = STEP_WAITING, .to = STEP_FAILED,
	    .event = EV_FAILURE }), "waits for actions where there are none");
	finds(with((struct fsm_row){ .from = STEP_EXECUTING,
	    .to = STEP_COMPLETED, .event = EV_DONE,
	    .guard = STEP_IF_TEAR_DOWN }), "is never taken");
	finds(with((struct fsm_row){ .from = STEP_WAITING, .to = STEP_FAILED,
	    .event = EV_COMMIT }), "an event it does not hear");
	finds(with((struct fsm_row){ .from = STEP_UNDONE,
	    .to = STEP_ROLLED_BACK, .event = EV_ROLLBACK,
	    .target = FSM_OUTER }), "has half a signal");
	finds(without(STEP_UNDOING, EV_UNDO_COMPLETE, STEP_IF_RETRY),
	    "0 rows");
	finds(without(STEP_WAITING, EV_COMPLETED, 0), "in no row");
	finds(without(STEP_COMPLETED, EV_ROLLBACK, 0), "cannot be reached");
	memcpy(states, step_fsm.state,
	    step_fsm.nstate * sizeof(states[0]));
	m = step_fsm;
	m.state = states;
	states[STEP_WAITING].kind = FSM_START;
	finds(m, "not one start");
	states[STEP_WAITING].kind = FSM_BUSY;
	finds(m, "never told how it went");
}

static void
a_state_without_an_end_is_found(void **state)
{
	static const struct fsm_state states[] = {
		{ "A", "", FSM_START, 0 }, { "B", "", FSM_BUSY, 0 },
		{ "C", "", FSM_END, 0 },
	};
	static const struct fsm_hears hears[] = {
		{ EV_EXECUTE, FSM_OUTER, 0 }, { EV_DONE, FSM_OWN, 0 },
		{ EV_COMMIT, FSM_OUTER, 0 },
	};
	static const struct fsm_action actions[] = { { "X", "", FSM_KEEP } };
	static const struct fsm_row table[] = {
		{ 0, 1, EV_EXECUTE, 0, 0, FSM_NOBODY, EV_NONE },
		{ 1, 1, EV_DONE, 0, 0, FSM_NOBODY, EV_NONE },
		{ 0, 2, EV_COMMIT, 0, 0, FSM_NOBODY, EV_NONE },
	};
	struct fsm m = { "toy", states, 3, NULL, 0, hears, 3, actions, 1,
		table, 3 };

	(void)state;
	finds(m, "\"B\" leads to no end");
}

static void
states_have_the_standards_numbers(void **state)
{
	static const struct { const struct fsm *m; int count, states; } all[] = {
		{ &campaign_fsm, 16, 16 }, { &procedure_fsm, 10, 10 },
		{ &step_fsm, 11, 16 },
	};
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(all[i].m->nstate, all[i].states);
		for (k = 0; k < all[i].states; k++)
			assert_int_equal(all[i].m->state[k].number,
			    k < all[i].count ? k + 1 : 0);
	}
	assert_string_equal(campaign_fsm.state[7].name,
	    "SUSPENDED_BY_ERROR_DETECTED");
	assert_string_equal(procedure_fsm.state[4].name, "STEP_UNDONE");
	assert_string_equal(step_fsm.state[9].name, "ROLLBACK_UNDONE");
}

/* What an operator may order, by the numbers of the states. */
static void
orders_are_accepted_where_the_standard_says(void **state)
{
	static const struct { enum fsm_event event; const char *where; } all[] = {
		{ EV_EXECUTE, "1 4 8" }, { EV_ROLLBACK, "4 5 8 13" },
		{ EV_SUSPEND, "2 11" }, { EV_COMMIT, "5 14" },
		{ EV_RESTORE, "10 16" }, /* the standard's fall-back */
	};
	char where[64];
	size_t i;
	int s;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		where[0] = '\0';
		for (s = 0; s < (int)campaign_fsm.nstate; s++)
			if (fsm_accepts(&campaign_fsm, s, all[i].event))
				sprintf(where + strlen(where), "%s%d",
				    where[0] != '\0' ? " " : "",
				    campaign_fsm.state[s].number);
		assert_string_equal(where, all[i].where);
	}
}

/* The standard's machine of a step, in which nothing is nested. */
static const struct standard_row {
	int from;
	const char *event; /* the standard's, both of retrying included */
	int to;
	enum fsm_event signal;
} standard[] = {
	{ STEP_INITIAL, "Execute", STEP_EXECUTING, EV_NONE },
	{ STEP_EXECUTING, "Done", STEP_COMPLETED, EV_COMPLETED },
	{ STEP_EXECUTING, "Failure", STEP_UNDOING, EV_NONE },
	{ STEP_COMPLETED, "Rollback", STEP_ROLLING_BACK, EV_NONE },
	{ STEP_UNDOING, "Retry", STEP_EXECUTING, EV_NONE },
	{ STEP_UNDOING, "Retry Count Exceeded", STEP_UNDONE, EV_UNDONE },
	{ STEP_UNDOING, "Undo Failure", STEP_FAILED, EV_FAILED },
	{ STEP_UNDONE, "Execute", STEP_EXECUTING, EV_NONE },
	{ STEP_ROLLING_BACK, "Done", STEP_ROLLED_BACK, EV_ROLLED_BACK },
	{ STEP_ROLLING_BACK, "Failure", STEP_UNDOING_ROLLBACK, EV_NONE },
	{ STEP_UNDOING_ROLLBACK, "Retry", STEP_ROLLING_BACK, EV_NONE },
	{ STEP_UNDOING_ROLLBACK, "Retry Count Exceeded", STEP_ROLLBACK_UNDONE,
	  EV_ROLLBACK_UNDONE },
	{ STEP_UNDOING_ROLLBACK, "Undo Failure", STEP_ROLLBACK_FAILED,
	  EV_ROLLBACK_FAILED },
};

/* Does this row of a step that is alone have its like in the standard? Events
 * between its two phases, and those of an outer step, have none. */
static bool
is_standard(const struct fsm_row *r)
{
	const char *event = fsm_event_name(r->event);
	size_t i;

	if (r->guard & STEP_IF_RETRY)
		event = "Retry";
	else if (r->guard & STEP_IF_NO_RETRY)
		event = "Retry Count Exceeded";
	for (i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		if (standard[i].from == r->from && standard[i].to == r->to &&
		    standard[i].signal == r->signal &&
		    strcmp(standard[i].event, event) == 0)
			return true;
	return false;
}

static bool
is_heard_alone(const struct fsm_row *r)
{
	size_t i;

	for (i = 0; i < step_fsm.nhears; i++)
		if (step_fsm.hears[i].event == r->event)
			return ((step_fsm.hears[i].given | r->guard) &
			    STEP_IF_EMBEDS) == 0 && r->event != EV_UNDO &&
			    r->from != STEP_PARTIAL_UNDOING;
	return false;
}

static void
one_nested_step_is_the_standards_machine(void **state)
{
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < step_fsm.nrow; i++) {
		const struct fsm_row *r = &step_fsm.row[i];

		if (!is_heard_alone(r) || r->from == r->to)
			continue;
		if (!is_standard(r))
			fail_msg("not the standard's: row %zu", i + 1);
		n++;
	}
	assert_int_equal(n, sizeof(standard) / sizeof(standard[0]));
}

/* The outer machines, from event to event: what is expected after each. */
struct walk {
	enum fsm_event event;
	unsigned facts;
	int to;
	enum fsm_event signal;
};

static void
walk(const struct fsm *m, const struct walk *w)
{
	const struct fsm_row *row;
	int at = 0;

	for (; w->event != EV_NONE; w++) {
		row = fsm_find(m, at, w->event, w->facts);
		if (row == NULL)
			fail_msg("%s: %s refused in %s", m->name,
			    fsm_event_name(w->event), m->state[at].name);
		assert_int_equal(row->to, w->to);
		assert_int_equal(row->signal, w->signal);
		at = row->to;
	}
}

static void
a_procedure_goes_step_by_step(void **state)
{
	enum { MORE = PROC_IF_MORE | PROC_IF_GOING,
		LAST = PROC_IF_LAST | PROC_IF_GOING,
		HALT = PROC_IF_MORE | PROC_IF_ASKED };
	static const struct walk way[] = {
		{ EV_EXECUTE, MORE, PROC_EXECUTING, EV_NONE },
		{ EV_READY, MORE, PROC_EXECUTING, EV_EXECUTE },
		{ EV_COMPLETED, HALT, PROC_SUSPENDED, EV_SUSPENDED },
		{ EV_EXECUTE, MORE, PROC_EXECUTING, EV_NONE },
		{ EV_READY, MORE, PROC_EXECUTING, EV_EXECUTE },
		{ EV_UNDONE, MORE, PROC_STEP_UNDONE, EV_UNDONE },
		{ EV_EXECUTE, MORE, PROC_EXECUTING, EV_NONE },
		{ EV_READY, MORE, PROC_EXECUTING, EV_EXECUTE },
		{ EV_COMPLETED, LAST, PROC_EXECUTING, EV_NONE },
		{ EV_DONE, LAST, PROC_COMPLETED, EV_COMPLETED },
		{ EV_ROLLBACK, MORE, PROC_ROLLING_BACK, EV_NONE },
		{ EV_READY, MORE, PROC_ROLLING_BACK, EV_ROLLBACK },
		{ EV_ROLLED_BACK, LAST, PROC_ROLLING_BACK, EV_NONE },
		{ EV_DONE, LAST, PROC_ROLLED_BACK, EV_ROLLED_BACK },
		{ EV_NONE, 0, 0, EV_NONE },
	};
	static const struct walk lost[] = {
		{ EV_EXECUTE, MORE, PROC_EXECUTING, EV_NONE },
		{ EV_READY, LAST, PROC_EXECUTING, EV_NONE },
		{ EV_DONE, LAST, PROC_COMPLETED, EV_COMPLETED },
		{ EV_ROLLBACK, MORE, PROC_ROLLING_BACK, EV_NONE },
		{ EV_READY, MORE, PROC_ROLLING_BACK, EV_ROLLBACK },
		{ EV_ROLLBACK_UNDONE, MORE, PROC_ROLLBACK_FAILED,
		  EV_ROLLBACK_FAILED },
		{ EV_NONE, 0, 0, EV_NONE },
	};

	(void)state;
	walk(&procedure_fsm, way);
	walk(&procedure_fsm, lost);
}

static void
a_campaign_survives_what_can_be_undone(void **state)
{
	enum { MORE = CMPG_IF_MORE | CMPG_IF_ERROR,
		LAST = CMPG_IF_LAST | CMPG_IF_ERROR,
		ABORT = CMPG_IF_MORE | CMPG_IF_ABORT };
	static const struct walk way[] = {
		{ EV_EXECUTE, MORE, CMPG_EXECUTING, EV_NONE },
		{ EV_READY, MORE, CMPG_EXECUTING, EV_EXECUTE },
		{ EV_UNDONE, MORE, CMPG_ERROR_DETECTED, EV_NONE },
		{ EV_SETTLED, MORE, CMPG_SUSPENDED_BY_ERROR_DETECTED,
		  EV_NONE },
		{ EV_EXECUTE, MORE, CMPG_EXECUTING, EV_NONE },
		{ EV_READY, MORE, CMPG_EXECUTING, EV_EXECUTE },
		{ EV_SUSPEND, MORE, CMPG_SUSPENDING_EXECUTION, EV_NONE },
		{ EV_UNDONE, ABORT, CMPG_EXECUTION_SUSPENDED, EV_NONE },
		{ EV_EXECUTE, MORE, CMPG_EXECUTING, EV_NONE },
		{ EV_READY, MORE, CMPG_EXECUTING, EV_EXECUTE },
		{ EV_SUSPEND, MORE, CMPG_SUSPENDING_EXECUTION, EV_NONE },
		{ EV_UNDONE, MORE, CMPG_ERROR_DETECTED_IN_SUSPENDING,
		  EV_NONE },
		{ EV_SETTLED, MORE, CMPG_SUSPENDED_BY_ERROR_DETECTED,
		  EV_NONE },
		{ EV_ROLLBACK, MORE, CMPG_ROLLING_BACK, EV_NONE },
		{ EV_READY, MORE, CMPG_ROLLING_BACK, EV_ROLLBACK },
		{ EV_SUSPEND, MORE, CMPG_SUSPENDING_ROLLBACK, EV_NONE },
		{ EV_SUSPENDED, MORE, CMPG_ROLLBACK_SUSPENDED, EV_NONE },
		{ EV_ROLLBACK, MORE, CMPG_ROLLING_BACK, EV_NONE },
		{ EV_READY, LAST, CMPG_ROLLING_BACK, EV_NONE },
		{ EV_DONE, LAST, CMPG_ROLLBACK_COMPLETED, EV_NONE },
		{ EV_COMMIT, LAST, CMPG_ROLLBACK_COMMITTED, EV_NONE },
		{ EV_NONE, 0, 0, EV_NONE },
	};
	static const struct walk lost[] = {
		{ EV_EXECUTE, MORE, CMPG_EXECUTING, EV_NONE },
		{ EV_READY, MORE, CMPG_EXECUTING, EV_EXECUTE },
		{ EV_FAILED, MORE, CMPG_EXECUTION_FAILED, EV_NONE },
		{ EV_RESTORE, MORE, CMPG_ROLLING_BACK, EV_NONE },
		{ EV_DONE, LAST, CMPG_ROLLBACK_COMPLETED, EV_NONE },
		{ EV_NONE, 0, 0, EV_NONE },
	};

	(void)state;
	walk(&campaign_fsm, way);
	walk(&campaign_fsm, lost);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_machines_are_sound),
		cmocka_unit_test(the_check_finds_what_is_wrong),
		cmocka_unit_test(a_state_without_an_end_is_found),
		cmocka_unit_test(states_have_the_standards_numbers),
		cmocka_unit_test(orders_are_accepted_where_the_standard_says),
		cmocka_unit_test(one_nested_step_is_the_standards_machine),
		cmocka_unit_test(a_procedure_goes_step_by_step),
		cmocka_unit_test(a_campaign_survives_what_can_be_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
