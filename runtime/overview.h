/* A campaign in a few lines, for whoever lets it begin (U6). */
#ifndef CG_OVERVIEW_H
#define CG_OVERVIEW_H

#include "actions.h"

/* Writes them to standard error. */
void overview_show(const struct campaign *, const struct actions *);

#endif
