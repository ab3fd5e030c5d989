/*
 * Is the cluster as a model promises? Every execution environment there, none
 * besides, all unlocked and instantiated with the software of their type,
 * virtual machines on a monitor of their list.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "cluster_state.h"

struct compare {
	const struct cluster *c;
	const struct world *w;
	FILE *f;
	size_t n, max;
};

static void differ(struct compare *, uint32_t dn, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
differ(struct compare *d, uint32_t dn, const char *fmt, ...)
{
	va_list ap;

	if (d->n++ >= d->max)
		return;
	fprintf(d->f, "\"%s\" ", name_str(dn));
	va_start(ap, fmt);
	vfprintf(d->f, fmt, ap);
	va_end(ap);
	fputc('\n', d->f);
}

static void
compare_software(struct compare *d, const struct entity *e)
{
	uint32_t bundle = cluster_bundle_of(d->w, e->dn);
	unsigned parts = cluster_parts(e, bundle);
	size_t i;

	if (bundle != NAME_NONE && (parts == 0 ||
	    (cluster_bundle_installs(d->w, bundle) & ~parts) != 0))
		differ(d, e->dn, "has not all of \"%s\"", name_str(bundle));
	for (i = 0; i < e->nsw; i++)
		if (e->sw[i].bundle != bundle &&
		    world_exists(d->w, e->sw[i].bundle) &&
		    cluster_bundle_installs(d->w, e->sw[i].bundle) != 0)
			differ(d, e->dn, "has \"%s\", which is not of its type",
			    name_str(e->sw[i].bundle));
}

static void
compare_ee(void *arg, uint32_t dn)
{
	struct compare *d = arg;
	const struct entity *e;

	if (world_class(d->w, dn) != N_SaPlmEE)
		return;
	e = cluster_find(d->c, dn);
	if (e == NULL || !(e->flags & EXISTS)) {
		differ(d, dn, "is not in the cluster");
		return;
	}
	if (!(e->flags & UP))
		differ(d, dn, "is not instantiated");
	if (!(e->flags & UNLOCKED))
		differ(d, dn, "is locked");
	if ((e->flags & UP) && cluster_is_vm(d->c, e) &&
	    !cluster_lists(d->c, e, e->host))
		differ(d, dn, "stands on \"%s\", which is not its sponsor",
		    e->host == NAME_NONE ? "" : name_str(e->host));
	compare_software(d, e);
}

size_t
cluster_compare(const struct cluster *c, const struct world *w, FILE *f,
    size_t max)
{
	struct compare d = { .c = c, .w = w, .f = f, .max = max };
	size_t i;

	world_each(w, compare_ee, &d);
	for (i = 0; i < c->n; i++) {
		const struct entity *e = &c->v[i];

		if (!(e->flags & EXISTS))
			continue;
		if ((e->flags & IS_EE) && world_class(w, e->dn) != N_SaPlmEE)
			differ(&d, e->dn, "is in the cluster, but not in the "
			    "model");
		if (!(e->flags & IS_EE) && !(e->flags & UP))
			differ(&d, e->dn, "is not instantiated");
		else if (!(e->flags & IS_EE) && !(e->flags & UNLOCKED))
			differ(&d, e->dn, "is locked");
	}
	return d.n;
}
