/*
 * Is this XML a campaign? libxml2's push parser calls for each element; where
 * it may stand and what it holds is said by campaign_elements.def, so that
 * every mistake of structure is found here and the records are made of sound
 * elements only. No document is kept. A place is the offset of the element's
 * "<".
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign_read.h"
#include "content.h"
#include "diag.h"
#include "dn.h"
#include "near.h"

enum { CHUNK = 64 * 1024, DEPTH = 32 };

struct frame {
	enum element element;
	unsigned at; /* position of the last child in its content */
	uint32_t pos;
	bool told; /* that text does not belong here */
};

struct declared { /* an attribute */
	const char *name;
	size_t len;
	bool mandatory;
	char kind;
};

struct shape { /* an element */
	const char *name;
	size_t len;
	struct content content;
	struct declared attr[ATTRS_MAX];
	size_t nattr;
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
compile_attrs(struct shape *s, const char *p)
{
	while (*p != '\0') {
		struct declared *d = &s->attr[s->nattr++];

		assert(s->nattr <= ATTRS_MAX);
		d->name = p;
		d->len = strcspn(p, "!?");
		d->mandatory = p[d->len] == '!';
		d->kind = p[d->len + 1];
		p += d->len + 2;
		p += strspn(p, " ");
	}
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
		compile_attrs(&shape[i], rows[i].attributes);
	}
}

static size_t
declared_index(const struct shape *s, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < s->nattr; i++)
		if (s->attr[i].len == len &&
		    memcmp(s->attr[i].name, name, len) == 0)
			break;
	return i;
}

uint32_t
read_text(const struct reader *r, const char *attr)
{
	const struct shape *s = &r->xml->shape[r->element];
	size_t i = declared_index(s, attr, strlen(attr));

	assert(i < s->nattr);
	return r->text[i];
}

int64_t
read_number(const struct reader *r, const char *attr, int64_t absent)
{
	const struct shape *s = &r->xml->shape[r->element];
	size_t i = declared_index(s, attr, strlen(attr));

	assert(i < s->nattr);
	return r->text[i] == NAME_NONE ? absent : r->number[i];
}

uint32_t
read_decimal(const struct reader *r, const char *attr)
{
	char text[24];
	int64_t n = read_number(r, attr, 0);

	if (read_text(r, attr) == NAME_NONE)
		return NAME_NONE;
	return intern(text, (size_t)snprintf(text, sizeof(text), "%" PRId64,
	    n));
}

static struct place
place(const struct reader *r, uint32_t pos)
{
	return campaign_place(r->campaign, pos);
}

static struct place
attr_place(const struct reader *r, const char *name, size_t len)
{
	struct place p = place(r, r->pos);

	p.what = SRC_XMLATTR + intern(name, len);
	return p;
}

/* Offset of what the parser looks at, back to the "<" before it. */
static uint32_t
offset(const struct reader *r, bool to_tag)
{
	const xmlParserInput *in = r->xml->ctxt->input;
	const xmlChar *p;

	if (in == NULL || in->cur == NULL)
		return 0;
	for (p = in->cur; to_tag && p > in->base && *p != '<';)
		p--;
	return (uint32_t)(in->consumed + (unsigned long)(p - in->base));
}

/* Names a "did you mean" can offer, at most 64. */
struct names {
	char text[64][64];
	const char *v[64];
	size_t n;
};

static void
add_name(struct names *l, const char *name, size_t len)
{
	if (l->n == 64 || len >= sizeof(l->text[0]))
		return;
	memcpy(l->text[l->n], name, len);
	l->text[l->n][len] = '\0';
	l->v[l->n] = l->text[l->n];
	l->n++;
}

