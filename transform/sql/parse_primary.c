/* What operators stand between: literals, names, parentheses, CASE, INTERVAL; see parse_private.h. */
#include "transform/sql/parse_private.h"

#include "core/utf8.h"

#include <string.h>

/* ---- literals ---- */

static struct cg_sql_expression *literal(struct cg_sql_parser *parser, enum cg_sql_kind kind) {
    const struct cg_sql_token *token = cg_sql_advance(parser);
    struct cg_sql_expression *node = cg_sql_new(parser, kind, token->at);
    if (!node)
        return NULL;
    node->text = token->text;
    node->length = token->length;
    node->introducer = token->national ? "utf8mb3" : NULL;
    return cg_sql_finish(parser, node);
}

/* 'a' 'b' is 'ab'. */
static struct cg_sql_expression *string(struct cg_sql_parser *parser) {
    struct cg_sql_expression *node = literal(parser, CG_SQL_STRING);
    size_t length = node ? node->length : 0, more = 0;
    while (cg_sql_ahead(parser, more)->kind == CG_SQL_TOKEN_STRING && !cg_sql_ahead(parser, more)->national)
        length += cg_sql_ahead(parser, more++)->length;
    if (!node || !more)
        return node;
    char *text = cg_arena_alloc(parser->arena, length + 1);
    if (!text) {
        cg_error_memory(parser->err);
        return NULL;
    }
    memcpy(text, node->text, node->length);
    for (size_t i = 0; i < more; i++) {
        const struct cg_sql_token *token = cg_sql_advance(parser);
        memcpy(text + node->length, token->text, token->length);
        node->length += token->length;
    }
    node->text = text;
    return node;
}

static bool is_literal(const struct cg_sql_token *token) {
    return (token->kind == CG_SQL_TOKEN_STRING && !token->national) || token->kind == CG_SQL_TOKEN_BYTES ||
           token->kind == CG_SQL_TOKEN_BITS;
}

/* Every charset that either server ships. */
static const char *charset(const char *word) {
    static const char *const charsets[] = {
        "utf8mb4", "utf8mb3", "utf8",   "binary", "latin1",  "ascii", "armscii8", "big5", "cp1250",
        "cp1251",  "cp1256",  "cp1257", "cp850",  "cp852",   "cp866", "cp932",    "dec8", "eucjpms",
        "euckr",   "gb18030", "gb2312", "gbk",    "geostd8", "greek", "hebrew",   "hp8",  "keybcs2",
        "koi8r",   "koi8u",   "latin2", "latin5", "latin7",  "macce", "macroman", "sjis", "swe7",
        "tis620",  "ucs2",    "ujis",   "utf16",  "utf16le", "utf32",
    };
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        if (strcmp(word, charsets[i]) == 0)
            return charsets[i];
    return NULL;
}

static bool is_introducer(const struct cg_sql_parser *parser) {
    const struct cg_sql_token *token = cg_sql_peek(parser);
    return token->kind == CG_SQL_TOKEN_WORD && token->word[0] == '_' && charset(token->word + 1) &&
           is_literal(token + 1);
}

/* b'..' as bytes, for an introducer. */
static int bits_to_bytes(struct cg_sql_parser *parser, struct cg_sql_expression *node) {
    size_t count = node->length, bytes = (count + 7) / 8;
    char *value = cg_arena_alloc(parser->arena, bytes + 1);
    if (!value)
        return cg_error_memory(parser->err);
    for (size_t i = 0; i < count; i++) {
        size_t bit = i + bytes * 8 - count;
        value[bit / 8] = (char)((unsigned char)value[bit / 8] << 1 | (node->text[i] == '1'));
    }
    node->text = value;
    node->length = bytes;
    node->kind = CG_SQL_BYTES;
    return 0;
}

/* _latin1'..', _binary x'..' */
static struct cg_sql_expression *introduced(struct cg_sql_parser *parser) {
    const struct cg_sql_token *introducer = cg_sql_advance(parser);
    enum cg_sql_token_kind kind = cg_sql_peek(parser)->kind;
    const char *name = charset(introducer->word + 1);
    struct cg_sql_expression *node = kind == CG_SQL_TOKEN_STRING  ? string(parser)
                                     : kind == CG_SQL_TOKEN_BYTES ? literal(parser, CG_SQL_BYTES)
                                                                  : literal(parser, CG_SQL_BITS);
    if (!node || (node->kind == CG_SQL_BITS && bits_to_bytes(parser, node) < 0))
        return NULL;
    node->at = introducer->at;
    if (strcmp(name, "binary") == 0) {
        node->kind = CG_SQL_BYTES;
        return node;
    }
    node->introducer = name;
    struct cg_slice value = {(const unsigned char *)node->text, node->length};
    if (node->kind == CG_SQL_BYTES && strncmp(name, "utf8", 4) == 0) {
        if (cg_utf8_check(value, NULL) == CG_UTF8_INVALID) {
            cg_sql_error(parser->err, node->at, "a literal is not the UTF-8 that it is said to be");
            return NULL;
        }
        node->kind = CG_SQL_STRING;
    }
    return node;
}

