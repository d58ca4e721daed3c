/* The two ends of a COPY ... FROM STDIN (FORMAT binary): PostgreSQL's manual, "COPY", "Binary Format".
 *
 * The server reports an error in the middle of a COPY at once, but libpq shows it only when the COPY is ended; a worker
 * would send a whole table into the void first. So each write looks at the socket: target sessions get no notices, so a
 * byte to read in the middle of a COPY is the error, or the end of the connection. */
#include "load/postgresql/internal.h"

#include <poll.h>

/* Signature, no flags, no header extension. */
static const unsigned char header[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
static const unsigned char trailer[2] = {0xFF, 0xFF};

/* Bytes for libpq at once: its output buffer grows to hold a piece, so a piece is small. */
enum { PIECE_BYTES = 64 * 1024 };

static int put(PGconn *conn, const unsigned char *data, size_t len) {
    while (len) {
        size_t piece = len < PIECE_BYTES ? len : PIECE_BYTES;
        if (PQputCopyData(conn, (const char *)data, (int)piece) != 1)
            return -1;
        data += piece;
        len -= piece;
    }
    return 0;
}

static bool server_spoke(PGconn *conn) {
    struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};
    return fd.fd < 0 || poll(&fd, 1, 0) > 0;
}

int cg_pgload_copy_in_begin(PGconn *conn, const char *sql, const char *doing, struct cg_error *err) {
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_COPY_IN) {
        cg_pg_error(conn, result, doing, err);
        PQclear(result);
        return -1;
    }
    PQclear(result);
    return cg_pgload_copy_in_write(conn, (struct cg_slice){header, sizeof header}, doing, err);
}

int cg_pgload_copy_in_write(PGconn *conn, struct cg_slice images, const char *doing, struct cg_error *err) {
    if (!server_spoke(conn) && put(conn, images.data, images.len) == 0)
        return 0;
    static const char why[] = "the server spoke in the middle of the data";
    cg_pgload_copy_in_fail(conn, why, doing, err);
    if (err && err->cls == CG_ERR_CANCELLED && strstr(err->message, why)) {
        err->cls = CG_ERR_ENGINE; /* it spoke of something else: nobody cancelled anything, and a second try may do */
        err->retryable = true;
    }
    return -1;
}

/* Takes all results of the COPY; the first error is told in err. Returns 0 with *ret_rows when there was none. */
static int take_results(PGconn *conn, const char *doing, uint64_t *ret_rows, struct cg_error *err) {
    int rc = 0;
    uint64_t rows = 0;
    for (PGresult *result; (result = PQgetResult(conn)); PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK && rc == 0) {
            rc = cg_pgload_parse_u64(PQcmdTuples(result), &rows, err);
        } else if (status != PGRES_COMMAND_OK && rc == 0) {
            rc = cg_pg_error(conn, result, doing, err);
        }
        if (status == PGRES_COPY_IN) { /* the end could not be sent: libpq would tell the same for ever */
            PQclear(result);
            break;
        }
    }
    if (rc == 0)
        *ret_rows = rows;
    return rc;
}

int cg_pgload_copy_in_end(PGconn *conn, const char *doing, uint64_t *ret_rows, struct cg_error *err) {
    if (put(conn, trailer, sizeof trailer) || PQputCopyEnd(conn, NULL) != 1) {
        cg_pgload_copy_in_fail(conn, "the end of the data could not be sent", doing, err);
        return -1;
    }
    return take_results(conn, doing, ret_rows, err);
}

void cg_pgload_copy_in_fail(PGconn *conn, const char *why, const char *doing, struct cg_error *err) {
    uint64_t rows;
    PQputCopyEnd(conn, why); /* when it fails the results tell why */
    if (take_results(conn, doing, &rows, err) == 0)
        cg_error_set(err, CG_ERR_INTERNAL, "%s: the server took a COPY that was ended by an error", doing);
}
