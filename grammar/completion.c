/*
 * What may come next on a command line? A shell asks a function; here that is
 * written, one way for bash and one for zsh. Both go by three lists that come
 * from the table: what the option before wants, which options go with the
 * command, what its operands are. "--name=value" is three words to bash and
 * one to zsh.
 */
#include <string.h>

#include "buf.h"
#include "cli.h"
#include "completion.h"

struct script {
	const struct cli *cli;
	const struct completion_command *command;
	size_t n;
	uint32_t other;
	struct buf *b;
};

enum wants { WANTS_NOTHING, WANTS_WORDS, WANTS_FILE, WANTS_DIR, WANTS_ANY };

static enum wants
wants(const struct cli_row *row)
{
	static const char *const files[] = { "FILE", "MODEL", "POLICY" };
	size_t i;

	if (row->arg == NULL)
		return WANTS_NOTHING;
	if (strchr(row->arg, '|') != NULL)
		return WANTS_WORDS;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(row->arg, files[i]) == 0)
			return WANTS_FILE;
	return strcmp(row->arg, "DIR") == 0 ? WANTS_DIR : WANTS_ANY;
}

/* "one|other" with blanks instead. */
static void
put_words(struct script *s, const char *words)
{
	for (; *words != '\0'; words++)
		buf_char(s->b, *words == '|' ? ' ' : *words);
}

static void
put_commands(struct script *s, const char *between)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		buf_printf(s->b, "%s%s", i == 0 ? "" : between,
		    s->command[i].name);
}

/* The options of one command; valued: those that take a value, else the
 * others. */
static void
put_options(struct script *s, uint32_t command, bool valued)
{
	const struct cli_row *row = s->cli->rows, *end = row + s->cli->nrow;
	const char *gap = "";

	for (; row < end; row++) {
		if (row->help == NULL || !cli_goes(row, command) ||
		    (row->arg != NULL) != valued)
			continue;
		buf_printf(s->b, "%s--%s%s", gap, row->name,
		    valued ? "=" : "");
		gap = " ";
	}
}

/* --- what the option before wants --- */

struct dialect {
	const char *words, *end_words, *file, *dir, *any;
};

static void
put_wants(struct script *s, const struct cli_row *row,
    const struct dialect *d)
{
	switch (wants(row)) {
	case WANTS_WORDS:
		buf_str(s->b, d->words);
		put_words(s, row->arg);
		buf_str(s->b, d->end_words);
		break;
	case WANTS_FILE:
		buf_str(s->b, d->file);
		break;
	case WANTS_DIR:
		buf_str(s->b, d->dir);
		break;
	default:
		buf_str(s->b, d->any);
	}
}

/* The commands of a row, as patterns of "command option". */
static void
put_pattern(struct script *s, const struct cli_row *row, const char *gap)
{
	size_t i;

	if (s->other != 0 && cli_goes(row, s->other)) {
		buf_printf(s->b, "%s' --%s'", gap, row->name);
		gap = " | ";
		if (row->letter != 0)
			buf_printf(s->b, " | ' -%c'", row->letter);
	}
	for (i = 0; i < s->n; i++) {
		if (!cli_goes(row, s->command[i].bit))
			continue;
		buf_printf(s->b, "%s'%s --%s'", gap, s->command[i].name,
		    row->name);
		gap = " | ";
		if (row->letter != 0)
			buf_printf(s->b, " | '%s -%c'", s->command[i].name,
			    row->letter);
	}
}

static void
put_values(struct script *s, const struct dialect *d)
{
	const struct cli_row *row = s->cli->rows, *end = row + s->cli->nrow;

	for (; row < end; row++) {
		if (row->help == NULL || row->arg == NULL)
			continue;
		buf_char(s->b, '\t');
		if (row->commands == 0)
			buf_printf(s->b, "*' --%s'", row->name);
		else
			put_pattern(s, row, "");
		buf_str(s->b, ")\n");
		put_wants(s, row, d);
	}
}

/* --- bash --- */

static const struct dialect bash = {
	.words = "\t\twords='",
	.end_words = "' ;;\n",
	.file = "\t\tkind=-f ;;\n",
	.dir = "\t\tkind=-d ;;\n",
	.any = "\t\treturn ;;\n",
};

static void
bash_options(struct script *s, const char *name, uint32_t bit,
    const char *words)
{
	buf_printf(s->b, "\t'%s')\n\t\toptions='", name);
	put_options(s, bit, false);
	buf_char(s->b, ' ');
	put_options(s, bit, true);
	buf_char(s->b, '\'');
	if (words != NULL)
		buf_printf(s->b, "\n\t\toperands='%s'", words);
	buf_str(s->b, " ;;\n");
}

