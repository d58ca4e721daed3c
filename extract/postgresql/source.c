/* The PostgreSQL source: its life, its sessions; see extract/source.h and internal.h.
 *
 * A session's connection belongs to the thread that acquired it, and is closed at release when it was lost. */
#include "extract/postgresql/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OLDEST_VERSION = 120000 };

static const char *const schemes[] = {"postgresql", NULL};

/* ---- opening and freeing ---- */

static void source_free(struct cg_source *source) {
    if (!source)
        return;
    cg_pg_snapshot_end(source);
    PQfinish(source->now);
    for (int i = 0; i < 2; i++)
        if (source->wake[i] >= 0)
            close(source->wake[i]);
    cg_session_pool_done(&source->pool);
    pthread_mutex_destroy(&source->now_lock);
    pthread_mutex_destroy(&source->control_lock);
    cg_arena_free(source->arena);
    free(source);
}

static struct cg_source *source_new(void) {
    struct cg_source *source = calloc(1, sizeof *source);
    if (!source)
        return NULL;
    source->base.ops = &cg_postgresql_source_ops;
    source->control.base = source->base;
    source->control.source = source;
    cg_session_pool_init(&source->pool);
    pthread_mutex_init(&source->now_lock, NULL);
    pthread_mutex_init(&source->control_lock, NULL);
    source->arena = cg_arena_new();
    if (pipe2(source->wake, O_CLOEXEC | O_NONBLOCK) < 0)
        source->wake[0] = source->wake[1] = -1;
    if (source->arena && source->wake[0] >= 0)
        return source;
    source_free(source);
    return NULL;
}

static int check_version(struct cg_source *source, struct cg_error *err) {
    PGconn *conn = source->control.conn;
    source->version = PQserverVersion(conn);
    snprintf(source->where, sizeof source->where, "%s:%s", PQhost(conn), PQport(conn));
    if (source->version >= OLDEST_VERSION)
        return 0;
    cg_error_set(err, CG_ERR_USAGE, "%s is PostgreSQL %s, older than 12, the oldest that crossgrade reads",
                 source->uri.shown, PQparameterStatus(conn, "server_version"));
    cg_error_hint(err, "upgrade the server to 12 or later first");
    return -1;
}

static int source_open(const struct cg_uri *uri, const char *schema, const char *hidden_schema,
                       struct cg_source **ret_source, struct cg_error *err) {
    struct cg_source *source = source_new();
    if (!source)
        return cg_error_memory(err);
    source->schema = cg_arena_strdup(source->arena, schema && *schema ? schema : "public");
    source->hidden_schema = cg_arena_strdup(source->arena, hidden_schema);
    int rc = source->schema ? 0 : cg_error_memory(err);
    /* Parsed again: the caller's URI may go away before the source does. */
    if (rc == 0)
        rc = cg_uri_parse(uri->text, source->arena, &source->uri, err);
    if (rc == 0)
        rc = cg_pg_connect(&source->uri, &source->control.conn, err);
    if (rc == 0)
        rc = check_version(source, err);
    if (rc) {
        source_free(source);
        return -1;
    }
    *ret_source = source;
    return 0;
}

/* ---- the sessions ---- */

static int source_acquire(struct cg_source *source, size_t kept, struct cg_session **ret_session,
                          struct cg_error *err) {
    return cg_session_pool_acquire(&source->pool, kept, source->where, ret_session, err);
}

static void source_release(struct cg_source *source, struct cg_session *session) {
    /* A transaction that is over or failed has taken the snapshot with it. */
    bool lost = session->lost || PQtransactionStatus(session->conn) != PQTRANS_INTRANS;
    if (lost) {
        PQfinish(session->conn);
        session->conn = NULL;
    }
    cg_session_pool_release(&source->pool, &session->pooled, lost);
}

static size_t source_session_count(struct cg_source *source) {
    return cg_session_pool_count(&source->pool);
}

static void source_cancel(struct cg_source *source) {
    cg_session_pool_cancel(&source->pool);
    ssize_t written;
    do /* one byte is enough for everybody: nobody reads it; a full pipe is as good */
        written = write(source->wake[1], "", 1);
    while (written < 0 && errno == EINTR);
}

/* ---- counting ---- */

