/* COPY ... TO STDOUT (FORMAT binary): PostgreSQL's manual, "COPY", "Binary Format". One message for each tuple; the
 * header stands in front of the first, the trailer behind the last. The stream is whole only when the trailer came, the
 * command completed and its tag counts what we counted. */
#include "load/postgresql/internal.h"

static const unsigned char signature[11] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xFF, '\r', '\n', 0};

enum { HEADER_BYTES = 19, TRAILER = 0xFFFF };

struct stream {
    cg_pgload_image *image;
    void *context;
    const char *doing;
    uint64_t rows;
    bool headed, trailed;
};

static int malformed(const struct stream *s, const char *what, struct cg_error *err) {
    return cg_error_set(err, CG_ERR_INTERNAL, "%s: the server's COPY BINARY stream %s", s->doing, what);
}

/* Takes the header off. */
static int take_header(struct stream *s, struct cg_slice *piece, struct cg_error *err) {
    if (piece->len < HEADER_BYTES || memcmp(piece->data, signature, sizeof signature) != 0)
        return malformed(s, "does not begin as one", err);
    size_t head = HEADER_BYTES + cg_get_u32(piece->data + HEADER_BYTES - 4);
    if (head > piece->len)
        return malformed(s, "has a header that is cut short", err);
    s->headed = true;
    *piece = (struct cg_slice){piece->data + head, piece->len - head};
    return 0;
}

static int take_piece(struct stream *s, struct cg_slice piece, struct cg_error *err) {
    if (!s->headed && take_header(s, &piece, err) < 0)
        return -1;
    if (piece.len == 0)
        return 0;
    if (piece.len < 2 || s->trailed)
        return malformed(s, "holds something that is no tuple", err);
    if (piece.len == 2 && cg_get_u16(piece.data) == TRAILER) {
        s->trailed = true;
        return 0;
    }
    s->rows++;
    return s->image(s->context, piece, err);
}

/* Takes all results that are left; the first error is told. */
static int take_results(PGconn *conn, struct stream *s, int rc, struct cg_error *err) {
    uint64_t rows = 0;
    for (PGresult *result; (result = PQgetResult(conn)); PQclear(result)) {
        if (rc)
            continue;
        rc = PQresultStatus(result) == PGRES_COMMAND_OK ? cg_pgload_parse_u64(PQcmdTuples(result), &rows, err)
                                                        : cg_pg_error(conn, result, s->doing, err);
    }
    if (rc == 0 && (!s->trailed || rows != s->rows))
        rc = malformed(s, "is not whole", err);
    return rc;
}

int cg_pgload_copy_out(PGconn *conn, const char *sql, const char *doing, cg_pgload_image *image, void *context,
                       uint64_t *ret_rows, struct cg_error *err) {
    struct stream s = {.image = image, .context = context, .doing = doing};
    PGresult *result = PQexec(conn, sql);
    int rc = PQresultStatus(result) == PGRES_COPY_OUT ? 0 : cg_pg_error(conn, result, doing, err);
    PQclear(result);
    if (rc)
        return rc;
    char *piece;
    int len;
    while ((len = PQgetCopyData(conn, &piece, 0)) >
           0) { /* to its end, also behind an error: the session stays usable */
        if (rc == 0)
            rc = take_piece(&s, (struct cg_slice){(const unsigned char *)piece, (size_t)len}, err);
        PQfreemem(piece);
    }
    rc = take_results(conn, &s, rc, err);
    if (rc == 0)
        *ret_rows = s.rows;
    return rc;
}
