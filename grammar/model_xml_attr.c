/*
 * What is wrong with the attributes of an element, or with a name? Said in one
 * way, whatever element it is.
 */
#include <string.h>

#include "model_xml.h"

/* --- attributes of XML elements --- */

void
xml_check_attrs(struct reader *r, const struct xml_attrs *a,
    const char *element, const char *known, uint32_t pos)
{
	int i;

	for (i = 0; i < a->n; i++) {
		const char *name = (const char *)a->v[i * 5];

		if (a->v[i * 5 + 2] != NULL || a->v[i * 5 + 1] != NULL ||
		    (known != NULL && strcmp(name, known) == 0))
			continue;
		diag_report(r->d, DIAG_UNKNOWN_XML_ATTR, at(r, pos, SRC_TOKEN),
		    NAME_NONE, known == NULL ?
		    "\"%s\" of element \"%s\" is not known" :
		    "\"%s\" of element \"%s\" is not known; it has \"%s\"",
		    name, element, known);
	}
}

uint32_t
xml_attr_value(const struct xml_attrs *a, const char *name)
{
	int i;

	for (i = 0; i < a->n; i++)
		if (a->v[i * 5 + 1] == NULL &&
		    strcmp((const char *)a->v[i * 5], name) == 0)
			return intern((const char *)a->v[i * 5 + 3],
			    (size_t)(a->v[i * 5 + 4] - a->v[i * 5 + 3]));
	return NAME_NONE;
}

bool
xml_check_name(struct reader *r, uint32_t name, const char *what,
    struct place p)
{
	const char *s = name_str(name);
	size_t n = name_len(name);

	if (n == 0)
		return diag_report(r->d, DIAG_BAD_NAME, p, NAME_NONE,
		    "the name of %s is empty", what);
	if (xml_is_blank(s[0]) || xml_is_blank(s[n - 1]))
		return diag_report(r->d, DIAG_BAD_NAME, p, NAME_NONE,
		    "the name of %s begins or ends with a blank: \"%s\"", what,
		    s);
	return true;
}
