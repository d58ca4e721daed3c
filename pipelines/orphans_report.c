/* Telling which rows broke a foreign key that could not be validated, with counts and keys; see orphans.h.
 *
 * The constraint stays as it is, NOT VALID: it holds for new rows. Where nothing but the collation stands in the way
 * that is a named loss, to be accepted; where rows have no parent at all it is a blocker. */
#include "pipelines/orphans.h"
#include "pipelines/reference.h"
#include "verify/schema.h"

#include <inttypes.h>
#include <string.h>

/* How a key's two statements went. */
static struct cg_run_ddl *state_of(struct cg_run *run, const struct cg_run_reference *reference) {
    for (size_t i = 0; i < run->ddl.count; i++)
        if (run->ddl_states[i].failed && run->ddl.items[i].foreign_key == reference->target)
            return &run->ddl_states[i];
    return NULL;
}

bool cg_orphans_broke(const struct cg_run_ddl *state) {
    return state->failed && state->ddl->foreign_key && strcmp(state->error.sqlstate, "23503") == 0;
}

/* ---- sentences ---- */

/* "3 rows of child ...: id=1 (parent_id=9), ..." behind what was told before. */
static const char *tell_kind(const struct cg_run *run, const struct cg_run_reference *reference,
                             enum cg_orphan_kind kind, const char *what, const char *before) {
    const char *const *samples = reference->found.samples[kind], *keys = "";
    uint64_t count = reference->found.count[kind];
    if (!count || !before)
        return before;
    for (size_t i = 0; keys && i < CG_ORPHAN_SAMPLES && samples[i]; i++)
        keys = cg_arena_printf(run->arena, "%s%s%s", keys, i ? ", " : ": ", samples[i]);
    return keys ? cg_arena_printf(run->arena, "%s%s%" PRIu64 " row%s of %s %s %s%s%s", before, *before ? "; " : "",
                                  count, count == 1 ? "" : "s", run->tables[reference->child].plan->target->name, what,
                                  reference->target->ref_table, keys, count > CG_ORPHAN_SAMPLES ? ", ..." : "")
                : NULL;
}

static const char *tell_rows(const struct cg_run *run, const struct cg_run_reference *reference) {
    static const char *const what[CG_ORPHAN_KINDS] = {
        [CG_ORPHAN_TRUE] = "without a parent in",
        [CG_ORPHAN_BY_COLLATION] = "equal only by the source's collation to rows of",
        [CG_ORPHAN_UNEXPLAINED] = "whose parent the source has, but the target not, in",
    };
    const char *text = "";
    for (int k = 0; k < CG_ORPHAN_KINDS; k++)
        text = tell_kind(run, reference, (enum cg_orphan_kind)k, what[k], text);
    return text;
}

static const char *standing(const struct cg_run_ddl *state) {
    return state->ddl->phase == CG_DDL_FK ? "not made" : "not validated";
}

/* ---- what goes into the report ---- */

/* What would mend it. */
static const char *advice(const struct cg_run *run, const struct cg_run_reference *reference) {
    const struct cg_table_plan *child = run->tables[reference->child].plan;
    if (reference->sorted && reference->found.count[CG_ORPHAN_UNEXPLAINED])
        return cg_arena_printf(run->arena,
                               "find out why the target lacks rows of %s that the source has (rejected, left out, "
                               "deleted), then validate it: %s",
                               reference->target->ref_table, "ALTER TABLE ... VALIDATE CONSTRAINT");
    bool nullable = true;
    for (size_t i = 0; i < reference->target->column_count; i++) {
        const struct cg_column *column = cg_table_column(child->target, reference->target->columns[i]);
        nullable = nullable && column && column->nullable;
    }
    const char *null = nullable ? cg_arena_printf(run->arena,
                                                  ", or make their references NULL with --orphans null --accept "
                                                  "orphan_nulled:%s",
                                                  child->source->name)
                                : "";
    return null
               ? cg_arena_printf(run->arena,
                                 "mend the source; or migrate again and delete these rows on the target with --orphans "
                                 "delete --accept orphan_deleted:%s%s",
                                 child->source->name, null)
               : NULL;
}

