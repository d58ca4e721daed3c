/* What the files of the MySQL and MariaDB source share. Nobody outside this folder includes it. */
#ifndef CG_EXTRACT_MYSQL_INTERNAL_H
#define CG_EXTRACT_MYSQL_INTERNAL_H

#include "engine/mysql/catalog.h"
#include "engine/mysql/connection.h"
#include "extract/pool.h"
#include "extract/source.h"

#include <stdatomic.h>

/* One connection inside the snapshot: autocommit off, a READ ONLY transaction open since the window. */
struct cg_session {
    struct cg_source_base base;
    struct cg_pool_member pooled;
    struct cg_source *source;
    MYSQL *mysql;            /* NULL: retired */
    unsigned long thread_id; /* for KILL QUERY; never changes once the session is made */
    _Atomic bool lost;       /* the connection failed: retired at release. Whoever meets the error sets it */
};

struct cg_source {
    struct cg_source_base base;
    struct cg_arena *arena;
    struct cg_uri uri; /* copied into the arena */
    struct cg_server server;
    const char *database;
    bool mariadb;
    int lock_seconds;      /* how long the lock window waits for its lock; tests lower it */
    int read_lock_seconds; /* how long a reader waits for a table that others lock; tests lower it */
    MYSQL *control; /* opened by cg_source_open; the lock window runs on it, in the thread that takes the snapshot */
    _Atomic unsigned long control_id; /* its thread on the server, for cg_source_cancel; 0: none */
    struct cg_session_pool pool;
    struct cg_session *sessions;
    size_t session_count;
    MYSQL *lookers[4]; /* idle connections outside the snapshot, under pool.lock */
    size_t looker_count;
};

/* source.c: fills err from a session's connection (stmt may be NULL), marks the session lost when the connection is
 * gone, turns errors into CG_ERR_CANCELLED when the source was cancelled. Returns -1. */
int cg_mysql_session_error(struct cg_session *session, MYSQL_STMT *stmt, const char *doing, struct cg_error *err);

/* snapshot.c: the lock window. Closes the sessions of an earlier snapshot; none may be acquired. */
int cg_mysql_snapshot(struct cg_source *, size_t sessions, struct cg_arena *, struct cg_catalog **,
                      struct cg_snapshot *, struct cg_error *);
/* source.c: a connection of its own to the source's server. */
CG_MUST_USE int cg_mysql_source_connect(struct cg_source *source, MYSQL **ret_mysql, struct cg_error *err);
/* position.c: where the history stands, as this connection sees it. Fails only when the connection does: a server that
 * does not tell gives kind "none" and why. */
CG_MUST_USE int cg_mysql_position(MYSQL *mysql, const struct cg_server *server, struct cg_position *ret_position,
                                  struct cg_error *err);

/* position.c, MariaDB only: the place in the binary log of the consistent snapshot that is open on this connection. */
CG_MUST_USE int cg_mysql_snapshot_position(MYSQL *mysql, struct cg_position *ret_position, struct cg_error *err);

/* walk.c, reader.c, probe.c, reference.c, canary.c: the entries of cg_mysql_source_ops, which source.c assembles. */
int cg_mysql_walk_open(struct cg_session *, const struct cg_table *, uint64_t first_rows, uint64_t rows,
                       struct cg_walk **, struct cg_error *);
int cg_mysql_walk_next(struct cg_walk *, struct cg_chunk *, struct cg_error *);
void cg_mysql_walk_close(struct cg_walk *);
int cg_mysql_reader_open(struct cg_session *, const struct cg_read *, struct cg_reader **, struct cg_error *);
int cg_mysql_reader_next(struct cg_reader *, struct cg_source_row *, struct cg_error *);
void cg_mysql_reader_close(struct cg_reader *);
int cg_mysql_probe(struct cg_session *, const struct cg_table *, const bool *want, uint64_t sample,
                   struct cg_column_facts *, uint64_t *rows, struct cg_error *);
int cg_mysql_row_key(const struct cg_table *, struct cg_arena *, struct cg_row_key *, struct cg_error *);
int cg_mysql_row_predicate(const struct cg_table *, const struct cg_row_key *, const struct cg_slice *,
                           struct cg_buffer *, struct cg_error *);
int cg_mysql_stored_bytes(const struct cg_column *, struct cg_arena *, const char **, struct cg_error *);
int cg_mysql_check_filter(struct cg_session *, const struct cg_table *, struct cg_error *);
int cg_mysql_count(struct cg_session *, const struct cg_table *, uint64_t *, struct cg_error *);
int cg_mysql_reference(const struct cg_table *, const struct cg_foreign_key *, enum cg_reference, uint64_t most,
                       struct cg_buffer *, struct cg_error *);
int cg_mysql_canaries(struct cg_session *, const struct cg_canary *, size_t, struct cg_reader **, struct cg_error *);

#endif
