/*
 * Where does every machine stand? Each record of the journal moves one action;
 * at the end the actions are counted by phase and machine. The order of the
 * machines of a phase is that of their first actions.
 */
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "campaign_fsm.h"
#include "driver.h"
#include "exec.h"
#include "idmap.h"
#include "journal.h"

/* --- what there is --- */

static void
add_phase(struct board *b, const char *name, uint32_t proc, size_t begin,
    size_t end)
{
	struct phase *p = &b->phase[b->nphase];

	if (begin == end)
		return;
	*p = (struct phase){ .name = name, .proc = proc, .begin = begin,
		.end = end, .level = proc == NONE ? NONE :
		    b->a->proc[proc].p->level };
	b->nphase++;
}

static void
add_phases(struct board *b)
{
	const struct actions *a = b->a;
	size_t k;

	b->phase = mem_alloc(a->nproc + 4, sizeof(*b->phase));
	add_phase(b, "initialization", NONE, 0, a->init_end);
	for (k = 0; k < a->nproc; k++)
		add_phase(b, name_str(a->proc[k].p->name), (uint32_t)k,
		    a->proc[k].first, a->proc[k].first + a->proc[k].n);
	add_phase(b, "completion", NONE, a->complete, a->wrapup);
	add_phase(b, "commit", NONE, a->wrapup, a->rollback);
	add_phase(b, "rollback", NONE, a->rollback, a->n);
}

/* The machines of a phase, each with the place of its actions in order. */
static void
add_machines(struct board *b, struct phase *p, size_t *nmachine)
{
	struct idmap index = { 0 };
	size_t i, at = p->begin;

	p->machine = b->machine + *nmachine;
	for (i = p->begin; i < p->end; i++) {
		uint64_t key = (uint64_t)b->a->act[i].entity + 1;
		uint32_t *k = idmap_at(&index, key);

		if (*k == 0) {
			*k = (uint32_t)++p->nmachine;
			p->machine[*k - 1] = (struct machine){
				.dn = b->a->act[i].entity, .last = NO_ACT };
		}
		p->machine[*k - 1].n++;
	}
	for (i = 0; i < p->nmachine; i++) {
		p->machine[i].first = at;
		at += p->machine[i].n;
		p->machine[i].n = 0;
	}
	for (i = p->begin; i < p->end; i++) {
		struct machine *m = &p->machine[idmap_get(&index,
		    (uint64_t)b->a->act[i].entity + 1) - 1];

		b->order[m->first + m->n++] = i;
	}
	*nmachine += p->nmachine;
	idmap_free(&index);
}

struct board *
board_new(const struct actions *a)
{
	struct board *b = mem_alloc(1, sizeof(*b));
	size_t i, n = 0;

	*b = (struct board){ .a = a, .running = NO_ACT, .ntext = 1,
		.text_cap = 16 };
	b->act = mem_alloc(a->n + 1, sizeof(*b->act));
	b->order = mem_alloc(a->n + 1, sizeof(*b->order));
	b->machine = mem_alloc(a->n + 1, sizeof(*b->machine));
	b->text = mem_alloc(b->text_cap, sizeof(*b->text));
	add_phases(b);
	for (i = 0; i < b->nphase; i++)
		add_machines(b, &b->phase[i], &n);
	return b;
}

/* --- what happens --- */

static size_t
keep_text(struct board *b, const struct record *r)
{
	char *copy;

	if (r->text == NULL || r->len == 0)
		return 0;
	if (b->ntext == b->text_cap) {
		b->text_cap *= 2;
		b->text = mem_realloc(b->text, b->text_cap, sizeof(*b->text));
	}
	copy = mem_alloc(r->len + 1, 1);
	memcpy(copy, r->text, r->len);
	b->text[b->ntext] = copy;
	return b->ntext++;
}

static void
begins(struct board *b, struct board_act *x, const struct record *r)
{
	x->stand = STAND_RUNNING;
	x->direction = (uint8_t)r->b;
	x->attempt = (uint16_t)r->c;
	x->begun = r->time;
	x->ended = 0;
	b->running = r->a - 1;
}

static void
ends(struct board *b, struct board_act *x, const struct record *r)
{
	if (r->d != OUTCOME_OK) {
		x->stand = STAND_FAILED;
		x->why = keep_text(b, r);
	} else {
		x->stand = r->b == DO_FORWARD ? STAND_DONE : STAND_UNDONE;
		x->why = 0;
	}
	if (r->d == OUTCOME_OK && r->len > 0)
		x->forgiven = keep_text(b, r);
	x->ended = r->time;
	b->running = NO_ACT;
}

