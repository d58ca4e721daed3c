/* Which letters the collations of a database's columns call equal.
 *
 * A collation's name tells about case ("_ci"), but about accents only some do ("_ai_", "_as_"): latin1_general_ci tells
 * e from é, latin1_swedish_ci and utf8mb4_general_ci do not. So the server is asked, for all that are in use at once.
 */
#include "engine/mysql/catalog_internal.h"

#include <ctype.h>
#include <string.h>

struct in_use {
    const char *charset, *collation;
    bool accent_insensitive;
};

struct folding {
    struct cg_mysql_reading *reading;
    struct in_use *items;
    size_t count;
};

static struct in_use *find(const struct folding *f, const char *collation) {
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->items[i].collation, collation) == 0)
            return &f->items[i];
    return NULL;
}

/* Names go into the statement as they are. */
static bool is_plain(const char *name) {
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && *name != '_')
            return false;
    return true;
}

static int collect(struct folding *f, const struct cg_type *type, struct cg_error *err) {
    if (!type->collation || !type->charset || strcmp(type->collation, "binary") == 0 || find(f, type->collation) ||
        !is_plain(type->collation) || !is_plain(type->charset))
        return 0;
    struct in_use *items = cg_arena_push(f->reading->arena, f->items, &f->count, sizeof *items);
    if (!items)
        return cg_error_memory(err);
    f->items = items;
    items[f->count - 1] = (struct in_use){.charset = type->charset, .collation = type->collation};
    return 0;
}

/* A character that a charset does not have becomes '?', which equals no letter. */
static int ask(struct folding *f, struct cg_error *err) {
    struct cg_buffer sql;
    MYSQL_RES *result = NULL;
    cg_buffer_init(&sql, 1 << 20);
    int rc = 0;
    for (size_t i = 0; i < f->count && rc == 0; i++)
        rc = cg_buffer_printf(
            &sql, err, "%s CONVERT(_utf8mb4 0xC3A9 USING %s) COLLATE %s = CONVERT(_utf8mb4 'e' USING %s) COLLATE %s",
            i ? "," : "SELECT", f->items[i].charset, f->items[i].collation, f->items[i].charset, f->items[i].collation);
    const char *text = rc == 0 ? cg_buffer_cstr(&sql, err) : NULL;
    rc = text ? cg_mysql_query(f->reading->mysql, text, &result, err) : -1;
    MYSQL_ROW row = rc == 0 ? mysql_fetch_row(result) : NULL;
    for (size_t i = 0; row && i < f->count; i++)
        f->items[i].accent_insensitive = row[i] && strcmp(row[i], "1") == 0;
    mysql_free_result(result);
    cg_buffer_done(&sql);
    return rc;
}

int cg_mysql_read_folding(struct cg_mysql_reading *reading, struct cg_error *err) {
    struct folding f = {.reading = reading};
    struct cg_catalog *catalog = reading->catalog;
    for (size_t t = 0; t < catalog->table_count; t++)
        for (size_t c = 0; c < catalog->tables[t].column_count; c++)
            if (collect(&f, &catalog->tables[t].columns[c].type, err) < 0)
                return -1;
    if (f.count && ask(&f, err) < 0)
        return -1;
    for (size_t t = 0; t < catalog->table_count; t++)
        for (size_t c = 0; c < catalog->tables[t].column_count; c++) {
            struct cg_type *type = &catalog->tables[t].columns[c].type;
            const struct in_use *found = type->collation ? find(&f, type->collation) : NULL;
            type->accent_insensitive = found && found->accent_insensitive;
        }
    return 0;
}
