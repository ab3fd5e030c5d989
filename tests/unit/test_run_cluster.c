/* T10, T12: a cluster obeys legal orders and refuses others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "two_hosts.h"

static void
begins_in_service(void **state)
{
	struct fixture *f = *state;
	char *text = saved(f->k);

	assert_string_equal(text, "");
	free(text);
	assert_true(serves(f, H1) && serves(f, H2) && serves(f, B) &&
	    serves(f, V) && serves(f, SU) && serves(f, NODE));
	assert_int_equal(host(f), intern_str(H1));
	assert_int_equal(guests(f, H1), 1);
	assert_int_equal(guests(f, H2), 0);
	assert_true(cluster_has(f->k, intern_str(H1),
	    intern_str("safSmfBundle=H"), CLUSTER_OFFLINE));
	assert_true(cluster_has(f->k, intern_str(V),
	    intern_str("safSmfBundle=G"), CLUSTER_ONLINE));
	/* it has no command for that */
	assert_false(cluster_has(f->k, intern_str(V),
	    intern_str("safSmfBundle=G"), CLUSTER_OFFLINE));
	assert_false(cluster_exists(f->k, intern_str("safEE=none")));
	assert_int_equal(cluster_compare(f->k, f->w, stderr, 9), 0);
}

static void
tears_down_and_builds_up(void **state)
{
	struct fixture *f = *state;
	struct cluster *start = cluster_new(f->m);

	NO(LOCK, H1, "stands on it and is unlocked (P6)"); /* b */
	OK(LOCK, B);
	OK(LOCK, B); /* may be repeated */
	NO(UNLOCK, "safEE=none", "does not exist");
	OK(LOCK, H1); /* v can move */
	NO(TERMINATE, H1, "in it is instantiated (P6)");
	NO_ON(OFFLINE_UNINSTALL, B, H1, "safSmfBundle=H", "is instantiated");
	OK(TERMINATE, B);
	NO(TERMINATE, H1, "\"" V "\" stands on it (P6)");
	OK_ON(MIGRATE, V, H2, NULL);
	assert_int_equal(host(f), intern_str(H2));
	assert_int_equal(guests(f, H1), 0);
	assert_int_equal(guests(f, H2), 1);
	NO(LOCK, H2, "depends on it and has too few others");
	NO(TERMINATE, H2, "is not locked");
	OK(TERMINATE, H1);
	assert_false(serves(f, H1));
	assert_true(serves(f, SU));
	NO_ON(ONLINE_UNINSTALL, B, H1, "safSmfBundle=G", "not instantiated");
	OK_ON(OFFLINE_UNINSTALL, H1, H1, "safSmfBundle=H");
	NO_ON(OFFLINE_UNINSTALL, H1, H1, "safSmfBundle=H", "not installed");
	NO(INSTANTIATE, H1, "of its type is not installed offline");
	NO(UNLOCK, H1, "is not instantiated");
	NO(RESTART, H1, "is not instantiated");
	NO(INSTANTIATE, B, "below it is not in service (P6)");
	OK_ON(OFFLINE_INSTALL, H1, H1, "safSmfBundle=H");
	NO_ON(OFFLINE_INSTALL, H1, H1, "safSmfBundle=H", "installed already");
	OK(INSTANTIATE, H1);
	NO(INSTANTIATE, B, "below it is not in service (P6)"); /* locked */
	OK(UNLOCK, H1);
	OK(INSTANTIATE, B);
	OK(UNLOCK, B);
	assert_false(cluster_equal(f->k, start)); /* v stands elsewhere */
	OK_ON(MIGRATE, V, H1, NULL);
	assert_true(cluster_equal(f->k, start));
	cluster_free(start);
}

static void
restarts(void **state)
{
	struct fixture *f = *state;

	NO(RESTART, H1, "in it is instantiated (P6)");
	OK(LOCK, B);
	OK(TERMINATE, B);
	NO(RESTART, H1, "stands on it (P6)");
	OK(RESTART, V);
	OK(RESTART, H2); /* nobody is there */
	OK(LOCK, H2);
	OK(RESTART, H2);
	OK(UNLOCK, H2);
	OK_ON(ONLINE_UNINSTALL, V, H1, "safSmfBundle=G");
	NO(RESTART, V, "is not installed online");
}

