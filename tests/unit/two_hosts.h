/* A cluster of two hosts, and orders for it. */
#ifndef CG_TEST_TWO_HOSTS_H
#define CG_TEST_TWO_HOSTS_H

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cluster.h"
#include "model_of.h"
#include "orders.h"

/* Two hosts h1 and h2 with a guest bound in the first; a machine v that can
 * stand on either; a unit on it. */
#define H1 "safEE=h1,safDomain=d"
#define H2 "safEE=h2,safDomain=d"
#define B "safEE=b,safEE=h1,safDomain=d"
#define V "safEE=v,safDomain=d"
#define LIST "safDependency=p," V
#define SU "safSu=1,safSg=g,safApp=x"
#define NODE "safAmfNode=n,safAmfCluster=c"

static const char *const two_hosts[] = {
	"SaPlmDomain safDomain=d",
	"SaSmfSwBundle safSmfBundle=H",
	"  saSmfBundleInstallOnlineCmdUri in",
	"  saSmfBundleInstallOfflineCmdUri in",
	"  saSmfBundleRemoveOnlineCmdUri out",
	"  saSmfBundleRemoveOfflineCmdUri out",
	"SaSmfSwBundle safSmfBundle=G",
	"  saSmfBundleInstallOnlineCmdUri in",
	"  saSmfBundleRemoveOnlineCmdUri out",
	"SaPlmEEType safVersion=1,safEEType=H",
	"  saPlmEetSwBundle safSmfBundle=H",
	"SaPlmEEType safVersion=1,safEEType=G",
	"  saPlmEetSwBundle safSmfBundle=G",
	"SaPlmEE " H1,
	"  saPlmEEType safVersion=1,safEEType=H",
	"SaPlmEE " H2,
	"  saPlmEEType safVersion=1,safEEType=H",
	"SaPlmEE " B,
	"  saPlmEEType safVersion=1,safEEType=G",
	"SaPlmEE " V,
	"  saPlmEEType safVersion=1,safEEType=G",
	"SaPlmDependency " LIST,
	"  saPlmDepNames " H1 " " H2,
	"  saPlmDepMinNumber 1",
	"SaClmNode safNode=n,safCluster=c",
	"  saClmNodeEE " V,
	"SaAmfNode " NODE,
	"  saAmfNodeClmNode safNode=n,safCluster=c",
	"SaAmfSU " SU,
	"  saAmfSUHostNodeOrNodeGroup " NODE,
	NULL
};

struct fixture {
	struct model *m;
	struct world *w;
	struct campaign *c;
	struct cluster *k;
	struct diag diag;
	char why[CLUSTER_WHY];
};

static inline int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->m = model_of(two_hosts);
	f->w = world_new(f->m);
	f->c = campaign_new();
	f->k = cluster_new(f->m);
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	cluster_free(f->k);
	world_free(f->w);
	campaign_free(f->c);
	model_free(f->m);
	diag_free(&f->diag);
	free(f);
	intern_clear();
	return 0;
}

static inline bool
give(struct fixture *f, enum verb verb, const char *entity, const char *on,
    const char *bundle)
{
	struct order o = { .verb = verb, .entity = intern_str(entity),
		.before = f->w };

	if (on != NULL)
		o.on = o.to = intern_str(on);
	if (bundle != NULL)
		o.bundle = intern_str(bundle);
	f->why[0] = '\0';
	return cluster_apply(f->k, f->w, &o, f->why);
}

static inline char *
saved(const struct cluster *k)
{
	struct buf b = { 0 };

	cluster_save(k, &b);
	buf_char(&b, '\0');
	return b.data;
}

#define OK(verb, entity) assert_true(give(f, VERB_##verb, entity, NULL, NULL))
#define OK_ON(verb, entity, on, bundle) \
	assert_true(give(f, VERB_##verb, entity, on, bundle))

/* Refused with such words, and nothing has changed. */
static inline void
refused(struct fixture *f, enum verb verb, const char *entity, const char *on,
    const char *bundle, const char *words)
{
	char *before = saved(f->k), *after;

	assert_false(give(f, verb, entity, on, bundle));
	if (strstr(f->why, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", f->why, words);
	assert_non_null(strstr(f->why, entity));
	after = saved(f->k);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

#define NO(verb, entity, words) \
	refused(f, VERB_##verb, entity, NULL, NULL, words)
#define NO_ON(verb, entity, on, bundle, words) \
	refused(f, VERB_##verb, entity, on, bundle, words)

static inline void
touch(void *arg, uint32_t dn)
{
	struct order *o = arg;

	((uint32_t *)o->touched)[o->ntouched++] = dn;
}

/* One change of the model, as an order. */
static inline bool
change(struct fixture *f, struct ccb_op op, bool online)
{
	struct action a = { .kind = ACTION_CCB, .nop = 1, .op = &op };
	uint32_t touched[8];
	size_t mark = world_mark(f->w);
	struct order o = { .verb = VERB_MODIFY_IM, .before = f->w,
		.after = f->w, .touched = touched, .online = online };
	bool ok;

	assert_true(apply_ccb(f->w, f->c, &a, &f->diag));
	world_each_since(f->w, mark, touch, &o);
	ok = cluster_apply(f->k, f->w, &o, f->why);
	if (!ok)
		world_revert(f->w, mark);
	return ok;
}

static inline struct ccb_op
set(struct fixture *f, const char *dn, const char *name, const char *v1,
    const char *v2)
{
	struct cattr *a = arena_array(&f->c->arena, 1, sizeof(*a));
	uint32_t *v = arena_array(&f->c->arena, 2, sizeof(*v));

	v[0] = intern_str(v1);
	if (v2 != NULL)
		v[1] = intern_str(v2);
	*a = (struct cattr){ intern_str(name), TYPE_STRING, v2 == NULL ? 1 : 2,
		v };
	return (struct ccb_op){ .kind = CCB_MODIFY, .op = MODIFY_REPLACE,
		.dn = intern_str(dn), .nattr = 1, .attr = a };
}

static inline uint32_t
host(const struct fixture *f)
{
	return cluster_host(f->k, intern_str(V));
}

static inline bool
serves(const struct fixture *f, const char *dn)
{
	return cluster_in_service(f->k, f->w, intern_str(dn));
}

static inline void
count(void *n, uint32_t dn)
{
	(void)dn;
	++*(size_t *)n;
}

static inline size_t
guests(const struct fixture *f, const char *vmm)
{
	size_t n = 0;

	cluster_each_guest(f->k, intern_str(vmm), count, &n);
	return n;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
