/* A campaign that becomes a list of actions; for actions*.c only. The system is
 * followed on the way, as far as it takes to know which VMs migrate. */
#ifndef CG_EXPANDER_H
#define CG_EXPANDER_H

#include "actions.h"
#include "diag.h"
#include "idmap.h"
#include "world.h"

struct vm {
	uint32_t dn, list; /* its dependency object, or NAME_NONE */
	uint32_t at; /* the VMM it stands on, or NAME_NONE */
	uint32_t next; /* further VM on the same VMM, index + 1 */
};

struct expander {
	struct actions *a;
	const struct campaign *c;
	const struct model *source;
	struct world *w;
	struct diag diag;
	struct vm *vm;
	size_t nvm, vm_cap, act_cap;
	struct idmap of_vm; /* DN -> VM index + 1 */
	struct idmap guests; /* VMM -> first VM, index + 1 */
	struct idmap down; /* EE -> 1 while it is out of service */
	struct idmap configured; /* EEs that VM configuration objects name */
	bool any_config;
	struct dn_list touched; /* by the change of the model at hand */
	uint32_t proc;
	const size_t *order; /* of the campaign's procedures */
	size_t proc_cap;
	struct idmap taken; /* EE -> level + 1 that acts on it */
	uint32_t level;
	bool shared; /* the level has several procedures: taken counts */
};

/* Adds an action of the procedure at hand. */
void expander_emit(struct expander *, struct act);

/* Is it an EE of the model as it is now? */
bool expander_is_ee(const struct expander *, uint32_t dn);

/* What stands under an EE: its container, the VMM it is on or will be on,
 * itself where that is the hardware. */
uint32_t expander_layer_below(struct expander *, uint32_t dn);

/* Where everything stands in the source. */
void expander_begin(struct expander *);

/* The model was changed, all since mark: lists may have been written, and VMs
 * have to go to where they now belong. The mark is used up. */
void expander_follow(struct expander *, size_t mark, uint8_t part,
    uint16_t nested);

/* An EE is locked: VMs that stand on it move, if they can. */
void expander_take_down(struct expander *, uint32_t dn, uint8_t part,
    uint16_t nested);
/* An EE is instantiated; the result is what it comes up on. */
uint32_t expander_bring_up(struct expander *, uint32_t dn);

/* A virtual machine that runs goes to another monitor by order. */
void expander_move(struct expander *, uint32_t dn, uint32_t to);

/* Not the actions. */
void expander_free(struct expander *);

#endif
