/* Rows that a unique key calls equal, for the report of an index that could not be built. */
#include "load/postgresql/ddl.h"

enum { GROUPS = 5 };

/* "part, part" or "part IS NOT NULL AND part IS NOT NULL": a NULL equals nothing. */
static void put_parts(struct ddl_printer *p, const struct cg_table *table, const struct cg_key *key,
                      const char *between, const char *behind) {
    for (size_t i = 0; i < key->part_count; i++) {
        cg_ddl_text(p, i ? between : "");
        cg_ddl_text(p, "(");
        cg_ddl_key_part(p, table, &key->parts[i]);
        cg_ddl_text(p, ")");
        cg_ddl_text(p, behind);
    }
}

static void put_sample(struct ddl_printer *p, const struct cg_table *table, const struct cg_key *key) {
    const char **columns = cg_arena_array(p->arena, key->part_count + 1, sizeof *columns);
    size_t count = 0;
    for (size_t i = 0; columns && i < key->part_count; i++)
        if (key->parts[i].column)
            columns[count++] = key->parts[i].column;
    if (!p->failed && (!columns || cg_pgload_put_sample(table, columns, count, &p->text, p->err) < 0)) {
        p->failed = true;
        if (!columns)
            cg_error_memory(p->err);
    }
}

static void put_order(struct ddl_printer *p, const struct cg_table *table) {
    if (!p->failed && cg_pgload_put_key_order(table, &p->text, p->err) < 0)
        p->failed = true;
}

static void put_query(struct ddl_printer *p, const struct cg_table *table, const struct cg_key *key) {
    cg_ddl_text(p, "SELECT \"left\"(string_agg(");
    put_sample(p, table, key);
    cg_ddl_text(p, ", ' = '");
    put_order(p, table);
    cg_ddl_text(p, "), 400) FROM ");
    cg_ddl_object(p, table->name);
    cg_ddl_text(p, " AS c WHERE ");
    put_parts(p, table, key, " AND ", " IS NOT NULL");
    cg_ddl_text(p, " GROUP BY ");
    put_parts(p, table, key, ", ", "");
    cg_ddl_printf(p, " HAVING count(*) > 1 LIMIT %d", GROUPS);
}

static int keep(const PGresult *rows, struct cg_arena *arena, const char ***ret_samples, size_t *ret_count,
                struct cg_error *err) {
    size_t count = (size_t)PQntuples(rows);
    const char **samples = cg_arena_array(arena, count + 1, sizeof *samples);
    for (size_t i = 0; samples && i < count; i++)
        if (!(samples[i] = cg_arena_strdup(arena, PQgetvalue(rows, (int)i, 0))))
            return cg_error_memory(err);
    if (!samples)
        return cg_error_memory(err);
    *ret_samples = samples;
    *ret_count = count;
    return 0;
}

int cg_pgload_duplicates(struct cg_target_session *base, const struct cg_table *table, const struct cg_key *key,
                         struct cg_arena *arena, const char ***ret_samples, size_t *ret_count, struct cg_error *err) {
    static const char doing[] = "looking for rows that a unique key calls equal";
    struct pg_session *session = pg_session_of(base);
    const struct cg_ddl_options options = {.schema = session->target->schema,
                                           .server_version = session->target->server.version_number};
    struct ddl_printer p = {.options = &options, .arena = arena, .err = err};
    PGresult *rows = NULL;
    if (cg_pgload_session_idle(session, doing, err) < 0)
        return -1;
    cg_buffer_init(&p.text, 1 << 20);
    put_query(&p, table, key);
    const char *sql = p.failed ? NULL : cg_buffer_cstr(&p.text, err);
    int rc = sql ? cg_pg_query(session->conn, sql, NULL, 0, doing, &rows, err) : -1;
    if (rc == 0)
        rc = keep(rows, arena, ret_samples, ret_count, err);
    PQclear(rows);
    cg_buffer_done(&p.text);
    return rc;
}
