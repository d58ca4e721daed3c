/* The digests of columns that the target generates (R18): one for each, beside the digest of the table's base image, in
 * the same reading of each side.
 *
 * A value is tied to its row: what is summed are images of the key's columns and the generated one (of all base columns
 * where the table has no key). So values that changed places between rows are noticed, and rows that differ in another
 * column do not count against the generated one. */
#ifndef CG_PIPELINES_SCAN_GENERATED_H
#define CG_PIPELINES_SCAN_GENERATED_H

#include "core/value.h"
#include "pipelines/scan.h"

/* What one chunk of one side needs for it and gives; one thread. */
struct cg_scan_generated;

/* NULL when memory is out. The pair must have generated columns. */
struct cg_scan_generated *cg_scan_generated_new(const struct cg_scan_pair *pair, enum cg_side which);
void cg_scan_generated_free(struct cg_scan_generated *generated); /* accepts NULL */
/* Adds one row of the source: values in the pair's order. CG_ERR_DATA as cg_encoder_row. */
CG_MUST_USE int cg_scan_generated_values(struct cg_scan_generated *generated, const struct cg_value *values,
                                         struct cg_error *err);
/* Adds one row of the target, an image of all the pair's columns; *ret_base is the image of the base columns alone,
 * valid until the next call. CG_ERR_INTERNAL when it is malformed. */
CG_MUST_USE int cg_scan_generated_image(struct cg_scan_generated *generated, struct cg_slice image,
                                        struct cg_slice *ret_base, struct cg_error *err);
/* What was gathered of the pair's i-th generated column. */
const struct cg_digest *cg_scan_generated_digest(const struct cg_scan_generated *generated, size_t i);
/* Adds what was gathered to the pair, whose lock is held: digests, misfits, and the conversions of the generated
 * columns. -1 when memory is out. */
CG_MUST_USE int cg_scan_generated_add(struct cg_scan_pair *pair, enum cg_side which,
                                      const struct cg_scan_generated *generated, struct cg_error *err);

#endif
