/* What does an upgrade campaign do next? The answer is the table. */
#include "campaign_fsm.h"

#define FSM_ID(id) CMPG_##id
#define FSM_DEF "campaign_fsm.def"
#define FSM_SELF campaign_fsm
#define FSM_SELF_NAME "campaign"
#include "fsm_table.h"
