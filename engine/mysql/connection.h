/* Connections to MySQL and MariaDB through the libmysqlclient API (Oracle's or MariaDB's Connector/C), their session
 * settings (R3), their errors, their quoting. */
#ifndef CG_ENGINE_MYSQL_CONNECTION_H
#define CG_ENGINE_MYSQL_CONNECTION_H

#include "core/buffer.h"
#include "core/catalog.h"
#include "core/error.h"
#include "core/uri.h"

#include <mysql/mysql.h>

/* Connects and sets the session for reading (R3), autocommit on, no transaction open. The password comes from the URI,
 * else MYSQL_PWD, else the [client] groups of the option files (~/.my.cnf, ...). URI parameters: docs/manual.md.
 * CG_ERR_RIGHTS (login, missing database), CG_ERR_NETWORK, CG_ERR_USAGE (unknown parameter). The caller closes with
 * cg_mysql_close. */
CG_MUST_USE int cg_mysql_connect(const struct cg_uri *uri, MYSQL **ret_mysql, struct cg_error *err);
/* As cg_mysql_connect, but into no database: the server lets in who asks for none even where somebody waits to drop the
 * URI's. */
CG_MUST_USE int cg_mysql_connect_server(const struct cg_uri *uri, MYSQL **ret_mysql, struct cg_error *err);
void cg_mysql_close(MYSQL *mysql); /* accepts NULL */

/* Must be called by a thread before its first use of the library and at its end; both may be repeated. */
void cg_mysql_thread_begin(void);
void cg_mysql_thread_end(void);

/* Fills err from the connection; doing: "reading table `orders`". Returns -1. The class follows the errno: lost or
 * refused connections NETWORK, 1044 1045 1049 1142 1143 1227 ... RIGHTS, 1317 3024 ... CANCELLED, else ENGINE;
 * deadlocks and lock timeouts are retryable. */
int cg_mysql_error(MYSQL *mysql, const char *doing, struct cg_error *err);
/* The same for a statement: its text, else the connection's, else "unknown error" (R1). */
int cg_mysql_stmt_error(MYSQL *mysql, MYSQL_STMT *stmt, const char *doing, struct cg_error *err);
/* Is this errno that of a connection which is gone? */
bool cg_mysql_errno_is_lost(unsigned int number);

/* Runs a statement without result. */
CG_MUST_USE int cg_mysql_execute(MYSQL *mysql, const char *sql, struct cg_error *err);
/* Runs a query and stores its (small) result; the caller frees with mysql_free_result. */
CG_MUST_USE int cg_mysql_query(MYSQL *mysql, const char *sql, MYSQL_RES **ret_result, struct cg_error *err);
/* One value of a one-row query as text in the arena; NULL for SQL NULL or no row. */
CG_MUST_USE int cg_mysql_scalar(MYSQL *mysql, const char *sql, struct cg_arena *arena, const char **ret_text,
                                struct cg_error *err);

/* Append `name` in backticks, and a string literal in quotes (as sql_mode='' and utf8mb4 read it). */
CG_MUST_USE int cg_mysql_put_name(struct cg_buffer *b, const char *name, struct cg_error *err);
CG_MUST_USE int cg_mysql_put_literal(struct cg_buffer *b, struct cg_slice text, struct cg_error *err);

/* Which server this is: engine "mariadb" or "mysql", version, version_number, host (from the URI), identity. */
CG_MUST_USE int cg_mysql_server(MYSQL *mysql, const struct cg_uri *uri, struct cg_arena *arena,
                                struct cg_server *ret_server, struct cg_error *err);

#endif
