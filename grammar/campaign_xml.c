/*
 * Is this XML a campaign? libxml2's push parser calls for each element; where
 * it may stand and what it holds is said by campaign_elements.def, so that
 * every mistake of structure is found here and the records are made of sound
 * elements only. No document is kept. A place is the offset of the element's
 * "<".
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign_read.h"
#include "diag.h"
#include "near.h"
#include "xml_in.h"

enum { DEPTH = 32 };

struct frame {
	enum element element;
	unsigned at; /* position of the last child in its content */
	uint32_t pos;
	bool told; /* that text does not belong here */
};

struct xml {
	xmlParserCtxt *ctxt;
	struct shape shape[ELEMENT_COUNT];
	struct frame frame[DEPTH];
	size_t depth;
	size_t skip; /* elements that are open and ignored */
	struct buf text;
	bool fatal, begun;
};

static const struct {
	const char *token, *content, *attributes;
} rows[] = {
#define ELEMENT(id, token, content, attributes) { token, content, attributes },
#include "campaign_elements.def"
#undef ELEMENT
};

static int
element_of(const char *token, size_t len)
{
	int i;

	for (i = 0; i < ELEMENT_COUNT; i++)
		if (strncmp(rows[i].token, token, len) == 0 &&
		    rows[i].token[len] == '\0')
			return i;
	assert(!"content names an element without a row");
	return 0;
}

static void
compile(struct shape *shape)
{
	int i;

	for (i = 0; i < ELEMENT_COUNT; i++) {
		shape[i].name = rows[i].token;
		shape[i].len = strcspn(rows[i].token, ".");
		content_compile(&shape[i].content, rows[i].content,
		    element_of);
		attrs_compile(&shape[i], rows[i].attributes);
	}
}

static struct place
place(const struct reader *r, uint32_t pos)
{
	return campaign_place(r->campaign, pos);
}

/* A mistyped element still counts as the one that was meant: one mistake, one
 * message. */
static void
unknown_element(struct reader *r, struct frame *f, const char *name)
{
	const struct shape *s = &r->xml->shape[f->element];
	struct names known = { .n = 0 };
	const char *near;
	unsigned i;

	for (i = 1; i <= s->content.n; i++)
		names_add(&known, s->content.at[i].name, s->content.at[i].len);
	diag_report(r->diag, DIAG_CAMPAIGN_ELEMENT, place(r, r->pos), NAME_NONE,
	    "\"%.100s\" is no element of \"%.*s\"", name, (int)s->len,
	    s->name);
	near = near_note(r->diag, name, known.v, known.n);
	i = near == NULL ? 0 : content_find(&s->content, f->at, near,
	    strlen(near));
	if (i > 0 && s->content.follow[f->at] >> i & 1)
		f->at = i;
}

/* "a", "b" or "c": what could follow, in buf. */
static const char *
expected(const struct content *c, unsigned after, struct buf *b)
{
	uint32_t set = c->follow[after];
	bool first = true;
	unsigned i;

	for (i = 1; i <= c->n; i++) {
		if ((set >> i & 1) == 0)
			continue;
		set &= ~(1u << i);
		if (!first)
			buf_str(b, set >> i == 0 ? " or " : ", ");
		buf_printf(b, "\"%.*s\"", (int)c->at[i].len, c->at[i].name);
		first = false;
	}
	if (first)
		buf_str(b, "nothing more");
	buf_char(b, '\0');
	return b->data;
}

static void
misplaced(struct reader *r, const struct content *c, unsigned after,
    const char *name)
{
	struct buf b = { 0 };

	diag_report(r->diag, DIAG_CAMPAIGN_MISPLACED, place(r, r->pos),
	    NAME_NONE, "\"%s\" stands where %s is expected", name,
	    expected(c, after, &b));
	buf_free(&b);
}

