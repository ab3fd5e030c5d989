/* Waiting for an action that its driver said runs. */
#ifndef CG_EXEC_WAIT_H
#define CG_EXEC_WAIT_H

#include "exec_private.h"

enum ending {
	ENDING_OWN, /* it ended itself */
	ENDING_LATE, /* it took longer than it may */
	ENDING_GIVEN_UP, /* the operator did not want to wait any longer */
};

/* Begins the order and waits until it has ended, it takes longer than it may,
 * or the operator gives it up (forward: the second time that he wants to stop;
 * otherwise any time after the first while it runs). In the latter two cases
 * it is cancelled and has failed. why of the exec says what was wrong. */
enum outcome exec_begin_and_wait(struct exec *, const struct order *,
    enum ending *);

/* The same of an order that is no callback, ending as it is until then. */
enum outcome exec_order_and_wait(struct exec *, const struct order *,
    enum ending *);

/* A snapshot is taken and written down; wants: KEEP_WANT_... FAILED if it
 * could not be. */
enum result exec_keep_take(struct exec *, uint32_t dn, enum keep_kind,
    uint32_t seq, uint32_t wants);

/* Does the policy want a snapshot of the i-th entity that the callback stands
 * in front of? */
bool exec_snapshots(const struct exec *, const struct order *, size_t i);

#endif
