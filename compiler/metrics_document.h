/* For the readers of measurements that are one JSON document. */
#ifndef CG_METRICS_DOCUMENT_H
#define CG_METRICS_DOCUMENT_H

#include <jansson.h>

#include "metrics_read.h"

struct document {
	struct metrics *m;
	struct place at; /* all that can be told of where */
	const char *name, *of; /* of the series at hand */
};

/* Reads one host of sysstat's. */
void metrics_sadf(struct document *, const json_t *host);

#endif
