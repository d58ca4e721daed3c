/* + - * / DIV % and the operators on bits.
 *
 * MySQL reckons whole numbers in 64 bits and decimals exactly; PostgreSQL reckons integer + integer in 32. So each
 * result knows how far from 0 it may be, and an operand is cast only where the narrower type might not do.
 *
 * A decimal quotient shows four digits more than the dividend has. MySQL rounds it to them at once; MariaDB keeps whole
 * groups of nine inside of an expression: there a quotient's text has those, and `shown` the four. PostgreSQL's own /
 * rounds to digits of its choosing; where that might tip a last digit, div() is used, which is exact. */
#include "transform/sql/translate_internal.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_SCALE = 30, MORE_DIGITS = 4 };

static const double two_31 = 2147483648.0, two_63 = 9223372036854775808.0;

static bool is_pg(const struct tr_value *value, const char *pg) {
    return strcmp(value->type.pg, pg) == 0;
}

static double larger(double a, double b) {
    return a > b ? a : b;
}

/* ---- + - * ---- */

static int infix(struct tr *t, const char *op, const struct tr_value *left, const struct tr_value *right,
                 struct tr_type type, struct tr_value *ret) {
    enum tr_level level = *op == '+' || *op == '-'                 ? TR_SUM
                          : *op == '*' || *op == '/' || *op == '%' ? TR_PRODUCT
                                                                   : TR_OPERATOR;
    bool nullable = left->nullable || right->nullable, is_volatile = left->is_volatile || right->is_volatile;
    const char *text =
        cg_tr_say(t, "%s %s %s", cg_tr_at(t, left, level), op, cg_tr_at(t, right, (enum tr_level)(level + 1)));
    if (cg_tr_set(t, ret, text, level, type) < 0)
        return -1;
    ret->nullable = nullable;
    ret->is_volatile = is_volatile;
    return 0;
}

static int floats(struct tr *t, const char *op, struct tr_value *left, struct tr_value *right, struct tr_value *ret) {
    if (cg_tr_as_float(t, left) < 0 || cg_tr_as_float(t, right) < 0)
        return -1;
    struct tr_type type = cg_tr_float();
    type.width = left->type.width < 0 || right->type.width < 0 ? -1 : 0;
    return infix(t, op, left, right, type, ret);
}

/* Casts the left operand when what PostgreSQL would reckon in cannot hold the result. */
static int make_room(struct tr *t, struct tr_value *left, struct tr_value *right, double bound, bool beyond,
                     const char **ret_pg) {
    bool big = is_pg(left, "bigint") || is_pg(right, "bigint");
    if (is_pg(left, "numeric") || is_pg(right, "numeric")) {
        *ret_pg = "numeric";
        return 0;
    }
    if (bound < two_31) {
        *ret_pg = big ? "bigint" : "integer";
        if (!big && is_pg(left, "smallint") && is_pg(right, "smallint"))
            return cg_tr_cast(t, left, "integer");
        return 0;
    }
    *ret_pg = bound >= two_63 && beyond ? "numeric" : "bigint";
    return big && strcmp(*ret_pg, "bigint") == 0 ? 0 : cg_tr_cast(t, left, *ret_pg);
}

static int exact(struct tr *t, const char *op, struct tr_value *left, struct tr_value *right, struct tr_value *ret) {
    bool times = *op == '*', decimal = left->type.kind == TR_EXACT || right->type.kind == TR_EXACT;
    double bound = times ? left->type.bound * right->type.bound : left->type.bound + right->type.bound;
    int scale = times                                  ? left->type.scale + right->type.scale
                : left->type.scale > right->type.scale ? left->type.scale
                                                       : right->type.scale;
    struct tr_type type = decimal ? cg_tr_exact(scale, bound) : cg_tr_integer(bound);
    if (scale > MOST_SCALE)
        return cg_tr_refuse(t, "its result has more than %d digits behind the point, which MySQL cuts", MOST_SCALE);
    type.is_unsigned = !decimal && (left->type.is_unsigned || right->type.is_unsigned);
    type.nonnegative =
        left->type.nonnegative && right->type.nonnegative && (*op != '-' || (type.is_unsigned && !decimal));
    type.ragged = left->type.ragged || right->type.ragged;
    if (make_room(t, left, right, bound, decimal || type.is_unsigned, &type.pg) < 0)
        return -1;
    return infix(t, op, left, right, type, ret);
}

