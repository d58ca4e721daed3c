/* A chunk in parts: rows that the server refuses are set aside, all others stay in the chunk's one transaction.
 *
 * A part is what one call of cg_chunk_write_part brings: it stands in the caller's buffer, so nothing has to be kept
 * or read again to send it once more. It goes in as one COPY behind a savepoint; when the server refuses it, the part
 * is halved until the row that it refuses is alone. COPY's own "line 17" would be quicker, but it is a sentence in the
 * server's language, and wrong where rows are inserted many at a time.
 *
 * One savepoint serves all parts: it is released and set anew in the same round trip that begins the next COPY, and
 * rolled back to after a refusal. Whatever follows in the transaction (the ledger's rows) comes behind it. */
#include "load/postgresql/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* SQLSTATEs of which a row is guilty, by their beginning; anything else is the server's trouble or ours. */
static const char *const row_states[] = {
    "20", "21",       /* a trigger's CASE or subquery met what it was not made for */
    "22", "23",       /* data exceptions; constraints */
    "09", "27", "2F", /* triggers, functions */
    "38", "39",       /* functions of other languages */
    "44",             /* WITH CHECK OPTION */
    "54",             /* limits: a row too big, JSON too deep */
    "P0",             /* PL/pgSQL: RAISE EXCEPTION in a trigger or domain */
};

static bool refuses_row(const struct cg_error *why) {
    if (why->cls != CG_ERR_ENGINE && why->cls != CG_ERR_DATA)
        return false;
    for (size_t i = 0; i < sizeof row_states / sizeof *row_states; i++)
        if (strncmp(why->sqlstate, row_states[i], strlen(row_states[i])) == 0)
            return true;
    return false;
}

int cg_pgload_chunk_begin_parts(struct cg_target_session *base, struct cg_chunk_id chunk, const char *table,
                                const char *const *columns, size_t column_count, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_chunk_lock(session, chunk, table, err))
        return -1;
    return cg_pgload_parts_open(session, table, columns, column_count, err);
}

int cg_pgload_parts_open(struct pg_session *session, const char *table, const char *const *columns, size_t column_count,
                         struct cg_error *err) {
    cg_buffer_init(&session->copy_sql, 1 << 24);
    if (cg_pgload_chunk_copy_sql(session, table, columns, column_count, &session->copy_sql, err))
        return cg_pgload_chunk_over(session, err);
    session->chunk_state = PG_CHUNK_PARTS;
    session->part = PG_PART_NONE;
    session->part_rows = 0;
    return 0;
}

/* ---- one COPY ---- */

static const char doing[] = "copying rows";

/* What the savepoint needs, and the COPY, in one round trip. */
static int begin_part(struct pg_session *session, struct cg_error *err) {
    static const char *const before[] = {[PG_PART_NONE] = "SAVEPOINT part; ",
                                         [PG_PART_IN] = "RELEASE part; SAVEPOINT part; ",
                                         [PG_PART_REFUSED] = "ROLLBACK TO part; "};
    struct cg_buffer b;
    cg_buffer_init(&b, (1 << 24) + 64);
    const char *sql = NULL;
    if (cg_buffer_text(&b, before[session->part], err) == 0 &&
        cg_buffer_append(&b, session->copy_sql.data, session->copy_sql.len, err) == 0)
        sql = cg_buffer_cstr(&b, err);
    int rc = sql ? cg_pgload_copy_in_begin(session->conn, sql, doing, err) : -1;
    cg_buffer_done(&b);
    return rc;
}

/* The server's words without ours around them: what the COPY's context says of lines counts lines of a part. */
static void keep_words(struct cg_error *why) {
    static const char context[] = "; context: COPY ";
    size_t prefix = sizeof doing + 1; /* "copying rows: " */
    if (strncmp(why->message, doing, sizeof doing - 1) == 0)
        memmove(why->message, why->message + prefix, strlen(why->message + prefix) + 1);
    char *last = NULL;
    for (char *at = why->message; (at = strstr(at, context)); at++)
        last = at;
    if (last)
        *last = '\0';
    why->cls = CG_ERR_DATA;
}

