/* State machines as tables: look-up, soundness, Graphviz. Knows no campaign. */
#ifndef CG_FSM_H
#define CG_FSM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum fsm_kind { FSM_START, FSM_BUSY, FSM_REST, FSM_END };

struct fsm_state {
	const char *name, *meaning;
	enum fsm_kind kind;
	int number; /* the standard's number, or 0 */
};

struct fsm_row {
	int from, event, to;
	int action; /* index into actions */
	const char *action_name, *guard; /* guard: "" or what must hold */
};

struct fsm {
	const char *name;
	const struct fsm_state *state;
	int nstate;
	const char *const *event;
	int nevent;
	const struct fsm_row *row;
	size_t nrow;
};

/* The row for state and event whose guard (a number the machine defines)
 * holds, or NULL: refused. */
const struct fsm_row *fsm_find(const struct fsm *, int state, int event);

/* One start, all states reachable, an end or resting state from every state,
 * no row out of an end, no duplicate. Says what is wrong to f. */
bool fsm_check(const struct fsm *, FILE *f);

/* Graphviz. */
void fsm_dump(const struct fsm *, FILE *f);

extern const struct fsm campaign_fsm, procedure_fsm, step_fsm;

#endif