static void
incomplete(struct reader *r, const struct frame *f)
{
	const struct shape *s = &r->xml->shape[f->element];
	struct buf b = { 0 };

	diag_report(r->diag, DIAG_CAMPAIGN_INCOMPLETE, place(r, f->pos),
	    NAME_NONE, "\"%.*s\" ends where %s is expected", (int)s->len,
	    s->name, expected(&s->content, f->at, &b));
	buf_free(&b);
}

/* The element a child is, ELEMENT_COUNT if it is none that may be here. */
static enum element
child_element(struct reader *r, const char *name, bool foreign)
{
	struct xml *x = r->xml;
	struct frame *f = &x->frame[x->depth - 1];
	const struct content *c = &x->shape[f->element].content;
	unsigned i = foreign ? 0 : content_find(c, f->at, name, strlen(name));

	if (i == 0) {
		unknown_element(r, f, name);
		return ELEMENT_COUNT;
	}
	if ((c->follow[f->at] >> i & 1) == 0)
		misplaced(r, c, f->at, name);
	f->at = i;
	return (enum element)c->at[i].id;
}

static void
push(struct reader *r, enum element e)
{
	struct xml *x = r->xml;

	assert(x->depth < DEPTH);
	x->frame[x->depth++] = (struct frame){ .element = e, .pos = r->pos };
	x->text.len = 0;
	r->element = e;
}

static void
start_element(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nns, const xmlChar **ns, int nattr, int ndefault,
    const xmlChar **attr)
{
	struct reader *r = arg;
	struct xml *x = r->xml;
	enum element e = EL_CAMPAIGN;

	(void)prefix;
	(void)nns;
	(void)ns;
	(void)ndefault;
	if (x->skip > 0) {
		x->skip++;
		return;
	}
	r->pos = xml_in_back_to(r->xml->ctxt, "<");
	if (x->begun && x->depth > 0) {
		e = child_element(r, (const char *)name, uri != NULL);
	} else if (uri != NULL ||
	    strcmp((const char *)name, "upgradeCampaign") != 0) {
		diag_report(r->diag, DIAG_NO_CAMPAIGN, place(r, r->pos),
		    NAME_NONE, "this is no campaign: its root is \"%.100s\"%s",
		    (const char *)name, uri != NULL ? " of a namespace" : "");
		e = ELEMENT_COUNT;
	}
	x->begun = true;
	if (e == ELEMENT_COUNT) {
		x->skip = 1;
		return;
	}
	push(r, e);
	attrs_take(r, nattr, attr);
	build_begin(r);
}

static void
end_element(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct reader *r = arg;
	struct xml *x = r->xml;
	struct frame *f;
	const struct content *c;

	(void)name;
	(void)prefix;
	(void)uri;
	if (x->skip > 0) {
		x->skip--;
		return;
	}
	f = &x->frame[--x->depth];
	c = &x->shape[f->element].content;
	if (!c->text && (c->last >> f->at & 1) == 0)
		incomplete(r, f);
	build_end(r, f->element, f->pos, x->text.data, x->text.len);
	x->text.len = 0;
}

static void
characters(void *arg, const xmlChar *text, int n)
{
	struct reader *r = arg;
	struct xml *x = r->xml;
	const char *s = (const char *)text;
	size_t len = (size_t)n;
	struct frame *f;

	if (x->skip > 0 || x->depth == 0)
		return;
	f = &x->frame[x->depth - 1];
	if (x->shape[f->element].content.text) {
		buf_add(&x->text, s, len);
		return;
	}
	text_trim(&s, &len);
	if (len == 0 || f->told)
		return;
	f->told = true;
	diag_report(r->diag, DIAG_CAMPAIGN_TEXT, place(r, f->pos), NAME_NONE,
	    "\"%.*s\" holds text, \"%.*s\"",
	    (int)x->shape[f->element].len, x->shape[f->element].name,
	    len > 40 ? 40 : (int)len, s);
}

static void
stop(struct reader *r)
{
	r->xml->fatal = true;
	xmlStopParser(r->xml->ctxt);
}

