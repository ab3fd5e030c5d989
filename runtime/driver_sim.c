/*
 * How does a simulated cluster outlive its runtime? It is kept in memory and
 * as a log of what changed, STATE/sim/cluster: a line that names the format,
 * then records
 *
 *	@SEQ DIRECTION ATTEMPT LENGTH CRC
 *	lines of cluster_save_changed, LENGTH bytes
 *
 * D1  An order is done when its record is synced; that is its only write.
 * D2  A record says what is, not what was done: taking it twice is harmless.
 * D3  A torn last record is cut: that order was not done. A damaged one before
 *     the last is refused.
 * D4  A record that begins with the line "reset" forgets all before it. So a
 *     long log is replaced by one record, and a restore is one more record.
 * D5  After a failed write nothing more is written: what is on disk is good.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cluster.h"
#include "crc32c.h"
#include "driver.h"
#include "fault.h"
#include "os.h"

#define FORMAT "camprun-sim 1\n"
#define RESET "reset\n"

enum { COMPACT = 1 << 16 }; /* a log is replaced when it grew by so much */

struct sim {
	struct driver driver;
	struct world *start; /* for orders that bring no model */
	struct cluster *cluster;
	char *path; /* of the log */
	struct os_file *log;
	uint64_t size, compact_at;
	uint32_t seq, direction, attempt; /* the latest order done; seq 0 */
	struct buf text;
	int err; /* D5 */
	struct driver_options opt;
};

static enum outcome
system_failed(const struct sim *s, const char *what, int err, char *why)
{
	snprintf(why, CLUSTER_WHY, "cannot %s \"%.200s\": %s", what, s->path,
	    strerror(-err));
	return OUTCOME_SYSTEM;
}

/* --- records --- */

static uint32_t
checksum(uint32_t seq, uint32_t direction, uint32_t attempt,
    const char *payload, size_t n)
{
	char head[64];
	int len = snprintf(head, sizeof(head), "%u %u %u", seq, direction,
	    attempt);

	return crc32c(crc32c(0, head, (size_t)len), payload, n);
}

static void
put_record(const struct sim *s, const struct buf *payload, struct buf *out)
{
	buf_printf(out, "@%u %u %u %zu %08x\n", s->seq, s->direction,
	    s->attempt, payload->len, checksum(s->seq, s->direction,
	    s->attempt, payload->data, payload->len));
	buf_add(out, payload->data, payload->len);
}

struct record_head {
	uint32_t seq, direction, attempt, crc;
	size_t len, head; /* of the payload, of the line before it */
};

static bool
number(const char **p, const char *end, int base, char stop, uint64_t *out)
{
	const char *s = *p;

	for (*out = 0; s < end && *s != stop; s++) {
		int digit = *s >= '0' && *s <= '9' ? *s - '0' :
		    *s >= 'a' && *s <= 'f' ? *s - 'a' + 10 : 99;

		if (digit >= base || *out > UINT32_MAX)
			return false;
		*out = *out * (unsigned)base + (unsigned)digit;
	}
	if (s == end || s == *p)
		return false;
	*p = s + 1;
	return *out <= UINT32_MAX;
}

/* Is there a whole record? */
static bool
read_head(const char *p, const char *end, struct record_head *h)
{
	const char *start = p;
	uint64_t v[5];

	if (p == end || *p++ != '@' || !number(&p, end, 10, ' ', &v[0]) ||
	    !number(&p, end, 10, ' ', &v[1]) ||
	    !number(&p, end, 10, ' ', &v[2]) ||
	    !number(&p, end, 10, ' ', &v[3]) ||
	    !number(&p, end, 16, '\n', &v[4]))
		return false;
	*h = (struct record_head){ (uint32_t)v[0], (uint32_t)v[1],
		(uint32_t)v[2], (uint32_t)v[4], (size_t)v[3],
		(size_t)(p - start) };
	return (size_t)(end - p) >= h->len && checksum(h->seq, h->direction,
	    h->attempt, p, h->len) == h->crc;
}

static bool
take_record(struct sim *s, const struct record_head *h, const char *p,
    char *why)
{
	const size_t reset = sizeof(RESET) - 1;
	size_t n = h->len;

	if (n >= reset && memcmp(p, RESET, reset) == 0) { /* D4 */
		cluster_free(s->cluster);
		s->cluster = cluster_new(s->opt.source);
		p += reset;
		n -= reset;
	}
	s->seq = h->seq;
	s->direction = h->direction;
	s->attempt = h->attempt;
	return cluster_load(s->cluster, p, n, why);
}

/* Does a whole record follow somewhere? Then this is no torn end. */
static bool
goes_on(const char *p, const char *end)
{
	struct record_head h;

	for (; p < end && (p = memchr(p, '@', (size_t)(end - p))) != NULL; p++)
		if (read_head(p, end, &h))
			return true;
	return false;
}

/* --- the log --- */

static bool
replay(struct sim *s, const char *data, size_t n, char *why)
{
	const size_t format = sizeof(FORMAT) - 1;
	const char *p = data + format, *end = data + n;
	struct record_head h;
	struct buf sink = { 0 };

	if (n < format || memcmp(data, FORMAT, format) != 0) {
		snprintf(why, CLUSTER_WHY, "\"%.200s\" is no simulated cluster "
		    "of this version", s->path);
		return false;
	}
	for (; read_head(p, end, &h); p += h.head + h.len)
		if (!take_record(s, &h, p + h.head, why))
			return false;
	if (p < end && goes_on(p + 1, end)) { /* D3 */
		snprintf(why, CLUSTER_WHY, "\"%.200s\" is damaged at byte %zu",
		    s->path, (size_t)(p - data));
		return false;
	}
	s->size = (uint64_t)(p - data);
	cluster_save_changed(s->cluster, &sink);
	buf_free(&sink);
	return true;
}

