/*
 * What does somebody who watches a run ask for? `camprun monitor`, `report`
 * and a `status` with a form of its own are this program: it may take more
 * room and libraries than one that carries campaigns out.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "diag.h"
#include "file.h"
#include "intern.h"
#include "look.h"
#include "os.h"
#include "serve.h"
#include "stop.h"
#include "display.h"
#include "monitor_options.h"

#define PROGRAM "camprun"
#define SECOND INT64_C(1000000000)

struct options {
	const char *state, *output;
	int format; /* 0 text, 1 json */
	bool watch, help, version;
	size_t port, max_errors;
	enum diag_format diag;
};

static int
set_port(struct options *o, const char *value)
{
	if (strcmp(value, "0") == 0) {
		o->port = 0;
		return 0;
	}
	return cli_number(PROGRAM, "port", value, 65535, &o->port);
}

static int
set_option(void *data, int row, const char *value)
{
	static const char *const formats[] = { "text", "json", NULL };
	struct options *o = data;

	switch ((enum option_id)row) {
	case OPT_STATE:
		o->state = value;
		return 0;
	case OPT_FORMAT:
		return cli_word(PROGRAM, "format", value, formats, &o->format);
	case OPT_WATCH:
		o->watch = true;
		return 0;
	case OPT_PORT:
		return set_port(o, value);
	case OPT_OUTPUT:
		o->output = value;
		return 0;
	case OPT_YES:
		return 0;
	case OPT_DIAG:
		return cli_diag(PROGRAM, value, &o->diag);
	case OPT_MAX_ERRORS:
		return cli_max_errors(PROGRAM, value, &o->max_errors);
	case OPT_HELP:
		o->help = true;
		return 0;
	case OPT_VERSION:
		o->version = true;
		return 0;
	}
	return 0;
}

/* --- status --- */

static int
print(const struct look *l, const struct options *o, unsigned lines)
{
	struct buf b = { .out = stdout };

	if (o->format == 1)
		display_json(l, &b);
	else
		display_text(l, lines, &b);
	buf_flush(&b);
	buf_free(&b);
	return cli_printed(PROGRAM, EXIT_DONE);
}

static unsigned
terminal_rows(void)
{
	struct winsize w;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 10 ?
	    w.ws_row - 1u : 24;
}

/* On a terminal the screen is written anew; elsewhere each state that was seen
 * follows the one before. */
static int
watch(struct look *l, const struct options *o,
    const volatile sig_atomic_t *stop, struct diag *d)
{
	bool terminal = isatty(STDOUT_FILENO) && o->format == 0;
	uint64_t size = 0;
	long pid = -1;
	int status = EXIT_DONE;

	while (status == EXIT_DONE && !*stop) {
		if (l->size != size || l->pid != pid) {
			size = l->size;
			pid = l->pid;
			if (terminal)
				fputs("\033[H\033[J", stdout);
			status = print(l, o, terminal ? terminal_rows() : 0);
		}
		if (status != EXIT_DONE || l->pid == 0)
			break; /* nothing will change until a command */
		os_sleep(SECOND);
		status = look_again(l, d);
	}
	return status;
}

/* --- report --- */

static int
report(const struct look *l, const struct options *o)
{
	const char *path = o->output == NULL ? "-" : o->output;
	struct file_out f;
	struct buf b = { 0 };
	int err = file_create(&f, path);

	if (err == 0) {
		b.out = f.stream;
		display_page(l, false, &b);
		err = file_commit_buf(&f, &b);
		buf_free(&b);
	}
	return err == 0 ? EXIT_DONE : cli_failure(PROGRAM, "write", path, -err);
}

static uint32_t
command_of(const char *word)
{
	return strcmp(word, "monitor") == 0 ? CMD_MONITOR :
	    strcmp(word, "report") == 0 ? CMD_REPORT : CMD_STATUS;
}

static int
carry_out(uint32_t command, struct look *l, const struct options *o,
    const volatile sig_atomic_t *stop, struct diag *d)
{
	int status = look_open(l, o->state, d);

	if (status != EXIT_DONE)
		return status;
	if (command == CMD_MONITOR)
		return serve(l, o->port, stop, d);
	if (command == CMD_REPORT)
		return report(l, o);
	return o->watch ? watch(l, o, stop, d) : print(l, o, 0);
}

int
main(int argc, char **argv)
{
	struct options o = { .port = 8480 };
	uint32_t command = argc > 1 ? command_of(argv[1]) : CMD_STATUS;
	struct diag d = { 0 };
	struct cli_rest rest;
	struct look l = { 0 };
	int status = cli_parse(monitor_table(), argc - 1, argv + 1, command,
	    set_option, &o, &rest);

	if (status != 0)
		return status;
	if (o.help)
		return cli_help(monitor_table(), command);
	if (o.version)
		return cli_version(PROGRAM);
	if (rest.noperand > 0 || o.state == NULL)
		return cli_usage(PROGRAM, "%s needs --state DIR%s", argv[1],
		    rest.noperand > 0 ? ", and takes no file" : "");
	d.max = o.max_errors;
	status = carry_out(command, &l, &o, stop_heed(), &d);
	diag_print_errors(&d, o.diag, PROGRAM, stderr);
	diag_free(&d);
	look_close(&l);
	intern_clear();
	return status;
}
