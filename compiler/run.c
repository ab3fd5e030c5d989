/*
 * How do the commands meet the world? Models are read, outputs appear whole or
 * not at all, findings are printed once, and all of it ends in one status.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "file.h"
#include "model.h"
#include "options.h"
#include "run.h"

int
run_usage(const char *fmt, ...)
{
	va_list ap;

	fputs("campgen: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("; see campgen --help\n", stderr);
	return EXIT_USAGE;
}

int
run_failure(const char *what, const char *path, int err)
{
	bool output = strcmp(what, "write") == 0;

	fprintf(stderr, "campgen: cannot %s ", what);
	if (strcmp(path, "-") == 0)
		fputs(output ? "standard output" : "standard input", stderr);
	else
		fprintf(stderr, "\"%s\"", path);
	fprintf(stderr, ": %s\n", strerror(err));
	return EXIT_SYSTEM;
}

/* What was printed has arrived, or the status is another one. */
int
run_printed(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return run_failure("write", "-", errno);
	return status;
}

struct model *
run_read_model(struct run *r, const char *path)
{
	size_t before = r->diag.nerror;
	struct model *m = model_load(path, &r->diag);

	if (m == NULL) {
		r->status = run_failure("read", path, errno);
		return NULL;
	}
	if (r->diag.nerror == before)
		model_check(m, &r->diag);
	return m;
}

int
run_open(struct run *r, struct file_out *f, struct buf *b, const char *path)
{
	int err = file_create(f, path);

	if (err != 0)
		return r->status = run_failure("write", path, -err);
	*b = (struct buf){ .out = f->stream };
	return 0;
}

void
run_close(struct run *r, struct file_out *f, struct buf *b,
    const char *path)
{
	int err = 0;

	if (!buf_flush(b))
		err = -b->err;
	buf_free(b);
	if (err != 0)
		file_abandon(f);
	else
		err = file_commit(f);
	if (err != 0)
		r->status = run_failure("write", path, -err);
}

void
run_give_up(struct file_out *f, struct buf *b)
{
	file_abandon(f);
	buf_free(b);
}

bool
run_read_pair(struct run *r)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct model *m = run_read_model(r, r->opt->operand[i]);

		if (m == NULL)
			return false;
		r->models[r->nmodel++] = m;
	}
	return true;
}

/* Findings go to standard error; lint's machine formats to standard output. */
void
run_print_findings(struct run *r, bool lint)
{
	FILE *f = lint && r->opt->format != DIAG_TEXT ? stdout : stderr;
	int err;

	if (r->diag.nitem == 0 && r->opt->format == DIAG_TEXT)
		return;
	if (!lint && r->diag.nitem == 0)
		return;
	err = diag_print(&r->diag, r->opt->format, "campgen", f);
	if (err != 0)
		r->status = run_failure("write", f == stdout ? "-" :
		    "standard error", err);
}

void
run_judge(struct run *r)
{
	if (r->status != EXIT_WRITTEN)
		return;
	if (r->diag.nerror > 0 ||
	    (r->opt->fail_on_warning && r->diag.nwarning > 0))
		r->status = EXIT_ERRORS;
}
