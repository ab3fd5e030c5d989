/*
 * What can virtual machines do while they run? The file is JSON, and JSON is
 * YAML: the reader of policies knows the place of everything in it.
 *
 * F1  What the file says only adds to what a machine can do, and what is not
 *     said is impossible; so less data never offers more. Every question
 *     below is asked so that "no" is the answer of an empty file.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "capable.h"
#include "diag.h"
#include "intern.h"
#include "near.h"
#include "policy_rules.h"

struct reader {
	struct capables *c;
	struct diag *d;
	bool ok;
};

enum kind { KIND_NAME, KIND_FLAG, KIND_NAMES, KIND_WAYS, KIND_STATE,
	KIND_PACKAGES, KIND_ANY };

struct key {
	const char *name;
	enum kind kind;
	size_t member;
};

static const struct key machine_keys[] = {
	{ "vm", KIND_NAME, offsetof(struct capable, vm) },
	{ "authorised", KIND_FLAG, offsetof(struct capable, refused) },
	{ "os", KIND_ANY, 0 },
	{ "plug", KIND_NAMES, offsetof(struct capable, plug) },
	{ "unplug", KIND_NAMES, offsetof(struct capable, unplug) },
	{ "migrate", KIND_WAYS, offsetof(struct capable, migrate) },
	{ "unused", KIND_NAMES, offsetof(struct capable, unused) },
	{ "packages", KIND_PACKAGES, 0 },
	{ "report", KIND_ANY, 0 },
};
static const struct key package_keys[] = {
	{ "name", KIND_NAME, offsetof(struct package, name) },
	{ "state", KIND_STATE, offsetof(struct package, state) },
	{ "temporary", KIND_ANY, 0 },
	{ "plug", KIND_NAMES, offsetof(struct package, plug) },
	{ "unplug", KIND_NAMES, offsetof(struct package, unplug) },
};
enum { MACHINE_KEYS = sizeof(machine_keys) / sizeof(machine_keys[0]),
	PACKAGE_KEYS = sizeof(package_keys) / sizeof(package_keys[0]),
	KEYS_MAX = MACHINE_KEYS };

static const char *const ways[] = { "live", "save-and-restore" };
static const char *const states[] = { "present", "available", "refused",
	"unfit" };

/* --- mistakes --- */

static struct place
place_of(const struct reader *r, const struct ynode *n)
{
	return (struct place){ r->c->src, n->pos, SRC_TOKEN };
}

static void
wrong(struct reader *r, const struct ynode *n, const char *name,
    const char *what)
{
	r->ok = diag_report(r->d, DIAG_CAPABILITIES, place_of(r, n), NAME_NONE,
	    "\"%s\" must be %s", name, what);
}

static void
unknown(struct reader *r, const struct ynode *n, const char *what,
    const char *const *known, size_t nknown)
{
	const char *word = n->kind == YNODE_SCALAR ? n->text : "";

	r->ok = diag_report(r->d, DIAG_CAPABILITIES, place_of(r, n), NAME_NONE,
	    "%s \"%.100s\" is not known", what, word);
	near_note(r->d, word, known, nknown);
}

/* Which of the words it is; nknown, reported, if none. */
static size_t
word_of(struct reader *r, const struct ynode *n, const char *what,
    const char *const *known, size_t nknown)
{
	size_t i;

	for (i = 0; i < nknown && n->kind == YNODE_SCALAR; i++)
		if (strcmp(n->text, known[i]) == 0)
			return i;
	unknown(r, n, what, known, nknown);
	return nknown;
}

/* --- values --- */

static void
read_names(struct reader *r, const struct ynode *n, const char *name,
    bool way, struct texts *t)
{
	const struct ynode *c;

	t->v = arena_array(&r->c->arena, ynode_children(n) + 1,
	    sizeof(*t->v));
	if (n->kind != YNODE_LIST)
		wrong(r, n, name, "a list of names");
	for (c = n->child; n->kind == YNODE_LIST && c != NULL; c = c->next)
		if (!ynode_is_text(c))
			wrong(r, c, name, "a list of names");
		else if (!way || word_of(r, c, "the way", ways, 2) < 2)
			t->v[t->n++] = c->text;
}

