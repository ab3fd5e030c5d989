/* The readers of measurements, which other programs wrote: no file may crash
 * them, and what they take are amounts and times that make sense. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "intern.h"
#include "metrics.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MACHINES = 3, RESOURCES = 5 };

static const char *const resources[RESOURCES] = { "cpu", "memory", "storage",
	"io", "network" };

/* Percentiles grow, and none is above the most there was. */
static void
makes_sense(const struct measured *m)
{
	int64_t v, last = 0;
	int percent;

	if (m->h.n == 0)
		return;
	must(m->first <= m->last);
	for (percent = 1; percent <= 100; percent++) {
		v = histogram_percentile(&m->h, percent);
		must(v >= last && v <= m->h.most);
		last = v;
	}
	must(last == m->h.most);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const name[MACHINES] = { "vm1", "vm2", "a vm" };
	struct src *src = src_from_memory("fuzz", (const char *)data, size);
	struct diag d = { 0 };
	struct metrics m;
	size_t i, k;

	metrics_open(&m, MACHINES, resources, RESOURCES, &d);
	for (i = 0; i < MACHINES; i++)
		metrics_name(&m, name[i], strlen(name[i]), (uint32_t)i);
	metrics_read(&m, src);
	for (i = 0; i < MACHINES; i++)
		for (k = 0; k < RESOURCES; k++)
			makes_sense(metrics_of(&m, i, k));
	metrics_close(&m);
	src_close(src);
	diag_free(&d);
	intern_clear();
	return 0;
}
