/* Dates and times: now, INTERVAL arithmetic, parts, weeks, differences.
 *
 * A TIMESTAMP is first made what it is in the session's time zone, as in MySQL; everything after that has no time zone.
 * NOW() and its like are the statement's beginning in MySQL and cut, not rounded, to their digits. */
#include "transform/sql/translate_functions.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- now ---- */

/* The instant cut to `digits` of the second. */
static const char *cut(struct tr *t, const char *instant, int digits) {
    static const char *const steps[] = {NULL, "100 milliseconds", "10 milliseconds",
                                        NULL, "100 microseconds", "10 microseconds"};
    if (digits == 6)
        return instant;
    if (digits == 0 || digits == 3)
        return cg_tr_say(t, "date_trunc('%s', %s)", digits ? "milliseconds" : "second", instant);
    return cg_tr_say(t, "date_bin('%s', %s, TIMESTAMP '2000-01-01')", steps[digits], instant);
}

int cg_tr_make_now(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    static const struct {
        const char *name, *instant;
        enum tr_kind kind;
    } clocks[] = {
        {"now", "statement_timestamp()::timestamp", TR_DATETIME},
        {"sysdate", "clock_timestamp()::timestamp", TR_DATETIME},
        {"curdate", "statement_timestamp()::date", TR_DATE},
        {"curtime", "statement_timestamp()::timestamp", TR_TIME},
        {"utc_timestamp", "(statement_timestamp() AT TIME ZONE 'UTC')", TR_DATETIME},
        {"utc_date", "(statement_timestamp() AT TIME ZONE 'UTC')::date", TR_DATE},
        {"utc_time", "(statement_timestamp() AT TIME ZONE 'UTC')", TR_TIME},
    };
    const char *name = call->node->name;
    long long digits = 0;
    if (call->count && (!cg_tr_is_integer(&call->arguments[0], &digits) || digits < 0 || digits > 6))
        return cg_tr_refuse(t, "%s() with digits that are no literal from 0 to 6", name);
    for (size_t i = 0; i < COUNT(clocks); i++) {
        if (strcmp(clocks[i].name, name) != 0)
            continue;
        struct tr_type type = cg_tr_datetime((int)digits);
        const char *text = cg_tr_say(t, clocks[i].instant, "");
        if (clocks[i].kind == TR_DATE)
            return cg_tr_set(t, ret, text, TR_CAST, cg_tr_type(TR_DATE, "date"));
        text = cut(t, text, (int)digits);
        if (clocks[i].kind == TR_TIME) {
            type.kind = TR_TIME;
            type.pg = "time";
            text = cg_tr_say(t, "%s::time", text);
        }
        if (cg_tr_set(t, ret, text, TR_CAST, type) < 0)
            return -1;
        ret->nullable = false;
        return 0;
    }
    return cg_tr_refuse(t, "%s() has no translation", name);
}

/* ---- INTERVAL ---- */

static const struct unit {
    const char *name, *word, *argument; /* INTERVAL '1 word', make_interval(argument => 1) or NULL */
    int times;
    bool whole_days;
} units[] = {
    {"microsecond", "microsecond", NULL, 1, false},
    {"second", "second", NULL, 1, false},
    {"minute", "minute", "mins", 1, false},
    {"hour", "hour", "hours", 1, false},
    {"day", "day", "days", 1, true},
    {"week", "day", "days", 7, true},
    {"month", "month", "months", 1, true},
    {"quarter", "month", "months", 3, true},
    {"year", "year", "years", 1, true},
};

