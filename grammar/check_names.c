/*
 * Does every object have a name of its own and a place in the tree? What is
 * an error depends on the class: a tree of hardware and execution
 * environments with holes is useless, a hole elsewhere is an extract.
 */
#include <string.h>

#include "arena.h"
#include "check.h"

bool
check_has_class(struct check *c, uint32_t o)
{
	uint32_t class = c->m->object[o].class;

	if (class != NAME_NONE && class != NAME_EMPTY)
		return true;
	if (object_dn(c, o) == NAME_NONE || object_dn(c, o) == NAME_EMPTY)
		return diag_report(c->d, DIAG_OBJECT_WITHOUT_CLASS,
		    model_place(c->m, o), NAME_NONE, "object has no class");
	return diag_report(c->d, DIAG_OBJECT_WITHOUT_CLASS,
	    model_place(c->m, o), object_dn(c, o), "\"%s\" has no class",
	    dn_str(c, o));
}

bool
check_has_dn(struct check *c, uint32_t o)
{
	uint32_t class = c->m->object[o].class;

	if (object_dn(c, o) != NAME_NONE && object_dn(c, o) != NAME_EMPTY)
		return true;
	if (class == NAME_NONE || class == NAME_EMPTY)
		return diag_report(c->d, DIAG_OBJECT_WITHOUT_DN,
		    model_place(c->m, o), NAME_NONE, "object has no DN");
	return diag_report(c->d, DIAG_OBJECT_WITHOUT_DN, model_place(c->m, o),
	    NAME_NONE, "object of class \"%s\" has no DN", name_str(class));
}

bool
check_good_dn(struct check *c, uint32_t o)
{
	uint32_t dn = object_dn(c, o);
	const char *fault = check_dn_fault(c, dn);

	if (fault == NULL)
		return true;
	if (name_len(dn) > DN_MAX)
		return diag_report(c->d, DIAG_LONG_DN, model_dn_place(c->m, o),
		    dn, "DN \"%.60s...\" has %zu bytes, more than %d",
		    name_str(dn), name_len(dn), DN_MAX);
	return diag_report(c->d, DIAG_MALFORMED_DN, model_dn_place(c->m, o),
	    dn, "DN \"%s\" %s", name_str(dn), fault);
}

bool
check_unique_dn(struct check *c, uint32_t o)
{
	uint32_t first = model_find(c->m, object_dn(c, o));

	if (first == o)
		return true;
	diag_report(c->d, DIAG_DUPLICATE_DN, model_dn_place(c->m, o),
	    object_dn(c, o), "object \"%s\" is here a second time",
	    dn_str(c, o));
	diag_note(c->d, model_dn_place(c->m, first), "the first is here");
	return false;
}

bool
check_rdn(struct check *c, uint32_t o)
{
	uint32_t class = c->m->object[o].class;
	const struct class_def *def = check_class(c, class)->def;
	const char *s = dn_str(c, o), *rdn;
	size_t len;

	if (def == NULL || def->rdn.name == NAME_NONE)
		return true;
	rdn = name_str(def->rdn.name);
	len = name_len(def->rdn.name);
	if (strncmp(s, rdn, len) == 0 && s[len] == '=')
		return true;
	return check_fold(c, DIAG_OTHER_RDN, class, 0, model_dn_place(c->m, o),
	    object_dn(c, o), "\"%s\" does not begin with \"%s=\" as objects of "
	    "class \"%s\" do", s, rdn, name_str(class));
}

bool
check_unique_class(struct check *c)
{
	const struct class_def *v = c->m->class;
	size_t i, first;

	check_round(c);
	for (i = 0; i < c->m->nclass; i++) {
		if (!check_seen(c, v[i].name))
			continue;
		for (first = 0; v[first].name != v[i].name;)
			first++;
		diag_report(c->d, DIAG_DUPLICATE_CLASS,
		    (struct place){ c->m->src, v[i].pos, SRC_TOKEN }, NAME_NONE,
		    "class \"%s\" is defined a second time",
		    name_str(v[i].name));
		diag_note(c->d,
		    (struct place){ c->m->src, v[first].pos, SRC_TOKEN },
		    "the first definition is here");
	}
	return true;
}