/* ---- / ---- */

/* The divisor, NULL for 0. */
static const char *divisor(struct tr *t, const struct tr_value *value, enum tr_level level) {
    double number = value->literal && value->literal->text ? strtod(value->literal->text, NULL) : 0;
    return number != 0 ? cg_tr_at(t, value, level) : cg_tr_say(t, "nullif(%s, 0)", value->text);
}

static double digits_of(const struct tr_type *type) {
    return ceil(log10(type->bound > 1 ? type->bound : 1) + 1e-9) + type->scale;
}

static int nines(int digits) {
    return (digits + 8) / 9 * 9;
}

/* Does PostgreSQL's own quotient, which has 16 significant digits at least and 20 behind the point when it is below 1,
 * round to `scale` digits as the exact one does? A quotient of A by B is no nearer to a tie than 1 / (2 B 10^n), n the
 * digits in question. */
static bool rounds_alike(const struct tr_type *left, const struct tr_type *right, int scale) {
    double most_left = digits_of(left), most_right = digits_of(right);
    return most_left + right->scale + scale <= 16 && most_right + left->scale + scale <= 20 && !left->ragged &&
           !right->ragged;
}

int cg_tr_divide(struct tr *t, const struct tr_value *left, const struct tr_value *right, struct tr_value *ret) {
    int scale = left->type.scale + MORE_DIGITS;
    int more =
        MORE_DIGITS - (nines(left->type.scale) - left->type.scale + nines(right->type.scale) - right->type.scale);
    int inner = nines(nines(left->type.scale) + nines(right->type.scale) + (more > 0 ? more : 0));
    struct tr_type type = cg_tr_exact(scale, left->type.bound * pow(10, right->type.scale));
    bool is_volatile = left->is_volatile || right->is_volatile;
    if (scale > MOST_SCALE || inner > 3 * MOST_SCALE)
        return cg_tr_refuse(t, "its quotient has more than %d digits behind the point, which MySQL cuts", MOST_SCALE);
    type.nonnegative = left->type.nonnegative && right->type.nonnegative;
    const char *by = divisor(t, right, TR_UNARY), *by_bare = divisor(t, right, TR_LOOSE);
    const char *above = cg_tr_at(t, left, TR_PRODUCT), *shown;
    if (inner == scale) { /* none are left to round by */
        shown = cg_tr_say(t, "round(div(%s * 1e%d, %s) * 1e-%d, %d)", above, scale, by_bare, scale, scale);
    } else if (rounds_alike(&left->type, &right->type, scale)) {
        bool whole = !is_pg(left, "numeric") && !is_pg(right, "numeric");
        shown = whole ? cg_tr_say(t, "round(%s::numeric / %s, %d)", cg_tr_at(t, left, TR_CAST), by, scale)
                      : cg_tr_say(t, "round(%s / %s, %d)", above, by, scale);
    } else {
        shown = cg_tr_say(t, "round(div(%s * 1e%d, %s) * 1e-%d, %d)", above, scale + 1, by_bare, scale + 1, scale);
    }
    const char *text = cg_tr_say(t, "div(%s * 1e%d, %s) * 1e-%d", above, inner, by_bare, inner);
    bool rounds = !t->context->dialect.mariadb;
    type.ragged = !rounds;
    if (cg_tr_set(t, ret, rounds ? shown : text, rounds ? TR_ATOM : TR_PRODUCT, type) < 0)
        return -1;
    ret->shown = shown;
    ret->is_volatile = is_volatile;
    return 0;
}