static bool
is_note(const struct record *r, const char *text)
{
	return r->kind == RECORD_NOTE && r->len == strlen(text) &&
	    memcmp(r->text, text, r->len) == 0;
}

/* The backup took back whatever was begun. */
static void
restored(struct board *b)
{
	size_t i;

	for (i = 0; i < b->a->n; i++)
		if (b->act[i].stand != STAND_QUEUED) {
			b->act[i].stand = STAND_UNDONE;
			b->act[i].forgiven = 0;
		}
	b->running = NO_ACT;
}

void
board_record(struct board *b, const struct record *r)
{
	if (b->begun == 0)
		b->begun = r->time;
	b->last = r->time;
	b->completed |= r->kind == RECORD_ROW && r->a == 0 &&
	    r->f == CMPG_EXECUTION_COMPLETED;
	b->ntaken_back += is_note(r, EXEC_PHASE_GOES_BACK);
	if (is_note(r, "restored"))
		restored(b);
	if ((r->kind != RECORD_BEGIN && r->kind != RECORD_END) || r->a == 0 ||
	    r->a > b->a->n)
		return;
	if (r->kind == RECORD_BEGIN)
		begins(b, &b->act[r->a - 1], r);
	else
		ends(b, &b->act[r->a - 1], r);
}

/* --- what it comes to --- */

static bool
is_later(const struct board *b, size_t i, size_t than)
{
	return than == NO_ACT || b->act[i].begun >= b->act[than].begun;
}

static enum stand
stand_of(const struct board *b, size_t i)
{
	enum stand s = (enum stand)b->act[i].stand;

	return s == STAND_FAILED && b->back ? STAND_UNDONE : s;
}

static void
count_machine(const struct board *b, struct machine *m)
{
	size_t k;

	memset(&m->acts, 0, sizeof(m->acts));
	m->last = NO_ACT;
	for (k = 0; k < m->n; k++) {
		size_t i = b->order[m->first + k];

		m->acts.n[stand_of(b, i)]++;
		if (b->act[i].begun != 0 && is_later(b, i, m->last))
			m->last = i;
	}
}

static void
count_times(const struct board *b, struct phase *p)
{
	size_t i;

	p->begun = p->ended = 0;
	for (i = p->begin; i < p->end; i++) {
		const struct board_act *x = &b->act[i];

		if (x->begun != 0 && (p->begun == 0 || x->begun < p->begun))
			p->begun = x->begun;
		if (x->ended > p->ended)
			p->ended = x->ended;
	}
}

static void
add_tally(struct tally *to, const struct tally *t)
{
	size_t i;

	for (i = 0; i < STAND_COUNT; i++)
		to->n[i] += t->n[i];
}

void
board_count(struct board *b, bool back)
{
	size_t i, k;

	b->back = back;
	memset(&b->acts, 0, sizeof(b->acts));
	for (i = 0; i < b->nphase; i++) {
		struct phase *p = &b->phase[i];

		memset(&p->acts, 0, sizeof(p->acts));
		for (k = 0; k < p->nmachine; k++) {
			count_machine(b, &p->machine[k]);
			add_tally(&p->acts, &p->machine[k].acts);
		}
		count_times(b, p);
		add_tally(&b->acts, &p->acts);
	}
}

size_t
tally_all(const struct tally *t)
{
	size_t i, n = 0;

	for (i = 0; i < STAND_COUNT; i++)
		n += t->n[i];
	return n;
}

enum stand
tally_stand(const struct tally *t)
{
	size_t all = tally_all(t);

	if (t->n[STAND_FAILED] > 0)
		return STAND_FAILED;
	if (t->n[STAND_QUEUED] == all)
		return STAND_QUEUED;
	if (t->n[STAND_DONE] == all)
		return STAND_DONE;
	if (t->n[STAND_RUNNING] == 0 && t->n[STAND_DONE] == 0)
		return STAND_UNDONE;
	return STAND_RUNNING;
}

const char *
stand_name(enum stand s)
{
	static const char *const names[] = { "queued", "in progress",
		"succeeded", "failed", "undone" };

	return names[s];
}

void
board_free(struct board *b)
{
	size_t i;

	if (b == NULL)
		return;
	for (i = 1; i < b->ntext; i++)
		free(b->text[i]);
	free(b->text);
	free(b->act);
	free(b->order);
	free(b->machine);
	free(b->phase);
	free(b);
}
