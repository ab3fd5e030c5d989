/* T11, X4: what a policy says, and what is refused in one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "diag.h"
#include "intern.h"
#include "policy.h"

static struct policy *
policy_of(const char *text, struct diag *d)
{
	struct policy *p = policy_load_src(
	    src_from_memory("policy.yaml", text, strlen(text)), d);

	assert_non_null(p);
	return p;
}

static struct policy *
good(const char *text)
{
	struct diag d = { 0 };
	struct policy *p = policy_of(text, &d);

	if (d.nitem > 0)
		fail_msg("%s: %s", diag_info[d.item[0].code].code,
		    d.item[0].text);
	return p;
}

static uint32_t
id(const char *s)
{
	return intern_str(s);
}

static void
without_a_policy_every_question_has_an_answer(void **state)
{
	struct step_facts f = policy_step_facts(NULL, id("a=1"), id("b=1"),
	    id("c=1"));

	(void)state;
	assert_int_equal(f.restartable, TRI_UNKNOWN);
	assert_int_equal(f.online, TRI_UNKNOWN);
	assert_int_equal(f.restart_time, -1);
	assert_int_equal(f.switchover_time, -1);
	assert_int_equal(f.rule, 0);
	assert_int_equal(policy_max_retry(NULL, id("a=1")), 1);
	assert_false(policy_accepts_all(NULL));
	assert_false(policy_accepts_outage(NULL, id("a=1")));
	assert_false(policy_online_attr(NULL, id("a=1"), id("x")));
	assert_int_equal(policy_nresource(NULL), 0);
	assert_int_equal(policy_capacity(NULL, id("a=1"), id("b=1"), 0), -1);
	assert_int_equal(policy_demand(NULL, id("a=1"), id("b=1"), 0), 0);
	assert_int_equal(policy_compatible(NULL, id("a=1"), id("b=1")),
	    TRI_UNKNOWN);
}

static void
empty_policies_say_nothing(void **state)
{
	static const char *const texts[] = { "", "# nothing\n", "---\n", "{}\n",
		"---\n...\n", "\xef\xbb\xbf{}\n" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct policy *p = good(texts[i]);

		assert_int_equal(policy_max_retry(p, id("a=1")), 1);
		policy_free(p);
	}
}

static void
each_fact_comes_from_the_first_that_states_it(void **state)
{
	struct policy *p = good(
	    "steps:\n"
	    "  - match: safEE=vm-1,safDomain=d\n"
	    "    restart-time: 30s\n"
	    "  - match: 'safEE=vm-*'\n"
	    "    from: 'safVersion=1,*'\n"
	    "    to: 'safVersion=2,*'\n"
	    "    restartable: true\n"
	    "    restart-time: 2m\n"
	    "  - online: false\n"
	    "    switchover-time: 500ms\n");
	uint32_t v1 = id("safVersion=1,safEEType=t"),
	    v2 = id("safVersion=2,safEEType=t");
	struct step_facts f;

	(void)state;
	f = policy_step_facts(p, id("safEE=vm-1,safDomain=d"), v1, v2);
	assert_int_equal(f.restart_time, INT64_C(30000000000));
	assert_int_equal(f.restartable, TRI_YES);
	assert_int_equal(f.online, TRI_NO);
	assert_int_equal(f.switchover_time, INT64_C(500000000));
	assert_int_equal(f.rule, 1);
	f = policy_step_facts(p, id("safEE=vm-2,safDomain=d"), v1, v2);
	assert_int_equal(f.restart_time, INT64_C(120000000000));
	assert_int_equal(f.rule, 2);
	f = policy_step_facts(p, id("safEE=vm-2,safDomain=d"), v2, v1);
	assert_int_equal(f.restartable, TRI_UNKNOWN);
	assert_int_equal(f.rule, 3);
	policy_free(p);
}

static void
names_and_patterns_keep_their_order(void **state)
{
	struct policy *p = good(
	    "retries:\n"
	    "  - {match: 'a=?', max: 5}\n"
	    "  - {match: a=1, max: 6}\n"
	    "  - {match: bb=1, max: 7}\n"
	    "  - {match: 'bb=*', max: 8}\n"
	    "  - {match: bb=1, max: 9}\n"
	    "  - {max: 0}\n");

	(void)state;
	assert_int_equal(policy_max_retry(p, id("a=1")), 5);
	assert_int_equal(policy_max_retry(p, id("bb=1")), 7);
	assert_int_equal(policy_max_retry(p, id("bb=2")), 8);
	assert_int_equal(policy_max_retry(p, id("c=2")), 0);
	policy_free(p);
}

static void
outages_are_accepted_by_name_or_all(void **state)
{
	struct policy *p = good("outages: {accept: all}");

	(void)state;
	assert_true(policy_accepts_all(p));
	assert_true(policy_accepts_outage(p, id("safSi=x")));
	policy_free(p);
	p = good("outages: {accept: ['safSi=*,safApp=a', safSi=b]}");
	assert_false(policy_accepts_all(p));
	assert_true(policy_accepts_outage(p, id("safSi=x,safApp=a")));
	assert_true(policy_accepts_outage(p, id("safSi=b")));
	assert_false(policy_accepts_outage(p, id("safSi=x,safApp=b")));
	assert_int_equal(policy_longest_outage(p), -1);
	policy_free(p);
	p = good("outages: {longest: 90s}");
	assert_int_equal(policy_longest_outage(p), INT64_C(90000000000));
	assert_false(policy_accepts_outage(p, id("safSi=b")));
	policy_free(p);
}

static void
levels_are_told_from_the_lowest(void **state)
{
	struct policy *p = good("fault-domains:\n"
	    "  - {level: blade, element: 'safHE=b*'}\n"
	    "  - {level: rack, type: safHEType=r, want: true}\n"
	    "  - {level: site, attribute: where}\n");

	(void)state;
	assert_int_equal(policy_nlevel(p), 3);
	assert_string_equal(policy_level(p, 0), "blade");
	assert_true(policy_level_fits(p, 0, id("safHE=b1,safHE=r1"),
	    NAME_NONE));
	assert_false(policy_level_fits(p, 0, id("safHE=r1"), NAME_NONE));
	assert_true(policy_level_fits(p, 1, id("safHE=r1"),
	    id("safHEType=r")));
	assert_false(policy_level_fits(p, 1, id("safHE=r1"), NAME_NONE));
	assert_false(policy_level_wanted(p, 0));
	assert_true(policy_level_wanted(p, 1));
	assert_int_equal(policy_level_attribute(p, 1), NAME_NONE);
	assert_int_equal(policy_level_attribute(p, 2), id("where"));
	policy_free(p);
	assert_int_equal(policy_nlevel(NULL), 0);
}

static void
attributes_change_online_where_it_says(void **state)
{
	struct policy *p = good(
	    "online-attributes:\n"
	    "  - match: 'safEE=a*'\n"
	    "    attributes: [one, 'saPlm*Timeout']\n"
	    "  - attributes: [two]\n");

	(void)state;
	assert_true(policy_online_attr(p, id("safEE=ab"), id("one")));
	assert_true(policy_online_attr(p, id("safEE=ab"), id("two")));
	assert_true(policy_online_attr(p, id("safEE=ab"),
	    id("saPlmEETerminateTimeout")));
	assert_false(policy_online_attr(p, id("safEE=b"), id("one")));
	assert_true(policy_online_attr(p, id("safEE=b"), id("two")));
	policy_free(p);
}

/* Rules may stand before the list of resources that they speak of. */
static void
amounts_go_by_resource(void **state)
{
	struct policy *p = good(
	    "capacity:\n"
	    "  - {match: h=1, resources: {cpu: 4}}\n"
	    "  - {type: 't=*', resources: {cpu: 8, memory: 64}}\n"
	    "demand:\n"
	    "  - {match: 'v=*', type: t=1, resources: {memory: 2}}\n"
	    "resources: [cpu, memory]\n");

	(void)state;
	assert_int_equal(policy_nresource(p), 2);
	assert_string_equal(policy_resource(p, 1), "memory");
	assert_int_equal(policy_capacity(p, id("h=1"), id("t=1"), 0), 4);
	assert_int_equal(policy_capacity(p, id("h=1"), id("t=1"), 1), 64);
	assert_int_equal(policy_capacity(p, id("h=2"), id("t=1"), 0), 8);
	assert_int_equal(policy_capacity(p, id("h=2"), id("u=1"), 0), -1);
	assert_int_equal(policy_demand(p, id("v=1"), id("t=1"), 1), 2);
	assert_int_equal(policy_demand(p, id("v=1"), id("t=1"), 0), 0);
	assert_int_equal(policy_demand(p, id("v=1"), id("t=2"), 1), 0);
	policy_free(p);
}