static void
migrates(void **state)
{
	struct fixture *f = *state;
	struct order back = { .verb = VERB_MIGRATE, .direction = DO_UNDO,
		.entity = intern_str(V), .to = intern_str(H2) };

	NO_ON(MIGRATE, V, H1, NULL, "stands there already");
	NO_ON(MIGRATE, V, "safEE=none", NULL, "no such monitor");
	NO_ON(MIGRATE, V, B, NULL, "not among its sponsors (P5)");
	NO_ON(MIGRATE, H1, H2, NULL, "no virtual machine");
	OK(LOCK, H2);
	NO_ON(MIGRATE, V, H2, NULL, "not in service (P5)");
	NO(LOCK, H1, "stands on it and is unlocked (P6)");
	OK(LOCK, B);
	NO(LOCK, H1, "\"" V "\" depends on it"); /* where should it go? */
	/* a step back comes after the lock that it answered is undone */
	assert_false(cluster_apply(f->k, f->w, &back, f->why));
	assert_non_null(strstr(f->why, "not in service (P5)"));
	OK(UNLOCK, H2);
	assert_true(cluster_apply(f->k, f->w, &back, f->why));
	OK_ON(MIGRATE, V, H1, NULL);
	OK(LOCK, V);
	OK(TERMINATE, V);
	assert_int_equal(host(f), NAME_NONE);
	NO_ON(MIGRATE, V, H2, NULL, "is not instantiated");
	OK(TERMINATE, B);
	OK(LOCK, H1);
	OK(TERMINATE, H1);
	OK(INSTANTIATE, V); /* on the first that is in service */
	assert_int_equal(host(f), intern_str(H2));
	OK(TERMINATE, V);
	OK(LOCK, H2);
	NO(INSTANTIATE, V, "in service (P6)");
}

static void
changes_the_model(void **state)
{
	struct fixture *f = *state;
	struct ccb_op op = set(f, V, "saPlmEEType",
	    "safVersion=1,safEEType=H", NULL);

	assert_false(change(f, op, false));
	assert_non_null(strstr(f->why, "which is instantiated"));
	assert_true(change(f, set(f, V, "note", "1", NULL), true));
	OK(LOCK, V);
	assert_false(change(f, op, false));
	OK(TERMINATE, V);
	assert_true(change(f, op, false));
	NO(INSTANTIATE, V, "\"safSmfBundle=H\" of its type is not installed");
	OK_ON(ONLINE_INSTALL, V, H1, "safSmfBundle=H");
	NO(INSTANTIATE, V, "is not installed offline");
	OK_ON(OFFLINE_INSTALL, V, H1, "safSmfBundle=H");
	OK(INSTANTIATE, V);
	OK_ON(ONLINE_UNINSTALL, V, H1, "safSmfBundle=G");
	OK_ON(OFFLINE_UNINSTALL, V, H1, "safSmfBundle=G"); /* no command */
	OK(UNLOCK, V);
	assert_int_equal(cluster_compare(f->k, f->w, stderr, 9), 0);
}

/* Lists count as they are now. */
static void
catches(void **state)
{
	struct fixture *f = *state;

	OK(LOCK, H2);
	assert_false(change(f, set(f, LIST, "saPlmDepNames", H2, NULL),
	    true));
	assert_non_null(strstr(f->why, "(P5)"));
	OK(UNLOCK, H2);
	assert_true(change(f, set(f, LIST, "saPlmDepNames", H2, NULL), true));
	NO_ON(MIGRATE, V, H1, NULL, "already");
	OK_ON(MIGRATE, V, H2, NULL);
	NO_ON(MIGRATE, V, H1, NULL, "not among its sponsors (P5)");
	NO(LOCK, H2, "depends on it");
	OK(LOCK, B);
	OK(LOCK, H1);
	OK(UNLOCK, H1);
	assert_true(change(f, set(f, LIST, "saPlmDepNames", H1, H2), true));
	assert_true(change(f, set(f, LIST, "saPlmDepMinNumber", "2", NULL),
	    true));
	NO(LOCK, H1, "has too few others in service");
}

