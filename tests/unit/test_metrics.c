/* R1: measurements are read as they are meant, in whatever form, and nothing
 * in them breaks the reader. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "dice.h"
#include "metrics_read.h"

static const char *const resources[] = { "cpu", "memory", "storage", "io",
	"network" };
enum { RESOURCES = 5 };

static struct diag d;
static struct metrics m;

/* Of two machines. */
static int
open_two(void **state)
{
	(void)state;
	d = (struct diag){ 0 };
	metrics_open(&m, 2, resources, RESOURCES, &d);
	metrics_name(&m, "vm1", 3, 0);
	metrics_name(&m, "vm2", 3, 1);
	return 0;
}

static int
close_two(void **state)
{
	(void)state;
	metrics_close(&m);
	diag_free(&d);
	return 0;
}

static void
read_text(const char *text, size_t len)
{
	struct src *src = src_from_memory("metrics", text, len);

	metrics_read(&m, src);
	src_close(src);
}

/* The only value of a machine's resource, in thousandths; -1: there is none. */
static int64_t
only(size_t vm, size_t resource)
{
	const struct measured *v = metrics_of(&m, vm, resource);

	assert_true(v->h.n <= 1);
	return v->h.n == 0 ? -1 : v->h.most;
}

static void
percentiles_are_told_exactly_or_little_more(void **state)
{
	struct histogram h = { 0 };
	int64_t v, got;

	(void)state;
	assert_int_equal(histogram_percentile(&h, 50), 0);
	for (v = 1; v <= 100; v++)
		histogram_add(&h, v);
	assert_int_equal(histogram_percentile(&h, 95), 95);
	assert_int_equal(histogram_percentile(&h, 100), 100);
	assert_int_equal(histogram_percentile(&h, 1), 1);
	histogram_free(&h);
	h = (struct histogram){ 0 };
	for (v = 1; v <= 1000; v++)
		histogram_add(&h, v * 123457);
	for (v = 1; v <= 100; v++) {
		got = histogram_percentile(&h, (unsigned)v);
		assert_true(got >= v * 1234570);
		assert_true(got <= v * 1234570 + v * 1234570 / 128 + 1);
	}
	assert_int_equal(histogram_percentile(&h, 100), 123457000);
	histogram_free(&h);
	h = (struct histogram){ 0 };
	histogram_add(&h, INT64_MAX);
	histogram_add(&h, 0);
	assert_int_equal(histogram_percentile(&h, 100), INT64_MAX);
	assert_int_equal(histogram_percentile(&h, 50), 0);
	histogram_free(&h);
}

static void
times_have_a_zone(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: no time */
	} times[] = {
		{ "0", 0 },
		{ "1798761600", INT64_C(1798761600000) },
		{ "1798761600.25", INT64_C(1798761600250) },
		{ "2027-01-01T00:00:00Z", INT64_C(1798761600000) },
		{ "2027-01-01 00:00:00.5Z", INT64_C(1798761600000) },
		{ "2027-01-01T01:00:00+01:00", INT64_C(1798761600000) },
		{ "2026-12-31T18:30:00-05:30", INT64_C(1798761600000) },
		{ "2024-02-29T12:00:00Z", INT64_C(1709208000000) },
		{ "2027-01-01T00:00:00", -1 },
		{ "2027-01-01", -1 },
		{ "2027-13-01T00:00:00Z", -1 },
		{ "2027-01-01T24:00:00Z", -1 },
		{ "2027-01-01T00:00:00+1", -1 },
		{ "-1", -1 },
		{ "nan", -1 },
		{ "0x10", -1 },
		{ "", -1 },
	};
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		ms = -1;
		if (metrics_time(times[i].text, &ms) != (times[i].ms >= 0) ||
		    (times[i].ms >= 0 && ms != times[i].ms))
			fail_msg("%s: %lld", times[i].text, (long long)ms);
	}
}

