/*
 * Is every image there before anything is touched? What is installed is known
 * from the campaign, its file from the policy or from the bundle, which may be
 * new: so the first changes of the campaign are made on a model of our own.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "digest.h"
#include "idmap.h"
#include "images.h"
#include "intern.h"
#include "policy_rules.h"

struct image {
	const struct driver_options *opt;
	const struct rule *rule; /* or NULL */
	uint32_t bundle;
	const char *path;
};

static void
wrong(const struct image *m, const char *what, const char *more)
{
	struct place at = { 0 };

	if (m->rule != NULL)
		at = rule_at(m->opt->policy, m->rule);
	diag_report(m->opt->diag, DIAG_WRONG_IMAGE, at, m->bundle,
	    "\"%.200s\" of \"%.200s\" %s%s", m->path, name_str(m->bundle),
	    what, more);
}

/* --- one file --- */

static void
check_digest(const struct image *m)
{
	char digest[DIGEST_TEXT];
	FILE *f = fopen(m->path, "rb");
	int err = f == NULL ? -errno : digest_stream(f, digest);

	if (f != NULL)
		fclose(f);
	if (err != 0)
		wrong(m, "cannot be read: ", strerror(-err));
	else if (strcmp(digest, m->rule->code) != 0)
		wrong(m, "is another one: its SHA-256 is ", digest);
}

/* A number of bytes; false: it is none. */
static bool
check_size(const struct image *m, uint64_t size)
{
	char text[48], *end;
	unsigned long long want = strtoull(m->rule->reason, &end, 10);

	if (m->rule->reason[0] < '0' || m->rule->reason[0] > '9' ||
	    *end != '\0') {
		wrong(m, "is to have no number of bytes: ", m->rule->reason);
		return false;
	}
	snprintf(text, sizeof(text), "%" PRIu64 " bytes, not %llu", size, want);
	if (size == want)
		return true;
	wrong(m, "is another one: it has ", text);
	return false;
}

/* 64 small hexadecimal digits? */
static bool
is_digest(const char *s)
{
	return strlen(s) == DIGEST_TEXT - 1 &&
	    strspn(s, "0123456789abcdef") == DIGEST_TEXT - 1;
}

static void
check_file(const struct image *m)
{
	const struct rule *r = m->rule;
	bool exact = r != NULL && (r->reason != NULL || r->code != NULL);
	struct stat st;

	if (m->path[0] != '/')
		wrong(m, "is no whole path", "");
	else if (exact && r->code != NULL && !is_digest(r->code))
		wrong(m, "is to have what is no SHA-256: ", r->code);
	else if (stat(m->path, &st) != 0)
		wrong(m, errno == ENOENT ? "is not there" :
		    "cannot be looked at: ", errno == ENOENT ? "" :
		    strerror(errno));
	else if (access(m->path, R_OK) != 0)
		wrong(m, "cannot be read: ", strerror(errno));
	else if (exact && !S_ISREG(st.st_mode))
		wrong(m, "is no file", "");
	else if (exact && (r->reason == NULL ||
	    check_size(m, (uint64_t)st.st_size)) && r->code != NULL)
		check_digest(m);
}

/* --- all of them --- */

/* The model with the bundles that the campaign brings. */
static struct world *
with_new(const struct driver_options *o)
{
	struct world *w = world_new(o->source);
	struct diag doubts = { 0 }; /* they were told when it was read */
	size_t i;

	for (i = 0; i < o->actions->init_end; i++) {
		const struct act *a = &o->actions->act[i];

		if (a->verb != VERB_MODIFY_IM)
			continue;
		if (a->ccb != NULL)
			apply_ccb(w, o->campaign, a->ccb, &doubts);
		else
			apply_add_to_imm(w, o->campaign, &doubts);
	}
	diag_free(&doubts);
	return w;
}

static const struct rule *
rule_of(const struct policy *p, uint32_t bundle)
{
	const struct rules *l = policy_rules(p, POLICY_IMAGES);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (pattern_fits(&l->v[i].match, bundle))
			return &l->v[i];
	return NULL;
}

/* The path of "file:///path"; NULL: the model names none. */
static const char *
path_of(const struct world *w, uint32_t bundle)
{
	static const char scheme[] = "file://";
	const size_t n = sizeof(scheme) - 1;
	uint32_t uri = world_value(w, bundle, intern_str("saSmfBundleFileUri"));

	return uri == NAME_NONE || strncmp(name_str(uri), scheme, n) != 0 ||
	    name_str(uri)[n] != '/' ? NULL : name_str(uri) + n;
}

static bool
installs(const struct act *a)
{
	return a->verb == VERB_ONLINE_INSTALL ||
	    a->verb == VERB_OFFLINE_INSTALL;
}

static bool
removes(const struct act *a)
{
	return a->verb == VERB_ONLINE_UNINSTALL ||
	    a->verb == VERB_OFFLINE_UNINSTALL;
}

void
images_check(const struct driver_options *o,
    bool (*is_needed)(void *, const struct act *), void *arg)
{
	struct world *w = with_new(o);
	struct idmap seen = { 0 };
	size_t i;

	for (i = 0; i < o->actions->n; i++) {
		const struct act *a = &o->actions->act[i];
		struct image m = { .opt = o, .bundle = a->bundle };

		if (a->bundle == NAME_NONE || (!installs(a) && !removes(a)) ||
		    idmap_get(&seen, a->bundle) != 0)
			continue;
		m.rule = rule_of(o->policy, a->bundle);
		m.path = m.rule != NULL && m.rule->definitions != NULL ?
		    m.rule->definitions : path_of(w, a->bundle);
		if (m.rule == NULL && (!installs(a) || m.path == NULL ||
		    !is_needed(arg, a)))
			continue; /* it may still be, elsewhere */
		*idmap_at(&seen, a->bundle) = 1;
		if (m.path != NULL) {
			check_file(&m);
			continue;
		}
		m.path = "";
		wrong(&m, "is named by nobody", "");
	}
	idmap_free(&seen);
	world_free(w);
}
