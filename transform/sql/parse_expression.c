/* Operators by their precedence (MySQL 9 manual, "Operator Precedence", and the grammar's own levels):
 *
 *   OR ||   XOR   AND &&   NOT   comparisons, IS   IN LIKE BETWEEN REGEXP   |   &   << >>   + -   * / DIV %   ^   ||
 *
 * the second || under PIPES_AS_CONCAT. Tighter still, and all prefix: - + ~ ! BINARY, NOT under HIGH_NOT_PRECEDENCE;
 * tightest the suffix COLLATE. */
#include "transform/sql/parse_private.h"

#include <string.h>

enum level {
    LEVEL_OR = 1,
    LEVEL_XOR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_BIT_OR,
    LEVEL_BIT_AND,
    LEVEL_SHIFT,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_POWER,
    LEVEL_CONCAT
};

static const struct operator{
    const char *word, *name; /* as met, as the tree has it */
    enum level level;
}
operators[] = {
    {"or", "or", LEVEL_OR},    {"||", "||", LEVEL_OR},        {"xor", "xor", LEVEL_XOR}, {"and", "and", LEVEL_AND},
    {"&&", "and", LEVEL_AND},  {"|", "|", LEVEL_BIT_OR},      {"&", "&", LEVEL_BIT_AND}, {"<<", "<<", LEVEL_SHIFT},
    {">>", ">>", LEVEL_SHIFT}, {"+", "+", LEVEL_SUM},         {"-", "-", LEVEL_SUM},     {"*", "*", LEVEL_PRODUCT},
    {"/", "/", LEVEL_PRODUCT}, {"div", "div", LEVEL_PRODUCT}, {"%", "%", LEVEL_PRODUCT}, {"mod", "%", LEVEL_PRODUCT},
    {"^", "^", LEVEL_POWER},
};

static const struct operator concat = {"||", "||", LEVEL_CONCAT};

/* As met, as the tree has them. */
static const char *const comparisons[][2] = {{"=", "="}, {"<=>", "<=>"}, {"<>", "<>"}, {"!=", "<>"},
                                             {"<", "<"}, {"<=", "<="},   {">", ">"},   {">=", ">="}};
static const char *const prefixes[] = {"-", "+", "~", "!", "binary"};

/* The binary operator that comes next, if it binds at least as tightly as `lowest`; comparisons are not among them. */
static const struct operator* next_operator(const struct cg_sql_parser *parser, enum level lowest) {
    const struct operator* found = NULL;
    const char *word = cg_sql_peek(parser)->word;
    if (!word)
        return NULL;
    for (size_t i = 0; i < sizeof operators / sizeof *operators && !found; i++)
        if (strcmp(word, operators[i].word) == 0)
            found = &operators[i];
    if (found && parser->dialect->pipes_as_concat && strcmp(found->word, "||") == 0)
        found = &concat;
    return found && found->level >= lowest ? found : NULL;
}

/* ---- prefix and suffix ---- */

static struct cg_sql_expression *collated(struct cg_sql_parser *parser) {
    struct cg_sql_expression *node = cg_sql_primary(parser);
    while (node && cg_sql_take(parser, "collate")) {
        bool binary = cg_sql_take(parser, "binary");
        const char *name = binary ? "binary" : cg_sql_name(parser, "a collation");
        node = name ? cg_sql_operation(parser, CG_SQL_COLLATE, node->at, name, node, NULL) : NULL;
    }
    return node;
}

static const char *prefix(const struct cg_sql_parser *parser) {
    const char *word = cg_sql_peek(parser)->word;
    for (size_t i = 0; word && i < sizeof prefixes / sizeof *prefixes; i++)
        if (strcmp(word, prefixes[i]) == 0)
            return prefixes[i];
    return word && parser->dialect->high_not_precedence && strcmp(word, "not") == 0 ? "not" : NULL;
}

