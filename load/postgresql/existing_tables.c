/* What the target's catalog says of tables that are there and are to get rows; see load/existing.h.
 *
 * All of it is read in one transaction whose search_path holds nothing of the user's, so that definitions name whatever
 * they refer to with its schema. */
#include "load/postgresql/internal.h"

static const char doing[] = "looking at the tables that are there";

/* One kind of thing: its query, and how a row of it is taken in. */
struct kind {
    enum pg_sql sql;
    size_t size;
    int (*fill)(struct cg_existing *existing, const PGresult *rows, int row, struct cg_arena *arena, void *one);
};

static const char *text(const PGresult *rows, int row, int column, struct cg_arena *arena, bool *failed) {
    if (PQgetisnull(rows, row, column))
        return NULL;
    const char *copy = cg_arena_strdup(arena, PQgetvalue(rows, row, column));
    *failed |= !copy;
    return copy;
}

static bool flag(const PGresult *rows, int row, int column) {
    return PQgetvalue(rows, row, column)[0] == 't';
}

static int fill_table(struct cg_existing *existing, const PGresult *rows, int row, struct cg_arena *arena, void *one) {
    bool failed = false;
    *(struct cg_existing_table *)one = (struct cg_existing_table){.name = text(rows, row, 0, arena, &failed),
                                                                  .partitioned = flag(rows, row, 1),
                                                                  .has_children = flag(rows, row, 2),
                                                                  .row_security = flag(rows, row, 3),
                                                                  .owned = flag(rows, row, 4),
                                                                  .grant = text(rows, row, 5, arena, &failed),
                                                                  .rules = text(rows, row, 6, arena, &failed)};
    existing->replica = flag(rows, row, 7);
    return failed ? -1 : 0;
}

static int fill_foreign_key(struct cg_existing *existing, const PGresult *rows, int row, struct cg_arena *arena,
                            void *one) {
    (void)existing;
    bool failed = false;
    *(struct cg_existing_foreign_key *)one =
        (struct cg_existing_foreign_key){.child = text(rows, row, 0, arena, &failed),
                                         .parent = text(rows, row, 1, arena, &failed),
                                         .child_table = text(rows, row, 2, arena, &failed),
                                         .parent_table = text(rows, row, 3, arena, &failed),
                                         .name = text(rows, row, 4, arena, &failed),
                                         .definition = text(rows, row, 5, arena, &failed),
                                         .comment = text(rows, row, 6, arena, &failed),
                                         .validated = flag(rows, row, 7),
                                         .enforced = flag(rows, row, 8),
                                         .child_partitioned = flag(rows, row, 9),
                                         .child_owned = flag(rows, row, 10),
                                         .grant = text(rows, row, 11, arena, &failed)};
    return failed ? -1 : 0;
}

static int fill_trigger(struct cg_existing *existing, const PGresult *rows, int row, struct cg_arena *arena,
                        void *one) {
    (void)existing;
    bool failed = false;
    *(struct cg_existing_trigger *)one = (struct cg_existing_trigger){.table = text(rows, row, 0, arena, &failed),
                                                                      .relation = text(rows, row, 1, arena, &failed),
                                                                      .name = text(rows, row, 2, arena, &failed),
                                                                      .definition = text(rows, row, 3, arena, &failed),
                                                                      .state = PQgetvalue(rows, row, 4)[0],
                                                                      .on_insert = flag(rows, row, 5),
                                                                      .on_truncate = flag(rows, row, 6),
                                                                      .owned = flag(rows, row, 7)};
    return failed ? -1 : 0;
}

static int read_kind(struct pg_session *session, const struct kind *kind, const char *const *params, int param_count,
                     struct cg_existing *existing, struct cg_arena *arena, void **ret_things, size_t *ret_count,
                     struct cg_error *err) {
    PGresult *rows;
    if (cg_pgload_sql_run(session, kind->sql, params, param_count, doing, &rows, err))
        return -1;
    size_t count = (size_t)PQntuples(rows);
    char *things = cg_arena_array(arena, count + 1, kind->size);
    int rc = things ? 0 : cg_error_memory(err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        if (kind->fill(existing, rows, (int)i, arena, things + i * kind->size))
            rc = cg_error_memory(err);
    PQclear(rows);
    *ret_things = things;
    *ret_count = count;
    return rc;
}

static int read_all(struct pg_session *session, const char *const *params, struct cg_arena *arena,
                    struct cg_existing *existing, struct cg_error *err) {
    static const struct kind tables = {PG_SQL_EXISTING_TABLES, sizeof(struct cg_existing_table), fill_table},
                             keys = {PG_SQL_EXISTING_FOREIGN_KEYS, sizeof(struct cg_existing_foreign_key),
                                     fill_foreign_key},
                             triggers = {PG_SQL_EXISTING_TRIGGERS, sizeof(struct cg_existing_trigger), fill_trigger};
    void *things[3] = {NULL, NULL, NULL};
    if (read_kind(session, &tables, params, 3, existing, arena, &things[0], &existing->table_count, err) ||
        read_kind(session, &keys, params, 2, existing, arena, &things[1], &existing->foreign_key_count, err) ||
        read_kind(session, &triggers, params, 2, existing, arena, &things[2], &existing->trigger_count, err))
        return -1;
    existing->tables = things[0];
    existing->foreign_keys = things[1];
    existing->triggers = things[2];
    return 0;
}

int cg_pgload_existing(struct cg_target_session *base, const char *const *tables, size_t count, bool truncate,
                       struct cg_arena *arena, struct cg_existing **ret_existing, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    struct cg_existing *existing = cg_arena_alloc(arena, sizeof *existing);
    const char *params[3] = {session->target->schema, NULL, truncate ? "true" : "false"};
    if (!existing)
        return cg_error_memory(err);
    if (cg_pgload_session_idle(session, doing, err) || cg_pgload_array_text(arena, tables, count, &params[1], err) ||
        cg_pg_execute(session->conn,
                      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = pg_catalog, pg_temp",
                      doing, err))
        return -1;
    int rc = read_all(session, params, arena, existing, err);
    cg_pgload_rollback(session);
    if (rc == 0)
        *ret_existing = existing;
    return rc;
}

int cg_pgload_holds_rows(struct cg_target_session *base, const char *table, bool *ret_rows, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    struct cg_buffer sql;
    PGresult *rows = NULL;
    cg_buffer_init(&sql, 1 << 16);
    int rc = cg_buffer_text(&sql, "SELECT EXISTS (SELECT FROM ", err);
    if (rc == 0)
        rc = cg_pg_put_qualified(&sql, session->target->schema, table, err);
    if (rc == 0)
        rc = cg_buffer_text(&sql, ")", err);
    const char *text_of = rc == 0 ? cg_buffer_cstr(&sql, err) : NULL;
    if (!text_of || cg_pgload_session_idle(session, doing, err) ||
        cg_pg_query(session->conn, text_of, NULL, 0, doing, &rows, err))
        rc = -1;
    else
        *ret_rows = flag(rows, 0, 0);
    PQclear(rows);
    cg_buffer_done(&sql);
    return rc;
}
