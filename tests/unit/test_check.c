/* T1, T15: which finding each broken model gives, and that good ones give
 * none. Models are written as text: a line "class dn" begins an object, a line
 * " attribute value" is one value of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "diag.h"
#include "model.h"

#define DOMAIN "SaPlmDomain safDomain=d\n"
#define TYPE "SaPlmEEType safVersion=1,safEEType=t\n" \
	"SaPlmEEBaseType safEEType=t\n saPlmEetProduct p\n"
#define EE(dn) "SaPlmEE " dn ",safDomain=d\n saPlmEEType " \
	"safVersion=1,safEEType=t\n"
#define HE(name) "SaPlmHE safHE=" name ",safDomain=d\n" \
	" saPlmHEBaseHEType safHEType=h\n"
#define HE_TYPE "SaPlmHEBaseType safHEType=h\n saPlmHetHpiEntityType x\n"
#define DEP(ee, min) "SaPlmDependency safDependency=x,safEE=" ee \
	",safDomain=d\n saPlmDepMinNumber " min "\n"
#define ON(ee) " saPlmDepNames safEE=" ee ",safDomain=d\n"
#define VM_CONFIG(ee) "SaAmfApplication safApp=safPlmService\n" \
	" saAmfAppType safVersion=1,safAppType=a\n" \
	"SaAmfAppType safVersion=1,safAppType=a\n" \
	" saAmfApptSGTypes safVersion=1,safSgType=g\n" \
	"SaAmfAppBaseType safAppType=a\n" \
	"SaAmfSGBaseType safSgType=g\n" \
	"OpenSafPlmVirtualMachineConfig plmVmConfig=c,safApp=safPlmService\n" \
	" saPlmEE safEE=" ee ",safDomain=d\n libVirtDomainName v\n"
#define SG_TYPE "SaAmfSGType safVersion=1,safSgType=g\n" \
	" saAmfSgtRedundancyModel 1\n" \
	" saAmfSgtValidSuTypes safVersion=1,safSuType=u\n" \
	" saAmfSgtDefAutoAdjustProb 1\n saAmfSgtDefCompRestartProb 1\n" \
	" saAmfSgtDefCompRestartMax 1\n saAmfSgtDefSuRestartProb 1\n" \
	" saAmfSgtDefSuRestartMax 1\n" \
	"SaAmfSUType safVersion=1,safSuType=u\n" \
	" saAmfSutIsExternal 0\n saAmfSutDefSUFailover 0\n" \
	" saAmfSutProvidesSvcTypes safVersion=1,safSvcType=s\n" \
	"SaAmfSUBaseType safSuType=u\n" \
	"SaAmfSvcType safVersion=1,safSvcType=s\n" \
	"SaAmfSvcBaseType safSvcType=s\n"
#define CLUSTERS "SaClmCluster safCluster=c\nSaAmfCluster safAmfCluster=c\n" \
	" saAmfClusterClmCluster safCluster=c\n" \
	" saAmfClusterStartupTimeout 1\n"
#define NODE(n, ee) "SaClmNode safNode=" n ",safCluster=c\n" \
	" saClmNodeEE " ee ",safDomain=d\n" \
	"SaAmfNode safAmfNode=" n ",safAmfCluster=c\n" \
	" saAmfNodeClmNode safNode=" n ",safCluster=c\n" \
	" saAmfNodeSuFailOverProb 1\n saAmfNodeSuFailoverMax 1\n"
#define SG "SaAmfSG safSg=g,safApp=safPlmService\n" \
	" saAmfSGType safVersion=1,safSgType=g\n"
#define SI "SaAmfSI safSi=s,safApp=safPlmService\n" \
	" saAmfSvcType safVersion=1,safSvcType=s\n" \
	" saAmfSIProtectedbySG safSg=g,safApp=safPlmService\n"
#define SU(name, host) "SaAmfSU safSu=" name ",safSg=g,safApp=safPlmService\n" \
	" saAmfSUType safVersion=1,safSuType=u\n" \
	" saAmfSUHostNodeOrNodeGroup " host ",safAmfCluster=c\n"

/* Two hosts with a VMM each and a VM that moves between them. */
#define HOSTS EE("safEE=h1") EE("safEE=h2") EE("safEE=m1,safEE=h1") \
	EE("safEE=m2,safEE=h2")
