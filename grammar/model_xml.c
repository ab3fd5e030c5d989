/*
 * How is IMM XML read? libxml2's parser calls back for each element (xml_in.c);
 * nothing of the document is kept but the model. Which element may stand where
 * is one table.
 */
#include <stdlib.h>
#include <string.h>

#include "model_xml.h"
#include "near.h"

#define IMM_NAMESPACE "http://www.saforum.org/IMMSchema"

const char *const xml_element_names[EL_COUNT] = {
	"value", "name", "attr", "object", "dn", "flag", "type", "category",
	"default-value", "ntfid", "rdn", "class",
};

static const unsigned char next_state[STATE_COUNT][EL_COUNT] = {
	[CONTENTS] = { [EL_CLASS] = CLASS, [EL_OBJECT] = OBJECT },
	[OBJECT] = { [EL_DN] = DN, [EL_ATTR] = ATTR },
	[ATTR] = { [EL_NAME] = NAME, [EL_VALUE] = VALUE },
	[CLASS] = { [EL_CATEGORY] = CATEGORY, [EL_RDN] = DEFINITION,
		[EL_ATTR] = DEFINITION },
	[DEFINITION] = { [EL_NAME] = DEF_NAME, [EL_TYPE] = DEF_TYPE,
		[EL_CATEGORY] = DEF_CATEGORY, [EL_FLAG] = DEF_FLAG,
		[EL_NTFID] = DEF_NTFID, [EL_DEFAULT] = DEF_DEFAULT },
};

void
xml_stop(struct reader *r)
{
	r->stopped = true;
	xmlStopParser(r->ctxt);
}

/* --- beginnings --- */

static void
begin_state(struct reader *r, enum state state, const struct xml_attrs *a,
    uint32_t pos)
{
	switch (state) {
	case OBJECT:
		xml_begin_object(r, a, pos);
		break;
	case CLASS:
		xml_begin_class(r, a, pos);
		break;
	case ATTR:
		r->attr_name = NAME_NONE;
		r->nvalue = 0;
		break;
	case DEFINITION:
		memset(&r->def, 0, sizeof(r->def));
		break;
	case VALUE:
	case DEF_DEFAULT:
		r->base64 = a->n > 0 && xml_says_base64(r, a, pos);
		break;
	default:
		break;
	}
}

static bool
root_is_right(struct reader *r, const char *name, const char *prefix,
    const char *uri, uint32_t pos)
{
	struct place p = at(r, pos, SRC_TOKEN);

	r->rooted = true;
	if (strcmp(name, "IMM-contents") == 0) {
		if (uri != NULL && strcmp(uri, IMM_NAMESPACE) == 0)
			return true;
		if (uri == NULL && prefix != NULL && r->namespaced)
			return false;
		return diag_report(r->d, DIAG_WRONG_ROOT, p, NAME_NONE,
		    "the root element \"IMM-contents\" is in %s%s%s, not in "
		    "namespace \"" IMM_NAMESPACE "\"",
		    uri == NULL ? "no namespace" : "namespace \"",
		    uri == NULL ? "" : uri, uri == NULL ? "" : "\"");
	}
	if (strcmp(name, "upgradeCampaign") == 0)
		return diag_report(r->d, DIAG_WRONG_ROOT, p, NAME_NONE,
		    "this is an upgrade campaign, not a model");
	return diag_report(r->d, DIAG_WRONG_ROOT, p, NAME_NONE,
	    "the root element is \"%s\"", name);
}

static void
begin_root(struct reader *r, const char *name, const char *prefix,
    const char *uri, uint32_t pos)
{
	if (!root_is_right(r, name, prefix, uri, pos)) {
		xml_stop(r);
		return;
	}
	r->frame[r->depth++] = (struct frame){ .state = CONTENTS, .pos = pos };
}

static void
unknown_element(struct reader *r, const char *name, uint32_t pos)
{
	const char *known[EL_COUNT], *near;
	enum state state = top(r)->state;
	size_t i, n = 0;

	if (state >= FIRST_TEXT) {
		diag_report(r->d, DIAG_UNKNOWN_ELEMENT, at(r, pos, SRC_TOKEN),
		    NAME_NONE, "element \"%s\" stands inside a text", name);
		return;
	}
	for (i = 0; i < EL_COUNT; i++)
		if (next_state[state][i] != NOWHERE)
			known[n++] = xml_element_names[i];
	near = near_match(name, known, n);
	diag_report(r->d, DIAG_UNKNOWN_ELEMENT, at(r, pos, SRC_TOKEN),
	    NAME_NONE, near == NULL ? "element \"%s\" does not belong here" :
	    "element \"%s\" does not belong here; did you mean \"%s\"?",
	    name, near);
}

