/* How machines are asked what they can do. */
#ifndef CG_ASK_OPTIONS_H
#define CG_ASK_OPTIONS_H

#include "tables.h"

enum option_id { OPT_VM, OPT_STATE, OPT_DRIVER, OPT_SOURCE, OPT_POLICY,
	OPT_OUTPUT, OPT_AUGMENT, OPT_TIMEOUT, OPT_DIAG, OPT_MAX_ERRORS,
	OPT_HELP, OPT_VERSION };

#endif
