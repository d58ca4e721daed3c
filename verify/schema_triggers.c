/* ON UPDATE CURRENT_TIMESTAMP of one table: PostgreSQL has triggers for it. Ours are known by their names; by hand
 * there may be others that name the column. See schema_internal.h. */
#include "verify/schema_internal.h"

#include <string.h>

static const struct cg_object *find_trigger(const struct cg_catalog *target, const char *table, const char *name) {
    for (size_t i = 0; i < target->object_count; i++) {
        const struct cg_object *object = &target->objects[i];
        if (object->kind == CG_OBJECT_TRIGGER && object->table && strcmp(object->table, table) == 0 &&
            (!name || strcmp(object->name, name) == 0))
            return object;
    }
    return NULL;
}

static bool acts_on_update(const struct cg_object *trigger) {
    const char *before = strstr(trigger->text, " BEFORE "), *on = strstr(trigger->text, " ON ");
    const char *update = before ? strstr(before, "UPDATE") : NULL;
    return !trigger->disabled && update && on && update < on && strstr(trigger->text, " FOR EACH ROW ");
}

/* Does a trigger of the table that acts on every UPDATE (UPDATE OF does not) name the column? */
static bool is_moved(const struct cg_catalog *target, const char *table, const char *column) {
    for (size_t i = 0; i < target->object_count; i++) {
        const struct cg_object *object = &target->objects[i];
        if (object->kind == CG_OBJECT_TRIGGER && object->table && strcmp(object->table, table) == 0 &&
            acts_on_update(object) && !strstr(object->text, "UPDATE OF ") && object->body &&
            strstr(object->body, column))
            return true;
    }
    return false;
}

/* One of our own triggers: there, switched on, and calling the function of this table. */
static int compare_ours(const struct cg_schema_input *input, const struct cg_table *wanted,
                        const struct cg_table *actual, const char *name, struct cg_error *err) {
    const struct cg_object *trigger = find_trigger(input->target, actual->name, name);
    const char *why = NULL;
    if (!trigger)
        return cg_schema_object(input, "trigger", actual->name, name, CG_STATE_MISSING, NULL, err);
    if (trigger->disabled)
        why = "it is switched off";
    else if (!acts_on_update(trigger) || !strstr(trigger->text, wanted->on_update_function))
        why = cg_arena_printf(input->arena, "it does something else: %s", trigger->text);
    return cg_schema_object(input, "trigger", actual->name, name, why ? CG_STATE_CHANGED : CG_STATE_MAPPED, why, err);
}

static int compare_all_ours(const struct cg_schema_input *input, const struct cg_table *wanted,
                            const struct cg_table *actual, struct cg_error *err) {
    int number = 0;
    for (size_t i = 0; i < wanted->column_count; i++) {
        if (!wanted->columns[i].on_update_now)
            continue;
        const char *name = cg_arena_printf(input->arena, "on_set_%d", ++number);
        if (!name)
            return cg_error_memory(err);
        if (compare_ours(input, wanted, actual, name, err) < 0)
            return -1;
    }
    return compare_ours(input, wanted, actual, CG_ON_UPDATE_TRIGGER, err);
}

int cg_schema_triggers(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                       const struct cg_table *actual, struct cg_error *err) {
    const struct cg_table *wanted = plan->target;
    if (!wanted->on_update_function)
        return 0;
    if (input->of_run || find_trigger(input->target, actual->name, CG_ON_UPDATE_TRIGGER) ||
        find_trigger(input->target, actual->name, "on_set_1"))
        return compare_all_ours(input, wanted, actual, err);
    for (size_t i = 0; i < wanted->column_count; i++) {
        const struct cg_column *column = &wanted->columns[i];
        if (!column->on_update_now || !cg_table_column(actual, column->name))
            continue;
        const char *name = cg_arena_printf(input->arena, "ON UPDATE of %s", column->name);
        bool moved = is_moved(input->target, actual->name, column->name);
        if (!name)
            return cg_error_memory(err);
        if (cg_schema_object(input, "trigger", actual->name, name, moved ? CG_STATE_MAPPED : CG_STATE_MISSING,
                             moved ? "by a trigger that names the column" : NULL, err) < 0)
            return -1;
    }
    return 0;
}
