/*
 * Snapshots of a simulated cluster: a file each, STATE/sim/snapshots/NAME. They
 * are no change of the cluster, and durable at once. How much room there is for
 * them the faults say.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "os.h"
#include "sim.h"
#include "text.h"

static char *
snapshot_path(const struct sim *s, const char *name)
{
	char *dir = text_below(s->opt.state_dir, "sim/snapshots");
	char *path = name == NULL ? dir : text_below(dir, name);

	if (name != NULL)
		free(dir);
	return path;
}

static int
make_snapshots(const struct sim *s, const char *dir)
{
	char *parent = text_below(s->opt.state_dir, "sim");
	int err = os_mkdir(dir);

	if (err == 0)
		err = os_sync_dir(parent);
	free(parent);
	return err;
}

/* It, and what a crash left of the writing of it. */
static int
remove_snapshot(const char *path)
{
	struct buf b = { 0 };
	int err = os_exists(path) ? os_unlink(path) : 0;

	buf_printf(&b, "%s.new", path);
	buf_char(&b, '\0');
	if (err == 0 && os_exists(b.data))
		err = os_unlink(b.data);
	buf_free(&b);
	return err;
}

static int
change_snapshot(const struct sim *s, const struct order *o, const char *path)
{
	char *dir = snapshot_path(s, NULL);
	int err = os_exists(dir) ? 0 : make_snapshots(s, dir);

	if (err == 0 && o->verb == VERB_SNAPSHOT)
		err = os_replace(path, name_str(o->entity),
		    name_len(o->entity));
	else if (err == 0)
		err = remove_snapshot(path);
	if (err == 0)
		err = os_sync_dir(dir);
	free(dir);
	return err;
}

/* --- room --- */

enum { EACH = 100 /* MiB */ };

static int
count_one(void *n, const char *name)
{
	*(int64_t *)n += strchr(name, '.') == NULL;
	return 0;
}

/* In MiB; INT64_MAX: any number. */
static int64_t
room_left(const struct sim *s)
{
	char *dir = snapshot_path(s, NULL);
	int64_t n = 0, room = s->opt.faults == NULL ? 0 : s->opt.faults->room;

	if (room > 0 && os_exists(dir))
		os_list(dir, count_one, &n);
	free(dir);
	return room == 0 ? INT64_MAX : n * EACH < room ? room - 1 - n * EACH :
	    0;
}

bool
sim_room(void *self, room_function tell, void *arg, char *why)
{
	int64_t left = room_left(self);

	(void)why;
	if (left != INT64_MAX)
		tell(arg, "the simulated snapshots", (uint64_t)left << 20);
	return true;
}

enum outcome
sim_snapshot_do(struct sim *s, const struct order *o, char *why)
{
	char *path = snapshot_path(s, o->snapshot);
	bool known = os_exists(path), full = o->verb == VERB_SNAPSHOT &&
	    !known && room_left(s) < EACH;
	int err = o->verb == VERB_REVERT || full ? 0 :
	    change_snapshot(s, o, path);

	free(path);
	if (full) {
		snprintf(why, CLUSTER_WHY, "no room is left for %s",
		    o->snapshot);
		return OUTCOME_FAILED;
	}
	if (err != 0)
		return sim_failed(s, "write snapshots beside", err, why);
	if (o->verb != VERB_REVERT || known)
		return OUTCOME_OK;
	snprintf(why, CLUSTER_WHY, "there is no snapshot %s", o->snapshot);
	return OUTCOME_FAILED;
}

enum probed
sim_snapshot_probe(const struct sim *s, const struct order *o)
{
	char *path = snapshot_path(s, o->snapshot);
	bool known = os_exists(path);

	free(path);
	return o->verb != VERB_REVERT && known == (o->verb == VERB_SNAPSHOT) ?
	    PROBE_DONE : PROBE_NOT_DONE;
}
