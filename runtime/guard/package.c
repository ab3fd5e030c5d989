/*
 * Can a package make a machine able to do more? It is looked for, and put in
 * if that is wished and the machine's rule names it; then the detectors say
 * what it really brings.
 *
 * V1  What is put in for now is written down before, and forgotten after it
 *     was taken out: so whoever comes next takes out what was left (folder of
 *     the registry's form: machine and package).
 * V2  What was put in, or failed half way, is taken out before anything else
 *     is done.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "intern.h"
#include "machine.h"
#include "registry.h"
#include "text.h"

enum { WHY = 512 };

/* What was put in for now, as the registry keeps it. */
static void
pending_name(const struct machine *m, const struct rule *p, char *name)
{
	snprintf(name, 32, "%08x-%08x", crc32c(0, name_str(m->vm),
	    name_len(m->vm)), crc32c(0, p->domain, strlen(p->domain)));
}

/* V1: false: it could not be written down, and is not to be put in. */
static bool
remember(struct machine *m, const struct rule *p)
{
	char name[32], *vm = text_join(name_str(m->vm), ""), why[WHY];
	char *package = text_join(p->domain, "");
	char *argv[] = { package, NULL };
	struct registered r = { .name = name, .match = vm, .argv = argv };
	int err;

	pending_name(m, p, name);
	err = registry_add(m->s->folder, &r);
	free(vm);
	free(package);
	if (err == 0 || err == -EEXIST)
		return true;
	snprintf(why, sizeof(why), "it cannot be written down in \"%.200s\": "
	    "%s", m->s->folder, strerror(-err));
	machine_report(m, "install", p->domain, "failed", why);
	return false;
}

static bool
take_out(struct machine *m, const struct rule *p, const char *remark)
{
	char name[32];
	bool ok = machine_do(m, "remove", p, &p->parameters, remark);

	pending_name(m, p, name);
	if (ok && m->s->folder != NULL)
		registry_remove(m->s->folder, name);
	if (!ok)
		m->s->stuck++;
	return ok;
}

/* A detector of the same thing says whether it is so; without one it is as
 * declared. */
static bool
brought(struct machine *m, const char *word)
{
	const struct rules *l = machine_rules(m->s->inside.site,
	    POLICY_DETECTORS);
	size_t i;
	bool any = false;

	for (i = 0; i < l->n; i++) {
		if (strcmp(l->v[i].domain, word) != 0 ||
		    !machine_is_for(m, &l->v[i]))
			continue;
		any = true;
		if (machine_detect(m, &l->v[i]))
			return true;
	}
	return !any;
}

/* Keeps of its list what it really brings. */
static void
try_brings(struct machine *m, const struct rule *p, bool *brings)
{
	size_t i;

	for (i = 0; i < p->nlist; i++)
		brings[i] = brought(m, p->list[i].glob);
}

/* Puts it in, sees what it brings, and takes it out again if it is there for
 * now only. The state it is in then. */
static const char *
put_in(struct machine *m, const struct rule *p, bool *brings)
{
	bool now = p->want == TRI_YES;

	if (now && !remember(m, p))
		return "unfit";
	if (!machine_do(m, "install", p, &p->program, NULL)) {
		if (p->parameters.n > 0) /* V2 */
			take_out(m, p, "after it failed");
		return "unfit";
	}
	try_brings(m, p, brings);
	if (!now)
		return "present";
	return take_out(m, p, NULL) ? "available" : "present";
}

static bool
is_needed(const struct machine *m, const struct rule *p)
{
	const char *of;
	size_t i;

	for (i = 0; i < p->nlist; i++) {
		enum kind k = machine_split(p->list[i].glob, &of);

		if (!list_has(&m->can[k], of))
			return true;
	}
	return false;
}

bool
machine_authorises(const struct rule *guest, const char *word)
{
	size_t i;

	for (i = 0; i < guest->nlist; i++)
		if (glob_match(guest->list[i].glob, word))
			return true;
	return false;
}

