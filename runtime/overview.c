/*
 * What is about to happen, in a few lines? What an operator sees before he is
 * asked for leave.
 */
#include <stdio.h>

#include "intern.h"
#include "overview.h"

static size_t
count_verb(const struct actions *a, enum verb v)
{
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		n += a->act[i].verb == v;
	return n;
}

/* The end of a noun of which there are so many. */
static const char *
s_of(size_t n)
{
	return n == 1 ? "" : "s";
}

/* How many procedures are on each level, where they share some. */
static void
show_waves(const struct actions *a)
{
	enum { MOST = 20 };
	size_t i, waves = 0, n[MOST] = { 0 };
	bool shared = false;

	for (i = 0; i < a->nproc; i++) {
		shared |= actions_shares_level(a, i);
		if (a->proc[i].step == 1 && !actions_shares_level(a, i))
			waves++;
		if (a->proc[i].step == 1 && waves <= MOST)
			n[waves - 1]++;
	}
	if (!shared)
		return;
	fprintf(stderr, "  %zu wave%s:", waves, s_of(waves));
	for (i = 0; i < waves && i < MOST; i++)
		fprintf(stderr, "%s%zu", i == 0 ? " " : ", ", n[i]);
	fprintf(stderr, "%s procedure%s\n", waves > MOST ? ", ..." : "",
	    s_of(waves == 1 ? n[0] : 2));
}

/* One procedure with all its nodes; returns how many of proc that is. */
static size_t
show_procedure(const struct actions *a, size_t k)
{
	size_t n = 1, acts = a->proc[k].n;

	for (; k + n < a->nproc && a->proc[k + n].step > 1; n++)
		acts += a->proc[k + n].n;
	fprintf(stderr, "  %u  %s, ", a->proc[k].p->level,
	    name_str(a->proc[k].p->name));
	if (n > 1)
		fprintf(stderr, "%zu nodes in turn, ", n);
	fprintf(stderr, "%zu action%s\n", acts, s_of(acts));
	return n;
}

void
overview_show(const struct campaign *c, const struct actions *a)
{
	size_t k, i = 0, n = c->nprocedure;
	size_t down = count_verb(a, VERB_TERMINATE);
	size_t move = count_verb(a, VERB_MIGRATE);
	size_t again = count_verb(a, VERB_RESTART);

	fprintf(stderr, "campaign %s\n  %zu procedure%s, %zu action%s: %zu "
	    "termination%s, %zu migration%s, %zu restart%s\n",
	    name_str(c->name), n, s_of(n), a->n, s_of(a->n), down,
	    s_of(down), move, s_of(move), again, s_of(again));
	show_waves(a);
	for (k = 0; k < a->nproc && i < 12; i++)
		k += show_procedure(a, k);
	if (n > 12)
		fprintf(stderr, "  ... and %zu more procedure%s\n", n - 12,
		    s_of(n - 12));
}