static int add_blocker(struct cg_run *run, const struct cg_run_reference *reference, const struct cg_run_ddl *state,
                       const char *rows, struct cg_error *err) {
    const struct cg_report_object object = {.kind = state->ddl->kind,
                                            .name = state->ddl->name,
                                            .state = CG_STATE_CHANGED,
                                            .sql = state->ddl->sql,
                                            .error = cg_arena_printf(run->arena, "%s: %s", standing(state), rows),
                                            .code = "orphans",
                                            .action = advice(run, reference)};
    if (!object.action)
        return cg_error_memory(err);
    return cg_report_add_object(run->report, &object, run->arena, err);
}

/* Nothing but the source's collation makes these rows refer to their parents. */
static int add_loss(struct cg_run *run, const struct cg_run_reference *reference, const struct cg_run_ddl *state,
                    const char *rows, struct cg_error *err) {
    uint64_t count = reference->found.count[CG_ORPHAN_BY_COLLATION];
    const struct cg_table_plan *child = run->tables[reference->child].plan;
    const struct cg_report_object object = {.kind = state->ddl->kind,
                                            .name = state->ddl->name,
                                            .state = CG_STATE_MAPPED,
                                            .sql = state->ddl->sql,
                                            .error = cg_arena_printf(run->arena, "%s: %s", standing(state), rows)};
    const struct cg_loss loss = {
        .conversion = CG_FK_EQUAL_BY_COLLATION,
        .kind = state->ddl->kind,
        .table = child->source->name,
        .column = reference->source->column_count == 1 ? reference->source->columns[0] : NULL,
        .name = state->ddl->name,
        .text = state->ddl->sql,
        .reason = cg_arena_printf(
            run->arena,
            "%" PRIu64
            " row%s of %s refer%s to %s under another spelling, which only the source's collation calls equal: %s",
            count, count == 1 ? "" : "s", child->target->name, count == 1 ? "s" : "", reference->target->ref_table,
            state->ddl->phase == CG_DDL_FK
                ? "the constraint is left out"
                : "the constraint is there, NOT VALID: it holds for new rows, letter by letter, but not for these")};
    if (!loss.reason)
        return cg_error_memory(err);
    if (cg_report_add_object(run->report, &object, run->arena, err) < 0)
        return -1;
    return cg_schema_add_loss(&loss, run->arena, run->report, err);
}

static int report_one(struct cg_run *run, struct cg_run_reference *reference, const struct cg_run_ddl *state,
                      struct cg_error *err) {
    if (cg_reference_sort(run, reference, err) < 0)
        return -1;
    const uint64_t *count = reference->found.count;
    bool by_collation =
        reference->sorted && !count[CG_ORPHAN_TRUE] && !count[CG_ORPHAN_UNEXPLAINED] && count[CG_ORPHAN_BY_COLLATION];
    const char *rows = reference->sorted
                           ? tell_rows(run, reference)
                           : cg_arena_printf(run->arena, "%s (which rows, the source could not be asked: %s)",
                                             state->error.message, reference->why_not.message);
    if (!rows)
        return cg_error_memory(err);
    cg_progress_note(run->progress, CG_NOTE_WARNING, "foreign key %s is %s: %s", state->ddl->name, standing(state),
                     rows);
    return by_collation ? add_loss(run, reference, state, rows, err) : add_blocker(run, reference, state, rows, err);
}

int cg_orphans_report(struct cg_run *run, struct cg_error *err) {
    struct cg_run_references references = {0};
    if (cg_references_make(run, &references, err) < 0)
        return -1;
    for (size_t i = 0; i < references.count; i++) {
        const struct cg_run_ddl *state = state_of(run, &references.items[i]);
        if (state && cg_orphans_broke(state) && report_one(run, &references.items[i], state, err) < 0)
            return -1;
    }
    return 0;
}
