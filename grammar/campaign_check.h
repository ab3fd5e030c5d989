/* The inside of campaign_check: what its two files share. */
#ifndef CG_CAMPAIGN_CHECK_H
#define CG_CAMPAIGN_CHECK_H

#include "campaign.h"
#include "idmap.h"

struct check {
	const struct campaign *campaign;
	struct diag *diag;
	struct idmap asked; /* names that were looked at */
	size_t nstrange; /* names a stock SMF does not take: the first */
	uint32_t strange, strange_pos;
	struct idmap touched; /* what this CCB has done to an object */
};

/* One name as the standard's schema sees it; NAME_NONE is fine. */
void check_dn(struct check *, uint32_t dn, uint32_t pos);
void check_envs(struct check *, const struct plm_env *, size_t n,
    uint32_t pos);
void check_values(struct check *, const struct cattr *, size_t n,
    uint32_t pos);
void check_actions(struct check *, const struct action_list *);
/* The order of what an embedded step deletes and creates. */
void check_step_changes(struct check *, const struct procedure *);
/* Reports what was only counted, and frees. */
void check_end(struct check *);

#endif
