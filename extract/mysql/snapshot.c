/* The lock window: several sessions on one moment of a MySQL or MariaDB database (R3, R5, R6, R7); see internal.h.
 *
 * All connections are made before any lock is asked for. Inside the window only this happens: START TRANSACTION on each
 * session, the position, the catalog's tables (R5). A lock is waited for source->lock_seconds at most, so that nobody
 * queues behind us for longer; what cannot be locked is taken by the next method of the table below, and `assumes` says
 * what was refused and what the method that served takes for granted.
 *
 * The lock is held on source->control and the catalog read on a connection of its own: under LOCK TABLES the holder may
 * see nothing but the locked tables. */
#include "core/clock.h"
#include "extract/mysql/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 5, LOCK_TABLES_BYTES = 64 * 1024 * 1024, BACKUP_STAGE_VERSION = 100401 };

struct window {
    struct cg_source *source;
    MYSQL *reader; /* reads catalog and position */
    struct cg_session *sessions;
    size_t count;
    struct cg_arena *arena;
    struct cg_catalog *catalog; /* set by a method that served */
    struct cg_snapshot snapshot;
    char refused[320]; /* which methods were not possible, and why */
};

/* What an attempt came to; -1 is a failure of the whole snapshot. */
enum { TAKEN = 1, NOT_POSSIBLE = 0 };

struct method {
    const char *name;
    const char *assumes;
    bool (*applies)(const struct window *);
    int (*take)(struct window *, const struct method *, struct cg_error *);
    /* Of methods that lock; `before` is the catalog as it was before the lock, if the method wants one. */
    bool wants_catalog;
    int (*lock)(struct window *, const struct cg_catalog *before, struct cg_error *);
    int (*unlock)(struct window *, struct cg_error *);
};

static int not_cancelled(const struct window *w, struct cg_error *err) {
    return w->source->pool.cancelled ? cg_error_set(err, CG_ERR_CANCELLED, "taking the snapshot: cancelled") : 0;
}

/* Remembers why a method could not serve. */
static int not_possible(struct window *w, const char *method, const char *why) {
    size_t used = strlen(w->refused);
    snprintf(w->refused + used, sizeof w->refused - used, "%s%s was not possible: %s", used ? "; " : "", method, why);
    return NOT_POSSIBLE;
}

/* An error that the next method cannot mend. */
static bool is_fatal(const struct window *w, const struct cg_error *err) {
    return w->source->pool.cancelled || err->cls == CG_ERR_NETWORK || err->cls == CG_ERR_SYSTEM ||
           err->cls == CG_ERR_CANCELLED || err->cls == CG_ERR_INTERNAL;
}

/* ---- what happens inside the window ---- */

