/*
 * Would a configuration change be accepted? Each CCB is gone through in order
 * with a note for each object it touches. Names are only counted where a
 * stock manager would not take them: one finding tells of all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "campaign_check.h"
#include "diag.h"
#include "dn.h"

/* What a CCB has done to an object so far. */
enum { CREATED = 1, DELETED = 2, MODIFIED = 4, CHILD_CREATED = 8 };

static bool
is_stock_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("_.\\=-", c));
}

/* The standard's schema splits at every comma, escaped or not. */
static bool
is_stock_name(const char *s, size_t n)
{
	bool equals = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] == ',' && !equals)
			return false;
		if (s[i] == ',')
			equals = false;
		else if (!is_stock_char(s[i]))
			return false;
		equals = equals || s[i] == '=';
	}
	return equals;
}

void
check_dn(struct check *k, uint32_t dn, uint32_t pos)
{
	uint32_t *asked;

	if (dn == NAME_NONE)
		return;
	asked = idmap_at(&k->asked, dn);
	if (*asked != 0)
		return;
	*asked = 1;
	if (is_stock_name(name_str(dn), name_len(dn)))
		return;
	if (k->nstrange++ == 0) {
		k->strange = dn;
		k->strange_pos = pos;
	}
}

void
check_end(struct check *k)
{
	if (k->nstrange == 1)
		diag_report(k->diag, DIAG_STOCK_DN,
		    campaign_place(k->campaign, k->strange_pos), k->strange,
		    "a stock SMF does not take the name \"%.100s\"",
		    name_str(k->strange));
	else if (k->nstrange > 1)
		diag_report(k->diag, DIAG_STOCK_DN,
		    campaign_place(k->campaign, k->strange_pos), k->strange,
		    "a stock SMF does not take %zu of the names, the first is "
		    "\"%.100s\"", k->nstrange, name_str(k->strange));
	idmap_free(&k->asked);
	idmap_free(&k->touched);
}

void
check_envs(struct check *k, const struct plm_env *v, size_t n, uint32_t pos)
{
	size_t i;

	for (i = 0; i < n; i++) {
		check_dn(k, v[i].ee, pos);
		check_dn(k, v[i].clm_node, pos);
		check_dn(k, v[i].amf_node, pos);
		if (v[i].ee == NAME_NONE && v[i].clm_node == NAME_NONE &&
		    v[i].amf_node == NAME_NONE)
			diag_report(k->diag, DIAG_ENV_NAMES_NOTHING,
			    campaign_place(k->campaign, pos), NAME_NONE,
			    "plmExecEnv names nothing");
	}
}

/* A whole number; unsigned types take what the configuration service takes:
 * a minus sign wraps. */
static bool
is_number(const char *s, int64_t least, uint64_t most)
{
	char *end;
	int64_t n;
	uint64_t u;

	if (*s == '\0' || strchr(" \t\n\r", *s) != NULL)
		return *s == '\0'; /* empty is 0 */
	errno = 0;
	if (*s == '-') {
		n = strtoll(s, &end, 0);
		return errno == 0 && *end == '\0' && n >= least;
	}
	u = strtoull(s, &end, 0);
	return errno == 0 && *end == '\0' && u <= most;
}

static bool
is_of_type(enum value_type type, uint32_t value)
{
	const char *s = name_str(value);

	switch (type) {
	case TYPE_INT32:
		return is_number(s, INT32_MIN, INT32_MAX);
	case TYPE_UINT32:
		return is_number(s, INT32_MIN, UINT32_MAX);
	case TYPE_INT64:
	case TYPE_TIME:
		return is_number(s, INT64_MIN, INT64_MAX);
	case TYPE_UINT64:
		return is_number(s, INT64_MIN, UINT64_MAX);
	case TYPE_NAME:
		return value == NAME_EMPTY ||
		    dn_fault(s, name_len(value)) == NULL;
	default:
		return true;
	}
}

