/* The model as advised, for campgen to compile (R4). */
#ifndef CG_ADVISE_TARGET_H
#define CG_ADVISE_TARGET_H

struct advise;
struct diag;
struct model;

/* Can every advised class stand in the model? Its type is there, or its base
 * type and its bundle are, so that the type can be added; reported otherwise. */
void advise_check_classes(const struct advise *, struct diag *);

/* The model with the advised types, sponsors in another order where a machine
 * moves, and new machines where the policy wants them written. model_free
 * frees; the model it was made from must outlive it. */
struct model *advise_target(const struct advise *);

#endif
