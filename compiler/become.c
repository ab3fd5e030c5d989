/*
 * What can a machine become? Each type of the model, and each class, is either
 * an option, with the template that leads there, or out, with everything that
 * stands in the way. The machine is judged as if it alone changed. Of what is
 * inside of it nothing is taken for granted: what capabilities(5) does not say
 * it can do, it cannot; so what is offered without such a file is offered with
 * any.
 */
#include <stdlib.h>

#include "become.h"
#include "capable.h"
#include "diag.h"
#include "dn.h"
#include "load.h"
#include "model.h"
#include "morph.h"
#include "policy.h"
#include "reply.h"

struct asked {
	const struct become_input *in;
	struct reply *reply;
	struct reply texts; /* of reasons, for one machine */
	struct diff d;
	struct forest f;
	struct load load;
	uint32_t *type; /* of the model, and classes that are none of those */
	size_t ntype;
};

struct candidate { /* a machine and a type */
	struct asked *k;
	const struct capable *can; /* or NULL */
	struct morph m;
	struct policy_template t;
	const char **reason; /* why not */
	size_t nreason, cap;
};

/* --- what is in the way --- */

static void
reason(struct candidate *c, const char *text)
{
	c->reason = mem_grow(c->reason, c->nreason, &c->cap,
	    sizeof(*c->reason));
	c->reason[c->nreason++] = text;
}

static void
reason_of(struct candidate *c, const char *what, const char *name,
    const char *more)
{
	reason(c, reply_printed(&c->k->texts, "%s \"%.100s\"%s", what, name,
	    more));
}

static void
reason_fault(void *arg, enum diag_code code, const char *text)
{
	struct candidate *c = arg;

	(void)code;
	reason(c, reply_printed(&c->k->texts, "%s", text));
}

static void
judge_resources(struct candidate *c, enum can can, const struct texts *t)
{
	const struct texts get[] = { *c->t.augment, *c->t.for_now };
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!capable_can(c->can, can, t->v[i], get, 2))
			reason_of(c, can == CAN_PLUG ? "it is not known to "
			    "take more" : "it is not known to give back",
			    t->v[i], "");
}

static void
judge_packages(struct candidate *c, const struct texts *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (!capable_gets(c->can, t->v[i]))
			reason_of(c, "it is not known to take the package",
			    t->v[i], "");
}

/* What the new type has not must not be used. */
static void
judge_losses(struct candidate *c)
{
	const struct policy *p = c->k->in->policy;
	size_t a = policy_class_of(p, c->m.from), i, n;
	size_t b = policy_class_of(p, c->m.to);
	const char *f;

	if (a == SIZE_MAX || b == SIZE_MAX)
		return; /* told already */
	n = policy_class(p, a).nfeature;
	for (i = 0; i < n; i++) {
		f = policy_class_feature(p, a, i);
		if (!policy_class_has(p, b, f) && !capable_lacks(c->can, f))
			reason_of(c, "it would lose", f,
			    ", which it is not known to do without");
	}
}

static void
judge_place(struct candidate *c)
{
	struct asked *k = c->k;

	if (c->t.migration != MIGRATION_NONE && !capable_migrates(c->can,
	    policy_migration_name(c->t.migration)))
		reason_of(c, "it is not known to migrate",
		    policy_migration_name(c->t.migration), "");
	if (!morph_find_place(&k->load, &c->m))
		reason(c, c->t.migration == MIGRATION_NONE ? "there is no "
		    "room for it where it stands" : "no other of its sponsors "
		    "has room for it, and is not known to be unfit");
}

/* A type that is only a class is what the class says of it. */
static bool
is_other_software(const struct candidate *c)
{
	const struct policy *p = c->k->in->policy;
	const struct model *m = c->k->in->m;
	size_t class = policy_class_of(p, c->m.to);
	uint32_t from = model_find(m, c->m.from);
	const char *bundle;

	if (model_find(m, c->m.to) != NONE || class == SIZE_MAX)
		return !morph_same_bundle(m, c->m.from, m, c->m.to);
	bundle = policy_class(p, class).bundle;
	return bundle == NULL || from == NONE ||
	    model_value(m, from, N_saPlmEetSwBundle) != intern_str(bundle);
}

static void
judge(struct candidate *c)
{
	const struct policy *p = c->k->in->policy;

	if (model_find(c->k->in->m, c->m.to) == NONE)
		reason(c, "the model has no such type: it is only a class of "
		    "the policy");
	c->m.template = policy_template_for(p, c->k->f.v[c->m.ee].dn,
	    c->m.from, c->m.to);
	if (c->m.template == SIZE_MAX) {
		reason(c, "no template leads there: it would have to go down");
		return;
	}
	c->t = policy_template(p, c->m.template);
	if (is_other_software(c))
		reason(c, "it comes with other software, for which it must go "
		    "down");
	morph_faults(p, c->m.template, c->m.from, c->m.to, reason_fault, c);
	judge_packages(c, c->t.augment);
	judge_packages(c, c->t.for_now);
	judge_resources(c, CAN_UNPLUG, c->t.unplug);
	judge_place(c);
	judge_resources(c, CAN_PLUG, c->t.plug);
	judge_losses(c);
}

