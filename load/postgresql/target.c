/* A PostgreSQL database as a target: what must be known of it before anything is written (R19), and the table of
 * entries. Sessions are in session.c. */
#include "load/postgresql/internal.h"

#include <stdlib.h>

enum { OLDEST_VERSION = 120000 };

/* Extensions whose types a plan may use: the schema that holds them goes into the sessions' search_path, so that
 * `geometry` in DDL is found wherever the extension lives. No other schema is searched, but pg_catalog. */
static const char *const type_extensions[] = {"citext", "postgis", "vector"};

/* ---- what the server is ---- */

/* Refuses what cannot be a target, by the row of target_facts.sql. */
static int judge_facts(const struct pg_target *target, const PGresult *facts, struct cg_error *err) {
    if (target->server.version_number < OLDEST_VERSION) {
        cg_error_set(err, CG_ERR_USAGE, "the target is PostgreSQL %s, older than 12", target->server.version);
        cg_error_hint(err, "use a server of version 12 or later");
        return -1;
    }
    if (strcmp(PQgetvalue(facts, 0, 0), "UTF8") != 0) {
        cg_error_set(err, CG_ERR_USAGE, "the target database is encoded in %s, not in UTF8", PQgetvalue(facts, 0, 0));
        cg_error_hint(err, "make one that is: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0");
        return -1;
    }
    if (PQgetvalue(facts, 0, 1)[0] == 't') {
        cg_error_set(err, CG_ERR_USAGE, "the target server is in recovery (a standby): it takes no writes");
        cg_error_hint(err, "name its primary as the target");
        return -1;
    }
    if (strcmp(PQgetvalue(facts, 0, 2), "off") != 0) {
        cg_error_set(err, CG_ERR_USAGE, "the target is read-only: default_transaction_read_only is on");
        cg_error_hint(err, "ALTER DATABASE or ALTER ROLE ... SET default_transaction_read_only = off, "
                           "or mend postgresql.conf");
        return -1;
    }
    return 0;
}

static int learn_facts(struct pg_target *target, PGconn *conn, struct cg_error *err) {
    if (cg_pg_server(conn, target->arena, &target->server, err))
        return -1;
    PGresult *facts;
    if (cg_pg_query(conn, target->sql[PG_SQL_FACTS], &target->schema, 1, "looking at the target", &facts, err))
        return -1;
    int rc = judge_facts(target, facts, err);
    if (rc == 0) {
        target->database = cg_arena_strdup(target->arena, PQgetvalue(facts, 0, 3));
        target->user = cg_arena_strdup(target->arena, PQgetvalue(facts, 0, 4));
        target->schema_exists = PQgetvalue(facts, 0, 5)[0] == 't';
        target->has_icu = PQgetvalue(facts, 0, 6)[0] == 't';
        target->folds_all_letters = PQgetvalue(facts, 0, 7)[0] == 't';
        if (!target->database || !target->user)
            rc = cg_error_memory(err);
    }
    PQclear(facts);
    return rc;
}

static bool has_types(const char *extension) {
    for (size_t i = 0; i < sizeof type_extensions / sizeof *type_extensions; i++)
        if (strcmp(extension, type_extensions[i]) == 0)
            return true;
    return false;
}

/* Keeps the extensions' names; path: a search_path that reaches their types. */
static int keep_extensions(struct pg_target *target, const PGresult *rows, struct cg_buffer *path,
                           struct cg_error *err) {
    int count = PQntuples(rows);
    target->extensions = cg_arena_array(target->arena, (size_t)count, sizeof *target->extensions);
    if (!target->extensions)
        return cg_error_memory(err);
    for (int i = 0; i < count; i++) {
        const char *name = cg_arena_strdup(target->arena, PQgetvalue(rows, i, 0));
        if (!name)
            return cg_error_memory(err);
        target->extensions[target->extension_count++] = name;
        if (has_types(name) && (cg_buffer_text(path, ", ", err) || cg_pg_put_name(path, PQgetvalue(rows, i, 1), err)))
            return -1;
    }
    return cg_buffer_text(path, ", pg_temp", err);
}

/* Notices would be the only thing that a server says in the middle of a COPY, but for an error: with none of them, a
 * byte to read means that the COPY failed (copy.c). The server's own keepalives let it notice a worker that vanished
 * and give its locks back (R16). */
static int learn_extensions(struct pg_target *target, PGconn *conn, struct cg_error *err) {
    PGresult *rows;
    if (cg_pg_query(conn, target->sql[PG_SQL_EXTENSIONS], NULL, 0, "looking for extensions", &rows, err))
        return -1;
    struct cg_buffer setup;
    cg_buffer_init(&setup, 1 << 20);
    int rc = cg_buffer_text(&setup,
                            "SET client_min_messages = error; SET lock_timeout = '60s'; SET tcp_keepalives_idle = 60; "
                            "SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 6; "
                            "SET search_path = pg_catalog",
                            err);
    if (rc == 0)
        rc = keep_extensions(target, rows, &setup, err);
    if (rc == 0 && !(target->session_setup = cg_arena_strndup(target->arena, (char *)setup.data, setup.len)))
        rc = cg_error_memory(err);
    cg_buffer_done(&setup);
    PQclear(rows);
    return rc;
}

