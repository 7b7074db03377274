#ifndef CRC32_H
#define CRC32_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 as in zlib, PNG and Ethernet: polynomial 0xEDB88320, reflected. Reads len bytes from data. */
uint32_t crc32(const uint8_t *data, size_t len);

#endif
