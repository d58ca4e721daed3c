/* A session on the target: opening, closing, cancelling, single statements, and what the user may lack to run them. */
#include "load/postgresql/internal.h"

#include <stdlib.h>

/* ---- life ---- */

int cg_pgload_open_conn(struct pg_target *target, PGconn **ret_conn, struct cg_error *err) {
    PGconn *conn;
    if (cg_pg_connect(&target->uri, &conn, err))
        return -1;
    if (cg_pg_execute(conn, target->session_setup, "setting up the session", err)) {
        PQfinish(conn);
        return -1;
    }
    *ret_conn = conn;
    return 0;
}

int cg_pgload_session_open(struct cg_target *base, struct cg_target_session **ret_session, struct cg_error *err) {
    struct pg_target *target = (struct pg_target *)base;
    struct pg_session *session = calloc(1, sizeof *session);
    if (!session)
        return cg_error_memory(err);
    session->base.ops = base->ops;
    session->target = target;
    if (cg_pgload_open_conn(target, &session->conn, err)) {
        free(session);
        return -1;
    }
    session->cancel = PQgetCancel(session->conn);
    if (!session->cancel) {
        PQfinish(session->conn);
        free(session);
        return cg_error_memory(err);
    }
    pthread_mutex_lock(&target->mutex);
    session->next = target->sessions;
    session->link = &target->sessions;
    if (session->next)
        session->next->link = &session->next;
    target->sessions = session;
    pthread_mutex_unlock(&target->mutex);
    *ret_session = &session->base;
    return 0;
}

void cg_pgload_session_close(struct cg_target_session *base) {
    struct pg_session *session = pg_session_of(base);
    pthread_mutex_lock(&session->target->mutex);
    *session->link = session->next;
    if (session->next)
        session->next->link = session->link;
    pthread_mutex_unlock(&session->target->mutex);
    PQfreeCancel(session->cancel);
    PQfinish(session->conn);
    free(session);
}

void cg_pgload_cancel(struct cg_target *base) {
    struct pg_target *target = (struct pg_target *)base;
    pthread_mutex_lock(&target->mutex);
    for (struct pg_session *session = target->sessions; session; session = session->next) {
        char why[256]; /* a request that cannot be sent concerns a server that is gone: the session will tell */
        PQcancel(session->cancel, why, sizeof why);
    }
    pthread_mutex_unlock(&target->mutex);
}

/* ---- transactions ---- */

void cg_pgload_rollback(struct pg_session *session) {
    if (PQstatus(session->conn) == CONNECTION_OK && PQtransactionStatus(session->conn) != PQTRANS_IDLE)
        PQclear(PQexec(session->conn, "ROLLBACK"));
}

int cg_pgload_session_idle(struct pg_session *session, const char *doing, struct cg_error *err) {
    PGTransactionStatusType status = PQtransactionStatus(session->conn);
    if (session->chunk_state == PG_CHUNK_NONE && (status == PQTRANS_IDLE || status == PQTRANS_UNKNOWN))
        return 0;
    return cg_error_set(err, CG_ERR_INTERNAL, "%s: the session is in the middle of a chunk or transaction", doing);
}

int cg_pgload_commit(struct pg_session *session, const char *doing, struct cg_error *err) {
    PGresult *result = PQexec(session->conn, "COMMIT");
    int rc = 0;
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        rc = cg_pg_error(session->conn, result, doing, err);
    else if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
        rc = cg_error_set(err, CG_ERR_ENGINE, "%s: the server answered COMMIT with %s", doing, PQcmdStatus(result));
    PQclear(result);
    return rc;
}

/* ---- rights and locks ---- */

static int ask_rights(struct pg_session *session, PGresult **ret_rows, struct cg_error *err) {
    const char *const params[] = {session->target->schema, session->target->ledger_schema,
                                  session->target->fills_only ? "false" : "true"};
    return cg_pgload_sql_run(session, PG_SQL_RIGHTS, params, 3, "looking for missing rights", ret_rows, err);
}

/* The missing GRANTs as one text, "; " between them; NULL when none is missing or the question failed. */
static char *missing_grants(struct pg_session *session) {
    PGresult *rows;
    if (ask_rights(session, &rows, NULL))
        return NULL;
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 20);
    int rc = 0;
    for (int i = 0; rc == 0 && i < PQntuples(rows); i++)
        rc = cg_buffer_printf(&b, NULL, "%s%s", i ? "; " : "", PQgetvalue(rows, i, 0));
    char *text = rc == 0 && b.len ? strndup((char *)b.data, b.len) : NULL;
    cg_buffer_done(&b);
    PQclear(rows);
    return text;
}

