/* Calls: plain ones, those with a syntax of their own, aggregates and windows; see parse_private.h. */
#include "transform/sql/parse_private.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- types of CAST ---- */

/* As written, as the tree has them; others keep their name. */
static const char *const types[][2] = {
    {"character", "char"}, {"varchar", "char"}, {"nchar", "char"},       {"int", "signed"},
    {"integer", "signed"}, {"dec", "decimal"},  {"varbinary", "binary"},
};

static int read_number(struct cg_sql_parser *parser, int *ret_number) {
    const struct cg_sql_token *token = cg_sql_peek(parser);
    if (token->kind != CG_SQL_TOKEN_NUMBER || strspn(token->text, "0123456789") != token->length)
        return cg_sql_unexpected(parser, "a whole number");
    long number = strtol(token->text, NULL, 10);
    if (number > INT_MAX)
        return cg_sql_unexpected(parser, "a smaller number");
    cg_sql_advance(parser);
    *ret_number = (int)number;
    return 0;
}

/* (n), (n, m) */
static int read_size(struct cg_sql_parser *parser, struct cg_sql_cast *cast) {
    if (!cg_sql_take(parser, "("))
        return 0;
    if (read_number(parser, &cast->length) < 0)
        return -1;
    if (cg_sql_take(parser, ",") && read_number(parser, &cast->scale) < 0)
        return -1;
    return cg_sql_expect(parser, ")");
}

static int read_charset_name(struct cg_sql_parser *parser, const char **ret_charset) {
    bool binary = cg_sql_take(parser, "binary");
    *ret_charset = binary ? "binary" : cg_sql_name(parser, "a character set");
    return *ret_charset ? 0 : -1;
}

/* CHARSET x, CHARACTER SET x, and the words that stand for one. */
static int read_charset(struct cg_sql_parser *parser, struct cg_sql_cast *cast) {
    static const char *const short_forms[][2] = {{"ascii", "latin1"}, {"unicode", "ucs2"}, {"byte", "binary"}};
    if (cg_sql_take(parser, "charset") || cg_sql_take_two(parser, "character", "set") ||
        cg_sql_take_two(parser, "char", "set"))
        return read_charset_name(parser, &cast->charset);
    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
        if (cg_sql_take(parser, short_forms[i][0]))
            cast->charset = short_forms[i][1];
    return 0;
}

static int read_type(struct cg_sql_parser *parser, struct cg_sql_cast *cast) {
    const struct cg_sql_token *token = cg_sql_peek(parser);
    if (token->kind != CG_SQL_TOKEN_WORD)
        return cg_sql_unexpected(parser, "a type");
    cg_sql_advance(parser);
    cast->name = token->word;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(token->word, types[i][0]) == 0)
            cast->name = types[i][1];
    if (strcmp(token->word, "nchar") == 0)
        cast->charset = "utf8mb3";
    if (strcmp(cast->name, "signed") == 0 || strcmp(cast->name, "unsigned") == 0)
        (void)(cg_sql_take(parser, "integer") || cg_sql_take(parser, "int"));
    else if (strcmp(cast->name, "double") == 0)
        cg_sql_take(parser, "precision");
    if (read_size(parser, cast) < 0 || (strcmp(cast->name, "char") == 0 && read_charset(parser, cast) < 0))
        return -1;
    cast->array = cg_sql_take(parser, "array");
    return 0;
}

/* ---- calls with a syntax of their own; "(" has been read and ")" will be ---- */

static int push_expression(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    return cg_sql_push(parser, node, cg_sql_expression(parser));
}

static int read_cast(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    node->kind = CG_SQL_CAST;
    node->name = NULL;
    if (push_expression(parser, node) < 0)
        return -1;
    if (cg_sql_at(parser, "at"))
        return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "CAST with a time zone is not carried");
    return cg_sql_expect(parser, "as") < 0 ? -1 : read_type(parser, &node->cast);
}

static int read_convert(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    node->kind = CG_SQL_CAST;
    node->name = NULL;
    if (push_expression(parser, node) < 0)
        return -1;
    if (cg_sql_take(parser, ","))
        return read_type(parser, &node->cast);
    node->kind = CG_SQL_USING;
    return cg_sql_expect(parser, "using") < 0 ? -1 : read_charset_name(parser, &node->name);
}

static int read_unit(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    node->unit = cg_sql_take_unit(parser);
    return node->unit ? 0 : cg_sql_unexpected(parser, "a unit of time");
}

static int read_extract(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (read_unit(parser, node) < 0 || cg_sql_expect(parser, "from") < 0)
        return -1;
    return push_expression(parser, node);
}

/* TIMESTAMPADD(unit, n, d), TIMESTAMPDIFF(unit, a, b) */
static int read_unit_first(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (read_unit(parser, node) < 0 || cg_sql_expect(parser, ",") < 0)
        return -1;
    return cg_sql_operands(parser, node);
}

