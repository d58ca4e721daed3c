/* The MySQL and MariaDB source: its life, its sessions, its errors; see extract/source.h and internal.h.
 *
 * A session's connection belongs to the thread that acquired it, and is closed at release when it was lost. Cancelling
 * never touches a connection of another thread: it opens its own and sends KILL QUERY. */
#include "extract/mysql/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A lock that is waited for makes others wait behind it: not for long. */
/* A reader may wait for another of the run's own sessions: that one has read the table before, an ALTER TABLE queues up
 * behind it, and the reader behind that. Nothing but a limit ends this, and the server's own is a day or a year. */
enum { LOCK_SECONDS = 5, READ_LOCK_SECONDS = 30 };

static const char *const schemes[] = {"mysql", "mariadb", NULL};

int cg_mysql_session_error(struct cg_session *session, MYSQL_STMT *stmt, const char *doing, struct cg_error *err) {
    struct cg_error local = {0};
    cg_mysql_stmt_error(session->mysql, stmt, doing, &local);
    /* A connection that fails without a reason (R1) cannot be trusted with another statement, nor can one that somebody
     * else kills: the server says of a killed connection first that its query was interrupted. */
    bool killed = local.vendor == 0 || local.cls == CG_ERR_CANCELLED;
    if (killed || cg_mysql_errno_is_lost((unsigned int)local.vendor) ||
        cg_mysql_errno_is_lost(mysql_errno(session->mysql)))
        session->lost = true;
    if (session->source->pool.cancelled)
        return cg_error_set(err, CG_ERR_CANCELLED, "%s: cancelled", doing);
    if (killed)
        local.cls = CG_ERR_NETWORK;
    if (err)
        *err = local;
    return -1;
}

/* ---- opening and freeing ---- */

int cg_mysql_source_connect(struct cg_source *source, MYSQL **ret_mysql, struct cg_error *err) {
    return cg_mysql_connect(&source->uri, ret_mysql, err);
}

/* A connection beside the snapshot, with no database of its own: where somebody drops ours while the snapshot holds its
 * tables, the server lets nobody in who asks for it, and both would wait for each other for ever. What it runs gives up
 * waiting, too. */
static int connect_beside(struct cg_source *source, MYSQL **ret_mysql, struct cg_error *err) {
    MYSQL *mysql = NULL;
    char sql[64];
    if (cg_mysql_connect_server(&source->uri, &mysql, err) < 0)
        return -1;
    snprintf(sql, sizeof sql, "SET SESSION lock_wait_timeout=%d", source->read_lock_seconds);
    if (cg_mysql_execute(mysql, sql, err) < 0) {
        cg_mysql_close(mysql);
        return -1;
    }
    *ret_mysql = mysql;
    return 0;
}

static void source_free(struct cg_source *source) {
    if (!source)
        return;
    for (size_t i = 0; i < source->session_count; i++)
        cg_mysql_close(source->sessions[i].mysql);
    while (source->looker_count)
        cg_mysql_close(source->lookers[--source->looker_count]);
    free(source->sessions);
    cg_mysql_close(source->control);
    cg_session_pool_done(&source->pool);
    cg_arena_free(source->arena);
    free(source);
}

static struct cg_source *source_new(void) {
    struct cg_source *source = calloc(1, sizeof *source);
    if (!source)
        return NULL;
    source->arena = cg_arena_new();
    cg_session_pool_init(&source->pool);
    if (source->arena)
        return source;
    source_free(source);
    return NULL;
}

static int source_open(const struct cg_uri *uri, const char *schema, const char *hidden_schema,
                       struct cg_source **ret_source, struct cg_error *err) {
    (void)schema;        /* MySQL has databases, no schemas inside them */
    (void)hidden_schema; /* and a ledger is never in one */
    struct cg_source *source = source_new();
    if (!source)
        return cg_error_memory(err);
    source->base.ops = &cg_mysql_source_ops;
    /* Parsed again: the caller's URI may go away before the source does. */
    if (cg_uri_parse(uri->text, source->arena, &source->uri, err) < 0 ||
        cg_mysql_source_connect(source, &source->control, err) < 0 ||
        cg_mysql_server(source->control, &source->uri, source->arena, &source->server, err) < 0)
        goto failed;
    source->control_id = mysql_thread_id(source->control);
    source->database = source->uri.database;
    source->lock_seconds = LOCK_SECONDS;
    source->read_lock_seconds = READ_LOCK_SECONDS;
    source->mariadb = strcmp(source->server.engine, "mariadb") == 0;
    *ret_source = source;
    return 0;
failed:
    source_free(source);
    return -1;
}

/* ---- the sessions ---- */

static int source_acquire(struct cg_source *source, size_t kept, struct cg_session **ret_session,
                          struct cg_error *err) {
    cg_mysql_thread_begin();
    return cg_session_pool_acquire(&source->pool, kept, source->server.host, ret_session, err);
}

