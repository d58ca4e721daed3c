/* The plan's translations: tried on the target before anything is made, told when all is done; see translations.h. */
#include "pipelines/translations.h"

#include <string.h>

/* A VIRTUAL column is tried as a STORED one after that: nothing is refused more often. */
enum { REFUSALS_MAX = 2 };

/* ---- proving ---- */

static size_t refusals_of(const struct cg_run *run, const struct cg_refusal *refusal) {
    size_t count = 0;
    for (size_t i = 0; i < run->refused_count; i++)
        count += strcmp(run->refused[i].kind, refusal->kind) == 0 && strcmp(run->refused[i].name, refusal->name) == 0;
    return count;
}

static int keep(struct cg_run *run, const struct cg_trial *trial, struct cg_error *err) {
    for (size_t i = 0; i < trial->refused_count; i++) {
        if (refusals_of(run, &trial->refused[i]) >= REFUSALS_MAX)
            return cg_error_set(err, CG_ERR_INTERNAL,
                                "the plan goes on translating %s %s, which the target refuses: %s",
                                trial->refused[i].kind, trial->refused[i].name, trial->refused[i].error);
        struct cg_refusal *all = cg_arena_push(run->arena, run->refused, &run->refused_count, sizeof *all);
        if (!all)
            return cg_error_memory(err);
        run->refused = all;
        all[run->refused_count - 1] = trial->refused[i];
    }
    return 0;
}

/* One plan for the schema of trials, tried. */
static int prove_once(struct cg_run *run, const struct cg_plan_input *input, bool *ret_again, struct cg_error *err) {
    struct cg_options options = *input->options;
    struct cg_plan_input trial_input = *input;
    struct cg_plan *plan = NULL;
    struct cg_trial trial = {0};
    options.schema = CG_TRIAL_SCHEMA;
    trial_input.options = &options;
    trial_input.refused = run->refused;
    trial_input.refused_count = run->refused_count;
    struct cg_arena *arena = cg_arena_new();
    if (!arena)
        return cg_error_memory(err);
    int result = cg_plan_make(&trial_input, arena, &plan, err);
    if (result == 0 && plan->translation_count)
        result = cg_target_trial(run->main_session, plan->target, run->arena, &trial, err);
    cg_arena_free(arena);
    if (result == 0)
        result = keep(run, &trial, err);
    run->unproved = trial.unproved;
    *ret_again = trial.refused_count && !trial.unproved;
    return result;
}

int cg_translations_prove(struct cg_run *run, const struct cg_plan_input *input, struct cg_error *err) {
    bool again = true;
    if (!run->target) {
        run->unproved = "no target was named";
        return 0;
    }
    while (again)
        if (prove_once(run, input, &again, err) < 0 || cg_control_check(&run->control, err) < 0)
            return -1;
    if (run->unproved)
        cg_progress_note(run->progress, CG_NOTE_WARNING,
                         "expressions and views were translated, but the target did not prove it: %s", run->unproved);
    return 0;
}

/* ---- telling ---- */

static struct cg_report_object *object_of(const struct cg_report *report, const struct cg_translation *translation) {
    for (size_t i = 0; i < report->object_count; i++)
        if (strcmp(report->objects[i].kind, translation->kind) == 0 &&
            strcmp(report->objects[i].name, translation->name) == 0)
            return &report->objects[i];
    return NULL;
}

/* The statement that made it, or what stands in the one that made its table. */
static const char *sql_of(const struct cg_run *run, const struct cg_translation *translation) {
    for (size_t i = 0; i < run->ddl.count; i++)
        if (strcmp(run->ddl.items[i].kind, translation->kind) == 0 &&
            strcmp(run->ddl.items[i].name, translation->name) == 0)
            return run->ddl.items[i].sql;
    return translation->text;
}

/* Of a column's: the run's table and the column's name there; NULL for other kinds. */
static const struct cg_run_table *table_of(const struct cg_run *run, const struct cg_translation *translation,
                                           const char **ret_column) {
    if (strcmp(translation->kind, "generated column") != 0 && strcmp(translation->kind, "default") != 0)
        return NULL;
    for (size_t i = 0; i < run->table_count; i++) {
        const struct cg_table *table = run->tables[i].plan->target;
        size_t prefix = table ? strlen(table->name) : 0;
        if (!table || strncmp(translation->name, table->name, prefix) != 0 || translation->name[prefix] != '.')
            continue;
        *ret_column = translation->name + prefix + 1;
        if (cg_table_column(table, *ret_column)) /* "a.b" may be a table as well */
            return &run->tables[i];
    }
    return NULL;
}

/* What the target's catalog has, read again after all was made. */
static bool column_has(const struct cg_run *run, const struct cg_run_table *table, const char *name,
                       const struct cg_translation *translation) {
    const struct cg_table *actual = cg_catalog_table(run->target_catalog, table->plan->target->name);
    const struct cg_column *column = actual ? cg_table_column(actual, name) : NULL;
    if (!column)
        return false;
    if (strcmp(translation->kind, "default") == 0)
        return column->default_kind != CG_DEFAULT_NONE && column->default_kind != CG_DEFAULT_NULL;
    return column->generated != CG_NOT_GENERATED;
}

/* Of a statement's object: every statement of that kind and name was run and taken. */
static bool statements_taken(const struct cg_run *run, const struct cg_translation *translation) {
    bool any = false;
    for (size_t i = 0; i < run->ddl.count; i++) {
        const struct cg_run_ddl *state = &run->ddl_states[i];
        if (strcmp(state->ddl->kind, translation->kind) != 0 || strcmp(state->ddl->name, translation->name) != 0)
            continue;
        if (!state->done || state->failed)
            return false;
        any = true;
    }
    return any;
}

int cg_translations_tell(struct cg_run *run, struct cg_error *err) {
    for (size_t i = 0; i < run->plan->translation_count; i++) {
        const struct cg_translation *translation = &run->plan->translations[i];
        const char *column = NULL;
        const struct cg_run_table *table = table_of(run, translation, &column);
        if (table && table->failed)
            continue; /* that is told of the table */
        if (run->options->data_only && !object_of(run->report, translation))
            continue; /* the run was not to make it, and what is lost was told by the comparison */
        bool there = table ? column_has(run, table, column, translation) : statements_taken(run, translation);
        struct cg_report_object made = {.kind = translation->kind,
                                        .name = translation->name,
                                        .state = there ? CG_STATE_MAPPED : CG_STATE_MISSING,
                                        .sql = "",
                                        .error = ""};
        if (cg_report_add_object(run->report, &made, run->arena, err) < 0)
            return -1;
        struct cg_report_object *object = object_of(run->report, translation);
        if (!object)
            return cg_error_set(err, CG_ERR_INTERNAL, "%s %s is not in the report", made.kind, made.name);
        object->source = translation->source;
        object->note = translation->note ? translation->note : "";
        if (!object->sql[0])
            object->sql = sql_of(run, translation);
    }
    return 0;
}
