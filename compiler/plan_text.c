/*
 * What will this campaign do to my system? Told to the people who approve it:
 * one sentence of counts, then everything in the order of execution. Beyond
 * FOLD actions like ones share a line; no procedure is ever hidden but in the
 * summary, which fits a screen whatever the size.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "duration.h"
#include "plan_line.h"
#include "show.h"

enum { FOLD = 200, SUMMARY_LINES = 24, WIDTH = 98, NAMED = 3 };

/* Marks and counts what the sentence says. */
struct count {
	struct plan *plan;
	const struct procedure *procedure;
};

static void
mark(struct plan *p, uint32_t name, unsigned bit)
{
	if (name < p->nmark)
		p->mark[name] |= (uint8_t)bit;
}

/* An EE that stands on no other: nothing but the innermost step acts on it,
 * and it is no VM that is caught. */
static bool
is_host(const struct plan *p, const struct procedure *proc,
    const struct act *a)
{
	const char *s = name_str(a->entity);
	size_t n = name_len(a->entity), up = dn_parent_offset(s, n);

	return a->step + 1 == proc->nstep && strncmp(s, "safEE=", 6) == 0 &&
	    strncmp(s + up, "safEE=", 6) != 0 &&
	    !plan_is_marked(p, a->entity, MARK_CAUGHT);
}

static void
count_act(void *arg, const struct act *a)
{
	struct count *c = arg;
	struct plan *p = c->plan;

	p->nact++;
	if (a->entity == NAME_NONE)
		return;
	if (a->verb == VERB_TERMINATE)
		mark(p, a->entity, MARK_DOWN);
	if (a->verb != VERB_RESTART && (a->verb != VERB_INSTANTIATE ||
	    !plan_is_marked(p, a->entity, MARK_DOWN)))
		return;
	if (is_host(p, c->procedure, a) &&
	    !plan_is_marked(p, a->entity, MARK_RESTARTED)) {
		mark(p, a->entity, MARK_RESTARTED);
		p->nrestarted++;
	}
}

static void
count_caught(struct plan *p)
{
	const struct action_list *l = &p->campaign->init;
	size_t i, k;

	for (i = 0; i < l->n; i++)
		for (k = 0; k < l->v[i].nop; k++) {
			uint32_t vm = plan_sponsored(&l->v[i].op[k]);

			if (vm == NAME_NONE ||
			    plan_is_marked(p, vm, MARK_CAUGHT))
				continue;
			mark(p, vm, MARK_CAUGHT);
			p->ncaught++;
		}
}

static void
count_risk(struct plan *p, const struct procedure *proc)
{
	size_t i;

	p->all_at_risk |= proc->outage == OUTAGE_ALL;
	if (proc->outage != OUTAGE_SOME)
		return;
	for (i = 0; i < proc->naccepted; i++)
		if (!plan_is_marked(p, proc->accepted[i], MARK_RISK)) {
			mark(p, proc->accepted[i], MARK_RISK);
			p->nrisk++;
		}
}

static bool
adds_to_imm(const struct campaign *c)
{
	return c->nbundle + c->ntype > 0;
}

static bool
removes_from_imm(const struct campaign *c)
{
	return c->nremove_bundle + c->nremove_type > 0;
}

static void
count_all(struct plan *p)
{
	const struct campaign *c = p->campaign;
	size_t i;

	count_caught(p);
	p->nact = (size_t)adds_to_imm(c) + c->init.n + c->complete.n +
	    c->wrapup.n + (size_t)removes_from_imm(c);
	for (i = 0; i < c->nprocedure; i++) {
		const struct procedure *proc = &c->procedure[i];
		struct count count = { p, proc };

		p->nact += proc->init.n + proc->wrapup.n;
		sequence_run(p->sequence, proc, count_act, &count);
		count_risk(p, proc);
	}
}

static bool
rolls(const struct campaign *c)
{
	size_t i;

	for (i = 0; i < c->nprocedure; i++)
		if (c->procedure[i].method == METHOD_ROLLING)
			return true;
	return false;
}

static void
sentence(struct plan *p)
{
	struct buf *b = p->out;

	buf_str(b, "plan: ");
	show_count(b, p->campaign->nprocedure, "procedure");
	buf_str(b, ", ");
	show_count(b, p->nact, "action");
	buf_str(b, ", ");
	show_count(b, p->nrestarted, "host");
	buf_str(b, " restarted, ");
	show_count(b, p->ncaught, "VM");
	buf_str(b, " caught, ");
	if (p->all_at_risk)
		buf_str(b, "all services");
	else
		show_count(b, p->nrisk, "service");
	buf_str(b, " at risk");
	if (rolls(p->campaign))
		buf_str(b, "; what rolls is counted for one node");
}

