/* The first stage: connect to both, open the source's snapshot, look at the data where a rule asks, make the plan.
 * Nothing is written anywhere. */
#include "pipelines/data_only.h"
#include "pipelines/existing.h"
#include "pipelines/filters.h"
#include "pipelines/orphans.h"
#include "pipelines/patterns.h"
#include "pipelines/run.h"
#include "pipelines/scripts.h"
#include "pipelines/translations.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void cancel_source(void *source) {
    cg_source_cancel(source);
}

static void cancel_target(void *target) {
    cg_target_cancel(target);
}

/* What --collation needs of the target. */
static int check_collation(const struct cg_run *run, struct cg_error *err) {
    enum cg_collation_mode mode = run->options->collation;
    if (mode == CG_COLLATION_ICU && !cg_target_has_feature(run->target, CG_TARGET_ICU)) {
        cg_error_set(err, CG_ERR_USAGE, "--collation icu: the target server was built without ICU");
        cg_error_hint(err, "choose --collation citext or plain, or a server that was built with it");
    } else if (mode == CG_COLLATION_CITEXT && !cg_target_has_extension(run->target, "citext")) {
        cg_error_set(err, CG_ERR_USAGE, "--collation citext: the target database does not have the extension citext");
        cg_error_hint(err, "CREATE EXTENSION citext");
    } else {
        return 0;
    }
    cg_error_object(err, "%s", run->target_uri.shown);
    return -1;
}

static int connect_target(struct cg_run *run, struct cg_error *err) {
    if (cg_uri_parse(run->options->target, run->arena, &run->target_uri, err) < 0)
        return -1;
    cg_progress_note(run->progress, CG_NOTE_INFO, "connecting to %s", run->target_uri.shown);
    if (cg_target_open(&run->target_uri, run->options->schema, run->options->ledger_schema, &run->target, err) < 0)
        return -1;
    if (cg_control_register(&run->control, cancel_target, run->target, err) < 0)
        return -1;
    if (check_collation(run, err) < 0 || cg_target_session_open(run->target, &run->main_session, err) < 0)
        return -1;
    if (!run->writes)
        return 0;
    if (cg_target_check_rights(run->main_session, !run->options->data_only, err) < 0)
        return -1;
    if (run->options->owner && cg_target_check_owner(run->main_session, run->options->owner, err) < 0)
        return -1;
    return cg_target_claim(run->main_session, err);
}

static int connect_both(struct cg_run *run, struct cg_error *err) {
    cg_progress_phase(run->progress, CG_PHASE_CONNECT, NULL, 0);
    if (cg_uri_parse(run->options->source, run->arena, &run->source_uri, err) < 0)
        return -1;
    cg_progress_note(run->progress, CG_NOTE_INFO, "connecting to %s", run->source_uri.shown);
    if (cg_source_open(&run->source_uri, "", NULL, &run->source, err) < 0)
        return -1;
    if (cg_control_register(&run->control, cancel_source, run->source, err) < 0)
        return -1;
    return run->options->target ? connect_target(run, err) : 0;
}

/* Readers, the walker, spares, and the verifier's own with its walker (R6, R23): all of one moment. */
static int open_snapshot(struct cg_run *run, struct cg_error *err) {
    cg_progress_phase(run->progress, CG_PHASE_SNAPSHOT, NULL, 0);
    size_t jobs = (size_t)run->options->jobs;
    run->verifier_session_count = jobs + 1;
    size_t sessions = jobs + 1 + CG_SPARE_SESSIONS + run->verifier_session_count;
    sessions += run->options->on_error == CG_ON_ERROR_REJECT; /* the one that reads rejected rows */
    atomic_store(&run->spares, CG_SPARE_SESSIONS);
    if (cg_source_snapshot(run->source, sessions, run->arena, &run->source_catalog, &run->snapshot, err) < 0)
        return -1;
    run->verifier_sessions = cg_arena_array(run->arena, run->verifier_session_count, sizeof *run->verifier_sessions);
    if (!run->verifier_sessions)
        return cg_error_memory(err);
    for (size_t i = 0; i < run->verifier_session_count; i++)
        if (cg_source_acquire(run->source, &run->verifier_sessions[i], err) < 0)
            return -1;
    size_t count = run->source_catalog->table_count;
    cg_progress_note(run->progress, CG_NOTE_INFO, "snapshot of %zu table%s at %s (%s, locks held for %.0f ms)", count,
                     count == 1 ? "" : "s", run->snapshot.taken_at, run->snapshot.method,
                     run->snapshot.lock_seconds * 1000);
    if (!run->snapshot.consistent)
        cg_progress_note(run->progress, CG_NOTE_WARNING,
                         "the sessions may not all see one moment (%s): the verdict will say so", run->snapshot.method);
    return 0;
}

/* ---- the probe ---- */

