/* Taking rows without a parent out of a table, or their references out of the rows, in one transaction; see
 * load/orphans.h.
 *
 * The rows are found once, under a lock that keeps everybody else from writing to the table, and remembered by their
 * place (partition and ctid); images, samples and the change itself go by those places, so that they are about the same
 * rows. The server's count of the change must be the count of the images. The constraint does not exist yet, so nothing
 * cascades; should somebody's trigger change other rows, the comparison of the table's digests will say so. */
#include "load/postgresql/internal.h"

#include <inttypes.h>

static const char doing[] = "taking out rows without a parent";

/* Where the rows are: before the change, and after an UPDATE, which moves them. */
static const char *const places[] = {"crossgrade_orphan", "crossgrade_orphan_after"};

struct removing {
    struct pg_session *session;
    const struct cg_orphan_place *place;
    const struct cg_orphan_removal *removal;
    struct cg_error *err;
};

/* Whose images are being read. */
struct reading {
    const struct cg_orphan_removal *removal;
    bool after;
};

static int hand_on(void *context, struct cg_slice image, struct cg_error *err) {
    const struct reading *reading = context;
    return reading->removal->image(reading->removal->context, reading->after, image, err);
}

static int execute(const struct removing *r, struct cg_buffer *b, PGresult **ret_result) {
    const char *sql = cg_buffer_cstr(b, r->err);
    return sql ? cg_pg_query(r->session->conn, sql, NULL, 0, doing, ret_result, r->err) : -1;
}

static int put_child(const struct removing *r, struct cg_buffer *b) {
    return cg_pg_put_qualified(b, r->session->target->schema, r->place->child->name, r->err);
}

/* " FROM child AS c JOIN pg_temp.crossgrade_orphan ..." */
static int put_found(const struct removing *r, bool after, struct cg_buffer *b) {
    if (cg_buffer_text(b, " FROM ", r->err) < 0 || put_child(r, b) < 0)
        return -1;
    return cg_buffer_printf(b, r->err, " AS c JOIN pg_temp.%s AS o ON c.tableoid = o.part AND c.ctid = o.place",
                            places[after]);
}

/* ---- finding ---- */

static int begin(const struct removing *r, struct cg_buffer *b) {
    if (cg_pg_execute(r->session->conn, "BEGIN; SET LOCAL synchronous_commit = on", doing, r->err) < 0 ||
        cg_buffer_text(b, "LOCK TABLE ", r->err) < 0 || put_child(r, b) < 0 ||
        cg_buffer_text(b, " IN SHARE ROW EXCLUSIVE MODE", r->err) < 0)
        return -1;
    const char *sql = cg_buffer_cstr(b, r->err);
    return sql ? cg_pg_execute(r->session->conn, sql, doing, r->err) : -1;
}

static int find(const struct removing *r, struct cg_buffer *b, uint64_t *ret_rows) {
    PGresult *result = NULL;
    b->len = 0;
    if (cg_buffer_text(
            b,
            "CREATE TEMPORARY TABLE crossgrade_orphan ON COMMIT DROP AS SELECT c.tableoid AS part, c.ctid AS "
            "place",
            r->err) < 0 ||
        cg_pgload_put_orphans(r->session, r->place, r->removal->spare_by_collation, b, r->err) < 0 ||
        execute(r, b, &result) < 0)
        return -1;
    int rc = cg_pgload_parse_u64(PQcmdTuples(result), ret_rows, r->err);
    PQclear(result);
    return rc;
}

static int take_images(const struct removing *r, bool after, struct cg_buffer *b, uint64_t rows) {
    const struct cg_orphan_removal *removal = r->removal;
    struct reading reading = {removal, after};
    uint64_t images = 0;
    b->len = 0;
    if (cg_buffer_text(b, "COPY (SELECT ", r->err) < 0)
        return -1;
    for (size_t i = 0; i < removal->column_count; i++)
        if (cg_buffer_text(b, i ? ", c." : "c.", r->err) < 0 || cg_pg_put_name(b, removal->columns[i], r->err) < 0)
            return -1;
    if (put_found(r, after, b) < 0 || cg_buffer_text(b, ") TO STDOUT (FORMAT binary)", r->err) < 0)
        return -1;
    const char *sql = cg_buffer_cstr(b, r->err);
    if (!sql || cg_pgload_copy_out(r->session->conn, sql, doing, hand_on, &reading, &images, r->err) < 0)
        return -1;
    return images == rows
               ? 0
               : cg_error_set(r->err, CG_ERR_INTERNAL, "%s: %" PRIu64 " rows were found, %" PRIu64 " could be read",
                              doing, rows, images);
}

static int take_samples(const struct removing *r, struct cg_buffer *b, struct cg_arena *arena,
                        struct cg_orphans_removed *removed) {
    PGresult *rows = NULL;
    b->len = 0;
    if (cg_buffer_text(b, "SELECT ", r->err) < 0 ||
        cg_pgload_put_sample(r->place->child, r->place->fk->columns, r->place->fk->column_count, b, r->err) < 0 ||
        put_found(r, false, b) < 0 || cg_pgload_put_key_order(r->place->child, b, r->err) < 0 ||
        cg_buffer_printf(b, r->err, " LIMIT %d", CG_ORPHAN_SAMPLES) < 0 || execute(r, b, &rows) < 0)
        return -1;
    int rc = 0;
    for (int i = 0; rc == 0 && i < PQntuples(rows); i++)
        if (!(removed->samples[i] = cg_arena_strdup(arena, PQgetvalue(rows, i, 0))))
            rc = cg_error_memory(r->err);
    PQclear(rows);
    return rc;
}

/* ---- changing ---- */

