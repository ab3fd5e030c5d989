/* The process that starts an order's programs and outlives the runtime. */
#ifndef CG_KEEPER_H
#define CG_KEEPER_H

#include "runner.h"

enum { KEEPER_LOG = 65536 }; /* most bytes kept of what programs say */

/* Becomes the keeper of the job, in a process forked for it; never returns.
 * Keeps only these two files open. */
_Noreturn void keeper_run(const char *dir, const struct job *, int lock,
    int life);

/* One line: how far a job is, and who keeps it. */
int keeper_format(char *text, size_t n, const struct ending *, long pid,
    unsigned long long born);
bool keeper_parse(const char *text, struct ending *, long *pid,
    unsigned long long *born);

/* When a process began, as the kernel counts; 0: there is none. */
unsigned long long keeper_born(long pid);

#endif
