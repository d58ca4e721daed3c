/* What a job learned besides the rows; see evidence.h. */
#include "pipelines/evidence.h"
#include "verify/schema.h"
#include "verify/verdict.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

const char *cg_evidence_time(struct cg_arena *arena) {
    time_t now = time(NULL);
    struct tm utc;
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    return cg_arena_strdup(arena, text);
}

static struct cg_report_side empty_side(void) {
    return (struct cg_report_side){.engine = "", .version = "", .host = "", .database = ""};
}

/* Sortable by time, and unlike that of another process in the same second: "20261120-131255-7f3a9c". */
static const char *new_run_id(struct cg_arena *arena) {
    struct timespec now;
    struct tm utc;
    char stamp[32];
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", gmtime_r(&now.tv_sec, &utc));
    unsigned mix = (unsigned)now.tv_nsec * 2654435761u ^ (unsigned)getpid() * 40503u;
    return cg_arena_printf(arena, "%s-%06x", stamp, mix & 0xffffff);
}

struct cg_report *cg_evidence_new(struct cg_arena *arena, const char *command) {
    struct cg_report *report = cg_arena_alloc(arena, sizeof *report);
    if (!report)
        return NULL;
    *report = (struct cg_report){.run_id = new_run_id(arena),
                                 .tool_version = CG_VERSION,
                                 .command = command,
                                 .verdict = CG_VERDICT_INCONCLUSIVE,
                                 .as_of = "",
                                 .source_moved = CG_MOVED_UNKNOWN,
                                 .source_moved_detail = "not looked at: the run ended before",
                                 .source = empty_side(),
                                 .target = empty_side(),
                                 .started = cg_evidence_time(arena),
                                 .finished = "",
                                 .unused_accepts = ""};
    return report->started && report->run_id ? report : NULL;
}

int cg_evidence_setting(struct cg_report_side *side, struct cg_arena *arena, const char *name, const char *value,
                        struct cg_error *err) {
    struct cg_report_setting *all = cg_arena_push(arena, side->settings, &side->setting_count, sizeof *all);
    const char *copy = cg_arena_strdup(arena, value);
    if (!all || !copy)
        return cg_error_memory(err);
    side->settings = all;
    all[side->setting_count - 1] = (struct cg_report_setting){name, copy};
    return 0;
}

int cg_evidence_side(struct cg_report *report, struct cg_report_side *side, const struct cg_catalog *catalog,
                     struct cg_arena *arena, struct cg_error *err) {
    side->engine = catalog->server.engine;
    side->version = catalog->server.version;
    side->host = catalog->server.host;
    side->database = catalog->database;
    if (catalog->schema && *catalog->schema && cg_evidence_setting(side, arena, "schema", catalog->schema, err) < 0)
        return -1;
    if (catalog->unseen && cg_report_add_gap(report, arena, catalog->database, catalog->unseen, err) < 0)
        return -1;
    return cg_evidence_setting(side, arena, "time_zone", "UTC", err);
}

int cg_evidence_snapshot(struct cg_report *report, struct cg_report_side *side, const struct cg_snapshot *snapshot,
                         struct cg_arena *arena, struct cg_error *err) {
    if (side == &report->source) {
        report->as_of = strcmp(snapshot->position.kind, "none") == 0 ? snapshot->taken_at : snapshot->position.text;
        report->as_of = cg_arena_strdup(arena, report->as_of);
        if (!report->as_of)
            return cg_error_memory(err);
    }
    if (cg_evidence_setting(side, arena, "snapshot", snapshot->method, err) < 0 ||
        cg_evidence_setting(side, arena, "snapshot taken at", snapshot->taken_at, err) < 0)
        return -1;
    if (snapshot->assumes[0] && cg_evidence_setting(side, arena, "snapshot assumes", snapshot->assumes, err) < 0)
        return -1;
    const char *held = cg_arena_printf(arena, "%.1f ms", snapshot->lock_seconds * 1000);
    if (!held || cg_evidence_setting(side, arena, "locks held for", held, err) < 0)
        return -1;
    if (snapshot->consistent)
        return 0;
    return cg_report_add_gap(
        report, arena, side == &report->source ? "source snapshot" : "target snapshot",
        "the sessions could not be opened on one moment: rows written meanwhile may be seen by some "
        "and not by others",
        err);
}

