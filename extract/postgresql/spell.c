/* How the server spells expressions: EXPLAIN (VERBOSE) of a SELECT that reads nothing prints its list of expressions as
 * the server understood them, with every operand's type, names as they were resolved and constants folded. It needs no
 * more than SELECT on the table, and makes nothing. (PostgreSQL manual, "EXPLAIN", VERBOSE; member "Output".) */
#include "extract/postgresql/internal.h"

#include <yajl/yajl_tree.h>

#include <stdio.h>

enum { SQL_BYTES = 1 << 26, MESSAGE_BYTES = 256 };

static int put_expression(struct cg_buffer *sql, const char *text, const struct cg_type *type, struct cg_error *err) {
    /* The line's end is for a comment at the end of the text. */
    if (cg_buffer_printf(sql, err, type ? "CAST((%s\n) AS " : "(%s\n)", text) < 0)
        return -1;
    if (!type)
        return 0;
    return cg_pg_put_type(sql, type, err) < 0 ? -1 : cg_buffer_text(sql, ")", err);
}

static int put_explain(struct cg_buffer *sql, const struct cg_table *table, const struct cg_type *type,
                       const char *const *texts, size_t count, struct cg_error *err) {
    int rc = cg_buffer_text(sql, "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT ", err);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = (i && cg_buffer_text(sql, ", ", err) < 0) || put_expression(sql, texts[i], type, err) < 0 ? -1 : 0;
    if (rc == 0 && table)
        rc = cg_buffer_text(sql, " FROM ", err) < 0 || cg_pg_put_qualified(sql, table->schema, table->name, err) < 0
                 ? -1
                 : cg_buffer_text(sql, " WHERE false", err);
    return rc;
}

/* [{"Plan": {"Output": ["...", ...]}}] */
static int take_output(const char *json, size_t count, struct cg_arena *arena, const char **ret_texts,
                       struct cg_error *err) {
    static const char *const plan_path[] = {"Plan", "Output", NULL};
    char message[MESSAGE_BYTES] = "";
    yajl_val tree = yajl_tree_parse(json, message, sizeof message);
    yajl_val plan = YAJL_IS_ARRAY(tree) && tree->u.array.len == 1 ? tree->u.array.values[0] : NULL;
    yajl_val output = plan ? yajl_tree_get(plan, (const char **)(uintptr_t)plan_path, yajl_t_array) : NULL;
    int rc = 0;
    if (!output || output->u.array.len != count)
        rc = cg_error_set(err, CG_ERR_INTERNAL, "the server's EXPLAIN does not list %zu expressions%s%s", count,
                          *message ? ": " : "", message);
    for (size_t i = 0; i < count && rc == 0; i++) {
        const char *text = YAJL_GET_STRING(output->u.array.values[i]);
        ret_texts[i] = text ? cg_arena_strdup(arena, text) : NULL;
        if (!ret_texts[i])
            rc = cg_error_memory(err);
    }
    yajl_tree_free(tree);
    return rc;
}

/* A statement that the server refuses must not cost the session its transaction, and with it the snapshot. */
static int ask(struct cg_session *session, const char *sql, const char *doing, PGresult **ret_rows,
               struct cg_error *err) {
    if (cg_pg_session_query(session, "SAVEPOINT crossgrade_spell", NULL, 0, doing, NULL, err) < 0)
        return -1;
    int rc = cg_pg_session_query(session, sql, NULL, 0, doing, ret_rows, err);
    struct cg_error second;
    const char *end = "ROLLBACK TO SAVEPOINT crossgrade_spell; RELEASE SAVEPOINT crossgrade_spell";
    if (!session->lost && cg_pg_session_query(session, end, NULL, 0, doing, NULL, &second) < 0)
        session->lost = true;
    return rc;
}

int cg_pg_spell(struct cg_session *session, const struct cg_table *table, const struct cg_type *type,
                const char *const *texts, size_t count, struct cg_arena *arena, const char **ret_texts,
                struct cg_error *err) {
    struct cg_buffer sql;
    char doing[192];
    PGresult *rows = NULL;
    cg_buffer_init(&sql, SQL_BYTES);
    snprintf(doing, sizeof doing, "asking how an expression%s%s is spelled", table ? " of " : "",
             table ? table->name : "");
    int rc = put_explain(&sql, table, type, texts, count, err);
    const char *text = rc == 0 ? cg_buffer_cstr(&sql, err) : NULL;
    rc = text ? ask(session, text, doing, &rows, err) : -1;
    if (rc == 0)
        rc = take_output(PQgetvalue(rows, 0, 0), count, arena, ret_texts, err);
    PQclear(rows);
    cg_buffer_done(&sql);
    return rc;
}
