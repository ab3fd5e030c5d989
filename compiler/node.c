/*
 * How does a node get its facts? In the order in which they are said, after
 * those it has.
 */
#include "buf.h"
#include "duration.h"
#include "intern.h"
#include "node.h"
#include "secret.h"

struct report_node *
node_add(struct builder *b, struct report_node *parent, enum report_kind kind)
{
	struct report_node *n = arena_alloc(&b->r->arena, sizeof(*n));

	n->kind = kind;
	if (parent == NULL)
		b->r->root = n;
	else if (parent->child == NULL)
		parent->child = n;
	else
		parent->last->next = n;
	if (parent != NULL)
		parent->last = n;
	return n;
}

static struct report_fact *
put(struct builder *b, struct report_node *n, const char *name)
{
	struct report_fact *f = arena_alloc(&b->r->arena, sizeof(*f));

	f->name = name;
	if (n->fact == NULL)
		n->fact = f;
	else
		n->last_fact->next = f;
	n->last_fact = f;
	return f;
}

void
node_text(struct builder *b, struct report_node *n, const char *name,
    const char *value)
{
	put(b, n, name)->text = value;
}

void
node_kept(struct builder *b, struct report_node *n, const char *name,
    struct buf *t)
{
	node_text(b, n, name, arena_strdup(&b->r->arena, t->data, t->len));
	buf_free(t);
}

/* What is not known is no fact. */
void
node_time(struct builder *b, struct report_node *n, const char *name,
    int64_t ns)
{
	struct buf t = { 0 };

	if (ns <= 0)
		return;
	duration_write(&t, ns);
	node_kept(b, n, name, &t);
}

/* A name of the campaign; what it does not say is no fact. */
void
node_name(struct builder *b, struct report_node *n, const char *name,
    uint32_t value)
{
	if (value != NAME_NONE)
		node_text(b, n, name, name_str(value));
}

/* Arguments without the secrets in them. */
void
node_words(struct builder *b, struct report_node *n, const char *name,
    uint32_t value)
{
	struct buf t = { 0 };

	if (value != NAME_NONE && secret_arguments(name_str(value), &t))
		node_kept(b, n, name, &t);
	else
		node_name(b, n, name, value);
}

/* A number that is told only where there are any. */
void
node_count(struct builder *b, struct report_node *n, const char *name,
    uint64_t value)
{
	if (value > 0)
		node_number(b, n, name, value);
}

void
node_number(struct builder *b, struct report_node *n, const char *name,
    uint64_t value)
{
	put(b, n, name)->number = value;
}

