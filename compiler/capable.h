/* What virtual machines can do while they run: capabilities(5) (M3). */
#ifndef CG_CAPABLE_H
#define CG_CAPABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "idmap.h"
#include "policy.h"

struct diag;
struct src;

enum package_state { PACKAGE_PRESENT, PACKAGE_AVAILABLE, PACKAGE_REFUSED,
	PACKAGE_UNFIT };

struct package {
	const char *name;
	enum package_state state;
	struct texts plug, unplug;
};

struct capable { /* one machine */
	uint32_t vm;
	bool refused; /* nobody may look inside */
	struct texts plug, unplug, migrate, unused;
	struct package *package;
	size_t npackage;
};

/* Zero-initialise; capable_free. */
struct capables {
	struct arena arena;
	struct capable *v;
	size_t n, cap;
	struct idmap of; /* DN -> index + 1 */
	struct src *src; /* its own: findings tell places in it */
};

/* Reads the file; takes src. False if it has a mistake, which is reported, or
 * cannot be read (errno set, nothing reported). */
bool capable_read(struct capables *, struct src *, struct diag *);
void capable_free(struct capables *);

/* What is known of the machine; NULL: nothing. */
const struct capable *capable_of(const struct capables *, uint32_t vm);

/* Can it, by itself or by a package it has, or by one of those it can get?
 * key is CAN_PLUG or CAN_UNPLUG. Everything that is not known is impossible. */
enum can { CAN_PLUG, CAN_UNPLUG };
bool capable_can(const struct capable *, enum can, const char *resource,
    const struct texts *get, size_t nget);

/* Has it the package, or can it get it? Can it move so; do without that? */
bool capable_gets(const struct capable *, const char *package);
bool capable_migrates(const struct capable *, const char *way);
bool capable_lacks(const struct capable *, const char *feature);

#endif
