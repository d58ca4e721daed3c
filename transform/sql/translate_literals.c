/* Literals: numbers, texts, bytes, bits, dates and times. */
#include "transform/sql/translate_internal.h"

#include "transform/datetime.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The value is a literal of that kind and text: what it is matched with may want it spelled in another way. */
static struct cg_sql_expression *remember(struct tr *t, struct tr_value *value, enum cg_sql_kind kind, const char *text,
                                          size_t length) {
    struct cg_sql_expression *node = cg_tr_alloc(t, 1, sizeof *node);
    if (!node)
        return NULL;
    node->kind = kind;
    node->text = text;
    node->length = length;
    value->literal = node;
    value->nullable = false;
    return node;
}

void cg_tr_null(struct tr_value *ret) {
    static const struct cg_sql_expression null = {.kind = CG_SQL_NULL};
    *ret = (struct tr_value){
        .text = "NULL", .level = TR_ATOM, .type = {.kind = TR_NULL, .pg = "text"}, .nullable = true, .literal = &null};
}

int cg_tr_number(struct tr *t, const char *digits, struct tr_value *ret) {
    bool negative = digits[0] == '-';
    const char *point = strchr(digits, '.');
    size_t length = strlen(digits);
    if (strspn(digits + negative, "0123456789.eE+-") != length - negative || length - negative == 0)
        return cg_tr_refuse(t, "the number %s is not understood", digits);
    struct tr_type type;
    const char *text = digits;
    double value = fabs(strtod(digits, NULL));
    if (strpbrk(digits, "eE")) { /* a DOUBLE to MySQL, a numeric to PostgreSQL */
        type = cg_tr_float();
        text = cg_tr_say(t, "'%s'::double precision", digits);
        negative = false;
    } else if (point) {
        type = cg_tr_exact((int)(length - (size_t)(point - digits) - 1), value + 1);
        text = point[1] ? digits : cg_tr_say(t, "%.*s", (int)length - 1, digits);
    } else {
        type = cg_tr_integer(value);
        type.is_unsigned = value >= 9223372036854775808.0 && !negative;
    }
    type.nonnegative = !negative && digits[0] != '-';
    if (cg_tr_set(t, ret, text, negative ? TR_UNARY : type.kind == TR_FLOAT ? TR_CAST : TR_ATOM, type) < 0)
        return -1;
    return remember(t, ret, CG_SQL_NUMBER, digits, length) ? 0 : -1;
}

int cg_tr_string(struct tr *t, const char *text, size_t length, struct tr_value *ret) {
    if (cg_tr_set(t, ret, cg_tr_quote(t, text, length), TR_ATOM, cg_tr_text()) < 0)
        return -1;
    return remember(t, ret, CG_SQL_STRING, text, length) ? 0 : -1;
}

int cg_tr_bytes(struct tr *t, const char *bytes, size_t length, struct tr_value *ret) {
    char *hex = cg_tr_alloc(t, 2 * length + 1, 1);
    if (!hex)
        return -1;
    for (size_t i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
    if (cg_tr_set(t, ret, cg_tr_say(t, "'\\x%s'::bytea", hex), TR_CAST, cg_tr_type(TR_BYTES, "bytea")) < 0)
        return -1;
    return remember(t, ret, CG_SQL_BYTES, bytes, length) ? 0 : -1;
}

bool cg_tr_is_string(const struct tr_value *value) {
    return value->literal && value->literal->kind == CG_SQL_STRING;
}

bool cg_tr_is_integer(const struct tr_value *value, long long *ret) {
    char *end = NULL;
    if (!value->literal)
        return false;
    if (value->literal->kind == CG_SQL_BOOLEAN) {
        *ret = value->literal->flag;
        return true;
    }
    if (value->literal->kind != CG_SQL_NUMBER || strpbrk(value->literal->text, ".eE") ||
        strlen(value->literal->text) > 18)
        return false;
    *ret = strtoll(value->literal->text, &end, 10);
    return !*end;
}

/* ---- dates and times ---- */

/* A row of digits of at most `most`; -1 when there is none. */
static int digits_at(const char **at, const char *end, int most) {
    int value = 0, count = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && count < most; (*at)++, count++)
        value = value * 10 + (**at - '0');
    return count ? value : -1;
}

static bool take(const char **at, const char *end, char c) {
    return *at < end && **at == c && ((*at)++, true);
}

