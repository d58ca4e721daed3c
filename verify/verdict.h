/* From evidence to a verdict: acceptance, reasons, blockers, exit code. The one place that decides what is SAFE.
 *
 * Absent evidence is never SAFE: a table, column or row that was skipped, failed or not counted is a gap or a blocker.
 */
#ifndef CG_VERIFY_VERDICT_H
#define CG_VERIFY_VERDICT_H

#include "core/options.h"
#include "verify/report.h"

/* One parsed --accept: NAME[:TABLE[.COLUMN]][<=COUNT]. */
struct cg_acceptance {
    enum cg_conversion conversion;
    const char *option; /* as given */
    const char *where;  /* TABLE or TABLE.COLUMN, a glob; NULL: anywhere */
    uint64_t limit;     /* UINT64_MAX: none */
    uint64_t covered;   /* how much it met, whether within its limit or not */
    bool used;
};

struct cg_acceptances {
    struct cg_acceptance *items;
    size_t count;
};

/* CG_ERR_USAGE names the option, lists the names there are when the name is unknown. */
CG_MUST_USE int cg_acceptances_parse(const struct cg_strings *accept, struct cg_arena *arena,
                                     struct cg_acceptances *ret_acceptances, struct cg_error *err);

/* Judges: marks what is accepted, sets each table's status (identical, equivalent, converted from what it holds;
 * failed, different, not_compared, excluded stay), fills reasons, blockers, coverage numbers, unused_accepts and
 * verdict.
 *
 * SAFE: every table identical or equivalent, every object same or mapped, source_moved no, the self-test not failed, no
 * gap. SAFE_WITH_CONVERSIONS: besides, accepted conversions or losses. NOT_SAFE: at least one blocker (a table that is
 * different or failed, an object that is missing, changed or could not be made, a column that only the target has; for
 * `verify` a table that only the target has). INCONCLUSIVE: no blocker, but
 * something is a gap, unaccepted, moved or unknown. Excluded tables never make a blocker; the reasons count them ("SAFE
 * for 11 of 12 tables, 1 excluded"). A run with no table compared at all is INCONCLUSIVE. */
CG_MUST_USE int cg_verdict_judge(struct cg_report *report, struct cg_acceptances *acceptances, struct cg_arena *arena,
                                 struct cg_error *err);

/* 0 SAFE or SAFE_WITH_CONVERSIONS, 1 NOT_SAFE, 2 INCONCLUSIVE; what ended it early goes above: see cg_exit_code. */
int cg_verdict_exit_code(const struct cg_report *report);
/* The exit code of an error class: usage, rights, conflict 3; engine, network, system 4; cancelled 5; internal 6; data,
 * object, changed 1. */
int cg_exit_code(enum cg_error_class cls);
/* The higher in the order 6 5 4 3 1 2 0. */
int cg_exit_code_worse(int a, int b);

#endif
