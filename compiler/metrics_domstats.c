/*
 * What `virsh domstats` prints, each time after a line time=SECONDS: counters,
 * whose growth from one time to the next is what was used, and levels. A
 * counter that falls began anew, so nothing is known of that while.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "metrics_read.h"

enum counter { CPU_TIME, IO_REQUESTS, NET_BYTES, COUNTERS };
enum level { STORAGE, CURRENT, UNUSED, AVAILABLE, USABLE, LEVELS };

static const struct {
	const char *begin, *end; /* a number may stand between */
	bool counter;
	int which;
} keys[] = {
	{ "cpu.time", NULL, true, CPU_TIME },
	{ "block.", ".rd.reqs", true, IO_REQUESTS },
	{ "block.", ".wr.reqs", true, IO_REQUESTS },
	{ "net.", ".rx.bytes", true, NET_BYTES },
	{ "net.", ".tx.bytes", true, NET_BYTES },
	{ "block.", ".allocation", false, STORAGE },
	{ "balloon.current", NULL, false, CURRENT },
	{ "balloon.unused", NULL, false, UNUSED },
	{ "balloon.available", NULL, false, AVAILABLE },
	{ "balloon.usable", NULL, false, USABLE },
};

/* What a counter's growth a second is in the units of resources. */
static const struct {
	const char *resource;
	double per;
} rates[COUNTERS] = {
	[CPU_TIME] = { "cpu", 1e9 },
	[IO_REQUESTS] = { "io", 1 },
	[NET_BYTES] = { "network", 1024 },
};

struct sums { /* of one domain at one time */
	double counter[COUNTERS], level[LEVELS];
	bool has_counter[COUNTERS], has_level[LEVELS];
	int64_t ms;
	bool any;
};

struct domstats {
	struct lines *l;
	struct sums *before; /* by machine */
	struct sums now;
	uint32_t vm; /* NONE: nobody's */
	int64_t ms;
	bool timed;
};

static void
add(struct domstats *s, const char *resource, double v)
{
	struct metrics *m = s->l->m;
	uint32_t r = metrics_resource(m, resource, strlen(resource), false,
	    (struct place){ 0 });
	int64_t n;

	if (r != NONE && metrics_thousandths(v, &n))
		metrics_add(m, s->vm, r, s->now.ms, n);
}

static void
add_memory(struct domstats *s)
{
	const double *v = s->now.level;
	const bool *has = s->now.has_level;
	double used;

	if (has[AVAILABLE] && has[USABLE])
		used = v[AVAILABLE] - v[USABLE];
	else if (has[AVAILABLE] && has[UNUSED])
		used = v[AVAILABLE] - v[UNUSED];
	else if (has[CURRENT])
		used = v[CURRENT]; /* the guest does not say: all it has */
	else
		return;
	add(s, "memory", used / 1024);
}

/* A domain's lines are over. */
static void
settle(struct domstats *s)
{
	struct sums *b;
	double passed;
	int k;

	if (s->vm == NONE || !s->now.any)
		return;
	b = &s->before[s->vm];
	passed = (double)(s->now.ms - b->ms) / 1000;
	for (k = 0; b->any && passed > 0 && k < COUNTERS; k++)
		if (s->now.has_counter[k] && b->has_counter[k] &&
		    s->now.counter[k] >= b->counter[k])
			add(s, rates[k].resource, (s->now.counter[k] -
			    b->counter[k]) / passed / rates[k].per);
	add_memory(s);
	if (s->now.has_level[STORAGE])
		add(s, "storage", s->now.level[STORAGE] / 1048576);
	*b = s->now;
	s->vm = NONE;
}

static void
begin_domain(struct domstats *s, const char *name)
{
	size_t n = strlen(name);

	settle(s);
	s->l->m->seen++;
	name += strspn(name, " \t'");
	n = strcspn(name, "'");
	s->now = (struct sums){ .ms = s->ms };
	if (!s->timed)
		metrics_wrong(s->l->m, lines_place(s->l, s->l->text), "no line "
		    "time=SECONDS is before this; collect it with: echo "
		    "time=$(date +%s); virsh domstats", NULL);
	s->vm = s->timed ? metrics_vm(s->l->m, name, n, lines_place(s->l,
	    name)) : NONE;
}

static void
read_time(struct domstats *s, const char *value)
{
	settle(s);
	s->timed = metrics_time(value, &s->ms);
	if (!s->timed)
		metrics_wrong(s->l->m, lines_place(s->l, value), "a time is "
		    "seconds since 1970 or like 2027-01-31T12:00:00Z", value);
}

static bool
is_key(size_t i, const char *key)
{
	const char *begin = keys[i].begin, *end = keys[i].end;
	size_t n = strlen(begin);

	if (end == NULL)
		return strcmp(key, begin) == 0;
	if (strncmp(key, begin, n) != 0)
		return false;
	key += n;
	n = strspn(key, "0123456789");
	return n > 0 && strcmp(key + n, end) == 0;
}

static void
read_pair(struct domstats *s, const char *key, const char *value)
{
	size_t i;
	double v;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (is_key(i, key))
			break;
	if (i == sizeof(keys) / sizeof(keys[0]))
		return; /* there are many that say nothing of use */
	if (!metrics_number(value, &v) || v < 0) {
		metrics_wrong(s->l->m, lines_place(s->l, value),
		    "a measurement is a number from 0 on", value);
		return;
	}
	s->now.any = true;
	if (keys[i].counter) {
		s->now.counter[keys[i].which] += v;
		s->now.has_counter[keys[i].which] = true;
	} else {
		s->now.level[keys[i].which] += v;
		s->now.has_level[keys[i].which] = true;
	}
}

static void
read_line(struct domstats *s)
{
	char *text = s->l->text + strspn(s->l->text, " \t");
	char *eq = strchr(text, '=');

	if (strncmp(text, "Domain:", 7) == 0) {
		begin_domain(s, text + 7);
	} else if (text[0] == '\0' || text[0] == '#') {
		return;
	} else if (eq == NULL) {
		metrics_wrong(s->l->m, lines_place(s->l, text),
		    "a line is time=SECONDS, Domain: 'NAME' or KEY=VALUE",
		    text);
	} else {
		*eq = '\0';
		if (strcmp(text, "time") == 0)
			read_time(s, eq + 1);
		else
			read_pair(s, text, eq + 1);
	}
}

void
metrics_domstats(struct lines *l)
{
	struct domstats s = { .l = l, .vm = NONE };

	s.before = mem_alloc(l->m->nvm, sizeof(*s.before));
	do
		read_line(&s);
	while (lines_next(l));
	settle(&s);
	free(s.before);
}
