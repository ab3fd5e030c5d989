/* What does a nested step do next? The answer is the table. */
#include "step_fsm.h"

#define FSM_ID(id) STEP_##id
#define FSM_DEF "step_fsm.def"
#define FSM_SELF step_fsm
#define FSM_SELF_NAME "step"
#include "fsm_table.h"
