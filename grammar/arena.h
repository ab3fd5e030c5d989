/* A bump allocator: what is put in lives until the arena is freed. */
#ifndef CG_ARENA_H
#define CG_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

/* Zero-initialise ({0}) before first use. */
struct arena {
	struct arena_block *head;
	size_t used; /* in the head block */
};

/* size zeroed bytes, aligned for pointers and 64-bit numbers; out of memory
 * ends the process. */
void *arena_alloc(struct arena *, size_t size);

/* n elements of size bytes; the product is checked. */
void *arena_array(struct arena *, size_t n, size_t size);

/* A NUL-terminated copy of len bytes, owned by the arena. */
char *arena_strdup(struct arena *, const char *, size_t len);

/* A text made as vprintf does, owned by the arena; ap is used up. */
char *arena_vprintf(struct arena *, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Frees everything at once; the arena may be used again. */
void arena_free(struct arena *);

/* malloc family that ends the process when memory is out (exit status 3);
 * n * size is checked. The results are freed with free(). */
void *mem_alloc(size_t n, size_t size);
void *mem_realloc(void *, size_t n, size_t size);

/* Says that memory is out and ends the process, as those do. */
_Noreturn void mem_exhausted(void);

/* Makes room for one more element in a growing vector: v has room for *cap
 * elements of size bytes, n are used. Returns the (moved) vector. */
void *mem_grow(void *v, size_t n, size_t *cap, size_t size);

#endif
