/* Leases of chunks: giving one out, and taking one over from a session that was lost (R15, R16). */
#include "load/postgresql/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int cg_pgload_ledger_chunk_lease(struct cg_target_session *base, int64_t table_id, int number,
                                 struct cg_slice predicate, struct cg_chunk_id *ret_chunk, struct cg_error *err) {
    static const char doing[] = "entering a chunk into the ledger";
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, doing, err) || cg_pgload_ledger_check(session, err))
        return -1;
    char table[24], place[16];
    snprintf(table, sizeof table, "%" PRId64, table_id);
    snprintf(place, sizeof place, "%d", number);
    struct cg_arena *arena = cg_arena_new();
    const char *hex = arena ? cg_pgload_hexadecimal(arena, predicate) : NULL;
    const char *const params[] = {table, place, hex};
    PGresult *row;
    int rc = hex ? cg_pgload_sql_run(session, PG_SQL_CHUNK_LEASE, params, 3, doing, &row, err) : cg_error_memory(err);
    cg_arena_free(arena);
    if (rc)
        return -1;
    struct cg_chunk_id chunk = {0};
    if (PQntuples(row) != 1)
        rc = cg_error_set(err, CG_ERR_ENGINE, "%s: the server does not list this session among its own", doing);
    else
        rc = cg_pgload_parse_i64(PQgetvalue(row, 0, 0), &chunk.id, err);
    if (rc == 0) {
        chunk.epoch = atoi(PQgetvalue(row, 0, 1));
        *ret_chunk = chunk;
    }
    PQclear(row);
    return rc;
}

/* ---- taking over ---- */

static const char doing_take_over[] = "taking a chunk over";

/* Inside a transaction: waits for the chunk's row, then knows its true state. */
static int lock_chunk(struct pg_session *session, const char *id, struct cg_chunk_id *chunk, bool *ret_done,
                      struct cg_error *err) {
    PGresult *row;
    if (cg_pgload_sql_run(session, PG_SQL_CHUNK_LOCK, &id, 1, doing_take_over, &row, err))
        return -1;
    int rc = 0;
    if (PQntuples(row) != 1) {
        rc = cg_error_set(err, CG_ERR_INTERNAL, "%s: the ledger holds no chunk %s", doing_take_over, id);
    } else {
        *ret_done = strcmp(PQgetvalue(row, 0, 0), "done") == 0;
        chunk->epoch = atoi(PQgetvalue(row, 0, 1));
    }
    PQclear(row);
    return rc;
}

static int raise_epoch(struct pg_session *session, const char *id, struct cg_chunk_id *chunk, struct cg_error *err) {
    PGresult *row;
    if (cg_pgload_sql_run(session, PG_SQL_CHUNK_TAKE_OVER, &id, 1, doing_take_over, &row, err))
        return -1;
    int rc = 0;
    if (PQntuples(row) == 1)
        chunk->epoch = atoi(PQgetvalue(row, 0, 0));
    else
        rc = cg_error_set(err, CG_ERR_INTERNAL, "%s: the chunk's row changed under its lock", doing_take_over);
    PQclear(row);
    return rc;
}

int cg_pgload_ledger_chunk_take_over(struct cg_target_session *base, struct cg_chunk_id *chunk, bool *ret_done,
                                     struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, doing_take_over, err) || cg_pgload_ledger_check(session, err))
        return -1;
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, chunk->id);
    const char *id = text;
    PGresult *ended;
    if (cg_pgload_sql_run(session, PG_SQL_CHUNK_END_BACKEND, &id, 1, doing_take_over, &ended, err))
        return -1;
    PQclear(ended);
    struct cg_chunk_id settled = *chunk;
    bool done = false;
    int rc = cg_pg_execute(session->conn, "BEGIN", doing_take_over, err);
    if (rc == 0)
        rc = lock_chunk(session, id, &settled, &done, err);
    if (rc == 0 && !done)
        rc = raise_epoch(session, id, &settled, err);
    if (rc == 0)
        rc = cg_pgload_commit(session, doing_take_over, err);
    if (rc) {
        cg_pgload_rollback(session);
        return -1;
    }
    *chunk = settled;
    *ret_done = done;
    return 0;
}