struct probing {
    struct cg_run *run;
    const struct cg_typemap *map;
    _Atomic size_t next;
    pthread_mutex_t lock; /* of the run's arena, which the threads share here */
};

enum { SAMPLE_ROWS = 10000 }; /* from either end of the primary key */

static bool wants_probe(const struct cg_typemap *map, const struct cg_table *table, bool *want) {
    bool any = false;
    for (size_t i = 0; i < table->column_count; i++) {
        struct cg_typemap_needs needs = {0};
        want[i] = cg_typemap_needs_data(map, table, &table->columns[i], &needs);
        any |= want[i];
    }
    return any;
}

static int probe_table(struct probing *probing, struct cg_session *session, size_t index, struct cg_error *err) {
    struct cg_run *run = probing->run;
    const struct cg_table *table = &run->source_catalog->tables[index];
    bool *want = calloc(table->column_count + 1, sizeof *want);
    if (!want)
        return cg_error_memory(err);
    int result = 0;
    if (cg_options_table_included(run->options, table->name) && wants_probe(probing->map, table, want)) {
        bool sampled = run->options->probe == CG_PROBE_SAMPLE;
        struct cg_table_facts *facts = &run->facts[index];
        cg_progress_state(run->progress, index, CG_ITEM_ACTIVE);
        result = cg_source_probe(session, table, want, sampled ? SAMPLE_ROWS : 0, facts->columns, &facts->rows, err);
        facts->probed = result == 0;
        facts->sampled = sampled && facts->rows >= SAMPLE_ROWS * 2;
        cg_progress_add(run->progress, index, facts->rows, 0);
        cg_progress_state(run->progress, index, CG_ITEM_DONE);
    } else {
        cg_progress_state(run->progress, index, CG_ITEM_SKIPPED);
    }
    free(want);
    return result;
}

/* Does the error tell of one table, and not of the server or of us? Then the others go on. */
static bool concerns_one_table(const struct cg_error *err) {
    return err->cls == CG_ERR_RIGHTS || err->cls == CG_ERR_DATA || err->cls == CG_ERR_OBJECT ||
           err->cls == CG_ERR_CHANGED || err->cls == CG_ERR_ENGINE;
}

/* The plan will call the table failed. */
static int give_up_table(struct probing *probing, size_t index, struct cg_error *err) {
    struct cg_run *run = probing->run;
    struct cg_table_facts *facts = &run->facts[index];
    pthread_mutex_lock(&probing->lock);
    facts->failed = cg_arena_strdup(run->arena, err->message);
    facts->failed_hint = cg_arena_strdup(
        run->arena,
        err->hint[0] ? err->hint : "mend the table at the source (CHECK TABLE), or leave it out with --exclude");
    pthread_mutex_unlock(&probing->lock);
    if (!facts->failed || !facts->failed_hint)
        return cg_error_memory(err);
    cg_progress_note(run->progress, CG_NOTE_WARNING, "table %s cannot be read: %s",
                     run->source_catalog->tables[index].name, err->message);
    cg_progress_state(run->progress, index, CG_ITEM_FAILED);
    *err = (struct cg_error){0};
    return 0;
}

static void *probe_some(void *argument) {
    struct probing *probing = argument;
    struct cg_run *run = probing->run;
    struct cg_session *session = NULL;
    struct cg_error err = {0};
    int result = cg_source_acquire_now(run->source, &session, &err);
    while (result == 0) {
        size_t index = atomic_fetch_add(&probing->next, 1);
        if (index >= run->source_catalog->table_count || cg_control_stopped(&run->control))
            break;
        result = probe_table(probing, session, index, &err);
        if (result < 0 && concerns_one_table(&err))
            result = give_up_table(probing, index, &err);
        if (result < 0)
            cg_error_object(&err, "table %s", run->source_catalog->tables[index].name);
    }
    if (result < 0)
        cg_control_fail(&run->control, &err);
    cg_source_release(run->source, session);
    return NULL;
}

static int facts_new(struct cg_run *run, struct cg_error *err) {
    size_t count = run->source_catalog->table_count;
    run->facts = cg_arena_array(run->arena, count + 1, sizeof *run->facts);
    run->items = cg_arena_array(run->arena, count + 1, sizeof *run->items);
    if (!run->facts || !run->items)
        return cg_error_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct cg_table *table = &run->source_catalog->tables[i];
        run->items[i].name = table->name;
        run->items[i].rows_expected = table->row_estimate;
        run->facts[i].columns = cg_arena_array(run->arena, table->column_count + 1, sizeof *run->facts[i].columns);
        if (!run->facts[i].columns)
            return cg_error_memory(err);
    }
    return 0;
}

