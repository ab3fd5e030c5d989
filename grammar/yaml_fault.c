/*
 * What is wrong with this YAML, and where? libyaml speaks to its authors, and
 * counts bytes where it finds that something is no text.
 */
#include <string.h>

#include "arena.h"
#include "yaml_fault.h"

/* What libyaml says in a way only its authors understand. */
static const struct {
	const char *theirs, *ours;
} wordings[] = {
	{ "found character that cannot start any token",
	    "a character that nothing can begin with (a tab as indentation, "
	    "or a text that needs quotes)" },
	{ "mapping values are not allowed in this context",
	    "\":\" where no key can stand (a text with \": \" in it needs "
	    "quotes; lines of one mapping begin in one column)" },
	{ "block sequence entries are not allowed in this context",
	    "\"- \" where no list can begin" },
	{ "did not find expected <block end>",
	    "the indentation fits nothing that is open" },
	{ "did not find expected key",
	    "a key is expected here, in the column of the other keys" },
	{ "did not find expected '-' indicator",
	    "\"- \" is expected here, in the column of the others" },
	{ "did not find expected ',' or ']'",
	    "\",\" or \"]\" is expected here" },
	{ "did not find expected ',' or '}'",
	    "\",\" or \"}\" is expected here" },
	{ "could not find expected ':'",
	    "this line has no \":\" after its key" },
	{ "found unexpected end of stream",
	    "the file ends inside a quoted text" },
	{ "found unknown escape character",
	    "an unknown escape after a backslash (in single quotes a backslash "
	    "is plain)" },
	{ "did not find expected <document start>",
	    "something stands behind the end of the model" },
	{ "found a tab character that violates indentation",
	    "a tab as indentation" },
	{ "found a tab character where an indentation space is expected",
	    "a tab as indentation" },
	{ "did not find expected alphabetic or numeric character",
	    "a name is expected here (a text that begins with \"*\" or \"&\" "
	    "needs quotes)" },
	{ "control characters are not allowed",
	    "a control character (write it as \"\\x..\" in double quotes)" },
};

static const char *
wording(const char *problem)
{
	size_t i;

	for (i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++)
		if (strcmp(wordings[i].theirs, problem) == 0)
			return wordings[i].ours;
	return problem;
}

/* Characters among the first bytes of the file; a mark of the encoding at its
 * beginning is none. */
static uint32_t
count_chars(FILE *f, size_t bytes)
{
	unsigned char mark[3];
	uint32_t n = 0;
	int c;

	clearerr(f);
	if (fseeko(f, 0, SEEK_SET) != 0)
		return 0;
	if (bytes < sizeof(mark) || fread(mark, 1, sizeof(mark), f) !=
	    sizeof(mark) || memcmp(mark, "\xef\xbb\xbf", sizeof(mark)) != 0)
		rewind(f);
	else
		bytes -= sizeof(mark);
	for (; bytes > 0 && (c = getc(f)) != EOF; bytes--)
		n += (c & 0xc0) != 0x80;
	return n;
}

struct yaml_fault
yaml_fault(const yaml_parser_t *p, FILE *f)
{
	const char *problem = p->problem == NULL ? "unknown" : p->problem;
	struct yaml_fault y = { .words = wording(problem),
		.at = (uint32_t)p->problem_mark.index, .context = p->context,
		.context_at = (uint32_t)p->context_mark.index };

	if (p->error == YAML_MEMORY_ERROR)
		mem_exhausted();
	if (p->error == YAML_READER_ERROR) {
		y.at = count_chars(f, p->problem_offset);
		y.context = NULL;
		y.encoding = strstr(problem, "control") == NULL;
		if (y.encoding)
			y.words = "a byte that is no UTF-8";
	}
	/* That is noticed on the next line. */
	if (strcmp(problem, "could not find expected ':'") == 0)
		y.at = y.context_at;
	return y;
}
