/* Rows that were set aside, read from the ledger, and one more try with them: a transaction that holds their rows of
 * the ledger locked, takes those that fit by now as parts (chunk_parts.c), and notes what became of each. */
#include "load/postgresql/internal.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- one run, its tables ---- */

int cg_pgload_ledger_run_read(struct cg_target_session *base, const char *run_id, struct cg_arena *arena,
                              struct cg_ledger_run *ret_run, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    PGresult *row;
    if (cg_pgload_ledger_rows(session, PG_SQL_RUN_READ, &run_id, 1, "reading a run", &row, err))
        return -1;
    if (PQntuples(row) == 0) {
        PQclear(row);
        return cg_pgload_no_such_run(session, run_id, err);
    }
    struct cg_ledger_run run;
    const char **const texts[] = {&run.run_id,        &run.source,       &run.target,  &run.source_identity,
                                  &run.configuration, &run.tool_version, &run.position};
    int rc = 0;
    for (int i = 0; i < 7; i++)
        if (!(*texts[i] = cg_arena_strdup(arena, PQgetvalue(row, 0, i))))
            rc = cg_error_memory(err);
    PQclear(row);
    if (rc == 0)
        *ret_run = run;
    return rc;
}

static int take_table(const PGresult *rows, int i, struct cg_arena *arena, struct cg_ledger_table_row *table,
                      struct cg_error *err) {
    const char **const texts[] = {&table->source, &table->target, &table->state};
    for (int t = 0; t < 3; t++)
        if (!(*texts[t] = cg_arena_strdup(arena, PQgetvalue(rows, i, 1 + t))))
            return cg_error_memory(err);
    if (cg_pgload_parse_i64(PQgetvalue(rows, i, 0), &table->id, err) ||
        cg_pgload_parse_u64(PQgetvalue(rows, i, 4), &table->rejected, err) ||
        cg_pgload_parse_u64(PQgetvalue(rows, i, 5), &table->loaded, err) ||
        cg_pgload_parse_u64(PQgetvalue(rows, i, 6), &table->gone, err))
        return -1;
    return 0;
}

int cg_pgload_ledger_run_tables(struct cg_target_session *base, const char *run_id, struct cg_arena *arena,
                                struct cg_ledger_table_row **ret_tables, size_t *ret_count, struct cg_error *err) {
    PGresult *rows;
    if (cg_pgload_ledger_rows(pg_session_of(base), PG_SQL_RUN_TABLES, &run_id, 1, "reading a run's tables", &rows, err))
        return -1;
    int n = PQntuples(rows);
    struct cg_ledger_table_row *tables = cg_arena_array(arena, (size_t)n, sizeof *tables);
    int rc = tables ? 0 : cg_error_memory(err);
    for (int i = 0; rc == 0 && i < n; i++)
        rc = take_table(rows, i, arena, &tables[i], err);
    PQclear(rows);
    if (rc == 0) {
        *ret_tables = tables;
        *ret_count = (size_t)n;
    }
    return rc;
}

/* ---- rejected rows ---- */

/* A text of the result in the arena; NULL stays NULL. */
static int take_text(const PGresult *rows, int i, int field, struct cg_arena *arena, const char **ret_text,
                     struct cg_error *err) {
    *ret_text = NULL;
    if (PQgetisnull(rows, i, field))
        return 0;
    *ret_text = cg_arena_strdup(arena, PQgetvalue(rows, i, field));
    return *ret_text ? 0 : cg_error_memory(err);
}

/* bytea comes as "\x" and hexadecimal digits: the sessions' setting says so. */
static int take_bytes(const PGresult *rows, int i, int field, struct cg_arena *arena, struct cg_slice *ret_bytes,
                      struct cg_error *err) {
    *ret_bytes = (struct cg_slice){NULL, 0};
    if (PQgetisnull(rows, i, field))
        return 0;
    size_t len = 0;
    unsigned char *bytes = PQunescapeBytea((const unsigned char *)PQgetvalue(rows, i, field), &len);
    unsigned char *copy = bytes ? cg_arena_array(arena, len + 1, 1) : NULL;
    if (copy)
        memcpy(copy, bytes, len);
    PQfreemem(bytes);
    if (!copy)
        return cg_error_memory(err);
    *ret_bytes = (struct cg_slice){copy, len};
    return 0;
}

