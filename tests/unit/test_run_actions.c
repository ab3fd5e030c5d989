/* T10, T11: which actions a campaign means, in which order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "buf.h"
#include "diag.h"

#define STORY "examples/03-media-cluster/"

struct fixture {
	struct diag diag;
	struct model *m;
	struct campaign *c;
	struct actions *a;
};

static int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->m = model_load(STORY "source.xml", &f->diag);
	f->c = campaign_load(STORY "campaign.xml", &f->diag);
	assert_non_null(f->m);
	assert_non_null(f->c);
	f->a = actions_expand(f->c, f->m);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	actions_free(f->a);
	campaign_free(f->c);
	model_free(f->m);
	diag_free(&f->diag);
	free(f);
	return 0;
}

/* The verbs of a procedure, runs of one verb as one word. */
static char *
verbs(const struct fixture *f, size_t proc)
{
	const struct run_proc *p = &f->a->proc[proc];
	struct buf b = { 0 };
	size_t i;
	int last = -1;

	for (i = p->first; i < p->first + p->n; i++) {
		const struct act *a = &f->a->act[i];
		int now = a->verb * 100 + a->nested;

		if (now != last)
			buf_printf(&b, "%u:%s ", a->nested,
			    verb_name((enum verb)a->verb));
		last = now;
	}
	buf_char(&b, '\0');
	return b.data;
}

/* Figure 4.1: tear-down outermost to innermost, build-up the other way. */
static void
nests(void **state)
{
	char *v = verbs(*state, 0);

	assert_string_equal(v,
	    "0:lock 0:terminate 0:offline-uninstall 0:online-uninstall "
	    "1:lock 1:terminate 1:offline-uninstall 1:online-uninstall "
	    "2:lock 2:terminate 2:offline-uninstall 2:online-uninstall "
	    "2:modify-im "
	    "2:online-install 2:offline-install 2:instantiate 2:unlock "
	    "1:online-install 1:offline-install 1:instantiate 1:unlock "
	    "0:online-install 0:offline-install 0:instantiate 0:unlock ");
	free(v);
}

static void
numbers_entities(void **state)
{
	const struct fixture *f = *state;
	const struct act *a = &f->a->act[f->a->proc[0].first];

	assert_int_equal(a[0].verb, VERB_LOCK);
	assert_string_equal(name_str(a[0].entity),
	    "safEE=VMx1-M,safDomain=domain_1");
	assert_string_equal(name_str(a[1].entity),
	    "safEE=VMx2-M,safDomain=domain_1");
	assert_string_equal(name_str(a[0].on),
	    "safEE=VMM1,safEE=hostOS-1,safDomain=domain_1");
	assert_string_equal(name_str(a[6].bundle), "safSmfBundle=VirtualBoxVM");
	assert_string_equal(name_str(a[6].on),
	    "safEE=VMM1,safEE=hostOS-1,safDomain=domain_1");
	assert_int_equal(f->a->nproc, 4);
	assert_true(f->a->init_end == f->a->proc[0].first);
	assert_true(f->a->complete < f->a->wrapup);
	assert_true(f->a->wrapup < f->a->n);
}

/* All VMs stand on the first of their sponsors, where they are caught, so
 * none migrates; when the catch is elsewhere, all of one host do. */
static void
migrates_to_the_catch(void **state)
{
	struct fixture *f = *state;
	struct ccb_op *op = f->c->init.v[1].op;
	size_t i, n = 0;
	uint32_t vmm2 = intern_str("safEE=VMM2,safEE=hostOS-2,"
	    "safDomain=domain_1");

	for (i = 0; i < f->a->n; i++)
		n += f->a->act[i].verb == VERB_MIGRATE;
	assert_int_equal(n, 0);
	actions_free(f->a);
	for (i = 0; i < 3; i++)
		op[i].attr[0].value = &vmm2;
	f->a = actions_expand(f->c, f->m);
	for (i = 0; i < f->a->n; i++)
		if (f->a->act[i].verb == VERB_MIGRATE) {
			assert_int_equal(f->a->act[i].part, PART_INIT);
			assert_int_equal(f->a->act[i].to, vmm2);
			n++;
		}
	assert_int_equal(n, 3);
}

static void
reverses(void **state)
{
	int v;

	(void)state;
	for (v = 0; v < VERB_COUNT; v++) {
		assert_int_equal(verb_reverse(verb_reverse((enum verb)v)), v);
		assert_int_equal(verb_find(verb_name((enum verb)v)), v);
	}
	assert_int_equal(verb_find("shake"), VERB_COUNT);
	assert_int_equal(verb_reverse(VERB_LOCK), VERB_UNLOCK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nests, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_entities, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(migrates_to_the_catch, setup,
		    teardown),
		cmocka_unit_test(reverses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
