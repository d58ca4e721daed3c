/* What follows a table's rows: its count is settled, its indexes and keys are built while other tables still move;
 * then, over all tables, foreign keys, checks, sequences, triggers, views, comments and ANALYZE.
 *
 * Every statement runs on its own: one that fails is kept with its error for the report and never stops the others. */
#include "pipelines/key_failures.h"
#include "pipelines/orphans.h"
#include "pipelines/rejects.h"
#include "pipelines/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What a task is about. The task frees it. */
struct subject {
    struct cg_run *run;
    size_t table, statement;
};

static void submit(struct cg_run *run, cg_task *task, size_t table, size_t statement) {
    struct cg_error err = {0};
    struct subject *subject = calloc(1, sizeof *subject);
    if (subject) {
        *subject = (struct subject){run, table, statement};
        if (cg_pool_submit(run->pool, task, subject, &err) == 0)
            return;
        free(subject);
    }
    cg_error_memory(&err);
    cg_control_fail(&run->control, &err);
}

/* ---- one statement ---- */

static void execute(struct cg_run *run, struct cg_target_session *session, struct cg_run_ddl *state,
                    const struct cg_error *why_not) {
    state->done = true;
    if (session) {
        if (cg_target_execute(session, state->ddl->sql, &state->error) == 0)
            return;
        if (state->error.cls == CG_ERR_NETWORK)
            cg_control_fail(&run->control, &state->error);
    } else {
        state->error = *why_not;
    }
    state->failed = true;
    if (!cg_control_stopped(&run->control) && !cg_orphans_broke(state))
        cg_progress_note(run->progress, CG_NOTE_WARNING, "%s %s could not be made: %s", state->ddl->kind,
                         state->ddl->name, state->error.message);
}

static bool is_of(const struct cg_run *run, size_t statement, enum cg_ddl_phase phase, size_t table) {
    const struct cg_ddl *ddl = run->ddl_states[statement].ddl;
    return ddl->phase == phase && ddl->table && ddl->table == run->tables[table].plan->target;
}

/* ---- a table's indexes and keys ---- */

static void build_keys(void *context, struct cg_target_session *session, const struct cg_error *why_not) {
    struct subject *subject = context;
    struct cg_run *run = subject->run;
    struct cg_run_table *table = &run->tables[subject->table];
    for (size_t i = 0; i < run->ddl.count; i++)
        if (is_of(run, i, CG_DDL_KEY, subject->table))
            execute(run, session, &run->ddl_states[i], why_not);
    struct cg_error err = {0};
    if (session && cg_ledger_table_state(session, table->ledger_id, "done", NULL, &err) < 0)
        cg_control_fail(&run->control, &err);
    pthread_mutex_lock(&table->lock);
    table->keys_ended = cg_now();
    pthread_mutex_unlock(&table->lock);
    free(subject);
}

static void build_index(void *context, struct cg_target_session *session, const struct cg_error *why_not) {
    struct subject *subject = context;
    struct cg_run *run = subject->run;
    struct cg_run_table *table = &run->tables[subject->table];
    execute(run, session, &run->ddl_states[subject->statement], why_not);
    pthread_mutex_lock(&table->lock);
    bool last = --table->indexes_left == 0;
    pthread_mutex_unlock(&table->lock);
    if (last)
        submit(run, build_keys, subject->table, 0);
    free(subject);
}

static void start_indexes(struct cg_run *run, size_t index) {
    struct cg_run_table *table = &run->tables[index];
    int indexes = 0;
    for (size_t i = 0; i < run->ddl.count; i++)
        indexes += is_of(run, i, CG_DDL_INDEX, index);
    pthread_mutex_lock(&table->lock);
    table->indexes_left = indexes;
    pthread_mutex_unlock(&table->lock);
    if (!indexes)
        submit(run, build_keys, index, 0);
    for (size_t i = 0; i < run->ddl.count; i++)
        if (is_of(run, i, CG_DDL_INDEX, index))
            submit(run, build_index, index, i);
}

/* ---- settling a table's rows ---- */

