/* The views of a plan: text, Markdown, HTML, JSON, Graphviz, Mermaid. */
#ifndef CG_VIEW_H
#define CG_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "plan_text.h"

struct buf;
struct campaign;
struct report;

enum view { VIEW_TXT, VIEW_MD, VIEW_HTML, VIEW_JSON, VIEW_DOT, VIEW_MMD };

enum { VIEW_MD_BYTES = 65000 }; /* what comments of code reviews take */

/* The words for --format, in the order of enum view; NULL ends them. */
extern const char *const view_words[];

/* The view that the end of a file's name asks for; false: none. */
bool view_of_path(const char *path, enum view *);

/* Writes a view; max_bytes is for Markdown. False if the page could not be
 * made: memory is out, or the stylesheet is broken. */
bool view_write(const struct campaign *, enum view, enum plan_zoom,
    size_t max_bytes, struct buf *out);

/* Views of the tree, for view.c. */
void view_json(const struct report *, struct buf *);
void view_md(const struct report *, size_t max_bytes, struct buf *);
void view_dot(const struct report *, struct buf *);
void view_mermaid(const struct report *, struct buf *);
bool view_html(const struct report *, struct buf *);

#endif
