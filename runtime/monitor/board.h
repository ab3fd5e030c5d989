/* Where every phase of a run and every machine in it stands, out of the
 * records of its journal: queued, in progress, succeeded, failed, undone
 * (U10). A phase is the initialization, a procedure, the completion, the
 * commit. What has no machine of its own is the campaign's. */
#ifndef CG_BOARD_H
#define CG_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actions.h"

struct record;

enum stand {
	STAND_QUEUED, /* not begun */
	STAND_RUNNING, /* begun, and no end of it is known */
	STAND_DONE,
	STAND_FAILED,
	STAND_UNDONE, /* taken back */
	STAND_COUNT
};

struct board_act { /* one action, by its index */
	uint8_t stand, direction; /* enum stand, enum direction */
	uint16_t attempt;
	int64_t begun, ended; /* ns; 0: not */
	size_t why; /* of its last failure: index into text, or 0 */
	size_t forgiven; /* the same, of one that may be */
};

struct tally { /* actions by where they stand */
	size_t n[STAND_COUNT];
};

struct machine { /* in one phase */
	uint32_t dn; /* NAME_NONE: what is nobody's */
	struct tally acts;
	size_t first, n; /* its actions: order[first .. first + n) */
	size_t last; /* the one that was touched last (index); NO_ACT: none */
};

struct phase {
	const char *name;
	uint32_t level, proc; /* NONE outside procedures; index into proc */
	size_t begin, end; /* its actions */
	struct machine *machine;
	size_t nmachine;
	struct tally acts;
	int64_t begun, ended; /* of its first and last action; 0: none */
};

#define NO_ACT SIZE_MAX

struct board {
	const struct actions *a;
	struct board_act *act;
	struct phase *phase;
	size_t nphase;
	struct machine *machine; /* of all phases */
	size_t *order; /* actions by phase and machine */
	struct tally acts;
	int64_t begun, last; /* time of the first and last record; 0: none */
	size_t running; /* the action begun last and not ended, or NO_ACT */
	bool completed; /* the target was reached */
	size_t ntaken_back; /* phases that were not valid */
	/* The campaign is rolled back: what failed is not there either. */
	bool back;
	char **text; /* text[0] is none */
	size_t ntext, text_cap;
};

/* The actions must outlive it. board_free frees it. */
struct board *board_new(const struct actions *);

/* Takes a record, in the order of the journal. One of an action that the
 * campaign does not have is left out: who replays the journal says so. */
void board_record(struct board *, const struct record *);

/* Counts what the records said: tallies, machines, times. back: the campaign
 * is rolled back, so what failed counts as undone. */
void board_count(struct board *, bool back);

/* What so many actions come to: failed before in progress, in progress before
 * undone; queued and done only if all of them are. */
enum stand tally_stand(const struct tally *);
size_t tally_all(const struct tally *);
const char *stand_name(enum stand); /* "queued", "in progress", ... */

void board_free(struct board *);

#endif
