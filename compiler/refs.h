/* Who names whom among the changed objects, and how that moves the slots of
 * those that ride on nothing. */
#ifndef CG_REFS_H
#define CG_REFS_H

struct places;

/* Creations that must wait, as they name something created later, go to the
 * end; those that something bound to a procedure needs stay. */
void refs_delay(struct places *);

/* Deletions come forward to where what they name goes, if all that names them
 * can follow. */
void refs_hasten(struct places *);

#endif
