/* State machines as tables: look-up, soundness, Graphviz. Knows no campaign.
 *
 * A machine hears events from the machine outside it, from the one inside it
 * and from its own executor. A row says what an event leads to in a state, if
 * certain facts hold: the next state, one action for the executor, and at most
 * one signal, which is an event of the neighbour that it is sent to. */
#ifndef CG_FSM_H
#define CG_FSM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum fsm_event {
	EV_NONE,
#define FSM_EVENT(id, name, meaning) EV_##id,
#include "events.def"
#undef FSM_EVENT
	EV_COUNT
};

enum fsm_kind {
	FSM_START,
	FSM_BUSY, /* the executor has actions to carry out */
	FSM_WAIT, /* a neighbour has */
	FSM_REST, /* nobody has; an operator may go on from here */
	FSM_END,
};

/* Who an event comes from, or a signal goes to. The outside of the outermost
 * nested step is the procedure; that of the campaign is the operator. */
enum fsm_who { FSM_NOBODY, FSM_OUTER, FSM_INNER, FSM_OWN };

/* What an action sets a nested step's phase to. */
enum fsm_phase { FSM_TEAR_DOWN, FSM_BUILD_UP, FSM_KEEP };

struct fsm_state {
	const char *name, *meaning;
	enum fsm_kind kind;
	int number; /* the standard's number, or 0 */
};

struct fsm_hears {
	enum fsm_event event;
	enum fsm_who from;
	unsigned given; /* facts without which it cannot come */
};

struct fsm_action {
	const char *name, *meaning;
	enum fsm_phase phase;
};

struct fsm_row {
	int from, to;
	enum fsm_event event;
	unsigned guard; /* facts that must hold; 0: none */
	int action; /* index into fsm.action */
	enum fsm_who target; /* FSM_NOBODY: no signal */
	enum fsm_event signal;
};

/* Facts come in pairs of opposites, exactly one of which holds: fact 2k is bit
 * 1 << 2k, its opposite bit 2 << 2k. */
struct fsm {
	const char *name;
	const struct fsm_state *state;
	size_t nstate;
	const char *const *fact;
	size_t nfact;
	const struct fsm_hears *hears;
	size_t nhears;
	const struct fsm_action *action;
	size_t naction;
	const struct fsm_row *row;
	size_t nrow;
};

const char *fsm_event_name(enum fsm_event); /* "Phase Complete" */

/* The row for this event in this state when these facts hold (one of each
 * pair), or NULL: refused. */
const struct fsm_row *fsm_find(const struct fsm *, int state,
    enum fsm_event, unsigned facts);

/* Is there any row for the event in the state? What an operator may order. */
bool fsm_accepts(const struct fsm *, int state, enum fsm_event);

/* One start; all states reachable; an end or resting state from every state;
 * no row out of an end; exactly one row for each state, event and combination
 * of facts, or none at all; executors' events in busy states only. Says to f
 * what is wrong. */
bool fsm_check(const struct fsm *, FILE *f);

/* Graphviz. A double border is a start, a thick one an end, a box a resting
 * place, a dashed one waits for a neighbour. */
void fsm_dump(const struct fsm *, FILE *f);

extern const struct fsm campaign_fsm, procedure_fsm, step_fsm;

/* "campaign", "procedure", "step"; NULL: there is no such machine. */
const struct fsm *fsm_by_name(const char *);

/* fsm_check of the three, and: each signal is an event of whom it goes to. */
bool fsm_check_all(FILE *f);

#endif
