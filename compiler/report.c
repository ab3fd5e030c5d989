/*
 * What does the tree of a plan say? Looking up facts, and what follows from a
 * few of them; report_build.c makes it.
 */
#include <string.h>

#include "dn.h"
#include "report.h"

static const struct {
	const char *name, *member;
	bool many;
} kinds[] = {
#define REPORT_KIND(id, name, member, many) { name, member, many },
#include "report.def"
#undef REPORT_KIND
};

const char *
report_kind_name(enum report_kind k)
{
	return kinds[k].name;
}

const char *
report_kind_member(enum report_kind k)
{
	return kinds[k].member;
}

bool
report_kind_is_list(enum report_kind k)
{
	return kinds[k].many;
}

static const struct report_fact *
find(const struct report_node *n, const char *name)
{
	const struct report_fact *f = n->fact;

	while (f != NULL && strcmp(f->name, name) != 0)
		f = f->next;
	return f;
}

const char *
report_text(const struct report_node *n, const char *name)
{
	const struct report_fact *f = find(n, name);

	return f == NULL ? NULL : f->text;
}

bool
report_same(const struct report_node *a, const struct report_node *b,
    const char *name)
{
	const char *x = report_text(a, name), *y = report_text(b, name);

	return x == y || (x != NULL && y != NULL && strcmp(x, y) == 0);
}

uint64_t
report_number(const struct report_node *n, const char *name)
{
	const struct report_fact *f = find(n, name);

	return f == NULL ? 0 : f->number;
}

bool
report_is_move(const struct report_node *n)
{
	return n != NULL && n->kind == REPORT_ACTION &&
	    strcmp(report_text(n, "verb"), "migrate") == 0;
}

/* An EE that a step is about. */
static const char *
some_ee(const struct report_node *n)
{
	const char *found = NULL, *s;

	for (; n != NULL && found == NULL; n = n->next) {
		if (n->kind == REPORT_PROCEDURE || n->kind == REPORT_STEP)
			found = some_ee(n->child);
		s = n->kind == REPORT_ENTITY ? report_text(n, "name") : NULL;
		if (s != NULL && strncmp(s, "safEE=", 6) == 0)
			found = s;
	}
	return found;
}

const char *
report_tail(const struct report *r)
{
	const char *s = some_ee(r->root->child), *tail = NULL;
	size_t n = s == NULL ? 0 : strlen(s), up;

	while (n > 0 && (up = dn_parent_offset(s, n)) < n) {
		s += up;
		n -= up;
		tail = s;
	}
	return tail;
}

/* What the plan says of a level: only campaigns in waves have that. */
static const struct report_node *
told_of(const struct report_node *plan, uint64_t level)
{
	const struct report_node *n = plan->child;

	while (n != NULL && (n->kind != REPORT_WAVE ||
	    report_number(n, "level") != level))
		n = n->next;
	return n;
}

struct report_wave
report_wave_at(const struct report_node *plan, const struct report_node *n)
{
	struct report_wave w = { .first = n };
	uint64_t level = report_number(n, "level");

	w.facts = told_of(plan, level);
	if (w.facts == NULL && (n->next == NULL || n->next->kind !=
	    REPORT_PROCEDURE || report_number(n->next, "level") != level))
		w.facts = n;
	w.at_most = w.facts == NULL ? NULL : report_text(w.facts, "at-most");
	for (; n != NULL && n->kind == REPORT_PROCEDURE &&
	    report_number(n, "level") == level; n = n->next) {
		w.procedures++;
		w.actions += report_number(n, "action-count");
		w.hosts += report_number(n, "hosts-restarted");
		w.morphs += report_number(n, "vms-morphed");
	}
	w.end = n;
	return w;
}

void
report_wave_add(struct report_wave *sum, const struct report_wave *w)
{
	sum->procedures += w->procedures;
	sum->actions += w->actions;
	sum->hosts += w->hosts;
	sum->morphs += w->morphs;
}

void
report_free(struct report *r)
{
	arena_free(&r->arena);
	r->root = NULL;
}

