/* Small things that the stages of a migration share; see run.h. */
#include "pipelines/run.h"

#include <time.h>

double cg_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void cg_run_table_fail(struct cg_run *run, size_t index, const struct cg_error *err) {
    struct cg_run_table *table = &run->tables[index];
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
    cg_progress_note(run->progress, CG_NOTE_ERROR, "table %s failed: %s", table->plan->source->name, err->message);
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
