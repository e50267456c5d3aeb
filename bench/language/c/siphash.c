// Counterpart of programs/siphash.ts.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sip_state {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t value, int count) {
    return value << count | value >> (64 - count);
}

static inline void sip_round(struct sip_state *s) {
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static inline void compress(struct sip_state *s, uint64_t word) {
    s->v3 ^= word;
    sip_round(s);
    sip_round(s);
    s->v0 ^= word;
}

static uint64_t siphash(const uint8_t *data, size_t length, uint64_t k0, uint64_t k1) {
    struct sip_state s = {
        k0 ^ 0x736f6d6570736575u,
        k1 ^ 0x646f72616e646f6du,
        k0 ^ 0x6c7967656e657261u,
        k1 ^ 0x7465646279746573u,
    };
    const uint8_t *end = data + (length & ~(size_t)7);
    for (; data != end; data += 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        compress(&s, word);
    }
    uint64_t last = (uint64_t)length << 56;
    for (size_t i = 0; i < (length & 7); i++) last |= (uint64_t)data[i] << (8 * i);
    compress(&s, last);
    s.v2 ^= 0xff;
    for (int i = 0; i < 4; i++) sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t siphash_c(uint8_t *at, size_t length, uint64_t rounds) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        at[0] = (uint8_t)i;
        sum += siphash(at, length, 0x0706050403020100u, i);
    }
    return sum;
}
