/* From evidence to a verdict; see verdict.h. The order of work: what is accepted, then each table's status, then
 * blockers, then what keeps the verdict from SAFE, each with a sentence. */
#include "verify/acceptance.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct judge {
    struct cg_report *report;
    struct cg_acceptances *acceptances;
    struct cg_arena *arena;
    struct cg_error *err;
    bool converted;    /* something that needed acceptance has it */
    bool inconclusive; /* something is missing or awaits acceptance */
};

/* ---- reasons and blockers ---- */

static int add_reason(struct judge *j, const char *reason) {
    if (!reason)
        return cg_error_memory(j->err);
    const char **all = cg_arena_push(j->arena, j->report->reasons, &j->report->reason_count, sizeof *all);
    if (!all)
        return cg_error_memory(j->err);
    j->report->reasons = all;
    all[j->report->reason_count - 1] = reason;
    return 0;
}

static int missing(struct judge *j, const char *reason) {
    j->inconclusive = true;
    return add_reason(j, reason);
}

static int block(struct judge *j, const char *code, const char *object, const char *message, const char *action) {
    struct cg_report_blocker *all =
        cg_arena_push(j->arena, j->report->blockers, &j->report->blocker_count, sizeof *all);
    if (!all)
        return cg_error_memory(j->err);
    j->report->blockers = all;
    all[j->report->blocker_count - 1] = (struct cg_report_blocker){code, object, message, action};
    return 0;
}

/* ---- acceptance ---- */

/* Sums what every acceptance meets first: a limit counts for all that it covers together. */
static void meet(struct judge *j, enum cg_conversion conversion, const char *table, const char *column,
                 uint64_t count) {
    struct cg_acceptance *acceptance = cg_acceptances_find(j->acceptances, conversion, table, column);
    if (!acceptance)
        return;
    acceptance->covered += count;
    acceptance->used = true;
}

static void meet_everything(struct judge *j) {
    struct cg_report *report = j->report;
    for (size_t t = 0; t < report->table_count; t++)
        for (size_t i = 0; i < report->tables[t].conversion_count; i++) {
            const struct cg_report_conversion *c = &report->tables[t].conversions[i];
            meet(j, c->conversion, report->tables[t].source, c->column, c->count);
        }
    for (size_t i = 0; i < report->loss_count; i++)
        meet(j, report->losses[i].conversion, report->losses[i].table, report->losses[i].column, 1);
    if (report->source_moved != CG_MOVED_NO)
        meet(j, CG_SOURCE_MOVED, NULL, NULL, 1);
}

/* 1 accepted, 0 not; *ret_over is the acceptance whose limit was passed, or NULL. */
static bool is_accepted(struct judge *j, enum cg_conversion conversion, const char *table, const char *column,
                        const struct cg_acceptance **ret_over) {
    const struct cg_acceptance *acceptance = cg_acceptances_find(j->acceptances, conversion, table, column);
    *ret_over = acceptance && acceptance->covered > acceptance->limit ? acceptance : NULL;
    return acceptance && !*ret_over;
}

/* What a count of that conversion is of. */
static const char *counted(enum cg_conversion conversion, uint64_t count) {
    bool rows = conversion == CG_ORPHAN_DELETED || conversion == CG_ORPHAN_NULLED || conversion == CG_ROW_REJECTED;
    if (rows)
        return count == 1 ? "row" : "rows";
    if (cg_conversions[conversion].per_value)
        return count == 1 ? "value" : "values";
    return count == 1 ? "object" : "objects";
}

static int tell_unaccepted(struct judge *j, enum cg_conversion conversion, const char *where, uint64_t count,
                           const struct cg_acceptance *over) {
    const struct cg_conversion_info *info = &cg_conversions[conversion];
    if (over)
        return missing(j, cg_arena_printf(j->arena, "%s: accepted up to %" PRIu64 " (--accept %s), found %" PRIu64,
                                          info->name, over->limit, over->option, over->covered));
    return missing(j, cg_arena_printf(j->arena, "%s: %" PRIu64 " %s%s%s; accept with --accept %s%s%s", info->name,
                                      count, counted(conversion, count), where ? " in " : "", where ? where : "",
                                      info->name, where ? ":" : "", where ? where : ""));
}