static const char *
state_of(struct machine *m, const struct rule *p, bool *brings)
{
	char why[WHY];

	if (!machine_is_for(m, p))
		return "unfit";
	if (p->probe.n > 0 && machine_look(m, &p->probe, why, sizeof(why)) ==
	    SEEN_YES) {
		machine_report(m, "detect", p->domain, "yes", why);
		return "present";
	}
	if (!machine_authorises(m->guest, p->domain)) {
		machine_report(m, "install", p->domain, "refused",
		    "no rule of the policy authorises it");
		return "refused";
	}
	if (!m->s->augment || !is_needed(m, p)) {
		machine_report(m, "install", p->domain, "refused",
		    m->s->augment ? "the machine can do all it brings" :
		    "only looked for");
		return "available";
	}
	return put_in(m, p, brings);
}

static void
put_brings(struct buf *b, const struct rule *p, const bool *brings,
    enum kind kind)
{
	const char *of;
	size_t i, n = 0;

	for (i = 0; i < p->nlist; i++) {
		if (!brings[i] || machine_split(p->list[i].glob, &of) != kind)
			continue;
		if (n++ == 0)
			buf_printf(b, ", \"%s\": [", machine_kinds[kind]);
		else
			buf_str(b, ", ");
		buf_json(b, of, strlen(of));
	}
	if (n > 0)
		buf_char(b, ']');
}

static void
package(struct machine *m, const struct rule *p)
{
	bool *brings = mem_alloc(p->nlist + 1, sizeof(*brings));
	const char *state, *of;
	size_t i;

	for (i = 0; i < p->nlist; i++)
		brings[i] = true;
	state = state_of(m, p, brings);
	for (i = 0; i < p->nlist && (strcmp(state, "present") == 0 ||
	    strcmp(state, "available") == 0); i++) {
		enum kind k = machine_split(p->list[i].glob, &of);

		brings[i] = brings[i] && machine_possible(m, k, of);
	}
	machine_comma(&m->packages);
	buf_str(&m->packages, "        { ");
	machine_text(&m->packages, "name", p->domain);
	buf_printf(&m->packages, ", \"state\": \"%s\"", state);
	if (p->want == TRI_YES)
		buf_str(&m->packages, ", \"temporary\": true");
	put_brings(&m->packages, p, brings, PLUG);
	put_brings(&m->packages, p, brings, UNPLUG);
	buf_str(&m->packages, " }");
	for (i = 0; i < p->nlist && strcmp(state, "present") == 0; i++) {
		enum kind k = machine_split(p->list[i].glob, &of);

		if (brings[i] && k > UNPLUG) /* those the file says itself */
			list_add(&m->can[k], of);
	}
	free(brings);
}

void
machine_packages(struct machine *m)
{
	const struct rules *l = machine_rules(m->s->inside.site,
	    POLICY_PACKAGES);
	size_t i;

	for (i = 0; i < l->n && !machine_told_to_stop(m); i++)
		package(m, &l->v[i]);
}

/* --- what was left --- */

static const struct rule *
find_package(const struct site *site, const char *name)
{
	const struct rules *l = machine_rules(site, POLICY_PACKAGES);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i].domain, name) == 0)
			return &l->v[i];
	return NULL;
}

static void
clean_one(struct survey *s, const struct registered *left)
{
	struct machine m = { .s = s, .vm = intern_str(left->match) };
	const struct rule *p = find_package(s->inside.site, left->argv[0]);
	bool ok = false;

	m.guest = machine_guest(s->inside.site, m.vm);
	if (p == NULL || p->parameters.n == 0 || m.guest == NULL ||
	    !world_exists(s->inside.site->w, m.vm))
		s->stuck++; /* nobody says how */
	else
		ok = take_out(&m, p, NULL);
	fprintf(stderr, "camprun: an earlier run left the package %s in "
	    "\"%s\": %s\n", left->argv[0], left->match, ok ? "it was taken out" :
	    "it could not be taken out, and is there");
	machine_free(&m);
}

int
survey_clean(struct survey *s)
{
	struct registry l;
	size_t i;
	int err;

	if (s->folder == NULL)
		return 0;
	err = registry_read(s->folder, &l);
	for (i = 0; i < l.n; i++)
		clean_one(s, &l.v[i]);
	registry_free(&l);
	return err;
}
