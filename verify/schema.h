/* Schema evidence: what the plan wanted against what the target really has, and, for a pair of databases that others
 * made, what the source has against what the target has. Fills report->objects (both directions). */
#ifndef CG_VERIFY_SCHEMA_H
#define CG_VERIFY_SCHEMA_H

#include "core/catalog.h"
#include "core/options.h"
#include "verify/report.h"

/* source: the source's catalog; target: the target's, read back from the server. Compares tables, columns (type: same,
 * mapped, changed), nullability, primary and unique keys, plain indexes (valid), foreign keys (columns, actions,
 * validated), identity or sequence of AUTO_INCREMENT columns. Objects named in report->losses are NOT_CARRIED rather
 * than missing. options: include and exclude apply. */
CG_MUST_USE int cg_schema_compare(const struct cg_catalog *source, const struct cg_catalog *target,
                                  const struct cg_options *options, struct cg_arena *arena, struct cg_report *report,
                                  struct cg_error *err);

#endif
