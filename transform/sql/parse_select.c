/* SELECT, UNION, WITH, VALUES; see parse_private.h. */
#include "transform/sql/parse_private.h"

#include <string.h>

static struct cg_sql_select *new_select(struct cg_sql_parser *parser, size_t at) {
    struct cg_sql_select *select = cg_arena_alloc(parser->arena, sizeof *select);
    if (!select) {
        cg_error_memory(parser->err);
        return NULL;
    }
    select->at = at;
    return select;
}

static void raise_by_expression(unsigned *height, const struct cg_sql_expression *expression) {
    if (expression)
        cg_sql_raise(height, expression->height);
}

static void raise_by_select(unsigned *height, const struct cg_sql_select *select) {
    if (select)
        cg_sql_raise(height, select->height);
}

struct cg_sql_select *cg_sql_finish_select(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    unsigned *height = &select->height;
    *height = 1;
    for (size_t i = 0; i < select->with_count; i++)
        raise_by_select(height, select->with[i].select);
    for (size_t i = 0; i < select->item_count; i++)
        raise_by_expression(height, select->items[i].expression);
    for (size_t i = 0; i < select->group_count; i++)
        raise_by_expression(height, select->group[i]);
    for (size_t i = 0; i < select->window_count; i++)
        cg_sql_raise(height, cg_sql_window_height(&select->windows[i]));
    if (select->from)
        cg_sql_raise(height, select->from->height);
    raise_by_select(height, select->left);
    raise_by_select(height, select->right);
    raise_by_expression(height, select->where);
    raise_by_expression(height, select->having);
    raise_by_expression(height, select->limit);
    raise_by_expression(height, select->offset);
    cg_sql_raise(height, cg_sql_orders_height(&select->order));
    return cg_sql_check_height(parser, *height, select->at) < 0 ? NULL : select;
}

/* ---- what is selected ---- */

/* Words between SELECT and its list. Those about the way of execution change no row. */
static int read_modifiers(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    static const char *const words[] = {
        "all",          "high_priority", "straight_join", "sql_small_result", "sql_big_result", "sql_buffer_result",
        "sql_no_cache", "sql_cache"};
    for (bool any = true; any;) {
        any = cg_sql_take(parser, "distinct") || cg_sql_take(parser, "distinctrow");
        select->distinct |= any;
        for (size_t i = 0; i < sizeof words / sizeof *words && !any; i++)
            any = cg_sql_take(parser, words[i]);
    }
    if (cg_sql_at(parser, "sql_calc_found_rows"))
        return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "SQL_CALC_FOUND_ROWS is not carried");
    return 0;
}

static int read_item_alias(struct cg_sql_parser *parser, struct cg_sql_item *item) {
    bool as = cg_sql_take(parser, "as");
    const struct cg_sql_token *token = cg_sql_peek(parser);
    if (token->kind == CG_SQL_TOKEN_STRING && strlen(token->text) == token->length)
        item->alias = cg_sql_advance(parser)->text;
    else if (as || cg_sql_at_name(parser))
        item->alias = cg_sql_name(parser, "an alias");
    return as && !item->alias ? -1 : 0;
}

/* *, table.*, schema.table.*: how many tokens it has; 0: it is none. */
static size_t star_tokens(const struct cg_sql_parser *parser) {
    for (size_t names = 0; names <= 2; names++) {
        const struct cg_sql_token *token = cg_sql_ahead(parser, 2 * names);
        if (cg_sql_token_is(token, "*"))
            return 2 * names + 1;
        if ((token->kind != CG_SQL_TOKEN_NAME && token->kind != CG_SQL_TOKEN_WORD) ||
            !cg_sql_token_is(cg_sql_ahead(parser, 2 * names + 1), "."))
            return 0;
    }
    return 0;
}

static struct cg_sql_expression *star(struct cg_sql_parser *parser, size_t tokens) {
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_STAR, cg_sql_peek(parser)->at);
    if (!node)
        return NULL;
    if (tokens == 5)
        node->schema = cg_sql_peek(parser)->text;
    if (tokens >= 3)
        node->table = cg_sql_ahead(parser, tokens - 3)->text;
    parser->next += tokens;
    return cg_sql_finish(parser, node);
}

