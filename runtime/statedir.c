/*
 * Is there a run, and is it ours? A state directory appears whole or not at
 * all: everything is written and synced in DIR.prepare, which is then renamed,
 * and the folder above is synced. So whoever sees DIR sees all of it, and
 * DIR.prepare alone means that no action was ever begun.
 *
 * The file `lock` in it says who is at work. It moves with the rename, so the
 * lock is held from the first moment of preparing to the end of the run; after
 * locking we ask whether the file is still the one at that path, because its
 * owner may have renamed or removed it in between.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "crc32c.h"
#include "diag.h"
#include "intern.h"
#include "journal.h"
#include "os.h"
#include "statedir.h"
#include "text.h"

#define MAGIC "camprun-state "
enum { VERSION = 1, BLOCK = 65536, RETRIES = 16 };

struct option {
	char *key, *value;
};

struct statedir {
	char *dir; /* its name */
	char *prepare; /* DIR.prepare until it is committed, else NULL */
	struct os_file *lock;
	struct option *option;
	size_t noption, cap;
};

static const struct place nowhere;

/* Without the slashes at the end, which DIR.prepare could not have. */
static struct statedir *
statedir_new(const char *dir)
{
	struct statedir *s = mem_alloc(1, sizeof(*s));
	size_t n;

	memset(s, 0, sizeof(*s));
	s->dir = text_join(dir, "");
	for (n = strlen(dir); n > 1 && dir[n - 1] == '/'; n--)
		s->dir[n - 1] = '\0';
	return s;
}

const char *
statedir_path(const struct statedir *s)
{
	return s->prepare != NULL ? s->prepare : s->dir;
}

char *
statedir_file(const struct statedir *s, const char *name)
{
	return text_below(statedir_path(s), name);
}

static bool
has(const struct statedir *s, const char *name)
{
	char *path = statedir_file(s, name);
	bool there = os_exists(path);

	free(path);
	return there;
}

static int
refuse(struct diag *d, enum diag_code code, int err, const char *dir,
    const char *what)
{
	diag_report(d, code, nowhere, NAME_NONE, "\"%s\" %s", dir, what);
	return err;
}

static int
refuse_busy(struct statedir *s, struct diag *d)
{
	return refuse(d, DIAG_STATE_BUSY, -EAGAIN, s->dir,
	    "is in use by another camprun");
}

/* --- the lock --- */

static int
lock(struct statedir *s, bool create)
{
	char *path = statedir_file(s, "lock");
	int err = os_open(path, create, &s->lock);

	if (err == 0)
		err = os_lock(s->lock);
	if (err == 0 && !os_is_at(s->lock, path))
		err = -ESTALE;
	if (err != 0) {
		os_close(s->lock);
		s->lock = NULL;
	}
	free(path);
	return err;
}

/* Makes and locks DIR.prepare. Another runtime may rename or remove it under
 * our hands, but only until we have the lock. */
static int
lock_prepare(struct statedir *s)
{
	int err = -ESTALE;

	for (int i = 0; i < RETRIES && (err == -ESTALE || err == -ENOENT);
	    i++) {
		err = os_mkdir(s->prepare);
		if (err == 0 || err == -EEXIST)
			err = lock(s, true);
		else if (err == -ENOENT)
			return err; /* the folder above is missing */
	}
	return err == -ESTALE ? -EAGAIN : err;
}

/* --- preparing --- */

static int
remove_left_over(void *arg, const char *name)
{
	char *path;
	int err;

	if (strcmp(name, "lock") == 0)
		return 0;
	path = statedir_file(arg, name);
	err = os_remove_tree(path);
	free(path);
	return err;
}

/* The lock goes last but for the folder, which another runtime may already
 * have made its own again: then it is not empty and stays. */
static void
give_up(struct statedir *s)
{
	char *path = statedir_file(s, "lock");

	if (os_list(s->prepare, remove_left_over, s) == 0 &&
	    os_unlink(path) == 0)
		os_unlink(s->prepare);
	free(path);
}