#define SMALL DOMAIN TYPE HOSTS EE("safEE=v1") VM_CONFIG("v1") SG_TYPE
#define VM_DEP DEP("v1", "1") ON("m1,safEE=h1") ON("m2,safEE=h2")

/* "?" is no name at all. */
static uint32_t
word(const char *s, const char *end)
{
	return s == end || *s == '?' ? (uint32_t)NAME_NONE :
	    intern(s, (size_t)(end - s));
}

static void
add_line(struct model *m, const char *s, const char *end)
{
	const char *gap;
	uint32_t name;

	if (*s != ' ') {
		gap = memchr(s, ' ', (size_t)(end - s));
		if (gap == NULL)
			gap = end;
		model_add_object(m, word(gap + (gap < end), end),
		    word(s, gap), (uint32_t)m->nobject);
		return;
	}
	s++;
	gap = memchr(s, ' ', (size_t)(end - s));
	name = word(s, gap == NULL ? end : gap);
	if (m->nattr == m->object[m->nobject - 1].attr ||
	    m->attr[m->nattr - 1].name != name || gap == NULL)
		model_add_attr(m, name, (uint32_t)m->nattr);
	if (gap != NULL)
		model_add_value(m, intern(gap + 1, (size_t)(end - gap - 1)));
}

static struct model *
model_of(const char *text)
{
	struct model *m = mem_alloc(1, sizeof(*m));
	const char *end;

	for (; *text != '\0'; text = end + 1) {
		end = strchr(text, '\n');
		add_line(m, text, end);
	}
	model_index(m);
	return m;
}

/* Codes of the findings at least as grave as level, each once. */
static const char *
codes_of(const char *text, enum diag_level level)
{
	static char codes[512];
	struct model *m = model_of(text);
	struct diag d = { 0 };
	bool good = model_lint(m, &d);
	size_t i;

	assert_int_equal(good, d.nerror == 0);
	codes[0] = '\0';
	for (i = 0; i < d.nitem; i++) {
		const char *code = diag_info[d.item[i].code].code;

		if (d.item[i].level < level || strstr(codes, code) != NULL)
			continue;
		if (codes[0] != '\0')
			strcat(codes, " ");
		strcat(codes, code);
	}
	diag_free(&d);
	model_free(m);
	return codes;
}

static void
gives(const char *codes, const char *text)
{
	assert_string_equal(codes_of(text, DIAG_WARNING), codes);
}

static void
good_models_give_nothing(void **state)
{
	(void)state;
	gives("", DOMAIN);
	gives("", "");
	gives("", SMALL VM_DEP);
	gives("", "Unknown foo=1\n bar x\n bar y\n");
	gives("", DOMAIN HE_TYPE HE("a") TYPE EE("safEE=e,safHE=a"));
	assert_string_equal(codes_of(SMALL VM_DEP, DIAG_NOTE), "M059");
}

static void
names(void **state)
{
	(void)state;
	gives("M001", "SaPlmDomain\n");
	gives("M002", "? foo=1\n");
	gives("M002 M001", "? ?\n");
	gives("M003", "Unknown foo\n");
	gives("M003", "Unknown foo=1,\n");
	gives("M003", "Unknown foo=1,,bar=2\n");
	gives("M003", "Unknown foo=1,=2\n");
	gives("", "Unknown foo=1\\,2\n");
	gives("M005", DOMAIN DOMAIN);
	gives("M026", "SaPlmDomain domain=d\n");
	gives("M013", DOMAIN "SaPlmDomain safDomain=e\n");
}

static void
long_names(void **state)
{
	char text[3000] = "Unknown foo=";
	size_t n = strlen(text), len = n + 2048 - strlen("foo=");

	(void)state;
	memset(text + n, 'x', len - n);
	strcpy(text + len, "\n");
	gives("", text);
	strcpy(text + len, "x\n");
	gives("M004", text);
	strcpy(text + len, ",\n");
	gives("M004", text);
}

