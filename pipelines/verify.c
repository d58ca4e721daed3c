/* Comparing two databases that exist, whoever moved the data. Plans from the two catalogs as they are (R24), needs
 * SELECT only, writes nothing (R25) but a verdict where --ledger says. */
#include "load/ledger.h"
#include "pipelines/compare.h"
#include "pipelines/control.h"
#include "pipelines/evidence.h"
#include "pipelines/patterns.h"
#include "pipelines/pipeline.h"
#include "pipelines/run.h"
#include "pipelines/selftest.h"
#include "verify/schema.h"

#include <string.h>

struct verification {
    const struct cg_job *job;
    const struct cg_options *options;
    struct cg_control control;
    struct cg_uri uri[CG_SIDES];
    struct cg_source *side[CG_SIDES];
    struct cg_catalog *catalog[CG_SIDES];
    struct cg_snapshot snapshot[CG_SIDES];
    struct cg_acceptances acceptances;
    cg_conversion_set allowed;
    struct cg_plan *plan;
    struct cg_comparison comparison;
    struct cg_report *report;
};

static void cancel(void *source) {
    cg_source_cancel(source);
}

static int open_side(struct verification *v, enum cg_side which, const char *uri, struct cg_error *err) {
    struct cg_arena *arena = v->job->arena;
    struct cg_report_side *side = which == CG_SIDE_SOURCE ? &v->report->source : &v->report->target;
    if (cg_uri_parse(uri, arena, &v->uri[which], err) < 0)
        return -1;
    cg_progress_note(v->job->progress, CG_NOTE_INFO, "connecting to %s", v->uri[which].shown);
    if (cg_source_open(&v->uri[which], v->options->schema, v->options->ledger_schema, &v->side[which], err) < 0 ||
        cg_control_register(&v->control, cancel, v->side[which], err) < 0)
        return -1;
    size_t sessions = (size_t)v->options->jobs + 2; /* the walker and a spare */
    if (cg_source_snapshot(v->side[which], sessions, arena, &v->catalog[which], &v->snapshot[which], err) < 0 ||
        cg_evidence_side(v->report, side, v->catalog[which], arena, err) < 0)
        return -1;
    return cg_evidence_snapshot(v->report, side, &v->snapshot[which], arena, err);
}

/* What the default map allows, and what the user accepts by name besides. */
static cg_conversion_set allowed(const struct cg_acceptances *acceptances) {
    cg_conversion_set set = cg_conversions_allowed_by_default();
    for (size_t i = 0; i < acceptances->count; i++)
        set |= CG_CONVERSION_BIT(acceptances->items[i].conversion);
    return set;
}

/* Canaries go through a temporary table where one may be made, else through literals (R25). */
static int self_test(struct verification *v, struct cg_error *err) {
    struct cg_target *target = NULL;
    struct cg_session *sessions[CG_SIDES] = {NULL, NULL};
    struct cg_error why = {0};
    if (cg_target_open(&v->uri[CG_SIDE_TARGET], v->options->schema, v->options->ledger_schema, &target, &why) < 0)
        cg_progress_note(v->job->progress, CG_NOTE_INFO, "self-test by literals: %s", why.message);
    size_t count = 0;
    for (size_t i = 0; i < v->report->table_count; i++)
        count += v->comparison.pairs[i].column_count;
    struct cg_self_test_pair *pairs = cg_arena_array(v->job->arena, count + 1, sizeof *pairs);
    int result = pairs ? 0 : cg_error_memory(err);
    for (int which = 0; which < CG_SIDES && result == 0; which++)
        result = cg_source_acquire(v->side[which], &sessions[which], err);
    count = 0;
    for (size_t i = 0; result == 0 && i < v->report->table_count; i++)
        for (size_t k = 0; k < v->comparison.pairs[i].column_count; k++)
            pairs[count++] = (struct cg_self_test_pair){v->comparison.pairs[i].columns[CG_SIDE_SOURCE][k],
                                                        v->comparison.pairs[i].columns[CG_SIDE_TARGET][k]};
    struct cg_self_test_input input = {.session = sessions[CG_SIDE_SOURCE],
                                       .target = target,
                                       .target_session = sessions[CG_SIDE_TARGET],
                                       .pairs = pairs,
                                       .pair_count = count,
                                       .arena = v->job->arena,
                                       .report = v->report};
    if (result == 0)
        result = cg_self_test_run(&input, err);
    for (int which = 0; which < CG_SIDES; which++)
        cg_source_release(v->side[which], sessions[which]);
    cg_target_free(target);
    return result;
}

/* The plan that leads to the target as it is: it gives names, keys and what is lost; how rows are compared never
 * depends on it (R24). */
static int make_plan(struct verification *v, struct cg_error *err) {
    struct cg_arena *arena = v->job->arena;
    struct cg_typemap *map;
    struct cg_plan_input input = {.source = v->catalog[CG_SIDE_SOURCE],
                                  .options = v->options,
                                  .server_version = v->catalog[CG_SIDE_TARGET]->server.version_number,
                                  .actual = v->catalog[CG_SIDE_TARGET]};
    if (cg_typemap_load(input.source->server.engine, "postgresql", NULL, NULL, 0, arena, &map, err) < 0)
        return -1;
    input.map = map;
    return cg_plan_make(&input, arena, &v->plan, err);
}

static int compare_schema(struct verification *v, struct cg_error *err) {
    struct cg_schema_input schema = {.source = v->catalog[CG_SIDE_SOURCE],
                                     .target = v->catalog[CG_SIDE_TARGET],
                                     .plan = v->plan,
                                     .options = v->options,
                                     .arena = v->job->arena,
                                     .report = v->report};
    if (cg_source_acquire(v->side[CG_SIDE_TARGET], &schema.session, err) < 0)
        return -1;
    int result = cg_schema_losses(&schema, err);
    if (result == 0)
        result = cg_schema_compare(&schema, err);
    cg_source_release(v->side[CG_SIDE_TARGET], schema.session);
    return result;
}

