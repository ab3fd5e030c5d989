/*
 * Is this news? A rule with a window keeps silent about the same event of the
 * same object until the window, which begins when it last spoke, is over. Time
 * is that of the records, so the same run gives the same alerts.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "idmap.h"
#include "sieve.h"

struct sieve {
	const struct policy *p;
	struct idmap spoke; /* rule, event and object: index into time, + 1 */
	int64_t *time;
	size_t n, cap;
	bool *goes; /* by channel */
};

struct sieve *
sieve_new(const struct policy *p)
{
	struct sieve *s = mem_alloc(1, sizeof(*s));

	*s = (struct sieve){ .p = p,
		.goes = mem_alloc(policy_nchannel(p) + 1, sizeof(*s->goes)) };
	return s;
}

void
sieve_free(struct sieve *s)
{
	if (s == NULL)
		return;
	idmap_free(&s->spoke);
	free(s->time);
	free(s->goes);
	free(s);
}

static bool
is_news(struct sieve *s, size_t rule, const struct happening *h)
{
	int64_t window = policy_alert_window(s->p, rule);
	uint32_t *at;

	if (window == 0)
		return true;
	at = idmap_at(&s->spoke, ((uint64_t)rule * ALERT_COUNT +
	    (uint64_t)h->what) << 32 | h->object);
	if (*at != 0 && (window == INT64_MAX ||
	    h->time - s->time[*at - 1] < window))
		return false;
	if (*at == 0) {
		s->time = mem_grow(s->time, s->n, &s->cap, sizeof(*s->time));
		*at = (uint32_t)++s->n;
	}
	s->time[*at - 1] = h->time;
	return true;
}

void
sieve_take(struct sieve *s, const struct happening *h,
    void (*to)(void *, size_t), void *arg)
{
	size_t i, k, nrule = policy_nalert(s->p), n = policy_nchannel(s->p);

	memset(s->goes, 0, n * sizeof(*s->goes));
	for (i = 0; i < nrule; i++) {
		if (!policy_alert_fits(s->p, i, h->what, h->object) ||
		    !is_news(s, i, h))
			continue;
		for (k = 0; k < n; k++)
			s->goes[k] |= policy_alert_goes(s->p, i, k);
	}
	for (k = 0; k < n; k++)
		if (s->goes[k])
			to(arg, k);
}
