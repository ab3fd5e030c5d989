/* The command that is guarded: started, heard, told what this process is told,
 * and ended with all it started. */
#ifndef CG_GUARDED_H
#define CG_GUARDED_H

#include <stdbool.h>
#include <stdint.h>

#include "hold.h"

struct guarded {
	char **argv;
	int64_t limit; /* ns; 0: for ever */
	uint64_t most; /* bytes of output, of both kinds together */
	struct hold out, err;
	int input; /* the file it reads; -1: ours */
};

enum guarded_end {
	GUARDED_EXIT, /* code: its status */
	GUARDED_SIGNAL, /* code: which */
	GUARDED_LATE, /* it took too long and was ended */
	GUARDED_FLOOD, /* it said more than may be held, and was ended */
	GUARDED_NO_START, /* code: errno */
	GUARDED_LOST, /* what it said cannot be held: code: errno */
};

/* Takes over the signals that are passed on: to be called first, once. */
void guarded_signals(void);
/* A signal to end that came while no command ran, or is passed on: 0: none. */
int guarded_told(void);

/* Runs it to its end. */
enum guarded_end guarded_run(struct guarded *, int *code);

/* A copy of standard input that can be read again for every run; the file, or
 * -1 if ours will do, or -errno - 1 if it cannot be kept. */
int guarded_keep_input(uint64_t most, const char *folder);

#endif
