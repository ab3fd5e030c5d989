/*
 * What can a machine do? Its rule of section guests says whether anybody may
 * look; then its system is asked what it calls itself, each detector that is
 * for such systems is run, and each package is looked for. What is in the
 * result was seen, or is authorised and declared; everything that was done or
 * refused is in the report.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "intern.h"
#include "machine.h"

enum { WHY = 512 };

const char *const machine_kinds[KINDS] = { "plug", "unplug", "migrate",
	"unused" };

/* --- words --- */

/* "plug.vcpu": which kind, and of what; KINDS: it is no such word. */
enum kind
machine_split(const char *word, const char **of)
{
	size_t k, n;

	for (k = 0; k < KINDS; k++) {
		n = strlen(machine_kinds[k]);
		*of = word + n + 1;
		if (strncmp(word, machine_kinds[k], n) == 0 && word[n] == '.' &&
		    **of != '\0')
			break;
	}
	if (k == MIGRATE && strcmp(*of, "live") != 0 &&
	    strcmp(*of, "save-and-restore") != 0)
		k = KINDS;
	return (enum kind)k;
}

const struct rules *
machine_rules(const struct site *site, enum policy_section s)
{
	return policy_rules(site->policy, s);
}

static bool
check_word(const struct policy *p, const struct rule *r, const char *key,
    const char *word, struct diag *d)
{
	const char *of;

	return machine_split(word, &of) != KINDS || diag_report(d,
	    DIAG_POLICY_WORD, rule_at(p, r), NAME_NONE,
	    "\"%s\" cannot be \"%.100s\": it must be plug., unplug. or unused. "
	    "and a name, migrate.live or migrate.save-and-restore", key,
	    word);
}

bool
survey_check(const struct policy *p, struct diag *d)
{
	const struct rules *l = policy_rules(p, POLICY_DETECTORS);
	size_t i, k;
	bool ok = true;

	for (i = 0; i < l->n; i++)
		ok &= check_word(p, &l->v[i], "finds", l->v[i].domain, d);
	l = policy_rules(p, POLICY_PACKAGES);
	for (i = 0; i < l->n; i++) {
		for (k = 0; k < l->v[i].nlist; k++)
			ok &= check_word(p, &l->v[i], "brings",
			    l->v[i].list[k].glob, d);
		if (l->v[i].want == TRI_YES && l->v[i].parameters.n == 0)
			ok = diag_report(d, DIAG_POLICY_MISSING,
			    rule_at(p, &l->v[i]), NAME_NONE, "the package \"%.100s\" "
			    "is temporary, and has no \"remove\"",
			    l->v[i].domain);
	}
	return ok;
}

/* --- the report --- */

void
machine_comma(struct buf *b)
{
	if (b->len > 0)
		buf_str(b, ",\n");
}

void
machine_text(struct buf *b, const char *key, const char *value)
{
	buf_printf(b, "\"%s\": ", key);
	buf_json(b, value, strlen(value));
}

void
machine_report(struct machine *m, const char *action, const char *of,
    const char *result, const char *why)
{
	machine_comma(&m->report);
	buf_printf(&m->report, "        { \"action\": \"%s\", ", action);
	machine_text(&m->report, "of", of);
	buf_printf(&m->report, ", \"result\": \"%s\"", result);
	if (why != NULL && why[0] != '\0') {
		buf_str(&m->report, ", ");
		machine_text(&m->report, "why", why);
	}
	buf_str(&m->report, " }");
}

/* --- running --- */

static bool
run(struct machine *m, const struct texts *program, struct said *a, char *why)
{
	return inside_run(&m->s->inside, m->guest, m->vm, program, a, why);
}

/* A program that does something: done, or why not. */
bool
machine_do(struct machine *m, const char *action, const struct rule *p,
    const struct texts *program, const char *remark)
{
	char why[WHY];
	struct said a;
	bool ok = run(m, program, &a, why);

	if (ok && !inside_ended(&a, 0)) {
		said_tell(&a, why, sizeof(why));
		ok = false;
	}
	machine_report(m, action, p->domain, ok ? "done" : "failed",
	    ok ? remark : why);
	said_free(&a);
	return ok;
}

