/*
 * How does an answer look? Statements in their order, indented by what they
 * belong to; or the same as JSON, where each fact has a name.
 */
#include <stdlib.h>
#include <string.h>

#include "reply.h"
#include "buf.h"
#include "intern.h"
#include "show.h"

void
reply_say(struct reply *a, unsigned depth, const char *kind, const char *fmt,
    ...)
{
	va_list ap;

	a->v = mem_grow(a->v, a->n, &a->cap, sizeof(*a->v));
	va_start(ap, fmt);
	a->v[a->n++] = (struct reply_line){ .kind = kind, .depth = depth,
		.text = arena_vprintf(&a->arena, fmt, ap) };
	va_end(ap);
}

static struct reply_fact *
add_fact(struct reply *a, const char *name)
{
	struct reply_line *l = &a->v[a->n - 1];
	struct reply_fact *f = arena_alloc(&a->arena, sizeof(*f));

	f->name = name;
	if (l->fact == NULL)
		l->fact = f;
	else
		l->last->next = f;
	l->last = f;
	return f;
}

void
reply_text(struct reply *a, const char *name, const char *text)
{
	add_fact(a, name)->text = arena_strdup(&a->arena, text, strlen(text));
}

void
reply_name(struct reply *a, const char *name, uint32_t id)
{
	if (id != NAME_NONE)
		add_fact(a, name)->text = name_str(id);
}

void
reply_number(struct reply *a, const char *name, uint64_t n)
{
	add_fact(a, name)->number = n;
}

const char *
reply_kept(struct reply *a, struct buf *b)
{
	const char *s = b->len == 0 ? "" :
	    arena_strdup(&a->arena, b->data, b->len);

	buf_free(b);
	return s;
}

const char *
reply_printed(struct reply *a, const char *fmt, ...)
{
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	s = arena_vprintf(&a->arena, fmt, ap);
	va_end(ap);
	return s;
}

const char *
reply_shown(struct reply *a, uint32_t name)
{
	struct buf b = { 0 };

	show_name(&b, name);
	return reply_kept(a, &b);
}

const char *
reply_count(struct reply *a, size_t n, const char *noun)
{
	struct buf b = { 0 };

	show_count(&b, n, noun);
	return reply_kept(a, &b);
}

static void
write_text(const struct reply *a, struct buf *b)
{
	size_t i;

	for (i = 0; i < a->n; i++) {
		if (i > 0 && a->v[i].depth == 0)
			buf_char(b, '\n');
		buf_printf(b, "%*s%s\n", (int)a->v[i].depth * 2, "",
		    a->v[i].text);
	}
}

static void
json_text(struct buf *b, const char *gap, const char *name, const char *text)
{
	buf_printf(b, "%s\"%s\": ", gap, name);
	buf_json(b, text, strlen(text));
}

static void
json_line(const struct reply_line *l, struct buf *b)
{
	const struct reply_fact *f;

	json_text(b, "\n    {", "kind", l->kind);
	buf_printf(b, ", \"depth\": %u", l->depth);
	json_text(b, ", ", "text", l->text);
	for (f = l->fact; f != NULL; f = f->next)
		if (f->text != NULL)
			json_text(b, ", ", f->name, f->text);
		else
			buf_printf(b, ", \"%s\": %llu", f->name,
			    (unsigned long long)f->number);
	buf_char(b, '}');
}

static void
write_json(const struct reply *a, const char *question, uint32_t object,
    struct buf *b)
{
	size_t i;

	json_text(b, "{\n  \"format\": 1,\n  ", "question", question);
	if (object != NAME_NONE) {
		buf_str(b, ",\n  \"object\": ");
		buf_json(b, name_str(object), name_len(object));
	}
	buf_str(b, ",\n  \"statements\": [");
	for (i = 0; i < a->n; i++) {
		json_line(&a->v[i], b);
		buf_str(b, i + 1 < a->n ? "," : "\n  ");
	}
	buf_str(b, "]\n}\n");
}

void
reply_write(const struct reply *a, const char *question, uint32_t object,
    bool json, struct buf *b)
{
	if (json)
		write_json(a, question, object, b);
	else
		write_text(a, b);
}

void
reply_free(struct reply *a)
{
	free(a->v);
	arena_free(&a->arena);
	*a = (struct reply){ 0 };
}
