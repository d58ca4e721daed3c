/* Aggregates, and what stays the same of them under OVER. */
#include "transform/sql/translate_functions.h"

#include <math.h>
#include <stdio.h>

/* function([DISTINCT] arguments)[ OVER ..] */
static const char *aggregate(struct tr *t, const struct tr_call *call, const char *function, const char *arguments) {
    const char *over;
    if (cg_tr_window(t, call->node->window, &over) < 0)
        return "";
    return cg_tr_say(t, "pg_catalog.%s(%s%s)%s", function, call->node->distinct ? "DISTINCT " : "", arguments, over);
}

static enum tr_level level_of(const struct tr_call *call) {
    return call->node->window ? TR_CAST : TR_ATOM;
}

static bool folded_text(const struct tr_type *type) {
    return type->kind == TR_TEXT && type->folds && !type->kept;
}

/* COUNT(*), COUNT(x), COUNT(DISTINCT x[, y ..]): rows with a NULL in any of the latter do not count. */
int cg_tr_make_count(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const struct cg_sql_expression *e = call->node;
    struct tr_type type = ret->type;
    if (e->operands[0]->kind == CG_SQL_STAR) {
        if (cg_tr_set(t, ret, aggregate(t, call, "count", "*"), level_of(call), type) < 0)
            return -1;
        ret->nullable = false;
        return 0;
    }
    struct tr_value *v = cg_tr_operands(t, e);
    const char *list = "", *filter = "";
    for (size_t i = 0; v && i < e->operand_count; i++) {
        if (e->distinct && folded_text(&v[i].type)) {
            cg_tr_note_folding(t, &v[i].type);
            if (cg_tr_form(t, "lower($1)", &v[i], 1, &v[i]) < 0)
                return -1;
        }
        list = cg_tr_say(t, i ? "%s, %s" : "%s%s", list, v[i].text);
        filter = cg_tr_say(t, i ? "%s AND %s IS NOT NULL" : "%s%s IS NOT NULL", filter, cg_tr_at(t, &v[i], TR_RANGE));
    }
    if (!v || (e->operand_count > 1 && !e->distinct))
        return cg_tr_refuse(t, "COUNT() of several values without DISTINCT");
    const char *text = e->operand_count > 1 ? cg_tr_say(t, "count(DISTINCT (%s)) FILTER (WHERE %s)", list, filter)
                                            : aggregate(t, call, "count", list);
    if (cg_tr_set(t, ret, text, e->operand_count > 1 ? TR_CAST : level_of(call), type) < 0)
        return -1;
    ret->nullable = false;
    return 0;
}

/* The number that is summed: doubles as such, a text is refused. */
static int summand(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    *ret = call->arguments[0];
    return ret->type.kind == TR_FLOAT ? cg_tr_as_float(t, ret) : 0;
}

int cg_tr_make_sum(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value;
    if (summand(t, call, &value) < 0)
        return -1;
    struct tr_type type = value.type;
    if (type.kind != TR_FLOAT) { /* smallint and integer add up to bigint, all others to numeric: both print alike */
        bool small = strcmp(type.pg, "smallint") == 0 || strcmp(type.pg, "integer") == 0;
        type = cg_tr_exact(value.type.scale, value.type.bound * 1e12);
        type.pg = small ? "bigint" : "numeric";
        type.ragged = value.type.ragged;
        type.nonnegative = value.type.nonnegative;
    }
    return cg_tr_set(t, ret, aggregate(t, call, "sum", value.text), level_of(call), type);
}

int cg_tr_make_avg(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value;
    if (summand(t, call, &value) < 0)
        return -1;
    const char *average = aggregate(t, call, "avg", value.text);
    if (value.type.kind == TR_FLOAT)
        return cg_tr_set(t, ret, average, level_of(call), cg_tr_float());
    struct tr_type type = cg_tr_exact(value.type.scale + 4, value.type.bound);
    int inner = (value.type.scale + 8) / 9 * 9 + 9;
    type.ragged = true;
    type.nonnegative = value.type.nonnegative;
    const char *shown = cg_tr_say(t, "round(%s, %d)", average, type.scale);
    if (cg_tr_set(t, ret, cg_tr_say(t, "trunc(%s, %d)", average, inner), TR_ATOM, type) < 0)
        return -1;
    ret->shown = shown;
    return 0;
}

