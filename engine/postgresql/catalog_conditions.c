/* What a newer server or library has left behind: indexes by an older version of their collation, extensions that were
 * not updated, large objects. PostgreSQL manual, "ALTER COLLATION", "ALTER EXTENSION", "Large Objects". */
#include "engine/postgresql/catalog_internal.h"

#include "embedded.h"

static int take(struct cg_pg_reading *r, const char *sql, struct cg_error *err) {
    struct cg_catalog *catalog = r->catalog;
    PGresult *rows;
    if (cg_pg_catalog_rows(r, sql, 1, "reading versions of collations and extensions", &rows, err))
        return -1;
    bool failed = false;
    for (int i = 0; i < PQntuples(rows) && !failed; i++) {
        struct cg_condition *all = cg_arena_push(r->arena, catalog->conditions, &catalog->condition_count, sizeof *all);
        if (!all) {
            failed = true;
            break;
        }
        catalog->conditions = all;
        struct cg_condition *condition = &all[catalog->condition_count - 1];
        condition->kind = cg_pg_cell(r, i, 0, &failed);
        condition->name = cg_pg_cell(r, i, 1, &failed);
        condition->text = cg_pg_cell(r, i, 2, &failed);
        condition->extra = cg_pg_cell_is(rows, i, 3, "t");
    }
    PQclear(rows);
    return failed ? cg_error_memory(err) : 0;
}

int cg_pg_read_conditions(struct cg_pg_reading *r, struct cg_error *err) {
    enum { KNOWS_ITS_COLLATION = 150000 };
    if (take(r, cg_embedded_postgresql_catalog_conditions_sql, err) < 0)
        return -1;
    return r->catalog->server.version_number < KNOWS_ITS_COLLATION
               ? 0
               : take(r, cg_embedded_postgresql_catalog_default_collation_sql, err);
}
