/*
 * Which machine is touched when, and where is each virtual machine? Nothing
 * is known but what the report says: entities of steps with their deeds, and
 * the sponsor lists that are written. One pass in the order of execution.
 */
#include <stdlib.h>
#include <string.h>

#include "dn.h"
#include "intern.h"
#include "report.h"
#include "scene.h"

struct gather {
	struct scene *s;
	uint32_t wave;
	enum report_kind part; /* before, procedure, after */
};

const char *
deed_mark(enum deed d)
{
	static const char *const marks[] = { [DEED_NONE] = "",
		[DEED_ACTS] = "@", [DEED_MORPHS] = "\xe2\x89\x88",
		[DEED_MODIFIES] = "~",
		[DEED_REMOVES] = "\xe2\x88\x92", [DEED_ADDS] = "+" };

	return marks[d];
}

const char *
deed_word(enum deed d)
{
	static const char *const words[] = { [DEED_NONE] = "untouched",
		[DEED_ACTS] = "restarts", [DEED_MORPHS] = "morphs",
		[DEED_MODIFIES] = "changes",
		[DEED_REMOVES] = "removed", [DEED_ADDS] = "new" };

	return words[d];
}

/* --- machines --- */

static bool
is_ee(const char *s)
{
	return strncmp(s, "safEE=", 6) == 0;
}

/* The outermost EE in a name; the name itself if it is in none. */
static uint32_t
host_name(uint32_t name)
{
	const char *s = name_str(name);
	size_t n = name_len(name), up;

	while ((up = dn_parent_offset(s, n)) < n && is_ee(s + up)) {
		s += up;
		n -= up;
	}
	return intern(s, n);
}

static enum machine_kind
kind_of(uint32_t name, const char *what)
{
	if (what != NULL && strcmp(what, "VM") == 0)
		return MACHINE_VM;
	if (!is_ee(name_str(name)))
		return MACHINE_SU;
	return host_name(name) == name ? MACHINE_HOST : MACHINE_INNER;
}

/* The machine of that name, entered if it is new, and its host with it. */
static uint32_t
machine(struct scene *s, uint32_t name, const char *what)
{
	uint32_t *at = idmap_at(&s->index, name), i;
	enum machine_kind kind;

	if (*at != 0)
		return *at - 1;
	s->machine = mem_grow(s->machine, s->n, &s->cap,
	    sizeof(*s->machine));
	i = (uint32_t)s->n++;
	*at = i + 1;
	kind = kind_of(name, what);
	s->machine[i] = (struct machine){ .name = name, .kind = kind,
		.host = i, .from = SCENE_NONE, .held = SCENE_NONE };
	if (kind == MACHINE_INNER) {
		uint32_t host = machine(s, host_name(name), "host");

		s->machine[i].host = host;
	}
	return i;
}

/* --- what happens to them --- */

static enum deed
deed_of(const char *deed, const char *role)
{
	if (strcmp(role, "is new") == 0)
		return DEED_ADDS;
	if (strcmp(role, "is removed") == 0 || strcmp(deed, "removes") == 0)
		return DEED_REMOVES;
	return strcmp(deed, "modifies") == 0 ? DEED_MODIFIES : DEED_ACTS;
}

static void
happens(struct gather *g, uint32_t name, const char *what, enum deed deed)
{
	struct scene *s = g->s;
	uint32_t i = machine(s, name, what);

	if (s->nevent > 0 && s->event[s->nevent - 1].machine == i &&
	    s->event[s->nevent - 1].deed == deed &&
	    s->event[s->nevent - 1].wave == g->wave)
		return;
	s->event = mem_grow(s->event, s->nevent, &s->event_cap,
	    sizeof(*s->event));
	s->event[s->nevent++] = (struct event){ i, g->wave, deed };
	if (deed <= s->machine[i].deed)
		return;
	s->machine[i].deed = deed;
	s->machine[i].wave = g->wave;
}

/* An entity that goes down and comes up again is one. */
static bool
is_told(const struct report_node *step, const struct report_node *entity)
{
	const char *role = report_text(entity, "role");
	const char *deed = report_text(step, "deed");

	if (strcmp(deed, "acts on") == 0)
		return strcmp(role, "comes up") == 0 ||
		    strcmp(role, "changes") == 0;
	if (strcmp(deed, "removes") == 0)
		return strcmp(role, "goes down") == 0;
	return true;
}

static void
gather_step(struct gather *g, const struct report_node *step)
{
	const struct report_node *e;

	for (e = step->child; e != NULL; e = e->next) {
		const char *what, *name;

		if (e->kind != REPORT_ENTITY || !is_told(step, e))
			continue;
		what = report_text(e, "what");
		name = report_text(e, "name");
		if (strcmp(what, "entity") != 0)
			happens(g, intern_str(name), what,
			    deed_of(report_text(step, "deed"),
			    report_text(e, "role")));
	}
}

