/* What can be asked of who tells operators. */
#ifndef CG_ALERT_OPTIONS_H
#define CG_ALERT_OPTIONS_H

#include "tables.h"

enum { CMD_ALERT = TABLE_OWN };

enum option_id { OPT_STATE, OPT_TEST, OPT_GUARD, OPT_POLICY, OPT_FOLLOW,
	OPT_SINCE, OPT_MOMENT, OPT_DIAG, OPT_MAX_ERRORS, OPT_HELP, OPT_VERSION };

#endif
