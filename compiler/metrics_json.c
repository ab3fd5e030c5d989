/*
 * JSON of three kinds: a line each measurement, what `sadf -j` writes (see
 * metrics_sadf.c), and what Prometheus answers to a range query. The latter two
 * are one document, held as a whole while it is read.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "diag.h"
#include "metrics_document.h"

/* --- a line each --- */

static int64_t
time_of(const json_t *v, bool *ok)
{
	int64_t ms = 0;

	if (json_is_string(v))
		*ok = metrics_time(json_string_value(v), &ms);
	else
		*ok = json_is_number(v) &&
		    metrics_thousandths(json_number_value(v), &ms);
	return ms;
}

static void
read_object(struct lines *l, json_t *o)
{
	struct place at = lines_place(l, l->text);
	const char *vm = json_string_value(json_object_get(o, "vm")), *key;
	uint32_t who, r;
	json_t *v;
	int64_t ms, n;
	bool ok;

	l->m->seen++;
	ms = time_of(json_object_get(o, "time"), &ok);
	if (vm == NULL || !ok) {
		metrics_wrong(l->m, at, vm == NULL ? "a line has no name "
		    "\"vm\"" : "\"time\" is seconds since 1970 or like "
		    "2027-01-31T12:00:00Z", NULL);
		return;
	}
	who = metrics_vm(l->m, vm, strlen(vm), at);
	json_object_foreach(o, key, v) {
		if (strcmp(key, "vm") == 0 || strcmp(key, "time") == 0 ||
		    json_is_null(v))
			continue;
		r = metrics_resource(l->m, key, strlen(key), true, at);
		if (r == NONE)
			continue;
		if (!json_is_number(v) ||
		    !metrics_thousandths(json_number_value(v), &n))
			metrics_wrong(l->m, at, "a measurement is a number "
			    "from 0 on; this is none", key);
		else if (who != NONE)
			metrics_add(l->m, who, r, ms, n);
	}
}

static json_t *
parse_line(struct lines *l, json_error_t *e)
{
	return json_loadb(l->text, l->len, JSON_REJECT_DUPLICATES, e);
}

static void
read_lines(struct lines *l)
{
	json_error_t e;
	json_t *o;

	do {
		if (l->text[strspn(l->text, " \t")] == '\0')
			continue;
		o = parse_line(l, &e);
		if (o == NULL)
			metrics_wrong(l->m, lines_place(l, l->text +
			    (e.position > 0 && (size_t)e.position <= l->len ?
			    (size_t)e.position - 1 : 0)), e.text, NULL);
		else if (!json_is_object(o))
			metrics_wrong(l->m, lines_place(l, l->text),
			    "a line is an object", NULL);
		else
			read_object(l, o);
		json_decref(o);
	} while (lines_next(l));
}

/* --- Prometheus --- */

static const char *
label(const json_t *metric, const char *const *names)
{
	const char *s = NULL;

	for (; *names != NULL && s == NULL; names++)
		s = json_string_value(json_object_get(metric, *names));
	return s;
}

/* Without the port that an instance is asked at. */
static size_t
without_port(const char *name)
{
	size_t all = strlen(name), n = all;

	while (n > 0 && name[n - 1] >= '0' && name[n - 1] <= '9')
		n--;
	return n > 1 && n < all && name[n - 1] == ':' ? n - 1 : all;
}

/* A document may have one line only: what is wrong is told by its names. */
static void
wrong_series(const struct document *d, const char *what, const char *text)
{
	char words[400];

	snprintf(words, sizeof(words), "\"%.100s\" of \"%.100s\": %s", d->of,
	    d->name, what);
	metrics_wrong(d->m, d->at, words, text);
}

