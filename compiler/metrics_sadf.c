/*
 * What does `sadf -j` of sysstat say a host uses? Its statistics of one time
 * after the other, in which each kind of resource stands elsewhere.
 */
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "metrics_document.h"

#define ROUNDED 0.006 /* of a percentage with two digits behind the point */
#define EXACT 5.0 /* percent, from which the whole can be had from it */

static double
number_at(const json_t *o, const char *key, bool *has)
{
	const json_t *v = json_object_get(o, key);

	*has = json_is_number(v);
	return json_number_value(v);
}

static void
add(struct document *d, uint32_t vm, const char *resource, int64_t ms,
    double v)
{
	uint32_t r = metrics_resource(d->m, resource, strlen(resource), false,
	    d->at);
	int64_t n;

	if (r == NONE)
		return;
	if (metrics_thousandths(v < 0 ? 0 : v, &n))
		metrics_add(d->m, vm, r, ms, n);
}

/* The member of that name of all elements of a list, summed up, but those
 * whose own name is not wanted. */
static double
sum_of(const json_t *list, const char *key, const char *name,
    const char *unwanted, bool *has)
{
	double sum = 0, v;
	const char *s;
	json_t *o;
	size_t i;
	bool one;

	*has = false;
	json_array_foreach(list, i, o) {
		s = name == NULL ? NULL :
		    json_string_value(json_object_get(o, name));
		if (s != NULL && strcmp(s, unwanted) == 0)
			continue;
		v = number_at(o, key, &one);
		if (one)
			sum += v;
		*has |= one;
	}
	return sum;
}

static void
add_cpu(struct document *d, uint32_t vm, int64_t ms, const json_t *s,
    double cpus)
{
	const json_t *list = json_object_get(s, "cpu-load"), *o;
	const char *which;
	double idle;
	size_t i;
	bool has, waits;

	if (list == NULL)
		list = json_object_get(s, "cpu-load-all");
	for (i = 0; i < json_array_size(list); i++) {
		o = json_array_get(list, i);
		which = json_string_value(json_object_get(o, "cpu"));
		idle = number_at(o, "idle", &has) +
		    number_at(o, "iowait", &waits);
		if (has && which != NULL && strcmp(which, "all") == 0)
			add(d, vm, "cpu", ms, (100 - idle) / 100 * cpus);
	}
}

/* KiB that nobody could have given back. Until sysstat 11.6 memused counted
 * what is only cached, which the percentage shows: then it is of memused and
 * memfree together. What is in doubt is not taken off. */
static double
memory_used(const json_t *o, bool *has)
{
	bool parted, told, slabs, left, any;
	double used = number_at(o, "memused", has);
	double free_ = number_at(o, "memfree", &parted);
	double percent = number_at(o, "memused-percent", &told);
	double slab = number_at(o, "slab", &slabs);
	double avail = number_at(o, "avail", &left);
	double cached = number_at(o, "cached", &any) +
	    number_at(o, "buffers", &any);
	double both = used + free_, whole = 0, least = used;

	if (parted && told && both > 0 &&
	    100 * used / both - percent < ROUNDED &&
	    percent - 100 * used / (both + cached) > ROUNDED) {
		whole = both;
		least = used - cached;
	} else if (parted && slabs) {
		whole = both + cached + slab;
	} else if (told && percent >= EXACT) {
		whole = used / percent * 100;
	}
	return left && whole - avail > least ? whole - avail : least;
}

static void
add_rest(struct document *d, uint32_t vm, int64_t ms, const json_t *s)
{
	const json_t *memory = json_object_get(s, "memory");
	const json_t *net = json_object_get(json_object_get(s, "network"),
	    "net-dev");
	bool has, more;
	double v, w;

	v = memory_used(memory, &has);
	if (has)
		add(d, vm, "memory", ms, v / 1024);
	v = number_at(json_object_get(s, "io"), "tps", &has);
	if (has)
		add(d, vm, "io", ms, v);
	v = sum_of(net, "rxkB", "iface", "lo", &has);
	w = sum_of(net, "txkB", "iface", "lo", &more);
	if (has || more)
		add(d, vm, "network", ms, v + w);
	v = sum_of(json_object_get(s, "filesystems"), "MBfsused", NULL, "",
	    &has);
	if (has)
		add(d, vm, "storage", ms, v);
}

/* {"date": "2027-01-31", "time": "12:00:00", ...}: what zone it is in does not
 * matter where only the distance of times counts. */
static bool
sar_time(const json_t *t, int64_t *ms)
{
	const char *day = json_string_value(json_object_get(t, "date"));
	const char *time = json_string_value(json_object_get(t, "time"));
	char text[128];

	if (day == NULL || time == NULL || strlen(day) + strlen(time) > 40)
		return false;
	snprintf(text, sizeof(text), "%sT%sZ", day, time);
	return metrics_time(text, ms);
}

void
metrics_sadf(struct document *d, const json_t *host)
{
	const char *name = json_string_value(json_object_get(host,
	    "nodename"));
	const json_t *all = json_object_get(host, "statistics");
	uint32_t vm;
	double cpus;
	size_t i;
	json_t *s;
	int64_t ms;
	bool has;

	if (name == NULL || !json_is_array(all)) {
		metrics_wrong(d->m, d->at, name == NULL ? "a host has no "
		    "\"nodename\"" : "a host has no list \"statistics\"",
		    NULL);
		return;
	}
	vm = metrics_vm(d->m, name, strlen(name), d->at);
	cpus = number_at(host, "number-of-cpus", &has);
	json_array_foreach(all, i, s) {
		if (!sar_time(json_object_get(s, "timestamp"), &ms)) {
			metrics_wrong(d->m, d->at, "each of a host's "
			    "statistics has a \"timestamp\" with a day and "
			    "a time that there are", NULL);
			return;
		}
		d->m->seen++;
		if (vm == NONE)
			continue;
		if (has)
			add_cpu(d, vm, ms, s, cpus);
		add_rest(d, vm, ms, s);
	}
}
