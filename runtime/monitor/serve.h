/* The page of a run for browsers of this machine (U10). */
#ifndef CG_SERVE_H
#define CG_SERVE_H

#include <signal.h>
#include <stddef.h>

struct diag;
struct look;

/* Serves it on 127.0.0.1 until *stop is set; port 0: any free one. Says on
 * standard output where. EXIT_DONE, or EXIT_SYSTEM, said. */
int serve(struct look *, size_t port, const volatile sig_atomic_t *stop,
    struct diag *);

#endif