static void
pairs_are_compatible_or_not(void **state)
{
	struct policy *p = good(
	    "compatible:\n"
	    "  - {upper: g=2, lower: h=1, compatible: false}\n"
	    "  - {upper: 'g=*', lower: 'h=*', compatible: true}\n");

	(void)state;
	assert_int_equal(policy_compatible(p, id("g=2"), id("h=1")), TRI_NO);
	assert_int_equal(policy_compatible(p, id("g=2"), id("h=2")), TRI_YES);
	assert_int_equal(policy_compatible(p, id("x=2"), id("h=2")),
	    TRI_UNKNOWN);
	policy_free(p);
}

enum { LOCK = 4, TERMINATE = 6 }; /* rows of verbs.def */

static void
timeouts_go_by_entity_type_and_action(void **state)
{
	struct policy *p = good(
	    "timeouts:\n"
	    "  - {match: v=1, action: terminate, max: 2s}\n"
	    "  - {match: 'v=*', type: t=1, max: 3s}\n"
	    "  - {action: lock, max: 0s}\n");

	(void)state;
	assert_int_equal(policy_timeout(p, id("v=1"), id("t=2"), TERMINATE),
	    2000000000);
	assert_int_equal(policy_timeout(p, id("v=1"), id("t=1"), LOCK),
	    3000000000);
	assert_int_equal(policy_timeout(p, id("v=1"), id("t=2"), LOCK), 0);
	assert_int_equal(policy_timeout(p, id("w=1"), id("t=1"), TERMINATE),
	    -1);
	assert_int_equal(policy_timeout(NULL, id("v=1"), id("t=1"), LOCK), -1);
	policy_free(p);
}