/* MIN() and MAX(): of texts, the first by the collation's order. */
static int extreme_text(struct tr *t, const struct tr_call *call, const struct tr_value *value, bool most,
                        struct tr_value *ret) {
    struct tr_value key = *value;
    struct tr_type type = value->type;
    type.pg = "text";
    if (type.kept) {
        type.pg = value->type.pg;
        return cg_tr_set(t, ret, aggregate(t, call, most ? "max" : "min", value->text), level_of(call), type);
    }
    if (cg_tr_order_key(t, &key) < 0)
        return -1;
    if (!type.folds && !type.uca) {
        const char *text = aggregate(t, call, most ? "max" : "min", key.text);
        return cg_tr_set(t, ret, text, level_of(call), type);
    }
    if (call->node->window)
        return cg_tr_refuse(t, "%s() OVER of a text goes by the collation's order", call->node->name);
    if (type.folds)
        cg_tr_note_folding(t, &type);
    const char *text = cg_tr_say(t, "(array_agg(%s ORDER BY %s%s) FILTER (WHERE %s IS NOT NULL))[1]", value->text,
                                 key.text, most ? " DESC" : "", cg_tr_at(t, value, TR_RANGE));
    return cg_tr_set(t, ret, text, TR_ATOM, type);
}

int cg_tr_make_extreme(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value = call->arguments[0];
    bool most = strcmp(call->node->name, "max") == 0;
    if (value.type.kind == TR_BOOLEAN && cg_tr_as_number(t, &value) < 0)
        return -1;
    if ((value.type.kind == TR_ENUM || value.type.kind == TR_SET) && cg_tr_as_text(t, &value) < 0)
        return -1; /* MySQL compares their texts here, not their places */
    if (value.type.kind == TR_TEXT)
        return extreme_text(t, call, &value, most, ret);
    if (!cg_tr_is_number(&value.type) && !cg_tr_is_dated(&value.type) && value.type.kind != TR_TIME)
        return cg_tr_refuse(t, "%s() of %s has no translation", call->node->name, cg_tr_kind_name(value.type.kind));
    return cg_tr_set(t, ret, aggregate(t, call, most ? "max" : "min", value.text), level_of(call), value.type);
}

/* ---- GROUP_CONCAT ---- */

struct keys {
    const char *fields, *types, *picks, *order; /* each begins with a comma, order excepted */
    size_t count;
};

/* ORDER BY of a DISTINCT goes through rows of value and keys, since PostgreSQL sorts DISTINCT by the value only. */
static int collect_keys(struct tr *t, const struct cg_sql_orders *orders, struct keys *k) {
    *k = (struct keys){"", "", "", "", 0};
    for (size_t i = 0; i < orders->count; i++) {
        struct tr_value value, key;
        const char *order;
        if (cg_tr_expression(t, orders->items[i].expression, &value) < 0)
            return -1;
        if (value.type.kind == TR_TEXT)
            value.type.pg = "text";
        size_t n = ++k->count;
        k->fields = cg_tr_say(t, "%s, %s::%s", k->fields, cg_tr_at(t, &value, TR_CAST), value.type.pg);
        k->types = cg_tr_say(t, "%s, \"k%zu\" %s", k->types, n, value.type.pg);
        k->picks = cg_tr_say(t, "%s, (array_agg(\"r\".\"k%zu\"))[1] AS \"k%zu\"", k->picks, n, n);
        key = value;
        key.text = cg_tr_say(t, "\"d\".\"k%zu\"", n);
        key.level = TR_ATOM;
        key.literal = NULL;
        if (cg_tr_order(t, &key, orders->items[i].descending, &order) < 0)
            return -1;
        k->order = cg_tr_say(t, i ? "%s, %s" : "%s%s", k->order, order);
    }
    return cg_tr_failed(t) ? -1 : 0;
}

static int distinct_ordered(struct tr *t, const struct cg_sql_expression *e, const struct tr_value *value,
                            const char *separator, struct tr_value *ret) {
    struct keys k;
    if (collect_keys(t, &e->order, &k) < 0)
        return -1;
    const char *text =
        cg_tr_say(t,
                  "(SELECT string_agg(\"d\".\"v\", %s ORDER BY %s) FROM (SELECT \"r\".\"v\"%s FROM "
                  "unnest(array_agg(ROW(%s::text%s))) "
                  "AS \"r\" (\"v\" text%s) WHERE \"r\".\"v\" IS NOT NULL GROUP BY \"r\".\"v\") AS \"d\")",
                  separator, k.order, k.picks, cg_tr_at(t, value, TR_CAST), k.fields, k.types);
    return cg_tr_set(t, ret, text, TR_ATOM, value->type);
}

