/* Decimal numbers as text, and PostgreSQL's binary numeric (numeric_recv, numeric_send): four int16 - number of base
 * 10000 digits, weight of the first, sign, display scale - then the digits, without zero digits at either end. */
#ifndef CG_TRANSFORM_NUMERIC_H
#define CG_TRANSFORM_NUMERIC_H

#include "core/buffer.h"
#include "core/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* A decimal text taken apart; points into the text. Leading zeros of the whole part and trailing zeros of the fraction
 * are not counted, so a zero has both lengths 0. */
struct cg_decimal {
    bool negative; /* false for zero */
    const unsigned char *whole, *fraction;
    size_t whole_len, fraction_len;
    size_t shown; /* fraction digits as written, trailing zeros included */
};

/* [+-]digits[.digits], padding zeros allowed (R12). False when it is anything else, or has no digit. */
bool cg_decimal_parse(struct cg_slice text, struct cg_decimal *ret_decimal);
/* Does it fit numeric(precision, scale) without being rounded? scale may be negative or above precision. */
bool cg_decimal_fits(const struct cg_decimal *decimal, int precision, int scale);
/* The value when it is an integer of that range; false otherwise. */
bool cg_decimal_to_i64(const struct cg_decimal *decimal, int64_t *ret_value);

/* The most bytes that cg_numeric_put and cg_numeric_put_integer write for such a number. */
static inline size_t cg_numeric_bound(size_t whole_len, size_t fraction_len) {
    return 8 + 2 * (whole_len / 4 + fraction_len / 4 + 2);
}
/* Writes the numeric's bytes (no field length); the room must have been reserved. */
void cg_numeric_put(struct cg_buffer *out, const struct cg_decimal *decimal, int display_scale);
void cg_numeric_put_integer(struct cg_buffer *out, uint64_t magnitude, bool negative, int display_scale);

#endif
