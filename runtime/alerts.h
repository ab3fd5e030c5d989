/* Alerts (U9) as far as camprun itself is concerned: a companion tells them,
 * and nothing here waits for it but the end of a command, for a moment. */
#ifndef CG_ALERTS_H
#define CG_ALERTS_H

#include <stdbool.h>
#include <stddef.h>

struct policy;

/* Does the policy want any? Then camprun-alert must be there: false if it is
 * not, said. */
bool alerts_can_be(const struct policy *);

/* Starts who tells of the run in that state directory: its process; 0: the
 * policy wants none, or it cannot be, said. */
long alerts_begin(const struct policy *, const char *state_dir);

/* The command is over: gives it a moment to tell the rest, and says how many
 * are left. 0 is ignored. */
void alerts_end(long process, const char *state_dir);

/* Waits until it has ended, at most so many slices of 10 ms. */
void alerts_wait(long process, int slices);

/* How many alerts of the run are not told yet? why, of size bytes, gets the
 * reason of the last failure since something was told, or "". */
size_t alerts_left(const char *state_dir, char *why, size_t size);

#endif