static int put_deletion(const struct removing *r, struct cg_buffer *b) {
    if (cg_buffer_text(b, "DELETE FROM ", r->err) < 0 || put_child(r, b) < 0)
        return -1;
    return cg_buffer_text(
        b, " AS c USING pg_temp.crossgrade_orphan AS o WHERE c.tableoid = o.part AND c.ctid = o.place", r->err);
}

/* An UPDATE moves rows: where to is kept. */
static int put_update(const struct removing *r, struct cg_buffer *b) {
    const struct cg_foreign_key *fk = r->place->fk;
    if (cg_buffer_text(b, "WITH moved AS (UPDATE ", r->err) < 0 || put_child(r, b) < 0 ||
        cg_buffer_text(b, " AS c SET ", r->err) < 0)
        return -1;
    for (size_t i = 0; i < fk->column_count; i++)
        if ((i && cg_buffer_text(b, ", ", r->err) < 0) || cg_pg_put_name(b, fk->columns[i], r->err) < 0 ||
            cg_buffer_text(b, " = NULL", r->err) < 0)
            return -1;
    return cg_buffer_text(b,
                          " FROM pg_temp.crossgrade_orphan AS o WHERE c.tableoid = o.part AND c.ctid = o.place "
                          "RETURNING c.tableoid AS part, c.ctid AS place) "
                          "INSERT INTO pg_temp.crossgrade_orphan_after SELECT part, place FROM moved",
                          r->err);
}

static int make_room(const struct removing *r) {
    if (r->removal->action == CG_ORPHAN_DELETE)
        return 0;
    return cg_pg_execute(r->session->conn,
                         "CREATE TEMPORARY TABLE crossgrade_orphan_after (part oid, place tid) ON COMMIT DROP", doing,
                         r->err);
}

static int change(const struct removing *r, struct cg_buffer *b, uint64_t rows) {
    PGresult *result = NULL;
    uint64_t changed = 0;
    b->len = 0;
    bool deletes = r->removal->action == CG_ORPHAN_DELETE;
    if (make_room(r) < 0 || (deletes ? put_deletion(r, b) : put_update(r, b)) < 0 || execute(r, b, &result) < 0)
        return -1;
    int rc = cg_pgload_parse_u64(PQcmdTuples(result), &changed, r->err);
    PQclear(result);
    if (rc == 0 && changed != rows) {
        rc = cg_error_set(r->err, CG_ERR_OBJECT, "%s: %" PRIu64 " rows were found, but the server changed %" PRIu64,
                          doing, rows, changed);
        cg_error_hint(r->err, "a trigger or a policy of the target's table stands in the way: remove it");
    }
    return rc;
}

static int enter(const struct removing *r, const struct cg_orphans_removed *removed, struct cg_arena *arena) {
    struct cg_digest before = {0}, after = {0};
    char id[24], rows[24], before_text[40], after_text[40];
    const char *samples = NULL;
    bool set_null = r->removal->action == CG_ORPHAN_SET_NULL;
    if (r->removal->digests(r->removal->context, &before, &after, r->err) < 0)
        return -1;
    snprintf(id, sizeof id, "%" PRId64, r->removal->table_id);
    snprintf(rows, sizeof rows, "%" PRIu64, removed->rows);
    cg_pgload_digest_decimal(&before, before_text);
    cg_pgload_digest_decimal(&after, after_text);
    if (cg_pgload_array_text(arena, removed->samples, CG_ORPHAN_SAMPLES, &samples, r->err) < 0)
        return -1;
    const char *name = cg_pgload_clean_text(arena, r->place->fk->name);
    if (!name)
        return cg_error_memory(r->err);
    const char *const params[] = {
        id, name, set_null ? "null" : "delete", rows, before_text, set_null ? after_text : NULL, samples};
    PGresult *result = NULL;
    if (cg_pgload_sql_run(r->session, PG_SQL_ORPHANS_ADD, params, 7, "entering what became of orphans into the ledger",
                          &result, r->err) < 0)
        return -1;
    PQclear(result);
    return 0;
}

/* Inside the transaction. */
static int remove_found(const struct removing *r, struct cg_buffer *b, struct cg_arena *arena,
                        struct cg_orphans_removed *removed) {
    if (take_images(r, false, b, removed->rows) < 0 || take_samples(r, b, arena, removed) < 0 ||
        change(r, b, removed->rows) < 0)
        return -1;
    if (r->removal->action == CG_ORPHAN_SET_NULL && take_images(r, true, b, removed->rows) < 0)
        return -1;
    return enter(r, removed, arena) < 0 ? -1 : cg_pgload_commit(r->session, doing, r->err);
}

int cg_pgload_orphans_remove(struct cg_target_session *base, const struct cg_orphan_place *place,
                             const struct cg_orphan_removal *removal, struct cg_arena *arena,
                             struct cg_orphans_removed *ret_removed, struct cg_error *err) {
    struct cg_error local = {0};
    const struct removing r = {pg_session_of(base), place, removal, &local};
    struct cg_orphans_removed removed = {0};
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 24);
    int rc = cg_pgload_session_idle(r.session, doing, &local);
    if (rc == 0)
        rc = cg_pgload_ledger_check(r.session, &local);
    if (rc == 0) {
        rc = begin(&r, &b);
        if (rc == 0)
            rc = find(&r, &b, &removed.rows);
        if (rc == 0 && removed.rows)
            rc = remove_found(&r, &b, arena, &removed);
        cg_pgload_rollback(r.session); /* does nothing behind a commit */
    }
    cg_buffer_done(&b);
    if (rc == 0) {
        *ret_removed = removed;
        return 0;
    }
    cg_pgload_explain_rights(r.session, &local);
    if (err)
        *err = local;
    return -1;
}
