/*
 * Which machines change their type while they run, and may they?
 *
 * N1  A template is a promise about two types. It must say what they differ
 *     in, no more and no less: what shrinks is unplugged, what grows is
 *     plugged, nothing is exposed, hidden or emulated that is not new.
 * N2  What a type has is what its class says. Of a type that is no class
 *     nothing is known, so nothing can be promised.
 * N3  Only the type changes: a machine that gets other software, or another
 *     attribute that needs it to be down, goes down for all of it. That is
 *     reported, not done silently, because a template said otherwise.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "dn.h"
#include "intern.h"
#include "morph.h"
#include "policy.h"

struct judge { /* a template and two types */
	const struct policy *p;
	struct policy_template t;
	uint32_t from, to;
	size_t a, b; /* their classes */
	morph_say *say;
	void *arg;
	size_t n;
};

static void fault(struct judge *, enum diag_code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
fault(struct judge *j, enum diag_code code, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	j->n++;
	j->say(j->arg, code, text);
}

/* --- N1 --- */

/* What the template says of a resource, against what the classes have. */
static void
judge_resource(struct judge *j, size_t k)
{
	const char *name = policy_resource(j->p, k);
	int64_t a = policy_class(j->p, j->a).resource[k];
	int64_t b = policy_class(j->p, j->b).resource[k];
	bool unplug = texts_have(j->t.unplug, name);
	bool plug = texts_have(j->t.plug, name);
	const char *where = unplug ? "hot-unplug" : "hot-plug";

	if (a < 0 && b < 0) {
		if (unplug || plug)
			fault(j, DIAG_TEMPLATE, "\"%s\" names \"%s\", of "
			    "which neither type has any", where, name);
	} else if (a < 0 || b < 0) {
		fault(j, DIAG_TEMPLATE, "how much \"%s\" \"%s\" has is not "
		    "known", name, name_str(a < 0 ? j->from : j->to));
	} else if (b < a && !unplug) {
		fault(j, DIAG_TEMPLATE, "\"%s\" shrinks from %lld to %lld, "
		    "but \"hot-unplug\" does not name it", name,
		    (long long)a, (long long)b);
	} else if (b > a && !plug) {
		fault(j, DIAG_TEMPLATE, "\"%s\" grows from %lld to %lld, but "
		    "\"hot-plug\" does not name it", name, (long long)a,
		    (long long)b);
	} else if ((unplug && b >= a) || (plug && b <= a)) {
		fault(j, DIAG_TEMPLATE, "\"%s\" names \"%s\", which does not "
		    "%s: both types are %lld and %lld", where, name,
		    unplug ? "shrink" : "grow", (long long)a, (long long)b);
	}
}

static void
judge_features(struct judge *j, const char *key, const struct texts *t,
    bool new)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (!policy_class_has(j->p, j->b, t->v[i]))
			fault(j, DIAG_TEMPLATE, "\"%s\" names \"%.100s\", "
			    "which \"%s\" does not have", key, t->v[i],
			    name_str(j->to));
		else if (new && policy_class_has(j->p, j->a, t->v[i]))
			fault(j, DIAG_TEMPLATE, "\"%s\" names \"%.100s\", "
			    "which is not new: \"%s\" has it", key, t->v[i],
			    name_str(j->from));
	}
}

size_t
morph_faults(const struct policy *p, size_t template, uint32_t from,
    uint32_t to, morph_say *say, void *arg)
{
	struct judge j = { .p = p, .t = policy_template(p, template),
		.from = from, .to = to, .a = policy_class_of(p, from),
		.b = policy_class_of(p, to), .say = say, .arg = arg };
	size_t k;

	if (j.a == SIZE_MAX || j.b == SIZE_MAX) { /* N2 */
		fault(&j, DIAG_TEMPLATE_CLASS, "\"%s\" is no class, so what "
		    "it has is not known", name_str(j.a == SIZE_MAX ? from :
		    to));
		return j.n;
	}
	for (k = 0; k < policy_nresource(p); k++)
		judge_resource(&j, k);
	judge_features(&j, "emulate", j.t.emulate, false);
	judge_features(&j, "expose", j.t.expose, true);
	judge_features(&j, "hide", j.t.hide, true);
	return j.n;
}

/* --- N3 --- */

static uint32_t
bundle_of(const struct model *m, uint32_t type)
{
	uint32_t o = type == NAME_NONE ? (uint32_t)NONE : model_find(m, type);

	return o == NONE ? (uint32_t)NAME_NONE :
	    model_value(m, o, N_saPlmEetSwBundle);
}

bool
morph_same_bundle(const struct model *s, uint32_t from, const struct model *t,
    uint32_t to)
{
	return bundle_of(s, from) == bundle_of(t, to);
}

static uint32_t
type_in(const struct model *m, uint32_t ee)
{
	uint32_t o = model_find(m, ee);

	return o == NONE ? (uint32_t)NAME_NONE :
	    model_value(m, o, N_saPlmEEType);
}

static size_t
template_of(const struct policy *p, uint32_t ee, uint32_t from, uint32_t to)
{
	return from == to || from == NAME_NONE || to == NAME_NONE ? SIZE_MAX :
	    policy_template_for(p, ee, from, to);
}

