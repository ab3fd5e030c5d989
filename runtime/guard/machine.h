/* A machine while it is looked into, for the files of the survey. */
#ifndef CG_MACHINE_H
#define CG_MACHINE_H

#include "survey.h"

enum { MACHINE_TEXT = 128 };

enum kind { PLUG, UNPLUG, MIGRATE, UNUSED, KINDS };
extern const char *const machine_kinds[KINDS];

struct list {
	const char **v;
	size_t n, cap;
};

struct machine {
	struct survey *s;
	const struct rule *guest;
	uint32_t vm;
	char type[MACHINE_TEXT], name[MACHINE_TEXT], version[MACHINE_TEXT],
	    kernel[MACHINE_TEXT]; /* what its system calls itself */
	struct list can[KINDS];
	struct buf packages, report; /* as JSON */
};

/* "plug.vcpu": which kind, and of what; KINDS: it is no such word. */
enum kind machine_split(const char *word, const char **of);
const struct rules *machine_rules(const struct site *, enum policy_section);
/* The rule that says who may look into it; NULL: nobody. */
const struct rule *machine_guest(const struct site *, uint32_t vm);
/* Is the rule for such systems? */
bool machine_is_for(const struct machine *, const struct rule *);
bool machine_told_to_stop(const struct machine *);
void machine_free(struct machine *);

bool list_has(const struct list *, const char *word);
void list_add(struct list *, const char *word);

/* Behind a first one; "key": "value". */
void machine_comma(struct buf *);
void machine_text(struct buf *, const char *key, const char *value);
/* A line of the report; why may be NULL. */
void machine_report(struct machine *, const char *action, const char *of,
    const char *result, const char *why);

enum seen { SEEN_YES, SEEN_NO, SEEN_NOTHING };

/* A program that looks: 0 yes, 1 no, anything else says nothing; what it said,
 * or why not. */
enum seen machine_look(struct machine *, const struct texts *, char *why,
    size_t n);
/* A program that does something, reported: was it done? */
bool machine_do(struct machine *, const char *action, const struct rule *,
    const struct texts *, const char *remark);
/* Runs a detector, reported: true: yes. */
bool machine_detect(struct machine *, const struct rule *);

/* Asks the machine's host about what was seen, and reports it. */
void machine_outside(struct machine *);
/* Does the host leave room for that, as far as it is known? Reported. */
bool machine_possible(struct machine *, enum kind, const char *of);

/* Looks for all packages, and puts in what is to be put in (package.c). */
void machine_packages(struct machine *);
/* Is that word in what the rule authorises? */
bool machine_authorises(const struct rule *guest, const char *word);

#endif
