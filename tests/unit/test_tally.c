/* T4: units are counted for each service group and procedure. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tally.h"

/* More pairs than the table begins with, the first group and procedure among
 * them: all keep their own count. */
static void
counts_each_pair(void **state)
{
	struct tally t = { 0 };
	uint32_t sg, proc;

	(void)state;
	for (sg = 0; sg < 60; sg++)
		for (proc = 0; proc < 60; proc++)
			*tally_at(&t, sg, proc) += sg * 100 + proc;
	for (sg = 0; sg < 60; sg++)
		for (proc = 0; proc < 60; proc++)
			assert_int_equal(*tally_at(&t, sg, proc),
			    sg * 100 + proc);
	assert_int_equal(*tally_at(&t, 60, 0), 0);
	assert_int_equal(t.units.n, 3601);
	tally_free(&t);
	assert_int_equal(t.units.n, 0);
	tally_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_each_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
