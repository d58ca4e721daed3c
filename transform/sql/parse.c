/* The parser's entry points, tokens and nodes; see parse_private.h. */
#include "transform/sql/parse_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- tokens ---- */

const struct cg_sql_token *cg_sql_ahead(const struct cg_sql_parser *parser, size_t ahead) {
    size_t left = parser->token_count - 1 - parser->next;
    return &parser->tokens[parser->next + (ahead < left ? ahead : left)];
}

bool cg_sql_token_is(const struct cg_sql_token *token, const char *word) {
    return token->word && strcmp(token->word, word) == 0;
}

bool cg_sql_at(const struct cg_sql_parser *parser, const char *word) {
    return cg_sql_token_is(cg_sql_peek(parser), word);
}

bool cg_sql_at_two(const struct cg_sql_parser *parser, const char *first, const char *second) {
    return cg_sql_at(parser, first) && cg_sql_token_is(cg_sql_ahead(parser, 1), second);
}

const struct cg_sql_token *cg_sql_advance(struct cg_sql_parser *parser) {
    const struct cg_sql_token *token = cg_sql_peek(parser);
    if (token->kind != CG_SQL_TOKEN_END)
        parser->next++;
    return token;
}

bool cg_sql_take(struct cg_sql_parser *parser, const char *word) {
    bool is = cg_sql_at(parser, word);
    if (is)
        cg_sql_advance(parser);
    return is;
}

bool cg_sql_take_two(struct cg_sql_parser *parser, const char *first, const char *second) {
    bool are = cg_sql_at_two(parser, first, second);
    if (are)
        parser->next += 2;
    return are;
}

int cg_sql_unexpected(struct cg_sql_parser *parser, const char *looked_for) {
    enum { SHOWN = 40 };
    const struct cg_sql_token *token = cg_sql_peek(parser);
    if (token->kind == CG_SQL_TOKEN_END)
        return cg_sql_error(parser->err, token->at, "the text ends where %s was looked for", looked_for);
    const char *start = parser->text + token->at;
    size_t len = token->end - token->at;
    bool cut = len > SHOWN;
    for (len = cut ? SHOWN : len; cut && len && ((unsigned char)start[len] & 0xc0) == 0x80; len--)
        ;
    return cg_sql_error(parser->err, token->at, "met %.*s%s where %s was looked for", (int)len, start, cut ? "..." : "",
                        looked_for);
}

int cg_sql_expect(struct cg_sql_parser *parser, const char *word) {
    return cg_sql_take(parser, word) ? 0 : cg_sql_unexpected(parser, word);
}

bool cg_sql_at_name(const struct cg_sql_parser *parser) {
    const struct cg_sql_token *token = cg_sql_peek(parser);
    bool callable = false;
    if (cg_sql_token_is(token, "offset") && token[1].kind == CG_SQL_TOKEN_NUMBER)
        return false; /* of the rows: MariaDB reserves it, MySQL does not */
    return token->kind == CG_SQL_TOKEN_NAME ||
           (token->kind == CG_SQL_TOKEN_WORD && !cg_sql_reserved(token->word, &callable));
}

const char *cg_sql_name(struct cg_sql_parser *parser, const char *looked_for) {
    if (cg_sql_at_name(parser))
        return cg_sql_advance(parser)->text;
    cg_sql_unexpected(parser, looked_for);
    return NULL;
}

int cg_sql_names(struct cg_sql_parser *parser, const char ***ret_names, size_t *ret_count) {
    if (cg_sql_expect(parser, "(") < 0)
        return -1;
    do {
        const char *name = cg_sql_name(parser, "a name");
        if (!name)
            return -1;
        *ret_names = cg_arena_push(parser->arena, *ret_names, ret_count, sizeof **ret_names);
        if (!*ret_names)
            return cg_error_memory(parser->err);
        (*ret_names)[*ret_count - 1] = name;
    } while (cg_sql_take(parser, ","));
    return cg_sql_expect(parser, ")");
}

/* Whether a query may begin with this token. VALUES (1, 2) is MariaDB's; of MySQL it is a function. */
static bool begins_query(const struct cg_sql_parser *parser, const struct cg_sql_token *token) {
    if (cg_sql_token_is(token, "values"))
        return cg_sql_token_is(token + 1, parser->dialect->mariadb ? "(" : "row");
    return cg_sql_token_is(token, "select") || cg_sql_token_is(token, "with") || cg_sql_token_is(token, "table");
}

static bool continues_query(const struct cg_sql_token *token) {
    static const char *const words[] = {")",      "union", "except", "intersect", "order", "limit",
                                        "offset", "fetch", "for",    "lock",      "into"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (cg_sql_token_is(token, words[i]))
            return true;
    return false;
}

bool cg_sql_holds_query(const struct cg_sql_parser *parser, size_t index) {
    const struct cg_sql_token *tokens = parser->tokens;
    size_t inner = index;
    while (cg_sql_token_is(&tokens[inner + 1], "(") && inner - index <= CG_SQL_DEPTH)
        inner++;
    if (!begins_query(parser, &tokens[inner + 1]))
        return false;
    while (inner > index && continues_query(&tokens[tokens[inner].match + 1]))
        inner--;
    return inner == index;
}

int cg_sql_enter(struct cg_sql_parser *parser) {
    if (parser->depth >= CG_SQL_DEPTH)
        return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "nested more than %d levels deep", CG_SQL_DEPTH);
    parser->depth++;
    return 0;
}

