/*
 * How do bytes become XML? Each text is scanned once with a table: plain bytes
 * only and it is copied whole; bytes to escape and it goes through buf_xml; as
 * a value, bytes that XML cannot hold and it is written in base64.
 */
#include "base64.h"
#include "buf.h"
#include "intern.h"
#include "utf8.h"
#include "xml_out.h"

enum { PLAIN, ESCAPE, HIGH, CONTROL };

static int
kind_of(unsigned char c)
{
	static const unsigned char low[64] = {
		CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL,
		CONTROL, CONTROL, ESCAPE, ESCAPE, CONTROL, CONTROL, ESCAPE,
		CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL,
		CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL, CONTROL,
		CONTROL, CONTROL, CONTROL, CONTROL,
		['"'] = ESCAPE, ['&'] = ESCAPE, ['<'] = ESCAPE, ['>'] = ESCAPE,
	};

	return c < 64 ? low[c] : c < 0x7f ? PLAIN : c == 0x7f ? CONTROL : HIGH;
}

/* The worst kind of byte in a text; HIGH never: it is plain or CONTROL. */
static int
scan(const char *s, size_t n)
{
	size_t i = 0, len;
	int worst = PLAIN;

	while (i < n) {
		int kind = kind_of((unsigned char)s[i]);

		if (kind == PLAIN) {
			i++;
			continue;
		}
		len = kind == HIGH ? utf8_xml(s + i, n - i) : 1;
		if (kind == CONTROL || len == 0)
			return CONTROL;
		if (kind == ESCAPE)
			worst = ESCAPE;
		i += len;
	}
	return worst;
}

static void
indent(struct xml_out *o)
{
	static const char blanks[] = "                                "
	    "                                ";
	size_t n = o->depth * 2;

	buf_add(o->buf, blanks, n < sizeof(blanks) ? n : sizeof(blanks) - 1);
}

void
xml_begin(struct xml_out *o, const char *element)
{
	indent(o);
	buf_char(o->buf, '<');
	buf_str(o->buf, element);
}

void
xml_content(struct xml_out *o)
{
	buf_add(o->buf, ">\n", 2);
	o->depth++;
}

void
xml_empty(struct xml_out *o)
{
	buf_add(o->buf, "/>\n", 3);
}

void
xml_open(struct xml_out *o, const char *element)
{
	xml_begin(o, element);
	xml_content(o);
}

void
xml_end(struct xml_out *o, const char *element)
{
	o->depth--;
	indent(o);
	buf_add(o->buf, "</", 2);
	buf_str(o->buf, element);
	buf_add(o->buf, ">\n", 2);
}

static void
begin_attr(struct xml_out *o, const char *attr)
{
	buf_char(o->buf, ' ');
	buf_str(o->buf, attr);
	buf_add(o->buf, "=\"", 2);
}

void
xml_attr(struct xml_out *o, const char *attr, const char *text)
{
	begin_attr(o, attr);
	buf_str(o->buf, text);
	buf_char(o->buf, '"');
}

void
xml_text_attr(struct xml_out *o, const char *attr, const char *s, size_t n)
{
	begin_attr(o, attr);
	if (scan(s, n) == PLAIN)
		buf_add(o->buf, s, n);
	else
		buf_xml(o->buf, s, n);
	buf_char(o->buf, '"');
}

void
xml_name(struct xml_out *o, const char *attr, uint32_t name)
{
	if (name != NAME_NONE)
		xml_text_attr(o, attr, name_str(name), name_len(name));
}

void
xml_uint(struct xml_out *o, const char *attr, uint64_t n)
{
	begin_attr(o, attr);
	buf_uint(o->buf, n);
	buf_char(o->buf, '"');
}

void
xml_int(struct xml_out *o, const char *attr, int64_t n)
{
	begin_attr(o, attr);
	if (n < 0)
		buf_char(o->buf, '-');
	buf_uint(o->buf, n < 0 ? -(uint64_t)n : (uint64_t)n);
	buf_char(o->buf, '"');
}

void
xml_text_value(struct xml_out *o, const char *element, const char *s,
    size_t n)
{
	int worst = scan(s, n);

	xml_begin(o, element);
	if (worst == CONTROL)
		xml_attr(o, "xsi:type", "xs:base64Binary");
	buf_char(o->buf, '>');
	if (worst == PLAIN)
		buf_add(o->buf, s, n);
	else if (worst == ESCAPE)
		buf_xml(o->buf, s, n);
	else
		base64_encode(o->buf, s, n);
	buf_add(o->buf, "</", 2);
	buf_str(o->buf, element);
	buf_add(o->buf, ">\n", 2);
}

void
xml_value(struct xml_out *o, const char *element, uint32_t name)
{
	xml_text_value(o, element, name_str(name), name_len(name));
}