/* The host that a monitor stands in. */
static uint32_t
host_of(struct scene *s, const char *monitor)
{
	uint32_t i = machine(s, intern_str(monitor), "VMM");

	return s->machine[i].host;
}

/* A machine that becomes another while it runs is counted where it stands as
 * it does: where it goes, or where it is. */
static void
gather_morph(struct gather *g, const struct report_node *n)
{
	struct scene *s = g->s;
	const char *on = report_text(n, "on"), *to = report_text(n, "to");
	uint32_t name = intern_str(report_text(n, "name")), vm, from, host;

	happens(g, name, "VM", DEED_MORPHS);
	vm = machine(s, name, "VM");
	from = on == NULL ? SCENE_NONE : host_of(s, on);
	host = to == NULL ? from : host_of(s, to);
	if (host == SCENE_NONE || s->machine[vm].held != SCENE_NONE)
		return;
	s->machine[vm].host = host;
	s->machine[vm].from = from;
}

/* --- sponsors --- */

static void
hold(struct scene *s, uint32_t vm, uint32_t monitor)
{
	struct machine *m = &s->machine[vm];

	if (m->held != SCENE_NONE)
		return;
	m->held = monitor;
	m->host = s->machine[monitor].host;
	s->machine[monitor].holds++;
	if (m->host != monitor)
		s->machine[m->host].holds++;
}

static void
may_stand(struct scene *s, uint32_t vm, uint32_t monitor)
{
	s->after = mem_grow(s->after, s->nafter, &s->after_cap,
	    sizeof(*s->after));
	s->after[s->nafter++] = monitor;
	s->machine[vm].nafter++;
	s->machine[monitor].may_hold++;
	if (s->machine[monitor].host != monitor)
		s->machine[s->machine[monitor].host].may_hold++;
}

static void
gather_sponsors(struct gather *g, const struct report_node *change)
{
	const struct report_node *a = change->child, *v;
	struct scene *s = g->s;
	uint32_t vm;

	while (a != NULL && strcmp(report_text(a, "name"),
	    "saPlmDepNames") != 0)
		a = a->next;
	if (a == NULL || a->child == NULL)
		return;
	vm = machine(s, intern_str(report_text(change, "vm")), "VM");
	if (s->machine[vm].kind != MACHINE_VM)
		return;
	if (g->part != REPORT_AFTER) {
		/* A list of several does not say where the VM is. */
		if (a->child->next == NULL)
			hold(s, vm, machine(s, intern_str(
			    report_text(a->child, "text")), "VMM"));
		return;
	}
	s->machine[vm].after = (uint32_t)s->nafter;
	for (v = a->child; v != NULL; v = v->next)
		may_stand(s, vm, machine(s,
		    intern_str(report_text(v, "text")), "VMM"));
}

static void
gather_action(struct gather *g, const struct report_node *action)
{
	const struct report_node *c;

	for (c = action->child; c != NULL; c = c->next)
		if (c->kind == REPORT_CHANGE && report_text(c, "vm") != NULL)
			gather_sponsors(g, c);
}

/* --- services --- */

static const struct {
	const char *word, *letter;
} states[] = {
	[SERVICE_UNSAID] = { "not touched", "" },
	[SERVICE_UP] = { "kept up", "u" },
	[SERVICE_REDUCED] = { "fewer units", "f" },
	[SERVICE_DEGRADED] = { "degraded", "d" },
	[SERVICE_HANGS] = { "no spare left", "n" },
	[SERVICE_RISK] = { "may go down", "m" },
	[SERVICE_DOWN] = { "down", "X" },
};

const char *
service_word(enum service_state s)
{
	return states[s].word;
}

const char *
service_letter(enum service_state s)
{
	return states[s].letter;
}

static void
fares(struct gather *g, const char *name, enum service_state state)
{
	struct scene *s = g->s;
	uint32_t *at = idmap_at(&s->service_index, intern_str(name));
	struct service_row *row;

	if (*at == 0) {
		s->service = mem_grow(s->service, s->nservice,
		    &s->service_cap, sizeof(*s->service));
		s->service[s->nservice++] = (struct service_row){
			.name = name,
			.state = arena_alloc(&s->arena, s->nwave) };
		*at = (uint32_t)s->nservice;
	}
	row = &s->service[*at - 1];
	if (state > row->state[g->wave])
		row->state[g->wave] = (uint8_t)state;
	if (state > row->worst)
		row->worst = state;
}

