/* Decimal text to binary numeric: against a plain re-computation of the value, and what fits a precision and scale. */
#include "transform/numeric.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool parse(const char *text, struct cg_decimal *ret) {
    return cg_decimal_parse(cg_slice_text(text), ret);
}

/* Prints a binary numeric as text with its display scale, digit by digit, the slow and obvious way. */
static void print_numeric(const unsigned char *p, size_t len, char *ret_text) {
    int count = (int16_t)cg_get_u16(p), weight = (int16_t)cg_get_u16(p + 2), scale = cg_get_u16(p + 6);
    assert_int_equal(len, 8 + 2 * count);
    if (count > 0) { /* PostgreSQL never sends zero digits at the ends */
        assert_true(cg_get_u16(p + 8) != 0);
        assert_true(cg_get_u16(p + 8 + 2 * (count - 1)) != 0);
    }
    if (cg_get_u16(p + 4) == 0x4000)
        *ret_text++ = '-';
    for (int g = weight > 0 ? weight : 0; g >= -((scale + 3) / 4); g--) {
        int at = weight - g;
        unsigned digit = at >= 0 && at < count ? cg_get_u16(p + 8 + 2 * at) : 0;
        assert_true(digit < 10000);
        if (g == -1)
            *ret_text++ = '.';
        ret_text += sprintf(ret_text, "%04u", digit);
    }
    *ret_text = '\0';
    if (scale % 4)
        ret_text[-(4 - scale % 4)] = '\0';
}

/* Leading zeros off, so that the two texts compare. */
static void strip(char *text) {
    char *digits = text + (*text == '-'), *first = digits;
    while (*first == '0' && first[1] && first[1] != '.')
        first++;
    memmove(digits, first, strlen(first) + 1);
}

static void check_round_trip(const char *text) {
    struct cg_decimal d;
    struct cg_buffer out;
    struct cg_error err;
    char printed[1000];
    assert_true(parse(text, &d));
    cg_buffer_init(&out, 4096);
    size_t bound = cg_numeric_bound(d.whole_len, d.fraction_len);
    assert_int_equal(cg_buffer_reserve(&out, bound, &err), 0);
    cg_numeric_put(&out, &d, (int)d.shown);
    assert_true(out.len <= bound);
    print_numeric(out.data, out.len, printed);
    strip(printed);
    char expected[1000];
    strcpy(expected, text);
    strip(expected);
    assert_string_equal(printed, expected);
    cg_buffer_done(&out);
}

static void boundary_values_round_trip(void **state) {
    (void)state;
    static const char *const texts[] = {"0",
                                        "0.00",
                                        "1",
                                        "-1",
                                        "9999",
                                        "10000",
                                        "100000000",
                                        "0.1",
                                        "0.0001",
                                        "0.00001",
                                        "-0.00000001",
                                        "12345.6789",
                                        "99999999999999999999999999999999999.999999999999999999999999999999",
                                        "10000.0001",
                                        "0.00010000",
                                        "00000001.50",
                                        "1000000000000000000000000000000000000000000000000000000000000000.0"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_round_trip(texts[i]);
}

static char random_digit(bool mostly_zero) {
    return (char)('0' + (mostly_zero && rand() % 4 ? 0 : rand() % 10));
}

static void random_values_round_trip(void **state) {
    (void)state;
    srand(7);
    for (int i = 0; i < 20000; i++) {
        char text[128];
        size_t len = 0, whole = 1 + (size_t)rand() % 40, fraction = (size_t)rand() % 31;
        bool zeros = rand() % 3 == 0;
        if (rand() % 2)
            text[len++] = '-';
        text[len++] = (char)('1' + rand() % 9); /* never -0 */
        for (size_t k = 1; k < whole; k++)
            text[len++] = random_digit(zeros);
        if (fraction)
            text[len++] = '.';
        for (size_t k = 0; k < fraction; k++)
            text[len++] = random_digit(zeros);
        text[len] = '\0';
        check_round_trip(text);
    }
}

static void integers_and_their_text_give_the_same_bytes(void **state) {
    (void)state;
    static const uint64_t values[] = {0, 1, 9999, 10000, 10001, 99999999, 100000000, UINT64_MAX, 10000000000000000000u};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char text[32];
        struct cg_decimal d;
        struct cg_buffer a, b;
        struct cg_error err;
        snprintf(text, sizeof text, "%llu", (unsigned long long)values[i]);
        assert_true(parse(text, &d));
        cg_buffer_init(&a, 100);
        cg_buffer_init(&b, 100);
        assert_int_equal(cg_buffer_reserve(&a, 64, &err) + cg_buffer_reserve(&b, 64, &err), 0);
        cg_numeric_put(&a, &d, 2);
        cg_numeric_put_integer(&b, values[i], false, 2);
        assert_int_equal(a.len, b.len);
        assert_memory_equal(a.data, b.data, a.len);
        cg_buffer_done(&a);
        cg_buffer_done(&b);
    }
}

static void r14_fits_tells_what_would_be_rounded_or_overflow(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int precision, scale;
        bool fits;
    } cases[] = {
        {"1.99", 5, 2, true},  {"1.995", 5, 2, false}, {"1.990", 5, 2, true},  {"999.99", 5, 2, true},
        {"1000", 5, 2, false}, {"0", 1, 1, true},      {"0.9", 1, 1, true},    {"1", 1, 1, false},
        {"0.09", 1, 2, true},  {"0.10", 1, 2, false},  {"0.11", 2, 3, false},  {"0.011", 2, 3, true},
        {"0.099", 2, 3, true}, {"1200", 2, -2, true},  {"1250", 2, -2, false}, {"12000", 2, -2, false},
        {"99", 2, -2, false},  {"0", 2, -2, true},     {"100", 2, -2, true},   {"0.1", 2, -2, false},
        {"0.000", 5, 0, true}, {"-999", 3, 0, true},   {"-1000", 3, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cg_decimal d;
        assert_true(parse(cases[i].text, &d));
        if (cg_decimal_fits(&d, cases[i].precision, cases[i].scale) != cases[i].fits)
            fail_msg("%s in numeric(%d,%d)", cases[i].text, cases[i].precision, cases[i].scale);
    }
}

static void what_is_not_a_decimal_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"", ".", "-", "+", "1.2.3", "1e5", " 1", "1 ", "NaN", "0x1", "--1", "1,0"};
    struct cg_decimal d;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(parse(texts[i], &d));
    assert_true(parse(".5", &d) && parse("5.", &d) && parse("+5", &d));
    assert_true(parse("-0.00", &d) && !d.negative);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boundary_values_round_trip),
        cmocka_unit_test(random_values_round_trip),
        cmocka_unit_test(integers_and_their_text_give_the_same_bytes),
        cmocka_unit_test(r14_fits_tells_what_would_be_rounded_or_overflow),
        cmocka_unit_test(what_is_not_a_decimal_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
