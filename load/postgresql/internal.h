/* What the files of load/postgresql/ share: the target, its sessions, and the SQL of load/postgresql/sql/ with the
 * ledger's schema filled in.
 *
 * A target is read-only once it is open, but for the list of its sessions, which cg_target_cancel walks from any thread
 * under `mutex`. A session belongs to one thread. */
#ifndef CG_LOAD_POSTGRESQL_INTERNAL_H
#define CG_LOAD_POSTGRESQL_INTERNAL_H

#include "engine/postgresql/catalog.h"
#include "engine/postgresql/connection.h"
#include "load/internal.h"

#include <pthread.h>

/* The statements of load/postgresql/sql/, by file name. */
enum pg_sql {
    PG_SQL_LEDGER,
    PG_SQL_LEDGER_2,
    PG_SQL_LEDGER_STATE,
    PG_SQL_LEDGER_VERSION,
    PG_SQL_RUN_BEGIN,
    PG_SQL_RUN_END,
    PG_SQL_TABLE_ADD,
    PG_SQL_TABLE_STATE,
    PG_SQL_CHUNK_LEASE,
    PG_SQL_CHUNK_TAKE,
    PG_SQL_CHUNK_DONE,
    PG_SQL_CHUNK_END_BACKEND,
    PG_SQL_CHUNK_LOCK,
    PG_SQL_CHUNK_TAKE_OVER,
    PG_SQL_CONVERSION_ADD,
    PG_SQL_ORPHANS_ADD,
    PG_SQL_TABLE_SUM,
    PG_SQL_CONVERSIONS,
    PG_SQL_REJECT_ADD,
    PG_SQL_REJECT_UPDATE,
    PG_SQL_REJECT_CONVERTED,
    PG_SQL_REJECTS,
    PG_SQL_RUN_READ,
    PG_SQL_RUN_TABLES,
    PG_SQL_EVENT,
    PG_SQL_VERDICT,
    PG_SQL_RUNS,
    PG_SQL_REPORT,
    PG_SQL_FORGET,
    PG_SQL_FACTS,
    PG_SQL_EXTENSIONS,
    PG_SQL_RIGHTS,
    PG_SQL_LOCKERS,
    PG_SQL_DEPENDENTS,
    PG_SQL_OWNER,
    PG_SQL_EXISTING_TABLES,
    PG_SQL_EXISTING_FOREIGN_KEYS,
    PG_SQL_EXISTING_TRIGGERS,
    PG_SQL_LEDGER_PENDING,
    PG_SQL_COUNT
};

struct pg_session;

struct pg_target {
    struct cg_target base;
    struct cg_arena *arena;
    struct cg_uri uri; /* a copy, in the arena */
    const char *schema, *ledger_schema;
    const char *database, *user;
    struct cg_server server;
    const char **extensions;
    size_t extension_count;
    bool schema_exists, has_icu, folds_all_letters;
    bool fills_only;               /* no table is made: rights that only that would need are not asked for */
    const char *session_setup;     /* run by every new session */
    const char *sql[PG_SQL_COUNT]; /* ready to run */
    pthread_mutex_t mutex;         /* guards sessions, and each one's cancel */
    struct pg_session *sessions;
};

/* What a session is in the middle of. */
enum pg_chunk_state {
    PG_CHUNK_NONE,
    PG_CHUNK_COPYING, /* in a COPY */
    PG_CHUNK_PARTS,   /* between two COPYs of one transaction */
};

/* What became of the last part: what must come before the next statement. */
enum pg_part { PG_PART_NONE, PG_PART_IN, PG_PART_REFUSED };

struct pg_session {
    struct cg_target_session base;
    struct pg_target *target;
    PGconn *conn;
    PGcancel *cancel;
    struct pg_session *next, **link;
    bool ledger_known; /* the ledger is there and of our version */
    enum pg_chunk_state chunk_state;
    struct cg_chunk_id chunk;
    char where[320]; /* what the open chunk concerns, for errors */
    /* PG_CHUNK_PARTS */
    struct cg_buffer copy_sql; /* the COPY of each part */
    enum pg_part part;
    uint64_t part_rows; /* that went in, in all parts */
};

static inline struct pg_session *pg_session_of(struct cg_target_session *session) {
    return (struct pg_session *)session;
}

/* sql.c: fills target->sql. */
CG_MUST_USE int cg_pgload_sql_prepare(struct pg_target *target, struct cg_error *err);
/* Runs one of the statements with text parameters (cg_pg_query). */
CG_MUST_USE int cg_pgload_sql_run(struct pg_session *session, enum pg_sql which, const char *const *params, int count,
                                  const char *doing, PGresult **ret_result, struct cg_error *err);

