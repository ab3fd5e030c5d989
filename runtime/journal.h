/* What the runtime has done, in an order that survives a crash (DESIGN 7, X6).
 * One file STATE/journal: append-only, checksummed records. */
#ifndef CG_JOURNAL_H
#define CG_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;
struct journal;

enum record_kind {
	RECORD_HEAD, /* first: format, digests, options: text lines */
	RECORD_ROW, /* a transition of a machine, before it acts */
	RECORD_BEGIN, /* an action is begun */
	RECORD_END, /* it has ended */
	RECORD_NOTE, /* text: a command of the operator, a summary */
	RECORD_KIND_COUNT
};

struct record {
	uint64_t number; /* from 1, set by the journal */
	enum record_kind kind;
	/* RECORD_ROW: machine (0 campaign, 1 procedure, 2 step), its index,
	 * nested, from, event, to. BEGIN, END: a = seq, b = direction,
	 * c = attempt, d = result (END). */
	uint32_t a, b, c, d, e, f;
	const char *text; /* HEAD, NOTE; NUL-terminated; else "" */
	size_t len;
};

/* Creates STATE/journal with its HEAD record, synced. STATE must exist and
 * have no journal. 0 or -errno. */
int journal_create(const char *state_dir, const char *head,
    struct journal **);

/* Opens an existing journal: locks it (-EAGAIN: another runtime is at work),
 * cuts a torn tail, and calls each(arg, record) for every record in order. A
 * bad record before the tail, a foreign or newer format is reported (J001...)
 * and gives -EBADMSG. */
int journal_open(const char *state_dir, struct diag *,
    bool (*each)(void *, const struct record *), void *arg,
    struct journal **);

/* Appends a record; synced before it returns if sync is set, otherwise with
 * the next record that is. A failed write or sync is final (J5): every later
 * call fails with the same error. 0 or -errno. */
int journal_add(struct journal *, const struct record *, bool sync);

void journal_close(struct journal *);

#endif