static int
is_something(void *arg, const char *name)
{
	(void)arg;
	(void)name;
	return 1;
}

/* An empty folder is as good as none, and is replaced by the rename: users
 * are given one by mktemp -d, or made it to say whose it is. */
static bool
is_taken(const char *dir)
{
	return os_exists(dir) && os_list(dir, is_something, NULL) != 0;
}

static int
refuse_existing(struct statedir *s, struct diag *d)
{
	struct buf b = { 0 };

	if (!has(s, "options"))
		return refuse(d, DIAG_STATE_FOREIGN, -EBADMSG, s->dir,
		    "is there, and is no state directory");
	buf_printf(&b, "has a run already; go on with camprun resume "
	    "--state %s%c", s->dir, '\0');
	refuse(d, DIAG_STATE_EXISTS, -EEXIST, s->dir, b.data);
	buf_free(&b);
	return -EEXIST;
}

/* DIR is looked for once more under the lock: its maker had it until then. */
static int
prepare(struct statedir *s, struct diag *d)
{
	int err;

	if (is_taken(s->dir))
		return refuse_existing(s, d);
	s->prepare = text_join(s->dir, ".prepare");
	err = lock_prepare(s);
	if (err == -EAGAIN)
		return refuse_busy(s, d);
	if (err == 0 && is_taken(s->dir)) {
		give_up(s);
		free(s->prepare);
		s->prepare = NULL;
		return refuse_existing(s, d);
	}
	return err == 0 ? os_list(s->prepare, remove_left_over, s) : err;
}

int
statedir_prepare(const char *dir, struct diag *d, struct statedir **out)
{
	int err;

	*out = statedir_new(dir);
	err = prepare(*out, d);
	if (err != 0) {
		statedir_close(*out);
		*out = NULL;
	}
	return err;
}

static void
remember(struct statedir *s, const char *key, const char *value)
{
	s->option = mem_grow(s->option, s->noption, &s->cap,
	    sizeof(*s->option));
	s->option[s->noption++] = (struct option){ text_join(key, ""),
		text_join(value, "") };
}

int
statedir_set(struct statedir *s, const char *key, const char *value)
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-_.");

	if (n == 0 || key[n] != '\0' || strchr(value, '\n') != NULL)
		return -EINVAL;
	remember(s, key, value);
	return 0;
}

/* --- the files in it --- */

struct sum {
	uint64_t size;
	uint32_t crc;
};

static void
sum_add(struct sum *sum, const void *data, size_t n)
{
	sum->crc = crc32c(sum->crc, data, n);
	sum->size += n;
}

static void
remember_file(struct statedir *s, const char *name, const struct sum *sum)
{
	struct buf value = { 0 };
	char *key = text_join("file:", name);

	buf_printf(&value, "%" PRIu64 " %08" PRIx32 "%c", sum->size, sum->crc,
	    '\0');
	remember(s, key, value.data);
	buf_free(&value);
	free(key);
}

static int
finish_file(struct statedir *s, const char *name, struct os_file *f,
    const struct sum *sum, int err)
{
	if (err == 0)
		err = os_sync(f);
	os_close(f);
	if (err == 0)
		remember_file(s, name, sum);
	return err;
}

static int
create_file(struct statedir *s, const char *name, struct os_file **f)
{
	char *path = statedir_file(s, name);
	int err = os_exists(path) ? -EEXIST : os_open(path, true, f);

	free(path);
	return err;
}

int
statedir_add(struct statedir *s, const char *name, const void *data, size_t n)
{
	struct os_file *f;
	struct sum sum = { 0, 0 };
	int err = create_file(s, name, &f);

	if (err != 0)
		return err;
	sum_add(&sum, data, n);
	return finish_file(s, name, f, &sum, os_append(f, data, n));
}

int
statedir_add_stream(struct statedir *s, const char *name, FILE *from)
{
	struct os_file *f;
	struct sum sum = { 0, 0 };
	char *block;
	size_t n;
	int err = create_file(s, name, &f);

	if (err != 0)
		return err;
	block = mem_alloc(BLOCK, 1);
	rewind(from);
	while (err == 0 && (n = fread(block, 1, BLOCK, from)) > 0) {
		sum_add(&sum, block, n);
		err = os_append(f, block, n);
	}
	if (err == 0 && ferror(from))
		err = -EIO;
	free(block);
	return finish_file(s, name, f, &sum, err);
}

