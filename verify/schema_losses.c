/* Which of the losses that a plan expects are losses on a target that exists: whoever moved the data may have carried
 * the object by hand. See schema.h. */
#include "verify/schema_internal.h"

#include <string.h>

int cg_schema_add_loss(const struct cg_loss *loss, struct cg_arena *arena, struct cg_report *report,
                       struct cg_error *err) {
    struct cg_report_loss *all = cg_arena_push(arena, report->losses, &report->loss_count, sizeof *all);
    if (!all)
        return cg_error_memory(err);
    report->losses = all;
    all[report->loss_count - 1] = (struct cg_report_loss){.conversion = loss->conversion,
                                                          .kind = loss->kind,
                                                          .object = loss->name,
                                                          .text = loss->text ? loss->text : "",
                                                          .reason = loss->reason ? loss->reason : "",
                                                          .table = loss->table,
                                                          .column = loss->column,
                                                          .accepted = loss->accepted_by_map};
    return 0;
}

bool cg_schema_has_loss(const struct cg_report *report, enum cg_conversion conversion, const char *table,
                        const char *column) {
    for (size_t i = 0; i < report->loss_count; i++) {
        const struct cg_report_loss *loss = &report->losses[i];
        if (loss->conversion == conversion && (!table || (loss->table && strcmp(loss->table, table) == 0)) &&
            (!column || (loss->column && strcmp(loss->column, column) == 0)))
            return true;
    }
    return false;
}

/* PostgreSQL's names of routines have their arguments: f(integer). */
static bool has_object(const struct cg_catalog *target, enum cg_object_kind kind, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; i < target->object_count; i++) {
        const char *actual = target->objects[i].name;
        if (target->objects[i].kind == kind && strncmp(actual, name, len) == 0 &&
            (!actual[len] || (kind == CG_OBJECT_ROUTINE && actual[len] == '(')))
            return true;
    }
    return false;
}

static const struct cg_table_plan *plan_of(const struct cg_schema_input *input, const char *source_table) {
    for (size_t i = 0; source_table && i < input->plan->table_count; i++)
        if (strcmp(input->plan->tables[i].source->name, source_table) == 0)
            return &input->plan->tables[i];
    return NULL;
}

static const struct cg_table *actual_table(const struct cg_schema_input *input, const struct cg_loss *loss) {
    const struct cg_table_plan *plan = plan_of(input, loss->table);
    return plan && plan->target ? cg_catalog_table(input->target, plan->target->name) : NULL;
}

static const char *target_column(const struct cg_table_plan *plan, const char *source_column) {
    for (size_t i = 0; plan && source_column && i < plan->column_count; i++)
        if (strcmp(plan->columns[i].source->name, source_column) == 0 && plan->columns[i].target)
            return plan->columns[i].target->name;
    return NULL;
}

static const struct cg_column *actual_column(const struct cg_schema_input *input, const struct cg_loss *loss) {
    const struct cg_table *table = actual_table(input, loss);
    const char *name = target_column(plan_of(input, loss->table), loss->column);
    return table && name ? cg_table_column(table, name) : NULL;
}

/* The source's key that the loss names: "table.key". */
static const struct cg_key *source_key(const struct cg_table *table, const char *name) {
    size_t prefix = strlen(table->name) + 1;
    for (size_t i = 0; i < table->key_count; i++)
        if (strlen(name) > prefix && strcmp(name + prefix, table->keys[i].name) == 0)
            return &table->keys[i];
    return NULL;
}

/* A check of that name on the table's counterpart: a person may have written it. The loss names it "table.check";
 * foreign keys are lost under this name too. */
static bool has_check(const struct cg_schema_input *input, const struct cg_loss *loss) {
    const struct cg_table *table = actual_table(input, loss);
    size_t prefix = loss->table ? strlen(loss->table) + 1 : 0;
    if (!table || strcmp(loss->kind, "check") != 0 || strlen(loss->name) <= prefix)
        return false;
    for (size_t i = 0; i < table->check_count; i++)
        if (strcmp(table->checks[i].name, loss->name + prefix) == 0)
            return true;
    return false;
}

/* Is there an index of the target that does what that key of the source did? 1, 0, or -1. */
static int has_key(const struct cg_schema_input *input, const struct cg_loss *loss, struct cg_error *err) {
    const struct cg_table_plan *plan = plan_of(input, loss->table);
    const struct cg_table *table = actual_table(input, loss);
    const struct cg_key *source = table ? source_key(plan->source, loss->name) : NULL;
    if (!source)
        return 0;
    struct cg_key wanted = *source;
    wanted.parts = cg_arena_array(input->arena, source->part_count + 1, sizeof *wanted.parts);
    if (!wanted.parts)
        return cg_error_memory(err);
    for (size_t i = 0; i < source->part_count; i++) {
        wanted.parts[i] = source->parts[i];
        wanted.parts[i].column = target_column(plan, source->parts[i].column);
        if (wanted.parts[i].expression)
            wanted.parts[i].expression = ""; /* it has no translation: by hand it may read as it likes */
    }
    int found = 0;
    for (size_t i = 0; found == 0 && i < table->key_count; i++)
        found = cg_schema_same_key(input, table, &wanted, &table->keys[i], err);
    return found;
}