/* DATE'2024-01-31' */
static struct cg_sql_expression *temporal(struct cg_sql_parser *parser) {
    const struct cg_sql_token *word = cg_sql_advance(parser);
    struct cg_sql_expression *node = literal(parser, CG_SQL_TEMPORAL);
    if (!node)
        return NULL;
    node->at = word->at;
    node->name = word->word;
    return node;
}

static bool is_temporal(const struct cg_sql_parser *parser) {
    const struct cg_sql_token *next = cg_sql_ahead(parser, 1);
    return next->kind == CG_SQL_TOKEN_STRING && !next->national &&
           (cg_sql_at(parser, "date") || cg_sql_at(parser, "time") || cg_sql_at(parser, "timestamp"));
}

/* {d '2024-01-31'}, {t ..}, {ts ..}; {fn ..} means nothing but what it holds. */
static struct cg_sql_expression *braced(struct cg_sql_parser *parser) {
    static const char *const kinds[][2] = {{"d", "date"}, {"t", "time"}, {"ts", "timestamp"}};
    cg_sql_advance(parser);
    const struct cg_sql_token *kind = cg_sql_advance(parser);
    struct cg_sql_expression *node = NULL;
    for (size_t i = 0; i < 3 && !node; i++) {
        if (!cg_sql_token_is(kind, kinds[i][0]) || cg_sql_peek(parser)->kind != CG_SQL_TOKEN_STRING)
            continue;
        node = literal(parser, CG_SQL_TEMPORAL);
        if (!node)
            return NULL;
        node->name = kinds[i][1];
    }
    if (!node && cg_sql_token_is(kind, "fn"))
        node = cg_sql_expression(parser);
    else if (!node)
        cg_sql_unexpected(parser, "{d, {t or {ts with a string");
    return node && cg_sql_expect(parser, "}") == 0 ? node : NULL;
}

/* ---- parentheses ---- */

static struct cg_sql_expression *subquery(struct cg_sql_parser *parser, enum cg_sql_kind kind, size_t at) {
    struct cg_sql_expression *node = cg_sql_new(parser, kind, at);
    if (!node)
        return NULL;
    node->select = cg_sql_parenthesised_query(parser);
    return node->select ? cg_sql_finish(parser, node) : NULL;
}

static struct cg_sql_expression *exists(struct cg_sql_parser *parser) {
    size_t at = cg_sql_advance(parser)->at;
    if (!cg_sql_at(parser, "(") || !cg_sql_holds_query(parser, parser->next)) {
        cg_sql_unexpected(parser, "(SELECT");
        return NULL;
    }
    return subquery(parser, CG_SQL_EXISTS, at);
}

/* (a), (a, b), ROW(a, b), (SELECT ..) */
static struct cg_sql_expression *parenthesised(struct cg_sql_parser *parser, bool row) {
    size_t at = cg_sql_peek(parser)->at;
    if (!row && cg_sql_holds_query(parser, parser->next))
        return subquery(parser, CG_SQL_SUBQUERY, at);
    cg_sql_advance(parser);
    struct cg_sql_expression *first = cg_sql_expression(parser);
    if (!first || (!row && !cg_sql_at(parser, ",")))
        return first && cg_sql_expect(parser, ")") == 0 ? first : NULL;
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_ROW, at);
    if (!node || cg_sql_push(parser, node, first) < 0)
        return NULL;
    while (cg_sql_take(parser, ","))
        if (cg_sql_push(parser, node, cg_sql_expression(parser)) < 0)
            return NULL;
    return cg_sql_expect(parser, ")") < 0 ? NULL : cg_sql_finish(parser, node);
}

static struct cg_sql_expression *row(struct cg_sql_parser *parser) {
    cg_sql_advance(parser);
    return parenthesised(parser, true);
}

/* ---- forms that begin with a word ---- */