static int
sum_file(struct statedir *s, const char *name, struct sum *sum)
{
	char *path = statedir_file(s, name), *block = mem_alloc(BLOCK, 1);
	struct os_file *f;
	size_t n = BLOCK;
	int err = os_open_read(path, &f);

	*sum = (struct sum){ 0, 0 };
	while (err == 0 && n == BLOCK) {
		err = os_read_at(f, sum->size, block, BLOCK, &n);
		if (err == 0)
			sum_add(sum, block, n);
	}
	os_close(f);
	free(block);
	free(path);
	return err;
}

/* --- the options --- */

static int
write_options(struct statedir *s)
{
	struct buf b = { 0 };
	char *path = statedir_file(s, "options");
	int err;

	buf_printf(&b, "%s%d\n", MAGIC, VERSION);
	for (size_t i = 0; i < s->noption; i++)
		buf_printf(&b, "%s=%s\n", s->option[i].key,
		    s->option[i].value);
	buf_printf(&b, "checksum=%08" PRIx32 "\n", crc32c(0, b.data, b.len));
	err = os_replace(path, b.data, b.len);
	buf_free(&b);
	free(path);
	return err;
}

/* J6: the head of the journal as an option. */
static int
remember_journal(struct statedir *s)
{
	char text[16];
	uint32_t id;
	int err = journal_identity(s->prepare, &id);

	if (err == 0) {
		snprintf(text, sizeof(text), "%08" PRIx32, id);
		remember(s, "journal:head", text);
	}
	return err;
}

int
statedir_commit(struct statedir *s)
{
	char *above;
	int err = remember_journal(s);

	if (err == 0)
		err = write_options(s);
	/* Replacing the options has synced the folder, and so all names. */
	if (err == 0)
		err = os_rename(s->prepare, s->dir);
	if (err != 0)
		return err;
	free(s->prepare);
	s->prepare = NULL;
	above = text_folder(s->dir);
	err = os_sync_dir(above);
	free(above);
	return err;
}

/* Splits the text of the options, which is checked already. */
static void
split_options(struct statedir *s, char *text)
{
	char *line = strchr(text, '\n'), *end, *equals;

	while (line != NULL && *++line != '\0') {
		end = strchr(line, '\n');
		equals = strchr(line, '=');
		if (end == NULL || equals == NULL || equals > end)
			return;
		*end = *equals = '\0';
		remember(s, line, equals + 1);
		line = end;
	}
}

/* Its last line is the checksum of those above. */
static bool
options_are_whole(const char *text, size_t n)
{
	char want[32];
	const char *last = text;

	if (n == 0 || text[n - 1] != '\n' || memchr(text, '\0', n) != NULL)
		return false;
	for (size_t i = 0; i + 1 < n; i++)
		if (text[i] == '\n')
			last = text + i + 1;
	snprintf(want, sizeof(want), "checksum=%08" PRIx32 "\n",
	    crc32c(0, text, (size_t)(last - text)));
	return strcmp(last, want) == 0;
}

static int
judge_options(struct statedir *s, struct diag *d, char *text, size_t n)
{
	long version;

	if (strncmp(text, MAGIC, sizeof(MAGIC) - 1) != 0)
		return refuse(d, DIAG_STATE_FOREIGN, -EBADMSG, s->dir,
		    "has a file \"options\" that camprun did not write");
	version = strtol(text + sizeof(MAGIC) - 1, NULL, 10);
	if (version > VERSION)
		return refuse(d, DIAG_STATE_NEWER, -EBADMSG, s->dir,
		    "was made by a later camprun");
	if (version != VERSION || !options_are_whole(text, n))
		return refuse(d, DIAG_STATE_DAMAGED, -EBADMSG, s->dir,
		    "has a damaged file \"options\"");
	split_options(s, text);
	return 0;
}

