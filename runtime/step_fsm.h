/* The machine of a nested step: STEP_EXECUTING and so on are its states,
 * STEP_DO_... its actions, STEP_IF_... facts that guard its rows. The table is
 * step_fsm.def. */
#ifndef CG_STEP_FSM_H
#define CG_STEP_FSM_H

#include "fsm.h"

#define FSM_ID(id) STEP_##id
#define FSM_DEF "step_fsm.def"
#include "fsm_ids.h"
#undef FSM_DEF
#undef FSM_ID

#endif