static struct cg_sql_expression *unary(struct cg_sql_parser *parser) {
    const char *name = prefix(parser);
    if (!name)
        return collated(parser);
    size_t at = cg_sql_advance(parser)->at;
    if (cg_sql_enter(parser) < 0)
        return NULL;
    struct cg_sql_expression *operand = unary(parser);
    cg_sql_leave(parser);
    return operand ? cg_sql_operation(parser, CG_SQL_UNARY, at, name, operand, NULL) : NULL;
}

/* ---- what binds tighter than comparisons ---- */

/* Operators of at least this level, from LEVEL_BIT_OR on; all are left-associative. */
static struct cg_sql_expression *arithmetic(struct cg_sql_parser *parser, enum level lowest) {
    struct cg_sql_expression *left = unary(parser);
    const struct operator* operator;
    while (left && (operator= next_operator(parser, lowest))) {
        cg_sql_advance(parser);
        struct cg_sql_expression *right = arithmetic(parser, operator->level + 1);
        left = right ? cg_sql_operation(parser, CG_SQL_BINARY, left->at, operator->name, left, right) : NULL;
    }
    return left;
}

struct cg_sql_expression *cg_sql_bit_expression(struct cg_sql_parser *parser) {
    return arithmetic(parser, LEVEL_BIT_OR);
}

/* ---- IN, BETWEEN, LIKE, REGEXP, SOUNDS LIKE, MEMBER OF ---- */

static struct cg_sql_expression *predicate(struct cg_sql_parser *parser);
static struct cg_sql_expression *pattern(struct cg_sql_parser *parser);

static int read_in(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (!cg_sql_at(parser, "("))
        return cg_sql_unexpected(parser, "(");
    if (cg_sql_holds_query(parser, parser->next)) {
        node->select = cg_sql_parenthesised_query(parser);
        return node->select ? 0 : -1;
    }
    cg_sql_advance(parser);
    return cg_sql_operands(parser, node) < 0 ? -1 : cg_sql_expect(parser, ")");
}

/* The lower bound may be a predicate to MariaDB only. */
static int read_between(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    bool mariadb = parser->dialect->mariadb;
    struct cg_sql_expression *lower = mariadb ? predicate(parser) : cg_sql_bit_expression(parser);
    if (cg_sql_push(parser, node, lower) < 0 || cg_sql_expect(parser, "and") < 0)
        return -1;
    return cg_sql_push(parser, node, predicate(parser));
}

static int read_pattern(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    return cg_sql_push(parser, node, pattern(parser));
}

static int read_like(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (read_pattern(parser, node) < 0)
        return -1;
    return cg_sql_take(parser, "escape") ? read_pattern(parser, node) : 0;
}

static int read_member(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (cg_sql_expect(parser, "(") < 0 || cg_sql_push(parser, node, cg_sql_expression(parser)) < 0)
        return -1;
    return cg_sql_expect(parser, ")");
}

static const struct suffix {
    const char *word, *second; /* second: what must follow, or NULL */
    enum cg_sql_kind kind;
    const char *name; /* of CG_SQL_BINARY */
    int (*read)(struct cg_sql_parser *parser, struct cg_sql_expression *node);
} suffixes[] = {
    {"in", NULL, CG_SQL_IN, NULL, read_in},
    {"between", NULL, CG_SQL_BETWEEN, NULL, read_between},
    {"like", NULL, CG_SQL_LIKE, NULL, read_like},
    {"regexp", NULL, CG_SQL_REGEXP, NULL, read_pattern},
    {"rlike", NULL, CG_SQL_REGEXP, NULL, read_pattern},
    {"sounds", "like", CG_SQL_BINARY, "sounds like", read_pattern},
    {"member", "of", CG_SQL_BINARY, "member of", read_member},
};

static const struct suffix *next_suffix(const struct cg_sql_parser *parser, bool negated) {
    const struct cg_sql_token *token = cg_sql_ahead(parser, negated),
                              *after = cg_sql_ahead(parser, 1 + (size_t)negated);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        const struct suffix *suffix = &suffixes[i];
        if (cg_sql_token_is(token, suffix->word) && (!suffix->second || cg_sql_token_is(after, suffix->second)) &&
            !(negated && suffix->name))
            return suffix;
    }
    return NULL;
}