static int
read_options(struct statedir *s, struct diag *d)
{
	char *path = statedir_file(s, "options"), *text;
	size_t n;
	int err = os_read_all(path, &text, &n);

	if (err == 0)
		err = judge_options(s, d, text, n);
	free(text);
	free(path);
	return err;
}

const char *
statedir_get(const struct statedir *s, const char *key)
{
	for (size_t i = 0; i < s->noption; i++)
		if (strcmp(s->option[i].key, key) == 0)
			return s->option[i].value;
	return NULL;
}

/* --- opening --- */

static int
check_file(struct statedir *s, const struct option *o, struct diag *d)
{
	const char *name = o->key + strlen("file:");
	char now[64];
	struct sum sum;
	int err = sum_file(s, name, &sum);

	if (err != 0 && err != -ENOENT)
		return err;
	snprintf(now, sizeof(now), "%" PRIu64 " %08" PRIx32, sum.size,
	    sum.crc);
	if (err == 0 && strcmp(now, o->value) == 0)
		return 0;
	diag_report(d, DIAG_STATE_DAMAGED, nowhere, NAME_NONE,
	    "\"%s/%s\" %s", s->dir, name, err == -ENOENT ? "is missing" :
	    "is not as it was when the run began");
	return -EBADMSG;
}

static int
check_files(struct statedir *s, struct diag *d)
{
	int err = 0;

	for (size_t i = 0; i < s->noption && err == 0; i++)
		if (strncmp(s->option[i].key, "file:", 5) == 0)
			err = check_file(s, &s->option[i], d);
	return err;
}

/* One whose head is not whole is left to journal_open, which can say more. */
static int
check_journal(struct statedir *s, struct diag *d)
{
	const char *ours = statedir_get(s, "journal:head");
	char text[16] = "";
	uint32_t id;
	int err = journal_identity(s->dir, &id);

	if (err == -ENOENT)
		return refuse(d, DIAG_STATE_DAMAGED, -EBADMSG, s->dir,
		    "has no journal");
	if (err == -EBADMSG)
		return 0;
	snprintf(text, sizeof(text), "%08" PRIx32, id);
	if (err == 0 && (ours == NULL || strcmp(ours, text) != 0))
		return refuse(d, DIAG_JOURNAL_OTHER, -EBADMSG, s->dir,
		    "has the journal of another run");
	return err;
}

static int
open_existing(struct statedir *s, bool locked, struct diag *d)
{
	int err = 0;

	if (!os_exists(s->dir))
		return refuse(d, DIAG_STATE_MISSING, -ENOENT, s->dir,
		    "is not there");
	if (!has(s, "options") || !has(s, "lock"))
		return refuse(d, DIAG_STATE_FOREIGN, -EBADMSG, s->dir,
		    "is no state directory");
	if (locked)
		err = lock(s, false);
	if (err == -EAGAIN)
		return refuse_busy(s, d);
	if (err == 0)
		err = read_options(s, d);
	if (err == 0)
		err = check_files(s, d);
	return err == 0 ? check_journal(s, d) : err;
}

static int
open_dir(const char *dir, bool locked, struct diag *d, struct statedir **out)
{
	int err;

	*out = statedir_new(dir);
	err = open_existing(*out, locked, d);
	if (err != 0) {
		statedir_close(*out);
		*out = NULL;
	}
	return err;
}

int
statedir_open(const char *dir, struct diag *d, struct statedir **out)
{
	return open_dir(dir, true, d, out);
}

int
statedir_look(const char *dir, struct diag *d, struct statedir **out)
{
	return open_dir(dir, false, d, out);
}

void
statedir_close(struct statedir *s)
{
	if (s == NULL)
		return;
	if (s->prepare != NULL && s->lock != NULL)
		give_up(s);
	os_close(s->lock);
	for (size_t i = 0; i < s->noption; i++) {
		free(s->option[i].key);
		free(s->option[i].value);
	}
	free(s->option);
	free(s->prepare);
	free(s->dir);
	free(s);
}
