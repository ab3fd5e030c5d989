/*
 * What does a place in an XML text mean? The text after its offset is scanned
 * again: a start tag, the value of an attribute in it, or the text of one of
 * the element's children. The reader has seen that text before, so it is
 * mostly in order; where it is not, the token at the offset will do.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "intern.h"
#include "src_find.h"

enum { FIRST_WINDOW = 4096, LAST_WINDOW = 16 * 1024 * 1024 };

/* Text from an offset on. cut: the scan ran into the end of it. */
struct window {
	const char *s;
	size_t len;
	bool cut;
};

struct part {
	size_t from, to;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
starts(const struct window *w, size_t at, const char *what)
{
	size_t n = strlen(what);

	return w->len - at >= n && memcmp(w->s + at, what, n) == 0;
}

/* The offset after the next occurrence of what. */
static size_t
after(struct window *w, size_t at, const char *what)
{
	for (; at < w->len; at++)
		if (starts(w, at, what))
			return at + strlen(what);
	w->cut = true;
	return w->len;
}

/* The offset after a tag that begins at at. */
static size_t
after_tag(struct window *w, size_t at)
{
	char quote = '\0';

	for (; at < w->len; at++) {
		if (quote != '\0')
			quote = w->s[at] == quote ? '\0' : quote;
		else if (w->s[at] == '"' || w->s[at] == '\'')
			quote = w->s[at];
		else if (w->s[at] == '>')
			return at + 1;
	}
	w->cut = true;
	return w->len;
}

/* Is there a tag of that name at at ("<" and the name)? */
static bool
is_tag(const struct window *w, size_t at, const char *name)
{
	size_t end = at + 1 + strlen(name);

	return starts(w, at + 1, name) && end < w->len &&
	    (is_blank(w->s[end]) || w->s[end] == '>' || w->s[end] == '/');
}

/* Steps over a comment, CDATA section or instruction at at, if there is one. */
static bool
skip_other(struct window *w, size_t *at)
{
	if (starts(w, *at, "<!--"))
		*at = after(w, *at + 4, "-->");
	else if (starts(w, *at, "<![CDATA["))
		*at = after(w, *at, "]]>");
	else if (starts(w, *at, "<?"))
		*at = after(w, *at, "?>");
	else
		return false;
	return true;
}

static size_t
next_markup(struct window *w, size_t at)
{
	const char *p = memchr(w->s + at, '<', w->len - at);

	if (p != NULL)
		return (size_t)(p - w->s);
	w->cut = true;
	return w->len;
}

/* The text of the element whose start tag is tag, or the tag if empty. */
static struct part
content(struct window *w, struct part tag)
{
	size_t at = next_markup(w, tag.to);

	while (at < w->len && skip_other(w, &at))
		at = next_markup(w, at);
	return at > tag.to ? (struct part){ tag.to, at } : tag;
}

/* The text of the k-th child of that name of the element at 0. */
static bool
child(struct window *w, const char *name, size_t k, struct part *found)
{
	size_t at = after_tag(w, 0), depth = 0;
	struct part tag;

	if (w->cut || w->s[at - 2] == '/')
		return false;
	for (;;) {
		at = next_markup(w, at);
		if (at >= w->len)
			return false;
		if (skip_other(w, &at))
			continue;
		tag = (struct part){ at, after_tag(w, at) };
		if (w->cut || (w->s[at + 1] == '/' && depth-- == 0))
			return false;
		if (depth == 0 && is_tag(w, at, name) && k-- == 0) {
			*found = w->s[tag.to - 2] == '/' ? tag :
			    content(w, tag);
			return true;
		}
		if (w->s[at + 1] != '/' && w->s[tag.to - 2] != '/')
			depth++;
		at = tag.to;
	}
}

/* The value of an attribute of the start tag at 0. */
static bool
xml_attr(struct window *w, const char *name, struct part *found)
{
	size_t end = after_tag(w, 0), at = 0, n = strlen(name), from;

	while (at < end) {
		while (at < end && !is_blank(w->s[at]))
			at++;
		while (at < end && is_blank(w->s[at]))
			at++;
		from = at;
		while (at < end && w->s[at] != '=')
			at++;
		while (at < end && w->s[at] != '"' && w->s[at] != '\'')
			at++;
		if (at >= end)
			return false;
		*found = (struct part){ at + 1, at + 1 };
		while (found->to < end && w->s[found->to] != w->s[at])
			found->to++;
		if (strncmp(w->s + from, name, n) == 0 &&
		    (is_blank(w->s[from + n]) || w->s[from + n] == '='))
			return true;
		at = found->to + 1;
	}
	return false;
}

/* A tag, or the word that stands there. */
static struct part
token(struct window *w)
{
	size_t n = 0;

	if (w->len > 1 && w->s[0] == '<' && w->s[1] != '!' && w->s[1] != '?') {
		n = after_tag(w, 0);
		if (!w->cut)
			return (struct part){ 0, n };
		w->cut = false;
		n = 1;
	}
	while (n < w->len && !is_blank(w->s[n]) && w->s[n] != '<')
		n++;
	return (struct part){ 0, n == 0 ? 1 : n };
}

static bool
find_part(struct window *w, uint32_t what, struct part *found)
{
	if (w->len < 2 || w->s[0] != '<')
		return false;
	if (what == SRC_DN)
		return child(w, "dn", 0, found);
	if (what == SRC_NAME)
		return child(w, "name", 0, found) ||
		    (!w->cut && xml_attr(w, "name", found));
	if (what == SRC_CLASS)
		return xml_attr(w, "class", found);
	if (what == SRC_TEXT) {
		*found = (struct part){ 0, after_tag(w, 0) };
		if (!w->cut && w->s[found->to - 2] != '/')
			*found = content(w, *found);
		return !w->cut;
	}
	if (what >= SRC_XMLATTR)
		return xml_attr(w, name_str(what - SRC_XMLATTR), found);
	return what >= SRC_VALUE && child(w, "value", what - SRC_VALUE, found);
}

static struct window
read_window(const struct src *s, uint32_t off, char *text, size_t size)
{
	struct window w = { text, 0, false };

	if (fseeko(s->file, (off_t)off, SEEK_SET) == 0)
		w.len = fread(text, 1, size, s->file);
	text[w.len] = '\0';
	return w;
}

static struct span
find_one(const struct src *s, struct place at)
{
	size_t size = FIRST_WINDOW;
	char *text = NULL;
	struct part part;
	struct window w;

	for (;; size *= 16) {
		text = mem_realloc(text, size, 1);
		w = read_window(s, at.off, text, size);
		if (at.what == SRC_TOKEN || !find_part(&w, at.what, &part)) {
			/* Perhaps it stands behind what was read. */
			if (w.cut && w.len == size && size < LAST_WINDOW)
				continue;
			w.cut = false;
			part = token(&w);
		}
		break;
	}
	free(text);
	return (struct span){ at.off + (uint64_t)part.from,
		at.off + (uint64_t)part.to };
}

void
src_find_xml(const struct src *s, const struct place *at, struct span *span,
    size_t n)
{
	size_t i;

	clearerr(s->file);
	for (i = 0; i < n; i++)
		if (at[i].off != SRC_WHOLE)
			span[i] = find_one(s, at[i]);
}
