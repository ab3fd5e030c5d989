/* What a person sees of a running campaign, and how it is interrupted. */
#ifndef CG_WATCH_H
#define CG_WATCH_H

#include "exec.h"

/* Sets progress, arg and stop of the options: a line that is rewritten on a
 * terminal, plain lines elsewhere; the first interrupt stops at the next safe
 * point, the second undoes the step that runs. */
void watch_begin(struct exec_options *);
void watch_end(void);

#endif
