/*
 * Nobody can know what unit a number is in, but a machine does not use sixty
 * processors of two, and no system runs in a two-hundredth of its memory. It is
 * only a warning: what is used may be called so by whoever measures it, and
 * classes may promise less than there is.
 */
#include <inttypes.h>
#include <string.h>

#include "advise.h"
#include "advise_unit.h"
#include "diag.h"
#include "intern.h"

enum { MORE = 4, LESS = 200 };

static bool
is_doubtful(const char *resource, int64_t use, int64_t has)
{
	return use / 1000 > has * MORE || (strcmp(resource, "memory") == 0 &&
	    use / 1000 < has / LESS);
}

static void
check(const struct advise *a, size_t vm, size_t k, struct diag *d)
{
	const struct measured *m = metrics_of(a->metrics, vm, k);
	const struct advice *v = &a->v[vm];
	const char *name = policy_resource(a->classes, k);
	uint32_t dn = a->f.v[v->ee].dn;
	int64_t has = v->now == SIZE_MAX ? 0 : advise_has(a, v->now, k), use;

	if (m->h.n == 0 || has == 0)
		return;
	use = histogram_percentile(&m->h, (unsigned)v->wish.percentile);
	if (is_doubtful(name, use, has))
		diag_report(d, DIAG_METRICS_UNIT, model_dn_place(a->m,
		    a->f.v[v->ee].s), dn, "\"%.200s\" uses %.6g of "
		    "\"%.100s\" as it was measured, and has %" PRId64,
		    name_str(dn), (double)use / 1000, name, has);
}

void
advise_check_units(const struct advise *a, struct diag *d)
{
	size_t i;

	for (i = 0; i < a->n * a->nres; i++)
		check(a, i / a->nres, i % a->nres, d);
}