/* --- telling it --- */

static void
tell_option(struct candidate *c)
{
	struct reply *r = c->k->reply;
	const char *where = c->m.dest == NONE ? "where it stands" :
	    reply_shown(r, c->k->f.v[c->m.dest].dn);

	reply_say(r, 1, "option", "can become %s by the template \"%s\": %s%s",
	    reply_shown(r, c->m.to), c->t.name, c->m.dest == NONE ? "" :
	    c->t.migration == MIGRATION_LIVE ? "moves as it runs, to " :
	    "is saved and restored on ", where);
	reply_name(r, "type", c->m.to);
	reply_text(r, "template", c->t.name);
	reply_text(r, "migration", policy_migration_name(c->t.migration));
	if (c->m.dest != NONE)
		reply_name(r, "to", c->k->f.v[c->m.dest].dn);
}

static void
tell_out(struct candidate *c)
{
	struct reply *r = c->k->reply;
	size_t i;

	reply_say(r, 1, "out", "not %s", reply_shown(r, c->m.to));
	reply_name(r, "type", c->m.to);
	if (c->m.template != SIZE_MAX)
		reply_text(r, "template", c->t.name);
	for (i = 0; i < c->nreason; i++) {
		reply_say(r, 2, "reason", "%s", c->reason[i]);
		reply_text(r, "reason", c->reason[i]);
	}
}

/* Options first. */
static void
tell_types(struct asked *k, const struct capable *can, uint32_t ee,
    uint32_t type)
{
	struct candidate *v = mem_alloc(k->ntype, sizeof(*v));
	size_t i, n = 0;

	for (i = 0; i < k->ntype; i++) {
		if (k->type[i] == type)
			continue;
		v[n] = (struct candidate){ .k = k, .can = can, .m = {
			.ee = ee, .from = type, .to = k->type[i],
			.template = SIZE_MAX, .at = NONE, .dest = NONE } };
		judge(&v[n]);
		if (v[n].nreason == 0)
			tell_option(&v[n]);
		else
			n++;
	}
	for (i = 0; i < n; i++) {
		tell_out(&v[i]);
		free(v[i].reason);
	}
	reply_free(&k->texts);
	free(v);
}

static void
tell_machine(struct asked *k, uint32_t ee)
{
	uint32_t dn = k->f.v[ee].dn, type = tree_type(&k->f, ee, false);
	const struct capable *can = capable_of(k->in->can, dn);
	struct reply *r = k->reply;

	reply_say(r, 0, "machine", "%s is %s%s", reply_shown(r, dn),
	    reply_shown(r, type), can == NULL ? "; nothing is known of its "
	    "inside" : can->refused ? "; nobody may look inside" : "");
	reply_name(r, "vm", dn);
	reply_name(r, "type", type);
	reply_text(r, "inside", can == NULL ? "unknown" : can->refused ?
	    "refused" : "known");
	tell_types(k, can, ee, type);
}

/* --- the whole --- */

static int
by_name(const void *a, const void *b)
{
	return dn_natural(*(const uint32_t *)a, *(const uint32_t *)b);
}

static void
find_types(struct asked *k)
{
	const struct model *m = k->in->m;
	const struct policy *p = k->in->policy;
	size_t i, nclass = policy_nclass(p), cap = 0;

	for (i = 0; i < m->nobject; i++) {
		if (m->object[i].class != N_SaPlmEEType)
			continue;
		k->type = mem_grow(k->type, k->ntype, &cap, sizeof(*k->type));
		k->type[k->ntype++] = m->object[i].dn;
	}
	for (i = 0; i < nclass; i++) {
		if (model_find(m, policy_class(p, i).type) != NONE)
			continue;
		k->type = mem_grow(k->type, k->ntype, &cap, sizeof(*k->type));
		k->type[k->ntype++] = policy_class(p, i).type;
	}
	if (k->ntype > 0)
		qsort(k->type, k->ntype, sizeof(*k->type), by_name);
}

static bool
is_asked(const struct become_input *in, const struct ee *e)
{
	size_t i;

	for (i = 0; e->vm_s && i < in->nvm; i++)
		if (glob_match(in->vm[i], name_str(e->dn)))
			return true;
	return false;
}

struct found {
	uint32_t dn, ee;
};

size_t
become_run(struct reply *reply, const struct become_input *in)
{
	struct asked k = { .in = in, .reply = reply };
	struct found *v;
	size_t n = 0, i;

	diff_run(&k.d, in->m, in->m);
	tree_build(&k.f, &k.d, NULL, NULL);
	morph_load(&k.load, &k.f, in->policy);
	find_types(&k);
	v = mem_alloc(k.f.n, sizeof(*v));
	for (i = 0; i < k.f.n; i++)
		if (is_asked(in, &k.f.v[i]))
			v[n++] = (struct found){ k.f.v[i].dn, (uint32_t)i };
	if (n > 0)
		qsort(v, n, sizeof(*v), by_name);
	for (i = 0; i < n; i++)
		tell_machine(&k, v[i].ee);
	free(v);
	free(k.type);
	load_close(&k.load);
	tree_free(&k.f);
	diff_free(&k.d);
	return n;
}