/* Rows that are not on the target: no matter of acceptance alone, but a difference until somebody accepts it. */
static int block_rejects(struct judge *j, struct cg_report_table *table, uint64_t count,
                         const struct cg_acceptance *over) {
    const struct cg_report_reject *first = table->reject_count ? &table->rejects[0] : NULL;
    const char *limit =
        over ? cg_arena_printf(j->arena, ", accepted up to %" PRIu64 " (--accept %s)", over->limit, over->option) : "";
    const char *message = limit
                              ? cg_arena_printf(j->arena, "%" PRIu64 " row%s set aside (row_rejected)%s%s%s%s%s", count,
                                                count == 1 ? " was" : "s were", limit, first ? "; the first, " : "",
                                                first ? first->key : "", first ? ": " : "", first ? first->reason : "")
                              : NULL;
    const char *it = count == 1 ? "it" : "them";
    const char *again =
        !first || first->can_be_retried
            ? cg_arena_printf(j->arena, "load %s again with crossgrade retry-rejects SOURCE TARGET %s", it,
                              j->report->run_id)
            : cg_arena_printf(
                  j->arena, "mend %s at the source and migrate the table again (it has no key to find %s by)", it, it);
    const char *action = again ? cg_arena_printf(j->arena,
                                                 "%s, or leave %s out for good with --accept "
                                                 "'row_rejected:%s<=%" PRIu64 "'",
                                                 again, it, table->source, count)
                               : NULL;
    if (!message || !action)
        return cg_error_memory(j->err);
    table->status = CG_STATUS_DIFFERENT;
    table->why = message;
    table->hint = action;
    return block(j, "rows_rejected", table->source, message, action);
}

static int accept_table(struct judge *j, struct cg_report_table *table) {
    for (size_t i = 0; i < table->conversion_count; i++) {
        struct cg_report_conversion *c = &table->conversions[i];
        const struct cg_acceptance *over = NULL;
        if (!cg_conversions[c->conversion].needs_acceptance) {
            c->accepted = true;
            continue;
        }
        c->accepted = c->accepted || is_accepted(j, c->conversion, table->source, c->column, &over);
        if (c->accepted) {
            j->converted = true;
            continue;
        }
        if (c->conversion == CG_ROW_REJECTED) {
            if (block_rejects(j, table, c->count, over) < 0)
                return -1;
            continue;
        }
        const char *where = *c->column ? cg_arena_printf(j->arena, "%s.%s", table->source, c->column) : table->source;
        if (!where)
            return cg_error_memory(j->err);
        if (tell_unaccepted(j, c->conversion, where, c->count, over) < 0)
            return -1;
    }
    return 0;
}

/* Losses await acceptance by name, not one by one: a reason for each name. */
static int accept_losses(struct judge *j) {
    for (int conversion = 0; conversion < CG_CONVERSION_COUNT; conversion++) {
        uint64_t left = 0;
        const struct cg_acceptance *over = NULL;
        const char *first = NULL;
        for (size_t i = 0; i < j->report->loss_count; i++) {
            struct cg_report_loss *loss = &j->report->losses[i];
            if ((int)loss->conversion != conversion)
                continue;
            bool needed = cg_conversions[conversion].needs_acceptance;
            loss->accepted =
                loss->accepted || !needed || is_accepted(j, loss->conversion, loss->table, loss->column, &over);
            j->converted |= needed && loss->accepted;
            if (!loss->accepted && left++ == 0)
                first = loss->object;
        }
        if (!left)
            continue;
        if (over ? tell_unaccepted(j, (enum cg_conversion)conversion, NULL, left, over)
                 : missing(j, cg_arena_printf(j->arena, "%s: %" PRIu64 " (%s%s); accept with --accept %s",
                                              cg_conversions[conversion].name, left, first, left > 1 ? ", ..." : "",
                                              cg_conversions[conversion].name)))
            return -1;
    }
    return 0;
}