static int take_reject(const PGresult *rows, int i, struct cg_arena *arena, struct cg_reject *reject,
                       struct cg_error *err) {
    if (cg_pgload_parse_i64(PQgetvalue(rows, i, 0), &reject->id, err) ||
        take_text(rows, i, 1, arena, &reject->key, err) || take_bytes(rows, i, 2, arena, &reject->where, err) ||
        take_text(rows, i, 3, arena, &reject->column, err) || take_text(rows, i, 5, arena, &reject->sqlstate, err) ||
        take_text(rows, i, 6, arena, &reject->reason, err) ||
        cg_pgload_digest_parse(PQgetvalue(rows, i, 7), &reject->digest, err))
        return -1;
    reject->by_target = strcmp(PQgetvalue(rows, i, 4), "target") == 0;
    reject->digest.rows = 1;
    return 0;
}

/* The texts of the statement that reads rejects. */
struct page {
    char table[24], after[24], limit[24];
    const char *params[3];
};

static void page_fill(struct page *page, int64_t table_id, int64_t after, size_t limit) {
    snprintf(page->table, sizeof page->table, "%" PRId64, table_id);
    snprintf(page->after, sizeof page->after, "%" PRId64, after);
    snprintf(page->limit, sizeof page->limit, "%zu", limit);
    page->params[0] = page->table;
    page->params[1] = page->after;
    page->params[2] = page->limit;
}

static int take_page(PGresult *rows, struct cg_arena *arena, struct cg_reject **ret_rejects, size_t *ret_count,
                     struct cg_error *err) {
    int n = PQntuples(rows);
    struct cg_reject *rejects = cg_arena_array(arena, (size_t)n, sizeof *rejects);
    int rc = rejects ? 0 : cg_error_memory(err);
    for (int i = 0; rc == 0 && i < n; i++)
        rc = take_reject(rows, i, arena, &rejects[i], err);
    if (rc == 0) {
        *ret_rejects = rejects;
        *ret_count = (size_t)n;
    }
    return rc;
}

int cg_pgload_ledger_rejects(struct cg_target_session *base, int64_t table_id, int64_t after, size_t limit,
                             struct cg_arena *arena, struct cg_reject **ret_rejects, size_t *ret_count,
                             struct cg_error *err) {
    struct page page;
    PGresult *rows;
    page_fill(&page, table_id, after, limit);
    if (cg_pgload_ledger_rows(pg_session_of(base), PG_SQL_REJECTS, page.params, 3, "reading rejected rows", &rows, err))
        return -1;
    int rc = take_page(rows, arena, ret_rejects, ret_count, err);
    PQclear(rows);
    return rc;
}

/* ---- once more ---- */

static int lock_page(struct pg_session *session, int64_t table_id, int64_t after, size_t limit, struct cg_arena *arena,
                     struct cg_reject **ret_rejects, size_t *ret_count, struct cg_error *err) {
    static const char doing[] = "taking rejected rows up again";
    struct page page;
    PGresult *rows;
    page_fill(&page, table_id, after, limit);
    const char *sql = cg_arena_printf(arena, "%s FOR UPDATE OF j", session->target->sql[PG_SQL_REJECTS]);
    if (!sql)
        return cg_error_memory(err);
    if (cg_pg_execute(session->conn, "BEGIN; SET LOCAL synchronous_commit = on", doing, err) ||
        cg_pg_query(session->conn, sql, page.params, 3, doing, &rows, err))
        return -1;
    int rc = take_page(rows, arena, ret_rejects, ret_count, err);
    PQclear(rows);
    return rc;
}

int cg_pgload_retry_begin(struct cg_target_session *base, int64_t table_id, int64_t after, size_t limit,
                          const char *table, const char *const *columns, size_t column_count, struct cg_arena *arena,
                          struct cg_reject **ret_rejects, size_t *ret_count, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, "retrying rejected rows", err) || cg_pgload_ledger_check(session, err))
        return -1;
    snprintf(session->where, sizeof session->where, "table %s.%s", session->target->schema, table);
    if (lock_page(session, table_id, after, limit, arena, ret_rejects, ret_count, err))
        return cg_pgload_chunk_over(session, err);
    return cg_pgload_parts_open(session, table, columns, column_count, err);
}

