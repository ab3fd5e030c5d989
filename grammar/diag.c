/*
 * What was found wrong? Findings are collected while the readers and checks
 * go on, so that one run shows them all. Memory is bounded: the first KEEP
 * stay, an error takes the place of a warning when there is no room, and
 * everything is counted. What is printed is chosen here; the printers only
 * lay it out.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "diag_print.h"

/* KEEP_EXCUSED: those that may be never take all the room. */
enum { KEEP = 10000, KEEP_EXCUSED = 5000, KEEP_NOTES = 100, TEXT_MAX = 20 };

const struct diag_info diag_info[DIAG_COUNT] = {
#define DIAG(code, id, level, title, hint, explain) \
	{ #code, DIAG_##level, title, hint },
#include "diag.def"
#undef DIAG
};

const char *
diag_level_name(enum diag_level level)
{
	static const char *const names[] = { "note", "warning", "error" };

	return names[level];
}

enum diag_code
diag_find(const char *code)
{
	int i;

	for (i = 0; i < DIAG_COUNT; i++)
		if (strcmp(diag_info[i].code, code) == 0)
			break;
	return (enum diag_code)i;
}

/* The last finding of a lower level than this, or nitem. */
static size_t
find_lesser(const struct diag *d, enum diag_level level)
{
	size_t i;

	for (i = d->nitem; i-- > 0;)
		if (d->item[i].level < level)
			return i;
	return d->nitem;
}

/* Where to keep a finding of that level, or NULL. */
static struct diag_item *
make_room(struct diag *d, enum diag_level level, bool excused)
{
	size_t keep = d->max > KEEP ? d->max : KEEP, i = d->nitem;

	if (excused && d->nexcused > KEEP_EXCUSED) {
		d->nleft_out++;
	} else if (d->nitem < keep) {
		d->item = mem_grow(d->item, d->nitem, &d->cap,
		    sizeof(*d->item));
		d->nitem++;
	} else {
		i = find_lesser(d, level);
		d->nleft_out++;
	}
	d->last = i < d->nitem ? i + 1 : 0;
	return i < d->nitem ? &d->item[i] : NULL;
}

const struct diag_excuse *
diag_excuse(struct diag *d, enum diag_code code, struct place at, uint32_t dn)
{
	if (d->excuse == NULL || diag_info[code].level == DIAG_ERROR)
		return NULL;
	return d->excuse(d->excuse_data, code, at, dn);
}

size_t
diag_count(const struct diag *d, enum diag_level level)
{
	if (level == DIAG_ERROR)
		return d->nerror;
	if (level == DIAG_WARNING)
		return d->nwarning;
	return d->nitem + d->nleft_out - d->nerror - d->nwarning - d->nexcused;
}

bool
diag_report(struct diag *d, enum diag_code code, struct place at, uint32_t dn,
    const char *fmt, ...)
{
	enum diag_level level = diag_info[code].level;
	const struct diag_excuse *excuse = diag_excuse(d, code, at, dn);
	struct diag_item *item;
	va_list ap;

	if (excuse != NULL)
		d->nexcused++;
	else if (level == DIAG_ERROR)
		d->nerror++;
	else if (level == DIAG_WARNING)
		d->nwarning++;
	item = make_room(d, level, excuse != NULL);
	if (item != NULL) {
		*item = (struct diag_item){ .code = code, .level = level,
			.at = at, .dn = dn, .seq = d->seq, .excuse = excuse };
		va_start(ap, fmt);
		item->text = arena_vprintf(&d->arena, fmt, ap);
		va_end(ap);
	}
	d->seq++;
	return level != DIAG_ERROR;
}

void
diag_note(struct diag *d, struct place at, const char *fmt, ...)
{
	struct diag_item *item;
	struct diag_note *note;
	va_list ap;

	if (d->last == 0)
		return;
	item = &d->item[d->last - 1];
	if (item->nnote++ >= KEEP_NOTES)
		return;
	note = arena_alloc(&d->arena, sizeof(*note));
	note->at = at;
	va_start(ap, fmt);
	note->text = arena_vprintf(&d->arena, fmt, ap);
	va_end(ap);
	if (item->notes == NULL)
		item->notes = note;
	else
		item->last_note->next = note;
	item->last_note = note;
}

static bool
is_at(const struct diag_item *item, enum diag_code code, struct place at)
{
	return item->code == code && item->excuse == NULL &&
	    item->at.src == at.src && item->at.off == at.off &&
	    item->at.what == at.what;
}

void
diag_withdraw(struct diag *d, enum diag_code code, struct place at)
{
	size_t i, n = 0;

	for (i = 0; i < d->nitem; i++)
		if (!is_at(&d->item[i], code, at))
			d->item[n++] = d->item[i];
	if (diag_info[code].level == DIAG_ERROR)
		d->nerror -= d->nitem - n;
	else if (diag_info[code].level == DIAG_WARNING)
		d->nwarning -= d->nitem - n;
	d->nitem = n;
	d->last = 0;
}

void
diag_free(struct diag *d)
{
	arena_free(&d->arena);
	free(d->item);
	*d = (struct diag){ .max = d->max, .least = d->least };
}

static const char *
place_path(struct place at)
{
	return at.src == NULL ? NULL : at.src->path;
}

/* Findings about no file come last. */
static int
compare_paths(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a, b);
}

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* The order as far as it is known before lines are looked up. */
static int
compare_places(const struct diag_item *a, const struct diag_item *b)
{
	int d = compare_paths(place_path(a->at), place_path(b->at));
	/* A whole file comes before what is in it. */
	uint32_t x = a->at.off + 1, y = b->at.off + 1;

	if (d == 0)
		d = compare_numbers(x, y);
	if (d == 0)
		d = compare_numbers(a->at.what, b->at.what);
	if (d == 0)
		d = compare_numbers(a->code, b->code);
	return d != 0 ? d : compare_numbers(a->seq, b->seq);
}