/* A trigger that gives NULL drops its row without a word. The server gives no SQLSTATE for that: "triggered action
 * exception" comes nearest. */
static int dropped(uint64_t rows, uint64_t taken, struct cg_error *why) {
    if (taken > rows)
        return cg_error_set(why, CG_ERR_ENGINE, "the server took %" PRIu64 " rows, but %" PRIu64 " were sent", taken,
                            rows);
    cg_error_set(why, CG_ERR_DATA,
                 "the server took the row without a word and without keeping it: a trigger of the "
                 "table drops it");
    snprintf(why->sqlstate, sizeof why->sqlstate, "09000");
    return -1;
}

/* 0: all rows are in. -1: none is, and why. */
static int copy(struct pg_session *session, struct cg_slice images, uint64_t rows, struct cg_error *why) {
    uint64_t taken = 0;
    int rc = begin_part(session, why);
    session->part = PG_PART_REFUSED; /* until it is in */
    if (rc == 0)
        rc = cg_pgload_copy_in_write(session->conn, images, doing, why);
    if (rc == 0)
        rc = cg_pgload_copy_in_end(session->conn, doing, &taken, why);
    if (rc)
        return -1;
    if (taken != rows)
        return dropped(rows, taken, why);
    session->part = PG_PART_IN;
    session->part_rows += rows;
    return 0;
}

/* ---- halving ---- */

struct part {
    struct pg_session *session;
    struct cg_slice images;
    size_t *starts; /* of each row, and the end; NULL until they are wanted */
    size_t rows;
    cg_refused_fn *refused;
    void *context;
};

/* The length of the row image at p; 0 when it is cut off. */
static size_t image_length(const unsigned char *p, size_t left) {
    if (left < 2)
        return 0;
    size_t at = 2;
    for (unsigned fields = cg_get_u16(p); fields; fields--) {
        if (left - at < 4)
            return 0;
        uint32_t len = cg_get_u32(p + at);
        at += 4;
        if (len == UINT32_MAX)
            continue;
        if (left - at < len)
            return 0;
        at += len;
    }
    return at;
}

static int count_rows(struct part *part, struct cg_error *err) {
    size_t len = 0;
    for (size_t at = 0; at < part->images.len; at += len, part->rows++)
        if (!(len = image_length(part->images.data + at, part->images.len - at)))
            return cg_error_set(err, CG_ERR_INTERNAL, "a part of a chunk ends inside a row");
    return 0;
}

static int find_starts(struct part *part, struct cg_error *err) {
    part->starts = calloc(part->rows + 1, sizeof *part->starts);
    if (!part->starts)
        return cg_error_memory(err);
    size_t at = 0;
    for (size_t i = 0; i < part->rows; i++) {
        part->starts[i] = at;
        at += image_length(part->images.data + at, part->images.len - at);
    }
    part->starts[part->rows] = at;
    return 0;
}

static struct cg_slice range(const struct part *part, size_t low, size_t high) {
    return (struct cg_slice){part->images.data + part->starts[low], part->starts[high] - part->starts[low]};
}

static int put_range(struct part *part, size_t low, size_t high, struct cg_error *err);

/* Rows low to high, one before it, did not go in. */
static int halve(struct part *part, size_t low, size_t high, struct cg_error *why, struct cg_error *err) {
    if (!refuses_row(why)) {
        *err = *why;
        return -1;
    }
    if (!part->starts && find_starts(part, err))
        return -1;
    if (high - low == 1) {
        keep_words(why);
        return part->refused(part->context, range(part, low, high), why, err);
    }
    size_t middle = low + (high - low) / 2;
    return put_range(part, low, middle, err) ? -1 : put_range(part, middle, high, err);
}

/* Left to right, so that of two rows that exclude each other the first stays. */
static int put_range(struct part *part, size_t low, size_t high, struct cg_error *err) {
    struct cg_error why = {0};
    return copy(part->session, range(part, low, high), high - low, &why) ? halve(part, low, high, &why, err) : 0;
}

