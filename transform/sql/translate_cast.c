/* CAST and CONVERT. MySQL rounds decimals half away from zero and doubles to even, as PostgreSQL's casts do; what wraps
 * around (a negative number AS UNSIGNED) or is read up to its first odd character (a text AS SIGNED) is refused. */
#include "transform/sql/translate_internal.h"

#include <math.h>
#include <stdio.h>

static int to_binary(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    if (cast->length >= 0)
        return cg_tr_refuse(t, "BINARY(%d) cuts or fills up with zero bytes", cast->length);
    return cg_tr_as_bytes(t, value);
}

static int to_char(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    if (cast->charset && strcmp(cast->charset, "binary") == 0)
        return to_binary(t, cast, value);
    if (cast->charset && strncmp(cast->charset, "utf8", 4) != 0)
        return cg_tr_refuse(t, "it casts into the character set %s", cast->charset);
    if (value->type.kind == TR_BYTES)
        return cg_tr_refuse(t, "it takes bytes for a text");
    if (cg_tr_as_text(t, value) < 0)
        return -1;
    value->type.pg = "text";
    if (cast->length < 0)
        return 0;
    struct tr_type type = value->type;
    bool nullable = value->nullable, is_volatile = value->is_volatile;
    if (cg_tr_set(t, value, cg_tr_say(t, "left(%s, %d)", value->text, cast->length), TR_ATOM, type) < 0)
        return -1;
    value->nullable = nullable;
    value->is_volatile = is_volatile;
    return 0;
}

/* The number that a text begins with, 0 where it begins with none: form is of that text. */
static int leading(struct tr *t, struct tr_value *value, const char *form, struct tr_type type) {
    struct tr_value result = {.type = type};
    bool nullable = value->nullable;
    if (cg_tr_as_text(t, value) < 0 || cg_tr_form(t, form, value, 1, &result) < 0)
        return -1;
    *value = result;
    value->nullable = nullable;
    return 0;
}

/* CAST(text AS SIGNED): its leading digits; AS UNSIGNED: modulo 2^64 where it is negative. */
static int digits_of(struct tr *t, bool is_unsigned, struct tr_value *value) {
    static const char *const forms[2] = {
        "CASE WHEN @1 IS NOT NULL THEN coalesce(substring($1, '^[ \\t-\\r]*([-+]?[0-9]+)')::bigint, 0) END",
        "CASE WHEN @1 ~ '^[ \\t-\\r]*-' THEN mod(coalesce(substring($1, '^[ \\t-\\r]*([-+]?[0-9]+)')::numeric, 0) "
        "+ "
        "18446744073709551616, 18446744073709551616) WHEN @1 IS NOT NULL THEN coalesce(substring($1, '^[ \\t-\\r]*"
        "([-+]?[0-9]+)')::numeric, 0) END"};
    struct tr_type type = cg_tr_integer(is_unsigned ? 18446744073709551616.0 : 9223372036854775807.0);
    type.is_unsigned = type.nonnegative = is_unsigned;
    return leading(t, value, forms[is_unsigned], type);
}

static int to_integer(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    bool is_unsigned = strcmp(cast->name, "unsigned") == 0;
    long long number;
    if (value->type.kind == TR_TEXT && !cg_tr_is_string(value))
        return digits_of(t, is_unsigned, value);
    if (cg_tr_is_string(value) && (cg_tr_as_number(t, value) < 0 || !cg_tr_is_integer(value, &number)))
        return cg_tr_refuse(t, "it casts a text to a whole number, which MySQL reads up to its first odd character");
    if (cg_tr_as_number(t, value) < 0)
        return -1;
    if (is_unsigned && !value->type.nonnegative)
        return cg_tr_refuse(t, "it casts to UNSIGNED what may be negative, which wraps around in MySQL");
    if (!is_unsigned && value->type.bound >= 9223372036854775808.0 && strcmp(value->type.pg, "numeric") == 0 &&
        value->type.kind == TR_INTEGER)
        return cg_tr_refuse(t, "it casts to SIGNED what may be beyond a bigint, which wraps around in MySQL");
    double bound = value->type.kind == TR_FLOAT ? 9223372036854775807.0 : value->type.bound;
    bool nonnegative = value->type.nonnegative;
    if (value->type.kind != TR_INTEGER) {
        if (cg_tr_cast(t, value, "bigint") < 0)
            return -1;
        const char *pg = value->type.pg;
        value->type = cg_tr_integer(bound);
        value->type.pg = pg;
    }
    value->type.year = false;
    value->type.width = 0;
    value->type.is_unsigned = is_unsigned;
    value->type.nonnegative = nonnegative;
    return 0;
}

