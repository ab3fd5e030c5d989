/* T16: references between changed objects, however many and however long the
 * way, are followed in linear time and without deep recursion. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "compile.h"
#include "diag.h"

#define HEAD "objects:\n" \
	"  - {class: SaPlmDomain, dn: \"safDomain=d\"}\n" \
	"  - {class: SaPlmEEType, dn: \"safVersion=1,safEEType=T\"}\n" \
	"  - {class: SaPlmEE, dn: \"safEE=a,safDomain=d\", " \
	"saPlmEEType: \"safVersion=1,safEEType=T\"}\n"
#define SECOND "  - {class: SaPlmEE, dn: \"safEE=b,safDomain=d\", " \
	"saPlmEEType: \"safVersion=1,safEEType=T\"}\n"

static struct model *
load(const struct buf *b, struct diag *d)
{
	return model_load_src(src_from_memory("m.yaml", b->data, b->len), d);
}

/* Two objects on each rung; each names both of the next, the last ones the
 * second EE. */
static void
ladder(struct buf *b, int n)
{
	int i, k;

	buf_str(b, HEAD SECOND);
	for (i = 0; i < n; i++)
		for (k = 0; k < 2; k++) {
			buf_printf(b, "  - {class: Rung, dn: \"%c=%d\", next: ",
			    'x' + k, i);
			if (i + 1 < n)
				buf_printf(b, "[\"x=%d\", \"y=%d\"]}\n", i + 1,
				    i + 1);
			else
				buf_str(b, "\"safEE=b,safDomain=d\"}\n");
		}
}

static void
chain(struct buf *b, int n)
{
	int i;

	buf_str(b, HEAD SECOND);
	for (i = 0; i < n; i++)
		if (i + 1 < n)
			buf_printf(b, "  - {class: Link, dn: \"l=%d\", "
			    "next: \"l=%d\"}\n", i, i + 1);
		else
			buf_printf(b, "  - {class: Link, dn: \"l=%d\", "
			    "next: \"safEE=b,safDomain=d\"}\n", i);
}

/* The number of CCB operations in a list of actions. */
static size_t
count_ops(const struct action_list *l)
{
	size_t i, n = 0;

	for (i = 0; i < l->n; i++)
		n += l->v[i].nop;
	return n;
}

struct counts {
	size_t init, complete, procedure_init;
};

static struct counts
compile(const struct buf *source, const struct buf *target)
{
	struct diag d = { 0 };
	struct compile_options o = { 0 };
	struct model *s = load(source, &d), *t = load(target, &d);
	struct campaign *c;
	struct counts n;

	assert_int_equal(d.nerror, 0);
	assert_int_equal(compile_run(s, t, &o, &d, &c), COMPILE_DONE);
	assert_int_equal(c->nprocedure, 1);
	n.init = count_ops(&c->init);
	n.complete = count_ops(&c->complete);
	n.procedure_init = count_ops(&c->procedure[0].init);
	campaign_free(c);
	model_free(s);
	model_free(t);
	diag_free(&d);
	return n;
}

/* Both ways between a model with the EE alone and a larger one: what names
 * the EE that comes is created last, what names the one that goes is deleted
 * in that procedure. */
static void
both_ways(const struct buf *more, size_t n)
{
	struct buf less = { 0 };
	struct counts x;

	buf_str(&less, HEAD);
	x = compile(&less, more);
	assert_int_equal(x.init, 0);
	assert_int_equal(x.complete, n);
	x = compile(more, &less);
	assert_int_equal(x.procedure_init, n);
	assert_int_equal(x.complete, 0);
	buf_free(&less);
}

static void
many_ways(void **state)
{
	struct buf b = { 0 };

	(void)state;
	ladder(&b, 40);
	both_ways(&b, 80);
	buf_free(&b);
}

static void
long_way(void **state)
{
	struct buf b = { 0 };

	(void)state;
	chain(&b, 100000);
	both_ways(&b, 100000);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_ways),
		cmocka_unit_test(long_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
