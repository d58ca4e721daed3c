/* FROM: tables, views and SELECTs become relations of the scope; joins keep their shape. NATURAL and USING are said as
 * ON, so that names are compared as MySQL compares them. What ON says of equal columns is kept for GROUP BY. */
#include "transform/sql/translate_select.h"

static int add_relation(struct tr *t, const char *alias, struct tr_relation **ret) {
    struct tr_scope *scope = t->scope;
    struct tr_relation *relations = cg_tr_push(t, scope->relations, &scope->relation_count, sizeof *scope->relations);
    if (!relations)
        return -1;
    scope->relations = relations;
    *ret = &relations[scope->relation_count - 1];
    (*ret)->alias = alias;
    return 0;
}

static void place_columns(struct tr *t, struct tr_relation *relation) {
    for (size_t i = 0; i < relation->column_count; i++) {
        struct tr_column *column = &relation->columns[i];
        column->scope = t->scope;
        column->text = cg_tr_say(t, "%s.%s", cg_tr_name(t, relation->alias), cg_tr_name(t, column->target));
    }
}

int cg_tr_table_columns(struct tr *t, const struct cg_table_plan *table, struct tr_column **ret_columns) {
    struct tr_column *columns = cg_tr_alloc(t, table->column_count, sizeof *columns);
    for (size_t i = 0; columns && i < table->column_count; i++) {
        const struct cg_column_plan *plan = &table->columns[i];
        columns[i] = (struct tr_column){.name = plan->source->name,
                                        .target = plan->target->name,
                                        .text = cg_tr_name(t, plan->target->name),
                                        .nullable = plan->target->nullable,
                                        .source = plan->source};
        if (cg_tr_column_type(t, plan, &columns[i].type) < 0)
            return -1;
    }
    *ret_columns = columns;
    return columns ? 0 : -1;
}

/* ---- tables and views ---- */

static const char *written(struct tr *t, const char *name, const char *alias) {
    const char *text = cg_tr_say(t, "%s.%s", cg_tr_name(t, t->context->schema), cg_tr_name(t, name));
    return strcmp(name, alias) == 0 ? text : cg_tr_say(t, "%s AS %s", text, cg_tr_name(t, alias));
}

static const struct cg_table_plan *table_of(const struct tr *t, const char *name) {
    const struct cg_plan *plan = t->context->plan;
    for (size_t i = 0; i < plan->table_count; i++)
        if (strcmp(plan->tables[i].source->name, name) == 0)
            return &plan->tables[i];
    return NULL;
}

static int from_cte(struct tr *t, const struct tr_cte *cte, const char *alias, const char **ret_text) {
    struct tr_relation *relation;
    if (add_relation(t, alias, &relation) < 0)
        return -1;
    relation->columns = cg_tr_alloc(t, cte->column_count, sizeof *relation->columns);
    if (!relation->columns)
        return -1;
    memcpy(relation->columns, cte->columns, cte->column_count * sizeof *cte->columns);
    relation->column_count = cte->column_count;
    place_columns(t, relation);
    *ret_text = strcmp(cte->name, alias) == 0
                    ? cg_tr_name(t, alias)
                    : cg_tr_say(t, "%s AS %s", cg_tr_name(t, cte->name), cg_tr_name(t, alias));
    return 0;
}

static int from_view(struct tr *t, const struct cg_sql_view *view, const char *alias, const char **ret_text) {
    struct tr_relation *relation;
    const struct tr_column *columns = view->details;
    if (add_relation(t, alias, &relation) < 0)
        return -1;
    relation->columns = cg_tr_alloc(t, view->column_count, sizeof *relation->columns);
    if (!relation->columns)
        return -1;
    memcpy(relation->columns, columns, view->column_count * sizeof *columns);
    relation->column_count = view->column_count;
    place_columns(t, relation);
    *ret_text = written(t, view->target_name, alias);
    return 0;
}

static int from_plan(struct tr *t, const struct cg_table_plan *table, const char *alias, const char **ret_text) {
    struct tr_relation *relation;
    if (!table->target)
        return cg_tr_refuse(t, "it reads the table %s, which is not moved", table->source->name);
    if (add_relation(t, alias, &relation) < 0 || cg_tr_table_columns(t, table, &relation->columns) < 0)
        return -1;
    relation->column_count = table->column_count;
    relation->table = table;
    place_columns(t, relation);
    *ret_text = written(t, table->target->name, alias);
    return 0;
}

static int from_table(struct tr *t, const struct cg_sql_source *source, const char **ret_text) {
    const char *alias = source->alias ? source->alias : source->name;
    if (source->schema && strcmp(source->schema, t->context->database) != 0)
        return cg_tr_refuse(t, "it reads %s.%s, of another database", source->schema, source->name);
    for (const struct tr_cte *cte = source->schema ? NULL : t->ctes; cte; cte = cte->next)
        if (strcasecmp(cte->name, source->name) == 0)
            return from_cte(t, cte, alias, ret_text);
    const struct cg_table_plan *table = table_of(t, source->name);
    if (table)
        return from_plan(t, table, alias, ret_text);
    for (size_t i = 0; i < t->view_count; i++)
        if (strcmp(t->views[i].source_name, source->name) == 0)
            return from_view(t, &t->views[i], alias, ret_text);
    return cg_tr_refuse(t, "it reads %s, which is neither a table of the plan nor a view that could be translated",
                        source->name);
}

/* ---- SELECTs ---- */

