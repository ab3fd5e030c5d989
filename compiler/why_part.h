/* An answer in the making: private to why.c, why_change.c and why_step.c. */
#ifndef CG_WHY_PART_H
#define CG_WHY_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "campaign.h"
#include "reply.h"
#include "report.h"
#include "why.h"

enum { LISTED = 10 };

enum deed { DEED_NONE, DEED_ACT, DEED_MODIFY, DEED_ADD, DEED_REMOVE };

struct why {
	struct reply *a;
	const struct why_input *in;
	const struct campaign *c;
	uint32_t dn;
	struct report report;
	const char *title; /* of a part about which nothing was said yet */
	const struct procedure *p;
	uint64_t change; /* number of the action in which its steps change the
	                  * model */
	/* what happens to it in all, for the first line */
	enum deed deed;
	const struct procedure *where;
	const struct procedure *morph; /* in which it changes as it runs */
	size_t nact; /* procedures that act on it besides */
	size_t nuse; /* that use it as a type or bundle, and were told */
	size_t nmore; /* that were not */
	const struct procedure *more; /* the last of these */
	bool touched;
};

/* What of a list of changes is about the object, beyond itself. */
struct around {
	size_t nbelow, nnamed;
	uint32_t below[LISTED];
	const struct ccb_op *named[LISTED];
};

/* A name as it is shown; the values of an attribute. */
const char *why_shown(const struct why *, uint32_t name);
const char *why_values(struct why *, const struct cattr *);
/* " (3 min)" behind the value of a time, else "". */
const char *why_time(struct why *, const struct cattr *);

/* Once something is said about a part, its title stands above. */
void why_open(struct why *);

/* "why: ...", if there is a reason. */
void why_reason(struct why *, unsigned depth, uint32_t reason);

/* Is the object named dn below the one asked about? Is it an EE? */
bool why_is_below(const struct why *, uint32_t dn);
bool why_is_ee(uint32_t dn);

/* The next node that is an action, of nodes beside each other, or NULL. */
const struct report_node *why_next_action(const struct report_node *);

/* --- changes of the model --- */

/* Does the attribute name the object? The list of sponsors among the
 * attributes of a create or modify, or NULL. */
bool why_names(const struct why *, const struct cattr *);
const struct cattr *why_sponsors(const struct ccb_op *);

/* Looks at one change of the action with that number; what is around the object
 * is kept, to be told once. */
void why_look_at_op(struct why *, const struct ccb_op *, uint64_t number,
    struct around *);
void why_tell_around(struct why *, const struct around *, uint64_t number);

/* Looks at many; at a list of actions, whose nodes begin with n or later:
 * returns the node after them. */
void why_look_at_ops(struct why *, const struct ccb_op *, size_t,
    uint64_t number);
const struct report_node *why_look_at_list(struct why *,
    const struct action_list *, const struct report_node *n);

/* --- steps of the procedure at hand --- */

/* What a step does to an entity, and how that is called. */
enum deed why_deed(const struct step *, uint32_t dn);
const char *why_deed_word(enum deed);

/* Tells of its steps what is about the object; of all of them, if it was asked
 * about itself; that it rolls over the object; its actions on the object, which
 * are among the nodes. */
void why_look_at_steps(struct why *);
void why_tell_nested(struct why *);
void why_tell_rolling(struct why *);
void why_tell_actions(struct why *, const struct report_node *);

#endif
