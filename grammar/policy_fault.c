/*
 * How does the reader of policies speak of mistakes? Each sentence that more
 * than one place needs is here once, so that they all sound alike.
 */
#include <string.h>

#include "intern.h"
#include "policy_read.h"

struct place
policy_at(const struct fill *f, const struct ynode *n)
{
	return (struct place){ f->p->src, n->pos, SRC_TOKEN };
}

const char *
ynode_word(const struct ynode *n)
{
	if (n->kind == YNODE_LIST)
		return "a list";
	if (n->kind == YNODE_MAP)
		return "a mapping";
	return n->text[0] == '\0' && !n->quoted ? "nothing" : "one value";
}

bool
policy_wrong_type(const struct fill *f, const struct ynode *n, const char *name,
    const char *what)
{
	if (n->kind == YNODE_SCALAR && n->text[0] != '\0')
		return diag_report(f->d, DIAG_POLICY_TYPE, policy_at(f, n),
		    NAME_NONE, "\"%s\" must be %s, not \"%.100s\"", name, what,
		    n->text);
	return diag_report(f->d, DIAG_POLICY_TYPE, policy_at(f, n), NAME_NONE,
	    "\"%s\" must be %s, not %s", name, what, ynode_word(n));
}

bool
policy_twice(const struct fill *f, const struct ynode *key,
    const struct ynode *first)
{
	diag_report(f->d, DIAG_POLICY_TWICE, policy_at(f, key), NAME_NONE,
	    "\"%.100s\" is here for the second time", key->text);
	diag_note(f->d, policy_at(f, first), "it is here first");
	return false;
}
