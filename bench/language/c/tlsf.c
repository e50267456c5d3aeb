// Counterpart of programs/tlsf.ts: the same allocator and the same workload, as one writes it in C.
#include <stddef.h>
#include <stdint.h>

enum {
    GRAIN = 16,
    SECOND_LOG2 = 4,
    SECOND_COUNT = 16,
    FIRST_SHIFT = 8,
    FIRST_COUNT = 25,
    SMALL = 256,
    HEADER = 16,
    SLOTS = 512,
};
#define FREE ((size_t)1)
#define PREVIOUS_FREE ((size_t)2)
#define SIZE_MASK ((size_t)15)

struct block {
    struct block *previous;
    size_t size_and_flags;
    struct block *next_free;
    struct block *previous_free;
};

struct tlsf {
    uint32_t first_bitmap;
    uint32_t second_bitmaps[FIRST_COUNT];
    struct block *lists[FIRST_COUNT * SECOND_COUNT];
};

static size_t size_of(const struct block *block) { return block->size_and_flags & ~SIZE_MASK; }

static struct block *next_of(struct block *block) {
    return (struct block *)((char *)block + HEADER + size_of(block));
}

static void list_of(size_t size, uint32_t *first, uint32_t *second) {
    if (size < SMALL) {
        *first = 0;
        *second = (uint32_t)(size >> 4);
    } else {
        uint32_t highest = 63 - (uint32_t)__builtin_clzll(size);
        *first = highest - (FIRST_SHIFT - 1);
        *second = (uint32_t)(size >> (highest - SECOND_LOG2)) & (SECOND_COUNT - 1);
    }
}

static void insert(struct tlsf *tlsf, struct block *block) {
    uint32_t first, second;
    list_of(size_of(block), &first, &second);
    struct block **list = &tlsf->lists[first * SECOND_COUNT + second];
    block->size_and_flags |= FREE;
    next_of(block)->size_and_flags |= PREVIOUS_FREE;
    block->next_free = *list;
    block->previous_free = NULL;
    if (*list) (*list)->previous_free = block;
    *list = block;
    tlsf->first_bitmap |= 1u << first;
    tlsf->second_bitmaps[first] |= 1u << second;
}

static void remove_block(struct tlsf *tlsf, struct block *block) {
    uint32_t first, second;
    list_of(size_of(block), &first, &second);
    struct block *next = block->next_free, *previous = block->previous_free;
    if (next) next->previous_free = previous;
    if (previous) {
        previous->next_free = next;
    } else {
        tlsf->lists[first * SECOND_COUNT + second] = next;
        if (!next) {
            tlsf->second_bitmaps[first] &= ~(1u << second);
            if (!tlsf->second_bitmaps[first]) tlsf->first_bitmap &= ~(1u << first);
        }
    }
    block->size_and_flags &= ~FREE;
}

static struct block *find_fit(struct tlsf *tlsf, size_t size) {
    if (size >= SMALL) {
        size += ((size_t)1 << (63 - (uint32_t)__builtin_clzll(size) - SECOND_LOG2)) - 1;
    }
    uint32_t first, second;
    list_of(size, &first, &second);
    if (first >= FIRST_COUNT) return NULL;
    uint32_t map = tlsf->second_bitmaps[first] & (0xffffffffu << second);
    if (!map) {
        uint32_t larger = tlsf->first_bitmap & (0xfffffffeu << first);
        if (!larger) return NULL;
        first = (uint32_t)__builtin_ctz(larger);
        map = tlsf->second_bitmaps[first];
    }
    return tlsf->lists[first * SECOND_COUNT + (uint32_t)__builtin_ctz(map)];
}

static void *allocate(struct tlsf *tlsf, size_t length) {
    size_t size = (length + (GRAIN - 1)) & ~SIZE_MASK;
    if (size < GRAIN) size = GRAIN;
    struct block *block = find_fit(tlsf, size);
    if (!block) return NULL;
    remove_block(tlsf, block);
    size_t rest = size_of(block) - size;
    if (rest >= HEADER + GRAIN) {
        block->size_and_flags = size | (block->size_and_flags & PREVIOUS_FREE);
        struct block *remainder = next_of(block);
        remainder->previous = block;
        remainder->size_and_flags = rest - HEADER;
        next_of(remainder)->previous = remainder;
        insert(tlsf, remainder);
    } else {
        next_of(block)->size_and_flags &= ~PREVIOUS_FREE;
    }
    return (char *)block + HEADER;
}

static void release(struct tlsf *tlsf, void *at) {
    struct block *block = (struct block *)((char *)at - HEADER);
    size_t size = size_of(block);
    struct block *next = next_of(block);
    if (next->size_and_flags & FREE) {
        remove_block(tlsf, next);
        size += size_of(next) + HEADER;
    }
    if (block->size_and_flags & PREVIOUS_FREE) {
        struct block *previous = block->previous;
        remove_block(tlsf, previous);
        size += size_of(previous) + HEADER;
        block = previous;
    }
    block->size_and_flags = size | (block->size_and_flags & PREVIOUS_FREE);
    next_of(block)->previous = block;
    insert(tlsf, block);
}

static void reset(struct tlsf *tlsf, void *base, size_t length) {
    *tlsf = (struct tlsf){0};
    struct block *whole = base;
    whole->previous = NULL;
    whole->size_and_flags = length - 2 * HEADER;
    struct block *end = next_of(whole);
    end->previous = whole;
    end->size_and_flags = 0;
    insert(tlsf, whole);
}

static struct tlsf allocator;
static char *slots[SLOTS];

uint64_t allocator_c(char *at, size_t length, uint64_t rounds) {
    reset(&allocator, at, length);
    for (int i = 0; i < SLOTS; i++) slots[i] = NULL;
    uint64_t sum = 0, random = 88172645463325252u;
    for (uint64_t i = 0; i < rounds; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        char **slot = &slots[random & (SLOTS - 1)];
        if (*slot) {
            release(&allocator, *slot);
            *slot = NULL;
        } else {
            *slot = allocate(&allocator, (random >> 32) & 1023);
            sum += (uint64_t)(*slot - at);
        }
    }
    return sum;
}
