/* What the driver of virtual machines shows of itself when it is loaded. */
#include "driver_libvirt.h"
#include "plugin.h"
#include "stray.h"

static struct driver *
open_libvirt(const struct driver_options *opt, char *why)
{
	return stray_watch(driver_libvirt(opt, why), opt);
}

CAMPRUN_PLUGIN("libvirt", .open = open_libvirt)
