/*
 * What do the elements of a campaign say? Each record is filled while its
 * element is open and goes into a list when it ends; a list goes into the
 * campaign when what holds it ends. At most one list of a kind is open at a
 * time, whatever the nesting.
 */
#include <stdlib.h>
#include <string.h>

#include "campaign_read.h"
#include "diag.h"
#include "dn.h"

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

static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decodes in a copy; false if it is no base64. */
static bool
decode(const char *s, size_t n, uint32_t *id)
{
	char *out = mem_alloc(n, 1);
	size_t i, k = 0, digits = 0, pads = 0;
	uint32_t w = 0;
	bool ok = true;

	for (i = 0; i < n && ok; i++) {
		int d = digit(s[i]);

		if (strchr(" \t\r\n", s[i]) != NULL && s[i] != '\0')
			continue;
		if (s[i] == '=') {
			pads++;
			continue;
		}
		ok = d >= 0 && pads == 0;
		w = w << 6 | ((uint32_t)d & 63);
		if (++digits % 4 != 1)
			out[k++] = (char)(w >> (8 - digits % 4 * 2) % 8);
	}
	ok = ok && (digits + pads) % 4 == 0 && pads <= 2;
	*id = ok ? intern(out, k) : (uint32_t)NAME_EMPTY;
	free(out);
	return ok;
}

static uint32_t
value_text(struct reader *r, uint32_t pos, const char *text, size_t len)
{
	uint32_t id;

	if (!r->now.base64)
		return len == 0 ? (uint32_t)NAME_EMPTY : intern(text, len);
	if (!decode(text, len, &id))
		diag_report(r->diag, DIAG_CAMPAIGN_VALUE,
		    campaign_place(r->campaign, pos), NAME_NONE,
		    "the value is no base64");
	return id;
}

/* Has the object had that attribute already? */
static bool
is_double(struct building *b, uint32_t name)
{
	uint32_t *seen;

	if (name == NAME_NONE)
		return false;
	if (b->attrs.n == 0)
		b->serial++;
	seen = idmap_at(&b->seen, name);
	if (*seen == b->serial)
		return true;
	*seen = b->serial;
	return false;
}

static void
end_attribute(struct reader *r, uint32_t pos)
{
	struct cattr *a = &r->now.attr;
	size_t n;

	a->value = list_take(r->campaign, &r->now.values, sizeof(*a->value),
	    &n);
	a->nvalue = (uint32_t)n;
	if (is_double(&r->now, a->name)) {
		diag_report(r->diag, DIAG_CAMPAIGN_ATTRIBUTE_TWICE,
		    campaign_place(r->campaign, pos), NAME_NONE,
		    "attribute \"%s\" is given twice", name_str(a->name));
		return;
	}
	list_push(&r->now.attrs, a, sizeof(*a));
}

/* Is this the attribute that names the object, "attr=value"? */
static bool
is_rdn(const struct cattr *a, uint32_t known)
{
	size_t n = name_len(a->name);
	const char *v;

	if (known != NAME_NONE && a->name != known)
		return false;
	if (a->nvalue != 1)
		return false;
	v = name_str(a->value[0]);
	return name_len(a->value[0]) > n + 1 && v[n] == '=' &&
	    memcmp(v, name_str(a->name), n) == 0;
}

/* The DN of a create: the RDN attribute leaves the list. */
static void
name_object(struct reader *r, struct ccb_op *op, uint32_t parent)
{
	const struct class_def *c = class_builtin(op->class);
	uint32_t known = c == NULL ? (uint32_t)NAME_NONE : c->rdn.name, i;
	const char *fault;

	for (i = 0; i < op->nattr && !is_rdn(&op->attr[i], known);)
		i++;
	if (i == op->nattr) {
		diag_report(r->diag, DIAG_NO_RDN,
		    campaign_place(r->campaign, op->pos), NAME_NONE,
		    "a \"%s\" is created but no attribute names it \"%s=...\"",
		    name_str(op->class),
		    known == NAME_NONE ? "attribute" : name_str(known));
		return;
	}
	op->rdn_type = op->attr[i].type;
	op->dn = dn_join(op->attr[i].value[0], parent);
	op->nattr--;
	memmove(&op->attr[i], &op->attr[i + 1],
	    (op->nattr - i) * sizeof(*op->attr));
	if (op->nattr == 0)
		op->attr = NULL;
	fault = dn_fault(name_str(op->dn), name_len(op->dn));
	if (fault != NULL)
		diag_report(r->diag, DIAG_CAMPAIGN_DN,
		    campaign_place(r->campaign, op->pos), NAME_NONE,
		    "\"%.100s\" is no name of an object: it %s",
		    name_str(op->dn), fault);
}

