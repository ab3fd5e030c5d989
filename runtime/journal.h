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
	RECORD_KEEP, /* a snapshot is taken, reverted to, removed; see keep.h */
	RECORD_KIND_COUNT
};

struct record {
	uint64_t number; /* from 1, set by the journal */
	enum record_kind kind;
	/* RECORD_ROW: machine (0 campaign, 1 procedure, 2 step), its index,
	 * nested, from, event, to. BEGIN, END: a = seq, b = direction,
	 * c = attempt; END: d = result, e = 1 if it has to be reversed though
	 * it failed. KEEP: a = what is done, b = kind, c = seq, d = number of the
	 * record that ordered the snapshot (0: this one), e = what is wanted
	 * of it, f = its size in KiB; the text is the entity. A field that the kind does not have is 0. */
	uint32_t a, b, c, d, e, f;
	/* HEAD, NOTE, KEEP: the text. ROW, BEGIN, END: a remark for people who read
	 * the file. NUL-terminated; NULL when added: none. When read it is
	 * valid during the call. At most RECORD_TEXT_MAX bytes. */
	const char *text;
	size_t len;
	int64_t time; /* ns, to the millisecond; set by the journal */
};

enum { RECORD_TEXT_MAX = 65536 };

/* Creates STATE/journal with its HEAD record, synced and locked. STATE must
 * exist and have no journal (-EEXIST); who made STATE syncs it. 0 or -errno.
 * journal_close frees. */
int journal_create(const char *state_dir, const char *head,
    struct journal **);

/* Opens an existing journal: locks it (-EAGAIN: another runtime is at work),
 * cuts a torn tail, and calls each(arg, record) for every record in order. A
 * bad record before the tail, a foreign or newer format is reported (J001...)
 * and gives -EBADMSG. So does each by returning false, after it said why.
 * What was replayed is on disk when this returns 0. */
int journal_open(const char *state_dir, struct diag *,
    bool (*each)(void *, const struct record *), void *arg,
    struct journal **);

/* Appends a record; synced before it returns if sync is set, otherwise with
 * the next record that is. A failed write or sync is final (J5): every later
 * call fails with the same error. 0 or -errno; -EMSGSIZE (text too long) is
 * not final, nothing was written. */
int journal_add(struct journal *, const struct record *, bool sync);

/* Syncs what was added without. 0 or -errno, final like that of an add. */
int journal_sync(struct journal *);

/* The number of the last record. */
uint64_t journal_count(const struct journal *);

/* Like journal_open for those who only look, also at one that is in use: no
 * lock, nothing is cut or written. */
int journal_read(const char *state_dir, struct diag *,
    bool (*each)(void *, const struct record *), void *arg);

/* A number that tells this journal from those of other runs: a checksum of
 * its head and of when that was written. 0, -EBADMSG if the head is not whole
 * (journal_open says why), or another -errno. */
int journal_identity(const char *state_dir, uint32_t *id);

/* Frees; does not sync. NULL is ignored. */
void journal_close(struct journal *);

#endif