static int read_item(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    select->items = cg_arena_push(parser->arena, select->items, &select->item_count, sizeof *select->items);
    if (!select->items)
        return cg_error_memory(parser->err);
    struct cg_sql_item *item = &select->items[select->item_count - 1];
    size_t tokens = star_tokens(parser);
    item->expression = tokens ? star(parser, tokens) : cg_sql_expression(parser);
    if (!item->expression)
        return -1;
    return tokens ? 0 : read_item_alias(parser, item);
}

/* ---- GROUP BY, WINDOW ---- */

static int read_group(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    do {
        select->group = cg_arena_push(parser->arena, select->group, &select->group_count, sizeof *select->group);
        if (!select->group)
            return cg_error_memory(parser->err);
        select->group[select->group_count - 1] = cg_sql_expression(parser);
        if (!select->group[select->group_count - 1])
            return -1;
        if (cg_sql_at(parser, "desc"))
            return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "GROUP BY with a direction is not carried");
        cg_sql_take(parser, "asc");
    } while (cg_sql_take(parser, ","));
    select->rollup = cg_sql_take_two(parser, "with", "rollup");
    return 0;
}

static int read_windows(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    struct cg_sql_window *windows = NULL;
    size_t names = 0;
    do {
        const char *name = cg_sql_name(parser, "a window");
        if (!name || cg_sql_expect(parser, "as") < 0)
            return -1;
        windows = cg_arena_push(parser->arena, windows, &select->window_count, sizeof *windows);
        select->window_names = cg_arena_push(parser->arena, select->window_names, &names, sizeof *select->window_names);
        if (!windows || !select->window_names)
            return cg_error_memory(parser->err);
        select->window_names[names - 1] = name;
        if (cg_sql_window_parse(parser, &windows[names - 1]) < 0)
            return -1;
    } while (cg_sql_take(parser, ","));
    select->windows = windows;
    return 0;
}

static int read_condition(struct cg_sql_parser *parser, const char *word, struct cg_sql_expression **ret_condition) {
    if (!cg_sql_take(parser, word))
        return 0;
    *ret_condition = cg_sql_expression(parser);
    return *ret_condition ? 0 : -1;
}

/* SELECT up to ORDER BY. */
static struct cg_sql_select *core(struct cg_sql_parser *parser) {
    struct cg_sql_select *select = new_select(parser, cg_sql_advance(parser)->at);
    if (!select || read_modifiers(parser, select) < 0)
        return NULL;
    do {
        if (read_item(parser, select) < 0)
            return NULL;
    } while (cg_sql_take(parser, ","));
    if (cg_sql_take(parser, "from") && cg_sql_from(parser, &select->from) < 0)
        return NULL;
    if (read_condition(parser, "where", &select->where) < 0)
        return NULL;
    if (cg_sql_take_two(parser, "group", "by") && read_group(parser, select) < 0)
        return NULL;
    if (read_condition(parser, "having", &select->having) < 0)
        return NULL;
    if (cg_sql_take(parser, "window") && read_windows(parser, select) < 0)
        return NULL;
    return cg_sql_finish_select(parser, select);
}

/* ---- VALUES, TABLE ---- */

/* MySQL calls the columns column_0, column_1, ... */
static int name_values(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    for (size_t i = 0; i < select->item_count && !parser->dialect->mariadb; i++) {
        select->items[i].alias = cg_arena_printf(parser->arena, "column_%zu", i);
        if (!select->items[i].alias)
            return cg_error_memory(parser->err);
    }
    return 0;
}

/* ROW(1, 2), of MariaDB (1, 2) */
static struct cg_sql_select *values_row(struct cg_sql_parser *parser) {
    struct cg_sql_select *select = new_select(parser, cg_sql_peek(parser)->at);
    if (!select)
        return NULL;
    if ((!parser->dialect->mariadb && cg_sql_expect(parser, "row") < 0) || cg_sql_expect(parser, "(") < 0)
        return NULL;
    do {
        struct cg_sql_expression *value = cg_sql_expression(parser);
        if (!value)
            return NULL;
        select->items = cg_arena_push(parser->arena, select->items, &select->item_count, sizeof *select->items);
        if (!select->items) {
            cg_error_memory(parser->err);
            return NULL;
        }
        select->items[select->item_count - 1].expression = value;
    } while (cg_sql_take(parser, ","));
    if (cg_sql_expect(parser, ")") < 0 || name_values(parser, select) < 0)
        return NULL;
    return cg_sql_finish_select(parser, select);
}