static void
callbacks_are_answered_by_label_and_phase(void **state)
{
	struct policy *p = good(
	    "callbacks:\n"
	    "  - {label: 'audit*', phase: rollback, answer: fail}\n"
	    "  - {label: 'audit*', answer: notify}\n"
	    "  - {label: quiet, answer: ignore}\n");
	struct place at;

	(void)state;
	assert_int_equal(policy_callback(p, id("audit-1"), 0), ANSWER_NOTIFY);
	assert_int_equal(policy_callback(p, id("audit-1"), 2), ANSWER_FAIL);
	assert_int_equal(policy_callback(p, id("quiet"), 1), ANSWER_IGNORE);
	assert_int_equal(policy_callback(p, id("loud"), 0), ANSWER_NONE);
	assert_int_equal(policy_callback(NULL, id("quiet"), 0), ANSWER_NONE);
	assert_false(policy_lacks_program(p, &at));
	policy_free(p);
	p = good("callbacks: [{answer: ignore}, {label: x, answer: run}]");
	assert_true(policy_lacks_program(p, &at));
	assert_int_equal(at.off, 30);
	policy_free(p);
	p = good("callbacks: [{label: x, answer: run, program: [/bin/true]}]");
	assert_false(policy_lacks_program(p, &at));
	policy_free(p);
}

static void
classes_say_what_machines_have(void **state)
{
	struct policy *p = good(
	    "resources: [cpu, memory]\n"
	    "classes:\n"
	    "  - {type: t=1, resources: {cpu: 2, memory: 9}, price: 5,\n"
	    "     features: [gpu]}\n"
	    "  - {type: t=2, resources: {cpu: 1}, bundle: b=1}\n"
	    "demand: [{match: a=9, resources: {cpu: 7}}]\n");
	struct policy_class c = policy_class(p, 0);

	(void)state;
	assert_int_equal(policy_nclass(p), 2);
	assert_int_equal(c.type, id("t=1"));
	assert_int_equal(c.price, 5);
	assert_int_equal(c.resource[1], 9);
	assert_int_equal(c.nfeature, 1);
	assert_string_equal(policy_class_feature(p, 0, 0), "gpu");
	c = policy_class(p, 1);
	assert_int_equal(c.price, -1);
	assert_int_equal(c.resource[1], -1);
	assert_string_equal(c.bundle, "b=1");
	/* What a class has is needed, unless a rule says what is. */
	assert_int_equal(policy_demand(p, id("a=1"), id("t=1"), 1), 9);
	assert_int_equal(policy_demand(p, id("a=9"), id("t=1"), 0), 7);
	assert_int_equal(policy_demand(p, id("a=9"), id("t=1"), 1), 9);
	assert_int_equal(policy_demand(p, id("a=1"), id("t=2"), 1), 0);
	assert_int_equal(policy_demand(p, id("a=1"), NAME_NONE, 1), 0);
	assert_int_equal(policy_nclass(NULL), 0);
	policy_free(p);
}

