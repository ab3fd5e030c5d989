/*
 * In which order does a procedure act? The table says what each type of step
 * does; a verb is done on all entities of its nested step before the next
 * one. A bundle that this campaign brings is known: an operation that it has
 * no command for does nothing, unless a policy of camprun gives it a program.
 * Of others the source model knows more.
 */
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "dn.h"
#include "sequence.h"

enum { VERBS_MAX = 5, SEARCHED = 64 };

enum step_type {
#define STEP_TYPE(id, name, tear_down, build_up) STEP_TYPE_##id,
#include "steps.def"
#undef STEP_TYPE
};

static const enum verb table[][2][VERBS_MAX] = {
#define V1(a) VERB_##a
#define V2(a, b) VERB_##a, VERB_##b
#define V3(a, b, c) VERB_##a, VERB_##b, VERB_##c
#define V4(a, b, c, d) VERB_##a, VERB_##b, VERB_##c, VERB_##d
#define PICK(a, b, c, d, macro, ...) macro
#define VERBS(...) { PICK(__VA_ARGS__, V4, V3, V2, V1, )(__VA_ARGS__) }
#define STEP_TYPE(id, name, tear_down, build_up) { tear_down, build_up },
#include "steps.def"
#undef STEP_TYPE
};

const char *
sequence_verb_name(enum verb v)
{
	static const char *const names[VERB_COUNT] = {
		[VERB_END] = "",
		[VERB_ONLINE_INSTALL] = "online-install",
		[VERB_OFFLINE_INSTALL] = "offline-install",
		[VERB_ONLINE_UNINSTALL] = "online-uninstall",
		[VERB_OFFLINE_UNINSTALL] = "offline-uninstall",
		[VERB_LOCK] = "lock",
		[VERB_TERMINATE] = "terminate",
		[VERB_INSTANTIATE] = "instantiate",
		[VERB_UNLOCK] = "unlock",
		[VERB_RESTART] = "restart",
		[VERB_MODIFY_IM] = "modify-im",
		[VERB_NOTIFY] = "callback",
	};

	return names[v];
}

/* An entity as the campaign names it. */
struct entity {
	uint32_t name;
	const struct entity_template *template;
	bool each;
};

/* The entities and bundles of one side of a step. */
struct side {
	struct entity *entity;
	size_t nentity;
	const struct bundle_ref *bundle;
	size_t nbundle;
};

struct nested {
	enum step_type type;
	const struct step *step;
	struct side old, new; /* what goes down, what comes up */
};

struct sequence {
	const struct campaign *campaign;
	uint32_t *bundle; /* by name: index + 1 into campaign->bundle */
	uint32_t nname;
};

struct run {
	const struct sequence *known;
	void (*emit)(void *, const struct act *);
	void *arg;
};

static enum step_type
type_of(const struct step *s)
{
	if (s->restart)
		return s->locked_reduced ? STEP_TYPE_LOCKED_REDUCED :
		    STEP_TYPE_REDUCED;
	return s->in_phase ? STEP_TYPE_IN_PHASE : STEP_TYPE_OUT_OF_PHASE;
}

static void
add_listed(struct side *side, const struct entity_list *l)
{
	size_t i;

	for (i = 0; i < l->nname; i++)
		side->entity[side->nentity++] =
		    (struct entity){ .name = l->name[i] };
	for (i = 0; i < l->ntemplate; i++)
		side->entity[side->nentity++] =
		    (struct entity){ .template = &l->template[i] };
}

static void
add_created(struct side *side, const struct unit *u, uint32_t class)
{
	size_t i;

	for (i = 0; i < u->nadded; i++)
		if (u->added[i].class == class)
			side->entity[side->nentity++] =
			    (struct entity){ .name = u->added[i].dn };
}

static size_t
room_for(const struct unit *u)
{
	return u->acted_on.nname + u->acted_on.ntemplate + u->nadded;
}

static void
add_both(struct nested *n, struct entity e)
{
	n->old.entity[n->old.nentity++] = e;
	n->new.entity[n->new.nentity++] = e;
}

static struct nested
nested_of(const struct step *s)
{
	const struct unit *down = s->scope == SCOPE_ADD_REMOVE ?
	    &s->deactivation : &s->activation, *up = &s->activation;
	struct nested n = { .type = type_of(s), .step = s };
	size_t i;

	n.old.entity = mem_alloc(room_for(down) + s->nunit_template + 1,
	    sizeof(*n.old.entity));
	n.new.entity = mem_alloc(room_for(up) + s->nunit_template + 1,
	    sizeof(*n.new.entity));
	add_listed(&n.old, &down->acted_on);
	add_listed(&n.new, &up->acted_on);
	for (i = 0; i < s->nunit_template; i++)
		if (i == 0 || s->unit_template[i].parent == NAME_NONE ||
		    s->unit_template[i].type != s->unit_template[i - 1].type)
			add_both(&n, (struct entity){ .each = true,
			    .template = &s->unit_template[i] });
	if (s->scope == SCOPE_TEMPLATE && s->nunit_template == 0)
		add_both(&n, (struct entity){ .name = s->node_template,
		    .each = true });
	/* New units come up with the new EE they are on. */
	if (s->scope == SCOPE_ADD_REMOVE)
		add_created(&n.new, up, N_SaPlmEE);
	if (s->scope == SCOPE_ADD_REMOVE && n.new.nentity == 0)
		add_created(&n.new, up, N_SaAmfSU);
	n.old.bundle = down->sw_remove;
	n.old.nbundle = down->nremove;
	n.new.bundle = up->sw_add;
	n.new.nbundle = up->nadd;
	return n;
}

