/*
 * Which services are at risk at a time? Procedures of one level tell of the
 * same groups, and several groups may have the same dependents, so each name
 * is counted once. A service that is down counts among those at risk, and these
 * among those that have fewer units, unless they only depend on such.
 */
#include <stdlib.h>

#include "risk_sum.h"

enum { SEEN_REDUCED = 1, SEEN_RISK = 2, SEEN_DOWN = 4, SEEN_FAILURES = 8 };

static uint64_t
key(const struct risk_counter *c, uint32_t name)
{
	return (uint64_t)c->turn << 32 | name;
}

/* 1 if the name was not yet counted for this, else 0. */
static unsigned
once(struct risk_counter *c, uint32_t name, unsigned bit)
{
	uint32_t *seen = idmap_at(&c->seen, key(c, name));

	if ((*seen & bit) != 0)
		return 0;
	*seen |= bit;
	return 1;
}

static void
count_names(struct risk_counter *c, const struct risk *r, struct risk_sum *s)
{
	bool down = r->state == RISK_DOWN;
	size_t i;

	for (i = 0; i < r->nsi + r->ndependent; i++) {
		if (i < r->nsi)
			s->reduced += once(c, r->si[i], SEEN_REDUCED);
		if (down || risk_hangs(r))
			s->at_risk += once(c, r->si[i], SEEN_RISK);
		if (down)
			s->down += once(c, r->si[i], SEEN_DOWN);
	}
}

static void
count_failures(struct risk_counter *c, struct idmap *at, const struct risk *r,
    struct risk_sum *s)
{
	uint32_t *i;
	size_t k;

	if (r->nfail == 0 || (r->nsi > 0 &&
	    once(c, r->si[0], SEEN_FAILURES) == 0))
		return;
	for (k = 0; k < r->nfail; k++) {
		i = idmap_at(at, r->fail[k]);
		if (*i == 0) {
			c->fail = mem_grow(c->fail, s->nfail, &c->fail_cap,
			    sizeof(*c->fail));
			c->fail[s->nfail++] = (struct risk_failure){
				.name = r->fail[k] };
			*i = (uint32_t)s->nfail;
		}
		c->fail[*i - 1].services += r->count + r->nsi +
		    r->ndependent;
	}
}

struct risk_sum
risk_count(struct risk_counter *c, const struct risks *r,
    const size_t *procedure, size_t n)
{
	struct risk_sum s = { 0 };
	struct idmap at = { 0 };
	size_t i, k;

	c->turn++;
	for (i = 0; i < n; i++)
		for (k = r->first[procedure[i]]; k < r->end[procedure[i]];
		    k++) {
			const struct risk *x = &r->v[k];

			s.reduced += x->count;
			s.at_risk += x->state == RISK_DOWN || risk_hangs(x) ?
			    x->count : 0;
			s.down += x->state == RISK_DOWN ? x->count : 0;
			count_names(c, x, &s);
			count_failures(c, &at, x, &s);
		}
	idmap_free(&at);
	s.fail = c->fail;
	return s;
}

bool
risk_counted(const struct risk_counter *c, uint32_t service)
{
	return (idmap_get(&c->seen, key(c, service)) & SEEN_RISK) != 0;
}

void
risk_counter_free(struct risk_counter *c)
{
	idmap_free(&c->seen);
	free(c->fail);
	*c = (struct risk_counter){ 0 };
}
