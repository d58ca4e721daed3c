/* The ledger's writers: the schema itself, runs, tables, events, verdicts. Chunks are in ledger_chunk.c and chunk.c,
 * what only reads in ledger_read.c. */
#include "load/postgresql/internal.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LEDGER_VERSION = 2 };

/* ---- is it there? ---- */

struct ledger_state {
    bool schema, ledger;
    int64_t others; /* relations and functions in the schema */
    int64_t version;
};

static int read_version(struct pg_session *session, struct ledger_state *state, struct cg_error *err) {
    PGresult *row;
    if (cg_pgload_sql_run(session, PG_SQL_LEDGER_VERSION, NULL, 0, "reading the ledger's version", &row, err))
        return -1;
    int rc = PQgetisnull(row, 0, 0) ? 0 : cg_pgload_parse_i64(PQgetvalue(row, 0, 0), &state->version, err);
    PQclear(row);
    return rc;
}

static int read_state(struct pg_session *session, struct ledger_state *ret_state, struct cg_error *err) {
    PGresult *row;
    struct ledger_state state = {0};
    if (cg_pgload_sql_run(session, PG_SQL_LEDGER_STATE, &session->target->ledger_schema, 1, "looking for the ledger",
                          &row, err))
        return -1;
    state.schema = PQgetvalue(row, 0, 0)[0] == 't';
    state.ledger = PQgetvalue(row, 0, 1)[0] == 't';
    int rc = cg_pgload_parse_i64(PQgetvalue(row, 0, 2), &state.others, err);
    PQclear(row);
    if (rc == 0 && state.ledger)
        rc = read_version(session, &state, err);
    if (rc == 0)
        *ret_state = state;
    return rc;
}

static int refuse_version(const struct pg_session *session, int64_t version, enum cg_error_class cls,
                          struct cg_error *err) {
    cg_error_set(err, cls, "the ledger in schema %s of database %s has version %" PRId64 "; this crossgrade knows %d",
                 session->target->ledger_schema, session->target->database, version, LEDGER_VERSION);
    cg_error_hint(err, "use the crossgrade that made it, or name another schema by --ledger-schema");
    return -1;
}

int cg_pgload_ledger_check(struct pg_session *session, struct cg_error *err) {
    if (session->ledger_known)
        return 0;
    struct ledger_state state;
    if (read_state(session, &state, err)) {
        cg_pgload_explain_rights(session, err);
        return -1;
    }
    if (!state.ledger) {
        cg_error_set(err, CG_ERR_USAGE, "database %s has no ledger in schema %s", session->target->database,
                     session->target->ledger_schema);
        cg_error_hint(err, "crossgrade migrate makes one; name its schema by --ledger-schema if it is another");
        return -1;
    }
    if (state.version > LEDGER_VERSION)
        return refuse_version(session, state.version, CG_ERR_USAGE, err);
    session->ledger_known = true;
    return 0;
}

/* ---- making it ---- */

static int make_schema(struct pg_session *session, struct cg_error *err) {
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 16);
    int rc = -1;
    if (cg_buffer_text(&b, "CREATE SCHEMA ", err) == 0 &&
        cg_pg_put_name(&b, session->target->ledger_schema, err) == 0) {
        const char *sql = cg_buffer_cstr(&b, err);
        rc = sql ? cg_pg_execute(session->conn, sql, "making the ledger's schema", err) : -1;
    }
    cg_buffer_done(&b);
    return rc;
}

/* What each version added to the one before; the first is the ledger itself. */
static const enum pg_sql versions[LEDGER_VERSION] = {PG_SQL_LEDGER, PG_SQL_LEDGER_2};

static int raise_version(struct pg_session *session, int64_t from, struct cg_error *err) {
    for (int64_t i = from; i < LEDGER_VERSION; i++)
        if (cg_pg_execute(session->conn, session->target->sql[versions[i]], "making the ledger", err))
            return -1;
    return 0;
}