void
plan_waves(const struct campaign *c, struct buf *out)
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

static void
order_line(struct plan *p)
{
	const struct campaign *c = p->campaign;
	uint32_t low = UINT32_MAX, high = 0;
	size_t i;

	if (c->nprocedure == 0)
		return;
	for (i = 0; i < c->nprocedure; i++) {
		low = c->procedure[i].level < low ? c->procedure[i].level :
		    low;
		high = c->procedure[i].level > high ? c->procedure[i].level :
		    high;
	}
	if (low == high)
		buf_printf(p->out, "order: level %u", low);
	else
		buf_printf(p->out, "order: levels %u to %u", low, high);
	buf_str(p->out, c->schedule == NAME_NONE ? ", one procedure a level" :
	    ", procedures of one level side by side");
	buf_char(p->out, '\n');
	plan_waves(c, p->out);
}

/* Only what is known of all procedures is known of the whole. */
static void
time_line(struct plan *p)
{
	const struct levels *l = &p->levels;

	if (l->together == 0)
		return;
	buf_str(p->out, "time: at most ");
	duration_write(p->out, l->together);
	if (l->in_turn != l->together) {
		buf_str(p->out, "; one procedure after the other: ");
		duration_write(p->out, l->in_turn);
	}
	buf_char(p->out, '\n');
}

static bool
has_waves(const struct campaign *c)
{
	return c->schedule != NAME_NONE &&
	    strcmp(name_str(c->schedule), "waves") == 0;
}

/* Does a level begin here that has not been told of? */
static bool
opens_wave(const struct plan *p, const struct procedure *proc)
{
	return has_waves(p->campaign) && p->level < p->levels.n &&
	    p->levels.v[p->level].level == proc->level;
}

static void
wave_line(struct plan *p)
{
	const struct level *l = &p->levels.v[p->level++];

	buf_printf(p->out, "wave %zu: ", p->level);
	show_count(p->out, l->n, "procedure");
	if (l->longest > 0) {
		buf_str(p->out, ", at most ");
		duration_write(p->out, l->longest);
	}
	buf_char(p->out, '\n');
}

static void
name_line(struct plan *p, const char *what, uint32_t name)
{
	if (name == NAME_NONE)
		return;
	buf_printf(p->out, "%s: ", what);
	show_name(p->out, name);
	buf_char(p->out, '\n');
}

static void
head(struct plan *p)
{
	name_line(p, "campaign", p->campaign->name);
	name_line(p, "source", p->campaign->source_digest);
	name_line(p, "target", p->campaign->target_digest);
	order_line(p);
	time_line(p);
	if (p->tail != NULL) {
		buf_str(p->out, "names: \",..\" stands for \",");
		show_text(p->out, p->tail, p->tail_len);
		buf_str(p->out, "\"\n");
	}
}

static void
title(struct plan *p, const char *text)
{
	buf_printf(p->out, "\n%s\n", text);
}

static void
command_line(struct plan *p, const char *what, uint32_t command, uint32_t args)
{
	if (command == NAME_NONE)
		return;
	buf_printf(p->out, "%15s%s: ", "", what);
	show_name(p->out, command);
	if (args != NAME_NONE) {
		buf_char(p->out, ' ');
		show_name(p->out, args);
	}
	buf_char(p->out, '\n');
}

static void
timeout_line(struct plan *p, uint32_t timeout)
{
	if (timeout == NAME_NONE)
		return;
	buf_printf(p->out, "%15stimeout: ", "");
	show_timeout(p->out, timeout);
	buf_char(p->out, '\n');
}

/* New software; in full with the commands that it brings. */
static void
bundle_lines(struct plan *p)
{
	const struct campaign *c = p->campaign;
	uint32_t *name = mem_alloc(c->nbundle, sizeof(*name));
	size_t i;

	for (i = 0; i < c->nbundle; i++)
		name[i] = c->bundle[i].name;
	if (p->zoom != PLAN_FULL)
		plan_names(p, '+', name, c->nbundle);
	for (i = 0; p->zoom == PLAN_FULL && i < c->nbundle; i++) {
		const struct bundle *b = &c->bundle[i];

		plan_names(p, '+', &name[i], 1);
		command_line(p, "online install", b->install_online,
		    b->install_online_args);
		command_line(p, "offline install", b->install_offline,
		    b->install_offline_args);
		command_line(p, "online uninstall", b->remove_online,
		    b->remove_online_args);
		command_line(p, "offline uninstall", b->remove_offline,
		    b->remove_offline_args);
		timeout_line(p, b->timeout);
	}
	free(name);
}

