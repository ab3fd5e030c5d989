/* What the simulated cluster shows of itself when it is loaded. */
#include "driver_sim.h"
#include "plugin.h"

CAMPRUN_PLUGIN("sim", .open = driver_sim)
