/* What does an upgrade procedure do next? The answer is the table. */
#include "procedure_fsm.h"

#define FSM_ID(id) PROC_##id
#define FSM_DEF "procedure_fsm.def"
#define FSM_SELF procedure_fsm
#define FSM_SELF_NAME "procedure"
#include "fsm_table.h"
