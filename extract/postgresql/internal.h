/* What the files of the PostgreSQL source share. Nobody outside this folder includes it. */
#ifndef CG_EXTRACT_POSTGRESQL_INTERNAL_H
#define CG_EXTRACT_POSTGRESQL_INTERNAL_H

#include "engine/postgresql/catalog.h"
#include "engine/postgresql/connection.h"
#include "extract/pool.h"
#include "extract/source.h"

#include <pthread.h>

/* One connection inside the snapshot: a REPEATABLE READ, READ ONLY transaction open since the window. */
struct cg_session {
    struct cg_source_base base;
    struct cg_pool_member pooled; /* not the control session's */
    struct cg_source *source;
    PGconn *conn; /* NULL: none, or retired */
    bool locks;   /* holds the locks of the tables itself; else it stands on the control session's */
    bool lost;    /* the connection or its transaction is gone: retired at release. Only its holder touches it */
};

struct cg_source {
    struct cg_source_base base;
    struct cg_arena *arena;
    struct cg_uri uri; /* copied into the arena */
    const char *schema, *hidden_schema;
    char where[192]; /* host and port, for messages */
    int version;     /* as PQserverVersion */

    /* Exports the snapshot and holds the locks from the window until free; nobody reads rows on it. Its lock guards it
     * once the window is closed. */
    struct cg_session control;
    pthread_mutex_t control_lock;

    struct cg_session_pool pool;
    struct cg_session *sessions;
    size_t session_count;

    PGconn *now; /* outside the snapshot: table_now and position; opened when first needed */
    pthread_mutex_t now_lock;

    /* Cancelling is the pool's flag and this pipe: whoever waits for a server waits for the pipe as well, and then
     * cancels its own statement. So no thread touches another one's connection, and no cancel request comes too early.
     */
    int wake[2];
};

/* ---- query.c ---- */

/* Fills err from a session's connection (result may be NULL); sets session->lost when the connection is gone. An error
 * after cg_source_cancel is CG_ERR_CANCELLED; somebody else's cancel request is an engine's error, not a stop of ours.
 * Returns -1. */
int cg_pg_session_error(struct cg_session *session, const PGresult *result, const char *doing, struct cg_error *err);
/* Sends statements; with params just one. CG_ERR_CANCELLED when the source was cancelled before. */
CG_MUST_USE int cg_pg_session_send(struct cg_session *session, const char *sql, const char *const *params, int count,
                                   const char *doing, struct cg_error *err);
/* Waits until the server has sent something, or the source is cancelled: then asks the server to stop, once, and goes
 * on waiting for its answer, for a limited time. Takes the input in. */
CG_MUST_USE int cg_pg_session_wait(struct cg_session *session, const char *doing, struct cg_error *err);
/* The next result as PQgetResult gives it, NULL at the end; waits for it. */
CG_MUST_USE int cg_pg_session_result(struct cg_session *session, const char *doing, PGresult **ret_result,
                                     struct cg_error *err);
/* Runs statements and gives the last one's result, which the caller clears; ret_result may be NULL. */
CG_MUST_USE int cg_pg_session_query(struct cg_session *session, const char *sql, const char *const *params, int count,
                                    const char *doing, PGresult **ret_result, struct cg_error *err);
/* Asks the server to stop what the session does. -1: the request could not be made. */
int cg_pg_session_stop(struct cg_session *session);
/* For a session without locks of its own: is the control session, and with it every lock, still there? (R21) */
CG_MUST_USE int cg_pg_locks_held(struct cg_session *session, const char *doing, struct cg_error *err);

/* Appends what to read a table from: ONLY schema.table; the parent of partitions without ONLY; the partition itself
 * when the predicate is one of cg_pg_walk_next's that name it. */
CG_MUST_USE int cg_pg_put_from(struct cg_buffer *b, const struct cg_table *table, const char *predicate,
                               struct cg_error *err);

/* ---- snapshot.c, walk.c, reader.c: entries of cg_postgresql_source_ops, which source.c assembles ---- */
int cg_pg_snapshot(struct cg_source *, size_t sessions, struct cg_arena *, struct cg_catalog **, struct cg_snapshot *,
                   struct cg_error *);
/* Closes every session of the last snapshot. */
void cg_pg_snapshot_end(struct cg_source *);
/* Where the history stands, asked on this connection. */
CG_MUST_USE int cg_pg_position(PGconn *conn, struct cg_position *ret_position, struct cg_error *err);
int cg_pg_count(struct cg_session *, const struct cg_table *, uint64_t *, struct cg_error *);
int cg_pg_walk_open(struct cg_session *, const struct cg_table *, uint64_t first_rows, uint64_t rows, struct cg_walk **,
                    struct cg_error *);
int cg_pg_walk_next(struct cg_walk *, struct cg_chunk *, struct cg_error *);
void cg_pg_walk_close(struct cg_walk *);
int cg_pg_reader_open(struct cg_session *, const struct cg_read *, struct cg_reader **, struct cg_error *);
int cg_pg_reader_next(struct cg_reader *, struct cg_source_row *, struct cg_error *);
void cg_pg_reader_close(struct cg_reader *);
int cg_pg_canaries(struct cg_session *, const struct cg_canary *, size_t, struct cg_reader **, struct cg_error *);
/* spell.c */
int cg_pg_spell(struct cg_session *, const struct cg_table *, const struct cg_type *, const char *const *texts, size_t,
                struct cg_arena *, const char **, struct cg_error *);

#endif