static void
imm_line(struct plan *p, const char *what, size_t nbundle, size_t ntype)
{
	buf_printf(p->out, "%8zu ~ %-17s %s: ", p->seq++, "modify-im", what);
	show_count(p->out, nbundle, "bundle");
	buf_str(p->out, ", ");
	show_count(p->out, ntype, "type");
	buf_char(p->out, '\n');
}

static void
before(struct plan *p)
{
	const struct campaign *c = p->campaign;

	if (!adds_to_imm(c) && c->init.n + c->nat_init + c->nat_backup +
	    c->nat_rollback == 0)
		return;
	title(p, "before the first procedure");
	if (adds_to_imm(c)) {
		imm_line(p, "new software", c->nbundle, c->ntype);
		bundle_lines(p);
		plan_ops(p, c->type, c->ntype);
	}
	plan_callbacks(p, "at initialization", c->at_init, c->nat_init);
	plan_callbacks(p, "at backup", c->at_backup, c->nat_backup);
	plan_callbacks(p, "at rollback", c->at_rollback, c->nat_rollback);
	plan_actions(p, &c->init);
}

static void
after(struct plan *p)
{
	const struct campaign *c = p->campaign;
	uint32_t *bundle;
	size_t i;

	if (c->complete.n > 0) {
		title(p, "after the last procedure");
		plan_actions(p, &c->complete);
	}
	if (c->wrapup.n == 0 && !removes_from_imm(c) && c->nat_commit == 0)
		return;
	title(p, "after commit; there is no rollback any more");
	plan_callbacks(p, "at commit", c->at_commit, c->nat_commit);
	plan_actions(p, &c->wrapup);
	if (!removes_from_imm(c))
		return;
	imm_line(p, "old software", c->nremove_bundle, c->nremove_type);
	plan_names(p, '-', c->remove_type, c->nremove_type);
	bundle = mem_alloc(c->nremove_bundle, sizeof(*bundle));
	for (i = 0; i < c->nremove_bundle; i++)
		bundle[i] = c->remove_bundle[i].bundle;
	plan_names(p, '-', bundle, c->nremove_bundle);
	free(bundle);
}

static void
services_line(struct plan *p, const struct procedure *proc)
{
	size_t i;

	if (proc->outage == OUTAGE_ALL)
		buf_str(p->out, "    services: any may go down\n");
	for (i = 0; proc->outage == OUTAGE_SOME && i < proc->naccepted; i++) {
		buf_str(p->out, "    service at risk: ");
		plan_name(p, proc->accepted[i]);
		buf_char(p->out, '\n');
	}
	for (i = 0; i < proc->nkept; i++) {
		buf_str(p->out, "    service kept up: ");
		plan_name(p, proc->kept[i]);
		buf_char(p->out, '\n');
	}
}

static size_t
list_added(const struct unit *u, uint32_t class, uint32_t *name)
{
	size_t i, n = 0;

	for (i = 0; i < u->nadded; i++)
		if (u->added[i].class == class)
			name[n++] = u->added[i].dn;
	return n;
}

/* Whom a nested step is about: what it acts on, or what it brings. */
static size_t
list_entities(const struct step *s, uint32_t *name)
{
	const struct unit *u = &s->activation;
	const struct entity_list *l = &u->acted_on;
	size_t n = 0;

	if (l->nname == 0)
		n = list_added(u, N_SaPlmEE, name);
	if (l->nname == 0 && n == 0)
		n = list_added(u, N_SaAmfSU, name);
	if (n > 0)
		return n;
	if (l->nname == 0)
		l = &s->deactivation.acted_on;
	for (; n < l->nname; n++)
		name[n] = l->name[n];
	return n;
}

static void
entities_part(struct plan *p, const struct step *s)
{
	uint32_t *name = mem_alloc(s->activation.nadded +
	    s->activation.acted_on.nname + s->deactivation.acted_on.nname,
	    sizeof(*name));
	size_t n = list_entities(s, name), i;
	size_t shown = p->fold && n > NAMED + 1 ? (size_t)NAMED : n;

	for (i = 0; i < shown; i++) {
		buf_str(p->out, i == 0 ? ": " : ", ");
		plan_name(p, name[i]);
	}
	if (shown < n)
		buf_printf(p->out, " and %zu more", n - shown);
	free(name);
}