static int divide(struct tr *t, struct tr_value *left, struct tr_value *right, struct tr_value *ret) {
    if (left->type.kind != TR_FLOAT && right->type.kind != TR_FLOAT)
        return cg_tr_divide(t, left, right, ret);
    if (cg_tr_as_float(t, left) < 0 || cg_tr_as_float(t, right) < 0)
        return -1;
    struct tr_value by = *right;
    by.text = cg_tr_say(t, "nullif(%s, 0)", right->text);
    by.level = TR_ATOM;
    by.nullable = true;
    return infix(t, "/", left, &by, cg_tr_float(), ret);
}

/* ---- DIV and % ---- */

static int whole(struct tr *t, const char *op, struct tr_value *left, struct tr_value *right, struct tr_value *ret) {
    bool modulo = *op == '%', integers = left->type.kind == TR_INTEGER && right->type.kind == TR_INTEGER;
    double bound = modulo ? right->type.bound : left->type.bound * pow(10, right->type.scale);
    int scale = left->type.scale > right->type.scale ? left->type.scale : right->type.scale;
    struct tr_type type = modulo && !integers ? cg_tr_exact(scale, bound) : cg_tr_integer(bound);
    if (left->type.kind == TR_FLOAT || right->type.kind == TR_FLOAT)
        return cg_tr_refuse(t, "it takes %s of floating-point numbers",
                            modulo ? "the remainder" : "the whole quotient");
    type.nonnegative = left->type.nonnegative && (modulo || right->type.nonnegative);
    type.is_unsigned = integers && (left->type.is_unsigned || right->type.is_unsigned);
    type.ragged = modulo && (left->type.ragged || right->type.ragged);
    struct tr_value by = *right;
    by.text = divisor(t, right, TR_LOOSE);
    by.nullable = true;
    if (strncmp(by.text, "nullif", 6) == 0)
        by.level = TR_ATOM;
    if (!integers && !modulo) { /* div() is of numeric and cuts */
        const char *text = cg_tr_say(t, "div(%s, %s)", left->text, by.text);
        type.pg = "numeric";
        bool is_volatile = left->is_volatile || right->is_volatile;
        if (cg_tr_set(t, ret, text, TR_ATOM, type) < 0)
            return -1;
        ret->is_volatile = is_volatile;
        return 0;
    }
    if (is_pg(left, "numeric") || is_pg(right, "numeric")) {
        type.pg = "numeric";
        if (!modulo) {
            ret->type = type;
            struct tr_value pair[2] = {*left, by};
            return cg_tr_form(t, "div($1, $2)", pair, 2, ret);
        }
        return infix(t, "%", left, &by, type, ret);
    }
    /* the least number by -1 is beyond its own type */
    if (!modulo && !left->type.nonnegative && !right->literal && !is_pg(left, "bigint") &&
        cg_tr_cast(t, left, "bigint") < 0)
        return -1;
    type.pg = is_pg(left, "bigint") || is_pg(right, "bigint") ? "bigint" : "integer";
    return infix(t, modulo ? "%" : "/", left, &by, type, ret);
}

/* A text makes it a matter of doubles: whole numbers come out the same as long as they are not too large. */
static bool whole_in_double(const char *op, const struct tr_value *left, const struct tr_value *right) {
    const double most = 9007199254740992.0;
    double bound = *op == '*' ? left->type.bound * right->type.bound : left->type.bound + right->type.bound;
    return *op != '/' && left->type.kind == TR_INTEGER && right->type.kind == TR_INTEGER && bound < most;
}

/* An ENUM counts by its place: as a double to MySQL, so only beside whole numbers is it the same. */
static int enum_operand(struct tr *t, const char *op, struct tr_value *value, const struct tr_value *other) {
    if (value->type.kind != TR_ENUM)
        return 0;
    if (other->type.kind != TR_INTEGER || !strchr("+-*", *op))
        return cg_tr_refuse(t, "it reckons with the place of an ENUM value beside %s",
                            cg_tr_kind_name(other->type.kind));
    return cg_tr_enum_index(t, value);
}

