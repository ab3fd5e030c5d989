/*
 * How does a simulated cluster outlive its runtime? It is kept in memory and
 * as a log of what changed, STATE/sim/cluster: a line that names the format,
 * then records
 *
 *	@NUMBER = LENGTH CRC
 *	lines of cluster_save_changed, LENGTH bytes
 *
 * D1  An order is done when its record is written; that is its only write. The
 *     record bears the order's number, and probe compares that of the latest.
 *     It is not synced: a process that is killed loses nothing by it.
 * D2  A record says what is, not what was done: taking it twice is harmless.
 * D3  A record says "=" instead of "+" if all before it was on disk when it was
 *     written. So a bad record with no "=" behind it was torn off when the
 *     power failed: the log is cut there. Any other bad record is damage, and
 *     refused.
 * D4  What was torn off comes back before anything is asked or begun: the
 *     journal has every order that was done but the latest, each is told again
 *     (settled), and those with a number above the log's latest are carried out
 *     again. Of the latest the journal may have only its beginning; then it
 *     is asked about, and was not done if it was torn off.
 * D5  A record that begins with the line "reset" forgets all before it. So a
 *     long log is replaced by one record. "restored" does the same, and says
 *     that the latest order is not done any more; it keeps that order's number,
 *     so that what the restore took back is not carried out again. As no
 *     journal could bring them back, both are synced at once, and an empty
 *     record that says "=" follows them.
 * D6  A record that begins with the line "half" is of an order that failed when
 *     some of it was done, nobody knows how much: here, all of it.
 * D7  After a failed write nothing more is written: what is on disk is good.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cluster.h"
#include "crc32c.h"
#include "driver_sim.h"
#include "fault.h"
#include "os.h"
#include "text.h"

#define FORMAT "camprun-sim 2\n"
#define RESET "reset\n"
#define RESTORED "restored\n"
#define HALF "half\n"

enum { FORMAT_LEN = sizeof(FORMAT) - 1 };
enum { COMPACT = 1 << 16 }; /* a log is replaced when it grew by so much */

