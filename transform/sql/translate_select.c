/* One SELECT. Groups are translated first, so that the select list can be held against them; then the list, HAVING and
 * ORDER BY, which know the list's names. */
#include "transform/sql/translate_select.h"

#include <stdlib.h>

/* What a SELECT is put together from. */
struct parts {
    struct tr_list items;
    const char *with, *from, *where, *group, *having, *windows, *order, *limit;
    const char **names; /* of the items */
    struct tr_value *shown;
    size_t count;
    bool raw; /* quotients keep all their digits */
};

/* ---- WITH ---- */

static int with_one(struct tr *t, const struct cg_sql_with *with, const char **ret_text) {
    struct tr_cte *cte = cg_tr_alloc(t, 1, sizeof *cte);
    const char *text, *names = "";
    if (!cte || cg_tr_select(t, with->select, &text, &cte->columns, &cte->column_count) < 0)
        return -1;
    if (with->column_count && with->column_count != cte->column_count)
        return cg_tr_refuse(t, "%s names %zu columns of %zu", with->name, with->column_count, cte->column_count);
    for (size_t i = 0; i < with->column_count; i++) {
        cte->columns[i].name = cte->columns[i].target = with->columns[i];
        names = cg_tr_say(t, i ? "%s, %s" : "%s%s", names, cg_tr_name(t, with->columns[i]));
    }
    cte->name = with->name;
    cte->next = t->ctes;
    t->ctes = cte;
    *ret_text =
        cg_tr_say(t, "%s%s%s%s AS (%s)", cg_tr_name(t, with->name), *names ? " (" : "", names, *names ? ")" : "", text);
    return cg_tr_failed(t) ? -1 : 0;
}

static int with(struct tr *t, const struct cg_sql_select *select, const char **ret_text) {
    const char *text = "";
    *ret_text = "";
    if (select->recursive)
        return cg_tr_refuse(t, "WITH RECURSIVE has no translation");
    for (size_t i = 0; i < select->with_count; i++) {
        const char *one = "";
        if (with_one(t, &select->with[i], &one) < 0)
            return -1;
        text = cg_tr_say(t, i ? "%s, %s" : "%s%s", text, one);
    }
    if (select->with_count)
        *ret_text = cg_tr_say(t, "WITH %s ", text);
    return cg_tr_failed(t) ? -1 : 0;
}

/* ---- GROUP BY ---- */

/* A position, or a name that is the list's and no column's, stands for the list's expression. */
static const struct cg_sql_expression *group_expression(struct tr *t, const struct cg_sql_select *select,
                                                        const struct cg_sql_expression *e) {
    if (e->kind == CG_SQL_NUMBER) {
        size_t at = (size_t)atoi(e->text);
        return at >= 1 && at <= select->item_count ? select->items[at - 1].expression : e;
    }
    if (e->kind != CG_SQL_COLUMN || e->table || cg_tr_find_column(t, e))
        return e;
    for (size_t i = 0; i < select->item_count; i++)
        if (select->items[i].alias && strcasecmp(select->items[i].alias, e->name) == 0)
            return select->items[i].expression;
    return e;
}

static int groups(struct tr *t, const struct cg_sql_select *select) {
    struct tr_scope *scope = t->scope;
    const char **texts = cg_tr_alloc(t, select->group_count, sizeof *texts);
    if (!texts)
        return -1;
    for (size_t i = 0; i < select->group_count; i++) {
        struct tr_value value;
        if (cg_tr_expression(t, group_expression(t, select, select->group[i]), &value) < 0)
            return -1;
        if (value.literal)
            return cg_tr_refuse(t, "it groups by a literal");
        cg_tr_note_grouping(t, &value.type);
        texts[i] = value.text;
    }
    scope->groups = texts;
    scope->group_count = select->group_count;
    scope->used_count = 0;
    return 0;
}

/* ---- the select list ---- */

