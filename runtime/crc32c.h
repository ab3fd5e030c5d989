/* CRC-32C (Castagnoli), as of iSCSI and ext4: 123456789 gives e3069283. */
#ifndef CG_CRC32C_H
#define CG_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of n bytes that follow others whose checksum is crc; 0 for the
 * first. */
uint32_t crc32c(uint32_t crc, const void *, size_t n);

#endif
