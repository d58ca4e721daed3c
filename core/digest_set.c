/* A set of digests as a hash table of chains; see digest_set.h. A digest is its own hash.
 *
 * Equal digests form a group: its first entry stands in the chain, and holds the list of those that were not taken.
 * However many equal rows there are, finding one costs the same. */
#include "core/digest_set.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };
#define NOTHING SIZE_MAX

struct entry {
    uint64_t low, high;
    bool first;          /* of its group */
    size_t chained;      /* first: the next group of the bucket, or NOTHING */
    size_t same;         /* the next entry of the group that was not taken when this was added, or NOTHING */
    _Atomic size_t free; /* first: an entry of the group that was not taken, or NOTHING */
};

struct cg_digest_set {
    struct entry *entries;
    size_t *buckets; /* as many as there is room for entries: a power of two */
    size_t count, capacity;
    _Atomic size_t taken;
};

struct cg_digest_set *cg_digest_set_new(void) {
    return calloc(1, sizeof(struct cg_digest_set));
}

void cg_digest_set_free(struct cg_digest_set *set) {
    if (!set)
        return;
    free(set->entries);
    free(set->buckets);
    free(set);
}

static size_t *bucket_of(const struct cg_digest_set *set, uint64_t low) {
    return &set->buckets[(size_t)low & (set->capacity - 1)];
}

static struct entry *find_group(const struct cg_digest_set *set, const struct cg_digest *row) {
    if (!set->count)
        return NULL;
    for (size_t i = *bucket_of(set, row->low); i != NOTHING; i = set->entries[i].chained)
        if (set->entries[i].low == row->low && set->entries[i].high == row->high)
            return &set->entries[i];
    return NULL;
}

static void chain(struct cg_digest_set *set, size_t i) {
    size_t *bucket = bucket_of(set, set->entries[i].low);
    set->entries[i].chained = *bucket;
    *bucket = i;
}

static int grow(struct cg_digest_set *set, struct cg_error *err) {
    size_t capacity = set->capacity ? set->capacity * 2 : FIRST_CAPACITY;
    size_t *buckets = malloc(capacity * sizeof *buckets);
    struct entry *entries = buckets ? realloc(set->entries, capacity * sizeof *entries) : NULL;
    if (!entries) {
        free(buckets);
        return cg_error_memory(err);
    }
    free(set->buckets);
    set->entries = entries;
    set->buckets = buckets;
    set->capacity = capacity;
    for (size_t i = 0; i < capacity; i++)
        buckets[i] = NOTHING;
    for (size_t i = 0; i < set->count; i++)
        if (entries[i].first)
            chain(set, i);
    return 0;
}

int cg_digest_set_add(struct cg_digest_set *set, const struct cg_digest *row, struct cg_error *err) {
    if (set->count == set->capacity && grow(set, err) < 0)
        return -1;
    struct entry *group = find_group(set, row);
    size_t i = set->count++;
    struct entry *entry = &set->entries[i];
    entry->low = row->low;
    entry->high = row->high;
    entry->first = !group;
    entry->same = NOTHING;
    atomic_init(&entry->free, i);
    if (group) {
        entry->same = atomic_load(&group->free);
        atomic_store(&group->free, i);
    } else {
        chain(set, i);
    }
    return 0;
}

size_t cg_digest_set_count(const struct cg_digest_set *set) {
    return set->count;
}

int64_t cg_digest_set_take(struct cg_digest_set *set, const struct cg_digest *row) {
    struct entry *group = find_group(set, row);
    if (!group)
        return -1;
    size_t i = atomic_load(&group->free);
    while (i != NOTHING && !atomic_compare_exchange_weak(&group->free, &i, set->entries[i].same))
        ;
    if (i == NOTHING)
        return -1;
    atomic_fetch_add(&set->taken, 1);
    return (int64_t)i;
}

size_t cg_digest_set_left(const struct cg_digest_set *set) {
    return set->count - atomic_load(&set->taken);
}
