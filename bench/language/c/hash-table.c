// Counterpart of programs/hash-table.ts.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry {
    uint64_t key, value;
};

struct hash_table {
    struct entry *entries;
    size_t mask, count;
};

static size_t home_of(const struct hash_table *table, uint64_t key) {
    return (key * 0x9e3779b97f4a7c15u >> 32) & table->mask;
}

static size_t find(const struct hash_table *table, uint64_t key) {
    size_t at = home_of(table, key);
    while (table->entries[at].key != key && table->entries[at].key != 0) {
        at = (at + 1) & table->mask;
    }
    return at;
}

static bool set(struct hash_table *table, uint64_t key, uint64_t value) {
    struct entry *entry = &table->entries[find(table, key)];
    if (entry->key == 0) {
        if (table->count == table->mask) return false;
        table->count++;
        entry->key = key;
    }
    entry->value = value;
    return true;
}

static uint64_t get(const struct hash_table *table, uint64_t key, uint64_t when_absent) {
    const struct entry *entry = &table->entries[find(table, key)];
    return entry->key == 0 ? when_absent : entry->value;
}

static bool remove_key(struct hash_table *table, uint64_t key) {
    size_t hole = find(table, key);
    if (table->entries[hole].key == 0) return false;
    size_t at = hole;
    for (;;) {
        at = (at + 1) & table->mask;
        const struct entry *entry = &table->entries[at];
        if (entry->key == 0) break;
        size_t home = home_of(table, entry->key);
        if (((at - home) & table->mask) >= ((at - hole) & table->mask)) {
            table->entries[hole] = *entry;
            hole = at;
        }
    }
    table->entries[hole].key = 0;
    table->count--;
    return true;
}

uint64_t hash_table_c(struct entry *at, size_t length, uint64_t rounds) {
    size_t capacity = length / sizeof(struct entry);
    struct hash_table table = {.entries = at, .mask = capacity - 1};
    for (size_t i = 0; i < capacity; i++) at[i].key = 0;
    uint64_t keys = capacity / 2 - 1;
    uint64_t sum = 0, random = 88172645463325252u;
    for (uint64_t i = 0; i < rounds; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uint64_t key = (random & keys) + 1;
        switch (random >> 40 & 3) {
        case 0:
            remove_key(&table, key);
            break;
        case 1:
            set(&table, key, i);
            break;
        default:
            sum += get(&table, key, 1);
        }
    }
    return sum + table.count;
}
