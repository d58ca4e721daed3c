/* The tree of transform/sql/ast.h back as MySQL's SQL, with a pair of parentheses around everything: what a server
 * makes of it must be what it made of the text that was parsed. */
#ifndef CG_TESTS_SQL_PRINT_H
#define CG_TESTS_SQL_PRINT_H

#include "core/buffer.h"
#include "transform/sql/ast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_expression(struct cg_buffer *b, const struct cg_sql_expression *e);
static void print_select(struct cg_buffer *b, const struct cg_sql_select *select);

static void out(struct cg_buffer *b, const char *text) {
    if (cg_buffer_text(b, text, NULL) < 0)
        abort();
}

static void out_name(struct cg_buffer *b, const char *name) {
    out(b, "`");
    for (; *name; name++) {
        char piece[3] = {*name, *name == '`' ? '`' : '\0'};
        out(b, piece);
    }
    out(b, "`");
}

static void out_names(struct cg_buffer *b, const char **names, size_t count) {
    out(b, " (");
    for (size_t i = 0; i < count; i++) {
        out(b, i ? ", " : "");
        out_name(b, names[i]);
    }
    out(b, ")");
}

static void out_qualified(struct cg_buffer *b, const char *schema, const char *table, const char *name) {
    if (schema) {
        out_name(b, schema);
        out(b, ".");
    }
    if (table) {
        out_name(b, table);
        out(b, ".");
    }
    if (name)
        out_name(b, name);
    else
        out(b, "*");
}

static void out_string(struct cg_buffer *b, const char *text, size_t length) {
    out(b, "'");
    for (size_t i = 0; i < length; i++) {
        char piece[3] = {text[i]};
        if (text[i] == '\'' || text[i] == '\\') {
            piece[0] = '\\';
            piece[1] = text[i];
        }
        out(b, text[i] ? piece : "\\0");
    }
    out(b, "'");
}

static void out_bytes(struct cg_buffer *b, const char *text, size_t length) {
    out(b, "x'");
    for (size_t i = 0; i < length; i++) {
        char piece[3];
        snprintf(piece, sizeof piece, "%02x", (unsigned char)text[i]);
        out(b, piece);
    }
    out(b, "'");
}

static void out_operands(struct cg_buffer *b, const struct cg_sql_expression *e, size_t from, const char *between) {
    for (size_t i = from; i < e->operand_count; i++) {
        out(b, i > from ? between : "");
        print_expression(b, e->operands[i]);
    }
}

static void out_orders(struct cg_buffer *b, const struct cg_sql_orders *orders) {
    for (size_t i = 0; i < orders->count; i++) {
        out(b, i ? ", " : " ORDER BY ");
        print_expression(b, orders->items[i].expression);
        out(b, orders->items[i].descending ? " DESC" : "");
    }
}

static void out_window(struct cg_buffer *b, const struct cg_sql_window *window) {
    out(b, " (");
    if (window->name)
        out_name(b, window->name);
    for (size_t i = 0; i < window->partition_count; i++) {
        out(b, i ? ", " : " PARTITION BY ");
        print_expression(b, window->partition[i]);
    }
    out_orders(b, &window->order);
    if (window->frame) {
        out(b, " ");
        out(b, window->frame);
    }
    out(b, ")");
}

static void out_type(struct cg_buffer *b, const struct cg_sql_cast *cast) {
    char size[64] = "";
    if (cast->scale >= 0)
        snprintf(size, sizeof size, "(%d,%d)", cast->length, cast->scale);
    else if (cast->length >= 0)
        snprintf(size, sizeof size, "(%d)", cast->length);
    out(b, cast->name);
    out(b, size);
    if (cast->charset) {
        out(b, " CHARACTER SET ");
        out(b, cast->charset);
    }
    out(b, cast->array ? " ARRAY" : "");
}

static void out_call(struct cg_buffer *b, const struct cg_sql_expression *e) {
    bool trim = e->unit && strcmp(e->name, "trim") == 0;
    bool plain = trim && e->operand_count == 1 && strcmp(e->unit, "both") == 0;
    if (e->schema)
        out_qualified(b, NULL, e->schema, e->name);
    else
        out(b, e->name);
    out(b, e->distinct ? "(DISTINCT " : "(");
    if (e->unit && !plain) {
        out(b, e->unit);
        out(b, trim ? " " : strcmp(e->name, "extract") == 0 ? " FROM " : ", ");
    }
    if (trim && !plain) {
        out_operands(b, e, 1, "");
        out(b, " FROM ");
        print_expression(b, e->operands[0]);
    } else {
        out_operands(b, e, 0, ", ");
    }
    out_orders(b, &e->order);
    if (e->separator) {
        out(b, " SEPARATOR ");
        out_string(b, e->separator->text, e->separator->length);
    }
    if (e->cast.name) {
        out(b, " RETURNING ");
        out_type(b, &e->cast);
    } else if (e->cast.charset) {
        out(b, " USING ");
        out(b, e->cast.charset);
    }
    out(b, ")");
    if (e->window && e->window->name && !e->window->partition_count && !e->window->order.count && !e->window->frame) {
        out(b, " OVER ");
        out_name(b, e->window->name);
    } else if (e->window) {
        out(b, " OVER");
        out_window(b, e->window);
    }
}

