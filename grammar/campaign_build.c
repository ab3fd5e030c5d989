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

void
build_take_actions(struct reader *r, struct action_list *to)
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
		build_take_actions(r, &c->complete);
		c->wait_to_commit = read_number(r, "time", 0);
		break;
	case EL_WAIT_TO_ALLOW:
		build_take_actions(r, &c->wrapup);
		c->wait_to_allow = read_number(r, "time", 0);
		break;
	case EL_SW_REMOVE:
	case EL_SW_ADD:
	case EL_PLAIN_REMOVE:
	case EL_PLAIN_ADD:
	case EL_BUNDLE_DN:
		begin_ref(r);
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
	build_procedure_begin(r);
	types_begin(r);
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
		build_take_actions(r, &c->init);
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
	build_procedure_end(r, e);
	build_action_end(r, e, pos, text, len);
	end_head(r, e);
	types_end(r, e, text, len);
}
