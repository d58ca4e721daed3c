/* --manage-constraints: foreign keys that check the rows that come in and triggers that fire for them are taken out of
 * the way before the load and brought back after it, whatever became of it.
 *
 * The statements that bring them back are in the ledger (events "constraint.restore", each followed by
 * "constraint.restored" when it has run) before anything is taken away: a run that dies leaves them there, and the next
 * one with --manage-constraints runs them. */
#ifndef CG_PIPELINES_CONSTRAINTS_H
#define CG_PIPELINES_CONSTRAINTS_H

#include "pipelines/run.h"

/* What earlier runs have not brought back into this schema: run->pending. Writes nothing. */
CG_MUST_USE int cg_constraints_look(struct cg_run *run, struct cg_error *err);
/* Takes everything out of the way that run->existing tells of. On failure what was taken is for
 * cg_constraints_give_back. */
CG_MUST_USE int cg_constraints_take(struct cg_run *run, struct cg_error *err);
/* Brings back what was taken, and what earlier runs left; does nothing when nothing was, or when it was done already.
 * What cannot be brought back is a blocker in the report, with its statements, and told by a note. ended_early: some
 * rows may not have moved: what is quick is done, what checks rows is left for the next run. Where the job was stopped,
 * its control must have ended, lest it cancel this too. */
void cg_constraints_give_back(struct cg_run *run, bool ended_early);

#endif
