/* A chunk: one transaction that takes the lease, copies the rows, counts conversions and sets the ledger row done
 * (R15). synchronous_commit is off in it: what a crash of the server loses, it loses together, and states are read from
 * the ledger before anything rests on them (R17). */
#include "load/postgresql/internal.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- errors ---- */

/* Does the server blame a row or value? Classes 22 (data) and 23 (integrity), or a place in the COPY and nothing that
 * the server itself suffers from. */
static bool blames_row(const struct cg_error *err) {
    static const char *const server_side[] = {"08", "25", "26", "40", "42", "53", "55", "57", "58", "XX"};
    if (err->cls != CG_ERR_ENGINE || !err->sqlstate[0])
        return false;
    if (strncmp(err->sqlstate, "22", 2) == 0 || strncmp(err->sqlstate, "23", 2) == 0)
        return true;
    for (size_t i = 0; i < sizeof server_side / sizeof *server_side; i++)
        if (strncmp(err->sqlstate, server_side[i], 2) == 0)
            return false;
    return strstr(err->message, "; context: COPY ") != NULL;
}

int cg_pgload_chunk_over(struct pg_session *session, struct cg_error *err) {
    session->chunk_state = PG_CHUNK_NONE;
    cg_buffer_done(&session->copy_sql);
    cg_pgload_rollback(session);
    if (err) {
        if (blames_row(err))
            err->cls = CG_ERR_DATA;
        cg_error_object(err, "%s", session->where);
        cg_pgload_explain_rights(session, err);
    }
    return -1;
}

/* ---- begin ---- */

int cg_pgload_chunk_copy_sql(const struct pg_session *session, const char *table, const char *const *columns,
                             size_t count, struct cg_buffer *b, struct cg_error *err) {
    if (cg_buffer_text(b, "COPY ", err) || cg_pg_put_qualified(b, session->target->schema, table, err))
        return -1;
    for (size_t i = 0; i < count; i++)
        if (cg_buffer_text(b, i ? ", " : " (", err) || cg_pg_put_name(b, columns[i], err))
            return -1;
    return cg_buffer_text(b, count ? ") FROM STDIN (FORMAT binary)" : " FROM STDIN (FORMAT binary)", err);
}

/* BEGIN, and the row of the ledger is ours and locked, or an error. */
static int take_lease(struct pg_session *session, struct cg_error *err) {
    char id[24], epoch[16];
    snprintf(id, sizeof id, "%" PRId64, session->chunk.id);
    snprintf(epoch, sizeof epoch, "%d", session->chunk.epoch);
    const char *const params[] = {id, epoch};
    const struct pg_step steps[] = {{"BEGIN", NULL, 0},
                                    {"SET LOCAL synchronous_commit = off", NULL, 0},
                                    {session->target->sql[PG_SQL_CHUNK_TAKE], params, 2}};
    uint64_t rows[3];
    if (cg_pgload_run_steps(session, steps, 3, rows, "beginning the chunk", err))
        return -1;
    if (rows[2] == 1)
        return 0;
    cg_error_set(err, CG_ERR_ENGINE,
                 "the chunk is not leased to us any more: the ledger holds it done, or under another epoch than %d",
                 session->chunk.epoch);
    cg_error_hint(err, "another worker took it over; read its state from the ledger");
    return -1;
}

static int start_copy(struct pg_session *session, const char *table, const char *const *columns, size_t count,
                      struct cg_error *err) {
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    int rc = cg_pgload_chunk_copy_sql(session, table, columns, count, &b, err);
    const char *sql = rc == 0 ? cg_buffer_cstr(&b, err) : NULL;
    rc = sql ? cg_pgload_copy_in_begin(session->conn, sql, "beginning to copy", err) : -1;
    cg_buffer_done(&b);
    return rc;
}

int cg_pgload_chunk_lock(struct pg_session *session, struct cg_chunk_id chunk, const char *table,
                         struct cg_error *err) {
    if (cg_pgload_session_idle(session, "beginning a chunk", err))
        return -1;
    session->chunk = chunk;
    snprintf(session->where, sizeof session->where, "table %s.%s, chunk %" PRId64, session->target->schema, table,
             chunk.id);
    return take_lease(session, err) ? cg_pgload_chunk_over(session, err) : 0;
}

int cg_pgload_chunk_begin(struct cg_target_session *base, struct cg_chunk_id chunk, const char *table,
                          const char *const *columns, size_t column_count, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_chunk_lock(session, chunk, table, err))
        return -1;
    if (start_copy(session, table, columns, column_count, err))
        return cg_pgload_chunk_over(session, err);
    session->chunk_state = PG_CHUNK_COPYING;
    return 0;
}

/* ---- write, abort ---- */

static int need_open_chunk(const struct pg_session *session, const char *doing, struct cg_error *err) {
    if (session->chunk_state == PG_CHUNK_COPYING)
        return 0;
    return cg_error_set(err, CG_ERR_INTERNAL, "%s, but no chunk is open on this session", doing);
}

int cg_pgload_chunk_write(struct cg_target_session *base, struct cg_slice images, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (need_open_chunk(session, "rows were to be written", err))
        return -1;
    if (cg_pgload_copy_in_write(session->conn, images, "copying rows", err))
        return cg_pgload_chunk_over(session, err);
    return 0;
}

