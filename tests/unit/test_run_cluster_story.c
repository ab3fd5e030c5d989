/* T10, T12: a cluster obeys the campaigns of the worked examples, forward and
 * back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "buf.h"
#include "cluster.h"
#include "orders.h"

static void
obey(struct cluster *k, struct story *s, size_t i, enum direction d)
{
	struct order o = story_order(s, i, d, 1);
	char why[CLUSTER_WHY];

	if (!cluster_apply(k, s->w, &o, why))
		fail_msg("action %zu: %s", i + 1, why);
}

/* Actions are taken back last first, but a migration after what caused it. */
static void
take_back(struct cluster *k, struct story *s, size_t first, size_t end,
    enum direction d)
{
	size_t i, j;

	for (; end > first; end = i) {
		i = actions_cause(s->a, end - 1);
		for (j = i; j < end; j++)
			obey(k, s, j, d);
	}
}

/* After each of its actions a procedure is undone and begun again. */
static void
undo_everywhere(struct cluster *k, struct story *s, size_t first, size_t n)
{
	struct cluster *before = cluster_new(s->m);
	struct buf b = { 0 };
	char why[CLUSTER_WHY];
	size_t i, j;

	cluster_save(k, &b);
	assert_true(cluster_load(before, b.data, b.len, why));
	for (i = first; i < first + n; i++) {
		for (j = first; j <= i; j++)
			obey(k, s, j, DO_FORWARD);
		take_back(k, s, first, i + 1, DO_UNDO);
		assert_true(cluster_equal(k, before));
	}
	buf_free(&b);
	cluster_free(before);
}

static void
story(const char *name, const char *suffix)
{
	struct story s;
	struct cluster *k, *start;
	char path[3][128];
	struct world *goal;
	size_t i, p;

	snprintf(path[0], sizeof(path[0]), "examples/%s/source.%s", name,
	    suffix);
	snprintf(path[1], sizeof(path[1]), "examples/%s/target.%s", name,
	    suffix);
	snprintf(path[2], sizeof(path[2]), "examples/%s/campaign.xml", name);
	story_load(&s, path[0], path[1], path[2]);
	k = cluster_new(s.m);
	start = cluster_new(s.m);
	for (i = 0; i < s.a->n; i++) {
		for (p = 0; p < s.a->nproc; p++)
			if (s.a->proc[p].first == i)
				undo_everywhere(k, &s, i, s.a->proc[p].n);
		obey(k, &s, i, DO_FORWARD);
	}
	goal = world_new(s.target);
	assert_int_equal(cluster_compare(k, goal, stderr, 9), 0);
	take_back(k, &s, 0, s.a->n, DO_ROLLBACK);
	assert_true(cluster_equal(k, start));
	assert_int_equal(cluster_compare(k, s.w, stderr, 9), 0);
	world_free(goal);
	cluster_free(k);
	cluster_free(start);
	story_free(&s);
}

static void
obeys_right_campaigns(void **state)
{
	(void)state;
	story("01-two-hosts", "yaml");
	story("02-five-vms", "xml");
	story("03-media-cluster", "xml");
	story("04-amf-cluster", "xml");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(obeys_right_campaigns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
