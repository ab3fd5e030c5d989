/* What has to be told, and what was: STATE/alerts, kept so that no alert is
 * lost and none is told twice but one that was on its way when the power
 * went (U9). */
#ifndef CG_OUTBOX_H
#define CG_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"

struct outbox;

struct letter { /* one alert for one channel */
	size_t channel;
	struct message *m;
	bool told;
};

/* Opens or makes the file, locks it and reads what is there; a line that was
 * torn off is cut. 0; -EAGAIN: another process delivers them; -EBADMSG: it is
 * no such file; or another -errno. outbox_close frees. */
int outbox_open(const char *state_dir, struct outbox **);

/* A letter, unless there is one with its id for that channel. 0 or -errno. */
int outbox_add(struct outbox *, size_t channel, const struct message *);
/* What was added is on disk. 0 or -errno. */
int outbox_sync(struct outbox *);

/* It was told, or it could not be: why. 0 or -errno. */
int outbox_told(struct outbox *, struct letter *);
int outbox_failed(struct outbox *, const struct letter *, const char *why);

/* The first letters, at most n, of those that are left for a channel. */
size_t outbox_left_for(const struct outbox *, size_t channel,
    struct letter **, size_t n);
size_t outbox_left(const struct outbox *); /* of all */

void outbox_close(struct outbox *);

#endif
