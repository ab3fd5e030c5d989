/* Are the files there that software is installed from, and are they the right
 * ones? */
#ifndef CG_IMAGES_H
#define CG_IMAGES_H

#include "driver.h"

/* Reports of each bundle that the campaign installs (or removes, and section
 * images of the policy names) if its file is not as it should be. Without a
 * rule only the file that the model names is asked for, and only where that is
 * needed here. */
void images_check(const struct driver_options *,
    bool (*is_needed)(void *arg, const struct act *), void *arg);

#endif
