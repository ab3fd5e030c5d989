/* What an operator is to know before a campaign begins (U6): what it does to
 * services, how long it may take, what nobody knows. */
#ifndef CG_PREFLIGHT_H
#define CG_PREFLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct actions;
struct campaign;
struct diag;
struct driver;
struct model;
struct policy;

struct preflight { /* what is asked about; nothing of it is changed */
	const struct campaign *c;
	const struct actions *a;
	const struct model *source;
	const struct policy *policy; /* or NULL */
	const char *state; /* where the run keeps what it writes by itself */
	int64_t within; /* it is to take no longer, ns; 0: no matter */
	bool check; /* it is only looked at, not begun */
	struct diag *diag;
};

/* Says on standard error what the campaign does, procedure by procedure, to
 * which services, and how long it may take. False, having said so, if that is
 * longer than it is to take, or if there is no room for what it writes. */
typedef bool preflight_function(const struct preflight *);
preflight_function preflight_run;

/* Says what procedures first .. end - 1 do to services, as the campaign has
 * it. */
typedef void services_function(const struct actions *, size_t first,
    size_t end);
services_function preflight_services;

/* Is there room for the snapshots that the policy wants, in the state directory
 * and where else the driver knows of? False: reported, or said. */
typedef bool spare_function(const struct preflight *, const char *state,
    struct driver *);
spare_function preflight_spare;

#endif
