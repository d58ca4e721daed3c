/* One moment for all sessions (R21). The control session, in one REPEATABLE READ transaction: locks every table in
 * ACCESS SHARE mode, only then takes its snapshot and exports it; the readers' sessions adopt it and take the same
 * locks for themselves. A table's TRUNCATE, DROP or rewriting ALTER waits for these locks; without them an old snapshot
 * would read the new, empty file without an error. Writers are not held up by any of it.
 *
 * A session that holds the locks itself also never queues behind an ALTER TABLE that waits for somebody else's. Where
 * the server has no room for that many locks, the sessions stand on the control session's and ask after each reading
 * whether it is still there. */
#include "core/clock.h"
#include "embedded.h"
#include "extract/postgresql/internal.h"

#include <stdio.h>
#include <stdlib.h>

enum { ATTEMPTS = 5 }; /* tables may be made and dropped while we list and lock them */

static const char begin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '30s'";

/* What is being made. */
struct window {
    struct cg_source *source;
    struct cg_buffer lock; /* the LOCK TABLE statement; empty when there is no table */
    char id[128];          /* of the exported snapshot */
    bool every_session_locks;
};

/* ---- the tables to lock ---- */

/* Writes the LOCK TABLE statement for the tables that are there now. */
static int put_lock(struct window *w, struct cg_buffer *sql, struct cg_error *err) {
    struct cg_session *control = &w->source->control;
    PGresult *rows;
    if (cg_pg_session_query(control, cg_embedded_postgresql_source_lockable_sql,
                            (const char *const[]){w->source->schema}, 1, "listing tables", &rows, err))
        return -1;
    int count = PQntuples(rows), rc = 0;
    sql->len = 0;
    for (int i = 0; i < count && rc == 0; i++)
        rc = cg_buffer_text(sql, i ? ", " : "LOCK TABLE ", err) || cg_buffer_text(sql, PQgetvalue(rows, i, 0), err);
    if (rc == 0 && count)
        rc = cg_buffer_text(sql, " IN ACCESS SHARE MODE", err);
    PQclear(rows);
    return rc ? -1 : 0;
}

static int lock_tables(struct window *w, struct cg_session *session, struct cg_error *err) {
    if (w->lock.len == 0)
        return 0;
    const char *sql = cg_buffer_cstr(&w->lock, err);
    if (!sql)
        return -1;
    if (cg_pg_session_query(session, sql, NULL, 0, "locking the tables against TRUNCATE and ALTER", NULL, err) == 0)
        return 0;
    if (err && strcmp(err->sqlstate, "55P03") == 0)
        cg_error_hint(err, "another session holds a table exclusively or waits to: see pg_locks where mode is "
                           "'AccessExclusiveLock', and start again when it is done");
    return -1;
}

/* ---- the control session ---- */

/* Takes the snapshot by exporting it (a standby can do that as well), and reads the server's clock. */
static int export_snapshot(struct window *w, struct cg_snapshot *snapshot, struct cg_error *err) {
    PGresult *row;
    if (cg_pg_session_query(&w->source->control,
                            "SELECT pg_export_snapshot(), "
                            "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
                            NULL, 0, "exporting the snapshot", &row, err))
        return -1;
    snprintf(w->id, sizeof w->id, "%s", PQgetvalue(row, 0, 0));
    snprintf(snapshot->taken_at, sizeof snapshot->taken_at, "%s", PQgetvalue(row, 0, 1));
    PQclear(row);
    return 0;
}

/* One try at: list, begin, lock, snapshot, list again. 1: to be tried again (the list had changed), nothing is open. */
static int try_control(struct window *w, struct cg_snapshot *snapshot, struct cg_error *err) {
    struct cg_session *control = &w->source->control;
    struct cg_error failed = {0};
    struct cg_buffer again;
    cg_buffer_init(&again, w->lock.max);
    int rc = put_lock(w, &w->lock, err);
    if (rc == 0) /* before the snapshot: what is written from here on must show as a move, not be taken for seen */
        rc = cg_pg_position(control->conn, &snapshot->position, err);
    if (rc == 0)
        rc = cg_pg_session_query(control, begin, NULL, 0, "beginning the snapshot", NULL, err);
    if (rc == 0 && lock_tables(w, control, &failed)) {
        bool gone = strcmp(failed.sqlstate, "42P01") == 0 || strcmp(failed.sqlstate, "3F000") == 0;
        rc = gone ? 1 : -1;
        if (!gone && err)
            *err = failed;
    }
    if (rc == 0)
        rc = export_snapshot(w, snapshot, err);
    if (rc == 0)
        rc = put_lock(w, &again, err);
    if (rc == 0 && (again.len != w->lock.len || (again.len && memcmp(again.data, w->lock.data, again.len) != 0)))
        rc = 1;
    cg_buffer_done(&again);
    if (rc == 1 && cg_pg_session_query(control, "ROLLBACK", NULL, 0, "beginning the snapshot anew", NULL, err))
        rc = -1;
    return rc;
}

static int open_control(struct window *w, struct cg_snapshot *snapshot, struct cg_error *err) {
    struct cg_source *source = w->source;
    if (!source->control.conn && cg_pg_connect(&source->uri, &source->control.conn, err))
        return -1;
    source->control.lost = false;
    source->control.locks = true;
    for (int i = 0; i < ATTEMPTS; i++) {
        int rc = try_control(w, snapshot, err);
        if (rc <= 0)
            return rc;
    }
    cg_error_set(err, CG_ERR_CHANGED, "tables of schema %s are made and dropped all the time", source->schema);
    cg_error_hint(err, "start again when the other sessions' DDL is done");
    return -1;
}

