/* Policies, written in a test as they are read. */
#ifndef CG_TEST_POLICY_OF_H
#define CG_TEST_POLICY_OF_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "diag.h"
#include "intern.h"
#include "policy.h"

static inline struct policy *
policy_of(const char *text, struct diag *d)
{
	struct policy *p = policy_load_src(
	    src_from_memory("policy.yaml", text, strlen(text)), d);

	assert_non_null(p);
	return p;
}

static inline struct policy *
good(const char *text)
{
	struct diag d = { 0 };
	struct policy *p = policy_of(text, &d);

	if (d.nitem > 0)
		fail_msg("%s: %s", diag_info[d.item[0].code].code,
		    d.item[0].text);
	return p;
}

static inline uint32_t
id(const char *s)
{
	return intern_str(s);
}

#endif
