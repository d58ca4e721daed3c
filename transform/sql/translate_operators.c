/* Operators: logic, comparisons, ||, unary minus, ->. What each does with numbers is in translate_arithmetic.c, what it
 * does with patterns in translate_patterns.c. */
#include "transform/sql/translate_internal.h"

int cg_tr_negate(struct tr *t, struct tr_value *value) {
    value->text = cg_tr_say(t, "NOT %s", cg_tr_at(t, value, TR_IS));
    value->level = TR_NOT;
    value->type = cg_tr_boolean();
    value->literal = NULL;
    return cg_tr_failed(t) ? -1 : 0;
}

/* ---- unary ---- */

static int minus(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (cg_tr_expression(t, e->operands[0], ret) < 0 || cg_tr_as_number(t, ret) < 0)
        return -1;
    if (ret->literal && ret->literal->kind == CG_SQL_NUMBER) {
        const char *digits = ret->literal->text;
        return cg_tr_number(t, *digits == '-' ? digits + 1 : cg_tr_say(t, "-%s", digits), ret);
    }
    if (!ret->type.nonnegative && strcmp(ret->type.pg, "smallint") == 0 && cg_tr_cast(t, ret, "integer") < 0)
        return -1;
    if (!ret->type.nonnegative && strcmp(ret->type.pg, "integer") == 0 && cg_tr_cast(t, ret, "bigint") < 0)
        return -1;
    struct tr_type type = ret->type;
    bool nullable = ret->nullable, is_volatile = ret->is_volatile;
    type.nonnegative = type.is_unsigned = type.year = false;
    type.width = 0;
    if (cg_tr_set(t, ret, cg_tr_say(t, "- %s", cg_tr_at(t, ret, TR_CAST)), TR_UNARY, type) < 0)
        return -1;
    ret->nullable = nullable;
    ret->is_volatile = is_volatile;
    return 0;
}

static int not_of(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    return cg_tr_condition(t, e->operands[0], ret) < 0 ? -1 : cg_tr_negate(t, ret);
}

int cg_tr_unary(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (strcmp(e->name, "-") == 0)
        return minus(t, e, ret);
    if (strcmp(e->name, "+") == 0)
        return cg_tr_expression(t, e->operands[0], ret);
    if (strcmp(e->name, "not") == 0 || strcmp(e->name, "!") == 0)
        return not_of(t, e, ret);
    if (strcmp(e->name, "binary") == 0)
        return cg_tr_expression(t, e->operands[0], ret) < 0 ? -1 : cg_tr_as_bytes(t, ret);
    return cg_tr_refuse(t, "it turns all 64 bits over (~), which has no sign to MySQL");
}

/* ---- logic ---- */

static int logic(struct tr *t, const struct cg_sql_expression *e, const char *op, enum tr_level level,
                 struct tr_value *ret) {
    struct tr_value left, right;
    if (cg_tr_condition(t, e->operands[0], &left) < 0 || cg_tr_condition(t, e->operands[1], &right) < 0)
        return -1;
    const char *text = cg_tr_say(t, "%s %s %s", cg_tr_at(t, &left, level), op,
                                 cg_tr_at(t, &right, level == TR_RANGE ? TR_OPERATOR : level));
    if (cg_tr_set(t, ret, text, level == TR_RANGE ? TR_COMPARED : level, cg_tr_boolean()) < 0)
        return -1;
    ret->nullable = left.nullable || right.nullable;
    ret->is_volatile = left.is_volatile || right.is_volatile;
    return 0;
}

/* ---- || ---- */

int cg_tr_concat(struct tr *t, const struct tr_value *values, size_t count, struct tr_value *ret) {
    bool bytes = false, nullable = false, is_volatile = false;
    struct tr_type type = {0};
    struct tr_list list = {0};
    for (size_t i = 0; i < count; i++)
        bytes = bytes || values[i].type.kind == TR_BYTES;
    for (size_t i = 0; i < count; i++) {
        struct tr_value value = values[i];
        if ((bytes ? cg_tr_as_bytes(t, &value) : cg_tr_as_text(t, &value)) < 0)
            return -1;
        if (i)
            cg_tr_merge_text(&type, &value.type);
        else
            type = value.type;
        cg_tr_add(t, &list, " || ", "%s", cg_tr_at(t, &value, TR_SUM));
        nullable = nullable || value.nullable;
        is_volatile = is_volatile || value.is_volatile;
    }
    type.pg = bytes ? "bytea" : "text";
    if (cg_tr_set(t, ret, cg_tr_listed(&list), count > 1 ? TR_OPERATOR : TR_SUM, type) < 0)
        return -1;
    ret->nullable = nullable;
    ret->is_volatile = is_volatile;
    return 0;
}

/* ---- comparisons ---- */

