/*
 * Which waves may outlast their maintenance window? A wave takes as long as
 * its longest procedure, so to part it helps those that would keep their window
 * but for others of the wave: of these as many as can stay together do, the
 * narrowest window first. What is too long by itself comes last, with those
 * that nobody wants to be quick.
 *
 * A part of a wave is safe where the whole is: that it ends before the next
 * begins is one of the ways in which the whole could have run.
 */
#include <stdlib.h>

#include "apart.h"
#include "buf.h"
#include "campaign.h"
#include "diag.h"
#include "duration.h"
#include "pace.h"
#include "policy.h"
#include "window.h"

enum { NAMED = 5 };

#define OPEN UINT32_MAX /* clang: no enumerator may be that large */

struct span { /* of a procedure */
	int64_t time, window; /* window: INT64_MAX where none is wished */
	size_t rule; /* that wishes it */
};

bool
window_asked(const struct plan *p)
{
	size_t i;

	for (i = 0; i < policy_nwave(p->policy); i++)
		if (policy_wave(p->policy, i, NAME_EMPTY, NAME_NONE).window >= 0)
			return true;
	return false;
}

/* Windows are about what goes down. */
static struct span
span_of(const struct plan *p, const struct campaign *c, size_t k)
{
	const struct proc *x = &p->proc[k];
	struct span s = { c->procedure[k].period, INT64_MAX, 0 };
	size_t i;

	if (!plan_has_ee(x->kind) || x->kind == PROC_ADD)
		return s;
	for (i = 0; i < policy_nwave(p->policy); i++) {
		struct policy_wave r = pace_rule(p->f, p->policy, i, x->root);

		if (!r.fits || r.window < 0 || r.window >= s.window)
			continue;
		s.window = r.window;
		s.rule = i;
	}
	return s;
}

static struct span *
spans_of(const struct plan *p, const struct campaign *c)
{
	struct span *s = mem_alloc(p->n, sizeof(*s));
	size_t k;

	for (k = 0; k < p->n; k++)
		s[k] = span_of(p, c, k);
	return s;
}

static size_t
end_of_level(const struct plan *p, size_t from)
{
	size_t end = from;

	while (end < p->n && p->proc[end].level == p->proc[from].level)
		end++;
	return end;
}

/* The narrowest window of those that are in no part yet and can keep it; -1:
 * there is none left. */
static int64_t
narrowest(const struct span *s, const uint32_t *part, size_t from, size_t end)
{
	int64_t least = -1;
	size_t k;

	for (k = from; k < end; k++)
		if (part[k] == OPEN && s[k].time <= s[k].window &&
		    s[k].window < INT64_MAX &&
		    (least < 0 || s[k].window < least))
			least = s[k].window;
	return least;
}

/* Numbers the parts of one wave; returns how many there are. There are no more
 * rounds than windows of different length. */
static uint32_t
part_wave(const struct span *s, uint32_t *part, size_t from, size_t end)
{
	uint32_t n = 0, rest = 0;
	int64_t window;
	size_t k;

	while ((window = narrowest(s, part, from, end)) >= 0) {
		for (k = from; k < end; k++)
			if (part[k] == OPEN && s[k].time <= window &&
			    s[k].time <= s[k].window)
				part[k] = n;
		n++;
	}
	for (k = from; k < end; k++)
		if (part[k] == OPEN) {
			part[k] = n;
			rest = 1;
		}
	return n + rest;
}

bool
window_split(struct plan *p, const struct campaign *c)
{
	struct span *s = spans_of(p, c);
	uint32_t *part = mem_alloc(p->n, sizeof(*part));
	bool parted = false;
	size_t k, end;

	for (k = 0; k < p->n; k++)
		part[k] = p->proc[k].kind == PROC_ADD ? 0 : OPEN;
	for (k = 0; k < p->n; k = end) {
		end = end_of_level(p, k);
		if (p->proc[k].kind != PROC_ADD)
			parted |= part_wave(s, part, k, end) > 1;
	}
	if (parted)
		apart_cut(p, part);
	free(part);
	free(s);
	return parted;
}

/* --- what is said --- */

static void
name_long(const struct campaign *c, const struct span *s, size_t from,
    size_t end, int64_t window, struct diag *diag)
{
	struct buf b = { 0 };
	size_t k, n = 0;

	for (k = from; k < end && n < NAMED; k++) {
		if (s[k].time <= window)
			continue;
		b.len = 0;
		duration_write(&b, s[k].time);
		diag_note(diag, (struct place){ 0 }, "\"%s\" may take %.*s",
		    name_str(c->procedure[k].name), (int)b.len, b.data);
		n++;
	}
	buf_free(&b);
}

static void
check_wave(const struct plan *p, const struct campaign *c,
    const struct span *s, size_t from, struct diag *diag)
{
	size_t end = end_of_level(p, from), k, least = from;
	struct buf b = { 0 };
	int64_t longest = 0;

	for (k = from; k < end; k++) {
		least = s[k].window < s[least].window ? k : least;
		longest = s[k].time > longest ? s[k].time : longest;
	}
	if (longest <= s[least].window)
		return;
	duration_write(&b, longest);
	buf_str(&b, ", longer than the window of ");
	duration_write(&b, s[least].window);
	diag_report(diag, DIAG_WINDOW, policy_wave_place(p->policy,
	    s[least].rule), NAME_NONE, "the wave on level %u may take %.*s",
	    p->proc[from].level, (int)b.len, b.data);
	name_long(c, s, from, end, s[least].window, diag);
	buf_free(&b);
}

static void
check_unknown(const struct plan *p, const struct campaign *c,
    const struct span *s, size_t rule, struct diag *diag)
{
	size_t k, n = 0, first = 0;

	for (k = p->n; k-- > 0;)
		if (s[k].window < INT64_MAX && s[k].rule == rule &&
		    s[k].time == 0) {
			first = k;
			n++;
		}
	if (n > 0)
		diag_report(diag, DIAG_WINDOW, policy_wave_place(p->policy,
		    rule), NAME_NONE, "how long \"%s\" may take is not known, "
		    "nor whether it keeps the window (%zu in all)",
		    name_str(c->procedure[first].name), n);
}

void
window_check(const struct plan *p, const struct campaign *c,
    struct diag *diag)
{
	struct span *s = spans_of(p, c);
	size_t k;

	for (k = 0; k < p->n; k = end_of_level(p, k))
		check_wave(p, c, s, k, diag);
	for (k = 0; k < policy_nwave(p->policy); k++)
		check_unknown(p, c, s, k, diag);
	free(s);
}
