/* Reading rows: COPY (SELECT ...) TO STDOUT (FORMAT binary), one message from the server for each tuple, handed on
 * where libpq put it.
 *
 * The stream is PostgreSQL's "COPY binary": a header (signature, flags, extension) in front of the first tuple and
 * 0xFFFF behind the last, each in a message of the protocol's CopyData. It is at its end only when that trailer was
 * seen, the command completed and its tag counts the rows that we counted: whatever else happens is an error (R1).
 *
 * A savepoint stands before each COPY, so that one that fails or is left in the middle does not cost the session its
 * transaction and with it the snapshot. */
#include "extract/postgresql/internal.h"

#include <stdio.h>
#include <stdlib.h>

static const unsigned char signature[11] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xFF, '\r', '\n', 0};

enum { HEADER_BYTES = 19, TRAILER = 0xFFFF, FLAG_CRITICAL = 0xFFFF0000 };

enum state { READING, TRAILED, FINISHED, FAILED };

struct cg_reader {
    struct cg_source_base base;
    struct cg_session *session;
    char *message; /* libpq's, of the row given last */
    enum state state;
    bool headed;
    bool streaming; /* CopyData may still come */
    size_t column_count;
    uint64_t rows;
    char doing[192]; /* "reading public.orders" */
};

/* ---- opening ---- */

static int put_columns(struct cg_buffer *sql, const struct cg_read *what, struct cg_error *err) {
    for (size_t i = 0; i < what->column_count; i++) {
        const char *expression = what->as_text ? what->as_text[i] : NULL;
        if (i && cg_buffer_text(sql, ", ", err))
            return -1;
        if (expression ? cg_buffer_printf(sql, err, "(%s)::text", expression)
                       : cg_pg_put_name(sql, what->columns[i]->name, err))
            return -1;
    }
    return 0;
}

static int put_copy(struct cg_buffer *sql, const struct cg_read *what, struct cg_error *err) {
    bool all = !what->predicate || !*what->predicate;
    if (cg_buffer_text(sql, "COPY (SELECT ", err) || put_columns(sql, what, err) ||
        cg_buffer_text(sql, " FROM ", err) || cg_pg_put_from(sql, what->table, what->predicate, err))
        return -1;
    if (!all && cg_buffer_printf(sql, err, " WHERE %s", what->predicate))
        return -1;
    return cg_buffer_text(sql, ") TO STDOUT (FORMAT binary)", err);
}

/* The first result of the COPY: that the stream begins, as binary and with the columns that were asked for. */
static int expect_copy_out(struct cg_reader *reader, struct cg_error *err) {
    PGresult *result;
    if (cg_pg_session_result(reader->session, reader->doing, &result, err))
        return -1;
    int rc = 0;
    if (PQresultStatus(result) != PGRES_COPY_OUT)
        rc = cg_pg_session_error(reader->session, result, reader->doing, err);
    else if (!PQbinaryTuples(result) || (size_t)PQnfields(result) != reader->column_count)
        rc = cg_error_set(err, CG_ERR_INTERNAL, "%s: the server streams %d columns, %zu were asked for", reader->doing,
                          PQnfields(result), reader->column_count);
    PQclear(result);
    reader->streaming = rc == 0;
    return rc;
}

static int start(struct cg_reader *reader, const char *copy, struct cg_error *err) {
    struct cg_session *session = reader->session;
    if (cg_pg_session_query(session, "SAVEPOINT crossgrade_read", NULL, 0, reader->doing, NULL, err))
        return -1;
    if (cg_pg_session_send(session, copy, NULL, 0, reader->doing, err))
        return -1;
    return expect_copy_out(reader, err);
}

