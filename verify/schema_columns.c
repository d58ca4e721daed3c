/* Columns of one table: there, of a type that holds whatever the source's may hold, NOT NULL, counting on. See
 * schema_internal.h. */
#include "transform/encoder.h"
#include "verify/schema_internal.h"

#include <string.h>

/* ---- types ---- */

static bool is_text(const struct cg_type *type) {
    return !type->array && (strcmp(type->name, "varchar") == 0 || strcmp(type->name, "bpchar") == 0);
}

static bool fewer_characters(const struct cg_type *source, const struct cg_type *target) {
    bool text = source->charset && !source->label_count;
    return text && is_text(target) && target->length >= 0 &&
           (source->length < 0 || target->length < source->length || strstr(source->name, "text"));
}

static bool fewer_digits(const struct cg_type *source, const struct cg_type *target) {
    return strcmp(source->name, "decimal") == 0 && strcmp(target->name, "numeric") == 0 && target->precision >= 0 &&
           (target->scale < source->scale || target->precision - target->scale < source->precision - source->scale);
}

static bool fewer_bits(const struct cg_type *source, const struct cg_type *target) {
    bool bits = strcmp(target->name, "bit") == 0 || strcmp(target->name, "varbit") == 0;
    return strcmp(source->name, "bit") == 0 && bits && target->length >= 0 && target->length < source->length;
}

/* Whole numbers by the digits and the range that a column of the type can ask for. BIGINT UNSIGNED may be a bigint:
 * the default map makes it one where the values fit. */
static const struct {
    const char *name;
    int bytes, digits, unsigned_digits;
} integers[] = {
    {"tinyint", 1, 3, 3}, {"smallint", 2, 5, 5}, {"mediumint", 3, 7, 8}, {"int", 4, 10, 10}, {"bigint", 8, 19, 20}};

static int bytes_of(const struct cg_type *target) {
    static const struct {
        const char *name;
        int bytes;
    } sizes[] = {{"smallint", 2}, {"integer", 4}, {"bigint", 8}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (!target->array && strcmp(sizes[i].name, target->name) == 0)
            return sizes[i].bytes;
    return 0;
}

static bool smaller_integer(const struct cg_type *source, const struct cg_type *target) {
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        if (strcmp(integers[i].name, source->name) != 0)
            continue;
        int needed = integers[i].bytes + (source->is_unsigned && integers[i].bytes < 8);
        int digits = source->is_unsigned ? integers[i].unsigned_digits : integers[i].digits;
        if (strcmp(target->name, "numeric") == 0 && !target->array)
            return target->precision >= 0 && target->precision - target->scale < digits;
        return bytes_of(target) > 0 && bytes_of(target) < needed;
    }
    return false;
}

static const char *missing_label(const struct cg_type *source, const struct cg_type *target) {
    for (size_t i = 0; target->label_count && i < source->label_count; i++) {
        bool there = false;
        for (size_t k = 0; k < target->label_count && !there; k++)
            there = strcmp(source->labels[i], target->labels[k]) == 0;
        if (!there)
            return source->labels[i];
    }
    return NULL;
}

/* The labels that both have must stand in the same order: an enum sorts by it. */
static bool other_order(const struct cg_type *source, const struct cg_type *target) {
    size_t at = 0;
    for (size_t i = 0; target->label_count && i < source->label_count; i++) {
        while (at < target->label_count && strcmp(source->labels[i], target->labels[at]) != 0)
            at++;
        if (at == target->label_count)
            return true;
    }
    return false;
}

/* Why the target's type holds less than the source's; NULL when it does not. A type of another family (a number that
 * became text, or a boolean) was chosen by a rule; whether it holds the values, the rows have told. */
static const char *weaker(const struct cg_type *source, const struct cg_type *target, struct cg_arena *arena) {
    static const struct {
        bool (*fewer)(const struct cg_type *source, const struct cg_type *target);
        const char *what;
    } ways[] = {{fewer_characters, "fewer characters"},
                {fewer_digits, "fewer digits"},
                {fewer_bits, "fewer bits"},
                {smaller_integer, "smaller numbers"}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i].fewer(source, target))
            return cg_arena_printf(arena, "%s holds %s than %s", target->full, ways[i].what, source->full);
    if (source->fraction > 0 && target->fraction >= 0 && target->fraction < source->fraction)
        return cg_arena_printf(arena, "%s holds fewer digits of a second than %s", target->full, source->full);
    const char *label = missing_label(source, target);
    if (label)
        return cg_arena_printf(arena, "%s does not have the label '%s'", target->full, label);
    if (strcmp(source->name, "enum") == 0 && !target->array && other_order(source, target))
        return cg_arena_printf(arena, "%s has the labels in another order", target->full);
    return NULL;
}

static bool same_type(const struct cg_type *a, const struct cg_type *b) {
    return strcmp(a->name, b->name) == 0 && a->array == b->array && a->length == b->length &&
           a->precision == b->precision && a->scale == b->scale && a->fraction == b->fraction &&
           a->label_count == b->label_count;
}

/* ---- NOT NULL ---- */

bool cg_schema_may_become_null(const struct cg_type *source) {
    static const char *const types[] = {"date", "datetime", "timestamp", "enum"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i], source->name) == 0)
            return true;
    return false;
}

static bool not_null_lost(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                          const struct cg_column *from, const struct cg_column *to) {
    return !from->nullable && to->nullable &&
           !cg_schema_has_loss(input->report, CG_NOT_NULL_DROPPED, plan->source->name, from->name);
}

/* A text column that calls equal what was to be told apart: a unique key over it takes less, a lookup finds more. The
 * other way round is a named loss of keys, which the plan tells. */