static void
places_in_the_tree(void **state)
{
	(void)state;
	gives("M010", DOMAIN TYPE EE("safEE=v,safEE=h"));
	gives("M010", SMALL VM_DEP "SaPlmDependency safDependency=x,safEE=no\n"
	    " saPlmDepMinNumber 1\n" ON("h1"));
	gives("M011", "Unknown foo=1,bar=2\n");
	gives("M012", TYPE EE("safEE=e"));
	gives("M012", DOMAIN TYPE "SaPlmEE safEE=e\n"
	    " saPlmEEType safVersion=1,safEEType=t\n");
	gives("M014", DOMAIN TYPE EE("safEE=e") HE_TYPE HE("h,safEE=e"));
	gives("M014", DOMAIN "SaPlmDependency safDependency=x,safDomain=d\n"
	    " saPlmDepMinNumber 1\n saPlmDepNames safHE=h,safDomain=d\n"
	    HE_TYPE HE("h"));
	gives("M014", DOMAIN TYPE "Unknown foo=1\nSaPlmEE safEE=e,foo=1\n"
	    " saPlmEEType safVersion=1,safEEType=t\n");
}

static void
attributes(void **state)
{
	(void)state;
	gives("M006", "Unknown foo=1\n a 1\n b 1\n a 2\n");
	gives("M020", DOMAIN TYPE EE("safEE=e")
	    " saPlmEEType safVersion=1,safEEType=t\n");
	gives("M023", "SaPlmDomain safDomain=d\n saPlmHEDeactivationPolcy 1\n");
	gives("M024", DOMAIN "SaPlmEE safEE=e,safDomain=d\n");
	gives("M024", DOMAIN "SaPlmEE safEE=e,safDomain=d\n saPlmEEType \n");
	gives("M025", "SaPlmEEBaseType safEEType=t\n");
	gives("M027", "SaPlmDomain safDomain=d\n safDomain safDomain=d\n");
	gives("M028", "SaClmCluster safCluster=c\n"
	    "SaClmNode safNode=n,safCluster=c\n");
	gives("M024", DOMAIN "SaClmCluster safCluster=c\n"
	    "SaClmNode safNode=n,safCluster=c\n");
	gives("M030", DOMAIN EE("safEE=e"));
	gives("M031", "SaAmfApplication safApp=a\n saAmfAppType foo=1\n");
	gives("M032", DOMAIN "SaPlmEE safEE=e,safDomain=d\n"
	    " saPlmEEType safDomain=d\n");
}

static const char *
policy(const char *value)
{
	static char text[200];

	snprintf(text, sizeof(text), "SaPlmDomain safDomain=d\n"
	    " saPlmHEDeactivationPolicy %s\n", value);
	return text;
}

static const char *
timeout(const char *value)
{
	static char text[200];

	snprintf(text, sizeof(text), "SaPlmEEType safVersion=1\n"
	    " saPlmEetDefInstantiateTimeout %s\n", value);
	return text;
}

static void
values(void **state)
{
	(void)state;
	gives("", policy("1"));
	gives("", policy("0x10"));
	gives("", policy("4294967295"));
	gives("", policy(""));
	gives("M021", policy("4294967296"));
	gives("M021", policy("99999999999999999999999"));
	gives("M021", policy("-1"));
	gives("M021", policy("text"));
	gives("M021", policy("0x"));
	gives("M021", policy("1 "));
	gives("M021", policy(" 1"));
	gives("M021", policy("1.0"));
	gives("", timeout("-9223372036854775808"));
	gives("", timeout("9223372036854775807"));
	gives("M021", timeout("9223372036854775808"));
	gives("M021", timeout("-9223372036854775809"));
	gives("M022", DOMAIN "SaPlmEE safEE=e,safDomain=d\n"
	    " saPlmEEType nothing\n");
}

static void
sponsors(void **state)
{
	(void)state;
	gives("M040", SMALL DEP("v1", "1") ON("v1") ON("m2,safEE=h2"));
	gives("M041", SMALL EE("safEE=v2") DEP("v1", "1") ON("v2")
	    ON("m1,safEE=h1") DEP("v2", "1") ON("v1") ON("m2,safEE=h2"));
	gives("M042", SMALL DEP("v1", "1") ON("m1,safEE=h1") ON("m1,safEE=h1"));
	gives("M043 M057", SMALL DEP("m1,safEE=h1", "1") ON("h1") ON("h2"));
	gives("M044", SMALL DEP("v1", "3") ON("m1,safEE=h1") ON("m2,safEE=h2"));
	gives("M045", SMALL DEP("v1", "0") ON("m1,safEE=h1") ON("m2,safEE=h2"));
	gives("M046", SMALL VM_DEP
	    "SaPlmDependency safDependency=y,safEE=v1,safDomain=d\n"
	    " saPlmDepMinNumber 1\n" ON("m1,safEE=h1") ON("m2,safEE=h2"));
	gives("M047", SMALL VM_DEP EE("safEE=b,safEE=v1"));
	gives("M047", DOMAIN TYPE EE("safEE=a") EE("safEE=b,safEE=a")
	    EE("safEE=c,safEE=b,safEE=a") EE("safEE=d,safEE=c,safEE=b,safEE=a")
	    EE("safEE=e,safEE=d,safEE=c,safEE=b,safEE=a"));
	gives("M030", SMALL DEP("v1", "1") ON("m1,safEE=h1") ON("m3"));
	gives("M032", SMALL DEP("v1", "1") ON("m1,safEE=h1")
	    " saPlmDepNames safDomain=d\n");
}

