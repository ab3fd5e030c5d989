/* Writing XML: elements, attributes and values, indented by two blanks. */
#ifndef CG_XML_OUT_H
#define CG_XML_OUT_H

#include <stddef.h>
#include <stdint.h>

struct buf;

struct xml_out { /* set buf, the rest zero */
	struct buf *buf;
	size_t depth;
};

/* "<element", attributes may follow; then xml_content or xml_empty. */
void xml_begin(struct xml_out *, const char *element);
void xml_content(struct xml_out *); /* ">" */
void xml_empty(struct xml_out *); /* "/>" */
void xml_open(struct xml_out *, const char *element); /* begin and content */
void xml_end(struct xml_out *, const char *element); /* "</element>" */

/* One attribute: constant text that needs no escape, a name (NAME_NONE writes
 * nothing), any bytes, a number. */
void xml_attr(struct xml_out *, const char *attr, const char *text);
void xml_name(struct xml_out *, const char *attr, uint32_t name);
void xml_text_attr(struct xml_out *, const char *attr, const char *, size_t);
void xml_int(struct xml_out *, const char *attr, int64_t);
void xml_uint(struct xml_out *, const char *attr, uint64_t);

/* An element that holds text; xsi:type="xs:base64Binary" if XML cannot hold
 * it (control characters, bytes that are no UTF-8). */
void xml_value(struct xml_out *, const char *element, uint32_t name);
void xml_text_value(struct xml_out *, const char *element, const char *,
    size_t);

#endif
