/*
 * Whose is a measurement, and of what? The formats differ, so each has a
 * reader; what they find comes together here.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "metrics_read.h"
#include "near.h"

#define SEVERAL UINT32_MAX
#define MOST 9e12 /* of a value: thousandths, and headroom on it, fit */
enum { NEAR_MAX = 4096 };

void
metrics_open(struct metrics *m, size_t nvm, const char *const *resource,
    size_t nresource, struct diag *d)
{
	*m = (struct metrics){ .d = d, .resource = resource,
		.nresource = nresource, .nvm = nvm };
	m->v = mem_alloc(nvm * nresource, sizeof(*m->v));
}

void
metrics_close(struct metrics *m)
{
	size_t i;

	for (i = 0; i < m->nvm * m->nresource; i++) {
		histogram_free(&m->v[i].h);
		spells_free(&m->v[i].spells);
	}
	free(m->v);
	idmap_free(&m->by_name);
	idmap_free(&m->told);
}

void
metrics_name(struct metrics *m, const char *name, size_t len, uint32_t vm)
{
	uint32_t *at;

	if (len == 0)
		return;
	at = idmap_at(&m->by_name, intern(name, len));
	if (*at == 0)
		*at = vm + 1;
	else if (*at != vm + 1)
		*at = SEVERAL;
}

/* Is it the first time that something is said of the name? */
static bool
is_news(struct metrics *m, const char *name, size_t len, uint64_t kind)
{
	uint32_t *at = idmap_at(&m->told, (uint64_t)intern(name, len) << 1 |
	    kind);

	return (*at)++ == 0;
}

static void
suggest_vm(struct metrics *m, const char *name, size_t len)
{
	const char **known = mem_alloc(m->by_name.n, sizeof(*known));
	char *word = mem_alloc(len + 1, 1);
	size_t i, n = 0;

	memcpy(word, name, len);
	for (i = 0; i < m->by_name.cap && n < NEAR_MAX; i++)
		if (m->by_name.pair[i].key != 0)
			known[n++] = name_str((uint32_t)
			    m->by_name.pair[i].key);
	if (n < NEAR_MAX)
		near_note(m->d, word, known, n);
	free(word);
	free(known);
}

uint32_t
metrics_vm(struct metrics *m, const char *name, size_t len, struct place at)
{
	uint32_t id = intern_find(name, len);
	uint32_t vm = id == NAME_NONE ? 0 : idmap_get(&m->by_name, id);

	if (vm != 0 && vm != SEVERAL)
		return vm - 1;
	if (len == 0 || !is_news(m, name, len, 0))
		return NONE;
	diag_report(m->d, DIAG_METRICS_NAME, at, NAME_NONE, vm == SEVERAL ?
	    "several virtual machines are called \"%.*s\"" :
	    "no virtual machine is called \"%.*s\"", (int)(len < 200 ? len :
	    200), name);
	if (vm != SEVERAL)
		suggest_vm(m, name, len);
	return NONE;
}

uint32_t
metrics_resource(struct metrics *m, const char *name, size_t len, bool say,
    struct place at)
{
	char word[128];
	uint32_t i;

	for (i = 0; i < m->nresource; i++)
		if (strlen(m->resource[i]) == len &&
		    memcmp(m->resource[i], name, len) == 0)
			return i;
	if (!say || !is_news(m, name, len, 1))
		return NONE;
	snprintf(word, sizeof(word), "%.*s", (int)(len < 100 ? len : 100),
	    name);
	diag_report(m->d, DIAG_METRICS_FIELD, at, NAME_NONE,
	    "no class has \"%s\", so what was measured of it says nothing",
	    word);
	near_note(m->d, word, m->resource, m->nresource);
	return NONE;
}

bool
metrics_wrong(struct metrics *m, struct place at, const char *what,
    const char *text)
{
	return diag_report(m->d, DIAG_METRICS_VALUE, at, NAME_NONE, text ==
	    NULL ? "%s" : "%s, not \"%.100s\"", what, text);
}

/* --- values --- */

bool
metrics_number(const char *text, double *v)
{
	char *end;

	if (text[0] == '\0' || strpbrk(text, "xXpPnN") != NULL)
		return false; /* no hexadecimal, no infinity, no nan */
	*v = strtod(text, &end);
	return *end == '\0' && end != text;
}

bool
metrics_thousandths(double v, int64_t *out)
{
	if (!(v >= 0 && v <= MOST))
		return false;
	*out = (int64_t)(v * 1000 + 0.5);
	return true;
}

/* Days from 1970 to a day of the common calendar. */
static int64_t
days(int64_t year, unsigned month, unsigned day)
{
	int64_t era, in_era, in_year;

	year -= month <= 2;
	era = year / 400;
	in_era = year - era * 400;
	in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 +
	    in_year - 719468;
}