static void
advice_is_wished_by_the_first_rule_that_says(void **state)
{
	struct policy *p = good(
	    "resources: [cpu, memory]\n"
	    "advise:\n"
	    "  - {match: 'a=*', percentile: 99, needs: {memory: 3}}\n"
	    "  - {type: t=1, features: [], keep: true, name: vm1}\n"
	    "  - {percentile: 90, headroom: 0, history: 1h, gain: 5,\n"
	    "     needs: {cpu: 1, memory: 1}, features: [x, y],\n"
	    "     instances: true}\n");
	struct policy_advice a = policy_advice(p, id("a=1"), id("t=1"));

	(void)state;
	assert_int_equal(a.percentile, 99);
	assert_int_equal(a.headroom, 0);
	assert_int_equal(a.history, INT64_C(3600000000000));
	assert_int_equal(a.gain, 5);
	assert_int_equal(a.keep, TRI_YES);
	assert_int_equal(a.instances, TRI_YES);
	assert_string_equal(a.name, "vm1");
	assert_int_equal(a.features, 1);
	assert_int_equal(a.nfeature, 0);
	assert_int_equal(policy_advice_need(p, id("a=1"), id("t=1"), 1), 3);
	assert_int_equal(policy_advice_need(p, id("a=1"), id("t=1"), 0), 1);
	a = policy_advice(p, id("b=1"), id("t=2"));
	assert_int_equal(a.percentile, 90);
	assert_int_equal(a.keep, TRI_UNKNOWN);
	assert_int_equal(a.nfeature, 2);
	assert_string_equal(policy_advice_feature(p, &a, 1), "y");
	a = policy_advice(NULL, id("b=1"), id("t=2"));
	assert_int_equal(a.percentile, -1);
	assert_int_equal(a.features, POLICY_NO_RULE);
	assert_int_equal(policy_advice_need(NULL, id("b=1"), id("t=2"), 0), -1);
	policy_free(p);
}

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

/* A rule for each of 20,000 entities: not tried one after the other. */
static void
rules_by_name_are_found_not_tried(void **state)
{
	struct buf b = { 0 };
	struct policy *p;
	char name[32];
	unsigned i;

	(void)state;
	buf_str(&b, "retries:\n");
	for (i = 0; i < 20000; i++)
		buf_printf(&b, "  - {match: 'safEE=vm-%u', max: %u}\n", i, i);
	buf_char(&b, '\0');
	p = good(b.data);
	buf_free(&b);
	for (i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "safEE=vm-%u", i);
		assert_int_equal(policy_max_retry(p, id(name)), i);
	}
	policy_free(p);
}

