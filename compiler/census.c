/*
 * How much does a campaign do? One pass in the order of the document marks
 * names: what is caught, what sponsors, what went down and came back. A VM is
 * what has a dependency written, a host an EE that stands on no other.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "campaign.h"
#include "census.h"
#include "dn.h"
#include "sequence.h"
#include "show.h"

enum { MARK_CAUGHT = 1, MARK_VM = 2, MARK_SPONSOR = 4, MARK_DOWN = 8,
	MARK_RESTARTED = 16, MARK_RISK = 32 };

/* An act, and whose it is. */
struct count {
	struct census *census;
	const struct procedure *procedure;
	struct census_procedure *sum;
};

static bool
has(const struct census *s, uint32_t name, unsigned bit)
{
	return name < s->nmark && (s->mark[name] & bit) != 0;
}

/* Was it not marked before? */
static bool
mark(struct census *s, uint32_t name, unsigned bit)
{
	if (name >= s->nmark || bit == 0 || has(s, name, bit))
		return false;
	s->mark[name] |= (uint8_t)bit;
	return true;
}

static bool
is_ee(const char *name)
{
	return strncmp(name, "safEE=", 6) == 0;
}

/* Does it stand below another EE in the tree of names? */
static bool
is_inside(uint32_t name)
{
	const char *s = name_str(name);
	size_t up = dn_parent_offset(s, name_len(name));

	return is_ee(s + up);
}

uint32_t
census_sponsored(const struct ccb_op *op)
{
	uint32_t i;

	for (i = 0; i < op->nattr; i++)
		if (op->attr[i].name == N_saPlmDepNames)
			return dn_parent(op->dn);
	return NAME_NONE;
}

const char *
census_noun(const struct census *s, uint32_t name)
{
	if (has(s, name, MARK_CAUGHT | MARK_VM))
		return "VM";
	if (is_ee(name_str(name)) && !is_inside(name))
		return "host";
	if (has(s, name, MARK_SPONSOR))
		return "VMM";
	if (is_ee(name_str(name)))
		return "EE";
	return strncmp(name_str(name), "safSu=", 6) == 0 ? "SU" : "entity";
}

/* --- marking --- */

/* Is it a VM and not an EE whose dependency is an ordinary one? Only those
 * that stand directly in the domain move. */
static bool
is_vm(uint32_t name)
{
	return name != NAME_NONE && is_ee(name_str(name)) && !is_inside(name);
}

static void
know_op(struct census *s, const struct ccb_op *op, unsigned bits)
{
	uint32_t vm = census_sponsored(op), i, k;

	if (!is_vm(vm) || s->mark == NULL)
		return; /* without marks: its name is interned, that is all */
	if (op->kind == CCB_MODIFY && mark(s, vm, bits & MARK_CAUGHT))
		s->vms++;
	mark(s, vm, bits & MARK_VM);
	for (i = 0; i < op->nattr; i++)
		for (k = 0; op->attr[i].name == N_saPlmDepNames &&
		    k < op->attr[i].nvalue; k++)
			mark(s, op->attr[i].value[k], MARK_SPONSOR);
}

static void
know_list(struct census *s, const struct action_list *l, unsigned bits)
{
	size_t i, k;

	for (i = 0; i < l->n; i++) {
		if (moves_morphing(&l->v[i], NULL))
			mark(s, l->v[i].forward.dn, MARK_VM);
		for (k = 0; k < l->v[i].nop; k++)
			know_op(s, &l->v[i].op[k], bits);
	}
}

static void
know_all(struct census *s)
{
	const struct campaign *c = s->campaign;
	size_t i, k, m;

	know_list(s, &c->init, MARK_CAUGHT | MARK_VM);
	know_list(s, &c->complete, MARK_VM);
	for (i = 0; i < c->nprocedure; i++) {
		const struct procedure *p = &c->procedure[i];

		know_list(s, &p->init, MARK_VM);
		know_list(s, &p->wrapup, MARK_VM);
		for (k = 0; k < p->nstep; k++)
			for (m = 0; m < p->step[k].activation.nadded; m++)
				know_op(s, &p->step[k].activation.added[m],
				    MARK_VM);
	}
}

/* --- counting --- */

static void
count_act(void *arg, const struct act *a)
{
	struct count *c = arg;
	struct census *s = c->census;

	c->sum->actions++;
	if (a->each && (a->verb == VERB_RESTART || a->verb ==
	    VERB_INSTANTIATE) && a->step + 1 == c->procedure->nstep)
		c->sum->hosts = 1; /* of each node */
	if (a->entity == NAME_NONE || a->each)
		return;
	if (a->verb == VERB_TERMINATE)
		mark(s, a->entity, MARK_DOWN);
	if (a->verb != VERB_RESTART && (a->verb != VERB_INSTANTIATE ||
	    !has(s, a->entity, MARK_DOWN)))
		return;
	/* Nothing but the innermost step acts on what stands on nothing. */
	if (a->step + 1 == c->procedure->nstep &&
	    strcmp(census_noun(s, a->entity), "host") == 0 &&
	    mark(s, a->entity, MARK_RESTARTED))
		c->sum->hosts++;
}

