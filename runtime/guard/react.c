/*
 * What must be done anew on another machine? Programs do it, one after the
 * other; they have the environment of this process, and what happened.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "buf.h"
#include "policy.h"
#include "react.h"
#include "registry.h"
#include "text.h"

enum { SAID = 4096, WORDS = 400, OWN = 4 };
#define PATIENCE INT64_C(60000000000) /* ns a program has */

static char **
environment(const struct react *r, char **own)
{
	extern char **environ;
	struct buf b[OWN] = { { 0 } };
	size_t n = 0, i;
	char **env;

	buf_printf(&b[0], "CAMPRUN_VM=%s", r->vm);
	buf_printf(&b[1], "CAMPRUN_BEFORE=%s", r->before);
	buf_printf(&b[2], "CAMPRUN_AFTER=%s", r->after);
	buf_printf(&b[3], "CAMPRUN_TIME=%" PRId64, r->time);
	while (environ[n] != NULL)
		n++;
	env = mem_alloc(n + OWN + 1, sizeof(*env));
	for (i = 0; i < n; i++)
		env[i] = environ[i];
	for (i = 0; i < OWN; i++) {
		buf_char(&b[i], '\0');
		env[n + i] = own[i] = b[i].data;
	}
	return env;
}

static void
run(const struct react *r, char **argv, const char *what)
{
	char *own[OWN], **env = environment(r, own), words[WORDS];
	struct stage s = { .argv = argv, .envp = env };
	struct said a;
	size_t i;

	if (!asked_run(&s, r->line, r->len, PATIENCE, SAID, &a))
		fprintf(stderr, "camprun: cannot run %s: %s\n", what,
		    strerror(errno));
	else if (a.how != ENDED_EXIT || a.code != 0) {
		said_tell(&a, words, sizeof(words));
		fprintf(stderr, "camprun: %s \"%s\" %s\n", what, argv[0],
		    words);
	}
	said_free(&a);
	for (i = 0; i < OWN; i++)
		free(own[i]);
	free(env);
}

void
react_registered(const struct react *r, const char *folder)
{
	char *programs = text_below(folder, "programs"), what[120];
	struct registry l;
	int err = registry_read(programs, &l);
	size_t i;

	if (err != 0 && err != -EBADMSG)
		fprintf(stderr, "camprun: cannot read \"%s\": %s\n", programs,
		    strerror(-err));
	for (i = 0; i < l.n; i++) {
		if (!glob_match(l.v[i].match, r->vm))
			continue;
		snprintf(what, sizeof(what), "the registered program %s",
		    l.v[i].name);
		run(r, l.v[i].argv, what);
	}
	registry_free(&l);
	free(programs);
}

void
react_program(const struct react *r, const char *path)
{
	char *copy = text_join(path, ""), *argv[] = { copy, NULL };

	run(r, argv, "the program to notify");
	free(copy);
}