static void
doctype(void *arg, const xmlChar *name, const xmlChar *id, const xmlChar *uri)
{
	struct reader *r = arg;

	(void)name;
	(void)id;
	(void)uri;
	if (r->xml->fatal)
		return;
	diag_report(r->diag, DIAG_CAMPAIGN_DOCTYPE, place(r, 0), NAME_NONE,
	    "the campaign has a document type");
	stop(r);
}

static void
syntax_error(void *arg, xmlErrorPtr e)
{
	struct reader *r = arg;
	const char *words = xml_in_words(e->code);

	if (e->code == XML_ERR_DOCUMENT_END && !r->xml->begun)
		words = "there is no element in the file";
	else if (e->code == XML_ERR_DOCUMENT_END && r->xml->depth > 0)
		words = "the file ends before its root element does";
	if (r->xml->fatal || e->level < XML_ERR_ERROR || e->message == NULL)
		return;
	if (words == NULL)
		words = e->message;
	diag_report(r->diag, DIAG_CAMPAIGN_XML, place(r, xml_in_here(r->xml->ctxt)),
	    NAME_NONE, "%.*s", (int)strcspn(words, "\n"), words);
	if (e->level == XML_ERR_FATAL)
		stop(r);
}

static bool
is_utf8_name(const xmlChar *name)
{
	return name == NULL || xmlStrcasecmp(name, BAD_CAST "UTF-8") == 0 ||
	    xmlStrcasecmp(name, BAD_CAST "US-ASCII") == 0;
}

static void
start_document(void *arg)
{
	struct reader *r = arg;

	if (is_utf8_name(r->xml->ctxt->encoding))
		return;
	diag_report(r->diag, DIAG_CAMPAIGN_ENCODING, place(r, 0), NAME_NONE,
	    "the campaign is encoded in \"%.40s\"",
	    (const char *)r->xml->ctxt->encoding);
	stop(r);
}

/* UTF-16 and UTF-32 begin with a byte order mark or hold a zero byte. */
static bool
is_wide(const char *s, size_t n)
{
	return n >= 2 && (memcmp(s, "\xff\xfe", 2) == 0 ||
	    memcmp(s, "\xfe\xff", 2) == 0 || s[0] == '\0' || s[1] == '\0');
}

static bool
first_piece(void *arg, const char *text, size_t n)
{
	struct reader *r = arg;

	if (!is_wide(text, n))
		return true;
	diag_report(r->diag, DIAG_CAMPAIGN_ENCODING, place(r, 0), NAME_NONE,
	    "the campaign is not encoded in UTF-8");
	return false;
}

static int
read_all(struct reader *r, FILE *f)
{
	static const xmlSAXHandler handlers = {
		.initialized = XML_SAX2_MAGIC,
		.startDocument = start_document,
		.internalSubset = doctype,
		.startElementNs = start_element,
		.endElementNs = end_element,
		.characters = characters,
		.ignorableWhitespace = characters,
		.cdataBlock = characters,
		.serror = syntax_error,
	};
	int err;

	rewind(f);
	r->xml->ctxt = xml_in_new(&handlers, r, XML_PARSE_HUGE);
	err = xml_in_feed(r->xml->ctxt, f, first_piece, r, &r->xml->fatal);
	xmlFreeParserCtxt(r->xml->ctxt);
	return err;
}

struct campaign *
campaign_load_src(struct src *src, struct diag *d)
{
	struct reader *r = mem_alloc(1, sizeof(*r));
	struct campaign *c = campaign_new();
	int err;

	c->src = src;
	r->campaign = c;
	r->diag = d;
	r->xml = mem_alloc(1, sizeof(*r->xml));
	compile(r->xml->shape);
	r->shape = r->xml->shape;
	err = read_all(r, src->file);
	build_free(r);
	buf_free(&r->xml->text);
	free(r->xml);
	free(r);
	if (err != 0) {
		campaign_free(c);
		errno = err;
		return NULL;
	}
	return c;
}

struct campaign *
campaign_load(const char *path, struct diag *d)
{
	struct src *src = src_open(path);

	return src == NULL ? NULL : campaign_load_src(src, d);
}
