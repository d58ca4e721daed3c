/* The names that reports use; see report.h. */
#include "verify/report.h"

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

const char *cg_moved_name(enum cg_moved moved) {
    static const char *const names[] = {"no", "yes", "unknown"};
    return NAME_OF(names, moved);
}

const char *cg_self_test_name(enum cg_self_test status) {
    static const char *const names[] = {"not_run", "partial", "passed", "failed"};
    return NAME_OF(names, status);
}