static const char *
step_deed(const struct step *s)
{
	if (s->scope != SCOPE_ADD_REMOVE)
		return s->ntemplate > 0 ? "modifies" : "acts on";
	if (s->activation.nadded > 0)
		return s->deactivation.removed.nname > 0 ? "replaces" : "adds";
	return s->deactivation.removed.nname > 0 ? "removes" : "acts on";
}

static void
nested_line(struct plan *p, const struct step *s, size_t i, size_t n)
{
	const char *type = step_type_name(s);

	buf_str(p->out, "    ");
	if (n > 1)
		buf_printf(p->out, "[%zu] ", i + 1);
	buf_printf(p->out, "%s step %s", type == NULL ? "unknown" : type,
	    step_deed(s));
	entities_part(p, s);
	if (s->max_retry != 1 || p->zoom == PLAN_FULL) {
		buf_str(p->out, "; at most ");
		show_count(p->out, s->max_retry, "retry");
	}
	buf_char(p->out, '\n');
	plan_why(p, 8, s->reason);
}

/* Over which nodes: those the innermost pair names, or all it finds. */
static void
rolling_line(struct plan *p, const struct procedure *proc)
{
	const struct step *s = &proc->step[proc->nstep - 1];
	const struct entity_template *t = s->unit_template;
	size_t i, n = s->nunit_template;

	buf_str(p->out, "    rolling: all this for each node, one after the "
	    "other: ");
	if (n == 0 || t[0].parent == NAME_NONE) {
		buf_str(p->out, n == 0 || t[0].type == NAME_NONE ? "all" :
		    "all of type ");
		if (n > 0 && t[0].type != NAME_NONE)
			plan_name(p, t[0].type);
		buf_str(p->out, " in ");
		plan_name(p, s->node_template);
		buf_char(p->out, '\n');
		return;
	}
	for (i = 0; i < n && (i < NAMED || n == NAMED + 1 || !p->fold); i++) {
		buf_str(p->out, i == 0 ? "" : ", ");
		plan_name(p, t[i].parent);
	}
	if (i < n)
		buf_printf(p->out, " and %zu more", n - i);
	buf_char(p->out, '\n');
}

static void
procedure_part(struct plan *p, const struct procedure *proc)
{
	size_t i;

	if (opens_wave(p, proc)) {
		buf_char(p->out, '\n');
		wave_line(p);
	}
	buf_printf(p->out, "\nlevel %u: ", proc->level);
	show_name(p->out, proc->name);
	buf_char(p->out, '\n');
	if (proc->period > 0) {
		buf_str(p->out, "    at most ");
		duration_write(p->out, proc->period);
		buf_char(p->out, '\n');
	}
	plan_why(p, 4, proc->reason);
	services_line(p, proc);
	if (proc->method == METHOD_ROLLING && proc->nstep > 0)
		rolling_line(p, proc);
	for (i = 0; i < proc->nstep; i++) {
		nested_line(p, &proc->step[i], i, proc->nstep);
		plan_callbacks(p, "in the step", proc->step[i].callback,
		    proc->step[i].ncallback);
	}
	if (proc->init.n > 0)
		buf_str(p->out, "    prepare\n");
	plan_actions(p, &proc->init);
	plan_steps(p, proc);
	if (proc->wrapup.n > 0)
		buf_str(p->out, "    finish\n");
	plan_actions(p, &proc->wrapup);
}

static void
count_one(void *arg, const struct act *a)
{
	(void)a;
	++*(size_t *)arg;
}

/* One line for a procedure, cut at the width of the page. */
static void
summary_line(struct plan *p, const struct procedure *proc)
{
	struct buf line = { 0 }, *out = p->out;
	size_t n = proc->init.n + proc->wrapup.n;

	sequence_run(p->sequence, proc, count_one, &n);
	p->out = &line;
	buf_printf(&line, "  level %u: ", proc->level);
	show_name(&line, proc->name);
	buf_str(&line, ", ");
	show_count(&line, n, "action");
	if (proc->nstep > 1)
		buf_printf(&line, " in %zu nested steps", proc->nstep);
	if (proc->reason != NAME_NONE) {
		buf_str(&line, ": ");
		show_name(&line, proc->reason);
	}
	p->out = out;
	if (line.len > WIDTH) {
		line.len = WIDTH - 3;
		while ((line.data[line.len] & 0xc0) == 0x80)
			line.len--; /* no character is cut in two */
		buf_str(&line, "...");
	}
	buf_add(out, line.data, line.len);
	buf_char(out, '\n');
	buf_free(&line);
}

