// Counterpart of programs/dispatch.ts: objects that begin with a pointer to their operations.
#include <stddef.h>
#include <stdint.h>

struct filter;

struct filter_operations {
    uint64_t (*apply)(struct filter *filter, uint64_t value);
};

struct filter {
    const struct filter_operations *operations;
};

struct add {
    struct filter filter;
    uint64_t amount;
};

struct rotate {
    struct filter filter;
    uint64_t mask, used;
};

struct pipeline {
    struct filter *filters[16];
    size_t count;
};

static uint64_t add_apply(struct filter *filter, uint64_t value) {
    return value + ((struct add *)filter)->amount;
}

static uint64_t rotate_apply(struct filter *filter, uint64_t value) {
    struct rotate *rotate = (struct rotate *)filter;
    rotate->used++;
    return (value << 7 | value >> 57) ^ rotate->mask ^ rotate->used;
}

static const struct filter_operations add_operations = {add_apply};
static const struct filter_operations rotate_operations = {rotate_apply};

static struct pipeline pipeline;
static struct add add_small = {{&add_operations}, 3};
static struct add add_large = {{&add_operations}, 12345};
static struct rotate rotate_even = {{&rotate_operations}, 0x55555555, 0};
static struct rotate rotate_odd = {{&rotate_operations}, 0x12345678, 0};

static void pipeline_add(struct pipeline *into, struct filter *filter) {
    into->filters[into->count++] = filter;
}

static uint64_t pipeline_apply(struct pipeline *through, uint64_t value) {
    for (size_t i = 0; i < through->count; i++) {
        struct filter *filter = through->filters[i];
        value = filter->operations->apply(filter, value);
    }
    return value;
}

uint64_t dispatch_c(void *at, size_t length, uint64_t rounds) {
    (void)at;
    (void)length;
    rotate_even.used = rotate_odd.used = 0;
    pipeline.count = 0;
    pipeline_add(&pipeline, &add_small.filter);
    pipeline_add(&pipeline, &rotate_even.filter);
    pipeline_add(&pipeline, &rotate_odd.filter);
    pipeline_add(&pipeline, &add_large.filter);
    pipeline_add(&pipeline, &rotate_odd.filter);
    pipeline_add(&pipeline, &add_small.filter);
    pipeline_add(&pipeline, &add_large.filter);
    pipeline_add(&pipeline, &rotate_even.filter);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < rounds; i++) sum += pipeline_apply(&pipeline, i);
    return sum;
}
