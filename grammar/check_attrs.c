/*
 * Do the attributes of an object fit its class, and do they name what is
 * there? The class comes from the file or the built-in table; of classes
 * nobody knows nothing is asked.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "check.h"
#include "near.h"

/* Attributes the compiler cannot do without, and what they must name. */
struct reference {
	uint32_t attr;
	enum kind of;
	uint32_t to;
};

static const struct reference references[] = {
	{ N_saPlmEEType, KIND_EE, OF(EE_TYPE) },
	{ N_saPlmHEBaseHEType, KIND_HE, OF(HE_TYPE) },
	{ N_saPlmDepNames, KIND_DEPENDENCY, OF(EE) | OF(HE) },
	{ N_saClmNodeEE, KIND_CLM_NODE, OF(EE) },
	{ N_saAmfNodeClmNode, KIND_AMF_NODE, OF(CLM_NODE) },
	{ N_saAmfSUHostNodeOrNodeGroup, KIND_SU,
	    OF(AMF_NODE) | OF(NODE_GROUP) },
	{ N_saAmfSUHostedByNode, KIND_SU, OF(AMF_NODE) },
	{ N_saAmfSIProtectedbySG, KIND_SI, OF(SG) },
	{ N_saPlmEE, KIND_VM_CONFIG, OF(EE) },
	{ N_saPlmEE, KIND_VMM_CONFIG, OF(EE) },
};

static const struct {
	enum kind of;
	uint32_t attr;
} mandatory[] = {
	{ KIND_EE, N_saPlmEEType },
	{ KIND_HE, N_saPlmHEBaseHEType },
	{ KIND_DEPENDENCY, N_saPlmDepNames },
	{ KIND_DEPENDENCY, N_saPlmDepMinNumber },
	{ KIND_AMF_NODE, N_saAmfNodeClmNode },
	{ KIND_CLM_NODE, N_saClmNodeEE },
	{ KIND_SI, N_saAmfSIProtectedbySG },
};

enum {
	NREFERENCE = sizeof(references) / sizeof(references[0]),
	NMANDATORY = sizeof(mandatory) / sizeof(mandatory[0]),
};

static const char *
class_str(const struct check *c, uint32_t o)
{
	return name_str(c->m->object[o].class);
}

static const char *
attr_str(const struct check *c, uint32_t a)
{
	return name_str(c->m->attr[a].name);
}

bool
check_unique_attr(struct check *c, uint32_t o, uint32_t a,
    const struct class_def *class, const struct attr_def *def)
{
	uint32_t name = c->m->attr[a].name;

	(void)class;
	(void)def;
	if (!check_seen(c, name))
		return true;
	diag_report(c->d, DIAG_DUPLICATE_ATTR, model_attr_place(c->m, a),
	    object_dn(c, o), "\"%s\" has the attribute \"%s\" a second time",
	    dn_str(c, o), name_str(name));
	diag_note(c->d, model_attr_place(c->m, model_attr(c->m, o, name)),
	    "the first is here");
	return false;
}

/* --- unknown attributes --- */

enum { MOST_CANDIDATES = 64 };

/* The configuration attribute of the class that was probably meant. */
static const char *
nearest(const struct class_def *class, const char *name)
{
	const char *candidate[MOST_CANDIDATES];
	size_t i, n = 0;

	for (i = 0; i < class->nattr && n < MOST_CANDIDATES; i++)
		if ((class->attr[i].flags & ATTR_RUNTIME) == 0)
			candidate[n++] = name_str(class->attr[i].name);
	return near_match(name, candidate, n);
}