static const struct unit *unit_of(const char *name) {
    for (size_t i = 0; i < COUNT(units); i++)
        if (strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

/* '1:30' MINUTE_SECOND: numbers with anything between, the last one for the last unit. */
static const char *composite(struct tr *t, const char *name, const struct tr_value *amount, bool *ret_days) {
    static const char *const order[] = {"year", "month", "day", "hour", "minute", "second", "microsecond"};
    const char *underline = strchr(name, '_'), *text = "";
    size_t first = COUNT(order), last = COUNT(order), count = 0;
    long numbers[8] = {0};
    for (size_t i = 0; i < COUNT(order) && underline; i++) {
        if (strlen(order[i]) == (size_t)(underline - name) && strncmp(name, order[i], (size_t)(underline - name)) == 0)
            first = i;
        if (strcmp(underline + 1, order[i]) == 0)
            last = i;
    }
    if (first >= last || last == COUNT(order) || !cg_tr_is_string(amount)) {
        cg_tr_refuse(t, "an INTERVAL in %s that is no literal", name);
        return NULL;
    }
    const char *p = amount->literal->text;
    bool negative = *p == '-';
    for (p += negative; *p && count < 8; p += strcspn(p, "0123456789")) {
        char *end;
        numbers[count++] = strtol(p, &end, 10);
        if (end == p)
            break;
        p = end;
    }
    if (count != last - first + 1 || (last == COUNT(order) - 1)) {
        cg_tr_refuse(t, "the INTERVAL '%s' in %s is not understood", amount->literal->text, name);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        text = cg_tr_say(t, "%s%s%s%ld %s", text, i ? " " : "", negative ? "-" : "", numbers[i], order[first + i]);
    *ret_days = last < 3;
    return text;
}

static void note_end(struct tr *t, int sign) {
    if (sign > 0)
        cg_tr_note(t, "a date beyond the year 9999 is NULL on the source, and a date here");
}

/* date + n: days on a DATE are plain numbers. */
static int add_days(struct tr *t, const struct tr_value *date, struct tr_value *amount, const struct unit *unit,
                    int sign, struct tr_value *ret) {
    note_end(t, sign);
    const char *n = cg_tr_at(t, amount, TR_CAST);
    if (strcmp(amount->type.pg, "bigint") == 0 || strcmp(amount->type.pg, "numeric") == 0)
        n = cg_tr_say(t, "%s::integer", n);
    if (unit->times != 1)
        n = cg_tr_say(t, "%s * %d", n, unit->times);
    const char *text = cg_tr_say(t, "%s %c %s", cg_tr_at(t, date, TR_SUM), sign < 0 ? '-' : '+', n);
    return cg_tr_set(t, ret, text, TR_SUM, cg_tr_type(TR_DATE, "date"));
}

/* date + INTERVAL, cast back where whole days stay days. */
static int add(struct tr *t, const struct tr_value *date, const char *interval, bool whole_days, int fraction, int sign,
               struct tr_value *ret) {
    note_end(t, sign);
    const char *text = cg_tr_say(t, "%s %c %s", cg_tr_at(t, date, TR_SUM), sign < 0 ? '-' : '+', interval);
    if (date->type.kind == TR_DATE && whole_days)
        return cg_tr_set(t, ret, cg_tr_say(t, "(%s)::date", text), TR_CAST, cg_tr_type(TR_DATE, "date"));
    return cg_tr_set(t, ret, text, TR_SUM,
                     cg_tr_datetime(fraction > date->type.fraction ? fraction : date->type.fraction));
}

static int literal_interval(struct tr *t, const struct tr_value *date, const struct tr_value *amount,
                            const struct unit *unit, int sign, struct tr_value *ret) {
    const char *digits = amount->literal->text;
    bool point = strchr(digits, '.') != NULL;
    if (strcspn(digits, ".") > 10)
        return cg_tr_refuse(t, "an INTERVAL of %s %s, which leaves all years", digits, unit->name);
    if (point && strcmp(unit->name, "second") != 0)
        return cg_tr_refuse(t, "an INTERVAL of %s %s, which MySQL rounds", digits, unit->name);
    const char *text = unit->times == 1
                           ? cg_tr_say(t, "INTERVAL '%s %s'", digits, unit->word)
                           : cg_tr_say(t, "INTERVAL '%lld %s'", strtoll(digits, NULL, 10) * unit->times, unit->word);
    int fraction = point || strcmp(unit->name, "microsecond") == 0 ? 6 : 0;
    return add(t, date, text, unit->whole_days, fraction, sign, ret);
}

static int add_amount(struct tr *t, const struct tr_value *date, struct tr_value *amount, const struct unit *unit,
                      int sign, struct tr_value *ret) {
    bool seconds = strcmp(unit->name, "second") == 0;
    if (cg_tr_as_number(t, amount) < 0)
        return -1;
    if (amount->type.kind == TR_FLOAT || (amount->type.kind == TR_EXACT && !seconds))
        return cg_tr_refuse(t, "an INTERVAL of %s that is not whole", unit->name);
    bool days = strcmp(unit->word, "day") == 0 && date->type.kind == TR_DATE;
    if (days && !(amount->literal && strchr(amount->literal->text, '.')))
        return add_days(t, date, amount, unit, sign, ret);
    if (amount->literal)
        return literal_interval(t, date, amount, unit, sign, ret);
    const char *n = amount->text;
    if (!unit->argument)
        n = cg_tr_say(t, "%s * INTERVAL '1 %s'", cg_tr_at(t, amount, TR_PRODUCT), unit->word);
    else {
        if (strcmp(amount->type.pg, "bigint") == 0 || strcmp(amount->type.pg, "numeric") == 0)
            n = cg_tr_say(t, "%s::integer", cg_tr_at(t, amount, TR_CAST));
        if (unit->times != 1)
            n = cg_tr_say(t, "%s * %d", cg_tr_at(t, amount, TR_PRODUCT), unit->times);
        n = cg_tr_say(t, "make_interval(%s => %s)", unit->argument, n);
    }
    return add(t, date, n, unit->whole_days,
               unit->argument                              ? 0
               : amount->type.kind == TR_EXACT || !seconds ? 6
                                                           : 0,
               sign, ret);
}

static int add_unit(struct tr *t, const struct tr_value *date, const struct cg_sql_expression *e, const char *name,
                    int sign, struct tr_value *ret) {
    struct tr_value amount, from = *date;
    const struct unit *unit = unit_of(name);
    bool days = false;
    if (cg_tr_as_dated(t, &from) < 0 || cg_tr_expression(t, e, &amount) < 0)
        return -1;
    bool is_volatile = from.is_volatile || amount.is_volatile;
    if (unit) {
        if (add_amount(t, &from, &amount, unit, sign, ret) < 0)
            return -1;
    } else {
        const char *text = composite(t, name, &amount, &days);
        if (!text || add(t, &from, cg_tr_say(t, "INTERVAL '%s'", text), days, 0, sign, ret) < 0)
            return -1;
    }
    ret->is_volatile = is_volatile;
    return 0;
}

int cg_tr_add_interval(struct tr *t, const struct tr_value *date, const struct cg_sql_expression *interval, int sign,
                       struct tr_value *ret) {
    return add_unit(t, date, interval->operands[0], interval->name, sign, ret);
}

/* DATE_ADD, ADDDATE, DATE_SUB, SUBDATE: the second argument an INTERVAL, or a number of days. */
int cg_tr_make_date_add(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const struct cg_sql_expression *by = call->node->operands[1];
    int sign = strstr(call->node->name, "sub") ? -1 : 1;
    if (by->kind == CG_SQL_INTERVAL)
        return cg_tr_add_interval(t, &call->arguments[0], by, sign, ret);
    return add_unit(t, &call->arguments[0], by, "day", sign, ret);
}

int cg_tr_make_timestampadd(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    if (!call->node->unit)
        return cg_tr_refuse(t, "TIMESTAMPADD() without a unit");
    return add_unit(t, &call->arguments[1], call->node->operands[0], call->node->unit, 1, ret);
}

/* ---- parts ---- */

/* of: 'd' a DATE or DATETIME will do, 'T' wants a time of day; span: of a TIME beyond 24 hours. */
static const struct part {
    const char *name;
    char of;
    const char *form, *span;
    int most;
} parts[] = {
    {"year", 'd', "extract(year from $1)::integer", NULL, 9999},
    {"quarter", 'd', "extract(quarter from $1)::integer", NULL, 4},
    {"month", 'd', "extract(month from $1)::integer", NULL, 12},
    {"day", 'd', "extract(day from $1)::integer", NULL, 31},
    {"dayofmonth", 'd', "extract(day from $1)::integer", NULL, 31},
    {"dayofweek", 'd', "(extract(dow from $1) + 1)::integer", NULL, 7},
    {"weekday", 'd', "(extract(isodow from $1) - 1)::integer", NULL, 6},
    {"dayofyear", 'd', "extract(doy from $1)::integer", NULL, 366},
    {"year_month", 'd', "(extract(year from $1) * 100 + extract(month from $1))::integer", NULL, 999912},
    {"hour", 'T', "extract(hour from $1)::integer", "abs(extract(hour from $1))::integer", 838},
    {"minute", 'T', "extract(minute from $1)::integer", "abs(extract(minute from $1))::integer", 59},
    {"second", 'T', "trunc(extract(second from $1))::integer", "abs(trunc(extract(second from $1)))::integer", 59},
    {"microsecond", 'T', "extract(microseconds from $1)::integer % 1000000",
     "abs(extract(microseconds from $1))::integer % 1000000", 999999},
    {"day_hour", 'T', "(extract(day from $1) * 100 + extract(hour from $1))::integer", NULL, 3123},
    {"day_minute", 'T',
     "(extract(day from $1) * 10000 + extract(hour from $1) * 100 + extract(minute from $1))::integer", NULL, 312359},
    {"day_second", 'T',
     "(extract(day from $1) * 1000000 + extract(hour from $1) * 10000 + extract(minute from $1) * 100 + "
     "trunc(extract(second from $1)))::integer",
     NULL, 31235959},
    {"hour_minute", 'T', "(extract(hour from $1) * 100 + extract(minute from $1))::integer", NULL, 83859},
    {"hour_second", 'T',
     "(extract(hour from $1) * 10000 + extract(minute from $1) * 100 + trunc(extract(second from $1)))::integer", NULL,
     8385959},
    {"minute_second", 'T', "(extract(minute from $1) * 100 + trunc(extract(second from $1)))::integer", NULL, 5959},
};

static int part_of(struct tr *t, const char *name, const struct tr_value *argument, struct tr_value *ret) {
    struct tr_value value = *argument, read;
    const struct part *part = NULL;
    for (size_t i = 0; i < COUNT(parts); i++)
        if (strcmp(parts[i].name, name) == 0)
            part = &parts[i];
    if (!part)
        return cg_tr_refuse(t, "EXTRACT(%s) has no translation", name);
    bool days = strncmp(name, "day_", 4) == 0;
    if (part->of == 'T' && !days && cg_tr_is_string(&value) &&
        cg_tr_read_temporal(t, value.literal->text, value.literal->length, TR_TIME, &read))
        value = read;
    bool span = value.type.kind == TR_TIME && strcmp(value.type.pg, "interval") == 0;
    if (value.type.kind != TR_TIME && (part->of == 'T' ? cg_tr_as_datetime(t, &value) : cg_tr_as_dated(t, &value)) < 0)
        return -1;
    if (value.type.kind == TR_TIME && (part->of == 'd' || days || (span && !part->span)))
        return cg_tr_refuse(t, "it takes the %s of a time", name);
    ret->type = cg_tr_integer(part->most);
    ret->type.nonnegative = true;
    bool nullable = value.nullable;
    if (cg_tr_form(t, span ? part->span : part->form, &value, 1, ret) < 0)
        return -1;
    ret->nullable = nullable;
    return 0;
}

int cg_tr_make_part(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    return part_of(t, call->node->name, &call->arguments[0], ret);
}

int cg_tr_make_extract(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    if (!call->node->unit)
        return cg_tr_refuse(t, "EXTRACT() without a unit");
    if (strcmp(call->node->unit, "week") == 0)
        return cg_tr_make_week(t, call, ret);
    return part_of(t, call->node->unit, &call->arguments[0], ret);
}

/* ---- weeks ----
 *
 * Eight modes. Those that begin a year with week 0 count from its first day; the others number the week of the year
 * that most of it (or its first day) lies in, which is that of one certain day of it. */
static const char *const week_forms[8] = {
    "(extract(doy from $1) + 6 - extract(dow from $1))::integer / 7",
    "(extract(doy from $1) + 10 - extract(isodow from $1))::integer / 7",
    "(extract(doy from $1 - extract(dow from $1)::integer) + 6)::integer / 7",
    "extract(week from $1)::integer",
    "(extract(doy from $1) + 9 - extract(dow from $1))::integer / 7",
    "(extract(doy from $1) + 7 - extract(isodow from $1))::integer / 7",
    "(extract(doy from $1 - extract(dow from $1)::integer + 3) + 6)::integer / 7",
    "(extract(doy from $1 - extract(isodow from $1)::integer + 1) + 6)::integer / 7",
};

/* The year that the week of the modes 2, 3, 6 and 7 belongs to. */
static const char *const week_years[8] = {
    NULL,
    NULL,
    "extract(year from $1 - extract(dow from $1)::integer)::integer",
    "extract(isoyear from $1)::integer",
    NULL,
    NULL,
    "extract(year from $1 - extract(dow from $1)::integer + 3)::integer",
    "extract(year from $1 - extract(isodow from $1)::integer + 1)::integer",
};

/* WEEK(d[, mode]), WEEKOFYEAR(d), YEARWEEK(d[, mode]), EXTRACT(WEEK FROM d) */
int cg_tr_make_week(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    bool with_year = strcmp(call->node->name, "yearweek") == 0;
    long long mode = strcmp(call->node->name, "weekofyear") == 0 ? 3 : 0;
    struct tr_value date = call->arguments[0];
    char form[240];
    if (call->count > 1 && (!cg_tr_is_integer(&call->arguments[1], &mode) || mode < 0 || mode > 7))
        return cg_tr_refuse(t, "the mode of %s() is no literal from 0 to 7", call->node->name);
    if (cg_tr_as_date(t, &date) < 0)
        return -1;
    ret->type = cg_tr_integer(with_year ? 999953 : 53);
    ret->type.nonnegative = true;
    if (!with_year)
        return cg_tr_form(t, week_forms[mode], &date, 1, ret);
    mode |= 2;
    snprintf(form, sizeof form, "%s * 100 + %s", week_years[mode], week_forms[mode]);
    return cg_tr_form(t, form, &date, 1, ret);
}

/* ---- differences ---- */

int cg_tr_make_timestampdiff(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    static const struct {
        const char *unit, *form;
    } forms[] = {
        {"microsecond", "(extract(epoch from @2 - @1) * 1000000)::bigint"},
        {"second", "trunc(extract(epoch from @2 - @1))::bigint"},
        {"minute", "trunc(extract(epoch from @2 - @1) / 60)::bigint"},
        {"hour", "trunc(extract(epoch from @2 - @1) / 3600)::bigint"},
        {"day", "trunc(extract(epoch from @2 - @1) / 86400)::bigint"},
        {"week", "trunc(extract(epoch from @2 - @1) / 604800)::bigint"},
        {"month", "(extract(year from age($2, $1)) * 12 + extract(month from age($2, $1)))::bigint"},
        {"quarter", "trunc((extract(year from age($2, $1)) * 12 + extract(month from age($2, $1))) / 3)::bigint"},
        {"year", "extract(year from age($2, $1))::bigint"},
    };
    struct tr_value v[2] = {call->arguments[0], call->arguments[1]};
    const char *unit = call->node->unit ? call->node->unit : "";
    if (cg_tr_as_dated(t, &v[0]) < 0 || cg_tr_as_dated(t, &v[1]) < 0)
        return -1;
    if (strcmp(unit, "day") == 0 && v[0].type.kind == TR_DATE && v[1].type.kind == TR_DATE)
        return cg_tr_form(t, "(@2 - @1)::bigint", v, 2, ret);
    if (cg_tr_as_datetime(t, &v[0]) < 0 || cg_tr_as_datetime(t, &v[1]) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(forms); i++)
        if (strcmp(forms[i].unit, unit) == 0)
            return cg_tr_form(t, forms[i].form, v, 2, ret);
    return cg_tr_refuse(t, "TIMESTAMPDIFF(%s) has no translation", unit);
}

/* TIMESTAMP(d[, time]) */
int cg_tr_make_timestamp(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value v[2] = {call->arguments[0]};
    if (cg_tr_as_datetime(t, &v[0]) < 0)
        return -1;
    if (call->count == 1) {
        *ret = v[0];
        return 0;
    }
    v[1] = call->arguments[1];
    if (cg_tr_is_dated(&v[1].type))
        return cg_tr_refuse(t, "TIMESTAMP() with a date for a time");
    if (cg_tr_as_time(t, &v[1]) < 0)
        return -1;
    note_end(t, 1);
    ret->type = cg_tr_datetime(v[0].type.fraction > v[1].type.fraction ? v[0].type.fraction : v[1].type.fraction);
    return cg_tr_form(t, "@1 + @2::interval", v, 2, ret);
}

int cg_tr_make_time_to_sec(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    ret->type.bound = 3020399;
    ret->type.nonnegative = strcmp(call->arguments[0].type.pg, "time") == 0;
    return cg_tr_form(t, "trunc(extract(epoch from $1))::integer", call->arguments, 1, ret);
}

int cg_tr_make_itself(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    (void)t;
    *ret = call->arguments[0];
    return 0;
}

/* ---- seconds since 1970 ---- */

/* Outside of what a TIMESTAMP may be: 0 (MySQL), NULL (MariaDB). */
int cg_tr_make_unix_timestamp(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    char form[220];
    if (!call->count)
        return cg_tr_form(t, "floor(extract(epoch from statement_timestamp()))::bigint", NULL, 0, ret);
    struct tr_value value = call->arguments[0];
    int fraction = value.type.fraction;
    if (value.type.kind != TR_TIMESTAMP && cg_tr_as_datetime(t, &value) < 0)
        return -1;
    fraction = value.type.fraction;
    if (fraction) {
        ret->type = cg_tr_exact(fraction, 1e13);
        ret->type.nonnegative = true;
    }
    const char *instant = value.type.kind == TR_TIMESTAMP ? "$1" : "@1::timestamptz";
    const char *beyond = t->context->dialect.mariadb ? "NULL" : "0";
    const char *most = t->context->dialect.mariadb ? "2147483647" : "32536771199";
    char as[24] = "bigint";
    if (fraction)
        snprintf(as, sizeof as, "numeric(20,%d)", fraction);
    snprintf(form, sizeof form,
             "CASE WHEN floor(extract(epoch from %s)) NOT BETWEEN 0 AND %s THEN %s ELSE extract(epoch from %s)::%s END",
             instant, most, beyond, instant, as);
    return cg_tr_form(t, form, &value, 1, ret);
}

int cg_tr_make_from_unixtime(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value datetime = {.type = cg_tr_datetime(0)};
    char form[100];
    snprintf(form, sizeof form, "CASE WHEN @1 BETWEEN 0 AND %s THEN to_timestamp($1)::timestamp END",
             t->context->dialect.mariadb ? "2147483647" : "32536771199");
    if (cg_tr_form(t, form, &call->arguments[0], 1, &datetime) < 0)
        return -1;
    if (call->count == 1) {
        *ret = datetime;
        return 0;
    }
    struct tr_value both[2] = {datetime, call->arguments[1]};
    struct tr_call inner = {call->node, both, 2};
    return cg_tr_make_date_format(t, &inner, ret);
}
