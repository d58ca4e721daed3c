/* The canary table (R25, R26): a temporary table with one column per type, loaded by the same COPY as every chunk and
 * read back once as the server's own text and once as the image it gives. */
#include "load/postgresql/internal.h"

static const char table[] = "pg_temp.crossgrade_canary";

/* ---- making and loading ---- */

static int put_columns(struct cg_buffer *b, const char *const *types, size_t count, struct cg_error *err) {
    for (size_t i = 0; i < count; i++)
        if (cg_buffer_printf(b, err, "%sc%zu %s", i ? ", " : "", i + 1, types[i]))
            return -1;
    return 0;
}

static int make_table(struct pg_session *session, const char *const *types, size_t count, struct cg_error *err) {
    if (cg_pg_execute(session->conn, "DROP TABLE IF EXISTS pg_temp.crossgrade_canary", "clearing the canary table",
                      err))
        return -1;
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    int rc = -1;
    if (cg_buffer_printf(&b, err, "CREATE TEMPORARY TABLE %s (", table) == 0 &&
        put_columns(&b, types, count, err) == 0 && cg_buffer_text(&b, ")", err) == 0) {
        const char *sql = cg_buffer_cstr(&b, err);
        rc = sql ? cg_pg_execute(session->conn, sql, "making the canary table", err) : -1;
    }
    cg_buffer_done(&b);
    if (rc && err && err->cls == CG_ERR_RIGHTS)
        cg_error_hint(err, "GRANT TEMPORARY ON DATABASE \"%s\" TO \"%s\"", session->target->database,
                      session->target->user);
    return rc;
}

static int load_row(struct pg_session *session, struct cg_slice image, struct cg_error *err) {
    uint64_t rows;
    if (cg_pgload_copy_in_begin(session->conn, "COPY pg_temp.crossgrade_canary FROM STDIN (FORMAT binary)",
                                "loading the canaries", err) ||
        cg_pgload_copy_in_write(session->conn, image, "loading the canaries", err) ||
        cg_pgload_copy_in_end(session->conn, "loading the canaries", &rows, err))
        return -1;
    if (rows != 1)
        return cg_error_set(err, CG_ERR_INTERNAL, "the canaries are %llu rows, not one", (unsigned long long)rows);
    return 0;
}

static int read_texts(struct pg_session *session, size_t count, struct cg_arena *arena, const char **ret_texts,
                      struct cg_error *err) {
    PGresult *row;
    if (cg_pg_query(session->conn, "SELECT * FROM pg_temp.crossgrade_canary", NULL, 0, "reading the canaries", &row,
                    err))
        return -1;
    int rc = 0;
    if (PQntuples(row) != 1 || (size_t)PQnfields(row) != count)
        rc = cg_error_set(err, CG_ERR_INTERNAL, "the canary table gave another row than it took");
    for (size_t i = 0; rc == 0 && i < count; i++) {
        ret_texts[i] = NULL;
        if (!PQgetisnull(row, 0, (int)i) && !(ret_texts[i] = cg_arena_strdup(arena, PQgetvalue(row, 0, (int)i))))
            rc = cg_error_memory(err);
    }
    PQclear(row);
    return rc;
}

int cg_pgload_canary(struct cg_target_session *base, const char *const *types, size_t count, struct cg_slice image,
                     struct cg_arena *arena, const char **ret_texts, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, "making the canary table", err) || make_table(session, types, count, err) ||
        load_row(session, image, err))
        return -1;
    return read_texts(session, count, arena, ret_texts, err);
}

/* ---- reading the image back ---- */

static int keep_image(void *context, struct cg_slice image, struct cg_error *err) {
    return cg_buffer_append(context, image.data, image.len, err);
}

int cg_pgload_canary_image(struct cg_target_session *base, struct cg_buffer *image, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    uint64_t rows;
    if (cg_pgload_session_idle(session, "reading the canaries", err))
        return -1;
    image->len = 0;
    return cg_pgload_copy_out(session->conn, "COPY pg_temp.crossgrade_canary TO STDOUT (FORMAT binary)",
                              "reading the canaries' image", keep_image, image, &rows, err);
}