void
check_values(struct check *k, const struct cattr *a, size_t n, uint32_t pos)
{
	size_t i;
	uint32_t j;

	for (i = 0; i < n; i++)
		for (j = 0; j < a[i].nvalue; j++)
			if (!is_of_type(a[i].type, a[i].value[j]))
				diag_report(k->diag, DIAG_VALUE_NOT_OF_TYPE,
				    campaign_place(k->campaign, pos),
				    NAME_NONE,
				    "\"%.100s\" of \"%s\" is no %s",
				    name_str(a[i].value[j]),
				    name_str(a[i].name),
				    type_imm_name(a[i].type));
}

static uint32_t
deeds(struct check *k, uint32_t dn)
{
	return idmap_get(&k->touched, dn);
}

static void
conflict(struct check *k, const struct ccb_op *op, const char *deed)
{
	diag_report(k->diag, DIAG_CCB_CONFLICT,
	    campaign_place(k->campaign, op->pos), op->dn,
	    "\"%s\" is %s, but this CCB changes it already",
	    name_str(op->dn), deed);
}

static void
check_create(struct check *k, const struct ccb_op *op)
{
	uint32_t parent = dn_parent_known(op->dn), done = deeds(k, op->dn);

	if (done & (CREATED | DELETED | MODIFIED))
		conflict(k, op, "created");
	else if (done & CHILD_CREATED)
		diag_report(k->diag, DIAG_CCB_ORDER,
		    campaign_place(k->campaign, op->pos), op->dn,
		    "\"%s\" is created after a child of it",
		    name_str(op->dn));
	*idmap_at(&k->touched, op->dn) |= CREATED;
	if (parent == NAME_NONE)
		return;
	if (deeds(k, parent) & DELETED)
		diag_report(k->diag, DIAG_CCB_ORDER,
		    campaign_place(k->campaign, op->pos), op->dn,
		    "\"%s\" is created after its parent is deleted",
		    name_str(op->dn));
	*idmap_at(&k->touched, parent) |= CHILD_CREATED;
}

static void
check_delete(struct check *k, const struct ccb_op *op)
{
	uint32_t parent = dn_parent_known(op->dn);

	if (deeds(k, op->dn) & (CREATED | DELETED | MODIFIED))
		conflict(k, op, "deleted");
	else if (parent != NAME_NONE && (deeds(k, parent) & DELETED))
		diag_report(k->diag, DIAG_CCB_ORDER,
		    campaign_place(k->campaign, op->pos), op->dn,
		    "\"%s\" is deleted after its parent", name_str(op->dn));
	*idmap_at(&k->touched, op->dn) |= DELETED;
}

static bool
names_object(uint32_t attr, uint32_t dn)
{
	const char *s = name_str(dn);
	size_t n = dn_attr_len(s, name_len(dn));

	return n > 0 && n == name_len(attr) &&
	    memcmp(s, name_str(attr), n) == 0;
}

static void
check_modify(struct check *k, const struct ccb_op *op)
{
	uint32_t i;

	if (deeds(k, op->dn) & (CREATED | DELETED))
		conflict(k, op, "modified");
	*idmap_at(&k->touched, op->dn) |= MODIFIED;
	for (i = 0; i < op->nattr; i++)
		if (names_object(op->attr[i].name, op->dn))
			diag_report(k->diag, DIAG_MODIFY_RDN,
			    campaign_place(k->campaign, op->pos), op->dn,
			    "\"%s\" is the name of \"%s\"",
			    name_str(op->attr[i].name), name_str(op->dn));
}

static void
check_op(struct check *k, const struct ccb_op *op)
{
	if (op->dn == NAME_NONE)
		return;
	check_dn(k, op->dn, op->pos);
	check_values(k, op->attr, op->nattr, op->pos);
	switch (op->kind) {
	case CCB_CREATE:
		check_create(k, op);
		break;
	case CCB_DELETE:
		check_delete(k, op);
		break;
	case CCB_MODIFY:
		check_modify(k, op);
		break;
	}
}

struct use { /* of an attribute by a modify */
	uint32_t dn, attr, pos;
};

