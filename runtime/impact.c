/*
 * Whom does a phase concern? From what is touched by the model's own chain:
 * environment, CLM node, AMF node, service unit, its group, the service
 * instances that protects; from those along their dependencies, both ways. One
 * pass over the model collects the links, so a callback costs as much as
 * looking at the model once.
 */
#include <stdlib.h>

#include "arena.h"
#include "dn.h"
#include "gate.h"
#include "idmap.h"
#include "impact.h"
#include "intern.h"

struct link { /* of two objects: the second stands on, or serves, the first */
	uint32_t from, to;
};

struct links {
	struct link *v;
	size_t n, cap;
};

struct finding {
	const struct world *w;
	struct links nodes, amf, units, services, depends;
	struct idmap seen;
};

/* --- collecting --- */

static void
link_add(struct links *l, uint32_t from, uint32_t to)
{
	if (from == NAME_NONE || to == NAME_NONE)
		return;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct link){ from, to };
}

static void
note_unit(struct finding *f, uint32_t dn)
{
	uint32_t host = world_value(f->w, dn, N_saAmfSUHostedByNode);

	link_add(&f->units, host != NAME_NONE ? host : world_value(f->w, dn,
	    N_saAmfSUHostNodeOrNodeGroup), dn);
}

static void
note(void *arg, uint32_t dn)
{
	struct finding *f = arg;

	switch (world_class(f->w, dn)) {
	case N_SaClmNode:
		link_add(&f->nodes, world_value(f->w, dn, N_saClmNodeEE), dn);
		break;
	case N_SaAmfNode:
		link_add(&f->amf, world_value(f->w, dn, N_saAmfNodeClmNode),
		    dn);
		break;
	case N_SaAmfSU:
		note_unit(f, dn);
		break;
	case N_SaAmfSI:
		link_add(&f->services, world_value(f->w, dn,
		    N_saAmfSIProtectedbySG), dn);
		break;
	case N_SaAmfSIDependency: /* the sponsor, and who depends on it */
		link_add(&f->depends, dn_embedded(dn), dn_parent(dn));
		break;
	default:
		break;
	}
}

/* --- following --- */

static bool
ids_add(struct ids *l, struct idmap *seen, uint32_t id)
{
	uint32_t *was;

	if (id == NAME_NONE)
		return false;
	was = idmap_at(seen, id);
	if (*was != 0)
		return false;
	*was = 1;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = id;
	return true;
}

/* What the links lead to from those that are marked; mark it, too. */
static void
follow(const struct links *l, struct idmap *marked, struct ids *out)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (idmap_get(marked, l->v[i].from) != 0)
			ids_add(out, marked, l->v[i].to);
}

static int
by_from(const void *a, const void *b)
{
	const struct link *p = a, *q = b;

	return p->from != q->from ? (p->from < q->from ? -1 : 1) :
	    p->to < q->to ? -1 : p->to > q->to;
}

static size_t
first_from(const struct links *l, uint32_t from)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->v[mid].from < from)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* All that the services lead to, over any number of links. */
static void
closure(struct links *l, const struct ids *from, struct ids *out)
{
	struct idmap seen = { 0 };
	size_t i, k;

	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_from);
	for (i = 0; i < from->n; i++)
		*idmap_at(&seen, from->v[i]) = 1;
	for (i = 0; i < from->n + out->n; i++) {
		uint32_t at = i < from->n ? from->v[i] :
		    out->v[i - from->n];

		for (k = first_from(l, at); k < l->n && l->v[k].from == at;
		    k++)
			ids_add(out, &seen, l->v[k].to);
	}
	idmap_free(&seen);
}

static void
turn_round(struct links *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		l->v[i] = (struct link){ l->v[i].to, l->v[i].from };
}

static void
note_applications(const struct finding *f, const struct ids *of,
    struct idmap *seen, struct ids *out)
{
	size_t i;

	for (i = 0; i < of->n; i++) {
		uint32_t dn = of->v[i];

		while (dn != NAME_NONE && world_class(f->w, dn) !=
		    N_SaAmfApplication)
			dn = dn_parent(dn);
		ids_add(out, seen, dn);
	}
}

/* The groups of the units, through which services are found. */
static void
find_services(struct finding *f, struct idmap *marked, struct impact *out)
{
	struct ids between = { 0 };
	size_t i;

	follow(&f->nodes, marked, &between);
	follow(&f->amf, marked, &between);
	follow(&f->units, marked, &out->units);
	for (i = 0; i < out->units.n; i++)
		ids_add(&between, marked, dn_parent(out->units.v[i]));
	follow(&f->services, marked, &out->services);
	free(between.v);
}

void
impact_find(const struct world *w, const struct actions *a,
    const struct order *o, struct impact *out)
{
	struct finding f = { .w = w };
	struct idmap marked = { 0 }, apps = { 0 };
	size_t i, first, end;

	*out = (struct impact){ 0 };
	gate_span(a, o->seq - 1, &first, &end);
	for (i = first; i < end; i++)
		ids_add(&out->bundles, &f.seen, a->act[i].bundle);
	for (i = 0; i < o->ntouched; i++) {
		*idmap_at(&marked, o->touched[i]) = 1;
		if (world_class(w, o->touched[i]) == N_SaAmfSU)
			ids_add(&out->units, &f.seen, o->touched[i]);
	}
	world_each(w, note, &f);
	find_services(&f, &marked, out);
	closure(&f.depends, &out->services, &out->downstream);
	turn_round(&f.depends);
	closure(&f.depends, &out->services, &out->upstream);
	note_applications(&f, &out->units, &apps, &out->applications);
	note_applications(&f, &out->upstream, &apps, &out->applications);
	note_applications(&f, &out->downstream, &apps, &out->applications);
	free(f.nodes.v);
	free(f.amf.v);
	free(f.units.v);
	free(f.services.v);
	free(f.depends.v);
	idmap_free(&f.seen);
	idmap_free(&marked);
	idmap_free(&apps);
}

void
impact_free(struct impact *m)
{
	free(m->bundles.v);
	free(m->units.v);
	free(m->services.v);
	free(m->upstream.v);
	free(m->downstream.v);
	free(m->applications.v);
	*m = (struct impact){ 0 };
}

/* --- telling --- */

static void
put_list(struct buf *b, const char *key, const uint32_t *v, size_t n)
{
	size_t i;

	buf_printf(b, ",\"%s\":[", key);
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_char(b, ',');
		buf_json(b, name_str(v[i]), name_len(v[i]));
	}
	buf_char(b, ']');
}

void
impact_write(const struct order *o, const struct impact *m, struct buf *b)
{
	static const char *const way[] = { "forward", "undo", "rollback" };
	uint32_t label = o->callback->label;

	buf_str(b, "{\"callback\":");
	buf_json(b, name_str(label), name_len(label));
	buf_printf(b, ",\"direction\":\"%s\"", way[o->direction]);
	put_list(b, "touched", o->touched, o->ntouched);
	put_list(b, "bundles", m->bundles.v, m->bundles.n);
	put_list(b, "units", m->units.v, m->units.n);
	put_list(b, "services", m->services.v, m->services.n);
	put_list(b, "upstream", m->upstream.v, m->upstream.n);
	put_list(b, "downstream", m->downstream.v, m->downstream.n);
	put_list(b, "applications", m->applications.v, m->applications.n);
	buf_str(b, "}\n");
}
