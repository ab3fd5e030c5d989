/* What the simulated cluster shows of itself when it is loaded. */
#include "driver_sim.h"
#include "plugin.h"
#include "stray.h"

static struct driver *
open_sim(const struct driver_options *opt, char *why)
{
	return stray_watch(driver_sim(opt, why), opt);
}

CAMPRUN_PLUGIN("sim", .open = open_sim)
