/*
 * Where is each virtual machine, and what stands where before and after? The
 * campaign says which monitor holds a machine while hosts change, and on
 * which it may stand afterwards; where it runs today it does not say, so no
 * picture does. What is too much for a page is counted instead of drawn.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw.h"
#include "dn.h"
#include "intern.h"
#include "picture.h"
#include "scene.h"

enum { ROWS = 40, LEFT = 200, HEAD = 26, BOX = 140, GAP = 8, SHOWN = 3,
	BARS = 640, MOST_HOSTS = 16, PANEL = 3, LINE = 16, LETTER = 7 };

/* Machines of the scene in the natural order of names. */
static const struct scene *sorted;

static int
by_name(const void *a, const void *b)
{
	return dn_natural(sorted->machine[*(const uint32_t *)a].name,
	    sorted->machine[*(const uint32_t *)b].name);
}

typedef bool chosen(const struct machine *);

static uint32_t *
choose(const struct scene *s, chosen *want, size_t *n)
{
	uint32_t *v = mem_alloc(s->n, sizeof(*v));
	size_t i;

	*n = 0;
	for (i = 0; i < s->n; i++)
		if (want(&s->machine[i]))
			v[(*n)++] = (uint32_t)i;
	sorted = s;
	if (*n > 0)
		qsort(v, *n, sizeof(*v), by_name);
	return v;
}

/* --- where each goes --- */

static bool
is_placed(const struct machine *m)
{
	return m->kind == MACHINE_VM &&
	    (m->held != SCENE_NONE || m->nafter > 0);
}

static const char *
place_of(struct scene *s, uint32_t monitor)
{
	return scene_label(s, s->machine[monitor].host);
}

static void
place_row(struct scene *s, uint32_t vm, size_t y, struct buf *out)
{
	const struct machine *m = &s->machine[vm];
	struct buf b = { 0 };
	size_t i, x = LEFT + BOX + 60;

	draw_text(out, 0, y + 14, LEFT - 8, scene_label(s, vm));
	if (m->held != SCENE_NONE) {
		buf_printf(&b, "%s: held by %s", name_str(m->name),
		    name_str(s->machine[m->held].name));
		buf_char(&b, '\0');
		draw_box(out, TINT_MODIFIES, LEFT, y, BOX, DRAW_ROW - 2,
		    b.data);
		draw_middle(out, LEFT + BOX / 2, y + 14, BOX,
		    place_of(s, m->held));
		draw_middle(out, LEFT + BOX + 30, y + 14, 40,
		    "\xe2\x86\x92");
	}
	for (i = 0; i < m->nafter && i < SHOWN; i++, x += BOX + GAP) {
		uint32_t on = s->after[m->after + i];

		b.len = 0;
		buf_printf(&b, "%s: may stand on %s", name_str(m->name),
		    name_str(s->machine[on].name));
		buf_char(&b, '\0');
		draw_box(out, TINT_ADDS, x, y, BOX, DRAW_ROW - 2, b.data);
		draw_middle(out, x + BOX / 2, y + 14, BOX, place_of(s, on));
	}
	if (m->nafter > SHOWN) {
		b.len = 0;
		buf_printf(&b, "and %u more", m->nafter - SHOWN);
		buf_char(&b, '\0');
		draw_text(out, x, y + 14, 120, b.data);
	} else if (m->nafter == 0) {
		draw_text(out, LEFT + BOX + 60, y + 14, 400, m->deed ==
		    DEED_REMOVES ? "is removed" : "stays; the campaign says "
		    "nothing else");
	}
	buf_free(&b);
}

void
picture_places(struct scene *s, struct buf *out)
{
	size_t n, i;
	uint32_t *v = choose(s, is_placed, &n);

	if (n > 0 && n <= ROWS) {
		draw_open(out, "places", "Where each virtual machine goes",
		    "Each is held on one host while hosts change; afterwards "
		    "it may stand on any that is drawn behind the arrow.",
		    HEAD + n * DRAW_ROW);
		draw_middle(out, LEFT + BOX / 2, 16, BOX, "held meanwhile");
		draw_text(out, LEFT + BOX + 60, 16, 400,
		    "afterwards may stand on");
		for (i = 0; i < n; i++)
			place_row(s, v[i], HEAD + i * DRAW_ROW, out);
		draw_close(out);
	}
	free(v);
}