static void
begin_op(struct reader *r, enum ccb_kind kind)
{
	struct ccb_op *op = &r->now.op;

	*op = (struct ccb_op){ .kind = kind, .reason = r->reason,
		.pos = r->pos };
	if (kind == CCB_CREATE) {
		op->class = read_text(r, "objectClassName");
		op->dn = read_text(r, "parentObjectDN");
		return;
	}
	op->dn = read_text(r, "objectDN");
	if (kind == CCB_MODIFY)
		op->op = (enum modify_op)read_number(r, "operation",
		    MODIFY_REPLACE);
}

static void
end_op(struct reader *r, struct list *to)
{
	struct ccb_op *op = &r->now.op;
	uint32_t parent = op->dn;
	size_t n;

	op->attr = list_take(r->campaign, &r->now.attrs, sizeof(*op->attr),
	    &n);
	op->nattr = (uint32_t)n;
	if (op->kind == CCB_CREATE) {
		if (parent != NAME_NONE && strcmp(name_str(parent), "=") == 0)
			parent = NAME_NONE;
		name_object(r, op, parent);
	}
	list_push(to, op, sizeof(*op));
}

static void
begin_callback(struct reader *r)
{
	struct callback *c = &r->now.callback;

	c->label = read_text(r, "callbackLabel");
	c->string = read_text(r, "stringToPass");
	c->time = read_number(r, "time", -1);
}

static void
end_callback(struct reader *r, struct list *to)
{
	struct callback *c = &r->now.callback;

	if (r->now.in_action) {
		r->now.action.kind = ACTION_CALLBACK;
		r->now.action.callback = *c;
	} else {
		list_push(to, c, sizeof(*c));
	}
	*c = (struct callback){ .time = -1 };
}

static void
take_actions(struct reader *r, struct action_list *to)
{
	to->v = list_take(r->campaign, &r->now.actions, sizeof(*to->v),
	    &to->n);
}

static void
begin_action(struct reader *r)
{
	r->now.in_action = true;
	r->now.action = (struct action){ .reason = r->reason, .pos = r->pos };
}

static void
end_action(struct reader *r)
{
	struct action *a = &r->now.action;

	if (a->kind == ACTION_CLI)
		a->env = list_take(r->campaign, &r->now.envs,
		    sizeof(*a->env), &a->nenv);
	list_push(&r->now.actions, a, sizeof(*a));
	r->now.in_action = false;
}

static void
begin_admin(struct reader *r, struct admin_op *op)
{
	r->now.action.kind = ACTION_ADMIN;
	op->dn = read_text(r, "objectDN");
	op->operation = read_text(r, "operationID");
	r->now.admin = op;
}