/* Inside a transaction that holds the lock. */
static int make_if_missing(struct pg_session *session, struct cg_error *err) {
    struct ledger_state state;
    if (read_state(session, &state, err))
        return -1;
    if (state.ledger && state.version > LEDGER_VERSION)
        return refuse_version(session, state.version, CG_ERR_CONFLICT, err);
    if (state.ledger)
        return raise_version(session, state.version, err);
    if (state.schema && state.others) {
        cg_error_set(err, CG_ERR_CONFLICT, "schema %s of database %s holds objects and is not a ledger of crossgrade",
                     session->target->ledger_schema, session->target->database);
        cg_error_hint(err, "name another schema by --ledger-schema");
        return -1;
    }
    if (!state.schema && make_schema(session, err))
        return -1;
    return raise_version(session, 0, err);
}

static int ledger_prepare(struct cg_target_session *base, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, "making the ledger", err))
        return -1;
    /* One at a time, in whatever order runs begin; the number is this lock's name and nothing else's. */
    int rc =
        cg_pg_execute(session->conn, "BEGIN; SELECT pg_advisory_xact_lock(7165064724893262)", "making the ledger", err);
    if (rc == 0)
        rc = make_if_missing(session, err);
    if (rc == 0)
        rc = cg_pgload_commit(session, "making the ledger", err);
    if (rc) {
        cg_pgload_rollback(session);
        cg_pgload_explain_rights(session, err);
        return -1;
    }
    session->ledger_known = true;
    return 0;
}

/* ---- single rows ---- */

struct pg_ledger_call {
    enum pg_sql sql;
    const char *doing;
    const char *missing; /* what is missing when no row was touched; NULL: never mind */
};

/* Runs one writer; texts are cleaned first. ret_result may be NULL. */
static int write_row(struct cg_target_session *base, const struct pg_ledger_call *call, const char *const *texts,
                     int count, PGresult **ret_result, struct cg_error *err) {
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, call->doing, err) || cg_pgload_ledger_check(session, err))
        return -1;
    struct cg_arena *arena = cg_arena_new();
    const char **params = arena ? cg_arena_array(arena, (size_t)count, sizeof *params) : NULL;
    int rc = params ? 0 : cg_error_memory(err);
    for (int i = 0; rc == 0 && i < count; i++)
        if (texts[i] && !(params[i] = cg_pgload_clean_text(arena, texts[i])))
            rc = cg_error_memory(err);
    PGresult *result = NULL;
    if (rc == 0 && (rc = cg_pgload_sql_run(session, call->sql, params, count, call->doing, &result, err)))
        cg_pgload_explain_rights(session, err);
    cg_arena_free(arena);
    if (rc == 0 && call->missing && strcmp(PQcmdTuples(result), "0") == 0)
        rc = cg_error_set(err, CG_ERR_INTERNAL, "%s: the ledger holds no such %s", call->doing, call->missing);
    if (rc == 0 && ret_result)
        *ret_result = result;
    else
        PQclear(result);
    return rc;
}

static int ledger_run_begin(struct cg_target_session *session, const struct cg_ledger_run *run, struct cg_error *err) {
    static const struct pg_ledger_call call = {PG_SQL_RUN_BEGIN, "entering the run into the ledger", NULL};
    const char *const texts[] = {run->run_id,        run->source,       run->target,  run->source_identity,
                                 run->configuration, run->tool_version, run->position};
    return write_row(session, &call, texts, 7, NULL, err);
}

static int ledger_run_end(struct cg_target_session *session, const char *run_id, const char *state,
                          struct cg_error *err) {
    static const struct pg_ledger_call call = {PG_SQL_RUN_END, "closing the run in the ledger", "run"};
    const char *const texts[] = {run_id, state};
    return write_row(session, &call, texts, 2, NULL, err);
}

