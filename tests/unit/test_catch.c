/* T4: if a legal assignment exists that keeps replicas apart, it is found,
 * also where several VMs must move at once. */
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

#define DOMAIN "safDomain=d"

static void
write_host(struct buf *b, const char *name, const char *version)
{
	buf_printf(b, "  - {class: SaPlmEE, dn: \"safEE=%s," DOMAIN "\", "
	    "saPlmEEType: \"safVersion=%s,safEEType=T\"}\n", name, version);
}

/* A VM with its CLM node and AMF node; sponsors is one letter a host. */
static void
write_vm(struct buf *b, const char *name, const char *sponsors,
    const char *version)
{
	write_host(b, name, version);
	buf_printf(b, "  - class: SaPlmDependency\n"
	    "    dn: \"safDepend=v,safEE=%s," DOMAIN "\"\n"
	    "    saPlmDepMinNumber: 1\n    saPlmDepNames:\n", name);
	for (; *sponsors != '\0'; sponsors++)
		buf_printf(b, "      - \"safEE=%c," DOMAIN "\"\n", *sponsors);
	buf_printf(b, "  - {class: SaClmNode, dn: \"safNode=%s,safCluster=c\", "
	    "saClmNodeEE: \"safEE=%s," DOMAIN "\"}\n", name, name);
	buf_printf(b, "  - {class: SaAmfNode, dn: \"safAmfNode=%s,"
	    "safAmfCluster=c\", saAmfNodeClmNode: \"safNode=%s,"
	    "safCluster=c\"}\n", name, name);
}

/* A service group with a unit on each of two VMs. */
static void
write_service(struct buf *b, const char *name, const char *one,
    const char *two)
{
	const char *vm[] = { one, two };
	int i;

	buf_printf(b, "  - {class: SaAmfSG, dn: \"safSg=%s,safApp=a\"}\n"
	    "  - {class: SaAmfSI, dn: \"safSi=%s,safApp=a\", "
	    "saAmfSIProtectedbySG: \"safSg=%s,safApp=a\"}\n", name, name,
	    name);
	for (i = 0; i < 2; i++)
		buf_printf(b, "  - {class: SaAmfSU, dn: \"safSu=%s,safSg=%s,"
		    "safApp=a\", saAmfSUHostNodeOrNodeGroup: "
		    "\"safAmfNode=%s,safAmfCluster=c\"}\n", vm[i], name,
		    vm[i]);
}

/* Four VMs of which v is placed last: it cannot stand on x, where u must
 * stand, nor on y unless both a and b leave it. */
static void
write_model(struct buf *b, const char *version, const char *a_sponsors)
{
	buf_str(b, "objects:\n"
	    "  - {class: SaPlmDomain, dn: " DOMAIN "}\n"
	    "  - {class: SaPlmEEType, dn: \"safVersion=1,safEEType=T\"}\n"
	    "  - {class: SaPlmEEType, dn: \"safVersion=2,safEEType=T\"}\n"
	    "  - {class: SaAmfApplication, dn: safApp=a}\n");
	write_host(b, "x", version);
	write_host(b, "y", version);
	write_host(b, "z", version);
	write_vm(b, "a", a_sponsors, version);
	write_vm(b, "b", "yz", version);
	write_vm(b, "u", "x", version);
	write_vm(b, "v", "xy", version);
	write_service(b, "au", "u", "v");
	write_service(b, "av", "a", "v");
	write_service(b, "bv", "b", "v");
}

struct pair {
	struct model *s, *t;
	struct diag diag;
};

static void
read_pair(struct pair *p, const char *a_sponsors)
{
	struct model **m[] = { &p->s, &p->t };
	int i;

	for (i = 0; i < 2; i++) {
		struct buf b = { 0 };

		write_model(&b, i == 0 ? "1" : "2", a_sponsors);
		*m[i] = model_load_src(src_from_memory("m.yaml", b.data,
		    b.len), &p->diag);
		buf_free(&b);
	}
	assert_int_equal(p->diag.nerror, 0);
}

static void
free_pair(struct pair *p)
{
	model_free(p->s);
	model_free(p->t);
	diag_free(&p->diag);
}

/* The one sponsor that a VM is written in campInitAction. */
static void
assert_caught(const struct campaign *c, const char *vm, const char *vmm)
{
	char dn[64], sponsor[64];
	size_t i, k, found = 0;

	snprintf(dn, sizeof(dn), "safDepend=v,safEE=%s," DOMAIN, vm);
	snprintf(sponsor, sizeof(sponsor), "safEE=%s," DOMAIN, vmm);
	for (i = 0; i < c->init.n; i++)
		for (k = 0; k < c->init.v[i].nop; k++) {
			const struct ccb_op *op = &c->init.v[i].op[k];

			if (strcmp(name_str(op->dn), dn) != 0)
				continue;
			found++;
			assert_int_equal(op->attr->nvalue, 1);
			assert_string_equal(name_str(op->attr->value[0]),
			    sponsor);
		}
	assert_int_equal(found, 1);
}

static void
moves_two_at_once(void **state)
{
	struct pair p = { 0 };
	struct compile_options o = { 0 };
	struct campaign *c;

	(void)state;
	read_pair(&p, "yz");
	assert_int_equal(compile_run(p.s, p.t, &o, &p.diag, &c), COMPILE_DONE);
	assert_caught(c, "a", "z");
	assert_caught(c, "b", "z");
	assert_caught(c, "v", "y");
	campaign_free(c);
	free_pair(&p);
}

static void
says_that_there_is_none(void **state)
{
	struct pair p = { 0 };
	struct compile_options o = { 0 };
	struct campaign *c;

	(void)state;
	read_pair(&p, "y");
	assert_int_equal(compile_run(p.s, p.t, &o, &p.diag, &c),
	    COMPILE_ERRORS);
	assert_int_equal(p.diag.item[p.diag.nitem - 1].code,
	    DIAG_NO_SAFE_CATCH);
	free_pair(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_two_at_once),
		cmocka_unit_test(says_that_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
