/* Pieces of the page that several parts of it have. */
#ifndef CG_PAGE_H
#define CG_PAGE_H

#include <stdint.h>

#include "board.h"

struct buf;

void page_text(struct buf *, const char *);

/* The class of a state in the style of the page. */
const char *page_class(enum stand);
void page_state(struct buf *, enum stand);

/* A time, in ns since 1970; nothing of 0. */
void page_when(struct buf *, int64_t ns);

#endif
