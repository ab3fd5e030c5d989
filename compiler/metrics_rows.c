/*
 * Rows with commas: the first one names the fields, of which one is vm, one
 * time, and the others are resources. A field may stand in double quotes, as
 * names with commas must; an empty one was not measured.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "metrics_read.h"

enum { FIELDS = 256, NAME_FIELD = -1, TIME_FIELD = -2, NO_FIELD = -3 };

struct fields { /* of a line, in its text */
	char *v[FIELDS];
	size_t n;
};

/* Takes the quotes off a field, in place; returns what follows it, or NULL if
 * they are not closed. */
static char *
unquote(char *s)
{
	char *to = s, *p = s + 1;

	for (; *p != '\0'; p++) {
		if (*p == '"' && p[1] == '"')
			p++;
		else if (*p == '"')
			break;
		*to++ = *p;
	}
	if (*p != '"')
		return NULL;
	p++;
	if (*p != ',' && *p != '\0')
		return NULL;
	*to = '\0';
	return p;
}

/* Cuts the line; false: said why not. */
static bool
cut(struct lines *l, struct fields *f)
{
	char *s = l->text, *end;

	for (f->n = 0; f->n < FIELDS; s = end + 1) {
		f->v[f->n++] = s;
		if (*s == '"') {
			end = unquote(s);
			if (end == NULL)
				return metrics_wrong(l->m, lines_place(l, s),
				    "a quote is not closed at the end of its "
				    "field", NULL);
		} else {
			end = s + strcspn(s, ",");
		}
		if (*end == '\0')
			return true;
		*end = '\0';
	}
	return metrics_wrong(l->m, lines_place(l, s),
	    "a row has at most 256 fields", NULL);
}

static bool
has_field(const struct fields *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n && strcmp(f->v[i], name) != 0; i++)
		;
	return i < f->n;
}

/* The first field that was there before; NULL: none. */
static const char *
repeated(const struct fields *f)
{
	size_t i, k;

	for (i = 1; i < f->n; i++)
		for (k = 0; k < i; k++)
			if (strcmp(f->v[i], f->v[k]) == 0)
				return f->v[i];
	return NULL;
}

static int
meaning(struct lines *l, const char *field)
{
	uint32_t r;

	if (strcmp(field, "vm") == 0)
		return NAME_FIELD;
	if (strcmp(field, "time") == 0)
		return TIME_FIELD;
	r = metrics_resource(l->m, field, strlen(field), true,
	    lines_place(l, field));
	return r == NONE ? NO_FIELD : (int)r;
}

static bool
read_head(struct lines *l, const struct fields *f, int *meant)
{
	const char *missing = !has_field(f, "vm") ? "vm" :
	    !has_field(f, "time") ? "time" : NULL;
	const char *twice = repeated(f);
	size_t i;

	if (missing == NULL && twice != NULL)
		return diag_report(l->m->d, DIAG_METRICS_FORM, lines_place(l,
		    twice), NAME_NONE, "the first row names the field "
		    "\"%.100s\" twice", twice);
	if (missing != NULL)
		return diag_report(l->m->d, DIAG_METRICS_FORM, lines_place(l,
		    l->text), NAME_NONE, "the first row names no field \"%s\"",
		    missing);
	for (i = 0; i < f->n; i++)
		meant[i] = meaning(l, f->v[i]);
	return true;
}

static void
read_row(struct lines *l, const struct fields *f, const int *meant)
{
	uint32_t vm = NONE;
	int64_t ms = 0, n;
	size_t i;
	double v;

	for (i = 0; i < f->n; i++) {
		if (meant[i] == NAME_FIELD)
			vm = metrics_vm(l->m, f->v[i], strlen(f->v[i]),
			    lines_place(l, f->v[i]));
		if (meant[i] == TIME_FIELD && !metrics_time(f->v[i], &ms)) {
			metrics_wrong(l->m, lines_place(l, f->v[i]),
			    "a time is seconds since 1970 or like "
			    "2027-01-31T12:00:00Z", f->v[i]);
			return;
		}
	}
	for (i = 0; i < f->n; i++) {
		if (meant[i] < 0 || f->v[i][0] == '\0')
			continue;
		if (!metrics_number(f->v[i], &v) ||
		    !metrics_thousandths(v, &n))
			metrics_wrong(l->m, lines_place(l, f->v[i]),
			    "a measurement is a number from 0 on", f->v[i]);
		else if (vm != NONE)
			metrics_add(l->m, vm, (uint32_t)meant[i], ms, n);
	}
}

void
metrics_rows(struct lines *l)
{
	struct fields f;
	int meant[FIELDS];
	size_t n;

	if (!cut(l, &f) || !read_head(l, &f, meant))
		return;
	n = f.n;
	while (lines_next(l)) {
		if (l->text[0] == '\0' || l->text[0] == '#' || !cut(l, &f))
			continue;
		if (f.n != n)
			metrics_wrong(l->m, lines_place(l, l->text),
			    "this row has another number of fields than the "
			    "first", NULL);
		else
			read_row(l, &f, meant);
		l->m->seen++;
	}
}
