/* What a target holds already: looked up before anything is made, so that a run is refused before it dropped, made or
 * moved anything. */
#include "load/postgresql/internal.h"

/* The names of `count` things of `size` bytes each, whose name lies at `offset`, as an array literal of PostgreSQL. */
static int names_text(const void *things, size_t count, size_t size, size_t offset, struct cg_arena *arena,
                      const char **ret_text, struct cg_error *err) {
    const char **names = cg_arena_array(arena, count + 1, sizeof *names);
    if (!names)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++)
        memcpy(&names[i], (const char *)things + i * size + offset, sizeof names[i]);
    return cg_pgload_array_text(arena, names, count, ret_text, err);
}

/* Of the tables that have one. */
static int functions_text(const struct cg_catalog *wanted, struct cg_arena *arena, const char **ret_text,
                          struct cg_error *err) {
    const char **names = cg_arena_array(arena, wanted->table_count + 1, sizeof *names);
    size_t count = 0;
    if (!names)
        return cg_error_memory(err);
    for (size_t i = 0; i < wanted->table_count; i++)
        if (wanted->tables[i].on_update_function)
            names[count++] = wanted->tables[i].on_update_function;
    return cg_pgload_array_text(arena, names, count, ret_text, err);
}

static int keep_texts(const PGresult *rows, struct cg_arena *arena, const char ***ret_texts, size_t *ret_count,
                      struct cg_error *err) {
    size_t count = (size_t)PQntuples(rows);
    const char **texts = cg_arena_array(arena, count + 1, sizeof *texts);
    if (!texts)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!(texts[i] = cg_arena_strdup(arena, PQgetvalue(rows, (int)i, 0))))
            return cg_error_memory(err);
    *ret_texts = texts;
    *ret_count = count;
    return 0;
}

int cg_pgload_dependents(struct cg_target_session *base, const struct cg_catalog *wanted, struct cg_arena *arena,
                         const char ***ret_names, size_t *ret_count, struct cg_error *err) {
    static const char doing[] = "looking for what depends on the tables to be dropped";
    struct pg_session *session = pg_session_of(base);
    const char *params[6] = {session->target->schema};
    PGresult *rows;
    if (cg_pgload_session_idle(session, doing, err) ||
        names_text(wanted->tables, wanted->table_count, sizeof *wanted->tables, offsetof(struct cg_table, name), arena,
                   &params[1], err) ||
        names_text(wanted->enums, wanted->enum_count, sizeof *wanted->enums, offsetof(struct cg_type, name), arena,
                   &params[2], err) ||
        names_text(wanted->sequences, wanted->sequence_count, sizeof *wanted->sequences,
                   offsetof(struct cg_sequence, name), arena, &params[3], err) ||
        names_text(wanted->views, wanted->view_count, sizeof *wanted->views, offsetof(struct cg_view, name), arena,
                   &params[4], err) ||
        functions_text(wanted, arena, &params[5], err) ||
        cg_pgload_sql_run(session, PG_SQL_DEPENDENTS, params, 6, doing, &rows, err))
        return -1;
    int rc = keep_texts(rows, arena, ret_names, ret_count, err);
    PQclear(rows);
    return rc;
}
