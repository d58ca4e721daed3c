/* What the files of the catalog reader share. Nobody outside this folder includes it. */
#ifndef CG_ENGINE_POSTGRESQL_CATALOG_INTERNAL_H
#define CG_ENGINE_POSTGRESQL_CATALOG_INTERNAL_H

#include "engine/postgresql/catalog.h"

/* One reading of a catalog. */
struct cg_pg_reading {
    PGconn *conn;
    const char *schema, *only_table; /* only_table: NULL for all */
    struct cg_arena *arena;
    struct cg_catalog *catalog;
    const PGresult *rows; /* of the query being taken in */
};

/* Runs one of the embedded queries with the schema and, if two, the table as its parameters. The caller clears. */
CG_MUST_USE int cg_pg_catalog_rows(struct cg_pg_reading *r, const char *sql, int params, const char *doing,
                                   PGresult **ret_rows, struct cg_error *err);
/* A cell as text in the arena; NULL for SQL NULL. Memory running out shows as NULL too: *failed is set then. */
const char *cg_pg_cell(const struct cg_pg_reading *r, int row, int column, bool *failed);
bool cg_pg_cell_is(const PGresult *rows, int row, int column, const char *text);
/* Rows from `row` on that have the same text in `column`. */
int cg_pg_run_length(const PGresult *rows, int row, int column);

/* catalog_columns.c */
CG_MUST_USE int cg_pg_read_enums(struct cg_pg_reading *r, struct cg_type **ret_types, size_t *ret_count,
                                 struct cg_error *err);
CG_MUST_USE int cg_pg_read_collations(struct cg_pg_reading *r, struct cg_error *err);
CG_MUST_USE int cg_pg_read_columns(struct cg_pg_reading *r, const struct cg_type *enums, size_t enum_count,
                                   struct cg_error *err);
/* catalog_types.c: a type from pg_type's name and a typmod; a default from pg_get_expr's text. */
void cg_pg_decode_type(struct cg_type *type, const char *typname, int typmod);
CG_MUST_USE int cg_pg_decode_default(struct cg_column *column, const char *expression, struct cg_arena *arena,
                                     struct cg_error *err);
/* catalog_keys.c */
CG_MUST_USE int cg_pg_read_keys(struct cg_pg_reading *r, struct cg_error *err);
CG_MUST_USE int cg_pg_read_foreign_keys(struct cg_pg_reading *r, struct cg_error *err);
CG_MUST_USE int cg_pg_read_checks(struct cg_pg_reading *r, struct cg_error *err);
/* catalog_conditions.c */
CG_MUST_USE int cg_pg_read_conditions(struct cg_pg_reading *r, struct cg_error *err);
/* catalog_objects.c */
CG_MUST_USE int cg_pg_read_sequences(struct cg_pg_reading *r, struct cg_error *err);
CG_MUST_USE int cg_pg_read_objects(struct cg_pg_reading *r, struct cg_error *err);

#endif
