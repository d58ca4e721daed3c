/* The tables of report_fields.h. The names are those of docs/report.schema.json. */
#include "verify/report_fields.h"

#include <stddef.h>

/* ---- enums as names ---- */

static const char *verdict_name(int value) {
    return cg_verdict_name((enum cg_verdict)value);
}
static const char *status_name(int value) {
    return cg_table_status_name((enum cg_table_status)value);
}
static const char *state_name(int value) {
    return cg_object_state_name((enum cg_object_state)value);
}
static const char *mode_name(int value) {
    return cg_report_mode_name((enum cg_report_mode)value);
}
static const char *moved_name(int value) {
    return cg_moved_name((enum cg_moved)value);
}
static const char *self_test_name(int value) {
    return cg_self_test_name((enum cg_self_test)value);
}
static const char *conversion_name(int value) {
    return cg_conversions[value].name;
}
static const char *failure_name(int value) {
    return cg_error_class_name((enum cg_error_class)value);
}

/* ---- shorthands ---- */

#define PLAIN(of, name, what, member)                                                                                  \
    { .json = name, .kind = what, .offset = offsetof(struct of, member) }
#define TEXT(of, member) PLAIN(of, #member, CG_FIELD_TEXT, member)
#define NAMED(of, label, member, function, values)                                                                     \
    { .json = label, .kind = CG_FIELD_NAME, .offset = offsetof(struct of, member), .name = function, .limit = values }
#define ARRAY(of, label, member, counter, list)                                                                        \
    {                                                                                                                  \
        .json = label, .kind = CG_FIELD_ARRAY, .offset = offsetof(struct of, member),                                  \
        .extra = offsetof(struct of, counter), .fields = &list                                                         \
    }
#define GROUP(label, list)                                                                                             \
    { .json = label, .kind = CG_FIELD_GROUP, .fields = &list }
#define LIST(name, of)                                                                                                 \
    static const struct cg_field_list name = {name##_items, sizeof name##_items / sizeof *name##_items,                \
                                              sizeof(struct of)}

/* ---- from the leaves up ---- */

static const struct cg_field setting_items[] = {TEXT(cg_report_setting, name), TEXT(cg_report_setting, value)};
LIST(setting, cg_report_setting);

static const struct cg_field side_items[] = {
    TEXT(cg_report_side, engine),
    TEXT(cg_report_side, version),
    TEXT(cg_report_side, host),
    TEXT(cg_report_side, database),
    ARRAY(cg_report_side, "settings", settings, setting_count, setting),
};
LIST(side, cg_report_side);

static const struct cg_field blocker_items[] = {
    TEXT(cg_report_blocker, code),
    TEXT(cg_report_blocker, object),
    {.json = "message",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_blocker, message),
     .secrecy = CG_FIELD_WITHHELD},
    TEXT(cg_report_blocker, action),
};
LIST(blocker, cg_report_blocker);

static const struct cg_field gap_items[] = {TEXT(cg_report_gap, object), TEXT(cg_report_gap, why)};
LIST(gap, cg_report_gap);

static const struct cg_field self_test_type_items[] = {
    TEXT(cg_report_self_test_type, source_type),
    TEXT(cg_report_self_test_type, target_type),
    TEXT(cg_report_self_test_type, result),
    TEXT(cg_report_self_test_type, detail),
};
LIST(self_test_type, cg_report_self_test_type);

static const struct cg_field conversion_items[] = {
    NAMED(cg_report_conversion, "name", conversion, conversion_name, CG_CONVERSION_COUNT),
    TEXT(cg_report_conversion, column),
    PLAIN(cg_report_conversion, "count", CG_FIELD_COUNT, count),
    PLAIN(cg_report_conversion, "accepted", CG_FIELD_BOOL, accepted),
    {.json = "sample_keys",
     .kind = CG_FIELD_TEXTS,
     .offset = offsetof(struct cg_report_conversion, sample_keys),
     .extra = offsetof(struct cg_report_conversion, sample_key_count),
     .secrecy = CG_FIELD_HASHED},
};
LIST(conversion, cg_report_conversion);

