/*
 * Prints the DIAGNOSTICS section of the manual from the table of findings, or
 * with an argument just codes and ids. tests/docs.sh compares the manual with it.
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

int
main(int argc, char **argv)
{
	(void)argv;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (argc > 1) {
			printf("%s %s\n", row[i].code, row[i].id);
			continue;
		}
		printf(".It Sy %s No (%s)\n", row[i].code,
		    level_word(row[i].level));
		mdoc(row[i].title);
		puts(".br");
		mdoc(row[i].explain);
		if (*row[i].hint) {
			puts("What to do:");
			mdoc(row[i].hint);
		}
	}
	return 0;
}