static int
by_use(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	if (x->dn != y->dn)
		return x->dn < y->dn ? -1 : 1;
	if (x->attr != y->attr)
		return x->attr < y->attr ? -1 : 1;
	return x->pos < y->pos ? -1 : x->pos > y->pos;
}

static void
check_attributes(struct check *k, const struct action *a)
{
	struct use *use = NULL;
	size_t n = 0, cap = 0, i;
	uint32_t j;

	for (i = 0; i < a->nop; i++)
		for (j = 0; a->op[i].kind == CCB_MODIFY &&
		    j < a->op[i].nattr; j++) {
			use = mem_grow(use, n, &cap, sizeof(*use));
			use[n++] = (struct use){ a->op[i].dn,
				a->op[i].attr[j].name, a->op[i].pos };
		}
	if (n > 1)
		qsort(use, n, sizeof(*use), by_use);
	for (i = 1; i < n; i++)
		if (use[i].dn == use[i - 1].dn &&
		    use[i].attr == use[i - 1].attr)
			diag_report(k->diag, DIAG_CCB_SAME_ATTRIBUTE,
			    campaign_place(k->campaign, use[i].pos),
			    use[i].dn, "\"%s\" of \"%s\" is modified twice",
			    name_str(use[i].attr), name_str(use[i].dn));
	free(use);
}

static void
check_operation(struct check *k, const struct admin_op *op, uint32_t pos)
{
	static const char *const known[] = { "UNLOCK", "LOCK",
		"LOCK_INSTANTIATION", "UNLOCK_INSTANTIATION", "SHUTDOWN",
		"RESTART", "SI_SWAP", "SG_ADJUST", "REPAIRED", "EAM_START",
		"EAM_STOP" };
	static const char prefix[] = "SA_AMF_ADMIN_", own[] = "CG_PLM_ADMIN_";
	const char *s = name_str(op->operation);
	size_t i;

	if (op->operation == NAME_NONE && op->dn == NAME_NONE)
		return; /* an undo that does nothing */
	check_dn(k, op->dn, pos);
	if (strncmp(s, own, sizeof(own) - 1) == 0)
		return; /* of campaign(5): no manager takes these campaigns */
	if (strncmp(s, prefix, sizeof(prefix) - 1) == 0)
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (strcmp(s + sizeof(prefix) - 1, known[i]) == 0)
				return;
	diag_report(k->diag, DIAG_STOCK_OPERATION,
	    campaign_place(k->campaign, pos), op->dn,
	    "a stock SMF does not know the operation \"%.100s\"", s);
}

static void
check_ccb(struct check *k, const struct action *a)
{
	size_t i;

	idmap_free(&k->touched);
	for (i = 0; i < a->nop; i++)
		check_op(k, &a->op[i]);
	check_attributes(k, a);
}

void
check_actions(struct check *k, const struct action_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct action *a = &l->v[i];

		if (a->kind == ACTION_CCB)
			check_ccb(k, a);
		if (a->kind == ACTION_CLI)
			check_envs(k, a->env, a->nenv, a->pos);
		if (a->kind == ACTION_ADMIN) {
			check_operation(k, &a->forward, a->pos);
			check_operation(k, &a->undo, a->pos);
		}
	}
}

void
check_step_changes(struct check *k, const struct procedure *p)
{
	size_t i, j;

	idmap_free(&k->touched);
	for (i = 0; i < p->nstep; i++) {
		const struct entity_list *l = &p->step[i].deactivation.removed;

		for (j = 0; j < l->nname; j++) {
			struct ccb_op op = { .kind = CCB_DELETE,
				.dn = l->name[j], .pos = l->pos == NULL ?
				p->step[i].pos : l->pos[j] };

			check_op(k, &op);
		}
	}
	idmap_free(&k->touched);
	for (i = p->nstep; i-- > 0;)
		for (j = 0; j < p->step[i].activation.nadded; j++)
			check_op(k, &p->step[i].activation.added[j]);
}