void cg_pgload_chunk_abort(struct cg_target_session *base) {
    struct pg_session *session = pg_session_of(base);
    if (session->chunk_state == PG_CHUNK_NONE)
        return;
    if (session->chunk_state == PG_CHUNK_COPYING)
        cg_pgload_copy_in_fail(session->conn, "crossgrade gives the chunk up", "giving the chunk up", NULL);
    cg_pgload_chunk_over(session, NULL);
}

/* ---- commit ---- */

/* The texts of the statements that close a chunk. */
struct closing {
    char id[24], epoch[16], rows[24], bytes[24], digest[40];
    const char *done[5];
};

static void closing_fill(struct closing *closing, struct cg_chunk_id chunk, const struct cg_chunk_result *result) {
    snprintf(closing->id, sizeof closing->id, "%" PRId64, chunk.id);
    snprintf(closing->epoch, sizeof closing->epoch, "%d", chunk.epoch);
    snprintf(closing->rows, sizeof closing->rows, "%" PRIu64, result->digest.rows);
    snprintf(closing->bytes, sizeof closing->bytes, "%" PRIu64, result->bytes);
    cg_pgload_digest_decimal(&result->digest, closing->digest);
    closing->done[0] = closing->id;
    closing->done[1] = closing->epoch;
    closing->done[2] = closing->rows;
    closing->done[3] = closing->bytes;
    closing->done[4] = closing->digest;
}

/* The INSERT of one conversion as a step. */
static int conversion_step(struct pg_session *session, const char *chunk_id, const struct cg_conversion_count *count,
                           struct cg_arena *arena, struct pg_step *ret_step, struct cg_error *err) {
    const char **params = cg_arena_array(arena, 5, sizeof *params);
    if (!params || !(params[2] = cg_pgload_clean_text(arena, count->column)) ||
        !(params[3] = cg_arena_printf(arena, "%" PRIu64, count->count)))
        return cg_error_memory(err);
    params[0] = chunk_id;
    params[1] = cg_conversions[count->conversion].name;
    size_t samples = sizeof count->samples / sizeof *count->samples;
    if (cg_pgload_array_text(arena, count->samples, samples, &params[4], err))
        return -1;
    *ret_step = (struct pg_step){session->target->sql[PG_SQL_CONVERSION_ADD], params, 5};
    return 0;
}

/* Sets the ledger row done and adds the conversions that occurred, in one round trip. */
static int close_ledger_row(struct pg_session *session, const struct cg_chunk_result *result,
                            const struct cg_conversion_count *conversions, size_t count, struct cg_arena *arena,
                            struct cg_error *err) {
    struct closing closing;
    closing_fill(&closing, session->chunk, result);
    struct pg_step *steps = cg_arena_array(arena, count + 1, sizeof *steps);
    uint64_t *rows = cg_arena_array(arena, count + 1, sizeof *rows);
    if (!steps || !rows)
        return cg_error_memory(err);
    size_t used = 0;
    steps[used++] = (struct pg_step){session->target->sql[PG_SQL_CHUNK_DONE], closing.done, 5};
    for (size_t i = 0; i < count; i++)
        if (conversions[i].count && conversion_step(session, closing.id, &conversions[i], arena, &steps[used++], err))
            return -1;
    if (cg_pgload_run_steps(session, steps, used, rows, "closing the chunk", err))
        return -1;
    if (rows[0] == 1)
        return 0;
    return cg_error_set(err, CG_ERR_INTERNAL, "the ledger's row of the chunk changed under its lock");
}

/* The server's count of rows against ours. */
static int check_rows(struct pg_session *session, const struct cg_chunk_result *result, struct cg_error *err) {
    uint64_t rows = session->part_rows;
    if (session->chunk_state == PG_CHUNK_COPYING && cg_pgload_copy_in_end(session->conn, "copying rows", &rows, err))
        return -1;
    if (rows == result->digest.rows)
        return 0;
    cg_error_set(err, CG_ERR_DATA, "the server took %" PRIu64 " rows, but %" PRIu64 " were sent", rows,
                 result->digest.rows);
    cg_error_hint(err, "a trigger or a policy of the target's table drops rows: remove it");
    return -1;
}

static int commit_chunk(struct pg_session *session, struct cg_error *err) {
    struct cg_error local = {0};
    if (cg_pgload_commit(session, "committing the chunk", &local) == 0)
        return 0;
    if (local.cls == CG_ERR_NETWORK)
        cg_error_hint(&local,
                      "whether the chunk is committed is not known: settle it with the ledger before any of its "
                      "rows are sent again");
    if (err)
        *err = local;
    return -1;
}

int cg_pgload_chunk_commit(struct cg_target_session *base, const struct cg_chunk_result *result,
                           const struct cg_conversion_count *conversions, size_t conversion_count,
                           struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (session->chunk_state != PG_CHUNK_PARTS && need_open_chunk(session, "a chunk was to be committed", err))
        return -1;
    if (check_rows(session, result, err))
        return cg_pgload_chunk_over(session, err);
    session->chunk_state = PG_CHUNK_NONE;
    struct cg_arena *arena = cg_arena_new();
    int rc =
        arena ? close_ledger_row(session, result, conversions, conversion_count, arena, err) : cg_error_memory(err);
    cg_arena_free(arena);
    if (rc || commit_chunk(session, err))
        return cg_pgload_chunk_over(session, err);
    cg_buffer_done(&session->copy_sql);
    return 0;
}
