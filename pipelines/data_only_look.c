/* What stands in the way of rows that are to go into tables that are there (--data-only). Each problem is a sentence
 * that says what to do about it; a remark is for a person to know and stops nothing.
 *
 * COPY fires triggers and checks foreign keys, so that what arrives may be other than what was sent, or be refused row
 * by row; it runs no rules, and row security refuses it (PostgreSQL manual, "COPY", Notes). */
#include "pipelines/data_only.h"

#include "load/existing.h"
#include "pipelines/constraints.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A look that is being taken. */
struct look {
    struct cg_run *run;
    const struct cg_existing *existing;
    struct cg_error *err;
    bool failed;
};

/* ---- telling ---- */

static void add(struct look *l, struct cg_strings *to, const char *text) {
    size_t count = to->count;
    const char **items = text ? cg_arena_push(l->run->arena, to->items, &count, sizeof *items) : NULL;
    if (!items) {
        l->failed = true;
        return;
    }
    items[count - 1] = text;
    *to = (struct cg_strings){items, count};
}

#define PROBLEM(l, ...) add((l), &(l)->run->problems, cg_arena_printf((l)->run->arena, __VA_ARGS__))
#define REMARK(l, ...)  add((l), &(l)->run->remarks, cg_arena_printf((l)->run->arena, __VA_ARGS__))

/* ---- counterparts ---- */

static const char *namesake(const struct cg_catalog *target, const char *name) {
    for (size_t i = 0; i < target->table_count; i++)
        if (strcasecmp(target->tables[i].name, name) == 0)
            return target->tables[i].name;
    return NULL;
}

static void look_for_table(struct look *l, const struct cg_table_plan *plan) {
    const char *near = namesake(l->run->target_catalog, plan->target->name);
    if (near)
        PROBLEM(l, "table %s: the target has no table %s but %s (--names chooses the spelling)", plan->source->name,
                plan->target->name, near);
    else
        PROBLEM(l, "table %s: the target has no table %s: make it, or --exclude %s", plan->source->name,
                plan->target->name, plan->source->name);
}

static void look_at_pair(struct look *l, const struct cg_table_plan *plan, const struct cg_column_plan *column,
                         const struct cg_table *actual) {
    const struct cg_column *to = cg_table_column(actual, column->target->name);
    if (!to)
        PROBLEM(l, "column %s.%s: the target's table has no column %s: add it", plan->source->name,
                column->source->name, column->target->name);
    else if (!cg_encoder_can_convert(&column->source->type, &to->type))
        PROBLEM(l, "column %s.%s: there is no way from %s to %s: change the target's type, or --exclude %s",
                plan->source->name, column->source->name, column->source->type.full, to->type.full, plan->source->name);
    else if (to->generated)
        REMARK(l, "column %s.%s is computed by the target: its values are compared, not moved", actual->name, to->name);
}

static bool is_wanted(const struct cg_table_plan *plan, const char *column) {
    for (size_t i = 0; i < plan->column_count; i++)
        if (strcmp(plan->columns[i].target->name, column) == 0)
            return true;
    return false;
}

/* A column that only the target has. */
static void look_at_extra(struct look *l, const struct cg_table *actual, const struct cg_column *column) {
    bool filled = column->generated || column->auto_increment ||
                  (column->default_kind != CG_DEFAULT_NONE && column->default_kind != CG_DEFAULT_NULL);
    if (filled || column->nullable)
        REMARK(l, "column %s.%s is the target's alone: in the rows that are moved it %s", actual->name, column->name,
               filled ? "gets its default" : "is NULL");
    else
        PROBLEM(l, "column %s.%s is NOT NULL, has no default, and the source has nothing for it: give it a default",
                actual->name, column->name);
}

static void look_at_columns(struct look *l, const struct cg_table_plan *plan, const struct cg_table *actual) {
    for (size_t i = 0; i < plan->column_count; i++)
        look_at_pair(l, plan, &plan->columns[i], actual);
    for (size_t i = 0; i < actual->column_count; i++)
        if (!is_wanted(plan, actual->columns[i].name))
            look_at_extra(l, actual, &actual->columns[i]);
}

/* ---- what COPY meets ---- */

static void look_at_rows(struct look *l, const char *table) {
    bool rows = false;
    if (l->run->options->truncate || l->failed)
        return;
    if (cg_target_holds_rows(l->run->main_session, table, &rows, l->err) < 0)
        l->failed = true;
    else if (rows)
        PROBLEM(l, "table %s holds rows: --truncate empties it, --exclude leaves it out", table);
}