void cg_sql_leave(struct cg_sql_parser *parser) {
    parser->depth--;
}

/* ---- nodes ---- */

struct cg_sql_expression *cg_sql_new(struct cg_sql_parser *parser, enum cg_sql_kind kind, size_t at) {
    struct cg_sql_expression *node = cg_arena_alloc(parser->arena, sizeof *node);
    if (!node) {
        cg_error_memory(parser->err);
        return NULL;
    }
    node->kind = kind;
    node->at = at;
    node->cast.length = node->cast.scale = -1;
    return node;
}

int cg_sql_push(struct cg_sql_parser *parser, struct cg_sql_expression *node, struct cg_sql_expression *operand) {
    if (!operand)
        return -1;
    node->operands = cg_arena_push(parser->arena, node->operands, &node->operand_count, sizeof *node->operands);
    if (!node->operands)
        return cg_error_memory(parser->err);
    node->operands[node->operand_count - 1] = operand;
    return 0;
}

void cg_sql_raise(unsigned *height, unsigned below) {
    if (*height < below + 1)
        *height = below + 1;
}

int cg_sql_check_height(struct cg_sql_parser *parser, unsigned height, size_t at) {
    if (height > CG_SQL_HEIGHT)
        return cg_sql_error(parser->err, at, "more than %d operations, one upon the other", CG_SQL_HEIGHT);
    return 0;
}

unsigned cg_sql_orders_height(const struct cg_sql_orders *orders) {
    unsigned height = 0;
    for (size_t i = 0; i < orders->count; i++)
        if (height < orders->items[i].expression->height)
            height = orders->items[i].expression->height;
    return height;
}

/* An interval is an argument, or is added on either side, or is subtracted. */
static bool takes_interval(const struct cg_sql_expression *node, size_t index) {
    if (node->kind == CG_SQL_CALL)
        return true;
    if (node->kind != CG_SQL_BINARY)
        return false;
    if (strcmp(node->name, "-") == 0)
        return index == 1;
    return strcmp(node->name, "+") == 0 && node->operands[1 - index]->kind != CG_SQL_INTERVAL;
}

int cg_sql_misplaced_interval(struct cg_sql_parser *parser, const struct cg_sql_expression *interval) {
    return cg_sql_error(parser->err, interval->at, "INTERVAL stands where it can be neither added nor subtracted");
}

struct cg_sql_expression *cg_sql_finish(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    node->height = 1;
    cg_sql_raise(&node->height, cg_sql_orders_height(&node->order));
    for (size_t i = 0; i < node->operand_count; i++) {
        const struct cg_sql_expression *operand = node->operands[i];
        if (operand->kind == CG_SQL_INTERVAL && !takes_interval(node, i)) {
            cg_sql_misplaced_interval(parser, operand);
            return NULL;
        }
        cg_sql_raise(&node->height, operand->height);
    }
    if (node->base)
        cg_sql_raise(&node->height, node->base->height);
    if (node->separator)
        cg_sql_raise(&node->height, node->separator->height);
    if (node->window)
        cg_sql_raise(&node->height, cg_sql_window_height(node->window));
    if (node->select)
        cg_sql_raise(&node->height, node->select->height);
    return cg_sql_check_height(parser, node->height, node->at) < 0 ? NULL : node;
}

struct cg_sql_expression *cg_sql_operation(struct cg_sql_parser *parser, enum cg_sql_kind kind, size_t at,
                                           const char *name, struct cg_sql_expression *left,
                                           struct cg_sql_expression *right) {
    struct cg_sql_expression *node = cg_sql_new(parser, kind, at);
    if (!node || cg_sql_push(parser, node, left) < 0 || (right && cg_sql_push(parser, node, right) < 0))
        return NULL;
    node->name = name;
    return cg_sql_finish(parser, node);
}

/* ---- entry points ---- */

static int begin(struct cg_sql_parser *parser) {
    return cg_sql_tokens(parser->text, parser->dialect, parser->arena, &parser->tokens, &parser->token_count,
                         parser->err);
}

int cg_sql_parse_expression(const char *text, const struct cg_sql_dialect *dialect, struct cg_arena *arena,
                            struct cg_sql_expression **ret_expression, struct cg_error *err) {
    struct cg_sql_parser parser = {.text = text, .dialect = dialect, .arena = arena, .err = err};
    struct cg_sql_expression *expression = begin(&parser) < 0 ? NULL : cg_sql_expression(&parser);
    if (!expression)
        return -1;
    if (cg_sql_peek(&parser)->kind != CG_SQL_TOKEN_END)
        return cg_sql_unexpected(&parser, "the end");
    *ret_expression = expression;
    return 0;
}

int cg_sql_parse_select(const char *text, const struct cg_sql_dialect *dialect, struct cg_arena *arena,
                        struct cg_sql_select **ret_select, struct cg_error *err) {
    struct cg_sql_parser parser = {.text = text, .dialect = dialect, .arena = arena, .err = err};
    struct cg_sql_select *select = begin(&parser) < 0 ? NULL : cg_sql_view(&parser);
    if (!select)
        return -1;
    if (cg_sql_peek(&parser)->kind != CG_SQL_TOKEN_END)
        return cg_sql_unexpected(&parser, "the end");
    *ret_select = select;
    return 0;
}
