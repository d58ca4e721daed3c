/* The ledger's functions as thin wrappers around the target engine's; see ledger.h. */
#include "load/ledger.h"

#include "load/internal.h"

#define LEDGER(session, entry, ...)                                                                                    \
    cg_target_checked((session)->ops->ledger->entry(__VA_ARGS__), "ledger's " #entry, err)

int cg_ledger_prepare(struct cg_target_session *session, struct cg_error *err) {
    return LEDGER(session, prepare, session, err);
}

int cg_ledger_run_begin(struct cg_target_session *session, const struct cg_ledger_run *run, struct cg_error *err) {
    return LEDGER(session, run_begin, session, run, err);
}

int cg_ledger_run_end(struct cg_target_session *session, const char *run_id, const char *state, struct cg_error *err) {
    return LEDGER(session, run_end, session, run_id, state, err);
}

int cg_ledger_table_add(struct cg_target_session *session, const char *run_id, const char *source_table,
                        const char *target_table, int64_t *ret_id, struct cg_error *err) {
    return LEDGER(session, table_add, session, run_id, source_table, target_table, ret_id, err);
}

int cg_ledger_table_state(struct cg_target_session *session, int64_t table_id, const char *state, const char *message,
                          struct cg_error *err) {
    return LEDGER(session, table_state, session, table_id, state, message, err);
}

int cg_ledger_chunk_lease(struct cg_target_session *session, int64_t table_id, int number,
                          const struct cg_slice predicate, struct cg_chunk_id *ret_chunk, struct cg_error *err) {
    return LEDGER(session, chunk_lease, session, table_id, number, predicate, ret_chunk, err);
}

int cg_ledger_chunk_take_over(struct cg_target_session *session, struct cg_chunk_id *chunk, bool *ret_done,
                              struct cg_error *err) {
    return LEDGER(session, chunk_take_over, session, chunk, ret_done, err);
}

int cg_ledger_table_sum(struct cg_target_session *session, int64_t table_id, struct cg_ledger_table_sum *ret_sum,
                        struct cg_error *err) {
    return LEDGER(session, table_sum, session, table_id, ret_sum, err);
}

int cg_ledger_conversions(struct cg_target_session *session, int64_t table_id, struct cg_arena *arena,
                          struct cg_conversion_count **ret_counts, size_t *ret_count, struct cg_error *err) {
    return LEDGER(session, conversions, session, table_id, arena, ret_counts, ret_count, err);
}

int cg_ledger_rejects(struct cg_target_session *session, int64_t table_id, int64_t after, size_t limit,
                      struct cg_arena *arena, struct cg_reject **ret_rejects, size_t *ret_count, struct cg_error *err) {
    return LEDGER(session, rejects, session, table_id, after, limit, arena, ret_rejects, ret_count, err);
}

int cg_ledger_run_read(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                       struct cg_ledger_run *ret_run, struct cg_error *err) {
    return LEDGER(session, run_read, session, run_id, arena, ret_run, err);
}

int cg_ledger_run_tables(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                         struct cg_ledger_table_row **ret_tables, size_t *ret_count, struct cg_error *err) {
    return LEDGER(session, run_tables, session, run_id, arena, ret_tables, ret_count, err);
}

int cg_retry_begin(struct cg_target_session *session, int64_t table_id, int64_t after, size_t limit, const char *table,
                   const char *const *columns, size_t column_count, struct cg_arena *arena,
                   struct cg_reject **ret_rejects, size_t *ret_count, struct cg_error *err) {
    return LEDGER(session, retry_begin, session, table_id, after, limit, table, columns, column_count, arena,
                  ret_rejects, ret_count, err);
}

int cg_retry_commit(struct cg_target_session *session, const struct cg_retry *outcomes, size_t count, uint64_t rows,
                    struct cg_error *err) {
    return LEDGER(session, retry_commit, session, outcomes, count, rows, err);
}

int cg_ledger_event(struct cg_target_session *session, const char *run_id, const char *kind, const char *object,
                    const char *text, struct cg_error *err) {
    return LEDGER(session, event, session, run_id, kind, object, text, err);
}

int cg_ledger_verdict(struct cg_target_session *session, const char *run_id, const char *verdict,
                      const char *report_json, struct cg_error *err) {
    return LEDGER(session, verdict, session, run_id, verdict, report_json, err);
}

int cg_ledger_runs(struct cg_target_session *session, struct cg_arena *arena, struct cg_ledger_run_row **ret_rows,
                   size_t *ret_count, struct cg_error *err) {
    return LEDGER(session, runs, session, arena, ret_rows, ret_count, err);
}

int cg_ledger_report(struct cg_target_session *session, const char *run_id, struct cg_arena *arena,
                     const char **ret_json, struct cg_error *err) {
    return LEDGER(session, report, session, run_id, arena, ret_json, err);
}

int cg_ledger_forget(struct cg_target_session *session, const char *run_id, struct cg_error *err) {
    return LEDGER(session, forget, session, run_id, err);
}
