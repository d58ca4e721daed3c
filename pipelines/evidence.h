/* What a job learned besides the rows, written into its report: who the two sides are, the snapshot, the plan's losses
 * and decisions, statements that failed, and whether the source moved. */
#ifndef CG_PIPELINES_EVIDENCE_H
#define CG_PIPELINES_EVIDENCE_H

#include "extract/source.h"
#include "pipelines/pipeline.h"
#include "transform/plan.h"
#include "verify/report.h"

/* A report with every text set and nothing known yet; started is now. NULL when memory is out. */
struct cg_report *cg_evidence_new(struct cg_arena *arena, const char *command);
/* Now, ISO 8601 in UTC; NULL when memory is out. */
const char *cg_evidence_time(struct cg_arena *arena);
/* Who the side is, and a gap for what its user may not see. */
CG_MUST_USE int cg_evidence_side(struct cg_report *report, struct cg_report_side *side,
                                 const struct cg_catalog *catalog, struct cg_arena *arena, struct cg_error *err);
CG_MUST_USE int cg_evidence_setting(struct cg_report_side *side, struct cg_arena *arena, const char *name,
                                    const char *value, struct cg_error *err);
/* as_of, how the snapshot was taken and what that assumes; a gap when it was not consistent. */
CG_MUST_USE int cg_evidence_snapshot(struct cg_report *report, struct cg_report_side *side,
                                     const struct cg_snapshot *snapshot, struct cg_arena *arena, struct cg_error *err);
CG_MUST_USE int cg_evidence_plan(struct cg_report *report, const struct cg_plan *plan, bool losses,
                                 struct cg_arena *arena, struct cg_error *err);
/* Reads the source's position once more, as the last act before the verdict: source_moved and its detail; a gap for
 * each table without snapshots if it moved or may have. An error reading it means "unknown". */
CG_MUST_USE int cg_evidence_moved(struct cg_report *report, struct cg_source *source, const struct cg_catalog *catalog,
                                  const struct cg_snapshot *snapshot, struct cg_arena *arena, struct cg_error *err);
/* Keeps the class that leads to the weightier exit code. */
void cg_evidence_failure(struct cg_report *report, enum cg_error_class cls);

#endif
