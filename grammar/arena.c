/*
 * Which memory lives how long? What a model or a campaign holds lives as long
 * as it does, so it is taken from large blocks and given back in one go.
 * There is no way to go on without memory: the process ends with status 3,
 * the only exit in this library.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

enum { BLOCK = 256 * 1024, ALIGN = 8 };

struct arena_block {
	struct arena_block *next;
	size_t size;
};

_Noreturn void
mem_exhausted(void)
{
	fputs("out of memory\n", stderr);
	exit(3);
}

static size_t
product(size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / 2 / size)
		mem_exhausted();
	return n * size;
}

void *
mem_alloc(size_t n, size_t size)
{
	void *p = calloc(1, product(n, size) + 1);

	if (p == NULL)
		mem_exhausted();
	return p;
}

void *
mem_realloc(void *old, size_t n, size_t size)
{
	void *p = realloc(old, product(n, size) + 1);

	if (p == NULL)
		mem_exhausted();
	return p;
}

void *
mem_grow(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap < 8 ? 8 : product(*cap, 2);
	return mem_realloc(v, *cap, size);
}

static size_t
header(void)
{
	return (sizeof(struct arena_block) + ALIGN - 1) / ALIGN * ALIGN;
}

static void
add_block(struct arena *a, size_t size)
{
	struct arena_block *b = calloc(1, header() + size);

	if (b == NULL)
		mem_exhausted();
	b->size = size;
	b->next = a->head;
	a->head = b;
	a->used = 0;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	char *p;

	if (size > SIZE_MAX / 2)
		mem_exhausted();
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (a->head == NULL || a->head->size - a->used < size)
		add_block(a, size > BLOCK ? size : BLOCK);
	p = (char *)a->head + header() + a->used;
	a->used += size;
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	return arena_alloc(a, product(n, size));
}

char *
arena_strdup(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	memcpy(p, s, len);
	return p;
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0) /* only for characters of a locale that is not set */
		return arena_strdup(a, fmt, strlen(fmt));
	text = arena_alloc(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	return text;
}

void
arena_free(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->head; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	a->head = NULL;
	a->used = 0;
}
