/* The second stage: what the target holds is looked at once more, the run is entered in the ledger, types and tables
 * are made, encoders are compiled against the tables as the target's own catalog has them (R14, R24). */
#include "pipelines/data_only.h"
#include "pipelines/existing.h"
#include "pipelines/rejects.h"
#include "pipelines/run.h"
#include "pipelines/scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the ledger ---- */

static int begin_run(struct cg_run *run, struct cg_error *err) {
    struct cg_ledger_run entry = {.run_id = run->report->run_id,
                                  .source = run->source_uri.shown,
                                  .target = run->target_uri.shown,
                                  .source_identity = run->source_catalog->server.identity,
                                  .configuration = run->job->configuration ? run->job->configuration : "",
                                  .tool_version = CG_VERSION,
                                  .position = run->snapshot.position.text};
    if (cg_ledger_prepare(run->main_session, err) < 0 || cg_ledger_run_begin(run->main_session, &entry, err) < 0)
        return -1;
    run->run_known = true;
    return cg_ledger_event(run->main_session, run->report->run_id, "run.begin", run->source_catalog->database,
                           run->snapshot.method, err);
}

/* ---- tables ---- */

static int tables_new(struct cg_run *run, struct cg_error *err) {
    run->table_count = run->plan->table_count;
    run->tables = cg_arena_array(run->arena, run->table_count + 1, sizeof *run->tables);
    run->items = cg_arena_array(run->arena, run->table_count + 1, sizeof *run->items);
    if (!run->tables || !run->items)
        return cg_error_memory(err);
    for (size_t i = 0; i < run->table_count; i++) {
        struct cg_run_table *table = &run->tables[i];
        table->plan = &run->plan->tables[i];
        pthread_mutex_init(&table->lock, NULL);
        table->rows_counted = run->facts[i].probed && !run->facts[i].sampled ? (int64_t)run->facts[i].rows : -1;
        run->items[i].name = table->plan->source->name;
        run->items[i].rows_expected =
            table->rows_counted >= 0 ? table->rows_counted : table->plan->source->row_estimate;
        if (table->plan->excluded)
            atomic_store(&run->items[i].state, CG_ITEM_SKIPPED);
    }
    return 0;
}

/* Runs the statements of one phase in order. A TYPE or TABLE that fails is remembered; a DROP that fails ends the run
 * before any row moved. */
static int run_statements(struct cg_run *run, enum cg_ddl_phase phase, bool must, struct cg_error *err) {
    for (size_t i = 0; i < run->ddl.count; i++) {
        struct cg_run_ddl *state = &run->ddl_states[i];
        if (state->ddl->phase != phase)
            continue;
        state->done = true;
        if (cg_target_execute(run->main_session, state->ddl->sql, &state->error) == 0)
            continue;
        state->failed = true;
        if (must && state->error.cls == CG_ERR_OBJECT)
            state->error.cls = CG_ERR_CONFLICT; /* it was not there when that was looked at; no row has moved */
        if (must || state->error.cls == CG_ERR_NETWORK || cg_control_stopped(&run->control)) {
            *err = state->error;
            cg_error_object(err, "%s %s", state->ddl->kind, state->ddl->name);
            return -1;
        }
        cg_progress_note(run->progress, CG_NOTE_WARNING, "%s %s could not be made: %s", state->ddl->kind,
                         state->ddl->name, state->error.message);
    }
    return cg_control_check(&run->control, err);
}

int cg_run_ddl(struct cg_run *run, struct cg_error *err) {
    struct cg_ddl_options options = {.schema = run->options->schema,
                                     .schema_exists = run->target && cg_target_schema_exists(run->target),
                                     .drop_existing = run->options->drop_existing,
                                     .owner = run->options->owner,
                                     .server_version = cg_run_server_version(run)};
    int result = run->options->data_only ? cg_target_existing_ddl(&options, run->plan->target, run->target_catalog,
                                                                  run->options->truncate, run->arena, &run->ddl, err)
                                         : cg_target_ddl(&options, run->plan->target, run->arena, &run->ddl, err);
    if (result < 0)
        return -1;
    run->ddl_states = cg_arena_array(run->arena, run->ddl.count + 1, sizeof *run->ddl_states);
    if (!run->ddl_states)
        return cg_error_memory(err);
    for (size_t i = 0; i < run->ddl.count; i++)
        run->ddl_states[i].ddl = &run->ddl.items[i];
    return 0;
}

static int make_tables(struct cg_run *run, struct cg_error *err) {
    if (cg_run_ddl(run, err) < 0 || run_statements(run, CG_DDL_DROP, true, err) < 0 ||
        run_statements(run, CG_DDL_TYPE, false, err) < 0 || run_statements(run, CG_DDL_TABLE, false, err) < 0 ||
        cg_scripts_before_load(run, err) < 0)
        return -1;
    return cg_target_catalog(run->main_session, run->arena, &run->target_catalog, err);
}

/* ---- encoders ---- */

