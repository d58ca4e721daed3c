/* UNION, EXCEPT and INTERSECT: each column gets one type; a side whose columns are not of it goes through one more
 * SELECT. */
#include "transform/sql/translate_select.h"

#include <ctype.h>
#include <stdlib.h>

struct side {
    const char *text;
    struct tr_column *columns;
    size_t count;
    struct tr_value *values; /* "u"."c1", ..; unified */
};

static int translate_side(struct tr *t, const struct cg_sql_select *select, struct side *side) {
    if (cg_tr_select(t, select, &side->text, &side->columns, &side->count) < 0)
        return -1;
    side->values = cg_tr_alloc(t, side->count, sizeof *side->values);
    for (size_t i = 0; side->values && i < side->count; i++)
        side->values[i] = (struct tr_value){.text = cg_tr_say(t, "\"u\".\"c%zu\"", i + 1),
                                            .level = TR_ATOM,
                                            .type = side->columns[i].type,
                                            .nullable = side->columns[i].nullable};
    return side->values && !cg_tr_failed(t) ? 0 : -1;
}

/* The side's SELECT, wrapped where a column had to be converted. */
static const char *wrapped(struct tr *t, const struct cg_sql_select *select, const struct side *side) {
    const char *names = "", *items = "";
    bool changed = false;
    for (size_t i = 0; i < side->count; i++) {
        const char *name = cg_tr_say(t, "\"c%zu\"", i + 1);
        changed = changed || strcmp(side->values[i].text, cg_tr_say(t, "\"u\".%s", name)) != 0;
        names = cg_tr_say(t, i ? "%s, %s" : "%s%s", names, name);
        items = cg_tr_say(t, i ? "%s, %s AS %s" : "%s%s AS %s", items, side->values[i].text,
                          cg_tr_name(t, side->columns[i].name));
    }
    if (changed)
        return cg_tr_say(t, "SELECT %s FROM (%s) AS \"u\" (%s)", items, side->text, names);
    if (select->operation || select->order.count || select->limit || select->with_count)
        return cg_tr_say(t, "(%s)", side->text);
    return side->text;
}

static int unify(struct tr *t, struct side *left, struct side *right, bool all) {
    if (left->count != right->count)
        return cg_tr_refuse(t, "its UNION is of %zu and %zu columns", left->count, right->count);
    for (size_t i = 0; i < left->count; i++) {
        struct tr_value pair[2] = {left->values[i], right->values[i]};
        struct tr_type type;
        if (cg_tr_unify(t, pair, 2, &type) < 0)
            return -1;
        for (int k = 0; k < 2; k++) {
            bool digits = type.kind == TR_EXACT && pair[k].type.kind != TR_NULL;
            bool same = pair[k].type.kind == TR_EXACT && pair[k].type.scale == type.scale;
            if (!digits || same)
                continue;
            pair[k].type = type;
            pair[k].type.ragged = true;
            if (cg_tr_as_shown(t, &pair[k]) < 0)
                return -1;
        }
        type.ragged = false;
        left->values[i] = pair[0];
        right->values[i] = pair[1];
        left->columns[i].type = type;
        left->columns[i].nullable = left->columns[i].nullable || right->columns[i].nullable;
        if (!all)
            cg_tr_note_grouping(t, &type);
    }
    return 0;
}

/* The output column that an ORDER BY names, by position or name; count when there is none. */
static size_t ordered(const struct side *left, const struct cg_sql_expression *e) {
    if (e->kind == CG_SQL_NUMBER) {
        size_t at = (size_t)atoi(e->text);
        return at >= 1 && at <= left->count ? at - 1 : left->count;
    }
    if (e->kind != CG_SQL_COLUMN || e->table)
        return left->count;
    for (size_t i = 0; i < left->count; i++)
        if (strcasecmp(left->columns[i].name, e->name) == 0)
            return i;
    return left->count;
}

static int orders(struct tr *t, const struct cg_sql_select *select, const struct side *left, const char **ret_text) {
    const char *text = "";
    for (size_t i = 0; i < select->order.count; i++) {
        const struct cg_sql_order *order = &select->order.items[i];
        size_t at = ordered(left, order->expression);
        if (at == left->count)
            return cg_tr_refuse(t, "its UNION is ordered by what is none of its columns");
        if (left->columns[at].type.kind == TR_TEXT)
            cg_tr_note(t, "its texts are ordered by the target's own collation");
        text = cg_tr_say(t, i ? "%s, %zu%s%s" : "%s ORDER BY %zu%s%s", text, at + 1, order->descending ? " DESC" : "",
                         !left->columns[at].nullable ? ""
                         : order->descending         ? " NULLS LAST"
                                                     : " NULLS FIRST");
    }
    *ret_text = text;
    return 0;
}

int cg_tr_set_operation(struct tr *t, const struct cg_sql_select *select, const char **ret_text,
                        struct tr_column **ret_columns, size_t *ret_count) {
    struct side left = {0}, right = {0};
    const char *order = "", *limit = "";
    char operation[24] = "";
    for (size_t i = 0; select->operation[i] && i + 1 < sizeof operation; i++)
        operation[i] = (char)toupper((unsigned char)select->operation[i]);
    if (translate_side(t, select->left, &left) < 0 || translate_side(t, select->right, &right) < 0 ||
        unify(t, &left, &right, strstr(operation, "ALL") != NULL) < 0 || orders(t, select, &left, &order) < 0 ||
        cg_tr_limit(t, select, &limit) < 0)
        return -1;
    *ret_text = cg_tr_say(t, "%s %s %s%s%s", wrapped(t, select->left, &left), operation,
                          wrapped(t, select->right, &right), order, limit);
    *ret_columns = left.columns;
    *ret_count = left.count;
    return cg_tr_failed(t) ? -1 : 0;
}
