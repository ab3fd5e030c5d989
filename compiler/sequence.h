/* The actions of a procedure in the order of their execution, as camprun counts
 * them, as far as the campaign alone says; moves.h says the rest. */
#ifndef CG_SEQUENCE_H
#define CG_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct callback;
struct campaign;
struct entity_template;
struct procedure;

enum verb {
	VERB_END, /* ends a list of verbs */
	VERB_ONLINE_INSTALL, VERB_OFFLINE_INSTALL,
	VERB_ONLINE_UNINSTALL, VERB_OFFLINE_UNINSTALL,
	VERB_LOCK, VERB_TERMINATE, VERB_INSTANTIATE, VERB_UNLOCK,
	VERB_RESTART, VERB_MODIFY_IM, VERB_NOTIFY,
	VERB_COUNT
};

enum phase { PHASE_TEAR_DOWN, PHASE_MODIFY, PHASE_BUILD_UP };

/* One verb on one entity, and one bundle where it is about software. */
struct act {
	enum verb verb;
	enum phase phase;
	size_t step; /* the nested step, 0 outermost */
	uint32_t entity; /* NAME_NONE: see template; modify-im has none */
	const struct entity_template *template; /* all that it selects */
	/* A step that rolls: entity stands for each node that it names or contains,
	 * template for what it selects on one of them. */
	bool each;
	uint32_t bundle; /* NAME_NONE: not about software */
	uint32_t on; /* where it is executed, if the campaign says */
	bool idle; /* the bundle has no command for it */
	const struct callback *callback; /* notify: what is called */
};

struct sequence; /* what is looked up once for all procedures */

/* The campaign must outlive it. Cannot fail. */
struct sequence *sequence_new(const struct campaign *);
void sequence_free(struct sequence *);

/* Tells each action of the nested steps to emit; those of procInitAction and
 * procWrapupAction are lists in the procedure itself. */
void sequence_run(const struct sequence *, const struct procedure *,
    void (*emit)(void *, const struct act *), void *arg);

/* "online-install" ... */
const char *sequence_verb_name(enum verb);

#endif
