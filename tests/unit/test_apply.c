/* T4, T14: the meaning of a campaign's model changes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "buf.h"
#include "diag.h"
#include "dn.h"
#include "model_of.h"

static const char *const small[] = {
	"SaPlmDomain safDomain=d",
	"SaPlmEEType safVersion=1,safEEType=T",
	"SaPlmEEType safVersion=2,safEEType=T",
	"SaPlmEE safEE=h,safDomain=d",
	"  saPlmEEType safVersion=1,safEEType=T",
	"SaPlmEE safEE=v,safEE=h,safDomain=d",
	"  saPlmEEType safVersion=1,safEEType=T",
	"  saPlmEEInstantiateTimeout 5",
	"SaPlmDependency safDependency=p,safEE=v,safEE=h,safDomain=d",
	"  saPlmDepNames safEE=a safEE=b",
	"SaClmNode safNode=n,safCluster=c",
	"  saClmNodeEE safEE=v,safEE=h,safDomain=d",
	"SaAmfNode safAmfNode=n,safAmfCluster=c",
	"  saAmfNodeClmNode safNode=n,safCluster=c",
	"SaAmfSU safSu=1,safSg=g,safApp=x",
	"  saAmfSUType t1",
	"  saAmfSUHostNodeOrNodeGroup safAmfNode=n,safAmfCluster=c",
	"SaAmfComp safComp=c,safSu=1,safSg=g,safApp=x",
	"  saAmfCompType ct1",
	"SaAmfSU safSu=2,safSg=g,safApp=x",
	"  saAmfSUType t1",
	"  saAmfSUHostedByNode safAmfNode=elsewhere,safAmfCluster=c",
	NULL
};

struct fixture {
	struct model *model;
	struct world *world;
	struct campaign *campaign;
	struct diag diag;
};

static int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->model = model_of(small);
	f->world = world_new(f->model);
	f->campaign = campaign_new();
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	world_free(f->world);
	campaign_free(f->campaign);
	model_free(f->model);
	diag_free(&f->diag);
	free(f);
	intern_clear();
	return 0;
}

static struct cattr *
attr(struct fixture *f, const char *name, size_t n, const char *const *value)
{
	struct cattr *a = arena_array(&f->campaign->arena, 1, sizeof(*a));
	uint32_t *v = arena_array(&f->campaign->arena, n, sizeof(*v));
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = intern_str(value[i]);
	*a = (struct cattr){ intern_str(name), TYPE_STRING, (uint32_t)n, v };
	return a;
}

static bool
run(struct fixture *f, struct ccb_op op)
{
	struct action a = { .kind = ACTION_CCB, .nop = 1, .op = &op };

	return apply_ccb(f->world, f->campaign, &a, &f->diag);
}

static const char *
values(struct fixture *f, const char *dn, const char *name)
{
	static char text[256];
	size_t n, i;
	const uint32_t *v = world_values(f->world, intern_str(dn),
	    intern_str(name), &n);

	text[0] = '\0';
	for (i = 0; i < n; i++) {
		strcat(text, i > 0 ? " " : "");
		strcat(text, name_str(v[i]));
	}
	return text;
}

#define V "safEE=v,safEE=h,safDomain=d"
#define P "safDependency=p," V

static void
modifies(void **state)
{
	struct fixture *f = *state;
	struct ccb_op op = { .kind = CCB_MODIFY, .dn = intern_str(P),
		.nattr = 1, .op = MODIFY_ADD };

	op.attr = attr(f, "saPlmDepNames", 2,
	    (const char *[]){ "safEE=c", "safEE=a" });
	assert_true(run(f, op));
	assert_string_equal(values(f, P, "saPlmDepNames"),
	    "safEE=a safEE=b safEE=c safEE=a");
	op.op = MODIFY_DELETE;
	op.attr = attr(f, "saPlmDepNames", 1, (const char *[]){ "safEE=a" });
	assert_true(run(f, op));
	assert_string_equal(values(f, P, "saPlmDepNames"), "safEE=b safEE=c");
	op.op = MODIFY_REPLACE;
	op.attr = attr(f, "saPlmDepMinNumber", 1, (const char *[]){ "1" });
	assert_true(run(f, op));
	assert_string_equal(values(f, P, "saPlmDepMinNumber"), "1");
	assert_string_equal(values(f, P, "saPlmDepNames"), "safEE=b safEE=c");
	op.op = MODIFY_DELETE;
	assert_true(run(f, op));
	assert_string_equal(values(f, P, "saPlmDepMinNumber"), "");
	op.dn = intern_str("safEE=none");
	assert_false(run(f, op));
	assert_int_equal(f->diag.nerror, 1);
	assert_int_equal(f->diag.item[0].code, DIAG_CANNOT_MODIFY);
}

static void
creates_and_deletes(void **state)
{
	struct fixture *f = *state;
	struct ccb_op op = { .kind = CCB_CREATE, .dn = intern_str(V),
		.class = N_SaPlmEE };

	assert_false(run(f, op)); /* exists */
	op.kind = CCB_DELETE;
	assert_false(run(f, op)); /* has a child */
	op.dn = intern_str(P);
	assert_true(run(f, op));
	assert_false(run(f, op)); /* is gone */
	op.dn = intern_str(V);
	assert_true(run(f, op));
	assert_false(world_exists(f->world, op.dn));
	op.kind = CCB_CREATE;
	op.dn = intern_str(P);
	assert_false(run(f, op)); /* its parent is gone */
	op.dn = intern_str(V);
	assert_true(run(f, op));
	assert_string_equal(values(f, V, "saPlmEEInstantiateTimeout"), "");
	op.dn = intern_str(P);
	assert_true(run(f, op));
	assert_int_equal(f->diag.nerror, 4);
	assert_int_equal(f->diag.item[1].code, DIAG_CANNOT_DELETE);
	assert_int_equal(f->diag.item[2].code, DIAG_CANNOT_DELETE);
	assert_int_equal(f->diag.item[3].code, DIAG_CANNOT_CREATE);
}

