/* Functions of numbers. Decimals are rounded half away from zero by both engines; doubles are scaled, rounded to even
 * and scaled back, which is written out. */
#include "transform/sql/translate_functions.h"

#include <math.h>
#include <stdio.h>

/* ROUND(x[, d]) and TRUNCATE(x, d) */
static int round_float(struct tr *t, const char *function, long long digits, const struct tr_value *value,
                       struct tr_value *ret) {
    char form[120];
    if (digits < -300 || digits > 300)
        return cg_tr_refuse(t, "it rounds to %lld digits", digits);
    if (digits == 0)
        snprintf(form, sizeof form, "%s($1)", function);
    else if (digits > 0)
        snprintf(form, sizeof form, "%s(@1 * '1e%lld'::double precision) / '1e%lld'::double precision", function,
                 digits, digits);
    else
        snprintf(form, sizeof form, "%s(@1 / '1e%lld'::double precision) * '1e%lld'::double precision", function,
                 -digits, -digits);
    ret->type = cg_tr_float();
    ret->type.width = -1; /* it prints so many digits */
    return cg_tr_form(t, form, value, 1, ret);
}

int cg_tr_make_round(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const char *function = call->node->name[0] == 'r' ? "round" : "trunc";
    struct tr_value value = call->arguments[0];
    long long digits = 0;
    char form[80];
    if (call->count > 1 && !cg_tr_is_integer(&call->arguments[1], &digits))
        return cg_tr_refuse(t, "it rounds to a number of digits that is no literal");
    if (value.type.kind == TR_FLOAT)
        return cg_tr_as_float(t, &value) < 0 ? -1 : round_float(t, function, digits, &value, ret);
    if (value.type.kind == TR_INTEGER && digits >= 0) {
        *ret = value;
        ret->literal = NULL;
        ret->type.year = false;
        ret->type.width = 0;
        return 0;
    }
    if (digits > 30 || digits < -64)
        return cg_tr_refuse(t, "it rounds to %lld digits", digits);
    if (!t->context->dialect.mariadb && digits > value.type.scale)
        digits = value.type.scale; /* MySQL adds no zeros */
    if (value.type.kind == TR_INTEGER) {
        snprintf(form, sizeof form, "%s(@1::numeric, %lld)", function, digits);
        ret->type = cg_tr_integer(value.type.bound * 10);
        ret->type.pg = "numeric";
        ret->type.nonnegative = value.type.nonnegative;
        ret->type.is_unsigned = value.type.is_unsigned;
        return cg_tr_form(t, form, &value, 1, ret);
    }
    ret->type = cg_tr_exact(digits > 0 ? (int)digits : 0, value.type.bound + 1);
    ret->type.nonnegative = value.type.nonnegative;
    snprintf(form, sizeof form, call->count > 1 ? "%s($1, %lld)" : "%s($1)", function, digits);
    return cg_tr_form(t, form, &value, 1, ret);
}

/* CEIL() and FLOOR() of decimals are whole. */
int cg_tr_make_ceil(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const char *form = call->node->name[0] == 'c' ? "ceil($1)" : "floor($1)";
    struct tr_value value = call->arguments[0];
    if (value.type.kind == TR_INTEGER) {
        *ret = value;
        ret->literal = NULL;
        ret->type.year = false;
        ret->type.width = 0;
        return 0;
    }
    if (value.type.kind == TR_FLOAT) {
        if (cg_tr_as_float(t, &value) < 0)
            return -1;
        ret->type = cg_tr_float();
        return cg_tr_form(t, form, &value, 1, ret);
    }
    ret->type = cg_tr_integer(value.type.bound + 1);
    ret->type.pg = "numeric";
    ret->type.nonnegative = value.type.nonnegative;
    return cg_tr_form(t, form, &value, 1, ret);
}

