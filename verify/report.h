/* The report: one model, several writers. docs/report.schema.json is the JSON form's schema; interface names are in
 * docs/manual.md. Everything lives in the arena; counts beside arrays. */
#ifndef CG_VERIFY_REPORT_H
#define CG_VERIFY_REPORT_H

#include "core/arena.h"
#include "core/buffer.h"
#include "core/conversions.h"
#include "core/digest.h"
#include "core/error.h"
#include "core/options.h"

enum cg_verdict { CG_VERDICT_SAFE, CG_VERDICT_SAFE_WITH_CONVERSIONS, CG_VERDICT_NOT_SAFE, CG_VERDICT_INCONCLUSIVE };

enum cg_table_status {
    CG_STATUS_IDENTICAL,
    CG_STATUS_EQUIVALENT, /* equal, with conversions that need no acceptance */
    CG_STATUS_CONVERTED,  /* equal after named conversions that need acceptance */
    CG_STATUS_DIFFERENT,
    CG_STATUS_UNSETTLED,
    CG_STATUS_NOT_COMPARED,
    CG_STATUS_FAILED,
    CG_STATUS_EXCLUDED,
    CG_STATUS_COUNT
};

enum cg_moved { CG_MOVED_NO, CG_MOVED_YES, CG_MOVED_UNKNOWN };

/* What a run was to do. */
enum cg_report_mode { CG_MODE_FULL, CG_MODE_SCHEMA_ONLY, CG_MODE_DATA_ONLY };

enum cg_self_test { CG_SELF_TEST_NOT_RUN, CG_SELF_TEST_PARTIAL, CG_SELF_TEST_PASSED, CG_SELF_TEST_FAILED };

struct cg_report_conversion {
    enum cg_conversion conversion;
    const char *column; /* "" for the table as a whole */
    uint64_t count;
    bool accepted; /* true also when it needs no acceptance */
    const char **sample_keys;
    size_t sample_key_count;
};

/* A column that the target generates: compared apart from the others (R18). */
struct cg_report_generated {
    const char *column, *target;           /* its names on both sides */
    const char *source_text, *target_text; /* the expressions; the source's "" where it generates nothing */
    bool digests;                          /* both were taken */
    struct cg_digest digest_source, digest_target;
    bool different;
    const char *why; /* a sentence, or "" */
};

/* One of the rows that were set aside. */
struct cg_report_reject {
    const char *key;        /* "id=17" or "no key" */
    const char *column;     /* "" for the row as a whole */
    const char *refused_by; /* "crossgrade": it could not be converted; "target" */
    const char *reason;
    bool can_be_retried; /* its table has a key to find it by; not in the JSON */
};

struct cg_report_table {
    const char *source, *target; /* names; target "" when there is none */
    enum cg_table_status status;
    const char *why;    /* for failed, not_compared, different: a sentence; else "" */
    const char *hint;   /* what to do now, or "" */
    const char *filter; /* SQL of the source: only rows for which it holds were in scope; "" or NULL: all were */
    int64_t rows_source, rows_target;              /* -1: not counted */
    bool digests;                                  /* both were taken */
    struct cg_digest digest_source, digest_target; /* of the base image */
    struct cg_report_generated *generated;
    size_t generated_count;
    bool generated_only; /* different, and only in what it generates */
    bool changed;        /* rows were changed on purpose, and accounted for: target + removed = source + added */
    struct cg_digest digest_removed, digest_added;
    uint64_t bytes;                                    /* of row images read on the target */
    double seconds_rows, seconds_keys, seconds_verify; /* 0: not done */
    int64_t rows_moved;                                /* by this run; -1: none (verify) */
    size_t columns, columns_compared;
    struct cg_report_conversion *conversions;
    size_t conversion_count;
    /* Rows of the source that were set aside (row_rejected): rows_source = rows_target + rows_rejected, and the digests
     * add up in the same way, when the others are equal. */
    uint64_t rows_rejected;
    bool has_rejects; /* digest_rejected is known */
    struct cg_digest digest_rejected;
    const char *rejects_file;         /* or "" */
    struct cg_report_reject *rejects; /* the first few */
    size_t reject_count;
};

enum cg_object_state {
    CG_STATE_SAME,
    CG_STATE_MAPPED,
    CG_STATE_CHANGED,
    CG_STATE_MISSING,
    CG_STATE_EXTRA,
    CG_STATE_NOT_CARRIED
};

struct cg_report_object {
    const char *kind, *name; /* "index", "orders.k_cust" */
    enum cg_object_state state;
    const char *sql, *error;   /* or "" */
    const char *source;        /* the source's text of what was translated, or "" */
    const char *note;          /* in which cases the translation may differ from it, or "" */
    const char *code, *action; /* of the blocker that it makes, where the usual ones say too little; or NULL */
};

struct cg_report_loss {
    enum cg_conversion conversion;
    const char *kind, *object, *text, *reason;
    const char *table, *column; /* where it belongs, for acceptance; NULL when nowhere */
    bool accepted;
};

