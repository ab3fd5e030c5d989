/* The proof (X1): no campaign crashes it, whatever it does to a small system;
 * and what it accepts a simulated cluster carries out, forward and back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cluster.h"
#include "diag.h"
#include "driver.h"
#include "prove.h"
#include "xml_mutate.h"

#define MODELS "tests/golden/bad-R008/"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
    unsigned seed);
/* libFuzzer's own; the replay has none. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
    __attribute__((weak));

/* --- the system it is to change --- */

struct text {
	char data[1 << 13];
	size_t n;
};

static struct text source_text, target_text;

static void
read_text(struct text *t, const char *path)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		abort(); /* run it where the tests are */
	t->n = fread(t->data, 1, sizeof(t->data), f);
	fclose(f);
	if (t->n == 0 || t->n == sizeof(t->data))
		abort();
}

static struct model *
load(const struct text *t, struct diag *d)
{
	struct model *m = model_load_src(src_from_memory("model.yaml",
	    t->data, t->n), d);

	if (m == NULL || d->nerror > 0)
		abort();
	return m;
}

/* --- the cluster obeys --- */

struct run {
	const struct campaign *c;
	const struct actions *a;
	struct world *w;
	struct cluster *k;
	struct diag diag;
	size_t *mark;
	uint32_t *touched;
	size_t ntouched, cap;
};

static void
touch(void *arg, uint32_t dn)
{
	struct run *r = arg;

	r->touched = mem_grow(r->touched, r->ntouched, &r->cap,
	    sizeof(*r->touched));
	r->touched[r->ntouched++] = dn;
}

static void
change(struct run *r, size_t i)
{
	const struct act *a = &r->a->act[i];

	r->mark[i] = world_mark(r->w);
	if (a->ccb != NULL)
		apply_ccb(r->w, r->c, a->ccb, &r->diag);
	else if (a->part == PART_INIT)
		apply_add_to_imm(r->w, r->c, &r->diag);
	else if (a->part == PART_WRAPUP)
		apply_remove_from_imm(r->w, r->c, &r->diag);
	else
		apply_step(r->w, r->c, r->a->proc[a->proc].p, &r->diag);
}

/* The model changes before the cluster is told. */
static void
change_order(struct run *r, size_t i, struct order *o)
{
	const struct act *a = &r->a->act[i];

	r->ntouched = 0;
	if (o->direction == DO_FORWARD)
		change(r, i);
	world_each_since(r->w, r->mark[i], touch, r);
	if (o->direction != DO_FORWARD)
		world_revert(r->w, r->mark[i]);
	o->after = r->w;
	o->touched = r->touched;
	o->ntouched = r->ntouched;
	o->online = a->part != PART_MODIFY ||
	    r->a->proc[a->proc].p->step[a->nested].restart;
}

static void
obey(struct run *r, size_t i, enum direction d)
{
	const struct act *a = &r->a->act[i];
	struct order o = { .seq = (uint32_t)i + 1, .direction = d,
		.attempt = 1, .verb = (enum verb)a->verb,
		.entity = a->entity, .on = a->on, .bundle = a->bundle,
		.to = a->to, .before = r->w };
	char why[CLUSTER_WHY];

	if (d != DO_FORWARD)
		o.verb = verb_reverse(o.verb);
	if (d != DO_FORWARD && a->verb == VERB_MIGRATE) {
		o.to = a->on;
		o.on = a->to;
	}
	if (a->verb == VERB_MODIFY_IM)
		change_order(r, i, &o);
	if (cluster_apply(r->k, r->w, &o, why))
		return;
	fprintf(stderr, "proven, but at action %zu: %s\n", i + 1, why);
	abort();
}

static void
carry_out(const struct campaign *c, const struct actions *a,
    const struct model *source)
{
	struct run r = { .c = c, .a = a };
	size_t i, end, cause;

	r.w = world_new(source);
	r.k = cluster_new(source);
	r.mark = mem_alloc(a->n + 1, sizeof(*r.mark));
	for (i = 0; i < a->wrapup; i++)
		obey(&r, i, DO_FORWARD);
	if (r.diag.nerror > 0 || cluster_compare(r.k, r.w, stderr, 9) > 0)
		abort();
	for (end = a->wrapup; end > 0; end = cause) {
		cause = actions_cause(a, end - 1);
		for (i = cause; i < end; i++)
			obey(&r, i, DO_ROLLBACK);
	}
	if (cluster_compare(r.k, r.w, stderr, 9) > 0)
		abort();
	free(r.mark);
	free(r.touched);
	diag_free(&r.diag);
	cluster_free(r.k);
	world_free(r.w);
}

/* --- the target --- */

static void
prove(const struct campaign *c, const struct model *source,
    const struct model *target, struct diag *d)
{
	struct actions *a = actions_make(c, source, "prove", d);
	struct proof proof;
	struct buf trace = { 0 };
	size_t errors = d->nerror;
	bool ok;

	if (a == NULL)
		return;
	ok = prove_run(c, a, source, target, NULL, true, &proof, &trace,
	    d);
	if (ok != (d->nerror == errors) || proof.nstates > 2 * a->n + 1)
		abort();
	if (ok)
		carry_out(c, a, source);
	buf_free(&trace);
	actions_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag d = { 0 };
	struct campaign *c;
	struct model *source, *target;

	if (source_text.n == 0) {
		read_text(&source_text, MODELS "source.yaml");
		read_text(&target_text, MODELS "target.yaml");
	}
	source = load(&source_text, &d);
	target = load(&target_text, &d);
	c = campaign_load_src(src_from_memory("fuzz", (const char *)data,
	    size), &d);
	if (c != NULL && d.nerror == 0)
		campaign_check(c, &d);
	if (c != NULL && d.nerror == 0) {
		prove(c, source, target, &d);
		prove(c, source, NULL, &d); /* whatever it leads to */
	}
	campaign_free(c);
	model_free(source);
	model_free(target);
	diag_free(&d);
	intern_clear();
	return 0;
}

/* Bytes at random are refused by the reader; this gets past it. */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	unsigned n = 1 + seed % 3;

	if (size < 8 || (seed / 3) % 8 == 0)
		return LLVMFuzzerMutate == NULL ? size :
		    LLVMFuzzerMutate(data, size, max);
	while (n-- > 0)
		size = xml_mutate(data, size, max, seed += 77);
	return size;
}
