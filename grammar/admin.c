/*
 * What does an administrative operation mean? The same verbs that steps are
 * made of, each for some classes; the names are the standard's.
 */
#include <string.h>

#include "admin.h"

static const struct {
	const char *name;
	enum verb verb;
	uint32_t class;
} operations[] = {
#define ADMIN(name, verb, class) { name, VERB_##verb, N_##class },
#include "admin.def"
#undef ADMIN
};
enum { OPERATIONS = sizeof(operations) / sizeof(operations[0]) };

static bool
is_named(size_t i, uint32_t operation)
{
	return strcmp(operations[i].name, name_str(operation)) == 0;
}

enum verb
admin_verb(uint32_t operation)
{
	size_t i;

	for (i = 0; operation != NAME_NONE && i < OPERATIONS; i++)
		if (is_named(i, operation))
			return operations[i].verb;
	return VERB_COUNT;
}

bool
admin_morphs(const struct action *a)
{
	return a->kind == ACTION_ADMIN &&
	    admin_verb(a->forward.operation) == VERB_MORPH;
}

uint32_t
admin_param(const struct admin_op *op, const char *name, size_t i)
{
	size_t k;

	for (k = 0; k < op->nparam; k++)
		if (strcmp(name_str(op->param[k].name), name) == 0 && i-- == 0)
			return op->param[k].value;
	return NAME_NONE;
}

const char *
admin_fault(const struct admin_op *op, uint32_t class)
{
	size_t i;

	if (op->operation == NAME_NONE || op->dn == NAME_NONE)
		return "orders an administrative operation without saying "
		    "which, or of what";
	if (admin_verb(op->operation) == VERB_COUNT)
		return "orders an administrative operation other than lock, "
		    "unlock, shutdown, lock-instantiation, "
		    "unlock-instantiation, restart, and those by which a "
		    "machine that runs is changed";
	if (class == NAME_NONE)
		return "orders an administrative operation of an object that "
		    "is not there";
	for (i = 0; i < OPERATIONS; i++)
		if (is_named(i, op->operation) &&
		    operations[i].class == class)
			return NULL;
	return "orders an administrative operation that is none of this "
	    "object's class";
}

const char *
admin_undo_fault(const struct action *a)
{
	const struct admin_op *undo = &a->undo;

	if (undo->operation == NAME_NONE && undo->dn == NAME_NONE)
		return NULL;
	if (undo->dn != a->forward.dn)
		return "undoes an administrative operation on another object";
	return admin_verb(undo->operation) == VERB_COUNT ? "undoes an "
	    "administrative operation by one that is not known here" : NULL;
}
