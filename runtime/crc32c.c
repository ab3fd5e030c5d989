/*
 * Are these the bytes that were written? CRC-32C finds every change of up to
 * three bits, and of any 32 bits in a row, in what is as short as a record.
 */
#include "crc32c.h"

static uint32_t
one_byte(uint32_t byte)
{
	for (int i = 0; i < 8; i++)
		byte = byte >> 1 ^ (byte & 1 ? 0x82f63b78u : 0);
	return byte;
}

uint32_t
crc32c(uint32_t crc, const void *data, size_t n)
{
	static uint32_t table[256];
	const uint8_t *p = data;

	if (table[1] == 0)
		for (uint32_t i = 0; i < 256; i++)
			table[i] = one_byte(i);
	crc = ~crc;
	while (n-- > 0)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 0xff];
	return ~crc;
}
