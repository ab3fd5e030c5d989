/* T1: what the built-in class table knows, and that it survives a new start
 * of the names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intern.h"
#include "model.h"

static const struct attr_def *
attr(const char *class, const char *name)
{
	return class_attr(class_builtin(intern_str(class)), intern_str(name));
}

static void
knows_the_classes(void **state)
{
	const struct class_def *c = class_builtin(N_SaPlmEE);

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->name, N_SaPlmEE);
	assert_false(c->runtime);
	assert_int_equal(c->rdn.name, intern_str("safEE"));
	assert_int_equal(c->pos, NONE);
	c = class_builtin(intern_str("SaAmfSIAssignment"));
	assert_non_null(c);
	assert_true(c->runtime);
	assert_null(class_builtin(intern_str("Nothing")));
	assert_null(class_builtin(NAME_NONE));
}

static void
knows_the_attributes(void **state)
{
	const struct attr_def *a = attr("SaPlmDependency", "saPlmDepNames");

	(void)state;
	assert_non_null(a);
	assert_int_equal(a->type, TYPE_NAME);
	assert_int_equal(a->flags,
	    ATTR_MULTI | ATTR_INITIALIZED | ATTR_WRITABLE);
	a = attr("SaAmfSU", "saAmfSUHostedByNode");
	assert_non_null(a);
	assert_true(a->flags & ATTR_RUNTIME);
	a = attr("SaClmNode", "saClmNodeDisableReboot");
	assert_int_equal(a->fallback, intern_str("0"));
	assert_int_equal(attr("SaPlmEEType", "saPlmEetSwBundle")->type,
	    TYPE_NAME);
	assert_null(attr("SaPlmEE", "saPlmEEDependency"));
}

static void
survives_a_new_start(void **state)
{
	uint32_t i;

	(void)state;
	assert_non_null(class_builtin(N_SaPlmEE));
	intern_clear();
	for (i = 0; i < 1000; i++) {
		char name[2] = { (char)('a' + i % 26), (char)i };

		intern(name, 2);
	}
	knows_the_classes(NULL);
	knows_the_attributes(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_classes),
		cmocka_unit_test(knows_the_attributes),
		cmocka_unit_test(survives_a_new_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
