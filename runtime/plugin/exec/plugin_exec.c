/* What the driver of programs shows of itself when it is loaded. */
#include "driven.h"
#include "plugin.h"

static struct driver *
open_exec(const struct driver_options *opt, char *why)
{
	static const struct doer nothing_more = { .name = "exec" };

	return driven_new(&nothing_more, opt, why);
}

CAMPRUN_PLUGIN("exec", open_exec)
