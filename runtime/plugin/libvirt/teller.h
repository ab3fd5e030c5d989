/* What hosts say of themselves and of what they run, quickly: a process is
 * asked that keeps its connections, and is ended when it does not answer. */
#ifndef CG_TELLER_H
#define CG_TELLER_H

#include <stdint.h>

#include "virt.h"

struct teller;

/* Never fails: the process is started by the first question. */
struct teller *teller_new(void);
void teller_free(struct teller *);

/* Does the domain run there? *visit (may be NULL) is another number each time
 * it comes up or arrives there. */
enum running teller_runs(struct teller *, const char *uri, const char *domain,
    uint64_t *visit);

enum { TELLER_TEXT = 256 };

struct machine { /* under a host; texts are empty where it does not say */
	char serial[TELLER_TEXT]; /* or the host's UUID, or its name */
	char type[TELLER_TEXT], model[TELLER_TEXT];
};

struct room { /* where a disk is */
	char place[TELLER_TEXT]; /* a folder, or a pool of a host; "": none */
	uint64_t left; /* bytes */
};

/* Of the n-th disk that a machine writes; place is empty after the last. False:
 * the host does not know the machine, or not how much is left. */
bool teller_room(struct teller *, const char *uri, const char *domain,
    uint32_t n, struct room *);

/* False: it cannot be reached. */
bool teller_machine(struct teller *, const char *uri, struct machine *);

#endif
