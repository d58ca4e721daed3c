/* The read side of an engine: one consistent moment of a database, seen by several sessions.
 *
 * Life: cg_source_open -> cg_source_snapshot (opens every session of the run and reads the catalog, all inside the lock
 * window: R5, R6) -> cg_source_acquire / release sessions, any thread -> cg_source_free. A session belongs to one
 * thread between acquire and release. cg_source_cancel may be called from any thread at any time, also from a signal's
 * watcher. Nothing here ever writes to the database (R4).
 *
 * An engine is one struct cg_source_ops (extract/mysql/, extract/postgresql/), registered in extract/source.c; the core
 * calls it only through the functions below, which check the contract (a failure must fill err). */
#ifndef CG_EXTRACT_SOURCE_H
#define CG_EXTRACT_SOURCE_H

#include "core/buffer.h"
#include "core/catalog.h"
#include "core/error.h"
#include "core/facts.h"
#include "core/uri.h"
#include "core/value.h"

#include <stdbool.h>

struct cg_source;  /* an open database */
struct cg_session; /* one connection inside the snapshot */
struct cg_reader;  /* one running SELECT */
struct cg_walk;    /* one running cut of a table into chunks */

/* A place in the source's history, to tell later whether it moved. */
struct cg_position {
    char kind[16];   /* "gtid", "binlog", "lsn", or "none" when the server does not tell */
    char text[1024]; /* as the server prints it; "" for none. A longer set is cut and `kind` is "none" */
    char why[256];   /* for "none": why, and the statement that mends it */
};

struct cg_snapshot {
    bool consistent; /* all sessions see one moment */
    char method[64]; /* "BACKUP STAGE BLOCK_COMMIT", "FLUSH TABLES WITH READ LOCK", "LOCK TABLES", "position unchanged",
                        "single session", "pg_export_snapshot", "none" */
    char assumes[512];   /* what that method takes for granted, or "" */
    double lock_seconds; /* how long locks were held */
    struct cg_position position;
    char taken_at[40]; /* the source's clock, ISO 8601 in UTC */
};

/* One range of a table. predicate is SQL of this engine, "" for the whole table; lives in the walk until the next call.
 */
struct cg_chunk {
    const char *predicate;
    int64_t rows_expected; /* -1: not known */
};

/* One row as read: values when the engine has a driver that decodes fields (MySQL), else the row image itself
 * (PostgreSQL's COPY BINARY tuple, without the stream's header and trailer). Valid until the next call. */
struct cg_source_row {
    const struct cg_value *values; /* one for each column asked for, or NULL */
    struct cg_slice image;         /* data is NULL when values is set */
};

/* What to read: columns by name, in the order they are wanted. */
struct cg_read {
    const struct cg_table *table;
    const struct cg_column *const *columns;
    size_t column_count;
    const char *predicate;      /* "" for all */
    const char *const *as_text; /* NULL, or for each column NULL or an SQL expression of this engine to read instead */
};

/* One canary (R26): a typed literal to be selected on the source as a column of `type`, with no table. */
struct cg_canary {
    const struct cg_type *type;
    const char *json; /* MySQL family: the value as a JSON scalar for JSON_TABLE: "\"2024-02-29\"", "-128";
                         PostgreSQL: the value as the type's own text form: "2024-02-29" */
};

/* uri: scheme chooses the engine. schema: the schema to read of a PostgreSQL database, ignored by MySQL.
 * hidden_schema: a schema whose objects are not part of the database (the ledger's), or NULL.
 * Connects once. CG_ERR_RIGHTS, CG_ERR_NETWORK, CG_ERR_USAGE. The caller frees with cg_source_free. */
CG_MUST_USE int cg_source_open(const struct cg_uri *uri, const char *schema, const char *hidden_schema,
                               struct cg_source **ret_source, struct cg_error *err);
/* Accepts NULL. All sessions must have been released, readers closed. */
void cg_source_free(struct cg_source *source);

/* Opens `sessions` sessions on one moment and reads the catalog inside the window. Where no lock can be had, falls back
 * as docs/architecture.md tells, and says so in ret_snapshot; never fails for want of a lock alone. wanted: how many
 * are enough to go on with; with fewer it fails. */
CG_MUST_USE int cg_source_snapshot(struct cg_source *source, size_t sessions, struct cg_arena *arena,
                                   struct cg_catalog **ret_catalog, struct cg_snapshot *ret_snapshot,
                                   struct cg_error *err);

/* A free session; waits until one is released. CG_ERR_NETWORK when all have been lost, CG_ERR_CANCELLED. */
CG_MUST_USE int cg_source_acquire(struct cg_source *source, struct cg_session **ret_session, struct cg_error *err);
/* The same, but CG_ERR_NETWORK at once when none is free. For a stage whose threads keep their sessions and wait for
 * each other's work: there were enough sessions for all of them, so those that are missing were lost, and whoever
 * waited for one would wait for ever. */
