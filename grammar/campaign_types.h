/* amfEntityTypes: AMF types written in a short form of their own, and the
 * objects that form stands for. */
#ifndef CG_CAMPAIGN_TYPES_H
#define CG_CAMPAIGN_TYPES_H

#include <stddef.h>

struct ccb_op;
struct xml_out;

/* Writes the creates (as the reader made them) as one amfEntityTypes element;
 * nothing if there are none. */
void types_write(struct xml_out *, const struct ccb_op *, size_t n);

#endif