static void
parents_outside(void **state)
{
	struct fixture *f = *state;
	struct ccb_op op = { .kind = CCB_CREATE, .class = N_SaAmfSG,
		.dn = intern_str("safSg=1,safApp=out") };

	assert_true(run(f, op));
	op.dn = intern_str("safSg=2,safApp=out");
	assert_true(run(f, op));
	assert_int_equal(f->diag.nwarning, 1);
	assert_int_equal(f->diag.item[0].code, DIAG_PARENT_OUTSIDE);
	op.dn = intern_str("safApp=out"); /* too late */
	assert_false(run(f, op));
}

static struct modification
new_type(struct fixture *f, const char *name, const char *value)
{
	return (struct modification){ .op = MODIFY_REPLACE, .nattr = 1,
		.attr = attr(f, name, 1, &value) };
}

static void
selects_by_current_type(void **state)
{
	struct fixture *f = *state;
	struct modification m[] = {
		new_type(f, "saPlmEEType", "safVersion=2,safEEType=T"),
		new_type(f, "saAmfSUType", "t2"),
		new_type(f, "saAmfCompType", "ct2"),
		new_type(f, "note", "1"),
		new_type(f, "note", "2"),
	};
	struct target_template t[] = {
		{ NAME_NONE, intern_str("safVersion=1,safEEType=T"), 1, &m[0] },
		{ NAME_NONE, intern_str("t1"), 1, &m[1] },
		{ intern_str("safApp=x"), intern_str("ct1"), 1, &m[2] },
		/* still the old type: the unit began with it */
		{ NAME_NONE, intern_str("safVersion=1,safEEType=T"), 1, &m[3] },
		{ intern_str("safDomain=d"), NAME_NONE, 1, &m[4] },
	};
	uint32_t ee = intern_str(V);
	struct step s = { .scope = SCOPE_MODIFY, .template = t,
		.ntemplate = 5, .activation.acted_on = { 1, &ee, NULL, 0, 0 } };
	struct procedure p = { .nstep = 1, .step = &s };

	assert_true(apply_step(f->world, f->campaign, &p, &f->diag));
	assert_string_equal(values(f, V, "saPlmEEType"),
	    "safVersion=2,safEEType=T");
	assert_string_equal(values(f, "safEE=h,safDomain=d", "saPlmEEType"),
	    "safVersion=1,safEEType=T");
	assert_string_equal(values(f, "safSu=1,safSg=g,safApp=x",
	    "saAmfSUType"), "t2");
	assert_string_equal(values(f, "safSu=2,safSg=g,safApp=x",
	    "saAmfSUType"), "t1");
	assert_string_equal(values(f, "safComp=c,safSu=1,safSg=g,safApp=x",
	    "saAmfCompType"), "ct2");
	assert_string_equal(values(f, V, "note"), "1");
	assert_string_equal(values(f, "safDomain=d", "note"), "2");
	assert_int_equal(f->diag.nitem, 0);

	assert_true(apply_step(f->world, f->campaign, &p, &f->diag));
	assert_int_equal(f->diag.nwarning, 4); /* nobody is of the old types */
	assert_int_equal(f->diag.item[0].code, DIAG_TEMPLATE_MEANS_NONE);
}