/* An EE can become a machine that moves, and be none again. */
static void
begins_to_move(void **state)
{
	struct fixture *f = *state;
	struct ccb_op op = { .kind = CCB_DELETE, .dn = intern_str(LIST) };

	OK_ON(MIGRATE, V, H2, NULL);
	assert_true(change(f, op, true));
	assert_int_equal(host(f), NAME_NONE);
	NO_ON(MIGRATE, V, H2, NULL, "no virtual machine");
	OK(LOCK, H2);
	op = set(f, LIST, "saPlmDepNames", H2, H1);
	op.kind = CCB_CREATE;
	op.class = N_SaPlmDependency;
	assert_true(change(f, op, true));
	assert_int_equal(host(f), intern_str(H1));
	assert_int_equal(guests(f, H1), 1);
}

/* A second list, of hardware, changes nothing. */
static void
knows_several_lists(void **state)
{
	struct fixture *f = *state;
	struct ccb_op op = set(f, "safDependency=a," V, "saPlmDepNames",
	    "safDomain=d", NULL);

	op.kind = CCB_CREATE;
	op.class = N_SaPlmDependency;
	assert_true(change(f, op, true));
	OK_ON(MIGRATE, V, H2, NULL);
	assert_int_equal(guests(f, H2), 1);
	OK(LOCK, H2);
	NO(TERMINATE, H2, "\"" V "\" stands on it (P6)");
	OK_ON(MIGRATE, V, H1, NULL);
	OK(TERMINATE, H2);
	op.dn = intern_str("safDependency=b," V);
	op.attr = set(f, V, "saPlmDepNames", "safHE=none", NULL).attr;
	assert_false(change(f, op, true));
	assert_non_null(strstr(f->why, "too few"));
}

static void
comes_and_goes(void **state)
{
	struct fixture *f = *state;
	struct ccb_op op = { .kind = CCB_DELETE, .dn = intern_str(B) };
	struct cluster *start = cluster_new(f->m);

	assert_false(change(f, op, true));
	assert_non_null(strstr(f->why, "deletes"));
	OK(LOCK, B);
	OK(TERMINATE, B);
	OK_ON(ONLINE_UNINSTALL, B, H1, "safSmfBundle=G");
	assert_true(change(f, op, false));
	assert_false(cluster_exists(f->k, op.dn));
	NO(INSTANTIATE, B, "does not exist");
	OK_ON(ONLINE_INSTALL, B, H1, "safSmfBundle=G"); /* before it is */
	op = set(f, B, "saPlmEEType", "safVersion=1,safEEType=G", NULL);
	op.kind = CCB_CREATE;
	op.class = N_SaPlmEE;
	assert_true(change(f, op, false));
	NO(UNLOCK, B, "is not instantiated");
	OK(INSTANTIATE, B);
	NO(LOCK, "safEE=other", "does not exist");
	OK(UNLOCK, B);
	assert_true(cluster_equal(f->k, start));
	op.dn = intern_str("safEE=new,safDomain=d");
	assert_true(change(f, op, false));
	assert_false(cluster_equal(f->k, start));
	op.kind = CCB_DELETE;
	assert_true(change(f, op, false));
	assert_true(cluster_equal(f->k, start));
	cluster_free(start);
}

