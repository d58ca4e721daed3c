/* What stands around a view's SELECT: CREATE .. VIEW name (columns) AS before it, WITH CHECK OPTION behind it; see
 * parse_private.h. */
#include "transform/sql/parse_private.h"

/* Up to VIEW: OR REPLACE, ALGORITHM, DEFINER = `u`@`h`, SQL SECURITY say nothing about the rows. */
static int skip_to_view(struct cg_sql_parser *parser) {
    while (!cg_sql_at(parser, "view")) {
        if (cg_sql_peek(parser)->kind == CG_SQL_TOKEN_END || cg_sql_at(parser, "as") || cg_sql_at(parser, "("))
            return cg_sql_unexpected(parser, "VIEW");
        cg_sql_advance(parser);
    }
    cg_sql_advance(parser);
    return 0;
}

static int read_header(struct cg_sql_parser *parser, const char ***ret_columns, size_t *ret_count) {
    if (skip_to_view(parser) < 0)
        return -1;
    if (cg_sql_take_two(parser, "if", "not") && cg_sql_expect(parser, "exists") < 0)
        return -1;
    if (!cg_sql_name(parser, "a view") || (cg_sql_take(parser, ".") && !cg_sql_name(parser, "a view")))
        return -1;
    if (cg_sql_at(parser, "(") && cg_sql_names(parser, ret_columns, ret_count) < 0)
        return -1;
    return cg_sql_expect(parser, "as");
}

static int read_check_option(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    if (!cg_sql_take(parser, "with"))
        return 0;
    bool local = cg_sql_take(parser, "local");
    if (!local)
        cg_sql_take(parser, "cascaded");
    select->check_option = local ? "local" : "cascaded";
    return cg_sql_expect(parser, "check") < 0 ? -1 : cg_sql_expect(parser, "option");
}

struct cg_sql_select *cg_sql_view(struct cg_sql_parser *parser) {
    const char **columns = NULL;
    size_t count = 0;
    if (cg_sql_at(parser, "create") && read_header(parser, &columns, &count) < 0)
        return NULL;
    struct cg_sql_select *select = cg_sql_query(parser);
    if (!select || read_check_option(parser, select) < 0)
        return NULL;
    select->columns = columns;
    select->column_count = count;
    return select;
}
