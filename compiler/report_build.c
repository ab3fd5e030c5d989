/*
 * What does a campaign do? The answer as a tree of nodes with named facts:
 * phases and procedures in the order of execution, their steps, their actions
 * under the same numbers as in a run, and every change of the model with its
 * values. It is built in one pass over the campaign.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "duration.h"
#include "level.h"
#include "report_part.h"
#include "sequence.h"
#include "show.h"

static void
timeout(struct builder *b, struct report_node *n, uint32_t ns)
{
	struct buf t = { 0 };

	if (ns == NAME_NONE)
		return;
	show_timeout(&t, ns);
	node_kept(b, n, "timeout", &t);
}

static void
add_bundles(struct builder *b)
{
	const struct campaign *c = b->campaign;
	size_t i;

	for (i = 0; i < c->nbundle; i++) {
		const struct bundle *x = &c->bundle[i];
		struct report_node *n = node_add(b, b->r->root, REPORT_BUNDLE);

		node_name(b, n, "name", x->name);
		node_name(b, n, "install-online", x->install_online);
		node_words(b, n, "install-online-arguments",
		    x->install_online_args);
		node_name(b, n, "install-offline", x->install_offline);
		node_words(b, n, "install-offline-arguments",
		    x->install_offline_args);
		node_name(b, n, "remove-online", x->remove_online);
		node_words(b, n, "remove-online-arguments",
		    x->remove_online_args);
		node_name(b, n, "remove-offline", x->remove_offline);
		node_words(b, n, "remove-offline-arguments",
		    x->remove_offline_args);
		timeout(b, n, x->timeout);
	}
}

/* Side by side is said only of campaigns in waves. */
static void
add_waves(struct builder *b, const struct levels *l, const size_t *order)
{
	const struct campaign *c = b->campaign;
	struct report_node *n;
	struct risk_sum risk;
	size_t i, k;

	if (c->schedule == NAME_NONE ||
	    strcmp(name_str(c->schedule), "waves") != 0)
		return;
	for (i = 0; i < l->n; i++) {
		size_t actions = 0, hosts = 0, morphs = 0;

		n = node_add(b, b->r->root, REPORT_WAVE);
		node_number(b, n, "number", i + 1);
		node_number(b, n, "level", l->v[i].level);
		node_number(b, n, "procedure-count", l->v[i].n);
		for (k = 0; k < l->v[i].n; k++, order++) {
			actions += b->census.procedure[*order].actions;
			hosts += b->census.procedure[*order].hosts;
			morphs += b->census.procedure[*order].morphs;
		}
		node_number(b, n, "action-count", actions);
		node_number(b, n, "hosts-restarted", hosts);
		node_count(b, n, "vms-morphed", morphs);
		risk = report_risk_sum(b, n, order - l->v[i].n, l->v[i].n);
		node_time(b, n, "at-most", l->v[i].longest);
		node_name(b, n, "phase", l->v[i].phase);
		node_name(b, n, "gate", l->v[i].gate);
		report_failures(b, n, &risk);
	}
}

static void
add_before(struct builder *b)
{
	const struct campaign *c = b->campaign;
	struct report_node *n = node_add(b, b->r->root, REPORT_BEFORE), *a;
	size_t i;

	report_calls(b, n, c->at_init, c->nat_init);
	report_calls(b, n, c->at_backup, c->nat_backup);
	report_callbacks(b, n, "at rollback", c->at_rollback, c->nat_rollback);
	if (c->nbundle + c->ntype > 0) {
		a = report_action(b, n, NULL, "modify-im");
		for (i = 0; i < c->nbundle; i++)
			report_change(b, a, "create", c->bundle[i].name);
		report_ops(b, a, c->type, c->ntype);
	}
	report_list(b, n, NULL, &c->init);
}

static void
add_after(struct builder *b)
{
	const struct campaign *c = b->campaign;
	struct report_node *n = node_add(b, b->r->root, REPORT_AFTER), *a;
	size_t i;

	report_list(b, n, NULL, &c->complete);
	n = node_add(b, b->r->root, REPORT_COMMIT);
	report_calls(b, n, c->at_commit, c->nat_commit);
	report_list(b, n, NULL, &c->wrapup);
	if (c->nremove_bundle + c->nremove_type == 0)
		return;
	a = report_action(b, n, NULL, "modify-im");
	report_names(b, a, "delete", c->remove_type, c->nremove_type);
	for (i = 0; i < c->nremove_bundle; i++)
		report_change(b, a, "delete", c->remove_bundle[i].bundle);
}

static void
add_head(struct builder *b, const struct levels *l)
{
	const struct campaign *c = b->campaign;
	struct report_node *n = node_add(b, NULL, REPORT_PLAN);
	const struct census *s = &b->census;
	struct buf sentence = { 0 };

	census_sentence(s, &sentence);
	if (l->together > 0) {
		buf_str(&sentence, "; at most ");
		duration_write(&sentence, l->together);
	} else if (s->actions > 0) {
		buf_str(&sentence, "; how long is not known");
	}
	node_number(b, n, "format", 1);
	node_kept(b, n, "summary", &sentence);
	node_name(b, n, "campaign", c->name);
	node_name(b, n, "source", c->source_digest);
	node_name(b, n, "target", c->target_digest);
	node_name(b, n, "schedule", c->schedule);
	node_name(b, n, "bound", c->bound);
	node_number(b, n, "wave-count", s->levels);
	node_time(b, n, "at-most", l->together);
	if (l->in_turn != l->together)
		node_time(b, n, "at-most-in-turn", l->in_turn);
	node_number(b, n, "procedure-count", c->nprocedure);
	node_number(b, n, "action-count", s->actions);
	node_number(b, n, "hosts-restarted", s->hosts);
	node_number(b, n, "vms-caught", s->vms);
	node_count(b, n, "vms-morphed", s->morphs);
	if (s->all_services)
		node_text(b, n, "services-at-risk", "all");
	else
		node_number(b, n, "services-at-risk", s->services);
	node_number(b, n, "services-reduced", s->reduced);
	node_number(b, n, "services-down", s->down);
}

void
report_build(struct report *r, const struct campaign *c)
{
	struct builder b = { .r = r, .campaign = c, .seq = 1 };
	size_t *order = campaign_order(c), i;
	struct levels levels;

	*r = (struct report){ 0 };
	b.sequence = sequence_new(c);
	census_take(&b.census, c, b.sequence);
	levels_find(&levels, c, order);
	add_head(&b, &levels);
	add_waves(&b, &levels, order);
	levels_free(&levels);
	add_bundles(&b);
	add_before(&b);
	for (i = 0; i < c->nprocedure; i++)
		report_procedure(&b, order[i]);
	add_after(&b);
	census_free(&b.census);
	risk_counter_free(&b.counter);
	sequence_free(b.sequence);
	free(order);
}