static int outcome_step(struct pg_session *session, const struct cg_retry *outcome, struct cg_arena *arena,
                        struct pg_step *ret_step, struct cg_error *err) {
    static const char *const states[] = {
        [CG_RETRY_REJECTED] = "rejected", [CG_RETRY_LOADED] = "loaded", [CG_RETRY_GONE] = "gone"};
    const struct cg_reject *reject = &outcome->reject;
    const char **params = cg_arena_array(arena, 7, sizeof *params);
    char *digest = cg_arena_alloc(arena, 40);
    if (!params || !digest || !(params[0] = cg_arena_printf(arena, "%" PRId64, reject->id)))
        return cg_error_memory(err);
    cg_pgload_digest_decimal(&reject->digest, digest);
    params[1] = states[outcome->state];
    params[2] = cg_pgload_clean_text(arena, reject->column);
    params[3] = reject->by_target ? "target" : "crossgrade";
    params[4] = reject->by_target ? reject->sqlstate : NULL;
    params[5] = cg_pgload_clean_text(arena, reject->reason);
    params[6] = digest;
    if ((reject->column && !params[2]) || !params[5])
        return cg_error_memory(err);
    *ret_step = (struct pg_step){session->target->sql[PG_SQL_REJECT_UPDATE], params, 7};
    return 0;
}

static int converted_step(struct pg_session *session, const char *reject_id, const struct cg_conversion_count *count,
                          struct cg_arena *arena, struct pg_step *ret_step, struct cg_error *err) {
    const char **params = cg_arena_array(arena, 5, sizeof *params);
    if (!params || !(params[2] = cg_pgload_clean_text(arena, count->column)) ||
        !(params[3] = cg_arena_printf(arena, "%" PRIu64, count->count)))
        return cg_error_memory(err);
    params[0] = reject_id;
    params[1] = cg_conversions[count->conversion].name;
    size_t samples = sizeof count->samples / sizeof *count->samples;
    if (cg_pgload_array_text(arena, count->samples, samples, &params[4], err))
        return -1;
    *ret_step = (struct pg_step){session->target->sql[PG_SQL_REJECT_CONVERTED], params, 5};
    return 0;
}

/* The statements of all outcomes: each must touch one row. */
static int outcome_steps(struct pg_session *session, const struct cg_retry *outcomes, size_t count,
                         struct cg_arena *arena, struct pg_step *steps, size_t *ret_count, struct cg_error *err) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const struct cg_retry *outcome = &outcomes[i];
        if (outcome_step(session, outcome, arena, &steps[used++], err))
            return -1;
        const char *id = steps[used - 1].params[0];
        for (size_t k = 0; outcome->state == CG_RETRY_LOADED && k < outcome->conversion_count; k++)
            if (converted_step(session, id, &outcome->conversions[k], arena, &steps[used++], err))
                return -1;
    }
    *ret_count = used;
    return 0;
}

static int note_outcomes(struct pg_session *session, const struct cg_retry *outcomes, size_t count,
                         struct cg_arena *arena, struct cg_error *err) {
    static const char doing[] = "noting what became of rejected rows";
    size_t most = count + 1, used = 0;
    for (size_t i = 0; i < count; i++)
        most += outcomes[i].conversion_count;
    struct pg_step *steps = cg_arena_array(arena, most, sizeof *steps);
    uint64_t *rows = cg_arena_array(arena, most, sizeof *rows);
    if (!steps || !rows)
        return cg_error_memory(err);
    if (outcome_steps(session, outcomes, count, arena, steps, &used, err) ||
        (used && cg_pgload_run_steps(session, steps, used, rows, doing, err)))
        return -1;
    for (size_t i = 0; i < used; i++)
        if (rows[i] != 1)
            return cg_error_set(err, CG_ERR_INTERNAL, "%s: the ledger changed under its lock", doing);
    return cg_pgload_commit(session, doing, err);
}

int cg_pgload_retry_commit(struct cg_target_session *base, const struct cg_retry *outcomes, size_t count, uint64_t rows,
                           struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (session->chunk_state != PG_CHUNK_PARTS)
        return cg_error_set(err, CG_ERR_INTERNAL, "rejected rows were to be settled, but none were taken up");
    if (session->part_rows != rows) {
        cg_error_set(err, CG_ERR_INTERNAL, "%" PRIu64 " rows went in, but %" PRIu64 " were meant to",
                     session->part_rows, rows);
        return cg_pgload_chunk_over(session, err);
    }
    struct cg_arena *arena = cg_arena_new();
    int rc = arena ? note_outcomes(session, outcomes, count, arena, err) : cg_error_memory(err);
    cg_arena_free(arena);
    if (rc)
        return cg_pgload_chunk_over(session, err);
    session->chunk_state = PG_CHUNK_NONE;
    cg_buffer_done(&session->copy_sql);
    return 0;
}
