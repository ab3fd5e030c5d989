/* Base64, the way both languages write values that XML cannot hold. */
#ifndef CG_BASE64_H
#define CG_BASE64_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Where the attribute "type" lives that marks a value as base64. */
#define XSI_NAMESPACE "http://www.w3.org/2001/XMLSchema-instance"

/* Appends n bytes as base64, padded, without line breaks. */
void base64_encode(struct buf *, const char *, size_t n);

/* Appends what base64 text stands for; blanks and line breaks in it do not
 * count. False if it is none: a byte outside the alphabet, padding that is
 * missing, too much or not at the end, bits that would be lost. out then holds
 * a part of it. */
bool base64_decode(const char *, size_t n, struct buf *out);

/* Does a value of xsi:type say base64Binary, with whatever prefix? */
bool base64_is_type(const char *, size_t n);

#endif
