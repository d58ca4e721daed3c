/* From a source's values to row images in the *actual* target types: each column's whole path is chosen once, when the
 * encoder is compiled; then one indirect call per field.
 *
 * Every encoder checks scale, length, fraction and range against the target's real type before it writes (R14), because
 * COPY BINARY rounds and cuts without a word. A value that has no exact image goes through the policy: a named
 * conversion that is allowed for the column is applied and counted; anything else is a misfit. */
#ifndef CG_TRANSFORM_ENCODER_H
#define CG_TRANSFORM_ENCODER_H

#include "core/buffer.h"
#include "core/catalog.h"
#include "core/conversions.h"
#include "core/digest.h"
#include "core/value.h"
#include "transform/canonical.h"

/* One column's pair and policy. */
struct cg_encode_column {
    const struct cg_column *source;
    const struct cg_column *target; /* as read from the target's own catalog, typmod and all */
    cg_conversion_set allowed;
};

enum cg_misfit_policy {
    CG_MISFIT_STOP, /* loading: a misfit is CG_ERR_DATA and names table, column, key and the rule that would allow it */
    CG_MISFIT_DIFFER, /* verifying, and loading where such rows are set aside: the row's digest is made to differ from
                         anything but itself, and the misfit is counted (R24) */
};

/* Compiled and immutable; shared by all threads. */
struct cg_encoder_plan;

/* The columns must outlive the plan. table_name: for messages. key: the columns (indexes into columns) whose values
 * name a row in samples and messages. Fails with CG_ERR_USAGE and the names of both types when a pair has no
 * conversion; *ret_column (may be NULL) then is the index of the column. Lives in the arena. */
CG_MUST_USE int cg_encoder_compile(const char *table_name, const struct cg_encode_column *columns, size_t column_count,
                                   const size_t *key, size_t key_count, enum cg_misfit_policy policy,
                                   struct cg_arena *arena, struct cg_encoder_plan **ret_plan, size_t *ret_column,
                                   struct cg_error *err);
/* The canonical form of its images: the same for whoever reads the target's own images. */
const struct cg_canonical *cg_encoder_canonical(const struct cg_encoder_plan *plan);
/* Is there a conversion at all from this source column to this target type? */
bool cg_encoder_can_convert(const struct cg_type *source, const struct cg_type *target);
/* Conversions declared once for the column because of its pair of types (json_normalised, type_widened). */
cg_conversion_set cg_encoder_declared(const struct cg_type *source, const struct cg_type *target);

/* The most bytes of a row image: PostgreSQL's 1 GB (R19), and room for the framing. */
#define CG_ROW_BYTES_MAX (((size_t)1 << 30) + (64 << 20))

enum { CG_SAMPLE_KEYS = 5, CG_SAMPLE_KEY_SIZE = 200 };

/* How often a named conversion was applied to a column, with the first keys it was applied at. */
struct cg_conversion_tally {
    uint64_t count;
    size_t sample_count;
    char samples[CG_SAMPLE_KEYS][CG_SAMPLE_KEY_SIZE]; /* "id=17", composite: "a=1, b='x'" */
};

/* One thread's state. */
struct cg_encoder;
struct cg_encoder *cg_encoder_new(const struct cg_encoder_plan *plan, size_t max_row); /* NULL when memory is out */
void cg_encoder_free(struct cg_encoder *encoder);                                      /* accepts NULL */

/* Appends one row image to `out` and adds the row to `digest` in canonical form. On failure `out`, `digest` and the
 * tallies are as before. CG_ERR_DATA: a misfit (CG_MISFIT_STOP; a field or a row over PostgreSQL's 1 GB is one, R19),
 * with its key. Under CG_MISFIT_DIFFER a field that does not fit is NULL in the image, which is not to be loaded. */
CG_MUST_USE int cg_encoder_row(struct cg_encoder *encoder, const struct cg_value *values, struct cg_buffer *out,
                               struct cg_digest *digest, struct cg_error *err);

/* Why a row has no exact image (CG_MISFIT_DIFFER); valid until the next row. */
struct cg_misfit {
    size_t column;   /* the first that does not fit; CG_WHOLE_ROW: the row as a whole */
    const char *why; /* "PostgreSQL's text cannot hold a NUL byte" */
    int would_allow; /* the conversion that would have helped, or -1 */
};
#define CG_WHOLE_ROW ((size_t)-1)
/* Of the last row; NULL when it has an exact image. */
const struct cg_misfit *cg_encoder_last_misfit(const struct cg_encoder *encoder);
/* The last row does not count: its conversions and its misfit are as if it had not been met. `out` and `digest` are the
 * caller's to mend. At most once after a row that was encoded. */
void cg_encoder_take_back(struct cg_encoder *encoder);
/* A row's key as text: "id=17"; "no key", and false, for a table without one. */
bool cg_encoder_key(const struct cg_encoder *encoder, const struct cg_value *values, char ret_text[CG_SAMPLE_KEY_SIZE]);

/* What was converted since the last reset: for column (index) and conversion; NULL when never. */
const struct cg_conversion_tally *cg_encoder_tally(const struct cg_encoder *encoder, size_t column,
                                                   enum cg_conversion conversion);
/* Rows that had a misfit (CG_MISFIT_DIFFER) since the last reset, the column of the first (or CG_WHOLE_ROW), and its
 * key as text. */
uint64_t cg_encoder_misfits(const struct cg_encoder *encoder, size_t *ret_column, const char **ret_key);
void cg_encoder_reset(struct cg_encoder *encoder);

#endif
