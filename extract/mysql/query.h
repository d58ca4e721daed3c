/* Small text-protocol queries on a session of the snapshot: what walking, counting and probing ask. */
#ifndef CG_EXTRACT_MYSQL_QUERY_H
#define CG_EXTRACT_MYSQL_QUERY_H

#include "extract/mysql/internal.h"

/* Runs a query whose result is a few rows and stores it; errors as cg_mysql_session_error tells them. doing: "counting
 * table `orders`". The caller frees with mysql_free_result. */
CG_MUST_USE int cg_mysql_session_query(struct cg_session *session, const struct cg_buffer *sql, const char *doing,
                                       MYSQL_RES **ret_result, struct cg_error *err);
/* Appends `schema`.`table`. */
CG_MUST_USE int cg_mysql_put_table(struct cg_buffer *b, const struct cg_table *table, struct cg_error *err);
/* filter.c: appends " WHERE ..." of the table's filter and a predicate ("" for none); nothing when there is neither. */
CG_MUST_USE int cg_mysql_put_where(struct cg_buffer *b, const struct cg_table *table, const char *predicate,
                                   struct cg_error *err);
/* Appends the bytes as hexadecimal digits. */
CG_MUST_USE int cg_mysql_put_hex(struct cg_buffer *b, struct cg_slice bytes, struct cg_error *err);

#endif
