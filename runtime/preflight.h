/* What an operator is to know before a campaign begins (U6): what it does to
 * services, how long it may take, what nobody knows. */
#ifndef CG_PREFLIGHT_H
#define CG_PREFLIGHT_H

#include <stddef.h>
#include <stdint.h>

struct actions;
struct campaign;
struct model;
struct policy;

struct preflight_time {
	int64_t most; /* of the actions whose limits are known, ns */
	size_t unknown; /* actions that may take as long as they like */
};

/* All actions one after the other, up to the commit. */
struct preflight_time preflight_time(const struct actions *,
    const struct model *source, const struct policy *);

/* Says on standard error what the campaign does, procedure by procedure, to
 * which services, and how long it may take. */
void preflight_tell(const struct campaign *, const struct actions *,
    const struct preflight_time *);

/* Says what procedures first .. end - 1 do to services, as the campaign has
 * it. */
void preflight_services(const struct actions *, size_t first, size_t end);

/* Is there room for what a run writes by itself, at dir or the nearest folder
 * above that is there? 0: there is, or nobody can say; else the bytes that it
 * takes, and in *left those that there are. */
uint64_t preflight_space(const char *dir, const struct actions *,
    uint64_t *left);

#endif
