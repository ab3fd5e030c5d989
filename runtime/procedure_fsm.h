/* The machine of an upgrade procedure: PROC_EXECUTING and so on are its states,
 * PROC_DO_... its actions, PROC_IF_... facts that guard its rows. The table is
 * procedure_fsm.def. */
#ifndef CG_PROCEDURE_FSM_H
#define CG_PROCEDURE_FSM_H

#include "fsm.h"

#define FSM_ID(id) PROC_##id
#define FSM_DEF "procedure_fsm.def"
#include "fsm_ids.h"
#undef FSM_DEF
#undef FSM_ID

#endif
