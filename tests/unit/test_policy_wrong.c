/* T11, X4: what is refused in a policy, and where it is said to be. */
#include <errno.h>
#include <stdio.h>

#include "policy_of.h"

/* Each text gives exactly this one finding at this offset (in characters). */
static const struct {
	const char *text, *code;
	uint32_t off;
} bad[] = {
	{ "steps: [", "S501", 8 },
	{ "a: \"\\x\"", "S501", 6 },
	{ "\xc3\xa4: \xff", "S501", 3 },
	{ "\xff\xfe", "S501", 0 },
	{ "\xef\xbb\xbf" "a: \xff", "S501", 3 }, /* a mark is no character */
	{ "\xef\xac\x81: \xff", "S501", 3 }, /* a ligature is one */
	{ "r\xc3\xa9tries: []", "S502", 0 },
	{ "retries: [{max: 1, mux: 2}]", "S502", 19 },
	{ "retries: []\nretries: []", "S503", 12 },
	{ "retries: [{max: 1, max: 1}]", "S503", 19 },
	{ "resources: [a, a]", "S503", 15 },
	{ "resources: [a]\ncapacity: [{resources: {a: 1, a: 2}}]", "S503",
	    45 },
	{ "[]", "S504", 0 },
	{ "word", "S504", 0 },
	{ "retries: {}", "S504", 9 },
	{ "retries:", "S504", 8 },
	{ "retries: [5]", "S504", 10 },
	{ "retries: [{max: '1'}]", "S504", 16 },
	{ "retries: [{max: [1]}]", "S504", 16 },
	{ "retries: [{match: ~, max: 1}]", "S504", 18 },
	{ "retries: [{match: '', max: 1}]", "S504", 18 },
	{ "steps: [{restartable: yes}]", "S504", 22 },
	{ "steps: [{restartable: 'true'}]", "S504", 22 },
	{ "outages: {accept: none}", "S504", 18 },
	{ "outages: [{accept: all}]", "S504", 9 },
	{ "? [a]\n: b", "S504", 2 },
	{ "exec: [{program: /bin/true}]", "S504", 17 },
	{ "exec: [{program: [[]]}]", "S504", 18 },
	{ "exec: [{program: [true]}]", "S504", 18 },
	{ "exec: [{program: [/p, '%{nobody}']}]", "S504", 22 },
	{ "exec: [{program: [/p, '%{entity']}]", "S504", 22 },
	{ "exec: [{program: [/p], environment: [A]}]", "S504", 37 },
	{ "exec: [{agent: a, parameters: ['=b']}]", "S504", 31 },
	{ "exec: [{program: [/p], success: [256]}]", "S504", 33 },
	{ "retries: [{max: -1}]", "S505", 16 },
	{ "retries: [{max: 1.5}]", "S505", 16 },
	{ "retries: [{max: 4294967296}]", "S505", 16 },
	{ "retries: [{max: 0x10}]", "S505", 16 },
	{ "steps: [{restart-time: 30}]", "S505", 23 },
	{ "steps: [{restart-time: -1s}]", "S505", 23 },
	{ "steps: [{restart-time: 30 s}]", "S505", 23 },
	{ "steps: [{restart-time: 9223372036854775807h}]", "S505", 23 },
	{ "steps: [{restart-time: 99999999999999999999s}]", "S505", 23 },
	{ "a: &x b", "S506", 3 },
	{ "steps: [{match: *x}]", "S506", 16 },
	{ "a: !!str b", "S506", 3 },
	{ "retries: [{match: a}]", "S507", 10 },
	{ "outages: {}", "S510", 9 },
	{ "fault-domains: [{element: a}]", "S507", 16 },
	{ "fault-domains: [{level: []}]", "S504", 24 },
	{ "fault-domains: [{level: a, type: x}, {level: a, type: y}]", "S503",
	    37 },
	{ "compatible: [{upper: a, lower: b}]", "S507", 13 },
	{ "capacity: [{resources: {cpu: 1}}]", "S508", 24 },
	{ "resources: [a]\n---\nresources: [b]", "S509", 15 },
	{ "steps: [{match: a}]", "S510", 8 },
	{ "timeouts: [{match: a}]", "S507", 11 },
	{ "timeouts: [{max: 1}]", "S505", 17 },
	{ "timeouts: [{action: termnate, max: 1s}]", "S515", 20 },
	{ "timeouts: [{action: [lock], max: 1s}]", "S504", 20 },
	{ "callbacks: [{answer: silence}]", "S515", 21 },
	{ "callbacks: [{phase: back, answer: fail}]", "S515", 20 },
	{ "callbacks: [{label: a}]", "S507", 12 },
	{ "classes: [{type: 'a*', resources: {}}]", "S504", 10 },
	{ "classes: [{type: a, resources: {}}, {type: a, resources: {}}]",
	    "S503", 36 },
	{ "classes: [{type: a}]", "S507", 10 },
	{ "advise: [{percentile: 101}]", "S505", 22 },
	{ "advise: [{match: a}]", "S510", 9 },
	{ "templates: [{name: t, from: a}]", "S507", 12 },
	{ "templates: [{name: t, from: a, to: b, hot-plug: [cpu]}]", "S508",
	    12 },
	{ "templates: [{name: t, from: a, to: b, hide: [a, a]}]", "S503", 12 },
	{ "templates: [{name: t, from: a, to: b, hide: [a], expose: [a]}]",
	    "S503", 12 },
	{ "templates: [{name: t, from: a, to: b, augment: ['p q']}]", "S504",
	    48 },
	{ "templates: [{name: t, from: a, to: b, migration: fast}]", "S515",
	    49 },
	{ "templates: [{name: t, from: a, to: b, call: [before]}]", "S515",
	    12 },
	{ "templates: [{name: t, from: a, to: b, pre-migration: [/p]}]",
	    "S507", 12 },
	{ "templates: [{name: t, from: a, to: b, undo-mid-migration: [/p]}]",
	    "S507", 12 },
	{ "templates: [{name: t, from: a, to: b, mid-migration: [p], "
	    "undo-mid-migration: []}]", "S504", 54 },
	{ "templates: [{name: t, from: a, to: b, mid-migration: [/p, a, b], "
	    "undo-mid-migration: []}]", "S504", 53 },
	{ "templates: [{name: t, from: a, to: b}, {name: t, from: a, to: b}]",
	    "S503", 39 },
};

