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
	struct completion_command without; /* what goes without a command */
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

/* Does the table have a row of that name for the command? */
static bool
has(const struct cli *c, const char *name, uint32_t bit)
{
	size_t i;

	for (i = 0; i < c->nrow; i++)
		if (strcmp(c->rows[i].name, name) == 0 &&
		    cli_goes(&c->rows[i], bit))
			return true;
	return false;
}

/* Does the row of the table say something of the command? What two tables have
 * the first one says; one that has no bit in it has nothing from it. */
static bool
is_of(const struct script *s, const struct cli *table,
    const struct cli_row *row, const struct completion_command *c)
{
	if (row->help == NULL)
		return false;
	if (table == s->cli)
		return c->bit != 0 && cli_goes(row, c->bit);
	return table == c->also && cli_goes(row, c->also_bit) &&
	    (c->bit == 0 || !has(s->cli, row->name, c->bit));
}

/* The options that a table has for one command; valued: those that take a
 * value, else the others. */
static const char *
put_rows(struct script *s, const struct cli *table,
    const struct completion_command *c, bool valued, const char *gap)
{
	const struct cli_row *row = table->rows, *end = row + table->nrow;

	for (; row < end; row++) {
		if (!is_of(s, table, row, c) || (row->arg != NULL) != valued)
			continue;
		buf_printf(s->b, "%s--%s%s", gap, row->name,
		    valued ? "=" : "");
		gap = " ";
	}
	return gap;
}

static void
put_options(struct script *s, const struct completion_command *c, bool valued)
{
	const char *gap = put_rows(s, s->cli, c, valued, "");

	if (c->also != NULL)
		put_rows(s, c->also, c, valued, gap);
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

/* The commands of a row, as patterns of "command option"; false: it has
 * none. */
static bool
put_pattern(struct script *s, const struct cli *table,
    const struct cli_row *row)
{
	const char *gap = "\t";
	size_t i;

	for (i = 0; i <= s->n; i++) {
		const struct completion_command *c = i == 0 ? &s->without :
		    &s->command[i - 1];

		if (!is_of(s, table, row, c))
			continue;
		buf_printf(s->b, "%s'%s --%s'", gap, c->name, row->name);
		gap = " | ";
		if (row->letter != 0)
			buf_printf(s->b, " | '%s -%c'", c->name, row->letter);
	}
	return *gap == ' ';
}

static void
put_table(struct script *s, const struct cli *table, const struct dialect *d)
{
	const struct cli_row *row = table->rows, *end = row + table->nrow;

	for (; row < end; row++) {
		if (row->help == NULL || row->arg == NULL)
			continue;
		if (row->commands == 0)
			buf_printf(s->b, "\t*' --%s'", row->name);
		else if (!put_pattern(s, table, row))
			continue;
		buf_str(s->b, ")\n");
		put_wants(s, row, d);
	}
}

/* Each table once. */
static void
put_values(struct script *s, const struct dialect *d)
{
	size_t i, k;

	put_table(s, s->cli, d);
	for (i = 0; i < s->n; i++) {
		for (k = 0; s->command[k].also != s->command[i].also; k++)
			;
		if (s->command[i].also != NULL && k == i)
			put_table(s, s->command[i].also, d);
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
bash_options(struct script *s, const struct completion_command *c)
{
	buf_printf(s->b, "\t'%s')\n\t\toptions='", c->name);
	put_options(s, c, false);
	buf_char(s->b, ' ');
	put_options(s, c, true);
	buf_char(s->b, '\'');
	if (c->words != NULL)
		buf_printf(s->b, "\n\t\t%soperands='%s'", c->first ?
		    "[ \"$COMP_CWORD\" != 2 ] || " : "", c->words);
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
	bash_options(s, &s->without);
	for (i = 0; i < s->n; i++)
		bash_options(s, &s->command[i]);
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
zsh_options(struct script *s, const struct completion_command *c)
{
	buf_printf(s->b, "\t('%s')\n\t\tcompadd -- ", c->name);
	put_options(s, c, false);
	buf_str(s->b, "\n\t\tcompadd -S '' -- ");
	put_options(s, c, true);
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
	zsh_options(s, &s->without);
	for (i = 0; i < s->n; i++)
		zsh_options(s, &s->command[i]);
	buf_str(s->b, "\tesac\n\treturn\nfi\n"
	    "(( CURRENT > 2 )) || compadd -- ");
	put_commands(s, " ");
	buf_str(s->b, "\ncase $command in\n");
	for (i = 0; i < s->n; i++)
		if (s->command[i].words != NULL)
			buf_printf(s->b, "(%s)\n\t%scompadd -- %s\n\treturn ;;"
			    "\n", s->command[i].name, s->command[i].first ?
			    "(( CURRENT == 3 )) || { _files; return }\n\t" :
			    "", s->command[i].words);
	buf_str(s->b, "esac\n_files\n");
}

void
completion_write(const struct cli *cli, const struct completion_command *v,
    size_t n, uint32_t other, bool for_zsh, struct buf *b)
{
	struct script s = { .cli = cli, .command = v, .n = n,
		.without = { .name = "", .bit = other }, .b = b };

	if (for_zsh)
		write_zsh(&s);
	else
		write_bash(&s);
}
