/* The views of a plan: text, Markdown, HTML, JSON, Graphviz, Mermaid. */
#ifndef CG_VIEW_H
#define CG_VIEW_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct campaign;
struct report;

enum view { VIEW_TXT, VIEW_MD, VIEW_HTML, VIEW_JSON, VIEW_DOT, VIEW_MMD };

enum plan_zoom {
	PLAN_SUMMARY, /* at most 40 lines, however large the campaign */
	PLAN_DEFAULT, /* a line an action; beyond 200 a line a procedure */
	PLAN_FULL, /* every action, every name and value */
};

enum { VIEW_MD_BYTES = 65000 }; /* what comments of code reviews take */

/* The words for --format, first one for each view, then others that people
 * try; NULL ends them. */
extern const char *const view_words[];
enum view view_of_word(int); /* by its index */

/* The view that the end of a file's name asks for; false: none. */
bool view_of_path(const char *path, enum view *);

struct view_options {
	enum plan_zoom zoom; /* of text */
	bool colour; /* of text: escapes for a terminal */
	size_t max_bytes; /* of Markdown */
};

/* Writes a view. Nothing but the campaign and the options decides it; the
 * first and the last line of text are the same sentence of counts. False if
 * the page could not be made: memory is out, or the stylesheet is broken. */
bool view_write(const struct campaign *, enum view,
    const struct view_options *, struct buf *out);

/* Views of the tree, for view.c. */
void view_txt(const struct report *, enum plan_zoom, bool colour,
    struct buf *);
void view_json(const struct report *, struct buf *);
void view_md(const struct report *, size_t max_bytes, struct buf *);
void view_dot(const struct report *, struct buf *);
void view_mermaid(const struct report *, struct buf *);
bool view_html(const struct report *, struct buf *);

#endif
