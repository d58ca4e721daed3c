/* Schema evidence over whole catalogs; see schema.h. Columns are in schema_columns.c, defaults in schema_defaults.c,
 * generated columns in schema_generated.c, checks in schema_checks.c, triggers in schema_triggers.c, keys in
 * schema_keys.c, views and what only the target has in schema_objects.c, losses in schema_losses.c. */
#include "verify/schema_internal.h"

#include <string.h>

int cg_schema_object(const struct cg_schema_input *input, const char *kind, const char *table, const char *name,
                     enum cg_object_state state, const char *error, struct cg_error *err) {
    struct cg_report_object object = {.kind = kind,
                                      .name = table ? cg_arena_printf(input->arena, "%s.%s", table, name) : name,
                                      .state = state,
                                      .sql = "",
                                      .error = error ? error : ""};
    return cg_report_add_object(input->report, &object, input->arena, err);
}

int cg_schema_gap(const struct cg_schema_input *input, const char *object, const char *why, struct cg_error *err) {
    return cg_report_add_gap(input->report, input->arena, object, why, err);
}

static const struct cg_report_table *report_table(const struct cg_report *report, const char *name) {
    for (size_t i = 0; i < report->table_count; i++)
        if (strcmp(report->tables[i].source, name) == 0)
            return &report->tables[i];
    return NULL;
}

static const char *target_name(const struct cg_table_plan *plan) {
    return plan->target ? plan->target->name : plan->source->name;
}

static int compare_table(const struct cg_schema_input *input, const struct cg_table_plan *plan, struct cg_error *err) {
    const struct cg_report_table *told = report_table(input->report, plan->source->name);
    if (!cg_options_table_included(input->options, plan->source->name) || (told && told->status == CG_STATUS_FAILED))
        return 0;
    const struct cg_table *actual = cg_catalog_table(input->target, target_name(plan));
    if (!actual)
        return cg_schema_object(input, "table", NULL, plan->source->name, CG_STATE_MISSING, NULL, err);
    const char *why = actual->unlogged ? "it is UNLOGGED: a crash of the server empties it" : NULL;
    if (cg_schema_object(input, "table", NULL, actual->name, why ? CG_STATE_CHANGED : CG_STATE_SAME, why, err) < 0 ||
        cg_schema_columns(input, plan, actual, err) < 0)
        return -1;
    if (!plan->target)
        return 0;
    if (cg_schema_checks(input, plan, actual, err) < 0 || cg_schema_keys(input, plan, actual, err) < 0)
        return -1;
    if (cg_schema_partitions(input, plan, actual, err) < 0)
        return -1;
    return cg_schema_triggers(input, plan, actual, err);
}

static bool is_wanted(const struct cg_schema_input *input, const char *table) {
    for (size_t i = 0; i < input->plan->table_count; i++)
        if (strcmp(target_name(&input->plan->tables[i]), table) == 0)
            return true;
    return false;
}

/* Why a sequence that stands alone counts otherwise than the wanted one; NULL when it does not. */
static const char *counts_otherwise(const struct cg_sequence *wanted, const struct cg_sequence *actual,
                                    struct cg_arena *arena) {
    bool down = *wanted->increment == '-';
    if (!cg_schema_same_number(wanted->increment, actual->increment))
        return cg_arena_printf(arena, "it counts by %s, the source's by %s", actual->increment, wanted->increment);
    if (wanted->cycle != actual->cycle)
        return wanted->cycle ? "the source's begins again at its end" : "it begins again at its end";
    if (down ? cg_schema_less(wanted->next, actual->next) : cg_schema_less(actual->next, wanted->next))
        return cg_arena_printf(arena, "the next value is %s, the source would give %s", actual->next, wanted->next);
    return NULL;
}

