/* What a run does with the plan's translations (expressions, views, triggers) besides running their DDL. */
#ifndef CG_PIPELINES_TRANSLATIONS_H
#define CG_PIPELINES_TRANSLATIONS_H

#include "pipelines/run.h"

/* Plans for the target's temporary schema, has the target make what is translated there, and plans again without what
 * it refuses, until it refuses nothing more; all is rolled back. Leaves run->refused, for the plan that counts, and
 * run->unproved. input: as for that plan. */
CG_MUST_USE int cg_translations_prove(struct cg_run *run, const struct cg_plan_input *input, struct cg_error *err);

/* Writes source text and SQL of every translation into the report's objects, and adds those that the comparison of the
 * schemas, which came before, did not tell. */
CG_MUST_USE int cg_translations_tell(struct cg_run *run, struct cg_error *err);

#endif
