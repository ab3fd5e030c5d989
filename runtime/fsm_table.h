/* The machine FSM_SELF out of the table FSM_DEF. Included once by the .c file
 * of each machine, after its header; so it has no guard. */
static const struct fsm_state states[] = {
#define FSM_STATE(id, number, kind, meaning) \
	{ #id, meaning, FSM_##kind, number },
#include "fsm_pass.h"
};

static const char *const facts[] = {
#define FSM_FACT(yes, yes_text, no, no_text) yes_text, no_text,
#include "fsm_pass.h"
};

static const struct fsm_hears hears[] = {
#define FSM_HEARS(event, from, given) \
	{ EV_##event, FSM_##from, FSM_ID(IF_##given) },
#include "fsm_pass.h"
};

static const struct fsm_action actions[] = {
#define FSM_ACTION(id, phase, meaning) { #id, meaning, FSM_##phase },
#include "fsm_pass.h"
};

static const struct fsm_row rows[] = {
#define FSM_ROW(from, event, if1, if2, action, to, target, signal) \
	{ FSM_ID(from), FSM_ID(to), EV_##event, \
	  FSM_ID(IF_##if1) | FSM_ID(IF_##if2), FSM_ID(DO_##action), \
	  FSM_##target, EV_##signal },
#include "fsm_pass.h"
};

#define FSM_LEN(array) (sizeof(array) / sizeof((array)[0]))

const struct fsm FSM_SELF = {
	FSM_SELF_NAME,
	states, FSM_LEN(states),
	facts, FSM_LEN(facts),
	hears, FSM_LEN(hears),
	actions, FSM_LEN(actions),
	rows, FSM_LEN(rows),
};