bool
check_known_attr(struct check *c, uint32_t o, uint32_t a,
    const struct class_def *class, const struct attr_def *def)
{
	uint32_t name = c->m->attr[a].name;
	const char *instead;

	if (class == NULL)
		return true;
	if (def == &class->rdn)
		return check_fold(c, DIAG_RDN_AS_ATTR, class->name, 0,
		    model_attr_place(c->m, a), object_dn(c, o),
		    "\"%s\" gives \"%s\", which its DN says already",
		    dn_str(c, o), name_str(name));
	if (def != NULL)
		return true;
	instead = nearest(class, name_str(name));
	return check_fold(c, DIAG_UNKNOWN_ATTR, class->name, name,
	    model_attr_place(c->m, a), object_dn(c, o),
	    "class \"%s\" has no attribute \"%s\"%s%s%s", name_str(class->name),
	    name_str(name), DID_YOU_MEAN(instead));
}

/* --- values --- */

bool
check_one_value(struct check *c, uint32_t o, uint32_t a,
    const struct class_def *class, const struct attr_def *def)
{
	size_t n;

	(void)class;
	attr_values(c->m, a, &n);
	if (def == NULL || n < 2 || (def->flags & ATTR_MULTI) != 0)
		return true;
	return diag_report(c->d, DIAG_SEVERAL_VALUES,
	    model_value_place(c->m, a, 1), object_dn(c, o),
	    "\"%s\" of \"%s\" has %zu values but holds only one",
	    attr_str(c, a), dn_str(c, o), n);
}

static int
digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return 99;
}

/* Digits to the end of s; false if there are others or none. */
static bool
digits(const char *s, int base, struct integer *v)
{
	const char *p = s;

	for (; digit(*p) < base; p++) {
		uint64_t more = (uint64_t)digit(*p);

		if (v->n > UINT64_MAX / 16 - 1 &&
		    v->n > (UINT64_MAX - more) / (uint64_t)base)
			v->huge = true;
		else
			v->n = v->n * (uint64_t)base + more;
	}
	return p > s && *p == '\0';
}

bool
check_integer(const char *s, struct integer *v)
{
	*v = (struct integer){ .negative = *s == '-' };
	if (*s == '\0')
		return true;
	if (*s == '-' || *s == '+')
		s++;
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return digits(s + 2, 16, v);
	return digits(s, 10, v);
}

static bool
in_range(enum value_type type, const struct integer *v)
{
	if (v->huge)
		return false;
	switch (type) {
	case TYPE_INT32:
		return v->n <= (uint64_t)INT32_MAX + v->negative;
	case TYPE_UINT32:
		return v->n <= UINT32_MAX && (!v->negative || v->n == 0);
	case TYPE_INT64:
	case TYPE_TIME:
		return v->n <= (uint64_t)INT64_MAX + v->negative;
	default:
		return !v->negative || v->n == 0;
	}
}

static const char *
skip_digits(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return s;
}

