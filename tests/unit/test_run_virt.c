/* U7, X7: what is done to virtual machines, against libvirt's own driver for
 * tests: it has one domain, "test", which runs, and forgets all with the
 * process. So every step is one process here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "virt.h"

#define HOST "test:///default"

static struct vm
machine(const char *domain)
{
	static const char *hosts[] = { HOST };

	return (struct vm){ .domain = domain, .at = HOST, .host = hosts,
		.nhost = 1, .grace = 1000000 };
}

static void
test_runs(void **state)
{
	(void)state;
	assert_int_equal(virt_runs(HOST, "test"), RUNS);
	assert_int_equal(virt_runs(HOST, "nobody"), RUNS_NOT);
	assert_int_equal(virt_runs("test:///nowhere/at/all", "test"),
	    RUNS_UNKNOWN);
}

static void
test_what_is_so_is_not_done_again(void **state)
{
	struct vm v = machine("test"), none = machine("nobody");

	(void)state;
	assert_int_equal(virt_start(&v), 0);
	assert_int_equal(virt_stop(&none), 0);
	assert_int_equal(virt_reach(&v), 0);
}

static void
test_without_description(void **state)
{
	struct vm none = machine("nobody");

	(void)state;
	assert_int_equal(virt_start(&none), 1);
	none.definitions = "/nonexistent";
	assert_int_equal(virt_start(&none), 1);
}

static void
test_stops_and_snapshots(void **state)
{
	struct vm v = machine("test"), none = machine("nobody");

	(void)state;
	assert_int_equal(virt_stop(&v), 0);
	assert_int_equal(virt_restart(&v), 0);
	assert_int_equal(virt_snapshot(&v), 0);
	assert_int_equal(virt_revert(&v), 1); /* of another process */
	assert_int_equal(virt_snapshot(&none), 1);
	assert_int_equal(virt_revert(&none), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_what_is_so_is_not_done_again),
		cmocka_unit_test(test_without_description),
		cmocka_unit_test(test_stops_and_snapshots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
