/* What the driver of virtual machines shows of itself when it is loaded. */
#include "driver_libvirt.h"
#include "plugin.h"

CAMPRUN_PLUGIN("libvirt", driver_libvirt)