struct cg_report_note {
    const char *object, *text; /* what it is about; a sentence */
};

struct cg_report_decision {
    const char *table, *column, *source_type, *target_type, *reason;
};

struct cg_report_blocker {
    const char *code; /* "table_failed", "table_different", "generated_different", "object_failed", "object_missing",
                         "orphans", ... */
    const char *object, *message, *action;
};

struct cg_report_gap { /* something not compared, or evidence that is missing */
    const char *object, *why;
};

struct cg_report_setting {
    const char *name, *value;
};

struct cg_report_side {
    const char *engine, *version, *host, *database;
    struct cg_report_setting *settings; /* "snapshot", "snapshot assumes", "time_zone", ... */
    size_t setting_count;
};

struct cg_report_self_test_type {
    const char *source_type, *target_type;
    const char *result; /* "passed", "failed", "not self-tested" */
    const char *detail;
};

struct cg_report {
    const char *run_id, *tool_version, *command; /* "migrate" or "verify" */
    enum cg_report_mode mode;
    enum cg_verdict verdict;
    const char **reasons; /* each one sentence, the weightiest first */
    size_t reason_count;
    const char *as_of; /* position of the source's snapshot, or "" */
    enum cg_moved source_moved;
    const char *source_moved_detail; /* "binlog.000002:1234 -> binlog.000002:5678", why unknown, or "" */
    bool source_moved_accepted;
    struct cg_report_side source, target;
    const char *started, *finished; /* ISO 8601, UTC */
    double seconds[8];              /* by enum cg_phase */
    struct cg_report_blocker *blockers;
    size_t blocker_count;
    const char **filtered; /* tables of which only some rows were in scope; the judge fills it */
    size_t filtered_count;
    size_t tables_compared, columns_total, columns_compared;
    uint64_t rows_total, rows_compared;
    struct cg_report_gap *gaps;
    size_t gap_count;
    enum cg_self_test self_test;
    struct cg_report_self_test_type *self_test_types;
    size_t self_test_type_count;
    struct cg_report_table *tables;
    size_t table_count;
    struct cg_report_object *objects;
    size_t object_count;
    struct cg_report_loss *losses;
    size_t loss_count;
    struct cg_report_decision *decisions;
    size_t decision_count;
    struct cg_report_note *notes; /* worth knowing; no value is lost, nothing to accept */
    size_t note_count;
    const char *unused_accepts;  /* --accept options that met nothing, comma-separated, or "" */
    bool complete;               /* false: the run ended before all evidence was in */
    enum cg_error_class failure; /* the class of what ended the run or a table early, CG_ERR_NONE otherwise */
};

/* Append to the report's arrays, which live in the arena; texts must live as long. An object of the same kind and name
 * that is there already stays as it is; what is incomplete (NULL) for want of memory is told as that. */
CG_MUST_USE int cg_report_add_object(struct cg_report *report, const struct cg_report_object *object,
                                     struct cg_arena *arena, struct cg_error *err);
CG_MUST_USE int cg_report_add_gap(struct cg_report *report, struct cg_arena *arena, const char *object, const char *why,
                                  struct cg_error *err);

const char *cg_verdict_name(enum cg_verdict verdict);          /* "SAFE", ... */
const char *cg_table_status_name(enum cg_table_status status); /* "identical", ... */
const char *cg_object_state_name(enum cg_object_state state);
const char *cg_report_mode_name(enum cg_report_mode mode); /* "full", "schema-only", "data-only" */
const char *cg_moved_name(enum cg_moved moved);
const char *cg_self_test_name(enum cg_self_test status);

/* Appends the report as JSON (pretty-printed, UTF-8, a newline at the end). redact: no values (sample keys become their
 * XXH3-64 in hex). */
CG_MUST_USE int cg_report_write_json(const struct cg_report *report, bool redact, struct cg_buffer *out,
                                     struct cg_error *err);
/* Reads such JSON back (unknown members are ignored); everything lives in the arena. */
CG_MUST_USE int cg_report_read_json(const char *json, struct cg_arena *arena, struct cg_report **ret_report,
                                    struct cg_error *err);
/* Appends the terminal form: at most `width` columns (at least 60), colours when `colour`. Control characters in
 * whatever came from a database are escaped. */
CG_MUST_USE int cg_report_write_text(const struct cg_report *report, int width, bool colour, bool redact,
                                     struct cg_buffer *out, struct cg_error *err);
/* Writes to a file, the format by its ending (.json, .txt); CG_ERR_USAGE for another ending, CG_ERR_SYSTEM with the
 * path when it cannot be written. */
CG_MUST_USE int cg_report_write_file(const struct cg_report *report, const char *path, bool redact,
                                     struct cg_error *err);
/* Is the ending one that cg_report_write_file knows? For checking options before anything starts. */
bool cg_report_path_ok(const char *path);

#endif
