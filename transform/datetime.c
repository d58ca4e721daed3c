/* Dates and times; see datetime.h. */
#include "transform/datetime.h"

#include <inttypes.h>
#include <stdio.h>

enum { DAYS_TO_2000 = 730425 }; /* from 0000-03-01 of the proleptic Gregorian calendar */

static const uint8_t month_days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static bool leap(uint32_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

enum cg_date_class cg_date_classify(const struct cg_civil *civil, bool with_time) {
    if (civil->year == 0 || civil->month == 0 || civil->day == 0)
        return civil->year || civil->month || civil->day ? CG_DATE_PARTIAL : CG_DATE_ZERO;
    if (civil->year > 9999 || civil->month > 12)
        return CG_DATE_INVALID;
    uint32_t last = month_days[civil->month] + (civil->month == 2 && leap(civil->year) ? 1u : 0u);
    if (civil->day > last)
        return CG_DATE_INVALID;
    if (with_time && (civil->hour > 23 || civil->minute > 59 || civil->second > 59 || civil->microsecond > 999999 ||
                      civil->negative))
        return CG_DATE_INVALID;
    return CG_DATE_VALID;
}

int32_t cg_date_days(const struct cg_civil *civil) {
    /* Years begin in March, so that the leap day is the last one. */
    uint32_t month = (civil->month + 9) % 12, year = civil->year - (civil->month < 3);
    uint32_t days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + civil->day - 1;
    return (int32_t)days - DAYS_TO_2000;
}

static int64_t day_microseconds(const struct cg_civil *civil) {
    int64_t seconds = ((int64_t)civil->hour * 60 + civil->minute) * 60 + civil->second;
    return seconds * 1000000 + civil->microsecond;
}

int64_t cg_timestamp_microseconds(const struct cg_civil *civil) {
    return cg_date_days(civil) * INT64_C(86400000000) + day_microseconds(civil);
}

bool cg_time_valid(const struct cg_civil *civil) {
    return civil->hour <= 838 && civil->minute <= 59 && civil->second <= 59 && civil->microsecond <= 999999;
}

int64_t cg_time_microseconds(const struct cg_civil *civil) {
    int64_t value = day_microseconds(civil);
    return civil->negative ? -value : value;
}

bool cg_fraction_fits(uint32_t microsecond, int digits) {
    static const uint32_t unit[7] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    return microsecond % unit[digits] == 0;
}

size_t cg_date_text(const struct cg_civil *civil, char ret_text[CG_CIVIL_TEXT]) {
    int n = snprintf(ret_text, CG_CIVIL_TEXT, "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32, civil->year, civil->month,
                     civil->day);
    return (size_t)n;
}

/* Appends .fffff behind text[len]. */
static size_t add_fraction(uint32_t microsecond, int fraction, char *text, size_t len) {
    if (fraction <= 0)
        return len;
    snprintf(text + len, CG_CIVIL_TEXT - len, ".%06" PRIu32, microsecond);
    len += 1 + (size_t)(fraction < 6 ? fraction : 6);
    text[len] = '\0';
    return len;
}

static size_t clock_text(const struct cg_civil *civil, int fraction, char *text, size_t len) {
    int n = snprintf(text + len, CG_CIVIL_TEXT - len, "%02" PRIu32 ":%02" PRIu32 ":%02" PRIu32, civil->hour,
                     civil->minute, civil->second);
    return add_fraction(civil->microsecond, fraction, text, len + (size_t)n);
}

size_t cg_timestamp_text(const struct cg_civil *civil, int fraction, char ret_text[CG_CIVIL_TEXT]) {
    size_t len = cg_date_text(civil, ret_text);
    ret_text[len++] = ' ';
    return clock_text(civil, fraction, ret_text, len);
}

size_t cg_time_text(const struct cg_civil *civil, int fraction, char ret_text[CG_CIVIL_TEXT]) {
    size_t len = 0;
    if (civil->negative)
        ret_text[len++] = '-';
    return clock_text(civil, fraction, ret_text, len);
}
