/* T14: which nodes a rolling procedure goes to, and what it does on each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "apply.h"
#include "diag.h"
#include "model_of.h"
#include "roll.h"

#define VMM(n) "safEE=vmm,safEE=os,safHE=h" n ",safDomain=d"

/* Three hosts, the last of them with another type below its monitor; VMs that
 * are caught on one of them, that have two sponsors and need one or both. */
static const char *const fleet[] = {
	"SaPlmDomain safDomain=d",
	"SaPlmHE safHE=h2,safDomain=d",
	"SaPlmHE safHE=h10,safDomain=d",
	"SaPlmHE safHE=h3,safDomain=d",
	"SaPlmEE safEE=os,safHE=h10,safDomain=d",
	"  saPlmEEType os1",
	"SaPlmEE safEE=vmm,safEE=os,safHE=h10,safDomain=d",
	"  saPlmEEType vmm1",
	"SaPlmEE safEE=os,safHE=h2,safDomain=d",
	"  saPlmEEType os1",
	"SaPlmEE safEE=vmm,safEE=os,safHE=h2,safDomain=d",
	"  saPlmEEType vmm1",
	"SaPlmEE safEE=os,safHE=h3,safDomain=d",
	"  saPlmEEType other",
	"SaPlmEE safEE=vmm,safEE=os,safHE=h3,safDomain=d",
	"  saPlmEEType vmm1",
	"SaPlmEE safEE=v9,safDomain=d",
	"  saPlmEEType guest1",
	"SaPlmDependency safDependency=on,safEE=v9,safDomain=d",
	"  saPlmDepNames " VMM("2"),
	"SaPlmEE safEE=v10,safDomain=d",
	"  saPlmEEType guest1",
	"SaPlmDependency safDependency=on,safEE=v10,safDomain=d",
	"  saPlmDepNames " VMM("2") " " VMM("3"),
	"  saPlmDepMinNumber 2",
	"SaPlmEE safEE=v11,safDomain=d",
	"  saPlmEEType guest1",
	"SaPlmDependency safDependency=on,safEE=v11,safDomain=d",
	"  saPlmDepNames " VMM("2") " " VMM("10"),
	"  saPlmDepMinNumber 1",
	"SaAmfCluster safAmfCluster=c",
	"SaAmfNode safAmfNode=n1,safAmfCluster=c",
	"  saAmfNodeClmNode safNode=n1",
	"SaAmfNode safAmfNode=n2,safAmfCluster=c",
	"SaAmfNodeGroup safAmfNodeGroup=g,safAmfCluster=c",
	"  saAmfNGNodeList safAmfNode=n2,safAmfCluster=c",
	"SaClmNode safNode=n1",
	"  saClmNodeEE safEE=v9,safDomain=d",
	"SaAmfSU safSu=1,safSg=g,safApp=x",
	"  saAmfSUType su1",
	"  saAmfSUHostNodeOrNodeGroup safAmfNode=n1,safAmfCluster=c",
	"SaAmfComp safComp=c,safSu=1,safSg=g,safApp=x",
	"  saAmfCompType comp1",
	"SaAmfSU safSu=2,safSg=g,safApp=x",
	"  saAmfSUType su1",
	"  saAmfSUHostNodeOrNodeGroup safAmfNode=n2,safAmfCluster=c",
	NULL
};

struct fixture {
	struct model *model;
	struct world *world;
	struct campaign *campaign;
	struct entity_template template[3];
	struct step step[3];
	struct procedure p;
	char said[4000];
};

/* Pairs with a type each, over the domain. */
static void
roll_types(struct fixture *f, size_t n, const char *const *type)
{
	size_t i;

	for (i = 0; i < n; i++) {
		f->template[i] = (struct entity_template){ NAME_NONE,
			intern_str(type[i]) };
		f->step[i] = (struct step){ .scope = SCOPE_TEMPLATE,
			.node_template = intern_str("safDomain=d"),
			.unit_template = &f->template[i],
			.nunit_template = 1, .max_retry = 1 };
	}
	f->p = (struct procedure){ .method = METHOD_ROLLING, .nstep = n,
		.step = f->step };
}

static int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->model = model_of(fleet);
	f->world = world_new(f->model);
	f->campaign = campaign_new();
	roll_types(f, 3, (const char *[]){ "guest1", "vmm1", "os1" });
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
	free(f);
	intern_clear();
	return 0;
}

static void
say(struct fixture *f, const char *s)
{
	strncat(f->said, s, sizeof(f->said) - strlen(f->said) - 1);
}

/* "node: entities / entities of the next pair; node: ..." */
static const char *
rolled(struct fixture *f)
{
	struct roll r;
	size_t i, k, n;

	f->said[0] = '\0';
	roll_begin(&r, f->world, &f->p);
	for (i = 0; i < r.nodes.n; i++) {
		const struct procedure *q = roll_step(&r, i,
		    &f->campaign->arena);

		assert_int_equal(q->method, METHOD_SINGLE_STEP);
		say(f, name_str(r.nodes.v[i]));
		for (k = 0; k < q->nstep; k++) {
			const struct entity_list *l =
			    &q->step[k].activation.acted_on;

			assert_int_equal(q->step[k].scope, SCOPE_MODIFY);
			say(f, k == 0 ? ":" : " /");
			for (n = 0; n < l->nname; n++) {
				say(f, " ");
				say(f, name_str(l->name[n]));
			}
		}
		say(f, "; ");
	}
	roll_end(&r);
	return f->said;
}

/* The lowest layer decides which nodes; v9 hangs on h2 alone, v10 needs it
 * too, v11 has another sponsor. */
