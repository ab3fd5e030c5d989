/* What goes wrong on order: which actions fail, are left half done, take long
 * or hang. From --fail and from a fault file; forgotten when the command
 * ends. */
#ifndef CG_FAULT_H
#define CG_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver.h"

struct diag;
struct src;

enum mishap {
	MISHAP_NONE,
	MISHAP_FAIL, /* nothing is done */
	MISHAP_HALF, /* something is, nobody knows how much */
	MISHAP_HANG, /* it neither ends nor does anything */
	MISHAP_DELAY, /* it is done, later */
	MISHAP_STRAY, /* it is done, and a machine leaves its monitor */
	MISHAP_WANDER, /* the same, and it comes back at once */
};

enum { FAULT_ALWAYS = 1000000 }; /* a chance, in millionths */

struct fault {
	enum mishap mishap;
	enum direction direction;
	enum verb verb; /* as it is carried out: unlock undoes a lock;
	                 * VERB_COUNT: any */
	const char *glob; /* * stands for anything; interned */
	uint32_t times; /* how often it still hits */
	int64_t delay; /* ns */
	uint32_t chance;
};

struct faults {
	struct fault *v;
	size_t n, cap;
	uint64_t seed; /* of those that hit by chance */
	int64_t room; /* MiB for simulated snapshots, and 1; 0: any number */
};
void faults_free(struct faults *);

/* Adds what --fail says, [undo/|rollback/]ACTION:DN-GLOB[:TIMES]; false with a
 * sentence in why (512 bytes). */
bool fault_add(struct faults *, const char *text, char *why);

/* Adds the lines of a fault file; mistakes are reported at their place. False
 * only if it cannot be read (errno). */
typedef bool fault_read_function(struct faults *, const struct src *,
    struct diag *);
fault_read_function fault_read;

/* What befalls the order: the first fault that hits, and before that the delay
 * of the first delay that does. Both are used up by one. Chance depends on the
 * seed, the fault and the order's action, direction and attempt alone, so that
 * a run that is resumed meets the same. */
enum mishap fault_befalls(struct faults *, const struct order *,
    int64_t *delay);

#endif
