/* What is loaded when it is asked for: camprun-NAME.so, a driver or the
 * proof. */
#ifndef CG_PLUGIN_H
#define CG_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include "driver.h"
#include "fault.h"
#include "preflight.h"
#include "prove.h"

enum { PLUGIN_API = 3 }; /* grows when the meaning of something changes */

/* What a plug-in shows of itself, under the name camprun_plugin. It fits the
 * camprun that it was built with, and no other: it uses its functions (those
 * in plugin.list, and no others) and its structures. */
struct plugin {
	uint32_t api;
	uint32_t size; /* of the structures they share, all together */
	const char *version, *name;
	/* A driver, to be freed by its own free; NULL with why. No driver:
	 * NULL. */
	struct driver *(*open)(const struct driver_options *, char *why);
	prove_function *prove; /* of the proof; else NULL */
	preflight_function *preflight; /* likewise */
	services_function *services; /* likewise */
	spare_function *spare; /* likewise */
	fault_read_function *fault_read; /* likewise */
};

#define PLUGIN_SIZE ((uint32_t)(sizeof(struct plugin) + \
	sizeof(struct driver) + sizeof(struct driver_options) + \
	sizeof(struct order) + sizeof(struct actions) + \
	sizeof(struct preflight)))

#define CAMPRUN_PLUGIN(name, ...) \
	extern __attribute__((visibility("default"))) \
	    const struct plugin camprun_plugin; \
	const struct plugin camprun_plugin = { PLUGIN_API, PLUGIN_SIZE, \
		CAMPGEN_VERSION, name, __VA_ARGS__ };

/* Loads the plug-in of that name, for good: from the folder that the variable
 * CAMPRUN_PLUGIN_DIR names, else from ../lib/campgen or plugin beside this
 * program. What others than root, this user or the program's owner can write
 * is not loaded. NULL with why (at least 512 bytes). */
const struct plugin *plugin_load(const char *name, char *why);

#endif