static void
takes_what_stands_on_each_node(void **state)
{
	assert_string_equal(rolled(*state),
	    "safEE=os,safHE=h2,safDomain=d: "
	    "safEE=v9,safDomain=d safEE=v10,safDomain=d / " VMM("2")
	    " / safEE=os,safHE=h2,safDomain=d; "
	    "safEE=os,safHE=h10,safDomain=d: " VMM("10")
	    " / safEE=os,safHE=h10,safDomain=d; ");
}

static void
lists_count_as_they_are_now(void **state)
{
	struct fixture *f = *state;
	uint32_t vmm = intern_str(VMM("10"));
	struct cattr list = { intern_str("saPlmDepNames"), TYPE_NAME, 1,
		&vmm };

	rolled(f);
	world_modify(f->world, intern_str("safDependency=on,safEE=v11,"
	    "safDomain=d"), MODIFY_REPLACE, &list);
	assert_non_null(strstr(rolled(f), "h10,safDomain=d: "
	    "safEE=v11,safDomain=d / "));
}

static void
nodes_may_be_named(void **state)
{
	struct fixture *f = *state;
	struct entity_template two[] = {
		{ intern_str("safEE=os,safHE=h10,safDomain=d"), NAME_NONE },
		{ intern_str("safEE=os,safHE=h3,safDomain=d"),
		    intern_str("other") },
	};

	roll_types(f, 2, (const char *[]){ "vmm1", "os1" });
	f->step[1].unit_template = two;
	f->step[1].nunit_template = 2;
	assert_string_equal(rolled(f),
	    "safEE=os,safHE=h3,safDomain=d: " VMM("3")
	    " / safEE=os,safHE=h3,safDomain=d; "
	    "safEE=os,safHE=h10,safDomain=d: " VMM("10")
	    " / safEE=os,safHE=h10,safDomain=d " VMM("10") "; ");
}

static void
upper_ones_are_no_nodes(void **state)
{
	struct fixture *f = *state;

	roll_types(f, 1, (const char *[]){ "vmm1" });
	f->step[0].nunit_template = 0;
	f->step[0].node_template = intern_str("safHE=h2,safDomain=d");
	assert_string_equal(rolled(f), "safEE=os,safHE=h2,safDomain=d: "
	    "safEE=os,safHE=h2,safDomain=d; ");
}

/* As the standard has it. */
static void
amf_nodes_and_units(void **state)
{
	struct fixture *f = *state;

	roll_types(f, 1, (const char *[]){ "su1" });
	f->step[0].node_template = intern_str("safAmfCluster=c");
	assert_string_equal(rolled(f), "safSu=1,safSg=g,safApp=x: "
	    "safSu=1,safSg=g,safApp=x; safSu=2,safSg=g,safApp=x: "
	    "safSu=2,safSg=g,safApp=x; ");
	f->template[0].type = intern_str("comp1");
	assert_string_equal(rolled(f), "safSu=1,safSg=g,safApp=x: "
	    "safSu=1,safSg=g,safApp=x; ");
	f->step[0].restart = true;
	assert_string_equal(rolled(f), "safComp=c,safSu=1,safSg=g,safApp=x: "
	    "safComp=c,safSu=1,safSg=g,safApp=x; ");
	f->step[0].nunit_template = 0;
	f->step[0].node_template = intern_str("safAmfNodeGroup=g,"
	    "safAmfCluster=c");
	assert_string_equal(rolled(f), "safAmfNode=n2,safAmfCluster=c: "
	    "safAmfNode=n2,safAmfCluster=c; ");
}

static void
units_of_environments(void **state)
{
	struct fixture *f = *state;

	roll_types(f, 2, (const char *[]){ "su1", "os1" });
	assert_non_null(strstr(rolled(f), "safEE=os,safHE=h2,safDomain=d: "
	    "safSu=1,safSg=g,safApp=x / "));
}

/* Actions of the procedure go with its first and last node, callbacks with
 * the nodes that they name. */
static void
first_and_last(void **state)
{
	struct fixture *f = *state;
	struct action init = { .kind = ACTION_CCB }, wrapup = init;
	struct callback calls[] = {
		{ .label = 1, .on = intern_str("onEveryStep") },
		{ .label = 2, .on = intern_str("onFirstStep") },
		{ .label = 3, .on = intern_str("onLastStep") },
		{ .label = 4, .on = intern_str("halfWay") },
	};
	static const uint32_t want[2][4] = { { 1, 2 }, { 1, 3, 4 } };
	struct roll r;
	size_t i, k;

	f->p.init = (struct action_list){ 1, &init };
	f->p.wrapup = (struct action_list){ 1, &wrapup };
	f->step[2].callback = calls;
	f->step[2].ncallback = 4;
	roll_begin(&r, f->world, &f->p);
	assert_int_equal(r.nodes.n, 2);
	for (i = 0; i < 2; i++) {
		const struct procedure *q = roll_step(&r, i,
		    &f->campaign->arena);
		const struct step *s = &q->step[q->nstep - 1];

		assert_int_equal(q->init.n, i == 0);
		assert_int_equal(q->wrapup.n, i == 1);
		assert_int_equal(s->ncallback, 2 + i);
		for (k = 0; k < s->ncallback; k++)
			assert_int_equal(s->callback[k].label, want[i][k]);
	}
	r.nodes.n = 0;
	assert_int_equal(roll_step(&r, 0, &f->campaign->arena)->nstep, 0);
	roll_end(&r);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(takes_what_stands_on_each_node),
		TEST(lists_count_as_they_are_now),
		TEST(nodes_may_be_named),
		TEST(upper_ones_are_no_nodes),
		TEST(amf_nodes_and_units),
		TEST(units_of_environments),
		TEST(first_and_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