static int open_copy(struct cg_session *session, const char *doing, size_t column_count, struct cg_buffer *copy,
                     struct cg_reader **ret_reader, struct cg_error *err) {
    struct cg_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return cg_error_memory(err);
    reader->base = session->base;
    reader->session = session;
    reader->column_count = column_count;
    snprintf(reader->doing, sizeof reader->doing, "%s", doing);
    const char *text = cg_buffer_cstr(copy, err);
    if (!text || start(reader, text, err)) {
        reader->state = FAILED;
        cg_pg_reader_close(reader);
        return -1;
    }
    *ret_reader = reader;
    return 0;
}

int cg_pg_reader_open(struct cg_session *session, const struct cg_read *what, struct cg_reader **ret_reader,
                      struct cg_error *err) {
    char doing[192];
    struct cg_buffer sql;
    cg_buffer_init(&sql, 1 << 24);
    snprintf(doing, sizeof doing, "reading %s.%s", what->table->schema, what->table->name);
    int rc = put_copy(&sql, what, err);
    if (rc == 0)
        rc = open_copy(session, doing, what->column_count, &sql, ret_reader, err);
    cg_buffer_done(&sql);
    return rc;
}

/* ---- canaries: typed literals without a table (R25) ---- */

static int put_canary(struct cg_buffer *sql, const struct cg_canary *canary, struct cg_error *err) {
    if (cg_buffer_text(sql, "CAST(", err) || cg_pg_put_literal(sql, canary->json, err) ||
        cg_buffer_text(sql, " AS ", err) || cg_pg_put_type(sql, canary->type, err))
        return -1;
    return cg_buffer_text(sql, ")", err);
}

int cg_pg_canaries(struct cg_session *session, const struct cg_canary *canaries, size_t count,
                   struct cg_reader **ret_reader, struct cg_error *err) {
    struct cg_buffer sql;
    cg_buffer_init(&sql, 1 << 24);
    int rc = cg_buffer_text(&sql, "COPY (SELECT ", err);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = (i && cg_buffer_text(&sql, ", ", err)) || put_canary(&sql, &canaries[i], err) ? -1 : 0;
    if (rc == 0)
        rc = cg_buffer_text(&sql, ") TO STDOUT (FORMAT binary)", err);
    if (rc == 0)
        rc = open_copy(session, "reading canaries", count, &sql, ret_reader, err);
    cg_buffer_done(&sql);
    return rc;
}

/* ---- the stream ---- */

static int broken(struct cg_reader *reader, const char *what, struct cg_error *err) {
    reader->state = FAILED;
    return cg_error_set(err, CG_ERR_ENGINE, "%s: %s after %llu rows", reader->doing, what,
                        (unsigned long long)reader->rows);
}

/* Takes the header off; *at and *len are the rest of the message. */
static int take_header(struct cg_reader *reader, const unsigned char **at, size_t *len, struct cg_error *err) {
    if (*len < HEADER_BYTES || memcmp(*at, signature, sizeof signature) != 0)
        return broken(reader, "the stream does not begin as COPY binary does", err);
    uint32_t flags = cg_get_u32(*at + sizeof signature);
    size_t extension = cg_get_u32(*at + sizeof signature + 4);
    if (flags & FLAG_CRITICAL)
        return broken(reader, "the stream has a flag that crossgrade does not know", err);
    if (extension > *len - HEADER_BYTES)
        return broken(reader, "the stream's header is cut short", err);
    reader->headed = true;
    *at += HEADER_BYTES + extension;
    *len -= HEADER_BYTES + extension;
    return 0;
}

/* 1: *ret_row is a tuple; 0: the message held none. */
static int take_message(struct cg_reader *reader, size_t len, struct cg_source_row *ret_row, struct cg_error *err) {
    const unsigned char *at = (const unsigned char *)reader->message;
    if (!reader->headed && take_header(reader, &at, &len, err))
        return -1;
    if (len == 0)
        return 0;
    if (len < 2 || reader->state != READING)
        return broken(reader, "the stream holds something that is no tuple", err);
    uint16_t fields = cg_get_u16(at);
    if (fields == TRAILER && len == 2) {
        reader->state = TRAILED;
        return 0;
    }
    if (fields != reader->column_count)
        return broken(reader, "a tuple has another number of fields than were asked for", err);
    reader->rows++;
    ret_row->values = NULL;
    ret_row->image = (struct cg_slice){at, len};
    return 1;
}

