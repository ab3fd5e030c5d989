/* The machines of one embedded step: n nested steps, outermost first, and the
 * signals between them. Pure: no input, no output, no memory of its own. A
 * step that is not embedded has n = 1. */
#ifndef CG_EMBED_H
#define CG_EMBED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fsm.h"

struct embed_step {
	int state; /* STEP_INITIAL... */
	enum fsm_phase phase;
	uint32_t retries, max_retries;
};

struct embed {
	struct embed_step *step; /* the caller's */
	size_t n;

	/* A signal that was sent and not yet heard. */
	enum fsm_event pending; /* EV_NONE: none */
	size_t to;

	/* What the procedure was told last; the caller may reset it. */
	enum fsm_event told; /* EV_NONE: nothing */

	/* Called with each row before the step changes, or NULL: the place
	 * to journal it. False: stop there, nothing is changed. */
	bool (*row)(void *arg, size_t i, const struct fsm_row *);
	void *arg;
};

/* All of the n steps at the beginning, n > 0. Their max_retries are set by the
 * caller and kept; row is NULL. */
void embed_start(struct embed *, struct embed_step *, size_t n);

/* One event for nested step i, and then all signals that follow from it. i = 0
 * for EV_EXECUTE and EV_ROLLBACK of the procedure. False if a machine refuses
 * it, or row() says so: what was done before stands. */
bool embed_event(struct embed *, size_t i, enum fsm_event);

/* The two halves of it, for replaying a journal of rows: one row for step i,
 * leaving its signal pending (a pending one for step i with that event is the
 * one that is heard); and delivering what is pending. */
bool embed_take(struct embed *, size_t i, enum fsm_event);
bool embed_settle(struct embed *);

/* The row that the event would take for step i now; NULL: refused. */
const struct fsm_row *embed_find(const struct embed *, size_t i,
    enum fsm_event);

/* Nested step i is not tried again: the next failure is its last one. */
void embed_give_up(struct embed *, size_t i);

/* The nested step whose actions are to be carried out now; n: none is. */
size_t embed_busy(const struct embed *);

/* For a busy step: are its actions those of undoing? The event that says that
 * they all went well, and the one that says that one of them did not. */
bool embed_is_undoing(const struct embed *, size_t i);
enum fsm_event embed_done(const struct embed *, size_t i);
enum fsm_event embed_failed(const struct embed *, size_t i);

#endif