/* The least integer has no positive. */
int cg_tr_make_abs(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value = call->arguments[0];
    bool small = strcmp(value.type.pg, "smallint") == 0;
    if (!value.type.nonnegative && (small || strcmp(value.type.pg, "integer") == 0) &&
        cg_tr_cast(t, &value, small ? "integer" : "bigint") < 0)
        return -1;
    if (value.type.kind == TR_FLOAT && cg_tr_as_float(t, &value) < 0)
        return -1;
    ret->type = value.type;
    ret->type.nonnegative = true;
    ret->type.year = false;
    ret->type.width = 0;
    bool nullable = value.nullable;
    if (cg_tr_form(t, "abs($1)", &value, 1, ret) < 0)
        return -1;
    ret->nullable = nullable;
    return 0;
}

/* CONV(x, 10, 2), which is what BIN(x) is kept as, and CONV(x, 10, 16). */
int cg_tr_make_conv(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    long long from = 10, to = 2;
    if (call->count > 1 &&
        (!cg_tr_is_integer(&call->arguments[1], &from) || !cg_tr_is_integer(&call->arguments[2], &to)))
        return cg_tr_refuse(t, "CONV() to a base that is no literal");
    if (from != 10 || (to != 2 && to != 16))
        return cg_tr_refuse(t, "CONV() from the base %lld to %lld", from, to);
    return cg_tr_form(t,
                      to == 16 ? "upper(to_hex(@1::bigint))"
                               : "CASE @1::bigint WHEN 0 THEN '0' ELSE ltrim(@1::bigint::bit(64)::text, '0') END",
                      call->arguments, 1, ret);
}

/* ATAN(x) and ATAN(y, x), which is ATAN2 */
int cg_tr_make_atan(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    return cg_tr_form(t, call->count > 1 ? "atan2($1, $2)" : "atan($1)", call->arguments, call->count, ret);
}

int cg_tr_make_mod(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value left = call->arguments[0], right = call->arguments[1];
    return cg_tr_arithmetic(t, "%", &left, &right, ret);
}

/* LOG(x) is the natural one, LOG(b, x) that to the base b; NULL outside of what they are defined for. */
int cg_tr_make_log(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    if (call->count == 1)
        return cg_tr_form(t, "CASE WHEN @1 > 0 THEN ln($1) END", call->arguments, 1, ret);
    return cg_tr_form(t, "CASE WHEN @1 > 0 AND @1 <> 1 AND @2 > 0 THEN ln($2) / ln($1) END", call->arguments, 2, ret);
}

/* FORMAT(x, d): commas between thousands, always those of en_US unless a locale is named. */
int cg_tr_make_format(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value = call->arguments[0];
    long long digits;
    char form[200] = "to_char(round($1, ";
    if (call->count > 2)
        return cg_tr_refuse(t, "FORMAT() with a locale");
    if (!cg_tr_is_integer(&call->arguments[1], &digits) || digits > 30)
        return cg_tr_refuse(t, "FORMAT() to a number of digits that is no literal");
    if (value.type.kind == TR_FLOAT)
        return cg_tr_refuse(t, "FORMAT() of a floating-point number");
    digits = digits < 0 ? 0 : digits;
    if (strcmp(value.type.pg, "numeric") != 0 && cg_tr_cast(t, &value, "numeric") < 0)
        return -1;
    snprintf(form + strlen(form), sizeof form - strlen(form), "%lld), 'FM", digits);
    int whole = (int)ceil(log10(value.type.bound > 10 ? value.type.bound : 10)) + 1;
    if (whole > 60)
        return cg_tr_refuse(t, "FORMAT() of a number of unknown size");
    for (int i = whole - 1; i >= 0; i--) {
        strcat(form, i ? "9" : "0");
        strcat(form, i && i % 3 == 0 ? "," : "");
    }
    strcat(form, digits ? "." : "");
    for (long long i = 0; i < digits; i++)
        strcat(form, "0");
    strcat(form, "')");
    return cg_tr_form(t, form, &value, 1, ret);
}