static unsigned
month_days(unsigned year, unsigned month)
{
	static const unsigned char n[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return n[month - 1] + (month == 2 && leap);
}

/* "Z", "+01:00": minutes to subtract. */
static bool
read_zone(const char *s, int *minutes)
{
	unsigned h, m;
	int end = 0;

	*minutes = 0;
	if (strcmp(s, "Z") == 0 || strcmp(s, "z") == 0 ||
	    strcmp(s, " UTC") == 0)
		return true;
	if ((s[0] != '+' && s[0] != '-') || sscanf(s + 1, "%2u:%2u%n", &h, &m,
	    &end) != 2 || s[1 + end] != '\0' || h > 14 || m > 59)
		return false;
	*minutes = (s[0] == '-' ? -1 : 1) * (int)(h * 60 + m);
	return true;
}

bool
metrics_time(const char *text, int64_t *ms)
{
	unsigned y, mo, d, h, mi, s;
	int end = 0, zone;
	double v;

	if (sscanf(text, "%4u-%2u-%2u%*1[T ]%2u:%2u:%2u%n", &y, &mo, &d, &h,
	    &mi, &s, &end) == 6 && end > 0) {
		if (text[end] == '.')
			end += 1 + (int)strspn(text + end + 1, "0123456789");
		if (mo < 1 || mo > 12 || d < 1 || d > month_days(y, mo) || h > 23 || mi > 59 ||
		    s > 60 || !read_zone(text + end, &zone))
			return false;
		*ms = ((days(y, mo, d) * 24 + h) * 60 + mi - zone) * 60000 +
		    s * INT64_C(1000);
		return *ms >= 0;
	}
	return metrics_number(text, &v) && metrics_thousandths(v, ms);
}

void
metrics_add(struct metrics *m, uint32_t vm, uint32_t resource, int64_t ms,
    int64_t thousandths)
{
	struct measured *v = &m->v[vm * m->nresource + resource];

	if (v->h.n == 0 || ms < v->first)
		v->first = ms;
	if (v->h.n == 0 || ms > v->last)
		v->last = ms;
	histogram_add(&v->h, thousandths);
	spells_add(&v->spells, ms);
}

int64_t
metrics_history(const struct measured *v)
{
	int64_t all = v->last - v->first, some = spells_long(&v->spells);

	return some < all ? some : all;
}

/* --- lines --- */

bool
lines_next(struct lines *l)
{
	ssize_t n = getline(&l->text, &l->cap, l->src->file);

	if (n < 0)
		return false;
	l->off = l->next;
	l->next += (uint64_t)n;
	if (n > 0 && l->text[n - 1] == '\n')
		n--;
	if (n > 0 && l->text[n - 1] == '\r')
		n--;
	l->text[n] = '\0';
	l->len = (size_t)n;
	if (strlen(l->text) < l->len)
		metrics_wrong(l->m, lines_place(l, l->text), "there is a NUL "
		    "byte in this line", NULL);
	return true;
}

struct place
lines_place(const struct lines *l, const char *p)
{
	uint64_t off = l->off + (uint64_t)(p - l->text);

	return (struct place){ l->src, off < SRC_WHOLE ? (uint32_t)off :
	    SRC_WHOLE, SRC_TOKEN };
}

static bool
is_blank(const char *s)
{
	return s[strspn(s, " \t\r\xef\xbb\xbf")] == '\0' || s[0] == '#';
}

void
metrics_read(struct metrics *m, const struct src *src)
{
	struct lines l = { .m = m, .src = src };
	uint64_t seen = m->seen;
	size_t found = m->d->nitem;
	const char *s;
	bool any;

	do
		any = lines_next(&l);
	while (any && is_blank(l.text));
	s = any ? l.text + strspn(l.text, " \t") : "";
	if (!any)
		diag_report(m->d, DIAG_METRICS_FORM, (struct place){ src,
		    SRC_WHOLE, SRC_TOKEN }, NAME_NONE, "there is nothing in "
		    "this file");
	else if (*s == '{' || *s == '[')
		metrics_json(&l);
	else if (strncmp(s, "time=", 5) == 0 || strncmp(s, "Domain:", 7) == 0)
		metrics_domstats(&l);
	else if (strchr(s, ',') != NULL)
		metrics_rows(&l);
	else
		diag_report(m->d, DIAG_METRICS_FORM, lines_place(&l, s),
		    NAME_NONE, "this is no kind of measurements that is "
		    "known here");
	if (m->seen == seen && m->d->nitem == found)
		diag_report(m->d, DIAG_METRICS_FORM, (struct place){ src,
		    SRC_WHOLE, SRC_TOKEN }, NAME_NONE, "there is no "
		    "measurement in this file");
	free(l.text);
}
