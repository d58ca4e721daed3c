/* Finding the rows that break a foreign key and telling them apart; see load/orphans.h. Taking them out is in
 * orphans_remove.c.
 *
 * The same question as VALIDATE CONSTRAINT asks: "=" between the columns as they are, with their types and collations.
 * The session's search_path finds the operators of extensions' types. In the statements c is the child, p the parent, m
 * and e what the source told: the keys of rows without a parent there, and of those that are equal by collation only.
 */
#include "load/postgresql/internal.h"

#include <inttypes.h>

static const char *const told_tables[CG_ORPHAN_TOLDS] = {"crossgrade_missing", "crossgrade_by_collation"};

/* ---- pieces of statements ---- */

static int put_child(const struct pg_session *session, const struct cg_orphan_place *place, struct cg_buffer *b,
                     struct cg_error *err) {
    return cg_pg_put_qualified(b, session->target->schema, place->child->name, err) < 0
               ? -1
               : cg_buffer_text(b, " AS c", err);
}

static int put_told_table(const struct cg_orphan_place *place, enum cg_orphan_told which, struct cg_buffer *b,
                          struct cg_error *err) {
    return cg_buffer_printf(b, err, "pg_temp.%s_%zu", told_tables[which], place->number);
}

/* "alias.c0 = c.x AND alias.c1 = c.y" */
static int put_told_equal(const struct cg_orphan_place *place, const char *alias, struct cg_buffer *b,
                          struct cg_error *err) {
    for (size_t i = 0; i < place->fk->column_count; i++)
        if (cg_buffer_printf(b, err, "%s%s.c%zu = c.", i ? " AND " : "", alias, i) < 0 ||
            cg_pg_put_name(b, place->fk->columns[i], err) < 0)
            return -1;
    return 0;
}

/* Every column has a value, and there is no parent. */
static int put_condition(const struct cg_orphan_place *place, struct cg_buffer *b, struct cg_error *err) {
    const struct cg_foreign_key *fk = place->fk;
    for (size_t i = 0; i < fk->column_count; i++)
        if (cg_buffer_text(b, "c.", err) < 0 || cg_pg_put_name(b, fk->columns[i], err) < 0 ||
            cg_buffer_text(b, " IS NOT NULL AND ", err) < 0)
            return -1;
    if (cg_buffer_text(b, "NOT EXISTS (SELECT FROM ", err) < 0 ||
        cg_pg_put_qualified(b, fk->ref_schema, fk->ref_table, err) < 0 || cg_buffer_text(b, " AS p WHERE ", err) < 0)
        return -1;
    for (size_t i = 0; i < fk->column_count; i++)
        if (cg_buffer_text(b, i ? " AND p." : "p.", err) < 0 || cg_pg_put_name(b, fk->ref_columns[i], err) < 0 ||
            cg_buffer_text(b, " = c.", err) < 0 || cg_pg_put_name(b, fk->columns[i], err) < 0)
            return -1;
    return cg_buffer_text(b, ")", err);
}

int cg_pgload_put_orphans(const struct pg_session *session, const struct cg_orphan_place *place,
                          bool spare_by_collation, struct cg_buffer *b, struct cg_error *err) {
    if (cg_buffer_text(b, " FROM ", err) < 0 || put_child(session, place, b, err) < 0 ||
        cg_buffer_text(b, " WHERE ", err) < 0 || put_condition(place, b, err) < 0)
        return -1;
    if (!spare_by_collation)
        return 0;
    if (cg_buffer_text(b, " AND NOT EXISTS (SELECT FROM ", err) < 0 ||
        put_told_table(place, CG_ORPHAN_TOLD_BY_COLLATION, b, err) < 0 || cg_buffer_text(b, " AS e WHERE ", err) < 0 ||
        put_told_equal(place, "e", b, err) < 0)
        return -1;
    return cg_buffer_text(b, ")", err);
}

/* ---- samples ---- */

