/* Text of MySQL and MariaDB into the tree of ast.h. A real tokenizer and a parser by precedence, for whatever their
 * catalogs hold: expressions of defaults, generated columns, CHECKs and functional indexes, and the SELECTs of views
 * (information_schema's canonical text, and SHOW CREATE's). Depth is bounded; no input makes it crash or run away. */
#ifndef CG_TRANSFORM_SQL_PARSE_H
#define CG_TRANSFORM_SQL_PARSE_H

#include "core/arena.h"
#include "core/error.h"
#include "transform/sql/ast.h"

struct cg_sql_dialect {
    bool mariadb;              /* else MySQL */
    bool ansi_quotes;          /* "x" is a name, not a string */
    bool no_backslash_escapes; /* \ in a string is itself */
    bool high_not_precedence;
    bool pipes_as_concat; /* || joins texts and binds tighter than ^; else it is OR, and binds as OR does */
};

/* CG_ERR_DATA when the text is none that we know: the message says what was met and what was looked for, at which byte
 * (from 0): it becomes the reason in the report. Anything left over after the expression is such an error too. A SELECT
 * may come with the CREATE .. VIEW .. AS before it and the WITH CHECK OPTION behind it. */
CG_MUST_USE int cg_sql_parse_expression(const char *text, const struct cg_sql_dialect *dialect, struct cg_arena *arena,
                                        struct cg_sql_expression **ret_expression, struct cg_error *err);
CG_MUST_USE int cg_sql_parse_select(const char *text, const struct cg_sql_dialect *dialect, struct cg_arena *arena,
                                    struct cg_sql_select **ret_select, struct cg_error *err);

#endif
