/* Indexes that the rows did not let be built; see key_failures.h.
 *
 * Two ways lead here. Under --collation icu or citext the target may call equal what the source's collation told apart
 * (ss and a sharp s under utf8mb4_general_ci); that is no loss to accept, because the key would no longer be one. And
 * an entry of PostgreSQL's B-tree has at most 2,704 bytes, a document of a full-text index at most 1 MB (R20). */
#include "pipelines/key_failures.h"
#include "pipelines/reference.h"
#include "verify/schema.h"

#include <string.h>

static const struct cg_table_plan *plan_of(const struct cg_run *run, const struct cg_table *target) {
    for (size_t i = 0; i < run->plan->table_count; i++)
        if (run->plan->tables[i].target == target)
            return &run->plan->tables[i];
    return NULL;
}

/* ---- a unique key that rows break ---- */

/* The first column of the key whose text the target folds. */
static const struct cg_column_plan *folded_column(const struct cg_table_plan *plan, const struct cg_key *key) {
    for (size_t c = 0; c < plan->column_count; c++)
        if (plan->columns[c].target->type.case_insensitive && cg_key_has_column(key, plan->columns[c].target->name))
            return &plan->columns[c];
    return NULL;
}

static const char *advice(const struct cg_run *run, const struct cg_table_plan *plan, const struct cg_key *key) {
    const struct cg_column_plan *column = folded_column(plan, key);
    if (!column)
        return "find out how equal values came there, mend the source and migrate again";
    return cg_arena_printf(run->arena,
                           "the target's collation calls equal what the source's told apart: mend the values on the "
                           "source, or let that column tell letters apart: --map-column '%s.%s=%s'",
                           plan->source->name, column->source->name,
                           column->source->type.length > 0 && strstr(column->source->type.name, "text") == NULL
                               ? cg_arena_printf(run->arena, "varchar(%lld)", (long long)column->source->type.length)
                               : "text");
}

static const char *rows_text(struct cg_run *run, const struct cg_run_ddl *state, struct cg_error *ret_why) {
    const char **samples = NULL, *text = "";
    size_t count = 0;
    if (cg_target_duplicates(run->main_session, state->ddl->table, state->ddl->key, run->arena, &samples, &count,
                             ret_why) < 0)
        return NULL;
    for (size_t i = 0; text && i < count; i++)
        text = cg_arena_printf(run->arena, "%s%s%s", text, i ? "; " : "", samples[i]);
    return text;
}

static int tell_broken(struct cg_run *run, const struct cg_run_ddl *state, struct cg_error *err) {
    struct cg_error why = {0};
    const struct cg_table_plan *plan = plan_of(run, state->ddl->table);
    const char *rows = rows_text(run, state, &why);
    if (!rows && why.cls != CG_ERR_NONE && !cg_reference_error_is_local(run, &why)) {
        *err = why;
        return -1;
    }
    const struct cg_report_object object = {
        .kind = state->ddl->kind,
        .name = state->ddl->name,
        .state = CG_STATE_MISSING,
        .sql = state->ddl->sql,
        .error = rows && *rows ? cg_arena_printf(run->arena, "rows are equal by it: %s", rows) : state->error.message,
        .code = "unique_broken",
        .action = advice(run, plan, state->ddl->key)};
    if (!object.error || !object.action)
        return cg_error_memory(err);
    return cg_report_add_object(run->report, &object, run->arena, err);
}

/* ---- a limit of PostgreSQL's ---- */

static int tell_limit(struct cg_run *run, const struct cg_run_ddl *state, struct cg_error *err) {
    const struct cg_table_plan *plan = plan_of(run, state->ddl->table);
    const char *instead =
        state->ddl->key->kind == CG_KEY_FULLTEXT
            ? "index a part of it by hand: to_tsvector('simple', left(column, 250000))"
        : state->ddl->key->kind == CG_KEY_INDEX
            ? "index its beginning by hand: left(column, 600)"
            : "make it by hand over a hash: CREATE UNIQUE INDEX ... (sha256(convert_to(column, 'UTF8')))";
    struct cg_loss loss = {.conversion = CG_INDEX_DROPPED,
                           .kind = state->ddl->kind,
                           .table = plan->source->name,
                           .name = state->ddl->name,
                           .text = state->ddl->sql,
                           .reason = cg_arena_printf(run->arena, "%s; %s", state->error.message, instead)};
    const struct cg_report_object object = {.kind = loss.kind,
                                            .name = loss.name,
                                            .state = CG_STATE_NOT_CARRIED,
                                            .sql = loss.text,
                                            .error = state->error.message};
    if (!loss.reason)
        return cg_error_memory(err);
    if (cg_report_add_object(run->report, &object, run->arena, err) < 0)
        return -1;
    return cg_schema_add_loss(&loss, run->arena, run->report, err);
}

int cg_key_failures_report(struct cg_run *run, struct cg_error *err) {
    static const struct {
        const char *sqlstate;
        int (*tell)(struct cg_run *run, const struct cg_run_ddl *state, struct cg_error *err);
    } reasons[] = {{"23505", tell_broken}, {"54000", tell_limit}};
    for (size_t i = 0; i < run->ddl.count; i++) {
        const struct cg_run_ddl *state = &run->ddl_states[i];
        for (size_t r = 0; state->failed && state->ddl->key && r < sizeof reasons / sizeof *reasons; r++)
            if (strcmp(state->error.sqlstate, reasons[r].sqlstate) == 0 && reasons[r].tell(run, state, err) < 0)
                return -1;
    }
    return 0;
}
