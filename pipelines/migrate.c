/* Moving and proving: runs the stages in order, gathers the evidence, judges, and writes the verdict into the ledger.
 */
#include "load/ledger.h"
#include "pipelines/aside.h"
#include "pipelines/compare.h"
#include "pipelines/constraints.h"
#include "pipelines/evidence.h"
#include "pipelines/rejects.h"
#include "pipelines/run.h"
#include "pipelines/scripts.h"
#include "pipelines/selftest.h"
#include "pipelines/translations.h"
#include "verify/schema.h"

#include <string.h>

/* ---- evidence of what the stages did ---- */

static int tell_statements(struct cg_run *run, struct cg_error *err) {
    for (size_t i = 0; i < run->ddl.count; i++) {
        const struct cg_run_ddl *state = &run->ddl_states[i];
        if (state->done && !state->failed)
            continue;
        if (state->ddl->optional && !cg_control_stopped(&run->control))
            continue; /* a note was made */
        bool reached = state->done && !state->blocked;
        struct cg_report_object object = {.kind = state->ddl->kind,
                                          .name = state->ddl->name,
                                          .state = reached ? CG_STATE_MISSING : CG_STATE_NOT_CARRIED,
                                          .sql = state->ddl->sql,
                                          .error = state->failed ? state->error.message : "not reached"};
        if (cg_report_add_object(run->report, &object, run->arena, err) < 0) /* a key's two statements are one object */
            return -1;
    }
    return 0;
}

static void tell_table(struct cg_run *run, size_t index) {
    struct cg_run_table *table = &run->tables[index];
    struct cg_report_table *report = &run->report->tables[index];
    report->target = table->plan->target ? table->plan->target->name : "";
    if (table->plan->excluded) {
        report->status = CG_STATUS_EXCLUDED;
        return;
    }
    report->rows_rejected = table->rejected;
    report->rejects_file = cg_rejects_path(run, index, run->arena);
    report->rows_moved = run->options->schema_only ? -1 : (int64_t)table->rows;
    if (table->rows_started > 0 && table->rows_ended > 0)
        report->seconds_rows = table->rows_ended - table->rows_started;
    if (table->rows_ended > 0 && table->keys_ended > 0)
        report->seconds_keys = table->keys_ended - table->rows_ended;
    if (!table->failed)
        return;
    report->status = CG_STATUS_FAILED;
    report->why = cg_arena_printf(run->arena, "%s%s%s", table->error.object, table->error.object[0] ? ": " : "",
                                  table->error.message);
    if (!report->why)
        report->why = table->error.message;
    report->hint = table->error.hint;
    cg_evidence_failure(run->report, table->error.cls);
}

/* ---- the second reading (R23) ---- */

static void cancel_source(void *source) {
    cg_source_cancel(source);
}

/* What the ledger says was set aside: the second reading must find these rows, and all others on the target. */
static int read_aside(struct cg_run *run, struct cg_comparison *comparison, struct cg_error *err) {
    if (!run->rejects)
        return 0;
    comparison->aside = cg_arena_array(run->arena, run->table_count + 1, sizeof *comparison->aside);
    if (!comparison->aside)
        return cg_error_memory(err);
    for (size_t i = 0; i < run->table_count; i++)
        if (run->tables[i].rejected && run->report->tables[i].status != CG_STATUS_FAILED &&
            cg_aside_read(run->main_session, run->tables[i].ledger_id, &run->report->tables[i], run->arena,
                          &comparison->aside[i], err) < 0)
            return -1;
    return 0;
}

