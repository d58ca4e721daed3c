/* --data-only; see data_only.h. What stands in the way of the rows is in data_only_look.c. */
#include "pipelines/data_only.h"

#include "pipelines/constraints.h"
#include "pipelines/scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cg_data_only_plan(struct cg_run *run, const struct cg_plan_input *input, struct cg_error *err) {
    struct cg_plan_input here = *input;
    if (cg_target_catalog(run->main_session, run->arena, &run->target_catalog, err) < 0)
        return -1;
    here.actual = run->target_catalog;
    return cg_plan_make(&here, run->arena, &run->plan, err);
}

int cg_data_only_refuse(struct cg_run *run, struct cg_error *err) {
    char text[700];
    size_t used = 0, told = 0;
    for (size_t i = 0; i < run->remarks.count; i++)
        cg_progress_note(run->progress, CG_NOTE_INFO, "%s", run->remarks.items[i]);
    if (!run->problems.count)
        return 0;
    for (size_t i = 0; i < run->problems.count; i++) {
        const char *problem = run->problems.items[i];
        cg_progress_note(run->progress, CG_NOTE_ERROR, "%s", problem);
        if (told == i && used + strlen(problem) + 3 < sizeof text) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? "; " : "", problem);
            told++;
        }
    }
    cg_error_set(err, CG_ERR_CONFLICT, "%zu thing%s in the way of the rows: %s%s", run->problems.count,
                 run->problems.count == 1 ? " stands" : "s stand", used ? text : run->problems.items[0],
                 told < run->problems.count ? "; ..." : "");
    cg_error_object(err, "%s", run->target_uri.shown);
    cg_error_hint(err, "mend the target, or leave tables out with --exclude; --dry-run lists what stands in the way");
    return -1;
}

/* ---- parents before children ---- */

/* Tables in circles keep the wave 0 and were told as problems. */
static void set_waves(struct cg_run *run) {
    bool changed = true;
    for (size_t round = 0; changed && round <= run->table_count; round++) {
        changed = false;
        for (size_t i = 0; i < run->links.count; i++) {
            struct cg_run_table *child = &run->tables[run->links.items[i].child];
            const struct cg_run_table *parent = &run->tables[run->links.items[i].parent];
            if (child->wave > parent->wave)
                continue;
            child->wave = parent->wave + 1;
            if (child->wave >= run->waves)
                run->waves = child->wave + 1;
            changed = true;
        }
    }
}

/* ---- begin ---- */

static int truncate_tables(struct cg_run *run, struct cg_error *err) {
    for (size_t i = 0; i < run->ddl.count; i++) {
        struct cg_run_ddl *state = &run->ddl_states[i];
        if (state->ddl->phase != CG_DDL_DROP)
            continue;
        state->done = true;
        if (cg_ledger_event(run->main_session, run->report->run_id, "truncate", state->ddl->name, state->ddl->sql,
                            err) < 0)
            return -1;
        if (cg_target_execute(run->main_session, state->ddl->sql, err) < 0) {
            if (err->cls == CG_ERR_OBJECT)
                err->cls = CG_ERR_CONFLICT; /* no row has moved */
            cg_error_object(err, "TRUNCATE of %s", state->ddl->name);
            return -1;
        }
    }
    return 0;
}

int cg_data_only_begin(struct cg_run *run, struct cg_error *err) {
    if (cg_scripts_before_load(run, err) < 0 ||
        cg_target_catalog(run->main_session, run->arena, &run->target_catalog, err) < 0)
        return -1;
    /* What the scripts changed, and what others did meanwhile. */
    if (cg_data_only_look(run, err) < 0)
        return -1;
    run->remarks.count = 0; /* they were told */
    if (cg_data_only_refuse(run, err) < 0 || cg_run_ddl(run, err) < 0 ||
        (run->options->manage_constraints && cg_constraints_take(run, err) < 0) || truncate_tables(run, err) < 0)
        return -1;
    set_waves(run);
    return 0;
}