/* A trigger of that name on the table's counterpart; the loss names it "table.trigger". */
static bool has_trigger(const struct cg_schema_input *input, const struct cg_loss *loss) {
    const struct cg_table *table = actual_table(input, loss);
    size_t prefix = loss->table ? strlen(loss->table) + 1 : 0;
    if (!table || loss->column || strlen(loss->name) <= prefix)
        return false;
    for (size_t i = 0; i < input->target->object_count; i++) {
        const struct cg_object *object = &input->target->objects[i];
        if (object->kind == CG_OBJECT_TRIGGER && object->table && strcmp(object->table, table->name) == 0 &&
            strcmp(object->name, loss->name + prefix) == 0)
            return true;
    }
    return false;
}

/* Of a table or column that the target does not have: it is missing as a whole, and that is told. */
static bool place_is_missing(const struct cg_schema_input *input, const struct cg_loss *loss) {
    return (loss->table && !actual_table(input, loss)) || (loss->column && !actual_column(input, loss));
}

/* 0: the target has a counterpart; -1: err. */
static int stands(const struct cg_schema_input *input, const struct cg_loss *loss, struct cg_error *err) {
    const struct cg_column *column = actual_column(input, loss);
    const struct cg_table *table = actual_table(input, loss);
    if (place_is_missing(input, loss))
        return false;
    switch (loss->conversion) {
    case CG_VIEW_NOT_CARRIED:
        return !has_object(input->target, CG_OBJECT_VIEW, loss->name);
    case CG_ROUTINE_NOT_CARRIED:
        return !has_object(input->target, CG_OBJECT_ROUTINE, loss->name);
    case CG_TRIGGER_NOT_CARRIED:
        return !has_trigger(input, loss);
    case CG_DEFAULT_DROPPED:
        return !column || column->default_kind == CG_DEFAULT_NONE || column->default_kind == CG_DEFAULT_NULL;
    case CG_GENERATED_TO_PLAIN:
        return !column || !column->generated;
    case CG_NOT_NULL_DROPPED:
        return !column || column->nullable;
    case CG_JSON_NORMALISED:
        return !column || strcmp(column->type.name, "jsonb") == 0;
    case CG_INDEX_DROPPED: {
        int found = has_key(input, loss, err);
        return found < 0 ? -1 : !found;
    }
    case CG_CHECK_DROPPED:
        return !has_check(input, loss);
    case CG_PARTITION_FLATTENED:
        return !table || table->kind != CG_TABLE_PARTITIONED;
    default:
        return true;
    }
}

/* NOT NULL that is missing where bad dates or labels may have become NULL: whether the run found any is not known here.
 */
static int not_null_losses(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                           struct cg_error *err) {
    const struct cg_table *actual = plan->target ? cg_catalog_table(input->target, plan->target->name) : NULL;
    for (size_t i = 0; actual && i < plan->column_count; i++) {
        const struct cg_column *from = plan->columns[i].source;
        const struct cg_column *to = cg_table_column(actual, plan->columns[i].target->name);
        if (!to || from->nullable || !to->nullable || !cg_schema_may_become_null(&from->type))
            continue;
        struct cg_loss loss = {.conversion = CG_NOT_NULL_DROPPED,
                               .kind = "column",
                               .table = plan->source->name,
                               .column = from->name,
                               .name = cg_arena_printf(input->arena, "%s.%s", plan->source->name, from->name),
                               .text = "NOT NULL",
                               .reason = "the target's column takes NULL, which may stand for a value that it cannot "
                                         "hold"};
        if (!loss.name)
            return cg_error_memory(err);
        if (cg_schema_add_loss(&loss, input->arena, input->report, err) < 0)
            return -1;
    }
    return 0;
}

int cg_schema_losses(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->plan->loss_count; i++) {
        int standing = stands(input, &input->plan->losses[i], err);
        if (standing < 0 ||
            (standing && cg_schema_add_loss(&input->plan->losses[i], input->arena, input->report, err) < 0))
            return -1;
    }
    for (size_t i = 0; i < input->plan->table_count; i++)
        if (not_null_losses(input, &input->plan->tables[i], err) < 0)
            return -1;
    return 0;
}
