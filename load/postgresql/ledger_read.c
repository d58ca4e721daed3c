/* What the ledger tells: how a table's chunks stand, conversions, runs, reports; and forgetting a run. */
#include "load/postgresql/internal.h"

#include <inttypes.h>
#include <stdio.h>

int cg_pgload_ledger_rows(struct pg_session *session, enum pg_sql sql, const char *const *params, int count,
                          const char *doing, PGresult **ret_rows, struct cg_error *err) {
    if (cg_pgload_session_idle(session, doing, err) || cg_pgload_ledger_check(session, err))
        return -1;
    if (cg_pgload_sql_run(session, sql, params, count, doing, ret_rows, err) == 0)
        return 0;
    cg_pgload_explain_rights(session, err);
    return -1;
}

int cg_pgload_ledger_table_sum(struct cg_target_session *base, int64_t table_id, struct cg_ledger_table_sum *ret_sum,
                               struct cg_error *err) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, table_id);
    const char *id = text;
    PGresult *row;
    if (cg_pgload_ledger_rows(pg_session_of(base), PG_SQL_TABLE_SUM, &id, 1, "adding up a table's chunks", &row, err))
        return -1;
    struct cg_ledger_table_sum sum = {0};
    int rc = 0;
    if (cg_pgload_parse_u64(PQgetvalue(row, 0, 0), &sum.chunks, err) ||
        cg_pgload_parse_u64(PQgetvalue(row, 0, 1), &sum.chunks_done, err) ||
        cg_pgload_parse_u64(PQgetvalue(row, 0, 2), &sum.digest.rows, err) ||
        cg_pgload_parse_u64(PQgetvalue(row, 0, 3), &sum.bytes, err) ||
        cg_pgload_digest_parse(PQgetvalue(row, 0, 4), &sum.digest, err) ||
        cg_pgload_parse_u64(PQgetvalue(row, 0, 5), &sum.rejected.rows, err) ||
        cg_pgload_digest_parse(PQgetvalue(row, 0, 6), &sum.rejected, err))
        rc = -1;
    PQclear(row);
    if (rc == 0)
        *ret_sum = sum;
    return rc;
}

/* ---- conversions ---- */

static int take_conversion(const PGresult *rows, int i, struct cg_arena *arena, struct cg_conversion_count *count,
                           struct cg_error *err) {
    int conversion = cg_conversion_by_name(PQgetvalue(rows, i, 0));
    if (conversion < 0)
        return cg_error_set(err, CG_ERR_INTERNAL, "the ledger holds a conversion of no known name: %s",
                            PQgetvalue(rows, i, 0));
    count->conversion = (enum cg_conversion)conversion;
    count->column = cg_arena_strdup(arena, PQgetvalue(rows, i, 1));
    if (!count->column)
        return cg_error_memory(err);
    if (cg_pgload_parse_u64(PQgetvalue(rows, i, 2), &count->count, err))
        return -1;
    for (int s = 0; s < 5 && !PQgetisnull(rows, i, 3 + s); s++)
        if (!(count->samples[s] = cg_arena_strdup(arena, PQgetvalue(rows, i, 3 + s))))
            return cg_error_memory(err);
    return 0;
}

int cg_pgload_ledger_conversions(struct cg_target_session *base, int64_t table_id, struct cg_arena *arena,
                                 struct cg_conversion_count **ret_counts, size_t *ret_count, struct cg_error *err) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, table_id);
    const char *id = text;
    PGresult *rows;
    if (cg_pgload_ledger_rows(pg_session_of(base), PG_SQL_CONVERSIONS, &id, 1, "adding up a table's conversions", &rows,
                              err))
        return -1;
    int n = PQntuples(rows);
    struct cg_conversion_count *counts = cg_arena_array(arena, (size_t)n, sizeof *counts);
    int rc = counts ? 0 : cg_error_memory(err);
    for (int i = 0; rc == 0 && i < n; i++)
        rc = take_conversion(rows, i, arena, &counts[i], err);
    PQclear(rows);
    if (rc == 0) {
        *ret_counts = counts;
        *ret_count = (size_t)n;
    }
    return rc;
}

/* ---- runs ---- */