static const struct cg_field reject_items[] = {
    {.json = "key",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_reject, key),
     .secrecy = CG_FIELD_HASHED},
    TEXT(cg_report_reject, column),
    TEXT(cg_report_reject, refused_by),
    {.json = "reason",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_reject, reason),
     .secrecy = CG_FIELD_WITHHELD},
};
LIST(reject, cg_report_reject);

#define DIGEST(label, member)                                                                                          \
    {                                                                                                                  \
        .json = label, .kind = CG_FIELD_DIGEST, .offset = offsetof(struct cg_report_table, member),                    \
        .extra = offsetof(struct cg_report_table, digests)                                                             \
    }

#define WITHHELD(of, label, member)                                                                                    \
    { .json = label, .kind = CG_FIELD_TEXT, .offset = offsetof(struct of, member), .secrecy = CG_FIELD_WITHHELD }

static const struct cg_field generated_items[] = {
    TEXT(cg_report_generated, column),
    TEXT(cg_report_generated, target),
    WITHHELD(cg_report_generated, "expression_source", source_text),
    WITHHELD(cg_report_generated, "expression_target", target_text),
    {.json = "digest_source",
     .kind = CG_FIELD_DIGEST,
     .offset = offsetof(struct cg_report_generated, digest_source),
     .extra = offsetof(struct cg_report_generated, digests)},
    {.json = "digest_target",
     .kind = CG_FIELD_DIGEST,
     .offset = offsetof(struct cg_report_generated, digest_target),
     .extra = offsetof(struct cg_report_generated, digests)},
    PLAIN(cg_report_generated, "digests_taken", CG_FIELD_BOOL, digests),
    PLAIN(cg_report_generated, "different", CG_FIELD_BOOL, different),
    WITHHELD(cg_report_generated, "why", why),
};
LIST(generated, cg_report_generated);

static const struct cg_field table_items[] = {
    TEXT(cg_report_table, source),
    TEXT(cg_report_table, target),
    NAMED(cg_report_table, "status", status, status_name, CG_STATUS_COUNT),
    {.json = "why",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_table, why),
     .secrecy = CG_FIELD_WITHHELD},
    TEXT(cg_report_table, hint),
    {.json = "filter",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_table, filter),
     .secrecy = CG_FIELD_WITHHELD},
    PLAIN(cg_report_table, "rows_source", CG_FIELD_MAYBE, rows_source),
    PLAIN(cg_report_table, "rows_target", CG_FIELD_MAYBE, rows_target),
    PLAIN(cg_report_table, "rows_moved", CG_FIELD_MAYBE, rows_moved),
    {.json = "missing", .kind = CG_FIELD_NULL},
    {.json = "extra", .kind = CG_FIELD_NULL},
    {.json = "duplicated", .kind = CG_FIELD_NULL},
    {.json = "different", .kind = CG_FIELD_NULL},
    DIGEST("digest_source", digest_source),
    DIGEST("digest_target", digest_target),
    {.json = "digest_removed",
     .kind = CG_FIELD_DIGEST,
     .offset = offsetof(struct cg_report_table, digest_removed),
     .extra = offsetof(struct cg_report_table, changed)},
    {.json = "digest_added",
     .kind = CG_FIELD_DIGEST,
     .offset = offsetof(struct cg_report_table, digest_added),
     .extra = offsetof(struct cg_report_table, changed)},
    PLAIN(cg_report_table, "rows_changed", CG_FIELD_BOOL, changed),
    PLAIN(cg_report_table, "digests_taken", CG_FIELD_BOOL, digests),
    ARRAY(cg_report_table, "generated", generated, generated_count, generated),
    PLAIN(cg_report_table, "generated_only", CG_FIELD_BOOL, generated_only),
    PLAIN(cg_report_table, "bytes", CG_FIELD_COUNT, bytes),
    PLAIN(cg_report_table, "columns", CG_FIELD_SIZE, columns),
    PLAIN(cg_report_table, "columns_compared", CG_FIELD_SIZE, columns_compared),
    PLAIN(cg_report_table, "seconds_rows", CG_FIELD_SECONDS, seconds_rows),
    PLAIN(cg_report_table, "seconds_keys", CG_FIELD_SECONDS, seconds_keys),
    PLAIN(cg_report_table, "seconds_verify", CG_FIELD_SECONDS, seconds_verify),
    {.json = "differences", .kind = CG_FIELD_EMPTY},
    ARRAY(cg_report_table, "conversions", conversions, conversion_count, conversion),
    PLAIN(cg_report_table, "rows_rejected", CG_FIELD_COUNT, rows_rejected),
    {.json = "digest_rejected",
     .kind = CG_FIELD_DIGEST,
     .offset = offsetof(struct cg_report_table, digest_rejected),
     .extra = offsetof(struct cg_report_table, has_rejects)},
    TEXT(cg_report_table, rejects_file),
    ARRAY(cg_report_table, "rejects", rejects, reject_count, reject),
};
LIST(table, cg_report_table);

