/* Columns that the target generates (R18): how they are read in a scan, and what the scan says of them. A table is the
 * same only when its base image and each of these are. */
#ifndef CG_PIPELINES_COMPARE_GENERATED_H
#define CG_PIPELINES_COMPARE_GENERATED_H

#include "pipelines/compare.h"

/* Makes the pair's digests of generated columns: columns[base_count..column_count) are they, all pairs as they will be
 * read. Fills the report table's list with what is known before the rows are. CG_ERR_USAGE when there is no
 * conversion. */
CG_MUST_USE int cg_generated_compile(struct cg_comparison *comparison, size_t index,
                                     const struct cg_encode_column *columns, struct cg_error *err);
/* Writes the digests into the report. Both sides must have been read wholly. *ret_different: the sentence that tells
 * which columns differ, in the arena; NULL when none does. */
CG_MUST_USE int cg_generated_judge(struct cg_comparison *comparison, size_t index, const char **ret_different,
                                   struct cg_error *err);

#endif
