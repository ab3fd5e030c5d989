/* The proof of a right campaign, whose text a test changes. */
#ifndef CG_TEST_PROOF_OF_H
#define CG_TEST_PROOF_OF_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "prove.h"

#define CASE "tests/golden/bad-R011/"

struct fixture {
	struct diag diag;
	struct model *source, *target;
	char *text; /* of a right campaign */
	struct buf trace;
	struct proof proof;
};

static inline char *
read_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *s = mem_alloc(1 << 20, 1);

	assert_non_null(f);
	assert_true(fread(s, 1, (1 << 20) - 1, f) > 0);
	fclose(f);
	return s;
}

static inline int
setup(void **state)
{
	struct fixture *f = mem_alloc(1, sizeof(*f));

	f->source = model_load("tests/golden/bad-R008/source.yaml", &f->diag);
	f->target = model_load("tests/golden/bad-R008/target.yaml", &f->diag);
	f->text = read_text(CASE "wrong.xml");
	assert_non_null(f->source);
	assert_non_null(f->target);
	assert_int_equal(f->diag.nerror, 0);
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	model_free(f->source);
	model_free(f->target);
	diag_free(&f->diag);
	buf_free(&f->trace);
	free(f->text);
	free(f);
	return 0;
}

/* Replaces the first old in the campaign's text. */
static inline void
change(struct fixture *f, const char *old, const char *by)
{
	char *at = strstr(f->text, old);

	assert_non_null(at);
	memmove(at + strlen(by), at + strlen(old), strlen(at + strlen(old)) +
	    1);
	memcpy(at, by, strlen(by));
}

static inline bool
prove(struct fixture *f, const struct model *target, bool faults)
{
	struct campaign *c = campaign_load_src(src_from_memory("campaign.xml",
	    f->text, strlen(f->text)), &f->diag);
	struct actions *a;
	bool ok;

	assert_non_null(c);
	assert_int_equal(f->diag.nerror, 0);
	a = actions_expand(c, f->source);
	ok = prove_run(c, a, f->source, target, NULL, faults, &f->proof,
	    &f->trace, &f->diag);
	buf_char(&f->trace, '\0');
	actions_free(a);
	campaign_free(c);
	return ok;
}

static inline void
refused(struct fixture *f, enum diag_code code, const char *trace)
{
	assert_false(prove(f, f->target, true));
	assert_int_equal(f->diag.nerror, 1);
	assert_string_equal(diag_info[f->diag.item[0].code].code,
	    diag_info[code].code);
	if (strstr(f->trace.data, trace) == NULL)
		fail_msg("not in the trace: %s\n%s", trace, f->trace.data);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

#endif
