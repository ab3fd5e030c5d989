/* What the driver of programs shows of itself when it is loaded. */
#include "driver_exec.h"
#include "plugin.h"

CAMPRUN_PLUGIN("exec", .open = driver_exec)
