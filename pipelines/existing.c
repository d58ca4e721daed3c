/* What the target holds already; see existing.h. */
#include "pipelines/existing.h"

#include <stdio.h>
#include <string.h>

enum { NAMED = 10 };

/* "a, b, c, ..." into a fixed buffer: it goes into an error. */
struct names {
    char text[512];
    size_t count, used;
};

static void add_name(struct names *names, const char *name) {
    if (names->count++ < NAMED && names->used < sizeof names->text)
        names->used += (size_t)snprintf(names->text + names->used, sizeof names->text - names->used, "%s%s",
                                        names->count > 1 ? ", " : "", name);
}

static const char *and_more(const struct names *names) {
    return names->count > NAMED || names->used >= sizeof names->text ? ", ..." : "";
}

static bool is_view(const struct cg_catalog *existing, const char *name) {
    for (size_t i = 0; i < existing->object_count; i++)
        if (existing->objects[i].kind == CG_OBJECT_VIEW && strcmp(existing->objects[i].name, name) == 0)
            return true;
    return false;
}

/* A view of a table's name is in its way, and --drop-existing drops tables only. */
static int refuse_views(struct cg_run *run, const struct cg_catalog *wanted, const struct cg_catalog *existing,
                        struct cg_error *err) {
    struct names names = {0};
    for (size_t i = 0; i < wanted->table_count; i++)
        if (is_view(existing, wanted->tables[i].name))
            add_name(&names, wanted->tables[i].name);
    if (!names.count)
        return 0;
    cg_error_set(err, CG_ERR_CONFLICT, "%zu of the tables to be made %s the name of a view in schema %s: %s%s",
                 names.count, names.count == 1 ? "has" : "have", run->options->schema, names.text, and_more(&names));
    cg_error_object(err, "%s", run->target_uri.shown);
    cg_error_hint(err, "drop the view, or choose another --schema");
    return -1;
}

static int refuse_tables(struct cg_run *run, const struct cg_catalog *wanted, const struct cg_catalog *existing,
                         struct cg_error *err) {
    struct names names = {0};
    for (size_t i = 0; i < wanted->table_count; i++)
        if (cg_catalog_table(existing, wanted->tables[i].name))
            add_name(&names, wanted->tables[i].name);
    if (!names.count)
        return 0;
    cg_error_set(err, CG_ERR_CONFLICT, "%zu of the tables to be made exist already in schema %s: %s%s", names.count,
                 run->options->schema, names.text, and_more(&names));
    cg_error_object(err, "%s", run->target_uri.shown);
    cg_error_hint(err,
                  "drop them, choose another --schema, or let --drop-existing drop exactly the tables that will be "
                  "made (never CASCADE)");
    return -1;
}

/* Never CASCADE: what else depends on the tables is not ours to drop. */
static int refuse_dependents(struct cg_run *run, const struct cg_catalog *wanted, struct cg_arena *arena,
                             struct cg_error *err) {
    const char **dependents = NULL;
    size_t count = 0;
    struct names names = {0};
    if (cg_target_dependents(run->main_session, wanted, arena, &dependents, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        add_name(&names, dependents[i]);
    if (!count)
        return 0;
    cg_error_set(err, CG_ERR_CONFLICT, "--drop-existing cannot drop what others depend on: %s%s", names.text,
                 and_more(&names));
    cg_error_object(err, "%s", run->target_uri.shown);
    cg_error_hint(err, "drop what depends on them yourself, or where it is a table that is moved too, let --include "
                       "take it in");
    return -1;
}

int cg_existing_check(struct cg_run *run, const struct cg_catalog *wanted, struct cg_error *err) {
    struct cg_arena *arena = cg_arena_new();
    struct cg_catalog *existing = NULL;
    if (!arena)
        return cg_error_memory(err);
    int result = cg_target_catalog(run->main_session, arena, &existing, err);
    if (result == 0)
        result = refuse_views(run, wanted, existing, err);
    if (result == 0)
        result = run->options->drop_existing ? refuse_dependents(run, wanted, arena, err)
                                             : refuse_tables(run, wanted, existing, err);
    cg_arena_free(arena);
    return result;
}
