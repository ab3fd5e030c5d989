/*
 * How is a template written down? As the operations of campaign(5), with what
 * the operator has run at the three points between them, each with what takes
 * it back; the change of the model stands where the machine is what both types
 * have: after what shrinks was unplugged, before what grows is plugged.
 */
#include "buf.h"
#include "emit_build.h"
#include "policy.h"

struct writer {
	struct emitter *e;
	const struct morph *m;
	struct policy_template t;
	struct action_list *l;
	uint32_t dn;
};

/* --- operations --- */

static void
add_param(struct admin_op *op, const char *name, enum value_type type,
    uint32_t value)
{
	op->param[op->nparam++] = (struct param){ intern_str(name), type,
		value };
}

/* An operation and its undo, with room for so many parameters. */
static struct action *
operation(struct writer *w, const char *name, const char *undo, size_t nparam)
{
	struct action *a = emit_action(w->e, w->l);
	struct admin_op *op[] = { &a->forward, &a->undo };
	const char *names[] = { name, undo };
	struct buf b = { 0 };
	size_t i;

	a->kind = ACTION_ADMIN;
	for (i = 0; i < 2; i++) {
		buf_printf(&b, "CG_PLM_ADMIN_%s", names[i]);
		*op[i] = (struct admin_op){ .dn = w->dn,
			.operation = intern_buf(&b), .param = arena_array(
			&w->e->c->arena, nparam, sizeof(struct param)) };
	}
	return a;
}

static void
both(struct action *a, const char *name, enum value_type type, uint32_t value)
{
	add_param(&a->forward, name, type, value);
	add_param(&a->undo, name, type, value);
}

/* from and to, which the undo has the other way round. */
static void
there_and_back(struct action *a, const char *from, const char *to,
    enum value_type type, uint32_t x, uint32_t y)
{
	add_param(&a->forward, from, type, x);
	add_param(&a->forward, to, type, y);
	add_param(&a->undo, from, type, y);
	add_param(&a->undo, to, type, x);
}

/* --- the parts of a template --- */

static void
packages(struct writer *w, const struct texts *t, bool in, const char *why)
{
	struct action *a;
	size_t i;

	for (i = 0; i < t->n; i++) {
		a = operation(w, in ? "AUGMENT" : "WITHDRAW",
		    in ? "WITHDRAW" : "AUGMENT", 1);
		both(a, "package", TYPE_STRING, intern_str(t->v[
		    in ? i : t->n - 1 - i]));
		a->reason = intern_str(why);
	}
}

static int64_t
amount(const struct writer *w, uint32_t type, size_t k)
{
	return policy_class(w->e->policy, policy_class_of(w->e->policy,
	    type)).resource[k];
}

static void
resources(struct writer *w, const struct texts *t, bool plug)
{
	struct action *a;
	struct buf b = { 0 };
	int64_t from, to;
	size_t i, k;

	for (i = 0; i < t->n; i++) {
		k = policy_resource_of(w->e->policy, t->v[i]);
		from = amount(w, w->m->from, k);
		to = amount(w, w->m->to, k);
		a = operation(w, plug ? "PLUG" : "UNPLUG",
		    plug ? "UNPLUG" : "PLUG", 3);
		both(a, "resource", TYPE_STRING, intern_str(t->v[i]));
		there_and_back(a, "from", "to", TYPE_INT64,
		    emit_number((uint64_t)from), emit_number((uint64_t)to));
		buf_printf(&b, "%s %s from %lld to %lld, as \"%s\" has it",
		    t->v[i], plug ? "grows" : "shrinks", (long long)from,
		    (long long)to, name_str(w->m->to));
		a->reason = intern_buf(&b);
	}
}

static void
features(struct action *a, const char *name, const struct texts *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		both(a, name, TYPE_STRING, intern_str(t->v[i]));
}

static void
morph(struct writer *w)
{
	const struct policy_template *t = &w->t;
	struct action *a = operation(w, "MORPH", "MORPH", 4 + t->emulate->n +
	    t->expose->n + t->hide->n);
	struct buf b = { 0 };

	there_and_back(a, "from-type", "to-type", TYPE_NAME, w->m->from,
	    w->m->to);
	both(a, "migration", TYPE_STRING,
	    intern_str(policy_migration_name(t->migration)));
	if (w->m->dest != NONE)
		add_param(&a->forward, "to", TYPE_NAME,
		    w->e->f->v[w->m->dest].dn);
	features(a, "emulate", t->emulate);
	features(a, "expose", t->expose);
	features(a, "hide", t->hide);
	if (w->m->dest == NONE)
		buf_printf(&b, "the template \"%s\" changes it where it "
		    "stands", t->name);
	else
		buf_printf(&b, "the template \"%s\" moves it %s from \"%s\", "
		    "to the first sponsor that has room", t->name,
		    t->migration == MIGRATION_LIVE ? "as it runs" :
		    "saved and restored",
		    name_str(w->e->f->v[w->m->at].dn));
	a->reason = intern_buf(&b);
}

/* --- what the operator has run --- */

static void
call(struct writer *w, enum point p)
{
	struct action *a = emit_action(w->e, w->l);
	struct buf b = { 0 };

	buf_printf(&b, "morph:%s:%s", w->t.name, policy_point_name(p));
	a->kind = ACTION_CALLBACK;
	a->callback = emit_callback(&b, w->dn);
	a->reason = intern_str("the template wants to be asked here");
}

static uint32_t
word(const struct texts *t, size_t i)
{
	return i < t->n ? intern_str(t->v[i]) : (uint32_t)NAME_NONE;
}

static void
program(struct writer *w, enum point p)
{
	const struct texts *t = w->t.point[p].program;
	const struct texts *u = w->t.point[p].undo;
	struct action *a = emit_action(w->e, w->l);
	struct buf b = { 0 };

	a->kind = ACTION_CLI;
	a->command = word(t, 0);
	a->args = word(t, 1);
	a->undo_command = word(u, 0);
	a->undo_args = word(u, 1);
	a->env = arena_alloc(&w->e->c->arena, sizeof(*a->env));
	*a->env = (struct plm_env){ w->dn, NAME_NONE, NAME_NONE };
	a->nenv = 1;
	buf_printf(&b, "%s of the template \"%s\"", policy_point_name(p),
	    w->t.name);
	a->reason = intern_buf(&b);
}

static void
point(struct writer *w, enum point p)
{
	if (w->t.point[p].called)
		call(w, p);
	if (w->t.point[p].program->n > 0)
		program(w, p);
}

void
emit_morph(struct emitter *e, const struct morph *m, struct ops *type,
    struct action_list *l)
{
	struct writer w = { .e = e, .m = m, .l = l, .dn = e->f->v[m->ee].dn,
		.t = policy_template(e->policy, m->template) };

	packages(&w, w.t.augment, true, "the template wants it to have this");
	packages(&w, w.t.for_now, true, "the template needs this until it "
	    "has changed");
	point(&w, POINT_PRE);
	resources(&w, w.t.unplug, false);
	morph(&w);
	emit_ccb(e, l, type);
	point(&w, POINT_MID);
	resources(&w, w.t.plug, true);
	point(&w, POINT_POST);
	packages(&w, w.t.for_now, false, "it has changed, and needs this no "
	    "longer");
}
