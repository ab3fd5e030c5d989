/*
 * How is a model change written down? One VALUES_REPLACE with the whole list
 * for an attribute that keeps or gains a value, VALUES_DELETE of all its
 * values only where it vanishes.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "emit_build.h"

void *
emit_copy(struct emitter *e, const void *v, size_t n, size_t size)
{
	void *p = arena_array(&e->c->arena, n, size);

	if (n > 0)
		memcpy(p, v, n * size);
	return p;
}

struct action *
emit_action(struct emitter *e, struct action_list *list)
{
	struct action *v = arena_array(&e->c->arena, list->n + 1, sizeof(*v));

	if (list->n > 0)
		memcpy(v, list->v, list->n * sizeof(*v));
	list->v = v;
	return &v[list->n++];
}

void
emit_ccb(struct emitter *e, struct action_list *list, struct ops *ops)
{
	struct action *a;

	if (ops->n > 0) {
		a = emit_action(e, list);
		a->kind = ACTION_CCB;
		a->nop = ops->n;
		a->op = emit_copy(e, ops->v, ops->n, sizeof(*ops->v));
	}
	free(ops->v);
	*ops = (struct ops){ 0 };
}

void
emit_put(struct ops *ops, struct ccb_op op)
{
	ops->v = mem_grow(ops->v, ops->n, &ops->cap, sizeof(*ops->v));
	ops->v[ops->n++] = op;
}

uint32_t
emit_number(uint64_t n)
{
	char text[24];
	size_t i = sizeof(text);

	do {
		text[--i] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	return intern(text + i, sizeof(text) - i);
}

struct callback
emit_callback(struct buf *label, uint32_t string)
{
	return (struct callback){ .label = intern_buf(label),
		.string = string, .time = -1, .at = NAME_NONE,
		.on = NAME_NONE };
}

static enum value_type
type_of(const struct emitter *e, uint32_t class, uint32_t attr)
{
	const struct class_def *c = model_class(e->t, class);

	if (c == NULL)
		c = model_class(e->s, class);
	if (class_attr(c, attr) == NULL)
		return TYPE_STRING;
	return (enum value_type)class_attr(c, attr)->type;
}

/* The values that may be written in a slot. */
static const uint32_t *
ready_values(struct emitter *e, const uint32_t *v, size_t n, uint32_t slot,
    uint32_t *count)
{
	uint32_t *r;
	size_t i;

	*count = 0;
	for (i = 0; i < n; i++)
		*count += place_value_ready(e->w, v[i], slot);
	if (*count == n)
		return v; /* the models outlive the campaign */
	r = arena_array(&e->c->arena, *count, sizeof(*r));
	*count = 0;
	for (i = 0; i < n; i++)
		if (place_value_ready(e->w, v[i], slot))
			r[(*count)++] = v[i];
	return r;
}

static struct cattr
one_attr(struct emitter *e, uint32_t class, uint32_t attr, const uint32_t *v,
    size_t n)
{
	return (struct cattr){ .name = attr, .type = type_of(e, class, attr),
		.nvalue = (uint32_t)n, .value = v };
}

