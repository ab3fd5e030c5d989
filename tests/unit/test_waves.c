/* P4: a wave that is one procedure too large is refused by the check that
 * shares nothing with the planner. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "catch.h"
#include "diag.h"
#include "model.h"
#include "place.h"
#include "verify.h"

enum { HOSTS = 6 };

/* A VM that stays, on one of two hosts. */
static void
add_vm(struct model *m, const char *name, const char *one, const char *two)
{
	char dn[128];

	snprintf(dn, sizeof(dn), "safEE=%s,safDomain=d", name);
	model_add_object(m, intern_str(dn), intern_str("SaPlmEE"), 0);
	model_add_attr(m, intern_str("saPlmEEType"), 0);
	model_add_value(m, intern_str("safVersion=1,safEEType=G"));
	snprintf(dn, sizeof(dn), "safDepend=m,safEE=%s,safDomain=d", name);
	model_add_object(m, intern_str(dn), intern_str("SaPlmDependency"), 0);
	model_add_attr(m, intern_str("saPlmDepNames"), 0);
	snprintf(dn, sizeof(dn), "safEE=h%s,safDomain=d", one);
	model_add_value(m, intern_str(dn));
	snprintf(dn, sizeof(dn), "safEE=h%s,safDomain=d", two);
	model_add_value(m, intern_str(dn));
	model_add_attr(m, intern_str("saPlmDepMinNumber"), 0);
	model_add_value(m, intern_str("1"));
}

/* Hosts that carry units themselves; group i has one on hosts i and i + 1. */
static struct model *
ring(const char *version)
{
	struct model *m = mem_alloc(1, sizeof(*m));
	char dn[128];
	int i, k;

	model_add_object(m, intern_str("safDomain=d"),
	    intern_str("SaPlmDomain"), 0);
	for (i = 0; i < HOSTS; i++) {
		snprintf(dn, sizeof(dn), "safEE=h%d,safDomain=d", i);
		model_add_object(m, intern_str(dn), intern_str("SaPlmEE"), 0);
		model_add_attr(m, intern_str("saPlmEEType"), 0);
		model_add_value(m, intern_str(version));
		snprintf(dn, sizeof(dn), "safNode=h%d,safCluster=c", i);
		model_add_object(m, intern_str(dn), intern_str("SaClmNode"),
		    0);
		model_add_attr(m, intern_str("saClmNodeEE"), 0);
		snprintf(dn, sizeof(dn), "safEE=h%d,safDomain=d", i);
		model_add_value(m, intern_str(dn));
		snprintf(dn, sizeof(dn), "safAmfNode=h%d,safAmfCluster=c", i);
		model_add_object(m, intern_str(dn), intern_str("SaAmfNode"),
		    0);
		model_add_attr(m, intern_str("saAmfNodeClmNode"), 0);
		snprintf(dn, sizeof(dn), "safNode=h%d,safCluster=c", i);
		model_add_value(m, intern_str(dn));
		snprintf(dn, sizeof(dn), "safSg=g%d,safApp=a", i);
		model_add_object(m, intern_str(dn), intern_str("SaAmfSG"), 0);
		snprintf(dn, sizeof(dn), "safSi=g%d,safApp=a", i);
		model_add_object(m, intern_str(dn), intern_str("SaAmfSI"), 0);
		model_add_attr(m, intern_str("saAmfSIProtectedbySG"), 0);
		snprintf(dn, sizeof(dn), "safSg=g%d,safApp=a", i);
		model_add_value(m, intern_str(dn));
		for (k = 0; k < 2; k++) {
			snprintf(dn, sizeof(dn), "safSu=s%d,safSg=g%d,"
			    "safApp=a", k, i);
			model_add_object(m, intern_str(dn),
			    intern_str("SaAmfSU"), 0);
			model_add_attr(m,
			    intern_str("saAmfSUHostNodeOrNodeGroup"), 0);
			snprintf(dn, sizeof(dn), "safAmfNode=h%d,"
			    "safAmfCluster=c", (i + k) % HOSTS);
			model_add_value(m, intern_str(dn));
		}
	}
	add_vm(m, "v", "0", "2");
	model_index(m);
	return m;
}

struct made {
	struct model *s, *t;
	struct diff d;
	struct forest f;
	struct services sv;
	struct plan p;
	struct places w;
	struct caught *why;
	struct diag diag;
};