static bool
open_log(struct sim *s, char *why)
{
	char *data;
	size_t n;
	int err = os_read_all(s->path, &data, &n);
	bool ok;

	if (err == 0)
		err = os_open(s->path, false, &s->log);
	if (err != 0) {
		free(data);
		system_failed(s, "open", err, why);
		return false;
	}
	ok = replay(s, data, n, why);
	free(data);
	if (ok && s->size < n) {
		err = os_truncate(s->log, s->size);
		if (err == 0)
			err = os_sync(s->log);
		if (err != 0)
			system_failed(s, "cut", err, why);
		ok = err == 0;
	}
	s->compact_at = s->size + COMPACT;
	return ok;
}

/* One record with everything, in place of the log. */
static int
compact(struct sim *s)
{
	struct buf payload = { 0 }, out = { 0 };
	int err;

	buf_str(&payload, RESET);
	cluster_save(s->cluster, &payload);
	buf_str(&out, FORMAT);
	put_record(s, &payload, &out);
	err = os_replace(s->path, out.data, out.len);
	if (err == 0) {
		os_close(s->log);
		s->log = NULL;
		err = os_open(s->path, false, &s->log);
	}
	s->size = out.len;
	s->compact_at = s->size * 2 + COMPACT;
	buf_free(&payload);
	buf_free(&out);
	return err;
}

/* Writes and syncs the record of the latest order. */
static int
commit(struct sim *s, const struct buf *payload)
{
	s->text.len = 0;
	put_record(s, payload, &s->text);
	s->err = os_append(s->log, s->text.data, s->text.len);
	if (s->err == 0)
		s->err = os_sync(s->log);
	s->size += s->text.len;
	/* Where its folder got another name it waits for the next start. */
	if (s->err == 0 && s->size > s->compact_at &&
	    os_is_at(s->log, s->path))
		s->err = compact(s);
	return s->err;
}

/* --- the driver --- */

static enum outcome
sim_begin(void *self, const struct order *o, char *why)
{
	struct sim *s = self;
	const struct world *w = o->after != NULL ? o->after : o->before;
	struct buf payload = { 0 };
	int64_t delay;
	int err;

	if (s->err != 0)
		return system_failed(s, "write", s->err, why);
	if (fault_befalls(s->opt.faults, o, &delay) != MISHAP_NONE) {
		snprintf(why, CLUSTER_WHY, "%s of \"%.200s\" failed as ordered",
		    verb_name(o->verb), o->entity == NAME_NONE ? "" :
		    name_str(o->entity));
		return OUTCOME_FAILED;
	}
	if (!cluster_apply(s->cluster, w != NULL ? w : s->start, o, why))
		return OUTCOME_FAILED;
	s->seq = o->seq;
	s->direction = (uint32_t)o->direction;
	s->attempt = o->attempt;
	cluster_save_changed(s->cluster, &payload);
	err = commit(s, &payload); /* D1 */
	buf_free(&payload);
	return err == 0 ? OUTCOME_OK : system_failed(s, "write", err, why);
}

static enum probed
sim_probe(void *self, const struct order *o)
{
	const struct sim *s = self;

	return s->seq == o->seq && s->attempt == o->attempt &&
	    s->direction == (uint32_t)o->direction ? PROBE_DONE :
	    PROBE_NOT_DONE;
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

	buf_str(&payload, RESET); /* D4 */
	s->seq = s->direction = s->attempt = 0;
	if (err == 0)
		err = commit(s, &payload);
	buf_free(&payload);
	cluster_free(s->cluster);
	s->cluster = cluster_new(s->opt.source);
	return err == 0 ? OUTCOME_OK : system_failed(s, "write", err, why);
}

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

static bool
create(struct sim *s, const char *dir, char *why)
{
	int err = os_remove_tree(dir);

	if (err == 0)
		err = os_mkdir(dir);
	if (err == 0)
		err = os_replace(s->path, FORMAT, sizeof(FORMAT) - 1);
	if (err == 0)
		err = os_sync_dir(dir);
	if (err != 0)
		system_failed(s, "create", err, why);
	return err == 0;
}

static char *
join(const char *dir, const char *name)
{
	size_t n = strlen(dir), k = strlen(name);
	char *path = mem_alloc(n + k + 2, 1);

	memcpy(path, dir, n);
	path[n] = '/';
	memcpy(path + n + 1, name, k);
	return path;
}

struct driver *
driver_sim(const struct driver_options *opt, char *why)
{
	struct sim *s = mem_alloc(1, sizeof(*s));
	char *dir = join(opt->state_dir, "sim");
	bool ok;

	s->opt = *opt;
	s->driver = (struct driver){ .name = "sim", .begin = sim_begin,
		.probe = sim_probe, .compare = sim_compare,
		.restore = sim_restore, .free = sim_free, .self = s };
	s->start = world_new(opt->source);
	s->cluster = cluster_new(opt->source);
	s->path = join(dir, "cluster");
	ok = (!opt->fresh || create(s, dir, why)) && open_log(s, why);
	free(dir);
	if (!ok) {
		sim_free(s);
		return NULL;
	}
	return &s->driver;
}