static int ledger_table_add(struct cg_target_session *session, const char *run_id, const char *source_table,
                            const char *target_table, int64_t *ret_id, struct cg_error *err) {
    static const struct pg_ledger_call call = {PG_SQL_TABLE_ADD, "entering a table into the ledger", NULL};
    const char *const texts[] = {run_id, source_table, target_table};
    PGresult *row;
    if (write_row(session, &call, texts, 3, &row, err))
        return -1;
    int rc = cg_pgload_parse_i64(PQgetvalue(row, 0, 0), ret_id, err);
    PQclear(row);
    return rc;
}

static int ledger_table_state(struct cg_target_session *session, int64_t table_id, const char *state,
                              const char *message, struct cg_error *err) {
    static const struct pg_ledger_call call = {PG_SQL_TABLE_STATE, "entering a table's state into the ledger", "table"};
    char id[24];
    snprintf(id, sizeof id, "%" PRId64, table_id);
    const char *const texts[] = {id, state, message};
    return write_row(session, &call, texts, 3, NULL, err);
}

/* ---- events, verdicts ---- */

/* The name of the user who runs this process; a number where it has none. */
static void os_user(char *ret_name, size_t size) {
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found) == 0 && found)
        snprintf(ret_name, size, "%s", found->pw_name);
    else
        snprintf(ret_name, size, "%lu", (unsigned long)geteuid());
}

static int ledger_event(struct cg_target_session *session, const char *run_id, const char *kind, const char *object,
                        const char *text, struct cg_error *err) {
    static const struct pg_ledger_call call = {PG_SQL_EVENT, "entering an event into the ledger", NULL};
    char user[256], host[256] = "", pid[24];
    os_user(user, sizeof user);
    gethostname(host, sizeof host - 1);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    const char *const texts[] = {run_id, user, host, pid, kind, object, text};
    return write_row(session, &call, texts, 7, NULL, err);
}

/* A commit with synchronous_commit on flushes everything committed before it as well, the chunks included. */
static int ledger_verdict(struct cg_target_session *base, const char *run_id, const char *verdict,
                          const char *report_json, struct cg_error *err) {
    static const char doing[] = "entering the verdict into the ledger";
    struct pg_session *session = pg_session_of(base);
    if (cg_pgload_session_idle(session, doing, err) || cg_pgload_ledger_check(session, err))
        return -1;
    const char *const params[] = {run_id, verdict, report_json};
    PGresult *result = NULL;
    int rc = cg_pg_execute(session->conn, "BEGIN; SET LOCAL synchronous_commit = on", doing, err);
    if (rc == 0)
        rc = cg_pgload_sql_run(session, PG_SQL_VERDICT, params, 3, doing, &result, err);
    PQclear(result);
    if (rc == 0)
        rc = cg_pgload_commit(session, doing, err);
    if (rc) {
        cg_pgload_rollback(session);
        cg_pgload_explain_rights(session, err);
    }
    return rc;
}

const struct cg_ledger_ops cg_pgload_ledger_ops = {
    .prepare = ledger_prepare,
    .run_begin = ledger_run_begin,
    .run_end = ledger_run_end,
    .table_add = ledger_table_add,
    .table_state = ledger_table_state,
    .chunk_lease = cg_pgload_ledger_chunk_lease,
    .chunk_take_over = cg_pgload_ledger_chunk_take_over,
    .table_sum = cg_pgload_ledger_table_sum,
    .conversions = cg_pgload_ledger_conversions,
    .rejects = cg_pgload_ledger_rejects,
    .run_read = cg_pgload_ledger_run_read,
    .run_tables = cg_pgload_ledger_run_tables,
    .retry_begin = cg_pgload_retry_begin,
    .retry_commit = cg_pgload_retry_commit,
    .event = ledger_event,
    .verdict = ledger_verdict,
    .runs = cg_pgload_ledger_runs,
    .report = cg_pgload_ledger_report,
    .forget = cg_pgload_ledger_forget,
};
