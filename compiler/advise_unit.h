/* Are measurements and classes counted in the same units? (R1) */
#ifndef CG_ADVISE_UNIT_H
#define CG_ADVISE_UNIT_H

struct advise;
struct diag;

/* Warns of machines that use far more of a resource than they have, or hardly
 * any memory. After advise_decide. */
void advise_check_units(const struct advise *, struct diag *);

#endif