static int accept_movement(struct judge *j) {
    struct cg_report *report = j->report;
    const struct cg_acceptance *over;
    if (report->source_moved == CG_MOVED_NO)
        return 0;
    report->source_moved_accepted = is_accepted(j, CG_SOURCE_MOVED, NULL, NULL, &over);
    if (report->source_moved_accepted) {
        j->converted = true;
        return add_reason(j, "equal as of the snapshot only: that the source moved on was accepted");
    }
    if (report->source_moved == CG_MOVED_YES)
        return missing(
            j, cg_arena_printf(j->arena,
                               "source_moved: the source server was written to after the snapshot (any database of it "
                               "counts; %s): equal as of %s "
                               "only; stop its writers and compare again, or --accept source_moved for a rehearsal",
                               report->source_moved_detail, report->as_of));
    return missing(
        j, cg_arena_printf(j->arena,
                           "source_moved: whether the source server was written to after the snapshot is unknown (%s); "
                           "stop its writers and --accept source_moved",
                           report->source_moved_detail));
}

static int find_unused(struct judge *j) {
    struct cg_buffer names;
    cg_buffer_init(&names, 1 << 20);
    int result = 0;
    for (size_t i = 0; i < j->acceptances->count && result == 0; i++)
        if (!j->acceptances->items[i].used)
            result = cg_buffer_printf(&names, j->err, "%s%s", names.len ? ", " : "", j->acceptances->items[i].option);
    j->report->unused_accepts = cg_arena_strndup(j->arena, names.data ? (const char *)names.data : "", names.len);
    cg_buffer_done(&names);
    return result < 0 || !j->report->unused_accepts ? cg_error_memory(j->err) : 0;
}

/* ---- tables and objects ---- */

static enum cg_table_status status_of(const struct cg_report *report, const struct cg_report_table *table) {
    enum cg_table_status status = CG_STATUS_IDENTICAL;
    for (size_t i = 0; i < table->conversion_count; i++) {
        if (cg_conversions[table->conversions[i].conversion].needs_acceptance)
            return CG_STATUS_CONVERTED;
        status = CG_STATUS_EQUIVALENT;
    }
    for (size_t i = 0; i < report->loss_count; i++) {
        const struct cg_report_loss *loss = &report->losses[i];
        if (loss->table && strcmp(loss->table, table->source) == 0 &&
            (loss->conversion == CG_JSON_NORMALISED || loss->conversion == CG_TYPE_WIDENED ||
             loss->conversion == CG_NAME_SHORTENED))
            status = CG_STATUS_EQUIVALENT;
    }
    return status;
}

/* Each column that the target computes otherwise (R18). Where the rows differ too, that may be the reason, and where
 * there are more of them on one side it is. */
static int block_generated(struct judge *j, const struct cg_report_table *table) {
    if (table->rows_source != table->rows_target)
        return 0;
    for (size_t i = 0; i < table->generated_count; i++) {
        const struct cg_report_generated *g = &table->generated[i];
        if (!g->different)
            continue;
        const char *object = cg_arena_printf(j->arena, "%s.%s", table->source, g->column);
        const char *message = cg_arena_printf(
            j->arena, "%s%s; the source's is %s, the target generates it AS (%s)", g->why,
            table->generated_only ? "" : ", or its rows are others",
            *g->source_text ? cg_arena_printf(j->arena, "AS (%s)", g->source_text) : "a plain column", g->target_text);
        if (!object || !message)
            return cg_error_memory(j->err);
        if (block(j, "generated_different", object, message,
                  "mend the target's expression and compare again, or migrate the table again with a plain column "
                  "there") < 0)
            return -1;
    }
    return 0;
}

static int miss_generated(struct judge *j, const struct cg_report_table *table) {
    for (size_t i = 0; i < table->generated_count; i++)
        if (!table->generated[i].digests &&
            missing(j, cg_arena_printf(j->arena, "%s.%s, which the target generates, was not compared", table->source,
                                       table->generated[i].column)) < 0)
            return -1;
    return 0;
}