static int take_run(const PGresult *rows, int i, struct cg_arena *arena, struct cg_ledger_run_row *run,
                    struct cg_error *err) {
    const char **const texts[] = {&run->run_id,  &run->state,    &run->source,
                                  &run->started, &run->finished, &run->verdict};
    for (int t = 0; t < 6; t++)
        if (!(*texts[t] = cg_arena_strdup(arena, PQgetvalue(rows, i, t))))
            return cg_error_memory(err);
    if (cg_pgload_parse_i64(PQgetvalue(rows, i, 6), &run->tables, err))
        return -1;
    return cg_pgload_parse_i64(PQgetvalue(rows, i, 7), &run->rows, err);
}

int cg_pgload_ledger_runs(struct cg_target_session *base, struct cg_arena *arena, struct cg_ledger_run_row **ret_rows,
                          size_t *ret_count, struct cg_error *err) {
    PGresult *rows;
    if (cg_pgload_ledger_rows(pg_session_of(base), PG_SQL_RUNS, NULL, 0, "listing the runs", &rows, err))
        return -1;
    int n = PQntuples(rows);
    struct cg_ledger_run_row *runs = cg_arena_array(arena, (size_t)n, sizeof *runs);
    int rc = runs ? 0 : cg_error_memory(err);
    for (int i = 0; rc == 0 && i < n; i++)
        rc = take_run(rows, i, arena, &runs[i], err);
    PQclear(rows);
    if (rc == 0) {
        *ret_rows = runs;
        *ret_count = (size_t)n;
    }
    return rc;
}

int cg_pgload_no_such_run(struct pg_session *session, const char *run_id, struct cg_error *err) {
    PGresult *rows;
    if (cg_pgload_sql_run(session, PG_SQL_RUNS, NULL, 0, "listing the runs", &rows, err))
        return -1;
    char list[600] = "";
    size_t len = 0;
    int n = PQntuples(rows), first = n > 20 ? n - 20 : 0;
    for (int i = first; i < n && len < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i > first ? ", " : "", PQgetvalue(rows, i, 0));
    PQclear(rows);
    if (n == 0)
        cg_error_set(err, CG_ERR_USAGE, "the ledger holds no run %s: it holds none at all", run_id);
    else
        cg_error_set(err, CG_ERR_USAGE, "the ledger holds no run %s; %s %s", run_id,
                     first ? "the last twenty are" : "it holds", list);
    cg_error_hint(err, "crossgrade runs lists them");
    return -1;
}

static int no_verdict(const char *run_id, const char *state, struct cg_error *err) {
    if (strcmp(state, "running") == 0) {
        cg_error_set(err, CG_ERR_USAGE, "run %s has no verdict yet, and so no report: the ledger has it as running",
                     run_id);
        cg_error_hint(err,
                      "if its process is gone it will never have one; crossgrade verify compares the two databases as "
                      "they are now");
    } else {
        cg_error_set(err, CG_ERR_USAGE, "run %s ended without a verdict, and so without a report (state: %s)", run_id,
                     state);
        cg_error_hint(err, "crossgrade verify compares the two databases as they are now and reports on them");
    }
    return -1;
}

int cg_pgload_ledger_report(struct cg_target_session *base, const char *run_id, struct cg_arena *arena,
                            const char **ret_json, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    PGresult *row;
    if (cg_pgload_ledger_rows(session, PG_SQL_REPORT, &run_id, 1, "reading a report", &row, err))
        return -1;
    int rc;
    const char *json = NULL;
    if (PQntuples(row) == 0)
        rc = cg_pgload_no_such_run(session, run_id, err);
    else if (PQgetisnull(row, 0, 0))
        rc = no_verdict(run_id, PQgetvalue(row, 0, 1), err);
    else
        rc = (json = cg_arena_strdup(arena, PQgetvalue(row, 0, 0))) ? 0 : cg_error_memory(err);
    PQclear(row);
    if (rc == 0)
        *ret_json = json;
    return rc;
}

int cg_pgload_ledger_forget(struct cg_target_session *base, const char *run_id, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    PGresult *result;
    if (cg_pgload_ledger_rows(session, PG_SQL_FORGET, &run_id, 1, "forgetting a run", &result, err))
        return -1;
    bool none = strcmp(PQcmdTuples(result), "0") == 0;
    PQclear(result);
    return none ? cg_pgload_no_such_run(session, run_id, err) : 0;
}