/* Containment and sponsors in one circle: a contains b, a stands on b. */
static void
circle_through_containment(void **state)
{
	struct model *m = model_of(DOMAIN TYPE EE("safEE=a")
	    EE("safEE=b,safEE=a") DEP("a", "1") ON("b,safEE=a"));
	struct diag d = { 0 };
	struct diag_note *note;
	size_t i, n = 0;

	(void)state;
	assert_false(model_check(m, &d));
	assert_int_equal(d.nerror, 1);
	for (i = 0; d.item[i].code != DIAG_SPONSOR_CIRCLE; i++)
		;
	for (note = d.item[i].notes; note != NULL; note = note->next)
		n++;
	assert_int_equal(n, 2);
	diag_free(&d);
	model_free(m);
}

static void
assumptions(void **state)
{
	(void)state;
	gives("M051", DOMAIN TYPE HOSTS EE("safEE=v1") VM_DEP);
	gives("M052", SMALL DEP("v1", "1") ON("m1,safEE=h1"));
	gives("M052", SMALL DEP("v1", "2") ON("m1,safEE=h1") ON("m2,safEE=h2"));
	gives("M053", SMALL DEP("v1", "1") ON("m1,safEE=h1") ON("h1"));
	gives("M057", SMALL EE("safEE=w") VM_DEP DEP("w", "1") ON("h1"));
	gives("M058", SMALL EE("safEE=v2") DEP("v1", "1") ON("h1") ON("h2")
	    "OpenSafPlmVirtualMachineConfig"
	    " plmVmConfig=e,safApp=safPlmService\n"
	    " saPlmEE safEE=v2,safDomain=d\n libVirtDomainName v\n"
	    DEP("v2", "1") ON("v1") ON("h1"));
}

static void
software(void **state)
{
	(void)state;
	gives("M055", DOMAIN TYPE "SaPlmEEType safVersion=2,safEEType=t\n"
	    " saPlmEetSwBundle safSmfBundle=b\n"
	    "SaSmfSwBundle safSmfBundle=b\n");
	gives("M056", "SaSmfSwBundle safSmfBundle=b\n"
	    " saSmfBundleInstallOnlineCmdUri install\n");
	gives("", "SaSmfSwBundle safSmfBundle=b\n"
	    " saSmfBundleInstallOnlineCmdUri install\n"
	    " saSmfBundleRemoveOnlineCmdUri remove\n");
}

#define SERVICE SMALL VM_DEP CLUSTERS NODE("1", "safEE=m1,safEE=h1") \
	NODE("2", "safEE=m2,safEE=h2") NODE("3", "safEE=h1") \
	NODE("4", "safEE=v1") SG SI

static void
services(void **state)
{
	(void)state;
	gives("", SERVICE SU("a", "safAmfNode=1") SU("b", "safAmfNode=2"));
	gives("", SERVICE SU("a", "safAmfNode=1") SU("b", "safAmfNode=4"));
	gives("M050", SERVICE SU("a", "safAmfNode=1") SU("b", "safAmfNode=3"));
	gives("M054", SERVICE SU("a", "safAmfNode=1")
	    "SaAmfSU safSu=b,safSg=g,safApp=safPlmService\n"
	    " saAmfSUType safVersion=1,safSuType=u\n");
	gives("M030", SERVICE SU("a", "safAmfNode=9"));
	gives("M024", SMALL VM_DEP SG "SaAmfSI safSi=s,safApp=safPlmService\n"
	    " saAmfSvcType safVersion=1,safSvcType=s\n");
}