static struct cg_sql_select *combined(struct cg_sql_parser *parser, const char *operation, struct cg_sql_select *left,
                                      struct cg_sql_select *right) {
    struct cg_sql_select *select = new_select(parser, left->at);
    if (!select)
        return NULL;
    select->operation = operation;
    select->left = left;
    select->right = right;
    return cg_sql_finish_select(parser, select);
}

static struct cg_sql_select *values(struct cg_sql_parser *parser) {
    cg_sql_advance(parser);
    struct cg_sql_select *select = values_row(parser);
    while (select && cg_sql_take(parser, ",")) {
        struct cg_sql_select *row = values_row(parser);
        select = row ? combined(parser, "union all", select, row) : NULL;
    }
    return select;
}

/* TABLE t */
static struct cg_sql_select *whole_table(struct cg_sql_parser *parser) {
    size_t at = cg_sql_advance(parser)->at;
    struct cg_sql_select *select = new_select(parser, at);
    struct cg_sql_expression *star = cg_sql_new(parser, CG_SQL_STAR, at);
    if (!select || !star || !cg_sql_finish(parser, star))
        return NULL;
    select->items = cg_arena_push(parser->arena, NULL, &select->item_count, sizeof *select->items);
    if (!select->items) {
        cg_error_memory(parser->err);
        return NULL;
    }
    select->items[0].expression = star;
    return cg_sql_from(parser, &select->from) < 0 ? NULL : cg_sql_finish_select(parser, select);
}

/* ---- UNION, EXCEPT, INTERSECT ---- */

static struct cg_sql_select *term(struct cg_sql_parser *parser) {
    if (cg_sql_at(parser, "("))
        return cg_sql_parenthesised_query(parser);
    if (cg_sql_at(parser, "select"))
        return core(parser);
    if (cg_sql_at(parser, "values"))
        return values(parser);
    if (cg_sql_at(parser, "table"))
        return whole_table(parser);
    cg_sql_unexpected(parser, "SELECT");
    return NULL;
}

static const char *take_operation(struct cg_sql_parser *parser, bool intersect) {
    static const char *const operations[][2] = {
        {"union", "union all"}, {"except", "except all"}, {"intersect", "intersect all"}};
    for (size_t i = intersect ? 2 : 0; i < (intersect ? 3 : 2); i++) {
        if (!cg_sql_take(parser, operations[i][0]))
            continue;
        bool all = cg_sql_take(parser, "all");
        if (!all)
            cg_sql_take(parser, "distinct");
        return operations[i][all];
    }
    return NULL;
}

/* INTERSECT binds tighter than the two others. */
static struct cg_sql_select *body(struct cg_sql_parser *parser, bool intersect) {
    struct cg_sql_select *left = intersect ? term(parser) : body(parser, true);
    const char *operation;
    while (left && (operation = take_operation(parser, intersect))) {
        struct cg_sql_select *right = intersect ? term(parser) : body(parser, true);
        left = right ? combined(parser, operation, left, right) : NULL;
    }
    return left;
}

/* ---- LIMIT ---- */

static int read_amount(struct cg_sql_parser *parser, struct cg_sql_expression **ret_amount) {
    if (cg_sql_peek(parser)->kind != CG_SQL_TOKEN_NUMBER)
        return cg_sql_unexpected(parser, "a number of rows");
    *ret_amount = cg_sql_primary(parser);
    return *ret_amount ? 0 : -1;
}

static bool take_rows(struct cg_sql_parser *parser) {
    return cg_sql_take(parser, "rows") || cg_sql_take(parser, "row");
}

/* OFFSET n ROWS FETCH FIRST m ROWS ONLY (MariaDB) */
static int read_fetch(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    if (cg_sql_take(parser, "offset")) {
        if (read_amount(parser, &select->offset) < 0)
            return -1;
        take_rows(parser);
    }
    if (!cg_sql_at(parser, "fetch"))
        return 0;
    size_t at = cg_sql_advance(parser)->at;
    if (!cg_sql_take(parser, "first") && cg_sql_expect(parser, "next") < 0)
        return -1;
    if (!cg_sql_at(parser, "rows") && !cg_sql_at(parser, "row")) {
        if (read_amount(parser, &select->limit) < 0)
            return -1;
    } else {
        struct cg_sql_expression *one = cg_sql_new(parser, CG_SQL_NUMBER, at);
        if (!one)
            return -1;
        one->text = "1";
        one->length = 1;
        select->limit = cg_sql_finish(parser, one);
    }
    if (!take_rows(parser))
        return cg_sql_unexpected(parser, "ROWS");
    if (cg_sql_at_two(parser, "with", "ties"))
        return cg_sql_error(parser->err, at, "FETCH .. WITH TIES is not carried");
    return cg_sql_expect(parser, "only");
}