static int learn(struct pg_target *target, struct cg_error *err) {
    if (cg_pgload_sql_prepare(target, err))
        return -1;
    PGconn *conn;
    if (cg_pg_connect(&target->uri, &conn, err))
        return -1;
    int rc = learn_facts(target, conn, err);
    if (rc == 0)
        rc = learn_extensions(target, conn, err);
    PQfinish(conn);
    if (rc)
        cg_error_object(err, "%s", target->uri.shown);
    return rc;
}

/* ---- opening and freeing ---- */

static void pg_free(struct cg_target *base) {
    struct pg_target *target = (struct pg_target *)base;
    pthread_mutex_destroy(&target->mutex);
    cg_arena_free(target->arena);
    free(target);
}

/* The URI again, in an arena of our own: sessions are opened as long as the target lives. */
static int keep_names(struct pg_target *target, const struct cg_uri *uri, const char *schema, const char *ledger_schema,
                      struct cg_error *err) {
    if (cg_uri_parse(uri->text, target->arena, &target->uri, err))
        return -1;
    target->schema = cg_arena_strdup(target->arena, schema);
    target->ledger_schema = cg_arena_strdup(target->arena, ledger_schema);
    return target->schema && target->ledger_schema ? 0 : cg_error_memory(err);
}

static int pg_open(const struct cg_uri *uri, const char *schema, const char *ledger_schema,
                   struct cg_target **ret_target, struct cg_error *err) {
    if (strcmp(schema, ledger_schema) == 0) {
        cg_error_set(err, CG_ERR_USAGE, "the tables and the ledger cannot share the schema %s", schema);
        cg_error_hint(err, "name another one by --ledger-schema or --schema");
        return -1;
    }
    struct pg_target *target = calloc(1, sizeof *target);
    if (!target)
        return cg_error_memory(err);
    target->base.ops = &cg_pg_target_ops;
    pthread_mutex_init(&target->mutex, NULL);
    int rc = (target->arena = cg_arena_new()) ? 0 : cg_error_memory(err);
    if (rc == 0)
        rc = keep_names(target, uri, schema, ledger_schema, err);
    if (rc == 0)
        rc = learn(target, err);
    if (rc) {
        pg_free(&target->base);
        return -1;
    }
    *ret_target = &target->base;
    return 0;
}

static const struct cg_server *pg_server(const struct cg_target *target) {
    return &((const struct pg_target *)target)->server;
}

static bool pg_has_extension(const struct cg_target *base, const char *name) {
    const struct pg_target *target = (const struct pg_target *)base;
    for (size_t i = 0; i < target->extension_count; i++)
        if (strcmp(target->extensions[i], name) == 0)
            return true;
    return false;
}

static bool pg_has_feature(const struct cg_target *base, enum cg_target_feature feature) {
    const struct pg_target *target = (const struct pg_target *)base;
    return feature == CG_TARGET_ICU ? target->has_icu : target->folds_all_letters;
}

static bool pg_schema_exists(const struct cg_target *target) {
    return ((const struct pg_target *)target)->schema_exists;
}

const struct cg_target_ops cg_pg_target_ops = {
    .scheme = "postgresql",
    .engine = "postgresql",
    .open = pg_open,
    .free = pg_free,
    .server = pg_server,
    .has_extension = pg_has_extension,
    .has_feature = pg_has_feature,
    .schema_exists = pg_schema_exists,
    .session_open = cg_pgload_session_open,
    .session_close = cg_pgload_session_close,
    .cancel = cg_pgload_cancel,
    .check_rights = cg_pgload_check_rights,
    .check_owner = cg_pgload_check_owner,
    .claim = cg_pgload_claim,
    .dependents = cg_pgload_dependents,
    .existing = cg_pgload_existing,
    .holds_rows = cg_pgload_holds_rows,
    .existing_ddl = cg_pgload_existing_ddl,
    .constraints = cg_pgload_constraints,
    .pending = cg_pgload_pending,
    .execute = cg_pgload_execute,
    .script = cg_pgload_script,
    .duplicates = cg_pgload_duplicates,
    .catalog = cg_pgload_read_catalog,
    .ddl = cg_pgload_ddl,
    .trial = cg_pgload_trial,
    .chunk_begin = cg_pgload_chunk_begin,
    .chunk_write = cg_pgload_chunk_write,
    .chunk_commit = cg_pgload_chunk_commit,
    .chunk_abort = cg_pgload_chunk_abort,
    .chunk_begin_parts = cg_pgload_chunk_begin_parts,
    .chunk_write_part = cg_pgload_chunk_write_part,
    .chunk_reject = cg_pgload_chunk_reject,
    .canary = cg_pgload_canary,
    .canary_image = cg_pgload_canary_image,
    .ledger = &cg_pgload_ledger_ops,
    .orphans = &cg_pgload_orphan_ops,
};