static void
summary(struct plan *p, const size_t *order)
{
	const struct procedure *proc;
	size_t n = p->campaign->nprocedure, i, lines;

	head(p);
	for (i = lines = 0; i < n; i++, lines++) {
		proc = &p->campaign->procedure[order[i]];
		if (lines >= SUMMARY_LINES && n - i > 1) {
			buf_str(p->out, "  ... and ");
			show_count(p->out, n - i, "more procedure");
			buf_char(p->out, '\n');
			break;
		}
		if (opens_wave(p, proc)) {
			wave_line(p);
			lines++;
		}
		summary_line(p, proc);
	}
}

static void
details(struct plan *p, const size_t *order)
{
	size_t i;

	head(p);
	buf_str(p->out, "marks: + comes  - goes  ~ changes  v goes down  "
	    "^ comes up  @ restarts  ! other\n");
	before(p);
	for (i = 0; i < p->campaign->nprocedure; i++)
		procedure_part(p, &p->campaign->procedure[order[i]]);
	after(p);
	buf_char(p->out, '\n');
}

static uint32_t
first_ee(const struct entity_list *l)
{
	size_t i;

	for (i = 0; i < l->nname; i++)
		if (strncmp(name_str(l->name[i]), "safEE=", 6) == 0)
			return l->name[i];
	return NAME_NONE;
}

/* An EE of the campaign, to see under which root they stand. */
static uint32_t
some_ee(const struct campaign *c)
{
	uint32_t found = NAME_NONE;
	size_t i, k, m;

	for (i = 0; i < c->nprocedure && found == NAME_NONE; i++)
		for (k = 0; k < c->procedure[i].nstep; k++) {
			const struct step *s = &c->procedure[i].step[k];

			found = first_ee(&s->activation.acted_on);
			if (found == NAME_NONE)
				found = first_ee(&s->deactivation.acted_on);
			for (m = 0; m < s->activation.nadded; m++)
				if (found == NAME_NONE &&
				    s->activation.added[m].class == N_SaPlmEE)
					found = s->activation.added[m].dn;
			if (found != NAME_NONE)
				break;
		}
	return found;
}

/* The root is said once, not in every line. */
static void
find_tail(struct plan *p)
{
	uint32_t name = some_ee(p->campaign);
	const char *s = name_str(name);
	size_t n = name_len(name), up;

	/* Every name in full, or none that could be shorter. */
	if (p->zoom != PLAN_DEFAULT)
		return;
	while ((up = dn_parent_offset(s, n)) < n) {
		s += up;
		n -= up;
		p->tail = s;
		p->tail_len = n;
	}
}

static void
know_caught(const struct campaign *c)
{
	size_t i, k;

	for (i = 0; i < c->init.n; i++)
		for (k = 0; k < c->init.v[i].nop; k++)
			plan_sponsored(&c->init.v[i].op[k]);
}

static void
begin(struct plan *p)
{
	p->sequence = sequence_new(p->campaign);
	know_caught(p->campaign); /* marks are kept for names that exist now */
	p->nmark = intern_count();
	p->mark = mem_alloc(p->nmark, 1);
	count_all(p);
}

static void
end(struct plan *p)
{
	sequence_free(p->sequence);
	free(p->mark);
}

void
plan_sentence(const struct campaign *c, struct plan_counts *counts,
    struct buf *out)
{
	struct plan p = { .campaign = c, .out = out };

	begin(&p);
	sentence(&p);
	*counts = (struct plan_counts){ p.nact, p.nrestarted, p.ncaught,
		p.nrisk, p.all_at_risk };
	end(&p);
}

void
plan_text(const struct campaign *c, enum plan_zoom zoom, struct buf *out)
{
	struct plan p = { .campaign = c, .zoom = zoom, .out = out, .seq = 1 };
	size_t *order = campaign_order(c);

	begin(&p);
	levels_find(&p.levels, c, order);
	p.fold = zoom != PLAN_FULL && (p.nact > FOLD || rolls(c));
	find_tail(&p);
	sentence(&p);
	buf_char(out, '\n');
	if (zoom == PLAN_SUMMARY)
		summary(&p, order);
	else
		details(&p, order);
	sentence(&p);
	buf_char(out, '\n');
	levels_free(&p.levels);
	end(&p);
	free(order);
}
