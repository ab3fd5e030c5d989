/*
 * Is a model right? The checks stand in one table with what they need to have
 * passed before; this file makes them in that order. Each looks at an object
 * (or attribute) a constant number of times, so the whole is linear. Objects
 * are listed by class once, and a check only visits those it is about.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "arena.h"
#include "check.h"

static const struct check_row must[CHECK_COUNT] = {
#define DOUBT_OBJECT(name, classes, needs, codes)
#define DOUBT_MODEL(name, codes)
#include "check_rows.h"
};

/* --- repeated findings --- */

struct fold {
	enum diag_code code;
	uint32_t key1, key2;
	struct place at;
	uint32_t dn;
	char *text;
	size_t more;
};

static size_t
fold_hash(const struct check *c, enum diag_code code, uint32_t a, uint32_t b)
{
	uint64_t h = ((uint64_t)a << 32 | b) * UINT64_C(0xff51afd7ed558ccd);

	h = (h ^ (uint64_t)code ^ h >> 32) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (size_t)(h >> 32) & (c->nfold_slot - 1);
}

static uint32_t *
fold_find(const struct check *c, enum diag_code code, uint32_t a, uint32_t b)
{
	size_t k = fold_hash(c, code, a, b);

	for (; c->fold_slot[k] != 0; k = (k + 1) & (c->nfold_slot - 1)) {
		const struct fold *f = &c->fold[c->fold_slot[k] - 1];

		if (f->code == code && f->key1 == a && f->key2 == b)
			break;
	}
	return &c->fold_slot[k];
}

static void
fold_grow(struct check *c)
{
	size_t i;

	c->nfold_slot = c->nfold_slot == 0 ? 64 : c->nfold_slot * 2;
	free(c->fold_slot);
	c->fold_slot = mem_alloc(c->nfold_slot, sizeof(*c->fold_slot));
	for (i = 0; i < c->nfold; i++)
		*fold_find(c, c->fold[i].code, c->fold[i].key1,
		    c->fold[i].key2) = (uint32_t)i + 1;
}

bool
check_folded(const struct check *c, enum diag_code code, uint32_t key1,
    uint32_t key2)
{
	return c->nfold > 0 && *fold_find(c, code, key1, key2) != 0;
}

bool
check_fold(struct check *c, enum diag_code code, uint32_t key1, uint32_t key2,
    struct place at, uint32_t dn, const char *fmt, ...)
{
	uint32_t *slot;
	va_list ap;

	if (diag_excuse(c->d, code, at, dn) != NULL) {
		va_start(ap, fmt);
		diag_report(c->d, code, at, dn, "%s",
		    arena_vprintf(&c->arena, fmt, ap));
		va_end(ap);
		return true;
	}
	if (c->nfold * 2 >= c->nfold_slot)
		fold_grow(c);
	slot = fold_find(c, code, key1, key2);
	if (*slot != 0) {
		c->fold[*slot - 1].more++;
	} else {
		c->fold = mem_grow(c->fold, c->nfold, &c->fold_cap,
		    sizeof(*c->fold));
		va_start(ap, fmt);
		c->fold[c->nfold] = (struct fold){ code, key1, key2, at, dn,
			arena_vprintf(&c->arena, fmt, ap), 0 };
		va_end(ap);
		*slot = (uint32_t)++c->nfold;
	}
	return diag_info[code].level != DIAG_ERROR;
}

static void
report_folded(struct check *c)
{
	size_t i;

	for (i = 0; i < c->nfold; i++) {
		const struct fold *f = &c->fold[i];

		if (f->more == 0)
			diag_report(c->d, f->code, f->at, f->dn, "%s", f->text);
		else
			diag_report(c->d, f->code, f->at, f->dn,
			    "%s (and %zu more like this)", f->text,
			    f->more);
	}
}

const char *
check_near(struct check *c, enum diag_code code, uint32_t key1, uint32_t key2,
    uint32_t kinds, uint32_t name)
{
	if (c->near == NULL || check_folded(c, code, key1, key2))
		return NULL;
	return c->near(c, kinds, name_str(name));
}

/* --- what checks ask --- */

uint32_t
check_follow(const struct check *c, uint32_t o, uint32_t attr)
{
	return model_find(c->m, model_value(c->m, o, attr));
}

void
check_round(struct check *c)
{
	c->now++;
}

bool
check_seen(struct check *c, uint32_t name)
{
	if (c->stamp[name] == c->now)
		return true;
	c->stamp[name] = c->now;
	return false;
}

const char *
check_dn_fault(struct check *c, uint32_t name)
{
	const char *fault;

	if (c->name_state[name] == 1)
		return NULL;
	fault = dn_fault(name_str(name), name_len(name));
	if (fault == NULL)
		c->name_state[name] = 1;
	return fault;
}

/* --- the work --- */

enum kind
check_kind(uint32_t class)
{
	switch (class) {
	case N_SaPlmDomain: return KIND_DOMAIN;
	case N_SaPlmHE: return KIND_HE;
	case N_SaPlmHEBaseType: return KIND_HE_TYPE;
	case N_SaPlmEE: return KIND_EE;
	case N_SaPlmEEType: return KIND_EE_TYPE;
	case N_SaPlmDependency: return KIND_DEPENDENCY;
	case N_OpenSafPlmVirtualMachineConfig: return KIND_VM_CONFIG;
	case N_OpenSafPlmVirtualMachineMonitorConfig: return KIND_VMM_CONFIG;
	case N_SaClmNode: return KIND_CLM_NODE;
	case N_SaAmfNode: return KIND_AMF_NODE;
	case N_SaAmfNodeGroup: return KIND_NODE_GROUP;
	case N_SaAmfSG: return KIND_SG;
	case N_SaAmfSU: return KIND_SU;
	case N_SaAmfSI: return KIND_SI;
	case N_SaAmfSIDependency: return KIND_SI_DEPENDENCY;
	case N_SaSmfSwBundle: return KIND_BUNDLE;
	default: return KIND_OTHER;
	}
}

