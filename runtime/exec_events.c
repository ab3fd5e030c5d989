/*
 * What is told of a run: a line of JSON when an action begins and one when it
 * ends, after its record is in the journal. So a command that is killed leaves
 * records that were not told; the next one, which has the same file, tells
 * them first, each once: the lines of the file are the first records there
 * are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "exec_private.h"
#include "os.h"

/* --- a line --- */

static const char *
part_name(const struct exec *x, const struct act *a)
{
	switch (a->part) {
	case PART_INIT:
		return "init";
	case PART_COMPLETE:
		return "complete";
	case PART_WRAPUP:
		return "wrapup";
	default:
		return name_str(x->a->proc[a->proc].p->name);
	}
}

static void
field(struct buf *b, const char *key, uint32_t name)
{
	if (name == NAME_NONE)
		return;
	buf_printf(b, ",\"%s\":", key);
	buf_json(b, name_str(name), name_len(name));
}

/* All but the sequence number and the time. */
static void
add_rest(const struct exec *x, const struct record *r, struct buf *b)
{
	static const char *const phase[] = { "forward", "undo", "rollback" };
	const struct act *a = &x->a->act[r->a - 1];
	const char *part = part_name(x, a);

	buf_str(b, ",\"procedure\":");
	buf_json(b, part, strlen(part));
	if (a->proc != NONE)
		buf_printf(b, ",\"step\":%u,\"nested\":%u",
		    x->a->proc[a->proc].step, a->nested + 1u);
	buf_printf(b, ",\"phase\":\"%s\",\"action\":\"%s\"", phase[r->b],
	    verb_name(r->b == DO_FORWARD ? (enum verb)a->verb :
	    act_reverse(a)));
	field(b, "entity", a->entity);
	field(b, "on", act_moves(a) ? a->to : a->on);
	field(b, "bundle", a->bundle);
	if (a->verb == VERB_NOTIFY)
		field(b, "label", a->callback->label);
	if (a->verb == VERB_COMMAND)
		field(b, "command", r->b == DO_FORWARD ? a->ccb->command :
		    a->ccb->undo_command);
	buf_printf(b, ",\"attempt\":%u,\"result\":\"%s\"}\n", r->c,
	    r->kind == RECORD_BEGIN ? "begun" : r->d == OUTCOME_OK ? "ok" :
	    "failed");
}

int
exec_tell(const struct exec *x, const struct record *r, FILE *f)
{
	struct buf b = { .out = f };

	if (f == NULL)
		return 0;
	buf_printf(&b, "{\"seq\":%u,\"t\":%lld", r->a, (long long)os_now());
	add_rest(x, r, &b);
	buf_flush(&b);
	buf_free(&b);
	return -b.err;
}

/* --- a file that goes on --- */

struct told { /* what a file of events holds */
	size_t lines;
	char *last; /* of them; or NULL */
	uint64_t size; /* of the whole lines */
	bool torn; /* there is a piece of one more */
};

static void
read_told(FILE *f, struct told *t)
{
	char *line = NULL, *other;
	size_t cap = 0, last_cap = 0, other_cap;
	ssize_t n;

	while ((n = getline(&line, &cap, f)) > 0) {
		t->torn = line[n - 1] != '\n';
		if (t->torn)
			break;
		t->lines++;
		t->size += (uint64_t)n;
		other = t->last, other_cap = last_cap;
		t->last = line, last_cap = cap;
		line = other, cap = other_cap;
	}
	free(line);
}

/* Is the line what was told of the record? */
static bool
is_of(const struct exec *x, const char *line, const struct record *r)
{
	const char *rest = strstr(line, ",\"procedure\":");
	unsigned long seq;
	struct buf b = { 0 };
	bool same;

	if (rest == NULL || sscanf(line, "{\"seq\":%lu,", &seq) != 1 ||
	    seq != r->a)
		return false;
	add_rest(x, r, &b);
	same = b.len == strlen(rest) && memcmp(b.data, rest, b.len) == 0;
	buf_free(&b);
	return same;
}

static bool
is_told(const struct record *r)
{
	return r->kind == RECORD_BEGIN || r->kind == RECORD_END;
}

/* The record (index) after those that were told; nrec if these lines are not
 * of this journal. */
static size_t
first_untold(const struct exec *x, const struct told *t)
{
	size_t i, n = 0;

	for (i = 0; i < x->nrec && n < t->lines; i++)
		n += is_told(&x->rec[i]);
	if (n < t->lines || (n > 0 && !is_of(x, t->last, &x->rec[i - 1])))
		return x->nrec;
	return i;
}

static int
tell_from(const struct exec *x, size_t i, const char *path)
{
	FILE *f = fopen(path, "a");
	int err = f == NULL ? -errno : 0;

	for (; i < x->nrec && err == 0; i++)
		if (is_told(&x->rec[i]))
			err = exec_tell(x, &x->rec[i], f);
	if (f != NULL && fclose(f) != 0 && err == 0)
		err = -errno;
	return err;
}

static int
cut(const char *path, uint64_t size)
{
	struct os_file *f;
	int err = os_open(path, false, &f);

	if (err == 0)
		err = os_truncate(f, size);
	os_close(f);
	return err;
}

int
exec_tell_rest(const struct exec *x, const char *path)
{
	struct told t = { 0 };
	FILE *f = os_is_file(path) ? fopen(path, "r") : NULL;
	size_t from;
	int err = 0;

	if (f == NULL)
		return 0;
	read_told(f, &t);
	fclose(f);
	from = first_untold(x, &t);
	if (from < x->nrec && t.torn)
		err = cut(path, t.size);
	if (err == 0 && from < x->nrec)
		err = tell_from(x, from, path);
	free(t.last);
	return err;
}