/* Why the table could not be made; NULL when it was. */
static const struct cg_error *why_not_made(const struct cg_run *run, const struct cg_run_table *table) {
    for (size_t i = 0; i < run->ddl.count; i++) {
        const struct cg_run_ddl *state = &run->ddl_states[i];
        if (state->failed && state->ddl->phase == CG_DDL_TABLE && state->ddl->table == table->plan->target)
            return &state->error;
    }
    return NULL;
}

/* A table of that name may be there although ours could not be made: then it is somebody else's, and gets no rows. */
static int find_made(struct cg_run *run, struct cg_run_table *table, struct cg_error *err) {
    const struct cg_error *why = why_not_made(run, table);
    if (why) {
        *err = *why;
        if (!err->hint[0])
            cg_error_hint(err,
                          "its statement is in the report: choose by a type map (--typemap, --map-column) what the "
                          "target takes, or leave the table out with --exclude, and migrate again");
        return -1;
    }
    table->target = cg_catalog_table(run->target_catalog, table->plan->target->name);
    if (!table->target)
        return cg_error_set(err, CG_ERR_OBJECT, "the table was made, but the target's catalog does not show it");
    return 0;
}

static int compile_table(struct cg_run *run, struct cg_run_table *table, struct cg_error *err) {
    const struct cg_table_plan *plan = table->plan;
    struct cg_encode_column *columns = cg_arena_array(run->arena, plan->column_count + 1, sizeof *columns);
    size_t *key = cg_arena_array(run->arena, plan->column_count + 1, sizeof *key);
    table->read_columns = cg_arena_array(run->arena, plan->column_count + 1, sizeof *table->read_columns);
    table->write_columns = cg_arena_array(run->arena, plan->column_count + 1, sizeof *table->write_columns);
    if (!columns || !key || !table->read_columns || !table->write_columns)
        return cg_error_memory(err);
    for (size_t i = 0; i < plan->column_count; i++) {
        const struct cg_column_plan *column = &plan->columns[i];
        const struct cg_column *actual = column->target ? cg_table_column(table->target, column->target->name) : NULL;
        if (!actual)
            return cg_error_set(err, CG_ERR_OBJECT, "the target's table has no column for %s", column->source->name);
        if (actual->generated)
            continue; /* the target computes it; R18 */
        columns[table->column_count] =
            (struct cg_encode_column){.source = column->source, .target = actual, .allowed = column->allowed};
        table->read_columns[table->column_count] = column->source;
        table->write_columns[table->column_count++] = actual->name;
    }
    return cg_encoder_compile(plan->source->name, columns, table->column_count, key,
                              cg_run_key_columns(plan->source, table->read_columns, table->column_count, key),
                              run->options->on_error == CG_ON_ERROR_REJECT ? CG_MISFIT_DIFFER : CG_MISFIT_STOP,
                              run->arena, &table->encoder, NULL, err);
}

static void prepare_table(struct cg_run *run, size_t index) {
    struct cg_run_table *table = &run->tables[index];
    const struct cg_table_plan *plan = table->plan;
    struct cg_error err = {0};
    if (plan->excluded)
        return;
    if (plan->failed) {
        cg_error_set(&err, CG_ERR_DATA, "%s", plan->failed);
        cg_error_hint(&err, "%s", plan->failed_hint ? plan->failed_hint : "");
    } else if (find_made(run, table, &err) < 0 || compile_table(run, table, &err) < 0) {
        table->encoder = NULL;
    }
    if (err.cls != CG_ERR_NONE) {
        cg_error_object(&err, "table %s", plan->source->name);
        cg_run_table_fail(run, index, &err);
    }
}

static int enter_table(struct cg_run *run, struct cg_run_table *table, struct cg_error *err) {
    if (table->plan->excluded)
        return 0;
    if (cg_ledger_table_add(run->main_session, run->report->run_id, table->plan->source->name,
                            table->plan->target ? table->plan->target->name : "", &table->ledger_id, err) < 0)
        return -1;
    if (table->failed)
        return cg_ledger_table_state(run->main_session, table->ledger_id, "failed", table->error.message, err);
    const char *state = run->options->schema_only ? "keys" : "rows";
    return cg_ledger_table_state(run->main_session, table->ledger_id, state, NULL, err);
}

int cg_stage_create(struct cg_run *run, struct cg_error *err) {
    if (!run->options->data_only)
        cg_progress_phase(run->progress, CG_PHASE_SCHEMA, NULL, 0);
    if (!run->options->data_only && cg_existing_check(run, run->plan->target, err) < 0)
        return -1;
    if (begin_run(run, err) < 0 || tables_new(run, err) < 0 ||
        (run->options->data_only ? cg_data_only_begin(run, err) : make_tables(run, err)) < 0)
        return -1;
    for (size_t i = 0; i < run->table_count; i++) {
        prepare_table(run, i);
        if (enter_table(run, &run->tables[i], err) < 0)
            return -1;
    }
    return cg_rejects_new(run, err) < 0 ? -1 : cg_control_check(&run->control, err);
}