static bool is_number(const struct cg_table *table, const char *name) {
    static const char *const numbers[] = {"smallint", "integer", "bigint", "numeric"};
    const struct cg_column *column = cg_table_column(table, name);
    for (size_t i = 0; column && i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(column->type.name, numbers[i]) == 0)
            return true;
    return false;
}

/* "'name=', value": two arguments of concat. */
static int put_named_value(const struct cg_table *table, const char *name, const char *before, struct cg_buffer *b,
                           struct cg_error *err) {
    char text[300];
    snprintf(text, sizeof text, "%s%s=", before, name);
    if (cg_buffer_text(b, ", ", err) < 0 || cg_pg_put_literal(b, text, err) < 0)
        return -1;
    bool number = is_number(table, name);
    if (cg_buffer_text(b, number ? ", c." : ", quote_nullable(\"left\"(c.", err) < 0 ||
        cg_pg_put_name(b, name, err) < 0)
        return -1;
    return cg_buffer_text(b, number ? "" : "::text, 60))", err);
}

static bool key_tells(const struct cg_key *key, const char *const *columns, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!key || !cg_key_has_column(key, columns[i]))
            return false;
    return true;
}

int cg_pgload_put_sample(const struct cg_table *table, const char *const *columns, size_t count, struct cg_buffer *b,
                         struct cg_error *err) {
    const struct cg_key *key = cg_table_primary_key(table);
    if (cg_buffer_text(b, "\"left\"(concat(''", err) < 0)
        return -1;
    for (size_t i = 0; key && i < key->part_count; i++)
        if (key->parts[i].column && put_named_value(table, key->parts[i].column, i ? ", " : "", b, err) < 0)
            return -1;
    for (size_t i = 0; !key_tells(key, columns, count) && i < count; i++)
        if (put_named_value(table, columns[i],
                            i     ? ", "
                            : key ? " ("
                                  : "(",
                            b, err) < 0 ||
            (i + 1 == count && cg_buffer_text(b, ", ')'", err) < 0))
            return -1;
    return cg_buffer_text(b, "), 190)", err);
}

int cg_pgload_put_key_order(const struct cg_table *table, struct cg_buffer *b, struct cg_error *err) {
    const struct cg_key *key = cg_table_primary_key(table);
    for (size_t i = 0; key && i < key->part_count; i++)
        if (key->parts[i].column && (cg_buffer_text(b, i ? ", c." : " ORDER BY c.", err) < 0 ||
                                     cg_pg_put_name(b, key->parts[i].column, err) < 0))
            return -1;
    return key ? 0 : cg_buffer_text(b, " ORDER BY c.ctid", err);
}

/* ---- counting ---- */

static int run(struct pg_session *session, struct cg_buffer *b, const char *doing, PGresult **ret_rows,
               struct cg_error *err) {
    const char *sql = cg_buffer_cstr(b, err);
    return sql ? cg_pg_query(session->conn, sql, NULL, 0, doing, ret_rows, err) : -1;
}

static int count(struct cg_target_session *base, const struct cg_orphan_place *place, uint64_t *ret_count,
                 struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    struct cg_buffer b;
    PGresult *row = NULL;
    cg_buffer_init(&b, 1 << 20);
    int rc = cg_pgload_session_idle(session, "counting rows without a parent", err);
    if (rc == 0)
        rc = cg_buffer_text(&b, "SELECT count(*)", err);
    if (rc == 0)
        rc = cg_pgload_put_orphans(session, place, false, &b, err);
    if (rc == 0)
        rc = run(session, &b, "counting rows without a parent", &row, err);
    if (rc == 0)
        rc = cg_pgload_parse_u64(PQgetvalue(row, 0, 0), ret_count, err);
    PQclear(row);
    cg_buffer_done(&b);
    return rc;
}

/* ---- what the source says ---- */