static int probe(struct cg_run *run, const struct cg_typemap *map, struct cg_error *err) {
    if (facts_new(run, err) < 0)
        return -1;
    if (run->options->probe == CG_PROBE_OFF)
        return 0;
    cg_progress_phase(run->progress, CG_PHASE_PROBE, run->items, run->source_catalog->table_count);
    struct probing probing = {.run = run, .map = map};
    size_t count = (size_t)run->options->jobs, started = 0;
    pthread_t *threads = calloc(count, sizeof *threads);
    if (!threads)
        return cg_error_memory(err);
    pthread_mutex_init(&probing.lock, NULL);
    for (; started < count; started++)
        if (pthread_create(&threads[started], NULL, probe_some, &probing)) {
            struct cg_error why = {0};
            cg_error_set(&why, CG_ERR_SYSTEM, "a thread cannot be started");
            cg_control_fail(&run->control, &why);
            break;
        }
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&probing.lock);
    free(threads);
    return cg_control_check(&run->control, err);
}

/* ---- the plan ---- */

/* facts: NULL before anything was probed. */
static struct cg_plan_input plan_input(const struct cg_run *run, const struct cg_typemap *map,
                                       const struct cg_table_facts *facts) {
    return (struct cg_plan_input){.source = run->source_catalog,
                                  .map = map,
                                  .facts = facts,
                                  .options = run->options,
                                  .has_postgis = run->target && cg_target_has_extension(run->target, "postgis"),
                                  .has_vector = run->target && cg_target_has_extension(run->target, "vector"),
                                  .citext_ascii =
                                      run->target && !cg_target_has_feature(run->target, CG_TARGET_ALL_LETTERS),
                                  .server_version = cg_run_server_version(run),
                                  .refused = run->refused,
                                  .refused_count = run->refused_count};
}

/* What can be refused without a look at the data is refused before it is read, which may take long: columns and tables
 * that options name and nothing has, tables that are there already. */
static int check_outline(struct cg_run *run, const struct cg_typemap *map, struct cg_error *err) {
    struct cg_arena *arena = cg_arena_new();
    struct cg_plan *outline = NULL;
    if (!arena)
        return cg_error_memory(err);
    struct cg_plan_input input = plan_input(run, map, NULL);
    int result = cg_plan_make(&input, arena, &outline, err);
    if (result == 0 && run->writes)
        result = cg_existing_check(run, outline->target, err);
    cg_arena_free(arena);
    return result;
}

static int make_plan(struct cg_run *run, const struct cg_typemap *map, struct cg_error *err) {
    struct cg_plan_input input = plan_input(run, map, run->facts);
    if (cg_translations_prove(run, &input, err) < 0)
        return -1;
    input.refused = run->refused;
    input.refused_count = run->refused_count;
    if (cg_plan_make(&input, run->arena, &run->plan, err) < 0)
        return -1;
    if (run->plan->table_count != run->source_catalog->table_count)
        return cg_error_set(err, CG_ERR_INTERNAL, "the plan has %zu tables, the source %zu", run->plan->table_count,
                            run->source_catalog->table_count);
    if (run->options->write_map) {
        if (cg_plan_write_map(run->plan, run->options->write_map, err) < 0)
            return -1;
        cg_progress_note(run->progress, CG_NOTE_INFO, "%zu decisions written to %s", run->plan->decision_count,
                         run->options->write_map);
    }
    return 0;
}

/* --data-only: the tables that are there decide, and the data is not asked. */
static int plan_existing(struct cg_run *run, const struct cg_typemap *map, struct cg_error *err) {
    struct cg_plan_input input = plan_input(run, map, NULL);
    if (facts_new(run, err) < 0 || cg_data_only_plan(run, &input, err) < 0 || cg_data_only_look(run, err) < 0)
        return -1;
    return run->writes ? cg_data_only_refuse(run, err) : 0;
}

int cg_stage_prepare(struct cg_run *run, struct cg_error *err) {
    struct cg_typemap *map = NULL;
    if (cg_acceptances_parse(&run->options->accept, run->arena, &run->acceptances, err) < 0 ||
        cg_scripts_read(run, err) < 0 || connect_both(run, err) < 0 || open_snapshot(run, err) < 0)
        return -1;
    if (cg_patterns_check(run->options, run->source_catalog, NULL, err) < 0 ||
        cg_filters_set(run->options, run->verifier_sessions[0], run->source_catalog, err) < 0)
        return -1;
    if (cg_typemap_load(run->source_catalog->server.engine, "postgresql", run->options->typemap,
                        run->options->map_columns.items, run->options->map_columns.count, run->arena, &map, err) < 0)
        return -1;
    if (run->options->data_only)
        return plan_existing(run, map, err);
    if (check_outline(run, map, err) < 0 || probe(run, map, err) < 0)
        return -1;
    if (make_plan(run, map, err) < 0)
        return -1;
    return run->writes ? cg_orphans_refuse(run, err) : 0;
}
