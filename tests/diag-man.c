/*
 * Prints the list of findings for campgen(1) from the table of findings; with
 * an argument: "codes" codes and ids, "page" what campgen-findings(7) says of
 * each, with its example. tests/docs.sh compares the manuals with it.
 */
#include <stdio.h>
#include <string.h>

static const struct {
	const char *code, *id, *level, *title, *hint, *explain;
} row[] = {
#define DIAG(code, id, level, title, hint, explain) \
	{ #code, #id, #level, title, hint, explain },
#include "diag.def"
#undef DIAG
};

static const char examples[] = {
#include "examples.txt.inc"
	0
};

static const char *
level_word(const char *level)
{
	if (strcmp(level, "ERROR") == 0)
		return "error";
	return strcmp(level, "WARNING") == 0 ? "warning" : "note";
}

/* One text line of mdoc: no line may begin with a control character, and a
 * new sentence begins a new line. */
static void
mdoc(const char *s)
{
	int start = 1;

	for (; *s; s++) {
		if (start && (*s == '.' || *s == '\''))
			fputs("\\&", stdout);
		start = 0;
		if (*s == '\\') {
			fputs("\\e", stdout);
		} else if (*s == ' ' && strchr(".?!", s[-1])) {
			putchar('\n');
			start = 1;
		} else {
			putchar(*s);
		}
	}
	putchar('\n');
}

/* A line of an example, as it is. */
static void
literal(const char *s, int len)
{
	if (len > 0 && (*s == '.' || *s == '\''))
		fputs("\\&", stdout);
	for (; len-- > 0; s++)
		if (*s == '\\')
			fputs("\\e", stdout);
		else
			putchar(*s);
	putchar('\n');
}

/* One side of the example at p: what has the mark, and what has none. */
static void
side(const char *p, char mark)
{
	int n = 0;

	puts(mark == '-' ? ".br\nWrong:" : "Right:");
	puts(".Bd -literal -offset indent -compact");
	for (int len; *p != '\0' && *p != '@'; p += len + (p[len] == '\n')) {
		len = (int)strcspn(p, "\n");
		n += *p == '.' || *p == ' ' || *p == mark;
		if (*p == '.')
			literal(p, len);
		else if (*p == '=')
			printf("# %.*s\n", len - 2, p + 2);
		else if (*p == ' ' || *p == mark)
			literal(p + 1, len - 1);
	}
	if (n == 0)
		puts("(nothing)");
	puts(".Ed");
}

static void
example(const char *code)
{
	const char *p = examples;

	while ((p = strstr(p, "\n@")) != NULL) {
		p += 2;
		if (strncmp(p, code, 4) != 0)
			continue;
		p = strchr(p, '\n') + 1;
		side(p, '-');
		side(p, '+');
		return;
	}
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (strcmp(what, "codes") == 0) {
			printf("%s %s\n", row[i].code, row[i].id);
			continue;
		}
		printf(".It Sy %s No (%s)\n", row[i].code,
		    level_word(row[i].level));
		mdoc(row[i].title);
		if (strcmp(what, "page") != 0)
			continue;
		puts(".br");
		mdoc(row[i].explain);
		if (*row[i].hint) {
			puts(".br\nWhat to do:");
			mdoc(row[i].hint);
		}
		example(row[i].code);
	}
	return 0;
}