static void
make(struct made *k, bool waves)
{
	struct catch_wishes wish = { .waves = waves };
	struct plan_input in;

	k->s = ring("safVersion=1,safEEType=T");
	k->t = ring("safVersion=2,safEEType=T");
	diff_run(&k->d, k->s, k->t);
	tree_build(&k->f, &k->d, NULL, NULL);
	service_build(&k->sv, &k->f, NULL);
	k->why = catch_run(&k->f, &k->sv, NULL, &wish, &k->diag);
	assert_non_null(k->why);
	k->p = (struct plan){ .f = &k->f, .sv = &k->sv, .d = &k->d,
		.why = k->why, .waves = waves };
	ride_input(&k->p, &in);
	assert_true(plan_run(&k->p, &in, &k->diag));
	free(in.move);
	free(in.unit);
	place_run(&k->w, &k->p);
}

static bool
is_safe(struct made *k)
{
	struct outages o = { 0 };
	bool ok = verify_services(&k->w, NULL, &o, &k->diag);

	verify_free(&o);
	return ok;
}

static void
release(struct made *k)
{
	place_free(&k->w);
	plan_free(&k->p);
	free(k->why);
	service_free(&k->sv);
	tree_free(&k->f);
	diff_free(&k->d);
	model_free(k->s);
	model_free(k->t);
	diag_free(&k->diag);
}

/* The number of the host that a procedure takes down. */
static uint32_t
host_of(const struct made *k, size_t proc)
{
	const char *dn = name_str(k->f.v[k->p.proc[proc].root].dn);

	return (uint32_t)(dn[strlen("safEE=h")] - '0');
}

/* Taken in their order: h2 would leave the VM nothing beside h0, so h3 goes
 * with h0, h4 with h1 and h5 with h2. */
static uint32_t
level_of(const struct made *k, size_t proc)
{
	return host_of(k, proc) % 3;
}

static void
neighbours_go_apart(void **state)
{
	struct made k = { 0 };
	size_t i;

	(void)state;
	make(&k, true);
	assert_int_equal(k.p.n, HOSTS);
	assert_int_equal(k.p.nlevel, 3);
	for (i = 0; i < k.p.n; i++)
		assert_int_equal(k.p.proc[i].level, level_of(&k, i));
	assert_true(is_safe(&k));
	assert_true(verify_stands(&k.p, NULL));
	assert_int_equal(k.diag.nerror, 0);
	release(&k);
}

/* The host that may not go down with the other the VM can stand on. */
static void
nothing_to_stand_on_is_refused(void **state)
{
	struct made k = { 0 };
	struct proc keep;
	size_t i, to = 0;

	(void)state;
	make(&k, true);
	for (i = 0; i < k.p.n; i++)
		if (host_of(&k, i) == 0 || host_of(&k, i) == 2) {
			keep = k.p.proc[to];
			k.p.proc[to++] = k.p.proc[i];
			k.p.proc[i] = keep;
		}
	assert_int_equal(to, 2);
	for (i = 0; i < k.p.n; i++)
		k.p.proc[i].level = i < to ? 0 : (uint32_t)i;
	assert_true(is_safe(&k)); /* no service needs both */
	assert_false(verify_stands(&k.p, NULL));
	k.p.proc[0].level = HOSTS;
	assert_true(verify_stands(&k.p, NULL));
	release(&k);
}

/* Each procedure of the second wave, moved into the first. */
static void
one_too_many_is_refused(void **state)
{
	struct made k = { 0 };
	struct proc keep;
	size_t i, first = 2;

	(void)state;
	make(&k, true);
	for (i = first; i < 5; i++) {
		size_t before = k.diag.nerror;

		keep = k.p.proc[first];
		k.p.proc[first] = k.p.proc[i];
		k.p.proc[i] = keep;
		k.p.proc[first].level = 0;
		assert_false(is_safe(&k));
		assert_true(k.diag.nerror > before);
		assert_int_equal(k.diag.item[before].code, DIAG_SERVICE_DOWN);
		k.p.proc[first].level = 1;
	}
	release(&k);
}

static void
sequentially_one_a_level(void **state)
{
	struct made k = { 0 };
	size_t i;

	(void)state;
	make(&k, false);
	assert_int_equal(k.p.nlevel, HOSTS);
	for (i = 0; i < k.p.n; i++)
		assert_int_equal(k.p.proc[i].level, i);
	assert_true(is_safe(&k));
	release(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_go_apart),
		cmocka_unit_test(nothing_to_stand_on_is_refused),
		cmocka_unit_test(one_too_many_is_refused),
		cmocka_unit_test(sequentially_one_a_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