/* Is it known that the bundle has no command for this? */
static bool
has_no_command(const struct sequence *q, uint32_t name, enum verb v)
{
	const struct bundle *b;

	if (name >= q->nname || q->bundle[name] == 0)
		return false;
	b = &q->campaign->bundle[q->bundle[name] - 1];
	if (b->install_online == NAME_NONE && b->install_offline == NAME_NONE)
		return false;
	return (v == VERB_ONLINE_INSTALL && b->install_online == NAME_NONE) ||
	    (v == VERB_OFFLINE_INSTALL && b->install_offline == NAME_NONE);
}

static void
emit_entity(const struct run *r, const struct entity *e, struct act a)
{
	a.entity = e->name;
	a.template = e->template;
	a.each = e->each;
	r->emit(r->arg, &a);
}

/* Where it is executed: the only place, or the one the entity stands in. Of
 * VMs, and of very many, only the runtime knows. */
static uint32_t
place_of(const struct bundle_ref *b, const struct entity *e)
{
	uint32_t up = e->name == NAME_NONE ? (uint32_t)NAME_NONE :
	    dn_parent_known(e->name);
	size_t i;

	if (b->nenv == 1)
		return b->env[0].ee != NAME_NONE ? b->env[0].ee :
		    b->env[0].amf_node;
	for (i = 0; i < b->nenv && b->nenv <= SEARCHED; i++)
		if (up != NAME_NONE && b->env[i].ee == up)
			return up;
	return NAME_NONE;
}

/* One bundle, once for each entity whose software changes. */
static void
emit_bundle(const struct run *r, const struct side *s,
    const struct bundle_ref *b, struct act a)
{
	size_t i;

	a.bundle = b->bundle;
	a.idle = has_no_command(r->known, b->bundle, a.verb);
	for (i = 0; i < s->nentity; i++) {
		a.on = place_of(b, &s->entity[i]);
		emit_entity(r, &s->entity[i], a);
	}
}

static bool
is_software(enum verb v)
{
	return v >= VERB_ONLINE_INSTALL && v <= VERB_OFFLINE_UNINSTALL;
}

static bool
is_about_old(enum verb v)
{
	return v == VERB_ONLINE_UNINSTALL || v == VERB_OFFLINE_UNINSTALL ||
	    v == VERB_LOCK || v == VERB_TERMINATE;
}

/* Callbacks that a step wants at this point. */
static void
emit_callbacks(const struct run *r, const struct step *s, const char *point,
    struct act a)
{
	size_t i;

	a.verb = VERB_NOTIFY;
	for (i = 0; i < s->ncallback && point != NULL; i++) {
		a.callback = &s->callback[i];
		if (strcmp(name_str(a.callback->at), point) == 0)
			r->emit(r->arg, &a);
	}
}

static void
emit_verb(const struct run *r, const struct nested *n, struct act a)
{
	static const struct {
		const char *before, *after;
	} points[VERB_COUNT] = {
		[VERB_LOCK] = { "beforeLock", NULL },
		[VERB_TERMINATE] = { "beforeTermination", NULL },
		[VERB_INSTANTIATE] = { NULL, "afterInstantiation" },
		[VERB_RESTART] = { NULL, "afterInstantiation" },
		[VERB_UNLOCK] = { NULL, "afterUnlock" },
	};
	const struct side *s = is_about_old(a.verb) ? &n->old : &n->new;
	size_t i;

	if (is_software(a.verb)) {
		for (i = 0; i < s->nbundle; i++)
			emit_bundle(r, s, &s->bundle[i], a);
		return;
	}
	emit_callbacks(r, n->step, points[a.verb].before, a);
	for (i = 0; i < s->nentity; i++)
		emit_entity(r, &s->entity[i], a);
	emit_callbacks(r, n->step, points[a.verb].after, a);
}

static void
emit_phase(const struct run *r, const struct nested *n, size_t step,
    enum phase phase)
{
	const enum verb *v = table[n->type][phase == PHASE_BUILD_UP];
	size_t i;

	for (i = 0; i < VERBS_MAX && v[i] != VERB_END; i++)
		emit_verb(r, n, (struct act){ .verb = v[i], .phase = phase,
		    .step = step });
}

struct sequence *
sequence_new(const struct campaign *c)
{
	struct sequence *q = mem_alloc(1, sizeof(*q));
	size_t i;

	q->campaign = c;
	q->nname = intern_count();
	q->bundle = mem_alloc(q->nname, sizeof(*q->bundle));
	for (i = 0; i < c->nbundle; i++)
		q->bundle[c->bundle[i].name] = (uint32_t)i + 1;
	return q;
}

void
sequence_free(struct sequence *q)
{
	free(q->bundle);
	free(q);
}

void
sequence_run(const struct sequence *q, const struct procedure *p,
    void (*emit)(void *, const struct act *), void *arg)
{
	struct nested *n = mem_alloc(p->nstep, sizeof(*n));
	struct run r = { q, emit, arg };
	size_t i;

	for (i = 0; i < p->nstep; i++)
		n[i] = nested_of(&p->step[i]);
	for (i = 0; i < p->nstep; i++)
		emit_phase(&r, &n[i], i, PHASE_TEAR_DOWN);
	if (p->nstep > 0)
		emit(arg, &(struct act){ .verb = VERB_MODIFY_IM,
		    .phase = PHASE_MODIFY, .step = p->nstep - 1 });
	for (i = 0; i < p->nstep; i++)
		emit_callbacks(&r, &p->step[i], "afterImmModification",
		    (struct act){ .phase = PHASE_MODIFY,
		    .step = p->nstep - 1 });
	for (i = p->nstep; i-- > 0;)
		emit_phase(&r, &n[i], i, PHASE_BUILD_UP);
	for (i = 0; i < p->nstep; i++) {
		free(n[i].old.entity);
		free(n[i].new.entity);
	}
	free(n);
}
