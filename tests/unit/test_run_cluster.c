/* T10, T12: a cluster obeys legal orders and refuses others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

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

static int
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

static int
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

static bool
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

static char *
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
static void
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

static void
touch(void *arg, uint32_t dn)
{
	struct order *o = arg;

	((uint32_t *)o->touched)[o->ntouched++] = dn;
}

/* One change of the model, as an order. */
static bool
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

static struct ccb_op
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

static uint32_t
host(const struct fixture *f)
{
	return cluster_host(f->k, intern_str(V));
}

static bool
serves(const struct fixture *f, const char *dn)
{
	return cluster_in_service(f->k, f->w, intern_str(dn));
}

static void
count(void *n, uint32_t dn)
{
	(void)dn;
	++*(size_t *)n;
}

static size_t
guests(const struct fixture *f, const char *vmm)
{
	size_t n = 0;

	cluster_each_guest(f->k, intern_str(vmm), count, &n);
	return n;
}

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
	OK(LOCK, su);
	OK(TERMINATE, su);
	op.kind = CCB_DELETE;
	assert_true(change(f, op, false));
	NO(INSTANTIATE, su, "does not exist");
	assert_true(cluster_equal(f->k, start));
	cluster_free(start);
}

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
refuses_damaged_text(void **state)
{
	static const char *const bad[] = {
		"nonsense\n", "ee\n", "ee\tx\n", "ee\tx\tpeui\t-\n",
		"ee\tx\tpeui---\t-\tsafB\n", "ee\tx\tpeui---\t-\tsafB:4\n",
		"ee\tx\tpeui---\t-\tsafB:1", "dep\tx,y\tmany\n",
		"dep\tx\t1\n", "ee\tx\tpeuiXXX\t-\n", "\n", "ee\tx\\",
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

/* --- the worked examples, forward and back --- */

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
		TEST(brings_up_new_units),
		TEST(tells_differences),
		TEST(saves_and_loads),
		TEST(saves_what_changed),
		TEST(refuses_damaged_text),
		cmocka_unit_test(obeys_right_campaigns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