/* "value", "value AS name" */
static int put_item(struct tr *t, struct parts *p, const char *name, const struct tr_value *value, const char *bare) {
    struct tr_value shown = *value;
    p->names = cg_arena_push(t->arena, p->names, &p->count, sizeof *p->names);
    size_t count = p->count - 1;
    p->shown = cg_arena_push(t->arena, p->shown, &count, sizeof *p->shown);
    if (!p->names || !p->shown) {
        t->memory = true;
        return -1;
    }
    if (strlen(name) > 63)
        return cg_tr_refuse(t, "the name of its column %s is longer than PostgreSQL's 63 bytes", name);
    bool raw = p->raw && shown.type.kind == TR_EXACT;
    if (!raw && cg_tr_as_shown(t, &shown) < 0)
        return -1;
    const char *text = shown.type.kind == TR_NULL ? "NULL::text" : shown.text;
    bool same = bare && strcmp(bare, name) == 0;
    text = same ? text : cg_tr_say(t, "%s AS %s", text, cg_tr_name(t, name));
    cg_tr_add(t, &p->items, ", ", "%s", text);
    p->names[p->count - 1] = name;
    p->shown[p->count - 1] = shown;
    return cg_tr_failed(t) ? -1 : 0;
}

static int star(struct tr *t, struct parts *p, const struct cg_sql_expression *e) {
    bool any = false;
    if (t->scope->merges && !e->table)
        return cg_tr_refuse(t, "it selects * of a join by names");
    for (size_t i = 0; i < t->scope->relation_count; i++) {
        const struct tr_relation *relation = &t->scope->relations[i];
        if (e->table && strcasecmp(relation->alias, e->table) != 0)
            continue;
        for (size_t k = 0; k < relation->column_count; k++) {
            struct cg_sql_expression name = {
                .kind = CG_SQL_COLUMN, .name = relation->columns[k].name, .table = relation->alias};
            struct tr_value value;
            if (cg_tr_name_of(t, &name, &value) < 0 ||
                put_item(t, p, name.name, &value, relation->columns[k].target) < 0)
                return -1;
        }
        any = true;
    }
    return any ? 0 : cg_tr_refuse(t, "there is no table %s for its *", e->table ? e->table : "");
}

static int items(struct tr *t, const struct cg_sql_select *select, struct parts *p) {
    struct tr_scope *scope = t->scope;
    struct tr_value *values = cg_tr_alloc(t, select->item_count, sizeof *values);
    if (!values)
        return -1;
    for (size_t i = 0; i < select->item_count; i++) {
        const struct cg_sql_item *item = &select->items[i];
        const struct cg_sql_expression *e = item->expression;
        if (e->kind == CG_SQL_STAR) {
            if (star(t, p, e) < 0)
                return -1;
            continue;
        }
        if (cg_tr_expression(t, e, &values[i]) < 0)
            return -1;
        const struct tr_column *column = cg_tr_find_column(t, e);
        const char *name = item->alias                ? item->alias
                           : e->kind == CG_SQL_COLUMN ? e->name
                                                      : cg_tr_say(t, "expression %zu", i + 1);
        if (put_item(t, p, name, &values[i], column ? column->target : NULL) < 0)
            return -1;
    }
    scope->items = values;
    scope->item_count = select->item_count;
    return 0;
}

/* ---- ORDER BY ---- */

int cg_tr_order(struct tr *t, struct tr_value *key, bool descending, const char **ret_text) {
    if (cg_tr_order_key(t, key) < 0)
        return -1;
    const char *nulls = !key->nullable ? "" : descending ? " NULLS LAST" : " NULLS FIRST";
    *ret_text = cg_tr_say(t, "%s%s%s", key->text, descending ? " DESC" : "", nulls);
    return cg_tr_failed(t) ? -1 : 0;
}

int cg_tr_orders(struct tr *t, const struct cg_sql_orders *orders, const char **ret_text) {
    const char *text = "", *one;
    for (size_t i = 0; i < orders->count; i++) {
        struct tr_value value;
        if (cg_tr_expression(t, orders->items[i].expression, &value) < 0)
            return -1;
        if (value.literal)
            continue;
        if (cg_tr_order(t, &value, orders->items[i].descending, &one) < 0)
            return -1;
        text = cg_tr_say(t, *text ? "%s, %s" : "%sORDER BY %s", text, one);
    }
    *ret_text = text;
    return cg_tr_failed(t) ? -1 : 0;
}

/* An item of the list that the key is; count when it is none. */
static size_t item_of(const struct parts *p, const struct tr_scope *scope, const struct tr_value *key) {
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->shown[i].text, key->text) == 0 ||
            (i < scope->item_count && scope->items[i].text && strcmp(scope->items[i].text, key->text) == 0))
            return i;
    return p->count;
}