/* Children that may stand once are counted by their state's bit. */
static void
check_once(struct reader *r, enum element el, enum state state, uint32_t pos)
{
	unsigned bit = 1u << el;

	if (state == OBJECT || state == ATTR || state == CLASS ||
	    state == VALUE || state == DEF_FLAG ||
	    (state == DEFINITION && el == EL_ATTR))
		return;
	if (top(r)->seen & bit)
		diag_report(r->d, DIAG_ELEMENT_TWICE, at(r, pos, SRC_TOKEN),
		    NAME_NONE, "element \"%s\" stands a second time",
		    xml_element_names[el]);
	top(r)->seen |= bit;
}

static void
push(struct reader *r, enum state state, uint32_t pos)
{
	if (r->depth == MAX_DEPTH) {
		diag_report(r->d, DIAG_LIMIT_EXCEEDED, at(r, pos, SRC_TOKEN),
		    NAME_NONE, "elements are nested more than %d deep",
		    (int)MAX_DEPTH);
		xml_stop(r);
		return;
	}
	r->frame[r->depth++] = (struct frame){ .state = state, .pos = pos };
}

static void
check_namespace(struct reader *r, const char *name, const char *uri,
    uint32_t pos)
{
	if (uri == NULL || r->namespaced)
		return;
	r->namespaced = true;
	diag_report(r->d, DIAG_NAMESPACE, at(r, pos, SRC_TOKEN), NAME_NONE,
	    "element \"%s\" is in namespace \"%s\"; only the root may be in "
	    "one", name, uri);
}

/* Begins one below an element that is read; its state is IGNORED if it does
 * not belong there. */
static enum state
begin_element(struct reader *r, const xmlChar *name,
    const struct xml_attrs *a, uint32_t pos)
{
	enum state state = NOWHERE;
	int el;

	for (el = 0; el < EL_COUNT && r->name[el] != name;)
		el++;
	if (el < EL_COUNT)
		state = next_state[top(r)->state][el];
	if (state == NOWHERE) {
		unknown_element(r, (const char *)name, pos);
		return IGNORED;
	}
	check_once(r, (enum element)el, state, pos);
	if (state == DEFINITION)
		r->def_is_rdn = el == EL_RDN;
	begin_state(r, state, a, pos);
	return state;
}

static void
on_start(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nns, const xmlChar **ns, int nattr,
    int ndefaulted, const xmlChar **attr)
{
	struct reader *r = arg;
	struct xml_attrs a = { nattr, attr };
	uint32_t pos = xml_in_back_to(r->ctxt, "<");
	enum state state = IGNORED;

	(void)nns, (void)ns, (void)ndefaulted;
	if (r->stopped)
		return;
	if (r->depth == 0) {
		begin_root(r, (const char *)name, (const char *)prefix,
		    (const char *)uri, pos);
		return;
	}
	check_namespace(r, (const char *)name, (const char *)uri, pos);
	if (top(r)->state != IGNORED)
		state = begin_element(r, name, &a, pos);
	push(r, state, pos);
	r->text.len = 0;
	r->too_long = false;
}

/* --- ends --- */

static void
on_end(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct reader *r = arg;
	struct frame *f;

	(void)name, (void)prefix, (void)uri;
	if (r->stopped || r->depth == 0)
		return;
	f = &r->frame[--r->depth];
	switch (f->state) {
	case VALUE:
		xml_end_value(r);
		break;
	case NAME:
		xml_end_name(r);
		break;
	case ATTR:
		xml_end_attr(r, f);
		break;
	case DN:
		xml_end_dn(r);
		break;
	case DEFINITION:
		xml_end_definition(r, f);
		break;
	case CLASS:
		xml_end_class(r, f);
		break;
	case DEF_DEFAULT:
		r->def.fallback = xml_end_text(r,
		    at(r, f->pos, SRC_TEXT), "default value");
		r->base64 = false;
		break;
	case CATEGORY:
	case DEF_NAME:
	case DEF_TYPE:
	case DEF_CATEGORY:
	case DEF_FLAG:
	case DEF_NTFID:
		xml_end_word(r, f->state, f->pos);
		break;
	default:
		break;
	}
}

