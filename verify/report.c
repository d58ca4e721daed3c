/* The names that reports use, and what is added to them from many places; see report.h. */
#include "verify/report.h"

#include <string.h>

#define NAME_OF(names, value) ((size_t)(value) < sizeof(names) / sizeof *(names) ? (names)[value] : "unknown")

const char *cg_verdict_name(enum cg_verdict verdict) {
    static const char *const names[] = {"SAFE", "SAFE_WITH_CONVERSIONS", "NOT_SAFE", "INCONCLUSIVE"};
    return NAME_OF(names, verdict);
}

const char *cg_table_status_name(enum cg_table_status status) {
    static const char *const names[] = {"identical", "equivalent",   "converted", "different",
                                        "unsettled", "not_compared", "failed",    "excluded"};
    return NAME_OF(names, status);
}

const char *cg_object_state_name(enum cg_object_state state) {
    static const char *const names[] = {"same", "mapped", "changed", "missing", "extra", "not_carried"};
    return NAME_OF(names, state);
}

const char *cg_report_mode_name(enum cg_report_mode mode) {
    static const char *const names[] = {"full", "schema-only", "data-only"};
    return NAME_OF(names, mode);
}

const char *cg_moved_name(enum cg_moved moved) {
    static const char *const names[] = {"no", "yes", "unknown"};
    return NAME_OF(names, moved);
}

const char *cg_self_test_name(enum cg_self_test status) {
    static const char *const names[] = {"not_run", "partial", "passed", "failed"};
    return NAME_OF(names, status);
}

int cg_report_add_object(struct cg_report *report, const struct cg_report_object *object, struct cg_arena *arena,
                         struct cg_error *err) {
    if (!object->name)
        return cg_error_memory(err);
    for (size_t i = 0; i < report->object_count; i++)
        if (strcmp(report->objects[i].kind, object->kind) == 0 && strcmp(report->objects[i].name, object->name) == 0)
            return 0;
    struct cg_report_object *all = cg_arena_push(arena, report->objects, &report->object_count, sizeof *all);
    if (!all)
        return cg_error_memory(err);
    report->objects = all;
    all[report->object_count - 1] = *object;
    if (!object->source)
        all[report->object_count - 1].source = "";
    if (!object->note)
        all[report->object_count - 1].note = "";
    return 0;
}

int cg_report_add_gap(struct cg_report *report, struct cg_arena *arena, const char *object, const char *why,
                      struct cg_error *err) {
    struct cg_report_gap *gaps =
        object && why ? cg_arena_push(arena, report->gaps, &report->gap_count, sizeof *gaps) : NULL;
    if (!gaps)
        return cg_error_memory(err);
    report->gaps = gaps;
    gaps[report->gap_count - 1] = (struct cg_report_gap){object, why};
    return 0;
}
