/* Callbacks of a campaign: what the policy makes of them. */
#ifndef CG_CALLBACK_H
#define CG_CALLBACK_H

#include "driver.h"
#include "policy.h"

struct diag;

/* Does its label begin with gate:? It stands before all up to the next one. */
bool callback_is_gate(const struct callback *);

/* Does it begin with validate:? It is about all that its procedure did. */
bool callback_is_validation(const struct callback *);

/* "trial" of "validate:trial" and "gate:trial"; NULL: it is neither. */
const char *callback_phase(const struct callback *);

/* What becomes of a callback that is called now: what the policy says; a gate
 * it says nothing about is asked about. */
enum answer callback_answer(const struct policy *, const struct order *);

/* How long an answer is waited for: ns; 0: for ever. */
int64_t callback_timeout(const struct callback *);

/* Is no answer waited for? */
bool callback_is_notice(const struct callback *);

/* Warns of those but gates that no rule of the policy is about, once for each label. */
void callback_report(const struct campaign *, const struct actions *,
    const struct policy *, struct diag *);

#endif
