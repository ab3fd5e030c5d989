/* What libyaml stumbled over, for whoever reads YAML with it. */
#ifndef CG_YAML_FAULT_H
#define CG_YAML_FAULT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <yaml.h>

struct yaml_fault {
	const char *words; /* what is wrong, in our words; static */
	uint32_t at; /* where, in characters */
	bool encoding; /* it is a byte that is no UTF-8 */
	const char *context; /* what it is in, or NULL */
	uint32_t context_at;
};

/* What the parser, which has just failed while it read the file, failed of.
 * Does not return if it was for want of memory. */
struct yaml_fault yaml_fault(const yaml_parser_t *, FILE *);

#endif