/* --- how loaded hosts are --- */

static bool
is_loaded(const struct machine *m)
{
	return m->kind == MACHINE_HOST && m->holds + m->may_hold > 0;
}

static size_t
longest(const struct scene *s, const uint32_t *v, size_t n)
{
	size_t most = 1, i;

	for (i = 0; i < n; i++) {
		const struct machine *m = &s->machine[v[i]];

		most = m->holds > most ? m->holds : most;
		most = m->may_hold > most ? m->may_hold : most;
	}
	return most;
}

static void
load_row(struct scene *s, uint32_t host, size_t most, size_t y,
    struct buf *out)
{
	const struct machine *m = &s->machine[host];
	struct buf b = { 0 };

	buf_printf(&b, "%zu held meanwhile; %zu may stand here afterwards",
	    m->holds, m->may_hold);
	buf_char(&b, '\0');
	draw_text(out, 0, y + 14, LEFT - 8, scene_label(s, host));
	draw_box(out, TINT_NONE, LEFT, y, m->may_hold * BARS / most, 18,
	    b.data);
	draw_box(out, TINT_MODIFIES, LEFT, y + 3, m->holds * BARS / most, 12,
	    b.data);
	b.len = 0;
	buf_printf(&b, "%zu", m->holds);
	if (s->nafter > 0)
		buf_printf(&b, "; then up to %zu", m->may_hold);
	buf_char(&b, '\0');
	draw_text(out, LEFT + 6, y + 14, BARS, b.data);
	buf_free(&b);
}

/* How many hosts hold so many. */
static void
load_counts(struct scene *s, const uint32_t *v, size_t n, struct buf *out)
{
	size_t most = longest(s, v, n), *hosts, i, rows = 0, peak = 1, y;
	size_t each = most / ROWS + 1;
	struct buf b = { 0 };

	hosts = mem_alloc(most / each + 1, sizeof(*hosts));
	for (i = 0; i < n; i++) {
		size_t k = s->machine[v[i]].holds / each;

		if (++hosts[k] > peak)
			peak = hosts[k];
	}
	for (i = 0; i <= most / each; i++)
		rows += hosts[i] > 0;
	draw_open(out, "load", "How loaded hosts are meanwhile", "How many "
	    "hosts hold so many virtual machines while hosts change. The "
	    "campaign does not say how many one can hold.", rows * DRAW_ROW);
	for (i = 0, y = 0; i <= most / each; i++) {
		if (hosts[i] == 0)
			continue;
		b.len = 0;
		if (each == 1)
			buf_printf(&b, "%zu VM%s", i, i == 1 ? "" : "s");
		else
			buf_printf(&b, "%zu to %zu VMs", i * each,
			    (i + 1) * each - 1);
		buf_char(&b, '\0');
		draw_text(out, 0, y + 14, LEFT - 8, b.data);
		b.len = 0;
		buf_printf(&b, "%zu host%s", hosts[i],
		    hosts[i] == 1 ? "" : "s");
		buf_char(&b, '\0');
		draw_box(out, TINT_MODIFIES, LEFT, y, hosts[i] * BARS / peak +
		    1, 18, b.data);
		draw_text(out, LEFT + 6, y + 14, BARS, b.data);
		y += DRAW_ROW;
	}
	draw_close(out);
	free(hosts);
	buf_free(&b);
}

void
picture_load(struct scene *s, struct buf *out)
{
	size_t n, i, most;
	uint32_t *v = choose(s, is_loaded, &n);

	if (n > ROWS)
		load_counts(s, v, n, out);
	if (n > 0 && n <= ROWS) {
		most = longest(s, v, n);
		draw_open(out, "load", "How loaded hosts are", "How many "
		    "virtual machines each host holds while hosts change "
		    "(blue), and how many may stand on it afterwards (grey). "
		    "The campaign does not say how many it can hold.", n * DRAW_ROW);
		for (i = 0; i < n; i++)
			load_row(s, v[i], most, i * DRAW_ROW, out);
		draw_close(out);
	}
	free(v);
}

