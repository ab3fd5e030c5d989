/*
 * Which tests have something to say here? A folder of tests is for everything;
 * a folder in it is for what is called like it: a machine, its type, a bundle,
 * a service that stands there, what that depends on or what depends on it, an
 * application. Bundles bring their own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "dn.h"
#include "intern.h"
#include "os.h"
#include "tests.h"
#include "text.h"

enum { WHY = 512 };

/* --- what it is about --- */

/* "reports" of "safSi=reports,safApp=office", as a name; commas and backslashes
 * as they are written. */
static void
about_value(struct tests *t, uint32_t dn)
{
	const char *s;
	size_t n;

	if (dn == NAME_NONE)
		return;
	s = dn_value(name_str(dn), name_len(dn), &n);
	*idmap_at(&t->about, intern(s, n)) = 1;
}

/* And what it is in, as a version is of its type. */
static void
about(struct tests *t, uint32_t dn)
{
	about_value(t, dn);
	if (dn != NAME_NONE)
		about_value(t, dn_parent(dn));
}

static void
about_all(struct tests *t, const struct ids *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		about(t, l->v[i]);
}

void
tests_begin(struct tests *t, const struct world *w, const struct order *o,
    const struct impact *im)
{
	size_t i;

	*t = (struct tests){ .w = w, .o = o };
	for (i = 0; i < o->ntouched; i++) {
		about_value(t, o->touched[i]);
		about(t, world_value(w, o->touched[i], N_saPlmEEType));
	}
	about_all(t, &im->bundles);
	about_all(t, &im->units);
	about_all(t, &im->services);
	about_all(t, &im->upstream);
	about_all(t, &im->downstream);
	about_all(t, &im->applications);
}

void
tests_end(struct tests *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free(t->path[i]);
	free(t->path);
	idmap_free(&t->about);
}

/* --- folders --- */

struct listing {
	struct tests *t;
	const char *folder;
	size_t first; /* programs of this folder */
	char **below; /* folders in it */
	size_t nbelow, cap;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
add(void *arg, const char *name)
{
	struct listing *l = arg;
	struct tests *t = l->t;
	char *path = text_below(l->folder, name);

	if (name[0] == '.' || access(path, X_OK) != 0) {
		free(path);
	} else if (os_is_file(path)) {
		t->path = mem_grow(t->path, t->n, &t->cap, sizeof(*t->path));
		t->path[t->n++] = path;
	} else if (idmap_get(&t->about, intern_str(name)) != 0) {
		l->below = mem_grow(l->below, l->nbelow, &l->cap,
		    sizeof(*l->below));
		l->below[l->nbelow++] = path;
	} else {
		free(path);
	}
	return 0;
}

static bool
list(struct listing *l, char *why)
{
	int err = os_list(l->folder, add, l);
	size_t n = l->t->n - l->first;

	if (n > 0)
		qsort(l->t->path + l->first, n, sizeof(char *), by_name);
	if (l->nbelow > 0)
		qsort(l->below, l->nbelow, sizeof(char *), by_name);
	if (err != 0)
		snprintf(why, WHY, "cannot read the tests in \"%.300s\": %s",
		    l->folder, strerror(-err));
	return err == 0;
}

bool
tests_folder(struct tests *t, const char *folder, char *why)
{
	struct listing l = { .t = t, .folder = folder, .first = t->n };
	bool ok = list(&l, why);
	size_t i;

	for (i = 0; i < l.nbelow; i++) {
		struct listing in = { .t = t, .folder = l.below[i],
			.first = t->n };

		ok = ok && list(&in, why);
		while (in.nbelow > 0) /* one level is enough */
			free(in.below[--in.nbelow]);
		free(in.below);
		free(l.below[i]);
	}
	free(l.below);
	return ok;
}

/* --- bundles --- */

static bool
is_validation(const struct order *o)
{
	return strncmp(name_str(o->callback->label), "validate:", 9) == 0;
}

/* Only programs beside files of this machine can be run. */
static char *
beside(const struct tests *t, uint32_t bundle)
{
	uint32_t uri = world_value(t->w, bundle, N_saSmfBundleFileUri);
	const char *file = uri == NAME_NONE ? "" : name_str(uri);
	const char *when = is_validation(t->o) ?
	    ".tests/after" : ".tests/before";
	size_t n;
	char *path;

	if (strncmp(file, "file:", 5) == 0)
		file += strncmp(file, "file://", 7) == 0 ? 7 : 5;
	if (file[0] != '/')
		return NULL;
	n = strlen(file) + strlen(when) + 1;
	path = mem_alloc(n, 1);
	snprintf(path, n, "%s%s", file, when);
	return path;
}

bool
tests_bundles(struct tests *t, const struct impact *im, char *why)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < im->bundles.n && ok; i++) {
		char *path = beside(t, im->bundles.v[i]);

		if (path != NULL && os_exists(path))
			ok = tests_folder(t, path, why);
		free(path);
	}
	return ok;
}
