/*
 * How does an alert get to a network management station? As an SNMPv2-Trap
 * (RFC 3416), or an InformRequest, which it acknowledges and which is sent
 * again until it has been. There is no number of our own among the enterprises:
 * net-snmp's, for those who have none, stands in front (see CAMPGEN-MIB.txt).
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ber.h"
#include "crc32c.h"
#include "deliver.h"
#include "policy.h"

#define ENTERPRISE "1.3.6.1.4.1.8072.9999.9999.1"
#define SYS_UP_TIME "1.3.6.1.2.1.1.3.0"
#define TRAP_OID "1.3.6.1.6.3.1.1.4.1.0"

enum { PDU_RESPONSE = 0xA2, PDU_INFORM = 0xA6, PDU_TRAP = 0xA7,
	VERSION_2C = 1, DATAGRAM = 8192, LONGEST = 1024, TRIES = 3 };

/* --- writing --- */

/* The value of a binding is there already; its name in front of it. */
static void
name_it(struct ber *b, const char *oid, size_t end)
{
	ber_oid(b, oid);
	ber_wrap(b, BER_SEQUENCE, end);
}

static void
bind_text(struct ber *b, unsigned number, const char *text)
{
	size_t end = b->at, n = strlen(text);
	char oid[64];

	snprintf(oid, sizeof(oid), ENTERPRISE ".1.%u.0", number);
	ber_octets(b, BER_OCTETS, text, n < LONGEST ? n : LONGEST);
	name_it(b, oid, end);
}

static void
put_bindings(struct ber *b, const struct message *m)
{
	const struct alert_info *i = alert_info(m->what);
	size_t all = b->at, end;
	struct timespec now;
	char oid[64];

	bind_text(b, 7, m->host);
	bind_text(b, 6, m->text);
	bind_text(b, 5, m->object);
	bind_text(b, 4, m->campaign);
	end = b->at;
	ber_integer(b, BER_INTEGER, (int64_t)i->severity);
	name_it(b, ENTERPRISE ".1.3.0", end);
	bind_text(b, 2, i->name);
	bind_text(b, 1, m->id);
	end = b->at;
	snprintf(oid, sizeof(oid), ENTERPRISE ".0.%u", i->number);
	ber_oid(b, oid);
	name_it(b, TRAP_OID, end);
	end = b->at;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ber_integer(b, BER_TICKS, ((int64_t)now.tv_sec * 100 +
	    now.tv_nsec / 10000000) & UINT32_MAX);
	name_it(b, SYS_UP_TIME, end);
	ber_wrap(b, BER_SEQUENCE, all);
}

static void
put_trap(struct ber *b, const struct message *m, const char *community,
    bool inform, int32_t request)
{
	size_t end = b->at;

	put_bindings(b, m);
	ber_integer(b, BER_INTEGER, 0); /* error-index */
	ber_integer(b, BER_INTEGER, 0); /* error-status */
	ber_integer(b, BER_INTEGER, request);
	ber_wrap(b, inform ? PDU_INFORM : PDU_TRAP, end);
	ber_octets(b, BER_OCTETS, community, strlen(community));
	ber_integer(b, BER_INTEGER, VERSION_2C);
	ber_wrap(b, BER_SEQUENCE, end);
}

/* --- the answer --- */

static int64_t
integer_of(const unsigned char *p, size_t n)
{
	int64_t v = n > 0 && p[0] >= 128 ? -1 : 0;
	size_t i;

	for (i = 0; i < n && n <= 8; i++)
		v = (int64_t)((uint64_t)v << 8 | p[i]);
	return v;
}

/* Does it answer this request, without an error? */
static bool
is_answer(const unsigned char *p, size_t n, int32_t request)
{
	const unsigned char *c, *inside;
	unsigned char tag;
	size_t len, rest, left;

	if (!ber_read(p, n, &tag, &c, &len, &rest) || tag != BER_SEQUENCE)
		return false;
	for (left = len, inside = c; ber_read(inside, left, &tag, &c, &len,
	    &rest); inside = c + len, left = rest) {
		if (tag != PDU_RESPONSE)
			continue;
		if (!ber_read(c, len, &tag, &inside, &left, &rest) ||
		    integer_of(inside, left) != request)
			return false;
		return ber_read(inside + left, rest, &tag, &c, &len, &left) &&
		    integer_of(c, len) == 0;
	}
	return false;
}

static bool
is_acknowledged(int fd, int32_t request, int ms)
{
	struct pollfd v = { .fd = fd, .events = POLLIN };
	unsigned char answer[DATAGRAM];
	ssize_t n;

	while (poll(&v, 1, ms) > 0) {
		n = recv(fd, answer, sizeof(answer), 0);
		if (n < 0)
			return false;
		if (is_answer(answer, (size_t)n, request))
			return true;
	}
	return false;
}

static bool
send_it(int fd, const struct ber *b, const struct policy_channel *c,
    int32_t request, char *why)
{
	int ms = (int)(c->timeout / 1000000 / (TRIES + 1)), tries = 0;

	for (; tries < (c->inform ? TRIES : 1); tries++) {
		if (send(fd, b->data + b->at, b->size - b->at, MSG_NOSIGNAL) <
		    0) {
			snprintf(why, DELIVER_WHY, "%.200s: %s", c->trap,
			    strerror(errno));
			return false;
		}
		if (!c->inform || is_acknowledged(fd, request, ms))
			return true;
	}
	snprintf(why, DELIVER_WHY, "%.200s did not acknowledge it", c->trap);
	return false;
}

bool
deliver_trap(const struct policy_channel *c, const struct message *m,
    char *why)
{
	unsigned char room[DATAGRAM];
	struct ber b = { .data = room, .size = DATAGRAM, .at = DATAGRAM };
	char community[256] = "public";
	int32_t request = (int32_t)(crc32c(0, m->id, strlen(m->id)) >> 1);
	bool ok;
	int fd;

	if (c->secret_file != NULL && !read_secret(c->secret_file, community,
	    sizeof(community), why))
		return false;
	put_trap(&b, m, c->community != NULL ? c->community : community,
	    c->inform, request);
	if (b.full) {
		snprintf(why, DELIVER_WHY, "it is too long for a datagram");
		return false;
	}
	fd = dial(c->trap, SOCK_DGRAM, why);
	if (fd < 0)
		return false;
	ok = send_it(fd, &b, c, request, why);
	close(fd);
	return ok;
}
