/* U3: a time is read as people write it and written as people read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "buf.h"
#include "duration.h"

static void
is_written(int64_t ns, const char *expected)
{
	struct buf b = { 0 };

	duration_write(&b, ns);
	buf_char(&b, '\0');
	assert_string_equal(b.data, expected);
	buf_free(&b);
}

static void
writes(void **state)
{
	(void)state;
	is_written(0, "0 s");
	is_written(1, "1 ns");
	is_written(500000000, "500 ms");
	is_written(INT64_C(30000000000), "30 s");
	is_written(INT64_C(600000000000), "10 min");
	is_written(INT64_C(4800000000000), "1 h 20 min");
	is_written(INT64_C(3600000000001), "1 h 1 ns");
	is_written(INT64_C(-1500000000), "-1 s 500 ms");
	is_written(INT64_MAX, "2562047 h 47 min 16 s 854 ms 775 us 807 ns");
	is_written(INT64_MIN, "-2562047 h 47 min 16 s 854 ms 775 us 808 ns");
}

static void
reads(void **state)
{
	int64_t ns = 0;

	(void)state;
	assert_null(duration_parse("30s", &ns));
	assert_int_equal(ns, INT64_C(30000000000));
	assert_null(duration_parse("2h", &ns));
	assert_int_equal(ns, INT64_C(7200000000000));
	assert_non_null(duration_parse("30", &ns));
	assert_non_null(duration_parse("s", &ns));
	assert_non_null(duration_parse("30 s", &ns));
	assert_non_null(duration_parse("2562048h", &ns));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes),
		cmocka_unit_test(reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
