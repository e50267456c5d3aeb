// Counterpart of programs/ring.ts.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring {
    uint32_t head, tail, mask;
    uint64_t *slots;
};

static bool push(struct ring *ring, uint64_t value) {
    if (ring->head - ring->tail > ring->mask) return false;
    ring->slots[ring->head & ring->mask] = value;
    ring->head++;
    return true;
}

static uint64_t pop(struct ring *ring, uint64_t when_empty) {
    if (ring->head == ring->tail) return when_empty;
    return ring->slots[ring->tail++ & ring->mask];
}

uint64_t ring_c(uint64_t *at, size_t length, uint64_t rounds) {
    (void)length;
    struct ring ring = {.mask = 1023, .slots = at};
    uint64_t sum = 0;
    for (uint64_t i = 0; i < rounds; i++) {
        push(&ring, i);
        push(&ring, i * 3);
        uint64_t first = pop(&ring, 0);
        sum += first ^ pop(&ring, 0);
    }
    return sum;
}
