/* Private to the checks of a model: what they know and share. */
#ifndef CG_CHECK_H
#define CG_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag.h"
#include "dn.h"
#include "intern.h"
#include "model.h"

/* The classes that checks treat specially. */
enum kind {
	KIND_OTHER, KIND_DOMAIN, KIND_HE, KIND_HE_TYPE, KIND_EE, KIND_EE_TYPE,
	KIND_DEPENDENCY, KIND_VM_CONFIG, KIND_VMM_CONFIG, KIND_CLM_NODE,
	KIND_AMF_NODE, KIND_NODE_GROUP, KIND_SG, KIND_SU, KIND_SI,
	KIND_SI_DEPENDENCY, KIND_BUNDLE,
	KIND_COUNT
};

#define OF(kind) (UINT32_C(1) << KIND_##kind)

enum check_id {
#define CHECK_OBJECT(name, classes, needs, codes) CHECK_##name,
#define CHECK_ATTR(name, needs, codes) CHECK_##name,
#define CHECK_MODEL(name, codes) CHECK_##name,
#define DOUBT_OBJECT CHECK_OBJECT
#define DOUBT_MODEL CHECK_MODEL
#include "checks.def"
#undef CHECK_OBJECT
#undef CHECK_ATTR
#undef CHECK_MODEL
#undef DOUBT_OBJECT
#undef DOUBT_MODEL
	CHECK_COUNT
};
_Static_assert(CHECK_COUNT <= 32, "failed checks of an object are 32 bits");

#define NEED(name) (UINT32_C(1) << CHECK_##name)
/* What an object must have passed to be anybody's parent or sponsor. */
#define SOUND NEED(unique_dn)

/* A class that was asked for lately. */
enum { KNOWN_CLASSES = 64, KNOWN_ATTRS = 64 };
struct known_class {
	uint32_t name;
	const struct class_def *def; /* NULL: nobody knows it */
	uint32_t required[KNOWN_ATTRS]; /* ended by NAME_NONE */
};

struct fold;
struct plm;

struct check {
	const struct model *m;
	struct diag *d;
	const struct check_row *row;
	bool lint; /* say what is taken for granted, too */
	/* The object that was probably meant by a name that is not there: of
	 * these kinds (OF bits; 0: named by the same attribute), or NULL. No
	 * function: nobody asks. */
	const char *(*near)(struct check *, uint32_t kinds, const char *name);
	size_t tried; /* names that were compared to guess what was meant */
	uint8_t *kind; /* by object */
	uint32_t *failed; /* by object: NEED bits */
	/* Objects of a kind, in file order: of_kind[start[k] .. start[k + 1])
	 * and where an object stands among those of its kind. */
	uint32_t *of_kind;
	size_t start[KIND_COUNT + 1];
	uint32_t *rank;
	uint32_t nname; /* ids of the model are below this */
	uint8_t *name_state; /* by name: is it a DN? */
	uint32_t *stamp; /* by name: when it was last seen */
	uint32_t now;
	struct plm *plm; /* made by plm_of */
	struct known_class class[KNOWN_CLASSES];
	struct arena arena;
	struct fold *fold; /* repeated findings, in order of their first */
	size_t nfold, fold_cap;
	uint32_t *fold_slot;
	size_t nfold_slot;
};

static inline size_t
kind_count(const struct check *c, enum kind k)
{
	return c->start[k + 1] - c->start[k];
}

/* Has the object passed all checks of the mask? */
static inline bool
passed(const struct check *c, uint32_t o, uint32_t needs)
{
	return (c->failed[o] & needs) == 0;
}

static inline uint32_t
object_dn(const struct check *c, uint32_t o)
{
	return c->m->object[o].dn;
}

static inline const char *
dn_str(const struct check *c, uint32_t o)
{
	return name_str(c->m->object[o].dn);
}

/* What checks take objects of that class for; KIND_OTHER: nothing special. */
enum kind check_kind(uint32_t class);

/* Was a finding of this kind folded already? */
bool check_folded(const struct check *, enum diag_code, uint32_t key1,
    uint32_t key2);

/* Is the object of one of the kinds (OF bits)? NONE is of none. */
static inline bool
check_is(const struct check *c, uint32_t o, uint32_t kinds)
{
	return o != NONE && (kinds >> c->kind[o] & 1) != 0;
}

/* What is known about a class, and which attributes, beside those the compiler
 * needs, its objects must bring. */
const struct known_class *check_class(struct check *, uint32_t name);

/* The object named by the first value of the attribute, or NONE. */
uint32_t check_follow(const struct check *, uint32_t o, uint32_t attr);

