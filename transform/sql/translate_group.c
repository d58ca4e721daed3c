/* GROUP BY: what may be selected beside the groups.
 *
 * MySQL lets a SELECT name whatever the groups determine, by keys and by the equalities of WHERE and ON; PostgreSQL
 * sees only the primary key of the table itself. So the same is found out here, and what is determined but not seen is
 * added to GROUP BY, which changes no group. What is not determined MySQL takes from any row: that is refused. */
#include "transform/sql/translate_select.h"

/* ---- dependencies ---- */

static bool exact(const struct tr_column *column) {
    return !(column->type.kind == TR_TEXT && (column->type.folds || column->type.pads));
}

static int depends(struct tr *t, const struct tr_column *to, const struct tr_column *const *from, size_t count) {
    struct tr_scope *scope = t->scope;
    struct tr_dependency *list = cg_tr_push(t, scope->dependencies, &scope->dependency_count, sizeof *list);
    const struct tr_column **copy = cg_tr_alloc(t, count, sizeof *copy);
    if (!list || !copy)
        return -1;
    scope->dependencies = list;
    if (count)
        memcpy(copy, from, count * sizeof *copy);
    list[scope->dependency_count - 1] = (struct tr_dependency){copy, count, to};
    return 0;
}

int cg_tr_depend_equal(struct tr *t, const struct tr_column *a, const struct tr_column *b) {
    if (!exact(a) || !exact(b))
        return 0;
    return depends(t, a, &b, 1) < 0 || depends(t, b, &a, 1) < 0 ? -1 : 0;
}

static bool is_literal(const struct cg_sql_expression *e) {
    return e->kind == CG_SQL_NUMBER || e->kind == CG_SQL_STRING || e->kind == CG_SQL_TEMPORAL;
}

static struct tr_column *own_column(struct tr *t, const struct cg_sql_expression *e) {
    struct tr_column *column = cg_tr_find_column(t, e);
    return column && column->scope == t->scope ? column : NULL;
}

int cg_tr_depend(struct tr *t, const struct cg_sql_expression *condition) {
    if (condition->kind != CG_SQL_BINARY)
        return 0;
    const struct cg_sql_expression *left = condition->operands[0], *right = condition->operands[1];
    if (strcmp(condition->name, "and") == 0)
        return cg_tr_depend(t, left) < 0 || cg_tr_depend(t, right) < 0 ? -1 : 0;
    if (strcmp(condition->name, "=") != 0)
        return 0;
    const struct tr_column *a = own_column(t, left), *b = own_column(t, right);
    if (cg_tr_failed(t))
        return -1;
    if (a && b)
        return cg_tr_depend_equal(t, a, b);
    if (a && is_literal(right) && exact(a))
        return depends(t, a, NULL, 0);
    if (b && is_literal(left) && exact(b))
        return depends(t, b, NULL, 0);
    return 0;
}

static bool within(const struct tr *t, const struct tr_column *column, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        const struct tr_relation *relation = &t->scope->relations[i];
        if (column >= relation->columns && column < relation->columns + relation->column_count)
            return true;
    }
    return false;
}

/* ON of one equality between a column that is always there and one that may be missing: whether there is a row at all
 * then depends on the former alone. */
int cg_tr_depend_outer(struct tr *t, const struct cg_sql_expression *condition, size_t from, size_t to) {
    if (condition->kind != CG_SQL_BINARY || strcmp(condition->name, "=") != 0)
        return 0;
    const struct tr_column *a = own_column(t, condition->operands[0]), *b = own_column(t, condition->operands[1]);
    if (cg_tr_failed(t))
        return -1;
    if (!a || !b || !exact(a) || !exact(b) || within(t, a, from, to) == within(t, b, from, to))
        return 0;
    return within(t, a, from, to) ? depends(t, a, &b, 1) : depends(t, b, &a, 1);
}

/* ---- closure ---- */

struct closure {
    const struct tr_column **columns;
    size_t count;
};

static bool holds(const struct closure *c, const struct tr_column *column) {
    for (size_t i = 0; i < c->count; i++)
        if (c->columns[i] == column)
            return true;
    return false;
}

static int put(struct tr *t, struct closure *c, const struct tr_column *column, bool *grew) {
    if (holds(c, column))
        return 0;
    const struct tr_column **columns = cg_tr_push(t, c->columns, &c->count, sizeof *columns);
    if (!columns)
        return -1;
    c->columns = columns;
    columns[c->count - 1] = column;
    *grew = true;
    return 0;
}

