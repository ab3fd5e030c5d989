/* What a report is made of: private to report*.c. Each puts nodes below the one
 * it is given, in the order of execution. */
#ifndef CG_REPORT_PART_H
#define CG_REPORT_PART_H

#include "campaign.h"
#include "node.h"
#include "risk_sum.h"

/* --- changes of the model, below an action (report_change.c) --- */

/* A change of a kind (create, modify, delete) of an object; of several. */
struct report_node *report_change(struct builder *,
    struct report_node *action, const char *kind, uint32_t object);
void report_names(struct builder *, struct report_node *action,
    const char *kind, const uint32_t *name, size_t n);
/* Operations of a CCB; all that the steps of a procedure change. */
void report_ops(struct builder *, struct report_node *action,
    const struct ccb_op *, size_t n);
void report_unit_changes(struct builder *, struct report_node *action,
    const struct procedure *);

/* --- actions (report_action.c) --- */

/* An action with the next number, and what migrates because of it; a line that
 * stands for so many. phase may be NULL. */
struct report_node *report_action(struct builder *, struct report_node *parent,
    const char *phase, const char *verb);
struct report_node *report_actions(struct builder *, struct report_node *parent,
    const char *phase, const char *verb, uint32_t count);
/* The actions of a list of the campaign. */
void report_list(struct builder *, struct report_node *parent,
    const char *phase, const struct action_list *);
/* What a callback says; callbacks that are called in turn, and are numbered;
 * those whose turn is not known. */
void report_call(struct builder *, struct report_node *,
    const struct callback *);
void report_calls(struct builder *, struct report_node *parent,
    const struct callback *, size_t n);
void report_callbacks(struct builder *, struct report_node *parent,
    const char *when, const struct callback *, size_t n);

/* --- what becomes of services (report_risk.c) --- */

/* Each group that the procedure at (index) takes units of. */
void report_risks(struct builder *, struct report_node *procedure, size_t at);
/* How many services fare how in procedures that run together, and whose
 * further failure would take some down. */
struct risk_sum report_risk_sum(struct builder *, struct report_node *,
    const size_t *order, size_t count);
void report_failures(struct builder *, struct report_node *,
    const struct risk_sum *);

/* --- a procedure of the campaign, by its index (report_procedure.c) --- */

void report_procedure(struct builder *, size_t at);

#endif
