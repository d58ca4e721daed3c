/* The jobs: which stage runs when, threads, cancellation. Each takes options and a progress, and gives a report. */
#ifndef CG_PIPELINES_PIPELINE_H
#define CG_PIPELINES_PIPELINE_H

#include "core/options.h"
#include "core/progress.h"
#include "verify/report.h"

#include <stdatomic.h>

/* What a job was given. cancel: set by a signal's watcher to 1; the job's own watcher thread sees it within 100 ms and
 * stops everything. The report lives in the arena. */
struct cg_job {
    const struct cg_options *options;
    struct cg_progress *progress; /* may be NULL */
    struct cg_arena *arena;
    const char *configuration; /* --show-config's text without secrets, for the ledger */
    const _Atomic int *cancel;
};

/* Moves and proves. 0: *ret_report is complete enough to be told, whatever its verdict. -1: refused or ended before
 * there was anything to tell (err says); or ended early with *ret_report set as far as it got: both are then told. */
CG_MUST_USE int cg_migrate(const struct cg_job *job, struct cg_report **ret_report, struct cg_error *err);
/* Compares two databases; writes nothing (R25). Same contract. */
CG_MUST_USE int cg_verify(const struct cg_job *job, struct cg_report **ret_report, struct cg_error *err);
/* Appends the DDL that migrate would run (options->section), as text for psql, with comments for what is lost. */
CG_MUST_USE int cg_schema_print(const struct cg_job *job, struct cg_buffer *out, struct cg_error *err);
/* What migrate would do (--dry-run): the plan, table by table, as text. */
CG_MUST_USE int cg_migrate_describe(const struct cg_job *job, struct cg_buffer *out, struct cg_error *err);

#endif
