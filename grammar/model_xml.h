/* Private to model_xml*.c: the state of reading one model. */
#ifndef CG_MODEL_XML_H
#define CG_MODEL_XML_H

#include "model_read.h"
#include "xml_in.h"

enum element {
	EL_VALUE, EL_NAME, EL_ATTR, EL_OBJECT, EL_DN, EL_FLAG, EL_TYPE,
	EL_CATEGORY, EL_DEFAULT, EL_NTFID, EL_RDN, EL_CLASS,
	EL_COUNT
};

enum state {
	NOWHERE, /* not allowed */
	DOCUMENT, CONTENTS, CLASS, DEFINITION, OBJECT, ATTR, /* no text */
	IGNORED,
	FIRST_TEXT,
	DN = FIRST_TEXT, NAME, VALUE, CATEGORY, DEF_NAME, DEF_TYPE,
	DEF_CATEGORY, DEF_FLAG, DEF_NTFID, DEF_DEFAULT,
	STATE_COUNT
};

struct frame {
	enum state state;
	uint32_t pos;
	unsigned seen; /* bit of each child element that may stand once */
	bool stray; /* text was found and reported */
};

struct reader {
	xmlParserCtxtPtr ctxt;
	struct model *m;
	struct diag *d;
	struct verdicts verdicts;
	const xmlChar *name[EL_COUNT]; /* the parser's copies, so that names
	                                * are compared as pointers */
	struct frame frame[MAX_DEPTH];
	size_t depth;
	bool rooted; /* there was a root element */
	bool stopped; /* nothing more is wanted of the parser */
	bool marked; /* a comment has MODEL_MARK */
	bool namespaced; /* S018 was reported */
	bool late_class; /* a class stood behind an object */
	struct buf text, binary;
	bool base64; /* the text being read */
	bool too_long;
	/* the object and the attribute being read */
	uint32_t class;
	bool dropped;
	uint32_t attr_name;
	uint32_t *value;
	size_t nvalue, value_cap;
	/* the class being read: its place in the model, its attributes */
	size_t class_index;
	struct attr_def def;
	bool def_is_rdn;
	struct attr_def *def_list;
	size_t ndef, def_cap;
};

/* The attributes of an XML element. */
struct xml_attrs {
	int n;
	const xmlChar **v; /* name, prefix, URI, begin and end of value */
};

extern const char *const xml_element_names[EL_COUNT];

/* The element that is open. */
static inline struct frame *
top(struct reader *r)
{
	return &r->frame[r->depth - 1];
}

/* A place in the text. */
static inline struct place
at(const struct reader *r, uint32_t pos, uint32_t what)
{
	return (struct place){ r->m->src, pos, what };
}

static inline bool
xml_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Nothing more is wanted of the parser. */
void xml_stop(struct reader *);

/* --- model_xml_attr.c --- */

/* The value of an attribute that is in no namespace, interned, or NAME_NONE;
 * warns of attributes other than known. */
uint32_t xml_attr_value(const struct xml_attrs *, const char *name);
void xml_check_attrs(struct reader *, const struct xml_attrs *,
    const char *element, const char *known, uint32_t pos);

/* Reports a name that cannot be one; what it names is in the message. */
bool xml_check_name(struct reader *, uint32_t name, const char *what,
    struct place);

/* --- model_xml_object.c: the beginnings and ends of their elements --- */

void xml_begin_object(struct reader *, const struct xml_attrs *, uint32_t pos);
void xml_end_attr(struct reader *, const struct frame *);
void xml_end_name(struct reader *);
void xml_end_value(struct reader *);
void xml_end_dn(struct reader *);

/* Do the attributes of a value say that it is base64? */
bool xml_says_base64(struct reader *, const struct xml_attrs *, uint32_t pos);

/* The text of the element that ends, interned; NAME_NONE and a finding if it
 * cannot be kept. element: what it is, for the message. */
uint32_t xml_end_text(struct reader *, struct place, const char *element);

/* --- model_xml_class.c --- */

/* Class definitions: the beginnings and ends of their elements. */
void xml_begin_class(struct reader *, const struct xml_attrs *, uint32_t pos);
void xml_end_word(struct reader *, enum state, uint32_t pos);
void xml_end_definition(struct reader *, const struct frame *);
void xml_end_class(struct reader *, const struct frame *);

/* libxml2's structured error function: says it in our words. */
void xml_on_error(void *reader, xmlErrorPtr);

#endif