static void
rolls_over_all_nodes(void **state)
{
	struct fixture *f = *state;
	struct modification m = new_type(f, "saAmfCompType", "ct2");
	struct target_template t = { NAME_NONE, intern_str("t1"), 1, &m };
	struct step s = { .scope = SCOPE_TEMPLATE, .template = &t,
		.ntemplate = 1, .node_template = intern_str("safAmfCluster=c") };
	struct procedure p = { .method = METHOD_ROLLING, .nstep = 1,
		.step = &s };

	m.rdn = intern_str("safComp=c");
	assert_true(apply_step(f->world, f->campaign, &p, &f->diag));
	assert_string_equal(values(f, "safComp=c,safSu=1,safSg=g,safApp=x",
	    "saAmfCompType"), "ct2");
}

static void
orders_the_changes_of_a_unit(void **state)
{
	struct fixture *f = *state;
	uint32_t gone[] = { intern_str(P), intern_str(V) };
	struct ccb_op host = { .kind = CCB_CREATE, .class = N_SaPlmEE,
		.dn = intern_str("safEE=new,safDomain=d") };
	struct ccb_op vm = { .kind = CCB_CREATE, .class = N_SaPlmEE,
		.dn = intern_str("safEE=vm,safEE=new,safDomain=d") };
	struct ccb_op again = { .kind = CCB_CREATE, .class = N_SaPlmEE,
		.dn = gone[1] };
	struct ccb_op outer[] = { vm, again };
	struct step s[] = {
		{ .scope = SCOPE_ADD_REMOVE, .activation = { .nadded = 2,
		    .added = outer } },
		{ .scope = SCOPE_ADD_REMOVE, .activation = { .nadded = 1,
		    .added = &host },
		    .deactivation.removed = { .nname = 2, .name = gone } },
	};
	struct procedure p = { .nstep = 2, .step = s };

	assert_true(apply_step(f->world, f->campaign, &p, &f->diag));
	assert_int_equal(f->diag.nitem, 0);
	assert_true(world_exists(f->world, vm.dn));
	assert_false(world_exists(f->world, gone[0]));
	assert_true(world_exists(f->world, gone[1]));
}

