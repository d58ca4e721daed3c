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

static bool has_object(const struct cg_catalog *target, enum cg_object_kind kind, const char *name) {
    for (size_t i = 0; i < target->object_count; i++)
        if (target->objects[i].kind == kind && strcmp(target->objects[i].name, name) == 0)
            return true;
    return false;
}

static const struct cg_column *actual_column(const struct cg_schema_input *input, const struct cg_loss *loss) {
    const struct cg_table *table = loss->table ? cg_catalog_table(input->target, loss->table) : NULL;
    return table && loss->column ? cg_table_column(table, loss->column) : NULL;
}

static const struct cg_key *source_key(const struct cg_schema_input *input, const struct cg_loss *loss) {
    const struct cg_table *table = loss->table ? cg_catalog_table(input->source, loss->table) : NULL;
    for (size_t i = 0; table && i < table->key_count; i++) {
        size_t prefix = strlen(loss->name) - strlen(table->keys[i].name);
        if (strlen(loss->name) >= strlen(table->keys[i].name) && strcmp(loss->name + prefix, table->keys[i].name) == 0)
            return &table->keys[i];
    }
    return NULL;
}

/* false: the target has a counterpart. */
static bool stands(const struct cg_schema_input *input, const struct cg_loss *loss) {
    const struct cg_column *column = actual_column(input, loss);
    const struct cg_table *table = loss->table ? cg_catalog_table(input->target, loss->table) : NULL;
    const struct cg_key *key;
    switch (loss->conversion) {
    case CG_VIEW_NOT_CARRIED:
        return !has_object(input->target, CG_OBJECT_VIEW, loss->name);
    case CG_ROUTINE_NOT_CARRIED:
        return !has_object(input->target, CG_OBJECT_ROUTINE, loss->name);
    case CG_TRIGGER_NOT_CARRIED:
        return !has_object(input->target, CG_OBJECT_TRIGGER, loss->name);
    case CG_DEFAULT_DROPPED:
        return !column || column->default_kind == CG_DEFAULT_NONE || column->default_kind == CG_DEFAULT_NULL;
    case CG_GENERATED_TO_PLAIN:
        return !column || !column->generated;
    case CG_NOT_NULL_DROPPED:
        return !column || column->nullable;
    case CG_JSON_NORMALISED:
        return column && strcmp(column->type.name, "jsonb") == 0;
    case CG_INDEX_DROPPED:
        key = source_key(input, loss);
        return !table || !key || !cg_schema_find_key(table, key);
    case CG_PARTITION_FLATTENED:
        return !table || table->kind != CG_TABLE_PARTITIONED;
    default:
        return true;
    }
}

int cg_schema_losses(const struct cg_schema_input *input, struct cg_error *err) {
    for (size_t i = 0; i < input->plan->loss_count; i++)
        if (stands(input, &input->plan->losses[i]) &&
            cg_schema_add_loss(&input->plan->losses[i], input->arena, input->report, err) < 0)
            return -1;
    return 0;
}
