/* Which snapshots are there? Each bears the number of the journal's record
 * that ordered it; what became of it is in later records (U7, U8, U11). */
#ifndef CG_KEEP_H
#define CG_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idmap.h"
#include "journal.h"

enum keep_kind {
	KEEP_BEFORE, /* before a procedure acts on it */
	KEEP_FAILED, /* what it was like when that had failed */
};

/* What is done with it, as RECORD_KEEP has it, and how that ended. */
enum keep_deed {
	KEEP_TAKING, KEEP_TAKEN, KEEP_UNTAKEN,
	KEEP_REVERTING, KEEP_REVERTED, KEEP_UNREVERTED,
	KEEP_REMOVING, KEEP_REMOVED, KEEP_UNREMOVED,
	/* Of no snapshot, but of a place they go to: */
	KEEP_SHORT, KEEP_AMPLE,
};

enum { KEEP_WANT_FAILED = 1, KEEP_WANT_REVERT = 2, KEEP_MAY_FAIL = 4 };

struct kept {
	uint32_t number; /* of the record that ordered it */
	enum keep_kind kind;
	enum keep_deed deed; /* the latest */
	uint64_t latest; /* number of the record of that */
	uint32_t seq; /* of the first action on it that follows, or followed */
	uint32_t wants;
	uint32_t entity;
	size_t earlier; /* one of before of the same entity, from 1; 0: none */
	uint32_t kib; /* how large its data are, as far as is known */
	int64_t time; /* ns, when it was ordered */
};

struct keep_place { /* where snapshots go */
	uint32_t name;
	uint32_t mib; /* left, when it was last looked at */
	bool is_short; /* less than it is to have */
	bool said; /* by this process */
	bool seen; /* when it was last looked at all of them */
};

struct keep {
	struct kept *v;
	size_t n, cap;
	struct idmap before; /* of an entity: the latest, from 1; or 0 */
	struct keep_place *place;
	size_t nplace, place_cap;
	uint32_t run; /* journal_identity: tells it from other runs */
};

enum { KEEP_NAME = 40 };

/* Takes a record of the journal; others than KEEP are passed over. False if a KEEP is
 * about a snapshot that was never ordered, or is none that there can be. */
bool keep_record(struct keep *, const struct record *);
void keep_free(struct keep *);

/* The place of that name; one that is new has room. Good until the next. */
struct keep_place *keep_place(struct keep *, uint32_t name);

/* Its name for drivers and people: that of the run, and its number. */
void keep_name(const struct keep *, const struct kept *, char out[KEEP_NAME]);

/* Does it use space? Was it ordered, and nobody knows whether it is there? */
bool keep_is_there(const struct kept *);

/* Words for people: "before", "failed"; "taken", "reverted"... */
const char *keep_kind_name(enum keep_kind);
const char *keep_deed_name(enum keep_deed);

#endif
