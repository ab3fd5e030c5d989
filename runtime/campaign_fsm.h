/* The machine of an upgrade campaign: CMPG_EXECUTING and so on are its states,
 * CMPG_DO_... its actions, CMPG_IF_... facts that guard its rows. The table is
 * campaign_fsm.def. */
#ifndef CG_CAMPAIGN_FSM_H
#define CG_CAMPAIGN_FSM_H

#include "fsm.h"

#define FSM_ID(id) CMPG_##id
#define FSM_DEF "campaign_fsm.def"
#include "fsm_ids.h"
#undef FSM_DEF
#undef FSM_ID

#endif
