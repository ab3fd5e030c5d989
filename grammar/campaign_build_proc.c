/*
 * What do procedures and their steps say? The one part of campaign_build.c that
 * nests: units in steps, steps in procedures.
 */
#include "campaign_read.h"

static void
add_name(struct reader *r, struct list *to, const char *attr)
{
	uint32_t dn = read_text(r, attr);

	list_push(to, &dn, sizeof(dn));
	if (to == &r->now.names)
		list_push(&r->now.places, &r->pos, sizeof(r->pos));
}

static void
add_template(struct reader *r, bool parent)
{
	struct entity_template t = { NAME_NONE, NAME_NONE }, *last;
	uint32_t dn = read_text(r, "objectDN");

	if (!parent && r->now.pair) {
		last = (struct entity_template *)(void *)r->now.templates.v;
		last[r->now.templates.n - 1].type = dn;
	} else {
		*(parent ? &t.parent : &t.type) = dn;
		list_push(&r->now.templates, &t, sizeof(t));
	}
	r->now.pair = parent;
}

/* One without parent and type is kept: it says something, if only "all". */
static void
end_templates(struct reader *r)
{
	struct entity_template t = { NAME_NONE, NAME_NONE };

	if (r->now.templates.n == r->now.ntemplate)
		list_push(&r->now.templates, &t, sizeof(t));
}

static void
take_entities(struct reader *r, struct entity_list *l)
{
	size_t n;

	l->name = list_take(r->campaign, &r->now.names, sizeof(*l->name),
	    &l->nname);
	l->pos = list_take(r->campaign, &r->now.places, sizeof(*l->pos), &n);
	l->template = list_take(r->campaign, &r->now.templates,
	    sizeof(*l->template), &l->ntemplate);
}

static void
end_unit(struct reader *r, struct unit *u)
{
	struct campaign *c = r->campaign;

	u->sw_remove = list_take(c, &r->now.removals, sizeof(*u->sw_remove),
	    &u->nremove);
	u->sw_add = list_take(c, &r->now.refs, sizeof(*u->sw_add), &u->nadd);
	u->added = list_take(c, &r->now.added, sizeof(*u->added), &u->nadded);
}

static void
end_target(struct reader *r)
{
	struct target_template *t = &r->now.target;

	t->mod = list_take(r->campaign, &r->now.mods, sizeof(*t->mod),
	    &t->nmod);
	list_push(&r->now.targets, t, sizeof(*t));
}

static void
begin_modification(struct reader *r)
{
	r->now.mod = (struct modification){ .rdn = read_text(r, "objectRDN"),
		.op = (enum modify_op)read_number(r, "operation",
		    MODIFY_REPLACE), .pos = r->pos };
}

static void
end_modification(struct reader *r)
{
	struct modification *m = &r->now.mod;
	size_t n;

	m->attr = list_take(r->campaign, &r->now.attrs, sizeof(*m->attr), &n);
	m->nattr = (uint32_t)n;
	list_push(&r->now.mods, m, sizeof(*m));
}

static void
begin_step(struct reader *r)
{
	struct step *s = &r->now.step;

	s->template = list_take(r->campaign, &r->now.targets,
	    sizeof(*s->template), &s->ntemplate);
	s->restart = read_number(r, "saSmfStepRestartOption", 0) != 0;
	s->in_phase = read_number(r, "saSmfStepInPhaseStep", 0) != 0;
	s->locked_reduced =
	    read_number(r, "saSmfStepLockedReducedStep", 0) != 0;
	s->max_retry = (uint32_t)read_number(r, "saSmfStepMaxRetry", 1);
	s->reason = r->reason;
	s->pos = r->pos;
}

static void
end_step(struct reader *r)
{
	struct step *s = &r->now.step;

	s->callback = list_take(r->campaign, &r->now.callbacks,
	    sizeof(*s->callback), &s->ncallback);
	list_push(&r->now.steps, s, sizeof(*s));
}

static void
begin_procedure(struct reader *r)
{
	r->now.procedure = (struct procedure){
		.name = read_text(r, "safSmfProcedure"),
		.level = (uint32_t)read_number(r, "saSmfExecLevel", 0),
		.outage = OUTAGE_SOME, .outage_max = -1, .simultaneous = 1,
		.reason = r->reason, .risk = r->risk, .phase = r->phase,
		.moves = r->moves, .actions = r->actions,
		.pos = r->pos };
}

static void
end_procedure(struct reader *r)
{
	struct procedure *p = &r->now.procedure;

	p->step = list_take(r->campaign, &r->now.steps, sizeof(*p->step),
	    &p->nstep);
	build_take_actions(r, &p->wrapup);
	list_push(&r->now.procedures, p, sizeof(*p));
}

static void
end_outage(struct reader *r)
{
	struct procedure *p = &r->now.procedure;

	p->accepted = list_take(r->campaign, &r->now.accepted,
	    sizeof(*p->accepted), &p->naccepted);
	p->kept = list_take(r->campaign, &r->now.kept, sizeof(*p->kept),
	    &p->nkept);
}