static const char *
note_near(struct reader *r, const struct names *l, const char *word)
{
	const char *s = near_match(word, l->v, l->n);

	if (s != NULL)
		diag_note(r->diag, (struct place){ 0 },
		    "did you mean \"%s\"?", s);
	return s;
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
		add_name(&known, s->content.at[i].name, s->content.at[i].len);
	diag_report(r->diag, DIAG_CAMPAIGN_ELEMENT, place(r, r->pos), NAME_NONE,
	    "\"%.100s\" is no element of \"%.*s\"", name, (int)s->len,
	    s->name);
	near = note_near(r, &known, name);
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

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
trim(const char **s, size_t *n)
{
	while (*n > 0 && is_blank(**s)) {
		++*s;
		--*n;
	}
	while (*n > 0 && is_blank((*s)[*n - 1]))
		--*n;
}

/* A whole number from least to most, base 0 as the standard's SMF reads it. */
static bool
parse_number(const char *s, size_t n, int64_t least, uint64_t most,
    int64_t *out)
{
	char text[72], *end;
	uint64_t u;

	trim(&s, &n);
	if (n == 0 || n >= sizeof(text) || (n == 1 && !(*s >= '0' && *s <= '9')))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	errno = 0;
	if (*text == '-') {
		*out = strtoll(text, &end, 0);
		return errno == 0 && *end == '\0' && *out >= least;
	}
	u = strtoull(text, &end, 0);
	*out = (int64_t)u;
	return errno == 0 && *end == '\0' && u <= most;
}

static bool
has_prefix(const char *s, size_t n, const char *prefix)
{
	size_t len = strlen(prefix);

	return n > len && memcmp(s, prefix, len) == 0;
}

static bool
parse_operation(uint32_t text, int64_t *out)
{
	static const char *const names[] = { "SA_IMM_ATTR_VALUES_ADD",
		"SA_IMM_ATTR_VALUES_DELETE", "SA_IMM_ATTR_VALUES_REPLACE" };

	for (*out = 0; *out < 3; ++*out)
		if (strcmp(name_str(text), names[*out]) == 0)
			return true;
	return false;
}

/* NULL if the text is of the kind, else what it should be. */
static const char *
fault_of(char kind, const char *s, size_t n, uint32_t text, int64_t *number)
{
	switch (kind) {
	case 'u':
		return parse_number(s, n, 0, UINT32_MAX, number) ? NULL :
		    "a number from 0 to 4294967295";
	case 'U':
		return parse_number(s, n, 0, UINT64_MAX, number) ? NULL :
		    "a number of 64 bits";
	case 't':
		return parse_number(s, n, INT64_MIN, INT64_MAX, number) ?
		    NULL : "a time in nanoseconds";
	case 'b':
		return parse_number(s, n, 0, 1, number) ? NULL : "0 or 1";
	case 'o':
		return parse_operation(text, number) ? NULL :
		    "SA_IMM_ATTR_VALUES_ADD, _DELETE or _REPLACE";
	case 'v':
		*number = type_from_imm_name(name_str(text));
		return *number != TYPE_COUNT ? NULL :
		    "a type such as SA_IMM_ATTR_SASTRINGT";
	case 'c':
		return has_prefix(s, n, "safSmfCampaign=") ? NULL :
		    "\"safSmfCampaign=...\"";
	case 'q':
		return has_prefix(s, n, "safSmfProc=") ? NULL :
		    "\"safSmfProc=...\"";
	default:
		return NULL;
	}
}

static bool
is_dn_kind(char kind, const char *s, size_t n)
{
	return kind == 'd' || (kind == 'p' && !(n == 1 && *s == '='));
}

static void
take_attr(struct reader *r, size_t i, const char *s, size_t n)
{
	const struct declared *d = &r->xml->shape[r->element].attr[i];
	const char *fault;

	if (d->kind != 's')
		trim(&s, &n);
	r->text[i] = intern(s, n);
	if (is_dn_kind(d->kind, s, n)) {
		fault = dn_fault(s, n);
		if (fault != NULL)
			diag_report(r->diag, DIAG_CAMPAIGN_DN,
			    attr_place(r, d->name, d->len), NAME_NONE,
			    "\"%.100s\" is no name of an object: it %s",
			    name_str(r->text[i]), fault);
		return;
	}
	fault = fault_of(d->kind, s, n, r->text[i], &r->number[i]);
	if (fault != NULL) {
		diag_report(r->diag, DIAG_CAMPAIGN_VALUE,
		    attr_place(r, d->name, d->len), NAME_NONE,
		    "\"%.*s\" is \"%.100s\" but must be %s", (int)d->len,
		    d->name, name_str(r->text[i]), fault);
		r->number[i] = 0;
	}
}

static void
unknown_attr(struct reader *r, const char *name)
{
	const struct shape *s = &r->xml->shape[r->element];
	struct names known = { .n = 0 };
	size_t i;

	for (i = 0; i < s->nattr; i++)
		add_name(&known, s->attr[i].name, s->attr[i].len);
	diag_report(r->diag, DIAG_CAMPAIGN_ATTRIBUTE,
	    attr_place(r, name, strlen(name)), NAME_NONE,
	    "\"%.100s\" is no attribute of \"%.*s\"", name, (int)s->len,
	    s->name);
	note_near(r, &known, name);
}

static void
extension_attr(struct reader *r, const char *name, const char *s, size_t n)
{
	static const struct {
		const char *name;
		size_t at;
	} known[] = {
		{ "reason", offsetof(struct reader, reason) },
		{ "source", offsetof(struct reader, source) },
		{ "target", offsetof(struct reader, target) },
		{ "schedule", offsetof(struct reader, schedule) },
	};
	struct names names = { .n = 0 };
	uint32_t id = intern(s, n);
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) == 0) {
			memcpy((char *)r + known[i].at, &id, sizeof(id));
			return;
		}
		add_name(&names, known[i].name, strlen(known[i].name));
	}
	diag_report(r->diag, DIAG_CAMPAIGN_ATTRIBUTE, place(r, r->pos),
	    NAME_NONE, "\"cg:%.100s\" is no attribute of a campaign", name);
	note_near(r, &names, name);
}

