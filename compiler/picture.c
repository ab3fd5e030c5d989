/*
 * What happens where, when? Machines down, waves across, in each cell how many
 * entities there are added, changed, removed or restarted. Beyond ROWS
 * machines each is a small square behind its wave; beyond COLUMNS waves
 * several share a column, and the picture says so.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw.h"
#include "dn.h"
#include "intern.h"
#include "picture.h"
#include "scene.h"

enum { ROWS = 40, COLUMNS = 24, LEFT = 200, HEAD = 26, SQUARE = 14, GAP = 2,
	WIDEST = 110, BARS = 700 };

struct cell {
	uint32_t row, column;
	uint32_t count[DEED_COUNT];
	enum deed own; /* what happens to the machine itself */
	uint32_t morphs; /* the first VM that morphs on it */
};

struct grid {
	struct scene *s;
	struct columns columns;
	struct idmap index;
	struct cell *cell;
	size_t n, cap;
	uint32_t *row; /* machines, in the order of their first cell */
	uint32_t *place; /* by machine: its row */
	size_t nrow;
};

struct columns
picture_columns(const struct scene *s)
{
	return (struct columns){ s->nwave < COLUMNS ? s->nwave : COLUMNS,
		s->nwave };
}

size_t
picture_column(const struct columns *c, size_t wave)
{
	return wave * c->n / c->waves;
}

static size_t
first_wave(const struct columns *c, size_t column)
{
	return (column * c->waves + c->n - 1) / c->n;
}

void
picture_title(const struct columns *c, size_t column, struct buf *out)
{
	size_t from = first_wave(c, column);
	size_t to = column + 1 == c->n ? c->waves : first_wave(c, column + 1);

	if (to == from + 1)
		buf_printf(out, "wave %zu", from + 1);
	else
		buf_printf(out, "waves %zu to %zu", from + 1, to);
}

enum tint
picture_tint(enum deed d)
{
	static const enum tint tints[] = { [DEED_NONE] = TINT_NONE,
		[DEED_ACTS] = TINT_ACTS, [DEED_MORPHS] = TINT_MORPHS,
		[DEED_MODIFIES] = TINT_MODIFIES,
		[DEED_REMOVES] = TINT_REMOVES, [DEED_ADDS] = TINT_ADDS };

	return tints[d];
}

/* --- gathering cells --- */

static struct cell *
cell_at(struct grid *g, uint32_t row, uint32_t column)
{
	uint32_t *at = idmap_at(&g->index,
	    ((uint64_t)row + 1) << 32 | column);

	if (*at == 0) {
		g->cell = mem_grow(g->cell, g->n, &g->cap,
		    sizeof(*g->cell));
		g->cell[g->n++] = (struct cell){ .row = row,
			.column = column };
		*at = (uint32_t)g->n;
	}
	return &g->cell[*at - 1];
}

/* By wave, then by the name of the machine. */
static const struct scene *sorted;

static int
by_wave(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return dn_natural(sorted->machine[x->row].name,
	    sorted->machine[y->row].name);
}

static void
find_rows(struct grid *g)
{
	size_t i;

	g->row = mem_alloc(g->s->n, sizeof(*g->row));
	g->place = mem_alloc(g->s->n, sizeof(*g->place));
	for (i = 0; i < g->n; i++) {
		uint32_t *place = &g->place[g->cell[i].row];

		if (*place == 0) {
			g->row[g->nrow++] = g->cell[i].row;
			*place = (uint32_t)g->nrow;
		}
	}
}

static void
grid_make(struct grid *g, struct scene *s)
{
	size_t i;

	*g = (struct grid){ .s = s, .columns = picture_columns(s) };
	for (i = 0; i < s->nevent; i++) {
		const struct event *e = &s->event[i];

		uint32_t host = s->machine[e->machine].host;
		struct cell *c = cell_at(g, host, (uint32_t)
		    picture_column(&g->columns, e->wave));

		if (e->deed == DEED_MORPHS && c->count[DEED_MORPHS] == 0)
			c->morphs = e->machine;
		c->count[e->deed]++;
		if (e->machine == host && e->deed > c->own)
			c->own = e->deed;
	}
	sorted = s;
	if (g->n > 0)
		qsort(g->cell, g->n, sizeof(*g->cell), by_wave);
	find_rows(g);
}

static void
grid_free(struct grid *g)
{
	idmap_free(&g->index);
	free(g->cell);
	free(g->row);
	free(g->place);
}

/* What the cell looks like: as what happens to the host itself, or to what
 * stands on it. */
static enum deed
weightiest(const struct cell *c)
{
	size_t d = DEED_COUNT;

	if (c->own != DEED_NONE)
		return c->own;
	while (--d > DEED_NONE && c->count[d] == 0)
		;
	return (enum deed)d;
}