/* R17: what was committed is what the target's ledger says, not what we remember. */
static int check_ledger(struct cg_target_session *session, struct cg_run_table *table, struct cg_error *err) {
    struct cg_ledger_table_sum sum;
    if (cg_ledger_table_sum(session, table->ledger_id, &sum, err) < 0)
        return -1;
    if (sum.chunks == sum.chunks_done && sum.chunks == (uint64_t)table->chunks && sum.digest.rows == table->rows &&
        sum.rejected.rows == table->rejected)
        return 0;
    cg_error_set(err, CG_ERR_ENGINE,
                 "the ledger has %" PRIu64 " of %d chunks done with %" PRIu64 " rows and %" PRIu64
                 " rejected ones, but %" PRIu64 " and %" PRIu64 " were committed",
                 sum.chunks_done, table->chunks, sum.digest.rows, sum.rejected.rows, table->rows, table->rejected);
    cg_error_hint(err, "the target lost commits, as a crash does with synchronous_commit=off: migrate the table again");
    return -1;
}

/* R2: rows of all chunks, and those that they set aside, = COUNT(*) in the same snapshot. */
static int check_count(struct cg_run *run, struct cg_run_table *table, struct cg_error *err) {
    if (table->rows_counted < 0) {
        struct cg_session *session = NULL;
        uint64_t rows = 0;
        /* More tables may be complete than there are spares; those that are kept for others do not come back (R6). */
        size_t kept = run->verifier_session_count + (run->rejects != NULL);
        if (cg_source_acquire_beyond(run->source, kept, &session, err) < 0)
            return -1;
        int result = cg_source_count(session, table->plan->source, &rows, err);
        cg_source_release(run->source, session);
        if (result < 0)
            return -1;
        table->rows_counted = (int64_t)rows;
    }
    uint64_t rows_read = table->rows + table->rejected;
    if ((uint64_t)table->rows_counted == rows_read)
        return 0;
    cg_error_set(err, CG_ERR_DATA, "%" PRIu64 " rows were read, but COUNT(*) in the same snapshot says %" PRId64,
                 rows_read, table->rows_counted);
    if (table->plan->source->snapshot_capable)
        cg_error_hint(err, "migrate the table again; if it stays so, check it on the source (CHECK TABLE)");
    else
        cg_error_hint(err,
                      "its engine %s has no snapshots and it was written to: stop its writers and migrate it again",
                      table->plan->source->storage);
    return -1;
}

/* R5: an instant ADD COLUMN during the copy raises no error by itself. */
static int check_definition(struct cg_run *run, struct cg_run_table *table, struct cg_error *err) {
    struct cg_arena *arena = cg_arena_new();
    struct cg_table *now = NULL;
    const struct cg_table *before = table->plan->source;
    if (!arena)
        return cg_error_memory(err);
    int result = cg_source_table_now(run->source, before->name, arena, &now, err);
    const char *difference = NULL;
    if (result == 0)
        difference = now ? cg_table_difference(before, now, arena) : "it is gone";
    if (difference) {
        result =
            cg_error_set(err, CG_ERR_CHANGED, "the table's definition changed while it was copied: %s", difference);
        cg_error_hint(err, "migrate again while nobody alters tables on the source");
    }
    cg_arena_free(arena);
    return result;
}

static int settle_rows(struct cg_run *run, size_t index, struct cg_target_session *session, struct cg_error *err) {
    struct cg_run_table *table = &run->tables[index];
    int result = check_ledger(session, table, err);
    if (result == 0)
        result = check_count(run, table, err);
    if (result == 0)
        result = check_definition(run, table, err);
    if (result == 0)
        result = cg_rejects_finish(run, index, err);
    if (result == 0)
        result = cg_ledger_table_state(session, table->ledger_id, "keys", NULL, err);
    if (result < 0)
        cg_error_object(err, "table %s", table->plan->source->name);
    return result;
}

static void tell_ledger_of_failure(struct cg_run *run, size_t index, struct cg_target_session *session) {
    struct cg_run_table *table = &run->tables[index];
    struct cg_error err = {0};
    if (cg_ledger_table_state(session, table->ledger_id, "failed", table->error.message, &err) < 0 ||
        cg_ledger_event(session, run->report->run_id, "table.failed", table->plan->source->name, table->error.message,
                        &err) < 0)
        cg_control_fail(&run->control, &err);
}

