/* The tree of transform/sql/ast.h as S-expressions, for tests: (+ a 1), (select (items ..) (from ..)). */
#ifndef CG_TESTS_SQL_TREE_H
#define CG_TESTS_SQL_TREE_H

#include "core/buffer.h"
#include "transform/sql/ast.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_expression(struct cg_buffer *b, const struct cg_sql_expression *e);
static void put_select(struct cg_buffer *b, const struct cg_sql_select *select);

static void put(struct cg_buffer *b, const char *text) {
    if (cg_buffer_text(b, text, NULL) < 0)
        abort();
}

static void put_value(struct cg_buffer *b, const char *text, size_t length, bool hex) {
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        char piece[8];
        snprintf(piece, sizeof piece, hex ? "%02x" : c < 32 || c == 127 ? "\\x%02x" : "%c", c);
        put(b, piece);
    }
}

static void put_operands(struct cg_buffer *b, const struct cg_sql_expression *e, size_t from) {
    for (size_t i = from; i < e->operand_count; i++) {
        put(b, " ");
        put_expression(b, e->operands[i]);
    }
}

static void put_name(struct cg_buffer *b, const char *schema, const char *table, const char *name) {
    const char *parts[] = {schema, table, name};
    bool any = false;
    for (size_t i = 0; i < 3; i++) {
        if (!parts[i])
            continue;
        put(b, any ? "." : "");
        put(b, parts[i]);
        any = true;
    }
}

static void put_orders(struct cg_buffer *b, const struct cg_sql_orders *orders) {
    for (size_t i = 0; i < orders->count; i++) {
        put(b, i ? " " : " (order ");
        put_expression(b, orders->items[i].expression);
        put(b, orders->items[i].descending ? " desc" : "");
    }
    put(b, orders->count ? ")" : "");
}

static void put_window(struct cg_buffer *b, const struct cg_sql_window *window) {
    put(b, " (over");
    if (window->name) {
        put(b, " ");
        put(b, window->name);
    }
    for (size_t i = 0; i < window->partition_count; i++) {
        put(b, i ? " " : " (partition ");
        put_expression(b, window->partition[i]);
    }
    put(b, window->partition_count ? ")" : "");
    put_orders(b, &window->order);
    if (window->frame) {
        put(b, " [");
        put(b, window->frame);
        put(b, "]");
    }
    put(b, ")");
}

static void put_cast(struct cg_buffer *b, const struct cg_sql_cast *cast) {
    char size[64] = "";
    if (cast->scale >= 0)
        snprintf(size, sizeof size, "(%d,%d)", cast->length, cast->scale);
    else if (cast->length >= 0)
        snprintf(size, sizeof size, "(%d)", cast->length);
    put(b, cast->name ? cast->name : "");
    put(b, size);
    if (cast->charset) {
        put(b, ":");
        put(b, cast->charset);
    }
    put(b, cast->array ? "[]" : "");
}

static void put_call(struct cg_buffer *b, const struct cg_sql_expression *e) {
    put_name(b, NULL, e->schema, e->name);
    if (e->unit) {
        put(b, " ");
        put(b, e->unit);
    }
    put(b, e->distinct ? " distinct" : "");
    put_operands(b, e, 0);
    put_orders(b, &e->order);
    if (e->separator) {
        put(b, " (separator ");
        put_expression(b, e->separator);
        put(b, ")");
    }
    if (e->cast.name || e->cast.charset) {
        put(b, " ");
        put_cast(b, &e->cast);
    }
    if (e->window)
        put_window(b, e->window);
}

/* Those that are no list. */
static bool put_atom(struct cg_buffer *b, const struct cg_sql_expression *e) {
    switch (e->kind) {
    case CG_SQL_NULL:
        put(b, "null");
        return true;
    case CG_SQL_BOOLEAN:
        put(b, e->flag ? "true" : "false");
        return true;
    case CG_SQL_NUMBER:
    case CG_SQL_VARIABLE:
        put(b, e->text);
        return true;
    case CG_SQL_STRING:
    case CG_SQL_BYTES:
        if (e->introducer) {
            put(b, "_");
            put(b, e->introducer);
        }
        put(b, e->kind == CG_SQL_BYTES ? "x'" : "'");
        put_value(b, e->text, e->length, e->kind == CG_SQL_BYTES);
        put(b, "'");
        return true;
    case CG_SQL_BITS:
        put(b, "b'");
        put_value(b, e->text, e->length, false);
        put(b, "'");
        return true;
    case CG_SQL_COLUMN:
    case CG_SQL_STAR:
        put_name(b, e->schema, e->table, e->kind == CG_SQL_STAR ? "*" : e->name);
        return true;
    default:
        return false;
    }
}

