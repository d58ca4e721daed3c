/* --data-only: rows into tables that are there, whoever made them. Nothing is made, no type is chosen; what would keep
 * the rows out, or change them on their way, is found before any row moves and refused all at once. */
#ifndef CG_PIPELINES_DATA_ONLY_H
#define CG_PIPELINES_DATA_ONLY_H

#include "pipelines/run.h"

/* Reads the target's catalog and plans against it (R24). Writes nothing. */
CG_MUST_USE int cg_data_only_plan(struct cg_run *run, const struct cg_plan_input *input, struct cg_error *err);
/* Looks for what stands in the way, and for what a person should know: run->problems, run->remarks. Writes nothing. */
CG_MUST_USE int cg_data_only_look(struct cg_run *run, struct cg_error *err);
/* CG_ERR_CONFLICT when there are problems; each is told by a note, as many as fit by the error. */
CG_MUST_USE int cg_data_only_refuse(struct cg_run *run, struct cg_error *err);
/* In place of making tables: the user's scripts, another look, TRUNCATE where it is asked for; the statements for after
 * the rows are in run->ddl then, and tables know in which wave they are loaded: parents before children. */
CG_MUST_USE int cg_data_only_begin(struct cg_run *run, struct cg_error *err);

#endif
