/* Small things that the stages of a migration share; see run.h. */
#include "pipelines/run.h"
#include "pipelines/evidence.h"
#include "pipelines/rejects.h"

#include <string.h>

/* A value that the target refuses in a table with generated columns may be one that it computed itself. */
static void explain_generated(const struct cg_table *table, struct cg_error *err) {
    if (!table || err->cls != CG_ERR_DATA || !err->sqlstate[0] || err->hint[0])
        return;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].generated) {
            cg_error_hint(err,
                          "if it is what column %s generates there: a rule of your own map with "
                          "allow: [generated_to_plain] makes it a plain one, with the source's values",
                          table->columns[i].name);
            return;
        }
}

void cg_run_table_fail(struct cg_run *run, size_t index, const struct cg_error *why) {
    struct cg_run_table *table = &run->tables[index];
    struct cg_error explained = *why, *err = &explained;
    explain_generated(table->plan->target, err);
    pthread_mutex_lock(&table->lock);
    bool first = !table->failed;
    if (first) {
        table->failed = true;
        table->error = *err;
    }
    pthread_mutex_unlock(&table->lock);
    if (!first)
        return;
    cg_progress_state(run->progress, index, CG_ITEM_FAILED);
    cg_progress_note(run->progress, CG_NOTE_ERROR, "table %s failed: %s%s%s", table->plan->source->name, err->object,
                     err->object[0] ? ": " : "", err->message);
    if (run->options->on_error == CG_ON_ERROR_STOP)
        cg_control_fail(&run->control, err);
}

bool cg_run_table_failed(struct cg_run *run, size_t index) {
    struct cg_run_table *table = &run->tables[index];
    pthread_mutex_lock(&table->lock);
    bool failed = table->failed;
    pthread_mutex_unlock(&table->lock);
    return failed;
}

bool cg_run_table_moves(const struct cg_run *run, size_t index) {
    const struct cg_run_table *table = &run->tables[index];
    return table->target && table->encoder && !table->failed;
}

int cg_run_server_version(const struct cg_run *run) {
    enum { VERSION_WITHOUT_TARGET = 150000 };
    return run->target ? cg_target_server(run->target)->version_number : VERSION_WITHOUT_TARGET;
}

size_t cg_run_key_columns(const struct cg_table *table, const struct cg_column *const *columns, size_t count,
                          size_t *ret_key) {
    const struct cg_key *key = cg_table_primary_key(table);
    for (size_t i = 0; !key && i < table->key_count; i++)
        if (table->keys[i].kind == CG_KEY_UNIQUE)
            key = &table->keys[i];
    size_t parts = 0;
    for (size_t part = 0; key && part < key->part_count; part++)
        for (size_t i = 0; i < count; i++)
            if (key->parts[part].column && strcmp(key->parts[part].column, columns[i]->name) == 0)
                ret_key[parts++] = i;
    return parts;
}

struct cg_run *cg_run_new(const struct cg_job *job, const char *command) {
    struct cg_run *run = cg_arena_alloc(job->arena, sizeof *run);
    struct cg_report *report = cg_evidence_new(job->arena, command);
    if (!run || !report)
        return NULL;
    run->job = job;
    run->options = job->options;
    run->arena = job->arena;
    run->progress = job->progress;
    run->report = report;
    return run;
}

void cg_run_done(struct cg_run *run) {
    cg_pool_free(run->pool);
    if (run->source) {
        cg_lanes_free(run);
        cg_rejects_free(run);
        for (size_t i = 0; i < run->verifier_session_count && run->verifier_sessions; i++)
            cg_source_release(run->source, run->verifier_sessions[i]);
        cg_control_unregister(&run->control, run->source);
    }
    if (run->target)
        cg_control_unregister(&run->control, run->target);
    cg_target_session_close(run->main_session);
    cg_control_done(&run->control);
    cg_source_free(run->source);
    cg_target_free(run->target);
    for (size_t i = 0; i < run->table_count; i++)
        pthread_mutex_destroy(&run->tables[i].lock);
}
