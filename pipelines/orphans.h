/* Rows that break a foreign key (R31): refused early where nothing could be done for them, taken out before the keys
 * are added where --orphans asks for it, and told with their keys where a key could not be validated.
 *
 * What the source calls equal by collation is no orphan, and a row whose parent the source has but the target has not
 * is none either: neither is ever touched. Everything here runs on the main thread, with no lane at work. */
#ifndef CG_PIPELINES_ORPHANS_H
#define CG_PIPELINES_ORPHANS_H

#include "pipelines/compare.h"
#include "pipelines/run.h"

/* --orphans null, but some column of a foreign key that has orphans on the source takes no NULL: CG_ERR_CONFLICT,
 * before anything is made. */
CG_MUST_USE int cg_orphans_refuse(struct cg_run *run, struct cg_error *err);
/* --orphans delete or null: to a fixpoint, since a row that goes may have been a parent. What was done is in
 * run->changes. -1 only when the job cannot go on. */
CG_MUST_USE int cg_orphans_act(struct cg_run *run, struct cg_error *err);
/* After the keys were validated: an object of the report for each one that rows broke, with counts and keys, and the
 * named loss for those that fail by collation only. -1 only when the job cannot go on. */
CG_MUST_USE int cg_orphans_report(struct cg_run *run, struct cg_error *err);

/* Did that statement fail because rows break its foreign key? cg_orphans_report will tell more. */
bool cg_orphans_broke(const struct cg_run_ddl *state);

#endif
