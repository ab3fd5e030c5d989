/*
 * What happens when an order goes to a simulated cluster? It is applied to a
 * model of it, once, and then fails, hangs or takes its time as ordered; the
 * log knows what was done (sim_log.c).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "os.h"
#include "sim.h"
#include "text.h"

enum outcome
sim_failed(const struct sim *s, const char *what, int err, char *why)
{
	snprintf(why, CLUSTER_WHY, "cannot %s \"%.200s\": %s", what, s->path,
	    strerror(-err));
	return OUTCOME_SYSTEM;
}

/* Carries the order out and writes its record. What was left half done by the
 * same order is done already. */
static enum outcome
apply(struct sim *s, const struct order *o, enum mishap m, char *why)
{
	bool half = m == MISHAP_HALF;
	const struct world *w = o->after != NULL ? o->after : o->before;
	struct buf payload = { 0 };
	int err;

	if (!(s->half && s->number == o->number) &&
	    !cluster_apply(s->cluster, w != NULL ? w : s->start, o, why))
		return OUTCOME_FAILED;
	s->number = o->number;
	s->restored = false;
	s->half = half;
	if (m == MISHAP_STRAY)
		cluster_stray(s->cluster, o->entity);
	if (m == MISHAP_WANDER)
		cluster_wander(s->cluster, o->entity);
	buf_str(&payload, half ? SIM_HALF : "");
	cluster_save_changed(s->cluster, &payload);
	err = sim_log_commit(s, &payload); /* D1 */
	buf_free(&payload);
	return err == 0 ? OUTCOME_OK : sim_failed(s, "write", err, why);
}

/* The order ends as it is to end. On the way back nothing is left half done:
 * there would be no way back from there. */
static enum outcome
finish(struct sim *s, const struct order *o, enum mishap m, char *why)
{
	uint32_t name = o->callback != NULL ? o->callback->label : o->entity;
	enum outcome out = OUTCOME_FAILED;
	bool half = m == MISHAP_HALF && o->direction == DO_FORWARD;
	bool done = m == MISHAP_NONE || m == MISHAP_STRAY ||
	    m == MISHAP_WANDER;

	if (done || half)
		out = o->snapshot != NULL ? sim_snapshot_do(s, o, why) :
		    apply(s, o, m, why);
	if (done || out == OUTCOME_SYSTEM)
		return out;
	snprintf(why, CLUSTER_WHY, "%s of \"%.200s\" failed%s as ordered",
	    verb_name(o->verb), name == NAME_NONE ? "" : name_str(name),
	    half && out == OUTCOME_OK ? " half done" : "");
	return OUTCOME_FAILED;
}

static enum outcome
sim_begin(void *self, const struct order *o, char *why)
{
	struct sim *s = self;
	int64_t delay;

	if (s->err != 0)
		return sim_failed(s, "write", s->err, why);
	s->mishap = fault_befalls(s->opt.faults, o, &delay);
	if (delay == 0 && s->mishap != MISHAP_HANG)
		return finish(s, o, s->mishap, why);
	s->running = o;
	s->due = os_clock() + delay;
	return OUTCOME_RUNNING;
}

static enum outcome
sim_wait(void *self, int64_t ns, char *why)
{
	struct sim *s = self;
	const struct order *o = s->running;
	int64_t left = s->mishap == MISHAP_HANG ? INT64_MAX :
	    s->due - os_clock();

	if (left > 0) {
		os_sleep(left < ns ? left : ns);
		if (s->mishap == MISHAP_HANG || os_clock() < s->due)
			return OUTCOME_RUNNING;
	}
	s->running = NULL;
	return finish(s, o, s->mishap, why);
}

static void
sim_cancel(void *self)
{
	struct sim *s = self;

	s->running = NULL;
}

static enum probed
sim_probe(void *self, const struct order *o)
{
	const struct sim *s = self;

	if (o->snapshot != NULL)
		return sim_snapshot_probe(s, o);
	if (s->number != o->number || s->restored)
		return PROBE_NOT_DONE;
	return s->half ? PROBE_UNKNOWN : PROBE_DONE;
}

static enum outcome
sim_settled(void *self, const struct order *o, char *why)
{
	struct sim *s = self;
	char reason[CLUSTER_WHY];
	enum outcome out = OUTCOME_OK;

	if (s->err != 0)
		return sim_failed(s, "write", s->err, why);
	if (o->number > s->number) /* D4 */
		out = apply(s, o, MISHAP_NONE, why);
	if (out != OUTCOME_FAILED)
		return out;
	snprintf(reason, sizeof(reason), "%s", why);
	snprintf(why, CLUSTER_WHY, "\"%.100s\" is not what the journal's record "
	    "%" PRIu64 " was done to: %.250s", s->path, o->number, reason);
	return OUTCOME_SYSTEM;
}

static enum outcome
sim_sync(void *self, char *why)
{
	struct sim *s = self;
	int err = sim_log_sync(s);

	return err == 0 ? OUTCOME_OK : sim_failed(s, "write", err, why);
}

static size_t
sim_compare(void *self, const struct world *w, FILE *f, size_t max)
{
	const struct sim *s = self;

	return cluster_compare(s->cluster, w, f, max);
}

static enum outcome
sim_restore(void *self, char *why)
{
	struct sim *s = self;
	struct buf payload = { 0 };
	int err = s->err;

	cluster_free(s->cluster);
	s->cluster = cluster_new(s->opt.source);
	s->restored = true;
	s->half = false;
	buf_str(&payload, SIM_RESTORED); /* D5 */
	if (err == 0)
		err = sim_log_commit(s, &payload);
	if (err == 0)
		err = sim_log_sync(s);
	payload.len = 0;
	if (err == 0)
		err = sim_log_commit(s, &payload);
	buf_free(&payload);
	return err == 0 ? OUTCOME_OK : sim_failed(s, "write", err, why);
}

static enum identified
sim_identify(void *self, const struct world *w, uint32_t ee,
    struct identity *id, char *why)
{
	struct sim *s = self;

	if (s->opt.look && !sim_log_look(s, why))
		return IDENTIFIED_UNKNOWN;
	return cluster_identify(s->cluster, w, ee, id, why);
}

/* --- making --- */

static void
sim_free(void *self)
{
	struct sim *s = self;

	os_close(s->log);
	cluster_free(s->cluster);
	world_free(s->start);
	buf_free(&s->text);
	free(s->path);
	free(s);
}

struct driver *
driver_sim(const struct driver_options *opt, char *why)
{
	struct sim *s = mem_alloc(1, sizeof(*s));
	char *dir = opt->state_dir == NULL ? NULL :
	    text_below(opt->state_dir, "sim");
	bool ok;

	s->opt = *opt;
	s->driver = (struct driver){ .name = "sim", .begin = sim_begin,
		.wait = sim_wait, .cancel = sim_cancel, .probe = sim_probe,
		.settled = sim_settled, .sync = sim_sync,
		.compare = sim_compare, .restore = sim_restore,
		.identify = sim_identify, .room = sim_room,
		.free = sim_free, .self = s };
	s->start = world_new(opt->source);
	s->cluster = cluster_new(opt->source);
	s->path = dir == NULL ? NULL : text_below(dir, "cluster");
	ok = opt->look || ((!opt->fresh || sim_log_create(s, dir, why)) &&
	    sim_log_open(s, why));
	free(dir);
	if (!ok) {
		sim_free(s);
		return NULL;
	}
	return &s->driver;
}