int cg_evidence_plan(struct cg_report *report, const struct cg_plan *plan, bool losses, struct cg_arena *arena,
                     struct cg_error *err) {
    for (size_t i = 0; losses && i < plan->loss_count; i++)
        if (cg_schema_add_loss(&plan->losses[i], arena, report, err) < 0)
            return -1;
    for (size_t i = 0; i < plan->problem_count; i++) {
        const struct cg_plan_problem *problem = &plan->problems[i];
        struct cg_report_object object = {.kind = problem->kind,
                                          .name = problem->name,
                                          .state = CG_STATE_MISSING,
                                          .sql = problem->text ? problem->text : "",
                                          .error = problem->reason};
        if (cg_report_add_object(report, &object, arena, err) < 0)
            return -1;
    }
    report->note_count = plan->note_count;
    report->notes = cg_arena_array(arena, plan->note_count + 1, sizeof *report->notes);
    if (!report->notes)
        return cg_error_memory(err);
    for (size_t i = 0; i < plan->note_count; i++)
        report->notes[i] = (struct cg_report_note){plan->notes[i].object, plan->notes[i].text};
    report->decision_count = plan->decision_count;
    report->decisions = cg_arena_array(arena, plan->decision_count + 1, sizeof *report->decisions);
    if (!report->decisions)
        return cg_error_memory(err);
    for (size_t i = 0; i < plan->decision_count; i++) {
        const struct cg_decision *decision = &plan->decisions[i];
        report->decisions[i] = (struct cg_report_decision){decision->table, decision->column, decision->source_type,
                                                           decision->target_type, decision->reason};
    }
    return 0;
}

static int gaps_without_snapshot(struct cg_report *report, const struct cg_catalog *catalog, struct cg_arena *arena,
                                 struct cg_error *err) {
    for (size_t i = 0; i < report->table_count; i++) {
        const struct cg_table *table = cg_catalog_table(catalog, report->tables[i].source);
        if (!table || table->snapshot_capable || report->tables[i].status == CG_STATUS_EXCLUDED)
            continue;
        const char *why = cg_arena_printf(
            arena, "its engine %s has no snapshots, and the source may have been written to", table->storage);
        if (!why)
            return cg_error_memory(err);
        if (cg_report_add_gap(report, arena, table->name, why, err) < 0)
            return -1;
    }
    return 0;
}

int cg_evidence_moved(struct cg_report *report, struct cg_source *source, const struct cg_catalog *catalog,
                      const struct cg_snapshot *snapshot, struct cg_arena *arena, struct cg_error *err) {
    struct cg_position now = {0};
    struct cg_error why = {0};
    const struct cg_position *then = &snapshot->position;
    report->source_moved = CG_MOVED_UNKNOWN;
    if (cg_source_position(source, &now, &why) < 0)
        report->source_moved_detail = cg_arena_printf(arena, "its position could not be read again: %s", why.message);
    else if (strcmp(then->kind, "none") == 0 || strcmp(now.kind, "none") == 0)
        report->source_moved_detail = cg_arena_strdup(arena, now.why[0] ? now.why : then->why);
    else if (strcmp(then->text, now.text) == 0) {
        report->source_moved = CG_MOVED_NO;
        report->source_moved_detail = "";
    } else {
        report->source_moved = CG_MOVED_YES;
        report->source_moved_detail = cg_arena_printf(arena, "%s -> %s", then->text, now.text);
    }
    if (!report->source_moved_detail)
        return cg_error_memory(err);
    return report->source_moved == CG_MOVED_NO ? 0 : gaps_without_snapshot(report, catalog, arena, err);
}

void cg_evidence_failure(struct cg_report *report, enum cg_error_class cls) {
    int before = cg_exit_code(report->failure), now = cg_exit_code(cls);
    if (cls != CG_ERR_NONE &&
        (report->failure == CG_ERR_NONE || (cg_exit_code_worse(before, now) == now && before != now)))
        report->failure = cls;
}
