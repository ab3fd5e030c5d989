/*
 * How do build logs read findings? One line each: as compilers write them, so
 * that editors and problem matchers find the place, or as workflow commands,
 * which GitHub shows beside the line in question.
 */
#include "diag_print.h"

static const char *
path_of(const struct report *r, struct place at)
{
	return at.src == NULL ? r->program : at.src->path;
}

/* --- as gcc --- */

static void
gcc_line(struct report *r, struct place at, const struct spot *s,
    const char *level, const char *text)
{
	diag_safe(&r->out, path_of(r, at));
	if (at.src != NULL && s->line != 0)
		buf_printf(&r->out, ":%llu:%llu", (unsigned long long)s->line,
		    (unsigned long long)s->col);
	buf_printf(&r->out, ": %s: ", level);
	diag_safe(&r->out, text);
}

void
diag_print_gcc(struct report *r)
{
	const struct diag_note *note;
	struct buf rest = { 0 };
	size_t i, k;

	for (i = 0; i < r->n; i++) {
		const struct shown *v = &r->v[i];

		gcc_line(r, v->item->at, &v->spot,
		    diag_level_name(v->item->level), v->item->text);
		buf_printf(&r->out, " [%s]\n", diag_info[v->item->code].code);
		k = 0;
		for (note = v->item->notes; note != NULL; note = note->next) {
			gcc_line(r, note->at.src == NULL ? v->item->at :
			    note->at, note->at.src == NULL ? &v->spot :
			    &v->note[k], "note", note->text);
			buf_char(&r->out, '\n');
			k++;
		}
	}
	if (diag_rest(r, &rest)) {
		buf_printf(&r->out, "%s: note: ", r->program);
		buf_add(&r->out, rest.data, rest.len);
		buf_char(&r->out, '\n');
	}
	buf_free(&rest);
}

/* --- as workflow commands --- */

/* A step shows that many of each kind and drops the rest without a word. */
enum { GITHUB_SHOWS = 10 };

static const char *const github_word[] = {
	[DIAG_NOTE] = "notice",
	[DIAG_WARNING] = "warning",
	[DIAG_ERROR] = "error",
};

/* What a command may not hold is written as its number; a property may hold
 * neither of its separators either. */
static void
add_escaped(struct buf *b, const char *text, bool property)
{
	struct buf plain = { 0 };
	size_t i;

	diag_safe(&plain, text);
	for (i = 0; i < plain.len; i++) {
		char c = plain.data[i];

		if (c == '%' || (property && (c == ':' || c == ',')))
			buf_printf(b, "%%%02X", (unsigned)c);
		else
			buf_char(b, c);
	}
	buf_free(&plain);
}

static void
github_notes(struct report *r, const struct shown *v)
{
	const struct diag_note *note;
	struct buf *b = &r->out;
	size_t k = 0;

	for (note = v->item->notes; note != NULL; note = note->next, k++) {
		buf_str(b, "%0A");
		if (note->at.src != NULL) {
			add_escaped(b, note->at.src->path, false);
			if (v->note[k].line != 0)
				buf_printf(b, ":%llu",
				    (unsigned long long)v->note[k].line);
			buf_str(b, ": ");
		}
		add_escaped(b, note->text, false);
	}
}

static void
github_finding(struct report *r, const struct shown *v)
{
	const struct diag_item *item = v->item;
	const struct diag_info *info = &diag_info[item->code];
	const struct spot *s = &v->spot;
	struct buf *b = &r->out;

	buf_printf(b, "::%s ", github_word[item->level]);
	if (item->at.src != NULL) {
		buf_str(b, "file=");
		add_escaped(b, item->at.src->path, true);
		if (s->line != 0)
			buf_printf(b, ",line=%llu,endLine=%llu",
			    (unsigned long long)s->line,
			    (unsigned long long)s->end_line);
		if (s->line != 0 && s->line == s->end_line)
			buf_printf(b, ",col=%llu,endColumn=%llu",
			    (unsigned long long)s->col,
			    (unsigned long long)s->end_col);
		buf_char(b, ',');
	}
	buf_printf(b, "title=%s ", info->code);
	add_escaped(b, info->title, true);
	buf_str(b, "::");
	add_escaped(b, item->text, false);
	github_notes(r, v);
	if (info->hint[0] != '\0') {
		buf_str(b, "%0Ahint: ");
		add_escaped(b, info->hint, false);
	}
	buf_char(b, '\n');
}

/* The findings of one level, and in place of the last that would be shown how
 * many there are more. */
static void
github_level(struct report *r, enum diag_level level)
{
	size_t i, all = r->rest[level], shown = 0, most;

	for (i = 0; i < r->n; i++)
		all += r->v[i].item->level == level;
	most = all > GITHUB_SHOWS ? GITHUB_SHOWS - 1 : GITHUB_SHOWS;
	for (i = 0; i < r->n && shown < most; i++)
		if (r->v[i].item->level == level) {
			github_finding(r, &r->v[i]);
			shown++;
		}
	if (all > shown)
		buf_printf(&r->out, "::%s title=%s::%zu more of this kind; "
		    "--diag=text shows them\n", github_word[level],
		    r->program, all - shown);
}

void
diag_print_github(struct report *r)
{
	int level;

	for (level = DIAG_ERROR; level >= DIAG_NOTE; level--)
		github_level(r, (enum diag_level)level);
}