static void look_at_table(struct look *l, const struct cg_existing_table *table) {
    if (table->grant) {
        PROBLEM(l, "table %s: this user may not fill it: %s", table->name, table->grant);
        return;
    }
    if (table->row_security)
        PROBLEM(l,
                "table %s: row security applies to this user, and COPY is refused: load as a role with BYPASSRLS or as "
                "the table's owner",
                table->name);
    if (table->has_children)
        PROBLEM(l, "table %s: tables inherit from it, and their rows would count as its own: --exclude %s", table->name,
                table->name);
    if (table->rules)
        REMARK(l, "table %s: its rules are not run for the rows that are moved: %s", table->name, table->rules);
    if (!table->row_security) /* else it could not be asked */
        look_at_rows(l, table->name);
}

/* What is to be taken out of the way must be this user's to alter. */
static void look_at_managed(struct look *l, const char *table, const char *what, const char *name, bool owned) {
    if (owned)
        REMARK(l, "table %s: %s %s is taken out of the way for the load and brought back", table, what, name);
    else
        PROBLEM(l,
                "table %s: %s %s cannot be taken out of the way by this user: --manage-constraints needs the table's "
                "owner, or a role that is a member of it",
                table, what, name);
}

static void look_at_trigger(struct look *l, const struct cg_existing_trigger *trigger) {
    bool fires = cg_existing_trigger_fires(trigger, l->run->options->truncate);
    if (fires && l->run->options->manage_constraints)
        look_at_managed(l, trigger->table, "trigger", trigger->name, trigger->owned);
    else if (fires)
        PROBLEM(l,
                "table %s: trigger %s of %s fires on %s and could change what is loaded: --manage-constraints switches "
                "it off for the load",
                trigger->table, trigger->name, trigger->relation, trigger->on_insert ? "INSERT" : "TRUNCATE");
    else
        REMARK(l, "table %s: trigger %s of %s does not fire for the rows that are moved", trigger->table, trigger->name,
               trigger->relation);
}

/* ---- foreign keys ---- */

static size_t table_index(const struct cg_run *run, const char *target_table) {
    size_t i = 0;
    while (i < run->plan->table_count &&
           !(run->plan->tables[i].target && strcmp(run->plan->tables[i].target->name, target_table) == 0))
        i++;
    return i;
}

static void add_link(struct look *l, const struct cg_existing_foreign_key *key) {
    struct cg_run *run = l->run;
    struct cg_run_link *links = cg_arena_push(run->arena, run->links.items, &run->links.count, sizeof *links);
    if (!links) {
        l->failed = true;
        return;
    }
    run->links.items = links;
    links[run->links.count - 1] =
        (struct cg_run_link){table_index(run, key->child_table), table_index(run, key->parent_table), key->name};
}

static void look_at_foreign_key(struct look *l, const struct cg_existing_foreign_key *key) {
    if (!key->child_table) {
        if (l->run->options->truncate)
            PROBLEM(l,
                    "table %s: %s refers to it by foreign key %s, and TRUNCATE would have to empty that too: drop the "
                    "foreign key, or move that table as well",
                    key->parent_table, key->child, key->name);
        return;
    }
    if (key->enforced && l->run->options->manage_constraints) {
        look_at_managed(l, key->child_table, "foreign key", key->name, key->child_owned);
        if (key->grant)
            PROBLEM(l, "table %s: foreign key %s could not be re-made by this user: %s", key->child_table, key->name,
                    key->grant);
        return;
    }
    if (!key->enforced)
        REMARK(l, "table %s: foreign key %s is not enforced: rows that break it would get in", key->child_table,
               key->name);
    else if (key->parent_table)
        add_link(l, key);
}

/* Has the table no parents, or no children, among those that are not settled? */
static bool is_at_an_end(const struct cg_run_links *links, const bool *settled, size_t table) {
    bool parents = false, children = false;
    for (size_t i = 0; i < links->count; i++) {
        parents |= links->items[i].child == table && !settled[links->items[i].parent];
        children |= links->items[i].parent == table && !settled[links->items[i].child];
    }
    return !parents || !children;
}

/* Takes away, again and again, what has no parents or no children left; what stays are circles. */
static void look_for_circles(struct look *l) {
    struct cg_run *run = l->run;
    size_t count = run->plan->table_count;
    bool *settled = cg_arena_array(run->arena, count + 1, sizeof *settled), changed = settled != NULL;
    if (!settled)
        l->failed = true;
    while (changed) {
        changed = false;
        for (size_t t = 0; t < count; t++)
            if (!settled[t] && is_at_an_end(&run->links, settled, t))
                settled[t] = changed = true;
    }
    for (size_t i = 0; settled && i < run->links.count; i++) {
        const struct cg_run_link *link = &run->links.items[i];
        if (settled[link->child] || settled[link->parent])
            continue;
        const char *child = run->plan->tables[link->child].target->name;
        if (link->child == link->parent)
            PROBLEM(l,
                    "table %s: rows refer to rows of the same table by foreign key %s, so that none can go in first: "
                    "--manage-constraints drops it for the load",
                    child, link->name);
        else
            PROBLEM(l,
                    "table %s: foreign key %s is part of a circle, so that no table's rows can go in first: "
                    "--manage-constraints drops it for the load",
                    child, link->name);
    }
}

