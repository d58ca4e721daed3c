/* One column's path from a source's value to a field of the row image, compiled once; private to the encoder.
 *
 * convert.c holds the table of all pairs (value kind, target type); the encode functions stand in convert_*.c by what
 * they read. An encode function writes the field's length and bytes to job->out, or reports a misfit (cg_misfit) and
 * writes nothing. It never sees NULL, an invalid ENUM or a value of another kind: the encoder handles those.
 *
 * Formats: PostgreSQL's TYPE_recv functions (src/backend/utils/adt). */
#ifndef CG_TRANSFORM_CONVERT_H
#define CG_TRANSFORM_CONVERT_H

#include "core/buffer.h"
#include "core/catalog.h"
#include "core/conversions.h"
#include "core/value.h"
#include "transform/canonical_internal.h"

enum cg_fit {
    CG_FAILED = -1, /* job->err is filled */
    CG_FITS = 0,
    CG_MISFIT = 1, /* job->why tells why */
};

/* PostgreSQL's MaxAllocSize, less a varlena header; and less the header, null bitmap and padding of a wide tuple. */
enum { CG_FIELD_MAX = 0x3fffffff - 4, CG_ROW_MAX = 0x3fffffff - 65536 };

/* A conversion that was applied in the row at hand; counted when the row is done. */
struct cg_applied {
    size_t column;
    enum cg_conversion conversion;
};

struct cg_label {
    const char *text;
    size_t len;
};

/* What encode functions work with: one per thread. */
struct cg_job {
    struct cg_buffer *out;
    struct cg_error *err;
    struct cg_json *json;
    struct cg_buffer texts;       /* canonical JSON of the row's fields */
    struct cg_prepared *prepared; /* per column: its place in texts */
    struct cg_buffer spare;       /* one field on its way */
    struct cg_buffer applied;     /* struct cg_applied, in the row at hand */
    char why[256];                /* of a misfit */
    int would_allow;              /* the conversion that would have helped, or -1 */
};

struct cg_path;
typedef enum cg_fit cg_encode_fn(struct cg_job *job, const struct cg_path *path, const struct cg_value *value);

struct cg_path {
    cg_encode_fn *encode;
    enum cg_value_kind kind; /* what the source yields */
    bool nullable, in_key;
    cg_conversion_set allowed;
    size_t index;
    const struct cg_column *source, *target;
    int64_t low, high;     /* integers: the target's range */
    unsigned width;        /* integers, floats: bytes */
    int precision, scale;  /* numeric; precision -1: any */
    int fraction;          /* the target's digits of a second, 0 to 6 */
    int source_fraction;   /* the source's */
    int64_t length;        /* characters, bits or dimensions of the target; -1: any */
    int64_t source_length; /* bits of the source */
    bool canonical_only;   /* a text must be spelled as the target prints it, or its spelling would be lost */
    bool jsonb;
    enum cg_json_mode json_mode;
    uint32_t element_oid; /* arrays */
    struct cg_label *labels;
    size_t label_count;
};

/* Compiles the path of a pair, key and index left to the caller. CG_ERR_USAGE when there is none. */
CG_MUST_USE int cg_path_compile(const struct cg_column *source, const struct cg_column *target,
                                cg_conversion_set allowed, struct cg_arena *arena, struct cg_path *ret_path,
                                struct cg_error *err);
/* NULL when the pair has a path, else why not, or "". */
const char *cg_path_missing(const struct cg_type *source, const struct cg_type *target);

/* Fills job->why; would_allow: a conversion or -1. Returns CG_MISFIT. */
enum cg_fit cg_misfit(struct cg_job *job, int would_allow, const char *format, ...) CG_PRINTF(3, 4);
/* Applies a named conversion: noted when it is allowed; otherwise a misfit with `why`. */
enum cg_fit cg_apply(struct cg_job *job, const struct cg_path *path, enum cg_conversion conversion, const char *why);
/* Writes NULL under a named conversion, if it is allowed and the column may be NULL and is not part of the key. */
enum cg_fit cg_apply_null(struct cg_job *job, const struct cg_path *path, enum cg_conversion conversion,
                          const char *why);
/* Writes ASCII that the encoder itself made (numbers, dates) into a text column, within its length. */
enum cg_fit cg_put_ascii(struct cg_job *job, const struct cg_path *path, const char *text, size_t len);
/* Writes bytes as they are; a misfit when they are over PostgreSQL's limit. */
enum cg_fit cg_put_field(struct cg_job *job, struct cg_slice bytes);

/* convert_number.c */
cg_encode_fn cg_encode_i64_boolean, cg_encode_u64_boolean, cg_encode_i64_integer, cg_encode_u64_integer,
    cg_encode_i64_numeric, cg_encode_u64_numeric, cg_encode_i64_float, cg_encode_u64_float, cg_encode_i64_text,
    cg_encode_u64_text, cg_encode_decimal_numeric, cg_encode_decimal_integer, cg_encode_decimal_text, cg_encode_f32,
    cg_encode_f32_double, cg_encode_f64, cg_encode_f64_real;
/* convert_bits.c */
cg_encode_fn cg_encode_bits, cg_encode_bits_boolean, cg_encode_bits_integer, cg_encode_bits_numeric,
    cg_encode_bits_bytea;
/* convert_text.c */
cg_encode_fn cg_encode_text, cg_encode_bpchar, cg_encode_text_bytea, cg_encode_enum, cg_encode_set_array;
/* convert_time.c */
cg_encode_fn cg_encode_date, cg_encode_date_timestamp, cg_encode_date_text, cg_encode_timestamp,
    cg_encode_timestamp_date, cg_encode_timestamp_text, cg_encode_time, cg_encode_time_interval, cg_encode_time_text;
/* convert_binary.c */
cg_encode_fn cg_encode_bytea, cg_encode_bytes_uuid, cg_encode_text_uuid, cg_encode_text_inet, cg_encode_geometry,
    cg_encode_vector, cg_encode_vector_array;
/* convert_json.c */
cg_encode_fn cg_encode_json;

#endif