static bool
is_number(const char *s)
{
	const char *p;
	bool some;

	s += *s == '-' || *s == '+';
	if (strcmp(s, "inf") == 0 || strcmp(s, "nan") == 0)
		return true;
	p = skip_digits(s);
	some = p > s;
	if (*p == '.') {
		s = p + 1;
		p = skip_digits(s);
		some |= p > s;
	}
	if (some && (*p == 'e' || *p == 'E')) {
		s = p + 1 + (p[1] == '-' || p[1] == '+');
		p = skip_digits(s);
		some = p > s;
	}
	return some && *p == '\0';
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

/* Why the text is no value of the type, or NULL. */
static const char *
value_fault(enum value_type type, const char *s, size_t len)
{
	struct integer v;

	if (type == TYPE_STRING || type == TYPE_NAME || type == TYPE_ANY ||
	    len == 0)
		return NULL;
	if (is_blank(s[0]) || is_blank(s[len - 1]))
		return "has blanks around the number; the type is";
	if (strlen(s) != len)
		return "is no";
	if (type == TYPE_FLOAT || type == TYPE_DOUBLE)
		return is_number(s) ? NULL : "is no";
	if (!check_integer(s, &v))
		return "is no";
	return in_range(type, &v) ? NULL : "is out of the range of";
}

static bool
check_one(struct check *c, uint32_t o, uint32_t a, size_t k,
    enum value_type type)
{
	uint32_t v = c->m->value[c->m->attr[a].value + k];
	const char *fault;

	if (type == TYPE_NAME) {
		fault = v == NAME_EMPTY ? NULL : check_dn_fault(c, v);
		if (fault == NULL)
			return true;
		return diag_report(c->d, DIAG_MALFORMED_NAME,
		    model_value_place(c->m, a, k), object_dn(c, o),
		    "\"%s\" names \"%.200s\", which %s", attr_str(c, a),
		    name_str(v), fault);
	}
	fault = value_fault(type, name_str(v), name_len(v));
	if (fault == NULL)
		return true;
	return diag_report(c->d, DIAG_BAD_VALUE, model_value_place(c->m, a, k),
	    object_dn(c, o), "\"%s\" is \"%.200s\", which %s %s",
	    attr_str(c, a), name_str(v), fault, type_name(type));
}

bool
check_value(struct check *c, uint32_t o, uint32_t a,
    const struct class_def *class, const struct attr_def *def)
{
	bool good = true;
	size_t n, k;

	(void)class;
	if (def == NULL || def->type == TYPE_STRING)
		return true;
	attr_values(c->m, a, &n);
	for (k = 0; k < n; k++)
		good &= check_one(c, o, a, k, (enum value_type)def->type);
	return good;
}

/* --- names of objects --- */

static const struct reference *
find_reference(const struct check *c, uint32_t o, uint32_t attr)
{
	size_t i;

	if (c->kind[o] == KIND_OTHER)
		return NULL;
	for (i = 0; i < NREFERENCE; i++)
		if (references[i].attr == attr &&
		    references[i].of == (enum kind)c->kind[o])
			return &references[i];
	return NULL;
}

static const char *
kinds_str(uint32_t kinds)
{
	if (kinds == (OF(EE) | OF(HE)))
		return "SaPlmEE or SaPlmHE";
	if (kinds == (OF(AMF_NODE) | OF(NODE_GROUP)))
		return "SaAmfNode or SaAmfNodeGroup";
	if (kinds == OF(EE))
		return "SaPlmEE";
	if (kinds == OF(EE_TYPE))
		return "SaPlmEEType";
	if (kinds == OF(HE_TYPE))
		return "SaPlmHEBaseType";
	if (kinds == OF(CLM_NODE))
		return "SaClmNode";
	if (kinds == OF(AMF_NODE))
		return "SaAmfNode";
	return "SaAmfSG";
}

static bool
report_dangling(struct check *c, uint32_t o, uint32_t a, size_t k,
    enum diag_code code, uint32_t kinds)
{
	uint32_t attr = c->m->attr[a].name;
	uint32_t v = c->m->value[c->m->attr[a].value + k];
	const char *meant = check_near(c, code, attr, v, kinds, v);

	return check_fold(c, code, attr, v,
	    model_value_place(c->m, a, k), object_dn(c, o),
	    "\"%s\" of \"%s\" names \"%s\", which is not in this file%s%s%s",
	    attr_str(c, a), dn_str(c, o), name_str(v), DID_YOU_MEAN(meant));
}

static bool
check_name(struct check *c, uint32_t o, uint32_t a, size_t k,
    const struct reference *ref)
{
	uint32_t v = c->m->value[c->m->attr[a].value + k];
	uint32_t to = model_find(c->m, v);

	if (v == NAME_EMPTY)
		return true;
	if (to == NONE && ref != NULL)
		return report_dangling(c, o, a, k, DIAG_DANGLING_NAME, ref->to);
	if (to == NONE)
		return report_dangling(c, o, a, k, DIAG_NAME_ELSEWHERE, 0);
	if (ref == NULL || check_is(c, to, ref->to))
		return true;
	return check_fold(c, DIAG_WRONG_CLASS, c->m->attr[a].name, v,
	    model_value_place(c->m, a, k), object_dn(c, o),
	    "\"%s\" of \"%s\" names \"%s\", which is a %s and no %s",
	    attr_str(c, a), dn_str(c, o), name_str(v), class_str(c, to),
	    kinds_str(ref->to));
}

bool
check_reference(struct check *c, uint32_t o, uint32_t a,
    const struct class_def *class, const struct attr_def *def)
{
	const struct reference *ref = find_reference(c, o, c->m->attr[a].name);
	bool good = true;
	size_t n, k;

	(void)class;
	if (ref == NULL && (def == NULL || def->type != TYPE_NAME))
		return true;
	attr_values(c->m, a, &n);
	for (k = 0; k < n; k++)
		good &= check_name(c, o, a, k, ref);
	return good;
}

/* --- what must be there --- */

static bool
is_set(const struct check *c, uint32_t o, uint32_t attr)
{
	uint32_t a = model_attr(c->m, o, attr);
	const uint32_t *v;
	size_t n, k;

	if (a == NONE)
		return false;
	v = attr_values(c->m, a, &n);
	for (k = 0; k < n; k++)
		if (v[k] != NAME_EMPTY)
			return true;
	return false;
}

static bool
is_mandatory(enum kind kind, uint32_t attr)
{
	size_t i;

	for (i = 0; i < NMANDATORY; i++)
		if (mandatory[i].of == kind && mandatory[i].attr == attr)
			return true;
	return false;
}

/* A file without any platform is an extract that cannot say where its nodes
 * run. */
static bool
has_platform(const struct check *c)
{
	return kind_count(c, KIND_DOMAIN) + kind_count(c, KIND_HE) +
	    kind_count(c, KIND_EE) > 0;
}

static bool
report_missing(struct check *c, uint32_t o, uint32_t attr)
{
	if (attr == N_saClmNodeEE && !has_platform(c))
		return check_fold(c, DIAG_HOST_UNKNOWN, 0, 0,
		    model_place(c->m, o), object_dn(c, o),
		    "\"%s\" has no \"%s\"", dn_str(c, o), name_str(attr));
	return check_fold(c, DIAG_MISSING_ATTR, attr, object_dn(c, o),
	    model_place(c->m, o), object_dn(c, o), "\"%s\" has no \"%s\"",
	    dn_str(c, o), name_str(attr));
}

const struct known_class *
check_class(struct check *c, uint32_t name)
{
	struct known_class *k = &c->class[name % KNOWN_CLASSES];
	const struct class_def *def;
	size_t i, n = 0;

	if (k->name == name)
		return k;
	k->name = name;
	k->def = def = model_class(c->m, name);
	for (i = 0; def != NULL && i < def->nattr && n + 1 < KNOWN_ATTRS; i++)
		if ((def->attr[i].flags & ATTR_INITIALIZED) != 0 &&
		    (def->attr[i].flags & ATTR_RUNTIME) == 0 &&
		    !is_mandatory(check_kind(name), def->attr[i].name))
			k->required[n++] = def->attr[i].name;
	k->required[n] = NAME_NONE;
	return k;
}

bool
check_mandatory(struct check *c, uint32_t o)
{
	enum kind kind = (enum kind)c->kind[o];
	uint32_t class = c->m->object[o].class;
	const uint32_t *attr;
	bool good = true;
	size_t i;

	for (i = 0; kind != KIND_OTHER && i < NMANDATORY; i++)
		if (mandatory[i].of == kind && !is_set(c, o, mandatory[i].attr))
			good &= report_missing(c, o, mandatory[i].attr);
	for (attr = check_class(c, class)->required; *attr != NAME_NONE; attr++)
		if (model_attr(c->m, o, *attr) == NONE)
			check_fold(c, DIAG_ATTR_NOT_SET, class, *attr,
			    model_place(c->m, o), object_dn(c, o),
			    "\"%s\" has no \"%s\", which its class requires",
			    dn_str(c, o), name_str(*attr));
	return good;
}
