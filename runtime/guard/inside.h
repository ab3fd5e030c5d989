/* Programs that run inside a virtual machine: by the words of the policy's rule
 * for it, else as its driver can. */
#ifndef CG_INSIDE_H
#define CG_INSIDE_H

#include "asked.h"
#include "policy_rules.h"
#include "programs.h"
#include "site.h"

enum { INSIDE_SAID = 65536 }; /* most bytes that are kept of what one says */

struct inside {
	const struct site *site;
	struct programs *programs;
	int64_t limit; /* ns a program has */
};

/* False with why (512 bytes): it could not be asked at all. said_free in any
 * case. */
bool inside_run(const struct inside *, const struct rule *guest, uint32_t vm,
    const struct texts *program, struct said *, char *why);

/* Did it end with this status? */
bool inside_ended(const struct said *, int status);

#endif