static int compare_one_sequence(const struct cg_schema_input *input, const struct cg_sequence *wanted,
                                struct cg_error *err) {
    const struct cg_sequence *actual = NULL;
    for (size_t i = 0; i < input->target->sequence_count && !actual; i++)
        if (strcmp(input->target->sequences[i].name, wanted->name) == 0)
            actual = &input->target->sequences[i];
    if (!actual)
        return cg_schema_object(input, "sequence", NULL, wanted->name, CG_STATE_MISSING, NULL, err);
    if (!actual->next)
        return cg_schema_gap(input, wanted->name, "its next value cannot be read: grant SELECT on the sequence", err);
    const char *why = counts_otherwise(wanted, actual, input->arena);
    return cg_schema_object(input, "sequence", NULL, wanted->name, why ? CG_STATE_CHANGED : CG_STATE_SAME, why, err);
}

static int compare_sequences(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->plan->target->sequence_count; i++)
        if (compare_one_sequence(input, &input->plan->target->sequences[i], err) < 0)
            return -1;
    return 0;
}

/* What has no place among the objects compared above is named, so that the report accounts for everything. */
static int tell_losses(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->report->loss_count; i++) {
        const struct cg_report_loss *loss = &input->report->losses[i];
        if (loss->conversion == CG_JSON_NORMALISED || loss->conversion == CG_TYPE_WIDENED ||
            loss->conversion == CG_NAME_SHORTENED || loss->conversion == CG_NOT_NULL_DROPPED ||
            loss->conversion == CG_UNIQUE_NOW_CASE_SENSITIVE || loss->conversion == CG_FK_EQUAL_BY_COLLATION)
            continue;
        size_t before = input->report->object_count;
        if (cg_schema_object(input, loss->kind, NULL, loss->object, CG_STATE_NOT_CARRIED, loss->reason, err) < 0)
            return -1;
        if (input->report->object_count > before)
            input->report->objects[before].sql = loss->text;
    }
    return 0;
}

/* A kind of object that crossgrade does not know cannot be judged: fail closed (R13). */
static int tell_unknown(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->source->object_count; i++) {
        const struct cg_object *object = &input->source->objects[i];
        const char *name =
            object->table ? cg_arena_printf(input->arena, "%s.%s", object->table, object->name) : object->name;
        if (!name)
            return cg_error_memory(err);
        if (object->kind == CG_OBJECT_UNKNOWN &&
            cg_schema_gap(
                input, name,
                cg_arena_printf(input->arena, "crossgrade does not know this kind of object: %s", object->text),
                err) < 0)
            return -1;
    }
    return 0;
}

/* Tables that only the target has; what the user left out by name is left out here too. */
static int tell_extra(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->target->table_count; i++) {
        const char *name = input->target->tables[i].name;
        if (!is_wanted(input, name) && cg_options_table_included(input->options, name) &&
            cg_schema_object(input, "table", NULL, name, CG_STATE_EXTRA, "the source has no such table", err) < 0)
            return -1;
    }
    return 0;
}

/* First of all: an index that sorts by an outdated collation is no index that is the same. */
static int tell_conditions(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->target->condition_count; i++) {
        const struct cg_condition *condition = &input->target->conditions[i];
        if (cg_schema_object(input, condition->kind, NULL, condition->name,
                             condition->extra ? CG_STATE_EXTRA : CG_STATE_CHANGED, condition->text, err) < 0)
            return -1;
    }
    return 0;
}

int cg_schema_compare(const struct cg_schema_input *input, struct cg_error *err) {
    if (tell_conditions(input, err) < 0)
        return -1;
    for (size_t i = 0; i < input->plan->table_count; i++)
        if (compare_table(input, &input->plan->tables[i], err) < 0)
            return -1;
    if (tell_extra(input, err) < 0 || compare_sequences(input, err) < 0 || cg_schema_views(input, err) < 0 ||
        cg_schema_extra_objects(input, err) < 0 || tell_losses(input, err) < 0)
        return -1;
    return tell_unknown(input, err);
}