/* The EE that a service unit runs on, or NONE if it is not known. */
uint32_t check_su_ee(const struct check *, uint32_t su);

/* Starts a new round of check_seen, which says whether the name of the model
 * was given to it before in this round. */
void check_round(struct check *);
bool check_seen(struct check *, uint32_t name);

/* Why the name is no DN (see dn_fault), or NULL; remembered. */
const char *check_dn_fault(struct check *, uint32_t name);

/* The same as diag_report for findings that may come a million times: those
 * with equal code and keys become one, with a count. Reported at the end;
 * returns false if the level of the code is error. */
bool check_fold(struct check *, enum diag_code, uint32_t key1, uint32_t key2,
    struct place, uint32_t dn, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));

/* What was probably meant by a name, for a finding with these keys; NULL if
 * nobody knows, or the finding is folded already. */
const char *check_near(struct check *, enum diag_code, uint32_t key1,
    uint32_t key2, uint32_t kinds, uint32_t name);

/* For the end of a message, as three texts. */
#define DID_YOU_MEAN(name) \
	(name) == NULL ? "" : "; did you mean \"", \
	(name) == NULL ? "" : (name), (name) == NULL ? "" : "\"?"

/* Reads an integer as IMM does (decimal or 0x; empty is 0); false if the text
 * is none. */
struct integer {
	bool negative, huge; /* huge: does not fit n */
	uint64_t n;
};
bool check_integer(const char *, struct integer *);

/* What is known about HEs and EEs; nodes are numbered EEs first. */
enum {
	PLM_VM = 1, /* migratable */
	PLM_VMM = 2, /* sponsor of a migratable VM */
	PLM_NAMED_VM = 4, /* by an OpenSafPlmVirtualMachineConfig */
	PLM_NAMED_VMM = 8,
	PLM_HOLDS_VMM = 16, /* contains a VMM */
};

struct plm {
	uint32_t nnode;
	uint8_t *flags; /* by node */
	uint32_t *first; /* by node: rank of its first dependency, or NONE */
	uint32_t *on_ee; /* by node: its first dependency on EEs, or NONE */
	uint32_t *next; /* by rank of the dependency */
	bool *names_ee; /* by rank of the dependency: does it name an EE? */
	uint32_t *domain; /* by node: only fault domain; see plm_domain */
};

/* Who stands on whom, found out when it is first asked for; the check's. */
struct plm *plm_of(struct check *);
void plm_free(struct plm *);

/* The node of an object that is an HE or EE, or NONE; and back. */
uint32_t plm_node(const struct check *, uint32_t o);
uint32_t plm_object(const struct check *, uint32_t node);
/* Flags of an object; 0 for one that is no HE or EE. */
unsigned plm_flags(struct check *, uint32_t o);

/* The sponsors of a dependency, as value ids; 0 if it has none. */
const uint32_t *plm_sponsors(const struct check *, uint32_t dependency,
    size_t *n, uint32_t *attr);
/* Does the dependency name an EE? */
bool plm_names_ee(struct check *, uint32_t dependency);

/* The only object an EE can fail with (its outermost hardware element, else
 * the outermost EE), or NONE if there are several. */
uint32_t plm_domain(struct check *, uint32_t ee);

/* Every check is a function that is false if its object failed. */
#define CHECK_OBJECT(name, classes, needs, codes) \
	bool check_##name(struct check *, uint32_t object);
#define CHECK_ATTR(name, needs, codes) \
	bool check_##name(struct check *, uint32_t object, uint32_t attr, \
	    const struct class_def *, const struct attr_def *);
#define CHECK_MODEL(name, codes) bool check_##name(struct check *);
#define DOUBT_OBJECT CHECK_OBJECT
#define DOUBT_MODEL CHECK_MODEL
#include "checks.def"
#undef CHECK_OBJECT
#undef CHECK_ATTR
#undef CHECK_MODEL
#undef DOUBT_OBJECT
#undef DOUBT_MODEL

struct check_row { /* one function, the others NULL; none: not asked */
	bool (*object)(struct check *, uint32_t);
	bool (*attr)(struct check *, uint32_t, uint32_t,
	    const struct class_def *, const struct attr_def *);
	bool (*model)(struct check *);
	uint32_t classes, needs;
};
#define CHECK_ANY UINT32_MAX /* classes */

/* How checks are made: those that have a row in rows[CHECK_COUNT]. */
struct check_how {
	const struct check_row *rows;
	bool lint;
	const char *(*near)(struct check *, uint32_t kinds, const char *name);
};
bool check_run(const struct model *, const struct check_how *, struct diag *);

#endif
