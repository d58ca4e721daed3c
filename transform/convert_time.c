/* Dates and times on their way into a row image; see convert.h. Every part is checked before any arithmetic (R11), and
 * fractions against the target's digits, because PostgreSQL rounds without a word (R14). */
#include "transform/convert.h"
#include "transform/datetime.h"

static enum cg_fit bad_date(struct cg_job *job, const struct cg_path *path, enum cg_date_class cls) {
    static const struct {
        enum cg_conversion conversion;
        const char *why;
    } classes[] = {
        [CG_DATE_ZERO] = {CG_ZERO_DATE_TO_NULL, "the zero date is none that PostgreSQL can hold"},
        [CG_DATE_PARTIAL] = {CG_PARTIAL_DATE_TO_NULL, "a date with a zero year, month or day is none"},
        [CG_DATE_INVALID] = {CG_INVALID_DATE_TO_NULL, "there is no such date"},
    };
    return cg_apply_null(job, path, classes[cls].conversion, classes[cls].why);
}

static enum cg_fit too_fine(struct cg_job *job, const struct cg_path *path) {
    return cg_misfit(job, -1, "its fraction of a second would be rounded to %d digits", path->fraction);
}

static enum cg_fit put_date(struct cg_job *job, int32_t days) {
    if (cg_buffer_reserve(job->out, 8, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, 4);
    cg_put_u32(job->out, (uint32_t)days);
    return CG_FITS;
}

static enum cg_fit put_microseconds(struct cg_job *job, int64_t microseconds) {
    if (cg_buffer_reserve(job->out, 12, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, 8);
    cg_put_u64(job->out, (uint64_t)microseconds);
    return CG_FITS;
}

/* The date of a DATE, whose time of day says nothing. */
static struct cg_civil midnight(const struct cg_civil *civil) {
    return (struct cg_civil){.year = civil->year, .month = civil->month, .day = civil->day};
}

enum cg_fit cg_encode_date(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    enum cg_date_class cls = cg_date_classify(&value->civil, false);
    return cls == CG_DATE_VALID ? put_date(job, cg_date_days(&value->civil)) : bad_date(job, path, cls);
}

enum cg_fit cg_encode_date_timestamp(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_civil date = midnight(&value->civil);
    enum cg_date_class cls = cg_date_classify(&date, false);
    return cls == CG_DATE_VALID ? put_microseconds(job, cg_timestamp_microseconds(&date)) : bad_date(job, path, cls);
}

enum cg_fit cg_encode_timestamp(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    enum cg_date_class cls = cg_date_classify(&value->civil, true);
    if (cls != CG_DATE_VALID)
        return bad_date(job, path, cls);
    if (path->fraction < 6 && !cg_fraction_fits(value->civil.microsecond, path->fraction))
        return too_fine(job, path);
    return put_microseconds(job, cg_timestamp_microseconds(&value->civil));
}

enum cg_fit cg_encode_timestamp_date(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    const struct cg_civil *civil = &value->civil;
    enum cg_date_class cls = cg_date_classify(civil, true);
    if (cls != CG_DATE_VALID)
        return bad_date(job, path, cls);
    if (civil->hour || civil->minute || civil->second || civil->microsecond)
        return cg_misfit(job, -1, "its time of day would be lost");
    return put_date(job, cg_date_days(civil));
}

static enum cg_fit not_a_time(struct cg_job *job) {
    return cg_misfit(job, -1, "it is not a time that MySQL can hold");
}

enum cg_fit cg_encode_time(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    if (!cg_time_valid(&value->civil))
        return not_a_time(job);
    int64_t microseconds = cg_time_microseconds(&value->civil);
    if (microseconds < 0 || microseconds > INT64_C(86400000000))
        return cg_misfit(job, -1, "it is outside 00:00:00 to 24:00:00");
    if (!cg_fraction_fits(value->civil.microsecond, path->fraction))
        return too_fine(job, path);
    return put_microseconds(job, microseconds);
}

/* interval_recv: microseconds, days, months. */
enum cg_fit cg_encode_time_interval(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    if (!cg_time_valid(&value->civil))
        return not_a_time(job);
    if (!cg_fraction_fits(value->civil.microsecond, path->fraction))
        return too_fine(job, path);
    if (cg_buffer_reserve(job->out, 20, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, 16);
    cg_put_u64(job->out, (uint64_t)cg_time_microseconds(&value->civil));
    cg_put_u64(job->out, 0);
    return CG_FITS;
}

/* As text even a zero date keeps what it says. */
enum cg_fit cg_encode_date_text(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    char text[CG_CIVIL_TEXT];
    return cg_put_ascii(job, path, text, cg_date_text(&value->civil, text));
}

enum cg_fit cg_encode_timestamp_text(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    char text[CG_CIVIL_TEXT];
    if (!cg_fraction_fits(value->civil.microsecond, path->source_fraction))
        return too_fine(job, path);
    return cg_put_ascii(job, path, text, cg_timestamp_text(&value->civil, path->source_fraction, text));
}

enum cg_fit cg_encode_time_text(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    char text[CG_CIVIL_TEXT];
    if (!cg_fraction_fits(value->civil.microsecond, path->source_fraction))
        return too_fine(job, path);
    return cg_put_ascii(job, path, text, cg_time_text(&value->civil, path->source_fraction, text));
}
