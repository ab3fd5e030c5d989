/* An alert as it is told: the same facts on every channel. */
#ifndef CG_MESSAGE_H
#define CG_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "policy.h"

struct buf;

struct message {
	enum alert what;
	int64_t time; /* ns */
	const char *id, *campaign, *text;
	const char *object; /* a DN or label; "": the campaign itself */
	const char *host, *state; /* where it runs: machine, directory */
};

/* One JSON object on one line, without a line feed. */
void message_json(const struct message *, struct buf *);

/* Reads what message_json wrote: malloc'ed with all its texts, or NULL. */
struct message *message_read(const char *json, size_t n);

/* Frees what message_read gave. */
void message_free(struct message *);

enum { MESSAGE_TIME = 32 };
/* As RFC 3339 has it, in UTC, to the millisecond. */
void message_time(const struct message *, char out[MESSAGE_TIME]);

/* One line for people: "critical campaign-failed of CAMPAIGN: text". */
void message_line(const struct message *, struct buf *);

/* Kept until the process ends: the name of this machine. */
const char *message_host(void);

#endif
