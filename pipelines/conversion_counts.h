/* The named conversions that an encoder applied to a table's columns, ready for the ledger. */
#ifndef CG_PIPELINES_CONVERSION_COUNTS_H
#define CG_PIPELINES_CONVERSION_COUNTS_H

#include "load/target.h"
#include "transform/encoder.h"

struct cg_conversion_counts {
    struct cg_conversion_count *items;
    size_t count;
};

/* What the encoder counted since its last reset. columns: those of its plan. */
CG_MUST_USE int cg_conversion_counts_take(const struct cg_encoder *encoder, const struct cg_column *const *columns,
                                          size_t column_count, struct cg_conversion_counts *ret_counts,
                                          struct cg_error *err);
void cg_conversion_counts_done(struct cg_conversion_counts *counts); /* accepts a zeroed struct */

#endif
