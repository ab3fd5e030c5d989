/*
 * How does a mistake of XML itself read? libxml2 finds it; the place and the
 * words are ours, because its own are made for its authors. One is reported and
 * reading ends: whatever it would say next would follow from the first.
 */
#include <libxml/xmlerror.h>
#include <stdio.h>
#include <string.h>

#include "model_xml.h"

static void
mismatched_tag(struct reader *r, const xmlError *e, struct place p)
{
	const struct frame *f = r->depth > 0 ? top(r) : NULL;

	diag_report(r->d, DIAG_XML_MALFORMED, p, NAME_NONE,
	    "\"%s\" is closed where \"%s\" is open",
	    e->str2 == NULL ? "" : e->str2, e->str1 == NULL ? "" : e->str1);
	if (f != NULL)
		diag_note(r->d, at(r, f->pos, SRC_TOKEN),
		    "this is the open element");
}

/* The end of the file came too early: say what is still open. */
static void
early_end(struct reader *r)
{
	if (!r->rooted) {
		diag_report(r->d, DIAG_EMPTY_FILE, at(r, SRC_WHOLE, SRC_TOKEN),
		    NAME_NONE, "there is no element in the file");
		return;
	}
	diag_report(r->d, DIAG_XML_MALFORMED, at(r, xml_in_here(r->ctxt), SRC_TOKEN),
	    NAME_NONE, "the file ends before its root element does");
	if (r->depth > 1)
		diag_note(r->d, at(r, top(r)->pos, SRC_TOKEN),
		    "this element is still open");
}

/* A name is missing where libxml2 stands; what stands around it says why. */
static bool
missing_name(struct reader *r)
{
	const xmlParserInput *in = r->ctxt->input;
	char before = in->cur > in->base ? (char)in->cur[-1] : '\0';
	const char *text;
	struct place p = at(r, xml_in_here(r->ctxt), SRC_TOKEN);

	if (before == '&')
		text = "\"&\" begins no reference (a plain one is written "
		    "\"&amp;\")";
	else if (before == '<')
		text = "\"<\" begins no tag (a plain one is written "
		    "\"&lt;\")";
	else if (*in->cur == '<')
		text = "the tag before this is not closed by \">\"";
	else
		return false;
	if (before == '&' || before == '<')
		p.off--;
	diag_report(r->d, DIAG_XML_MALFORMED, p, NAME_NONE, "%s", text);
	return true;
}

/* The mistakes that need more than a fixed text. */
static bool
forward_special(struct reader *r, const xmlError *e)
{
	struct place p = at(r, xml_in_here(r->ctxt), SRC_TOKEN);
	const char *name = e->str1 == NULL ? "" : e->str1;

	switch (e->code) {
	case XML_ERR_TAG_NAME_MISMATCH:
		p.off = xml_in_back_to(r->ctxt, "<");
		mismatched_tag(r, e, p);
		return true;
	case XML_ERR_DOCUMENT_END:
		if (r->depth == 0 && r->rooted)
			return false;
		early_end(r);
		return true;
	case XML_ERR_UNDECLARED_ENTITY:
		p.off = xml_in_back_to(r->ctxt, "&");
		diag_report(r->d, DIAG_XML_MALFORMED, p, NAME_NONE,
		    "unknown entity \"%s\"", name);
		return true;
	case XML_ERR_ATTRIBUTE_REDEFINED:
		diag_report(r->d, DIAG_XML_MALFORMED, p, NAME_NONE,
		    "XML attribute \"%s\" stands twice", name);
		return true;
	case XML_ERR_NAME_REQUIRED:
		return missing_name(r);
	case XML_ERR_INVALID_CHAR:
		if (r->ctxt->input == NULL || *r->ctxt->input->cur < 0x80)
			return false;
		/* fallthrough */
	case XML_ERR_INVALID_ENCODING:
		diag_report(r->d, DIAG_NOT_UTF8, p, NAME_NONE,
		    "a byte that is no UTF-8, or no character of XML");
		return true;
	case XML_ERR_INTERNAL_ERROR:
	case XML_ERR_NAME_TOO_LONG:
		diag_report(r->d, DIAG_LIMIT_EXCEEDED, p, NAME_NONE,
		    "a tag, comment or text is too long for the parser");
		return true;
	default:
		return false;
	}
}

static void
forward(struct reader *r, const xmlError *e)
{
	struct place p = at(r, xml_in_here(r->ctxt), SRC_TOKEN);
	const char *words = xml_in_words(e->code);
	char text[200];

	if (forward_special(r, e))
		return;
	if (words != NULL) {
		diag_report(r->d, DIAG_XML_MALFORMED, p, NAME_NONE, "%s", words);
		return;
	}
	snprintf(text, sizeof(text), "%s",
	    e->message == NULL ? "unknown error" : e->message);
	text[strcspn(text, "\n")] = '\0';
	diag_report(r->d, DIAG_XML_MALFORMED, p, NAME_NONE,
	    "not well-formed: %s", text);
}

void
xml_on_error(void *arg, xmlErrorPtr e)
{
	struct reader *r = arg;

	if (r->stopped || e->level == XML_ERR_WARNING || e->level ==
	    XML_ERR_NONE)
		return;
	if (e->domain == XML_FROM_NAMESPACE) {
		if (!r->namespaced)
			diag_report(r->d, DIAG_NAMESPACE,
			    at(r, xml_in_back_to(r->ctxt, "<"), SRC_TOKEN), NAME_NONE,
			    "namespace prefix \"%s\" is not declared",
			    e->str1 == NULL ? "" : e->str1);
		r->namespaced = true;
		return;
	}
	if (e->code == XML_ERR_NO_MEMORY)
		mem_exhausted();
	forward(r, e);
	/* One mistake, one message: the next ones would follow from it. */
	r->stopped = true;
}