static const struct tr_column *relation_column(const struct tr_relation *relation, const char *name) {
    for (size_t i = 0; i < relation->column_count; i++)
        if (relation->columns[i].source && strcmp(relation->columns[i].source->name, name) == 0)
            return &relation->columns[i];
    return NULL;
}

/* Does the key, whole, lie in the closure? Unique keys count where no part may be NULL. */
static bool key_holds(const struct closure *c, const struct tr_relation *relation, const struct cg_key *key) {
    if (key->kind != CG_KEY_PRIMARY && key->kind != CG_KEY_UNIQUE)
        return false;
    for (size_t i = 0; i < key->part_count; i++) {
        const struct cg_key_part *part = &key->parts[i];
        const struct tr_column *column = part->column && !part->prefix ? relation_column(relation, part->column) : NULL;
        if (!column || column->source->nullable || !holds(c, column))
            return false;
    }
    return key->part_count > 0;
}

static int close_keys(struct tr *t, struct closure *c, const struct tr_scope *scope, bool *grew) {
    for (size_t i = 0; i < scope->relation_count; i++) {
        const struct tr_relation *relation = &scope->relations[i];
        bool whole = false;
        for (size_t k = 0; relation->table && k < relation->table->source->key_count; k++)
            whole = whole || key_holds(c, relation, &relation->table->source->keys[k]);
        for (size_t k = 0; whole && k < relation->column_count; k++)
            if (put(t, c, &relation->columns[k], grew) < 0)
                return -1;
    }
    return 0;
}

static int close_over(struct tr *t, struct closure *c, const struct tr_scope *scope) {
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < scope->dependency_count; i++) {
            const struct tr_dependency *d = &scope->dependencies[i];
            bool all = true;
            for (size_t k = 0; k < d->from_count; k++)
                all = all && holds(c, d->from[k]);
            if (all && put(t, c, d->to, &grew) < 0)
                return -1;
        }
        if (close_keys(t, c, scope, &grew) < 0)
            return -1;
    }
    return 0;
}

/* ---- checking ---- */

static bool is_group(const struct tr_scope *scope, const char *text) {
    for (size_t i = 0; i < scope->group_count; i++)
        if (strcmp(scope->groups[i], text) == 0)
            return true;
    return false;
}

/* Does PostgreSQL see it: is the primary key of the column's own table grouped by? */
static bool seen(const struct tr_scope *scope, const struct tr_column *column) {
    for (size_t i = 0; i < scope->relation_count; i++) {
        const struct tr_relation *relation = &scope->relations[i];
        if (column < relation->columns || column >= relation->columns + relation->column_count || !relation->table)
            continue;
        const struct cg_key *key = cg_table_primary_key(relation->table->target);
        size_t grouped = 0;
        for (size_t k = 0; key && k < key->part_count; k++)
            for (size_t n = 0; key->parts[k].column && n < relation->column_count; n++)
                grouped += strcmp(relation->columns[n].target, key->parts[k].column) == 0 &&
                           is_group(scope, relation->columns[n].text);
        return key && grouped == key->part_count;
    }
    return false;
}

int cg_tr_check_grouping(struct tr *t, struct tr_scope *scope, bool rollup, const char **ret_more) {
    struct closure c = {0}, added = {0};
    bool grew;
    *ret_more = "";
    for (size_t i = 0; i < scope->relation_count; i++)
        for (size_t k = 0; k < scope->relations[i].column_count; k++)
            if (is_group(scope, scope->relations[i].columns[k].text) &&
                put(t, &c, &scope->relations[i].columns[k], &grew) < 0)
                return -1;
    if (close_over(t, &c, scope) < 0)
        return -1;
    for (size_t i = 0; i < scope->used_count; i++) {
        const struct tr_column *column = scope->used[i];
        if (is_group(scope, column->text) || seen(scope, column) || holds(&added, column))
            continue;
        if (!holds(&c, column) || rollup || !scope->group_count)
            return cg_tr_refuse(t, "it selects %s, which its groups do not determine: MySQL takes it from any row",
                                column->name);
        if (put(t, &added, column, &grew) < 0)
            return -1;
        *ret_more = cg_tr_say(t, "%s, %s", *ret_more, column->text);
    }
    return cg_tr_failed(t) ? -1 : 0;
}
