/* The catalog of one schema of a PostgreSQL database (versions 12 to 18), read from pg_catalog in a few set-wise
 * queries kept in engine/postgresql/sql/. */
#ifndef CG_ENGINE_POSTGRESQL_CATALOG_H
#define CG_ENGINE_POSTGRESQL_CATALOG_H

#include "engine/postgresql/connection.h"

/* A missing schema gives an empty catalog. hidden_schema: never read (the ledger's), or NULL. only_table: just that
 * table, or NULL. Type names are the friendly ones of core/catalog.h; precision, scale, length, fraction are decoded
 * from the typmod. */
CG_MUST_USE int cg_pg_catalog(PGconn *conn, const char *schema, const char *hidden_schema, const char *only_table,
                              struct cg_arena *arena, struct cg_catalog **ret_catalog, struct cg_error *err);

#endif
