/* Private to campaign_write*.c: parts of a campaign, written as the elements
 * they are. What is empty writes nothing. */
#ifndef CG_CAMPAIGN_WRITE_H
#define CG_CAMPAIGN_WRITE_H

#include "campaign.h"
#include "xml_out.h"

/* The word of the schema: "SA_IMM_ATTR_VALUES_REPLACE". Static. */
const char *write_operation_name(enum modify_op);

/* cg:reason of the element that is open. */
void write_reason(struct xml_out *, uint32_t reason);

/* An empty element whose one attribute is a DN. */
void write_ref(struct xml_out *, const char *element, const char *attr,
    uint32_t dn);

/* Each of these records in an element of that name, or one. */
void write_bundle_refs(struct xml_out *, const char *element,
    const struct bundle_ref *, size_t n);
/* Attributes with their values, as elements "attribute". */
void write_attributes(struct xml_out *, const struct cattr *, size_t n);
void write_create(struct xml_out *, const char *element,
    const struct ccb_op *);
void write_callback(struct xml_out *, const char *element,
    const struct callback *);
void write_callbacks(struct xml_out *, const char *element,
    const struct callback *, size_t n);

/* A command with its arguments; either may be NAME_NONE. */
void write_cli(struct xml_out *, const char *element, uint32_t command,
    uint32_t args);

/* Each action in an element of that name. */
void write_actions(struct xml_out *, const char *element,
    const struct action_list *);

/* One (upgradeScope, upgradeStep): of campaign_write_step.c. */
void write_step(struct xml_out *, const struct step *);

#endif
