/* Expressions, by their kinds: what is neither an operator nor a call. */
#include "transform/sql/translate_internal.h"

int cg_tr_condition(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    return cg_tr_expression(t, e, ret) < 0 ? -1 : cg_tr_as_condition(t, ret);
}

struct tr_value *cg_tr_operands(struct tr *t, const struct cg_sql_expression *e) {
    struct tr_value *values = cg_tr_alloc(t, e->operand_count, sizeof *values);
    for (size_t i = 0; values && i < e->operand_count; i++)
        if (cg_tr_expression(t, e->operands[i], &values[i]) < 0)
            return NULL;
    return values;
}

/* ---- IS, BETWEEN, IN ---- */

static int is_null(struct tr *t, struct tr_value *value, bool negated, struct tr_value *ret) {
    const char *text = cg_tr_say(t, "%s IS %sNULL", cg_tr_at(t, value, TR_RANGE), negated ? "NOT " : "");
    if (cg_tr_set(t, ret, text, TR_IS, cg_tr_boolean()) < 0)
        return -1;
    ret->nullable = false;
    return 0;
}

static int is(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_value value;
    if (cg_tr_expression(t, e->operands[0], &value) < 0)
        return -1;
    if (strcmp(e->name, "null") == 0)
        return is_null(t, &value, e->negated, ret);
    if (cg_tr_as_condition(t, &value) < 0)
        return -1;
    const char *what = strcmp(e->name, "true") == 0 ? "TRUE" : strcmp(e->name, "false") == 0 ? "FALSE" : "UNKNOWN";
    const char *text = cg_tr_say(t, "%s IS %s%s", cg_tr_at(t, &value, TR_RANGE), e->negated ? "NOT " : "", what);
    if (cg_tr_set(t, ret, text, TR_IS, cg_tr_boolean()) < 0)
        return -1;
    ret->nullable = false;
    return 0;
}