static void
mistakes_are_found_where_they_are(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct diag d = { 0 };
		struct policy *p = policy_of(bad[i].text, &d);

		if (d.nitem != 1)
			fail_msg("%s: %zu findings", bad[i].text, d.nitem);
		if (strcmp(diag_info[d.item[0].code].code, bad[i].code) != 0 ||
		    d.item[0].at.off != bad[i].off)
			fail_msg("%s: %s at %u: %s", bad[i].text,
			    diag_info[d.item[0].code].code,
			    d.item[0].at.off, d.item[0].text);
		policy_free(p);
		diag_free(&d);
	}
}

static void
near_keys_are_named(void **state)
{
	struct diag d = { 0 };
	struct policy *p = policy_of("stpes: []\n"
	    "retries: [{max: 1, mtach: a}]\n"
	    "resources: [memory]\n"
	    "demand: [{resources: {memroy: 1}}]\n"
	    "timeouts: [{action: termnate, max: 1s}]\n", &d);

	(void)state;
	assert_int_equal(d.nitem, 4);
	assert_string_equal(d.item[0].notes->text, "did you mean \"steps\"?");
	assert_string_equal(d.item[1].notes->text, "did you mean \"match\"?");
	assert_string_equal(d.item[2].notes->text, "did you mean \"memory\"?");
	assert_string_equal(d.item[3].notes->text,
	    "did you mean \"terminate\"?");
	policy_free(p);
	diag_free(&d);
}

static void
what_is_right_is_kept(void **state)
{
	struct diag d = { 0 };
	struct policy *p = policy_of("retries: [{max: x}, {max: 4}]\n"
	    "unknown: 1\noutages: {accept: all}\n", &d);

	(void)state;
	assert_int_equal(d.nerror, 2);
	assert_int_equal(policy_max_retry(p, id("a=1")), 4);
	assert_true(policy_accepts_all(p));
	policy_free(p);
	diag_free(&d);
}

static void
deep_nesting_is_refused_not_followed(void **state)
{
	struct diag d = { 0 };
	struct policy *p;
	char text[100001];

	(void)state;
	memset(text, '[', 100000);
	text[100000] = '\0';
	p = policy_of(text, &d);
	assert_int_equal(d.nitem, 1);
	assert_string_equal(diag_info[d.item[0].code].code, "S501");
	policy_free(p);
	diag_free(&d);
}

static void
a_missing_file_is_no_finding(void **state)
{
	struct diag d = { 0 };

	(void)state;
	errno = 0;
	assert_null(policy_load("tests/unit/no-such-policy.yaml", &d));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(d.nitem, 0);
}

static void
wrong_channels_are_refused(void **state)
{
	static const char *const wrong[] = { /* each with its code in front */
		"S504{name: a, syslog: dev/log}", "S504{name: a, trap: host}",
		"S504{name: a, trap: \"host:0\"}",
		"S504{name: a, trap: \"host:65536\"}",
		"S504{name: a, trap: \"::1:162\"}",
		"S504{name: a, webhook: \"ftp://x\"}",
		"S504{name: a, webhook: \"http://\"}",
		"S504{name: a, mail: nobody}",
		"S504{name: a, mail: \"a@b,\"}",
		"S504{name: a, mail: \"a@b\\r\\nBcc: c@d\"}",
		"S504{name: a, mail: \"-oQ@b\"}",
		"S504{name: a, program: []}",
		"S504{name: a, program: [relative]}",
		"S504{name: a, mail: a@b, server: \"http://x\"}",
		"S504{name: a, webhook: \"http://x\", secret-file: rel}",
		"S516{name: a}",
		"S516{name: a, mail: a@b, syslog: /x}",
		"S516{name: a, syslog: /x, inform: true}",
		"S516{name: a, mail: a@b, server: \"smtp://x\", "
		    "sendmail: [/x]}",
		"S516{name: a, trap: \"x:1\", community: c, "
		    "secret-file: /x}",
	};
	char text[300];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct diag d = { 0 };
		struct policy *p;

		snprintf(text, sizeof(text), "channels: [%s]", wrong[i] + 4);
		p = policy_of(text, &d);
		if (d.nerror != 1 || memcmp(diag_info[d.item[0].code].code,
		    wrong[i], 4) != 0)
			fail_msg("%s: %zu errors, %s", text, d.nerror,
			    d.nitem > 0 ? diag_info[d.item[0].code].code :
			    "none");
		policy_free(p);
		diag_free(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_are_found_where_they_are),
		cmocka_unit_test(near_keys_are_named),
		cmocka_unit_test(what_is_right_is_kept),
		cmocka_unit_test(deep_nesting_is_refused_not_followed),
		cmocka_unit_test(a_missing_file_is_no_finding),
		cmocka_unit_test(wrong_channels_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