static void
sort_by_kind(struct check *c)
{
	size_t at[KIND_COUNT], n = c->m->nobject, i;
	enum kind k;

	for (i = 0; i < n; i++) {
		c->kind[i] = (uint8_t)check_kind(c->m->object[i].class);
		c->start[c->kind[i] + 1]++;
	}
	for (k = 0; k < KIND_COUNT; k++) {
		c->start[k + 1] += c->start[k];
		at[k] = c->start[k];
	}
	for (i = 0; i < n; i++) {
		k = c->kind[i];
		c->rank[i] = (uint32_t)(at[k] - c->start[k]);
		c->of_kind[at[k]++] = (uint32_t)i;
	}
}

static void
begin(struct check *c, const struct model *m, struct diag *d)
{
	size_t n = m->nobject;

	*c = (struct check){ .m = m, .d = d, .nname = intern_count() };
	c->kind = mem_alloc(n, sizeof(*c->kind));
	c->failed = mem_alloc(n, sizeof(*c->failed));
	c->of_kind = mem_alloc(n, sizeof(*c->of_kind));
	c->rank = mem_alloc(n, sizeof(*c->rank));
	c->name_state = mem_alloc(c->nname, sizeof(*c->name_state));
	c->stamp = mem_alloc(c->nname, sizeof(*c->stamp));
	sort_by_kind(c);
}

static void
end(struct check *c)
{
	plm_free(c->plm);
	arena_free(&c->arena);
	free(c->kind);
	free(c->failed);
	free(c->of_kind);
	free(c->rank);
	free(c->name_state);
	free(c->stamp);
	free(c->fold);
	free(c->fold_slot);
}

static void
ask(struct check *c, enum check_id id, uint32_t o)
{
	if (!passed(c, o, c->row[id].needs) || !c->row[id].object(c, o))
		c->failed[o] |= UINT32_C(1) << id;
}

static void
ask_objects(struct check *c, enum check_id id)
{
	size_t i;
	enum kind k;

	if (c->row[id].classes == CHECK_ANY) {
		for (i = 0; i < c->m->nobject; i++)
			ask(c, id, (uint32_t)i);
		return;
	}
	for (k = 0; k < KIND_COUNT; k++)
		if ((c->row[id].classes >> k & 1) != 0)
			for (i = c->start[k]; i < c->start[k + 1]; i++)
				ask(c, id, c->of_kind[i]);
}

/* Definitions by class and attribute, the last ones asked for. */
enum { REMEMBERED = 1024 };
struct remembered {
	uint32_t class, attr;
	const struct class_def *class_def;
	const struct attr_def *attr_def;
};

static const struct remembered *
definition(const struct model *m, struct remembered *cache, uint32_t class,
    uint32_t attr)
{
	uint32_t hash = (class * UINT32_C(40503) + attr) * UINT32_C(0x9e3779b1);
	struct remembered *r = &cache[hash >> 16 & (REMEMBERED - 1)];

	if (r->class != class || r->attr != attr) {
		r->class = class;
		r->attr = attr;
		r->class_def = model_class(m, class);
		r->attr_def = class_attr(r->class_def, attr);
		if (r->attr_def == NULL && r->class_def != NULL)
			r->attr_def = class_attr(class_builtin(class), attr);
	}
	return r;
}

static void
ask_attr(struct check *c, enum check_id first, enum check_id last, uint32_t o,
    uint32_t a, const struct remembered *r)
{
	uint32_t failed = c->failed[o];
	enum check_id id;

	for (id = first; id <= last; id++) {
		if ((failed & c->row[id].needs) != 0 ||
		    !c->row[id].attr(c, o, a, r->class_def, r->attr_def))
			failed |= UINT32_C(1) << id;
	}
	c->failed[o] |= failed;
}

/* All checks of attributes together, in one walk over them; a failed check of
 * one attribute says nothing about the others. */
static void
ask_attrs(struct check *c, enum check_id first, enum check_id last)
{
	struct remembered cache[REMEMBERED] = { 0 };
	uint32_t o, a, before, found;

	for (o = 0; o < c->m->nobject; o++) {
		before = c->failed[o];
		found = 0;
		check_round(c);
		for (a = c->m->object[o].attr; a < c->m->object[o + 1].attr;
		    a++) {
			ask_attr(c, first, last, o, a, definition(c->m, cache,
			    c->m->object[o].class, c->m->attr[a].name));
			found |= c->failed[o];
			c->failed[o] = before;
		}
		c->failed[o] |= found;
	}
}

static void
ask_all(struct check *c)
{
	enum check_id id, last;

	for (id = 0; id < CHECK_COUNT; id++) {
		if (c->row[id].model != NULL) {
			c->row[id].model(c);
		} else if (c->row[id].object != NULL) {
			ask_objects(c, id);
		} else if (c->row[id].attr != NULL) {
			for (last = id; last + 1 < CHECK_COUNT &&
			    c->row[last + 1].attr != NULL;)
				last++;
			ask_attrs(c, id, last);
			id = last;
		}
	}
}

bool
check_run(const struct model *m, const struct check_how *how, struct diag *d)
{
	size_t errors = d->nerror;
	struct check c;

	begin(&c, m, d);
	c.row = how->rows;
	c.lint = how->lint;
	c.near = how->near;
	ask_all(&c);
	report_folded(&c);
	end(&c);
	return d->nerror == errors;
}

bool
model_is_right(const struct model *m, struct diag *d)
{
	const struct check_how how = { .rows = must };

	return check_run(m, &how, d);
}
