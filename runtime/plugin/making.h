/*
 * What one program is made from: private to the files that make the programs
 * of an order (programs.h). Words and environments belong to the arena of the
 * latest job.
 */
#ifndef CG_MAKING_H
#define CG_MAKING_H

#include "arena.h"
#include "driver.h"
#include "policy_rules.h"
#include "programs.h"

enum { WHY = 512 };

struct programs {
	struct driver_options opt;
	struct arena arena; /* of the latest job */
};

struct making {
	struct programs *p;
	const struct order *o;
	const struct world *w;
	const struct rule *rule; /* NULL: a bundle's */
	const char *action; /* an agent's; NULL: no agent */
	const char *word; /* for what is no action; NULL: it is one */
	uint32_t place; /* where it runs */
	bool raw; /* its words mean themselves */
};

struct words { /* of a program or an environment, while they are collected */
	char **v;
	size_t n, cap;
};

/* --- words.c: what is put into words --- */

/* Room for so many words, a few of our own and the NULL. */
struct words words_new(const struct making *, size_t n);
void words_add(const struct making *, struct words *, const char *word);

/* Words in which %{...} stands for something; none if they are NULL. */
void words_expand(const struct making *, struct words *, const struct texts *);

/* One such word; it belongs to the arena. */
char *words_text(const struct making *, const char *);

/* The value of a name's first part: "VM1" of "safEE=VM1,..."; "" of none. */
const char *words_rdn(const struct making *, uint32_t dn);
const char *words_number(const struct making *, uint64_t);

/* --- environment.c --- */

/* NAME=value, which replaces an earlier one of that name. */
void environment_set(const struct making *, struct words *, const char *name,
    const char *value);

/* Words like NAME=value, each name with a prefix in front. */
void environment_pairs(const struct making *, struct words *,
    const struct texts *, const char *prefix);

/* What every program gets. */
void environment_common(const struct making *, struct words *);

/* --- ocf.c: resource agents --- */

/* What an agent does for a verb, the i-th thing of it, and whether it does so
 * where a migration goes; NULL: no more. */
const char *ocf_action(enum verb, size_t i, bool *at_to);

/* Program and environment of the agent of the rule, to do m->action; whether it
 * runs here, and may leave something in the state directory. */
void ocf_add(const struct making *, struct words *argv, struct words *env,
    bool here);

/* --- shell.c --- */

/* Makes one word of those from the n-th on and of the environment, which a
 * shell takes apart again. */
void shell_join(const struct making *, struct words *, size_t n,
    const struct words *env);

/* --- stages.c: rules, and the programs they mean --- */

const struct rules *rules_of(const struct programs *, enum policy_section);

/* The first rule that fits an entity and can do the verb; NULL: none. */
const struct rule *rules_find(const struct programs *, const struct world *,
    uint32_t entity, enum verb);

/* The first of a section that fits, whatever it says; NULL: none. */
const struct rule *rules_first(const struct programs *, const struct world *,
    enum policy_section, uint32_t dn);

/* One more program of the job: the agent, the words of the rule, or those of a
 * bundle, which mean themselves. */
void stage_add(const struct making *, struct job *, const struct texts *);
struct stage *stage_new(const struct making *, struct job *);

/* What the rule does for a verb; maybe nothing. */
void stage_add_verb(struct making, struct job *, enum verb);

/* --- called.c: callbacks --- */

/* The rule that has something run for the callback of the order, or NULL. */
const struct rule *called_rule(const struct programs *, const struct order *);
enum meant called_job(struct making, struct job *, char *why);

/* A folder that is there or is made; false with why. */
bool called_folder(const char *path, char *why);

#endif