static void
what_sadf_says_is_what_is_used(void **state)
{
	static const char text[] = "{\"sysstat\": {\"hosts\": [{\"nodename\": "
	    "\"vm2\", \"number-of-cpus\": 4, \"statistics\": [{\"timestamp\": "
	    "{\"date\": \"2027-01-01\", \"time\": \"00:10:00\"}, \"cpu-load\": "
	    "[{\"cpu\": \"all\", \"idle\": 75.0}], \"memory\": {\"memused\": "
	    "2048, \"cached\": 1000, \"buffers\": 24}, \"io\": {\"tps\": 7.5},"
	    " \"network\": {\"net-dev\": [{\"iface\": \"lo\", \"rxkB\": 5, "
	    "\"txkB\": 5}, {\"iface\": \"eth0\", \"rxkB\": 1, \"txkB\": 2}]},"
	    " \"filesystems\": [{\"MBfsused\": 10}, {\"MBfsused\": 5}]}]}]}}";

	(void)state;
	read_text(text, sizeof(text) - 1);
	assert_int_equal(d.nitem, 0);
	assert_int_equal(only(1, 0), 1000);
	assert_int_equal(only(1, 1), 2000);
	assert_int_equal(only(1, 2), 15000);
	assert_int_equal(only(1, 3), 7500);
	assert_int_equal(only(1, 4), 3000);
	assert_int_equal(only(0, 0), -1);
}

/* What sysstat counts as used was another thing once: 12.6 said the first and
 * the second of a machine with 24684084 KiB. */
static void
memory_used_is_what_cannot_be_given_back(void **state)
{
	static const struct {
		const char *said;
		int64_t used;
	} t[] = {
		{ "\"memfree\": 23385576, \"avail\": 24044756, \"memused\": "
		    "209624, \"memused-percent\": 0.85, \"buffers\": 11720, "
		    "\"cached\": 518140, \"slab\": 559024", 624344 },
		{ "\"memfree\": 23385576, \"avail\": 24044756, \"memused\": "
		    "209624, \"memused-percent\": 0.85, \"buffers\": 11720, "
		    "\"cached\": 518140", 204711 },
		{ "\"memfree\": 300000, \"memused\": 600000, "
		    "\"memused-percent\": 60.00, \"buffers\": 0, "
		    "\"cached\": 100000", 585938 },
		{ "\"memfree\": 300000, \"avail\": 390000, \"memused\": "
		    "600000, \"memused-percent\": 60.00, \"buffers\": 0, "
		    "\"cached\": 100000", 595703 },
		{ "\"memfree\": 600000, \"memused\": 1000000, "
		    "\"memused-percent\": 62.50, \"buffers\": 100000, "
		    "\"cached\": 183200", 700000 },
		{ "\"memused\": 1024000, \"cached\": 9999999", 1000000 },
	};
	char text[700];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		int n = snprintf(text, sizeof(text), "{\"sysstat\": {\"hosts\""
		    ": [{\"nodename\": \"vm2\", \"statistics\": "
		    "[{\"timestamp\": {\"date\": \"2027-01-01\", \"time\": "
		    "\"00:10:00\"}, \"memory\": {%s}}]}]}}", t[i].said);

		open_two(state);
		read_text(text, (size_t)n);
		assert_int_equal(d.nitem, 0);
		assert_int_equal(only(1, 1), t[i].used);
		close_two(state);
	}
}

static void
history_is_what_was_measured(void **state)
{
	static const int64_t hour = 3600000;
	int64_t k;

	(void)state;
	for (k = 100; k >= 0; k--)
		metrics_add(&m, 0, 0, k * hour, 1);
	assert_int_equal(metrics_history(metrics_of(&m, 0, 0)), 100 * hour);
	metrics_add(&m, 0, 0, 4000 * hour, 1); /* long after */
	assert_int_equal(metrics_history(metrics_of(&m, 0, 0)), 108 * hour);
	metrics_add(&m, 0, 0, 4001 * hour, 1);
	metrics_add(&m, 0, 0, INT64_C(9000000000000000), 1); /* in no year */
	assert_int_equal(metrics_history(metrics_of(&m, 0, 0)), 108 * hour);
	metrics_add(&m, 1, 0, 7 * hour, 1);
	assert_int_equal(metrics_history(metrics_of(&m, 1, 0)), 0);
}