static int start_transactions(struct window *w, struct cg_error *err) {
    for (size_t i = 0; i < w->count; i++) {
        struct cg_session *session = &w->sessions[i];
        if (not_cancelled(w, err) < 0)
            return -1;
        /* READ ONLY is R4; the isolation level was set by cg_mysql_connect (R3). */
        if (cg_mysql_execute(session->mysql, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", err) < 0)
            return -1;
    }
    return 0;
}

static int read_clock(struct window *w, struct cg_error *err) {
    struct cg_arena *scratch = cg_arena_new();
    const char *text = NULL;
    if (!scratch)
        return cg_error_memory(err);
    int rc = cg_mysql_scalar(w->reader, "SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ')", scratch, &text,
                             err);
    if (rc == 0)
        snprintf(w->snapshot.taken_at, sizeof w->snapshot.taken_at, "%s", text ? text : "");
    cg_arena_free(scratch);
    return rc;
}

static int read_position(struct window *w, struct cg_position *ret_position, struct cg_error *err) {
    return cg_mysql_position(w->reader, &w->source->server, ret_position, err);
}

static int read_catalog(struct window *w, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                        struct cg_error *err) {
    if (not_cancelled(w, err) < 0)
        return -1;
    return cg_mysql_catalog_tables(w->reader, &w->source->server, w->source->database, NULL, arena, ret_catalog, err);
}

static int taken(struct window *w, const struct method *method, bool consistent) {
    struct cg_snapshot *snapshot = &w->snapshot;
    snapshot->consistent = consistent;
    snprintf(snapshot->method, sizeof snapshot->method, "%s", method->name);
    snprintf(snapshot->assumes, sizeof snapshot->assumes, "%s%s%s", method->assumes, w->refused[0] ? "; " : "",
             w->refused);
    return TAKEN;
}

/* ---- methods that lock ---- */

static int fill_window(struct window *w, struct cg_error *err) {
    if (read_clock(w, err) < 0 || start_transactions(w, err) < 0 || read_position(w, &w->snapshot.position, err) < 0)
        return -1;
    return read_catalog(w, w->arena, &w->catalog, err);
}

static int try_locked(struct window *w, const struct method *method, const struct cg_catalog *before,
                      struct cg_error *err) {
    struct cg_error why = {0}, ignored = {0};
    double start = cg_now();
    if (method->lock(w, before, &why) < 0) {
        if (method->unlock(w, &ignored) < 0 || is_fatal(w, &why)) {
            if (err)
                *err = why;
            return -1;
        }
        return not_possible(w, method->name, why.message);
    }
    int rc = fill_window(w, err);
    /* If the holder's connection is gone nobody knows since when: then there was no window. */
    if (method->unlock(w, rc < 0 ? &ignored : err) < 0 || rc < 0)
        return -1;
    w->snapshot.lock_seconds = cg_now() - start;
    return taken(w, method, true);
}

/* Does the window's catalog hold a table or sequence that was not there to be locked? */
static bool has_newcomer(const struct cg_catalog *before, const struct cg_catalog *inside) {
    for (size_t i = 0; i < inside->table_count; i++)
        if (!cg_catalog_table(before, inside->tables[i].name))
            return true;
    return inside->sequence_count > before->sequence_count;
}

static int take_locked(struct window *w, const struct method *method, struct cg_error *err) {
    if (!method->wants_catalog)
        return try_locked(w, method, NULL, err);
    for (int i = 0; i < TRIES; i++) {
        struct cg_arena *scratch = cg_arena_new();
        struct cg_catalog *before = NULL;
        if (!scratch)
            return cg_error_memory(err);
        int rc = read_catalog(w, scratch, &before, err);
        if (rc == 0)
            rc = try_locked(w, method, before, err);
        bool again = rc == TAKEN && has_newcomer(before, w->catalog);
        cg_arena_free(scratch);
        if (!again)
            return rc;
    }
    return not_possible(w, method->name, "tables keep being created");
}

static int lock_backup_stage(struct window *w, const struct cg_catalog *before, struct cg_error *err) {
    (void)before;
    if (cg_mysql_execute(w->source->control, "BACKUP STAGE START", err) < 0)
        return -1;
    return cg_mysql_execute(w->source->control, "BACKUP STAGE BLOCK_COMMIT", err);
}

static int unlock_backup_stage(struct window *w, struct cg_error *err) {
    MYSQL *control = w->source->control;
    int rc = cg_mysql_execute(control, "BACKUP STAGE END", err);
    /* Also called after a START that failed. */
    return rc < 0 && cg_mysql_errno_is_lost(mysql_errno(control)) ? -1 : 0;
}

static int lock_everything(struct window *w, const struct cg_catalog *before, struct cg_error *err) {
    (void)before;
    return cg_mysql_execute(w->source->control, "FLUSH TABLES WITH READ LOCK", err);
}

static int unlock_tables(struct window *w, struct cg_error *err) {
    return cg_mysql_execute(w->source->control, "UNLOCK TABLES", err);
}

static int put_lock(struct cg_buffer *sql, const char *database, const char *name, struct cg_error *err) {
    if (cg_buffer_text(sql, sql->len ? ", " : "LOCK TABLES ", err) < 0 || cg_mysql_put_name(sql, database, err) < 0 ||
        cg_buffer_text(sql, ".", err) < 0 || cg_mysql_put_name(sql, name, err) < 0)
        return -1;
    return cg_buffer_text(sql, " READ", err);
}

static int lock_tables(struct window *w, const struct cg_catalog *before, struct cg_error *err) {
    struct cg_buffer sql;
    int rc = 0;
    if (!before->table_count && !before->sequence_count)
        return cg_error_set(err, CG_ERR_ENGINE, "the database holds no tables");
    cg_buffer_init(&sql, LOCK_TABLES_BYTES);
    for (size_t i = 0; i < before->table_count && rc == 0; i++)
        rc = put_lock(&sql, before->database, before->tables[i].name, err);
    for (size_t i = 0; i < before->sequence_count && rc == 0; i++)
        rc = put_lock(&sql, before->database, before->sequences[i].name, err);
    const char *text = rc == 0 ? cg_buffer_cstr(&sql, err) : NULL;
    rc = text ? cg_mysql_execute(w->source->control, text, err) : -1;
    cg_buffer_done(&sql);
    return rc;
}

/* ---- methods that do not lock ---- */

/* MariaDB: each session knows the place in the binary log that its own snapshot stands at. Equal places, equal moments,
 * by construction. */
static int same_snapshot_position(struct window *w, bool *ret_same, struct cg_error *err) {
    *ret_same = true;
    for (size_t i = 0; i < w->count; i++) {
        struct cg_position position = {0};
        if (cg_mysql_snapshot_position(w->sessions[i].mysql, &position, err) < 0)
            return -1;
        if (i == 0)
            w->snapshot.position = position;
        else if (strcmp(position.text, w->snapshot.position.text) != 0)
            *ret_same = false;
    }
    return 0;
}

/* R7: on a replica that does not log what it applies, rows change and the log stands still. */
static int logs_everything(struct window *w, bool *ret_logs, struct cg_error *err) {
    struct cg_arena *scratch = cg_arena_new();
    const char *silent = NULL;
    if (!scratch)
        return cg_error_memory(err);
    int rc = cg_mysql_scalar(w->reader,
                             "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
                             " WHERE VARIABLE_NAME = 'Slaves_running' AND VARIABLE_VALUE > 0"
                             " AND @@GLOBAL.log_slave_updates = 0",
                             scratch, &silent, err);
    *ret_logs = silent == NULL;
    cg_arena_free(scratch);
    return rc;
}

static int take_same_position(struct window *w, const struct method *method, struct cg_error *err) {
    struct cg_position position = {0};
    bool logs = false, same = false;
    if (read_position(w, &position, err) < 0 || logs_everything(w, &logs, err) < 0)
        return -1;
    if (strcmp(position.kind, "none") == 0)
        return not_possible(w, method->name, position.why);
    if (!logs)
        return not_possible(w, method->name, "this replica does not log what it applies (log_slave_updates=0)");
    for (int i = 0; i < TRIES && !same; i++)
        if (read_clock(w, err) < 0 || start_transactions(w, err) < 0 || same_snapshot_position(w, &same, err) < 0)
            return -1;
    if (!same)
        return not_possible(w, method->name, "the database is written to all the time");
    return read_catalog(w, w->arena, &w->catalog, err) < 0 ? -1 : taken(w, method, true);
}

/* MySQL: nothing was logged between before the first session and after the last one and the catalog. */
static int take_unchanged(struct window *w, const struct method *method, struct cg_error *err) {
    for (int i = 0; i < TRIES; i++) {
        struct cg_position *before = &w->snapshot.position, between = {0}, after = {0};
        if (read_position(w, before, err) < 0)
            return -1;
        if (strcmp(before->kind, "none") == 0)
            return not_possible(w, method->name, before->why);
        if (read_clock(w, err) < 0 || start_transactions(w, err) < 0 || read_position(w, &between, err) < 0 ||
            read_catalog(w, w->arena, &w->catalog, err) < 0 || read_position(w, &after, err) < 0)
            return -1;
        if (strcmp(before->text, between.text) == 0 && strcmp(before->text, after.text) == 0)
            return taken(w, method, true);
    }
    return not_possible(w, method->name, "the server is written to all the time");
}

/* The position is read first: a write that only some sessions see must count as later than the snapshot. */
static int take_unlocked(struct window *w, const struct method *method, struct cg_error *err) {
    if (read_position(w, &w->snapshot.position, err) < 0 || read_clock(w, err) < 0 || start_transactions(w, err) < 0 ||
        read_catalog(w, w->arena, &w->catalog, err) < 0)
        return -1;
    return taken(w, method, w->count == 1);
}

/* ---- the table, in the order of preference ---- */

static bool has_backup_stage(const struct window *w) {
    return w->source->mariadb && w->source->server.version_number >= BACKUP_STAGE_VERSION;
}

static bool lacks_backup_stage(const struct window *w) {
    return !has_backup_stage(w);
}

static bool always(const struct window *w) {
    (void)w;
    return true;
}

static bool is_mariadb(const struct window *w) {
    return w->source->mariadb;
}

static bool is_mysql(const struct window *w) {
    return !w->source->mariadb;
}

static bool is_single(const struct window *w) {
    return w->count == 1;
}

#define UNLOGGED "sessions with sql_log_bin=0 do not move the position"

static const struct method methods[] = {
    {.name = "BACKUP STAGE BLOCK_COMMIT",
     .assumes = "later writes: " UNLOGGED,
     .applies = has_backup_stage,
     .take = take_locked,
     .lock = lock_backup_stage,
     .unlock = unlock_backup_stage},
    {.name = "FLUSH TABLES WITH READ LOCK",
     .assumes = "later writes: " UNLOGGED,
     .applies = lacks_backup_stage,
     .take = take_locked,
     .lock = lock_everything,
     .unlock = unlock_tables},
    {.name = "LOCK TABLES",
     .assumes =
         "only this database's tables stood still, and the position may be a little ahead of what other databases"
         " show; later writes: " UNLOGGED,
     .applies = always,
     .take = take_locked,
     .wants_catalog = true,
     .lock = lock_tables,
     .unlock = unlock_tables},
    {.name = "position unchanged",
     .assumes = "no lock: all sessions stand at one place of the binary log; it holds if the log is on for every write"
                " (no filters; " UNLOGGED ")",
     .applies = is_mariadb,
     .take = take_same_position},
    {.name = "position unchanged",
     .assumes = "no lock: nothing was logged while the sessions were opened; a commit that was under way in that moment"
                " may have escaped, and " UNLOGGED,
     .applies = is_mysql,
     .take = take_unchanged},
    {.name = "single session",
     .assumes = "no lock: one session sees one moment, the catalog was read a moment later",
     .applies = is_single,
     .take = take_unlocked},
    {.name = "none",
     .assumes = "no lock: each session sees a moment of its own",
     .applies = always,
     .take = take_unlocked},
};

static int take(struct window *w, struct cg_error *err) {
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (!methods[i].applies(w))
            continue;
        int rc = not_cancelled(w, err) < 0 ? -1 : methods[i].take(w, &methods[i], err);
        if (rc != NOT_POSSIBLE)
            return rc < 0 ? -1 : 0;
    }
    return cg_error_set(err, CG_ERR_INTERNAL, "no method took the snapshot");
}

/* ---- sessions ---- */

static void close_sessions(struct cg_session *sessions, size_t count) {
    for (size_t i = 0; i < count; i++)
        cg_mysql_close(sessions[i].mysql);
    free(sessions);
}

static int open_session(struct cg_source *source, struct cg_session *session, struct cg_error *err) {
    session->base.ops = &cg_mysql_source_ops;
    session->source = source;
    if (cg_mysql_source_connect(source, &session->mysql, err) < 0)
        return -1;
    session->thread_id = mysql_thread_id(session->mysql);
    char sql[80];
    snprintf(sql, sizeof sql, "SET SESSION autocommit=0, lock_wait_timeout=%d", source->read_lock_seconds);
    return cg_mysql_execute(session->mysql, sql, err);
}

/* Every connection of the window, and the control connection anew if it has died since. */
static int open_connections(struct window *w, struct cg_error *err) {
    struct cg_source *source = w->source;
    char sql[64];
    if (source->control && mysql_ping(source->control) != 0) {
        source->control_id = 0;
        cg_mysql_close(source->control);
        source->control = NULL;
    }
    if (!source->control && cg_mysql_source_connect(source, &source->control, err) < 0)
        return -1;
    source->control_id = mysql_thread_id(source->control);
    snprintf(sql, sizeof sql, "SET SESSION lock_wait_timeout=%d", source->lock_seconds);
    if (cg_mysql_execute(source->control, sql, err) < 0 || cg_mysql_source_connect(source, &w->reader, err) < 0 ||
        cg_mysql_execute(w->reader, sql, err) < 0) /* it reads inside the window: nobody's lock may prolong that */
        return -1;
    for (size_t i = 0; i < w->count; i++)
        if (not_cancelled(w, err) < 0 || open_session(source, &w->sessions[i], err) < 0) {
            if (err && err->cls != CG_ERR_CANCELLED)
                cg_error_object(err, "session %zu of %zu of the snapshot", i + 1, w->count);
            return -1;
        }
    return 0;
}

/* Fails if one is in use. */
static int drop_old_sessions(struct cg_source *source, struct cg_error *err) {
    if (cg_session_pool_empty(&source->pool, err) < 0)
        return -1;
    close_sessions(source->sessions, source->session_count);
    source->sessions = NULL;
    source->session_count = 0;
    return 0;
}

int cg_mysql_snapshot(struct cg_source *source, size_t sessions, struct cg_arena *arena,
                      struct cg_catalog **ret_catalog, struct cg_snapshot *ret_snapshot, struct cg_error *err) {
    if (!sessions)
        return cg_error_set(err, CG_ERR_INTERNAL, "a snapshot of no sessions was asked for");
    struct window w = {.source = source, .count = sessions, .arena = arena};
    cg_mysql_thread_begin();
    if (drop_old_sessions(source, err) < 0)
        return -1;
    w.sessions = calloc(sessions, sizeof *w.sessions);
    if (!w.sessions)
        return cg_error_memory(err);
    int rc = open_connections(&w, err);
    if (rc == 0)
        rc = take(&w, err);
    /* What only needs telling (estimates, views, triggers, ...) is asked for when no lock is held any more. */
    if (rc == 0)
        rc = cg_mysql_catalog_rest(w.reader, NULL, arena, w.catalog, err);
    cg_mysql_close(w.reader);
    if (rc < 0) {
        if (source->pool.cancelled)
            cg_error_set(err, CG_ERR_CANCELLED, "taking the snapshot: cancelled");
        close_sessions(w.sessions, sessions);
        return -1;
    }
    source->sessions = w.sessions;
    source->session_count = sessions;
    for (size_t i = 0; i < sessions; i++)
        cg_session_pool_add(&source->pool, &w.sessions[i].pooled, &w.sessions[i]);
    *ret_catalog = w.catalog;
    *ret_snapshot = w.snapshot;
    return 0;
}