struct sim {
	struct driver driver;
	struct world *start; /* for orders that bring no model */
	struct cluster *cluster;
	char *path; /* of the log */
	struct os_file *log;
	uint64_t size, compact_at;
	uint64_t number; /* of the latest order done; 0: none */
	bool restored; /* it is not done any more */
	bool on_disk; /* all of the log */
	struct buf text;
	bool half; /* the latest was left half done */
	int err; /* D7 */
	/* What runs: an order that ends later, or never. */
	const struct order *running;
	enum mishap mishap;
	int64_t due; /* by os_clock */
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
checksum(uint64_t number, bool on_disk, const char *payload, size_t n)
{
	char head[64];
	int len = snprintf(head, sizeof(head), "%" PRIu64 " %c", number,
	    on_disk ? '=' : '+');

	return crc32c(crc32c(0, head, (size_t)len), payload, n);
}

static void
put_record(const struct sim *s, bool on_disk, const struct buf *payload,
    struct buf *out)
{
	buf_printf(out, "@%" PRIu64 " %c %zu %08x\n", s->number, on_disk ?
	    '=' : '+', payload->len, checksum(s->number, on_disk,
	    payload->data, payload->len));
	buf_add(out, payload->data, payload->len);
}

struct record_head {
	uint64_t number;
	bool on_disk; /* all before it */
	uint32_t crc;
	size_t len, head; /* of the payload, of the line before it */
};

static bool
number(const char **p, const char *end, uint64_t base, char stop,
    uint64_t *out)
{
	const char *s = *p;

	for (*out = 0; s < end && *s != stop; s++) {
		uint64_t digit = *s >= '0' && *s <= '9' ? (uint64_t)(*s - '0') :
		    *s >= 'a' && *s <= 'f' ? (uint64_t)(*s - 'a' + 10) : 99;

		if (digit >= base || *out > (UINT64_MAX - digit) / base)
			return false;
		*out = *out * base + digit;
	}
	if (s == end || s == *p)
		return false;
	*p = s + 1;
	return true;
}

/* Is there a whole record? */
static bool
read_head(const char *p, const char *end, struct record_head *h)
{
	const char *start = p;
	uint64_t len, crc;

	if (p == end || *p++ != '@' || !number(&p, end, 10, ' ', &h->number) ||
	    end - p < 2 || (*p != '=' && *p != '+') || p[1] != ' ')
		return false;
	h->on_disk = *p == '=';
	p += 2;
	if (!number(&p, end, 10, ' ', &len) ||
	    !number(&p, end, 16, '\n', &crc) || len > (uint64_t)(end - p))
		return false;
	h->crc = (uint32_t)crc;
	h->len = (size_t)len;
	h->head = (size_t)(p - start);
	return crc == checksum(h->number, h->on_disk, p, h->len);
}

/* The length of the line if the text begins with it, else 0. */
static size_t
begins_with(const char *p, size_t n, const char *line)
{
	size_t k = strlen(line);

	return n >= k && memcmp(p, line, k) == 0 ? k : 0;
}

static bool
take_record(struct sim *s, const struct record_head *h, const char *p,
    char *why)
{
	size_t n = h->len, restored = begins_with(p, n, RESTORED);
	size_t skip = restored + begins_with(p, n, RESET), half;
	bool same = n == 0 && h->number == s->number;

	if (skip > 0) { /* D5 */
		cluster_free(s->cluster);
		s->cluster = cluster_new(s->opt.source);
	}
	half = begins_with(p + skip, n - skip, HALF);
	skip += half;
	s->restored = restored > 0 || (s->restored && same);
	s->half = half > 0 || (s->half && same);
	s->number = h->number;
	return cluster_load(s->cluster, p + skip, n - skip, why);
}

/* Does a record follow that was written when all this was on disk? Then this
 * is no torn end. */
static bool
was_whole(const char *p, const char *end)
{
	struct record_head h;

	for (; p < end && (p = memchr(p, '@', (size_t)(end - p))) != NULL; p++)
		if (read_head(p, end, &h) && h.on_disk)
			return true;
	return false;
}

/* --- the log --- */

static bool
has_format(const struct sim *s, const char *data, size_t n, char *why)
{
	if (n >= FORMAT_LEN && memcmp(data, FORMAT, FORMAT_LEN) == 0)
		return true;
	snprintf(why, CLUSTER_WHY, "\"%.200s\" is no simulated cluster of this "
	    "version", s->path);
	return false;
}

/* All whole records from *p on, which then is where they end. */
static bool
take_records(struct sim *s, const char **p, const char *end, char *why)
{
	struct record_head h;

	for (; read_head(*p, end, &h); *p += h.head + h.len)
		if (!take_record(s, &h, *p + h.head, why))
			return false;
	return true;
}

static bool
replay(struct sim *s, const char *data, size_t n, char *why)
{
	const char *p = data + FORMAT_LEN, *end = data + n;
	struct buf sink = { 0 };

	if (!has_format(s, data, n, why) || !take_records(s, &p, end, why))
		return false;
	if (p < end && was_whole(p + 1, end)) { /* D3 */
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
	if (!ok)
		return false;
	if (s->size < n)
		err = os_truncate(s->log, s->size);
	if (err == 0)
		err = os_sync(s->log);
	if (err != 0)
		system_failed(s, "cut", err, why);
	s->on_disk = err == 0;
	s->compact_at = s->size + COMPACT;
	return s->on_disk;
}

/* One record with everything, in place of the log. */
static int
compact(struct sim *s)
{
	struct buf payload = { 0 }, out = { 0 };
	int err;

	buf_str(&payload, s->restored ? RESTORED : RESET);
	buf_str(&payload, s->half ? HALF : "");
	cluster_save(s->cluster, &payload);
	buf_str(&out, FORMAT);
	put_record(s, true, &payload, &out);
	payload.len = 0;
	put_record(s, true, &payload, &out); /* D5 */
	err = os_replace(s->path, out.data, out.len);
	if (err == 0) {
		os_close(s->log);
		s->log = NULL;
		err = os_open(s->path, false, &s->log);
	}
	s->on_disk = err == 0;
	s->size = out.len;
	s->compact_at = s->size * 2 + COMPACT;
	buf_free(&payload);
	buf_free(&out);
	return err;
}

static int
sync_log(struct sim *s)
{
	if (s->err == 0 && !s->on_disk) {
		s->err = os_sync(s->log);
		s->on_disk = s->err == 0;
	}
	return s->err;
}

/* Writes the record of the latest order. */
static int
commit(struct sim *s, const struct buf *payload)
{
	s->text.len = 0;
	put_record(s, s->on_disk, payload, &s->text);
	s->on_disk = false;
	s->err = os_append(s->log, s->text.data, s->text.len);
	s->size += s->text.len;
	/* Where its folder got another name it waits for the next start. */
	if (s->err == 0 && s->size > s->compact_at &&
	    os_is_at(s->log, s->path))
		s->err = compact(s);
	return s->err;
}

/* --- the driver --- */

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
	buf_str(&payload, half ? HALF : "");
	cluster_save_changed(s->cluster, &payload);
	err = commit(s, &payload); /* D1 */
	buf_free(&payload);
	return err == 0 ? OUTCOME_OK : system_failed(s, "write", err, why);
}

/* --- snapshots: a file each, STATE/sim/snapshots/NAME; they are no change of
 * the cluster, and durable at once --- */

static char *
snapshot_path(const struct sim *s, const char *name)
{
	char *dir = text_below(s->opt.state_dir, "sim/snapshots");
	char *path = name == NULL ? dir : text_below(dir, name);

	if (name != NULL)
		free(dir);
	return path;
}

static int
make_snapshots(const struct sim *s, const char *dir)
{
	char *parent = text_below(s->opt.state_dir, "sim");
	int err = os_mkdir(dir);

	if (err == 0)
		err = os_sync_dir(parent);
	free(parent);
	return err;
}

/* It, and what a crash left of the writing of it. */
static int
remove_snapshot(const char *path)
{
	struct buf b = { 0 };
	int err = os_exists(path) ? os_unlink(path) : 0;

	buf_printf(&b, "%s.new", path);
	buf_char(&b, '\0');
	if (err == 0 && os_exists(b.data))
		err = os_unlink(b.data);
	buf_free(&b);
	return err;
}

static int
change_snapshot(const struct sim *s, const struct order *o, const char *path)
{
	char *dir = snapshot_path(s, NULL);
	int err = os_exists(dir) ? 0 : make_snapshots(s, dir);

	if (err == 0 && o->verb == VERB_SNAPSHOT)
		err = os_replace(path, name_str(o->entity),
		    name_len(o->entity));
	else if (err == 0)
		err = remove_snapshot(path);
	if (err == 0)
		err = os_sync_dir(dir);
	free(dir);
	return err;
}

/* --- room for them, where the faults say how much there is --- */

enum { EACH = 100 /* MiB */ };

static int
count_one(void *n, const char *name)
{
	*(int64_t *)n += strchr(name, '.') == NULL;
	return 0;
}

/* In MiB; INT64_MAX: any number. */
static int64_t
room_left(const struct sim *s)
{
	char *dir = snapshot_path(s, NULL);
	int64_t n = 0, room = s->opt.faults == NULL ? 0 : s->opt.faults->room;

	if (room > 0 && os_exists(dir))
		os_list(dir, count_one, &n);
	free(dir);
	return room == 0 ? INT64_MAX : n * EACH < room ? room - 1 - n * EACH :
	    0;
}

static bool
sim_room(void *self, room_function tell, void *arg, char *why)
{
	int64_t left = room_left(self);

	(void)why;
	if (left != INT64_MAX)
		tell(arg, "the simulated snapshots", (uint64_t)left << 20);
	return true;
}

static enum outcome
on_snapshot(struct sim *s, const struct order *o, char *why)
{
	char *path = snapshot_path(s, o->snapshot);
	bool known = os_exists(path), full = o->verb == VERB_SNAPSHOT &&
	    !known && room_left(s) < EACH;
	int err = o->verb == VERB_REVERT || full ? 0 :
	    change_snapshot(s, o, path);

	free(path);
	if (full) {
		snprintf(why, CLUSTER_WHY, "no room is left for %s",
		    o->snapshot);
		return OUTCOME_FAILED;
	}
	if (err != 0)
		return system_failed(s, "write snapshots beside", err, why);
	if (o->verb != VERB_REVERT || known)
		return OUTCOME_OK;
	snprintf(why, CLUSTER_WHY, "there is no snapshot %s", o->snapshot);
	return OUTCOME_FAILED;
}

static enum probed
probe_snapshot(const struct sim *s, const struct order *o)
{
	char *path = snapshot_path(s, o->snapshot);
	bool known = os_exists(path);

	free(path);
	return o->verb != VERB_REVERT && known == (o->verb == VERB_SNAPSHOT) ?
	    PROBE_DONE : PROBE_NOT_DONE;
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
		out = o->snapshot != NULL ? on_snapshot(s, o, why) :
		    apply(s, o, m, why);
	if (done || out == OUTCOME_SYSTEM)
		return out;
	snprintf(why, CLUSTER_WHY, "%s of \"%.200s\" failed%s as ordered",
	    verb_name(o->verb), name == NAME_NONE ? "" : name_str(name), half && out == OUTCOME_OK ? " half done" :
	    "");
	return OUTCOME_FAILED;
}

static enum outcome
sim_begin(void *self, const struct order *o, char *why)
{
	struct sim *s = self;
	int64_t delay;

	if (s->err != 0)
		return system_failed(s, "write", s->err, why);
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
		return probe_snapshot(s, o);
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
		return system_failed(s, "write", s->err, why);
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
	int err = sync_log(s);

	return err == 0 ? OUTCOME_OK : system_failed(s, "write", err, why);
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
	buf_str(&payload, RESTORED); /* D5 */
	if (err == 0)
		err = commit(s, &payload);
	if (err == 0)
		err = sync_log(s);
	payload.len = 0;
	if (err == 0)
		err = commit(s, &payload);
	buf_free(&payload);
	return err == 0 ? OUTCOME_OK : system_failed(s, "write", err, why);
}

/* --- looking --- */

/* The rest of the log from what was read on, as it is now. */
static int
read_rest(const struct sim *s, struct buf *b)
{
	static const size_t block = 65536;
	char *p = mem_alloc(block, 1);
	size_t got = block;
	int err = 0;

	while (err == 0 && got == block) {
		err = os_read_at(s->log, s->size + b->len, p, block, &got);
		if (err == 0)
			buf_add(b, p, got);
	}
	free(p);
	return err;
}

/* Another log has taken its place, or there is none yet: then the cluster is
 * as at the start. */
static int
find_log(struct sim *s)
{
	int err;

	os_close(s->log);
	s->log = NULL;
	s->size = 0;
	cluster_free(s->cluster);
	s->cluster = cluster_new(s->opt.source);
	err = s->path == NULL ? -ENOENT : os_open_read(s->path, &s->log);
	return err == -ENOENT ? 0 : err;
}

/* Takes what others have written since; what is torn is being written. */
static bool
look_again(struct sim *s, char *why)
{
	struct buf b = { 0 };
	const char *p;
	int err = 0;
	bool ok = true;

	if (s->log == NULL || !os_is_at(s->log, s->path))
		err = find_log(s);
	if (err == 0 && s->log != NULL)
		err = read_rest(s, &b);
	if (err != 0) {
		system_failed(s, "read", err, why);
		ok = false;
	} else if (b.len > 0) {
		p = b.data + (s->size == 0 ? FORMAT_LEN : 0);
		ok = (s->size > 0 || has_format(s, b.data, b.len, why)) &&
		    take_records(s, &p, b.data + b.len, why);
		s->size += ok ? (uint64_t)(p - b.data) : 0;
	}
	buf_free(&b);
	return ok;
}

static enum identified
sim_identify(void *self, const struct world *w, uint32_t ee,
    struct identity *id, char *why)
{
	struct sim *s = self;

	if (s->opt.look && !look_again(s, why))
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

static bool
create(struct sim *s, const char *dir, char *why)
{
	int err = os_remove_tree(dir);

	if (err == 0)
		err = os_mkdir(dir);
	if (err == 0)
		err = os_replace(s->path, FORMAT, sizeof(FORMAT) - 1);
	if (err != 0)
		system_failed(s, "create", err, why);
	return err == 0;
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
	ok = opt->look || ((!opt->fresh || create(s, dir, why)) && open_log(s, why));
	free(dir);
	if (!ok) {
		sim_free(s);
		return NULL;
	}
	return &s->driver;
}