static const struct cg_field object_items[] = {
    TEXT(cg_report_object, kind),
    TEXT(cg_report_object, name),
    NAMED(cg_report_object, "state", state, state_name, CG_STATE_NOT_CARRIED + 1),
    {.json = "sql",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_object, sql),
     .secrecy = CG_FIELD_WITHHELD},
    {.json = "error",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_object, error),
     .secrecy = CG_FIELD_WITHHELD},
    {.json = "source",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_object, source),
     .secrecy = CG_FIELD_WITHHELD},
    {.json = "note",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_object, note),
     .secrecy = CG_FIELD_WITHHELD},
};
LIST(object, cg_report_object);

static const struct cg_field loss_items[] = {
    NAMED(cg_report_loss, "name", conversion, conversion_name, CG_CONVERSION_COUNT),
    TEXT(cg_report_loss, kind),
    TEXT(cg_report_loss, object),
    TEXT(cg_report_loss, table),
    TEXT(cg_report_loss, column),
    {.json = "text",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_loss, text),
     .secrecy = CG_FIELD_WITHHELD},
    TEXT(cg_report_loss, reason),
    PLAIN(cg_report_loss, "accepted", CG_FIELD_BOOL, accepted),
};
LIST(loss, cg_report_loss);

static const struct cg_field decision_items[] = {
    TEXT(cg_report_decision, table),
    TEXT(cg_report_decision, column),
    TEXT(cg_report_decision, source_type),
    TEXT(cg_report_decision, target_type),
    {.json = "reason",
     .kind = CG_FIELD_TEXT,
     .offset = offsetof(struct cg_report_decision, reason),
     .secrecy = CG_FIELD_WITHHELD},
};
LIST(decision, cg_report_decision);

static const struct cg_field note_items[] = {TEXT(cg_report_note, object), TEXT(cg_report_note, text)};
LIST(note, cg_report_note);

/* Groups: parts of struct cg_report that the JSON puts into an object. */

static const struct cg_field covered_tables_items[] = {
    PLAIN(cg_report, "total", CG_FIELD_SIZE, table_count),
    PLAIN(cg_report, "compared", CG_FIELD_SIZE, tables_compared),
};
LIST(covered_tables, cg_report);

static const struct cg_field covered_columns_items[] = {
    PLAIN(cg_report, "total", CG_FIELD_SIZE, columns_total),
    PLAIN(cg_report, "compared", CG_FIELD_SIZE, columns_compared),
};
LIST(covered_columns, cg_report);

