/* --owner: may that role own what a run makes, and the statements that give it away.
 *
 * Indexes, identity sequences and sequences that a column owns follow their table. The owner of a new schema comes
 * first: it may then make things there, which PostgreSQL asks of whoever is to own one. */
#include "load/postgresql/ddl.h"

/* ---- may it? ---- */

int cg_pgload_check_owner(struct cg_target_session *base, const char *role, struct cg_error *err) {
    static const char doing[] = "looking at the role that is to own what is made";
    struct pg_session *session = pg_session_of(base);
    const char *const params[] = {role, session->target->schema};
    PGresult *rows;
    if (cg_pgload_session_idle(session, doing, err) ||
        cg_pgload_sql_run(session, PG_SQL_OWNER, params, 2, doing, &rows, err))
        return -1;
    int rc = 0;
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 20);
    for (int i = 0; rc == 0 && i < PQntuples(rows); i++)
        rc = cg_buffer_printf(&b, err, "%s%s", i ? "; " : "", PQgetvalue(rows, i, 0));
    if (rc == 0 && b.len) {
        rc = cg_error_set(err, CG_ERR_RIGHTS, "role %s cannot be made the owner by user %s of database %s", role,
                          session->target->user, session->target->database);
        cg_error_object(err, "%s", session->target->uri.shown);
        cg_error_hint(err, "%.*s", (int)b.len, (const char *)b.data);
    }
    cg_buffer_done(&b);
    PQclear(rows);
    return rc;
}

/* ---- the statements ---- */

static void give(struct ddl_printer *p, const char *kind, const char *name, const struct cg_table *table) {
    cg_ddl_text(p, " OWNER TO ");
    cg_ddl_name(p, p->options->owner);
    cg_ddl_finish(p, CG_DDL_OWNER, "owner", cg_arena_printf(p->arena, "%s %s", kind, name), table);
}

static void give_schema(struct ddl_printer *p) {
    cg_ddl_text(p, "ALTER SCHEMA ");
    cg_ddl_name(p, p->options->schema);
    give(p, "schema", p->options->schema, NULL);
}

static void give_object(struct ddl_printer *p, const char *keyword, const char *kind, const char *name,
                        const struct cg_table *table) {
    cg_ddl_text(p, keyword);
    cg_ddl_object(p, name);
    give(p, kind, name, table);
}

static void give_partition(struct ddl_printer *p, const struct cg_table *table, const char *above,
                           const struct cg_partitioning *by, const struct cg_partition *partition) {
    (void)above;
    (void)by;
    give_object(p, "ALTER TABLE ", "partition", partition->name, table);
}

static void give_table(struct ddl_printer *p, const struct cg_table *table) {
    give_object(p, "ALTER TABLE ", "table", table->name, table);
    cg_ddl_each_partition(p, table, give_partition);
    if (!table->on_update_function)
        return;
    cg_ddl_text(p, "ALTER FUNCTION ");
    cg_ddl_object(p, table->on_update_function);
    cg_ddl_text(p, "()");
    give(p, "function", table->on_update_function, table);
}

/* One that was there before may belong to somebody else, and does its work all the same. */
static void give_collation(struct ddl_printer *p, const char *name) {
    cg_ddl_text(p, "ALTER COLLATION ");
    cg_ddl_object(p, name);
    cg_ddl_text(p, " OWNER TO ");
    cg_ddl_name(p, p->options->owner);
    cg_ddl_finish_optional(p, CG_DDL_OWNER, "owner", cg_arena_printf(p->arena, "collation %s", name), NULL);
}

void cg_ddl_owners(struct ddl_printer *p) {
    const struct cg_catalog *wanted = p->wanted;
    if (!p->options->owner)
        return;
    if (cg_ddl_makes_schema(p))
        give_schema(p);
    for (size_t i = 0; i < wanted->collation_count; i++)
        give_collation(p, wanted->collations[i].name);
    for (size_t i = 0; i < wanted->enum_count; i++)
        give_object(p, "ALTER TYPE ", "type", wanted->enums[i].name, NULL);
    for (size_t i = 0; i < wanted->sequence_count; i++)
        give_object(p, "ALTER SEQUENCE ", "sequence", wanted->sequences[i].name, NULL);
    for (size_t i = 0; i < wanted->table_count; i++)
        give_table(p, &wanted->tables[i]);
    for (size_t i = 0; i < wanted->view_count; i++)
        give_object(p, "ALTER VIEW ", "view", wanted->views[i].name, NULL);
}