/* steps.c: several statements in one round trip. */
struct pg_step {
    const char *sql;
    const char *const *params; /* text */
    int count;
};
/* Sends all steps, then takes all results. rows[count]: rows that each touched. In a transaction block nothing is
 * committed by the end of the pipeline. */
CG_MUST_USE int cg_pgload_run_steps(struct pg_session *session, const struct pg_step *steps, size_t count,
                                    uint64_t *rows, const char *doing, struct cg_error *err);

/* session.c: a connection in a known state, not yet in the target's list. */
CG_MUST_USE int cg_pgload_open_conn(struct pg_target *target, PGconn **ret_conn, struct cg_error *err);
int cg_pgload_session_open(struct cg_target *target, struct cg_target_session **ret_session, struct cg_error *err);
void cg_pgload_session_close(struct cg_target_session *session);
void cg_pgload_cancel(struct cg_target *target);
int cg_pgload_execute(struct cg_target_session *session, const char *sql, struct cg_error *err);
int cg_pgload_check_rights(struct cg_target_session *session, bool makes_tables, struct cg_error *err);
int cg_pgload_claim(struct cg_target_session *session, struct cg_error *err);
int cg_pgload_read_catalog(struct cg_target_session *session, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                           struct cg_error *err);
/* existing.c */
int cg_pgload_dependents(struct cg_target_session *session, const struct cg_catalog *wanted, struct cg_arena *arena,
                         const char ***ret_names, size_t *ret_count, struct cg_error *err);
/* existing_tables.c, ddl_existing.c */
int cg_pgload_existing(struct cg_target_session *session, const char *const *tables, size_t count, bool truncate,
                       struct cg_arena *arena, struct cg_existing **ret_existing, struct cg_error *err);
int cg_pgload_holds_rows(struct cg_target_session *session, const char *table, bool *ret_rows, struct cg_error *err);
int cg_pgload_existing_ddl(const struct cg_ddl_options *options, const struct cg_catalog *wanted,
                           const struct cg_catalog *actual, bool truncate, struct cg_arena *arena,
                           struct cg_ddl_list *ret_list, struct cg_error *err);
/* constraints.c */
int cg_pgload_constraints(const struct cg_ddl_options *options, const struct cg_existing *existing, bool truncate,
                          struct cg_arena *arena, struct cg_constraint **ret_constraints, size_t *ret_count,
                          struct cg_error *err);
int cg_pgload_pending(struct cg_target_session *session, const char *prefix, struct cg_arena *arena,
                      struct cg_pending **ret_pending, size_t *ret_count, struct cg_error *err);
/* owner.c */
int cg_pgload_check_owner(struct cg_target_session *session, const char *role, struct cg_error *err);
/* script.c */
int cg_pgload_script(struct cg_target_session *session, const char *sql, size_t *ret_line, struct cg_error *err);
/* session.c again. */
/* To an error of class CG_ERR_RIGHTS adds the GRANTs that mend it as the hint. Leaves every other error alone. */
void cg_pgload_explain_rights(struct pg_session *session, struct cg_error *err);
/* Is it the statement that the server refuses, rather than the server that cannot go on? */
bool cg_pgload_blames_statement(const struct cg_error *err);
/* An error of one of our own transactions' statements: rolls back, so that the session can be used again. */
void cg_pgload_rollback(struct pg_session *session);
/* CG_ERR_INTERNAL when a chunk or transaction is open. */
CG_MUST_USE int cg_pgload_session_idle(struct pg_session *session, const char *doing, struct cg_error *err);
/* COMMIT; a server that answers with anything else than "COMMIT" did not commit. */
CG_MUST_USE int cg_pgload_commit(struct pg_session *session, const char *doing, struct cg_error *err);

/* text.c: text as PostgreSQL takes it (valid UTF-8, no NUL is possible): what is not is replaced by U+FFFD. In the
 * arena; NULL when memory is out. A NULL text gives NULL. */
const char *cg_pgload_clean_text(struct cg_arena *arena, const char *text);
/* The texts up to the first NULL, at most count, as an array literal of PostgreSQL ('{"a","b"}'), cleaned. */
CG_MUST_USE int cg_pgload_array_text(struct cg_arena *arena, const char *const *texts, size_t count,
                                     const char **ret_text, struct cg_error *err);