static void
begin_cli(struct reader *r, uint32_t *command, uint32_t *args)
{
	r->now.action.kind = ACTION_CLI;
	*command = read_text(r, "command");
	*args = read_text(r, "args");
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
add_env(struct reader *r)
{
	struct plm_env e = { read_text(r, "plmExecEnviron"),
		read_text(r, "clmNode"), read_text(r, "amfNode") };

	list_push(&r->now.envs, &e, sizeof(e));
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
		.reason = r->reason, .pos = r->pos };
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
begin_action_part(struct reader *r)
{
	struct action *a = &r->now.action;

	switch (r->element) {
	case EL_INIT_ACTION:
	case EL_PROC_INIT_ACTION:
	case EL_PROC_WRAPUP_ACTION:
	case EL_COMPLETE_ACTION:
	case EL_WRAPUP_ACTION:
		begin_action(r);
		break;
	case EL_DO_ADMIN:
		begin_admin(r, &a->forward);
		break;
	case EL_UNDO_ADMIN:
		begin_admin(r, &a->undo);
		break;
	case EL_PARAM:
		r->now.param = (struct param){ .name = read_text(r, "name"),
			.type = (enum value_type)read_number(r, "type",
			    TYPE_STRING) };
		break;
	case EL_DO_CLI:
		begin_cli(r, &a->command, &a->args);
		break;
	case EL_UNDO_CLI:
		begin_cli(r, &a->undo_command, &a->undo_args);
		break;
	case EL_EXEC_ENV:
		add_env(r);
		break;
	case EL_CCB:
		a->kind = ACTION_CCB;
		a->ccb_flags = (uint64_t)read_number(r, "ccbFlags", 0);
		break;
	case EL_CREATE:
	case EL_ADDED:
		begin_op(r, CCB_CREATE);
		break;
	case EL_DELETE:
		begin_op(r, CCB_DELETE);
		break;
	case EL_MODIFY:
		begin_op(r, CCB_MODIFY);
		break;
	case EL_ATTRIBUTE:
		r->now.attr = (struct cattr){ .name = read_text(r, "name"),
			.type = (enum value_type)read_number(r, "type",
			    TYPE_STRING) };
		break;
	case EL_AT_INIT:
	case EL_AT_BACKUP:
	case EL_AT_ROLLBACK:
	case EL_AT_COMMIT:
	case EL_CALLBACK:
		begin_callback(r);
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
	begin_action_part(r);
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
end_ccb(struct reader *r)
{
	struct action *a = &r->now.action;

	a->op = list_take(r->campaign, &r->now.ops, sizeof(*a->op), &a->nop);
}

static void
end_admin(struct reader *r)
{
	struct admin_op *op = r->now.admin;

	op->param = list_take(r->campaign, &r->now.params,
	    sizeof(*op->param), &op->nparam);
}

static void
end_action_part(struct reader *r, enum element e, uint32_t pos,
    const char *text, size_t len)
{
	uint32_t id;

	switch (e) {
	case EL_INIT_ACTION:
	case EL_PROC_INIT_ACTION:
	case EL_PROC_WRAPUP_ACTION:
	case EL_COMPLETE_ACTION:
	case EL_WRAPUP_ACTION:
		end_action(r);
		break;
	case EL_DO_ADMIN:
	case EL_UNDO_ADMIN:
		end_admin(r);
		break;
	case EL_PARAM:
		list_push(&r->now.params, &r->now.param, sizeof(r->now.param));
		break;
	case EL_PARAM_VALUE:
		r->now.param.value = value_text(r, pos, text, len);
		break;
	case EL_CCB:
		end_ccb(r);
		break;
	case EL_CREATE:
	case EL_DELETE:
	case EL_MODIFY:
		end_op(r, &r->now.ops);
		break;
	case EL_ADDED:
		end_op(r, &r->now.added);
		break;
	case EL_ATTRIBUTE:
		end_attribute(r, pos);
		break;
	case EL_VALUE:
		id = value_text(r, pos, text, len);
		list_push(&r->now.values, &id, sizeof(id));
		break;
	case EL_AT_INIT:
		end_callback(r, &r->now.at_init);
		break;
	case EL_AT_BACKUP:
		end_callback(r, &r->now.at_backup);
		break;
	case EL_AT_ROLLBACK:
		end_callback(r, &r->now.at_rollback);
		break;
	case EL_AT_COMMIT:
		end_callback(r, &r->now.at_commit);
		break;
	case EL_CALLBACK:
		end_callback(r, &r->now.callbacks);
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
	end_action_part(r, e, pos, text, len);
	end_head(r, e);
	types_end(r, e, text, len);
}
