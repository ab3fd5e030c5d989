/* Between policy_read.c, which knows which keys there are, and those who know
 * what stands behind a key. What returns bool and finds a mistake reports it
 * and is false. */
#ifndef CG_POLICY_READ_H
#define CG_POLICY_READ_H

#include "diag.h"
#include "policy_rules.h"

/* What the value of a key looks like. */
enum kind {
	KIND_PATTERN, KIND_NAME, KIND_FLAG, KIND_TIME, KIND_COUNT, KIND_PERCENT,
	KIND_NAMES, KIND_ALL_OR_PATTERNS, KIND_AMOUNTS, KIND_ACTION,
	KIND_PHASE, KIND_ANSWER, KIND_MIGRATION, KIND_PROGRAM, KIND_PAIRS,
	KIND_CODES, KIND_WORDS, KIND_COMMAND, KIND_PLACE,
	KIND_SEVERITY, KIND_TEXTS,
};

struct fill {
	struct policy *p;
	struct diag *d;
};

/* --- policy_fault.c: what is said about mistakes --- */

/* Where in the policy it stands. */
struct place policy_at(const struct fill *, const struct ynode *);

/* "a list", "one value", ...: static. */
const char *ynode_word(const struct ynode *);

/* The value of key "name" must be "what", such as "a list of rules". False. */
bool policy_wrong_type(const struct fill *, const struct ynode *,
    const char *name, const char *what);

/* The same key or name again, and first there. False. */
bool policy_twice(const struct fill *, const struct ynode *key,
    const struct ynode *first);

/* --- policy_value.c --- */

/* Digits at *s as a number up to max; steps over them. False, with nothing
 * reported, if there are none or they are more. */
bool policy_digits(const char **s, int64_t max, int64_t *out);

/* Reads the value of key "name" into the rule; member is the one of the rule
 * that its key names, of the type that belongs to the kind. */
bool policy_read_value(const struct fill *, const struct ynode *,
    const char *name, enum kind, void *member, struct rule *);

/* --- policy_words.c: kinds that are words --- */

/* One of the words of the kind, as its row among them, from 1. */
bool policy_read_word(const struct fill *, const struct ynode *,
    const char *name, enum kind, uint32_t *out);

/* A list of words of a program; the arena's. */
bool policy_read_texts(const struct fill *, const struct ynode *,
    const char *name, enum kind, struct texts *out);

/* The same of a list that few rules have; *out stays if it is wrong. */
bool policy_read_list(const struct fill *, const struct ynode *,
    const char *name, enum kind, const struct texts **out);

/* --- policy_whole.c: what no rule shows alone --- */

/* Reports a level, or classes, that are there twice, and classes whose type
 * is a pattern. */
void policy_levels_differ(const struct fill *);
void policy_classes_differ(const struct fill *);

/* Gives each phase its number, in the order in which their names first come. */
void policy_number_phases(struct policy *);

/* Reports rules for waves about levels that are nowhere; all sections must be
 * read, since levels may stand below the waves that name them. */
void policy_know_levels(const struct fill *);

#endif