static void
count_risk(struct census *s, const struct risk_counter *counted,
    const struct procedure *p)
{
	size_t i;

	s->all_services |= p->outage == OUTAGE_ALL;
	for (i = 0; p->outage == OUTAGE_SOME && i < p->naccepted; i++)
		s->services += !risk_counted(counted, p->accepted[i]) &&
		    mark(s, p->accepted[i], MARK_RISK);
}

/* What the campaign tells of services, and what it lets go down besides. */
static void
count_services(struct census *s, const size_t *order)
{
	const struct campaign *c = s->campaign;
	struct risk_counter counter = { 0 };
	struct risk_sum sum = risk_count(&counter, &s->risks, order,
	    c->nprocedure);
	size_t i;

	s->services = sum.at_risk;
	s->reduced = sum.reduced;
	s->down = sum.down;
	for (i = 0; i < c->nprocedure; i++)
		count_risk(s, &counter, &c->procedure[i]);
	risk_counter_free(&counter);
}

static void
count_levels(struct census *s, const size_t *order)
{
	const struct procedure *p = s->campaign->procedure;
	size_t i;

	for (i = 0; i < s->campaign->nprocedure; i++)
		s->levels += i == 0 ||
		    p[order[i]].level != p[order[i - 1]].level;
}

/* A command is one action in each place. */
static size_t
count_listed(const struct action_list *l)
{
	size_t i, n = 0;

	for (i = 0; i < l->n; i++)
		n += l->v[i].kind == ACTION_CLI ? l->v[i].nenv : 1;
	return n;
}

static size_t
count_morphs(const struct action_list *l)
{
	size_t i, n = 0;

	for (i = 0; i < l->n; i++)
		n += moves_morphing(&l->v[i], NULL);
	return n;
}

static void
count_rolled(struct census *s, const struct procedure *p,
    const struct rolled *r, struct census_procedure *sum)
{
	if (p->method != METHOD_ROLLING)
		return;
	if (r->actions == 0) {
		s->rolls = true;
		return;
	}
	sum->actions = r->actions;
	sum->hosts *= r->nodes;
}

static void
count_all(struct census *s, const struct sequence *sequence)
{
	const struct campaign *c = s->campaign;
	size_t *order = campaign_order(c), i;

	s->actions = (size_t)(c->nbundle + c->ntype > 0) +
	    c->nat_init + c->nat_backup + c->nat_commit +
	    count_listed(&c->init) + count_listed(&c->complete) +
	    count_listed(&c->wrapup) +
	    (size_t)(c->nremove_bundle + c->nremove_type > 0) +
	    s->moves.outside;
	for (i = 0; i < c->nprocedure; i++) {
		const struct procedure *p = &c->procedure[order[i]];
		struct census_procedure *sum = &s->procedure[order[i]];
		struct count count = { s, p, sum };

		sum->actions = count_listed(&p->init) +
		    count_listed(&p->wrapup);
		sum->morphs = count_morphs(&p->init);
		sequence_run(sequence, p, count_act, &count);
		sum->actions += s->moves.of[order[i]];
		count_rolled(s, p, &s->moves.rolled[order[i]], sum);
		s->actions += sum->actions;
		s->hosts += sum->hosts;
		s->morphs += sum->morphs;
	}
	count_services(s, order);
	count_levels(s, order);
	free(order);
}

void
census_take(struct census *s, const struct campaign *c,
    const struct sequence *sequence)
{
	*s = (struct census){ .campaign = c };
	risks_read(&s->risks, c);
	moves_read(&s->moves, c);
	know_all(s); /* marks are kept for names that exist now */
	s->nmark = intern_count();
	s->mark = mem_alloc(s->nmark, 1);
	s->procedure = mem_alloc(c->nprocedure, sizeof(*s->procedure));
	know_all(s);
	count_all(s, sequence);
}

void
census_free(struct census *s)
{
	free(s->mark);
	free(s->procedure);
	risks_free(&s->risks);
	moves_free(&s->moves);
}

/* --- telling --- */

void
census_sentence(const struct census *s, struct buf *b)
{
	buf_str(b, "plan: ");
	show_count(b, s->levels, "wave");
	buf_str(b, ", ");
	show_count(b, s->campaign->nprocedure, "procedure");
	buf_str(b, ", ");
	show_count(b, s->actions, "action");
	buf_str(b, ", ");
	show_count(b, s->hosts, "host");
	buf_str(b, " restarted, ");
	show_count(b, s->vms, "VM");
	buf_str(b, " caught, ");
	if (s->morphs > 0) {
		show_count(b, s->morphs, "VM");
		buf_str(b, " morphed, ");
	}
	if (s->all_services)
		buf_str(b, "all services");
	else
		show_count(b, s->services, "service");
	buf_str(b, " at risk");
	if (s->down > 0)
		buf_printf(b, " (%zu go%s down)", s->down, s->down == 1 ?
		    "es" : "");
	if (s->rolls)
		buf_str(b, "; what rolls is counted for one node");
}

void
census_waves(const struct campaign *c, struct buf *out)
{
	size_t i, n = 0;

	if (c->bound == NAME_NONE)
		return;
	for (i = 0; i < c->nprocedure; i++)
		if (c->procedure[i].level >= n)
			n = (size_t)c->procedure[i].level + 1;
	buf_printf(out, "waves: %zu (bound %s%s)\n", n, name_str(c->bound),
	    strtoull(name_str(c->bound), NULL, 10) == n ? ", optimal" : "");
}
