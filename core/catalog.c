/* Look-ups in the catalog model, and the comparison of two definitions of one table (R5); see catalog.h. */
#include "core/catalog.h"

#include <string.h>

struct cg_table *cg_catalog_table(const struct cg_catalog *catalog, const char *name) {
    size_t low = 0, high = catalog->table_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(catalog->tables[middle].name, name);
        if (order == 0)
            return &catalog->tables[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct cg_column *cg_table_column(const struct cg_table *table, const char *name) {
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return &table->columns[i];
    return NULL;
}

struct cg_key *cg_table_primary_key(const struct cg_table *table) {
    for (size_t i = 0; i < table->key_count; i++)
        if (table->keys[i].kind == CG_KEY_PRIMARY)
            return &table->keys[i];
    return NULL;
}

bool cg_key_has_column(const struct cg_key *key, const char *column) {
    for (size_t i = 0; i < key->part_count; i++)
        if (key->parts[i].column && strcmp(key->parts[i].column, column) == 0)
            return true;
    return false;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static const char *column_difference(const struct cg_column *a, const struct cg_column *b, struct cg_arena *arena) {
    if (strcmp(a->name, b->name) != 0)
        return cg_arena_printf(arena, "column %s is now %s", a->name, b->name);
    if (strcmp(a->type.full, b->type.full) != 0)
        return cg_arena_printf(arena, "column %s was %s and is now %s", a->name, a->type.full, b->type.full);
    if (!same_text(a->type.collation, b->type.collation))
        return cg_arena_printf(arena, "column %s has another collation", a->name);
    if (a->nullable != b->nullable)
        return cg_arena_printf(arena, "column %s is %s NULL now", a->name, b->nullable ? "NULL" : "NOT");
    if (a->generated != b->generated || !same_text(a->generation_text, b->generation_text))
        return cg_arena_printf(arena, "column %s is generated in another way", a->name);
    return NULL;
}

const char *cg_table_difference(const struct cg_table *before, const struct cg_table *after, struct cg_arena *arena) {
    size_t common = before->column_count < after->column_count ? before->column_count : after->column_count;
    for (size_t i = 0; i < common; i++) {
        const char *difference = column_difference(&before->columns[i], &after->columns[i], arena);
        if (difference)
            return difference;
    }
    if (before->column_count != after->column_count)
        return cg_arena_printf(arena, "it had %zu columns and has %zu now", before->column_count, after->column_count);
    if (before->kind != after->kind)
        return "it is a table of another kind now";
    return NULL;
}

const char *cg_object_kind_name(enum cg_object_kind kind) {
    static const char *const names[] = {"view", "trigger", "routine", "event", "grant", "unknown", "table"};
    return (unsigned)kind < sizeof names / sizeof *names ? names[kind] : "unknown";
}