/* By name: the order in the input is nobody's wish. */
static void
sort_attrs(struct cattr *v, uint32_t n)
{
	uint32_t i, k;

	for (i = 1; i < n; i++) {
		struct cattr x = v[i];

		for (k = i; k > 0 && strcmp(name_str(v[k - 1].name),
		    name_str(x.name)) > 0; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

static void
sort_mods(struct modification *v, size_t n)
{
	size_t i, k;

	for (i = 1; i < n; i++) {
		struct modification x = v[i];

		for (k = i; k > 0 && strcmp(name_str(v[k - 1].attr->name),
		    name_str(x.attr->name)) > 0; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

struct ccb_op
emit_create(struct emitter *e, uint32_t o, uint32_t slot)
{
	const struct object *x = &e->t->object[o];
	uint32_t a, n = e->t->object[o + 1].attr - x->attr;
	struct ccb_op op = { .kind = CCB_CREATE, .dn = x->dn,
		.class = x->class };

	op.attr = arena_array(&e->c->arena, n, sizeof(*op.attr));
	for (a = x->attr; a < e->t->object[o + 1].attr; a++) {
		size_t nv;
		const uint32_t *v = attr_values(e->t, a, &nv);
		struct cattr *c = &op.attr[op.nattr];
		uint32_t count;

		if (e->t->attr[a].name == N_saAmfSUHostedByNode)
			continue;
		*c = one_attr(e, x->class, e->t->attr[a].name, v, nv);
		c->value = ready_values(e, v, nv, slot, &count);
		c->nvalue = count;
		if (count > 0 || nv == 0)
			op.nattr++;
	}
	sort_attrs(op.attr, op.nattr);
	return op;
}

struct ccb_op
emit_delete(uint32_t dn)
{
	return (struct ccb_op){ .kind = CCB_DELETE, .dn = dn };
}

void
emit_modify(struct emitter *e, struct ops *ops, uint32_t dn, uint32_t class,
    uint32_t attr, const uint32_t *v, size_t n, const uint32_t *old,
    size_t nold, const char *reason)
{
	struct ccb_op op = { .kind = CCB_MODIFY, .dn = dn, .class = class,
		.op = n > 0 ? MODIFY_REPLACE : MODIFY_DELETE, .nattr = 1 };

	if (n == 0 && nold == 0)
		return;
	op.attr = arena_alloc(&e->c->arena, sizeof(*op.attr));
	op.attr[0] = n > 0 ? one_attr(e, class, attr, v, n) :
	    one_attr(e, class, attr, old, nold);
	if (reason != NULL)
		op.reason = intern_str(reason);
	emit_put(ops, op);
}

/* What is left of an attribute's values when it vanishes. */
static const uint32_t *
left_values(struct emitter *e, const uint32_t *v, size_t n, uint32_t slot,
    size_t *count)
{
	uint32_t *r = arena_array(&e->c->arena, n, sizeof(*r));
	size_t i;

	*count = 0;
	for (i = 0; i < n; i++)
		if (!place_value_gone(e->w, v[i], slot))
			r[(*count)++] = v[i];
	return r;
}

static void
add_change(struct emitter *e, uint32_t class, uint32_t attr, const uint32_t *v,
    size_t n, const uint32_t *old, size_t nold, struct modification **mod,
    size_t *nmod, size_t *cap)
{
	struct modification *m;

	*mod = mem_grow(*mod, *nmod, cap, sizeof(**mod));
	m = &(*mod)[(*nmod)++];
	*m = (struct modification){ .op = n > 0 ? MODIFY_REPLACE :
		MODIFY_DELETE, .nattr = 1 };
	m->attr = arena_alloc(&e->c->arena, sizeof(*m->attr));
	m->attr[0] = n > 0 ? one_attr(e, class, attr, v, n) :
	    one_attr(e, class, attr, old, nold);
}

static bool
is_list_attr(uint32_t name)
{
	return name == N_saPlmDepNames || name == N_saPlmDepMinNumber;
}

void
emit_changes(struct emitter *e, const struct delta *d, uint32_t slot,
    struct modification **v, size_t *n, size_t *cap, bool skip_lists)
{
	const struct model *s = e->s, *t = e->t;
	uint32_t class = t->object[d->t].class, a, name, count;
	size_t nv, nold, first = *n;

	for (a = t->object[d->t].attr; a < t->object[d->t + 1].attr; a++) {
		uint32_t b;
		const uint32_t *value, *old = NULL;

		name = t->attr[a].name;
		if (name == N_saAmfSUHostedByNode ||
		    (skip_lists && is_list_attr(name)) ||
		    !diff_attr_differs(s, d->s, t, d->t, name))
			continue;
		value = attr_values(t, a, &nv);
		value = ready_values(e, value, nv, slot, &count);
		b = model_attr(s, d->s, name);
		nold = 0;
		if (b != NONE)
			old = attr_values(s, b, &nold);
		if (count > 0 || nv == 0)
			add_change(e, class, name, value, count, old, nold, v,
			    n, cap);
	}
	for (a = s->object[d->s].attr; a < s->object[d->s + 1].attr; a++) {
		const uint32_t *old;

		name = s->attr[a].name;
		if (name == N_saAmfSUHostedByNode ||
		    model_attr(t, d->t, name) != NONE ||
		    (skip_lists && is_list_attr(name)))
			continue;
		old = attr_values(s, a, &nold);
		old = left_values(e, old, nold, slot, &nold);
		if (nold > 0)
			add_change(e, class, name, NULL, 0, old, nold, v, n,
			    cap);
	}
	sort_mods(*v + first, *n - first);
}