bool
morph_may_run(const struct policy *p, const struct model *s,
    const struct model *t, uint32_t ee)
{
	uint32_t from = type_in(s, ee), to = type_in(t, ee);

	return template_of(p, ee, from, to) != SIZE_MAX &&
	    morph_same_bundle(s, from, t, to);
}

struct finding { /* about one machine */
	const struct policy *p;
	const struct forest *f;
	const struct morph *m;
	struct diag *diag;
};

static void
report(const struct finding *x, enum diag_code code, const char *text)
{
	const struct ee *e = &x->f->v[x->m->ee];

	diag_report(x->diag, code, policy_template_place(x->p,
	    x->m->template), e->dn, "the template \"%.100s\" does not do for "
	    "\"%s\": %s", policy_template(x->p, x->m->template).name,
	    name_str(e->dn), text);
	diag_note(x->diag, model_dn_place(x->f->t, e->t), "it is to be a "
	    "\"%s\" here", name_str(x->m->to));
}

static void
report_fault(void *arg, enum diag_code code, const char *text)
{
	report(arg, code, text);
}

/* Of what changes besides the type, which the template is for. */
static bool
stays_up(const void *policy, uint32_t ee, uint32_t attr)
{
	return attr == N_saPlmEEType || policy_online_attr(policy, ee, attr);
}

static size_t
offline_faults(struct finding *x)
{
	const struct ee *e = &x->f->v[x->m->ee];
	char text[300];
	uint32_t attr;

	if (!morph_same_bundle(x->f->s, x->m->from, x->f->t, x->m->to)) {
		report(x, DIAG_TEMPLATE_OFFLINE, "the types come with "
		    "different software, for which it must go down");
		return 1;
	}
	attr = e->op == OP_MODIFY ? tree_offline_attr(x->f, e, stays_up,
	    x->p) : (uint32_t)NAME_NONE;
	if (attr == NAME_NONE)
		return 0;
	snprintf(text, sizeof(text), "its \"%.100s\" changes too, for which "
	    "it must go down", name_str(attr));
	report(x, DIAG_TEMPLATE_OFFLINE, text);
	return 1;
}

void
morph_only_machines(struct forest *f, const struct policy *p)
{
	struct ee *e;
	uint32_t i;

	for (i = 0; policy_ntemplate(p) > 0 && i < f->n; i++) {
		e = &f->v[i];
		if (e->s != NONE && e->t != NONE && e->op == OP_NONE &&
		    !(e->vm_s && e->vm_t) && tree_type(f, i, false) !=
		    tree_type(f, i, true) &&
		    !policy_online_attr(p, e->dn, N_saPlmEEType))
			e->op = OP_MODIFY;
	}
}

static int
by_name(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	return dn_natural(x->f->v[x->m->ee].dn, y->f->v[y->m->ee].dn);
}

/* Types of a fleet repeat: a pair that was judged is not judged again. */
struct judged {
	size_t template;
	uint32_t from, to;
};

static bool
is_known(const struct judged *v, size_t n, const struct morph *m)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].template == m->template && v[i].from == m->from &&
		    v[i].to == m->to)
			return true;
	return false;
}

static size_t
check_all(const struct morphs *l, struct finding *x)
{
	struct judged *good = NULL;
	size_t i, ngood = 0, cap = 0, bad = 0;

	for (i = 0; i < l->n; i++) {
		x->m = &l->v[i];
		bad += offline_faults(x);
		if (is_known(good, ngood, x->m))
			continue;
		bad += morph_faults(x->p, x->m->template, x->m->from,
		    x->m->to, report_fault, x);
		good = mem_grow(good, ngood, &cap, sizeof(*good));
		good[ngood++] = (struct judged){ x->m->template, x->m->from,
			x->m->to };
	}
	free(good);
	return bad;
}

/* Sorted through pairs that know the names. */
static void
sort(struct morphs *l, const struct forest *f)
{
	struct finding *v = mem_alloc(l->n, sizeof(*v));
	struct morph *sorted = mem_alloc(l->n, sizeof(*sorted));
	size_t i;

	for (i = 0; i < l->n; i++)
		v[i] = (struct finding){ .f = f, .m = &l->v[i] };
	if (l->n > 0)
		qsort(v, l->n, sizeof(*v), by_name);
	for (i = 0; i < l->n; i++)
		sorted[i] = *v[i].m;
	free(v);
	free(l->v);
	l->v = sorted;
}

bool
morphs_find(struct morphs *l, const struct forest *f, const struct policy *p,
    struct diag *diag)
{
	struct finding x = { .p = p, .f = f, .diag = diag };
	uint32_t i;

	*l = (struct morphs){ 0 };
	for (i = 0; policy_ntemplate(p) > 0 && i < f->n; i++) {
		struct morph m = { .ee = i, .at = NONE, .dest = NONE,
			.from = tree_type(f, i, false),
			.to = tree_type(f, i, true) };

		m.template = template_of(p, f->v[i].dn, m.from, m.to);
		if (!f->v[i].vm_s || !f->v[i].vm_t || m.template == SIZE_MAX)
			continue;
		m.pauses = policy_template(p, m.template).migration ==
		    MIGRATION_SAVE;
		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = m;
	}
	sort(l, f);
	return check_all(l, &x) == 0;
}

void
morphs_free(struct morphs *l)
{
	free(l->v);
	free(l->home);
	*l = (struct morphs){ 0 };
}
