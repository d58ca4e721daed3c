/* The MySQL and MariaDB source: its life, its pool of sessions, its errors; see extract/source.h and internal.h.
 *
 * source->lock guards the pool: `busy` of every session and which sessions exist. A session's connection belongs to the
 * thread that acquired it; a retired session's connection is closed by whoever releases it. Cancelling never touches a
 * connection of another thread: it opens its own and sends KILL QUERY. */
#include "extract/mysql/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A lock that is waited for makes others wait behind it: not for long. */
enum { LOCK_SECONDS = 5 };

static const char *const schemes[] = {"mysql", "mariadb", NULL};

static int cancelled_error(const char *doing, struct cg_error *err) {
    return cg_error_set(err, CG_ERR_CANCELLED, "%s: cancelled", doing);
}

int cg_mysql_session_error(struct cg_session *session, MYSQL_STMT *stmt, const char *doing, struct cg_error *err) {
    struct cg_error local = {0};
    cg_mysql_stmt_error(session->mysql, stmt, doing, &local);
    /* A connection that fails without a reason (R1) cannot be trusted with another statement, nor can one that somebody
     * else kills: the server says of a killed connection first that its query was interrupted. */
    bool killed = local.vendor == 0 || local.cls == CG_ERR_CANCELLED;
    if (killed || cg_mysql_errno_is_lost((unsigned int)local.vendor) ||
        cg_mysql_errno_is_lost(mysql_errno(session->mysql)))
        session->lost = true;
    if (session->source->cancelled)
        return cancelled_error(doing, err);
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

static void source_free(struct cg_source *source) {
    if (!source)
        return;
    for (size_t i = 0; i < source->session_count; i++)
        cg_mysql_close(source->sessions[i].mysql);
    free(source->sessions);
    cg_mysql_close(source->control);
    pthread_cond_destroy(&source->changed);
    pthread_mutex_destroy(&source->lock);
    cg_arena_free(source->arena);
    free(source);
}

static struct cg_source *source_new(void) {
    struct cg_source *source = calloc(1, sizeof *source);
    if (!source)
        return NULL;
    source->arena = cg_arena_new();
    pthread_mutex_init(&source->lock, NULL);
    pthread_cond_init(&source->changed, NULL);
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
    source->mariadb = strcmp(source->server.engine, "mariadb") == 0;
    *ret_source = source;
    return 0;
failed:
    source_free(source);
    return -1;
}

/* ---- the pool ---- */

/* Under the lock. *ret_alive: sessions not retired. */
static struct cg_session *free_session(struct cg_source *source, size_t *ret_alive) {
    struct cg_session *found = NULL;
    size_t alive = 0;
    for (size_t i = 0; i < source->session_count; i++) {
        struct cg_session *session = &source->sessions[i];
        if (!session->mysql)
            continue;
        alive++;
        if (!found && !session->busy)
            found = session;
    }
    *ret_alive = alive;
    return found;
}

static int source_acquire(struct cg_source *source, struct cg_session **ret_session, struct cg_error *err) {
    struct cg_session *session = NULL;
    size_t alive = 0;
    cg_mysql_thread_begin();
    pthread_mutex_lock(&source->lock);
    while (!source->cancelled && !(session = free_session(source, &alive)) && alive)
        pthread_cond_wait(&source->changed, &source->lock);
    bool cancelled = source->cancelled;
    if (session && !cancelled)
        session->busy = true;
    pthread_mutex_unlock(&source->lock);
    if (cancelled)
        return cancelled_error("waiting for a session of the snapshot", err);
    if (!session) {
        cg_error_set(err, CG_ERR_NETWORK, "every session of the snapshot on %s has been lost", source->server.host);
        cg_error_hint(err, "a lost session cannot re-enter its snapshot: start again, which takes a new one");
        return -1;
    }
    *ret_session = session;
    return 0;
}

static void source_release(struct cg_source *source, struct cg_session *session) {
    if (!session)
        return;
    MYSQL *retired = NULL;
    pthread_mutex_lock(&source->lock);
    session->busy = false;
    if (session->lost) {
        retired = session->mysql;
        session->mysql = NULL;
    }
    pthread_cond_broadcast(&source->changed);
    pthread_mutex_unlock(&source->lock);
    cg_mysql_close(retired);
}

static size_t source_session_count(struct cg_source *source) {
    size_t alive = 0;
    pthread_mutex_lock(&source->lock);
    free_session(source, &alive);
    pthread_mutex_unlock(&source->lock);
    return alive;
}

/* ---- cancelling ---- */

/* The threads to stop: every acquired session's, and the control connection's. Returns how many; the caller frees. */
static size_t busy_threads(struct cg_source *source, unsigned long **ret_ids) {
    size_t count = 0;
    pthread_mutex_lock(&source->lock);
    source->cancelled = true;
    pthread_cond_broadcast(&source->changed);
    unsigned long *ids = calloc(source->session_count + 1, sizeof *ids);
    for (size_t i = 0; ids && i < source->session_count; i++)
        if (source->sessions[i].busy && source->sessions[i].mysql)
            ids[count++] = source->sessions[i].thread_id;
    if (ids && source->control_id)
        ids[count++] = source->control_id;
    pthread_mutex_unlock(&source->lock);
    *ret_ids = ids;
    return count;
}

static void source_cancel(struct cg_source *source) {
    unsigned long *ids = NULL;
    size_t count = busy_threads(source, &ids);
    MYSQL *killer = NULL;
    /* When no connection can be had the flag alone must do: each statement's end then meets it. */
    if (count && cg_mysql_source_connect(source, &killer, NULL) == 0)
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

static int source_table_now(struct cg_source *source, const char *table, struct cg_arena *arena,
                            struct cg_table **ret_table, struct cg_error *err) {
    MYSQL *mysql = NULL;
    struct cg_catalog *catalog = NULL;
    if (cg_mysql_source_connect(source, &mysql, err) < 0)
        return -1;
    int rc = cg_mysql_catalog(mysql, &source->server, source->database, table, arena, &catalog, err);
    cg_mysql_close(mysql);
    if (rc == 0)
        *ret_table = cg_catalog_table(catalog, table);
    return rc;
}

static int source_position(struct cg_source *source, struct cg_position *ret_position, struct cg_error *err) {
    MYSQL *mysql = NULL;
    if (cg_mysql_source_connect(source, &mysql, err) < 0)
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
};