static const char *head_of(const struct cg_sql_expression *e) {
    static const char *const heads[] = {
        [CG_SQL_BETWEEN] = "between",  [CG_SQL_IN] = "in",           [CG_SQL_LIKE] = "like",
        [CG_SQL_REGEXP] = "regexp",    [CG_SQL_COLLATE] = "collate", [CG_SQL_INTERVAL] = "interval",
        [CG_SQL_CASE] = "case",        [CG_SQL_USING] = "using",     [CG_SQL_MATCH] = "match",
        [CG_SQL_ROW] = "row",          [CG_SQL_IS] = "is",           [CG_SQL_EXISTS] = "exists",
        [CG_SQL_SUBQUERY] = "subquery"};
    return (size_t)e->kind < sizeof heads / sizeof *heads ? heads[e->kind] : NULL;
}

static void put_expression(struct cg_buffer *b, const struct cg_sql_expression *e) {
    if (put_atom(b, e))
        return;
    put(b, e->negated ? "(not-" : "(");
    if (e->kind == CG_SQL_CALL) {
        put_call(b, e);
    } else if (e->kind == CG_SQL_CAST) {
        put(b, "cast ");
        put_cast(b, &e->cast);
        put_operands(b, e, 0);
    } else if (e->kind == CG_SQL_TEMPORAL) {
        put(b, e->name);
        put(b, " '");
        put_value(b, e->text, e->length, false);
        put(b, "'");
    } else {
        const char *head = head_of(e);
        put(b, head ? head : e->name);
        if (head && e->name) {
            put(b, " ");
            put(b, e->name);
        }
        put(b, e->kind == CG_SQL_QUANTIFIED ? e->flag ? " all" : " any" : "");
        if (e->base) {
            put(b, " ");
            put_expression(b, e->base);
        }
        put(b, e->kind == CG_SQL_CASE ? " :" : "");
        put_operands(b, e, 0);
    }
    if (e->select) {
        put(b, " ");
        put_select(b, e->select);
    }
    put(b, ")");
}

static void put_names(struct cg_buffer *b, const char *head, const char **names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        put(b, i ? " " : head);
        put(b, names[i]);
    }
    put(b, count ? ")" : "");
}

static void put_source(struct cg_buffer *b, const struct cg_sql_source *source) {
    if (source->kind == CG_SQL_FROM_TABLE) {
        put_name(b, NULL, source->schema, source->name);
    } else if (source->kind == CG_SQL_FROM_SELECT) {
        put(b, source->lateral ? "lateral " : "");
        put_select(b, source->select);
    } else {
        put(b, source->natural ? "(natural-" : "(");
        put(b, source->join);
        put(b, " ");
        put_source(b, source->left);
        put(b, " ");
        put_source(b, source->right);
        if (source->on) {
            put(b, " ");
            put_expression(b, source->on);
        }
        put_names(b, " (using ", source->using_columns, source->using_count);
        put(b, ")");
    }
    if (source->alias) {
        put(b, "=");
        put(b, source->alias);
    }
    put_names(b, "(", source->columns, source->column_count);
}

static void put_clause(struct cg_buffer *b, const char *head, const struct cg_sql_expression *e) {
    if (!e)
        return;
    put(b, " (");
    put(b, head);
    put(b, " ");
    put_expression(b, e);
    put(b, ")");
}

static void put_core(struct cg_buffer *b, const struct cg_sql_select *select) {
    put(b, select->distinct ? "select-distinct" : "select");
    for (size_t i = 0; i < select->item_count; i++) {
        put(b, " ");
        put_expression(b, select->items[i].expression);
        if (select->items[i].alias) {
            put(b, "=");
            put(b, select->items[i].alias);
        }
    }
    if (select->from) {
        put(b, " (from ");
        put_source(b, select->from);
        put(b, ")");
    }
    put_clause(b, "where", select->where);
    for (size_t i = 0; i < select->group_count; i++) {
        put(b, i ? " " : " (group ");
        put_expression(b, select->group[i]);
    }
    put(b, select->rollup ? " rollup" : "");
    put(b, select->group_count ? ")" : "");
    put_clause(b, "having", select->having);
    for (size_t i = 0; i < select->window_count; i++) {
        put(b, " (window ");
        put(b, select->window_names[i]);
        put_window(b, &select->windows[i]);
        put(b, ")");
    }
}

static void put_select(struct cg_buffer *b, const struct cg_sql_select *select) {
    put_names(b, "(columns ", select->columns, select->column_count);
    put(b, select->column_count ? " (" : "(");
    for (size_t i = 0; i < select->with_count; i++) {
        put(b, i ? "" : select->recursive ? "with-recursive " : "with ");
        put(b, select->with[i].name);
        put_names(b, "(", select->with[i].columns, select->with[i].column_count);
        put(b, " ");
        put_select(b, select->with[i].select);
        put(b, " ");
    }
    if (select->operation) {
        put(b, select->operation);
        put(b, " ");
        put_select(b, select->left);
        put(b, " ");
        put_select(b, select->right);
    } else {
        put_core(b, select);
    }
    put_orders(b, &select->order);
    put_clause(b, "limit", select->limit);
    put_clause(b, "offset", select->offset);
    if (select->check_option) {
        put(b, " check-option ");
        put(b, select->check_option);
    }
    put(b, ")");
}

#endif