/* ---- the readers' sessions ---- */

/* The locks for the session itself; where the server is out of room for them, the session goes on without. */
static int lock_for_itself(struct window *w, struct cg_session *session, struct cg_error *err) {
    static const char doing[] = "locking the tables for a reader";
    struct cg_error failed = {0};
    if (!w->every_session_locks)
        return 0;
    if (cg_pg_session_query(session, "SAVEPOINT crossgrade_locks", NULL, 0, doing, NULL, err))
        return -1;
    if (lock_tables(w, session, &failed) == 0) {
        session->locks = true;
        return cg_pg_session_query(session, "RELEASE SAVEPOINT crossgrade_locks", NULL, 0, doing, NULL, err);
    }
    if (strcmp(failed.sqlstate, "53200") != 0) { /* "out of shared memory": max_locks_per_transaction */
        if (err)
            *err = failed;
        return -1;
    }
    w->every_session_locks = false;
    return cg_pg_session_query(session, "ROLLBACK TO SAVEPOINT crossgrade_locks; RELEASE SAVEPOINT crossgrade_locks",
                               NULL, 0, doing, NULL, err);
}

static int open_session(struct window *w, struct cg_session *session, struct cg_error *err) {
    session->base = w->source->base;
    session->source = w->source;
    if (w->source->pool.cancelled)
        return cg_error_set(err, CG_ERR_CANCELLED, "opening the sessions of the snapshot: cancelled");
    if (cg_pg_connect(&w->source->uri, &session->conn, err))
        return -1;
    char sql[320];
    snprintf(sql, sizeof sql, "%s; SET TRANSACTION SNAPSHOT '%s'", begin, w->id);
    if (cg_pg_session_query(session, sql, NULL, 0, "joining the snapshot", NULL, err))
        return -1;
    return lock_for_itself(w, session, err);
}

static int open_sessions(struct window *w, size_t count, struct cg_error *err) {
    struct cg_source *source = w->source;
    struct cg_session *sessions = calloc(count ? count : 1, sizeof *sessions);
    if (!sessions)
        return cg_error_memory(err);
    source->sessions = sessions;
    w->every_session_locks = true;
    for (size_t i = 0; i < count; i++) {
        source->session_count = i + 1;
        if (open_session(w, &sessions[i], err))
            return -1;
    }
    return 0;
}

/* ---- the whole ---- */

static void describe(const struct window *w, struct cg_snapshot *snapshot) {
    snapshot->consistent = true;
    snprintf(snapshot->method, sizeof snapshot->method, "pg_export_snapshot");
    if (w->every_session_locks)
        return;
    snprintf(snapshot->assumes, sizeof snapshot->assumes,
             "the server has no room for every session's table locks (max_locks_per_transaction): they stand on those "
             "of one session, which is asked after each reading");
}

int cg_pg_position(PGconn *conn, struct cg_position *ret_position, struct cg_error *err) {
    struct cg_position position = {.kind = "lsn"};
    PGresult *row;
    if (cg_pg_query(conn, "SELECT pg_is_in_recovery()", NULL, 0, "asking for the position", &row, err))
        return -1;
    bool standby = PQgetvalue(row, 0, 0)[0] == 't';
    PQclear(row);
    if (cg_pg_query(conn, standby ? "SELECT pg_last_wal_replay_lsn()" : "SELECT pg_current_wal_insert_lsn()", NULL, 0,
                    "asking for the position", &row, err))
        return -1;
    snprintf(position.text, sizeof position.text, "%s", PQgetvalue(row, 0, 0));
    PQclear(row);
    if (!position.text[0]) {
        snprintf(position.kind, sizeof position.kind, "none");
        snprintf(position.why, sizeof position.why, "the server has replayed no WAL yet");
    }
    *ret_position = position;
    return 0;
}

static int take(struct window *w, size_t sessions, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                struct cg_snapshot *snapshot, struct cg_error *err) {
    struct cg_source *source = w->source;
    double begun = cg_now();
    if (open_control(w, snapshot, err) || open_sessions(w, sessions, err) ||
        cg_pg_catalog(source->control.conn, source->schema, source->hidden_schema, NULL, arena, ret_catalog, err))
        return -1;
    snapshot->lock_seconds = cg_now() - begun;
    describe(w, snapshot);
    return 0;
}

void cg_pg_snapshot_end(struct cg_source *source) {
    for (size_t i = 0; i < source->session_count; i++)
        PQfinish(source->sessions[i].conn);
    free(source->sessions);
    source->sessions = NULL;
    source->session_count = 0;
    PQfinish(source->control.conn);
    source->control.conn = NULL;
}

int cg_pg_snapshot(struct cg_source *source, size_t sessions, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                   struct cg_snapshot *ret_snapshot, struct cg_error *err) {
    struct cg_snapshot snapshot = {0};
    struct window w = {.source = source};
    if (cg_session_pool_empty(&source->pool, err))
        return -1;
    if (source->session_count) /* a new epoch: the old one's sessions are of no use beside it */
        cg_pg_snapshot_end(source);
    cg_buffer_init(&w.lock, 1 << 26);
    int rc = take(&w, sessions, arena, ret_catalog, &snapshot, err);
    cg_buffer_done(&w.lock);
    if (rc) {
        cg_pg_snapshot_end(source);
        return -1;
    }
    for (size_t i = 0; i < source->session_count; i++)
        cg_session_pool_add(&source->pool, &source->sessions[i].pooled, &source->sessions[i]);
    *ret_snapshot = snapshot;
    return 0;
}