/* TRIM(x), TRIM(a FROM x), TRIM(LEADING a FROM x), TRIM(LEADING FROM x), for which MySQL prints trim(leading x) */
static int read_trim(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    static const char *const sides[] = {"both", "leading", "trailing"};
    struct cg_sql_expression *what = NULL;
    bool side = false;
    node->unit = sides[0];
    for (size_t i = 0; i < 3 && !side; i++)
        if ((side = cg_sql_take(parser, sides[i])))
            node->unit = sides[i];
    if (!(side && cg_sql_at(parser, "from")) && !(what = cg_sql_expression(parser)))
        return -1;
    if (what && !cg_sql_at(parser, "from"))
        return cg_sql_push(parser, node, what);
    if (cg_sql_expect(parser, "from") < 0 || push_expression(parser, node) < 0)
        return -1;
    return what ? cg_sql_push(parser, node, what) : 0;
}

/* SUBSTRING(x FROM a FOR b), SUBSTRING(x, a, b) */
static int read_substring(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (push_expression(parser, node) < 0)
        return -1;
    if (cg_sql_take(parser, ","))
        return cg_sql_operands(parser, node);
    if (cg_sql_expect(parser, "from") < 0 || push_expression(parser, node) < 0)
        return -1;
    return cg_sql_take(parser, "for") ? push_expression(parser, node) : 0;
}

static int read_position(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    node->name = "locate";
    if (cg_sql_push(parser, node, cg_sql_bit_expression(parser)) < 0 || cg_sql_expect(parser, "in") < 0)
        return -1;
    return push_expression(parser, node);
}

static int read_get_format(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    static const char *const kinds[] = {"date", "time", "datetime", "timestamp"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !node->unit; i++)
        if (cg_sql_take(parser, kinds[i]))
            node->unit = kinds[i];
    if (!node->unit)
        return cg_sql_unexpected(parser, "DATE, TIME or DATETIME");
    return cg_sql_expect(parser, ",") < 0 ? -1 : push_expression(parser, node);
}

static int read_char(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (cg_sql_operands(parser, node) < 0)
        return -1;
    return cg_sql_take(parser, "using") ? read_charset_name(parser, &node->cast.charset) : 0;
}

static int read_json_value(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (cg_sql_operands(parser, node) < 0 || (cg_sql_take(parser, "returning") && read_type(parser, &node->cast) < 0))
        return -1;
    while (cg_sql_at_two(parser, "null", "on")) {
        parser->next += 2;
        if (!cg_sql_take(parser, "empty") && !cg_sql_take(parser, "error"))
            return cg_sql_unexpected(parser, "EMPTY or ERROR");
    }
    return 0;
}

static int refuse_weight_string(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    return cg_sql_error(parser->err, node->at, "WEIGHT_STRING is not carried");
}

static const struct syntax {
    const char *name;
    int (*read)(struct cg_sql_parser *parser, struct cg_sql_expression *node);
} syntaxes[] = {
    {"cast", read_cast},
    {"convert", read_convert},
    {"extract", read_extract},
    {"timestampadd", read_unit_first},
    {"timestampdiff", read_unit_first},
    {"trim", read_trim},
    {"substring", read_substring},
    {"substr", read_substring},
    {"mid", read_substring},
    {"position", read_position},
    {"get_format", read_get_format},
    {"char", read_char},
    {"json_value", read_json_value},
    {"weight_string", refuse_weight_string},
};

/* ---- aggregates ---- */

static const struct aggregate {
    const char *name;
    bool star, order, separator;
} aggregates[] = {
    {.name = "count", .star = true},
    {.name = "group_concat", .order = true, .separator = true},
    {.name = "json_arrayagg", .order = true},
    {.name = "sum"},
    {.name = "avg"},
    {.name = "min"},
    {.name = "max"},
    {.name = "std"},
    {.name = "stddev"},
    {.name = "stddev_pop"},
    {.name = "stddev_samp"},
    {.name = "var_pop"},
    {.name = "var_samp"},
    {.name = "variance"},
    {.name = "bit_and"},
    {.name = "bit_or"},
    {.name = "bit_xor"},
};

static const struct aggregate *find_aggregate(const char *name) {
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates; i++)
        if (strcmp(name, aggregates[i].name) == 0)
            return &aggregates[i];
    return NULL;
}

static int read_star(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    struct cg_sql_expression *star = cg_sql_new(parser, CG_SQL_STAR, cg_sql_advance(parser)->at);
    return star ? cg_sql_push(parser, node, cg_sql_finish(parser, star)) : -1;
}

