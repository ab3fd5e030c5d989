/*
 * How is a distinguished name read? Leaf first; a comma separates unless a
 * backslash stands before it. No other escapes, no normalisation: names are
 * compared byte for byte.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "dn.h"
#include "intern.h"

size_t
dn_rdn_len(const char *s, size_t len)
{
	const char *p = s, *end = s + len;

	while ((p = memchr(p, ',', (size_t)(end - p))) != NULL) {
		if (p == s || p[-1] != '\\')
			return (size_t)(p - s);
		p++;
	}
	return len;
}

size_t
dn_parent_offset(const char *s, size_t len)
{
	size_t n = dn_rdn_len(s, len);

	return n < len ? n + 1 : len;
}

size_t
dn_attr_len(const char *s, size_t len)
{
	const char *eq = memchr(s, '=', dn_rdn_len(s, len));

	return eq == NULL ? 0 : (size_t)(eq - s);
}

const char *
dn_value(const char *s, size_t len, size_t *n)
{
	size_t rdn = dn_rdn_len(s, len);
	const char *eq = memchr(s, '=', rdn), *v = eq == NULL ? s : eq + 1;

	*n = rdn - (size_t)(v - s);
	return v;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *
dn_fault(const char *s, size_t len)
{
	size_t at = 0, n;
	const char *eq;

	if (len == 0)
		return "is empty";
	if (len > DN_MAX)
		return "is longer than 2048 bytes";
	if (memchr(s, '\0', len) != NULL)
		return "holds a zero byte";
	if (is_blank(s[0]) || is_blank(s[len - 1]))
		return "begins or ends with a blank";
	for (;;) {
		n = dn_rdn_len(s + at, len - at);
		if (n == 0)
			return "has an empty part";
		eq = memchr(s + at, '=', n);
		if (eq == NULL)
			return "has a part without \"=\"";
		if (eq == s + at)
			return "has a part without a name before \"=\"";
		if (eq == s + at + n - 1)
			return "has a part without a value after \"=\"";
		if (at + n == len)
			return NULL;
		at += n + 1;
		if (at == len)
			return "ends with a comma";
	}
}

static bool
split(uint32_t dn, const char **parent, size_t *len)
{
	const char *s = name_str(dn);
	size_t n = name_len(dn), off = dn_parent_offset(s, n);

	*parent = s + off;
	*len = n - off;
	return off < n;
}

uint32_t
dn_parent(uint32_t dn)
{
	const char *p;
	size_t n;

	return split(dn, &p, &n) ? intern(p, n) : (uint32_t)NAME_NONE;
}

uint32_t
dn_parent_known(uint32_t dn)
{
	const char *p;
	size_t n;

	return split(dn, &p, &n) ? intern_find(p, n) : (uint32_t)NAME_NONE;
}

uint32_t
dn_rdn(uint32_t dn)
{
	const char *s = name_str(dn);

	return intern(s, dn_rdn_len(s, name_len(dn)));
}

uint32_t
dn_join(uint32_t rdn, uint32_t parent)
{
	size_t a = name_len(rdn), b = name_len(parent);
	char *s;
	uint32_t id;

	if (parent == NAME_NONE || b == 0)
		return rdn;
	s = mem_alloc(a + b + 2, 1);
	memcpy(s, name_str(rdn), a);
	s[a] = ',';
	memcpy(s + a + 1, name_str(parent), b);
	id = intern(s, a + 1 + b);
	free(s);
	return id;
}

uint32_t
dn_embedded(uint32_t dn)
{
	const char *s = name_str(dn);
	size_t n = dn_rdn_len(s, name_len(dn)), i = dn_attr_len(s, n), out = 0;
	char *plain;
	uint32_t id;

	if (i == 0 || memchr(s + i + 1, '=', n - i - 1) == NULL)
		return NAME_NONE;
	plain = mem_alloc(n, 1);
	for (i++; i < n; i++) {
		if (s[i] == '\\' && i + 1 < n && s[i + 1] == ',')
			i++;
		plain[out++] = s[i];
	}
	id = intern_find(plain, out);
	free(plain);
	return id;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Compares the digit runs at *a and *b as numbers and steps over them. */
static int
compare_runs(const char **a, const char **b)
{
	const char *p = *a, *q = *b;
	size_t n, m;
	int d;

	while (*p == '0')
		p++;
	while (*q == '0')
		q++;
	for (n = 0; is_digit(p[n]);)
		n++;
	for (m = 0; is_digit(q[m]);)
		m++;
	*a = p + n;
	*b = q + m;
	if (n != m)
		return n < m ? -1 : 1;
	d = memcmp(p, q, n);
	return d;
}

int
dn_natural(uint32_t x, uint32_t y)
{
	const char *a = name_str(x), *b = name_str(y);
	int d;

	if (x == y)
		return 0;
	while (*a != '\0' && *b != '\0') {
		if (is_digit(*a) && is_digit(*b)) {
			d = compare_runs(&a, &b);
			if (d != 0)
				return d;
			continue;
		}
		if (*a != *b)
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		a++;
		b++;
	}
	if (*a != *b)
		return *a == '\0' ? -1 : 1;
	return strcmp(name_str(x), name_str(y));
}

static int
by_nature(const void *a, const void *b)
{
	return dn_natural(*(const uint32_t *)a, *(const uint32_t *)b);
}

void
dn_sort(uint32_t *v, size_t n)
{
	if (n > 1)
		qsort(v, n, sizeof(*v), by_nature);
}
