// Counterpart of programs/closures.ts: loops.
#include <stddef.h>
#include <stdint.h>

uint64_t closures_c(const uint32_t *at, size_t length, uint64_t rounds) {
    size_t count = length / 4;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        uint32_t bound = (uint32_t)i << 20;
        uint64_t squares = 0, above = 0;
        for (size_t k = 0; k < count; k++) squares += (uint64_t)at[k] * at[k];
        for (size_t k = 0; k < count; k++) {
            if (at[k] > bound) above++;
        }
        sum += squares + above;
    }
    return sum;
}
