/* The reader of policies, and the questions that are asked of one.
 *   make fuzz FUZZ=policy TIME=60
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"
#include "intern.h"
#include "policy.h"
#include "src.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static FILE *nowhere;

static void
ask(const struct policy *p)
{
	uint32_t ee = intern_str("safEE=a,safDomain=d");
	uint32_t type = intern_str("safVersion=1,safEEType=t");
	struct policy_advice a = policy_advice(p, ee, type);
	size_t i, k;

	policy_step_facts(p, ee, type, type);
	policy_max_retry(p, ee);
	policy_accepts_outage(p, ee);
	policy_timeout(p, ee, type, 0);
	policy_compatible(p, type, type);
	policy_callback(p, ee, 0);
	policy_callback_snapshots(p, ee, 0, ee);
	for (i = 0; i < policy_nresource(p); i++) {
		policy_capacity(p, ee, type, i);
		policy_demand(p, ee, type, i);
		policy_advice_need(p, ee, type, i);
	}
	for (i = 0; i < policy_nclass(p); i++)
		for (k = 0; k < policy_class(p, i).nfeature; k++)
			policy_class_feature(p, i, k);
	for (k = 0; k < a.nfeature; k++)
		policy_advice_feature(p, &a, k);
	for (i = 0; i < policy_nwave(p); i++)
		policy_wave(p, i, ee, type);
	for (i = 0; i < policy_nallow(p); i++)
		policy_allow_fits(p, i, ee);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = { 0 };
	struct policy *p;

	if (nowhere == NULL)
		nowhere = fopen("/dev/null", "w");
	p = policy_load_src(src_from_memory("fuzz.yaml", (const char *)data,
	    size), &d);
	if (p != NULL)
		ask(p);
	diag_print(&d, DIAG_TEXT, "fuzz", nowhere);
	policy_free(p);
	diag_free(&d);
	intern_clear();
	return 0;
}
