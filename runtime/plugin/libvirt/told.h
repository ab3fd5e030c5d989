/* The other side of teller.h: a process that answers. */
#ifndef CG_TOLD_H
#define CG_TOLD_H

#include <libvirt/libvirt.h>
#include <stdint.h>

#include "teller.h"

enum { QUESTION = 8192 }; /* most bytes of one */

/* ASKS_ROOM + n: of the n-th disk. */
enum asks { ASKS_RUNS, ASKS_MACHINE, ASKS_ROOM, ASKS_MAX = 100 };

struct told { /* an answer */
	enum running runs; /* of a machine: RUNS, it is known */
	uint64_t visit;
	struct machine machine;
	struct room room;
};

/* Answers questions until the other side of the socket is closed: a byte of
 * enum asks, the URI and the domain, both ending with NUL. */
void told_serve(int fd);

/* Where the n-th disk is that a domain writes, and what is left there. False:
 * nobody knows. */
bool told_room(virConnectPtr, const char *uri, const char *domain, int n,
    struct room *);

/* The file of the n-th disk in a domain's description that is written; false:
 * there is no such disk. */
bool told_disk(const char *xml, int n, char *path, size_t size);

/* Of what a host says of its hardware: the text of an entry of a part, or "";
 * and what its maker did not fill in is nothing. */
void told_entry(const char *sysinfo, const char *part, const char *entry,
    char *text, size_t n);

#endif
