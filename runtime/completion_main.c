/*
 * What may come next after camprun? Prints the completion script of a shell
 * (completion bash|zsh). A program of its own, run when camprun is built: a
 * host that only carries campaigns out need not carry this.
 */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "completion.h"
#include "run_options.h"

enum { MOST = 32 };

int
main(int argc, char **argv)
{
	struct completion_command v[MOST] = { { 0 } };
	struct buf b = { .out = stdout };
	size_t n;

	for (n = 0; n < MOST && run_options_word(n) != NULL; n++) {
		v[n].name = run_options_word(n);
		v[n].bit = UINT32_C(1) << n;
	}
	completion_write(run_options_table(), v, n, 0,
	    argc > 1 && strcmp(argv[1], "zsh") == 0, &b);
	if (!buf_flush(&b))
		return EXIT_SYSTEM;
	buf_free(&b);
	return cli_printed(PROGRAM, EXIT_DONE);
}
