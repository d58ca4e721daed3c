/* The catalog of a MySQL or MariaDB database, read from information_schema in a few set-wise queries.
 *
 * Both servers are brought to one model here: MariaDB's information_schema spells a NULL default as the text NULL and
 * quotes literals, MySQL does neither; MariaDB's JSON is LONGTEXT with a json_valid CHECK, which becomes type "json"
 * and the CHECK disappears. Every kind of object is enumerated, unknown ones as CG_OBJECT_UNKNOWN (R13). */
#ifndef CG_ENGINE_MYSQL_CATALOG_H
#define CG_ENGINE_MYSQL_CATALOG_H

#include "engine/mysql/connection.h"

/* server: as cg_mysql_server gave it. only_table: read just that table's definition, or NULL for everything. */
CG_MUST_USE int cg_mysql_catalog(MYSQL *mysql, const struct cg_server *server, const char *database,
                                 const char *only_table, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                                 struct cg_error *err);
/* The two halves of the above, for a caller that holds a lock meanwhile. First what a definition is: tables with all
 * that belongs to them, and sequences. Then, added to the same catalog, what is told but not relied upon: estimates,
 * the next AUTO_INCREMENT values, views, triggers, routines, events and grants. */
CG_MUST_USE int cg_mysql_catalog_tables(MYSQL *mysql, const struct cg_server *server, const char *database,
                                        const char *only_table, struct cg_arena *arena, struct cg_catalog **ret_catalog,
                                        struct cg_error *err);
CG_MUST_USE int cg_mysql_catalog_rest(MYSQL *mysql, const char *only_table, struct cg_arena *arena,
                                      struct cg_catalog *catalog, struct cg_error *err);

#endif
