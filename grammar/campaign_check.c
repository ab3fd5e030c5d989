/*
 * Does a campaign make sense? What the schema cannot say: names, step types
 * and the rules of embedding here; what a configuration change may hold, and
 * what other managers take, in campaign_check_ccb.c.
 */
#include <string.h>

#include "campaign_check.h"
#include "diag.h"

static void
check_names(struct check *k)
{
	const struct campaign *c = k->campaign;
	struct idmap seen = { 0 };
	uint32_t *first;
	size_t i;

	for (i = 0; i < c->nprocedure; i++) {
		const struct procedure *p = &c->procedure[i];

		first = idmap_at(&seen, p->name);
		if (*first == 0) {
			*first = (uint32_t)i + 1;
			continue;
		}
		diag_report(k->diag, DIAG_PROCEDURE_TWICE,
		    campaign_place(c, p->pos), p->name,
		    "another procedure is named \"%s\"", name_str(p->name));
		diag_note(k->diag,
		    campaign_place(c, c->procedure[*first - 1].pos),
		    "the first one is here");
	}
	idmap_free(&seen);
}

static bool
adds_or_removes(const struct step *s)
{
	return s->activation.nadded > 0 ||
	    s->deactivation.removed.nname > 0 ||
	    s->deactivation.removed.ntemplate > 0;
}

static void
check_type(struct check *k, const struct step *s, bool innermost)
{
	const char *type = step_type_name(s);
	struct place at = campaign_place(k->campaign, s->pos);

	if (type == NULL)
		diag_report(k->diag, DIAG_STEP_TYPE, at, NAME_NONE,
		    "restart option %d, in-phase %d and locked reduced %d are "
		    "no type of step", s->restart, s->in_phase,
		    s->locked_reduced);
	else if (!innermost && s->restart)
		diag_report(k->diag, DIAG_REDUCED_EMBEDS, at, NAME_NONE,
		    "a %s step embeds another step", type);
	else if (!innermost && !s->in_phase && adds_or_removes(s))
		diag_report(k->diag, DIAG_OUTER_NOT_IN_PHASE, at, NAME_NONE,
		    "an outer step adds or removes but is %s", type);
}

static void
check_callbacks(struct check *k, const struct step *s)
{
	static const char *const never[] = { "beforeLock", "beforeTermination",
		"afterUnlock" };
	size_t i, n;

	/* A locked reduced step does lock and unlock. */
	for (i = 0; s->restart && i < s->ncallback; i++)
		for (n = 0; n < 3; n++)
			if (strcmp(name_str(s->callback[i].at), never[n]) == 0 &&
			    (n == 1 || !s->locked_reduced))
				diag_report(k->diag, DIAG_CALLBACK_NEVER,
				    campaign_place(k->campaign, s->pos),
				    NAME_NONE,
				    "a %s step never comes to \"%s\"",
				    s->locked_reduced ? "locked reduced" :
				    "reduced", never[n]);
}

static void
check_list(struct check *k, const struct step *s, const struct entity_list *l)
{
	size_t i;

	for (i = 0; i < l->nname; i++)
		check_dn(k, l->name[i], l->pos == NULL ? s->pos : l->pos[i]);
	for (i = 0; i < l->ntemplate; i++) {
		check_dn(k, l->template[i].parent, s->pos);
		check_dn(k, l->template[i].type, s->pos);
		if (l->template[i].parent == NAME_NONE &&
		    l->template[i].type == NAME_NONE)
			diag_report(k->diag, DIAG_EMPTY_TEMPLATE,
			    campaign_place(k->campaign, s->pos), NAME_NONE,
			    "a template of the step has neither parent nor "
			    "type");
	}
}

static void
check_bundles(struct check *k, const struct bundle_ref *v, size_t n,
    bool somewhere, uint32_t pos)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint32_t at = v[i].pos == 0 ? pos : v[i].pos;

		check_dn(k, v[i].bundle, at);
		check_envs(k, v[i].env, v[i].nenv, at);
		if (!somewhere && v[i].nenv == 0)
			diag_report(k->diag, DIAG_BUNDLE_NOWHERE,
			    campaign_place(k->campaign, at), v[i].bundle,
			    "nothing says where \"%s\" is installed or removed",
			    name_str(v[i].bundle));
	}
}

static void
check_unit(struct check *k, const struct step *s, const struct unit *u)
{
	bool somewhere = s->scope == SCOPE_TEMPLATE ||
	    u->acted_on.nname > 0 || u->acted_on.ntemplate > 0;

	check_list(k, s, &u->acted_on);
	check_list(k, s, &u->removed);
	check_bundles(k, u->sw_remove, u->nremove, somewhere, s->pos);
	check_bundles(k, u->sw_add, u->nadd, somewhere, s->pos);
}

static void
check_targets(struct check *k, const struct step *s)
{
	size_t i, j;

	for (i = 0; i < s->ntemplate; i++) {
		const struct target_template *t = &s->template[i];

		check_dn(k, t->parent, s->pos);
		check_dn(k, t->type, s->pos);
		for (j = 0; j < t->nmod; j++)
			check_values(k, t->mod[j].attr, t->mod[j].nattr,
			    t->mod[j].pos);
	}
}

static void
check_steps(struct check *k, const struct procedure *p)
{
	size_t i, j;

	for (i = 0; i < p->nstep; i++) {
		const struct step *s = &p->step[i];

		check_type(k, s, i + 1 == p->nstep);
		check_callbacks(k, s);
		check_unit(k, s, &s->deactivation);
		check_unit(k, s, &s->activation);
		check_dn(k, s->node_template, s->pos);
		for (j = 0; j < s->nunit_template; j++) {
			check_dn(k, s->unit_template[j].parent, s->pos);
			check_dn(k, s->unit_template[j].type, s->pos);
		}
		check_targets(k, s);
	}
	check_step_changes(k, p);
}

static void
check_procedures(struct check *k)
{
	size_t i;

	for (i = 0; i < k->campaign->nprocedure; i++) {
		const struct procedure *p = &k->campaign->procedure[i];

		check_actions(k, &p->init);
		check_steps(k, p);
		check_actions(k, &p->wrapup);
	}
}

static void
check_head(struct check *k)
{
	const struct campaign *c = k->campaign;
	const char *s = name_str(c->schedule);
	size_t i;

	if (c->schedule != NAME_NONE && strcmp(s, "waves") != 0 &&
	    strcmp(s, "sequential") != 0)
		diag_report(k->diag, DIAG_SCHEDULE_WORD, campaign_place(c, 0),
		    NAME_NONE, "the schedule is \"%.100s\"", s);
	for (i = 0; i < c->nbundle; i++)
		check_dn(k, c->bundle[i].name, c->bundle[i].pos);
	for (i = 0; i < c->nremove_type; i++)
		check_dn(k, c->remove_type[i], c->remove_type_pos == NULL ?
		    SRC_WHOLE : c->remove_type_pos[i]);
	check_bundles(k, c->remove_bundle, c->nremove_bundle, true, SRC_WHOLE);
}

bool
campaign_check(const struct campaign *c, struct diag *d)
{
	struct check k = { .campaign = c, .diag = d };
	size_t before = d->nerror;

	check_head(&k);
	check_names(&k);
	check_actions(&k, &c->init);
	check_procedures(&k);
	check_actions(&k, &c->complete);
	check_actions(&k, &c->wrapup);
	check_end(&k);
	return d->nerror == before;
}
