/* Keys, indexes and foreign keys of one table, by what they do and not by what they are called. See schema_internal.h.
 */
#include "verify/schema_internal.h"

#include <string.h>

static bool same_part(const struct cg_key_part *wanted, const struct cg_key_part *actual) {
    if (wanted->prefix > 0 || !wanted->column)
        return actual->expression != NULL;
    return actual->column && strcmp(wanted->column, actual->column) == 0 && wanted->descending == actual->descending;
}

static bool same_key(const struct cg_key *wanted, const struct cg_key *actual) {
    if (wanted->kind == CG_KEY_FULLTEXT)
        return strcmp(actual->method, "gin") == 0;
    if (wanted->kind == CG_KEY_SPATIAL)
        return strcmp(actual->method, "gist") == 0;
    if (wanted->kind != actual->kind || wanted->part_count != actual->part_count)
        return false;
    for (size_t i = 0; i < wanted->part_count; i++)
        if (!same_part(&wanted->parts[i], &actual->parts[i]))
            return false;
    return true;
}

const struct cg_key *cg_schema_find_key(const struct cg_table *actual, const struct cg_key *wanted) {
    for (size_t i = 0; i < actual->key_count; i++)
        if (same_key(wanted, &actual->keys[i]))
            return &actual->keys[i];
    return NULL;
}

static const char *key_kind(const struct cg_key *key) {
    return key->kind == CG_KEY_PRIMARY ? "primary key" : key->kind == CG_KEY_UNIQUE ? "unique" : "index";
}

static int compare_key(const struct cg_schema_input *input, const struct cg_table *actual, const struct cg_key *wanted,
                       struct cg_error *err) {
    const struct cg_key *found = cg_schema_find_key(actual, wanted);
    enum cg_object_state state = !found ? CG_STATE_MISSING : found->valid ? CG_STATE_SAME : CG_STATE_CHANGED;
    return cg_schema_object(input, key_kind(wanted), actual->name, wanted->name, state,
                            state == CG_STATE_CHANGED ? "the index is not valid" : NULL, err);
}

/* MySQL's NO ACTION is its RESTRICT; PostgreSQL tells them apart only in when they are checked. */
static bool same_action(const char *a, const char *b) {
    bool a_none = strcmp(a, "NO ACTION") == 0 || strcmp(a, "RESTRICT") == 0;
    bool b_none = strcmp(b, "NO ACTION") == 0 || strcmp(b, "RESTRICT") == 0;
    return a_none ? b_none : strcmp(a, b) == 0;
}

static bool same_ends(const struct cg_foreign_key *a, const struct cg_foreign_key *b) {
    if (a->column_count != b->column_count || strcmp(a->ref_table, b->ref_table) != 0)
        return false;
    for (size_t i = 0; i < a->column_count; i++)
        if (strcmp(a->columns[i], b->columns[i]) != 0 || strcmp(a->ref_columns[i], b->ref_columns[i]) != 0)
            return false;
    return true;
}

static int compare_foreign_key(const struct cg_schema_input *input, const struct cg_table *actual,
                               const struct cg_foreign_key *wanted, struct cg_error *err) {
    const char *why = NULL;
    enum cg_object_state state = CG_STATE_MISSING;
    for (size_t i = 0; i < actual->foreign_key_count && state == CG_STATE_MISSING; i++) {
        const struct cg_foreign_key *found = &actual->foreign_keys[i];
        if (!same_ends(wanted, found))
            continue;
        state = CG_STATE_SAME;
        if (!found->validated)
            why = "it is not validated";
        else if (!same_action(wanted->on_delete, found->on_delete) || !same_action(wanted->on_update, found->on_update))
            why = cg_arena_printf(input->arena, "its actions are ON DELETE %s ON UPDATE %s, the source has %s and %s",
                                  found->on_delete, found->on_update, wanted->on_delete, wanted->on_update);
        if (why)
            state = CG_STATE_CHANGED;
    }
    return cg_schema_object(input, "foreign key", actual->name, wanted->name, state, why, err);
}

int cg_schema_keys(const struct cg_schema_input *input, const struct cg_table_plan *plan, const struct cg_table *actual,
                   struct cg_error *err) {
    const struct cg_table *wanted = plan->target;
    for (size_t i = 0; i < wanted->key_count; i++)
        if (compare_key(input, actual, &wanted->keys[i], err) < 0)
            return -1;
    for (size_t i = 0; i < wanted->foreign_key_count; i++)
        if (compare_foreign_key(input, actual, &wanted->foreign_keys[i], err) < 0)
            return -1;
    return 0;
}
