/* What a fuzz target demands of what was read, whatever the input. */
#ifndef CG_FUZZ_MUST_H
#define CG_FUZZ_MUST_H

#include <stdbool.h>
#include <stdlib.h>

static inline void
must(bool ok)
{
	if (!ok)
		abort();
}

#endif