static void
compares(void **state)
{
	struct fixture *f = *state;
	struct model *same = model_of(small), *out;
	struct ccb_op op = { .kind = CCB_MODIFY, .dn = intern_str(P),
		.nattr = 1, .op = MODIFY_REPLACE };
	uint32_t dn;
	const char *why;

	assert_true(world_equals(f->world, same, &dn, &why));
	op.attr = attr(f, "saPlmDepNames", 2,
	    (const char *[]){ "safEE=b", "safEE=a" });
	assert_true(run(f, op));
	assert_true(world_equals(f->world, same, &dn, &why)); /* multiset */
	op.attr = attr(f, "saPlmDepNames", 2,
	    (const char *[]){ "safEE=b", "safEE=b" });
	assert_true(run(f, op));
	assert_false(world_equals(f->world, same, &dn, &why));
	assert_int_equal(dn, op.dn);
	assert_string_equal(why, "saPlmDepNames");
	op = (struct ccb_op){ .kind = CCB_CREATE, .class = N_SaPlmHE,
		.dn = intern_str("safA=first") };
	assert_true(run(f, op));
	assert_false(world_equals(f->world, same, &dn, &why));
	assert_int_equal(dn, op.dn);
	out = world_export(f->world);
	assert_true(world_equals(f->world, out, &dn, &why));
	assert_int_equal(out->nobject, same->nobject + 1);
	model_free(out);
	model_free(same);
}

static void
adds_bundles(void **state)
{
	struct fixture *f = *state;
	struct campaign *c = f->campaign;
	struct bundle_ref gone = { .bundle = intern_str("safSmfBundle=B") };

	c->bundle = arena_array(&c->arena, 1, sizeof(*c->bundle));
	c->nbundle = 1;
	c->bundle[0].name = gone.bundle;
	c->bundle[0].install_online = intern_str("in");
	c->bundle[0].timeout = intern_str("7");
	assert_true(apply_add_to_imm(f->world, c, &f->diag));
	assert_int_equal(world_class(f->world, gone.bundle), N_SaSmfSwBundle);
	assert_string_equal(values(f, "safSmfBundle=B",
	    "saSmfBundleInstallOnlineCmdUri"), "in");
	assert_string_equal(values(f, "safSmfBundle=B",
	    "saSmfBundleDefaultCmdTimeout"), "7");
	c->nremove_bundle = 1;
	c->remove_bundle = &gone;
	assert_true(apply_remove_from_imm(f->world, c, &f->diag));
	assert_false(world_exists(f->world, gone.bundle));
}

/* Everything there is to see of a world, as text. */
static char *
seen(struct fixture *f)
{
	struct model *m = world_export(f->world);
	struct buf b = { 0 };

	model_write_yaml(m, &b);
	buf_char(&b, '\0');
	model_free(m);
	return b.data;
}

static void
count_changed(void *n, uint32_t dn)
{
	(void)dn;
	++*(size_t *)n;
}

static size_t
changed_since(struct fixture *f, size_t mark)
{
	size_t n = 0;

	assert_true(world_each_since(f->world, mark, count_changed, &n));
	return n;
}

static void
set(struct fixture *f, const char *dn, const char *name, const char *value)
{
	assert_true(run(f, (struct ccb_op){ .kind = CCB_MODIFY,
	    .op = MODIFY_REPLACE, .dn = intern_str(dn), .nattr = 1,
	    .attr = attr(f, name, 1, &value) }));
}

static void
delete_and_create(struct fixture *f)
{
	struct ccb_op op = { .kind = CCB_DELETE, .dn = intern_str(P) };

	assert_true(run(f, op));
	op.dn = intern_str(V);
	assert_true(run(f, op));
	op = (struct ccb_op){ .kind = CCB_CREATE, .class = N_SaPlmEE,
		.dn = intern_str("safEE=new,safEE=h,safDomain=d") };
	assert_true(run(f, op));
	op.dn = intern_str(V);
	assert_true(run(f, op));
}