static int read_aggregate(struct cg_sql_parser *parser, struct cg_sql_expression *node,
                          const struct aggregate *aggregate) {
    if (aggregate->star && cg_sql_at(parser, "*"))
        return read_star(parser, node);
    node->distinct = cg_sql_take(parser, "distinct");
    if (!node->distinct)
        cg_sql_take(parser, "all");
    if (cg_sql_operands(parser, node) < 0)
        return -1;
    if (aggregate->order && cg_sql_take_two(parser, "order", "by") && cg_sql_order_by(parser, &node->order) < 0)
        return -1;
    if (aggregate->separator && cg_sql_take(parser, "separator")) {
        node->separator = cg_sql_primary(parser);
        if (!node->separator)
            return -1;
        if (node->separator->kind != CG_SQL_STRING && node->separator->kind != CG_SQL_BYTES)
            return cg_sql_error(parser->err, node->separator->at, "a string was looked for");
    }
    if (aggregate->order && cg_sql_at(parser, "limit"))
        return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "LIMIT in an aggregate is not carried");
    return 0;
}

/* ---- windows ---- */

/* The words of one bound onto `frame`; *ret_frame is the longer text. */
static int read_bound(struct cg_sql_parser *parser, const char *frame, const char **ret_frame) {
    static const char *const bounds[][2] = {{"unbounded", "preceding"}, {"unbounded", "following"}, {"current", "row"}};
    static const char *const texts[] = {"UNBOUNDED PRECEDING", "UNBOUNDED FOLLOWING", "CURRENT ROW"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!cg_sql_take_two(parser, bounds[i][0], bounds[i][1]))
            continue;
        *ret_frame = cg_arena_printf(parser->arena, "%s %s", frame, texts[i]);
        return *ret_frame ? 0 : cg_error_memory(parser->err);
    }
    if (cg_sql_peek(parser)->kind != CG_SQL_TOKEN_NUMBER)
        return cg_sql_unexpected(parser, "a bound of the frame that is a number of rows");
    const char *number = cg_sql_advance(parser)->text;
    bool preceding = cg_sql_take(parser, "preceding");
    if (!preceding && cg_sql_expect(parser, "following") < 0)
        return -1;
    *ret_frame = cg_arena_printf(parser->arena, "%s %s %s", frame, number, preceding ? "PRECEDING" : "FOLLOWING");
    return *ret_frame ? 0 : cg_error_memory(parser->err);
}

static int read_frame(struct cg_sql_parser *parser, const char **ret_frame) {
    bool rows = cg_sql_take(parser, "rows");
    if (!rows && !cg_sql_take(parser, "range"))
        return 0;
    const char *frame = rows ? "ROWS" : "RANGE";
    if (!cg_sql_take(parser, "between"))
        return read_bound(parser, frame, ret_frame);
    frame = rows ? "ROWS BETWEEN" : "RANGE BETWEEN";
    if (read_bound(parser, frame, &frame) < 0 || cg_sql_expect(parser, "and") < 0)
        return -1;
    frame = cg_arena_printf(parser->arena, "%s AND", frame);
    return frame ? read_bound(parser, frame, ret_frame) : cg_error_memory(parser->err);
}

int cg_sql_window_parse(struct cg_sql_parser *parser, struct cg_sql_window *window) {
    if (cg_sql_expect(parser, "(") < 0)
        return -1;
    bool clause = cg_sql_at_two(parser, "partition", "by") || cg_sql_at_two(parser, "order", "by") ||
                  cg_sql_at(parser, "rows") || cg_sql_at(parser, "range") || cg_sql_at(parser, ")");
    if (!clause && !(window->name = cg_sql_name(parser, "a window")))
        return -1;
    if (cg_sql_take_two(parser, "partition", "by") &&
        cg_sql_list(parser, &window->partition, &window->partition_count) < 0)
        return -1;
    if (cg_sql_take_two(parser, "order", "by") && cg_sql_order_by(parser, &window->order) < 0)
        return -1;
    return read_frame(parser, &window->frame) < 0 ? -1 : cg_sql_expect(parser, ")");
}

unsigned cg_sql_window_height(const struct cg_sql_window *window) {
    unsigned height = cg_sql_orders_height(&window->order);
    for (size_t i = 0; i < window->partition_count; i++)
        if (height < window->partition[i]->height)
            height = window->partition[i]->height;
    return height;
}

/* What PostgreSQL lacks too. */
static int refuse_window(struct cg_sql_parser *parser) {
    static const char *const refused[][2] = {{"from", "last"}, {"ignore", "nulls"}, {"within", "group"}};
    static const char *const thirds[] = {"over", "respect", "ignore", "("};
    bool window = false;
    for (size_t i = 0; i < sizeof thirds / sizeof *thirds && !window; i++)
        window = cg_sql_token_is(cg_sql_ahead(parser, 2), thirds[i]);
    for (size_t i = 0; window && i < sizeof refused / sizeof *refused; i++)
        if (cg_sql_at_two(parser, refused[i][0], refused[i][1]))
            return cg_sql_error(parser->err, cg_sql_peek(parser)->at, "%s %s of a window function is not carried",
                                refused[i][0], refused[i][1]);
    return 0;
}