/* SELECT DISTINCT is ordered by what it selects, so by positions; texts then sort by the target's own collation. */
static int order_distinct(struct tr *t, const struct parts *p, const struct tr_value *value, bool descending,
                          const char **ret_text) {
    size_t at = item_of(p, t->scope, value);
    if (at == p->count)
        return cg_tr_refuse(t, "it orders a SELECT DISTINCT by what it does not select");
    if (value->type.kind == TR_TEXT)
        cg_tr_note(t, "its texts are ordered by the target's own collation");
    const char *nulls = !value->nullable ? "" : descending ? " NULLS LAST" : " NULLS FIRST";
    *ret_text = cg_tr_say(t, "%zu%s%s", at + 1, descending ? " DESC" : "", nulls);
    return 0;
}

static int order_by(struct tr *t, const struct cg_sql_select *select, struct parts *p) {
    struct tr_scope *scope = t->scope;
    const char *text = "", *one;
    scope->aliases = scope->prefer_aliases = true;
    for (size_t i = 0; i < select->order.count; i++) {
        const struct cg_sql_order *order = &select->order.items[i];
        struct tr_value value;
        if (order->expression->kind == CG_SQL_NUMBER) {
            size_t at = (size_t)atoi(order->expression->text);
            if (at < 1 || at > p->count)
                return cg_tr_refuse(t, "it orders by the position %s", order->expression->text);
            value = p->shown[at - 1];
        } else if (cg_tr_expression(t, order->expression, &value) < 0) {
            return -1;
        }
        if (value.literal)
            continue;
        if ((select->distinct ? order_distinct(t, p, &value, order->descending, &one)
                              : cg_tr_order(t, &value, order->descending, &one)) < 0)
            return -1;
        text = cg_tr_say(t, *text ? "%s, %s" : "%s ORDER BY %s", text, one);
    }
    if (select->limit && !*text)
        cg_tr_note(t, "which rows a LIMIT without ORDER BY takes is each server's own choice");
    p->order = text;
    return cg_tr_failed(t) ? -1 : 0;
}

static int count_of(struct tr *t, const struct cg_sql_expression *e, const char *word, const char **text) {
    if (!e)
        return 0;
    if (e->kind != CG_SQL_NUMBER || strspn(e->text, "0123456789") != strlen(e->text))
        return cg_tr_refuse(t, "its %s is no literal", word);
    *text = strlen(e->text) > 18 ? *text : cg_tr_say(t, "%s %s %s", *text, word, e->text); /* "all" in MySQL's manual */
    return 0;
}

int cg_tr_limit(struct tr *t, const struct cg_sql_select *select, const char **ret_text) {
    *ret_text = "";
    if (count_of(t, select->limit, "LIMIT", ret_text) < 0 || count_of(t, select->offset, "OFFSET", ret_text) < 0)
        return -1;
    return 0;
}

/* ---- together ---- */

static int windows(struct tr *t, const struct cg_sql_select *select, struct parts *p) {
    const char *text = "", *body;
    for (size_t i = 0; i < select->window_count; i++) {
        if (cg_tr_window_body(t, &select->windows[i], &body) < 0)
            return -1;
        text = cg_tr_say(t, i ? "%s, %s AS (%s)" : "%s WINDOW %s AS (%s)", text, cg_tr_name(t, select->window_names[i]),
                         body);
    }
    p->windows = text;
    return 0;
}

static int where(struct tr *t, const struct cg_sql_select *select, struct parts *p) {
    struct tr_value condition;
    p->where = NULL;
    if (!select->where)
        return 0;
    if (cg_tr_condition(t, select->where, &condition) < 0 || cg_tr_depend(t, select->where) < 0)
        return -1;
    p->where = cg_tr_at(t, &condition, TR_AND);
    return 0;
}

/* HAVING of a SELECT that groups nothing is one more WHERE. */
static int having(struct tr *t, const struct cg_sql_select *select, struct parts *p) {
    struct tr_value condition;
    p->having = NULL;
    if (!select->having)
        return 0;
    t->scope->aliases = true;
    if (cg_tr_condition(t, select->having, &condition) < 0)
        return -1;
    if (select->group_count || t->scope->has_aggregate)
        p->having = condition.text;
    else
        p->where = p->where ? cg_tr_say(t, "%s AND %s", p->where, cg_tr_at(t, &condition, TR_AND))
                            : cg_tr_at(t, &condition, TR_AND);
    return 0;
}