/* "~5 @1", or with words "5 changes, 1 restarts". */
static void
counts(const struct cell *c, bool words, struct buf *b)
{
	size_t d = DEED_COUNT;
	bool first = true;

	while (--d > DEED_NONE) {
		if (c->count[d] == 0)
			continue;
		if (words)
			buf_printf(b, "%s%u %s", first ? "" : ", ",
			    c->count[d], deed_word((enum deed)d));
		else
			buf_printf(b, "%s%s%u", first ? "" : " ",
			    deed_mark((enum deed)d), c->count[d]);
		first = false;
	}
	buf_char(b, '\0');
}

static void
say(const struct grid *g, const struct cell *c, struct buf *b)
{
	b->len = 0;
	picture_title(&g->columns, c->column, b);
	buf_printf(b, ", %s: ", name_str(g->s->machine[c->row].name));
	counts(c, true, b);
	if (c->count[DEED_MORPHS] != 1)
		return;
	b->len--; /* the end of the text */
	buf_printf(b, " (%s)", name_str(g->s->machine[c->morphs].name));
	buf_char(b, '\0');
}

/* --- a row for each machine --- */

static void
matrix_head(const struct grid *g, size_t width, struct buf *out)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < g->columns.n; i++) {
		b.len = 0;
		picture_title(&g->columns, i, &b);
		buf_char(&b, '\0');
		if (width >= 56)
			draw_middle(out, LEFT + i * width + width / 2, 16,
			    width, b.data);
		else
			draw_middle(out, LEFT + i * width + width / 2, 16,
			    width, strchr(b.data, ' ') + 1);
	}
	buf_free(&b);
}

static void
matrix(const struct grid *g, struct buf *out)
{
	size_t width = (DRAW_WIDTH - LEFT) / g->columns.n, i;
	struct buf b = { 0 };

	width = width > WIDEST ? WIDEST : width;
	matrix_head(g, width, out);
	for (i = 0; i < g->nrow; i++) {
		draw_box(out, TINT_FRAME, LEFT, HEAD + i * DRAW_ROW,
		    width * g->columns.n, DRAW_ROW - GAP, NULL);
		draw_text(out, 0, HEAD + i * DRAW_ROW + 14, LEFT - 8,
		    scene_label(g->s, g->row[i]));
	}
	for (i = 0; i < g->n; i++) {
		const struct cell *c = &g->cell[i];
		size_t x = LEFT + c->column * width;
		size_t y = HEAD + (g->place[c->row] - 1) * (size_t)DRAW_ROW;

		say(g, c, &b);
		draw_box(out, picture_tint(weightiest(c)), x + 1, y, width - GAP,
		    DRAW_ROW - GAP, b.data);
		b.len = 0;
		counts(c, false, &b);
		draw_middle(out, x + width / 2, y + 14, width, b.data);
	}
	buf_free(&b);
}

/* --- a square for each machine --- */

static size_t
squares_height(const struct grid *g, size_t column)
{
	size_t each = (DRAW_WIDTH - LEFT) / (SQUARE + GAP), n = 0, i;

	for (i = 0; i < g->n; i++)
		n += g->cell[i].column == column;
	n = (n + each - 1) / each;
	return (n < 2 ? 2 : n) * (SQUARE + GAP) + 12;
}

/* The squares of one column, from cell number i on; returns the next. */
static size_t
squares(const struct grid *g, size_t i, size_t column, size_t y,
    struct buf *out)
{
	size_t each = (DRAW_WIDTH - LEFT) / (SQUARE + GAP), k, from = i;
	struct cell sum = { 0 };
	struct buf b = { 0 };
	int d;

	for (; i < g->n && g->cell[i].column == column; i++) {
		const struct cell *c = &g->cell[i];
		size_t x = LEFT + (i - from) % each * (SQUARE + GAP);
		size_t top = y + (i - from) / each * (SQUARE + GAP);

		for (d = 0; d < DEED_COUNT; d++)
			sum.count[d] += c->count[d];
		say(g, c, &b);
		draw_box(out, picture_tint(weightiest(c)), x, top, SQUARE,
		    SQUARE, b.data);
		draw_middle(out, x + SQUARE / 2, top + 11, 14,
		    deed_mark(weightiest(c)));
	}
	k = i - from;
	b.len = 0;
	picture_title(&g->columns, column, &b);
	buf_printf(&b, ": %zu machine%s", k, k == 1 ? "" : "s");
	buf_char(&b, '\0');
	draw_text(out, 0, y + 11, LEFT - 8, b.data);
	b.len = 0;
	counts(&sum, false, &b);
	draw_text(out, 0, y + 27, LEFT - 8, b.data);
	buf_free(&b);
	return i;
}

static void
blocks(const struct grid *g, struct buf *out)
{
	size_t column, i = 0, y = 4;

	for (column = 0; column < g->columns.n; column++) {
		i = squares(g, i, column, y, out);
		y += squares_height(g, column);
	}
}