static void
write_bash(struct script *s)
{
	const char *p = s->cli->program;
	size_t i;

	buf_printf(s->b, "# bash completion for %s\n_%s()\n{\n", p, p);
	buf_str(s->b,
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} command= option=\n"
	    "\tlocal words= kind= options= operands=\n"
	    "\tCOMPREPLY=()\n"
	    "\t[ \"$COMP_CWORD\" = 1 ] || case ${COMP_WORDS[1]} in\n\t");
	put_commands(s, " | ");
	buf_str(s->b, ")\n\t\tcommand=${COMP_WORDS[1]} ;;\n\tesac\n"
	    "\tif [ \"$cur\" = = ]; then\n"
	    "\t\toption=${COMP_WORDS[COMP_CWORD - 1]} cur=\n"
	    "\telif [ \"${COMP_WORDS[COMP_CWORD - 1]}\" = = ]; then\n"
	    "\t\toption=${COMP_WORDS[COMP_CWORD - 2]}\n"
	    "\telse\n"
	    "\t\toption=${COMP_WORDS[COMP_CWORD - 1]}\n"
	    "\tfi\n"
	    "\tcase \"$command $option\" in\n");
	put_values(s, &bash);
	buf_str(s->b, "\tesac\n\tcase $command in\n");
	bash_options(s, "", s->other, NULL);
	for (i = 0; i < s->n; i++)
		bash_options(s, s->command[i].name, s->command[i].bit,
		    s->command[i].words);
	buf_str(s->b, "\tesac\n"
	    "\tif [ -z \"$words$kind\" ]; then\n"
	    "\t\tcase $cur in\n"
	    "\t\t-*) words=$options ;;\n"
	    "\t\t*)\n"
	    "\t\t\t[ \"$COMP_CWORD\" != 1 ] || words='");
	put_commands(s, " ");
	buf_str(s->b, "'\n"
	    "\t\t\tif [ -n \"$operands\" ]; then\n"
	    "\t\t\t\twords=$operands\n"
	    "\t\t\telse\n"
	    "\t\t\t\tkind=-f\n"
	    "\t\t\tfi ;;\n"
	    "\t\tesac\n"
	    "\tfi\n"
	    "\tlocal IFS=$' \\n'\n"
	    "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\"\n"
	    "\t    [ -z \"$kind\" ] || compgen $kind -- \"$cur\")\n"
	    "\t[ -z \"$kind\" ] || compopt -o filenames 2>/dev/null\n"
	    "\tcase ${COMPREPLY-} in\n"
	    "\t--*=) compopt -o nospace 2>/dev/null ;;\n"
	    "\tesac\n"
	    "}\n");
	buf_printf(s->b, "complete -F _%s %s\n", p, p);
}

/* --- zsh --- */

static const struct dialect zsh = {
	.words = "\tcompadd -- ",
	.end_words = "\n\treturn ;;\n",
	.file = "\t_files\n\treturn ;;\n",
	.dir = "\t_files -/\n\treturn ;;\n",
	.any = "\t_message value\n\treturn ;;\n",
};

static void
zsh_options(struct script *s, const char *name, uint32_t bit)
{
	buf_printf(s->b, "\t('%s')\n\t\tcompadd -- ", name);
	put_options(s, bit, false);
	buf_str(s->b, "\n\t\tcompadd -S '' -- ");
	put_options(s, bit, true);
	buf_str(s->b, " ;;\n");
}

static void
write_zsh(struct script *s)
{
	size_t i;

	buf_printf(s->b, "#compdef %s\n"
	    "local command= option=\n"
	    "(( CURRENT == 2 )) || case $words[2] in\n(", s->cli->program);
	put_commands(s, "|");
	buf_str(s->b, ")\n\tcommand=$words[2] ;;\nesac\n"
	    "if [[ $PREFIX == --*=* ]]; then\n"
	    "\toption=${PREFIX%%=*}\n"
	    "\tcompset -P 1 '*='\n"
	    "else\n"
	    "\toption=$words[CURRENT-1]\n"
	    "fi\n"
	    "case \"$command $option\" in\n");
	put_values(s, &zsh);
	buf_str(s->b, "esac\n"
	    "if [[ $PREFIX == -* ]]; then\n"
	    "\tcase $command in\n");
	zsh_options(s, "", s->other);
	for (i = 0; i < s->n; i++)
		zsh_options(s, s->command[i].name, s->command[i].bit);
	buf_str(s->b, "\tesac\n\treturn\nfi\n"
	    "(( CURRENT > 2 )) || compadd -- ");
	put_commands(s, " ");
	buf_str(s->b, "\ncase $command in\n");
	for (i = 0; i < s->n; i++)
		if (s->command[i].words != NULL)
			buf_printf(s->b, "(%s)\n\tcompadd -- %s\n\treturn ;;\n",
			    s->command[i].name, s->command[i].words);
	buf_str(s->b, "esac\n_files\n");
}

void
completion_write(const struct cli *cli, const struct completion_command *v,
    size_t n, uint32_t other, bool for_zsh, struct buf *b)
{
	struct script s = { cli, v, n, other, b };

	if (for_zsh)
		write_zsh(&s);
	else
		write_bash(&s);
}
