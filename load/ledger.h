/* The ledger: what a run did, kept in the target beside the rows (schema `crossgrade`): runs, tables, chunks,
 * conversions, events, verdicts. docs/ledger.md describes the tables; load/postgresql/sql/ledger.sql makes them.
 *
 * All functions work on one target session, outside any chunk. They refuse a database without a ledger, or with one of
 * a later version, with CG_ERR_USAGE; text that is not UTF-8 is stored with U+FFFD in the place of what is not. */
#ifndef CG_LOAD_LEDGER_H
#define CG_LOAD_LEDGER_H

#include "load/target.h"

struct cg_ledger_run {
    const char *run_id;          /* "20261120-131255-7f3a9c": sortable, unique */
    const char *source, *target; /* URIs without secrets */
    const char *source_identity; /* server UUID or "" */
    const char *configuration;   /* --show-config's text, secrets out */
    const char *tool_version;
    const char *position; /* of the snapshot */
};

struct cg_ledger_run_row {
    const char *run_id, *state; /* "running", "finished", "failed", "stopped" */
    const char *source, *started, *finished;
    const char *verdict; /* or "" */
    int64_t tables, rows;
};

/* Makes the schema and its tables if missing; refuses a ledger of a later version, or a schema of that name that is not
 * a ledger and not empty (CG_ERR_CONFLICT). */
CG_MUST_USE int cg_ledger_prepare(struct cg_target_session *session, struct cg_error *err);
CG_MUST_USE int cg_ledger_run_begin(struct cg_target_session *session, const struct cg_ledger_run *run,
                                    struct cg_error *err);
/* state: "finished", "failed", "stopped". */
CG_MUST_USE int cg_ledger_run_end(struct cg_target_session *session, const char *run_id, const char *state,
                                  struct cg_error *err);
/* Adds a table of the run; state "pending". ret_id names it below. */
CG_MUST_USE int cg_ledger_table_add(struct cg_target_session *session, const char *run_id, const char *source_table,
                                    const char *target_table, int64_t *ret_id, struct cg_error *err);
/* state: "rows", "keys", "done", "failed"; message: why, or NULL. */
CG_MUST_USE int cg_ledger_table_state(struct cg_target_session *session, int64_t table_id, const char *state,
                                      const char *message, struct cg_error *err);
/* Adds a chunk, leased to the session that will write it (R15): its backend pid and start are kept with it. */
CG_MUST_USE int cg_ledger_chunk_lease(struct cg_target_session *session, int64_t table_id, int number,
                                      const struct cg_slice predicate, struct cg_chunk_id *ret_chunk,
                                      struct cg_error *err);
/* Settles what became of a chunk whose session was lost (R15, R16): ends the backend that holds the lease, waits until
 * its transaction is over, then either finds the chunk done (*ret_done), or raises its epoch and leases it to
 * `session`, so that the lost session, should it still live, can no longer finish it. *chunk gets the new epoch. */
CG_MUST_USE int cg_ledger_chunk_take_over(struct cg_target_session *session, struct cg_chunk_id *chunk, bool *ret_done,
                                          struct cg_error *err);
/* How the chunks of a table stand, read from the target, never from memory (R17). */
struct cg_ledger_table_sum {
    uint64_t chunks, chunks_done;
    struct cg_digest digest; /* of the done ones */
    uint64_t bytes;
    struct cg_digest rejected; /* of the rows that they set aside, whatever became of those since */
};
CG_MUST_USE int cg_ledger_table_sum(struct cg_target_session *session, int64_t table_id,
                                    struct cg_ledger_table_sum *ret_sum, struct cg_error *err);
/* The conversions of a table's done chunks, summed by conversion and column; in the arena. */
CG_MUST_USE int cg_ledger_conversions(struct cg_target_session *session, int64_t table_id, struct cg_arena *arena,
                                      struct cg_conversion_count **ret_counts, size_t *ret_count, struct cg_error *err);
/* Rows of a table that are still set aside, in the order of their ids: at most `limit` with an id above `after`; in the
 * arena. */
CG_MUST_USE int cg_ledger_rejects(struct cg_target_session *session, int64_t table_id, int64_t after, size_t limit,
                                  struct cg_arena *arena, struct cg_reject **ret_rejects, size_t *ret_count,
                                  struct cg_error *err);
/* An event row: who, when, from which host are filled in. run_id, object: may be NULL. kind: "run.begin",
 * "table.failed", ... */
CG_MUST_USE int cg_ledger_event(struct cg_target_session *session, const char *run_id, const char *kind,
                                const char *object, const char *text, struct cg_error *err);
/* The verdict and the JSON report, committed with synchronous_commit=on (R17). */
CG_MUST_USE int cg_ledger_verdict(struct cg_target_session *session, const char *run_id, const char *verdict,
                                  const char *report_json, struct cg_error *err);

CG_MUST_USE int cg_ledger_runs(struct cg_target_session *session, struct cg_arena *arena,
                               struct cg_ledger_run_row **ret_rows, size_t *ret_count, struct cg_error *err);
/* One run as it was entered, in the arena. CG_ERR_USAGE when there is no such run. */
CG_MUST_USE int cg_ledger_run_read(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                                   struct cg_ledger_run *ret_run, struct cg_error *err);
/* A run's tables, by name of the source. */
struct cg_ledger_table_row {
    int64_t id;
    const char *source, *target;     /* names */
    const char *state;               /* "done", "failed", ... */
    uint64_t rejected, loaded, gone; /* rows that were set aside, by what became of them */
};
CG_MUST_USE int cg_ledger_run_tables(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                                     struct cg_ledger_table_row **ret_tables, size_t *ret_count, struct cg_error *err);
/* The JSON report of the run's last verdict. CG_ERR_USAGE when there is no such run (the message lists the runs there
 * are) or it has no verdict yet. */
CG_MUST_USE int cg_ledger_report(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                                 const char **ret_json, struct cg_error *err);

/* ---- rejected rows once more (crossgrade retry-rejects) ---- */

/* Begins a transaction that holds rows of a table that are still set aside (as cg_ledger_rejects gives them), locked,
 * so that no other does the same, and takes their images by cg_chunk_write_part into `table`. Ends with cg_retry_commit
 * or cg_chunk_abort. */
CG_MUST_USE int cg_retry_begin(struct cg_target_session *session, int64_t table_id, int64_t after, size_t limit,
                               const char *table, const char *const *columns, size_t column_count,
                               struct cg_arena *arena, struct cg_reject **ret_rejects, size_t *ret_count,
                               struct cg_error *err);
enum cg_retry_state { CG_RETRY_REJECTED, CG_RETRY_LOADED, CG_RETRY_GONE };
/* What became of one of them: reject.id says which; its column, reason and so on are those of this time. */
struct cg_retry {
    enum cg_retry_state state;
    struct cg_reject reject;
    const struct cg_conversion_count *conversions; /* LOADED: what was applied to it; added to its chunk's */
    size_t conversion_count;
};
/* Notes what became of each and commits both, durably. rows: how many went in, checked against the parts. */
CG_MUST_USE int cg_retry_commit(struct cg_target_session *session, const struct cg_retry *outcomes, size_t count,
                                uint64_t rows, struct cg_error *err);

/* Removes a run from the ledger; tables it moved stay. CG_ERR_USAGE when there is no such run. */
CG_MUST_USE int cg_ledger_forget(struct cg_target_session *session, const char *run_id, struct cg_error *err);

#endif
