/* Decimal text to PostgreSQL's binary numeric; see numeric.h. */
#include "transform/numeric.h"

enum { SIGN_NEGATIVE = 0x4000 };

static bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

static size_t count_digits(const unsigned char *p, size_t len) {
    size_t n = 0;
    while (n < len && is_digit(p[n]))
        n++;
    return n;
}

bool cg_decimal_parse(struct cg_slice text, struct cg_decimal *ret_decimal) {
    const unsigned char *p = text.data, *end = p + text.len;
    struct cg_decimal d = {0};
    if (p < end && (*p == '-' || *p == '+'))
        d.negative = *p++ == '-';
    d.whole = p;
    d.whole_len = count_digits(p, (size_t)(end - p));
    p += d.whole_len;
    bool any = d.whole_len > 0;
    d.fraction = p;
    if (p < end && *p == '.') {
        d.fraction = p + 1;
        d.shown = d.fraction_len = count_digits(p + 1, (size_t)(end - p - 1));
        any = any || d.shown > 0;
        p += 1 + d.shown;
    }
    if (p != end || !any)
        return false;
    while (d.whole_len && *d.whole == '0')
        d.whole++, d.whole_len--;
    while (d.fraction_len && d.fraction[d.fraction_len - 1] == '0')
        d.fraction_len--;
    if (d.whole_len == 0 && d.fraction_len == 0)
        d.negative = false;
    *ret_decimal = d;
    return true;
}

bool cg_decimal_fits(const struct cg_decimal *decimal, int precision, int scale) {
    size_t whole = decimal->whole_len, fraction = decimal->fraction_len;
    if (whole == 0 && fraction == 0)
        return true;
    int64_t before = (int64_t)whole; /* digits before the point; negative: zeros behind it */
    if (whole == 0)
        while (decimal->fraction[-before] == '0')
            before--;
    if (before > (int64_t)precision - scale)
        return false;
    if (scale >= 0)
        return fraction <= (size_t)scale;
    if (fraction > 0 || whole < (size_t)-scale)
        return false;
    for (size_t i = whole - (size_t)-scale; i < whole; i++)
        if (decimal->whole[i] != '0')
            return false;
    return true;
}

bool cg_decimal_to_i64(const struct cg_decimal *decimal, int64_t *ret_value) {
    if (decimal->fraction_len > 0 || decimal->whole_len > 19)
        return false;
    uint64_t magnitude = 0; /* 19 digits always fit */
    for (size_t i = 0; i < decimal->whole_len; i++)
        magnitude = magnitude * 10 + (uint64_t)(decimal->whole[i] - '0');
    if (magnitude > (uint64_t)INT64_MAX + decimal->negative)
        return false;
    *ret_value = decimal->negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

/* Up to four digits as a base 10000 digit; a fraction's last group is filled up with zeros on the right. */
static uint16_t group(const unsigned char *p, size_t len, bool fraction) {
    unsigned value = 0;
    for (size_t i = 0; i < len; i++)
        value = value * 10 + (unsigned)(p[i] - '0');
    if (fraction)
        for (size_t i = len; i < 4; i++)
            value *= 10;
    return (uint16_t)value;
}

/* Writes the header over the eight bytes at `head`, after dropping zero digits at the end. */
static void finish(struct cg_buffer *out, size_t head, int weight, bool negative, int display_scale) {
    while (out->len > head + 8 && out->data[out->len - 1] == 0 && out->data[out->len - 2] == 0)
        out->len -= 2;
    size_t end = out->len, digits = (end - head - 8) / 2;
    out->len = head;
    cg_put_u16(out, (uint16_t)digits);
    cg_put_u16(out, (uint16_t)(digits ? weight : 0));
    cg_put_u16(out, negative ? SIGN_NEGATIVE : 0);
    cg_put_u16(out, (uint16_t)display_scale);
    out->len = end;
}

void cg_numeric_put(struct cg_buffer *out, const struct cg_decimal *decimal, int display_scale) {
    size_t head = out->len;
    out->len += 8;
    const unsigned char *p = decimal->whole;
    size_t left = decimal->whole_len, first = left % 4;
    int weight = (int)((left + 3) / 4) - 1;
    if (first)
        cg_put_u16(out, group(p, first, false));
    for (p += first, left -= first; left; p += 4, left -= 4)
        cg_put_u16(out, group(p, 4, false));
    p = decimal->fraction;
    left = decimal->fraction_len;
    while (left) {
        size_t len = left < 4 ? left : 4;
        uint16_t digit = group(p, len, true);
        if (digit == 0 && out->len == head + 8)
            weight--; /* zeros right behind the point */
        else
            cg_put_u16(out, digit);
        p += len, left -= len;
    }
    finish(out, head, weight, decimal->negative, display_scale);
}

void cg_numeric_put_integer(struct cg_buffer *out, uint64_t magnitude, bool negative, int display_scale) {
    size_t head = out->len;
    uint16_t digits[5];
    int count = 0;
    for (uint64_t rest = magnitude; rest; rest /= 10000)
        digits[count++] = (uint16_t)(rest % 10000);
    out->len += 8;
    for (int i = count - 1; i >= 0; i--)
        cg_put_u16(out, digits[i]);
    finish(out, head, count - 1, negative, display_scale);
}
