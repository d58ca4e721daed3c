/* What the files of SELECT share: translate_select.c, translate_from.c, translate_group.c, translate_union.c. */
#ifndef CG_TRANSFORM_SQL_TRANSLATE_SELECT_H
#define CG_TRANSFORM_SQL_TRANSLATE_SELECT_H

#include "transform/sql/translate_internal.h"

/* translate_from.c: the columns of a table of the plan, their texts unqualified. */
CG_MUST_USE int cg_tr_table_columns(struct tr *t, const struct cg_table_plan *table, struct tr_column **ret_columns);

/* translate_group.c: what a condition's equalities say: each column determines the other; outer: those of the relations
 * from `from` up to `to`, which a LEFT or RIGHT JOIN may leave empty, are determined by the others. */
CG_MUST_USE int cg_tr_depend(struct tr *t, const struct cg_sql_expression *condition);
CG_MUST_USE int cg_tr_depend_outer(struct tr *t, const struct cg_sql_expression *condition, size_t from, size_t to);
CG_MUST_USE int cg_tr_depend_equal(struct tr *t, const struct tr_column *a, const struct tr_column *b);
/* Are the columns that are used outside of aggregates determined by the groups? Those that PostgreSQL would not see to
 * be so come as ", x, y" for GROUP BY; what is not determined is refused. */
CG_MUST_USE int cg_tr_check_grouping(struct tr *t, struct tr_scope *scope, bool rollup, const char **ret_more);

/* translate_union.c: UNION, EXCEPT, INTERSECT. */
CG_MUST_USE int cg_tr_set_operation(struct tr *t, const struct cg_sql_select *select, const char **ret_text,
                                    struct tr_column **ret_columns, size_t *ret_count);
/* " LIMIT n OFFSET m", or "". */
CG_MUST_USE int cg_tr_limit(struct tr *t, const struct cg_sql_select *select, const char **ret_text);
/* "PARTITION BY .. ORDER BY .. ROWS ..": translate_windows.c. */
CG_MUST_USE int cg_tr_window_body(struct tr *t, const struct cg_sql_window *window, const char **ret_text);

#endif
