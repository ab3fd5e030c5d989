/* The processes that have this one for a parent. */
#ifndef CG_BROOD_H
#define CG_BROOD_H

#include <stdbool.h>

/* Signals each of them, and the group of each that leads one; false: there is
 * none. */
bool brood_signal(int sig);

#endif
