/* Decimal numbers as text, of any length. See schema_internal.h. */
#include "verify/schema_internal.h"

#include <string.h>

/* A number without sign, leading zeros, and trailing zeros behind the point. */
struct number {
    bool negative;
    const char *whole, *part;
    size_t whole_len, part_len;
};

static struct number number_of(const char *text) {
    struct number n = {.negative = *text == '-'};
    text += *text == '-' || *text == '+';
    while (*text == '0')
        text++;
    n.whole = text;
    n.whole_len = strspn(text, "0123456789");
    n.part = text + n.whole_len;
    n.part += *n.part == '.';
    n.part_len = strspn(n.part, "0123456789");
    while (n.part_len && n.part[n.part_len - 1] == '0')
        n.part_len--;
    n.negative = n.negative && (n.whole_len || n.part_len);
    return n;
}

static bool less_digits(const struct number *a, const struct number *b) {
    if (a->whole_len != b->whole_len)
        return a->whole_len < b->whole_len;
    return strncmp(a->whole, b->whole, a->whole_len) < 0;
}

bool cg_schema_less(const char *a, const char *b) {
    struct number x = number_of(a), y = number_of(b);
    if (x.negative != y.negative)
        return x.negative;
    return x.negative ? less_digits(&y, &x) : less_digits(&x, &y);
}

bool cg_schema_same_number(const char *a, const char *b) {
    struct number x = number_of(a), y = number_of(b);
    return x.negative == y.negative && x.whole_len == y.whole_len && x.part_len == y.part_len &&
           memcmp(x.whole, y.whole, x.whole_len) == 0 && memcmp(x.part, y.part, x.part_len) == 0;
}