/* Findings that repeat are one, with a count. */
static void
repeats_are_folded(void **state)
{
	enum { N = 1000 };
	char *text = mem_alloc(N, 80);
	struct model *m;
	struct diag d = { 0 };
	size_t n = 0, i;

	(void)state;
	for (i = 0; i < N; i++)
		n += (size_t)sprintf(text + n,
		    "Unknown foo=%zu,bar=1\n", i);
	m = model_of(text);
	assert_true(model_check(m, &d));
	assert_int_equal(d.nitem, 1);
	assert_int_equal(d.nwarning, 1);
	assert_non_null(strstr(d.item[0].text, "(and 999 more like this)"));
	diag_free(&d);
	model_free(m);
	free(text);
}

/* A ring of entities, each the sponsor of the one before: one finding. */
static void
long_circle(void **state)
{
	enum { N = 20000 };
	char *text = mem_alloc(N, 300);
	struct model *m;
	struct diag d = { 0 };
	size_t n, i;

	(void)state;
	n = (size_t)sprintf(text, "%s", DOMAIN TYPE);
	for (i = 0; i < N; i++)
		n += (size_t)sprintf(text + n, EE("safEE=%zu")
		    DEP("%zu", "1") ON("%zu"), i, i, (i + 1) % N);
	m = model_of(text);
	assert_false(model_check(m, &d));
	assert_int_equal(d.nerror, 1);
	diag_free(&d);
	model_free(m);
	free(text);
}

/* Each code of the checks has its row among the findings, and the reverse. */
static void
codes_are_known(void **state)
{
	static const char *const of_checks[] = {
#define CHECK_OBJECT(name, classes, needs, codes) codes,
#define CHECK_ATTR(name, needs, codes) codes,
#define CHECK_MODEL(name, codes) codes,
#define DOUBT_OBJECT CHECK_OBJECT
#define DOUBT_MODEL CHECK_MODEL
#include "checks.def"
#undef CHECK_OBJECT
#undef CHECK_ATTR
#undef CHECK_MODEL
#undef DOUBT_OBJECT
#undef DOUBT_MODEL
	};
	size_t i, k, n, found;
	const char *p;

	(void)state;
	for (i = 0, n = 0; i < sizeof(of_checks) / sizeof(*of_checks); i++)
		for (p = of_checks[i]; p != NULL; p = strchr(p + 1, ' ')) {
			char code[5] = { 0 };

			memcpy(code, p + (*p == ' '), 4);
			assert_int_not_equal(diag_find(code), DIAG_COUNT);
			n++;
		}
	/* From M070 on it is not the checks that find. */
	for (k = 0, found = 0; k < DIAG_COUNT; k++)
		found += diag_info[k].code[0] == 'M' &&
		    diag_info[k].code[2] < '7';
	assert_int_equal(n, found);
}

/* No order of lines, however wrong, may do harm. */
static void
garbage_does_no_harm(void **state)
{
	static const char good[] = SERVICE SU("a", "safAmfNode=1")
	    SU("b", "safAmfNode=3");
	char *text = mem_alloc(sizeof(good) + 2, 1);
	uint32_t seed = 1;
	size_t i, k, at;

	(void)state;
	for (i = 0; i < 300; i++) {
		struct diag d = { 0 };
		struct model *m;

		memcpy(text, good, sizeof(good));
		for (k = 0; k < 6; k++) {
			seed = seed * 1103515245 + 12345;
			at = seed / 7 % (sizeof(good) - 1);
			if (at > 0 && text[at] != '\n' && text[at - 1] != '\n')
				text[at] = "=,? \\\n1x"[seed / 3 % 8];
		}
		m = model_of(text);
		model_check(m, &d);
		diag_free(&d);
		model_free(m);
	}
	free(text);
}

static int
forget_names(void **state)
{
	(void)state;
	intern_clear();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_models_give_nothing),
		cmocka_unit_test(names),
		cmocka_unit_test(long_names),
		cmocka_unit_test(places_in_the_tree),
		cmocka_unit_test(attributes),
		cmocka_unit_test(values),
		cmocka_unit_test(sponsors),
		cmocka_unit_test(circle_through_containment),
		cmocka_unit_test(assumptions),
		cmocka_unit_test(software),
		cmocka_unit_test(services),
		cmocka_unit_test(repeats_are_folded),
		cmocka_unit_test(long_circle),
		cmocka_unit_test(codes_are_known),
		cmocka_unit_test(garbage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, forget_names);
}