/* Bytes as decode(..., 'hex') takes them; NULL when memory is out. */
const char *cg_pgload_hexadecimal(struct cg_arena *arena, struct cg_slice bytes);
/* A digest's sum as the decimal text that the ledger keeps, and back. */
void cg_pgload_digest_decimal(const struct cg_digest *digest, char ret_text[40]);
CG_MUST_USE int cg_pgload_digest_parse(const char *decimal, struct cg_digest *ret_digest, struct cg_error *err);
CG_MUST_USE int cg_pgload_parse_u64(const char *text, uint64_t *ret_value, struct cg_error *err);
CG_MUST_USE int cg_pgload_parse_i64(const char *text, int64_t *ret_value, struct cg_error *err);

/* The entries of other files. */
int cg_pgload_trial(struct cg_target_session *session, const struct cg_catalog *wanted, struct cg_arena *arena,
                    struct cg_trial *ret_trial, struct cg_error *err);
int cg_pgload_ddl(const struct cg_ddl_options *options, const struct cg_catalog *wanted, struct cg_arena *arena,
                  struct cg_ddl_list *ret_list, struct cg_error *err);
int cg_pgload_chunk_begin(struct cg_target_session *session, struct cg_chunk_id chunk, const char *table,
                          const char *const *columns, size_t column_count, struct cg_error *err);
int cg_pgload_chunk_write(struct cg_target_session *session, struct cg_slice images, struct cg_error *err);
int cg_pgload_chunk_commit(struct cg_target_session *session, const struct cg_chunk_result *result,
                           const struct cg_conversion_count *conversions, size_t conversion_count,
                           struct cg_error *err);
void cg_pgload_chunk_abort(struct cg_target_session *session);
int cg_pgload_chunk_begin_parts(struct cg_target_session *session, struct cg_chunk_id chunk, const char *table,
                                const char *const *columns, size_t column_count, struct cg_error *err);
int cg_pgload_chunk_write_part(struct cg_target_session *session, struct cg_slice images, cg_refused_fn *refused,
                               void *context, uint64_t *ret_rows, struct cg_error *err);
int cg_pgload_chunk_reject(struct cg_target_session *session, const struct cg_reject *rejects, size_t count,
                           struct cg_error *err);
int cg_pgload_canary(struct cg_target_session *session, const char *const *types, size_t count, struct cg_slice image,
                     struct cg_arena *arena, const char **ret_texts, struct cg_error *err);
int cg_pgload_canary_image(struct cg_target_session *session, struct cg_buffer *image, struct cg_error *err);

/* chunk.c, for chunks in parts (chunk_parts.c) */
/* BEGIN, and the ledger's row of the chunk is ours and locked; on failure the chunk is over. */
CG_MUST_USE int cg_pgload_chunk_lock(struct pg_session *session, struct cg_chunk_id chunk, const char *table,
                                     struct cg_error *err);
/* Appends COPY table (columns) FROM STDIN (FORMAT binary). */
CG_MUST_USE int cg_pgload_chunk_copy_sql(const struct pg_session *session, const char *table,
                                         const char *const *columns, size_t count, struct cg_buffer *b,
                                         struct cg_error *err);
/* The chunk is over: rolls back and completes the error (which may be NULL). Returns -1. */
int cg_pgload_chunk_over(struct pg_session *session, struct cg_error *err);

/* chunk_parts.c: inside a transaction: from now on the session takes parts for that table. A failure ends the chunk. */
CG_MUST_USE int cg_pgload_parts_open(struct pg_session *session, const char *table, const char *const *columns,
                                     size_t column_count, struct cg_error *err);

/* copy.c: COPY ... (FORMAT binary) as both the chunks and the canaries use it. */
/* Runs a COPY ... FROM STDIN (FORMAT binary) and sends the stream's header. */
CG_MUST_USE int cg_pgload_copy_in_begin(PGconn *conn, const char *sql, const char *doing, struct cg_error *err);
CG_MUST_USE int cg_pgload_copy_in_write(PGconn *conn, struct cg_slice images, const char *doing, struct cg_error *err);
/* Sends the trailer and takes the server's count. After a failure the server is out of COPY. */
CG_MUST_USE int cg_pgload_copy_in_end(PGconn *conn, const char *doing, uint64_t *ret_rows, struct cg_error *err);
/* Ends a COPY so that the server takes nothing, and fills err with what it says; why: what it is told. err may be NULL.
 */
void cg_pgload_copy_in_fail(PGconn *conn, const char *why, const char *doing, struct cg_error *err);

/* copy_out.c: runs a COPY ... TO STDOUT (FORMAT binary) to its end and hands each tuple on; *ret_rows: how many. After
 * a failure, its own or image's, the server is out of COPY. */
