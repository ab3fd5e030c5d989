/* The report: what a campaign does, as one tree in memory. All views are
 * printed from it by walking it, so that none can know less than another.
 * Nothing but the campaign decides the tree. */
#ifndef CG_REPORT_H
#define CG_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct buf;
struct campaign;

/* What becomes of services stands in numbers on the plan, each wave and each
 * procedure: "services-reduced" have fewer units than before,
 * "services-at-risk" are down or one failure from that, "services-down" are
 * down. A procedure has a RISK for each group it takes units of: "state"
 * (degraded, reduced, down), "units-left" of "units", "group" (its name, if it
 * has several services) or "service-count" (no names: it rolls),
 * "any-failure"; below it MEMBERs (the services) and DEPENDENTs, each with a
 * "name", and FAILUREs: "name" of what would take them down. A wave has
 * FAILUREs of its own, with "services-down". How long is "at-most" of the
 * procedure or wave. */

/* The kinds of nodes: their names in XML, and in JSON the member that holds
 * them, which is a list but for those that occur once. */
enum report_kind {
#define REPORT_KIND(id, name, member, many) REPORT_##id,
#include "report.def"
#undef REPORT_KIND
	REPORT_KINDS
};

struct report_fact { /* a name and what is so called */
	struct report_fact *next;
	const char *name; /* static */
	const char *text; /* NULL: it is the number */
	uint64_t number;
};

struct report_node {
	enum report_kind kind;
	struct report_fact *fact, *last_fact;
	struct report_node *child, *last, *next;
};

struct report {
	struct arena arena;
	struct report_node *root;
};

/* The tree of a campaign, in the order of execution; report_free frees it. */
void report_build(struct report *, const struct campaign *);
void report_free(struct report *);

/* The text of a fact, or NULL; the number of a fact, or 0. */
const char *report_text(const struct report_node *, const char *name);
/* Have both the same text there, or none? */
bool report_same(const struct report_node *, const struct report_node *,
    const char *name);
uint64_t report_number(const struct report_node *, const char *name);

/* Is it an action that migrates a VM? NULL is none. */
bool report_is_move(const struct report_node *);

/* The root under which the EEs of the plan stand, the end of their names;
 * NULL: they have none. */
const char *report_tail(const struct report *);

struct report_wave { /* procedures of one level */
	const struct report_node *first, *end; /* end: what follows them */
	size_t procedures, actions;
	size_t hosts, morphs; /* restarted; VMs that become others */
	const struct report_node *facts; /* that has time and risk: the wave,
	                                  * or its only procedure; or NULL */
	const char *at_most; /* how long they may take, or NULL */
};

/* Adds what another wave does to a sum. */
void report_wave_add(struct report_wave *sum, const struct report_wave *);

/* The wave that begins with a procedure of the plan. */
struct report_wave report_wave_at(const struct report_node *plan,
    const struct report_node *procedure);

/* The name of a kind, and the member of JSON that it stands in. */
const char *report_kind_name(enum report_kind);
const char *report_kind_member(enum report_kind);
bool report_kind_is_list(enum report_kind);

#endif
