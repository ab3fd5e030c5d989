/*
 * How much is left? The actions of a procedure share its period, if the
 * campaign has one for each (of waves campgen writes them where times are
 * known); else all count the same. What is left then takes as much longer as
 * it counts more than what was done.
 */
#include "buf.h"
#include "duration.h"
#include "remain.h"

#define SECOND INT64_C(1000000000)

static size_t
past(size_t from, size_t first, size_t n)
{
	return from <= first ? n : from < first + n ? first + n - from : 0;
}

/* The periods of what comes from here on; below 0 if one is not known. */
static double
period(const struct actions *a, size_t from)
{
	double sum = 0;
	size_t k;

	for (k = 0; k < a->nproc; k++) {
		const struct run_proc *r = &a->proc[k];

		if (r->p->period <= 0)
			return -1;
		if (r->n > 0)
			sum += (double)r->p->period / (double)r->n *
			    (double)past(from, r->first, r->n);
	}
	return sum;
}

static double
weight(const struct actions *a, size_t from)
{
	double w = period(a, from);

	return w >= 0 ? w : (double)past(from, 0, a->wrapup);
}

void
remain_write_time(struct buf *b, int64_t ns)
{
	if (ns < SECOND)
		ns = SECOND;
	duration_write(b, ns < 120 * SECOND ? ns - ns % SECOND :
	    (ns + 30 * SECOND) / (60 * SECOND) * (60 * SECOND));
}

/* How long from at to to, by what from from to at took; below 0: unknown. */
static double
pace(const struct actions *a, size_t from, size_t at, size_t to, int64_t spent)
{
	double here = weight(a, at), done = weight(a, from) - here;
	double rest = here - weight(a, to);

	return done == 0 ? -1 : rest / done * (double)spent;
}

void
remain_write(struct buf *b, const struct actions *a, size_t from, size_t at,
    enum direction d, int64_t spent)
{
	double left = pace(a, from, at, d == DO_FORWARD ? a->wrapup : 0,
	    spent);
	double most = d == DO_FORWARD ? period(a, at) : -1;

	if (most > 0 && left > most)
		left = most;
	if (left > 0) {
		buf_str(b, ", about ");
		remain_write_time(b, (int64_t)left);
		buf_str(b, " left");
	}
	if (most > 0) {
		buf_str(b, ", at most ");
		remain_write_time(b, (int64_t)most);
		buf_str(b, left > 0 ? "" : " left");
	}
}

void
remain_write_until(struct buf *b, const struct actions *a, size_t from,
    size_t at, size_t last, int64_t spent)
{
	double left = pace(a, from, at, last < at ? last : last + 1, spent);

	if (left <= 0)
		return;
	buf_str(b, ", in about ");
	remain_write_time(b, (int64_t)left);
}

size_t
remain_until_safe(const struct actions *a, size_t at, enum direction d)
{
	const struct act *x = &a->act[at];
	const struct run_proc *r;

	if (x->proc != NONE) {
		r = &a->proc[x->proc];
		return d == DO_FORWARD ? r->first + r->n - 1 : r->first;
	}
	if (d != DO_FORWARD) /* after the last procedure, or before the first */
		return at < a->init_end ? 0 : a->complete;
	return at < a->init_end ? a->init_end - 1 :
	    at < a->wrapup ? a->wrapup - 1 : a->n - 1;
}
