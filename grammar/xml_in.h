/* XML in: a text pushed through libxml2's SAX interface, piece by piece, and
 * the places of what it calls back for. The counterpart of xml_out.h. */
#ifndef CG_XML_IN_H
#define CG_XML_IN_H

#include <libxml/parser.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* A parser that calls these handlers with arg. It knows no network and no
 * entities but XML's own, as handlers refuse every DOCTYPE. options: further
 * ones of libxml2. Freed with xmlFreeParserCtxt. */
xmlParserCtxtPtr xml_in_new(const xmlSAXHandler *, void *arg, int options);

/* Feeds a file until its end or until stopped is set. first(arg) looks at the
 * first piece; false stops. 0, or an errno if reading failed. */
int xml_in_feed(xmlParserCtxtPtr, FILE *,
    bool (*first)(void *arg, const char *, size_t), void *arg,
    const bool *stopped);

/* The encoding that an XML declaration at the beginning of a text names, if it
 * is not UTF-8, else NULL; it points into the text. */
const char *xml_in_encoding(const char *text, size_t n, size_t *len);

/* Our words for the more common of libxml2's errors, else NULL (xml_words.c). */
const char *xml_in_words(int code);

/* The offset of the parser's position, and that of the last what before it:
 * behind a start tag the last "<" is the tag's own. */
uint32_t xml_in_here(const xmlParserCtxt *);
uint32_t xml_in_back_to(const xmlParserCtxt *, const char *what);

#endif