static void source_release(struct cg_source *source, struct cg_session *session) {
    bool lost = session->lost;
    if (lost) {
        cg_mysql_close(session->mysql);
        session->mysql = NULL;
    }
    cg_session_pool_release(&source->pool, &session->pooled, lost);
}

static size_t source_session_count(struct cg_source *source) {
    return cg_session_pool_count(&source->pool);
}

/* ---- cancelling ---- */

/* The threads to stop: every acquired session's, and the control connection's. Returns how many; the caller frees. */
static size_t busy_threads(struct cg_source *source, unsigned long **ret_ids) {
    size_t count = 0;
    pthread_mutex_lock(&source->pool.lock);
    unsigned long *ids = calloc(source->pool.size + 1, sizeof *ids);
    for (const struct cg_pool_member *member = source->pool.first; ids && member; member = member->next)
        if (member->busy)
            ids[count++] = member->session->thread_id;
    if (ids && source->control_id)
        ids[count++] = source->control_id;
    pthread_mutex_unlock(&source->pool.lock);
    *ret_ids = ids;
    return count;
}

static void source_cancel(struct cg_source *source) {
    unsigned long *ids = NULL;
    cg_session_pool_cancel(&source->pool);
    size_t count = busy_threads(source, &ids);
    MYSQL *killer = NULL;
    /* When no connection can be had the flag alone must do: each statement's end then meets it. */
    if (count && connect_beside(source, &killer, NULL) == 0)
        for (size_t i = 0; i < count; i++) {
            char sql[64];
            snprintf(sql, sizeof sql, "KILL QUERY %lu", ids[i]);
            if (cg_mysql_execute(killer, sql, NULL) < 0)
                continue; /* it ended by itself meanwhile */
        }
    cg_mysql_close(killer);
    free(ids);
}

/* ---- looking from outside the snapshot ---- */

/* Connections for looking, kept from one table to the next: a TLS handshake takes longer than the look. */
static MYSQL *take_looker(struct cg_source *source) {
    pthread_mutex_lock(&source->pool.lock);
    MYSQL *mysql = source->looker_count ? source->lookers[--source->looker_count] : NULL;
    pthread_mutex_unlock(&source->pool.lock);
    return mysql;
}

static void keep_looker(struct cg_source *source, MYSQL *mysql) {
    pthread_mutex_lock(&source->pool.lock);
    bool room = source->looker_count < sizeof source->lookers / sizeof *source->lookers;
    if (room)
        source->lookers[source->looker_count++] = mysql;
    pthread_mutex_unlock(&source->pool.lock);
    if (!room)
        cg_mysql_close(mysql);
}

static int source_table_now(struct cg_source *source, const char *table, struct cg_arena *arena,
                            struct cg_table **ret_table, struct cg_error *err) {
    struct cg_catalog *catalog = NULL;
    struct cg_error lost = {0};
    cg_mysql_thread_begin();
    MYSQL *mysql = take_looker(source);
    /* One that was kept may have been lost meanwhile; a new one that fails says why. */
    int rc = mysql ? cg_mysql_catalog(mysql, &source->server, source->database, table, arena, &catalog, &lost) : -1;
    if (rc < 0) {
        cg_mysql_close(mysql);
        if (connect_beside(source, &mysql, err) < 0)
            return -1;
        rc = cg_mysql_catalog(mysql, &source->server, source->database, table, arena, &catalog, err);
    }
    if (rc < 0) {
        cg_mysql_close(mysql);
        return -1;
    }
    keep_looker(source, mysql);
    *ret_table = cg_catalog_table(catalog, table);
    return 0;
}

static int source_position(struct cg_source *source, struct cg_position *ret_position, struct cg_error *err) {
    MYSQL *mysql = NULL;
    if (connect_beside(source, &mysql, err) < 0)
        return -1;
    int rc = cg_mysql_position(mysql, &source->server, ret_position, err);
    cg_mysql_close(mysql);
    return rc;
}

const struct cg_source_ops cg_mysql_source_ops = {
    .schemes = schemes,
    .open = source_open,
    .free = source_free,
    .snapshot = cg_mysql_snapshot,
    .acquire = source_acquire,
    .release = source_release,
    .session_count = source_session_count,
    .cancel = source_cancel,
    .probe = cg_mysql_probe,
    .check_filter = cg_mysql_check_filter,
    .row_key = cg_mysql_row_key,
    .row_predicate = cg_mysql_row_predicate,
    .stored_bytes = cg_mysql_stored_bytes,
    .count = cg_mysql_count,
    .walk_open = cg_mysql_walk_open,
    .walk_next = cg_mysql_walk_next,
    .walk_close = cg_mysql_walk_close,
    .reader_open = cg_mysql_reader_open,
    .reader_next = cg_mysql_reader_next,
    .reader_close = cg_mysql_reader_close,
    .table_now = source_table_now,
    .position = source_position,
    .canaries = cg_mysql_canaries,
    .reference = cg_mysql_reference,
};