typedef int cg_pgload_image(void *context, struct cg_slice image, struct cg_error *err);
CG_MUST_USE int cg_pgload_copy_out(PGconn *conn, const char *sql, const char *doing, cg_pgload_image *image,
                                   void *context, uint64_t *ret_rows, struct cg_error *err);

extern const struct cg_orphan_ops cg_pgload_orphan_ops; /* orphans.c */
/* orphans.c, for orphans_remove.c: " FROM child AS c WHERE" the row breaks the key and, unless the source was never
 * asked, is none of those that are equal by collation only. */
CG_MUST_USE int cg_pgload_put_orphans(const struct pg_session *session, const struct cg_orphan_place *place,
                                      bool spare_by_collation, struct cg_buffer *b, struct cg_error *err);
/* An expression that tells a row c of a table by its key, and by columns that are not in it: "id=17 (parent_id=99)". */
CG_MUST_USE int cg_pgload_put_sample(const struct cg_table *table, const char *const *columns, size_t count,
                                     struct cg_buffer *b, struct cg_error *err);
/* " ORDER BY" the key of a table called c, or where its rows are. */
CG_MUST_USE int cg_pgload_put_key_order(const struct cg_table *table, struct cg_buffer *b, struct cg_error *err);
/* duplicates.c */
int cg_pgload_duplicates(struct cg_target_session *session, const struct cg_table *table, const struct cg_key *key,
                         struct cg_arena *arena, const char ***ret_samples, size_t *ret_count, struct cg_error *err);
/* orphans_remove.c */
int cg_pgload_orphans_remove(struct cg_target_session *session, const struct cg_orphan_place *place,
                             const struct cg_orphan_removal *removal, struct cg_arena *arena,
                             struct cg_orphans_removed *ret_removed, struct cg_error *err);

extern const struct cg_ledger_ops cg_pgload_ledger_ops; /* ledger.c */
/* ledger.c: is there a ledger of our version? Asked once per session. */
CG_MUST_USE int cg_pgload_ledger_check(struct pg_session *session, struct cg_error *err);
/* ledger_read.c */
int cg_pgload_ledger_table_sum(struct cg_target_session *session, int64_t table_id, struct cg_ledger_table_sum *ret_sum,
                               struct cg_error *err);
int cg_pgload_ledger_conversions(struct cg_target_session *session, int64_t table_id, struct cg_arena *arena,
                                 struct cg_conversion_count **ret_counts, size_t *ret_count, struct cg_error *err);
int cg_pgload_ledger_runs(struct cg_target_session *session, struct cg_arena *arena,
                          struct cg_ledger_run_row **ret_rows, size_t *ret_count, struct cg_error *err);
int cg_pgload_ledger_report(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                            const char **ret_json, struct cg_error *err);
int cg_pgload_ledger_forget(struct cg_target_session *session, const char *run_id, struct cg_error *err);
/* Runs one reader after making sure that there is a ledger that it can read. */
CG_MUST_USE int cg_pgload_ledger_rows(struct pg_session *session, enum pg_sql sql, const char *const *params, int count,
                                      const char *doing, PGresult **ret_rows, struct cg_error *err);
/* CG_ERR_USAGE with the runs that there are. Returns -1. */
int cg_pgload_no_such_run(struct pg_session *session, const char *run_id, struct cg_error *err);
/* ledger_rejects.c */
int cg_pgload_ledger_rejects(struct cg_target_session *session, int64_t table_id, int64_t after, size_t limit,
                             struct cg_arena *arena, struct cg_reject **ret_rejects, size_t *ret_count,
                             struct cg_error *err);
int cg_pgload_ledger_run_read(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                              struct cg_ledger_run *ret_run, struct cg_error *err);
int cg_pgload_ledger_run_tables(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                                struct cg_ledger_table_row **ret_tables, size_t *ret_count, struct cg_error *err);
int cg_pgload_retry_begin(struct cg_target_session *session, int64_t table_id, int64_t after, size_t limit,
                          const char *table, const char *const *columns, size_t column_count, struct cg_arena *arena,
                          struct cg_reject **ret_rejects, size_t *ret_count, struct cg_error *err);
int cg_pgload_retry_commit(struct cg_target_session *session, const struct cg_retry *outcomes, size_t count,
                           uint64_t rows, struct cg_error *err);
/* ledger_chunk.c */
int cg_pgload_ledger_chunk_lease(struct cg_target_session *session, int64_t table_id, int number,
                                 struct cg_slice predicate, struct cg_chunk_id *ret_chunk, struct cg_error *err);
int cg_pgload_ledger_chunk_take_over(struct cg_target_session *session, struct cg_chunk_id *chunk, bool *ret_done,
                                     struct cg_error *err);

#endif