/* --- before and after --- */

static bool
is_host(const struct machine *m)
{
	return m->kind == MACHINE_HOST;
}

/* Is it there on that side: before, or after? */
static bool
is_there(const struct machine *m, bool after)
{
	return m->deed != (after ? DEED_REMOVES : DEED_ADDS);
}

/* The host a machine is drawn in, or NONE. */
static uint32_t
drawn_in(const struct scene *s, uint32_t i, bool after)
{
	const struct machine *m = &s->machine[i];
	size_t k;

	if (m->kind == MACHINE_INNER)
		return m->host;
	if (m->kind != MACHINE_VM)
		return SCENE_NONE;
	if (!after && m->from != SCENE_NONE)
		return m->from;
	if (!after || m->nafter == 0)
		return m->host == i ? SCENE_NONE : m->host;
	for (k = 0; k < m->nafter; k++)
		if (s->machine[s->after[m->after + k]].host == m->host)
			return m->host;
	return s->machine[s->after[m->after]].host;
}

struct side { /* what stands in each host, as lists by host */
	uint32_t *first, *next; /* by machine */
	uint32_t *count;
};

static void
side_make(struct side *d, const struct scene *s, bool after)
{
	uint32_t *v = mem_alloc(s->n, sizeof(*v));
	size_t i;

	d->first = mem_alloc(s->n, sizeof(*d->first));
	d->next = mem_alloc(s->n, sizeof(*d->next));
	d->count = mem_alloc(s->n, sizeof(*d->count));
	for (i = 0; i < s->n; i++) {
		d->first[i] = d->next[i] = SCENE_NONE;
		v[i] = (uint32_t)i;
	}
	sorted = s;
	qsort(v, s->n, sizeof(*v), by_name);
	for (i = s->n; i-- > 0;) {
		uint32_t in = drawn_in(s, v[i], after);

		if (in == SCENE_NONE || !is_there(&s->machine[v[i]], after))
			continue;
		d->next[v[i]] = d->first[in];
		d->first[in] = v[i];
		d->count[in]++;
	}
	free(v);
}

static void
side_free(struct side *d)
{
	free(d->first);
	free(d->next);
	free(d->count);
}

static void
host_box(struct scene *s, const struct side *d, uint32_t host, size_t x,
    size_t y, struct buf *out)
{
	struct buf b = { 0 };
	uint32_t i = host;
	size_t line;

	draw_box(out, TINT_FRAME, x, y, BOX, (d->count[host] + 1) * LINE + 4,
	    NULL);
	for (line = 0; i != SCENE_NONE; line++,
	    i = line == 1 ? d->first[host] : d->next[i]) {
		const struct machine *m = &s->machine[i];

		b.len = 0;
		buf_printf(&b, "%s%s%s", deed_mark(m->deed),
		    m->deed == DEED_NONE ? "" : " ", scene_label(s, i));
		buf_char(&b, '\0');
		if (m->deed != DEED_NONE)
			draw_box(out, picture_tint(m->deed), x + 2 +
			    (line > 0 ? 8 : 0), y + line * LINE + 3, BOX - 4 -
			    (line > 0 ? 8 : 0), LINE - 2, name_str(m->name));
		draw_text(out, x + 6 + (line > 0 ? 8 : 0),
		    y + line * LINE + 14, BOX - 8, b.data);
	}
	buf_free(&b);
}

/* Half of the picture; returns its height. */
static size_t
panel(struct scene *s, const uint32_t *host, size_t n, bool after, size_t x,
    struct buf *out)
{
	size_t i, y = HEAD, column = 0, highest = 0;
	struct side d;

