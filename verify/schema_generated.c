/* A generated column: generated on both sides, and by the same expression. That its values are the same the rows have
 * told (R18); the expression decides what those rows hold that nobody has written yet. See schema_internal.h. */
#include "verify/schema_internal.h"

#include <inttypes.h>
#include <string.h>

/* What the rows told of it; NULL when they were not compared. */
static const struct cg_report_generated *told_by_rows(const struct cg_schema_input *input, const char *table,
                                                      const char *column, int64_t *ret_rows) {
    for (size_t t = 0; t < input->report->table_count; t++) {
        const struct cg_report_table *told = &input->report->tables[t];
        if (strcmp(told->source, table) != 0)
            continue;
        *ret_rows = told->rows_target;
        for (size_t i = 0; i < told->generated_count; i++)
            if (strcmp(told->generated[i].column, column) == 0 && told->generated[i].digests)
                return &told->generated[i];
    }
    return NULL;
}

/* Not spelled as the translation is, or without one: only its values speak for it. */
static int tell_by_values(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                          const struct cg_column *from, const struct cg_table *actual, const struct cg_column *to,
                          struct cg_error *err) {
    int64_t rows = 0;
    const struct cg_report_generated *told = told_by_rows(input, plan->source->name, from->name, &rows);
    const char *object = cg_arena_printf(input->arena, "%s.%s", actual->name, to->name);
    if (told && told->different)
        return 0; /* a blocker of the table's */
    const char *why = cg_arena_printf(
        input->arena, "it is AS (%s), the source's AS (%s); its values are the same in all %" PRId64 " rows",
        to->generation_text, from->generation_text, rows);
    if (!object || !why)
        return cg_error_memory(err);
    if (cg_schema_object(input, "generated column", actual->name, to->name, CG_STATE_MAPPED, why, err) < 0)
        return -1;
    if (told && rows > 0)
        return 0;
    return cg_schema_gap(input, object,
                         told ? "no row tells whether its expression computes what the source's does"
                              : "its values were not compared, and its expression is not that of the source",
                         err);
}

int cg_schema_generated(const struct cg_schema_input *input, const struct cg_table_plan *plan, size_t column,
                        const struct cg_table *actual, const struct cg_column *to, struct cg_error *err) {
    const struct cg_column *from = &plan->source->columns[column], *wanted = plan->columns[column].target;
    const char *why = NULL;
    if (!from->generated && !to->generated)
        return 0;
    if (!from->generated)
        why =
            cg_arena_printf(input->arena, "it is generated AS (%s), the source's takes any value", to->generation_text);
    else if (!to->generated && wanted && wanted->generated)
        why = cg_arena_printf(input->arena, "it is a plain column, the source's is generated: it would be AS (%s)",
                              wanted->generation_text);
    else if (!to->generated)
        return 0; /* a named loss */
    if (!from->generated || !to->generated)
        return why ? cg_schema_object(input, "generated column", actual->name, to->name, CG_STATE_CHANGED, why, err)
                   : cg_error_memory(err);
    enum cg_spelled as = CG_SPELLED_UNKNOWN;
    if (wanted && wanted->generated &&
        cg_schema_spelled(input, actual, &to->type, wanted->generation_text, to->generation_text, &as, &why, err) < 0)
        return -1;
    if (as == CG_SPELLED_ALIKE)
        return cg_schema_object(input, "generated column", actual->name, to->name, CG_STATE_MAPPED, NULL, err);
    return tell_by_values(input, plan, from, actual, to, err);
}
