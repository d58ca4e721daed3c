/* Names: which column one means, from the innermost SELECT outwards, and where the select list's own names come in.
 * MySQL's names of columns do not care for case; those of tables may. */
#include "transform/sql/translate_internal.h"

static bool same_name(const char *a, const char *b) {
    return strcasecmp(a, b) == 0;
}

static const struct tr_relation *relation_of(const struct tr_scope *scope, const char *alias) {
    for (size_t i = 0; i < scope->relation_count; i++)
        if (strcmp(scope->relations[i].alias, alias) == 0)
            return &scope->relations[i];
    for (size_t i = 0; i < scope->relation_count; i++)
        if (same_name(scope->relations[i].alias, alias))
            return &scope->relations[i];
    return NULL;
}

static struct tr_column *column_in(const struct tr_relation *relation, const char *name, bool merged) {
    for (size_t i = 0; i < relation->column_count; i++)
        if (same_name(relation->columns[i].name, name) && (merged || !relation->columns[i].merged))
            return &relation->columns[i];
    return NULL;
}

/* *ret_count: how many there are. */
static struct tr_column *column_of(const struct tr_scope *scope, const struct cg_sql_expression *e, size_t *ret_count) {
    struct tr_column *found = NULL;
    *ret_count = 0;
    if (e->table) {
        const struct tr_relation *relation = relation_of(scope, e->table);
        found = relation ? column_in(relation, e->name, true) : NULL;
        *ret_count = found != NULL;
        return found;
    }
    for (size_t i = 0; i < scope->relation_count; i++) {
        struct tr_column *column = column_in(&scope->relations[i], e->name, false);
        if (column) {
            found = column;
            ++*ret_count;
        }
    }
    return found;
}

struct tr_column *cg_tr_find_column(struct tr *t, const struct cg_sql_expression *e) {
    size_t count;
    if (e->kind != CG_SQL_COLUMN)
        return NULL;
    for (struct tr_scope *scope = t->scope; scope; scope = scope->outer) {
        struct tr_column *column = column_of(scope, e, &count);
        if (count > 1)
            cg_tr_refuse(t, "the name %s is ambiguous", e->name);
        if (count)
            return count == 1 ? column : NULL;
    }
    return NULL;
}

/* The select list's value of that name. */
static const struct tr_value *alias_of(const struct tr_scope *scope, const struct cg_sql_expression *e) {
    if (!scope->aliases || e->table || !scope->select)
        return NULL;
    for (size_t i = 0; i < scope->item_count && i < scope->select->item_count; i++) {
        const char *alias = scope->select->items[i].alias;
        if (alias && same_name(alias, e->name))
            return &scope->items[i];
    }
    return NULL;
}

static int use_column(struct tr *t, struct tr_column *column, struct tr_value *ret) {
    struct tr_scope *owner = column->scope;
    if (t->context->place == CG_SQL_IN_GENERATED && column->source && column->source->generated != CG_NOT_GENERATED)
        return cg_tr_refuse(t, "it reads the generated column %s, which PostgreSQL does not allow in another one",
                            column->name);
    if (owner && !owner->aggregate) {
        const struct tr_column **used = cg_tr_push(t, owner->used, &owner->used_count, sizeof *used);
        if (!used)
            return -1;
        owner->used = used;
        used[owner->used_count - 1] = column;
    }
    if (cg_tr_set(t, ret, column->text, TR_ATOM, column->type) < 0)
        return -1;
    ret->nullable = column->nullable;
    return 0;
}

int cg_tr_name_of(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    const struct tr_value *alias;
    size_t count;
    for (struct tr_scope *scope = t->scope; scope; scope = scope->outer) {
        if (scope->prefer_aliases && (alias = alias_of(scope, e))) {
            *ret = *alias;
            return 0;
        }
        struct tr_column *column = column_of(scope, e, &count);
        if (count > 1)
            return cg_tr_refuse(t, "the name %s is ambiguous", e->name);
        if (column)
            return use_column(t, column, ret);
        if ((alias = alias_of(scope, e))) {
            *ret = *alias;
            return 0;
        }
    }
    if (t->context->place == CG_SQL_IN_DEFAULT)
        return cg_tr_refuse(t, "it reads the column %s, which PostgreSQL does not allow in a default", e->name);
    return cg_tr_refuse(t, "there is no column %s%s%s that it could mean", e->table ? e->table : "",
                        e->table ? "." : "", e->name);
}
