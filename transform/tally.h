/* How often each named conversion was applied to each column, with sample keys; one thread's. Private to the encoder.
 */
#ifndef CG_TRANSFORM_TALLY_H
#define CG_TRANSFORM_TALLY_H

#include "transform/encoder.h"

struct cg_tallies {
    struct cg_conversion_tally **cells; /* column_count * CG_CONVERSION_COUNT; NULL until first used */
    size_t column_count;
};

/* Returns -1 when memory is out. */
CG_MUST_USE int cg_tallies_init(struct cg_tallies *tallies, size_t column_count);
void cg_tallies_done(struct cg_tallies *tallies); /* accepts a zeroed struct */
void cg_tallies_reset(struct cg_tallies *tallies);
/* Counts one; *ret_sample is where a sample key of CG_SAMPLE_KEY_SIZE goes, or NULL when there are enough. */
CG_MUST_USE int cg_tallies_count(struct cg_tallies *tallies, size_t column, enum cg_conversion conversion,
                                 char **ret_sample, struct cg_error *err);
/* Takes back the last one that was counted of that kind, and its sample. */
void cg_tallies_take_back(struct cg_tallies *tallies, size_t column, enum cg_conversion conversion);
/* NULL when it was never counted. */
const struct cg_conversion_tally *cg_tallies_get(const struct cg_tallies *tallies, size_t column,
                                                 enum cg_conversion conversion);

#endif
