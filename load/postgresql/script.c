/* A file of the user's SQL, run as psql would run it for them: with the settings of their role, but for the target's
 * schema that comes first in the search_path.
 *
 * The whole file goes to the server as one simple query (PostgreSQL manual, "Multiple Statements in a Simple Query"):
 * it is one transaction, unless it holds BEGIN and COMMIT of its own. */
#include "load/postgresql/internal.h"

#include "engine/postgresql/statements.h"

#include <stdlib.h>

static int set_up(struct pg_session *session, struct cg_error *err) {
    static const char doing[] = "setting up the session of a script";
    const char *const params[] = {session->target->schema};
    PGresult *rows;
    if (cg_pg_execute(session->conn, "RESET ALL; SET client_encoding = 'UTF8'", doing, err) ||
        cg_pg_query(session->conn,
                    "SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident($1) || "
                    "coalesce(', ' || nullif(pg_catalog.current_setting('search_path'), ''), ''), false)",
                    params, 1, doing, &rows, err))
        return -1;
    PQclear(rows);
    return 0;
}

/* The line that the server's complaint is about, else that in which its statement begins. */
static size_t line_of(const char *sql, const PGresult *result, size_t done) {
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    return position ? cg_pg_position_line(sql, strtoul(position, NULL, 10)) : cg_pg_statement_line(sql, done);
}

/* A COPY with this end of the connection: there is nobody to give or take rows. Throws away what the server sends. */
static void leave_copy(PGconn *conn, ExecStatusType status) {
    char *row = NULL;
    if (status == PGRES_COPY_IN)
        (void)PQputCopyEnd(conn, "a script has no rows to give"); /* the next result tells of it */
    while (status == PGRES_COPY_OUT && PQgetCopyData(conn, &row, 0) > 0)
        PQfreemem(row);
}

/* Takes all results; the first failure counts. */
static int take_results(struct pg_session *session, const char *sql, size_t *ret_line, struct cg_error *err) {
    size_t done = 0;
    int rc = 0;
    for (PGresult *result; (result = PQgetResult(session->conn)); PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        leave_copy(session->conn, status);
        if (rc)
            continue;
        if (status == PGRES_COPY_OUT || status == PGRES_COPY_IN) {
            *ret_line = cg_pg_statement_line(sql, done);
            rc = cg_error_set(err, CG_ERR_OBJECT, "COPY FROM STDIN and TO STDOUT have no place in a script");
            cg_error_hint(err, "use INSERT, or psql");
        } else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
            *ret_line = line_of(sql, result, done);
            rc = cg_pg_error(session->conn, result, "the target refuses", err);
        }
        done++;
    }
    return rc;
}

int cg_pgload_script(struct cg_target_session *base, const char *sql, size_t *ret_line, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    struct cg_error local = {0};
    *ret_line = 0;
    if (cg_pgload_session_idle(session, "running a script", err) || set_up(session, err))
        return -1;
    int rc = PQsendQuery(session->conn, sql) ? take_results(session, sql, ret_line, &local)
                                             : cg_pg_error(session->conn, NULL, "sending a script", &local);
    if (rc == 0 && PQtransactionStatus(session->conn) != PQTRANS_IDLE) {
        *ret_line = cg_pg_statement_line(sql, (size_t)-1);
        rc = cg_error_set(&local, CG_ERR_OBJECT, "the script leaves its transaction open: what it did there is undone");
        cg_error_hint(&local, "end it with COMMIT");
    }
    cg_pgload_rollback(session);
    if (rc == 0)
        return 0;
    if (local.cls == CG_ERR_ENGINE || local.cls == CG_ERR_DATA)
        local.cls = CG_ERR_OBJECT;
    *err = local;
    return -1;
}