static int make_told_table(struct pg_session *session, const struct cg_orphan_place *place, enum cg_orphan_told which,
                           struct cg_error *err) {
    static const char doing[] = "making a table for what the source says of rows without a parent";
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 20);
    int rc = cg_buffer_printf(&b, err, "DROP TABLE IF EXISTS pg_temp.%s_%zu; CREATE TEMPORARY TABLE %s_%zu AS SELECT ",
                              told_tables[which], place->number, told_tables[which], place->number);
    for (size_t i = 0; rc == 0 && i < place->fk->column_count; i++) {
        rc = cg_buffer_text(&b, i ? ", c." : "c.", err);
        if (rc == 0)
            rc = cg_pg_put_name(&b, place->fk->columns[i], err);
        if (rc == 0)
            rc = cg_buffer_printf(&b, err, " AS c%zu", i);
    }
    if (rc == 0)
        rc = cg_buffer_text(&b, " FROM ", err);
    if (rc == 0)
        rc = put_child(session, place, &b, err);
    if (rc == 0)
        rc = cg_buffer_text(&b, " WHERE false", err);
    const char *sql = rc == 0 ? cg_buffer_cstr(&b, err) : NULL;
    rc = sql ? cg_pg_execute(session->conn, sql, doing, err) : -1;
    cg_buffer_done(&b);
    if (rc && err && err->cls == CG_ERR_RIGHTS)
        cg_error_hint(err, "GRANT TEMPORARY ON DATABASE \"%s\" TO \"%s\"", session->target->database,
                      session->target->user);
    return rc;
}

/* Sends what `next` gives until it gives no more. */
static int send_images(struct pg_session *session, cg_orphan_images *next, void *context, const char *doing,
                       struct cg_error *err) {
    struct cg_buffer images;
    uint64_t sent = 0, taken = 0;
    int more = 1;
    cg_buffer_init(&images, (size_t)1 << 30);
    while (more > 0) {
        uint64_t rows = 0;
        images.len = 0;
        more = next(context, &images, &rows, err);
        sent += rows;
        if (more >= 0 && images.len &&
            cg_pgload_copy_in_write(session->conn, cg_buffer_slice(&images), doing, err) < 0) {
            cg_buffer_done(&images);
            return -1;
        }
    }
    cg_buffer_done(&images);
    if (more < 0) {
        cg_pgload_copy_in_fail(session->conn, "the source could not be read", doing, NULL);
        return -1;
    }
    if (cg_pgload_copy_in_end(session->conn, doing, &taken, err) < 0)
        return -1;
    return taken == sent ? 0 : cg_error_set(err, CG_ERR_INTERNAL, "%s: the server took another number of rows", doing);
}

static int tell(struct cg_target_session *base, const struct cg_orphan_place *place, enum cg_orphan_told which,
                cg_orphan_images *next, void *context, struct cg_error *err) {
    static const char doing[] = "keeping what the source says of rows without a parent";
    struct pg_session *session = pg_session_of(base);
    char sql[160];
    if (cg_pgload_session_idle(session, doing, err) < 0 || make_told_table(session, place, which, err) < 0)
        return -1;
    snprintf(sql, sizeof sql, "COPY pg_temp.%s_%zu FROM STDIN (FORMAT binary)", told_tables[which], place->number);
    if (cg_pgload_copy_in_begin(session->conn, sql, doing, err) < 0)
        return -1;
    return send_images(session, next, context, doing, err);
}

/* ---- telling apart ---- */

static const char *const kind_conditions[CG_ORPHAN_KINDS] = {
    [CG_ORPHAN_TRUE] = "m.found IS NOT NULL",
    [CG_ORPHAN_BY_COLLATION] = "m.found IS NULL AND e.found IS NOT NULL",
    [CG_ORPHAN_UNEXPLAINED] = "m.found IS NULL AND e.found IS NULL",
};

/* " LEFT JOIN (SELECT DISTINCT *, true AS found FROM told) AS alias ON ..." */
static int put_told_join(const struct cg_orphan_place *place, enum cg_orphan_told which, const char *alias,
                         struct cg_buffer *b, struct cg_error *err) {
    if (cg_buffer_text(b, " LEFT JOIN (SELECT DISTINCT *, true AS found FROM ", err) < 0 ||
        put_told_table(place, which, b, err) < 0 || cg_buffer_printf(b, err, ") AS %s ON ", alias) < 0)
        return -1;
    return put_told_equal(place, alias, b, err);
}

