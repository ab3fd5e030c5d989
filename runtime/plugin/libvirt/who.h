/* Which domain and which host is an EE? */
#ifndef CG_WHO_H
#define CG_WHO_H

#include <stddef.h>
#include <stdint.h>

#include "driver.h"
#include "virt.h"

struct who;

/* Knows the hosts of the source; the policy (NULL: none) must outlive it. */
struct who *who_new(const struct model *source, const struct policy *);
void who_free(struct who *);

/* Looks for hosts and machines that have come since. */
void who_look(struct who *, const struct world *);

/* The URI of a host; NULL: it is none. */
const char *who_session(const struct who *, const struct world *, uint32_t ee);

/* The domain of a machine; NULL: it is none. */
const char *who_domain(const struct who *, const struct world *, uint32_t ee);

/* What the policy wishes of a machine. */
void who_wishes(const struct who *, const struct world *, uint32_t ee,
    struct vm *);

/* How libvirt counts a resource of a machine, and the MiB in one of it. */
enum plugged who_counts(const struct who *, const struct world *, uint32_t ee,
    const char *resource, unsigned long *unit);

struct who_hosts { /* all there ever were, each with its EE */
	const char **uri;
	uint32_t *ee;
	size_t n, cap;
};

const struct who_hosts *who_hosts(const struct who *);

#endif