static void
read_sample(struct document *d, uint32_t vm, uint32_t r, const json_t *pair)
{
	const char *text = json_string_value(json_array_get(pair, 1));
	bool ok;
	int64_t ms = time_of(json_array_get(pair, 0), &ok), n;
	double v;

	if (text != NULL && strcmp(text, "NaN") == 0)
		return; /* nothing was measured then */
	if (!ok || text == NULL || !metrics_number(text, &v) ||
	    !metrics_thousandths(v, &n))
		wrong_series(d, "a value is a time and a number from 0 on in "
		    "quotes", text);
	else
		metrics_add(d->m, vm, r, ms, n);
}

static void
read_series(struct document *d, const json_t *series)
{
	static const char *const who[] = { "vm", "domain", "name", "instance",
		NULL };
	static const char *const what[] = { "resource", "__name__", NULL };
	const json_t *metric = json_object_get(series, "metric");
	const json_t *values = json_object_get(series, "values");
	const char *name = label(metric, who), *of = label(metric, what);
	uint32_t vm, r;
	json_t *v;
	size_t i;

	if (name == NULL || of == NULL) {
		metrics_wrong(d->m, d->at, name == NULL ? "a series has none "
		    "of the labels vm, domain, name and instance" :
		    "a series has neither label resource nor a name", NULL);
		return;
	}
	d->name = name;
	d->of = of;
	if (!json_is_array(values)) {
		wrong_series(d, "a series has a list \"values\"; this has "
		    "none", NULL);
		return;
	}
	d->m->seen += json_array_size(values);
	r = metrics_resource(d->m, of, strlen(of), true, d->at);
	vm = metrics_vm(d->m, name, without_port(name), d->at);
	if (vm == NONE || r == NONE)
		return;
	json_array_foreach(values, i, v)
		read_sample(d, vm, r, v);
}

/* --- which is it? --- */

static void
read_document(struct document *d, const json_t *root)
{
	const json_t *hosts = json_object_get(json_object_get(root, "sysstat"),
	    "hosts");
	const json_t *data = json_object_get(root, "data");
	const char *type = json_string_value(json_object_get(data,
	    "resultType"));
	const char *error = json_string_value(json_object_get(root, "error"));
	json_t *o;
	size_t i;

	if (json_is_array(hosts)) {
		json_array_foreach(hosts, i, o)
			metrics_sadf(d, o);
	} else if (type != NULL && strcmp(type, "matrix") == 0) {
		json_array_foreach(json_object_get(data, "result"), i, o)
			read_series(d, o);
	} else if (error != NULL) {
		diag_report(d->m->d, DIAG_METRICS_FORM, d->at, NAME_NONE,
		    "this is no answer: \"%.200s\"", error);
	} else {
		diag_report(d->m->d, DIAG_METRICS_FORM, d->at, NAME_NONE,
		    type != NULL ? "this is the answer to a query for one "
		    "moment; ask for a range" : "this JSON is neither of sadf "
		    "nor of Prometheus, and its first line is no measurement");
	}
}

/* The text from its first line that is not blank. */
static void
read_whole(struct lines *l)
{
	struct document d = { .m = l->m, .at = lines_place(l, l->text) };
	struct buf b = { 0 };
	json_error_t e;
	json_t *root;
	uint64_t begin = l->off;

	do {
		buf_add(&b, l->text, l->len);
		buf_char(&b, '\n');
	} while (lines_next(l));
	root = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, &e);
	if (root == NULL) {
		l->off = begin;
		d.at = lines_place(l, l->text + (e.position > 0 ?
		    e.position - 1 : 0));
		metrics_wrong(l->m, d.at, e.text, NULL);
	} else {
		read_document(&d, root);
	}
	json_decref(root);
	buf_free(&b);
}

void
metrics_json(struct lines *l)
{
	json_error_t e;
	json_t *o = parse_line(l, &e);
	bool is_line = json_object_get(o, "vm") != NULL ||
	    json_object_get(o, "time") != NULL;

	json_decref(o);
	if (is_line)
		read_lines(l);
	else
		read_whole(l);
}