/* A program that looks: 0 yes, 1 no, anything else says nothing. */
enum seen
machine_look(struct machine *m, const struct texts *program, char *why,
    size_t n)
{
	char cannot[WHY];
	struct said a;
	enum seen s = SEEN_NOTHING;

	if (!run(m, program, &a, cannot)) {
		snprintf(why, n, "%s", cannot);
	} else if (inside_ended(&a, 0) || inside_ended(&a, 1)) {
		s = a.code == 0 ? SEEN_YES : SEEN_NO;
		snprintf(why, n, "%.*s", (int)strcspn(a.out, "\r\n"), a.out);
	} else {
		said_tell(&a, why, n);
	}
	said_free(&a);
	return s;
}

/* --- its system --- */

/* The value of KEY=value or KEY="value" on a line of its own. */
static void
take(const char *from, const char *key, char *to)
{
	size_t n = strlen(key), k;
	const char *p = from;

	while (p != NULL && strncmp(p, key, n) != 0) {
		p = strchr(p, '\n');
		p = p == NULL ? NULL : p + 1;
	}
	if (p == NULL)
		return;
	p += n;
	p += *p == '"';
	k = strcspn(p, "\"\r\n");
	if (k >= MACHINE_TEXT)
		k = MACHINE_TEXT - 1;
	snprintf(to, MACHINE_TEXT, "%.*s", (int)k, p);
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
}

/* "Linux 6.1.0", and what /etc/os-release says. */
static bool
ask_system(struct machine *m, char *why)
{
	static const char *uname[] = { "/bin/uname", "-sr" };
	static const char *release[] = { "/bin/cat", "/etc/os-release" };
	const struct texts both[] = { { 2, uname }, { 2, release } };
	struct said a;
	bool ok = run(m, &both[0], &a, why);
	char *blank;

	if (ok && !inside_ended(&a, 0)) {
		said_tell(&a, why, WHY);
		ok = false;
	}
	if (ok) {
		snprintf(m->type, MACHINE_TEXT, "%.*s",
		    (int)strcspn(a.out, "\r\n"), a.out);
		blank = strchr(m->type, ' ');
		if (blank != NULL) {
			*blank = '\0';
			snprintf(m->kernel, MACHINE_TEXT, "%s", blank + 1);
		}
		lower(m->type);
	}
	said_free(&a);
	if (!ok)
		return false;
	if (run(m, &both[1], &a, why) && inside_ended(&a, 0)) {
		take(a.out, "ID=", m->name);
		take(a.out, "VERSION_ID=", m->version);
	}
	said_free(&a);
	return true;
}

static bool
find_system(struct machine *m)
{
	char why[WHY] = "";

	if (m->guest->domain != NULL) {
		snprintf(m->type, MACHINE_TEXT, "%s", m->guest->domain);
		machine_report(m, "detect", "os", "yes", "as the policy says");
		return true;
	}
	if (!ask_system(m, why)) {
		machine_report(m, "detect", "os", "failed", why);
		return false;
	}
	snprintf(why, sizeof(why), "%s %s %s", m->type, m->name, m->version);
	machine_report(m, "detect", "os", "yes", why);
	return true;
}

bool
machine_is_for(const struct machine *m, const struct rule *r)
{
	return r->match.glob == NULL || glob_match(r->match.glob, m->type) ||
	    glob_match(r->match.glob, m->name);
}

/* --- what it can do --- */

bool
list_has(const struct list *l, const char *word)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i], word) == 0)
			return true;
	return false;
}

void
list_add(struct list *l, const char *word)
{
	if (list_has(l, word))
		return;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = word;
}

bool
machine_detect(struct machine *m, const struct rule *r)
{
	char seen[300], why[WHY];
	const char *of;
	enum kind k = machine_split(r->domain, &of);
	enum seen s = machine_look(m, &r->program, seen, sizeof(seen));

	snprintf(why, sizeof(why), "%s%s%s", machine_kinds[k],
	    seen[0] == '\0' ? "" : ": ", seen);
	machine_report(m, "detect", of, s == SEEN_YES ? "yes" :
	    s == SEEN_NO ? "no" : "failed", why);
	return s == SEEN_YES;
}

