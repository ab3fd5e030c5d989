/* The numbers of a machine's states, facts and actions, out of the table
 * FSM_DEF; FSM_ID(id) prefixes them. Included once a machine, so no guard. */
enum {
#define FSM_STATE(id, number, kind, meaning) FSM_ID(id),
#include "fsm_pass.h"
};

enum {
#define FSM_FACT(yes, yes_text, no, no_text) \
	FSM_ID(BIT_##yes), FSM_ID(BIT_##no),
#include "fsm_pass.h"
};

enum {
#define FSM_FACT(yes, yes_text, no, no_text) \
	FSM_ID(IF_##yes) = 1 << FSM_ID(BIT_##yes), \
	FSM_ID(IF_##no) = 1 << FSM_ID(BIT_##no),
#include "fsm_pass.h"
	FSM_ID(IF_ANY) = 0
};

enum {
#define FSM_ACTION(id, phase, meaning) FSM_ID(DO_##id),
#include "fsm_pass.h"
};
