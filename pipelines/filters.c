/* --where TABLE=EXPR; see filters.h. */
#include "pipelines/filters.h"

#include <string.h>

static const char *table_name(const void *context, size_t i) {
    return ((const struct cg_catalog *)context)->tables[i].name;
}

/* Names may hold equals signs: the longest table name that one stands behind is meant. */
static struct cg_table *table_of(const struct cg_catalog *catalog, const char *filter) {
    struct cg_table *best = NULL;
    for (size_t i = 0; i < catalog->table_count; i++) {
        struct cg_table *table = &catalog->tables[i];
        size_t len = strlen(table->name);
        if (strncmp(filter, table->name, len) == 0 && filter[len] == '=' && (!best || len > strlen(best->name)))
            best = table;
    }
    return best;
}

static int refuse_unknown(const struct cg_catalog *catalog, const char *filter, struct cg_arena *arena,
                          struct cg_error *err) {
    const char *word = cg_arena_strndup(arena, filter, (size_t)(strchr(filter, '=') - filter));
    if (!word)
        return cg_error_memory(err);
    const char *near = cg_nearest(word, catalog->table_count, table_name, catalog);
    cg_error_set(err, CG_ERR_USAGE, "there is no table %.200s in database %.100s", word, catalog->database);
    if (near)
        cg_error_hint(err, "did you mean %.100s?", near);
    return -1;
}

static int set_filter(const struct cg_options *options, struct cg_session *session, struct cg_catalog *catalog,
                      const char *filter, struct cg_error *err) {
    struct cg_table *table = table_of(catalog, filter);
    if (!table)
        return refuse_unknown(catalog, filter, options->arena, err);
    if (!cg_options_table_included(options, table->name))
        return cg_error_set(err, CG_ERR_USAGE, "table %s is excluded", table->name);
    if (table->filter) {
        cg_error_set(err, CG_ERR_USAGE, "table %s has a condition already", table->name);
        cg_error_hint(err, "join the two by AND");
        return -1;
    }
    table->filter = filter + strlen(table->name) + 1;
    if (cg_source_check_filter(session, table, err) == 0)
        return 0;
    table->filter = NULL;
    return -1;
}

int cg_filters_set(const struct cg_options *options, struct cg_session *session, struct cg_catalog *catalog,
                   struct cg_error *err) {
    for (size_t i = 0; i < options->where.count; i++)
        if (set_filter(options, session, catalog, options->where.items[i], err) < 0) {
            if (err->cls == CG_ERR_USAGE) /* the option says more than the server's name */
                err->object[0] = '\0';
            cg_error_object(err, "option --where %.200s", options->where.items[i]);
            return -1;
        }
    return 0;
}