	side_make(&d, s, after);
	if (out != NULL)
		draw_text(out, x, 16, 200, after ? "After" : "Before");
	for (i = 0; i < n; i++) {
		size_t h = (d.count[host[i]] + 1) * LINE + 4;

		if (!is_there(&s->machine[host[i]], after))
			continue;
		if (column == PANEL) {
			y += highest + GAP;
			highest = column = 0;
		}
		if (out != NULL)
			host_box(s, &d, host[i], x + column * (BOX + GAP), y,
			    out);
		highest = h > highest ? h : highest;
		column++;
	}
	side_free(&d);
	return y + highest + 2;
}

/* --- where hosts are too many: counted --- */

static const char *
kind_word(enum machine_kind k)
{
	static const char *const words[] = { [MACHINE_HOST] = "Hosts",
		[MACHINE_INNER] = "EEs in hosts",
		[MACHINE_VM] = "VMs",
		[MACHINE_SU] = "Service units" };

	return words[k];
}

/* One bar: how many of a kind there are, by what happens to them. */
static void
tally_bar(struct scene *s, enum machine_kind kind, bool after, size_t most,
    size_t y, struct buf *out)
{
	size_t count[DEED_COUNT] = { 0 }, i, x = LEFT, total = 0;
	struct buf b = { 0 };

	for (i = 0; i < s->n; i++)
		if (s->machine[i].kind == kind &&
		    is_there(&s->machine[i], after)) {
			count[s->machine[i].deed]++;
			total++;
		}
	buf_printf(&b, "%s %s: %zu", kind_word(kind), after ? "after" :
	    "before", total);
	buf_char(&b, '\0');
	draw_text(out, 0, y + 14, LEFT - 8, b.data);
	for (i = 0; i < DEED_COUNT; i++) {
		size_t w = count[i] * BARS / most;

		if (count[i] == 0)
			continue;
		b.len = 0;
		buf_printf(&b, "%s%zu %s", deed_mark((enum deed)i), count[i],
		    deed_word((enum deed)i));
		buf_char(&b, '\0');
		draw_box(out, picture_tint((enum deed)i), x, y, w < 2 ? 2 : w, 18, b.data);
		if (b.len * LETTER > w) /* the mark and the number do */
			*strchr(b.data, ' ') = '\0';
		if (w > 24)
			draw_text(out, x + 4, y + 14, w, b.data);
		x += (w < 2 ? 2 : w) + 1;
	}
	buf_free(&b);
}

static void
tallies(struct scene *s, struct buf *out)
{
	size_t count[MACHINE_KINDS] = { 0 }, rows = 0, y = 0, i;

	for (i = 0; i < s->n; i++)
		count[s->machine[i].kind]++;
	for (i = 0; i < MACHINE_KINDS; i++)
		rows += count[i] > 0;
	draw_open(out, "topology", "Before and after", "How many hosts and "
	    "virtual machines the campaign names there are before and after, "
	    "by what happens to them.", rows * (2 * DRAW_ROW + GAP));
	for (i = 0; i < MACHINE_KINDS; i++) {
		if (count[i] == 0)
			continue;
		tally_bar(s, (enum machine_kind)i, false, count[i], y, out);
		tally_bar(s, (enum machine_kind)i, true, count[i],
		    y + DRAW_ROW, out);
		y += 2 * DRAW_ROW + GAP;
	}
	draw_close(out);
}

void
picture_topology(struct scene *s, struct buf *out)
{
	size_t n, before, after;
	uint32_t *v;

	if (s->n == 0)
		return;
	v = choose(s, is_host, &n);
	if (n == 0 || n > MOST_HOSTS) {
		tallies(s, out);
	} else {
		before = panel(s, v, n, false, 0, NULL);
		after = panel(s, v, n, true, 0, NULL);
		draw_open(out, "topology", "Before and after", "What stands "
		    "in which host, as far as the campaign names it; virtual "
		    "machines where they are held meanwhile, or where they "
		    "morph.",
		    before > after ? before : after);
		panel(s, v, n, false, 0, out);
		panel(s, v, n, true, DRAW_WIDTH / 2 + 2 * GAP, out);
		draw_close(out);
	}
	free(v);
}
