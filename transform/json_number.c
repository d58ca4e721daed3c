/* A JSON number in canonical form: sign, the digits between the first and the last that is not zero, and when the last
 * is not the units digit "e" and its place: 100, 1e2 and 100.0 are "1e2", 0.5 and 5e-1 are "5e-1", every zero is "0".
 *
 * Limits: PostgreSQL reads JSON numbers of jsonb with numeric_in: up to 131072 digits before the point and a display
 * scale up to 16383, written zeros included; exponents below 2^30 - 1. */
#include "transform/canonical.h"
#include "transform/json_internal.h"

#include <stdint.h>

enum { MAX_WHOLE_DIGITS = 131072, MAX_SCALE = 16383, MAX_EXPONENT = (1 << 30) - 2 };

struct number {
    bool negative;
    const unsigned char *digits; /* of whole part and fraction, the point among them if there is a fraction */
    size_t whole, fraction;      /* digits of each */
    int64_t exponent;            /* held at +-MAX_EXPONENT + 1 when it is beyond that */
};

static bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

static int64_t read_exponent(const unsigned char *p, const unsigned char *end) {
    bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    int64_t value = 0;
    for (; p < end; p++)
        if (value <= MAX_EXPONENT)
            value = value * 10 + (*p - '0');
    if (value > MAX_EXPONENT)
        value = MAX_EXPONENT + 1;
    return negative ? -value : value;
}

static struct number take_apart(struct cg_slice text) {
    const unsigned char *p = text.data, *end = p + text.len;
    struct number n = {.negative = *p == '-'};
    p += n.negative;
    n.digits = p;
    while (p < end && is_digit(*p))
        p++;
    n.whole = (size_t)(p - n.digits);
    if (p < end && *p == '.') {
        const unsigned char *fraction = ++p;
        while (p < end && is_digit(*p))
            p++;
        n.fraction = (size_t)(p - fraction);
    }
    if (p < end)
        n.exponent = read_exponent(p + 1, end);
    return n;
}

/* The i-th digit, the point not counted. */
static unsigned char digit_at(const struct number *n, size_t i) {
    return n->digits[i < n->whole ? i : i + 1];
}

static void put_signed(struct cg_buffer *out, int64_t value) {
    char reversed[20];
    size_t len = 0;
    uint64_t rest = value < 0 ? (uint64_t)-value : (uint64_t)value;
    do
        reversed[len++] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        cg_put_u8(out, '-');
    while (len)
        cg_put_u8(out, (uint8_t)reversed[--len]);
}

static void put_zero(const struct number *n, bool keep_minus_zero, struct cg_buffer *out, unsigned *findings) {
    if (n->negative) {
        *findings |= CG_JSON_HAS_CHANGED_NUMBER;
        if (keep_minus_zero)
            cg_put_u8(out, '-');
    }
    cg_put_u8(out, '0');
}

/* Digits first..last (counted without the point), with its sign, and the place of the last. */
static void put_digits(const struct number *n, size_t first, size_t last, int64_t place, struct cg_buffer *out) {
    if (n->negative)
        cg_put_u8(out, '-');
    if (first < n->whole) {
        size_t stop = last < n->whole ? last + 1 : n->whole;
        cg_put_bytes(out, n->digits + first, stop - first);
    }
    if (last >= n->whole) {
        size_t from = first > n->whole ? first : n->whole;
        cg_put_bytes(out, n->digits + from + 1, last + 1 - from);
    }
    if (place) {
        cg_put_u8(out, 'e');
        put_signed(out, place);
    }
}

void cg_json_put_number(struct cg_slice number, bool keep_minus_zero, struct cg_buffer *out, unsigned *findings) {
    struct number n = take_apart(number);
    size_t total = n.whole + n.fraction, first = 0, last = total;
    while (first < total && digit_at(&n, first) == '0')
        first++;
    if ((int64_t)n.fraction - n.exponent > MAX_SCALE || n.exponent > MAX_EXPONENT || n.exponent < -MAX_EXPONENT)
        *findings |= CG_JSON_HAS_HUGE_NUMBER;
    if (first == total) {
        put_zero(&n, keep_minus_zero, out, findings);
        return;
    }
    if ((int64_t)n.whole - (int64_t)first + n.exponent > MAX_WHOLE_DIGITS)
        *findings |= CG_JSON_HAS_HUGE_NUMBER;
    if (n.exponent > MAX_EXPONENT || n.exponent < -MAX_EXPONENT) {
        cg_put_bytes(out, number.data, number.len); /* not read exactly: only its own spelling equals it */
        return;
    }
    while (digit_at(&n, last - 1) == '0')
        last--;
    int64_t place = n.exponent + (int64_t)n.whole - (int64_t)last;
    put_digits(&n, first, last - 1, place, out);
}