/* --- text --- */

/* Where in the file a piece of text stands that the parser hands out: in its
 * buffer, or in a copy of what it has just passed. */
static uint32_t
text_pos(const struct reader *r, const xmlChar *text, size_t blanks, size_t n)
{
	const xmlParserInput *in = r->ctxt->input;
	uint32_t end = xml_in_here(r->ctxt);

	if (text >= in->base && text < in->end)
		return (uint32_t)(in->consumed +
		    (unsigned long)(text + blanks - in->base));
	return end >= n - blanks ? end - (uint32_t)(n - blanks) : 0;
}

static void
stray_text(struct reader *r, const char *s, size_t n)
{
	size_t i = 0, len;

	while (i < n && xml_is_blank(s[i]))
		i++;
	if (i == n || top(r)->stray)
		return;
	top(r)->stray = true;
	for (len = 0; i + len < n && len < 40 && !xml_is_blank(s[i + len]);)
		len++;
	diag_report(r->d, DIAG_STRAY_TEXT, at(r, text_pos(r,
	    (const xmlChar *)s, i, n), SRC_TOKEN), NAME_NONE,
	    "text where none belongs: \"%.*s\"", (int)len, s + i);
}

static void
on_text(void *arg, const xmlChar *s, int len)
{
	struct reader *r = arg;
	size_t n = (size_t)len;

	if (r->stopped || r->depth == 0 || top(r)->state == IGNORED)
		return;
	if (top(r)->state < FIRST_TEXT) {
		stray_text(r, (const char *)s, n);
		return;
	}
	if (r->text.len + n > TEXT_MAX_LEN) {
		if (!r->too_long)
			diag_report(r->d, DIAG_LIMIT_EXCEEDED,
			    at(r, top(r)->pos, SRC_TOKEN), NAME_NONE,
			    "the text is longer than %d bytes",
			    (int)TEXT_MAX_LEN);
		r->too_long = true;
		return;
	}
	buf_add(&r->text, (const char *)s, n);
}

static void
on_comment(void *arg, const xmlChar *text)
{
	struct reader *r = arg;

	r->marked |= strstr((const char *)text, MODEL_MARK) != NULL;
}

static void
on_doctype(void *arg, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	struct reader *r = arg;

	(void)external, (void)system;
	if (r->stopped)
		return;
	diag_report(r->d, DIAG_DOCTYPE, at(r, xml_in_back_to(r->ctxt,
	    "<!DOCTYPE"), SRC_TOKEN), NAME_NONE,
	    "the file has a DOCTYPE (\"%s\")",
	    name == NULL ? "" : (const char *)name);
	xml_stop(r);
}

/* --- the file --- */

/* Looked at before parsing, because the parser would convert the text and lose
 * its places. */
static bool
on_first(void *arg, const char *text, size_t n)
{
	struct reader *r = arg;
	size_t len;
	const char *name = xml_in_encoding(text, n, &len);

	if (name == NULL)
		return true;
	r->stopped = true;
	return diag_report(r->d, DIAG_NOT_UTF8, at(r, (uint32_t)(name - text),
	    SRC_TOKEN), NAME_NONE, "the file declares the encoding \"%.*s\"",
	    (int)len, name);
}

static xmlParserCtxtPtr
new_parser(struct reader *r)
{
	static const xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = on_doctype,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.comment = on_comment,
		.serror = xml_on_error,
	};
	xmlParserCtxtPtr ctxt = xml_in_new(&handler, r, 0);
	int i;

	for (i = 0; i < EL_COUNT; i++)
		r->name[i] = xmlDictLookup(ctxt->dict,
		    (const xmlChar *)xml_element_names[i], -1);
	return ctxt;
}

void
model_read_xml(struct model *m, struct diag *d)
{
	struct reader *r = mem_alloc(1, sizeof(*r));

	r->m = m;
	r->d = d;
	verdicts_clear(&r->verdicts, m);
	r->ctxt = new_parser(r);
	/* Whoever opened the file asks for errors. */
	(void)xml_in_feed(r->ctxt, m->src->file, on_first, r, &r->stopped);
	m->unmarked = r->ctxt->wellFormed && !r->stopped && !r->marked;
	if (r->late_class)
		model_drop_runtime(m, &r->verdicts);
	xmlFreeParserCtxt(r->ctxt);
	buf_free(&r->text);
	buf_free(&r->binary);
	free(r->value);
	free(r->def_list);
	free(r);
}