static int judge_table(struct judge *j, struct cg_report_table *table) {
    switch (table->status) {
    case CG_STATUS_FAILED:
        return block(j, "table_failed", table->source, table->why, table->hint);
    case CG_STATUS_DIFFERENT:
        if (!table->generated_only && block(j, "table_different", table->source, table->why,
                                            "find out why, mend the target or migrate the table again") < 0)
            return -1;
        return block_generated(j, table);
    case CG_STATUS_NOT_COMPARED:
    case CG_STATUS_UNSETTLED:
        if (j->report->mode == CG_MODE_SCHEMA_ONLY)
            return 0; /* told once, for all of them */
        return missing(j, cg_arena_printf(j->arena, "table %s was not compared: %s", table->source, table->why));
    case CG_STATUS_EXCLUDED:
        return 0;
    default:
        table->status = status_of(j->report, table);
        if (!table->digests)
            table->status = CG_STATUS_NOT_COMPARED; /* nobody looked: absent evidence is never SAFE */
        if (table->status == CG_STATUS_NOT_COMPARED) {
            table->why = "its rows were not read a second time";
            return missing(j, cg_arena_printf(j->arena, "table %s was not compared: %s", table->source, table->why));
        }
        return miss_generated(j, table) < 0 ? -1 : accept_table(j, table);
    }
}

/* A column that the source does not have, or a whole table, makes two databases different; an index does not. A
 * migration may go into a schema that has tables of its own. */
static bool extra_matters(const struct cg_report *report, const struct cg_report_object *object) {
    if (report->mode == CG_MODE_DATA_ONLY)
        return false; /* rows went into a schema of the user's own */
    bool compares = report->command && strcmp(report->command, "verify") == 0;
    return strcmp(object->kind, "column") == 0 || (compares && strcmp(object->kind, "table") == 0);
}

/* --data-only: a schema of the user's own, which may be half made (keys come after the rows) or meant to be otherwise.
 * How it differs from the source's is told, but it is not the run's to have failed at, and `verify` judges it. What the
 * run itself did counts as ever: tables, what counts on behind the rows, statements and scripts of its own. */
static bool not_of_run(const struct cg_report *report, const struct cg_report_object *object) {
    static const char *const of_run[] = {"table", "identity", "sequence", "script", NULL};
    if (report->mode != CG_MODE_DATA_ONLY || object->code)
        return false;
    for (size_t i = 0; of_run[i]; i++)
        if (strcmp(object->kind, of_run[i]) == 0)
            return false;
    return object->state == CG_STATE_MISSING || object->state == CG_STATE_CHANGED;
}

static int judge_schema_of_others(struct judge *j) {
    const struct cg_report *report = j->report;
    const char *names = "";
    size_t count = 0;
    for (size_t i = 0; i < report->object_count && names; i++) {
        const struct cg_report_object *object = &report->objects[i];
        if (!not_of_run(report, object) || count++ >= 3)
            continue;
        names = cg_arena_printf(j->arena, "%s%s%s %s%s%s", names, count > 1 ? "; " : "", object->kind, object->name,
                                object->error && *object->error ? ": " : "", object->error ? object->error : "");
    }
    if (!names)
        return cg_error_memory(j->err);
    if (!count)
        return 0;
    return missing(j,
                   cg_arena_printf(j->arena,
                                   "%zu schema objects, which this run did not make (--data-only), are missing or not "
                                   "as the source's (%s%s): make them, and let crossgrade verify judge the whole",
                                   count, names, count > 3 ? "; ..." : ""));
}