static void
counters_count_from_one_time_to_the_next(void **state)
{
	static const char text[] = "time=100\nDomain: 'vm1'\n"
	    "  cpu.time=5000000000\n  block.0.rd.reqs=10\n"
	    "  block.1.wr.reqs=10\n  net.0.rx.bytes=0\n  net.0.tx.bytes=0\n"
	    "  block.0.allocation=1048576\n\n"
	    "time=110\nDomain: 'vm1'\n  cpu.time=10000000000\n"
	    "  block.0.rd.reqs=40\n  block.1.wr.reqs=80\n"
	    "  net.0.rx.bytes=10240\n  net.0.tx.bytes=10240\n"
	    "time=120\nDomain: 'vm1'\n  cpu.time=3\n";

	(void)state;
	read_text(text, sizeof(text) - 1);
	assert_int_equal(d.nitem, 0);
	assert_int_equal(only(0, 0), 500); /* the last began anew */
	assert_int_equal(only(0, 2), 1000);
	assert_int_equal(only(0, 3), 10000);
	assert_int_equal(only(0, 4), 2000);
}

static void
names_of_several_are_nobody_s(void **state)
{
	static const char text[] = "vm,time,cpu\nvm1,1,1\nweb,1,1\nweb,2,1\n"
	    "nobody,1,1\nnobody,2,1\n";

	(void)state;
	metrics_name(&m, "web", 3, 0);
	metrics_name(&m, "web", 3, 1);
	read_text(text, sizeof(text) - 1);
	assert_int_equal(d.nitem, 2); /* each is said once */
	assert_int_equal(d.item[0].code, DIAG_METRICS_NAME);
	assert_int_equal(d.item[1].code, DIAG_METRICS_NAME);
	assert_int_equal(only(0, 0), 1000);
	assert_int_equal(only(1, 0), -1);
}

/* Each form, with bytes changed, taken away and doubled: whatever comes of it,
 * it is read to its end, and what is wrong is said. */
static const char *const forms[] = {
	"vm,time,cpu,memory\n\"vm1\",1798761600,0.5,100\nvm2,"
	    "2027-01-01T00:00:00Z,,\"1e2\"\n",
	"{\"vm\": \"vm1\", \"time\": 1, \"cpu\": 0.5}\n{\"vm\": \"vm2\", "
	    "\"time\": \"2027-01-01T00:00:00Z\", \"memory\": null}\n",
	"time=5\nDomain: 'vm1'\n  cpu.time=5\n  balloon.current=7\ntime=6\n"
	    "Domain: 'vm1'\n  cpu.time=9\n  block.0.allocation=3\n",
	"{\"sysstat\": {\"hosts\": [{\"nodename\": \"vm1\", \"number-of-cpus\""
	    ": 2, \"statistics\": [{\"timestamp\": {\"date\": \"2027-01-01\", "
	    "\"time\": \"00:00:00\"}, \"cpu-load\": [{\"cpu\": \"all\", "
	    "\"idle\": 9}], \"memory\": {\"memused\": 5}}]}]}}",
	"{\"data\": {\"resultType\": \"matrix\", \"result\": [{\"metric\": "
	    "{\"__name__\": \"cpu\", \"vm\": \"vm1\"}, \"values\": [[1, "
	    "\"0.5\"], [2, \"NaN\"]]}]}}",
};

static void
spoilt_texts_are_read_to_their_end(void **state)
{
	char text[1024];
	size_t form, turn, n, i, at;

	(void)state;
	dice_begin();
	for (form = 0; form < sizeof(forms) / sizeof(forms[0]); form++)
		for (turn = 0; turn < dice_cases(2000); turn++) {
			n = strlen(forms[form]);
			memcpy(text, forms[form], n);
			for (i = dice(4); i-- > 0 && n > 8;) {
				at = dice((unsigned)n);
				if (dice(2) == 0)
					text[at] = (char)dice(256);
				else if (dice(2) == 0)
					memmove(text + at, text + at + 1,
					    --n - at);
				else
					n = at;
			}
			open_two(state);
			read_text(text, n);
			close_two(state);
		}
}

#define OF_TWO(name) \
	cmocka_unit_test_setup_teardown(name, open_two, close_two)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles_are_told_exactly_or_little_more),
		cmocka_unit_test(times_have_a_zone),
		OF_TWO(what_sadf_says_is_what_is_used),
		cmocka_unit_test(memory_used_is_what_cannot_be_given_back),
		OF_TWO(history_is_what_was_measured),
		OF_TWO(counters_count_from_one_time_to_the_next),
		OF_TWO(names_of_several_are_nobody_s),
		cmocka_unit_test(spoilt_texts_are_read_to_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
