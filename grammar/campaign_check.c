/*
 * Does a campaign make sense? What the schema cannot say.
 */
#include "campaign.h"
#include "diag.h"

bool
campaign_check(const struct campaign *c, struct diag *d)
{
	(void)c;
	return d->nerror == 0;
}
