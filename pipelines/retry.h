/* crossgrade retry-rejects: rows that a run set aside are read again from the source, as it is now, by their keys, and
 * put into their tables if they fit by now: because the source, the type map or the target was mended.
 *
 * The ledger's row of each is locked, changed and committed together with the row itself, so that none is ever loaded
 * twice, however often this is run or broken off. */
#ifndef CG_PIPELINES_RETRY_H
#define CG_PIPELINES_RETRY_H

#include "pipelines/pipeline.h"

/* A row that stays where it is. */
struct cg_retry_left {
    const char *key, *reason;
};

/* A named conversion that was applied to rows which were loaded. */
struct cg_retry_converted {
    enum cg_conversion conversion;
    const char *column;
    uint64_t count;
};

/* What became of one table's rows. */
struct cg_retry_table {
    const char *source, *target;
    uint64_t loaded; /* into the target, this time */
    uint64_t gone;   /* the source has no row of that key any more, this time */
    uint64_t left;   /* still set aside */
    const char *why; /* why none of it could be tried; "" */
    struct cg_retry_left *samples;
    size_t sample_count;
    struct cg_retry_converted *converted;
    size_t converted_count;
};

struct cg_retry_report {
    const char *run_id;
    struct cg_retry_table *tables; /* those with rows that were still set aside */
    size_t table_count;
};

/* options: source, target, run_id. 0: everything was tried, the report says what is left. -1: err, and *ret_report may
 * be set as far as it got. CG_ERR_USAGE: no such run, or another source than the run's. */
CG_MUST_USE int cg_retry_rejects(const struct cg_job *job, struct cg_retry_report **ret_report, struct cg_error *err);

#endif
