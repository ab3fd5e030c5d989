/* Between the search for colours and the limits they are to keep. */
#ifndef CG_COLOUR_MATCH_H
#define CG_COLOUR_MATCH_H

#include "colour.h"

enum { COLOURS_MATCH_MAX = 32 }; /* items of a limit that are matched */

/* Does a limit hold, as the roots are coloured now? */
bool colours_hold(const struct colours *, const struct colour_limit *);

/* A colour for each item of a limit of COLOURS_MATCH_MAX items at most: one of
 * its roots', none too often. False if there are none. */
bool colours_match(const struct colours *, const struct colour_limit *,
    uint8_t *got);

#endif