static int from_select(struct tr *t, const struct cg_sql_source *source, const char **ret_text) {
    struct tr_scope *scope = t->scope;
    struct tr_relation *relation;
    struct tr_column *columns;
    size_t count;
    const char *text, *names = "";
    if (!source->lateral)
        t->scope = scope->outer;
    int result = cg_tr_select(t, source->select, &text, &columns, &count);
    t->scope = scope;
    if (result < 0)
        return -1;
    if (source->column_count && source->column_count != count)
        return cg_tr_refuse(t, "%s names %zu columns of %zu", source->alias, source->column_count, count);
    for (size_t i = 0; i < source->column_count; i++) {
        columns[i].name = columns[i].target = source->columns[i];
        names = cg_tr_say(t, i ? "%s, %s" : "%s%s", names, cg_tr_name(t, columns[i].name));
    }
    if (add_relation(t, source->alias ? source->alias : "", &relation) < 0)
        return -1;
    relation->columns = columns;
    relation->column_count = count;
    place_columns(t, relation);
    *ret_text = cg_tr_say(t, "%s(%s) AS %s%s%s%s", source->lateral ? "LATERAL " : "", text,
                          cg_tr_name(t, relation->alias), *names ? " (" : "", names, *names ? ")" : "");
    return 0;
}

/* ---- joins ---- */

/* Which relations of the scope each side is. */
struct sides {
    size_t left, right, end;
};

static struct tr_column *column_of(struct tr *t, const char *name, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < t->scope->relations[i].column_count; k++) {
            struct tr_column *column = &t->scope->relations[i].columns[k];
            if (!column->merged && strcasecmp(column->name, name) == 0)
                return column;
        }
    return NULL;
}

static int same_name(struct tr *t, const struct sides *s, const char *name, bool keep_right, const char **text) {
    struct tr_column *left = column_of(t, name, s->left, s->right), *right = column_of(t, name, s->right, s->end);
    struct tr_value a, b, equal;
    if (!left || !right)
        return cg_tr_refuse(t, "there is no column %s on both sides of a join", name);
    if (cg_tr_set(t, &a, left->text, TR_ATOM, left->type) < 0 ||
        cg_tr_set(t, &b, right->text, TR_ATOM, right->type) < 0 || cg_tr_compare(t, "=", &a, &b, &equal) < 0)
        return -1;
    (keep_right ? left : right)->merged = true;
    *text = cg_tr_say(t, **text ? "%s AND %s" : "%s%s", *text, equal.text);
    return cg_tr_depend_equal(t, left, right);
}

/* NATURAL and USING. */
static int by_names(struct tr *t, const struct cg_sql_source *source, const struct sides *s, const char **ret_on) {
    bool keep_right = strcmp(source->join, "right") == 0;
    const char *text = "";
    for (size_t i = 0; i < source->using_count; i++)
        if (same_name(t, s, source->using_columns[i], keep_right, &text) < 0)
            return -1;
    for (size_t i = s->left; source->natural && i < s->right; i++)
        for (size_t k = 0; k < t->scope->relations[i].column_count; k++) {
            const struct tr_column *column = &t->scope->relations[i].columns[k];
            if (!column->merged && column_of(t, column->name, s->right, s->end) &&
                same_name(t, s, column->name, keep_right, &text) < 0)
                return -1;
        }
    t->scope->merges = true;
    *ret_on = *text ? text : NULL;
    return 0;
}

static void outer(struct tr *t, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < t->scope->relations[i].column_count; k++)
            t->scope->relations[i].columns[k].nullable = true;
}

static int join(struct tr *t, const struct cg_sql_source *source, const char **ret_text) {
    struct sides s = {.left = t->scope->relation_count};
    const char *left, *right, *on = NULL;
    if (cg_tr_from(t, source->left, &left) < 0)
        return -1;
    s.right = t->scope->relation_count;
    if (cg_tr_from(t, source->right, &right) < 0)
        return -1;
    s.end = t->scope->relation_count;
    bool is_left = strcmp(source->join, "left") == 0, is_right = strcmp(source->join, "right") == 0;
    if (source->right->kind == CG_SQL_FROM_JOIN)
        right = cg_tr_say(t, "(%s)", right);
    if (source->on) {
        struct tr_value condition;
        if (cg_tr_condition(t, source->on, &condition) < 0 ||
            (is_left    ? cg_tr_depend_outer(t, source->on, s.right, s.end)
             : is_right ? cg_tr_depend_outer(t, source->on, s.left, s.right)
                        : cg_tr_depend(t, source->on)) < 0)
            return -1;
        on = condition.text;
    } else if ((source->natural || source->using_count) && by_names(t, source, &s, &on) < 0) {
        return -1;
    }
    if (is_left || is_right)
        outer(t, is_left ? s.right : s.left, is_left ? s.end : s.right);
    if (!on && (is_left || is_right))
        on = "true";
    const char *word = is_left ? "LEFT JOIN" : is_right ? "RIGHT JOIN" : on ? "JOIN" : "CROSS JOIN";
    *ret_text =
        on ? cg_tr_say(t, "%s %s %s ON %s", left, word, right, on) : cg_tr_say(t, "%s %s %s", left, word, right);
    return cg_tr_failed(t) ? -1 : 0;
}

int cg_tr_from(struct tr *t, const struct cg_sql_source *source, const char **ret_text) {
    switch (source->kind) {
    case CG_SQL_FROM_TABLE:
        return from_table(t, source, ret_text);
    case CG_SQL_FROM_SELECT:
        return from_select(t, source, ret_text);
    case CG_SQL_FROM_JOIN:
        return join(t, source, ret_text);
    }
    return cg_tr_refuse(t, "its FROM is not understood");
}