int cg_tr_make_group_concat(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const struct cg_sql_expression *e = call->node;
    struct tr_value *v = cg_tr_operands(t, e), value, separator;
    const char *order = "";
    if (!v || cg_tr_concat(t, v, e->operand_count, &value) < 0)
        return -1;
    if (value.type.kind != TR_TEXT || e->window)
        return cg_tr_refuse(t, "GROUP_CONCAT() of bytes or with OVER");
    if (e->separator ? cg_tr_expression(t, e->separator, &separator) < 0 : cg_tr_string(t, ",", 1, &separator) < 0)
        return -1;
    if (!cg_tr_is_string(&separator))
        return cg_tr_refuse(t, "the SEPARATOR of GROUP_CONCAT() is no literal");
    cg_tr_note(t, "GROUP_CONCAT() is cut at group_concat_max_len bytes on the source, and not here");
    for (size_t i = 0; i < e->order.count; i++)
        if (e->order.items[i].expression->kind == CG_SQL_NUMBER)
            return cg_tr_refuse(t, "GROUP_CONCAT() ordered by a position");
    value.type.pg = "text";
    if (!e->order.count)
        cg_tr_note(t, "the order within a GROUP_CONCAT() without ORDER BY is each server's own");
    if (e->distinct)
        cg_tr_note_grouping(t, &value.type);
    if (e->distinct && e->order.count)
        return distinct_ordered(t, e, &value, separator.text, ret);
    if (e->order.count && cg_tr_orders(t, &e->order, &order) < 0)
        return -1;
    const char *text = cg_tr_say(t, "string_agg(%s%s::text, %s%s%s)", e->distinct ? "DISTINCT " : "",
                                 cg_tr_at(t, &value, TR_CAST), separator.text, *order ? " " : "", order);
    return cg_tr_set(t, ret, text, TR_ATOM, value.type);
}

/* ---- others ---- */

/* BIT_AND() of no rows is all bits, BIT_OR() and BIT_XOR() none. */
int cg_tr_make_bit_aggregate(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    struct tr_value value = call->arguments[0];
    if (cg_tr_as_integer(t, &value, NULL) < 0)
        return -1;
    if (!value.type.nonnegative || strcmp(value.type.pg, "numeric") == 0)
        return cg_tr_refuse(t, "%s() of what may be negative, whose bits are 64 without a sign to MySQL",
                            call->node->name);
    bool all = strcmp(call->node->name, "bit_and") == 0;
    if (cg_tr_cast(t, &value, "bigint") < 0)
        return -1;
    const char *text = aggregate(t, call, call->node->name, value.text);
    text =
        all ? cg_tr_say(t, "coalesce(%s::numeric, 18446744073709551615)", text) : cg_tr_say(t, "coalesce(%s, 0)", text);
    struct tr_type type = cg_tr_integer(all ? 18446744073709551616.0 : value.type.bound);
    type.nonnegative = type.is_unsigned = true;
    type.pg = all ? "numeric" : "bigint";
    if (cg_tr_set(t, ret, text, TR_ATOM, type) < 0)
        return -1;
    ret->nullable = false;
    return 0;
}

int cg_tr_make_deviation(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const char *name = call->node->name;
    bool sample = strstr(name, "_samp") != NULL, variance = name[0] == 'v';
    struct tr_type type = cg_tr_float();
    type.width = t->context->dialect.mariadb ? -1 : 0; /* which prints four digits */
    const char *function = variance ? sample ? "var_samp" : "var_pop" : sample ? "stddev_samp" : "stddev_pop";
    return cg_tr_set(t, ret, aggregate(t, call, function, call->arguments[0].text), level_of(call), type);
}

/* JSON_ARRAYAGG(x), JSON_OBJECTAGG(k, v): NULLs are members, no rows are NULL. */
int cg_tr_make_json_agg(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    bool object = call->count == 2;
    struct tr_value *v = call->arguments, *value = &v[object];
    if (object && cg_tr_as_text(t, &v[0]) < 0)
        return -1;
    if (value->type.kind != TR_INTEGER && value->type.kind != TR_JSON && value->type.kind != TR_EXACT &&
        cg_tr_as_text(t, value) < 0)
        return -1;
    if (cg_tr_as_shown(t, value) < 0)
        return -1;
    const char *list = object ? cg_tr_say(t, "%s, %s", v[0].text, v[1].text) : v[0].text;
    return cg_tr_set(t, ret, aggregate(t, call, object ? "jsonb_object_agg" : "jsonb_agg", list), level_of(call),
                     ret->type);
}

int cg_tr_make_any_value(struct tr *t, const struct tr_call *call, struct tr_value *ret) {
    const char *text = cg_tr_say(t, "(array_agg(%s))[1]", call->arguments[0].text);
    return cg_tr_set(t, ret, text, TR_ATOM, call->arguments[0].type);
}
