/* One run of the program: its options, findings, models and exit status, and
 * what all commands do with them. */
#ifndef CG_RUN_H
#define CG_RUN_H

#include <stdbool.h>

#include "allow.h"
#include "diag.h"

struct buf;
struct file_out;
struct model;
struct options;
struct policy;

struct run {
	const struct options *opt;
	struct diag diag;
	const struct policy *policy; /* NULL: none was read */
	struct allow allow; /* what diag may leave out */
	struct model **models; /* kept until findings are printed; room for one
	                        * more than there are operands */
	int nmodel;
	int status;
};

/* Reads a model and checks it (as lint does, or not) if it could be read
 * without errors; NULL, with the status set, if it cannot be opened. The
 * caller's until it is put into models. */
struct model *run_read_model(struct run *, const char *path, bool lint);

/* Reads the policy if one is asked for; false with the status set. What it
 * allows counts from then on. */
bool run_read_policy(struct run *, struct policy **);

/* Reads the first two operands into models; false with the status set. */
bool run_read_pair(struct run *);

/* Opens an output: 0, or the status, set and said. */
int run_open(struct run *, struct file_out *, struct buf *, const char *path);

/* The output appears, complete, or the status says why not; or it is given up,
 * and nothing appears. */
void run_close(struct run *, struct file_out *, struct buf *,
    const char *path);
void run_give_up(struct file_out *, struct buf *);

/* Can a model be written there, as XML (.xml, -) or YAML (.yaml, .yml)? False
 * with the status set. */
bool run_is_model_path(struct run *, const char *path);
void run_write_model(struct run *, const struct model *, const char *path);

/* Prints the findings: to standard error, but lint's machine formats to
 * standard output. */
void run_print_findings(struct run *, bool lint);

/* Sets the status to EXIT_ERRORS if findings demand it. */
void run_judge(struct run *);

#endif
