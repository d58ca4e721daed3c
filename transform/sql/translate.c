/* Nothing is translated yet; see translate.h. */
#include "transform/sql/translate.h"

int cg_sql_translate_expression(const struct cg_sql_context *context, const char *text, struct cg_arena *arena,
                                struct cg_sql_result *ret_result, struct cg_error *err) {
    (void)context, (void)text, (void)arena, (void)err;
    *ret_result = (struct cg_sql_result){.why = "expressions are not translated"};
    return 0;
}

int cg_sql_translate_view(const struct cg_sql_context *context, const char *text, const struct cg_sql_view *views,
                          size_t view_count, struct cg_arena *arena, struct cg_sql_result *ret_result,
                          struct cg_sql_view *ret_view, struct cg_error *err) {
    (void)context, (void)text, (void)views, (void)view_count, (void)arena, (void)ret_view, (void)err;
    *ret_result = (struct cg_sql_result){.why = "views are not translated"};
    return 0;
}