/* authorised is kept turned round: what is not said refuses nothing. */
static void
read_flag(struct reader *r, const struct ynode *n, const char *name,
    bool *refused)
{
	*refused = n->kind == YNODE_SCALAR && strcmp(n->text, "false") == 0;
	if (!*refused && (n->kind != YNODE_SCALAR || n->quoted ||
	    strcmp(n->text, "true") != 0))
		wrong(r, n, name, "true or false");
}

static void read_map(struct reader *, const struct ynode *, const char *what,
    const struct key *, size_t nkey, void *);

static void
read_packages(struct reader *r, const struct ynode *n, struct capable *m)
{
	const struct ynode *c;

	if (n->kind != YNODE_LIST) {
		wrong(r, n, "packages", "a list of packages");
		return;
	}
	m->package = arena_array(&r->c->arena, ynode_children(n) + 1,
	    sizeof(*m->package));
	for (c = n->child; c != NULL; c = c->next) {
		struct package *p = &m->package[m->npackage++];

		p->state = PACKAGE_UNFIT;
		read_map(r, c, "a package", package_keys, PACKAGE_KEYS, p);
		if (c->kind == YNODE_MAP && p->name == NULL)
			wrong(r, c, "name", "there, of each package");
	}
}

static void
read_value(struct reader *r, const struct ynode *n, const struct key *k,
    void *to)
{
	void *member = (char *)to + k->member;
	size_t i;

	switch (k->kind) {
	case KIND_NAME:
		if (!ynode_is_text(n))
			wrong(r, n, k->name, "a name");
		else if (strcmp(k->name, "vm") == 0)
			*(uint32_t *)member = intern_str(n->text);
		else
			*(const char **)member = n->text;
		break;
	case KIND_FLAG:
		read_flag(r, n, k->name, member);
		break;
	case KIND_NAMES:
	case KIND_WAYS:
		read_names(r, n, k->name, k->kind == KIND_WAYS, member);
		break;
	case KIND_STATE:
		i = word_of(r, n, "the state", states, 4);
		if (i < 4)
			*(enum package_state *)member = (enum package_state)i;
		break;
	case KIND_PACKAGES:
		read_packages(r, n, to);
		break;
	case KIND_ANY:
		break;
	}
}

static void
read_map(struct reader *r, const struct ynode *n, const char *what,
    const struct key *keys, size_t nkey, void *to)
{
	const char *known[KEYS_MAX];
	bool seen[KEYS_MAX] = { false };
	const struct ynode *c;
	size_t i;

	if (n->kind != YNODE_MAP) {
		wrong(r, n, what, "a mapping");
		return;
	}
	for (i = 0; i < nkey; i++)
		known[i] = keys[i].name;
	for (c = n->child; c != NULL; c = c->next) {
		i = word_of(r, c->key, "the key", known, nkey);
		if (i < nkey && seen[i])
			wrong(r, c->key, keys[i].name, "there only once");
		else if (i < nkey)
			read_value(r, c, &keys[i], to);
		if (i < nkey)
			seen[i] = true;
	}
}

/* --- machines --- */

static bool
says_something(const struct capable *m)
{
	return m->plug.n + m->unplug.n + m->migrate.n + m->unused.n +
	    m->npackage > 0;
}

static void
read_machine(struct reader *r, const struct ynode *n)
{
	struct capables *c = r->c;
	struct capable *m;
	uint32_t *at;

	c->v = mem_grow(c->v, c->n, &c->cap, sizeof(*c->v));
	m = &c->v[c->n];
	*m = (struct capable){ .vm = NAME_NONE };
	read_map(r, n, "a machine", machine_keys, MACHINE_KEYS, m);
	if (m->vm == NAME_NONE) {
		wrong(r, n, "vm", "there, of each machine");
		return;
	}
	if (m->refused && says_something(m))
		wrong(r, n, "authorised", "true where anything is known of "
		    "the inside");
	at = idmap_at(&c->of, m->vm);
	if (*at != 0)
		wrong(r, n, "vm", "another machine: this one is here for the "
		    "second time");
	*at = (uint32_t)++c->n;
}

