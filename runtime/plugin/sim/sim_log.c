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

#include "crc32c.h"
#include "os.h"
#include "sim.h"

#define FORMAT "camprun-sim 2\n"
#define RESET "reset\n"

enum { FORMAT_LEN = sizeof(FORMAT) - 1 };
enum { COMPACT = 1 << 16 }; /* a log is replaced when it grew by so much */

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
	size_t n = h->len, restored = begins_with(p, n, SIM_RESTORED);
	size_t skip = restored + begins_with(p, n, RESET), half;
	bool same = n == 0 && h->number == s->number;

	if (skip > 0) { /* D5 */
		cluster_free(s->cluster);
		s->cluster = cluster_new(s->opt.source);
	}
	half = begins_with(p + skip, n - skip, SIM_HALF);
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

bool
sim_log_open(struct sim *s, char *why)
{
	char *data;
	size_t n;
	int err = os_read_all(s->path, &data, &n);
	bool ok;

	if (err == 0)
		err = os_open(s->path, false, &s->log);
	if (err != 0) {
		free(data);
		sim_failed(s, "open", err, why);
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
		sim_failed(s, "cut", err, why);
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

	buf_str(&payload, s->restored ? SIM_RESTORED : RESET);
	buf_str(&payload, s->half ? SIM_HALF : "");
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

int
sim_log_sync(struct sim *s)
{
	if (s->err == 0 && !s->on_disk) {
		s->err = os_sync(s->log);
		s->on_disk = s->err == 0;
	}
	return s->err;
}

/* Writes the record of the latest order. */
int
sim_log_commit(struct sim *s, const struct buf *payload)
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

bool
sim_log_create(struct sim *s, const char *dir, char *why)
{
	int err = os_remove_tree(dir);

	if (err == 0)
		err = os_mkdir(dir);
	if (err == 0)
		err = os_replace(s->path, FORMAT, sizeof(FORMAT) - 1);
	if (err != 0)
		sim_failed(s, "create", err, why);
	return err == 0;
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
bool
sim_log_look(struct sim *s, char *why)
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
		sim_failed(s, "read", err, why);
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
