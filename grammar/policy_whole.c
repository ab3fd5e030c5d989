/*
 * What is wrong that no rule shows alone? Names that must differ, names that
 * must be known, and phases that follow from the order of the rules.
 */
#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "near.h"
#include "policy_read.h"

/* Two levels of one name: nobody could tell which is meant. */
void
policy_levels_differ(const struct fill *f)
{
	const struct rules *l = &f->p->section[POLICY_DOMAINS];
	size_t i, k;

	for (i = 0; i < l->n; i++)
		for (k = 0; k < i; k++)
			if (strcmp(l->v[i].level, l->v[k].level) == 0) {
				diag_report(f->d, DIAG_POLICY_TWICE,
				    rule_at(f->p, &l->v[i]), NAME_NONE,
				    "the level \"%.100s\" is here for the "
				    "second time", l->v[i].level);
				return;
			}
}

/* Phases follow each other as their names first come. */
void
policy_number_phases(struct policy *p)
{
	struct rules *l = &p->section[POLICY_WAVES];
	size_t i, k;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].phase_name == NULL)
			continue;
		for (k = 0; k < i; k++)
			if (l->v[k].phase_name != NULL &&
			    strcmp(l->v[k].phase_name,
			    l->v[i].phase_name) == 0)
				break;
		l->v[i].turn = k < i ? l->v[k].turn : ++p->nphase;
	}
}

/* Levels may stand below the waves that name them. */
void
policy_know_levels(const struct fill *f)
{
	const struct rules *l = &f->p->section[POLICY_WAVES];
	const struct rules *d = &f->p->section[POLICY_DOMAINS];
	const char **known = mem_alloc(d->n, sizeof(*known));
	size_t i, k;

	for (k = 0; k < d->n; k++)
		known[k] = d->v[k].level;
	for (i = 0; i < l->n; i++) {
		if (l->v[i].level == NULL ||
		    policy_wave_level(f->p, i) != SIZE_MAX)
			continue;
		diag_report(f->d, DIAG_POLICY_WORD, policy_wave_place(f->p, i),
		    NAME_NONE, "\"fault-domains\" has no level \"%.100s\"",
		    l->v[i].level);
		near_note(f->d, l->v[i].level, known, d->n);
	}
	free(known);
}

/* A class is one type, and says it once. */
void
policy_classes_differ(const struct fill *f)
{
	const struct rules *l = &f->p->section[POLICY_CLASSES];
	struct place at;
	size_t i, k;

	for (i = 0; i < l->n; i++) {
		at = rule_at(f->p, &l->v[i]);
		if (l->v[i].match.name == NAME_NONE)
			diag_report(f->d, DIAG_POLICY_TYPE, at, NAME_NONE,
			    "\"type\" of a class must be one name, not the "
			    "pattern \"%.100s\"", l->v[i].match.glob);
		for (k = 0; k < i; k++)
			if (l->v[i].match.name != NAME_NONE &&
			    l->v[i].match.name == l->v[k].match.name)
				break;
		if (k < i)
			diag_report(f->d, DIAG_POLICY_TWICE, at, NAME_NONE,
			    "the class \"%.200s\" is here for the second "
			    "time", l->v[i].match.glob);
	}
}