CG_MUST_USE int cg_source_acquire_now(struct cg_source *source, struct cg_session **ret_session, struct cg_error *err);
/* The same as cg_source_acquire, but CG_ERR_NETWORK once no more than `kept` sessions are left: those that somebody
 * keeps for the whole stage, so that none of them will come back. */
CG_MUST_USE int cg_source_acquire_beyond(struct cg_source *source, size_t kept, struct cg_session **ret_session,
                                         struct cg_error *err);
/* Gives it back. A session whose connection failed is retired (the source notices by itself). Accepts NULL. */
void cg_source_release(struct cg_source *source, struct cg_session *session);
/* Sessions not retired. */
size_t cg_source_session_count(struct cg_source *source);

/* Stops what every session is doing (KILL QUERY, PQcancel); calls in flight return CG_ERR_CANCELLED. Any thread. */
void cg_source_cancel(struct cg_source *source);

/* Reads the table once and fills facts[table->column_count]; only columns with want[i] are asked for. sample: 0 for all
 * rows, else so many from either end of the primary key (without one: twice as many of any). ret_rows gets the number
 * of rows that were read: without a sample, COUNT(*) of the snapshot. */
CG_MUST_USE int cg_source_probe(struct cg_session *session, const struct cg_table *table, const bool *want,
                                uint64_t sample, struct cg_column_facts *facts, uint64_t *ret_rows,
                                struct cg_error *err);

/* Is table->filter (not NULL) an expression that can stand in the engine's SELECTs, and that the server takes? Nothing
 * is read. CG_ERR_USAGE, in the server's words where it is the server that refuses; also for engines without filters.
 */
CG_MUST_USE int cg_source_check_filter(struct cg_session *session, const struct cg_table *table, struct cg_error *err);

/* COUNT(*) in the snapshot (R2). */
CG_MUST_USE int cg_source_count(struct cg_session *session, const struct cg_table *table, uint64_t *ret_rows,
                                struct cg_error *err);

/* Cuts a table into ranges of about rows_per_chunk rows by walking a key (R8) or by ctid (R22); first_rows is the size
 * of the first one, so that two walks of one table can have other bounds (R23). The ranges are disjoint and together
 * hold every row: the first and the last are open-ended. A table that cannot be cut is one range. */
CG_MUST_USE int cg_walk_open(struct cg_session *session, const struct cg_table *table, uint64_t first_rows,
                             uint64_t rows_per_chunk, struct cg_walk **ret_walk, struct cg_error *err);
/* 1: *ret_chunk is the next range; 0: there is none; -1: err. The first call always gives a range. */
CG_MUST_USE int cg_walk_next(struct cg_walk *walk, struct cg_chunk *ret_chunk, struct cg_error *err);
void cg_walk_close(struct cg_walk *walk);

/* Starts reading; rows come in no particular order. what must stay until the reader is closed. */
CG_MUST_USE int cg_reader_open(struct cg_session *session, const struct cg_read *what, struct cg_reader **ret_reader,
                               struct cg_error *err);
/* 1: a row; 0: the end, and only when the server said so (R1); -1: err. */
CG_MUST_USE int cg_reader_next(struct cg_reader *reader, struct cg_source_row *ret_row, struct cg_error *err);
/* Closes, also in the middle of a stream (then the session is drained or retired). Accepts NULL. */
void cg_reader_close(struct cg_reader *reader);

/* The definition of one table as it is now (not as in the snapshot), for comparison after its last chunk (R5).
 * *ret_table is NULL when it is gone. */
CG_MUST_USE int cg_source_table_now(struct cg_source *source, const char *table, struct cg_arena *arena,
                                    struct cg_table **ret_table, struct cg_error *err);
/* Where the source's history stands now, on a connection of its own. */
CG_MUST_USE int cg_source_position(struct cg_source *source, struct cg_position *ret_position, struct cg_error *err);

/* Selects canaries as one row of typed columns, without any table. CG_ERR_ENGINE when the server cannot make one:
 * callers then try them one by one. The reader yields one row; `canaries` must stay until it is closed. */
CG_MUST_USE int cg_source_canaries(struct cg_session *session, const struct cg_canary *canaries, size_t count,
                                   struct cg_reader **ret_reader, struct cg_error *err);

/* Which of a foreign key's child rows to read (R31). */
enum cg_reference {
    CG_REFERENCE_MISSING, /* every column has a value, and no row of the parent is equal, as this engine compares */
    CG_REFERENCE_BY_COLLATION, /* a row of the parent is equal, but only by collation: its text has other bytes */
};
/* Appends a predicate for cg_read of the child's table that holds for such rows; most: no more rows than that, 0: all.
 * CG_ERR_USAGE when this engine's source cannot tell. */
CG_MUST_USE int cg_source_reference(struct cg_source *source, const struct cg_table *child,
                                    const struct cg_foreign_key *fk, enum cg_reference which, uint64_t most,
                                    struct cg_buffer *predicate, struct cg_error *err);