static int group_text(struct tr *t, const struct cg_sql_select *select, struct parts *p) {
    struct tr_scope *scope = t->scope;
    const char *text = "", *more;
    p->group = "";
    if (!select->group_count && !scope->has_aggregate)
        return 0;
    if (cg_tr_check_grouping(t, scope, select->rollup, &more) < 0)
        return -1;
    for (size_t i = 0; i < scope->group_count; i++)
        text = cg_tr_say(t, i ? "%s, %s" : "%s%s", text, scope->groups[i]);
    if (scope->group_count)
        p->group =
            select->rollup ? cg_tr_say(t, " GROUP BY ROLLUP (%s)", text) : cg_tr_say(t, " GROUP BY %s%s", text, more);
    return 0;
}

static int parts_of(struct tr *t, const struct cg_sql_select *select, struct parts *p) {
    struct tr_scope *scope = t->scope;
    p->from = "";
    if (select->from && cg_tr_from(t, select->from, &p->from) < 0)
        return -1;
    if (where(t, select, p) < 0 || groups(t, select) < 0)
        return -1;
    scope->allows_aggregates = true;
    if (items(t, select, p) < 0 || having(t, select, p) < 0 || windows(t, select, p) < 0 || order_by(t, select, p) < 0)
        return -1;
    for (size_t i = 0; select->distinct && i < p->count; i++)
        cg_tr_note_grouping(t, &p->shown[i].type);
    return group_text(t, select, p) < 0 || cg_tr_limit(t, select, &p->limit) < 0 ? -1 : 0;
}

static int columns_of(struct tr *t, const struct parts *p, struct tr_column **ret_columns, size_t *ret_count) {
    struct tr_column *columns = cg_tr_alloc(t, p->count, sizeof *columns);
    for (size_t i = 0; columns && i < p->count; i++) {
        columns[i] = (struct tr_column){.name = p->names[i],
                                        .target = p->names[i],
                                        .text = cg_tr_name(t, p->names[i]),
                                        .type = p->shown[i].type,
                                        .nullable = p->shown[i].nullable};
        if (columns[i].type.kind == TR_NULL)
            columns[i].type = cg_tr_text();
    }
    *ret_columns = columns;
    *ret_count = p->count;
    return columns ? 0 : -1;
}

static int plain(struct tr *t, const struct cg_sql_select *select, const char **ret_text,
                 struct tr_column **ret_columns, size_t *ret_count) {
    struct tr_scope scope = {.outer = t->scope, .select = select};
    struct parts p = {.raw = t->raw};
    t->raw = false;
    t->scope = &scope;
    int result = parts_of(t, select, &p);
    t->scope = scope.outer;
    if (result < 0 || columns_of(t, &p, ret_columns, ret_count) < 0)
        return -1;
    *ret_text =
        cg_tr_say(t, "SELECT %s%s%s%s%s%s%s%s%s%s%s%s", select->distinct ? "DISTINCT " : "", cg_tr_listed(&p.items),
                  *p.from ? " FROM " : "", p.from, p.where ? " WHERE " : "", p.where ? p.where : "", p.group,
                  p.having ? " HAVING " : "", p.having ? p.having : "", p.windows, p.order, p.limit);
    return cg_tr_failed(t) ? -1 : 0;
}

int cg_tr_select(struct tr *t, const struct cg_sql_select *select, const char **ret_text,
                 struct tr_column **ret_columns, size_t *ret_count) {
    struct tr_cte *ctes = t->ctes;
    const char *before, *text;
    t->raw = t->raw && !select->operation && !select->distinct && !select->with_count;
    if (t->context->place != CG_SQL_IN_VIEW)
        return cg_tr_refuse(t, "it holds a SELECT, which PostgreSQL takes in views only");
    if (with(t, select, &before) < 0)
        return -1;
    int result = select->operation ? cg_tr_set_operation(t, select, &text, ret_columns, ret_count)
                                   : plain(t, select, &text, ret_columns, ret_count);
    t->ctes = ctes;
    if (result < 0)
        return -1;
    *ret_text = cg_tr_say(t, "%s%s", before, text);
    return cg_tr_failed(t) ? -1 : 0;
}
