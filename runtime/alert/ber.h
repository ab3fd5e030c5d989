/* As much of ASN.1's basic encoding (X.690) as SNMP needs: written from the
 * end to the beginning, so that each length is known when its turn comes. */
#ifndef CG_BER_H
#define CG_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BER_INTEGER = 0x02, BER_OCTETS = 0x04, BER_OID = 0x06,
	BER_SEQUENCE = 0x30, BER_TICKS = 0x43 };

struct ber { /* what is written stands in data[at .. size) */
	unsigned char *data;
	size_t size, at;
	bool full; /* there was too little room: what stands there is wrong */
};

/* Puts one value in front of what is there. */
void ber_integer(struct ber *, unsigned char tag, int64_t);
void ber_octets(struct ber *, unsigned char tag, const void *, size_t);
/* "1.3.6.1": as many numbers as there are, each below 2^32. */
void ber_oid(struct ber *, const char *oid);
/* Puts tag and length in front of all that was put since at was end. */
void ber_wrap(struct ber *, unsigned char tag, size_t end);

/* Reads one value from p[0 .. n): its tag and content. False: there is none.
 * Returns what follows in rest. */
bool ber_read(const unsigned char *p, size_t n, unsigned char *tag,
    const unsigned char **content, size_t *len, size_t *rest);

#endif
