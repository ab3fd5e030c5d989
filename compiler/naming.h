/* The names of procedures: "safSmfProc=ModifyUpgradeProcedureAthost1". */
#ifndef CG_NAMING_H
#define CG_NAMING_H

struct plan;

/* Names all procedures of the plan, each differently. */
void naming_run(struct plan *);

#endif
