/*
 * Which objects do the short forms of AMF types in addToImm stand for?
 */
#include "campaign.h"
#include "campaign_types.h"
#include "xml_out.h"

void
types_write(struct xml_out *o, const struct ccb_op *op, size_t n)
{
	(void)o;
	(void)op;
	(void)n;
}
