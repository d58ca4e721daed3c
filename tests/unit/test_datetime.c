/* Dates: every day of the range counted one by one, the classes of bad dates, fractions. */
#include "transform/datetime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool leap(uint32_t y) {
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static void every_day_from_year_1_to_9999_follows_the_one_before(void **state) {
    (void)state;
    static const uint32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t expected = -730119; /* 0001-01-01, as PostgreSQL and Python count */
    for (uint32_t year = 1; year <= 9999; year++)
        for (uint32_t month = 1; month <= 12; month++) {
            uint32_t last = lengths[month - 1] + (month == 2 && leap(year) ? 1u : 0u);
            for (uint32_t day = 1; day <= 31; day++) {
                struct cg_civil civil = {.year = year, .month = month, .day = day};
                if (day > last) {
                    assert_int_equal(cg_date_classify(&civil, false), CG_DATE_INVALID);
                    continue;
                }
                assert_int_equal(cg_date_classify(&civil, false), CG_DATE_VALID);
                assert_int_equal(cg_date_days(&civil), expected);
                expected++;
            }
        }
    assert_int_equal(expected - 1, 2921939); /* 9999-12-31 */
}

static void r11_bad_dates_fall_into_three_classes(void **state) {
    (void)state;
    static const struct {
        struct cg_civil civil;
        enum cg_date_class cls;
    } cases[] = {
        {{0, 0, 0, 0, 0, 0, 0, false}, CG_DATE_ZERO},
        {{0, 0, 0, 10, 11, 12, 0, false}, CG_DATE_ZERO},
        {{0, 0, 0, 0, 0, 0, 1, false}, CG_DATE_ZERO},
        {{0, 1, 1, 0, 0, 0, 0, false}, CG_DATE_PARTIAL},
        {{2024, 2, 0, 0, 0, 0, 0, false}, CG_DATE_PARTIAL},
        {{2023, 0, 10, 0, 0, 0, 0, false}, CG_DATE_PARTIAL},
        {{2023, 2, 31, 0, 0, 0, 0, false}, CG_DATE_INVALID},
        {{2023, 13, 1, 0, 0, 0, 0, false}, CG_DATE_INVALID},
        {{10000, 1, 1, 0, 0, 0, 0, false}, CG_DATE_INVALID},
        {{2023, 1, 1, 24, 0, 0, 0, false}, CG_DATE_INVALID},
        {{2023, 1, 1, 0, 60, 0, 0, false}, CG_DATE_INVALID},
        {{2023, 1, 1, 0, 0, 60, 0, false}, CG_DATE_INVALID},
        {{2023, 1, 1, 0, 0, 0, 1000000, false}, CG_DATE_INVALID},
        {{9999, 12, 31, 23, 59, 59, 999999, false}, CG_DATE_VALID},
        {{9, 1, 1, 0, 0, 0, 0, false}, CG_DATE_VALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(cg_date_classify(&cases[i].civil, true), cases[i].cls);
    struct cg_civil date = {0, 0, 0, 10, 0, 0, 0, false};
    assert_int_equal(cg_date_classify(&date, false), CG_DATE_ZERO); /* a DATE has no time of day */
}

static void r14_fractions_fit_when_the_rest_is_zero(void **state) {
    (void)state;
    assert_true(cg_fraction_fits(999999, 6));
    assert_false(cg_fraction_fits(999999, 5));
    assert_true(cg_fraction_fits(999000, 3));
    assert_false(cg_fraction_fits(1, 0));
    assert_true(cg_fraction_fits(0, 0));
}

static void values_print_as_mysql_prints_them(void **state) {
    (void)state;
    char text[CG_CIVIL_TEXT];
    struct cg_civil civil = {9, 1, 2, 3, 4, 5, 67000, false}, time = {0, 0, 0, 838, 59, 59, 1, true};
    assert_int_equal(cg_date_text(&civil, text), 10);
    assert_string_equal(text, "0009-01-02");
    assert_int_equal(cg_timestamp_text(&civil, 0, text), 19);
    assert_string_equal(text, "0009-01-02 03:04:05");
    assert_int_equal(cg_timestamp_text(&civil, 3, text), 23);
    assert_string_equal(text, "0009-01-02 03:04:05.067");
    assert_int_equal(cg_time_text(&time, 6, text), 17);
    assert_string_equal(text, "-838:59:59.000001");
    assert_true(cg_time_microseconds(&time) == -INT64_C(3020399000001));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_from_year_1_to_9999_follows_the_one_before),
        cmocka_unit_test(r11_bad_dates_fall_into_three_classes),
        cmocka_unit_test(r14_fractions_fit_when_the_rest_is_zero),
        cmocka_unit_test(values_print_as_mysql_prints_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
