/* BIT(n) on its way into a row image; see convert.h. MySQL gives (n+7)/8 bytes that hold the value as a big-endian
 * integer; PostgreSQL (varbit_recv) wants the number of bits and then the bits left-aligned. */
#include "transform/convert.h"

/* A value of n bits has the right number of bytes and nothing above bit n. */
static bool well_formed(const struct cg_path *path, struct cg_slice bits) {
    int64_t n = path->source_length;
    if (n < 1 || bits.len != (size_t)(n + 7) / 8)
        return false;
    return n % 8 == 0 || bits.data[0] >> (n % 8) == 0;
}

static enum cg_fit malformed(struct cg_job *job) {
    return cg_misfit(job, -1, "it has more bits than its column");
}

enum cg_fit cg_encode_bits(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_slice bits = value->bytes;
    struct cg_buffer *out = job->out;
    if (!well_formed(path, bits))
        return malformed(job);
    if (cg_buffer_reserve(out, 8 + bits.len, job->err) < 0)
        return CG_FAILED;
    unsigned shift = (unsigned)(8 * bits.len - (size_t)path->source_length);
    cg_put_u32(out, (uint32_t)(4 + bits.len));
    cg_put_u32(out, (uint32_t)path->source_length);
    for (size_t i = 0; i < bits.len; i++) {
        unsigned next = i + 1 < bits.len ? bits.data[i + 1] : 0;
        cg_put_u8(out, (uint8_t)((((unsigned)bits.data[i] << 8) | next) >> (8 - shift)));
    }
    return CG_FITS;
}

/* Hands the value on as an unsigned integer. */
static enum cg_fit as_integer(struct cg_job *job, const struct cg_path *path, const struct cg_value *value,
                              cg_encode_fn *encode) {
    struct cg_value integer = {.kind = CG_VALUE_U64};
    if (!well_formed(path, value->bytes) || value->bytes.len > 8)
        return malformed(job);
    for (size_t i = 0; i < value->bytes.len; i++)
        integer.u64 = integer.u64 << 8 | value->bytes.data[i];
    return encode(job, path, &integer);
}

enum cg_fit cg_encode_bits_boolean(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return as_integer(job, path, value, cg_encode_u64_boolean);
}

enum cg_fit cg_encode_bits_integer(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return as_integer(job, path, value, cg_encode_u64_integer);
}

enum cg_fit cg_encode_bits_numeric(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return as_integer(job, path, value, cg_encode_u64_numeric);
}

enum cg_fit cg_encode_bits_bytea(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return well_formed(path, value->bytes) ? cg_put_field(job, value->bytes) : malformed(job);
}