/* LIMIT n, LIMIT offset, n, LIMIT n OFFSET offset */
static int read_limit(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    if (!cg_sql_take(parser, "limit"))
        return read_fetch(parser, select);
    if (read_amount(parser, &select->limit) < 0)
        return -1;
    if (cg_sql_take(parser, "offset"))
        return read_amount(parser, &select->offset);
    if (cg_sql_take(parser, ",")) {
        select->offset = select->limit;
        return read_amount(parser, &select->limit);
    }
    return 0;
}

/* ---- the whole ---- */

static int read_with_item(struct cg_sql_parser *parser, struct cg_sql_select *select) {
    struct cg_sql_with item = {.name = cg_sql_name(parser, "a name")};
    if (!item.name || (cg_sql_at(parser, "(") && cg_sql_names(parser, &item.columns, &item.column_count) < 0))
        return -1;
    if (cg_sql_expect(parser, "as") < 0)
        return -1;
    if (!cg_sql_at(parser, "("))
        return cg_sql_unexpected(parser, "(");
    item.select = cg_sql_parenthesised_query(parser);
    if (!item.select)
        return -1;
    if (cg_sql_at(parser, "cycle"))
        return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "CYCLE is not carried");
    select->with = cg_arena_push(parser->arena, select->with, &select->with_count, sizeof *select->with);
    if (!select->with)
        return cg_error_memory(parser->err);
    select->with[select->with_count - 1] = item;
    return 0;
}

/* WITH has been read: into `with`, which is only its holder. */
static int read_with(struct cg_sql_parser *parser, struct cg_sql_select *with) {
    with->recursive = cg_sql_take(parser, "recursive");
    do {
        if (read_with_item(parser, with) < 0)
            return -1;
    } while (cg_sql_take(parser, ","));
    return 0;
}

static int refuse_tail(struct cg_sql_parser *parser) {
    static const struct {
        const char *word, *what;
    } tails[] = {{"for", "a locking clause"},
                 {"lock", "a locking clause"},
                 {"into", "SELECT .. INTO"},
                 {"procedure", "PROCEDURE"},
                 {"rows", "LIMIT ROWS EXAMINED"}};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if (cg_sql_at(parser, tails[i].word))
            return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "%s is not carried", tails[i].what);
    return 0;
}

/* What stands around a body belongs to it, unless it came in parentheses with the like of its own. */
static int add_around(struct cg_sql_parser *parser, struct cg_sql_select *select, const struct cg_sql_select *with,
                      const struct cg_sql_select *around) {
    bool ordered = around->order.count || around->limit || around->offset;
    bool own = select->order.count || select->limit || select->offset;
    if ((ordered && own) || (with->with_count && select->with_count))
        return cg_sql_error(parser->err, select->at,
                            "a query in parentheses has WITH, ORDER BY or LIMIT both inside and outside of them");
    if (with->with_count) {
        select->with = with->with;
        select->with_count = with->with_count;
        select->recursive = with->recursive;
    }
    if (ordered) {
        select->order = around->order;
        select->limit = around->limit;
        select->offset = around->offset;
    }
    return 0;
}

struct cg_sql_select *cg_sql_query(struct cg_sql_parser *parser) {
    struct cg_sql_select with = {0}, around = {0};
    size_t at = cg_sql_peek(parser)->at;
    if (cg_sql_enter(parser) < 0 || (cg_sql_take(parser, "with") && read_with(parser, &with) < 0))
        return NULL;
    struct cg_sql_select *select = body(parser, false);
    if (!select)
        return NULL;
    if (cg_sql_take_two(parser, "order", "by") && cg_sql_order_by(parser, &around.order) < 0)
        return NULL;
    if (read_limit(parser, &around) < 0 || refuse_tail(parser) < 0 || add_around(parser, select, &with, &around) < 0)
        return NULL;
    cg_sql_leave(parser);
    select->at = at;
    return cg_sql_finish_select(parser, select);
}

struct cg_sql_select *cg_sql_parenthesised_query(struct cg_sql_parser *parser) {
    if (cg_sql_expect(parser, "(") < 0)
        return NULL;
    struct cg_sql_select *select = cg_sql_query(parser);
    return select && cg_sql_expect(parser, ")") == 0 ? select : NULL;
}