int cg_pg_count(struct cg_session *session, const struct cg_table *table, uint64_t *ret_rows, struct cg_error *err) {
    char doing[192];
    snprintf(doing, sizeof doing, "counting %s.%s", table->schema, table->name);
    struct cg_buffer sql;
    cg_buffer_init(&sql, 4096);
    PGresult *row = NULL;
    int rc = -1;
    const char *text = NULL;
    if (cg_buffer_text(&sql, "SELECT count(*) FROM ", err) == 0 && cg_pg_put_from(&sql, table, NULL, err) == 0)
        text = cg_buffer_cstr(&sql, err);
    if (text)
        rc = cg_pg_session_query(session, text, NULL, 0, doing, &row, err);
    if (rc == 0)
        rc = cg_pg_locks_held(session, doing, err);
    if (rc == 0)
        *ret_rows = strtoull(PQgetvalue(row, 0, 0), NULL, 10);
    PQclear(row);
    cg_buffer_done(&sql);
    return rc;
}

/* ---- outside the snapshot ---- */

/* One question to what is now. */
typedef int ask(struct cg_source *source, PGconn *conn, void *answer, struct cg_error *err);

static int open_now(struct cg_source *source, struct cg_error *err) {
    if (cg_pg_connect(&source->uri, &source->now, err))
        return -1;
    return cg_pg_execute(source->now, "SET lock_timeout = '1s'", "setting up the session", err);
}

/* Asks on the connection outside the snapshot, which is opened when first needed, and once more when the old one turns
 * out to be gone. */
static int ask_now(struct cg_source *source, ask *question, void *answer, struct cg_error *err) {
    struct cg_error first = {0};
    pthread_mutex_lock(&source->now_lock);
    int rc = source->now ? question(source, source->now, answer, &first) : -1;
    if (rc && (!source->now || first.cls == CG_ERR_NETWORK)) {
        PQfinish(source->now);
        source->now = NULL;
        rc = open_now(source, &first) ? -1 : question(source, source->now, answer, &first);
    }
    if (rc && source->now && PQstatus(source->now) != CONNECTION_OK) {
        PQfinish(source->now);
        source->now = NULL;
    }
    pthread_mutex_unlock(&source->now_lock);
    if (rc && err)
        *err = first;
    return rc;
}

struct table_question {
    const char *name;
    struct cg_arena *arena;
    struct cg_catalog *catalog;
};

static int ask_table(struct cg_source *source, PGconn *conn, void *answer, struct cg_error *err) {
    struct table_question *q = answer;
    return cg_pg_catalog(conn, source->schema, source->hidden_schema, q->name, q->arena, &q->catalog, err);
}

static int source_table_now(struct cg_source *source, const char *name, struct cg_arena *arena,
                            struct cg_table **ret_table, struct cg_error *err) {
    struct table_question q = {.name = name, .arena = arena};
    struct cg_error failed = {0};
    int rc = ask_now(source, ask_table, &q, &failed);
    if (rc && strcmp(failed.sqlstate, "55P03") == 0 && source->control.conn) {
        /* Reading the definition waits behind somebody who waits for our own lock. So that lock is still there, the
         * table is as it was in the snapshot, and the session that holds the lock can tell. */
        pthread_mutex_lock(&source->control_lock);
        rc = ask_table(source, source->control.conn, &q, &failed);
        pthread_mutex_unlock(&source->control_lock);
    }
    if (rc == 0)
        *ret_table = cg_catalog_table(q.catalog, name);
    else if (err)
        *err = failed;
    return rc;
}

static int ask_position(struct cg_source *source, PGconn *conn, void *answer, struct cg_error *err) {
    (void)source;
    return cg_pg_position(conn, answer, err);
}

static int source_position(struct cg_source *source, struct cg_position *ret_position, struct cg_error *err) {
    return ask_now(source, ask_position, ret_position, err);
}

const struct cg_source_ops cg_postgresql_source_ops = {
    .schemes = schemes,
    .open = source_open,
    .free = source_free,
    .snapshot = cg_pg_snapshot,
    .acquire = source_acquire,
    .release = source_release,
    .session_count = source_session_count,
    .cancel = source_cancel,
    .probe = NULL, /* no rule from PostgreSQL asks for data yet */
    .count = cg_pg_count,
    .walk_open = cg_pg_walk_open,
    .walk_next = cg_pg_walk_next,
    .walk_close = cg_pg_walk_close,
    .reader_open = cg_pg_reader_open,
    .reader_next = cg_pg_reader_next,
    .reader_close = cg_pg_reader_close,
    .table_now = source_table_now,
    .position = source_position,
    .canaries = cg_pg_canaries,
    .spell = cg_pg_spell,
};