static void settle(void *context, struct cg_target_session *session, const struct cg_error *why_not) {
    struct subject *subject = context;
    struct cg_run *run = subject->run;
    size_t index = subject->table;
    free(subject);
    if (!session) {
        if (!cg_control_stopped(&run->control))
            cg_control_fail(&run->control, why_not);
        return;
    }
    struct cg_error err = {0};
    if (!cg_run_table_failed(run, index) && settle_rows(run, index, session, &err) < 0 &&
        !cg_control_stopped(&run->control))
        cg_run_table_fail(run, index, &err);
    if (cg_run_table_failed(run, index)) {
        tell_ledger_of_failure(run, index, session);
        return;
    }
    cg_progress_state(run->progress, index, CG_ITEM_DONE);
    start_indexes(run, index);
}

void cg_keys_table_complete(struct cg_run *run, size_t table) {
    submit(run, settle, table, 0);
}

/* ---- over all tables ---- */

static void run_one(void *context, struct cg_target_session *session, const struct cg_error *why_not) {
    struct subject *subject = context;
    execute(subject->run, session, &subject->run->ddl_states[subject->statement], why_not);
    free(subject);
}

/* Does the statement belong to a table that failed, or that was never made? Then it is recorded as not run. */
static bool blocked(struct cg_run *run, struct cg_run_ddl *state) {
    const struct cg_foreign_key *fk = state->ddl->foreign_key;
    if (!state->ddl->table)
        return false;
    for (size_t i = 0; i < run->table_count && !state->blocked; i++) {
        const struct cg_table *table = run->tables[i].plan->target;
        bool own = table == state->ddl->table, parent = fk && table && strcmp(table->name, fk->ref_table) == 0;
        if ((!own && !parent) || cg_run_table_moves(run, i))
            continue;
        state->done = state->failed = state->blocked = true;
        cg_error_set(&state->error, CG_ERR_OBJECT, "not made, because %s failed",
                     own ? "its table" : "the table that it refers to");
    }
    return state->blocked;
}

static int run_phase(struct cg_run *run, enum cg_ddl_phase phase, bool parallel, struct cg_error *err) {
    for (size_t i = 0; i < run->ddl.count; i++) {
        struct cg_run_ddl *state = &run->ddl_states[i];
        if (state->ddl->phase != phase || state->done || blocked(run, state))
            continue;
        if (parallel)
            submit(run, run_one, 0, i);
        else
            execute(run, run->main_session, state, NULL);
        if (cg_control_stopped(&run->control))
            break;
    }
    cg_pool_wait(run->pool);
    return cg_control_check(&run->control, err);
}

int cg_stage_keys(struct cg_run *run, struct cg_error *err) {
    static const struct {
        enum cg_ddl_phase phase;
        bool parallel;
        int (*before)(struct cg_run *run, struct cg_error *err);
    } phases[] = {
        {CG_DDL_INDEX, true, NULL}, /* those of tables without rows (--schema-only); those of tables that failed are
                                       recorded */
        {CG_DDL_KEY, false, NULL},      {CG_DDL_FK, false, cg_orphans_act}, /* while no constraint lets a deletion
                                                                               cascade */
        {CG_DDL_FK_CHECK, true, NULL},  {CG_DDL_CHECK, false, NULL},        {CG_DDL_CHECK_VALIDATE, true, NULL},
        {CG_DDL_SEQUENCE, false, NULL}, {CG_DDL_TRIGGER, false, NULL},      {CG_DDL_VIEW, false, NULL},
        {CG_DDL_COMMENT, false, NULL},  {CG_DDL_ANALYZE, true, NULL},       {CG_DDL_OWNER, false, NULL},
    };
    cg_progress_phase(run->progress, CG_PHASE_KEYS, run->items, run->table_count);
    cg_pool_wait(run->pool);
    if (cg_control_check(&run->control, err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
        if ((phases[i].before && phases[i].before(run, err) < 0) ||
            run_phase(run, phases[i].phase, phases[i].parallel, err) < 0)
            return -1;
    return cg_orphans_report(run, err) < 0 ? -1 : cg_key_failures_report(run, err);
}