static int put_part(struct part *part, struct cg_error *err) {
    struct cg_error why = {0};
    if (count_rows(part, err))
        return -1;
    if (part->rows == 0 || copy(part->session, part->images, part->rows, &why) == 0)
        return 0;
    return halve(part, 0, part->rows, &why, err);
}

/* What follows in the transaction must not stand behind a refusal. */
static int leave_refusal(struct pg_session *session, struct cg_error *err) {
    if (session->part != PG_PART_REFUSED)
        return 0;
    session->part = PG_PART_IN;
    return cg_pg_execute(session->conn, "ROLLBACK TO part", doing, err);
}

static int need_parts(const struct pg_session *session, const char *what, struct cg_error *err) {
    if (session->chunk_state == PG_CHUNK_PARTS)
        return 0;
    return cg_error_set(err, CG_ERR_INTERNAL, "%s, but no chunk in parts is open on this session", what);
}

int cg_pgload_chunk_write_part(struct cg_target_session *base, struct cg_slice images, cg_refused_fn *refused,
                               void *context, uint64_t *ret_rows, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (need_parts(session, "a part was to be written", err))
        return -1;
    struct part part = {.session = session, .images = images, .refused = refused, .context = context};
    struct cg_error local = {0};
    uint64_t before = session->part_rows;
    int rc = put_part(&part, &local);
    if (rc == 0)
        rc = leave_refusal(session, &local);
    free(part.starts);
    if (rc == 0) {
        *ret_rows = session->part_rows - before;
        return 0;
    }
    cg_pgload_chunk_over(session, &local);
    if (err)
        *err = local;
    return -1;
}

/* ---- the ledger's rows ---- */

/* The INSERT of one rejected row as a step; texts in the arena. */
static int reject_step(struct pg_session *session, const char *chunk_id, const struct cg_reject *reject,
                       struct cg_arena *arena, struct pg_step *ret_step, struct cg_error *err) {
    const char **params = cg_arena_array(arena, 8, sizeof *params);
    char *digest = cg_arena_alloc(arena, 40);
    if (!params || !digest)
        return cg_error_memory(err);
    cg_pgload_digest_decimal(&reject->digest, digest);
    params[0] = chunk_id;
    params[1] = cg_pgload_clean_text(arena, reject->key);
    params[2] = reject->where.data ? cg_pgload_hexadecimal(arena, reject->where) : NULL;
    params[3] = cg_pgload_clean_text(arena, reject->column);
    params[4] = reject->by_target ? "target" : "crossgrade";
    params[5] = reject->by_target ? reject->sqlstate : NULL;
    params[6] = cg_pgload_clean_text(arena, reject->reason);
    params[7] = digest;
    if ((reject->key && !params[1]) || (reject->where.data && !params[2]) || (reject->column && !params[3]) ||
        !params[6])
        return cg_error_memory(err);
    *ret_step = (struct pg_step){session->target->sql[PG_SQL_REJECT_ADD], params, 8};
    return 0;
}

static int add_rejects(struct pg_session *session, const struct cg_reject *rejects, size_t count,
                       struct cg_arena *arena, struct cg_error *err) {
    char *id = cg_arena_printf(arena, "%" PRId64, session->chunk.id);
    struct pg_step *steps = cg_arena_array(arena, count, sizeof *steps);
    uint64_t *rows = cg_arena_array(arena, count, sizeof *rows);
    if (!id || !steps || !rows)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++)
        if (reject_step(session, id, &rejects[i], arena, &steps[i], err))
            return -1;
    return cg_pgload_run_steps(session, steps, count, rows, "entering rejected rows into the ledger", err);
}

int cg_pgload_chunk_reject(struct cg_target_session *base, const struct cg_reject *rejects, size_t count,
                           struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (need_parts(session, "rows were to be entered as rejected", err))
        return -1;
    struct cg_arena *arena = cg_arena_new();
    int rc = !arena ? cg_error_memory(err) : count ? add_rejects(session, rejects, count, arena, err) : 0;
    cg_arena_free(arena);
    return rc ? cg_pgload_chunk_over(session, err) : 0;
}
