/* U7, X7: what is done to virtual machines, against libvirt's own driver for
 * tests: it has one domain, "test", which runs, and forgets all with the
 * process. So every step is one process here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "teller.h"
#include "told.h"

#define HOST "test:///default"

static struct vm
machine(const char *domain)
{
	static const char *hosts[] = { HOST };

	return (struct vm){ .domain = domain, .at = HOST, .host = hosts, .snapshot = "camprun-1",
		.nhost = 1, .grace = 1000000 };
}

static void
test_runs(void **state)
{
	struct teller *t = teller_new();
	uint64_t visit = 0;

	(void)state;
	assert_int_equal(teller_runs(t, HOST, "test", &visit), RUNS);
	assert_int_equal(visit, 1);
	assert_int_equal(teller_runs(t, HOST, "nobody", NULL), RUNS_NOT);
	assert_int_equal(teller_runs(t, "test:///nowhere/at/all", "test", NULL),
	    RUNS_UNKNOWN);
	assert_int_equal(teller_runs(t, HOST, "test", NULL), RUNS);
	teller_free(t);
}

static void
test_machine(void **state)
{
	struct teller *t = teller_new();
	struct machine m;
	char *uri = calloc(1, 9000);

	(void)state;
	assert_true(teller_machine(t, HOST, &m));
	assert_string_not_equal(m.serial, "");
	assert_false(teller_machine(t, "test:///nowhere/at/all", &m));
	memset(uri, 'x', 8999); /* longer than any question */
	assert_false(teller_machine(t, uri, &m));
	assert_true(teller_machine(t, HOST, &m));
	free(uri);
	teller_free(t);
}

static void
test_entry(void **state)
{
	static const char text[] = "<sysinfo type='smbios'>\n<bios>\n"
	    "<entry name='version'>1.2</entry>\n</bios>\n<system>\n"
	    "<entry name='manufacturer'>ACME</entry>\n"
	    "<entry name='product'>Rack 9 </entry>\n"
	    "<entry name='serial'>Not Specified</entry>\n</system>\n"
	    "<baseBoard>\n<entry name='version'>B</entry>\n</baseBoard>";
	char got[16];

	(void)state;
	told_entry(text, "system", "product", got, sizeof(got));
	assert_string_equal(got, "Rack 9");
	told_entry(text, "system", "serial", got, sizeof(got));
	assert_string_equal(got, "");
	told_entry(text, "system", "version", got, sizeof(got));
	assert_string_equal(got, ""); /* what others say is not its own */
	told_entry(NULL, "system", "version", got, sizeof(got));
	assert_string_equal(got, "");
	told_entry("<system><entry name='serial'>7", "system", "serial", got,
	    sizeof(got));
	assert_string_equal(got, "");
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
test_plugs(void **state)
{
	struct vm v = machine("test"), none = machine("nobody");

	(void)state;
	v.plugged = none.plugged = PLUGGED_VCPUS;
	v.resource = none.resource = "vcpu";
	v.from = 2; /* what the driver's machine has */
	v.to_have = 1;
	assert_int_equal(virt_has(&v), VIRT_HAD);
	assert_int_equal(virt_plug(&v), 0);
	v.to_have = 2;
	assert_int_equal(virt_plug(&v), 0); /* it is so */
	assert_int_equal(virt_has(&v), VIRT_HAS);
	v.to_have = 99;
	assert_int_equal(virt_plug(&v), 1);
	v.from = 7;
	assert_int_equal(virt_has(&v), 1); /* neither */
	assert_int_equal(virt_plug(&none), 1);
	assert_int_equal(virt_has(&none), 1);
	assert_int_equal(virt_stay(&v), 0);
	assert_int_equal(virt_stay(&none), 1);
	v.plugged = PLUGGED_MEMORY;
	v.from = 3; /* not what it has */
	v.to_have = 4;
	assert_int_equal(virt_plug(&v), 1);
	v.plugged = PLUGGED_DEVICES;
	v.resource = "disk";
	v.from = 1;
	v.to_have = 2;
	v.definitions = "/nonexistent";
	assert_int_equal(virt_has(&v), VIRT_HAD);
	assert_int_equal(virt_plug(&v), 1);
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
	assert_int_equal(virt_revert(&v), 0); /* known again */
	assert_int_equal(virt_forget(&v), 0);
	assert_int_equal(virt_forget(&none), 1);
	assert_int_equal(virt_snapshot(&none), 1);
	assert_int_equal(virt_revert(&none), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_what_is_so_is_not_done_again),
		cmocka_unit_test(test_plugs),
		cmocka_unit_test(test_without_description),
		cmocka_unit_test(test_stops_and_snapshots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
