/* The catalog of one schema of a PostgreSQL database (versions 12 to 18), read from pg_catalog in a few set-wise
 * queries kept in engine/postgresql/sql/. */
#ifndef CG_ENGINE_POSTGRESQL_CATALOG_H
#define CG_ENGINE_POSTGRESQL_CATALOG_H

#include "engine/postgresql/connection.h"

/* A missing schema gives an empty catalog. hidden_schema: never read (the ledger's), or NULL. only_table: just that
 * table, without sizes, sequences and objects (nothing then waits for a lock), or NULL. Runs in the caller's
 * transaction when there is one, else in a REPEATABLE READ one of its own.
 *
 * Type names are the friendly ones of core/catalog.h; precision, scale, length, fraction are decoded from the typmod;
 * the time types without a typmod have fraction 6, which is what they hold. A domain is its base type, and `full` says
 * which domain. A nullable column without a default has CG_DEFAULT_NULL. Partitions are no tables of their own;
 * partition_text has them line by line. What the model cannot express (partial indexes, exclusion constraints, rules,
 * policies, inheritance, domains, ...) is an object of kind CG_OBJECT_UNKNOWN; what extensions own is left out. */
CG_MUST_USE int cg_pg_catalog(PGconn *conn, const char *schema, const char *hidden_schema, const char *only_table,
                              struct cg_arena *arena, struct cg_catalog **ret_catalog, struct cg_error *err);

#endif
