/*
 * Which words may stand there? Those of closed lists are rows of policy.def
 * and verbs.def; those of programs are free, but a mistake in one would show
 * only in the middle of a run, so what can be told of them is told here.
 */
#include <stdio.h>
#include <string.h>

#include "intern.h"
#include "near.h"
#include "policy_read.h"

/* The words of those kinds that are words, in one list: a value is a row of
 * its kind, counted from 1. */
static const struct {
	enum kind kind;
	const char *word;
} words[] = {
#define VERB(id, name, idempotent) { KIND_ACTION, name },
#include "verbs.def"
#undef VERB
#define SECTION(id, key, kind)
#define KEY(section, path, kind, member, need)
#define WORD(kind, word) { KIND_##kind, word },
#include "policy.def"
#undef SECTION
#undef KEY
#undef WORD
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };


/* --- words of closed lists --- */

static void
list_words(const struct fill *f, const char *const *known, size_t n)
{
	char text[400];
	size_t i, len = 0;

	for (i = 0; i < n && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ",
		    known[i]);
	diag_note(f->d, (struct place){ 0 }, "it can be %s", text);
}

bool
policy_read_word(const struct fill *f, const struct ynode *n, const char *name,
    enum kind kind, uint32_t *out)
{
	const char *known[WORDS];
	size_t i, k = 0;

	if (!ynode_is_text(n))
		return policy_wrong_type(f, n, name, "a word");
	for (i = 0; i < WORDS; i++)
		if (words[i].kind == kind)
			known[k++] = words[i].word;
	for (i = 0; i < k; i++)
		if (strcmp(known[i], n->text) == 0)
			break;
	*out = (uint32_t)i + 1;
	if (i < k)
		return true;
	diag_report(f->d, DIAG_POLICY_WORD, policy_at(f, n), NAME_NONE,
	    "\"%s\" cannot be \"%.100s\"", name, n->text);
	near_note(f->d, n->text, known, k);
	list_words(f, known, k);
	return false;
}

/* --- words of programs --- */

/* Is each %{...} one that stands for something? */
static bool
has_known_places(const char *s)
{
	size_t i, n;

	for (; (s = strstr(s, "%{")) != NULL; s += n) {
		s += 2;
		n = strcspn(s, ".}");
		for (i = 0; i < WORDS; i++)
			if (words[i].kind == KIND_PLACE &&
			    strlen(words[i].word) == n &&
			    memcmp(words[i].word, s, n) == 0)
				break;
		if (i == WORDS || strchr(s, '}') == NULL)
			return false;
	}
	return true;
}

static bool
is_code(const char *s)
{
	int64_t v;

	return policy_digits(&s, 255, &v) && *s == '\0';
}

/* What is wrong with one word; NULL: nothing. No shell and no search path
 * stands between a program's name and the program. */
static const char *
text_fault(enum kind kind, const char *text, bool first)
{
	if (kind == KIND_CODES)
		return is_code(text) ? NULL : "numbers from 0 to 255";
	if (kind == KIND_PAIRS && (strchr(text, '=') == NULL ||
	    text[0] == '='))
		return "words like NAME=value";
	if (kind == KIND_WORDS)
		return text[0] != '\0' && strchr(text, ' ') == NULL ? NULL :
		    "words without blanks";
	if ((kind == KIND_PROGRAM || kind == KIND_COMMAND) && first &&
	    text[0] != '/')
		return "words, the first of them the whole path of a program";
	return has_known_places(text) ? NULL : "words in which each %{...} "
	    "stands for something (see policy(5))";
}

bool
policy_read_texts(const struct fill *f, const struct ynode *n, const char *name,
    enum kind kind, struct texts *out)
{
	const char *fault = NULL;
	const struct ynode *c;

	if (n->kind != YNODE_LIST)
		return policy_wrong_type(f, n, name, "a list of words");
	out->v = arena_array(&f->p->arena, ynode_children(n) + 1,
	    sizeof(*out->v));
	for (c = n->child; c != NULL; c = c->next) {
		if (c->kind != YNODE_SCALAR)
			return policy_wrong_type(f, c, name, "a list of words");
		fault = text_fault(kind, c->text, out->n == 0);
		if (fault != NULL)
			return diag_report(f->d, DIAG_POLICY_TYPE,
			    policy_at(f, c), NAME_NONE, "\"%s\" must be %s, "
			    "not \"%.100s\"", name, fault, c->text);
		out->v[out->n++] = c->text;
	}
	return true;
}

/* What a campaign runs itself has one argument at most. */
bool
policy_read_list(const struct fill *f, const struct ynode *n, const char *name,
    enum kind kind, const struct texts **out)
{
	struct texts *t = arena_alloc(&f->p->arena, sizeof(*t));

	*t = (struct texts){ 0 };
	if (!policy_read_texts(f, n, name, kind, t))
		return false;
	*out = t;
	return kind != KIND_COMMAND || t->n <= 2 || diag_report(f->d,
	    DIAG_POLICY_TYPE, policy_at(f, n), NAME_NONE, "\"%s\" must be the "
	    "path of a program and at most one argument", name);
}
