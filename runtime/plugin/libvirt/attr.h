/* Attributes in what libvirt describes, which it writes in one way. */
#ifndef CG_ATTR_H
#define CG_ATTR_H

#include <stdbool.h>
#include <stddef.h>

/* The text in quotes behind a word ("<source file="), before the end (NULL: of
 * the text). False: there is none, or it does not fit. */
bool attr_text(const char *xml, const char *end, const char *word, char *to,
    size_t size);

/* The number behind a word; 0: there is none. */
unsigned long attr_number(const char *xml, const char *word);

#endif