/* [FROM FIRST] [RESPECT NULLS] OVER name, OVER (..) */
static int read_over(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (refuse_window(parser) < 0)
        return -1;
    if (cg_sql_at_two(parser, "from", "first") && cg_sql_token_is(cg_sql_ahead(parser, 2), "over"))
        parser->next += 2;
    cg_sql_take_two(parser, "respect", "nulls");
    if (!cg_sql_take(parser, "over"))
        return 0;
    struct cg_sql_window *window = cg_arena_alloc(parser->arena, sizeof *window);
    if (!window)
        return cg_error_memory(parser->err);
    node->window = window;
    if (cg_sql_at(parser, "("))
        return cg_sql_window_parse(parser, window);
    window->name = cg_sql_name(parser, "a window");
    return window->name ? 0 : -1;
}

/* ---- calls ---- */

/* The name in lower case, synonyms of the clock's functions under one. */
static const char *function_name(struct cg_sql_parser *parser, const char *name) {
    static const char *const synonyms[][2] = {{"current_timestamp", "now"},
                                              {"localtime", "now"},
                                              {"localtimestamp", "now"},
                                              {"current_date", "curdate"},
                                              {"current_time", "curtime"}};
    char *lower = cg_arena_strdup(parser->arena, name);
    if (!lower) {
        cg_error_memory(parser->err);
        return NULL;
    }
    for (char *c = lower; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (strcmp(lower, synonyms[i][0]) == 0)
            return synonyms[i][1];
    return lower;
}

static int read_arguments(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    const struct aggregate *aggregate = node->schema ? NULL : find_aggregate(node->name);
    if (aggregate)
        return read_aggregate(parser, node, aggregate);
    for (size_t i = 0; !node->schema && i < sizeof syntaxes / sizeof *syntaxes; i++)
        if (strcmp(node->name, syntaxes[i].name) == 0)
            return syntaxes[i].read(parser, node);
    return cg_sql_at(parser, ")") ? 0 : cg_sql_operands(parser, node);
}

struct cg_sql_expression *cg_sql_call(struct cg_sql_parser *parser, size_t at, const char *schema, const char *name) {
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_CALL, at);
    if (!node)
        return NULL;
    node->schema = schema;
    node->name = function_name(parser, name);
    if (!node->name || cg_sql_expect(parser, "(") < 0 || cg_sql_enter(parser) < 0 || read_arguments(parser, node) < 0 ||
        cg_sql_expect(parser, ")") < 0)
        return NULL;
    cg_sql_leave(parser);
    if (node->kind == CG_SQL_CALL && read_over(parser, node) < 0)
        return NULL;
    return cg_sql_finish(parser, node);
}

struct cg_sql_expression *cg_sql_bare_call(struct cg_sql_parser *parser) {
    const struct cg_sql_token *token = cg_sql_advance(parser);
    if (cg_sql_at(parser, "("))
        return cg_sql_call(parser, token->at, NULL, token->text);
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_CALL, token->at);
    if (!node || !(node->name = function_name(parser, token->text)))
        return NULL;
    return cg_sql_finish(parser, node);
}

/* ---- MATCH ---- */

static const char *match_mode(struct cg_sql_parser *parser) {
    if (cg_sql_take_two(parser, "in", "boolean"))
        return cg_sql_take(parser, "mode") ? "boolean" : NULL;
    if (cg_sql_take_two(parser, "in", "natural") && !cg_sql_take_two(parser, "language", "mode"))
        return NULL;
    if (cg_sql_take_two(parser, "with", "query"))
        return cg_sql_take(parser, "expansion") ? "expansion" : NULL;
    return "natural";
}

static int read_against(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    if (cg_sql_expect(parser, "against") < 0 || cg_sql_expect(parser, "(") < 0)
        return -1;
    node->operands[0] = cg_sql_bit_expression(parser);
    if (!node->operands[0])
        return -1;
    node->name = match_mode(parser);
    return node->name ? cg_sql_expect(parser, ")") : cg_sql_unexpected(parser, "a mode of searching");
}

/* MySQL prints the columns without parentheses of their own. */
struct cg_sql_expression *cg_sql_match(struct cg_sql_parser *parser) {
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_MATCH, cg_sql_advance(parser)->at);
    bool open = node && cg_sql_take(parser, "(");
    /* operands[0] is kept free for what is looked for. */
    if (!node || cg_sql_push(parser, node, node) < 0 || cg_sql_operands(parser, node) < 0 ||
        (open && cg_sql_expect(parser, ")") < 0) || read_against(parser, node) < 0)
        return NULL;
    return cg_sql_finish(parser, node);
}