static void
reverts(void **state)
{
	struct fixture *f = *state;
	char *start, *middle, *now;
	size_t first, second;

	assert_false(world_revert(f->world, 0));
	assert_false(world_revert(f->world, 1));
	set(f, V, "note", "before");
	start = seen(f);
	first = world_mark(f->world);
	set(f, V, "note", "after");
	set(f, V, "saPlmEEInstantiateTimeout", "7");
	set(f, "safDomain=d", "note", "x");
	assert_int_equal(changed_since(f, first), 2);
	middle = seen(f);
	assert_string_not_equal(start, middle);
	second = world_mark(f->world);
	set(f, V, "note", "later");
	delete_and_create(f);
	assert_int_equal(changed_since(f, second), 3);
	assert_int_equal(changed_since(f, first), 4);
	assert_string_equal(values(f, V, "note"), "");

	assert_true(world_revert(f->world, second));
	now = seen(f);
	assert_string_equal(now, middle);
	free(now);
	assert_int_equal(changed_since(f, second), 0);
	delete_and_create(f); /* the same is possible again */
	assert_true(world_revert(f->world, second));
	assert_true(world_revert(f->world, first));
	now = seen(f);
	assert_string_equal(now, start);
	assert_false(world_revert(f->world, second)); /* gone with it */
	free(now);
	free(start);
	free(middle);
}

/* What was changed before all marks were forgotten stays; what is changed
 * again after that is recorded anew. */
static void
forgets_marks(void **state)
{
	struct fixture *f = *state;
	size_t mark = world_mark(f->world);
	char *kept, *now;

	set(f, V, "note", "before");
	world_forget(f->world);
	assert_false(world_revert(f->world, mark));
	set(f, V, "note", "between");
	kept = seen(f);
	mark = world_mark(f->world);
	set(f, V, "note", "after");
	set(f, V, "note", "later");
	delete_and_create(f);
	assert_true(world_revert(f->world, mark));
	now = seen(f);
	assert_string_equal(now, kept);
	assert_int_equal(changed_since(f, mark), 0);
	world_forget(f->world);
	world_forget(f->world);
	free(now);
	free(kept);
}

/* Children are counted back too: what could be deleted can be again. */
static void
reverts_counts_of_children(void **state)
{
	struct fixture *f = *state;
	struct ccb_op op = { .kind = CCB_DELETE, .dn = intern_str(V) };
	size_t mark = world_mark(f->world);

	delete_and_create(f);
	assert_true(run(f, op)); /* it has no child any more */
	assert_true(world_revert(f->world, mark));
	assert_false(run(f, op));
	assert_int_equal(changed_since(f, mark), 0);
}

/* Who stands where is known again, whenever it was asked first. */
static void
reverts_hosting(void **state)
{
	struct fixture *f = *state;
	struct modification m = new_type(f, "saAmfSUType", "t2");
	struct target_template t = { NAME_NONE, intern_str("t1"), 1, &m };
	uint32_t ee = intern_str(V);
	struct step s = { .scope = SCOPE_MODIFY, .template = &t,
		.ntemplate = 1, .activation.acted_on = { 1, &ee, NULL, 0, 0 } };
	struct procedure p = { .nstep = 1, .step = &s };
	const char *su = "safSu=1,safSg=g,safApp=x";
	size_t mark = world_mark(f->world), i;

	for (i = 0; i < 3; i++) {
		set(f, su, "saAmfSUHostNodeOrNodeGroup",
		    "safAmfNode=elsewhere,safAmfCluster=c");
		assert_true(apply_step(f->world, f->campaign, &p, &f->diag));
		assert_string_equal(values(f, su, "saAmfSUType"), "t1");
		assert_true(world_revert(f->world, mark));
		assert_true(apply_step(f->world, f->campaign, &p, &f->diag));
		assert_string_equal(values(f, su, "saAmfSUType"), "t2");
		assert_true(world_revert(f->world, mark));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(modifies),
		TEST(creates_and_deletes),
		TEST(parents_outside),
		TEST(selects_by_current_type),
		TEST(rolls_over_all_nodes),
		TEST(orders_the_changes_of_a_unit),
		TEST(compares),
		TEST(adds_bundles),
		TEST(reverts),
		TEST(forgets_marks),
		TEST(reverts_counts_of_children),
		TEST(reverts_hosting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