static int judge_object(struct judge *j, const struct cg_report_object *object) {
    if (not_of_run(j->report, object))
        return 0;
    const char *name = cg_arena_printf(j->arena, "%s %s", object->kind, object->name);
    if (!name)
        return cg_error_memory(j->err);
    if (object->code)
        return block(j, object->code, name, object->error, object->action ? object->action : "");
    if (object->state == CG_STATE_MISSING)
        return block(j, object->error && *object->error ? "object_failed" : "object_missing", name,
                     object->error && *object->error ? object->error : "the target does not have it",
                     strcmp(object->kind, "script") == 0 ? "mend it, run it by hand, and compare again"
                     : object->sql && *object->sql       ? "make it by hand; its statement is in the report"
                                                         : "make it on the target, or migrate again");
    if (object->state == CG_STATE_CHANGED)
        return block(j, "object_changed", name, object->error && *object->error ? object->error : "it is not the same",
                     "change it on the target, or accept it by a rule of your own");
    if (object->state == CG_STATE_EXTRA && extra_matters(j->report, object))
        return block(j, "object_extra", name, "only the target has it",
                     strcmp(object->kind, "table") == 0 ? "drop it on the target, or leave it out with --exclude"
                                                        : "drop it on the target");
    return 0;
}

static int judge_gaps(struct judge *j) {
    for (size_t i = 0; i < j->report->gap_count; i++)
        if (missing(j, cg_arena_printf(j->arena, "%s: %s", j->report->gaps[i].object, j->report->gaps[i].why)) < 0)
            return -1;
    return 0;
}

static void count_coverage(struct cg_report *report) {
    report->tables_compared = report->columns_total = report->columns_compared = 0;
    report->rows_total = report->rows_compared = 0;
    for (size_t i = 0; i < report->table_count; i++) {
        const struct cg_report_table *table = &report->tables[i];
        report->columns_total += table->columns;
        int64_t rows = table->rows_source >= 0 ? table->rows_source : table->rows_moved;
        report->rows_total += rows > 0 ? (uint64_t)rows : 0;
        if (!table->digests)
            continue;
        report->tables_compared++;
        report->columns_compared += table->columns_compared;
        report->rows_compared += (uint64_t)table->rows_source - (table->has_rejects ? table->rows_rejected : 0);
    }
}

/* A table of which the user left out rows is like one that was left out: the verdict holds for what was in scope, and
 * says so. */
static int count_filtered(struct judge *j) {
    struct cg_report *report = j->report;
    report->filtered_count = 0;
    for (size_t i = 0; i < report->table_count; i++) {
        const struct cg_report_table *table = &report->tables[i];
        if (!table->filter || !*table->filter || table->status == CG_STATUS_EXCLUDED)
            continue;
        const char **all = cg_arena_push(j->arena, report->filtered, &report->filtered_count, sizeof *all);
        if (!all)
            return cg_error_memory(j->err);
        report->filtered = all;
        all[report->filtered_count - 1] = table->source;
        if (add_reason(j, cg_arena_printf(j->arena,
                                          "table %s is filtered (--where): its other rows were neither moved nor "
                                          "compared, nor are they counted",
                                          table->source)) < 0)
            return -1;
    }
    return 0;
}

/* ---- the verdict ---- */

static int judge_run(struct judge *j) {
    struct cg_report *report = j->report;
    if (report->self_test == CG_SELF_TEST_FAILED &&
        block(j, "self_test_failed", "self-test", "a canary did not arrive as it must: crossgrade itself is at fault",
              "do not cut over; report it with this report") < 0)
        return -1;
    if (report->self_test == CG_SELF_TEST_NOT_RUN &&
        missing(j, "the self-test did not run: no canary could be sent through the target") < 0)
        return -1;
    if (!report->complete && missing(j, "the run ended before all evidence was in") < 0)
        return -1;
    if (report->mode == CG_MODE_SCHEMA_ONLY)
        return missing(j, "no rows were moved (--schema-only): this is evidence of the schema alone");
    if (!report->tables_compared && missing(j, "no table was compared") < 0)
        return -1;
    return 0;
}