int cg_tr_arithmetic(struct tr *t, const char *op, struct tr_value *left, struct tr_value *right,
                     struct tr_value *ret) {
    if (enum_operand(t, op, left, right) < 0 || enum_operand(t, op, right, left) < 0)
        return -1;
    bool text = cg_tr_is_string(left) || cg_tr_is_string(right);
    if (cg_tr_as_number(t, left) < 0 || cg_tr_as_number(t, right) < 0)
        return -1;
    if (text && !whole_in_double(op, left, right) && (cg_tr_as_float(t, left) < 0 || cg_tr_as_float(t, right) < 0))
        return -1;
    if (strcmp(op, "/") == 0)
        return divide(t, left, right, ret);
    if (strcmp(op, "%") == 0 || strcmp(op, "div") == 0)
        return whole(t, op, left, right, ret);
    if (left->type.kind == TR_FLOAT || right->type.kind == TR_FLOAT)
        return floats(t, op, left, right, ret);
    return exact(t, op, left, right, ret);
}

/* ---- bits: of 64 without a sign to MySQL ---- */

static int complement(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (cg_tr_expression(t, e->operands[0], ret) < 0 || cg_tr_as_integer(t, ret, "bigint") < 0)
        return -1;
    return cg_tr_set(t, ret, cg_tr_say(t, "~%s", cg_tr_at(t, ret, TR_ATOM)), TR_OPERATOR, ret->type);
}

static bool is_complement(const struct cg_sql_expression *e) {
    return e->kind == CG_SQL_UNARY && strcmp(e->name, "~") == 0;
}

static int shift(struct tr *t, const char *op, struct tr_value *left, struct tr_value *right, struct tr_value *ret) {
    long long by = 0;
    if (!cg_tr_is_integer(right, &by) || by < 0 || by > 62)
        return cg_tr_refuse(t, "it shifts by what is no literal from 0 to 62: MySQL's bits fall out at the 64th");
    double bound = *op == '<' ? ldexp(left->type.bound, (int)by) : left->type.bound;
    if (bound > two_63)
        return cg_tr_refuse(t, "its shifted bits may reach the sign");
    struct tr_type type = cg_tr_integer(bound);
    type.nonnegative = type.is_unsigned = true;
    type.pg = "bigint";
    return cg_tr_cast(t, left, "bigint") < 0 ? -1 : infix(t, op, left, right, type, ret);
}

int cg_tr_bits(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_value left, right;
    bool both = strcmp(e->name, "&") == 0, mask = both && is_complement(e->operands[1]);
    if (cg_tr_expression(t, e->operands[0], &left) < 0 || cg_tr_as_integer(t, &left, NULL) < 0)
        return -1;
    if (mask && !left.type.nonnegative)
        return cg_tr_refuse(t, "its bits may be those of a negative number, which are 64 without a sign to MySQL");
    if (mask ? complement(t, e->operands[1], &right) < 0
             : cg_tr_expression(t, e->operands[1], &right) < 0 || cg_tr_as_integer(t, &right, NULL) < 0)
        return -1;
    bool signless = (left.type.nonnegative && (right.type.nonnegative || both)) || (both && right.type.nonnegative);
    if (!signless || is_pg(&left, "numeric") || is_pg(&right, "numeric"))
        return cg_tr_refuse(t, "its bits may be those of a negative number, which are 64 without a sign to MySQL");
    if (e->name[0] == '<' || e->name[0] == '>')
        return shift(t, e->name, &left, &right, ret);
    double bound = larger(left.type.bound, right.type.bound);
    if (both)
        bound = right.type.nonnegative && !mask ? right.type.bound : left.type.bound;
    struct tr_type type = cg_tr_integer(both ? bound : ldexp(1, (int)ceil(log2(bound + 1))));
    type.nonnegative = type.is_unsigned = true;
    type.pg = is_pg(&left, "bigint") || is_pg(&right, "bigint") ? "bigint" : "integer";
    return infix(t, *e->name == '^' ? "#" : e->name, &left, &right, type, ret);
}
