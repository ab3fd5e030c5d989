/*
 * A program that runs behind a shell, as ssh has one on the other side: all
 * that it is and gets becomes one word, in which every value is quoted, so that
 * the shell takes each as it is. PATH is that of the place, unless a rule says
 * it.
 */
#include <string.h>

#include "buf.h"
#include "making.h"

static void
quote(struct buf *b, const char *s)
{
	buf_char(b, '\'');
	for (; *s != '\0'; s++)
		if (*s == '\'')
			buf_str(b, "'\\''");
		else
			buf_char(b, *s);
	buf_char(b, '\'');
}

static bool
says_path(const struct making *m)
{
	size_t i;

	for (i = 0; m->rule != NULL && i < m->rule->environment.n; i++)
		if (strncmp(m->rule->environment.v[i], "PATH=", 5) == 0)
			return true;
	return false;
}

void
shell_join(const struct making *m, struct words *argv, size_t n,
    const struct words *env)
{
	bool path = says_path(m);
	struct buf b = { 0 };
	size_t i;

	buf_str(&b, "exec env");
	for (i = 0; i < env->n; i++) {
		if (!path && strncmp(env->v[i], "PATH=", 5) == 0)
			continue;
		buf_char(&b, ' ');
		quote(&b, env->v[i]);
	}
	for (i = n; i < argv->n; i++) {
		buf_char(&b, ' ');
		quote(&b, argv->v[i]);
		argv->v[i] = NULL;
	}
	argv->v[n] = arena_strdup(&m->p->arena, b.data, b.len);
	argv->n = n + 1;
	buf_free(&b);
}
