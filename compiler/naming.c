/*
 * What are the procedures called? By their kind and the value of the root's
 * RDN; procedures of one name get longer ones, with the values of the RDNs
 * above, and in the end a number.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "dn.h"
#include "naming.h"
#include "plan.h"

static const char *
kind_word(enum proc_kind k)
{
	static const char *const word[] = { "Add", "Add", "Modify", "Modify",
		"Morph", "Modify", "Remove", "Remove" };

	return word[k];
}

static uint32_t
root_dn(const struct plan *p, const struct proc *x)
{
	switch (x->kind) {
	case PROC_ADD:
	case PROC_MODIFY:
	case PROC_MORPH:
	case PROC_REMOVE:
		return p->f->v[x->root].dn;
	case PROC_MOVE:
		return p->f->t->object[x->root].dn;
	default:
		return p->sv->su[x->root].dn;
	}
}

/* The name with the values of the first n RDNs of dn. */
static uint32_t
proc_name(enum proc_kind kind, uint32_t dn, int n)
{
	const char *s = name_str(dn), *value;
	size_t len = name_len(dn), rdn, own;
	char *text = mem_alloc(len + 64, 1);
	uint32_t id;

	strcpy(text, "safSmfProc=");
	strcat(text, kind_word(kind));
	strcat(text, "UpgradeProcedureAt");
	for (; n > 0 && len > 0; n--) {
		rdn = dn_rdn_len(s, len);
		value = dn_value(s, rdn, &own);
		strncat(text, value, own);
		if (rdn == len)
			break;
		s += rdn + 1;
		len -= rdn + 1;
		if (n > 1)
			strcat(text, "-");
	}
	id = intern_str(text);
	free(text);
	return id;
}

struct naming {
	uint32_t name, index;
};

static int
by_name(const void *a, const void *b)
{
	const struct naming *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void
sort_by_name(const struct plan *p, struct naming *v)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		v[i] = (struct naming){ p->proc[i].name, (uint32_t)i };
	if (p->n > 0)
		qsort(v, p->n, sizeof(*v), by_name);
}

/* Gives all procedures that share a name longer ones; false if none does. */
static bool
lengthen(struct plan *p, struct naming *v, int depth)
{
	size_t i, k;
	bool clash = false;

	sort_by_name(p, v);
	for (i = 0; i < p->n; i = k) {
		for (k = i + 1; k < p->n && v[k].name == v[i].name;)
			k++;
		if (k - i == 1)
			continue;
		clash = true;
		for (; i < k; i++) {
			struct proc *x = &p->proc[v[i].index];

			x->name = proc_name(x->kind, root_dn(p, x), depth);
		}
	}
	return clash;
}

/* Numbers those that still share a name, from the second on. */
static void
number(struct plan *p, struct naming *v)
{
	size_t i, k = 1;

	sort_by_name(p, v);
	for (i = 1; i < p->n; i++) {
		struct buf b = { 0 };

		if (v[i].name != v[i - 1].name) {
			k = 1;
			continue;
		}
		buf_printf(&b, "%s-%zu", name_str(v[i].name), ++k);
		p->proc[v[i].index].name = intern_buf(&b);
	}
}

void
naming_run(struct plan *p)
{
	struct naming *v = mem_alloc(p->n, sizeof(*v));
	size_t i;
	int depth;

	for (i = 0; i < p->n; i++)
		p->proc[i].name = proc_name(p->proc[i].kind,
		    root_dn(p, &p->proc[i]), 1);
	for (depth = 2; depth < 8 && lengthen(p, v, depth); depth++)
		;
	number(p, v);
	free(v);
}
