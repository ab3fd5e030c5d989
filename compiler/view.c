/*
 * Which view of a plan is asked for? One table of names and ends of file
 * names; all are printed from the same report.
 */
#include <string.h>

#include "report.h"
#include "text.h"
#include "view.h"

const char *const view_words[] = { [VIEW_TXT] = "txt", [VIEW_MD] = "md",
	[VIEW_HTML] = "html", [VIEW_JSON] = "json", [VIEW_DOT] = "dot",
	[VIEW_MMD] = "mmd", "mermaid", "text", "markdown", NULL };

/* Of those words, in their order. */
static const enum view views[] = { VIEW_TXT, VIEW_MD, VIEW_HTML, VIEW_JSON,
	VIEW_DOT, VIEW_MMD, VIEW_MMD, VIEW_TXT, VIEW_MD };

enum view
view_of_word(int word)
{
	return views[word];
}

bool
view_of_path(const char *path, enum view *view)
{
	const char *dot = strrchr(path, '.');
	int i;

	for (i = 0; dot != NULL && dot != path && view_words[i] != NULL; i++)
		if (strcmp(dot + 1, view_words[i]) == 0) {
			*view = view_of_word(i);
			return true;
		}
	return false;
}

bool
view_write(const struct campaign *c, enum view view,
    const struct view_options *o, struct buf *out)
{
	struct report r;
	bool ok = true;

	report_build(&r, c);
	switch (view) {
	case VIEW_TXT:
		view_txt(&r, o->zoom, o->colour, out);
		break;
	case VIEW_MD:
		view_md(&r, o->max_bytes, out);
		break;
	case VIEW_JSON:
		view_json(&r, out);
		break;
	case VIEW_DOT:
		view_dot(&r, out);
		break;
	case VIEW_MMD:
		view_mermaid(&r, out);
		break;
	default:
		ok = view_html(&r, out);
	}
	report_free(&r);
	return ok;
}
