/* X1: what is written leads to the target, or nothing is written. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "compile.h"
#include "diag.h"

#define HEAD "objects:\n" \
	"  - {class: SaPlmDomain, dn: \"safDomain=d\"}\n"
#define TYPE(v) "  - {class: SaPlmEEType, dn: \"safVersion=" v \
	",safEEType=T\"}\n"
#define HOST(v) "  - {class: SaPlmEE, dn: \"safEE=h,safDomain=d\", " \
	"saPlmEEType: \"safVersion=" v ",safEEType=T\"}\n"

static const char source_text[] = HEAD TYPE("1") HOST("1");
static const char target_text[] = HEAD TYPE("1") TYPE("2") HOST("2");

static struct model *
load(const char *text, struct diag *d)
{
	return model_load_src(src_from_memory("m.yaml", text, strlen(text)), d);
}

struct pair {
	struct diag diag;
	struct model *s, *t;
};

static int
setup(void **state)
{
	struct pair *p = mem_alloc(1, sizeof(*p));

	p->s = load(source_text, &p->diag);
	p->t = load(target_text, &p->diag);
	*state = p;
	return p->diag.nerror > 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;

	model_free(p->s);
	model_free(p->t);
	diag_free(&p->diag);
	free(p);
	return 0;
}

static void
accepts_its_own(void **state)
{
	struct pair *p = *state;
	struct compile_options o = { 0 };
	struct campaign *c;

	assert_int_equal(compile_run(p->s, p->t, &o, &p->diag, &c),
	    COMPILE_DONE);
	assert_int_equal(c->nprocedure, 1);
	assert_true(compile_check(p->s, p->t, c, &p->diag));
	campaign_free(c);
}

static void
refuses_another(void **state)
{
	struct pair *p = *state;
	struct campaign *c = campaign_new();

	assert_false(compile_check(p->s, p->t, c, &p->diag));
	assert_int_equal(p->diag.nerror, 1);
	assert_int_equal(p->diag.item[p->diag.nitem - 1].code,
	    DIAG_SELF_CHECK);
	assert_string_equal(name_str(p->diag.item[p->diag.nitem - 1].dn),
	    "safEE=h,safDomain=d");
	campaign_free(c);
}

static void
has_nothing_to_do(void **state)
{
	struct pair *p = *state;
	struct compile_options o = { 0 };
	struct campaign *c;

	assert_int_equal(compile_run(p->s, p->s, &o, &p->diag, &c),
	    COMPILE_EQUAL);
	assert_null(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(accepts_its_own, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(refuses_another, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(has_nothing_to_do, setup,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
