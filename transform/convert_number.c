/* Integers, decimals and floats on their way into a row image; see convert.h. */
#include "transform/convert.h"
#include "transform/numeric.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static enum cg_fit out_of_range(struct cg_job *job, const struct cg_path *path) {
    return cg_misfit(job, -1, "it is outside %" PRId64 " to %" PRId64, path->low, path->high);
}

/* An integer that was found to be in range. */
static enum cg_fit put_integer(struct cg_job *job, const struct cg_path *path, int64_t value) {
    if (value < path->low || value > path->high)
        return out_of_range(job, path);
    struct cg_buffer *out = job->out;
    if (cg_buffer_reserve(out, 12, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(out, path->width);
    if (path->width == 4)
        cg_put_u32(out, (uint32_t)value);
    else if (path->width == 8)
        cg_put_u64(out, (uint64_t)value);
    else
        cg_put_u16(out, (uint16_t)value);
    return CG_FITS;
}

enum cg_fit cg_encode_i64_integer(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return put_integer(job, path, value->i64);
}

enum cg_fit cg_encode_u64_integer(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    if (value->u64 > INT64_MAX)
        return out_of_range(job, path);
    return put_integer(job, path, (int64_t)value->u64);
}

enum cg_fit cg_encode_decimal_integer(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_decimal decimal;
    int64_t integer;
    if (!cg_decimal_parse(value->bytes, &decimal))
        return cg_misfit(job, -1, "it is not a decimal number");
    if (decimal.fraction_len > 0)
        return cg_misfit(job, -1, "it has digits behind the point");
    if (!cg_decimal_to_i64(&decimal, &integer))
        return out_of_range(job, path);
    return put_integer(job, path, integer);
}

static enum cg_fit put_boolean(struct cg_job *job, uint64_t value) {
    if (value > 1)
        return cg_misfit(job, -1, "it is neither 0 nor 1");
    if (cg_buffer_reserve(job->out, 5, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, 1);
    cg_put_u8(job->out, (uint8_t)value);
    return CG_FITS;
}

enum cg_fit cg_encode_i64_boolean(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    return put_boolean(job, (uint64_t)value->i64);
}

enum cg_fit cg_encode_u64_boolean(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    return put_boolean(job, value->u64);
}

/* Writes the length over the four bytes at `head`. */
static void set_length(struct cg_buffer *out, size_t head) {
    size_t end = out->len;
    out->len = head;
    cg_put_u32(out, (uint32_t)(end - head - 4));
    out->len = end;
}

static enum cg_fit not_numeric(struct cg_job *job, const struct cg_path *path) {
    return cg_misfit(job, -1, "it would be rounded or is too large for precision %d and scale %d", path->precision,
                     path->scale);
}

/* numeric(p,s) shows s digits; plain numeric shows as many as the value came with. */
static int display_scale(const struct cg_path *path, size_t shown) {
    if (path->precision < 0)
        return (int)shown;
    return path->scale > 0 ? path->scale : 0;
}

enum cg_fit cg_encode_decimal_numeric(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    enum { MOST_DIGITS = 1000 }; /* the most that numeric(p,s) can declare; MySQL's DECIMAL has 65 */
    struct cg_decimal decimal;
    if (!cg_decimal_parse(value->bytes, &decimal))
        return cg_misfit(job, -1, "it is not a decimal number");
    if (path->precision >= 0 ? !cg_decimal_fits(&decimal, path->precision, path->scale)
                             : decimal.whole_len > MOST_DIGITS || decimal.shown > MOST_DIGITS)
        return not_numeric(job, path);
    struct cg_buffer *out = job->out;
    if (cg_buffer_reserve(out, 4 + cg_numeric_bound(decimal.whole_len, decimal.fraction_len), job->err) < 0)
        return CG_FAILED;
    size_t head = out->len;
    out->len += 4;
    cg_numeric_put(out, &decimal, display_scale(path, decimal.shown));
    set_length(out, head);
    return CG_FITS;
}

static bool integer_fits_numeric(const struct cg_path *path, uint64_t magnitude) {
    if (path->precision < 0 || path->precision - path->scale >= 20)
        return path->precision < 0 || path->scale >= 0;
    char text[24];
    int len = snprintf(text, sizeof text, "%" PRIu64, magnitude);
    struct cg_decimal decimal;
    return cg_decimal_parse((struct cg_slice){(const unsigned char *)text, (size_t)len}, &decimal) &&
           cg_decimal_fits(&decimal, path->precision, path->scale);
}

static enum cg_fit put_integer_numeric(struct cg_job *job, const struct cg_path *path, uint64_t magnitude,
                                       bool negative) {
    if (!integer_fits_numeric(path, magnitude))
        return not_numeric(job, path);
    struct cg_buffer *out = job->out;
    if (cg_buffer_reserve(out, 4 + cg_numeric_bound(20, 0), job->err) < 0)
        return CG_FAILED;
    size_t head = out->len;
    out->len += 4;
    cg_numeric_put_integer(out, magnitude, negative, display_scale(path, 0));
    set_length(out, head);
    return CG_FITS;
}

static uint64_t magnitude_of(int64_t value) {
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

enum cg_fit cg_encode_i64_numeric(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return put_integer_numeric(job, path, magnitude_of(value->i64), value->i64 < 0);
}

enum cg_fit cg_encode_u64_numeric(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return put_integer_numeric(job, path, value->u64, false);
}

static enum cg_fit put_real(struct cg_job *job, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (cg_buffer_reserve(job->out, 8, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, 4);
    cg_put_u32(job->out, bits);
    return CG_FITS;
}

static enum cg_fit put_double(struct cg_job *job, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (cg_buffer_reserve(job->out, 12, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, 8);
    cg_put_u64(job->out, bits);
    return CG_FITS;
}

enum cg_fit cg_encode_f32(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    return put_real(job, value->f32);
}

enum cg_fit cg_encode_f32_double(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    return put_double(job, (double)value->f32);
}

enum cg_fit cg_encode_f64(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    return put_double(job, value->f64);
}

enum cg_fit cg_encode_f64_real(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    (void)path;
    double exact = value->f64;
    /* Not a number converts, but its payload may not; beyond float's range the conversion is undefined. */
    if (isnan(exact) || (isfinite(exact) && fabs(exact) > (double)3.40282346638528859812e+38F) ||
        (double)(float)exact != exact)
        return cg_misfit(job, -1, "it has no exact single-precision value");
    return put_real(job, (float)exact);
}

/* Is an integer of that magnitude exact in a float with so many bits of mantissa? */
static bool exact_in(uint64_t magnitude, int bits) {
    if (magnitude == 0)
        return true;
    int used = 64 - __builtin_clzll(magnitude) - __builtin_ctzll(magnitude);
    return used <= bits;
}

static enum cg_fit put_integer_float(struct cg_job *job, const struct cg_path *path, uint64_t magnitude,
                                     bool negative) {
    bool single = path->width == 4;
    if (!exact_in(magnitude, single ? 24 : 53))
        return cg_misfit(job, -1, "it has no exact floating-point value");
    double value = negative ? -(double)magnitude : (double)magnitude;
    return single ? put_real(job, (float)value) : put_double(job, value);
}

enum cg_fit cg_encode_i64_float(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return put_integer_float(job, path, magnitude_of(value->i64), value->i64 < 0);
}

enum cg_fit cg_encode_u64_float(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    return put_integer_float(job, path, value->u64, false);
}

enum cg_fit cg_encode_i64_text(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    char text[24];
    int len = snprintf(text, sizeof text, "%" PRId64, value->i64);
    return cg_put_ascii(job, path, text, (size_t)len);
}

enum cg_fit cg_encode_u64_text(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    char text[24];
    int len = snprintf(text, sizeof text, "%" PRIu64, value->u64);
    return cg_put_ascii(job, path, text, (size_t)len);
}

/* Without padding, with all digits of its scale: "-0.50". */
enum cg_fit cg_encode_decimal_text(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_decimal d;
    char text[160];
    if (!cg_decimal_parse(value->bytes, &d) || d.whole_len + d.shown > sizeof text - 4)
        return cg_misfit(job, -1, "it is not a decimal number");
    size_t len = 0;
    if (d.negative)
        text[len++] = '-';
    if (d.whole_len == 0)
        text[len++] = '0';
    memcpy(text + len, d.whole, d.whole_len);
    len += d.whole_len;
    if (d.shown > 0) {
        text[len++] = '.';
        memcpy(text + len, d.fraction, d.shown);
        len += d.shown;
    }
    return cg_put_ascii(job, path, text, len);
}
