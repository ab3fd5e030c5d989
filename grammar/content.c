/*
 * Which child may come next? A content model is a regular expression in which
 * each token has a position; for each position the set of those that may
 * follow is computed once (Glushkov's construction), so that a reader only
 * remembers where it is.
 */
#include <assert.h>
#include <string.h>

#include "content.h"

struct part { /* sets of positions a piece may begin and end with */
	uint32_t first, last;
	bool empty;
};

struct parser {
	struct content *content;
	const char *p;
	int (*id)(const char *, size_t);
};

static struct part parse_choice(struct parser *);

static void
connect(struct content *c, uint32_t from, uint32_t to)
{
	unsigned i;

	for (i = 1; i <= c->n; i++)
		if (from >> i & 1)
			c->follow[i] |= to;
}

static struct part
parse_token(struct parser *p)
{
	struct content *c = p->content;
	size_t len = strcspn(p->p, " ?*+|()"), name = strcspn(p->p, ". ?*+|()");
	unsigned i = ++c->n;

	assert(len > 0 && i <= CONTENT_MAX);
	c->at[i].name = p->p;
	c->at[i].len = name;
	c->at[i].id = p->id(p->p, len);
	p->p += len;
	return (struct part){ 1u << i, 1u << i, false };
}

static struct part
parse_item(struct parser *p)
{
	struct part x;

	if (*p->p == '(') {
		p->p++;
		x = parse_choice(p);
		assert(*p->p == ')');
		p->p++;
	} else {
		x = parse_token(p);
	}
	if (*p->p == '*' || *p->p == '+')
		connect(p->content, x.last, x.first);
	if (*p->p == '*' || *p->p == '?')
		x.empty = true;
	if (*p->p != '\0' && strchr("?*+", *p->p) != NULL)
		p->p++;
	return x;
}

static struct part
parse_sequence(struct parser *p)
{
	struct part x = { 0, 0, true }, y;

	while (*p->p != '\0' && *p->p != ')' && *p->p != '|') {
		if (*p->p == ' ') {
			p->p++;
			continue;
		}
		y = parse_item(p);
		connect(p->content, x.last, y.first);
		if (x.empty)
			x.first |= y.first;
		x.last = y.empty ? x.last | y.last : y.last;
		x.empty = x.empty && y.empty;
	}
	return x;
}

static struct part
parse_choice(struct parser *p)
{
	struct part x = parse_sequence(p), y;

	while (*p->p == '|') {
		p->p++;
		y = parse_sequence(p);
		x.first |= y.first;
		x.last |= y.last;
		x.empty = x.empty || y.empty;
	}
	return x;
}

void
content_compile(struct content *c, const char *text,
    int (*id)(const char *, size_t))
{
	struct parser p = { c, text, id };
	struct part x;

	*c = (struct content){ .text = *text == '#' };
	if (c->text)
		return;
	x = parse_choice(&p);
	assert(*p.p == '\0');
	c->follow[0] = x.first;
	c->last = x.last | (x.empty ? 1 : 0);
}

unsigned
content_find(const struct content *c, unsigned after, const char *name,
    size_t len)
{
	unsigned i, found = 0;

	for (i = 1; i <= c->n; i++) {
		if (c->at[i].len != len || memcmp(c->at[i].name, name, len) != 0)
			continue;
		if (c->follow[after] >> i & 1)
			return i;
		found = i;
	}
	return found;
}