/* --- reader, schema and manual know the same keys --- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
alerts_go_where_rules_say(void **state)
{
	struct policy *p = good(
	    "channels:\n"
	    "- {name: log, syslog: /dev/log}\n"
	    "- {name: ops, mail: ops@example.org, timeout: 3s}\n"
	    "- {name: nms, trap: \"[::1]:162\", inform: true}\n"
	    "alerts:\n"
	    "- {events: [\"procedure-*\", run-killed], match: \"p=*\", "
	    "to: [log, nms]}\n"
	    "- {severity: error, window: 1m, to: [ops]}\n"
	    "- {once: true, to: [log]}\n");

	(void)state;
	assert_int_equal(policy_nchannel(p), 3);
	assert_string_equal(policy_channel(p, 0).syslog, "/dev/log");
	assert_int_equal(policy_channel(p, 0).timeout, INT64_C(10000000000));
	assert_int_equal(policy_channel(p, 1).timeout, INT64_C(3000000000));
	assert_null(policy_channel(p, 1).sendmail);
	assert_true(policy_channel(p, 2).inform);
	assert_int_equal(policy_nalert(p), 3);
	assert_true(policy_alert_fits(p, 0, ALERT_PROCEDURE_BEGAN, id("p=1")));
	assert_false(policy_alert_fits(p, 0, ALERT_PROCEDURE_BEGAN,
	    id("q=1")));
	assert_false(policy_alert_fits(p, 0, ALERT_RUN_KILLED, NAME_NONE));
	assert_false(policy_alert_fits(p, 0, ALERT_ACTION_FAILED, id("p=1")));
	assert_true(policy_alert_fits(p, 1, ALERT_ACTION_FAILED, NAME_NONE));
	assert_true(policy_alert_fits(p, 1, ALERT_RUN_KILLED, NAME_NONE));
	assert_false(policy_alert_fits(p, 1, ALERT_GATE_WAITING, NAME_NONE));
	assert_true(policy_alert_fits(p, 2, ALERT_TEST, NAME_NONE));
	assert_true(policy_alert_goes(p, 0, 0) && policy_alert_goes(p, 0, 2));
	assert_false(policy_alert_goes(p, 0, 1));
	assert_int_equal(policy_alert_window(p, 0), 0);
	assert_int_equal(policy_alert_window(p, 1), INT64_C(60000000000));
	assert_int_equal(policy_alert_window(p, 2), INT64_MAX);
	policy_free(p);
	assert_int_equal(policy_nalert(NULL), 0);
	assert_int_equal(policy_nchannel(NULL), 0);
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

/* Events are told by name, severity and number in two documents. */
static void
documents_have_the_events(void **state)
{
	static const char *const files[] = { "grammar/schema/policy.5",
		"grammar/schema/CAMPGEN-MIB.txt" };
	char line[400], want[200];
	size_t i;
	int a;

	(void)state;
	for (i = 0; i < 2; i++)
		for (a = 0; a < ALERT_COUNT; a++) {
			const struct alert_info *info =
			    alert_info((enum alert)a);
			FILE *f = fopen(files[i], "r");
			bool found = false;

			assert_non_null(f);
			if (i == 0)
				snprintf(want, sizeof(want), ".It Li %s\n",
				    info->name);
			else
				snprintf(want, sizeof(want), "    ::= "
				    "{ campgenNotifications %u }\n",
				    info->number);
			while (!found && fgets(line, sizeof(line), f) != NULL)
				found = strcmp(line, want) == 0;
			if (found && i == 0) {
				assert_non_null(fgets(line, sizeof(line), f));
				snprintf(want, sizeof(want), "(%s) ",
				    severity_name(info->severity));
				found = strncmp(line, want, strlen(want)) == 0;
			}
			fclose(f);
			if (!found)
				fail_msg("%s has no %s", files[i], info->name);
			assert_int_equal(alert_find(info->name), a);
		}
}

enum { MOST_KEYS = 512 };

struct names {
	char *v[MOST_KEYS];
	size_t n;
};

static void
add_name(struct names *l, const char *section, const char *key)
{
	struct buf b = { 0 };

	assert_true(l->n < 256);
	assert_true(l->n < MOST_KEYS);
	buf_printf(&b, "%s%s%s", section, key == NULL ? "" : ".",
	    key == NULL ? "" : key);
	buf_char(&b, '\0');
	l->v[l->n++] = b.data;
}

static void
assert_reader_has(struct names *l, const char *where)
{
	struct names reader = { { NULL }, 0 };
	const char *key;
	size_t i;

	for (i = 0; (key = policy_key(i)) != NULL; i++)
		add_name(&reader, key, NULL);
	assert_true(reader.n > 8);
	qsort(reader.v, reader.n, sizeof(reader.v[0]), by_text);
	qsort(l->v, l->n, sizeof(l->v[0]), by_text);
	for (i = 0; i < reader.n && i < l->n; i++)
		if (strcmp(reader.v[i], l->v[i]) != 0)
			fail_msg("%s has %s, the reader %s", where, l->v[i],
			    reader.v[i]);
	assert_int_equal(reader.n, l->n);
	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	for (i = 0; i < reader.n; i++)
		free(reader.v[i]);
}