static bool take_fraction(const char **at, const char *end, struct cg_civil *civil, int *ret_digits) {
    static const unsigned scales[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    const char *start = *at;
    int value = digits_at(at, end, 6);
    *ret_digits = (int)(*at - start);
    civil->microsecond = value < 0 ? 0 : (unsigned)value * scales[*ret_digits];
    return value >= 0;
}

/* hh:mm[:ss[.ffffff]] */
static bool take_clock(const char **at, const char *end, struct cg_civil *civil, int *ret_digits) {
    int hour = digits_at(at, end, 3), minute = -1, second = 0;
    *ret_digits = 0;
    if (hour < 0 || !take(at, end, ':') || (minute = digits_at(at, end, 2)) < 0)
        return false;
    if (take(at, end, ':') && (second = digits_at(at, end, 2)) < 0)
        return false;
    civil->hour = (unsigned)hour;
    civil->minute = (unsigned)minute;
    civil->second = (unsigned)second;
    return minute < 60 && second < 60 && (!take(at, end, '.') || take_fraction(at, end, civil, ret_digits));
}

static bool read_date(const char *text, size_t length, struct cg_civil *civil, bool *ret_timed, int *ret_digits) {
    const char *at = text, *end = text + length;
    int year = digits_at(&at, end, 4), month, day;
    *ret_timed = false;
    *ret_digits = 0;
    if (year < 0 || at - text != 4 || !take(&at, end, '-') || (month = digits_at(&at, end, 2)) < 0 ||
        !take(&at, end, '-') || (day = digits_at(&at, end, 2)) < 0)
        return false;
    *civil = (struct cg_civil){.year = (unsigned)year, .month = (unsigned)month, .day = (unsigned)day};
    if (at < end) {
        if ((!take(&at, end, ' ') && !take(&at, end, 'T')) || !take_clock(&at, end, civil, ret_digits) || at < end)
            return false;
        *ret_timed = true;
    }
    return cg_date_classify(civil, true) == CG_DATE_VALID;
}

static bool read_time(struct tr *t, const char *text, size_t length, struct tr_value *ret) {
    struct cg_civil civil = {0};
    const char *at = text, *end = text + length;
    char printed[CG_CIVIL_TEXT];
    int digits;
    civil.negative = take(&at, end, '-');
    if (!take_clock(&at, end, &civil, &digits) || at < end || !cg_time_valid(&civil))
        return false;
    bool day = !civil.negative && civil.hour < 24;
    cg_time_text(&civil, digits, printed);
    struct tr_type type = cg_tr_type(TR_TIME, day ? "time" : "interval");
    type.fraction = digits;
    return cg_tr_set(t, ret, cg_tr_say(t, "%s '%s'", day ? "TIME" : "INTERVAL", printed), TR_ATOM, type) == 0;
}

bool cg_tr_read_temporal(struct tr *t, const char *text, size_t length, enum tr_kind kind, struct tr_value *ret) {
    struct cg_civil civil;
    char printed[CG_CIVIL_TEXT];
    bool timed;
    int digits;
    if (kind == TR_TIME) {
        bool read = read_time(t, text, length, ret);
        ret->nullable = false;
        return read;
    }
    if (!read_date(text, length, &civil, &timed, &digits) || (timed && kind == TR_DATE))
        return false;
    if (timed)
        cg_timestamp_text(&civil, digits, printed);
    else
        cg_date_text(&civil, printed);
    struct tr_type type = timed ? cg_tr_datetime(digits) : cg_tr_type(TR_DATE, "date");
    if (cg_tr_set(t, ret, cg_tr_say(t, "%s '%s'", timed ? "TIMESTAMP" : "DATE", printed), TR_ATOM, type) < 0)
        return false;
    ret->nullable = false;
    return true;
}

static int temporal(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    bool is_time = strcmp(e->name, "time") == 0, is_date = strcmp(e->name, "date") == 0;
    enum tr_kind kind = is_time ? TR_TIME : is_date ? TR_DATE : TR_DATETIME;
    if (!cg_tr_read_temporal(t, e->text, e->length, kind, ret))
        return cg_tr_refuse(t, "'%s' is no %s that PostgreSQL has", e->text, e->name);
    return !is_time && !is_date ? cg_tr_as_datetime(t, ret) : 0;
}

/* ---- bits: b'101' is a byte string that counts as a number where one is wanted ---- */

static int bits(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    size_t count = (e->length + 7) / 8;
    char *bytes = cg_tr_alloc(t, count + 1, 1);
    if (!bytes)
        return -1;
    for (size_t i = 0; i < e->length; i++) {
        size_t at = e->length - 1 - i; /* from the last bit on */
        if (e->text[at] == '1')
            bytes[count - 1 - i / 8] = (char)(bytes[count - 1 - i / 8] | 1 << i % 8);
    }
    return cg_tr_bytes(t, bytes, count, ret);
}

/* To MariaDB X'61' is a text in places where 0x61 is a number. */
static int bytes_of(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (cg_tr_bytes(t, e->text, e->length, ret) < 0)
        return -1;
    bool zero = t->source && e->at < strlen(t->source) && t->source[e->at] == '0';
    if (t->context->dialect.mariadb && !zero)
        ret->type.bits = -1;
    return 0;
}

static bool ascii(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] > 127)
            return false;
    return true;
}

static int text_of(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    const char *charset = e->introducer;
    if (charset && strcmp(charset, "binary") == 0)
        return cg_tr_bytes(t, e->text, e->length, ret);
    if (charset && strncmp(charset, "utf8", 4) != 0 && !ascii(e->text, e->length))
        return cg_tr_refuse(t, "it holds a text of the character set %s", charset);
    return cg_tr_string(t, e->text, e->length, ret);
}

int cg_tr_literal(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    switch (e->kind) {
    case CG_SQL_NULL:
        cg_tr_null(ret);
        return 0;
    case CG_SQL_BOOLEAN:
        if (cg_tr_set(t, ret, e->flag ? "true" : "false", TR_ATOM, cg_tr_boolean()) < 0)
            return -1;
        ret->literal = e;
        ret->nullable = false;
        return 0;
    case CG_SQL_NUMBER:
        return cg_tr_number(t, e->text, ret);
    case CG_SQL_STRING:
        return text_of(t, e, ret);
    case CG_SQL_BYTES:
        if (e->introducer && strcmp(e->introducer, "binary") != 0)
            return cg_tr_refuse(t, "it holds a text of the character set %s in hexadecimal", e->introducer);
        return bytes_of(t, e, ret);
    case CG_SQL_BITS:
        return bits(t, e, ret);
    default:
        return temporal(t, e, ret);
    }
}
