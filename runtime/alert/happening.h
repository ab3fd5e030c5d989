/* What happens in a run that somebody may want to be told of (U9), out of the
 * records of its journal. */
#ifndef CG_HAPPENING_H
#define CG_HAPPENING_H

#include <stdbool.h>
#include <stdint.h>

#include "journal.h"
#include "policy.h"

struct actions;
struct teller;

enum { HAPPENING_ID = 48 };

struct happening {
	enum alert what;
	char id[HAPPENING_ID]; /* the same whenever it is told again */
	int64_t time; /* ns */
	uint32_t object; /* a name, or NAME_NONE: the campaign itself */
	const char *text; /* a sentence; during the call */
};

typedef void (*happening_function)(void *arg, const struct happening *);

/* Calls tell with what the records come to. What a journal is known by among
 * others is part of each id. The actions must outlive it. */
struct teller *teller_new(const struct actions *, const struct policy *,
    uint32_t journal, happening_function tell, void *arg);
void teller_free(struct teller *);

/* Takes the next record; its checksum makes the id. */
void teller_record(struct teller *, const struct record *, uint32_t crc);

/* Tells what nothing follows on at that time (ns, as records have it): a gate
 * that waits. */
void teller_time(struct teller *, int64_t now);

/* Who carried the campaign out has ended: tells if that was in the middle of
 * a command. */
void teller_end(struct teller *, int64_t now);

#endif
