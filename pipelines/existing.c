/* What the target holds already; see existing.h. */
#include "pipelines/existing.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

static bool is_routine(const struct cg_catalog *existing, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; i < existing->object_count; i++) {
        const struct cg_object *object = &existing->objects[i];
        if (object->kind == CG_OBJECT_ROUTINE && strncmp(object->name, name, len) == 0 &&
            strcmp(object->name + len, "()") == 0)
            return true;
    }
    return false;
}

static int tell_clash(struct cg_run *run, const struct names *names, const char *what, const char *other,
                      struct cg_error *err) {
    if (!names->count)
        return 0;
    cg_error_set(err, CG_ERR_CONFLICT, "%zu of the %ss to be made %s the name of a %s in schema %s: %s%s", names->count,
                 what, names->count == 1 ? "has" : "have", other, run->options->schema, names->text, and_more(names));
    cg_error_object(err, "%s", run->target_uri.shown);
    cg_error_hint(err, "drop the %s, or choose another --schema", other);
    return -1;
}

/* A collation of a name that the plan wants must do what the plan wants it to do. */
static int refuse_collations(struct cg_run *run, const struct cg_catalog *wanted, const struct cg_catalog *existing,
                             struct cg_error *err) {
    for (size_t i = 0; i < wanted->collation_count; i++)
        for (size_t k = 0; k < existing->collation_count; k++) {
            const struct cg_collation *want = &wanted->collations[i], *have = &existing->collations[k];
            if (strcmp(want->name, have->name) != 0 ||
                (strcasecmp(want->locale, have->locale) == 0 && want->deterministic == have->deterministic))
                continue;
            cg_error_set(err, CG_ERR_CONFLICT, "collation %s is there in schema %s, but it is not '%s' of ICU, %s",
                         want->name, run->options->schema, want->locale,
                         want->deterministic ? "deterministic" : "nondeterministic");
            cg_error_object(err, "%s", run->target_uri.shown);
            cg_error_hint(err, "rename or drop it, or choose another --schema");
            return -1;
        }
    return 0;
}

/* A view of a table's name is in its way, and a table of a view's: --drop-existing drops its own kind only. */
static int refuse_clashes(struct cg_run *run, const struct cg_catalog *wanted, const struct cg_catalog *existing,
                          struct cg_error *err) {
    struct names views = {0}, tables = {0};
    for (size_t i = 0; i < wanted->table_count; i++)
        if (is_view(existing, wanted->tables[i].name))
            add_name(&views, wanted->tables[i].name);
    for (size_t i = 0; i < wanted->view_count; i++)
        if (cg_catalog_table(existing, wanted->views[i].name) && !cg_catalog_table(wanted, wanted->views[i].name))
            add_name(&tables, wanted->views[i].name);
    return tell_clash(run, &views, "table", "view", err) < 0 ? -1 : tell_clash(run, &tables, "view", "table", err);
}

static int tell_existing(struct cg_run *run, const struct names *names, const char *what, struct cg_error *err) {
    if (!names->count)
        return 0;
    cg_error_set(err, CG_ERR_CONFLICT, "%zu of the %s to be made exist already in schema %s: %s%s", names->count, what,
                 run->options->schema, names->text, and_more(names));
    cg_error_object(err, "%s", run->target_uri.shown);
    cg_error_hint(err,
                  "drop them, choose another --schema, or let --drop-existing drop exactly the %s that will be "
                  "made (never CASCADE)",
                  what);
    return -1;
}

static int refuse_existing(struct cg_run *run, const struct cg_catalog *wanted, const struct cg_catalog *existing,
                           struct cg_error *err) {
    struct names tables = {0}, views = {0}, functions = {0};
    for (size_t i = 0; i < wanted->table_count; i++) {
        const struct cg_table *table = &wanted->tables[i];
        if (cg_catalog_table(existing, table->name))
            add_name(&tables, table->name);
        if (table->on_update_function && is_routine(existing, table->on_update_function))
            add_name(&functions, table->on_update_function);
    }
    for (size_t i = 0; i < wanted->view_count; i++)
        if (is_view(existing, wanted->views[i].name))
            add_name(&views, wanted->views[i].name);
    if (tell_existing(run, &tables, "tables", err) < 0 || tell_existing(run, &views, "views", err) < 0)
        return -1;
    return tell_existing(run, &functions, "trigger functions", err);
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
        result = refuse_clashes(run, wanted, existing, err);
    if (result == 0)
        result = refuse_collations(run, wanted, existing, err);
    if (result == 0)
        result = run->options->drop_existing ? refuse_dependents(run, wanted, arena, err)
                                             : refuse_existing(run, wanted, existing, err);
    cg_arena_free(arena);
    return result;
}