static void
knows_units(void **state)
{
	struct fixture *f = *state;

	NO(TERMINATE, SU, "is not locked");
	NO_ON(OFFLINE_INSTALL, SU, NODE, "safSmfBundle=X", "is instantiated");
	OK(LOCK, SU);
	assert_false(serves(f, SU));
	OK(TERMINATE, SU);
	OK_ON(OFFLINE_INSTALL, SU, NODE, "safSmfBundle=X");
	OK(LOCK, V);
	OK(TERMINATE, V);
	NO(INSTANTIATE, SU, "below it is not in service (P6)");
	NO_ON(OFFLINE_INSTALL, SU, NODE, "safSmfBundle=X", "(P6)");
	OK(INSTANTIATE, V);
	OK(UNLOCK, V);
	OK(INSTANTIATE, SU);
	OK(UNLOCK, SU);
	assert_true(serves(f, SU));
	OK(LOCK, NODE);
	assert_false(serves(f, SU));
	OK(UNLOCK, NODE);
	assert_true(serves(f, SU));
	NO(LOCK, "safSu=none,safSg=g,safApp=x", "does not exist");
}

/* A unit goes when it is out of service, by itself or by what it is on. */
static void
keeps_units_that_serve(void **state)
{
	struct fixture *f = *state;
	struct ccb_op away = { .kind = CCB_DELETE, .dn = intern_str(SU) };
	struct ccb_op move, node;
	size_t i;
	static const char *const down[] = { SU, NODE, V };

	assert_false(change(f, away, true));
	assert_non_null(strstr(f->why, "deletes \"" SU "\", which is in "
	    "service (P6)"));
	for (i = 0; i < 3; i++) {
		size_t mark = world_mark(f->w);

		OK(LOCK, down[i]);
		assert_true(change(f, away, true));
		world_revert(f->w, mark);
		cluster_free(f->k);
		f->k = cluster_new(f->m);
	}
	/* it stands on another node now, which is up */
	move = set(f, SU, "saAmfSUHostNodeOrNodeGroup", "safAmfNode=2,"
	    "safAmfCluster=c", NULL);
	node = set(f, "safAmfNode=2,safAmfCluster=c", "saAmfNodeClmNode",
	    "safNode=n,safCluster=c", NULL);
	node.kind = CCB_CREATE;
	node.class = N_SaAmfNode;
	assert_true(change(f, node, true));
	assert_true(change(f, move, true));
	OK(LOCK, NODE);
	assert_false(change(f, away, true));
	OK(UNLOCK, NODE);
	OK(LOCK, "safAmfNode=2,safAmfCluster=c");
	assert_true(change(f, away, true));
}

/* A new unit comes up with its EE, or when it is told to. */
static void
brings_up_new_units(void **state)
{
	struct fixture *f = *state;
	const char *su = "safSu=2,safSg=g,safApp=x";
	struct ccb_op op = set(f, su, "saAmfSUHostNodeOrNodeGroup", NODE,
	    NULL);
	struct cluster *start = cluster_new(f->m);

	op.kind = CCB_CREATE;
	op.class = N_SaAmfSU;
	assert_true(change(f, op, false));
	assert_true(serves(f, su));
	assert_int_equal(cluster_compare(f->k, f->w, stderr, 9), 0);
	OK_ON(OFFLINE_INSTALL, su, NODE, "safSmfBundle=X");
	OK(INSTANTIATE, su);
	assert_false(serves(f, su));
	NO_ON(OFFLINE_INSTALL, su, NODE, "safSmfBundle=X", "is instantiated");
	OK(UNLOCK, su);
	assert_true(serves(f, su));
	op.kind = CCB_DELETE;
	assert_false(change(f, op, false));
	assert_non_null(strstr(f->why, "which is in service (P6)"));
	OK(LOCK, su);
	OK(TERMINATE, su);
	assert_true(change(f, op, false));
	NO(INSTANTIATE, su, "does not exist");
	assert_true(cluster_equal(f->k, start));
	cluster_free(start);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(begins_in_service),
		TEST(tears_down_and_builds_up),
		TEST(restarts),
		TEST(migrates),
		TEST(changes_the_model),
		TEST(catches),
		TEST(begins_to_move),
		TEST(knows_several_lists),
		TEST(comes_and_goes),
		TEST(knows_units),
		TEST(keeps_units_that_serve),
		TEST(brings_up_new_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
