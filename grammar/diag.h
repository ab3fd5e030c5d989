/* Findings: collected, sorted, printed. One row of diag.def each. */
#ifndef CG_DIAG_H
#define CG_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "src.h"

enum diag_level { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR };

enum diag_code {
#define DIAG(code, id, level, title, hint, explain) DIAG_##id,
#include "diag.def"
#undef DIAG
	DIAG_COUNT
};

struct diag_info {
	char code[5]; /* "M007" */
	uint8_t level; /* enum diag_level */
	const char *title, *hint;
};
extern const struct diag_info diag_info[DIAG_COUNT];

struct diag_note {
	struct place at;
	char *text;
	struct diag_note *next;
};

/* Somebody's word that a finding may be. */
struct diag_excuse {
	const char *reason;
	bool in_source; /* written beside what it is about */
};

struct diag_item {
	enum diag_code code;
	enum diag_level level;
	struct place at;
	uint32_t dn; /* the object it is about, interned; or NAME_NONE */
	char *text;
	const struct diag_excuse *excuse; /* NULL: none */
	struct diag_note *notes, *last_note;
	size_t nnote; /* all that were added; the first of them are kept */
	size_t seq;
};

enum diag_format { DIAG_TEXT, DIAG_JSON, DIAG_SARIF, DIAG_JUNIT, DIAG_GITHUB,
	DIAG_GCC };

/* What SARIF tells of a code beside its row. */
struct diag_rule {
	const char *name; /* "SPONSOR_CONTAINS" */
	const char *explain;
	const char *example; /* lines, or NULL */
};

/* Zero-initialise, set max (0: 20 as text, all in the machine formats). Owns
 * its texts; diag_free. */
struct diag {
	struct arena arena;
	struct diag_item *item;
	size_t nitem, cap;
	size_t nerror, nwarning; /* all that were reported */
	size_t nleft_out; /* reported but not kept (memory) */
	size_t nexcused; /* not among nwarning: they trouble nobody */
	size_t max; /* how many are printed */
	bool is_partial; /* not all could be read or written, and that was said */
	const struct diag_rule *rule; /* by code, for SARIF; NULL: none */
	enum diag_level least; /* findings below this level are not shown */
	size_t last; /* 1 + index of the finding that notes go to, or 0 */
	size_t seq;
	/* Says why a finding may be, or NULL; lives as long as the findings.
	 * Errors may not. NULL: no finding may. */
	const struct diag_excuse *(*excuse)(void *, enum diag_code,
	    struct place, uint32_t dn);
	void *excuse_data;
};

/* Reports a finding; returns false if its level is error, else true. Message:
 * lower case, no full stop, names in double quotes. */
bool diag_report(struct diag *, enum diag_code, struct place, uint32_t dn,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Adds a note (another place, a candidate and why it is out) to the finding
 * reported last. */
void diag_note(struct diag *, struct place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes findings of this code at this place back, because one that says more
 * is reported there. */
void diag_withdraw(struct diag *, enum diag_code, struct place);

/* Why a finding may be, or NULL. Who folds findings asks before. */
const struct diag_excuse *diag_excuse(struct diag *, enum diag_code,
    struct place, uint32_t dn);

/* How many of that level were reported, without those that may be. */
size_t diag_count(const struct diag *, enum diag_level);

/* "note", "warning", "error" */
const char *diag_level_name(enum diag_level);

/* Prints all findings, sorted by file, line, column and code, at most max of
 * them (errors first to be among them) and then the count of the rest. program
 * is "campgen" or "camprun". 0, or the errno of a failed write. */
int diag_print(struct diag *, enum diag_format, const char *program, FILE *);

/* The errors alone, and nothing if there are none: for commands on what was
 * made before, when what is merely doubtful was told. */
void diag_print_errors(struct diag *, enum diag_format, const char *program,
    FILE *);

/* A code by its name ("M007"), or DIAG_COUNT. */
enum diag_code diag_find(const char *code);

void diag_free(struct diag *);

#endif