void
picture_when(struct scene *s, struct buf *out)
{
	struct grid g;
	size_t height = 4, i;

	if (s->nevent == 0)
		return;
	grid_make(&g, s);
	for (i = 0; i < g.columns.n; i++)
		height += squares_height(&g, i);
	if (g.nrow <= ROWS) {
		draw_open(out, "when", "What happens where, when", "A row for "
		    "each host or unit, waves from left to right; in each "
		    "cell how many of what stands there are touched.",
		    HEAD + g.nrow * DRAW_ROW);
		matrix(&g, out);
	} else {
		draw_open(out, "when", "What happens where, when", "Waves from "
		    "top to bottom; a square for each host or unit that is "
		    "touched in it, in the order of their names.", height);
		blocks(&g, out);
	}
	draw_close(out);
	grid_free(&g);
}

/* --- services --- */

static const enum tint service_tints[] = { [SERVICE_UNSAID] = TINT_FRAME,
	[SERVICE_UP] = TINT_ADDS, [SERVICE_REDUCED] = TINT_NONE,
	[SERVICE_DEGRADED] = TINT_NONE, [SERVICE_HANGS] = TINT_ACTS,
	[SERVICE_RISK] = TINT_REMOVES, [SERVICE_DOWN] = TINT_REMOVES };

enum service_state
picture_worst(const struct scene *s, const struct columns *c, size_t service,
    size_t column)
{
	size_t from = first_wave(c, column), k;
	size_t to = column + 1 == c->n ? c->waves : first_wave(c, column + 1);
	uint8_t worst = SERVICE_UNSAID;

	for (k = from; k < to; k++)
		if (s->service[service].state[k] > worst)
			worst = s->service[service].state[k];
	return (enum service_state)worst;
}

/* One service's piece of a strip. */
static void
piece(const struct scene *s, const struct columns *c, size_t service,
    size_t column, size_t width, struct buf *out)
{
	enum service_state state = picture_worst(s, c, service, column);
	size_t x = LEFT + column * width, y = HEAD + service * DRAW_ROW;
	struct buf b = { 0 };

	picture_title(c, column, &b);
	buf_printf(&b, ", %s: %s", s->service[service].name,
	    service_word(state));
	buf_char(&b, '\0');
	draw_box(out, service_tints[state], x + 1, y, width - GAP,
	    DRAW_ROW - GAP, b.data);
	if (state != SERVICE_UNSAID)
		draw_middle(out, x + width / 2, y + 14, width, width >= 84 ?
		    service_word(state) : service_letter(state));
	buf_free(&b);
}

/* A strip for each. */
static void
strips(const struct scene *s, const struct columns *c, struct buf *out)
{
	size_t width = (DRAW_WIDTH - LEFT) / c->n, i, k;

	width = width > WIDEST ? WIDEST : width;
	draw_open(out, "services", "How services fare", "A strip for each "
	    "service, waves from left to right; an empty piece: no procedure "
	    "of that wave touches it.", HEAD + s->nservice * DRAW_ROW);
	matrix_head(&(struct grid){ .columns = *c }, width, out);
	for (i = 0; i < s->nservice; i++) {
		draw_text(out, 0, HEAD + i * DRAW_ROW + 14, LEFT - 8,
		    s->service[i].name);
		for (k = 0; k < c->n; k++)
			piece(s, c, i, k, width, out);
	}
	draw_close(out);
}

/* How many services fare how in one column. */
static void
shares(const struct scene *s, const struct columns *c, size_t column,
    size_t y, struct buf *out)
{
	size_t count[SERVICE_STATES] = { 0 }, i, x = LEFT, w;
	struct buf b = { 0 };

	for (i = 0; i < s->nservice; i++)
		count[picture_worst(s, c, i, column)]++;
	picture_title(c, column, &b);
	buf_char(&b, '\0');
	draw_text(out, 0, y + 14, LEFT - 8, b.data);
	for (i = SERVICE_STATES; i-- > 0;) {
		if (count[i] == 0)
			continue;
		w = count[i] * BARS / s->nservice;
		w = w < 2 ? 2 : w;
		b.len = 0;
		buf_printf(&b, "%zu %s", count[i],
		    service_word((enum service_state)i));
		buf_char(&b, '\0');
		draw_box(out, service_tints[i], x, y, w, DRAW_ROW - GAP,
		    b.data);
		if (w > 24)
			draw_text(out, x + 4, y + 14, w - 4, b.data);
		x += w + 1;
	}
	buf_free(&b);
}

void
picture_services(struct scene *s, struct buf *out)
{
	struct columns c = picture_columns(s);
	size_t i;

	if (s->nservice == 0 || c.n == 0)
		return;
	if (s->nservice <= ROWS) {
		strips(s, &c, out);
		return;
	}
	draw_open(out, "services", "How services fare", "How many of the "
	    "services that are touched at all fare how, wave by wave; the "
	    "procedures name them.", c.n * DRAW_ROW);
	for (i = 0; i < c.n; i++)
		shares(s, &c, i, i * DRAW_ROW, out);
	draw_close(out);
}