static struct cg_sql_expression *add_suffix(struct cg_sql_parser *parser, struct cg_sql_expression *left,
                                            const struct suffix *suffix, bool negated) {
    struct cg_sql_expression *node = cg_sql_new(parser, suffix->kind, left->at);
    parser->next += 1 + (size_t)negated + (suffix->second != NULL);
    if (!node || cg_sql_enter(parser) < 0 || cg_sql_push(parser, node, left) < 0 || suffix->read(parser, node) < 0)
        return NULL;
    cg_sql_leave(parser);
    node->name = suffix->name;
    node->negated = negated;
    return cg_sql_finish(parser, node);
}

/* What stands right of LIKE and REGEXP. To MariaDB a NOT LIKE that follows belongs to it, a LIKE does not: a LIKE b NOT
 * LIKE c is a LIKE (b NOT LIKE c), a LIKE b LIKE c is (a LIKE b) LIKE c. */
static struct cg_sql_expression *pattern(struct cg_sql_parser *parser) {
    struct cg_sql_expression *left = cg_sql_bit_expression(parser);
    const struct suffix *suffix;
    while (left && parser->dialect->mariadb && cg_sql_at(parser, "not") && (suffix = next_suffix(parser, true)))
        left = add_suffix(parser, left, suffix, true);
    return left;
}

/* MySQL takes one suffix; MariaDB takes them one behind the other, and prints them so, without parentheses. */
static struct cg_sql_expression *predicate(struct cg_sql_parser *parser) {
    struct cg_sql_expression *left = cg_sql_bit_expression(parser);
    const struct suffix *suffix;
    bool negated;
    do {
        negated = cg_sql_at(parser, "not");
        suffix = left ? next_suffix(parser, negated) : NULL;
        left = suffix ? add_suffix(parser, left, suffix, negated) : left;
    } while (suffix && left && parser->dialect->mariadb);
    return left;
}

/* ---- comparisons and IS ---- */

static const char *comparison_name(const struct cg_sql_parser *parser) {
    const char *word = cg_sql_peek(parser)->word;
    for (size_t i = 0; word && i < sizeof comparisons / sizeof *comparisons; i++)
        if (strcmp(word, comparisons[i][0]) == 0)
            return comparisons[i][1];
    return NULL;
}

/* = ALL (SELECT ..) */
static struct cg_sql_expression *quantified(struct cg_sql_parser *parser, struct cg_sql_expression *left,
                                            const char *name) {
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_QUANTIFIED, left->at);
    if (!node || cg_sql_push(parser, node, left) < 0)
        return NULL;
    node->name = name;
    node->flag = cg_sql_token_is(cg_sql_advance(parser), "all");
    node->select = cg_sql_parenthesised_query(parser);
    return node->select ? cg_sql_finish(parser, node) : NULL;
}

static struct cg_sql_expression *compared(struct cg_sql_parser *parser, struct cg_sql_expression *left,
                                          const char *name) {
    bool quantifier = cg_sql_at(parser, "all") || cg_sql_at(parser, "any") || cg_sql_at(parser, "some");
    if (quantifier && cg_sql_token_is(cg_sql_ahead(parser, 1), "(") && cg_sql_holds_query(parser, parser->next + 1))
        return quantified(parser, left, name);
    struct cg_sql_expression *right = predicate(parser);
    return right ? cg_sql_operation(parser, CG_SQL_BINARY, left->at, name, left, right) : NULL;
}

static struct cg_sql_expression *is(struct cg_sql_parser *parser, struct cg_sql_expression *left) {
    static const char *const states[] = {"null", "true", "false", "unknown"};
    bool negated = cg_sql_take(parser, "not");
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (!cg_sql_take(parser, states[i]))
            continue;
        struct cg_sql_expression *node = cg_sql_operation(parser, CG_SQL_IS, left->at, states[i], left, NULL);
        if (node)
            node->negated = negated;
        return node;
    }
    cg_sql_unexpected(parser, "NULL, TRUE, FALSE or UNKNOWN");
    return NULL;
}