/* (a, b) = (c, d) */
static int compare_rows(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    const struct cg_sql_expression *left = e->operands[0], *right = e->operands[1];
    const char *text = "";
    if (left->kind != CG_SQL_ROW || right->kind != CG_SQL_ROW || left->operand_count != right->operand_count ||
        strcmp(e->name, "=") != 0)
        return cg_tr_refuse(t, "it compares rows by %s", e->name);
    for (size_t i = 0; i < left->operand_count; i++) {
        struct tr_value a, b, equal;
        if (cg_tr_expression(t, left->operands[i], &a) < 0 || cg_tr_expression(t, right->operands[i], &b) < 0 ||
            cg_tr_compare(t, "=", &a, &b, &equal) < 0)
            return -1;
        text = cg_tr_say(t, i ? "%s AND %s" : "%s%s", text, cg_tr_at(t, &equal, TR_AND));
    }
    return cg_tr_set(t, ret, text, TR_AND, cg_tr_boolean());
}

static int compare(struct tr *t, const struct cg_sql_expression *e, const char *op, struct tr_value *ret) {
    struct tr_value left, right;
    if (e->operands[0]->kind == CG_SQL_ROW || e->operands[1]->kind == CG_SQL_ROW)
        return compare_rows(t, e, ret);
    if (cg_tr_expression(t, e->operands[0], &left) < 0 || cg_tr_expression(t, e->operands[1], &right) < 0)
        return -1;
    if (left.literal && !right.literal) { /* 1 = active: the literal on the right */
        static const char *const turned[][2] = {{"<", ">"}, {">", "<"}, {"<=", ">="}, {">=", "<="}};
        for (size_t i = 0; i < 4; i++)
            if (strcmp(op, turned[i][0]) == 0)
                return cg_tr_compare(t, turned[i][1], &right, &left, ret);
        return cg_tr_compare(t, op, &right, &left, ret);
    }
    return cg_tr_compare(t, op, &left, &right, ret);
}

/* ---- -> and ->>: JSON_EXTRACT, and its JSON_UNQUOTE ---- */

static int arrow(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct cg_sql_expression *extract = cg_tr_alloc(t, 2, sizeof *extract), *unquote = extract + 1;
    struct cg_sql_expression **operand = cg_tr_alloc(t, 1, sizeof *operand);
    if (!extract || !operand)
        return -1;
    *extract = *e;
    extract->kind = CG_SQL_CALL;
    extract->name = "json_extract";
    *operand = extract;
    *unquote = *extract;
    unquote->name = "json_unquote";
    unquote->operands = operand;
    unquote->operand_count = 1;
    return cg_tr_call(t, e->name[2] ? unquote : extract, ret);
}

/* ---- binary ---- */

static int arithmetic(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    const struct cg_sql_expression *first = e->operands[0], *second = e->operands[1];
    struct tr_value left, right;
    if (second->kind == CG_SQL_INTERVAL || first->kind == CG_SQL_INTERVAL) {
        bool swapped = first->kind == CG_SQL_INTERVAL;
        if (cg_tr_expression(t, swapped ? second : first, &left) < 0)
            return -1;
        return cg_tr_add_interval(t, &left, swapped ? first : second, *e->name == '-' ? -1 : 1, ret);
    }
    if (cg_tr_expression(t, first, &left) < 0 || cg_tr_expression(t, second, &right) < 0)
        return -1;
    return cg_tr_arithmetic(t, e->name, &left, &right, ret);
}

static int pipes(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_value both[2];
    if (!t->context->dialect.pipes_as_concat)
        return logic(t, e, "OR", TR_OR, ret);
    if (cg_tr_expression(t, e->operands[0], &both[0]) < 0 || cg_tr_expression(t, e->operands[1], &both[1]) < 0)
        return -1;
    return cg_tr_concat(t, both, 2, ret);
}

int cg_tr_binary(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    static const char *const compared[] = {"=", "<>", "<", "<=", ">", ">="};
    static const char *const reckoned[] = {"+", "-", "*", "/", "%", "div"};
    static const char *const bitwise[] = {"|", "&", "^", "<<", ">>"};
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++)
        if (strcmp(e->name, compared[i]) == 0)
            return compare(t, e, e->name, ret);
    for (size_t i = 0; i < sizeof reckoned / sizeof *reckoned; i++)
        if (strcmp(e->name, reckoned[i]) == 0)
            return arithmetic(t, e, ret);
    for (size_t i = 0; i < sizeof bitwise / sizeof *bitwise; i++)
        if (strcmp(e->name, bitwise[i]) == 0)
            return cg_tr_bits(t, e, ret);
    if (strcmp(e->name, "and") == 0)
        return logic(t, e, "AND", TR_AND, ret);
    if (strcmp(e->name, "or") == 0)
        return logic(t, e, "OR", TR_OR, ret);
    if (strcmp(e->name, "xor") == 0) /* NULL where one is NULL, in both */
        return logic(t, e, "<>", TR_RANGE, ret);
    if (strcmp(e->name, "<=>") == 0)
        return compare(t, e, "IS NOT DISTINCT FROM", ret);
    if (strcmp(e->name, "||") == 0)
        return pipes(t, e, ret);
    if (strncmp(e->name, "->", 2) == 0)
        return arrow(t, e, ret);
    return cg_tr_refuse(t, "the operator %s has no translation", e->name);
}
