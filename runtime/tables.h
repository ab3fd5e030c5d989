/* The option tables of what camprun starts for its words, companions; for those
 * who complete a command line. */
#ifndef CG_TABLES_H
#define CG_TABLES_H

struct cli;

/* Commands of the tables: one of the monitor's, or the only one. */
enum { TABLE_STATUS = 1, TABLE_MONITOR = 2, TABLE_REPORT = 4 };
enum { TABLE_OWN = 1 };

/* status with a form of its own, monitor and report; guard, capabilities,
 * alert. */
const struct cli *monitor_table(void);
const struct cli *guard_table(void);
const struct cli *ask_table(void);
const struct cli *alert_table(void);

#endif
