/*
 * How do the commands meet the world? Models are read, outputs appear whole or
 * not at all, findings are printed once, and all of it ends in one status.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "file.h"
#include "lint.h"
#include "model.h"
#include "options.h"
#include "policy.h"
#include "run.h"
#include "text.h"

struct model *
run_read_model(struct run *r, const char *path, bool lint)
{
	size_t before = r->diag.nerror;
	struct model *m = model_load(path, &r->diag);

	if (m == NULL) {
		r->status = cli_failure(PROGRAM, "read", path, errno);
		return NULL;
	}
	if (r->diag.nerror == before)
		allow_model(&r->allow, m, &r->diag);
	if (r->diag.nerror != before)
		return m;
	if (!lint)
		model_check(m, &r->diag);
	else if (model_lint(m, &r->diag))
		lint_advise(m, r->policy, &r->diag);
	return m;
}

bool
run_read_policy(struct run *r, struct policy **policy)
{
	*policy = NULL;
	if (r->opt->policy == NULL)
		return true;
	*policy = policy_load(r->opt->policy, &r->diag);
	if (*policy == NULL) {
		r->status = cli_failure(PROGRAM, "read", r->opt->policy, errno);
		return false;
	}
	r->policy = *policy;
	allow_policy(&r->allow, *policy, &r->diag);
	return true;
}

int
run_open(struct run *r, struct file_out *f, struct buf *b, const char *path)
{
	int err = file_create(f, path);

	if (err != 0)
		return r->status = cli_failure(PROGRAM, "write", path, -err);
	*b = (struct buf){ .out = f->stream };
	return 0;
}

void
run_close(struct run *r, struct file_out *f, struct buf *b,
    const char *path)
{
	int err = file_commit_buf(f, b);

	buf_free(b);
	if (err != 0)
		r->status = cli_failure(PROGRAM, "write", path, -err);
}

static bool
is_yaml(const char *path)
{
	return text_ends(path, ".yaml") || text_ends(path, ".yml");
}

bool
run_is_model_path(struct run *r, const char *path)
{
	if (!is_yaml(path) && !text_ends(path, ".xml") &&
	    strcmp(path, "-") != 0)
		r->status = cli_usage(PROGRAM, "%s ends in neither .xml nor "
		    ".yaml", path);
	return r->status == 0;
}

void
run_write_model(struct run *r, const struct model *m, const char *path)
{
	struct file_out f;
	struct buf b;

	if (run_open(r, &f, &b, path) != 0)
		return;
	if (is_yaml(path))
		model_write_yaml(m, &b);
	else
		model_write_xml(m, &b);
	run_close(r, &f, &b, path);
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
		struct model *m = run_read_model(r, r->opt->operand[i],
		    false);

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
	r->diag.is_partial = r->status == EXIT_SYSTEM;
	err = diag_print(&r->diag, r->opt->format, PROGRAM, f);
	if (err != 0)
		r->status = cli_failure(PROGRAM, "write", f == stdout ? "-" :
		    "standard error", err);
}

void
run_judge(struct run *r)
{
	enum diag_level level = DIAG_ERROR;

	if (r->status != EXIT_DONE)
		return;
	while (diag_count(&r->diag, level) == 0)
		if (level-- == r->opt->fail_on)
			return;
	r->status = EXIT_ERRORS;
}
