/* Distinguished names: leaf first, "," separates, "\," is a comma. */
#ifndef CG_DN_H
#define CG_DN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DN_MAX = 2048 };

/* Why text is no DN, as the end of a message ("has an empty part"), or NULL
 * if it is one. */
const char *dn_fault(const char *s, size_t len);

/* Offset of the parent's first byte, or len if there is no parent. */
size_t dn_parent_offset(const char *s, size_t len);

/* The parent's name by id: interned; NAME_NONE for a root object. */
uint32_t dn_parent(uint32_t dn);

/* The parent's id if that string is interned already, else NAME_NONE. */
uint32_t dn_parent_known(uint32_t dn);

/* Length of the first "attr" and of the whole RDN "attr=value". */
size_t dn_attr_len(const char *s, size_t len);
size_t dn_rdn_len(const char *s, size_t len);

/* The value in the first RDN, *n bytes that no zero ends: "VM1" of
 * "safEE=VM1,..."; of what has no "=", all of it. */
const char *dn_value(const char *s, size_t len, size_t *n);

/* The id of "RDN,parent" (parent NAME_NONE: the RDN alone). */
uint32_t dn_join(uint32_t rdn, uint32_t parent);

/* The RDN of a DN, interned: "safEE=VM1". */
uint32_t dn_rdn(uint32_t dn);

/* The DN that stands escaped in the value of the first RDN
 * ("safInstalledSwBundle=safSmfBundle=X\,safApp=Y,..." names
 * "safSmfBundle=X,safApp=Y"), if that string is interned, else NAME_NONE. */
uint32_t dn_embedded(uint32_t dn);

/* Natural order of two names: runs of digits compare as numbers, so that
 * host2 stands before host10; ties are broken bytewise. */
int dn_natural(uint32_t a, uint32_t b);
void dn_sort(uint32_t *, size_t n);

#endif
