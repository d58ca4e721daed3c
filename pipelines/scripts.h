/* --before-load and --after-load: files of SQL that the target runs when its tables are there and have no rows yet, and
 * when rows, keys and sequences are in. */
#ifndef CG_PIPELINES_SCRIPTS_H
#define CG_PIPELINES_SCRIPTS_H

#include "pipelines/run.h"

/* Reads the files into run->before_load and run->after_load, before anything else is done: what is run is what was
 * there when the run began. CG_ERR_USAGE for a file that cannot be read. */
CG_MUST_USE int cg_scripts_read(struct cg_run *run, struct cg_error *err);

/* Run them in order, each noted in the ledger before and after. The first that fails ends it: cg_scripts_before_load
 * with an error (CG_ERR_USAGE: no row has moved) that names file and line; cg_scripts_after_load with a blocker in the
 * report, and with an error only when the target itself fails. */
CG_MUST_USE int cg_scripts_before_load(struct cg_run *run, struct cg_error *err);
CG_MUST_USE int cg_scripts_after_load(struct cg_run *run, struct cg_error *err);

#endif
