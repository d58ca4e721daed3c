/* The statements of load/postgresql/sql/, made ready once per target: `:"ledger"` (as psql writes a variable that is a
 * name) becomes the quoted name of the ledger's schema. */
#include "load/postgresql/internal.h"

#include "embedded.h"

static const char ledger_variable[] = ":\"ledger\"";

static const char *const texts[PG_SQL_COUNT] = {
    [PG_SQL_LEDGER] = cg_embedded_postgresql_ledger_sql,
    [PG_SQL_LEDGER_2] = cg_embedded_postgresql_ledger_2_sql,
    [PG_SQL_LEDGER_STATE] = cg_embedded_postgresql_ledger_state_sql,
    [PG_SQL_LEDGER_VERSION] = cg_embedded_postgresql_ledger_version_sql,
    [PG_SQL_RUN_BEGIN] = cg_embedded_postgresql_ledger_run_begin_sql,
    [PG_SQL_RUN_END] = cg_embedded_postgresql_ledger_run_end_sql,
    [PG_SQL_TABLE_ADD] = cg_embedded_postgresql_ledger_table_add_sql,
    [PG_SQL_TABLE_STATE] = cg_embedded_postgresql_ledger_table_state_sql,
    [PG_SQL_CHUNK_LEASE] = cg_embedded_postgresql_ledger_chunk_lease_sql,
    [PG_SQL_CHUNK_TAKE] = cg_embedded_postgresql_ledger_chunk_take_sql,
    [PG_SQL_CHUNK_DONE] = cg_embedded_postgresql_ledger_chunk_done_sql,
    [PG_SQL_CHUNK_END_BACKEND] = cg_embedded_postgresql_ledger_chunk_end_backend_sql,
    [PG_SQL_CHUNK_LOCK] = cg_embedded_postgresql_ledger_chunk_lock_sql,
    [PG_SQL_CHUNK_TAKE_OVER] = cg_embedded_postgresql_ledger_chunk_take_over_sql,
    [PG_SQL_CONVERSION_ADD] = cg_embedded_postgresql_ledger_conversion_add_sql,
    [PG_SQL_ORPHANS_ADD] = cg_embedded_postgresql_ledger_orphans_add_sql,
    [PG_SQL_TABLE_SUM] = cg_embedded_postgresql_ledger_table_sum_sql,
    [PG_SQL_CONVERSIONS] = cg_embedded_postgresql_ledger_conversions_sql,
    [PG_SQL_REJECT_ADD] = cg_embedded_postgresql_ledger_reject_add_sql,
    [PG_SQL_REJECT_UPDATE] = cg_embedded_postgresql_ledger_reject_update_sql,
    [PG_SQL_REJECT_CONVERTED] = cg_embedded_postgresql_ledger_reject_converted_sql,
    [PG_SQL_REJECTS] = cg_embedded_postgresql_ledger_rejects_sql,
    [PG_SQL_RUN_READ] = cg_embedded_postgresql_ledger_run_read_sql,
    [PG_SQL_RUN_TABLES] = cg_embedded_postgresql_ledger_run_tables_sql,
    [PG_SQL_EVENT] = cg_embedded_postgresql_ledger_event_sql,
    [PG_SQL_VERDICT] = cg_embedded_postgresql_ledger_verdict_sql,
    [PG_SQL_RUNS] = cg_embedded_postgresql_ledger_runs_sql,
    [PG_SQL_REPORT] = cg_embedded_postgresql_ledger_report_sql,
    [PG_SQL_FORGET] = cg_embedded_postgresql_ledger_forget_sql,
    [PG_SQL_FACTS] = cg_embedded_postgresql_target_facts_sql,
    [PG_SQL_EXTENSIONS] = cg_embedded_postgresql_target_extensions_sql,
    [PG_SQL_RIGHTS] = cg_embedded_postgresql_target_rights_sql,
    [PG_SQL_LOCKERS] = cg_embedded_postgresql_target_lockers_sql,
    [PG_SQL_DEPENDENTS] = cg_embedded_postgresql_target_dependents_sql,
    [PG_SQL_OWNER] = cg_embedded_postgresql_target_owner_sql,
    [PG_SQL_EXISTING_TABLES] = cg_embedded_postgresql_existing_tables_sql,
    [PG_SQL_EXISTING_FOREIGN_KEYS] = cg_embedded_postgresql_existing_foreign_keys_sql,
    [PG_SQL_EXISTING_TRIGGERS] = cg_embedded_postgresql_existing_triggers_sql,
    [PG_SQL_LEDGER_PENDING] = cg_embedded_postgresql_ledger_pending_sql,
};

static int expand(const char *text, const char *ledger_schema, struct cg_buffer *out, struct cg_error *err) {
    for (const char *at; (at = strstr(text, ledger_variable)); text = at + strlen(ledger_variable))
        if (cg_buffer_append(out, text, (size_t)(at - text), err) || cg_pg_put_name(out, ledger_schema, err))
            return -1;
    return cg_buffer_text(out, text, err);
}

int cg_pgload_sql_prepare(struct pg_target *target, struct cg_error *err) {
    struct cg_buffer buffer;
    cg_buffer_init(&buffer, 1 << 20);
    int rc = 0;
    for (int i = 0; rc == 0 && i < PG_SQL_COUNT; i++) {
        buffer.len = 0;
        rc = expand(texts[i], target->ledger_schema, &buffer, err);
        if (rc == 0 && !(target->sql[i] = cg_arena_strndup(target->arena, (const char *)buffer.data, buffer.len)))
            rc = cg_error_memory(err);
    }
    cg_buffer_done(&buffer);
    return rc;
}

int cg_pgload_sql_run(struct pg_session *session, enum pg_sql which, const char *const *params, int count,
                      const char *doing, PGresult **ret_result, struct cg_error *err) {
    return cg_pg_query(session->conn, session->target->sql[which], params, count, doing, ret_result, err);
}
