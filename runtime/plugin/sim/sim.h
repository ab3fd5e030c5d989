/* The driver of a simulated cluster: private to driver_sim.c and sim_*.c. */
#ifndef CG_SIM_H
#define CG_SIM_H

#include "buf.h"
#include "cluster.h"
#include "driver_sim.h"
#include "fault.h"

struct os_file;

/* First lines of a record that say something of it (sim_log.c). */
#define SIM_RESTORED "restored\n"
#define SIM_HALF "half\n"

struct sim {
	struct driver driver;
	struct world *start; /* for orders that bring no model */
	struct cluster *cluster;
	char *path; /* of the log */
	struct os_file *log;
	uint64_t size, compact_at;
	uint64_t number; /* of the latest order done; 0: none */
	bool restored; /* it is not done any more */
	bool on_disk; /* all of the log */
	struct buf text;
	bool half; /* the latest was left half done */
	int err; /* nothing more is written after it */
	/* What runs: an order that ends later, or never. */
	const struct order *running;
	enum mishap mishap;
	int64_t due; /* by os_clock */
	struct driver_options opt;
};

/* SYSTEM, with why: what could not be done to the log. */
enum outcome sim_failed(const struct sim *, const char *what, int err,
    char *why);

/* --- sim_log.c --- */

/* An empty log in a folder that is made anew; the log that is there, replayed.
 * False with why. */
bool sim_log_create(struct sim *, const char *dir, char *why);
bool sim_log_open(struct sim *, char *why);

/* Writes the record of the latest order; has all of it on disk. 0 or -errno. */
int sim_log_commit(struct sim *, const struct buf *payload);
int sim_log_sync(struct sim *);

/* Takes what others have written since. False with why. */
bool sim_log_look(struct sim *, char *why);

/* --- sim_snapshots.c --- */

/* Takes, reverts to or removes the snapshot of the order. */
enum outcome sim_snapshot_do(struct sim *, const struct order *, char *why);
enum probed sim_snapshot_probe(const struct sim *, const struct order *);

/* As driver.h says of room; self is a struct sim. */
bool sim_room(void *self, room_function tell, void *arg, char *why);

#endif