static int gather(struct verification *v, struct cg_error *err) {
    struct cg_arena *arena = v->job->arena;
    double start = cg_now();
    if (cg_comparison_run(&v->comparison, err) < 0 || compare_schema(v, err) < 0 || self_test(v, err) < 0)
        return -1;
    v->report->seconds[CG_PHASE_VERIFY] = cg_now() - start;
    cg_progress_phase(v->job->progress, CG_PHASE_VERDICT, NULL, 0);
    if (cg_evidence_moved(v->report, v->side[CG_SIDE_SOURCE], v->catalog[CG_SIDE_SOURCE], &v->snapshot[CG_SIDE_SOURCE],
                          arena, err) < 0)
        return -1;
    v->report->complete = true;
    return 0;
}

static int write_to_ledger(struct verification *v, struct cg_target_session *session, struct cg_error *err) {
    struct cg_ledger_run entry = {.run_id = v->report->run_id,
                                  .source = v->uri[CG_SIDE_SOURCE].shown,
                                  .target = v->uri[CG_SIDE_TARGET].shown,
                                  .source_identity = v->catalog[CG_SIDE_SOURCE]->server.identity,
                                  .configuration = v->job->configuration ? v->job->configuration : "",
                                  .tool_version = CG_VERSION,
                                  .position = v->report->as_of};
    struct cg_buffer json;
    cg_buffer_init(&json, (size_t)1 << 30);
    int result = -1;
    if (cg_report_write_json(v->report, v->options->redact, &json, err) == 0) {
        const char *text = cg_buffer_cstr(&json, err);
        if (text && cg_ledger_prepare(session, err) == 0 && cg_ledger_run_begin(session, &entry, err) == 0 &&
            cg_ledger_verdict(session, entry.run_id, cg_verdict_name(v->report->verdict), text, err) == 0)
            result = cg_ledger_run_end(session, entry.run_id, "finished", err);
    }
    cg_buffer_done(&json);
    return result;
}

static int save_verdict(struct verification *v, struct cg_error *err) {
    struct cg_uri uri;
    struct cg_target *target = NULL;
    struct cg_target_session *session = NULL;
    if (!v->options->ledger)
        return 0;
    if (cg_uri_parse(v->options->ledger, v->job->arena, &uri, err) < 0 ||
        cg_target_open(&uri, v->options->schema, v->options->ledger_schema, &target, err) < 0)
        return -1;
    int result = cg_target_session_open(target, &session, err);
    if (result == 0)
        result = write_to_ledger(v, session, err);
    cg_target_session_close(session);
    cg_target_free(target);
    return result;
}

static int start(struct verification *v, struct cg_error *err) {
    if (cg_control_init(&v->control, v->job->cancel, err) < 0 ||
        cg_acceptances_parse(&v->options->accept, v->job->arena, &v->acceptances, err) < 0)
        return -1;
    cg_progress_phase(v->job->progress, CG_PHASE_CONNECT, NULL, 0);
    if (open_side(v, CG_SIDE_SOURCE, v->options->source, err) < 0 ||
        open_side(v, CG_SIDE_TARGET, v->options->target, err) < 0 ||
        cg_patterns_check(v->options, v->catalog[CG_SIDE_SOURCE], v->catalog[CG_SIDE_TARGET], err) < 0 ||
        make_plan(v, err) < 0)
        return -1;
    v->allowed = allowed(&v->acceptances);
    v->comparison = (struct cg_comparison){.options = v->options,
                                           .arena = v->job->arena,
                                           .control = &v->control,
                                           .progress = v->job->progress,
                                           .source = v->side[CG_SIDE_SOURCE],
                                           .target = v->side[CG_SIDE_TARGET],
                                           .source_catalog = v->catalog[CG_SIDE_SOURCE],
                                           .target_catalog = v->catalog[CG_SIDE_TARGET],
                                           .plan = v->plan,
                                           .allowed = &v->allowed,
                                           .report = v->report};
    return cg_comparison_tables(&v->comparison, err);
}

static int compare_and_judge(struct verification *v, struct cg_error *err) {
    struct cg_error inner = {0};
    int result = gather(v, err);
    if (result < 0)
        cg_evidence_failure(v->report, err->cls);
    v->report->finished = cg_evidence_time(v->job->arena);
    if (!v->report->finished || cg_verdict_judge(v->report, &v->acceptances, v->job->arena, &inner) < 0 ||
        (result == 0 && save_verdict(v, &inner) < 0)) {
        *err = inner;
        result = -1;
        v->report->complete = false;
        cg_evidence_failure(v->report, CG_ERR_ENGINE);
    }
    return result;
}

int cg_verify(const struct cg_job *job, struct cg_report **ret_report, struct cg_error *err) {
    struct verification v = {.job = job, .options = job->options};
    v.report = cg_evidence_new(job->arena, "verify");
    if (!v.report)
        return cg_error_memory(err);
    int result = start(&v, err);
    if (result == 0) {
        *ret_report = v.report;
        result = compare_and_judge(&v, err);
        cg_comparison_done(&v.comparison);
    }
    struct cg_error first;
    if (result < 0 && cg_control_check(&v.control, &first) < 0)
        *err = first;
    for (int which = 0; which < CG_SIDES; which++) {
        if (v.side[which])
            cg_control_unregister(&v.control, v.side[which]);
        cg_source_free(v.side[which]);
    }
    cg_control_done(&v.control);
    return result;
}
