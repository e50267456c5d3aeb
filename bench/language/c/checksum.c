// Counterpart of programs/checksum.ts.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static uint16_t checksum(const uint8_t *data, size_t length) {
    uint64_t sum = 0;
    for (size_t i = 0; i + 1 < length; i += 2) {
        uint16_t word;
        memcpy(&word, data + i, 2);
        sum += word;
    }
    if (length % 2) sum += data[length - 1];
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return __builtin_bswap16((uint16_t)~sum);
}

uint64_t checksum_c(uint8_t *at, size_t length, uint64_t rounds) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        at[0] = (uint8_t)i;
        sum += checksum(at, length);
    }
    return sum;
}
