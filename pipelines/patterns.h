/* --include and --exclude against the tables that there are. */
#ifndef CG_PIPELINES_PATTERNS_H
#define CG_PIPELINES_PATTERNS_H

#include "core/catalog.h"
#include "core/options.h"

/* CG_ERR_USAGE when a pattern matches no table of the source: a typing error would else leave tables out, or in. With a
 * target (else NULL) --exclude may also name a table that is only there. */
CG_MUST_USE int cg_patterns_check(const struct cg_options *options, const struct cg_catalog *source,
                                  const struct cg_catalog *target, struct cg_error *err);

#endif
