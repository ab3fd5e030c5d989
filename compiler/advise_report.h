/* Advice, told to an administrator (R4). */
#ifndef CG_ADVISE_REPORT_H
#define CG_ADVISE_REPORT_H

struct advise;
struct reply;

/* Every recommendation with what speaks for it, and who is best left alone. */
void advise_report(const struct advise *, struct reply *);

#endif