static void out_case(struct cg_buffer *b, const struct cg_sql_expression *e) {
    out(b, "CASE ");
    if (e->base)
        print_expression(b, e->base);
    for (size_t i = 0; i + 1 < e->operand_count; i += 2) {
        out(b, " WHEN ");
        print_expression(b, e->operands[i]);
        out(b, " THEN ");
        print_expression(b, e->operands[i + 1]);
    }
    if (e->operand_count % 2) {
        out(b, " ELSE ");
        print_expression(b, e->operands[e->operand_count - 1]);
    }
    out(b, " END");
}

static void out_literal(struct cg_buffer *b, const struct cg_sql_expression *e) {
    if (e->introducer) {
        out(b, "_");
        out(b, e->introducer);
        out(b, " ");
    }
    switch (e->kind) {
    case CG_SQL_NULL:
        out(b, "NULL");
        break;
    case CG_SQL_BOOLEAN:
        out(b, e->flag ? "TRUE" : "FALSE");
        break;
    case CG_SQL_STRING:
        out_string(b, e->text, e->length);
        break;
    case CG_SQL_BYTES:
        out_bytes(b, e->text, e->length);
        break;
    case CG_SQL_BITS:
        out(b, "b'");
        out(b, e->text);
        out(b, "'");
        break;
    case CG_SQL_TEMPORAL:
        out(b, e->name);
        out_string(b, e->text, e->length);
        break;
    default: /* numbers, variables */
        out(b, e->text);
    }
}

static void out_operator(struct cg_buffer *b, const struct cg_sql_expression *e) {
    static const char *const words[] = {
        [CG_SQL_BETWEEN] = "BETWEEN", [CG_SQL_IN] = "IN", [CG_SQL_LIKE] = "LIKE", [CG_SQL_REGEXP] = "REGEXP"};
    bool listed = (size_t)e->kind < sizeof words / sizeof *words && words[e->kind];
    out(b, "(");
    if (e->kind == CG_SQL_UNARY) {
        out(b, e->name);
        out(b, " ");
        print_expression(b, e->operands[0]);
        out(b, ")");
        return;
    }
    print_expression(b, e->operands[0]);
    out(b, e->negated && e->kind != CG_SQL_IS ? " NOT " : " ");
    if (listed)
        out(b, words[e->kind]);
    else if (e->kind == CG_SQL_IS)
        out(b, e->negated ? "IS NOT " : "IS ");
    else if (e->kind == CG_SQL_COLLATE)
        out(b, "COLLATE ");
    if (e->name)
        out(b, e->name);
    if (e->kind == CG_SQL_QUANTIFIED)
        out(b, e->flag ? " ALL" : " ANY");
    out(b, e->kind == CG_SQL_IN && !e->select ? " (" : " ");
    bool member = e->name && strcmp(e->name, "member of") == 0;
    out(b, member ? "(" : "");
    out_operands(b, e, 1, e->kind == CG_SQL_BETWEEN ? " AND " : e->kind == CG_SQL_LIKE ? " ESCAPE " : ", ");
    out(b, (e->kind == CG_SQL_IN && !e->select) || member ? "))" : "");
    if (e->select) {
        out(b, "(");
        print_select(b, e->select);
        out(b, ")");
    }
    out(b, (e->kind == CG_SQL_IN && !e->select) || member ? "" : ")");
}

static void out_match(struct cg_buffer *b, const struct cg_sql_expression *e) {
    static const char *const modes[][2] = {{"boolean", " IN BOOLEAN MODE"}, {"expansion", " WITH QUERY EXPANSION"}};
    out(b, "MATCH (");
    out_operands(b, e, 1, ", ");
    out(b, ") AGAINST (");
    print_expression(b, e->operands[0]);
    for (size_t i = 0; i < 2; i++)
        out(b, strcmp(e->name, modes[i][0]) == 0 ? modes[i][1] : "");
    out(b, ")");
}

