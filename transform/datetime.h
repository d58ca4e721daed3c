/* Dates and times: what MySQL's broken-down values mean, and PostgreSQL's binary forms (date_recv: int32 days,
 * timestamp_recv: int64 microseconds, both from 2000-01-01; time_recv: int64 microseconds).
 *
 * Bad dates fall into three classes by their date alone, the same as the probe counts them (core/facts.h), each with
 * its named conversion (R11): zero      0000-00-00, whatever the time of day beside it says (0000-00-00 10:11:12);
 *   partial   any other with a zero year, month or day;
 *   invalid   a day that its month does not have, a month above 12, a year above 9999, a time of day out of range. */
#ifndef CG_TRANSFORM_DATETIME_H
#define CG_TRANSFORM_DATETIME_H

#include "core/value.h"

#include <stdbool.h>
#include <stdint.h>

enum cg_date_class { CG_DATE_VALID = 0, CG_DATE_ZERO, CG_DATE_PARTIAL, CG_DATE_INVALID };

/* with_time: the time of day is looked at too. */
enum cg_date_class cg_date_classify(const struct cg_civil *civil, bool with_time);
/* Days from 2000-01-01; the date must be valid. */
int32_t cg_date_days(const struct cg_civil *civil);
/* Microseconds from 2000-01-01 00:00:00; date and time must be valid. */
int64_t cg_timestamp_microseconds(const struct cg_civil *civil);
/* Is it a TIME that MySQL can hold: up to 838:59:59.999999 either way? */
bool cg_time_valid(const struct cg_civil *civil);
/* A TIME in microseconds, with its sign. */
int64_t cg_time_microseconds(const struct cg_civil *civil);
/* Do the microseconds need no more than that many digits (0 to 6)? */
bool cg_fraction_fits(uint32_t microsecond, int digits);

/* As MySQL prints it, with `fraction` digits behind the point (0: no point); at most 48 bytes and the terminator.
 * Returns the length. Values out of range are printed as they are. */
enum { CG_CIVIL_TEXT = 96 };
size_t cg_date_text(const struct cg_civil *civil, char ret_text[CG_CIVIL_TEXT]);
size_t cg_timestamp_text(const struct cg_civil *civil, int fraction, char ret_text[CG_CIVIL_TEXT]);
size_t cg_time_text(const struct cg_civil *civil, int fraction, char ret_text[CG_CIVIL_TEXT]);

#endif
