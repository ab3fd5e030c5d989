/*
 * How is YAML read?
 */
#include "model_read.h"

void
model_read_yaml(struct model *m, struct diag *d)
{
	diag_report(d, DIAG_YAML_MALFORMED,
	    (struct place){ m->src, SRC_WHOLE, SRC_TOKEN }, NAME_NONE,
	    "YAML is not read yet");
}
