/* The policy's reader: no file may crash it; what it understood in spite of
 * all mistakes answers every question there is, within the bounds its header
 * gives; and what is found can be said. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "intern.h"
#include "must.h"
#include "policy.h"
#include "src.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t vm, type, other;
static FILE *nowhere;

static void
ask_facts(const struct policy *p)
{
	struct step_facts f = policy_step_facts(p, vm, type, other);
	size_t i;

	must(f.restart_time >= -1 && f.switchover_time >= -1);
	policy_max_retry(p, vm);
	policy_accepts_outage(p, vm);
	must(policy_longest_outage(p) >= -1);
	policy_online_attr(p, vm, other);
	for (i = 0; i < policy_nresource(p); i++) {
		must(policy_resource(p, i) != NULL);
		must(policy_capacity(p, vm, type, i) >= -1);
		must(policy_demand(p, vm, type, i) >= -1);
		must(policy_advice_need(p, vm, type, i) >= -1);
	}
	for (i = 0; i < policy_nlevel(p); i++) {
		must(policy_level(p, i) != NULL);
		policy_level_wanted(p, i);
		policy_level_fits(p, i, vm, type);
		policy_level_attribute(p, i);
	}
	policy_compatible(p, type, other);
	for (i = 0; i < 64; i++)
		must(policy_timeout(p, vm, type, (unsigned)i) >= -1);
}

static void
ask_classes(const struct policy *p)
{
	struct policy_advice a = policy_advice(p, vm, type);
	size_t i, k;

	for (k = 0; k < a.nfeature; k++)
		must(policy_advice_feature(p, &a, k) != NULL);
	for (i = 0; i < policy_nclass(p); i++) {
		struct policy_class c = policy_class(p, i);

		must(c.price >= -1);
		for (k = 0; c.resource != NULL && k < policy_nresource(p); k++)
			must(c.resource[k] >= -1);
		for (k = 0; k < c.nfeature; k++)
			must(policy_class_has(p, i,
			    policy_class_feature(p, i, k)));
	}
	i = policy_class_of(p, type);
	must(i == SIZE_MAX || i < policy_nclass(p));
}

static void
ask_templates(const struct policy *p)
{
	size_t i, k, n = policy_ntemplate(p);

	for (i = 0; i < n; i++) {
		struct policy_template t = policy_template(p, i);

		must(policy_migration_name(t.migration) != NULL);
		for (k = 0; k < POINTS; k++)
			must(t.point[k].program->n <= 2 &&
			    t.point[k].undo->n <= 2);
		must(t.unplug != NULL && t.plug != NULL && t.augment != NULL &&
		    t.for_now != NULL && t.emulate != NULL &&
		    t.expose != NULL && t.hide != NULL);
	}
	i = policy_template_for(p, vm, type, other);
	must(i == SIZE_MAX || (i < n &&
	    policy_template_fits(p, i, vm, type, other)));
}

static void
ask_answers(const struct policy *p, const char *label)
{
	struct place place;
	unsigned phase;
	size_t i;

	for (phase = 0; phase < 3; phase++) {
		must(policy_callback(p, intern_str(label), phase) <=
		    ANSWER_ASK);
		policy_callback_may_fail(p, intern_str(label), phase);
		policy_callback_snapshots(p, intern_str(label), phase, vm);
	}
	policy_lacks_program(p, &place);
	for (i = 0; i < policy_nallow(p); i++) {
		must(policy_allow(p, i).code != NULL);
		policy_allow_fits(p, i, vm);
	}
}

static void
ask_waves(const struct policy *p)
{
	uint32_t phase, nphase = policy_nphase(p);
	size_t i, level;

	for (i = 0; i < policy_nwave(p); i++) {
		struct policy_wave w = policy_wave(p, i, vm, type);

		must(w.max >= -1 && w.window >= -1 && w.phase <= nphase);
		level = policy_wave_level(p, i);
		must(level == SIZE_MAX || level < policy_nlevel(p));
	}
	for (phase = 1; phase <= nphase; phase++) {
		must(policy_phase(p, phase) != NULL);
		policy_phase_gate(p, phase);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = { 0 };
	struct policy *p = policy_load_src(
	    src_from_memory("fuzz", (const char *)data, size), &d);

	vm = intern_str("safEE=vm1,safDomain=d");
	type = intern_str("safVersion=1,safEEType=vm");
	other = intern_str("safVersion=2,safEEType=vm");
	must(p != NULL);
	ask_facts(p);
	ask_classes(p);
	ask_templates(p);
	ask_answers(p, "gate:phase two");
	ask_waves(p);
	if (nowhere == NULL)
		nowhere = fopen("/dev/null", "w");
	diag_print(&d, DIAG_TEXT, "fuzz", nowhere);
	policy_free(p);
	diag_free(&d);
	intern_clear();
	return 0;
}