/* ---- what earlier runs left ---- */

static void look_at_pending(struct look *l) {
    for (size_t i = 0; i < l->run->pending_count; i++) {
        const struct cg_pending *pending = &l->run->pending[i];
        if (l->run->options->manage_constraints)
            REMARK(l, "%s, which run %s took away and did not bring back, is brought back", pending->object,
                   pending->run_id);
        else
            PROBLEM(
                l,
                "%s: run %s took it away and did not bring it back: --manage-constraints does, or run it yourself and "
                "forget that run: %s",
                pending->object, pending->run_id, pending->sql);
    }
}

/* ---- what works while rows come in ---- */

/* Appends a name to "a, b". */
static const char *join(struct look *l, const char *names, const char *name) {
    const char *joined = names ? cg_arena_printf(l->run->arena, "%s%s%s", names, *names ? ", " : "", name) : NULL;
    l->failed |= !joined;
    return joined;
}

static void tell_work(struct look *l, const struct cg_table *actual) {
    const char *keys = "", *indexes = "";
    for (size_t i = 0; i < l->existing->foreign_key_count; i++) {
        const struct cg_existing_foreign_key *key = &l->existing->foreign_keys[i];
        bool checks = cg_existing_foreign_key_checks(key) && !l->run->options->manage_constraints;
        if (checks && strcmp(key->child_table, actual->name) == 0)
            keys = join(l, keys, key->name);
    }
    for (size_t i = 0; i < actual->key_count; i++)
        indexes = join(l, indexes, actual->keys[i].name);
    if (!keys || !indexes || (!*keys && !*indexes))
        return;
    REMARK(l, "table %s: while rows come in,%s%s%s%s%s", actual->name, *keys ? " foreign keys are checked: " : "", keys,
           *keys && *indexes ? ";" : "", *indexes ? " indexes are kept up: " : "", indexes);
}

/* ---- the whole ---- */

static int read_existing(struct cg_run *run, struct cg_existing **ret_existing, struct cg_error *err) {
    const struct cg_catalog *wanted = run->plan->target;
    const char **names = cg_arena_array(run->arena, wanted->table_count + 1, sizeof *names);
    if (!names)
        return cg_error_memory(err);
    for (size_t i = 0; i < wanted->table_count; i++)
        names[i] = wanted->tables[i].name;
    return cg_target_existing(run->main_session, names, wanted->table_count, run->options->truncate, run->arena,
                              ret_existing, err);
}

static void look_at_everything(struct look *l) {
    const struct cg_plan *plan = l->run->plan;
    for (size_t i = 0; i < plan->table_count; i++) {
        const struct cg_table_plan *table = &plan->tables[i];
        const struct cg_table *actual =
            table->target ? cg_catalog_table(l->run->target_catalog, table->target->name) : NULL;
        if (table->target && !actual)
            look_for_table(l, table);
        else if (actual)
            look_at_columns(l, table, actual);
        if (actual)
            tell_work(l, actual);
    }
    for (size_t i = 0; i < l->existing->table_count; i++)
        look_at_table(l, &l->existing->tables[i]);
    for (size_t i = 0; i < l->existing->trigger_count; i++)
        look_at_trigger(l, &l->existing->triggers[i]);
    for (size_t i = 0; i < l->existing->foreign_key_count; i++)
        look_at_foreign_key(l, &l->existing->foreign_keys[i]);
    look_for_circles(l);
    look_at_pending(l);
    if (l->existing->replica)
        PROBLEM(
            l, "session_replication_role is not origin for this user: foreign keys and triggers would not count: ALTER "
               "ROLE or ALTER DATABASE ... RESET session_replication_role");
}

int cg_data_only_look(struct cg_run *run, struct cg_error *err) {
    struct cg_existing *existing = NULL;
    struct cg_error inner = {0};
    run->problems = run->remarks = (struct cg_strings){0};
    run->links = (struct cg_run_links){0};
    if (!cg_target_schema_exists(run->target)) {
        cg_error_set(err, CG_ERR_CONFLICT, "the target has no schema %s, whose tables are to be filled",
                     run->options->schema);
        cg_error_object(err, "%s", run->target_uri.shown);
        return -1;
    }
    if (read_existing(run, &existing, err) < 0 || cg_constraints_look(run, err) < 0)
        return -1;
    struct look look = {.run = run, .existing = existing, .err = &inner};
    look_at_everything(&look);
    run->existing = existing;
    if (!look.failed)
        return 0;
    if (inner.cls == CG_ERR_NONE)
        return cg_error_memory(err);
    *err = inner;
    return -1;
}
