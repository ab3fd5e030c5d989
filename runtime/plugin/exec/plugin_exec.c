/* What the driver of programs shows of itself when it is loaded. */
#include "driven.h"
#include "plugin.h"
#include "stray.h"

static struct driver *
open_exec(const struct driver_options *opt, char *why)
{
	static const struct doer nothing_more = { .name = "exec" };

	return stray_watch(driven_new(&nothing_more, opt, why), opt);
}

CAMPRUN_PLUGIN("exec", .open = open_exec)
