/* The lines of a plan: private to plan_*.c. */
#ifndef CG_PLAN_LINE_H
#define CG_PLAN_LINE_H

#include "buf.h"
#include "campaign.h"
#include "level.h"
#include "plan_text.h"
#include "sequence.h"

struct plan {
	const struct campaign *campaign;
	enum plan_zoom zoom;
	struct buf *out;
	struct sequence *sequence;
	size_t seq; /* number of the next action */
	struct levels levels;
	size_t level; /* the next of them */
	bool fold; /* like ones on one line */
	const char *tail; /* what ",.." stands for; NULL: nothing */
	size_t tail_len;
	uint8_t *mark; /* by name, of those below nmark: MARK_... */
	uint32_t nmark;
	size_t nact, nrestarted, ncaught, nrisk;
	bool all_at_risk;
};

enum { MARK_CAUGHT = 1, MARK_DOWN = 2, MARK_RESTARTED = 4, MARK_RISK = 8 };

bool plan_is_marked(const struct plan *, uint32_t name, unsigned mark);

/* A name, its common end written ",..". */
void plan_name(struct plan *, uint32_t name);

/* Indented "why: ..." in a line of its own, if there is a reason. */
void plan_why(struct plan *, unsigned indent, uint32_t reason);

/* The VM whose sponsors the operation cuts or restores, or NAME_NONE. */
uint32_t plan_sponsored(const struct ccb_op *);

/* Model changes, one a line. */
void plan_ops(struct plan *, const struct ccb_op *, size_t n);
void plan_names(struct plan *, char sign, const uint32_t *name, size_t n);
void plan_attr(struct plan *, enum modify_op, const struct cattr *);

/* Numbered actions: of a list, or of the nested steps of a procedure. */
void plan_actions(struct plan *, const struct action_list *);
void plan_callbacks(struct plan *, const char *when, const struct callback *,
    size_t n);
void plan_steps(struct plan *, const struct procedure *);

/* "3 EEs", "1 SU": after the first attribute of the name. */
void plan_count(struct plan *, size_t n, uint32_t like);

#endif
