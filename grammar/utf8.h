/* Characters in UTF-8, one at a time. */
#ifndef CG_UTF8_H
#define CG_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The character at s, of which n > 0 bytes may be read: how many bytes it
 * takes, and its code point. 0 if it is none: a byte that begins nothing, a
 * sequence that is cut short or longer than need be, a surrogate. Bytes behind
 * one that does not belong are not looked at. */
size_t utf8_decode(const char *s, size_t n, uint32_t *c);

/* The same for a character that XML can hold, escaped if need be. */
size_t utf8_xml(const char *s, size_t n);

#endif
