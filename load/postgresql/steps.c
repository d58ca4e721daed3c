/* Several statements in one round trip: sent all at once in libpq's pipeline mode; see internal.h. */
#include "load/postgresql/internal.h"

/* What came of one statement: its error goes to err if it is the first; *ret_rows: rows that it touched. */
static int take_step(struct pg_session *session, const char *doing, bool failed, uint64_t *ret_rows,
                     struct cg_error *err) {
    int rc = 0;
    for (PGresult *result; (result = PQgetResult(session->conn)); PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
            const char *rows = PQcmdTuples(result);
            if (*rows && rc == 0)
                rc = cg_pgload_parse_u64(rows, ret_rows, err);
            continue;
        }
        if (!failed && rc == 0)
            cg_pg_error(session->conn, result, doing, err);
        rc = -1;
    }
    return rc;
}

int cg_pgload_run_steps(struct pg_session *session, const struct pg_step *steps, size_t count, uint64_t *rows,
                        const char *doing, struct cg_error *err) {
    PGconn *conn = session->conn;
    int sent = PQenterPipelineMode(conn);
    for (size_t i = 0; sent && i < count; i++)
        sent = PQsendQueryParams(conn, steps[i].sql, steps[i].count, NULL, steps[i].params, NULL, NULL, 0);
    sent = sent && PQpipelineSync(conn);
    if (!sent)
        return cg_pg_error(conn, NULL, doing, err);
    int rc = 0;
    for (size_t i = 0; i < count; i++) {
        rows[i] = 0;
        if (take_step(session, doing, rc != 0, &rows[i], err))
            rc = -1;
        if (PQstatus(conn) != CONNECTION_OK)
            return -1;
    }
    PGresult *sync = PQgetResult(conn);
    if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC && rc == 0)
        rc = cg_pg_error(conn, sync, doing, err);
    PQclear(sync);
    if (!PQexitPipelineMode(conn) && rc == 0)
        rc = cg_pg_error(conn, NULL, doing, err);
    return rc;
}
