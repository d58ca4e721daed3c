/* Statements on a session of the snapshot: sent, waited for together with the cancel pipe, and their errors told. */
#include "extract/postgresql/internal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

enum { STOP_PATIENCE_MS = 10000 }; /* how long a server may take to obey a cancel request */

/* ---- errors ---- */

int cg_pg_session_error(struct cg_session *session, const PGresult *result, const char *doing, struct cg_error *err) {
    struct cg_error found = {0};
    cg_pg_error(session->conn, result, doing, &found);
    if (found.cls == CG_ERR_NETWORK)
        session->lost = true;
    if (session->source->pool.cancelled) {
        found.cls = CG_ERR_CANCELLED;
        found.retryable = false;
    } else if (found.cls == CG_ERR_CANCELLED) {
        found.cls = CG_ERR_ENGINE;
        found.retryable = true;
    } else if (found.cls == CG_ERR_RIGHTS) {
        cg_error_hint(&found,
                      "the role needs SELECT on every table, and BYPASSRLS or ownership where row security applies: "
                      "GRANT USAGE ON SCHEMA \"%s\" TO \"%s\"; GRANT SELECT ON ALL TABLES IN SCHEMA \"%s\" TO \"%s\"",
                      session->source->schema, PQuser(session->conn), session->source->schema, PQuser(session->conn));
    }
    if (err)
        *err = found;
    return -1;
}

static int cancelled_error(const char *doing, struct cg_error *err) {
    return cg_error_set(err, CG_ERR_CANCELLED, "%s: cancelled", doing);
}

/* ---- waiting ---- */

int cg_pg_session_stop(struct cg_session *session) {
    char why[256];
    PGcancel *cancel = PQgetCancel(session->conn);
    int rc = cancel && PQcancel(cancel, why, sizeof why) ? 0 : -1;
    PQfreeCancel(cancel);
    return rc;
}

/* 1: the socket has something; 0: cancelled; -1: it cannot be waited for, or the time is over. */
static int wait_for_input(struct cg_session *session, bool watch_pipe, int patience) {
    struct pollfd fds[] = {{.fd = PQsocket(session->conn), .events = POLLIN},
                           {.fd = session->source->wake[0], .events = POLLIN}};
    int ready;
    do
        ready = poll(fds, watch_pipe ? 2 : 1, patience);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return -1;
    return fds[0].revents ? 1 : 0;
}

int cg_pg_session_wait(struct cg_session *session, const char *doing, struct cg_error *err) {
    int ready = wait_for_input(session, true, -1);
    if (ready == 0)
        ready = cg_pg_session_stop(session) ? -1 : wait_for_input(session, false, STOP_PATIENCE_MS);
    if (ready < 0) {
        session->lost = true;
        if (session->source->pool.cancelled)
            return cancelled_error(doing, err);
        return cg_error_set(err, CG_ERR_NETWORK, "%s: the connection to %s cannot be waited for", doing,
                            session->source->where);
    }
    return PQconsumeInput(session->conn) ? 0 : cg_pg_session_error(session, NULL, doing, err);
}

/* ---- statements ---- */

int cg_pg_session_send(struct cg_session *session, const char *sql, const char *const *params, int count,
                       const char *doing, struct cg_error *err) {
    if (session->source->pool.cancelled)
        return cancelled_error(doing, err);
    if (!session->conn || session->lost)
        return cg_error_set(err, CG_ERR_NETWORK, "%s: the session with %s was lost", doing, session->source->where);
    int sent = count ? PQsendQueryParams(session->conn, sql, count, NULL, params, NULL, NULL, 0)
                     : PQsendQuery(session->conn, sql);
    return sent ? 0 : cg_pg_session_error(session, NULL, doing, err);
}

int cg_pg_session_result(struct cg_session *session, const char *doing, PGresult **ret_result, struct cg_error *err) {
    while (PQisBusy(session->conn))
        if (cg_pg_session_wait(session, doing, err))
            return -1;
    *ret_result = PQgetResult(session->conn);
    return 0;
}

/* Reads results up to the end; keeps the last good one and the first error. */
static int collect(struct cg_session *session, const char *doing, PGresult **ret_last, struct cg_error *err) {
    PGresult *result = NULL;
    int rc = 0;
    for (;;) {
        if (cg_pg_session_result(session, doing, &result, rc ? NULL : err))
            return -1;
        if (!result)
            return rc;
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
            PQclear(*ret_last);
            *ret_last = result;
            continue;
        }
        if (rc == 0)
            rc = cg_pg_session_error(session, result, doing, err);
        PQclear(result);
    }
}

int cg_pg_session_query(struct cg_session *session, const char *sql, const char *const *params, int count,
                        const char *doing, PGresult **ret_result, struct cg_error *err) {
    PGresult *last = NULL;
    if (cg_pg_session_send(session, sql, params, count, doing, err))
        return -1;
    int rc = collect(session, doing, &last, err);
    if (rc == 0 && !last)
        rc = cg_error_set(err, CG_ERR_INTERNAL, "%s: the server answered with nothing", doing);
    if (rc == 0 && ret_result)
        *ret_result = last;
    else
        PQclear(last);
    return rc;
}

int cg_pg_locks_held(struct cg_session *session, const char *doing, struct cg_error *err) {
    struct cg_source *source = session->source;
    if (session->locks)
        return 0;
    pthread_mutex_lock(&source->control_lock);
    int rc = cg_pg_session_query(&source->control, "SELECT 1", NULL, 0, doing, NULL, err);
    pthread_mutex_unlock(&source->control_lock);
    if (rc == 0)
        return 0;
    session->lost = true;
    if (err && err->cls != CG_ERR_CANCELLED)
        cg_error_set(err, CG_ERR_NETWORK,
                     "%s: the session that holds the tables' locks on %s was lost, so that a TRUNCATE may have gone "
                     "unseen",
                     doing, source->where);
    return -1;
}

/* ---- where rows come from ---- */

int cg_pg_put_from(struct cg_buffer *b, const struct cg_table *table, const char *predicate, struct cg_error *err) {
    static const char opening[] = "tableoid = '";
    static const char closing[] = "'::regclass";
    if (table->kind != CG_TABLE_PARTITIONED)
        return cg_buffer_text(b, "ONLY ", err) ? -1 : cg_pg_put_qualified(b, table->schema, table->name, err);
    const char *end = predicate ? strstr(predicate, closing) : NULL;
    if (!end || strncmp(predicate, opening, sizeof opening - 1) != 0)
        return cg_pg_put_qualified(b, table->schema, table->name, err);
    /* The parent would scan the same ctid range in every partition. The literal is a quoted name, its quotes doubled.
     */
    for (const char *c = predicate + sizeof opening - 1; c < end; c++) {
        if (cg_buffer_append(b, c, 1, err))
            return -1;
        if (*c == '\'')
            c++;
    }
    return 0;
}