/* What the campaign gives leave to, or forbids. */
static void
gather_service(struct gather *g, const struct report_node *n)
{
	fares(g, report_text(n, "name"), strcmp(report_text(n, "state"),
	    "at risk") == 0 ? SERVICE_RISK : SERVICE_UP);
}

/* What comes of taking units down. */
static void
gather_risk(struct gather *g, const struct report_node *n)
{
	const char *word = report_text(n, "state");
	enum service_state state = strcmp(word, "down") == 0 ? SERVICE_DOWN :
	    strcmp(word, "degraded") == 0 ? SERVICE_DEGRADED :
	    SERVICE_REDUCED;
	const struct report_node *x;

	for (x = n->child; x != NULL; x = x->next)
		if (x->kind == REPORT_FAILURE && state < SERVICE_HANGS)
			state = SERVICE_HANGS;
	if (report_text(n, "any-failure") != NULL && state < SERVICE_HANGS)
		state = SERVICE_HANGS;
	for (x = n->child; x != NULL; x = x->next)
		if (x->kind == REPORT_MEMBER || x->kind == REPORT_DEPENDENT)
			fares(g, report_text(x, "name"), state);
}

/* --- the whole --- */

static void
gather_procedure(struct gather *g, const struct report_node *n)
{
	const struct report_node *x;

	g->s->any_service |= strcmp(report_text(n, "outage"),
	    "any service") == 0;
	for (x = n->child; x != NULL; x = x->next) {
		if (x->kind == REPORT_STEP)
			gather_step(g, x);
		else if (x->kind == REPORT_MORPH)
			gather_morph(g, x);
		else if (x->kind == REPORT_SERVICE)
			gather_service(g, x);
		else if (x->kind == REPORT_RISK)
			gather_risk(g, x);
		else if (x->kind == REPORT_ACTION)
			gather_action(g, x);
		else if (x->kind == REPORT_NODE &&
		    report_text(x, "name") != NULL)
			happens(g, intern_str(report_text(x, "name")), NULL,
			    DEED_MODIFIES);
	}
}

static size_t
count_waves(const struct report_node *n, uint32_t *level)
{
	size_t count = 0;
	uint64_t last = 0;

	for (; n != NULL; n = n->next) {
		if (n->kind != REPORT_PROCEDURE ||
		    (count > 0 && report_number(n, "level") == last))
			continue;
		last = report_number(n, "level");
		if (level != NULL)
			level[count] = (uint32_t)last;
		count++;
	}
	return count;
}

static void
gather(struct gather *g, const struct report_node *n)
{
	const struct report_node *x;

	for (; n != NULL; n = n->next) {
		g->part = n->kind;
		if (n->kind == REPORT_PROCEDURE) {
			if (report_number(n, "level") !=
			    g->s->level[g->wave])
				g->wave++;
			gather_procedure(g, n);
		} else if (n->kind == REPORT_BEFORE ||
		    n->kind == REPORT_AFTER) {
			for (x = n->child; x != NULL; x = x->next)
				if (x->kind == REPORT_ACTION)
					gather_action(g, x);
		}
	}
}

/* Names in natural order, as everywhere. */
static int
by_name(const void *a, const void *b)
{
	const struct service_row *x = a, *y = b;

	if (x->worst != y->worst)
		return x->worst > y->worst ? -1 : 1;
	return dn_natural(intern_str(x->name), intern_str(y->name));
}

void
scene_make(struct scene *s, const struct report *r)
{
	struct gather g = { .s = s };

	*s = (struct scene){ 0 };
	s->nwave = count_waves(r->root->child, NULL);
	s->level = arena_array(&s->arena, s->nwave, sizeof(*s->level));
	count_waves(r->root->child, s->level);
	gather(&g, r->root->child);
	if (s->nservice > 0)
		qsort(s->service, s->nservice, sizeof(*s->service), by_name);
}

void
scene_free(struct scene *s)
{
	arena_free(&s->arena);
	free(s->machine);
	free(s->event);
	free(s->after);
	free(s->service);
	idmap_free(&s->index);
	idmap_free(&s->service_index);
}

const char *
scene_label(struct scene *s, uint32_t i)
{
	uint32_t name = s->machine[i].name;
	const char *dn = name_str(name), *own, *above;
	size_t n = name_len(name), up = dn_parent_offset(dn, n), nown, nabove;
	char *text;

	own = dn_value(dn, n, &nown);
	if (up >= n || strncmp(dn + up, "safHE=", 6) != 0)
		return arena_strdup(&s->arena, own, nown);
	above = dn_value(dn + up, n - up, &nabove);
	text = arena_alloc(&s->arena, nown + nabove + 4);
	memcpy(text, above, nabove);
	memcpy(text + nabove, ", ", 2);
	memcpy(text + nabove + 2, own, nown);
	return text;
}