bool
machine_told_to_stop(const struct machine *m)
{
	return m->s->stop != NULL && *m->s->stop != 0;
}

static void
detect_all(struct machine *m)
{
	const struct rules *l = machine_rules(m->s->inside.site,
	    POLICY_DETECTORS);
	const char *of;
	enum kind k;
	size_t i;

	for (i = 0; i < l->n && !machine_told_to_stop(m); i++) {
		k = machine_split(l->v[i].domain, &of);
		if (machine_is_for(m, &l->v[i]) && machine_detect(m, &l->v[i]))
			list_add(&m->can[k], of);
	}
}

/* --- a machine --- */

const struct rule *
machine_guest(const struct site *site, uint32_t vm)
{
	const struct rules *l = machine_rules(site, POLICY_GUESTS);
	uint32_t type = world_value(site->w, vm, N_saPlmEEType);
	size_t i;

	for (i = 0; i < l->n; i++)
		if (pattern_fits(&l->v[i].match, vm) &&
		    pattern_fits(&l->v[i].type, type))
			return &l->v[i];
	return NULL;
}

/* Does it run, as far as anybody knows? */
static bool
runs(struct machine *m)
{
	const struct driver *d = m->s->inside.site->driver;
	struct identity id;
	char why[WHY];

	return d->identify == NULL || d->identify(d->self,
	    m->s->inside.site->w, m->vm, &id, why) != IDENTIFIED_DOWN;
}

static void
put_list(struct buf *b, const char *key, const struct list *l)
{
	size_t i;

	if (l->n == 0)
		return;
	buf_printf(b, ",\n      \"%s\": [", key);
	for (i = 0; i < l->n; i++) {
		buf_str(b, i == 0 ? "" : ", ");
		buf_json(b, l->v[i], strlen(l->v[i]));
	}
	buf_char(b, ']');
}

static void
put_system(const struct machine *m, struct buf *b)
{
	const struct {
		const char *key, *value;
	} all[] = { { "type", m->type }, { "name", m->name },
		{ "version", m->version }, { "kernel", m->kernel } };
	size_t i, n = 0;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].value[0] == '\0')
			continue;
		buf_str(b, n++ == 0 ? ",\n      \"os\": { " : ", ");
		machine_text(b, all[i].key, all[i].value);
	}
	if (n > 0)
		buf_str(b, " }");
}

static void
put_part(struct buf *b, const char *key, const struct buf *part)
{
	if (part->len == 0)
		return;
	buf_printf(b, ",\n      \"%s\": [\n", key);
	buf_add(b, part->data, part->len);
	buf_str(b, " ]");
}

static void
put_machine(const struct machine *m, bool authorised, struct buf *b)
{
	size_t k;

	buf_str(b, "    { ");
	machine_text(b, "vm", name_str(m->vm));
	buf_printf(b, ",\n      \"authorised\": %s", authorised ? "true" :
	    "false");
	put_system(m, b);
	for (k = 0; k < KINDS; k++)
		put_list(b, machine_kinds[k], &m->can[k]);
	put_part(b, "packages", &m->packages);
	put_part(b, "report", &m->report);
	buf_str(b, " }");
}

void
machine_free(struct machine *m)
{
	size_t k;

	for (k = 0; k < KINDS; k++)
		free(m->can[k].v);
	buf_free(&m->packages);
	buf_free(&m->report);
}

bool
survey_machine(struct survey *s, uint32_t vm, struct buf *out)
{
	struct machine m = { .s = s, .vm = vm,
		.guest = machine_guest(s->inside.site, vm) };
	bool authorised = m.guest != NULL &&
	    machine_authorises(m.guest, "detect"), go_on;

	if (!authorised) {
		machine_report(&m, "detect", "os", "refused",
		    "no rule of the policy authorises it");
	} else if (!runs(&m)) {
		machine_report(&m, "detect", "os", "failed", "it does not run");
	} else if (find_system(&m)) {
		detect_all(&m);
		machine_outside(&m);
		machine_packages(&m);
	}
	go_on = !machine_told_to_stop(&m);
	put_machine(&m, authorised, out);
	machine_free(&m);
	return go_on;
}