/* Name of the element that begins, for choices whose name is the value. */
static uint32_t
choice(const struct reader *r)
{
	static const char *const token[] = {
#define ELEMENT(id, name, content, attributes) name,
#include "campaign_elements.def"
#undef ELEMENT
	};

	return intern_str(token[r->element]);
}

static void
begin_procedure_part(struct reader *r)
{
	struct procedure *p = &r->now.procedure;

	switch (r->element) {
	case EL_PROCEDURE:
		begin_procedure(r);
		break;
	case EL_ALL:
		p->outage = OUTAGE_ALL;
		break;
	case EL_NONE_AT_ALL:
		p->outage = OUTAGE_NONE;
		break;
	case EL_MAX:
		p->outage_max = read_number(r, "value", -1);
		break;
	case EL_MAY_GO:
		add_name(r, &r->now.accepted, "saSmfProcAcceptSIOutage");
		break;
	case EL_MUST_KEEP:
		add_name(r, &r->now.kept, "saSmfProcMustKeepSIs");
		break;
	case EL_PROC_PERIOD:
		p->period = read_number(r, "saSmfProcPeriod", 0);
		break;
	case EL_METHOD:
		build_take_actions(r, &p->init);
		break;
	case EL_ROLLING:
		p->method = METHOD_ROLLING;
		p->simultaneous = (uint32_t)read_number(r,
		    "saSmfProcDisableSimultanExec", 1);
		break;
	default:
		break;
	}
}

static void
begin_step_part(struct reader *r)
{
	struct step *s = &r->now.step;

	switch (r->element) {
	case EL_SCOPE_ROLLING:
	case EL_SCOPE_SINGLE:
		*s = (struct step){ .max_retry = 1, .pos = r->pos };
		break;
	case EL_BY_NODES:
		s->scope = SCOPE_TEMPLATE;
		break;
	case EL_FOR_MODIFY:
		s->scope = SCOPE_MODIFY;
		break;
	case EL_NODES:
		s->node_template = read_text(r, "objectDN");
		break;
	case EL_BY_NAME:
	case EL_TYPE_DN:
		add_name(r, &r->now.names, "objectDN");
		break;
	case EL_BY_TEMPLATE:
	case EL_UNIT_TEMPLATE:
		r->now.pair = false;
		r->now.ntemplate = r->now.templates.n;
		break;
	case EL_TEMPLATE_PARENT:
		add_template(r, true);
		break;
	case EL_TEMPLATE_TYPE:
		add_template(r, false);
		break;
	case EL_TARGET:
		r->now.target = (struct target_template){ 0 };
		break;
	case EL_TARGET_PARENT:
		r->now.target.parent = read_text(r, "objectDN");
		break;
	case EL_TARGET_TYPE:
		r->now.target.type = read_text(r, "objectDN");
		break;
	case EL_MODIFICATION:
		begin_modification(r);
		break;
	case EL_DEACTIVATION:
	case EL_ACTIVATION:
	case EL_SAME_UNIT:
		r->now.deactivation = r->element == EL_DEACTIVATION;
		break;
	case EL_STEP_ROLLING:
	case EL_STEP_SINGLE:
		begin_step(r);
		break;
	case EL_ON_EVERY:
	case EL_ON_FIRST:
	case EL_ON_LAST:
	case EL_HALF_WAY:
		r->now.callback.on = choice(r);
		break;
	case EL_BEFORE_LOCK:
	case EL_BEFORE_TERMINATION:
	case EL_AFTER_IMM:
	case EL_AFTER_INSTANTIATION:
	case EL_AFTER_UNLOCK:
		r->now.callback.at = choice(r);
		break;
	default:
		break;
	}
}

void
build_procedure_begin(struct reader *r)
{
	begin_procedure_part(r);
	begin_step_part(r);
}

void
build_procedure_end(struct reader *r, enum element e)
{
	struct step *s = &r->now.step;
	struct unit *u = r->now.deactivation ? &s->deactivation :
	    &s->activation;

	switch (e) {
	case EL_BY_TEMPLATE:
		end_templates(r);
		break;
	case EL_ACTED_ON:
		take_entities(r, &u->acted_on);
		break;
	case EL_REMOVED:
		take_entities(r, &u->removed);
		break;
	case EL_UNIT_TEMPLATE:
		end_templates(r);
		s->unit_template = list_take(r->campaign, &r->now.templates,
		    sizeof(*s->unit_template), &s->nunit_template);
		break;
	case EL_DEACTIVATION:
		end_unit(r, &s->deactivation);
		break;
	case EL_ACTIVATION:
	case EL_SAME_UNIT:
	case EL_NODES:
		end_unit(r, &s->activation);
		break;
	case EL_MODIFICATION:
		end_modification(r);
		break;
	case EL_TARGET:
		end_target(r);
		break;
	case EL_STEP_ROLLING:
	case EL_STEP_SINGLE:
		end_step(r);
		break;
	case EL_PROCEDURE:
		end_procedure(r);
		break;
	case EL_ACCEPTABLE:
		end_outage(r);
		break;
	default:
		break;
	}
}
