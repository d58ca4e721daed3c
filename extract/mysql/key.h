/* Keys along which a table may be cut, and SQL that bounds them exactly (R8).
 *
 * A key will do when it is PRIMARY or UNIQUE, every part is a whole NOT NULL column, and SQL's order of literals is the
 * index's order: no FLOAT or DOUBLE (text does not hold them), no ENUM or SET (they compare as text and sort by
 * index), no virtual columns, no index that the optimizer may not use. */
#ifndef CG_EXTRACT_MYSQL_KEY_H
#define CG_EXTRACT_MYSQL_KEY_H

#include "core/buffer.h"
#include "core/catalog.h"

#include <stdbool.h>

/* The key to cut a table along: the primary key, else the unique key of the fewest columns; NULL when none will do. */
const struct cg_key *cg_mysql_walk_key(const struct cg_table *table);
/* A key by which a row can be named: that one, else any primary or unique key of whole NOT NULL columns whose values
 * SQL can compare exactly (ENUM and SET by their numbers; no FLOAT or DOUBLE); NULL when there is none. */
const struct cg_key *cg_mysql_row_key_of(const struct cg_table *table);
/* Appends the expression of one part as text, for cg_mysql_put_key_equal. */
CG_MUST_USE int cg_mysql_put_key_text(struct cg_buffer *b, const struct cg_table *table, const struct cg_key_part *part,
                                      struct cg_error *err);
/* Appends "`a` = literal", exact also for dates that no literal can be compared with. */
CG_MUST_USE int cg_mysql_put_key_equal(struct cg_buffer *b, const struct cg_table *table,
                                       const struct cg_key_part *part, struct cg_slice text, struct cg_error *err);
/* Appends " FORCE INDEX (`key`)". */
CG_MUST_USE int cg_mysql_put_force_index(struct cg_buffer *b, const struct cg_key *key, struct cg_error *err);
/* Appends the list of expressions whose texts cg_mysql_put_key_literal takes, one for each part. */
CG_MUST_USE int cg_mysql_put_key_list(struct cg_buffer *b, const struct cg_table *table, const struct cg_key *key,
                                      struct cg_error *err);
/* Appends "`a`, `b` DESC": the index's own order. */
CG_MUST_USE int cg_mysql_put_key_order(struct cg_buffer *b, const struct cg_key *key, struct cg_error *err);
/* Appends the literal of a part's value, exact and in the column's own type and charset. */
CG_MUST_USE int cg_mysql_put_key_literal(struct cg_buffer *b, const struct cg_table *table,
                                         const struct cg_key_part *part, struct cg_slice text, struct cg_error *err);
/* Can SQL compare with this value? Dates with a zero month or beyond their month cannot be: MySQL refuses the literal,
 * MariaDB takes it for another. */
bool cg_mysql_key_comparable(const struct cg_table *table, const struct cg_key_part *part, struct cg_slice text);
/* Appends a bound, written out: after ? the rows behind the literals : the rows up to and with them. */
CG_MUST_USE int cg_mysql_put_key_bound(struct cg_buffer *b, const struct cg_key *key, const char *const *literals,
                                       bool after, struct cg_error *err);

#endif