static int compare(struct cg_run *run, struct cg_source *target, struct cg_comparison *comparison,
                   struct cg_error *err) {
    struct cg_snapshot snapshot;
    if (cg_source_snapshot(target, (size_t)run->options->jobs + 2, run->arena, &run->target_catalog, &snapshot, err) <
        0)
        return -1;
    comparison->target = target;
    comparison->target_catalog = run->target_catalog;
    comparison->changes = run->changes;
    if (read_aside(run, comparison, err) < 0)
        return -1;
    if (cg_evidence_snapshot(run->report, &run->report->target, &snapshot, run->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < run->verifier_session_count; i++) {
        cg_source_release(run->source, run->verifier_sessions[i]);
        run->verifier_sessions[i] = NULL;
    }
    if (run->options->schema_only)
        cg_comparison_skip(comparison, "no rows were moved (--schema-only)",
                           "crossgrade migrate --data-only moves them");
    else if (cg_comparison_run(comparison, err) < 0)
        return -1;
    struct cg_schema_input schema = {.source = run->source_catalog,
                                     .target = run->target_catalog,
                                     .plan = run->plan,
                                     .of_run = true,
                                     .options = run->options,
                                     .arena = run->arena,
                                     .report = run->report};
    if (cg_source_acquire(target, &schema.session, err) < 0)
        return -1;
    int result = run->options->data_only ? cg_schema_losses(&schema, err) : 0;
    if (result == 0)
        result = cg_schema_compare(&schema, err);
    cg_source_release(target, schema.session);
    if (result < 0 || run->options->data_only) /* what is there is compared, whoever translated it */
        return result;
    return cg_translations_tell(run, err);
}

static int verify_rows(struct cg_run *run, struct cg_comparison *comparison, struct cg_error *err) {
    struct cg_source *target = NULL;
    if (cg_source_open(&run->target_uri, run->options->schema, run->options->ledger_schema, &target, err) < 0)
        return -1;
    int result = cg_control_register(&run->control, cancel_source, target, err);
    if (result == 0)
        result = compare(run, target, comparison, err);
    cg_control_unregister(&run->control, target);
    cg_source_free(target);
    return result;
}

/* Every pair of columns that is moved or, being generated on the target, only compared. */
static int self_test_pairs(struct cg_run *run, struct cg_self_test_pair **ret_pairs, size_t *ret_count,
                           struct cg_error *err) {
    size_t count = 0;
    for (size_t t = 0; t < run->table_count; t++)
        count += run->tables[t].plan->column_count;
    struct cg_self_test_pair *pairs = cg_arena_array(run->arena, count + 1, sizeof *pairs);
    if (!pairs)
        return cg_error_memory(err);
    count = 0;
    for (size_t t = 0; t < run->table_count; t++) {
        const struct cg_run_table *table = &run->tables[t];
        for (size_t i = 0; table->encoder && i < table->plan->column_count; i++) {
            const struct cg_column_plan *column = &table->plan->columns[i];
            const struct cg_column *actual = cg_table_column(table->target, column->target->name);
            if (actual && cg_encoder_can_convert(&column->source->type, &actual->type))
                pairs[count++] = (struct cg_self_test_pair){column->source, actual};
        }
    }
    *ret_pairs = pairs;
    *ret_count = count;
    return 0;
}

static int self_test(struct cg_run *run, struct cg_error *err) {
    struct cg_self_test_pair *pairs = NULL;
    size_t count = 0;
    if (self_test_pairs(run, &pairs, &count, err) < 0)
        return -1;
    struct cg_self_test_input input = {.session = run->verifier_sessions[0],
                                       .target = run->target,
                                       .pairs = pairs,
                                       .pair_count = count,
                                       .arena = run->arena,
                                       .report = run->report};
    return cg_self_test_run(&input, err);
}

/* ---- the run ---- */

/* --schema-only: for the ledger a table is done when its keys are. */
static int settle_without_rows(struct cg_run *run, struct cg_error *err) {
    for (size_t i = 0; i < run->table_count; i++)
        if (cg_run_table_moves(run, i) &&
            cg_ledger_table_state(run->main_session, run->tables[i].ledger_id, "done", NULL, err) < 0)
            return -1;
    return 0;
}

static int move(struct cg_run *run, struct cg_error *err) {
    double start = cg_now();
    if (cg_pool_new((size_t)run->options->jobs, run->target, &run->control, &run->pool, err) < 0)
        return -1;
    int result = run->options->schema_only ? 0 : cg_stage_rows(run, err);
    run->report->seconds[CG_PHASE_ROWS] = cg_now() - start;
    if (result == 0)
        result = cg_stage_keys(run, err);
    if (result == 0 && run->options->schema_only)
        result = settle_without_rows(run, err);
    cg_pool_wait(run->pool);
    run->report->seconds[CG_PHASE_KEYS] = cg_now() - start - run->report->seconds[CG_PHASE_ROWS];
    return result;
}

static int prove(struct cg_run *run, struct cg_comparison *comparison, struct cg_error *err) {
    double start = cg_now();
    if (self_test(run, err) < 0 || verify_rows(run, comparison, err) < 0)
        return -1;
    run->report->seconds[CG_PHASE_VERIFY] = cg_now() - start;
    cg_progress_phase(run->progress, CG_PHASE_VERDICT, NULL, 0);
    if (cg_evidence_moved(run->report, run->source, run->source_catalog, &run->snapshot, run->arena, err) < 0)
        return -1;
    run->report->complete = true;
    return 0;
}

static int save_verdict(struct cg_run *run, struct cg_error *err) {
    struct cg_buffer json;
    cg_buffer_init(&json, (size_t)1 << 30);
    struct cg_target_session *session = run->main_session;
    int result = cg_report_write_json(run->report, run->options->redact, &json, err);
    const char *text = result == 0 ? cg_buffer_cstr(&json, err) : NULL;
    if (!text ||
        cg_ledger_verdict(session, run->report->run_id, cg_verdict_name(run->report->verdict), text, err) < 0 ||
        cg_ledger_run_end(session, run->report->run_id, run->report->complete ? "finished" : "failed", err) < 0)
        result = -1;
    cg_buffer_done(&json);
    return result;
}

/* Everything after the tables exist: whatever happens from here on there is a report to tell. */
static int move_and_prove(struct cg_run *run, struct cg_error *err) {
    struct cg_comparison comparison = {.options = run->options,
                                       .arena = run->arena,
                                       .control = &run->control,
                                       .progress = run->progress,
                                       .source = run->source,
                                       .source_catalog = run->source_catalog,
                                       .plan = run->plan,
                                       .report = run->report};
    struct cg_error inner = {0};
    if (cg_comparison_tables(&comparison, err) < 0)
        return -1;
    int result = move(run, err);
    if (result < 0)
        cg_control_done(&run->control); /* what is brought back is not to be cancelled */
    cg_constraints_give_back(run, result < 0);
    if (result == 0)
        result = cg_scripts_after_load(run, err);
    for (size_t i = 0; i < run->table_count; i++)
        tell_table(run, i);
    if (tell_statements(run, &inner) < 0 ||
        cg_evidence_plan(run->report, run->plan, !run->options->data_only, run->arena, &inner) < 0) {
        *err = inner;
        result = -1;
    }
    if (result == 0)
        result = prove(run, &comparison, err);
    if (result < 0)
        cg_evidence_failure(run->report, err->cls);
    run->report->finished = cg_evidence_time(run->arena);
    if (!run->report->finished || cg_verdict_judge(run->report, &run->acceptances, run->arena, &inner) < 0 ||
        (result == 0 && save_verdict(run, &inner) < 0)) {
        *err = inner;
        result = -1;
        run->report->complete = false;
        cg_evidence_failure(run->report, CG_ERR_ENGINE);
    }
    for (size_t i = 0; comparison.aside && i < run->table_count; i++)
        cg_digest_set_free(comparison.aside[i]);
    cg_comparison_done(&comparison);
    return result;
}

/* A run that ends early is told to the ledger on a fresh session: the main one may be the one that was lost. */
static void end_early(struct cg_run *run, const struct cg_error *why) {
    struct cg_target_session *session = NULL;
    struct cg_error err = {0};
    const char *state = why->cls == CG_ERR_CANCELLED ? "stopped" : "failed";
    if (!run->run_known || cg_target_session_open(run->target, &session, &err) < 0)
        return;
    if (cg_ledger_event(session, run->report->run_id, "run.end", state, why->message, &err) < 0 ||
        cg_ledger_run_end(session, run->report->run_id, state, &err) < 0)
        cg_progress_note(run->progress, CG_NOTE_WARNING, "the ledger could not be told that the run ended: %s",
                         err.message);
    cg_target_session_close(session);
}

static int start(struct cg_run *run, struct cg_error *err) {
    if (cg_control_init(&run->control, run->job->cancel, err) < 0)
        return -1;
    double begin = cg_now();
    if (cg_stage_prepare(run, err) < 0)
        return -1;
    run->report->seconds[CG_PHASE_PROBE] = cg_now() - begin;
    if (cg_evidence_side(run->report, &run->report->source, run->source_catalog, run->arena, err) < 0 ||
        cg_evidence_snapshot(run->report, &run->report->source, &run->snapshot, run->arena, err) < 0)
        return -1;
    begin = cg_now();
    if (cg_stage_create(run, err) < 0 ||
        cg_evidence_side(run->report, &run->report->target, run->target_catalog, run->arena, err) < 0)
        return -1;
    run->report->seconds[CG_PHASE_SCHEMA] = cg_now() - begin;
    return 0;
}

int cg_migrate(const struct cg_job *job, struct cg_report **ret_report, struct cg_error *err) {
    struct cg_run *run = cg_run_new(job, "migrate");
    if (!run)
        return cg_error_memory(err);
    run->writes = true;
    run->report->mode = job->options->schema_only ? CG_MODE_SCHEMA_ONLY
                        : job->options->data_only ? CG_MODE_DATA_ONLY
                                                  : CG_MODE_FULL;
    int result = start(run, err);
    if (result == 0) {
        *ret_report = run->report;
        result = move_and_prove(run, err);
    }
    struct cg_error first;
    if (result < 0 && cg_control_check(&run->control, &first) < 0)
        *err = first; /* what stopped the job says more than what stumbled over its stopping */
    if (result < 0) {
        cg_control_done(&run->control);       /* the last words to the ledger are not to be cancelled */
        cg_constraints_give_back(run, false); /* before a row moved: the checks have nothing to do */
        end_early(run, err);
    }
    cg_run_done(run);
    return result;
}
