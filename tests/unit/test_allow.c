/* What a comment or a day allows, wherever it stands in the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allow.h"
#include "buf.h"
#include "model.h"

enum { BLOCK = 64 * 1024 };

/* One VM with one sponsor, behind so many bytes of comments. */
static struct buf
yaml_with(size_t padding, const char *comment)
{
	struct buf b = { 0 };
	size_t i;

	buf_str(&b, "objects:\n"
	    "- {class: SaPlmDomain, dn: safDomain=d}\n"
	    "- {class: SaPlmEEBaseType, dn: safEEType=t, saPlmEetProduct: x}\n"
	    "- {class: SaPlmEEType, dn: \"safVersion=1,safEEType=t\"}\n"
	    "- {class: SaPlmEE, dn: \"safEE=h,safDomain=d\", saPlmEEType: "
	    "\"safVersion=1,safEEType=t\"}\n"
	    "- {class: SaPlmEE, dn: \"safEE=v,safDomain=d\", saPlmEEType: "
	    "\"safVersion=1,safEEType=t\"}\n#");
	for (i = 0; i < padding; i++)
		buf_str(&b, i % 100 == 99 ? "\n#" : i % 7 == 0 ? "\xc3\xb6" :
		    "x");
	buf_printf(&b, "\n%s\n- class: SaPlmDependency\n"
	    "  dn: \"safDependency=s,safEE=v,safDomain=d\"\n"
	    "  saPlmDepNames: \"safEE=h,safDomain=d\"\n"
	    "  saPlmDepMinNumber: 1\n", comment);
	return b;
}

/* Checks the text on 2027-01-31 with its comments: the findings, which the
 * caller frees. */
static struct diag
findings_of(struct buf *text)
{
	struct diag d = { 0 };
	struct allow a = { .today = 20270131 };
	struct model *m;

	m = model_load_src(src_from_memory("m.yaml", text->data, text->len),
	    &d);
	assert_int_equal(d.nerror, 0);
	allow_model(&a, m, &d);
	allow_begin(&a, &d);
	model_check(m, &d);
	allow_unused(&a, "M", &d);
	model_free(m);
	allow_free(&a);
	buf_free(text);
	return d;
}

static bool
has(const struct diag *d, enum diag_code code)
{
	size_t i;

	for (i = 0; i < d->nitem; i++)
		if (d->item[i].code == code && d->item[i].excuse == NULL)
			return true;
	return false;
}

static size_t
text_at(struct buf *b, const char *s)
{
	buf_char(b, '\0');
	b->len--;
	return (size_t)(strstr(b->data, s) - b->data);
}

/* Blocks of the text end in the middle of comments, too. */
static void
found_wherever_it_stands(void **state)
{
	static const char comment[] =
	    "# campgen-lint: allow M052 reason=\"so \xc3\xa4\"";
	struct buf text;
	struct diag d;
	size_t n = 0, at = 0;

	(void)state;
	for (; at < BLOCK - 60; n += 40) {
		text = yaml_with(n, comment);
		at = text_at(&text, comment);
		buf_free(&text);
	}
	for (; at < BLOCK + 20; n++) {
		text = yaml_with(n, comment);
		at = text_at(&text, comment);
		d = findings_of(&text);
		assert_false(has(&d, DIAG_ONE_SPONSOR));
		assert_false(has(&d, DIAG_ALLOW_UNUSED));
		assert_int_equal(d.nexcused, 1);
		diag_free(&d);
	}
}

static void
words_of_a_comment(void **state)
{
	static const struct {
		const char *comment;
		enum diag_code found; /* beside or instead of M052 */
		bool allowed;
	} row[] = {
		{ "# nothing", DIAG_VM_ASSUMED, false },
		{ "# campgen-lint: allow M052 reason=x", DIAG_VM_ASSUMED,
		    true },
		{ "#campgen-lint: allow\tM052 until=2027-01-31 reason=\"a b\"",
		    DIAG_VM_ASSUMED, true },
		{ "# campgen-lint: allow M052 until=2027-01-30 reason=x",
		    DIAG_ALLOW_EXPIRED, false },
		{ "# campgen-lint: allow M052 reason=\"\"",
		    DIAG_ALLOW_MALFORMED, false },
		{ "# campgen-lint: allow M052", DIAG_ALLOW_MALFORMED, false },
		{ "# campgen-lint: forbid M052 reason=x",
		    DIAG_ALLOW_MALFORMED, false },
		{ "# campgen-lint:", DIAG_ALLOW_MALFORMED, false },
		{ "# campgen-lint: allow reason=x", DIAG_ALLOW_MALFORMED,
		    false },
		{ "# campgen-lint: allow M952 reason=x", DIAG_ALLOW_MALFORMED,
		    false },
		{ "# campgen-lint: allow M052 reason=x until=tomorrow",
		    DIAG_ALLOW_MALFORMED, false },
		{ "# campgen-lint: allow M030 reason=x", DIAG_ALLOW_FINAL,
		    false },
		{ "# campgen-lint: allow M073 reason=x", DIAG_ALLOW_FINAL,
		    false },
		{ "# campgen-lint: allow M044,M052 reason=x",
		    DIAG_ALLOW_FINAL, true },
		{ "# campgen-lint: allow M045 reason=x", DIAG_ALLOW_UNUSED,
		    false },
		{ "# see campgen-lint: allow M052 reason=x", DIAG_VM_ASSUMED,
		    false },
	};
	struct buf text;
	struct diag d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		text = yaml_with(0, row[i].comment);
		d = findings_of(&text);
		if (has(&d, DIAG_ONE_SPONSOR) == row[i].allowed ||
		    !has(&d, row[i].found))
			fail_msg("%s", row[i].comment);
		diag_free(&d);
	}
}

static void
days(void **state)
{
	static const char *const bad[] = { "", "2027-1-31", "2027-00-10",
		"2027-13-01", "2027-04-31", "2027-02-29", "1900-02-29",
		"2027-01-00", "0000-01-01", "20270131", "2027-01-311",
		"2027/01/31", "tomorrow" };
	size_t i;

	(void)state;
	assert_int_equal(allow_day("2027-01-31"), 20270131);
	assert_int_equal(allow_day("2028-02-29"), 20280229);
	assert_int_equal(allow_day("2000-02-29"), 20000229);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(allow_day(bad[i]), 0);
	setenv("SOURCE_DATE_EPOCH", "1801396799", 1);
	assert_int_equal(allow_today(), 20270131);
	setenv("SOURCE_DATE_EPOCH", "0", 1);
	assert_int_equal(allow_today(), 19700101);
	unsetenv("SOURCE_DATE_EPOCH");
	assert_true(allow_today() > 20240101);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_wherever_it_stands),
		cmocka_unit_test(words_of_a_comment),
		cmocka_unit_test(days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