/* The reader refuses what 32 bits do not hold, so the schema does. */
static void
has_maximum(const char *key, const json_t *value)
{
	const char *type = json_string_value(json_object_get(value, "type"));

	if (type != NULL && strcmp(type, "integer") == 0 &&
	    !json_is_integer(json_object_get(value, "maximum")))
		fail_msg("the schema has no maximum of %s", key);
}

static void
schema_has_the_reader_s_keys(void **state)
{
	json_t *schema = json_load_file("grammar/schema/policy.json", 0, NULL);
	json_t *section, *rule, *value;
	struct names l = { { NULL }, 0 };
	const char *name, *key;

	(void)state;
	assert_non_null(schema);
	json_object_foreach(json_object_get(schema, "properties"), name,
	    section) {
		add_name(&l, name, NULL);
		rule = json_object_get(section, "items");
		if (rule == NULL)
			rule = section;
		json_object_foreach(json_object_get(rule, "properties"), key,
		    value) {
			add_name(&l, name, key);
			has_maximum(key, value);
		}
	}
	json_decref(schema);
	assert_reader_has(&l, "the schema");
}

static void
manual_has_the_reader_s_keys(void **state)
{
	FILE *f = fopen("grammar/schema/policy.5", "r");
	char line[256], section[64] = "", word[64];
	struct names l = { { NULL }, 0 };

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, ".Ss %63s", word) == 1 &&
		    strcmp(word, "Values") != 0) {
			snprintf(section, sizeof(section), "%s", word);
			add_name(&l, section, NULL);
		} else if (sscanf(line, ".It Cm %63s", word) == 1) {
			add_name(&l, section, word);
		}
	}
	fclose(f);
	assert_reader_has(&l, "the manual");
}

/* The manual's example is a policy. */
static void
manual_s_example_is_right(void **state)
{
	FILE *f = fopen("grammar/schema/policy.5", "r");
	struct buf b = { 0 };
	struct policy *p;
	char line[256];
	bool inside = false;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, ".Ed", 3) == 0)
			inside = false;
		if (inside)
			buf_str(&b, line);
		if (strncmp(line, ".Bd -literal", 12) == 0)
			inside = true;
	}
	fclose(f);
	buf_char(&b, '\0');
	p = good(b.data);
	assert_int_equal(policy_demand(p, id("safEE=a"),
	    id("safVersion=1,safEEType=LargeGuest"), 0), 16);
	policy_free(p);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_policy_every_question_has_an_answer),
		cmocka_unit_test(empty_policies_say_nothing),
		cmocka_unit_test(each_fact_comes_from_the_first_that_states_it),
		cmocka_unit_test(names_and_patterns_keep_their_order),
		cmocka_unit_test(outages_are_accepted_by_name_or_all),
		cmocka_unit_test(levels_are_told_from_the_lowest),
		cmocka_unit_test(attributes_change_online_where_it_says),
		cmocka_unit_test(amounts_go_by_resource),
		cmocka_unit_test(pairs_are_compatible_or_not),
		cmocka_unit_test(timeouts_go_by_entity_type_and_action),
		cmocka_unit_test(callbacks_are_answered_by_label_and_phase),
		cmocka_unit_test(classes_say_what_machines_have),
		cmocka_unit_test(advice_is_wished_by_the_first_rule_that_says),
		cmocka_unit_test(mistakes_are_found_where_they_are),
		cmocka_unit_test(near_keys_are_named),
		cmocka_unit_test(what_is_right_is_kept),
		cmocka_unit_test(deep_nesting_is_refused_not_followed),
		cmocka_unit_test(a_missing_file_is_no_finding),
		cmocka_unit_test(rules_by_name_are_found_not_tried),
		cmocka_unit_test(alerts_go_where_rules_say),
		cmocka_unit_test(wrong_channels_are_refused),
		cmocka_unit_test(documents_have_the_events),
		cmocka_unit_test(schema_has_the_reader_s_keys),
		cmocka_unit_test(manual_has_the_reader_s_keys),
		cmocka_unit_test(manual_s_example_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