/* How the server itself spells expressions, with types and constants as it understood them: two texts that give one
 * spelling mean the same. table: whose columns they name; NULL: none. type: what each is cast to, as in that column;
 * NULL: nothing. No row is read; SELECT on the table is enough. ret_texts[count] live in the arena. CG_ERR_ENGINE, not
 * retryable, when the server refuses one of them; CG_ERR_USAGE from an engine that does not tell. */
CG_MUST_USE int cg_source_spell(struct cg_session *session, const struct cg_table *table, const struct cg_type *type,
                                const char *const *texts, size_t count, struct cg_arena *arena, const char **ret_texts,
                                struct cg_error *err);

/* How one row of a table is told from all others: columns to be read as these expressions (as_text of cg_read), and SQL
 * made of their texts. */
struct cg_row_key {
    const struct cg_column **columns;
    const char **as_text;
    size_t count; /* 0: the table has no key that SQL could name a row by */
};
/* A key of whole NOT NULL columns; in the arena. Engines that cannot tell give none. */
CG_MUST_USE int cg_source_row_key(struct cg_source *source, const struct cg_table *table, struct cg_arena *arena,
                                  struct cg_row_key *ret_key, struct cg_error *err);
/* Appends the predicate that selects the row whose key has these texts (key->count). */
CG_MUST_USE int cg_source_row_predicate(struct cg_source *source, const struct cg_table *table,
                                        const struct cg_row_key *key, const struct cg_slice *texts,
                                        struct cg_buffer *out, struct cg_error *err);
/* For a text column that may come otherwise than it is stored (R10): the expression (as_text of cg_read) of its bytes,
 * in the arena; *ret_expression is NULL for all others. */
CG_MUST_USE int cg_source_stored_bytes(struct cg_source *source, const struct cg_column *column, struct cg_arena *arena,
                                       const char **ret_expression, struct cg_error *err);

/* ---- for engines ---- */

struct cg_source_ops {
    const char *const *schemes; /* NULL-terminated */
    int (*open)(const struct cg_uri *, const char *schema, const char *hidden_schema, struct cg_source **,
                struct cg_error *);
    void (*free)(struct cg_source *);
    int (*snapshot)(struct cg_source *, size_t sessions, struct cg_arena *, struct cg_catalog **, struct cg_snapshot *,
                    struct cg_error *);
    int (*acquire)(struct cg_source *, size_t kept, struct cg_session **,
                   struct cg_error *); /* SIZE_MAX: never waits */
    void (*release)(struct cg_source *, struct cg_session *);
    size_t (*session_count)(struct cg_source *);
    void (*cancel)(struct cg_source *);
    int (*probe)(struct cg_session *, const struct cg_table *, const bool *want, uint64_t sample,
                 struct cg_column_facts *, uint64_t *rows, struct cg_error *);            /* NULL: never probed */
    int (*check_filter)(struct cg_session *, const struct cg_table *, struct cg_error *); /* NULL: no filters */
    int (*count)(struct cg_session *, const struct cg_table *, uint64_t *, struct cg_error *);
    int (*walk_open)(struct cg_session *, const struct cg_table *, uint64_t first, uint64_t rows, struct cg_walk **,
                     struct cg_error *);
    int (*walk_next)(struct cg_walk *, struct cg_chunk *, struct cg_error *);
    void (*walk_close)(struct cg_walk *);
    int (*reader_open)(struct cg_session *, const struct cg_read *, struct cg_reader **, struct cg_error *);
    int (*reader_next)(struct cg_reader *, struct cg_source_row *, struct cg_error *);
    void (*reader_close)(struct cg_reader *);
    int (*table_now)(struct cg_source *, const char *, struct cg_arena *, struct cg_table **, struct cg_error *);
    int (*position)(struct cg_source *, struct cg_position *, struct cg_error *);
    int (*canaries)(struct cg_session *, const struct cg_canary *, size_t, struct cg_reader **,
                    struct cg_error *); /* NULL: none */
    int (*spell)(struct cg_session *, const struct cg_table *, const struct cg_type *, const char *const *, size_t,
                 struct cg_arena *, const char **, struct cg_error *); /* NULL: it does not tell */
    int (*reference)(const struct cg_table *, const struct cg_foreign_key *, enum cg_reference, uint64_t most,
                     struct cg_buffer *, struct cg_error *); /* NULL: cannot tell */
    int (*row_key)(const struct cg_table *, struct cg_arena *, struct cg_row_key *,
                   struct cg_error *); /* NULL: no table has one; then the next two are never called */
    int (*row_predicate)(const struct cg_table *, const struct cg_row_key *, const struct cg_slice *,
                         struct cg_buffer *, struct cg_error *);
    int (*stored_bytes)(const struct cg_column *, struct cg_arena *, const char **, struct cg_error *);
};

/* Every engine's structs of the four kinds begin with this. */
struct cg_source_base {
    const struct cg_source_ops *ops;
};

extern const struct cg_source_ops cg_mysql_source_ops;      /* extract/mysql/ */
extern const struct cg_source_ops cg_postgresql_source_ops; /* extract/postgresql/ */

#endif
