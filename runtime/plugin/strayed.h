/* Who hears that a caught machine has strayed (D4, D5). */
#ifndef CG_STRAYED_H
#define CG_STRAYED_H

#include "driver.h"

struct strayed {
	uint32_t vm;
	const char *procedure;
	const struct order *order; /* before or after which it was found out */
	const struct identity *was, *is;
};

/* Adds a line of JSON to STATE/guard/moves, and starts what is registered there
 * for machines that move. Neither is a reason to fail. */
void strayed_keep(const char *state_dir, const struct strayed *);

#endif
