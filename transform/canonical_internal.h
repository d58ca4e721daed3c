/* Between the encoder and the canonicaliser; private to transform/. */
#ifndef CG_TRANSFORM_CANONICAL_INTERNAL_H
#define CG_TRANSFORM_CANONICAL_INTERNAL_H

#include "transform/canonical.h"

/* The canonical text of a JSON field, made while it was encoded: a place in the encoder's buffer of such texts. */
struct cg_prepared {
    size_t at, len;
};

/* As cg_canonical_row; JSON columns are not read again but taken from texts at prepared[column]. */
CG_MUST_USE int cg_canonical_row_prepared(struct cg_canonicaliser *c, struct cg_slice image,
                                          const struct cg_prepared *prepared, struct cg_slice texts,
                                          struct cg_digest *digest, struct cg_error *err);

#endif
