/*
 * How does XML get in without a document tree? libxml2's push parser gets the
 * file in pieces. A place is how much it has consumed, less what lies between
 * its position and the thing; both are counts of bytes, past any line number.
 */
#include <errno.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "xml_in.h"

enum { CHUNK = 64 * 1024 };

xmlParserCtxtPtr
xml_in_new(const xmlSAXHandler *handler, void *arg, int options)
{
	xmlSAXHandler sax = *handler;
	xmlParserCtxtPtr ctxt = xmlCreatePushParserCtxt(&sax, arg, NULL, 0,
	    NULL);

	if (ctxt == NULL)
		mem_exhausted();
	/* XML's own entities shall be replaced in attributes too: NOENT. */
	xmlCtxtUseOptions(ctxt, XML_PARSE_NONET | XML_PARSE_NOENT | options);
	return ctxt;
}

int
xml_in_feed(xmlParserCtxtPtr ctxt, FILE *f,
    bool (*first)(void *arg, const char *, size_t), void *arg,
    const bool *stopped)
{
	char *chunk = mem_alloc(CHUNK, 1);
	bool go;
	size_t n;
	int err = 0;

	errno = 0;
	n = fread(chunk, 1, CHUNK, f);
	go = first(arg, chunk, n);
	for (; go && n > 0 && !*stopped; n = fread(chunk, 1, CHUNK, f))
		xmlParseChunk(ctxt, chunk, (int)n, 0);
	if (ferror(f))
		err = errno != 0 ? errno : EIO;
	else if (go && !*stopped)
		xmlParseChunk(ctxt, NULL, 0, 1);
	free(chunk);
	return err;
}

uint32_t
xml_in_here(const xmlParserCtxt *ctxt)
{
	const xmlParserInput *in = ctxt->input;

	return in == NULL || in->cur == NULL ? 0 :
	    (uint32_t)(in->consumed + (unsigned long)(in->cur - in->base));
}

uint32_t
xml_in_back_to(const xmlParserCtxt *ctxt, const char *what)
{
	const xmlParserInput *in = ctxt->input;
	size_t n = strlen(what);
	const xmlChar *p = in == NULL ? NULL : in->cur;

	if (p == NULL)
		return 0;
	while (p > in->base && (*p != (xmlChar)what[0] ||
	    (size_t)(in->end - p) < n || memcmp(p, what, n) != 0))
		p--;
	return xml_in_here(ctxt) - (uint32_t)(in->cur - p);
}

static bool
is_utf8_name(const char *s, size_t n)
{
	static const char upper[] = "UTF-8", lower[] = "utf-8";
	size_t i = 0, k;

	/* Some leave the hyphen out. */
	for (k = 0; k < 5; k++) {
		if (i < n && (s[i] == upper[k] || s[i] == lower[k]))
			i++;
		else if (upper[k] != '-')
			return false;
	}
	return i == n;
}

const char *
xml_in_encoding(const char *s, size_t n, size_t *len)
{
	size_t i = n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, from;

	if (n < i + 5 || memcmp(s + i, "<?xml", 5) != 0)
		return NULL;
	for (; i + 8 < n && s[i] != '>'; i++)
		if (memcmp(s + i, "encoding", 8) == 0)
			break;
	if (i + 8 >= n || s[i] == '>')
		return NULL;
	while (i < n && s[i] != '"' && s[i] != '\'' && s[i] != '>')
		i++;
	from = i + 1;
	while (from < n && i + 1 < n && s[i + 1] != s[from - 1] &&
	    s[i + 1] != '>')
		i++;
	*len = i + 1 - from;
	return from >= n || is_utf8_name(s + from, *len) ? NULL : s + from;
}
