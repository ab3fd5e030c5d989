/* A disk in memory for tests of the runtime, in place of the real one: it can
 * refuse any call, and stop the machine at any call; what was not synced by
 * then is lost, kept or torn. Tests that include this are linked with it.
 *
 * Folders are synced apart from files, as POSIX has it: a new name is lost
 * until its folder is synced, whatever was synced in the file. */
#ifndef CG_OS_FAULT_H
#define CG_OS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which calls are counted. */
enum fault_calls {
	FAULT_SYNCS, /* os_sync, os_sync_dir, those within os_replace */
	FAULT_CHANGES, /* these and everything else that changes the disk */
	FAULT_ALL, /* these and all that open, read, lock and list */
};

enum fault_what {
	FAULT_NONE,
	FAULT_FAIL, /* the call fails, once; of an append half is done */
	FAULT_STAY, /* it and all of its kind after it fail */
	FAULT_STOP, /* the machine stops before the call: all calls fail */
};

/* What becomes of what was not synced. */
enum fault_fate { FATE_LOST, FATE_KEPT, FATE_TORN };

/* An empty disk, no plan. Everything open must be closed. */
void fault_reset(void);

/* For cmocka: a test begins on an empty disk with one settled folder, and
 * leaves nothing. 0, or what went wrong. */
#define FAULT_FOLDER "s"
int fault_fresh_disk(void **state);
int fault_free_disk(void **state);

/* Plans a fault at the nth call from now, counted from 1. */
void fault_plan(enum fault_what, enum fault_calls, uint64_t nth, int err);
/* Calls since the last reset, plan or restart. */
uint64_t fault_count(enum fault_calls);
/* Has the planned fault happened? */
bool fault_happened(void);

/* The machine starts again: no plan, no locks, and of what was not synced
 * what the fate says; the seed decides what is torn. Files still open are as
 * good as closed: every call on them fails. */
void fault_restart(enum fault_fate, uint64_t seed);

/* All of the disk as it is now is on disk. */
void fault_settle(void);

#endif