bool
check_one_domain(struct check *c)
{
	size_t i;
	uint32_t first = NONE;

	for (i = c->start[KIND_DOMAIN]; i < c->start[KIND_DOMAIN + 1]; i++) {
		uint32_t o = c->of_kind[i];

		if (!passed(c, o, SOUND))
			continue;
		if (first == NONE) {
			first = o;
			continue;
		}
		diag_report(c->d, DIAG_SECOND_DOMAIN, model_dn_place(c->m, o),
		    object_dn(c, o), "\"%s\" is a second domain", dn_str(c, o));
		diag_note(c->d, model_dn_place(c->m, first),
		    "the first is \"%s\"", dn_str(c, first));
	}
	return true;
}

/* An HE or EE below nothing, or below a domain in a file without any. */
bool
check_domain(struct check *c, uint32_t o)
{
	uint32_t dn = object_dn(c, o), parent;

	if (c->m->object[o].parent != NONE)
		return true;
	parent = dn_parent(dn);
	if (parent == NAME_NONE)
		return check_fold(c, DIAG_MISSING_DOMAIN, NAME_NONE, 0,
		    model_dn_place(c->m, o), dn, "\"%s\" is below no domain",
		    name_str(dn));
	if (kind_count(c, KIND_DOMAIN) > 0 ||
	    dn_rdn_len(name_str(parent), name_len(parent)) != name_len(parent))
		return true;
	return check_fold(c, DIAG_MISSING_DOMAIN, parent, 0,
	    model_dn_place(c->m, o), dn,
	    "\"%s\" is below \"%s\", but there is no domain in this file",
	    name_str(dn), name_str(parent));
}

bool
check_parent(struct check *c, uint32_t o)
{
	uint32_t must = OF(DOMAIN) | OF(HE) | OF(EE) | OF(DEPENDENCY) |
	    OF(SU) | OF(AMF_NODE) | OF(CLM_NODE);
	uint32_t dn = object_dn(c, o), parent;
	enum diag_code code = check_is(c, o, must) ? DIAG_MISSING_PARENT :
	    DIAG_PARENT_ELSEWHERE;
	const char *meant;

	if (c->m->object[o].parent != NONE)
		return true;
	parent = dn_parent(dn);
	if (parent == NAME_NONE)
		return true;
	meant = check_near(c, code, parent, 0, 0, parent);
	return check_fold(c, code, parent, 0, model_dn_place(c->m, o), dn,
	    "\"%s\" is below \"%s\", which is not in this file%s%s%s",
	    name_str(dn), name_str(parent), DID_YOU_MEAN(meant));
}

bool
check_parent_class(struct check *c, uint32_t o)
{
	uint32_t p = c->m->object[o].parent, may = OF(HE) | OF(EE) | OF(DOMAIN);
	const char *list = "a SaPlmDomain, SaPlmHE or SaPlmEE";

	if (c->kind[o] == KIND_HE) {
		may = OF(HE) | OF(DOMAIN);
		list = "a SaPlmDomain or SaPlmHE";
	} else if (c->kind[o] == KIND_DEPENDENCY) {
		may = OF(HE) | OF(EE);
		list = "a SaPlmHE or SaPlmEE";
	}
	if (check_is(c, p, may))
		return true;
	if (p != NONE && *name_str(c->m->object[p].class) == '\0')
		return false; /* that it has none is said already */
	if (p == NONE)
		return diag_report(c->d, DIAG_WRONG_PARENT,
		    model_dn_place(c->m, o), object_dn(c, o),
		    "\"%s\" is below nothing; a %s stands below %s",
		    dn_str(c, o), name_str(c->m->object[o].class), list);
	return diag_report(c->d, DIAG_WRONG_PARENT, model_dn_place(c->m, o),
	    object_dn(c, o), "\"%s\" is below a %s; a %s stands below %s",
	    dn_str(c, o), name_str(c->m->object[p].class),
	    name_str(c->m->object[o].class), list);
}
