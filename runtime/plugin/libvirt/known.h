/* What the driver knows: private to driver_libvirt.c and look.c. */
#ifndef CG_KNOWN_H
#define CG_KNOWN_H

#include "driver.h"
#include "runner.h"
#include "teller.h"
#include "who.h"

enum { WHY = 512 };

struct known {
	const struct model *source;
	const struct policy *policy; /* NULL: none */
	struct who *who;
	struct teller *teller;
	struct vm vm; /* of the latest order */
	struct stage stage;
	char *label[2];
	size_t last; /* the host that had the machine last asked about */
};

/* As driver.h says of identify, inside, able and room; self is a struct
 * known. */
enum identified look_identify(void *self, const struct world *, uint32_t ee,
    struct identity *, char *why);
bool look_inside(void *self, const struct world *, uint32_t ee,
    char *const *argv, int64_t limit, struct said *, char *why);
enum able look_able(void *self, const struct world *, uint32_t ee,
    enum able_way, const char *resource, char *why);
bool look_room(void *self, room_function tell, void *arg, char *why);

#endif
