/* Comparing the rows of two databases: which table stands against which, how each pair of columns is compared, what the
 * scan found, written into a report. Used by verify for any two databases and by migrate for its own. */
#ifndef CG_PIPELINES_COMPARE_H
#define CG_PIPELINES_COMPARE_H

#include "core/options.h"
#include "pipelines/change.h"
#include "pipelines/scan.h"
#include "transform/plan.h"
#include "verify/report.h"

struct cg_comparison {
    const struct cg_options *options;
    struct cg_arena *arena;
    struct cg_control *control;
    struct cg_progress *progress;
    struct cg_source *source, *target; /* snapshots open */
    const struct cg_catalog *source_catalog, *target_catalog;
    const struct cg_plan *plan;       /* which table and column of the target stands for which of the source */
    const cg_conversion_set *allowed; /* in every column; NULL: what the plan allows in each */
    const struct cg_table_changes
        *changes;                 /* one for each table of the source's catalog: what was done to rows; or NULL */
    struct cg_digest_set **aside; /* of each table, the rows that were set aside (aside.h) or NULL; NULL: of none */
    struct cg_report *report;

    struct cg_scan_pair *pairs; /* one for each table of the source's catalog */
    struct cg_progress_item *items;
};

/* A report table for each table of the source's catalog, in its order; excluded ones are marked. Must come first. */
CG_MUST_USE int cg_comparison_tables(struct cg_comparison *comparison, struct cg_error *err);
/* Which columns of a table are compared, and how their images are hashed: pairs[index], whose encoder is NULL when the
 * table's report status is FAILED or EXCLUDED or it cannot be compared, which the report then says. */
CG_MUST_USE int cg_comparison_pair(struct cg_comparison *comparison, size_t index, struct cg_error *err);
/* Pairs, reads and digests; skips tables whose report status is FAILED or EXCLUDED. Fills rows, digests, conversions,
 * status DIFFERENT or NOT_COMPARED with why, and gaps for columns that were not compared. What has no status of
 * its own afterwards is CG_STATUS_IDENTICAL, for the judge to refine. */
CG_MUST_USE int cg_comparison_run(struct cg_comparison *comparison, struct cg_error *err);
/* Instead of cg_comparison_run when there are no rows to compare: every table in scope is NOT_COMPARED. */
void cg_comparison_skip(struct cg_comparison *comparison, const char *why, const char *hint);
void cg_comparison_done(struct cg_comparison *comparison);

#endif
