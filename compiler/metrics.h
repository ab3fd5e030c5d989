/* What virtual machines use, as it was measured (R1). Values are thousandths
 * of a resource's unit; the readers' own resources are in CPUs, MiB of memory
 * and storage, operations a second and KiB a second. */
#ifndef CG_METRICS_H
#define CG_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "histogram.h"
#include "idmap.h"
#include "spells.h"
#include "src.h"

struct diag;

struct measured { /* of one machine and resource */
	struct histogram h;
	int64_t first, last; /* ms since 1970, if there is any */
	struct spells spells;
};

struct metrics {
	struct diag *d;
	const char *const *resource;
	size_t nresource, nvm;
	uint64_t seen; /* rows, statistics, samples, whosever they are */
	struct measured *v; /* [machine * nresource + resource] */
	struct idmap by_name; /* interned name: machine + 1, or SEVERAL */
	struct idmap told; /* names and fields that were reported */
};

/* Begins with nothing measured of nvm machines; names of resources and diag
 * are the caller's. metrics_close frees. */
void metrics_open(struct metrics *, size_t nvm, const char *const *resource,
    size_t nresource, struct diag *);
void metrics_close(struct metrics *);

/* One more name of a machine. What two are called by is nobody's name; one of
 * higher rank (whole: a DN or the policy's) goes before. */
void metrics_name(struct metrics *, const char *name, size_t len,
    uint32_t vm);

/* Reads a file of measurements: rows with commas, JSON lines, what `virsh
 * domstats` prints, `sadf -j`, or a range query of Prometheus; the text itself
 * says which. What is wrong or of nobody is reported. */
void metrics_read(struct metrics *, const struct src *);

static inline const struct measured *
metrics_of(const struct metrics *m, size_t vm, size_t resource)
{
	return &m->v[vm * m->nresource + resource];
}

/* How much time it tells of, in ms: from first to last, without long gaps. */
int64_t metrics_history(const struct measured *);

#endif
