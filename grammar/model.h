/* A system model: classes and configuration objects, read once, then const. */
#ifndef CG_MODEL_H
#define CG_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "intern.h"
#include "src.h"

struct buf;
struct diag;

#define NONE UINT32_MAX /* clang: no enumerator may be that large */

/* A comment that begins so is for the linter. */
#define MODEL_MARK "campgen-lint:"

enum value_type {
	TYPE_INT32, TYPE_UINT32, TYPE_INT64, TYPE_UINT64, TYPE_NAME, TYPE_TIME,
	TYPE_FLOAT, TYPE_DOUBLE, TYPE_STRING, TYPE_ANY,
	TYPE_COUNT
};

enum {
	ATTR_RUNTIME = 1, /* else configuration */
	ATTR_MULTI = 2,
	ATTR_WRITABLE = 4,
	ATTR_INITIALIZED = 8,
	/* further IMM flags, kept for writing the class again */
	ATTR_PERSISTENT = 16,
	ATTR_CACHED = 32,
	ATTR_NO_DUPLICATES = 64,
	ATTR_NOTIFY = 128,
	ATTR_NO_DANGLING = 256,
	ATTR_DN = 512,
	ATTR_DEFAULT_REMOVED = 1024,
	ATTR_STRONG_DEFAULT = 2048,
};

struct attr_def {
	uint32_t name;
	uint16_t flags;
	uint8_t type; /* enum value_type */
	uint32_t fallback; /* default value, or NAME_NONE */
	uint32_t ntfid;
};

struct class_def {
	uint32_t name;
	bool runtime;
	struct attr_def rdn;
	size_t nattr;
	struct attr_def *attr;
	uint32_t pos; /* in the file that defined it; NONE: built in */
};

/* Values of attribute i are value[attr[i].value .. attr[i + 1].value). */
struct attr {
	uint32_t name;
	uint32_t value;
};

/* Attributes of object i are attr[object[i].attr .. object[i + 1].attr). */
struct object {
	uint32_t dn; /* interned */
	uint32_t class;
	uint32_t attr;
	uint32_t parent; /* index of the parent object, or NONE */
	uint32_t pos;
};

/* A model has millions of these. */
_Static_assert(sizeof(struct attr) == 8, "attributes stay small");
_Static_assert(sizeof(struct object) == 20, "objects stay small");
_Static_assert(TYPE_COUNT <= UINT8_MAX, "a type fits attr_def");

struct model {
	struct src *src; /* owned, unless borrowed */
	bool borrowed_src;
	bool unmarked; /* it is known that no comment has MODEL_MARK */
	struct arena arena;
	size_t nclass; /* defined in the file; built-in ones are elsewhere */
	size_t class_cap;
	struct class_def *class;
	/* One element more than counted: the sentinel that ends the last. */
	size_t nobject, nattr, nvalue;
	size_t object_cap, attr_cap, value_cap;
	struct object *object;
	struct attr *attr;
	uint32_t *value; /* interned */
	/* Where attributes stand: how far behind their object, and where that
	 * is too far for 16 bits, the place itself. */
	uint16_t *attr_off;
	size_t off_cap, nfar, far_cap;
	struct attr_far {
		uint32_t attr, pos;
	} *far;
	/* made by model_index */
	uint32_t *by_name; /* object index by interned DN, or NONE */
	uint32_t nname; /* length of by_name */
	uint32_t *order; /* object indices sorted by DN bytes */
};

/* Reads IMM XML or YAML (told apart by the first bytes). Returns NULL only if
 * the file cannot be opened or read (errno set); syntax mistakes are reported
 * and the part that was readable is returned. Ends with model_index. path "-"
 * is standard input. Implements T1. model_free frees. */
struct model *model_load(const char *path, struct diag *);
struct model *model_load_src(struct src *, struct diag *); /* takes src */
void model_free(struct model *);

/* The two readers behind model_load: fill m from m->src. */
void model_read_xml(struct model *, struct diag *);
void model_read_yaml(struct model *, struct diag *);

/* For readers: begin an object, then each attribute, then its values. */
uint32_t model_add_object(struct model *, uint32_t dn, uint32_t class,
    uint32_t pos);
void model_add_attr(struct model *, uint32_t name, uint32_t pos);
void model_add_value(struct model *, uint32_t value);
struct class_def *model_add_class(struct model *, uint32_t name, uint32_t pos);

/* Fills by_name, order and parents; of objects with one DN the first counts.
 * Called again after more objects were added. */
void model_index(struct model *);

/* The index of the object with that DN, or NONE. */
uint32_t model_find(const struct model *, uint32_t dn);

/* dn_parent_known of any DN; soonest of one that the model has. */
uint32_t model_parent(const struct model *, uint32_t dn);

/* The index into attr[] of the object's attribute of that name, or NONE. */
uint32_t model_attr(const struct model *, uint32_t object, uint32_t name);

/* The values of one attribute (index into attr[]). */
static inline const uint32_t *
attr_values(const struct model *m, uint32_t attr, size_t *n)
{
	*n = m->attr[attr + 1].value - m->attr[attr].value;
	return &m->value[m->attr[attr].value];
}

/* The first value of an object's attribute, or NAME_NONE. */
uint32_t model_value(const struct model *, uint32_t object, uint32_t name);

/* The class definition in force: the file's own, else the built-in one, else
 * NULL. */
const struct class_def *model_class(const struct model *, uint32_t name);
const struct class_def *class_builtin(uint32_t name);

/* The definition of an attribute in a class, or NULL. */
const struct attr_def *class_attr(const struct class_def *, uint32_t name);

/* The type of an attribute of a class; TYPE_STRING where nothing is known. */
enum value_type model_attr_type(const struct model *, uint32_t class,
    uint32_t attr);

/* Is the attribute configuration, that is, part of every comparison? False for
 * the three SaImmAttr names and runtime attributes. The readers drop those,
 * all but saAmfSUHostedByNode, and all objects of runtime classes. */
bool model_attr_counts(const struct model *, uint32_t class, uint32_t attr);

/* Places for messages. */
uint32_t model_attr_pos(const struct model *, uint32_t attr);
struct place model_place(const struct model *, uint32_t object);
struct place model_dn_place(const struct model *, uint32_t object);
struct place model_attr_place(const struct model *, uint32_t attr);
struct place model_value_place(const struct model *, uint32_t attr, size_t k);

/* Writes the model: objects in canonical order (parents before children),
 * classes of the file first. Implements the canonical writer. */
void model_write_xml(const struct model *, struct buf *);
void model_write_yaml(const struct model *, struct buf *);

/* Are two values lists equal as multisets? */
bool values_equal(const uint32_t *a, size_t na, const uint32_t *b, size_t nb);

/* Feeds the canonical form (objects by DN: class, DN, attributes by name,
 * values in order, each followed by NUL; configuration only) to update. */
void model_canonical(const struct model *,
    void (*update)(void *, const void *, size_t), void *arg);

/* Runs the table of checks: reports findings; false if any is an error.
 * model_is_right leaves out what is only doubtful; model_lint also says what
 * every model takes for granted, for its author. */
bool model_is_right(const struct model *, struct diag *);
bool model_check(const struct model *, struct diag *);
bool model_lint(const struct model *, struct diag *);

/* Spelling of the closed lists: "SA_UINT32_T", "SA_IMM_ATTR_SAUINT32T". */
const char *type_name(enum value_type);
const char *type_imm_name(enum value_type);
enum value_type type_from_name(const char *); /* TYPE_COUNT: unknown */
enum value_type type_from_imm_name(const char *);

#endif
