/* SELECT; see parse_private.h. */
#include "transform/sql/parse_private.h"
struct cg_sql_select *cg_sql_query(struct cg_sql_parser *parser) {
    cg_sql_error(parser->err, cg_sql_peek(parser)->at, "subqueries are not read yet");
    return NULL;
}
struct cg_sql_select *cg_sql_parenthesised_query(struct cg_sql_parser *parser) {
    return cg_sql_query(parser);
}
