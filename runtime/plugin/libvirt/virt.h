/* What is done to virtual machines, through libvirt. All of it may block, so
 * it is run in processes of its own. */
#ifndef CG_VIRT_H
#define CG_VIRT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vm { /* and what it is to happen to it */
	const char *domain;
	const char *at, *to; /* URIs of hosts; to: of a migration */
	const char **host; /* all hosts */
	size_t nhost;
	/* The folder that has its description, DOMAIN.xml, for when no host
	 * has it; or NULL. */
	const char *definitions;
	int64_t grace; /* ns it has to shut down */
	int tries; /* to reach a host, 5 in a second */
	int64_t bandwidth; /* of a migration, MiB/s; 0: as libvirt likes */
	bool peer, unsafe, paused; /* paused: it stands while it is moved */
	/* Of a machine that changes while it runs: so much it has, and shall
	 * have, MiB of memory; the name of a resource that is neither of these
	 * is that of devices. */
	enum plugged { PLUGGED_VCPUS, PLUGGED_MEMORY, PLUGGED_DEVICES } plugged;
	const char *resource;
	unsigned long from, to_have;
	enum virt_able { VIRT_PLUG, VIRT_UNPLUG, VIRT_MOVE } able;
	char *const *argv; /* of a program inside */
	char snapshot[40]; /* its name, which begins with VIRT_SNAPSHOT */
};

#define VIRT_SNAPSHOT "camprun-"


/* Each: 0 it is so now, 1 it is not, and a line to standard error says why.
 * What is so already is not done again. The argument is a struct vm. */
int virt_start(void *vm); /* defines it there, if another host knows it */
int virt_stop(void *vm); /* by the power button, after the grace for good */
int virt_restart(void *vm);
/* Told to end by SIGTERM it aborts the migration. */
int virt_migrate(void *vm);
/* These find the host themselves, and need neither at nor to. */
int virt_snapshot(void *vm); /* replaces an earlier one of that name */
int virt_revert(void *vm);
int virt_forget(void *vm); /* removes the snapshot */
/* More or less of what is plugged; and whether it has that: VIRT_HAS to_have,
 * VIRT_HAD from, or 1. */
int virt_plug(void *vm);
int virt_has(void *vm);
int virt_stay(void *vm); /* does it run, wherever it is? */

enum { VIRT_HAS = 0, VIRT_HAD = 2 };
int virt_reach(void *vm); /* waits until the host is there */

/* Can what is plugged be plugged or unplugged, or the machine be moved to some
 * other host than at, as its host sees it? A line to standard output says how
 * it is. */
int virt_able(void *vm);

enum { VIRT_ABLE = 0, VIRT_UNABLE = 1, VIRT_ABLE_UNKNOWN = 2 };

/* Runs a program inside, by the guest's agent, and says what it says: its
 * status, or 255 if there is no agent that answers. */
int virt_inside(void *vm);

enum running { RUNS, RUNS_NOT, RUNS_UNKNOWN };

#endif