/* Both comparisons written out where the two ends do not want the operand in the same form. */
static int between(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_value *v = cg_tr_operands(t, e);
    if (!v)
        return -1;
    struct tr_value low = v[0], high = v[0], least = v[1], most = v[2];
    if (cg_tr_match(t, &low, &least, true) < 0 || cg_tr_match(t, &high, &most, true) < 0)
        return -1;
    const char *not_ = e->negated ? "NOT " : "";
    if (strcmp(low.text, high.text) != 0 && v[0].is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    if (strcmp(low.text, high.text) == 0) {
        const char *text = cg_tr_say(t, "%s %sBETWEEN %s AND %s", cg_tr_at(t, &low, TR_OPERATOR), not_,
                                     cg_tr_at(t, &least, TR_OPERATOR), cg_tr_at(t, &most, TR_OPERATOR));
        return cg_tr_set(t, ret, text, TR_RANGE, cg_tr_boolean());
    }
    const char *text = cg_tr_say(t, "%s >= %s AND %s <= %s", cg_tr_at(t, &low, TR_RANGE), cg_tr_at(t, &least, TR_RANGE),
                                 cg_tr_at(t, &high, TR_RANGE), cg_tr_at(t, &most, TR_RANGE));
    if (cg_tr_set(t, ret, text, TR_AND, cg_tr_boolean()) < 0)
        return -1;
    return e->negated ? cg_tr_negate(t, ret) : 0;
}

/* x IN (SELECT ..): the rows' column may want another form than it comes in. */
static int in_select(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_value left;
    struct tr_column *columns;
    size_t count;
    const char *select;
    if (e->operands[0]->kind == CG_SQL_ROW)
        return cg_tr_refuse(t, "it looks for a row in a SELECT");
    if (cg_tr_expression(t, e->operands[0], &left) < 0 || cg_tr_select(t, e->select, &select, &columns, &count) < 0)
        return -1;
    if (count != 1)
        return cg_tr_refuse(t, "it looks for a value in a SELECT of %zu columns", count);
    struct tr_value found = {.text = "\"v\".\"v\"", .level = TR_ATOM, .type = columns[0].type, .nullable = true};
    if (cg_tr_match(t, &left, &found, false) < 0)
        return -1;
    if (strcmp(found.text, "\"v\".\"v\"") != 0)
        select = cg_tr_say(t, "SELECT %s FROM (%s) AS \"v\" (\"v\")", found.text, select);
    const char *text = cg_tr_say(t, "%s %sIN (%s)", cg_tr_at(t, &left, TR_OPERATOR), e->negated ? "NOT " : "", select);
    return cg_tr_set(t, ret, text, TR_RANGE, cg_tr_boolean());
}

static int in_rows(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_list ors = {0};
    for (size_t i = 1; i < e->operand_count; i++) {
        struct cg_sql_expression *pair[2] = {e->operands[0], e->operands[i]};
        struct cg_sql_expression equal = {
            .kind = CG_SQL_BINARY, .name = "=", .operands = pair, .operand_count = 2, .at = e->at};
        struct tr_value one;
        if (cg_tr_binary(t, &equal, &one) < 0)
            return -1;
        cg_tr_add(t, &ors, " OR ", "%s", cg_tr_at(t, &one, TR_AND));
    }
    if (cg_tr_set(t, ret, cg_tr_listed(&ors), TR_OR, cg_tr_boolean()) < 0)
        return -1;
    return e->negated ? cg_tr_negate(t, ret) : 0;
}

/* One comparison each where the values do not all want the operand in the same form. */
static int in_values(struct tr *t, const struct tr_value *v, size_t count, struct tr_value *ret) {
    struct tr_list list = {0}, ors = {0};
    const char *left = NULL;
    bool alike = true;
    for (size_t i = 1; i < count; i++) {
        struct tr_value one = v[0], value = v[i], equal;
        if (cg_tr_match(t, &one, &value, false) < 0 || cg_tr_compare(t, "=", &v[0], &v[i], &equal) < 0)
            return -1;
        alike = alike && (!left || strcmp(left, cg_tr_at(t, &one, TR_OPERATOR)) == 0);
        left = cg_tr_at(t, &one, TR_OPERATOR);
        cg_tr_add(t, &list, ", ", "%s", value.text);
        cg_tr_add(t, &ors, " OR ", "%s", cg_tr_at(t, &equal, TR_AND));
    }
    if (!alike && v[0].is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    if (alike)
        return cg_tr_set(t, ret, cg_tr_say(t, "%s IN (%s)", left, cg_tr_listed(&list)), TR_RANGE, cg_tr_boolean());
    return cg_tr_set(t, ret, cg_tr_listed(&ors), TR_OR, cg_tr_boolean());
}

static int in(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (e->select)
        return in_select(t, e, ret);
    if (e->operands[0]->kind == CG_SQL_ROW)
        return in_rows(t, e, ret);
    struct tr_value *v = cg_tr_operands(t, e);
    if (!v || in_values(t, v, e->operand_count, ret) < 0)
        return -1;
    return e->negated ? cg_tr_negate(t, ret) : 0;
}

/* ---- CASE ---- */

/* WHEN's texts: "WHEN x" with a common operand in *ret_base, else "WHEN base = x". */
static int whens(struct tr *t, const struct cg_sql_expression *e, size_t pairs, const char **ret_texts,
                 const char **ret_base) {
    const char *common = NULL;
    bool alike = true;
    struct tr_value base, when, equal;
    *ret_base = NULL;
    if (e->base && cg_tr_expression(t, e->base, &base) < 0)
        return -1;
    for (size_t i = 0; i < pairs; i++) {
        if (!e->base) {
            if (cg_tr_condition(t, e->operands[2 * i], &when) < 0)
                return -1;
            ret_texts[i] = when.text;
            continue;
        }
        struct tr_value left = base;
        if (cg_tr_expression(t, e->operands[2 * i], &when) < 0 || cg_tr_compare(t, "=", &base, &when, &equal) < 0 ||
            cg_tr_match(t, &left, &when, false) < 0)
            return -1;
        alike = alike && (!common || strcmp(common, left.text) == 0);
        common = left.text;
        ret_texts[i] = equal.text;
        ret_texts[pairs + i] = when.text;
    }
    if (!e->base)
        return 0;
    if (!alike && base.is_volatile)
        return cg_tr_refuse(t, "its translation would evaluate a random or changing value twice");
    if (alike) {
        *ret_base = common;
        memmove(ret_texts, ret_texts + pairs, pairs * sizeof *ret_texts);
    }
    return 0;
}

static int case_of(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    size_t pairs = e->operand_count / 2, count = pairs + e->operand_count % 2;
    struct tr_value *thens = cg_tr_alloc(t, count + 1, sizeof *thens);
    const char **texts = cg_tr_alloc(t, 2 * pairs + 1, sizeof *texts), *base;
    struct tr_type type;
    if (!thens || !texts || whens(t, e, pairs, texts, &base) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (cg_tr_expression(t, e->operands[i < pairs ? 2 * i + 1 : 2 * pairs], &thens[i]) < 0)
            return -1;
    if (cg_tr_unify_branches(t, thens, count, &type) < 0)
        return -1;
    struct tr_list list = {0};
    cg_tr_add(t, &list, "", base ? "CASE %s" : "CASE%s", base ? base : "");
    bool nullable = count == pairs, is_volatile = false;
    for (size_t i = 0; i < count; i++) {
        if (i < pairs)
            cg_tr_add(t, &list, " ", "WHEN %s THEN %s", texts[i], thens[i].text);
        else
            cg_tr_add(t, &list, " ", "ELSE %s", thens[i].text);
        nullable = nullable || thens[i].nullable;
        is_volatile = is_volatile || thens[i].is_volatile;
    }
    cg_tr_add(t, &list, " ", "END");
    if (cg_tr_set(t, ret, cg_tr_listed(&list), TR_ATOM, type) < 0)
        return -1;
    ret->nullable = nullable;
    ret->is_volatile = is_volatile;
    return 0;
}

/* ---- subqueries ---- */

static int subquery(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_column *columns;
    size_t count;
    const char *text;
    t->raw = e->kind == CG_SQL_SUBQUERY;
    if (cg_tr_select(t, e->select, &text, &columns, &count) < 0)
        return -1;
    if (e->kind == CG_SQL_EXISTS) {
        if (cg_tr_set(t, ret, cg_tr_say(t, "EXISTS (%s)", text), TR_ATOM, cg_tr_boolean()) < 0)
            return -1;
        ret->nullable = false;
        return 0;
    }
    if (count != 1)
        return cg_tr_refuse(t, "it uses a SELECT of %zu columns as a value", count);
    return cg_tr_set(t, ret, cg_tr_say(t, "(%s)", text), TR_ATOM, columns[0].type);
}

static int quantified(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_value left;
    struct tr_column *columns;
    size_t count;
    const char *select;
    bool ordered = e->name[0] == '<' || e->name[0] == '>';
    if (cg_tr_expression(t, e->operands[0], &left) < 0 || cg_tr_select(t, e->select, &select, &columns, &count) < 0)
        return -1;
    struct tr_value found = {.text = "\"v\".\"v\"", .level = TR_ATOM, .nullable = true};
    found.type = count == 1 ? columns[0].type : cg_tr_type(TR_OTHER, "record");
    if (cg_tr_match(t, &left, &found, ordered && strcmp(e->name, "<>") != 0) < 0)
        return -1;
    if (strcmp(found.text, "\"v\".\"v\"") != 0)
        select = cg_tr_say(t, "SELECT %s FROM (%s) AS \"v\" (\"v\")", found.text, select);
    const char *text =
        cg_tr_say(t, "%s %s %s (%s)", cg_tr_at(t, &left, TR_RANGE), e->name, e->flag ? "ALL" : "ANY", select);
    return cg_tr_set(t, ret, text, TR_COMPARED, cg_tr_boolean());
}

/* ---- COLLATE, CONVERT USING ---- */

static bool folds_case(const char *collation) {
    return strstr(collation, "_ci") != NULL;
}

static int collated(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (cg_tr_expression(t, e->operands[0], ret) < 0 || cg_tr_as_text(t, ret) < 0)
        return -1;
    bool bin = strstr(e->name, "_bin") != NULL;
    ret->type.collation = e->name;
    ret->type.strong = true;
    ret->type.folds = folds_case(e->name);
    ret->type.uca = !bin && !strstr(e->name, "general") && strncmp(e->name, "utf8", 4) == 0;
    ret->type.pads = !strstr(e->name, "0900") && !strstr(e->name, "nopad");
    return 0;
}

static int converted(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    if (cg_tr_expression(t, e->operands[0], ret) < 0)
        return -1;
    if (strncmp(e->name, "utf8", 4) != 0)
        return cg_tr_refuse(t, "it converts a text into the character set %s", e->name);
    if (ret->type.kind == TR_BYTES)
        return cg_tr_refuse(t, "it takes bytes for a text");
    if (cg_tr_as_text(t, ret) < 0)
        return -1;
    ret->type.other_bytes = false;
    return 0;
}

/* ---- by kind ---- */

static int dispatch(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    switch (e->kind) {
    case CG_SQL_NULL:
    case CG_SQL_BOOLEAN:
    case CG_SQL_NUMBER:
    case CG_SQL_STRING:
    case CG_SQL_BYTES:
    case CG_SQL_BITS:
    case CG_SQL_TEMPORAL:
        return cg_tr_literal(t, e, ret);
    case CG_SQL_COLUMN:
        return cg_tr_name_of(t, e, ret);
    case CG_SQL_UNARY:
        return cg_tr_unary(t, e, ret);
    case CG_SQL_BINARY:
        return cg_tr_binary(t, e, ret);
    case CG_SQL_IS:
        return is(t, e, ret);
    case CG_SQL_BETWEEN:
        return between(t, e, ret);
    case CG_SQL_IN:
        return in(t, e, ret);
    case CG_SQL_LIKE:
        return cg_tr_like(t, e, ret);
    case CG_SQL_REGEXP:
        return cg_tr_regexp(t, e, ret);
    case CG_SQL_QUANTIFIED:
        return quantified(t, e, ret);
    case CG_SQL_COLLATE:
        return collated(t, e, ret);
    case CG_SQL_CASE:
        return case_of(t, e, ret);
    case CG_SQL_CAST:
        return cg_tr_cast_to(t, e, ret);
    case CG_SQL_USING:
        return converted(t, e, ret);
    case CG_SQL_CALL:
        return cg_tr_call(t, e, ret);
    case CG_SQL_EXISTS:
    case CG_SQL_SUBQUERY:
        return subquery(t, e, ret);
    case CG_SQL_VARIABLE:
        return cg_tr_refuse(t, "it reads the variable %s", e->text);
    case CG_SQL_MATCH:
        return cg_tr_refuse(t, "MATCH .. AGAINST has no counterpart that ranks and finds the same");
    case CG_SQL_INTERVAL:
        return cg_tr_refuse(t, "an INTERVAL stands where no date is");
    case CG_SQL_STAR:
        return cg_tr_refuse(t, "a * stands where a value is wanted");
    case CG_SQL_ROW:
        return cg_tr_refuse(t, "a row stands where a value is wanted");
    }
    return cg_tr_refuse(t, "it is not understood");
}

/* What GROUP BY names may be selected whatever columns it is made of. */
static void forget_grouped(struct tr_scope *scope, const char *text, size_t mark) {
    for (size_t i = 0; i < scope->group_count; i++)
        if (strcmp(scope->groups[i], text) == 0)
            scope->used_count = mark;
}

int cg_tr_expression(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_scope *scope = t->scope;
    size_t mark = scope ? scope->used_count : 0;
    if (dispatch(t, e, ret) < 0)
        return -1;
    if (scope && scope->group_count)
        forget_grouped(scope, ret->text, mark);
    return cg_tr_failed(t) ? -1 : 0;
}