static void
read_all(struct reader *r, const struct ynode *root)
{
	static const char *const known[] = { "capabilities", "machines" };
	const struct ynode *c, *m;
	bool has[2] = { false, false };
	size_t i;

	for (c = root->kind == YNODE_MAP ? root->child : NULL; c != NULL;
	    c = c->next) {
		i = word_of(r, c->key, "the key", known, 2);
		if (i < 2 && has[i])
			wrong(r, c->key, known[i], "there only once");
		if (i < 2)
			has[i] = true;
		if (i == 0 && (c->kind != YNODE_SCALAR ||
		    strcmp(c->text, "1") != 0))
			wrong(r, c, known[0], "1: this program knows no other "
			    "form");
		if (i == 1 && c->kind != YNODE_LIST)
			wrong(r, c, known[1], "a list of machines");
		for (m = i == 1 && c->kind == YNODE_LIST ? c->child : NULL;
		    m != NULL; m = m->next)
			read_machine(r, m);
	}
	for (i = 0; i < 2; i++)
		if (!has[i])
			wrong(r, root, known[i], "there");
}

bool
capable_read(struct capables *c, struct src *src, struct diag *d)
{
	struct reader r = { .c = c, .d = d, .ok = true };
	size_t before = d->nerror;
	struct ynode *root = NULL;

	c->src = src;
	src->unit = SRC_CHARS;
	if (!policy_parse(src, &c->arena, d, &root))
		return false;
	if (root != NULL)
		read_all(&r, root);
	else if (d->nerror == before)
		r.ok = diag_report(d, DIAG_CAPABILITIES, (struct place){ src,
		    0, SRC_TOKEN }, NAME_NONE, "there is nothing in it");
	errno = 0;
	return r.ok && d->nerror == before;
}

void
capable_free(struct capables *c)
{
	if (c->src != NULL)
		src_close(c->src);
	idmap_free(&c->of);
	free(c->v);
	arena_free(&c->arena);
	*c = (struct capables){ 0 };
}

/* --- questions (F1) --- */

const struct capable *
capable_of(const struct capables *c, uint32_t vm)
{
	uint32_t i = c == NULL ? 0 : idmap_get(&c->of, vm);

	return i == 0 ? NULL : &c->v[i - 1];
}

static bool
wants(const struct texts *get, size_t nget, const char *package)
{
	size_t i;

	for (i = 0; i < nget; i++)
		if (texts_have(&get[i], package))
			return true;
	return false;
}

bool
capable_can(const struct capable *m, enum can can, const char *resource,
    const struct texts *get, size_t nget)
{
	const struct package *p;
	size_t i;

	if (m == NULL)
		return false;
	if (texts_have(can == CAN_PLUG ? &m->plug : &m->unplug, resource))
		return true;
	for (i = 0; i < m->npackage; i++) {
		p = &m->package[i];
		if (p->name != NULL && texts_have(can == CAN_PLUG ? &p->plug :
		    &p->unplug, resource) && (p->state == PACKAGE_PRESENT ||
		    (p->state == PACKAGE_AVAILABLE &&
		    wants(get, nget, p->name))))
			return true;
	}
	return false;
}

bool
capable_gets(const struct capable *m, const char *package)
{
	size_t i;

	for (i = 0; m != NULL && i < m->npackage; i++)
		if (m->package[i].name != NULL &&
		    strcmp(m->package[i].name, package) == 0 &&
		    (m->package[i].state == PACKAGE_PRESENT ||
		    m->package[i].state == PACKAGE_AVAILABLE))
			return true;
	return false;
}

bool
capable_migrates(const struct capable *m, const char *way)
{
	return m != NULL && texts_have(&m->migrate, way);
}

bool
capable_lacks(const struct capable *m, const char *feature)
{
	return m != NULL && texts_have(&m->unused, feature);
}
