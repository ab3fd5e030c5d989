/*
 * What are the classes of the SA Forum? Most files leave them out, so they
 * stand here. Names are interned on the first question and whenever
 * intern_clear has made the ids worthless; a class is then found by its id in
 * a small table. Nothing is allocated.
 */
#include <string.h>

#include "intern.h"
#include "model.h"

enum {
	INIT = ATTR_INITIALIZED,
	WRITE = ATTR_WRITABLE,
	MULTI = ATTR_MULTI,
	PERSIST = ATTR_PERSISTENT,
	CACHE = ATTR_CACHED,
	RUNTIME = ATTR_RUNTIME,
};

enum row_kind { ROW_CONFIG, ROW_RUNTIME, ROW_RDN, ROW_ATTR };

struct row {
	enum row_kind kind;
	const char *name;
	enum value_type type;
	unsigned flags;
	const char *fallback;
};

static const struct row rows[] = {
#define CLASS(name, category) { ROW_##category, #name, TYPE_STRING, 0, NULL },
#define RDN(name, type, flags) { ROW_RDN, #name, TYPE_##type, flags, NULL },
#define ATTR(name, type, flags) { ROW_ATTR, #name, TYPE_##type, flags, NULL },
#define DEFAULTED(name, type, flags, value) \
	{ ROW_ATTR, #name, TYPE_##type, flags, value },
#include "classes.def"
#undef CLASS
#undef RDN
#undef ATTR
#undef DEFAULTED
};

enum { NROW = sizeof(rows) / sizeof(rows[0]), NSLOT = 256 };

static struct class_def classes[NROW];
static struct attr_def attrs[NROW];
static struct class_def *slots[NSLOT]; /* by id, open addressing */
static uint32_t generation; /* of the interned names; 0: none yet */

static size_t
slot_of(uint32_t name)
{
	size_t k = name * UINT32_C(0x9e3779b1) >> 24;

	while (slots[k] != NULL && slots[k]->name != name)
		k = (k + 1) % NSLOT;
	return k;
}

static struct attr_def
attr_of(const struct row *r)
{
	return (struct attr_def){
		.name = intern_str(r->name),
		.flags = (uint16_t)r->flags,
		.type = (uint8_t)r->type,
		.fallback = r->fallback == NULL ? (uint32_t)NAME_NONE :
		    intern_str(r->fallback),
	};
}

static void
fill(void)
{
	struct class_def *next = classes, *c = NULL;
	struct attr_def *a = attrs;
	const struct row *r;

	memset(slots, 0, sizeof(slots));
	for (r = rows; r < rows + NROW; r++) {
		if (r->kind == ROW_CONFIG || r->kind == ROW_RUNTIME) {
			c = next++;
			*c = (struct class_def){ .name = intern_str(r->name),
				.runtime = r->kind == ROW_RUNTIME, .attr = a,
				.pos = NONE };
			slots[slot_of(c->name)] = c;
		} else if (r->kind == ROW_RDN) {
			c->rdn = attr_of(r);
		} else {
			*a++ = attr_of(r);
			c->nattr++;
		}
	}
	generation = intern_generation();
}

const struct class_def *
class_builtin(uint32_t name)
{
	if (generation != intern_generation())
		fill();
	return slots[slot_of(name)];
}
