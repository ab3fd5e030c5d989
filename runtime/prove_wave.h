/* Between prove_wave.c, which knows who acts on what, and prove_wave_try.c,
 * which finds out who changes what. */
#ifndef CG_PROVE_WAVE_H
#define CG_PROVE_WAVE_H

#include "proving.h"

struct changed { /* an object that a procedure of the level changes */
	uint32_t dn, proc;
	uint32_t was; /* of an SI: the group that it has at the beginning */
	uint32_t on[3]; /* of a unit or node: what it stands on then */
	bool comes_or_goes;
	uint64_t print; /* when all are through */
};

struct wave {
	size_t first, end; /* its procedures; end 0: there is no wave */
	struct idmap acts; /* entity: procedure + 1 */
	struct idmap of; /* object: index of changed, + 1 */
	struct changed *changed;
	size_t nchanged, changed_cap;
	/* while the changes are tried */
	uint32_t proc;
	bool again; /* in the reverse order */
};

/* The procedure that the running action is of, or NONE. */
uint32_t wave_at_work(const struct prover *);

/* The name of a procedure: static. */
const char *wave_name(const struct prover *, uint32_t proc);

/* The other procedure of the level that acts on it, or NONE. */
uint32_t wave_other(const struct prover *, uint32_t self, uint32_t dn);

/* The row of an object; a new one is of w->proc. Valid until the next. */
struct changed *wave_changed(struct wave *, uint32_t dn);

/* Makes the changes of all procedures in document order, or in the reverse,
 * and notes them; the caller takes them back. False: two of them clash (W1,
 * W4; told), or the changes cannot be made: then p->failed is not set, and it
 * is told when it is their turn. */
bool wave_try_forward(struct prover *, struct diag *quiet);
bool wave_try_reverse(struct prover *, struct diag *quiet);

/* Between the two, with the changes taken back: what is to be known of the
 * objects as they are before the level; W3 and W5. False, told. */
bool wave_look_before(struct prover *);

#endif
