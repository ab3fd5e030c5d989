/* Following one run: what happens in it is told, what could not be told
 * before is tried again. */
#ifndef CG_FOLLOW_H
#define CG_FOLLOW_H

#include <signal.h>
#include <stddef.h>

struct diag;

/* parent: the camprun that carries the run out; the follower ends soon after
 * it has. 0: nobody does, what is there is told. *stop: that camprun is done.
 * *left are not told in the end. EXIT_DONE; EXIT_ERRORS, reported;
 * EXIT_SYSTEM, said. */
int follow(const char *state, long parent, const volatile sig_atomic_t *stop,
    struct diag *, size_t *left);

#endif
