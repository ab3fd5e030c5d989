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

enum row_kind { ROW_CONFIG, ROW_RUNTIME, ROW_RDN, ROW_ATTR, ROW_DEFAULTED };

struct row {
	uint8_t kind, type;
	uint16_t flags;
};

static const struct row rows[] = {
#define CLASS(name, category) { ROW_##category, TYPE_STRING, 0 },
#define RDN(name, type, flags) { ROW_RDN, TYPE_##type, flags },
#define ATTR(name, type, flags) { ROW_ATTR, TYPE_##type, flags },
#define DEFAULTED(name, type, flags, value) \
	{ ROW_DEFAULTED, TYPE_##type, flags },
#include "classes.def"
#undef CLASS
#undef RDN
#undef ATTR
#undef DEFAULTED
};

/* The names of the rows and the values of those that have one, one behind the
 * other: pointers to them would take more room than they do. */
#define JOINED(a, b) a##b
#define MEMBER(a, line) JOINED(a, line)
static const struct {
#define CLASS(name, category) char MEMBER(name_, __LINE__)[sizeof(#name)];
#define RDN(name, type, flags) CLASS(name, )
#define ATTR(name, type, flags) CLASS(name, )
#define DEFAULTED(name, type, flags, value) CLASS(name, ) \
	char MEMBER(value_, __LINE__)[sizeof(value)];
#include "classes.def"
#undef CLASS
#undef RDN
#undef ATTR
#undef DEFAULTED
} words = {
#define CLASS(name, category) #name,
#define RDN(name, type, flags) #name,
#define ATTR(name, type, flags) #name,
#define DEFAULTED(name, type, flags, value) #name, value,
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

/* Interns the next word. */
static uint32_t
next_word(const char **word)
{
	const char *w = *word;

	*word += strlen(w) + 1;
	return intern_str(w);
}

static struct attr_def
attr_of(const struct row *r, const char **word)
{
	struct attr_def a = { .name = next_word(word), .flags = r->flags,
		.type = r->type, .fallback = NAME_NONE };

	if (r->kind == ROW_DEFAULTED)
		a.fallback = next_word(word);
	return a;
}

static void
fill(void)
{
	struct class_def *next = classes, *c = NULL;
	struct attr_def *a = attrs;
	const char *word = (const char *)&words;
	const struct row *r;

	memset(slots, 0, sizeof(slots));
	for (r = rows; r < rows + NROW; r++) {
		if (r->kind == ROW_CONFIG || r->kind == ROW_RUNTIME) {
			c = next++;
			*c = (struct class_def){ .name = next_word(&word),
				.runtime = r->kind == ROW_RUNTIME, .attr = a,
				.pos = NONE };
			slots[slot_of(c->name)] = c;
		} else if (r->kind == ROW_RDN) {
			c->rdn = attr_of(r, &word);
		} else {
			*a++ = attr_of(r, &word);
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
