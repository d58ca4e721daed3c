/* Indexes that the rows did not let be built, told with what can be done about each. */
#ifndef CG_PIPELINES_KEY_FAILURES_H
#define CG_PIPELINES_KEY_FAILURES_H

#include "pipelines/run.h"

/* After the indexes: for a unique one that rows break, a blocker with the rows that it calls equal; for one that a
 * limit of PostgreSQL's forbids, the loss index_dropped with the statement that comes nearest. -1 only when the job
 * cannot go on. */
CG_MUST_USE int cg_key_failures_report(struct cg_run *run, struct cg_error *err);

#endif
