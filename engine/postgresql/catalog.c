/* The catalog of one schema: tables, then what hangs on them, one set-wise query for each kind of thing. All queries
 * run in one REPEATABLE READ transaction: the caller's when there is one, else one of their own. */
#include "engine/postgresql/catalog.h"

#include "embedded.h"
#include "engine/postgresql/catalog_internal.h"

#include <stdlib.h>

/* ---- helpers for all readers ---- */

int cg_pg_catalog_rows(struct cg_pg_reading *r, const char *sql, int params, const char *doing, PGresult **ret_rows,
                       struct cg_error *err) {
    const char *values[] = {r->schema, r->only_table};
    if (cg_pg_query(r->conn, sql, values, params, doing, ret_rows, err)) {
        cg_error_object(err, "schema %s", r->schema);
        return -1;
    }
    r->rows = *ret_rows;
    return 0;
}

const char *cg_pg_cell(const struct cg_pg_reading *r, int row, int column, bool *failed) {
    if (PQgetisnull(r->rows, row, column))
        return NULL;
    const char *text = cg_arena_strdup(r->arena, PQgetvalue(r->rows, row, column));
    if (!text)
        *failed = true;
    return text;
}

bool cg_pg_cell_is(const PGresult *rows, int row, int column, const char *text) {
    return !PQgetisnull(rows, row, column) && strcmp(PQgetvalue(rows, row, column), text) == 0;
}

int cg_pg_run_length(const PGresult *rows, int row, int column) {
    int total = PQntuples(rows), next = row + 1;
    while (next < total && strcmp(PQgetvalue(rows, row, column), PQgetvalue(rows, next, column)) == 0)
        next++;
    return next - row;
}

/* ---- the database and its tables ---- */

static int read_database(struct cg_pg_reading *r, bool *ret_exists, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_catalog_rows(r, cg_embedded_postgresql_catalog_database_sql, 1, "reading the catalog", &rows, err))
        return -1;
    bool failed = false;
    r->catalog->database = cg_pg_cell(r, 0, 0, &failed);
    r->catalog->charset = cg_pg_cell(r, 0, 1, &failed);
    r->catalog->collation = cg_pg_cell(r, 0, 2, &failed);
    *ret_exists = cg_pg_cell_is(rows, 0, 3, "t");
    PQclear(rows);
    return failed ? cg_error_memory(err) : 0;
}

static void fill_table(struct cg_pg_reading *r, int row, struct cg_table *table, bool *failed) {
    table->schema = r->catalog->schema;
    table->name = cg_pg_cell(r, row, 0, failed);
    table->kind = cg_pg_cell_is(r->rows, row, 1, "p") ? CG_TABLE_PARTITIONED : CG_TABLE_BASE;
    table->storage = "";
    table->row_estimate = strtoll(PQgetvalue(r->rows, row, 2), NULL, 10);
    table->byte_estimate = strtoll(PQgetvalue(r->rows, row, 3), NULL, 10);
    const char *comment = cg_pg_cell(r, row, 4, failed);
    table->comment = comment ? comment : "";
    table->partition_text = cg_pg_cell(r, row, 5, failed);
    table->snapshot_capable =
        !cg_pg_cell_is(r->rows, row, 6, "t"); /* a partition on another server obeys no snapshot */
    table->unlogged = cg_pg_cell_is(r->rows, row, 7, "t");
    table->row_security = cg_pg_cell_is(r->rows, row, 8, "t");
}

static int read_tables(struct cg_pg_reading *r, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_catalog_rows(r, cg_embedded_postgresql_catalog_tables_sql, 2, "reading the list of tables", &rows, err))
        return -1;
    size_t count = (size_t)PQntuples(rows);
    bool failed = false;
    r->catalog->tables = cg_arena_array(r->arena, count, sizeof *r->catalog->tables);
    if (count && !r->catalog->tables)
        failed = true;
    for (size_t i = 0; i < count && !failed; i++)
        fill_table(r, (int)i, &r->catalog->tables[i], &failed);
    r->catalog->table_count = count;
    PQclear(rows);
    return failed ? cg_error_memory(err) : 0;
}

/* ---- the whole ---- */

/* The enum types of the schema, out of those of the database. */
static int keep_enums(struct cg_pg_reading *r, const struct cg_type *types, size_t count, struct cg_error *err) {
    struct cg_catalog *catalog = r->catalog;
    catalog->enums = cg_arena_array(r->arena, count, sizeof *catalog->enums);
    if (count && !catalog->enums)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++)
        if (types[i].schema && strcmp(types[i].schema, r->schema) == 0)
            catalog->enums[catalog->enum_count++] = types[i];
    return 0;
}

static int read_schema(struct cg_pg_reading *r, struct cg_error *err) {
    struct cg_type *enums;
    size_t enum_count;
    if (read_tables(r, err) || cg_pg_read_enums(r, &enums, &enum_count, err) ||
        cg_pg_read_columns(r, enums, enum_count, err) || cg_pg_read_keys(r, err) || cg_pg_read_foreign_keys(r, err) ||
        cg_pg_read_checks(r, err))
        return -1;
    if (r->only_table)
        return 0;
    if (keep_enums(r, enums, enum_count, err) || cg_pg_read_collations(r, err) || cg_pg_read_sequences(r, err))
        return -1;
    return cg_pg_read_objects(r, err) ? -1 : cg_pg_read_conditions(r, err);
}

static int read_catalog(struct cg_pg_reading *r, const char *hidden_schema, struct cg_error *err) {
    struct cg_catalog *catalog = r->catalog;
    bool exists = false;
    catalog->schema = cg_arena_strdup(r->arena, r->schema);
    if (!catalog->schema)
        return cg_error_memory(err);
    if (cg_pg_server(r->conn, r->arena, &catalog->server, err) || read_database(r, &exists, err))
        return -1;
    bool hidden = hidden_schema && strcmp(hidden_schema, r->schema) == 0;
    return exists && !hidden ? read_schema(r, err) : 0;
}

int cg_pg_catalog(PGconn *conn, const char *schema, const char *hidden_schema, const char *only_table,
                  struct cg_arena *arena, struct cg_catalog **ret_catalog, struct cg_error *err) {
    struct cg_pg_reading r = {.conn = conn, .schema = schema, .only_table = only_table, .arena = arena};
    r.catalog = cg_arena_alloc(arena, sizeof *r.catalog);
    if (!r.catalog)
        return cg_error_memory(err);
    bool own = PQtransactionStatus(conn) == PQTRANS_IDLE;
    if (own && cg_pg_execute(conn, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "reading the catalog", err))
        return -1;
    if (read_catalog(&r, hidden_schema, err)) {
        struct cg_error second;
        if (own && cg_pg_execute(conn, "ROLLBACK", "ending the reading of the catalog", &second))
            return -1; /* the first error tells more */
        return -1;
    }
    if (own && cg_pg_execute(conn, "COMMIT", "reading the catalog", err))
        return -1;
    *ret_catalog = r.catalog;
    return 0;
}