void cg_pgload_explain_rights(struct pg_session *session, struct cg_error *err) {
    if (!err || err->cls != CG_ERR_RIGHTS || PQtransactionStatus(session->conn) != PQTRANS_IDLE)
        return;
    char *grants = missing_grants(session);
    if (grants)
        cg_error_hint(err, "%s", grants);
    else
        cg_error_hint(err, "let the object's owner do it, or give the user the owner's role: GRANT owner TO \"%s\"",
                      session->target->user);
    free(grants);
}

/* An advisory lock of the session: the server lets go of it with the connection, however that ends. */
int cg_pgload_claim(struct cg_target_session *base, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    const char *const params[] = {session->target->schema};
    PGresult *result;
    if (cg_pg_query(session->conn, "SELECT pg_try_advisory_lock(hashtextextended('crossgrade run into ' || $1, 0))",
                    params, 1, "claiming the target schema for this run", &result, err) < 0)
        return -1;
    bool ours = PQntuples(result) == 1 && *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    if (ours)
        return 0;
    cg_error_set(err, CG_ERR_CONFLICT, "another run is moving tables into schema %s of this database",
                 session->target->schema);
    cg_error_hint(err, "wait until it has ended, or choose another --schema; crossgrade runs TARGET lists it");
    return -1;
}

int cg_pgload_check_rights(struct cg_target_session *base, bool makes_tables, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    PGresult *rows;
    session->target->fills_only = !makes_tables;
    if (cg_pgload_session_idle(session, "looking for missing rights", err) || ask_rights(session, &rows, err))
        return -1;
    int missing = PQntuples(rows);
    PQclear(rows);
    if (missing == 0)
        return 0;
    cg_error_set(err, CG_ERR_RIGHTS, "user %s may not make what the run needs in database %s", session->target->user,
                 session->target->database);
    cg_error_object(err, "%s", session->target->uri.shown);
    cg_pgload_explain_rights(session, err);
    return -1;
}

/* Names the sessions that hold locks where the statement wanted one (R16). */
static void explain_lock(struct pg_session *session, struct cg_error *err) {
    PGresult *rows;
    if (!err || strcmp(err->sqlstate, "55P03") != 0)
        return;
    if (cg_pgload_sql_run(session, PG_SQL_LOCKERS, &session->target->schema, 1, "looking for lock holders", &rows,
                          NULL))
        return;
    if (PQntuples(rows) == 1 && !PQgetisnull(rows, 0, 0))
        cg_error_hint(err, "wait for, or end, the sessions that hold locks in schema %s: pid %s",
                      session->target->schema, PQgetvalue(rows, 0, 0));
    PQclear(rows);
}

/* ---- single statements ---- */

/* The server advises DROP ... CASCADE, which would take what is not the user's to lose: ours instead. */
static void explain_dependents(struct cg_error *err) {
    if (strcmp(err->sqlstate, "2BP01") != 0)
        return;
    char *advice = strstr(err->message, "; hint: ");
    if (advice)
        *advice = '\0';
    cg_error_hint(err, "drop what depends on them yourself, or where it is a table that is moved "
                       "too, let --include take it in");
}

/* By SQLSTATE's class. */
bool cg_pgload_blames_statement(const struct cg_error *err) {
    static const char *const server_side[] = {"53", "57", "58", "XX", "08", "40", "55P03"};
    if (err->cls != CG_ERR_ENGINE || !err->sqlstate[0])
        return false;
    for (size_t i = 0; i < sizeof server_side / sizeof *server_side; i++)
        if (strncmp(err->sqlstate, server_side[i], strlen(server_side[i])) == 0)
            return false;
    return true;
}

int cg_pgload_execute(struct cg_target_session *base, const char *sql, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, "running a statement", err))
        return -1;
    struct cg_error local = {0};
    if (cg_pg_execute(session->conn, sql, "the target refuses", &local) == 0)
        return 0;
    explain_dependents(&local);
    cg_pgload_rollback(session); /* a statement that left a transaction open is not one of ours, but must not stay so */
    if (cg_pgload_blames_statement(&local))
        local.cls = CG_ERR_OBJECT;
    cg_pgload_explain_rights(session, &local);
    explain_lock(session, &local);
    if (err)
        *err = local;
    return -1;
}

int cg_pgload_read_catalog(struct cg_target_session *base, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                           struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, "reading the catalog", err))
        return -1;
    return cg_pg_catalog(session->conn, session->target->schema, session->target->ledger_schema, NULL, arena,
                         ret_catalog, err);
}
