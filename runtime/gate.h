/* Callbacks before a phase (U6): what the phase acts on, and whether the
 * operator lets it begin. */
#ifndef CG_GATE_H
#define CG_GATE_H

#include "driver.h"

/* Which actions a callback (an index) is about, first to end - 1: those after it
 * in its procedure; if its label begins with "gate:", all until the next such
 * gate; with "validate:", all of its procedure. */
void gate_span(const struct actions *, size_t callback, size_t *first,
    size_t *end);
/* Calls visit for each entity that those act on, in order, once. */
void gate_touches(const struct actions *, size_t callback,
    void (*visit)(void *arg, uint32_t dn), void *arg);

/* Shows what is about to be touched, and asks. */
bool gate_ask(const struct order *);

#endif