static int put_sorted(const struct pg_session *session, const struct cg_orphan_place *place, struct cg_buffer *b,
                      struct cg_error *err) {
    if (cg_buffer_text(b, " FROM ", err) < 0 || put_child(session, place, b, err) < 0 ||
        put_told_join(place, CG_ORPHAN_TOLD_MISSING, "m", b, err) < 0 ||
        put_told_join(place, CG_ORPHAN_TOLD_BY_COLLATION, "e", b, err) < 0 || cg_buffer_text(b, " WHERE ", err) < 0)
        return -1;
    return put_condition(place, b, err);
}

static int count_kinds(struct pg_session *session, const struct cg_orphan_place *place, struct cg_orphans_found *found,
                       struct cg_error *err) {
    struct cg_buffer b;
    PGresult *row = NULL;
    cg_buffer_init(&b, 1 << 20);
    int rc = cg_buffer_text(&b, "SELECT ", err);
    for (int k = 0; rc == 0 && k < CG_ORPHAN_KINDS; k++)
        rc = cg_buffer_printf(&b, err, "%scount(*) FILTER (WHERE %s)", k ? ", " : "", kind_conditions[k]);
    if (rc == 0)
        rc = put_sorted(session, place, &b, err);
    if (rc == 0)
        rc = run(session, &b, "telling rows without a parent apart", &row, err);
    for (int k = 0; rc == 0 && k < CG_ORPHAN_KINDS; k++)
        rc = cg_pgload_parse_u64(PQgetvalue(row, 0, k), &found->count[k], err);
    PQclear(row);
    cg_buffer_done(&b);
    return rc;
}

static int sample_kind(struct pg_session *session, const struct cg_orphan_place *place, enum cg_orphan_kind kind,
                       struct cg_arena *arena, struct cg_orphans_found *found, struct cg_error *err) {
    struct cg_buffer b;
    PGresult *rows = NULL;
    cg_buffer_init(&b, 1 << 20);
    int rc = cg_buffer_text(&b, "SELECT ", err);
    if (rc == 0)
        rc = cg_pgload_put_sample(place->child, place->fk->columns, place->fk->column_count, &b, err);
    if (rc == 0)
        rc = put_sorted(session, place, &b, err);
    if (rc == 0)
        rc = cg_buffer_printf(&b, err, " AND %s", kind_conditions[kind]);
    if (rc == 0)
        rc = cg_pgload_put_key_order(place->child, &b, err);
    if (rc == 0)
        rc = cg_buffer_printf(&b, err, " LIMIT %d", CG_ORPHAN_SAMPLES);
    if (rc == 0)
        rc = run(session, &b, "telling rows without a parent apart", &rows, err);
    for (int i = 0; rc == 0 && i < PQntuples(rows); i++)
        if (!(found->samples[kind][i] = cg_arena_strdup(arena, PQgetvalue(rows, i, 0))))
            rc = cg_error_memory(err);
    PQclear(rows);
    cg_buffer_done(&b);
    return rc;
}

static int sort(struct cg_target_session *base, const struct cg_orphan_place *place, struct cg_arena *arena,
                struct cg_orphans_found *ret_found, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    struct cg_orphans_found found = {0};
    if (cg_pgload_session_idle(session, "telling rows without a parent apart", err) < 0 ||
        count_kinds(session, place, &found, err) < 0)
        return -1;
    for (int k = 0; k < CG_ORPHAN_KINDS; k++)
        if (found.count[k] && sample_kind(session, place, (enum cg_orphan_kind)k, arena, &found, err) < 0)
            return -1;
    *ret_found = found;
    return 0;
}

const struct cg_orphan_ops cg_pgload_orphan_ops = {
    .count = count,
    .tell = tell,
    .sort = sort,
    .remove = cg_pgload_orphans_remove,
};
