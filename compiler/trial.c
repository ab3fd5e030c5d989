/*
 * What is the plan if one procedure is on another level? In waves it joins the
 * others there; one after the other they close up behind it.
 */
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "reply.h"
#include "trial.h"

const char *
trial_shown(const struct trial *t, uint32_t name)
{
	return reply_shown(t->w->reply, name);
}

const char *
trial_name(const struct trial *t, uint32_t k)
{
	return trial_shown(t, t->p->proc[k].name);
}

uint32_t
trial_level(const struct trial *t, uint32_t k)
{
	return t->q.proc[t->to[k]].level;
}

/* Where a procedure comes: in waves the one that moves joins the others of the
 * level; one after the other they close up behind it. */
static struct seat
seat_of(const struct trial *t, uint32_t k)
{
	uint32_t level = t->p->proc[k].level, from = t->p->proc[t->x].level;
	uint32_t to = t->w->level;

	if (k == t->x)
		return (struct seat){ to, 1, k };
	if (t->p->waves)
		return (struct seat){ level, 0, k };
	if (level > from && level <= to)
		level--;
	else if (level >= to && level < from)
		level++;
	return (struct seat){ level, 0, k };
}

static uint32_t *
copy_of(const uint32_t *v, size_t n)
{
	uint32_t *c = mem_alloc(n, sizeof(*c));

	if (n > 0)
		memcpy(c, v, n * sizeof(*c));
	return c;
}

void
trial_move(struct trial *t)
{
	const struct plan *p = t->p;
	struct seat *s = mem_alloc(p->n, sizeof(*s));
	struct forest *f = p->f;
	uint32_t i;

	for (i = 0; i < p->n; i++)
		s[i] = seat_of(t, i);
	apart_sort(s, p->n);
	t->q = *p;
	t->q.proc = mem_alloc(p->n, sizeof(*t->q.proc));
	t->q.proc_of = copy_of(p->proc_of, f->n);
	t->q.proc_of_su = copy_of(p->proc_of_su, p->sv->nsu);
	t->to = mem_alloc(p->n, sizeof(*t->to));
	t->gone = mem_alloc(f->ndep, sizeof(*t->gone));
	for (i = 0; i < p->n; i++) {
		t->q.proc[i] = p->proc[s[i].old];
		t->q.proc[i].level = s[i].level;
		t->to[s[i].old] = i;
	}
	for (i = 0; i < f->ndep; i++)
		t->gone[i] = f->dep[i].gone;
	apart_renumber(&t->q, t->to);
	free(s);
}

void
trial_move_back(struct trial *t)
{
	uint32_t i;

	for (i = 0; i < t->p->f->ndep; i++)
		t->p->f->dep[i].gone = t->gone[i];
	free(t->gone);
	free(t->to);
	free(t->q.proc);
	free(t->q.proc_of);
	free(t->q.proc_of_su);
}