static const struct cg_field covered_rows_items[] = {
    PLAIN(cg_report, "total", CG_FIELD_COUNT, rows_total),
    PLAIN(cg_report, "compared", CG_FIELD_COUNT, rows_compared),
};
LIST(covered_rows, cg_report);

static const struct cg_field coverage_items[] = {
    GROUP("tables", covered_tables),
    GROUP("columns", covered_columns),
    GROUP("rows", covered_rows),
    {.json = "filtered",
     .kind = CG_FIELD_TEXTS,
     .offset = offsetof(struct cg_report, filtered),
     .extra = offsetof(struct cg_report, filtered_count)},
    ARRAY(cg_report, "not_compared", gaps, gap_count, gap),
};
LIST(coverage, cg_report);

static const struct cg_field self_test_items[] = {
    NAMED(cg_report, "status", self_test, self_test_name, CG_SELF_TEST_FAILED + 1),
    ARRAY(cg_report, "types", self_test_types, self_test_type_count, self_test_type),
};
LIST(self_test, cg_report);

static const struct cg_field timing_items[] = {
    PLAIN(cg_report, "prepare", CG_FIELD_SECONDS, seconds[CG_PHASE_PROBE]),
    PLAIN(cg_report, "schema", CG_FIELD_SECONDS, seconds[CG_PHASE_SCHEMA]),
    PLAIN(cg_report, "rows", CG_FIELD_SECONDS, seconds[CG_PHASE_ROWS]),
    PLAIN(cg_report, "keys", CG_FIELD_SECONDS, seconds[CG_PHASE_KEYS]),
    PLAIN(cg_report, "verify", CG_FIELD_SECONDS, seconds[CG_PHASE_VERIFY]),
};
LIST(timing, cg_report);

static const struct cg_field report_items[] = {
    {.json = "schema_version", .kind = CG_FIELD_VERSION},
    TEXT(cg_report, run_id),
    TEXT(cg_report, tool_version),
    TEXT(cg_report, command),
    NAMED(cg_report, "mode", mode, mode_name, CG_MODE_DATA_ONLY + 1),
    NAMED(cg_report, "verdict", verdict, verdict_name, CG_VERDICT_INCONCLUSIVE + 1),
    {.json = "reasons",
     .kind = CG_FIELD_TEXTS,
     .offset = offsetof(struct cg_report, reasons),
     .extra = offsetof(struct cg_report, reason_count)},
    TEXT(cg_report, as_of),
    NAMED(cg_report, "source_moved", source_moved, moved_name, CG_MOVED_UNKNOWN + 1),
    TEXT(cg_report, source_moved_detail),
    PLAIN(cg_report, "source_moved_accepted", CG_FIELD_BOOL, source_moved_accepted),
    {.json = "source", .kind = CG_FIELD_OBJECT, .offset = offsetof(struct cg_report, source), .fields = &side},
    {.json = "target", .kind = CG_FIELD_OBJECT, .offset = offsetof(struct cg_report, target), .fields = &side},
    TEXT(cg_report, started),
    TEXT(cg_report, finished),
    GROUP("seconds", timing),
    ARRAY(cg_report, "blockers", blockers, blocker_count, blocker),
    GROUP("coverage", coverage),
    GROUP("self_test", self_test),
    ARRAY(cg_report, "tables", tables, table_count, table),
    ARRAY(cg_report, "objects", objects, object_count, object),
    ARRAY(cg_report, "losses", losses, loss_count, loss),
    ARRAY(cg_report, "decisions", decisions, decision_count, decision),
    ARRAY(cg_report, "notes", notes, note_count, note),
    TEXT(cg_report, unused_accepts),
    PLAIN(cg_report, "complete", CG_FIELD_BOOL, complete),
    NAMED(cg_report, "failure", failure, failure_name, CG_ERR_INTERNAL + 1),
};

const struct cg_field_list cg_report_fields = {report_items, sizeof report_items / sizeof *report_items,
                                               sizeof(struct cg_report)};
