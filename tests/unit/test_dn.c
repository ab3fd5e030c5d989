/* T1: names as IMM reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "intern.h"

static const char *
fault(const char *s)
{
	return dn_fault(s, strlen(s));
}

static void
faults_are_named(void **state)
{
	(void)state;
	assert_null(fault("safEE=a,safDomain=d"));
	assert_null(fault("a=b\\,c=d,e=f"));
	assert_null(fault("a==b"));
	assert_null(fault("a=b c,d=e"));
	assert_string_equal(fault(""), "is empty");
	assert_string_equal(fault(" a=b"), "begins or ends with a blank");
	assert_string_equal(fault("a=b\n"), "begins or ends with a blank");
	assert_string_equal(fault("a=b,"), "ends with a comma");
	assert_string_equal(fault("a=b,,c=d"), "has an empty part");
	assert_string_equal(fault(",a=b"), "has an empty part");
	assert_string_equal(fault("a=b,c"), "has a part without \"=\"");
	assert_string_equal(fault("=b"),
	    "has a part without a name before \"=\"");
	assert_string_equal(fault("a=,b=c"),
	    "has a part without a value after \"=\"");
	assert_string_equal(dn_fault("a=b\0c", 5), "holds a zero byte");
}

static void
the_longest_name_has_2048_bytes(void **state)
{
	char s[2050] = "a=";

	(void)state;
	memset(s + 2, 'x', sizeof(s) - 2);
	assert_null(dn_fault(s, 2048));
	assert_string_equal(dn_fault(s, 2049), "is longer than 2048 bytes");
}

static void
a_parent_begins_behind_the_first_plain_comma(void **state)
{
	uint32_t dn = intern_str("a=b\\,c=d,e=f,g=h");

	(void)state;
	assert_string_equal(name_str(dn_parent(dn)), "e=f,g=h");
	assert_string_equal(name_str(dn_rdn(dn)), "a=b\\,c=d");
	assert_int_equal(dn_parent(intern_str("a=b\\,c")), NAME_NONE);
	assert_int_equal(dn_join(dn_rdn(dn), dn_parent(dn)), dn);
	assert_int_equal(dn_join(dn, NAME_NONE), dn);
	assert_int_equal(dn_attr_len("safEE=x", 7), 5);
	assert_int_equal(dn_attr_len("safEE,x=", 8), 0);
}

static void
a_value_is_what_the_first_part_is_called(void **state)
{
	size_t n;

	(void)state;
	assert_string_equal(dn_value("a=b=c\\,d,e=f", 12, &n), "b=c\\,d,e=f");
	assert_int_equal(n, 6);
	assert_string_equal(dn_value("plain,e=f", 9, &n), "plain,e=f");
	assert_int_equal(n, 5);
	assert_string_equal(dn_value("a=", 2, &n), "");
	assert_int_equal(n, 0);
}

static void
a_parent_is_only_known_if_it_was_seen(void **state)
{
	uint32_t dn = intern_str("u=1,never=seen");

	(void)state;
	assert_int_equal(dn_parent_known(dn), NAME_NONE);
	intern_str("never=seen");
	assert_string_equal(name_str(dn_parent_known(dn)), "never=seen");
}

static void
a_name_inside_a_name(void **state)
{
	uint32_t in = intern_str("safSmfBundle=X,safApp=Y");
	uint32_t dn = intern_str(
	    "safInstalledSwBundle=safSmfBundle=X\\,safApp=Y,safAmfNode=n");

	(void)state;
	assert_int_equal(dn_embedded(dn), in);
	assert_int_equal(dn_embedded(intern_str("safEE=a,safDomain=d")),
	    NAME_NONE);
}

static int
natural(const char *a, const char *b)
{
	return dn_natural(intern_str(a), intern_str(b));
}

static void
natural_order_counts(void **state)
{
	(void)state;
	assert_true(natural("host2", "host10") < 0);
	assert_true(natural("host10", "host2") > 0);
	assert_true(natural("host02", "host2") != 0);
	assert_true(natural("host2", "host2") == 0);
	assert_true(natural("a9b1", "a09b2") < 0);
	assert_true(natural("a", "b") < 0);
	assert_true(natural("a", "a1") < 0);
	assert_true(natural("x99999999999999999999998",
	    "x99999999999999999999999") < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faults_are_named),
		cmocka_unit_test(the_longest_name_has_2048_bytes),
		cmocka_unit_test(a_parent_begins_behind_the_first_plain_comma),
		cmocka_unit_test(a_value_is_what_the_first_part_is_called),
		cmocka_unit_test(a_parent_is_only_known_if_it_was_seen),
		cmocka_unit_test(a_name_inside_a_name),
		cmocka_unit_test(natural_order_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
