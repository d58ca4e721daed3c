/* Rows that are set aside, as evidence: the ledger's digests of them, so that a second reading of the source finds
 * exactly these rows, and no others, missing from the target. */
#ifndef CG_PIPELINES_ASIDE_H
#define CG_PIPELINES_ASIDE_H

#include "core/digest_set.h"
#include "load/ledger.h"
#include "verify/report.h"

/* Reads the rows of a ledger's table that are still set aside: their digests, and into the report table the first few
 * with their reasons. *ret_set is NULL when there are none; the caller frees it. */
CG_MUST_USE int cg_aside_read(struct cg_target_session *session, int64_t ledger_table, struct cg_report_table *table,
                              struct cg_arena *arena, struct cg_digest_set **ret_set, struct cg_error *err);

#endif
