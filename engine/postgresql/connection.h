/* Connections to PostgreSQL through libpq, their session settings (R21), errors and quoting. */
#ifndef CG_ENGINE_POSTGRESQL_CONNECTION_H
#define CG_ENGINE_POSTGRESQL_CONNECTION_H

#include "core/buffer.h"
#include "core/catalog.h"
#include "core/error.h"
#include "core/uri.h"

#include <libpq-fe.h>

/* Connects; the URI goes to libpq as it is, so that everything that libpq's users know works (PGPASSFILE, services,
 * sslmode, several hosts). Sets client_encoding UTF8, DateStyle ISO, TimeZone UTC, extra_float_digits, row_security
 * off, statement and idle timeouts 0, bytea_output hex, intervalstyle postgres, search_path empty but pg_catalog,
 * application_name crossgrade, tcp keepalives, notices discarded. CG_ERR_RIGHTS (login, missing database),
 * CG_ERR_NETWORK, CG_ERR_USAGE. PQfinish closes. */
CG_MUST_USE int cg_pg_connect(const struct cg_uri *uri, PGconn **ret_conn, struct cg_error *err);

/* Fills err from a result (may be NULL: then from the connection); doing: "creating table public.orders". Returns -1.
 * Class by SQLSTATE: 08*, 57P0* NETWORK (also when the connection is bad), 28*, 3D000, 42501 RIGHTS, 57014 CANCELLED,
 * 40001, 40P01, 55P03 ENGINE and retryable, else ENGINE. message holds the server's primary text, detail and hint. */
int cg_pg_error(PGconn *conn, const PGresult *result, const char *doing, struct cg_error *err);

/* Puts libpq's text, which has lines, on one line: "; " stands between sentences that nothing else divides. */
void cg_pg_one_line(char *text, size_t size);

/* Runs a command; result thrown away. doing: for the error. */
CG_MUST_USE int cg_pg_execute(PGconn *conn, const char *sql, const char *doing, struct cg_error *err);
/* Runs one statement with text parameters (params may be NULL with count 0); rows come back as text. The caller clears.
 */
CG_MUST_USE int cg_pg_query(PGconn *conn, const char *sql, const char *const *params, int count, const char *doing,
                            PGresult **ret_result, struct cg_error *err);

/* Append "name" in double quotes (always quoted), schema-qualified, and a string literal ('...', standard conforming,
 * with E'' never needed). */
CG_MUST_USE int cg_pg_put_name(struct cg_buffer *b, const char *name, struct cg_error *err);
CG_MUST_USE int cg_pg_put_qualified(struct cg_buffer *b, const char *schema, const char *name, struct cg_error *err);
CG_MUST_USE int cg_pg_put_literal(struct cg_buffer *b, const char *text, struct cg_error *err);
/* A type as a cast writes it: a type of a schema (an enum) qualified and quoted, any other by its `full`. */
CG_MUST_USE int cg_pg_put_type(struct cg_buffer *b, const struct cg_type *type, struct cg_error *err);

/* Which server this is. */
CG_MUST_USE int cg_pg_server(PGconn *conn, struct cg_arena *arena, struct cg_server *ret_server, struct cg_error *err);

#endif