static bool
is_type_of_value(const char *uri, const char *name, const char *s, size_t n)
{
	static const char xsi[] = "http://www.w3.org/2001/XMLSchema-instance";
	const char *colon = memchr(s, ':', n);

	if (strcmp(uri, xsi) != 0 || strcmp(name, "type") != 0)
		return false;
	if (colon != NULL) {
		n -= (size_t)(colon + 1 - s);
		s = colon + 1;
	}
	return n == 12 && memcmp(s, "base64Binary", 12) == 0;
}

static void
check_mandatory(struct reader *r)
{
	const struct shape *s = &r->xml->shape[r->element];
	size_t i;

	for (i = 0; i < s->nattr; i++)
		if (s->attr[i].mandatory && r->text[i] == NAME_NONE)
			diag_report(r->diag, DIAG_CAMPAIGN_NO_ATTRIBUTE,
			    place(r, r->pos), NAME_NONE,
			    "\"%.*s\" has no attribute \"%.*s\"", (int)s->len,
			    s->name, (int)s->attr[i].len, s->attr[i].name);
}

/* libxml2 gives five pointers an attribute: name, prefix, namespace, begin and
 * end of the value. */
static void
take_attrs(struct reader *r, int n, const xmlChar **v)
{
	const struct shape *s = &r->xml->shape[r->element];
	int k;
	size_t i;

	memset(r->text, 0, sizeof(r->text));
	r->reason = r->source = r->target = r->schedule = NAME_NONE;
	r->now.base64 = false;
	for (k = 0; k < n; k++, v += 5) {
		const char *name = (const char *)v[0];
		const char *uri = (const char *)v[2];
		const char *text = (const char *)v[3];
		size_t len = (size_t)(v[4] - v[3]);

		if (uri == NULL) {
			i = declared_index(s, name, strlen(name));
			if (i < s->nattr)
				take_attr(r, i, text, len);
			else
				unknown_attr(r, name);
		} else if (strcmp(uri, "urn:campgen:1") == 0) {
			extension_attr(r, name, text, len);
		} else if (is_type_of_value(uri, name, text, len)) {
			r->now.base64 = true;
		}
	}
	check_mandatory(r);
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
	r->pos = offset(r, true);
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
	take_attrs(r, nattr, attr);
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
	trim(&s, &len);
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
	size_t n;

	if (r->xml->fatal || e->level < XML_ERR_ERROR || e->message == NULL)
		return;
	n = strcspn(e->message, "\n");
	diag_report(r->diag, DIAG_CAMPAIGN_XML, place(r, offset(r, false)),
	    NAME_NONE, "%.*s", (int)n, e->message);
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

static int
feed(struct reader *r, FILE *f)
{
	char chunk[CHUNK];
	size_t n;
	bool first = true;

	errno = 0;
	while (!r->xml->fatal && (n = fread(chunk, 1, CHUNK, f)) > 0) {
		if (first && is_wide(chunk, n)) {
			diag_report(r->diag, DIAG_CAMPAIGN_ENCODING,
			    place(r, 0), NAME_NONE,
			    "the campaign is not encoded in UTF-8");
			r->xml->fatal = true;
			return 0;
		}
		first = false;
		xmlParseChunk(r->xml->ctxt, chunk, (int)n, 0);
	}
	if (ferror(f))
		return errno != 0 ? errno : EIO;
	if (!r->xml->fatal)
		xmlParseChunk(r->xml->ctxt, chunk, 0, 1);
	return 0;
}

static xmlSAXHandler
handlers(void)
{
	xmlSAXHandler sax = {
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

	return sax;
}

static int
read_all(struct reader *r, FILE *f)
{
	xmlSAXHandler sax = handlers();
	int err;

	rewind(f);
	r->xml->ctxt = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
	if (r->xml->ctxt == NULL)
		return ENOMEM;
	xmlCtxtUseOptions(r->xml->ctxt, XML_PARSE_NONET | XML_PARSE_HUGE);
	err = feed(r, f);
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
