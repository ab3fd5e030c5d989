/*
 * What is left of a machine that strayed? A line for those who look for it
 * later, as the guard writes them; and what is registered for machines that
 * move runs beside the campaign, which waits for nobody.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "companion.h"
#include "identity.h"
#include "intern.h"
#include "os.h"
#include "strayed.h"
#include "text.h"

static char *
as_json(const struct identity *id)
{
	struct buf b = { 0 };

	identity_json(id, &b);
	buf_char(&b, '\0');
	return b.data;
}

static void
start_programs(const struct strayed *s, char *dir, char *line, int64_t now)
{
	char command[] = "camprun", guard[] = "guard", word[] = "react",
	    time[32];
	char *programs = text_below(dir, "programs"),
	    *log = text_below(dir, "programs.log"),
	    *name = text_join(name_str(s->vm), ""),
	    *before = as_json(s->was), *after = as_json(s->is);

	snprintf(time, sizeof(time), "%" PRId64, now);
	if (os_exists(programs))
		companion_start("guard", (char *[]){ command, guard, word, dir,
		    name, before, after, time, line, NULL }, log);
	free(after);
	free(before);
	free(name);
	free(log);
	free(programs);
}

static void
put_line(const struct strayed *s, struct buf *b, int64_t now)
{
	buf_printf(b, "{\"t\":%" PRId64 ",\"vm\":", now);
	buf_json(b, name_str(s->vm), name_len(s->vm));
	buf_str(b, ",\"procedure\":");
	buf_json(b, s->procedure, strlen(s->procedure));
	buf_printf(b, ",\"seq\":%" PRIu32 ",\"action\":\"%s\",\"before\":",
	    s->order->seq, verb_name(s->order->verb));
	identity_json(s->was, b);
	buf_str(b, ",\"after\":");
	identity_json(s->is, b);
	buf_char(b, '}');
}

static void
append(const char *dir, const struct buf *line)
{
	char *path = text_below(dir, "moves");
	struct os_file *f = NULL;

	os_mkdir(dir);
	if (os_open(path, true, &f) == 0 &&
	    os_append(f, line->data, line->len) == 0)
		os_sync(f);
	os_close(f);
	free(path);
}

void
strayed_keep(const char *state_dir, const struct strayed *s)
{
	char *dir = text_below(state_dir, "guard");
	int64_t now = os_now();
	struct buf line = { 0 };

	put_line(s, &line, now);
	buf_char(&line, '\n');
	append(dir, &line);
	line.data[line.len - 1] = '\0';
	start_programs(s, dir, line.data, now);
	buf_free(&line);
	free(dir);
}
