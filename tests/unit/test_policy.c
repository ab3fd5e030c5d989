/* T11, X4: what a policy says. */
#include <stdio.h>

#include "buf.h"
#include "policy_of.h"

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
		cmocka_unit_test(rules_by_name_are_found_not_tried),
		cmocka_unit_test(alerts_go_where_rules_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