static struct cg_sql_expression *comparison(struct cg_sql_parser *parser) {
    struct cg_sql_expression *left = predicate(parser);
    const char *name;
    while (left && ((name = comparison_name(parser)) || cg_sql_at(parser, "is"))) {
        cg_sql_advance(parser);
        left = name ? compared(parser, left, name) : is(parser, left);
    }
    return left;
}

/* ---- NOT, AND, XOR, OR ---- */

static struct cg_sql_expression *negation(struct cg_sql_parser *parser) {
    if (!cg_sql_at(parser, "not") || parser->dialect->high_not_precedence)
        return comparison(parser);
    size_t at = cg_sql_advance(parser)->at;
    if (cg_sql_enter(parser) < 0)
        return NULL;
    struct cg_sql_expression *operand = negation(parser);
    cg_sql_leave(parser);
    return operand ? cg_sql_operation(parser, CG_SQL_UNARY, at, "not", operand, NULL) : NULL;
}

static struct cg_sql_expression *logical(struct cg_sql_parser *parser, enum level lowest) {
    struct cg_sql_expression *left = negation(parser);
    const struct operator* operator;
    while (left && (operator= next_operator(parser, lowest)) && operator->level<LEVEL_NOT) {
        cg_sql_advance(parser);
        struct cg_sql_expression *right = logical(parser, operator->level + 1);
        left = right ? cg_sql_operation(parser, CG_SQL_BINARY, left->at, operator->name, left, right) : NULL;
    }
    return left;
}

struct cg_sql_expression *cg_sql_argument(struct cg_sql_parser *parser) {
    if (cg_sql_enter(parser) < 0)
        return NULL;
    struct cg_sql_expression *expression = logical(parser, LEVEL_OR);
    cg_sql_leave(parser);
    if (expression && cg_sql_at(parser, ":=")) {
        cg_sql_error(parser->err, cg_sql_peek(parser)->at, "an assignment to a variable is not carried");
        return NULL;
    }
    return expression;
}

struct cg_sql_expression *cg_sql_expression(struct cg_sql_parser *parser) {
    struct cg_sql_expression *expression = cg_sql_argument(parser);
    if (!expression || expression->kind != CG_SQL_INTERVAL)
        return expression;
    cg_sql_misplaced_interval(parser, expression);
    return NULL;
}

/* ---- lists ---- */

int cg_sql_operands(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    do {
        if (cg_sql_push(parser, node, cg_sql_argument(parser)) < 0)
            return -1;
    } while (cg_sql_take(parser, ","));
    return 0;
}

int cg_sql_list(struct cg_sql_parser *parser, struct cg_sql_expression ***ret_list, size_t *ret_count) {
    do {
        struct cg_sql_expression *item = cg_sql_expression(parser);
        if (!item)
            return -1;
        *ret_list = cg_arena_push(parser->arena, *ret_list, ret_count, sizeof **ret_list);
        if (!*ret_list)
            return cg_error_memory(parser->err);
        (*ret_list)[*ret_count - 1] = item;
    } while (cg_sql_take(parser, ","));
    return 0;
}

int cg_sql_order_by(struct cg_sql_parser *parser, struct cg_sql_orders *orders) {
    do {
        orders->items = cg_arena_push(parser->arena, orders->items, &orders->count, sizeof *orders->items);
        if (!orders->items)
            return cg_error_memory(parser->err);
        struct cg_sql_order *order = &orders->items[orders->count - 1];
        order->expression = cg_sql_expression(parser);
        if (!order->expression)
            return -1;
        order->descending = cg_sql_take(parser, "desc");
        if (!order->descending)
            cg_sql_take(parser, "asc");
    } while (cg_sql_take(parser, ","));
    return 0;
}