static struct cg_sql_expression *constant(struct cg_sql_parser *parser) {
    const struct cg_sql_token *token = cg_sql_advance(parser);
    bool null = cg_sql_token_is(token, "null");
    struct cg_sql_expression *node = cg_sql_new(parser, null ? CG_SQL_NULL : CG_SQL_BOOLEAN, token->at);
    if (!node)
        return NULL;
    node->flag = cg_sql_token_is(token, "true");
    return cg_sql_finish(parser, node);
}

static struct cg_sql_expression *switched(struct cg_sql_parser *parser) {
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_CASE, cg_sql_advance(parser)->at);
    if (!node)
        return NULL;
    if (!cg_sql_at(parser, "when") && !(node->base = cg_sql_expression(parser)))
        return NULL;
    if (!cg_sql_at(parser, "when")) {
        cg_sql_unexpected(parser, "WHEN");
        return NULL;
    }
    while (cg_sql_take(parser, "when"))
        if (cg_sql_push(parser, node, cg_sql_expression(parser)) < 0 || cg_sql_expect(parser, "then") < 0 ||
            cg_sql_push(parser, node, cg_sql_expression(parser)) < 0)
            return NULL;
    if (cg_sql_take(parser, "else") && cg_sql_push(parser, node, cg_sql_expression(parser)) < 0)
        return NULL;
    return cg_sql_expect(parser, "end") < 0 ? NULL : cg_sql_finish(parser, node);
}

const char *cg_sql_take_unit(struct cg_sql_parser *parser) {
    static const char *const units[] = {
        "microsecond",
        "second",
        "minute",
        "hour",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "second_microsecond",
        "minute_microsecond",
        "minute_second",
        "hour_microsecond",
        "hour_second",
        "hour_minute",
        "day_microsecond",
        "day_second",
        "day_minute",
        "day_hour",
        "year_month",
    };
    static const char prefix[] = "sql_tsi_";
    const char *word = cg_sql_peek(parser)->word;
    if (!word)
        return NULL;
    if (strncmp(word, prefix, sizeof prefix - 1) == 0)
        word += sizeof prefix - 1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(word, units[i]) != 0)
            continue;
        cg_sql_advance(parser);
        return units[i];
    }
    return NULL;
}

/* Whether "(" opens the arguments of the function INTERVAL(n, a, b, ..), not the amount of an interval. */
static bool is_interval_function(const struct cg_sql_parser *parser) {
    const struct cg_sql_token *open = cg_sql_peek(parser);
    if (!cg_sql_token_is(open, "("))
        return false;
    for (size_t i = parser->next + 1; i < open->match; i++) {
        if (cg_sql_token_is(&parser->tokens[i], "("))
            i = parser->tokens[i].match;
        else if (cg_sql_token_is(&parser->tokens[i], ","))
            return true;
    }
    return false;
}

static struct cg_sql_expression *interval(struct cg_sql_parser *parser) {
    size_t at = cg_sql_advance(parser)->at;
    if (is_interval_function(parser))
        return cg_sql_call(parser, at, NULL, "interval");
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_INTERVAL, at);
    if (!node || cg_sql_push(parser, node, cg_sql_expression(parser)) < 0)
        return NULL;
    node->name = cg_sql_take_unit(parser);
    if (!node->name) {
        cg_sql_unexpected(parser, "a unit of time");
        return NULL;
    }
    return cg_sql_finish(parser, node);
}

/* NEXT VALUE FOR s, PREVIOUS VALUE FOR s (MariaDB) */
static struct cg_sql_expression *sequence_value(struct cg_sql_parser *parser) {
    const struct cg_sql_token *word = cg_sql_advance(parser);
    cg_sql_advance(parser);
    if (cg_sql_expect(parser, "for") < 0)
        return NULL;
    struct cg_sql_expression *name = cg_sql_primary(parser);
    if (name && name->kind != CG_SQL_COLUMN) {
        cg_sql_error(parser->err, name->at, "a sequence was looked for");
        return NULL;
    }
    const char *function = cg_sql_token_is(word, "next") ? "nextval" : "lastval";
    return name ? cg_sql_operation(parser, CG_SQL_CALL, word->at, function, name, NULL) : NULL;
}

/* ---- names ---- */

/* column -> '$.path' */
static struct cg_sql_expression *path_of(struct cg_sql_parser *parser, struct cg_sql_expression *column) {
    const char *name = cg_sql_at(parser, "->") ? "->" : cg_sql_at(parser, "->>") ? "->>" : NULL;
    if (!name)
        return column;
    cg_sql_advance(parser);
    if (cg_sql_peek(parser)->kind != CG_SQL_TOKEN_STRING) {
        cg_sql_unexpected(parser, "a JSON path");
        return NULL;
    }
    struct cg_sql_expression *path = string(parser);
    return path ? cg_sql_operation(parser, CG_SQL_BINARY, column->at, name, column, path) : NULL;
}

