/*
 * How is a violation told? The rule and the entity, where in the campaign it
 * happens, and as notes what everybody involved is doing at that moment and
 * since when: the shortest way there.
 */
#include <stdarg.h>
#include <string.h>

#include "buf.h"
#include "proving.h"

const struct act *
prove_act(const struct prover *p)
{
	return p->now < p->a->n ? &p->a->act[p->now] : NULL;
}

const struct procedure *
prove_procedure(const struct prover *p)
{
	const struct act *a = prove_act(p);

	return a == NULL || a->proc == NONE ? NULL : p->a->proc[a->proc].p;
}

static bool
in_step(const struct act *a)
{
	return a->part == PART_TEAR_DOWN || a->part == PART_MODIFY ||
	    a->part == PART_BUILD_UP;
}

const struct step *
prove_step(const struct prover *p)
{
	const struct procedure *q = prove_procedure(p);
	const struct act *a = prove_act(p);

	if (q == NULL || !in_step(a) || a->nested >= q->nstep)
		return NULL;
	return &q->step[a->nested];
}

/* The name's own place in the step's list, where it has one. */
static bool
listed(const struct entity_list *l, uint32_t dn, uint32_t *pos)
{
	size_t i;

	for (i = 0; l->pos != NULL && i < l->nname; i++)
		if (l->name[i] == dn) {
			*pos = l->pos[i];
			return true;
		}
	return false;
}

/* A machine that a change of the model moves has its place where that has. */
static const struct act *
ordered(const struct prover *p)
{
	const struct act *a = prove_act(p);

	while (a != NULL && a > p->a->act && a->verb == VERB_MIGRATE &&
	    !in_step(a))
		a--;
	return a;
}

static struct place
place(const struct prover *p, uint32_t dn)
{
	const struct act *a = ordered(p);
	const struct procedure *q = prove_procedure(p);
	const struct step *s = prove_step(p);
	uint32_t pos = SRC_WHOLE;

	if (a != NULL && a->verb == VERB_NOTIFY)
		pos = a->callback->pos;
	else if (a != NULL && a->ccb != NULL)
		pos = a->ccb->pos;
	else if (s != NULL && !listed(&s->deactivation.acted_on, dn, &pos) &&
	    !listed(&s->activation.acted_on, dn, &pos) &&
	    !listed(&s->deactivation.removed, dn, &pos))
		pos = s->pos;
	else if (s == NULL && q != NULL)
		pos = q->pos;
	return campaign_place(p->c, pos);
}

static const char *
part_name(uint8_t part)
{
	static const char *const name[] = {
		[PART_INIT] = "the initialization",
		[PART_PROC_INIT] = "its procInitAction",
		[PART_TEAR_DOWN] = "tear-down",
		[PART_MODIFY] = "change of the model",
		[PART_BUILD_UP] = "build-up",
		[PART_PROC_WRAPUP] = "its procWrapupAction",
		[PART_COMPLETE] = "the completion",
		[PART_WRAPUP] = "the wrap-up",
	};

	return name[part];
}

static void
where(const struct prover *p, const struct act *a, struct buf *b)
{
	const struct procedure *q;

	if (a->proc == NONE) {
		buf_str(b, part_name(a->part));
		return;
	}
	q = p->a->proc[a->proc].p;
	if (in_step(a) && q->nstep > 1)
		buf_printf(b, "nested step %u of %zu, ", a->nested + 1u,
		    q->nstep);
	buf_printf(b, "%s, of \"%s\"", part_name(a->part),
	    name_str(q->name));
}

/* "action 12 of 80, lock of "safEE=..."" */
static void
action(const struct prover *p, size_t i, struct buf *b)
{
	const struct act *a = &p->a->act[i];

	buf_printf(b, "action %zu of %zu, %s", i + 1, p->a->n,
	    verb_name(a->verb));
	if (a->entity != NAME_NONE)
		buf_printf(b, " \"%s\"", name_str(a->entity));
}

static void
add_trace(struct prover *p, const char *s)
{
	if (p->trace == NULL)
		return;
	buf_str(p->trace, s);
	buf_char(p->trace, '\n');
}

void
prove_note(struct prover *p, const char *fmt, ...)
{
	char text[2600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_note(p->diag, (struct place){ .off = SRC_WHOLE }, "%s", text);
	if (p->trace != NULL)
		buf_str(p->trace, "  ");
	add_trace(p, text);
}

static void
note_moment(struct prover *p)
{
	struct buf b = { 0 };

	if (p->way == WAY_BACK)
		buf_str(&b, "while undoing or rolling back ");
	else
		buf_str(&b, "at ");
	action(p, p->now, &b);
	buf_str(&b, ": ");
	where(p, &p->a->act[p->now], &b);
	buf_char(&b, '\0');
	prove_note(p, "%s", b.data);
	buf_free(&b);
}

/* R001 to R009 are the rules; software, and what machines have, are part of the
 * first. */
static int
rule(enum diag_code code)
{
	return code == DIAG_WRONG_SOFTWARE ||
	    code == DIAG_NOT_THE_TEMPLATE ? 1 :
	    code == DIAG_NO_ROOM_THERE ? 6 :
	    code == DIAG_NO_PREREQUISITE || code == DIAG_PACE ||
	    code == DIAG_PHASE_UNASKED ? 8 :
	    diag_info[code].code[3] - '0';
}

bool
prove_fail(struct prover *p, enum diag_code code, uint32_t dn,
    const char *fmt, ...)
{
	char text[5000];
	va_list ap;

	if (p->failed)
		return false;
	p->failed = true;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_report(p->diag, code, place(p, dn), dn, "P%d: %s", rule(code),
	    text);
	if (p->trace != NULL)
		buf_printf(p->trace, "P%d: ", rule(code));
	add_trace(p, text);
	if (prove_act(p) != NULL)
		note_moment(p);
	return false;
}

static void
since(const struct prover *p, uint32_t by, struct buf *b)
{
	if (by == 0 || by > p->a->n)
		return;
	buf_str(b, ", since ");
	action(p, by - 1, b);
}

void
prove_note_ee(struct prover *p, uint32_t ee)
{
	const struct sys_ee *e = &p->y->ee[ee];
	struct buf b = { 0 };

	buf_printf(&b, "\"%s\" %s", name_str(e->dn),
	    !e->exists ? "does not exist" : !e->up ? "is terminated" :
	    e->locked ? "is locked" : "runs");
	since(p, e->by, &b);
	buf_char(&b, '\0');
	prove_note(p, "%s", b.data);
	buf_free(&b);
}

void
prove_note_su(struct prover *p, uint32_t su)
{
	const struct sys_su *u = &p->y->su[su];
	struct buf b = { 0 };

	buf_printf(&b, "unit \"%s\"", name_str(u->dn));
	if (!u->exists)
		buf_str(&b, " does not exist");
	else if (u->ee == NONE)
		buf_str(&b, " stands on no known node");
	else
		buf_printf(&b, " on \"%s\" is %s",
		    name_str(p->y->ee[u->ee].dn),
		    u->in_service ? "in service" : "out of service");
	since(p, u->by, &b);
	buf_char(&b, '\0');
	prove_note(p, "%s", b.data);
	buf_free(&b);
}