static const char *first_reason(struct judge *j, size_t excluded) {
    const struct cg_report *report = j->report;
    size_t in_scope = report->table_count - excluded, good = 0;
    for (size_t i = 0; i < report->table_count; i++)
        good += report->tables[i].status <= CG_STATUS_CONVERTED;
    const char *out = excluded ? cg_arena_printf(j->arena, ", %zu excluded", excluded) : "";
    if (out && report->filtered_count)
        out = cg_arena_printf(j->arena, "%s, %zu filtered", out, report->filtered_count);
    if (!out)
        return NULL;
    if (report->verdict == CG_VERDICT_SAFE || report->verdict == CG_VERDICT_SAFE_WITH_CONVERSIONS)
        return cg_arena_printf(j->arena, "%s for %zu of %zu tables%s", cg_verdict_name(report->verdict), in_scope,
                               report->table_count, out);
    if (report->verdict == CG_VERDICT_NOT_SAFE)
        return cg_arena_printf(j->arena, "%zu blocker%s; %zu of %zu tables are equal%s", report->blocker_count,
                               report->blocker_count == 1 ? "" : "s", good, report->table_count, out);
    return cg_arena_printf(j->arena, "%zu of %zu tables are equal%s, but evidence or acceptance is missing", good,
                           report->table_count, out);
}

static int put_first(struct judge *j) {
    size_t excluded = 0;
    for (size_t i = 0; i < j->report->table_count; i++)
        excluded += j->report->tables[i].status == CG_STATUS_EXCLUDED;
    if (add_reason(j, first_reason(j, excluded)) < 0)
        return -1;
    const char *first = j->report->reasons[j->report->reason_count - 1];
    memmove(j->report->reasons + 1, j->report->reasons, (j->report->reason_count - 1) * sizeof *j->report->reasons);
    j->report->reasons[0] = first;
    return 0;
}

int cg_verdict_judge(struct cg_report *report, struct cg_acceptances *acceptances, struct cg_arena *arena,
                     struct cg_error *err) {
    struct judge j = {.report = report, .acceptances = acceptances, .arena = arena, .err = err};
    meet_everything(&j);
    for (size_t i = 0; i < report->table_count; i++)
        if (judge_table(&j, &report->tables[i]) < 0)
            return -1;
    for (size_t i = 0; i < report->object_count; i++)
        if (judge_object(&j, &report->objects[i]) < 0)
            return -1;
    count_coverage(report);
    if (judge_schema_of_others(&j) < 0)
        return -1;
    if (count_filtered(&j) < 0 || accept_losses(&j) < 0 || judge_gaps(&j) < 0 || accept_movement(&j) < 0 ||
        judge_run(&j) < 0 || find_unused(&j) < 0)
        return -1;
    report->verdict = report->blocker_count ? CG_VERDICT_NOT_SAFE
                      : j.inconclusive      ? CG_VERDICT_INCONCLUSIVE
                      : j.converted         ? CG_VERDICT_SAFE_WITH_CONVERSIONS
                                            : CG_VERDICT_SAFE;
    return put_first(&j);
}

/* ---- exit codes ---- */

int cg_verdict_exit_code(const struct cg_report *report) {
    switch (report->verdict) {
    case CG_VERDICT_SAFE:
    case CG_VERDICT_SAFE_WITH_CONVERSIONS:
        return 0;
    case CG_VERDICT_NOT_SAFE:
        return 1;
    case CG_VERDICT_INCONCLUSIVE:
        return 2;
    }
    return 6;
}

int cg_exit_code(enum cg_error_class cls) {
    static const int codes[] = {
        [CG_ERR_NONE] = 0,    [CG_ERR_USAGE] = 3,  [CG_ERR_RIGHTS] = 3,    [CG_ERR_CONFLICT] = 3,
        [CG_ERR_DATA] = 1,    [CG_ERR_OBJECT] = 1, [CG_ERR_CHANGED] = 1,   [CG_ERR_ENGINE] = 4,
        [CG_ERR_NETWORK] = 4, [CG_ERR_SYSTEM] = 4, [CG_ERR_CANCELLED] = 5, [CG_ERR_INTERNAL] = 6,
    };
    return (size_t)cls < sizeof codes / sizeof *codes ? codes[cls] : 6;
}

int cg_exit_code_worse(int a, int b) {
    static const int rank[] = {[0] = 0, [2] = 1, [1] = 2, [3] = 3, [4] = 4, [5] = 5, [6] = 6};
    if (a < 0 || a > 6 || b < 0 || b > 6)
        return 6;
    return rank[a] > rank[b] ? a : b;
}