/* [[schema.]table.]column, [schema.]function(..) */
static struct cg_sql_expression *name(struct cg_sql_parser *parser) {
    const struct cg_sql_token *first = cg_sql_advance(parser);
    const char *parts[3] = {first->text};
    size_t count = 1;
    while (count < 3 && cg_sql_take(parser, ".")) {
        if (cg_sql_peek(parser)->kind != CG_SQL_TOKEN_NAME) {
            cg_sql_unexpected(parser, "a name");
            return NULL;
        }
        parts[count++] = cg_sql_advance(parser)->text;
    }
    if (count < 3 && cg_sql_at(parser, "("))
        return cg_sql_call(parser, first->at, count > 1 ? parts[0] : NULL, parts[count - 1]);
    struct cg_sql_expression *node = cg_sql_new(parser, CG_SQL_COLUMN, first->at);
    if (!node)
        return NULL;
    node->name = parts[count - 1];
    node->table = count > 1 ? parts[count - 2] : NULL;
    node->schema = count > 2 ? parts[count - 3] : NULL;
    node = cg_sql_finish(parser, node);
    return node ? path_of(parser, node) : NULL;
}

static const struct form {
    const char *word;
    const char *second; /* what must come next, or NULL */
    struct cg_sql_expression *(*read)(struct cg_sql_parser *parser);
} forms[] = {
    {"null", NULL, constant},
    {"true", NULL, constant},
    {"false", NULL, constant},
    {"case", NULL, switched},
    {"interval", NULL, interval},
    {"exists", NULL, exists},
    {"match", NULL, cg_sql_match},
    {"row", "(", row},
    {"next", "value", sequence_value},
    {"previous", "value", sequence_value},
    {"current_timestamp", NULL, cg_sql_bare_call},
    {"localtime", NULL, cg_sql_bare_call},
    {"localtimestamp", NULL, cg_sql_bare_call},
    {"current_date", NULL, cg_sql_bare_call},
    {"current_time", NULL, cg_sql_bare_call},
    {"current_user", NULL, cg_sql_bare_call},
    {"utc_date", NULL, cg_sql_bare_call},
    {"utc_time", NULL, cg_sql_bare_call},
    {"utc_timestamp", NULL, cg_sql_bare_call},
};

static struct cg_sql_expression *word(struct cg_sql_parser *parser) {
    const struct cg_sql_token *token = cg_sql_peek(parser);
    bool callable = false;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (cg_sql_token_is(token, forms[i].word) &&
            (!forms[i].second || cg_sql_token_is(cg_sql_ahead(parser, 1), forms[i].second)))
            return forms[i].read(parser);
    if (is_introducer(parser))
        return introduced(parser);
    if (is_temporal(parser))
        return temporal(parser);
    if (!cg_sql_reserved(token->word, &callable) || (callable && cg_sql_token_is(cg_sql_ahead(parser, 1), "(")))
        return name(parser);
    cg_sql_unexpected(parser, "an expression");
    return NULL;
}

static struct cg_sql_expression *sign(struct cg_sql_parser *parser) {
    if (cg_sql_at(parser, "("))
        return parenthesised(parser, false);
    if (cg_sql_at(parser, "{"))
        return braced(parser);
    cg_sql_unexpected(parser, "an expression");
    return NULL;
}

struct cg_sql_expression *cg_sql_primary(struct cg_sql_parser *parser) {
    switch (cg_sql_peek(parser)->kind) {
    case CG_SQL_TOKEN_STRING:
        return string(parser);
    case CG_SQL_TOKEN_NUMBER:
        return literal(parser, CG_SQL_NUMBER);
    case CG_SQL_TOKEN_BYTES:
        return literal(parser, CG_SQL_BYTES);
    case CG_SQL_TOKEN_BITS:
        return literal(parser, CG_SQL_BITS);
    case CG_SQL_TOKEN_VARIABLE:
        return literal(parser, CG_SQL_VARIABLE);
    case CG_SQL_TOKEN_NAME:
        return name(parser);
    case CG_SQL_TOKEN_WORD:
        return word(parser);
    case CG_SQL_TOKEN_SIGN:
        return sign(parser);
    case CG_SQL_TOKEN_END:
        break;
    }
    cg_sql_unexpected(parser, "an expression");
    return NULL;
}
