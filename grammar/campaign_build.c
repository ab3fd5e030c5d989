/*
 * What do the elements of a campaign say? Each record is filled while its
 * element is open and goes into a list when it ends; a list goes into the
 * campaign when what holds it ends. At most one list of a kind is open at a
 * time, whatever the nesting.
 */
#include <stdlib.h>
#include <string.h>

#include "campaign_read.h"

void
list_push(struct list *l, const void *record, size_t size)
{
	l->v = mem_grow(l->v, l->n, &l->cap, size);
	memcpy(l->v + l->n++ * size, record, size);
}

void *
list_take(struct campaign *c, struct list *l, size_t size, size_t *n)
{
	void *p = NULL;

	*n = l->n;
	if (l->n > 0) {
		p = arena_array(&c->arena, l->n, size);
		memcpy(p, l->v, l->n * size);
	}
	l->n = 0;
	return p;
}

void
build_free(struct reader *r)
{
	struct building *b = &r->now;
	struct list *const all[] = { &b->values, &b->attrs, &b->ops,
		&b->actions, &b->params, &b->envs, &b->bundles, &b->refs,
		&b->removals, &b->names, &b->places, &b->templates,
		&b->targets, &b->mods, &b->added, &b->callbacks, &b->steps,
		&b->procedures, &b->accepted, &b->kept, &b->types,
		&b->type_children, &b->at_init, &b->at_backup,
		&b->at_rollback, &b->at_commit };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		free(all[i]->v);
	idmap_free(&b->seen);
}

static void
take_actions(struct reader *r, struct action_list *to)
{
	to->v = list_take(r->campaign, &r->now.actions, sizeof(*to->v),
	    &to->n);
}

static void
begin_ref(struct reader *r)
{
	r->now.ref = (struct bundle_ref){ .bundle = read_text(r, "bundleDN"),
		.path = read_text(r, "pathnamePrefix"), .pos = r->pos };
}

static void
end_ref(struct reader *r, struct list *to)
{
	struct bundle_ref *b = &r->now.ref;

	b->env = list_take(r->campaign, &r->now.envs, sizeof(*b->env),
	    &b->nenv);
	list_push(to, b, sizeof(*b));
}

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
	take_actions(r, &p->wrapup);
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

static void
end_remove_from_imm(struct reader *r)
{
	struct campaign *c = r->campaign;
	size_t n;

	c->remove_type = list_take(c, &r->now.names, sizeof(*c->remove_type),
	    &c->nremove_type);
	c->remove_type_pos = list_take(c, &r->now.places,
	    sizeof(*c->remove_type_pos), &n);
	c->remove_bundle = list_take(c, &r->now.removals,
	    sizeof(*c->remove_bundle), &c->nremove_bundle);
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
begin_head(struct reader *r)
{
	struct campaign *c = r->campaign;
	struct bundle *b = &r->now.bundle;

	switch (r->element) {
	case EL_CAMPAIGN:
		c->name = read_text(r, "safSmfCampaign");
		c->schedule = r->schedule;
		c->bound = r->bound;
		break;
	case EL_PERIOD:
		c->expected_time = read_number(r, "saSmfCmpgExpectedTime", -1);
		break;
	case EL_CONFIG_BASE:
		c->config_base = read_number(r, "saSmfCmpgConfigBase", -1);
		c->source_digest = r->source;
		c->target_digest = r->target;
		break;
	case EL_BUNDLE:
		*b = (struct bundle){ .name = read_text(r, "name"),
			.pos = r->pos };
		break;
	case EL_REMOVAL_OFFLINE:
		b->remove_offline = read_text(r, "command");
		b->remove_offline_args = read_text(r, "args");
		b->remove_offline_scope =
		    read_decimal(r, "saSmfBundleRemoveOfflineScope");
		break;
	case EL_REMOVAL_ONLINE:
		b->remove_online = read_text(r, "command");
		b->remove_online_args = read_text(r, "args");
		break;
	case EL_INSTALLATION_OFFLINE:
		b->install_offline = read_text(r, "command");
		b->install_offline_args = read_text(r, "args");
		b->install_offline_scope =
		    read_decimal(r, "saSmfBundleInstallOfflineScope");
		break;
	case EL_INSTALLATION_ONLINE:
		b->install_online = read_text(r, "command");
		b->install_online_args = read_text(r, "args");
		break;
	case EL_CLI_TIMEOUT:
		b->timeout = read_decimal(r, "saSmfBundleDefaultCmdTimeout");
		break;
	case EL_WAIT_TO_COMMIT:
		take_actions(r, &c->complete);
		c->wait_to_commit = read_number(r, "time", 0);
		break;
	case EL_WAIT_TO_ALLOW:
		take_actions(r, &c->wrapup);
		c->wait_to_allow = read_number(r, "time", 0);
		break;
	default:
		break;
	}
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
		take_actions(r, &p->init);
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
	case EL_SW_REMOVE:
	case EL_SW_ADD:
	case EL_PLAIN_REMOVE:
	case EL_PLAIN_ADD:
	case EL_BUNDLE_DN:
		begin_ref(r);
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
build_begin(struct reader *r)
{
	begin_head(r);
	build_action_begin(r);
	begin_procedure_part(r);
	begin_step_part(r);
	types_begin(r);
}

static void
end_step_part(struct reader *r, enum element e)
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

static void
end_head(struct reader *r, enum element e)
{
	struct campaign *c = r->campaign;

	switch (e) {
	case EL_BUNDLE:
		list_push(&r->now.bundles, &r->now.bundle,
		    sizeof(r->now.bundle));
		break;
	case EL_ADD_TO_IMM:
		c->bundle = list_take(c, &r->now.bundles, sizeof(*c->bundle),
		    &c->nbundle);
		c->type = list_take(c, &r->now.types, sizeof(*c->type),
		    &c->ntype);
		break;
	case EL_INITIALIZATION:
		take_actions(r, &c->init);
		c->at_init = list_take(c, &r->now.at_init,
		    sizeof(*c->at_init), &c->nat_init);
		c->at_backup = list_take(c, &r->now.at_backup,
		    sizeof(*c->at_backup), &c->nat_backup);
		c->at_rollback = list_take(c, &r->now.at_rollback,
		    sizeof(*c->at_rollback), &c->nat_rollback);
		break;
	case EL_WRAPUP:
		c->at_commit = list_take(c, &r->now.at_commit,
		    sizeof(*c->at_commit), &c->nat_commit);
		break;
	case EL_SW_REMOVE:
	case EL_PLAIN_REMOVE:
	case EL_BUNDLE_DN:
		end_ref(r, &r->now.removals);
		break;
	case EL_SW_ADD:
	case EL_PLAIN_ADD:
		end_ref(r, &r->now.refs);
		break;
	case EL_REMOVE_FROM_IMM:
		end_remove_from_imm(r);
		break;
	case EL_CAMPAIGN:
		c->procedure = list_take(c, &r->now.procedures,
		    sizeof(*c->procedure), &c->nprocedure);
		break;
	default:
		break;
	}
}

void
build_end(struct reader *r, enum element e, uint32_t pos, const char *text,
    size_t len)
{
	end_step_part(r, e);
	build_action_end(r, e, pos, text, len);
	end_head(r, e);
	types_end(r, e, text, len);
}
