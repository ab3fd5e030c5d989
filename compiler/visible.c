/*
 * What of a value may be shown to anybody? Secrets give way to a word; that one
 * of them has become another must be seen all the same.
 */
#include <stdlib.h>

#include "buf.h"
#include "ids.h"
#include "intern.h"
#include "secret.h"
#include "visible.h"

#define ANOTHER " (not the same)"

static uint32_t
kept(struct buf *b)
{
	uint32_t id = intern(b->data, b->len);

	buf_free(b);
	return id;
}

uint32_t
visible(uint32_t attribute, enum value_type type, uint32_t value)
{
	struct buf b = { 0 };

	if (secret_name(name_str(attribute)))
		return intern_str(SECRET);
	if (type == TYPE_NAME || !secret_arguments(name_str(value), &b))
		return value;
	return kept(&b);
}

/* Does what is left of a value look like what is left of another that was
 * there before? */
static bool
looks_old(uint32_t attribute, enum value_type type, uint32_t shown,
    const uint32_t *before, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (visible(attribute, type, before[i]) == shown)
			return true;
	return false;
}

void
visible_values(struct visible_list *l, uint32_t attribute,
    enum value_type type, const uint32_t *value, size_t n,
    const uint32_t *before, size_t nbefore)
{
	struct buf b = { 0 };
	uint32_t shown;
	size_t i;

	l->n = 0;
	for (i = 0; i < n; i++) {
		shown = visible(attribute, type, value[i]);
		if (shown != value[i] && !ids_have(before, nbefore,
		    value[i]) && looks_old(attribute, type, shown, before,
		    nbefore)) {
			buf_printf(&b, "%s" ANOTHER, name_str(shown));
			shown = kept(&b);
		}
		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = shown;
	}
}

void
visible_free(struct visible_list *l)
{
	free(l->v);
	*l = (struct visible_list){ 0 };
}