static int to_decimal(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    int precision = cast->length > 0 ? cast->length : 10, scale = cast->scale > 0 ? cast->scale : 0;
    bool nullable = value->nullable, is_volatile = value->is_volatile;
    if (value->type.kind == TR_TEXT && !cg_tr_is_string(value) &&
        leading(t, value,
                "CASE WHEN @1 IS NOT NULL THEN coalesce(substring($1, '^[ \\t-\\r]*([-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)"
                "([eE][-+]?[0-9]+)?)')::numeric, 0) END",
                cg_tr_exact(30, pow(10, 35))) < 0)
        return -1;
    if (cg_tr_as_number(t, value) < 0)
        return -1;
    if (value->type.kind == TR_FLOAT && (cg_tr_as_float(t, value) < 0 || cg_tr_cast(t, value, "text") < 0))
        return -1; /* by its shortest digits, as MySQL does; PostgreSQL's own cast takes fifteen */
    struct tr_type type = cg_tr_exact(scale, pow(10, precision - scale));
    type.nonnegative = value->type.nonnegative;
    const char *text = cg_tr_say(t, "%s::numeric(%d,%d)", cg_tr_at(t, value, TR_CAST), precision, scale);
    if (cg_tr_set(t, value, text, TR_CAST, type) < 0)
        return -1;
    value->nullable = nullable;
    value->is_volatile = is_volatile;
    return 0;
}

/* MySQL rounds what is cut of a fraction, MariaDB drops it. */
static int cut(struct tr *t, int digits, struct tr_value *value) {
    static const char *const steps[] = {"1 second",      "100 milliseconds", "10 milliseconds",
                                        "1 millisecond", "100 microseconds", "10 microseconds"};
    struct tr_type type = value->type;
    bool nullable = value->nullable, is_volatile = value->is_volatile;
    if (type.fraction <= digits) {
        value->type.fraction = digits;
        return 0;
    }
    type.fraction = digits;
    const char *text = t->context->dialect.mariadb
                           ? cg_tr_say(t, "date_bin('%s', %s, TIMESTAMP '0001-01-01')", steps[digits], value->text)
                           : cg_tr_say(t, "%s::timestamp(%d)", cg_tr_at(t, value, TR_CAST), digits);
    if (cg_tr_set(t, value, text, t->context->dialect.mariadb ? TR_ATOM : TR_CAST, type) < 0)
        return -1;
    value->nullable = nullable;
    value->is_volatile = is_volatile;
    return 0;
}

static int to_datetime(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    int digits = cast->length > 0 ? cast->length : 0;
    if (digits > 6)
        return cg_tr_refuse(t, "a datetime has no %d digits of the second", digits);
    return cg_tr_as_datetime(t, value) < 0 ? -1 : cut(t, digits, value);
}

static int to_date(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    (void)cast;
    return cg_tr_as_date(t, value);
}

static int to_time(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    if (cg_tr_as_time(t, value) < 0)
        return -1;
    if (value->type.fraction > (cast->length > 0 ? cast->length : 0))
        return cg_tr_refuse(t, "it cuts the fraction of a time");
    value->type.fraction = cast->length > 0 ? cast->length : 0;
    return 0;
}

static int to_json(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    (void)cast;
    return cg_tr_as_json(t, value);
}

static int to_float(struct tr *t, const struct cg_sql_cast *cast, struct tr_value *value) {
    if (cg_tr_as_float(t, value) < 0)
        return -1;
    return strcmp(cast->name, "float") == 0 && cast->length < 25 ? cg_tr_cast(t, value, "real") : 0;
}

static const struct {
    const char *name;
    int (*make)(struct tr *, const struct cg_sql_cast *, struct tr_value *);
} targets[] = {
    {"char", to_char},       {"binary", to_binary}, {"signed", to_integer},    {"unsigned", to_integer},
    {"decimal", to_decimal}, {"date", to_date},     {"datetime", to_datetime}, {"time", to_time},
    {"json", to_json},       {"float", to_float},   {"double", to_float},      {"real", to_float},
};

int cg_tr_cast_to(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (e->cast.array)
        return cg_tr_refuse(t, "it makes an index of many values for one row");
    if (cg_tr_expression(t, e->operands[0], ret) < 0)
        return -1;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (strcmp(e->cast.name, targets[i].name) == 0)
            return targets[i].make(t, &e->cast, ret);
    return cg_tr_refuse(t, "CAST AS %s has no translation", e->cast.name);
}
