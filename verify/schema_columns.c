/* Columns of one table: there, of a type that holds the source's values, NOT NULL, counting on. See schema_internal.h.
 */
#include "transform/encoder.h"
#include "verify/schema_internal.h"

#include <string.h>

/* Why the target's type holds less than the source's; NULL when it does not. */
static const char *weaker(const struct cg_type *source, const struct cg_type *target, struct cg_arena *arena) {
    bool text = source->charset && source->length >= 0 && !source->label_count;
    if (text && (strcmp(target->name, "varchar") == 0 || strcmp(target->name, "bpchar") == 0) && target->length >= 0 &&
        target->length < source->length)
        return cg_arena_printf(arena, "%s holds fewer characters than %s", target->full, source->full);
    if (strcmp(source->name, "decimal") == 0 && strcmp(target->name, "numeric") == 0 && target->precision >= 0 &&
        (target->scale < source->scale || target->precision - target->scale < source->precision - source->scale))
        return cg_arena_printf(arena, "%s holds fewer digits than %s", target->full, source->full);
    if (source->fraction > 0 && target->fraction >= 0 && target->fraction < source->fraction)
        return cg_arena_printf(arena, "%s holds fewer digits of a second than %s", target->full, source->full);
    return NULL;
}

static int compare_type(const struct cg_schema_input *input, const struct cg_table *actual,
                        const struct cg_column *from, const struct cg_column *to, struct cg_error *err) {
    const char *why = weaker(&from->type, &to->type, input->arena);
    bool not_null_lost =
        !from->nullable && to->nullable && !cg_schema_has_loss(input->report, CG_NOT_NULL_DROPPED, NULL, from->name);
    if (!cg_encoder_can_convert(&from->type, &to->type))
        why = cg_arena_printf(input->arena, "%s cannot hold %s", to->type.full, from->type.full);
    else if (!why && not_null_lost)
        why = "NOT NULL is missing";
    return cg_schema_object(input, "column", actual->name, from->name, why ? CG_STATE_CHANGED : CG_STATE_MAPPED, why,
                            err);
}

/* Decimal texts without leading zeros or signs: is a < b? */
static bool less(const char *a, const char *b) {
    size_t a_len = strlen(a), b_len = strlen(b);
    return a_len != b_len ? a_len < b_len : strcmp(a, b) < 0;
}

static int compare_sequence(const struct cg_schema_input *input, const struct cg_table *source,
                            const struct cg_table *actual, const struct cg_column *to, struct cg_error *err) {
    const char *why = NULL;
    bool counts = to->auto_increment || to->sequence;
    if (!counts)
        return cg_schema_object(input, "identity", actual->name, to->name, CG_STATE_MISSING, NULL, err);
    if (source->next_value && actual->next_value && *actual->next_value != '-' &&
        less(actual->next_value, source->next_value))
        why = cg_arena_printf(input->arena, "the next value is %s, the source would give %s", actual->next_value,
                              source->next_value);
    return cg_schema_object(input, "identity", actual->name, to->name, why ? CG_STATE_CHANGED : CG_STATE_SAME, why,
                            err);
}

static bool is_wanted(const struct cg_table_plan *plan, const char *column) {
    for (size_t i = 0; i < plan->source->column_count; i++) {
        const char *name =
            plan->columns && plan->columns[i].target ? plan->columns[i].target->name : plan->source->columns[i].name;
        if (strcmp(name, column) == 0)
            return true;
    }
    return false;
}

static bool loses_counting(const struct cg_schema_input *input, const struct cg_table_plan *plan, size_t column) {
    const struct cg_column *target = plan->columns ? plan->columns[column].target : NULL;
    return target && !target->auto_increment &&
           cg_schema_has_loss(input->report, CG_DEFAULT_DROPPED, plan->source->name,
                              plan->source->columns[column].name);
}

int cg_schema_columns(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                      const struct cg_table *actual, struct cg_error *err) {
    const struct cg_table *source = plan->source;
    for (size_t i = 0; i < source->column_count; i++) {
        const struct cg_column *from = &source->columns[i];
        const struct cg_column *wanted = plan->columns ? plan->columns[i].target : NULL;
        const struct cg_column *to = cg_table_column(actual, wanted ? wanted->name : from->name);
        if (!to) {
            if (cg_schema_object(input, "column", actual->name, from->name, CG_STATE_MISSING, NULL, err) < 0)
                return -1;
            continue;
        }
        if (compare_type(input, actual, from, to, err) < 0)
            return -1;
        if (from->auto_increment && !loses_counting(input, plan, i) &&
            compare_sequence(input, source, actual, to, err) < 0)
            return -1;
    }
    for (size_t i = 0; i < actual->column_count; i++)
        if (!is_wanted(plan, actual->columns[i].name) &&
            cg_schema_object(input, "column", actual->name, actual->columns[i].name, CG_STATE_EXTRA, NULL, err) < 0)
            return -1;
    return 0;
}