static int
compare_items(const void *a, const void *b)
{
	return compare_places(((const struct shown *)a)->item,
	    ((const struct shown *)b)->item);
}

/* Higher levels first: these are the ones to show when not all can be. */
static int
compare_levels(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;

	if (x->item->level != y->item->level)
		return x->item->level > y->item->level ? -1 : 1;
	return compare_items(a, b);
}

static int
compare_spots(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	int d = compare_paths(place_path(x->item->at),
	    place_path(y->item->at));

	if (d == 0)
		d = compare_numbers(x->spot.line, y->spot.line);
	if (d == 0)
		d = compare_numbers(x->spot.col, y->spot.col);
	if (d == 0)
		d = compare_numbers(x->item->code, y->item->code);
	return d != 0 ? d : compare_items(a, b);
}

/* One place to be looked up and where its line and column go. */
struct wanted {
	struct place at;
	struct spot *spot;
};

static int
compare_wanted(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	if (x->at.src != y->at.src)
		return (uintptr_t)x->at.src < (uintptr_t)y->at.src ? -1 : 1;
	return compare_numbers(x->at.off, y->at.off);
}

static void
want(struct wanted *v, size_t *n, struct place at, struct spot *spot)
{
	if (at.src != NULL && at.off != SRC_WHOLE)
		v[(*n)++] = (struct wanted){ at, spot };
}

/* Looks up v[0..n), all in one text. */
static void
locate_run(struct wanted *v, size_t n, struct arena *a)
{
	struct place *at = mem_alloc(n, sizeof(*at));
	struct spot *spot = mem_alloc(n, sizeof(*spot));
	size_t i;

	for (i = 0; i < n; i++)
		at[i] = v[i].at;
	src_locate(v[0].at.src, at, spot, n, a);
	for (i = 0; i < n; i++)
		*v[i].spot = spot[i];
	free(at);
	free(spot);
}

static void
locate(struct shown *v, size_t n, struct arena *a)
{
	size_t i, k, from, total = 0, nwanted = 0;
	const struct diag_note *note;
	struct wanted *w;

	for (i = 0; i < n; i++)
		total += 1 + v[i].item->nnote;
	w = mem_alloc(total, sizeof(*w));
	for (i = 0; i < n; i++) {
		const struct diag_item *item = v[i].item;

		v[i].note = arena_array(a, item->nnote, sizeof(*v[i].note));
		want(w, &nwanted, item->at, &v[i].spot);
		k = 0;
		for (note = item->notes; note != NULL; note = note->next)
			want(w, &nwanted, note->at, &v[i].note[k++]);
	}
	qsort(w, nwanted, sizeof(*w), compare_wanted);
	for (from = 0; from < nwanted; from = i) {
		for (i = from; i < nwanted && w[i].at.src == w[from].at.src;)
			i++;
		locate_run(w + from, i - from, a);
	}
	free(w);
}

static size_t
max_shown(const struct diag *d, enum diag_format format)
{
	if (d->max != 0)
		return d->max;
	return format == DIAG_TEXT ? (size_t)TEXT_MAX : SIZE_MAX;
}

/* What is reported but not shown, by level. */
static void
count_rest(const struct diag *d, struct report *r)
{
	int level;
	size_t i;

	for (level = DIAG_NOTE; level <= DIAG_ERROR; level++)
		r->rest[level] = diag_count(d, (enum diag_level)level);
	r->nexcused = d->nexcused;
	for (i = 0; i < r->n; i++)
		if (r->v[i].item->excuse == NULL)
			r->rest[r->v[i].item->level]--;
	for (i = 0; i < d->least; i++)
		r->rest[i] = 0;
}

/* Chooses what is shown and brings it into order. What may be is shown only
 * where it can be told apart. */
static void
choose(const struct diag *d, struct report *r, size_t max, bool excused)
{
	size_t i;

	r->v = mem_alloc(d->nitem, sizeof(*r->v));
	for (i = 0; i < d->nitem; i++)
		if (d->item[i].level >= d->least &&
		    (excused || d->item[i].excuse == NULL))
			r->v[r->n++].item = &d->item[i];
	qsort(r->v, r->n, sizeof(*r->v), compare_levels);
	if (r->n > max)
		r->n = max;
	qsort(r->v, r->n, sizeof(*r->v), compare_items);
	count_rest(d, r);
}

int
diag_print(struct diag *d, enum diag_format format, const char *program,
    FILE *out)
{
	static void (*const print[])(struct report *) = {
		[DIAG_TEXT] = diag_print_text, [DIAG_JSON] = diag_print_json,
		[DIAG_SARIF] = diag_print_sarif,
		[DIAG_JUNIT] = diag_print_junit,
		[DIAG_GITHUB] = diag_print_github,
		[DIAG_GCC] = diag_print_gcc,
	};
	struct report r = { .program = program, .rule = d->rule,
		.is_partial = d->is_partial };
	int err;

	choose(d, &r, max_shown(d, format), format == DIAG_SARIF);
	locate(r.v, r.n, &r.arena);
	qsort(r.v, r.n, sizeof(*r.v), compare_spots);
	r.out.out = out;
	print[format](&r);
	buf_flush(&r.out);
	err = r.out.err;
	buf_free(&r.out);
	arena_free(&r.arena);
	free(r.v);
	return err;
}

void
diag_print_errors(struct diag *d, enum diag_format format, const char *program,
    FILE *out)
{
	if (d->nerror == 0)
		return;
	d->least = DIAG_ERROR;
	diag_print(d, format, program, out);
}
