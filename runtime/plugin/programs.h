/* Which programs an order means: what the policy's sections exec, run-on and
 * callbacks say, the commands of a bundle, the actions of an OCF agent. */
#ifndef CG_PROGRAMS_H
#define CG_PROGRAMS_H

#include "driver.h"
#include "runner.h"

struct programs;
struct texts;

/* What it is given must outlive it. */
struct programs *programs_new(const struct driver_options *);
void programs_free(struct programs *);

enum meant {
	MEANT_NOTHING, /* there is nothing to run: it is done */
	MEANT_JOB,
	MEANT_NOBODY, /* no rule says; why says that */
};

/* The job of an order; it is good until the next call. */
enum meant programs_of(struct programs *, const struct order *,
    struct job *, char *why);

/* The job that asks whether the order was done; false: no rule says. Its
 * ending then is judged by programs_judge. */
bool programs_probe(struct programs *, const struct order *, struct job *);
enum probed programs_judge(const struct programs *, const struct order *,
    const struct ending *);

/* The job that asks before the start whether an order can be carried out;
 * false: no rule says. It can if its ending is good. */
bool programs_check(struct programs *, const struct order *, struct job *);

/* The job that asks whether an EE runs, where a rule says that it is to be
 * compared before the start; false: none does. Status 0: it runs. */
bool programs_monitor(struct programs *, const struct world *, uint32_t ee,
    uint32_t on, struct job *);

/* The job that says on which machine an EE runs; false: no rule of the policy's
 * section identify is about it. */
bool programs_identify(struct programs *, const struct world *, uint32_t ee,
    struct job *);

/* The job that says whether a place can be reached, where a rule of the policy's
 * section run-on says how; false: none does. Status 0: it can. */
bool programs_reach(struct programs *, const struct world *, uint32_t place,
    struct job *);
/* Does the policy have programs run somewhere else than here, for that place? */
bool programs_go(const struct programs *, const struct world *,
    uint32_t place);

/* The job that says how much room there is for snapshots; false: section
 * retention of the policy names none. */
bool programs_room(struct programs *, const struct world *, struct job *);

/* The job that runs a program inside an EE: with words in front of it that say
 * how, and may stand for something; its own mean themselves. */
void programs_inside(struct programs *, const struct world *, uint32_t ee,
    const struct texts *front, const struct texts *program, struct job *);

/* What a status means by the OCF convention, or "". */
const char *programs_status(int code);

#endif
