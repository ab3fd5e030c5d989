/* Callbacks before a phase: what the phase acts on, and whether the operator
 * lets it begin. */
#ifndef CG_GATE_H
#define CG_GATE_H

#include "driver.h"

/* Calls visit for each entity that is acted on after the callback (an index),
 * in order, once: by its procedure, or of a label that begins with "gate:" by
 * all until the next such gate. */
void gate_touches(const struct actions *, size_t callback,
    void (*visit)(void *arg, uint32_t dn), void *arg);

/* Shows what is about to be touched, and asks. */
bool gate_ask(const struct order *);

#endif