static void print_expression(struct cg_buffer *b, const struct cg_sql_expression *e) {
    switch (e->kind) {
    case CG_SQL_COLUMN:
        out_qualified(b, e->schema, e->table, e->name);
        return;
    case CG_SQL_STAR:
        out_qualified(b, e->schema, e->table, NULL);
        return;
    case CG_SQL_INTERVAL:
        out(b, "INTERVAL ");
        out_operands(b, e, 0, "");
        out(b, " ");
        out(b, e->name);
        return;
    case CG_SQL_CASE:
        out_case(b, e);
        return;
    case CG_SQL_CAST:
    case CG_SQL_USING:
        out(b, e->kind == CG_SQL_CAST ? "CAST(" : "CONVERT(");
        out_operands(b, e, 0, "");
        out(b, e->kind == CG_SQL_CAST ? " AS " : " USING ");
        if (e->kind == CG_SQL_CAST)
            out_type(b, &e->cast);
        else
            out(b, e->name);
        out(b, ")");
        return;
    case CG_SQL_CALL:
        out_call(b, e);
        return;
    case CG_SQL_MATCH:
        out_match(b, e);
        return;
    case CG_SQL_ROW:
        out(b, "(");
        out_operands(b, e, 0, ", ");
        out(b, ")");
        return;
    case CG_SQL_EXISTS:
    case CG_SQL_SUBQUERY:
        out(b, e->kind == CG_SQL_EXISTS ? "EXISTS (" : "(");
        print_select(b, e->select);
        out(b, ")");
        return;
    case CG_SQL_UNARY:
    case CG_SQL_BINARY:
    case CG_SQL_IS:
    case CG_SQL_BETWEEN:
    case CG_SQL_IN:
    case CG_SQL_LIKE:
    case CG_SQL_REGEXP:
    case CG_SQL_QUANTIFIED:
    case CG_SQL_COLLATE:
        out_operator(b, e);
        return;
    default:
        out_literal(b, e);
    }
}

/* ---- SELECT ---- */

static void print_source(struct cg_buffer *b, const struct cg_sql_source *source) {
    if (source->kind == CG_SQL_FROM_TABLE) {
        out_qualified(b, NULL, source->schema, source->name);
    } else if (source->kind == CG_SQL_FROM_SELECT) {
        out(b, source->lateral ? "LATERAL (" : "(");
        print_select(b, source->select);
        out(b, ")");
    } else {
        out(b, "(");
        print_source(b, source->left);
        out(b, source->natural ? " NATURAL " : " ");
        out(b, source->natural && strcmp(source->join, "inner") == 0 ? "" : source->join);
        out(b, " JOIN ");
        print_source(b, source->right);
        if (source->on) {
            out(b, " ON ");
            print_expression(b, source->on);
        }
        if (source->using_count) {
            out(b, " USING");
            out_names(b, source->using_columns, source->using_count);
        }
        out(b, ")");
    }
    if (source->alias) {
        out(b, " AS ");
        out_name(b, source->alias);
    }
    if (source->column_count)
        out_names(b, source->columns, source->column_count);
}

static void print_clause(struct cg_buffer *b, const char *word, const struct cg_sql_expression *e) {
    if (!e)
        return;
    out(b, word);
    print_expression(b, e);
}

static void print_core(struct cg_buffer *b, const struct cg_sql_select *select) {
    out(b, select->distinct ? "SELECT DISTINCT " : "SELECT ");
    for (size_t i = 0; i < select->item_count; i++) {
        out(b, i ? ", " : "");
        print_expression(b, select->items[i].expression);
        if (select->items[i].alias) {
            out(b, " AS ");
            out_name(b, select->items[i].alias);
        }
    }
    if (select->from) {
        out(b, " FROM ");
        print_source(b, select->from);
    }
    print_clause(b, " WHERE ", select->where);
    for (size_t i = 0; i < select->group_count; i++)
        print_clause(b, i ? ", " : " GROUP BY ", select->group[i]);
    out(b, select->rollup ? " WITH ROLLUP" : "");
    print_clause(b, " HAVING ", select->having);
    for (size_t i = 0; i < select->window_count; i++) {
        out(b, i ? ", " : " WINDOW ");
        out_name(b, select->window_names[i]);
        out(b, " AS");
        out_window(b, &select->windows[i]);
    }
}

/* One side of UNION and its like, in parentheses only where they are needed: MariaDB makes a subquery of others. */
static void print_operand(struct cg_buffer *b, const struct cg_sql_select *select, const struct cg_sql_select *side) {
    bool own = side->order.count || side->limit || side->offset || side->with_count;
    bool tighter = strncmp(select->operation, "intersect", 9) == 0;
    bool inner_tighter = side->operation && strncmp(side->operation, "intersect", 9) == 0;
    bool needed =
        own || (side->operation && (side == select->right ? tighter || !inner_tighter : tighter && !inner_tighter));
    out(b, needed ? "(" : "");
    print_select(b, side);
    out(b, needed ? ")" : "");
}

static void print_select(struct cg_buffer *b, const struct cg_sql_select *select) {
    for (size_t i = 0; i < select->with_count; i++) {
        out(b, i ? ", " : select->recursive ? "WITH RECURSIVE " : "WITH ");
        out_name(b, select->with[i].name);
        if (select->with[i].column_count)
            out_names(b, select->with[i].columns, select->with[i].column_count);
        out(b, " AS (");
        print_select(b, select->with[i].select);
        out(b, ") ");
    }
    if (select->operation) {
        print_operand(b, select, select->left);
        out(b, " ");
        out(b, select->operation);
        out(b, " ");
        print_operand(b, select, select->right);
    } else {
        print_core(b, select);
    }
    out_orders(b, &select->order);
    print_clause(b, " LIMIT ", select->limit);
    print_clause(b, " OFFSET ", select->offset);
}

#endif
