/* Which hosts may go down together? Colours for the roots of MODIFY procedures,
 * one a wave, such that every VM finds a sponsor of a colour in which its
 * services can spare it. */
#ifndef CG_COLOUR_H
#define CG_COLOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catch.h"
#include "stagger.h"

struct policy;

enum { COLOURS_MAX = 64 };

struct colour_item { /* what goes down once: with one of these roots */
	uint32_t first, n; /* candidates: choice[first .. first + n) */
	uint32_t own; /* a VM that may go down on its own, or NONE */
};

struct colour_limit { /* at most cap of these items may have one colour */
	uint32_t first, n; /* items */
	uint32_t cap;
	bool firm; /* in the nature of things, not for the order's sake */
	bool bad; /* now */
	uint32_t at; /* in the list of bad ones */
};

struct colours {
	const struct forest *f;
	const struct services *sv;
	uint32_t *of; /* result, by EE: the wave a root goes in; 0 where none is
	               * meant */
	uint32_t n; /* colours */
	struct shortage shortage; /* of room */
	uint32_t bound; /* no schedule has fewer waves of MODIFY procedures */
	uint32_t soft; /* a group that has no unit to spare and is limited all
	                * the same, or NONE */
	/* Phases follow each other, each with colours of its own. */
	uint32_t nphase; /* that have roots; at least 1 */
	uint32_t *phase; /* by root: which of these */
	uint32_t share[COLOURS_MAX]; /* by phase: how many colours, now */
	uint32_t before[COLOURS_MAX]; /* by phase: the first of them */
	uint8_t grew[COLOURS_MAX]; /* which phase the n-th colour went to */
	uint32_t ngrew;
	/* the problem */
	uint32_t *root; /* EEs */
	size_t nroot, root_cap;
	uint32_t *number; /* by EE: of its root, or NONE */
	struct colour_limit *limit;
	size_t nlimit, limit_cap;
	struct colour_item *item;
	size_t nitem, item_cap;
	uint32_t *choice; /* numbers of roots */
	size_t nchoice, choice_cap;
	uint32_t *at, *touch; /* by root: limits touch[at[r] .. at[r + 1]) */
	/* the search */
	uint8_t *now; /* by root: its colour */
	uint32_t *bad; /* limits that do not hold */
	size_t nbad;
	uint32_t *until; /* by root: not changed again before that step; and
	                  * scratch of colours_find */
	uint64_t dice, first_dice;
};

/* States the problem; phase is phase_find's, or NULL. Eased, without limits for
 * groups that have no unit to spare. colours_free frees. */
void colours_find(struct colours *, const struct forest *,
    const struct services *, const struct policy *,
    const struct catch_wishes *, const uint32_t *phase,
    bool eased);
void colours_free(struct colours *);

/* Looks for n colours (at most COLOURS_MAX); returns how many limits do not
 * hold: 0 is a solution. Other dice, 1 or more, lead to others. */
size_t colours_run(struct colours *, uint32_t n, uint64_t dice);

/* Two roots (by number) of one phase exchange their colours, unless fewer
 * limits would hold: then false. colours_settle writes the result anew
 * afterwards. */
bool colours_swap(struct colours *, uint32_t a, uint32_t b);
void colours_settle(struct colours *);

/* The dice of the search: 0 .. n - 1, the same in every run. */
uint32_t colours_roll(struct colours *, uint32_t n);

#endif
