/*
 * What do the words of a policy stand for? Each %{...} is replaced, nothing
 * else is: no word is split, quoted or searched for.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "dn.h"
#include "intern.h"
#include "making.h"

enum { OWN_WORDS = 48 };

const char *
words_rdn(const struct making *m, uint32_t dn)
{
	const char *s;
	size_t n;

	if (dn == NAME_NONE)
		return "";
	s = dn_value(name_str(dn), name_len(dn), &n);
	return arena_strdup(&m->p->arena, s, n);
}

static const char *
object_text(const struct making *m, uint32_t dn, const char *attr, size_t n)
{
	uint32_t value;

	if (dn == NAME_NONE)
		return "";
	if (n == 0)
		return name_str(dn);
	if (n == 3 && memcmp(attr, "rdn", 3) == 0)
		return words_rdn(m, dn);
	value = world_value(m->w, dn, intern(attr, n));
	return value == NAME_NONE ? "" : name_str(value);
}

const char *
words_number(const struct making *m, uint64_t v)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%" PRIu64, v);

	return arena_strdup(&m->p->arena, text, (size_t)n);
}

static const char *
direction_text(enum direction d)
{
	return d == DO_FORWARD ? "forward" : d == DO_UNDO ? "undo" :
	    "rollback";
}

/* What %{name} stands for, or %{name.attr}. */
static const char *
place_text(const struct making *m, const char *name, size_t n,
    const char *attr, size_t nattr)
{
	const struct order *o = m->o;
	const struct {
		const char *name;
		uint32_t dn;
	} objects[] = { { "entity", o->entity }, { "on", o->on },
		{ "to", o->to }, { "bundle", o->bundle },
		{ "place", m->place } };
	size_t i;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (strlen(objects[i].name) == n &&
		    memcmp(objects[i].name, name, n) == 0)
			return object_text(m, objects[i].dn, attr, nattr);
	switch (name[0] == 'a' ? name[1] : name[0]) {
	case 'c': /* action */
		return m->action != NULL ? m->action : m->word != NULL ?
		    m->word : verb_name(o->verb);
	case 't': /* attempt */
		return words_number(m, o->attempt);
	case 'd':
		return direction_text(o->direction);
	case 'n':
		return words_number(m, o->seq);
	case 's':
		if (n == 8) /* snapshot */
			return o->snapshot == NULL ? "" : o->snapshot;
		/* state */
		/* fall through */
	default:
		return m->p->opt.state_dir == NULL ? "" :
		    m->p->opt.state_dir;
	}
}

char *
words_text(const struct making *m, const char *s)
{
	struct buf b = { 0 };
	const char *at, *end;
	size_t n;
	char *text;

	for (; (at = strstr(s, "%{")) != NULL; s = end + 1) {
		buf_add(&b, s, (size_t)(at - s));
		at += 2;
		end = strchr(at, '}');
		n = strcspn(at, ".}");
		buf_str(&b, place_text(m, at, n, at[n] == '.' ? at + n + 1 :
		    end, at[n] == '.' ? (size_t)(end - at) - n - 1 : 0));
	}
	buf_str(&b, s);
	text = arena_strdup(&m->p->arena, b.data == NULL ? "" : b.data, b.len);
	buf_free(&b);
	return text;
}

struct words
words_new(const struct making *m, size_t n)
{
	return (struct words){ arena_array(&m->p->arena, n + OWN_WORDS,
	    sizeof(char *)), 0, n + OWN_WORDS - 1 };
}

void
words_add(const struct making *m, struct words *l, const char *word)
{
	if (l->n < l->cap)
		l->v[l->n++] = arena_strdup(&m->p->arena, word, strlen(word));
}

void
words_expand(const struct making *m, struct words *l, const struct texts *t)
{
	size_t i;

	for (i = 0; t != NULL && i < t->n; i++)
		words_add(m, l, words_text(m, t->v[i]));
}
