/*
 * How is a nested step written? As its scope and its options; what it acts on,
 * adds, removes and changes in the order of the schema.
 */
#include "campaign_write.h"

static void
write_template(struct xml_out *o, uint32_t parent, uint32_t type)
{
	if (parent != NAME_NONE)
		write_ref(o, "parent", "objectDN", parent);
	if (type != NAME_NONE)
		write_ref(o, "type", "objectDN", type);
}

static void
write_entities(struct xml_out *o, const char *element,
    const struct entity_list *l)
{
	size_t i;

	if (l->nname == 0 && l->ntemplate == 0)
		return;
	xml_begin(o, element);
	xml_content(o);
	for (i = 0; i < l->nname; i++)
		write_ref(o, "byName", "objectDN", l->name[i]);
	for (i = 0; i < l->ntemplate; i++) {
		xml_begin(o, "byTemplate");
		xml_content(o);
		write_template(o, l->template[i].parent, l->template[i].type);
		xml_end(o, "byTemplate");
	}
	xml_end(o, element);
}

static void
write_modification(struct xml_out *o, const struct modification *m)
{
	xml_begin(o, "modifyOperation");
	xml_name(o, "objectRDN", m->rdn);
	xml_attr(o, "operation", write_operation_name(m->op));
	xml_content(o);
	write_attributes(o, m->attr, m->nattr);
	xml_end(o, "modifyOperation");
}

static void
write_targets(struct xml_out *o, const struct step *s)
{
	size_t i, k;

	for (i = 0; i < s->ntemplate; i++) {
		const struct target_template *t = &s->template[i];

		xml_begin(o, "targetEntityTemplate");
		xml_content(o);
		write_template(o, t->parent, t->type);
		for (k = 0; k < t->nmod; k++)
			write_modification(o, &t->mod[k]);
		xml_end(o, "targetEntityTemplate");
	}
}

static void
write_add_remove(struct xml_out *o, const struct step *s)
{
	size_t i;

	xml_open(o, "forAddRemove");
	xml_open(o, "deactivationUnit");
	write_entities(o, "actedOn", &s->deactivation.acted_on);
	write_entities(o, "removed", &s->deactivation.removed);
	write_bundle_refs(o, "swRemove", s->deactivation.sw_remove,
	    s->deactivation.nremove);
	xml_end(o, "deactivationUnit");
	xml_open(o, "activationUnit");
	write_entities(o, "actedOn", &s->activation.acted_on);
	for (i = 0; i < s->activation.nadded; i++)
		write_create(o, "added", &s->activation.added[i]);
	write_bundle_refs(o, "swAdd", s->activation.sw_add,
	    s->activation.nadd);
	xml_end(o, "activationUnit");
	xml_end(o, "forAddRemove");
}

static void
write_modify(struct xml_out *o, const struct step *s)
{
	const struct unit *u = &s->activation;

	xml_open(o, "forModify");
	xml_open(o, "activationUnit");
	write_entities(o, "actedOn", &u->acted_on);
	write_bundle_refs(o, "swRemove", u->sw_remove, u->nremove);
	write_bundle_refs(o, "swAdd", u->sw_add, u->nadd);
	xml_end(o, "activationUnit");
	write_targets(o, s);
	xml_end(o, "forModify");
}

static void
write_by_template(struct xml_out *o, const struct step *s)
{
	const struct unit *u = &s->activation;
	size_t i;

	xml_open(o, "byTemplate");
	xml_begin(o, "targetNodeTemplate");
	xml_name(o, "objectDN", s->node_template);
	xml_content(o);
	if (s->nunit_template > 0) {
		xml_open(o, "activationUnitTemplate");
		for (i = 0; i < s->nunit_template; i++)
			write_template(o, s->unit_template[i].parent,
			    s->unit_template[i].type);
		xml_end(o, "activationUnitTemplate");
	}
	write_bundle_refs(o, "swRemove", u->sw_remove, u->nremove);
	write_bundle_refs(o, "swAdd", u->sw_add, u->nadd);
	xml_end(o, "targetNodeTemplate");
	write_targets(o, s);
	xml_end(o, "byTemplate");
}

static void
write_scope(struct xml_out *o, const struct step *s)
{
	xml_open(o, "upgradeScope");
	switch (s->scope) {
	case SCOPE_ADD_REMOVE:
		write_add_remove(o, s);
		break;
	case SCOPE_MODIFY:
		write_modify(o, s);
		break;
	case SCOPE_TEMPLATE:
		write_by_template(o, s);
	}
	xml_end(o, "upgradeScope");
}

/* An element that holds one empty element, named by an id. */
static void
write_choice(struct xml_out *o, const char *element, uint32_t choice)
{
	xml_open(o, element);
	xml_begin(o, name_str(choice));
	xml_empty(o);
	xml_end(o, element);
}

static void
write_step_callback(struct xml_out *o, const struct callback *c)
{
	if (c->on == NAME_NONE) {
		write_choice(o, "atAction", c->at);
	} else {
		xml_open(o, "customizationTime");
		write_choice(o, "onStep", c->on);
		write_choice(o, "atAction", c->at);
		xml_end(o, "customizationTime");
	}
	write_callback(o, "callback", c);
}

void
write_step(struct xml_out *o, const struct step *s)
{
	size_t i;

	write_scope(o, s);
	xml_begin(o, "upgradeStep");
	xml_uint(o, "saSmfStepRestartOption", s->restart);
	xml_uint(o, "saSmfStepInPhaseStep", s->in_phase);
	xml_uint(o, "saSmfStepLockedReducedStep", s->locked_reduced);
	xml_uint(o, "saSmfStepMaxRetry", s->max_retry);
	write_reason(o, s->reason);
	if (s->ncallback == 0) {
		xml_empty(o);
		return;
	}
	xml_content(o);
	for (i = 0; i < s->ncallback; i++)
		write_step_callback(o, &s->callback[i]);
	xml_end(o, "upgradeStep");
}
