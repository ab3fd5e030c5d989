/* What a report says of machines and services, gathered for pictures: what
 * happens to each, in which wave, and where virtual machines are. */
#ifndef CG_SCENE_H
#define CG_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "idmap.h"

struct report;

#define SCENE_NONE UINT32_MAX /* clang: no enumerator may be that large */

enum deed { DEED_NONE, DEED_ACTS, DEED_MORPHS, DEED_MODIFIES, DEED_REMOVES,
	DEED_ADDS, DEED_COUNT };

enum machine_kind { MACHINE_HOST, MACHINE_INNER, MACHINE_VM, MACHINE_SU,
	MACHINE_KINDS };

struct machine {
	uint32_t name; /* interned */
	enum machine_kind kind;
	enum deed deed; /* the weightiest of all */
	uint32_t wave; /* of that deed, from 0 */
	uint32_t host; /* the outermost EE it stands in; a host: itself; a VM:
	                * the host of the monitor that holds it, or on which
	                * it morphs; itself if that is not known */
	uint32_t from; /* VMs: the host it morphs away from, or NONE */
	uint32_t held; /* VMs: the monitor that holds it meanwhile, or NONE */
	uint32_t after, nafter; /* VMs: may stand on these, in scene.after */
	size_t holds; /* how many VMs it holds meanwhile; hosts: in all */
	size_t may_hold; /* how many may stand on it afterwards */
};

struct event { /* something happens to a machine */
	uint32_t machine, wave;
	enum deed deed;
};

/* How a service fares in a wave; the later, the worse. */
enum service_state {
	SERVICE_UNSAID, SERVICE_UP,
	SERVICE_REDUCED, /* fewer units than before, as many as preferred */
	SERVICE_DEGRADED, /* fewer than preferred */
	SERVICE_HANGS, /* one further failure takes it down */
	SERVICE_RISK, /* it may go down by leave of the campaign */
	SERVICE_DOWN,
	SERVICE_STATES
};

struct service_row {
	const char *name;
	uint8_t *state; /* by wave */
	enum service_state worst;
};

struct scene {
	struct arena arena;
	struct machine *machine;
	size_t n, cap;
	struct event *event;
	size_t nevent, event_cap;
	uint32_t *after; /* machines */
	size_t nafter, after_cap;
	struct service_row *service;
	size_t nservice, service_cap;
	bool any_service; /* some procedure may take any service down */
	size_t nwave;
	uint32_t *level; /* by wave */
	struct idmap index, service_index; /* by name: index + 1 */
};

/* Gathers a report, which must outlive the scene; scene_free. */
void scene_make(struct scene *, const struct report *);
void scene_free(struct scene *);

/* A short name for pictures: the value of the first RDN, of hosts that stand
 * in hardware also that of the hardware. Owned by the scene. */
const char *scene_label(struct scene *, uint32_t machine);

/* What a state is called: "no spare left"; and as a letter. */
const char *service_word(enum service_state);
const char *service_letter(enum service_state);

/* "+", "~", "-", "@", "≈": what the plan as text calls them; "" for none. */
const char *deed_mark(enum deed);

/* "adds", "changes" ... */
const char *deed_word(enum deed);

#endif
