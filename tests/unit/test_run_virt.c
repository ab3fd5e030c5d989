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
#include "buf.h"
#include "told.h"
#include "agent.h"

#define HOST "test:///default"

static struct vm
machine(const char *domain)
{
	static const char *hosts[] = { HOST };

	return (struct vm){ .domain = domain, .at = HOST, .host = hosts, .snapshot = "camprun-1",
		.nhost = 1, .tries = 2, .grace = 1000000 };
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

/* --- the words of the agent in a guest --- */

static void
the_agent_is_told(void **state)
{
	char sh[] = "/bin/sh", c[] = "-c", script[] = "echo \"a\nb\"";
	char *argv[] = { sh, c, script, NULL };
	struct buf b = { 0 };

	(void)state;
	agent_exec(&b, argv);
	assert_string_equal(b.data, "{\"execute\":\"guest-exec\",\"arguments\":"
	    "{\"path\":\"/bin/sh\",\"arg\":[\"-c\",\"echo \\\"a\\u000ab\\\"\"],"
	    "\"capture-output\":true}}");
	buf_free(&b);
	argv[1] = NULL;
	agent_exec(&b, argv);
	assert_non_null(strstr(b.data, "\"arg\":[],"));
	buf_free(&b);
	agent_status(&b, 77);
	assert_non_null(strstr(b.data, "{\"pid\":77}"));
	buf_free(&b);
}

static void
the_agent_answers(void **state)
{
	struct buf out = { 0 }, err = { 0 };
	struct agent_end e;

	(void)state;
	assert_int_equal(agent_pid("{\"return\": { \"pid\" : 812}}"), 812);
	assert_int_equal(agent_pid("{\"return\":{}}"), -1);
	assert_int_equal(agent_pid("{\"return\":{\"pid\":true}}"), -1);
	assert_true(agent_end("{\"return\":{\"exited\":false}}", &e, &out,
	    &err));
	assert_false(e.exited);
	assert_true(agent_end("{\"return\":{\"exitcode\":3,\"out-data\":"
	    "\"b3V0Cg==\",\"err-data\":\"\\/\\/8=\",\"exited\":true}}", &e,
	    &out, &err));
	assert_true(e.exited);
	assert_int_equal(e.status, 3);
	assert_int_equal(out.len, 4);
	assert_memory_equal(out.data, "out\n", 4);
	assert_int_equal(err.len, 2);
	buf_free(&out);
	buf_free(&err);
	assert_true(agent_end("{\"return\":{\"exited\":true,\"signal\":9}}", &e,
	    &out, &err));
	assert_int_equal(e.status, 137);
}

static void
what_the_agent_must_not_say(void **state)
{
	static const char *const bad[] = { "", "{}", "{\"return\":{\"exited\""
		":true}}", "{\"return\":{\"exited\":true,\"exitcode\":0,"
		"\"out-data\":\"b3V0C\"}}", "{\"return\":{\"exited\":true,"
		"\"exitcode\":0,\"out-data\":\"b3", "{\"return\":{\"exited\":"
		"true,\"exitcode\":0,\"out-data\":7}}" };
	struct buf out = { 0 }, err = { 0 };
	struct agent_end e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(agent_end(bad[i], &e, &out, &err));
	buf_free(&out);
	buf_free(&err);
}

/* A machine writes its disks, and neither what is read-only nor what has no
 * file. */
static void
disks_that_are_written(void **state)
{
	static const char xml[] = "<domain><devices>"
	    "<disk type='file' device='cdrom'><source file='/a/cd.iso'/>"
	    "<readonly/></disk>"
	    "<disk type='file' device='disk'><driver name='qemu'/>"
	    "<source file='/b/one.qcow2' index='1'/></disk>"
	    "<disk type='network' device='disk'><source protocol='rbd'/></disk>"
	    "<disk type='file' device='disk'>"
	    "<source file=\"/c/two's.qcow2\"/></disk>"
	    "<disk type='file'><source file='/d/cut";
	char path[20];

	(void)state;
	assert_true(told_disk(xml, 0, path, sizeof(path)));
	assert_string_equal(path, "/b/one.qcow2");
	assert_true(told_disk(xml, 1, path, sizeof(path)));
	assert_string_equal(path, "/c/two's.qcow2");
	assert_false(told_disk(xml, 2, path, sizeof(path)));
	assert_false(told_disk(xml, 0, path, 12));
	assert_false(told_disk("", 0, path, sizeof(path)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_entry),
		cmocka_unit_test(disks_that_are_written),
		cmocka_unit_test(test_what_is_so_is_not_done_again),
		cmocka_unit_test(test_plugs),
		cmocka_unit_test(test_without_description),
		cmocka_unit_test(test_stops_and_snapshots),
		cmocka_unit_test(the_agent_is_told),
		cmocka_unit_test(the_agent_answers),
		cmocka_unit_test(what_the_agent_must_not_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
