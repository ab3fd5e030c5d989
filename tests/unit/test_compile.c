/*
 * Does the compiler trust its own campaign? Not before it has been applied:
 * here the comparison with the target is replaced by one that can be told to
 * find a difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apply.h"
#include "campaign.h"
#include "compile.h"
#include "diag.h"

static uint32_t difference; /* the object that shall differ, or NAME_NONE */
static size_t compared;

/* Stands before the real one when the program is linked. */
bool
world_equals(const struct world *w, const struct model *m, uint32_t *dn,
    const char **why)
{
	(void)w;
	(void)m;
	compared++;
	*dn = difference;
	*why = "differs for this test";
	return difference == NAME_NONE;
}

static struct model *
model_of(const char *version, struct diag *d)
{
	char text[512];

	snprintf(text, sizeof(text), "objects:\n"
	    "  - {class: SaPlmDomain, dn: safDomain=d}\n"
	    "  - {class: SaPlmEEBaseType, dn: safEEType=t, "
	    "saPlmEetProduct: t}\n"
	    "  - {class: SaPlmEEType, dn: 'safVersion=1,safEEType=t'}\n"
	    "  - {class: SaPlmEEType, dn: 'safVersion=2,safEEType=t'}\n"
	    "  - {class: SaPlmEE, dn: 'safEE=h,safDomain=d', "
	    "saPlmEEType: 'safVersion=%s,safEEType=t'}\n", version);
	return model_load_src(src_from_memory(version, text, strlen(text)), d);
}

static enum compile_result
compile(const char *from, const char *to, struct diag *d,
    struct campaign **out)
{
	struct compile_options opt = { 0 };
	struct model *s = model_of(from, d), *t = model_of(to, d);
	enum compile_result r = compile_run(s, t, &opt, d, out);

	model_free(s);
	model_free(t);
	return r;
}

static void
nothing_to_do(void **state)
{
	struct diag d = { 0 };
	struct campaign *c = NULL;

	(void)state;
	assert_int_equal(compile("1", "1", &d, &c), COMPILE_EQUAL);
	assert_null(c);
	assert_int_equal(d.nerror, 0);
	diag_free(&d);
}

static void
looks_before_it_hands_out(void **state)
{
	struct diag d = { 0 };
	struct campaign *c = NULL;

	(void)state;
	difference = NAME_NONE;
	compared = 0;
	assert_int_equal(compile("1", "2", &d, &c), COMPILE_DONE);
	assert_int_equal(compared, 1);
	assert_int_equal(c->nprocedure, 1);
	campaign_free(c);
	diag_free(&d);
}

static void
keeps_a_wrong_campaign(void **state)
{
	struct diag d = { 0 };
	struct campaign *c = NULL;
	size_t i, found = 0;

	(void)state;
	difference = intern_str("safEE=h,safDomain=d");
	assert_int_equal(compile("1", "2", &d, &c), COMPILE_BUG);
	assert_null(c);
	for (i = 0; i < d.nitem; i++)
		if (d.item[i].code == DIAG_SELF_CHECK) {
			found++;
			assert_int_equal(d.item[i].dn, difference);
		}
	assert_int_equal(found, 1);
	diag_free(&d);
}

static int
forget(void **state)
{
	(void)state;
	intern_clear();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(looks_before_it_hands_out),
		cmocka_unit_test(keeps_a_wrong_campaign),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
