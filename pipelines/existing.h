/* What the target holds already, against what a run is about to make: looked at before the data is read, so that a run
 * that cannot go on is refused at once (exit code 3) and nothing was made, dropped or moved. */
#ifndef CG_PIPELINES_EXISTING_H
#define CG_PIPELINES_EXISTING_H

#include "pipelines/run.h"

/* wanted: the catalog of a plan; one that was made without facts will do, as names do not depend on the data.
 * CG_ERR_CONFLICT when tables (or views) of those names are there and may not be dropped, or when --drop-existing would
 * have to drop what others depend on: the message names them. */
CG_MUST_USE int cg_existing_check(struct cg_run *run, const struct cg_catalog *wanted, struct cg_error *err);

#endif