/* The stream has ended, one way or the other: what does the server say? */
static int finish(struct cg_reader *reader, struct cg_error *err) {
    struct cg_session *session = reader->session;
    bool trailed = reader->state == TRAILED;
    PGresult *result;
    reader->state = FAILED;
    reader->streaming = false;
    if (cg_pg_session_result(session, reader->doing, &result, err))
        return -1;
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        cg_pg_session_error(session, result, reader->doing, err);
        PQclear(result);
        return -1;
    }
    bool counted = strtoull(PQcmdTuples(result), NULL, 10) == reader->rows;
    PQclear(result);
    if (cg_pg_session_result(session, reader->doing, &result, err))
        return -1;
    if (result) {
        PQclear(result);
        return broken(reader, "the server goes on behind the end", err);
    }
    if (!trailed || !counted)
        return broken(reader, trailed ? "the server counts other rows than came" : "the stream has no trailer", err);
    if (cg_pg_locks_held(session, reader->doing, err))
        return -1;
    reader->state = FINISHED;
    return 0;
}

int cg_pg_reader_next(struct cg_reader *reader, struct cg_source_row *ret_row, struct cg_error *err) {
    struct cg_session *session = reader->session;
    if (reader->state == FINISHED)
        return 0;
    if (reader->state == FAILED)
        return cg_error_set(err, CG_ERR_INTERNAL, "%s: asked for a row behind an error", reader->doing);
    bool consumed = false; /* input is looked for without waiting first: a fast server has sent more by now */
    for (;;) {
        PQfreemem(reader->message);
        reader->message = NULL;
        int len = PQgetCopyData(session->conn, &reader->message, 1);
        int rc = 0;
        if (len > 0)
            rc = take_message(reader, (size_t)len, ret_row, err);
        else if (len < 0)
            return finish(reader, err);
        else if (consumed)
            rc = cg_pg_session_wait(session, reader->doing, err);
        else if (!PQconsumeInput(session->conn))
            rc = cg_pg_session_error(session, NULL, reader->doing, err);
        consumed = len == 0;
        if (rc < 0)
            reader->state = FAILED;
        if (rc != 0)
            return rc;
    }
}

/* ---- closing ---- */

/* Stops the stream if it still runs and reads what is left, so that the session can be used again. */
static void drain(struct cg_reader *reader) {
    struct cg_session *session = reader->session;
    struct cg_error ignored;
    PGresult *result;
    if (reader->streaming && cg_pg_session_stop(session))
        session->lost = true;
    while (reader->streaming && !session->lost) {
        char *message = NULL;
        int len = PQgetCopyData(session->conn, &message, 1);
        PQfreemem(message);
        if (len < 0)
            reader->streaming = false;
        else if (len == 0 && cg_pg_session_wait(session, reader->doing, &ignored))
            session->lost = true;
    }
    do {
        if (session->lost || cg_pg_session_result(session, reader->doing, &result, &ignored))
            return;
        PQclear(result);
    } while (result);
}

void cg_pg_reader_close(struct cg_reader *reader) {
    if (!reader)
        return;
    struct cg_session *session = reader->session;
    struct cg_error ignored;
    PQfreemem(reader->message);
    if (session->source->pool.cancelled) /* nothing more will be read */
        session->lost = true;
    if (!session->lost && reader->state != FINISHED)
        drain(reader);
    const char *end = reader->state == FINISHED
                          ? "RELEASE SAVEPOINT crossgrade_read"
                          : "ROLLBACK TO SAVEPOINT crossgrade_read; RELEASE SAVEPOINT crossgrade_read";
    if (session->lost || cg_pg_session_query(session, end, NULL, 0, reader->doing, NULL, &ignored))
        session->lost = true;
    free(reader);
}
