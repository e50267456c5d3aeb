// Counterpart of programs/sort.ts; the order is written where it is needed.
#include <stddef.h>
#include <stdint.h>

enum { SHORT = 16 };

static void insertion_sort(uint32_t *items, size_t length) {
    for (size_t i = 1; i < length; i++) {
        uint32_t item = items[i];
        size_t k = i;
        while (k > 0 && item < items[k - 1]) {
            items[k] = items[k - 1];
            k--;
        }
        items[k] = item;
    }
}

static void sift_down(uint32_t *items, size_t length, size_t hole) {
    uint32_t item = items[hole];
    for (;;) {
        size_t child = 2 * hole + 1;
        if (child >= length) break;
        if (child + 1 < length && items[child] < items[child + 1]) child++;
        if (!(item < items[child])) break;
        items[hole] = items[child];
        hole = child;
    }
    items[hole] = item;
}

static void heap_sort(uint32_t *items, size_t length) {
    for (size_t i = length / 2; i > 0; i--) sift_down(items, length, i - 1);
    for (size_t end = length; end > 1; end--) {
        uint32_t largest = items[0];
        items[0] = items[end - 1];
        items[end - 1] = largest;
        sift_down(items, end - 1, 0);
    }
}

static uint32_t median(uint32_t a, uint32_t b, uint32_t c) {
    if (a < b) return b < c ? b : a < c ? c : a;
    return a < c ? a : b < c ? c : b;
}

static size_t partition(uint32_t *items, size_t length, uint32_t pivot) {
    size_t low = 0, high = length;
    for (;;) {
        while (items[low] < pivot) low++;
        high--;
        while (pivot < items[high]) high--;
        if (low >= high) return low;
        uint32_t item = items[low];
        items[low] = items[high];
        items[high] = item;
        low++;
    }
}

static void sort_part(uint32_t *items, size_t length, unsigned depth) {
    while (length > SHORT) {
        if (depth == 0) {
            heap_sort(items, length);
            return;
        }
        depth--;
        uint32_t pivot = median(items[0], items[length / 2], items[length - 1]);
        size_t cut = partition(items, length, pivot);
        sort_part(items + cut, length - cut, depth);
        length = cut;
    }
    insertion_sort(items, length);
}

static void sort(uint32_t *items, size_t length) {
    if (length > 1) sort_part(items, length, 2 * (63 - (unsigned)__builtin_clzll(length)));
}

uint64_t sort_c(uint32_t *at, size_t length, uint64_t rounds) {
    size_t count = length / 4;
    uint64_t sum = 0, random = 88172645463325252u;
    for (uint64_t i = 0; i < rounds; i++) {
        for (size_t k = 0; k < count; k++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            at[k] = (uint32_t)random;
        }
        sort(at, count);
        for (size_t k = 0; k < count; k++) sum += k * at[k];
    }
    return sum;
}
