/* T12, X6: a cluster as text: differences told, all of it saved and loaded. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "two_hosts.h"

static void
tells_differences(void **state)
{
	struct fixture *f = *state;
	FILE *t = tmpfile();
	char text[1024];
	size_t n;

	OK(LOCK, V);
	OK(TERMINATE, V);
	OK_ON(ONLINE_UNINSTALL, V, H1, "safSmfBundle=G");
	OK_ON(ONLINE_INSTALL, V, H1, "safSmfBundle=H");
	OK(LOCK, NODE);
	assert_int_equal(cluster_compare(f->k, f->w, t, 3), 5);
	rewind(t);
	n = fread(text, 1, sizeof(text) - 1, t);
	text[n] = '\0';
	fclose(t);
	assert_string_equal(text, "\"" V "\" is not instantiated\n"
	    "\"" V "\" is locked\n"
	    "\"" V "\" has not all of \"safSmfBundle=G\"\n");
}

static void
saves_and_loads(void **state)
{
	struct fixture *f = *state;
	struct cluster *other = cluster_new(f->m);
	struct ccb_op op = set(f, "safEE=a\\,b\tc,safDomain=d", "x", "y",
	    NULL);
	char *text;

	op.kind = CCB_CREATE;
	op.class = N_SaPlmEE;
	assert_true(change(f, op, false));
	OK(LOCK, B);
	OK(TERMINATE, B);
	OK(LOCK, NODE);
	OK_ON(OFFLINE_INSTALL, B, H1, "safSmfBundle=H");
	OK_ON(MIGRATE, V, H2, NULL);
	assert_true(change(f, set(f, LIST, "saPlmDepNames", H2, NULL), true));
	text = saved(f->k);
	assert_true(cluster_load(other, text, strlen(text), f->why));
	assert_true(cluster_equal(other, f->k));
	free(text);
	/* and it behaves the same */
	cluster_free(f->k);
	f->k = other;
	NO(LOCK, H2, "depends on it");
	OK(LOCK, H1);
	OK(TERMINATE, H1);
	OK_ON(OFFLINE_UNINSTALL, B, NULL, "safSmfBundle=H");
	OK(UNLOCK, NODE);
}

/* What changed since last time, one after the other, gives the whole. */
static void
saves_what_changed(void **state)
{
	struct fixture *f = *state;
	struct cluster *other = cluster_new(f->m);
	struct buf b = { 0 };

	cluster_save_changed(f->k, &b);
	assert_int_equal(b.len, 0);
	OK(LOCK, V);
	cluster_save_changed(f->k, &b);
	OK(TERMINATE, V);
	OK(LOCK, H2);
	cluster_save_changed(f->k, &b);
	assert_true(change(f, set(f, LIST, "saPlmDepNames", H1, NULL), true));
	OK(UNLOCK, H2);
	cluster_save_changed(f->k, &b);
	assert_true(cluster_load(other, b.data, b.len, f->why));
	assert_true(cluster_equal(other, f->k));
	buf_free(&b);
	cluster_free(other);
}

static void
is_visit(const struct fixture *f, const struct cluster *k, const char *visit)
{
	struct identity id;
	char why[CLUSTER_WHY];

	assert_int_equal(cluster_identify(k, f->w, intern_str(V), &id, why),
	    IDENTIFIED);
	assert_string_equal(id.visit, visit);
}

/* D1: away and back is another visit, in what is loaded too, and nothing else
 * is different. */
static void
counts_visits(void **state)
{
	struct fixture *f = *state;
	struct cluster *other = cluster_new(f->m);
	struct buf b = { 0 };
	char *text;

	is_visit(f, f->k, "1");
	OK_ON(MIGRATE, V, H2, NULL);
	OK_ON(MIGRATE, V, H1, NULL);
	is_visit(f, f->k, "3");
	assert_true(cluster_wander(f->k, intern_str(V)));
	is_visit(f, f->k, "5");
	assert_true(cluster_equal(f->k, other));
	text = saved(f->k);
	assert_string_equal(text, "visits\t" V "\t4\n");
	assert_true(cluster_load(other, text, strlen(text), f->why));
	is_visit(f, other, "5");
	free(text);
	cluster_free(other);
	other = cluster_new(f->m);
	cluster_save_changed(f->k, &b);
	assert_true(cluster_load(other, b.data, b.len, f->why));
	is_visit(f, other, "5");
	cluster_free(other);
	buf_free(&b);
}

static void
refuses_damaged_text(void **state)
{
	static const char *const bad[] = {
		"nonsense\n", "ee\n", "ee\tx\n", "ee\tx\tpeui\t-\n",
		"ee\tx\tpeui---\t-\tsafB\n", "ee\tx\tpeui---\t-\tsafB:4\n",
		"ee\tx\tpeui---\t-\tsafB:1", "dep\tx,y\tmany\n",
		"dep\tx\t1\n", "ee\tx\tpeuiXXX\t-\n", "\n", "ee\tx\\",
		"visits\tx\n", "visits\tx\tmany\n", "visits\n",
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cluster_free(f->k);
		f->k = cluster_new(f->m);
		if (cluster_load(f->k, bad[i], strlen(bad[i]), f->why))
			fail_msg("taken: %s", bad[i]);
		assert_non_null(strstr(f->why, "line 1"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tells_differences),
		TEST(saves_and_loads),
		TEST(saves_what_changed),
		TEST(counts_visits),
		TEST(refuses_damaged_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