static const char *equates_more(const struct cg_type *source, const struct cg_type *wanted, const struct cg_type *to) {
    if (!source->collation)
        return NULL;
    if (to->case_insensitive && !wanted->case_insensitive)
        return "it calls upper and lower case equal, which the source tells apart";
    if (to->accent_insensitive && !wanted->accent_insensitive)
        return "it calls letters with and without accents equal, which the source tells apart";
    return NULL;
}

static int compare_type(const struct cg_schema_input *input, const struct cg_table_plan *plan, size_t column,
                        const struct cg_table *actual, const struct cg_column *to, struct cg_error *err) {
    const struct cg_column *from = &plan->source->columns[column], *wanted = plan->columns[column].target;
    const char *why = NULL;
    if (!cg_encoder_can_convert(&from->type, &to->type))
        why = cg_arena_printf(input->arena, "%s cannot hold %s", to->type.full, from->type.full);
    else if (!input->of_run || !wanted || !same_type(&wanted->type, &to->type))
        why = weaker(&from->type, &to->type, input->arena);
    if (!why && input->of_run && wanted && wanted->type.collation &&
        (!to->type.collation || strcmp(wanted->type.collation, to->type.collation) != 0))
        why = cg_arena_printf(input->arena, "its collation is %s, not %s",
                              to->type.collation ? to->type.collation : "none", wanted->type.collation);
    if (!why)
        why = equates_more(&from->type, input->of_run && wanted ? &wanted->type : &from->type, &to->type);
    if (!why && not_null_lost(input, plan, from, to))
        why = "NOT NULL is missing";
    if (!why && from->nullable && !to->nullable)
        why = "it is NOT NULL, the source's takes NULL";
    return cg_schema_object(input, "column", actual->name, to->name, why ? CG_STATE_CHANGED : CG_STATE_MAPPED, why,
                            err);
}

/* ---- AUTO_INCREMENT ---- */

/* A default that calls a sequence that the column does not own: its name in the default's text. */
static const struct cg_sequence *called_sequence(const struct cg_catalog *target, const struct cg_column *to) {
    const char *text = to->default_kind == CG_DEFAULT_EXPRESSION ? to->default_text : "";
    if (strncmp(text, "nextval('", 9) != 0)
        return NULL;
    for (size_t i = 0; i < target->sequence_count; i++) {
        const char *name = target->sequences[i].name, *at = strstr(text, name);
        size_t len = strlen(name);
        if (at && strchr("'.\"", at[-1]) && (at[len] == '\'' || at[len] == '"'))
            return &target->sequences[i];
    }
    return NULL;
}

static int compare_counter(const struct cg_schema_input *input, const struct cg_table *source,
                           const struct cg_table *actual, const struct cg_column *to, struct cg_error *err) {
    const struct cg_sequence *called = called_sequence(input->target, to);
    const char *why = NULL, *next = called ? called->next : actual->next_value;
    if (!to->auto_increment && !to->sequence && !called)
        return cg_schema_object(input, "identity", actual->name, to->name, CG_STATE_MISSING, NULL, err);
    if (source->next_value && !next) {
        const char *object = cg_arena_printf(input->arena, "%s.%s", actual->name, to->name);
        return cg_schema_gap(input, object, "the next value of its sequence cannot be read: grant SELECT on it", err);
    }
    if (source->next_value && cg_schema_less(next, source->next_value))
        why = cg_arena_printf(input->arena, "the next value is %s, the source would give %s", next, source->next_value);
    return cg_schema_object(input, "identity", actual->name, to->name, why ? CG_STATE_CHANGED : CG_STATE_SAME, why,
                            err);
}

/* ---- the table's columns ---- */

static const char *target_name(const struct cg_table_plan *plan, size_t column) {
    const struct cg_column *target = plan->columns[column].target;
    return target ? target->name : plan->source->columns[column].name;
}

static bool is_wanted(const struct cg_table_plan *plan, const char *column) {
    for (size_t i = 0; i < plan->source->column_count; i++)
        if (strcmp(target_name(plan, i), column) == 0)
            return true;
    return false;
}

static bool loses_counting(const struct cg_schema_input *input, const struct cg_table_plan *plan, size_t column) {
    const struct cg_column *target = plan->columns[column].target;
    return target && !target->auto_increment &&
           cg_schema_has_loss(input->report, CG_DEFAULT_DROPPED, plan->source->name,
                              plan->source->columns[column].name);
}

static int compare_column(const struct cg_schema_input *input, const struct cg_table_plan *plan, size_t column,
                          const struct cg_table *actual, struct cg_error *err) {
    const struct cg_column *from = &plan->source->columns[column];
    const struct cg_column *to = cg_table_column(actual, target_name(plan, column));
    if (!to)
        return cg_schema_object(input, "column", actual->name, target_name(plan, column), CG_STATE_MISSING, NULL, err);
    if (compare_type(input, plan, column, actual, to, err) < 0 ||
        cg_schema_generated(input, plan, column, actual, to, err) < 0)
        return -1;
    if (!from->auto_increment)
        return cg_schema_default(input, plan, column, actual, to, err);
    return loses_counting(input, plan, column) ? 0 : compare_counter(input, plan->source, actual, to, err);
}

int cg_schema_columns(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                      const struct cg_table *actual, struct cg_error *err) {
    for (size_t i = 0; i < plan->source->column_count; i++)
        if (compare_column(input, plan, i, actual, err) < 0)
            return -1;
    for (size_t i = 0; i < actual->column_count; i++)
        if (!is_wanted(plan, actual->columns[i].name) &&
            cg_schema_object(input, "column", actual->name, actual->columns[i].name, CG_STATE_EXTRA,
                             "the source has no such column", err) < 0)
            return -1;
    return 0;
}
