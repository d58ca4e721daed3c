/* The tokenizer; see token.h. One pass, one function per kind of token, chosen by the first byte. */
#include "transform/sql/token.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct lexer {
    const char *text;
    size_t at;
    const struct cg_sql_dialect *dialect;
    struct cg_arena *arena;
    struct cg_error *err;
    struct cg_sql_token *tokens;
    size_t count;
    size_t version_at; /* where an open version comment begins, plus one; 0: none is open */
};

int cg_sql_error(struct cg_error *err, size_t at, const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return cg_error_set(err, CG_ERR_DATA, "%s, at byte %zu", what, at);
}

static unsigned char byte_at(const struct lexer *lexer, size_t ahead) {
    return (unsigned char)lexer->text[lexer->at + ahead];
}

/* What a name may hold without quotes; bytes of several-byte characters all may. */
static bool in_word(unsigned char c) {
    return isalnum(c) || c == '_' || c == '$' || c >= 0x80;
}

static size_t span_of_word(const char *text) {
    size_t len = 0;
    while (in_word((unsigned char)text[len]))
        len++;
    return len;
}

static size_t span_of_digits(const char *text) {
    return strspn(text, "0123456789");
}

/* ---- tokens ---- */

/* The token that begins here and has `bytes` bytes of the text; NULL for want of memory. */
static struct cg_sql_token *add(struct lexer *lexer, enum cg_sql_token_kind kind, size_t bytes) {
    lexer->tokens = cg_arena_push(lexer->arena, lexer->tokens, &lexer->count, sizeof *lexer->tokens);
    if (!lexer->tokens) {
        cg_error_memory(lexer->err);
        return NULL;
    }
    struct cg_sql_token *token = &lexer->tokens[lexer->count - 1];
    token->kind = kind;
    token->at = lexer->at;
    lexer->at += bytes;
    token->end = lexer->at;
    return token;
}

static int set_text(struct lexer *lexer, struct cg_sql_token *token, const char *text, size_t length) {
    token->length = length;
    token->text = token ? cg_arena_strndup(lexer->arena, text, length) : NULL;
    return token->text ? 0 : cg_error_memory(lexer->err);
}

/* A token whose text is what is written. */
static int add_written(struct lexer *lexer, enum cg_sql_token_kind kind, size_t bytes) {
    const char *text = lexer->text + lexer->at;
    struct cg_sql_token *token = add(lexer, kind, bytes);
    return token ? set_text(lexer, token, text, bytes) : -1;
}

static bool follows_dot(const struct lexer *lexer) {
    const struct cg_sql_token *last = lexer->count ? &lexer->tokens[lexer->count - 1] : NULL;
    return last && last->kind == CG_SQL_TOKEN_SIGN && strcmp(last->word, ".") == 0;
}

static int add_word(struct lexer *lexer, size_t bytes) {
    bool name = follows_dot(lexer);
    if (add_written(lexer, name ? CG_SQL_TOKEN_NAME : CG_SQL_TOKEN_WORD, bytes) < 0)
        return -1;
    struct cg_sql_token *token = &lexer->tokens[lexer->count - 1];
    if (name)
        return 0;
    char *word = cg_arena_strndup(lexer->arena, token->text, bytes);
    if (!word)
        return cg_error_memory(lexer->err);
    for (size_t i = 0; i < bytes; i++)
        if (word[i] >= 'A' && word[i] <= 'Z')
            word[i] = (char)(word[i] - 'A' + 'a');
    token->word = word;
    return 0;
}

/* ---- quotes ---- */

/* What a backslash and this character stand for; \% and \_ keep their backslash, for LIKE. */
static size_t put_escaped(char c, char *out) {
    static const char from[] = "0bnrtZ", to[] = {'\0', '\b', '\n', '\r', '\t', '\x1a'};
    const char *found = strchr(from, c);
    if (c == '%' || c == '_') {
        out[0] = '\\';
        out[1] = c;
        return 2;
    }
    out[0] = found ? to[found - from] : c;
    return 1;
}

/* Reads from the opening quote to the closing one, and one token's value of it. */
static int add_quoted(struct lexer *lexer, enum cg_sql_token_kind kind, size_t prefix) {
    const char *start = lexer->text + lexer->at + prefix, *p = start + 1;
    char quote = *start;
    bool escapes = kind == CG_SQL_TOKEN_STRING && !lexer->dialect->no_backslash_escapes;
    for (; *p && !(*p == quote && p[1] != quote); p++)
        p += *p == quote || (*p == '\\' && escapes && p[1]);
    if (!*p)
        return cg_sql_error(lexer->err, lexer->at, "a %s is not closed",
                            kind == CG_SQL_TOKEN_NAME ? "quoted name" : "string");
    struct cg_sql_token *token = add(lexer, kind, prefix + (size_t)(p + 1 - start));
    char *value = token ? cg_arena_alloc(lexer->arena, (size_t)(p - start)) : NULL;
    if (!value)
        return cg_error_memory(lexer->err);
    token->text = value;
    token->national = prefix;
    for (const char *from = start + 1; from < p; from++) {
        if (*from == '\\' && escapes) {
            token->length += put_escaped(*++from, value + token->length);
        } else {
            from += *from == quote;
            value[token->length++] = *from;
        }
    }
    return 0;
}

/* ---- numbers ---- */

static unsigned digit_value(char c) {
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

/* x'0aff' and 0x0aff: `skip` bytes before the digits, one behind them if there are quotes. */
static int add_bytes(struct lexer *lexer, const char *digits, size_t count, size_t bytes) {
    struct cg_sql_token *token = add(lexer, CG_SQL_TOKEN_BYTES, bytes);
    char *value = token ? cg_arena_alloc(lexer->arena, count / 2 + 2) : NULL;
    if (!value)
        return cg_error_memory(lexer->err);
    token->text = value;
    token->length = (count + 1) / 2;
    for (size_t i = 0; i < count; i++) {
        size_t nibble = i + count % 2; /* 0x1 is 0x01 */
        value[nibble / 2] = (char)((unsigned)(unsigned char)value[nibble / 2] << 4 | digit_value(digits[i]));
    }
    return 0;
}

static int add_bits(struct lexer *lexer, const char *digits, size_t count, size_t bytes) {
    struct cg_sql_token *token = add(lexer, CG_SQL_TOKEN_BITS, bytes);
    return token ? set_text(lexer, token, digits, count) : -1;
}

/* x'..' and b'..'. */
static int add_quoted_digits(struct lexer *lexer) {
    bool hex = byte_at(lexer, 0) == 'x' || byte_at(lexer, 0) == 'X';
    const char *digits = lexer->text + lexer->at + 2;
    size_t count = strspn(digits, hex ? "0123456789abcdefABCDEF" : "01");
    if (digits[count] != '\'' || (hex && count % 2))
        return cg_sql_error(lexer->err, lexer->at, "a %s literal is not right", hex ? "hexadecimal" : "bit");
    return hex ? add_bytes(lexer, digits, count, count + 3) : add_bits(lexer, digits, count, count + 3);
}

/* 1, 1.5, .5, 1e3; 0x1f, 0b101; and names that begin with a digit. */
static int add_number(struct lexer *lexer) {
    const char *text = lexer->text + lexer->at;
    size_t word = span_of_word(text), digits = 0;
    if (text[0] == '0' && text[1] == 'x' && word > 2 && strspn(text + 2, "0123456789abcdefABCDEF") == word - 2)
        return add_bytes(lexer, text + 2, word - 2, word);
    if (text[0] == '0' && text[1] == 'b' && word > 2 && strspn(text + 2, "01") == word - 2)
        return add_bits(lexer, text + 2, word - 2, word);
    digits = span_of_digits(text);
    size_t mantissa = digits;
    if (text[digits] == '.')
        mantissa += 1 + span_of_digits(text + digits + 1);
    size_t end = mantissa;
    if (text[end] == 'e' || text[end] == 'E') {
        size_t sign = text[end + 1] == '+' || text[end + 1] == '-', power = span_of_digits(text + end + 1 + sign);
        end += power ? 1 + sign + power : 0;
    }
    if (end == digits && word > digits)
        return add_word(lexer, word);
    if (in_word((unsigned char)text[end]))
        return cg_sql_error(lexer->err, lexer->at, "a number ends in letters");
    return add_written(lexer, CG_SQL_TOKEN_NUMBER, end);
}

/* ---- the rest ---- */

/* @name, @'name', @`name`, @@name, @@session.name */
static int add_variable(struct lexer *lexer) {
    const char *text = lexer->text + lexer->at;
    size_t len = 1 + (text[1] == '@');
    char quote = text[len];
    if (quote == '\'' || quote == '"' || quote == '`') {
        const char *end = strchr(text + len + 1, quote);
        if (!end)
            return cg_sql_error(lexer->err, lexer->at, "a quoted variable is not closed");
        return add_written(lexer, CG_SQL_TOKEN_VARIABLE, (size_t)(end + 1 - text));
    }
    while (in_word((unsigned char)text[len]) || text[len] == '.')
        len++;
    return add_written(lexer, CG_SQL_TOKEN_VARIABLE, len);
}

static int add_sign(struct lexer *lexer) {
    static const char *const signs[] = {
        "<=>", "->>", "<=", ">=", "<>", "!=", "<<", ">>", "||", "&&", ":=", "->", "(", ")", "+", "-", "*",
        "/",   "%",   "^",  "&",  "|",  "~",  "!",  "=",  "<",  ">",  ",",  ".",  ";", "{", "}", "?"};
    const char *text = lexer->text + lexer->at;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t len = strlen(signs[i]);
        if (strncmp(text, signs[i], len) != 0)
            continue;
        struct cg_sql_token *token = add(lexer, CG_SQL_TOKEN_SIGN, len);
        if (!token)
            return -1;
        token->word = token->text = signs[i];
        token->length = len;
        return 0;
    }
    return cg_sql_error(lexer->err, lexer->at, "met the byte 0x%02x, which begins nothing", byte_at(lexer, 0));
}

/* Whether a version comment's content counts: MySQL reads all that are not newer than itself, MariaDB leaves out those
 * of MySQL 5.7 and later, and only it reads those with an M. */
static bool version_counts(const struct lexer *lexer, bool for_mariadb, const char *digits, size_t count) {
    if (for_mariadb)
        return lexer->dialect->mariadb;
    int version = 0;
    for (size_t i = 0; i < count; i++)
        version = version * 10 + (digits[i] - '0');
    return !lexer->dialect->mariadb || version < 50700 || version > 99999;
}

static int skip_block_comment(struct lexer *lexer) {
    const char *start = lexer->text + lexer->at;
    bool for_mariadb = start[2] == 'M' && start[3] == '!';
    const struct cg_sql_token *last = lexer->count ? &lexer->tokens[lexer->count - 1] : NULL;
    if (start[2] == '+' && last && last->word && strcmp(last->word, "select") == 0)
        return cg_sql_error(lexer->err, lexer->at, "optimizer hints are not carried");
    if ((start[2] == '!' || for_mariadb) && !lexer->version_at) {
        const char *digits = start + (for_mariadb ? 4 : 3);
        size_t count = span_of_digits(digits);
        count = count >= 6 ? 6 : count >= 5 ? 5 : 0;
        if (version_counts(lexer, for_mariadb, digits, count)) {
            lexer->version_at = lexer->at + 1;
            lexer->at = (size_t)(digits + count - lexer->text);
            return 0;
        }
    }
    const char *end = strstr(start + 2, "*/");
    if (!end)
        return cg_sql_error(lexer->err, lexer->at, "a comment is not closed");
    lexer->at = (size_t)(end + 2 - lexer->text);
    return 0;
}

static void skip_line(struct lexer *lexer) {
    lexer->at += strcspn(lexer->text + lexer->at, "\n");
}

/* Spaces and comments; ret_more: there is a token behind them. */
static int skip_blank(struct lexer *lexer, bool *ret_more) {
    for (;;) {
        unsigned char c = byte_at(lexer, 0), next = c ? byte_at(lexer, 1) : 0;
        if (c && strchr(" \t\r\n\v\f", c))
            lexer->at++;
        else if (c == '#' || (c == '-' && next == '-' && byte_at(lexer, 2) <= ' '))
            skip_line(lexer);
        else if (c == '*' && next == '/' && lexer->version_at) {
            lexer->version_at = 0;
            lexer->at += 2;
        } else if (c == '/' && next == '*') {
            if (skip_block_comment(lexer) < 0)
                return -1;
        } else {
            *ret_more = c != '\0';
            return 0;
        }
    }
}

static int add_next(struct lexer *lexer) {
    unsigned char c = byte_at(lexer, 0), next = byte_at(lexer, 1);
    const char *text = lexer->text + lexer->at;
    bool name = follows_dot(lexer);
    if (c == '`' || (c == '"' && lexer->dialect->ansi_quotes))
        return add_quoted(lexer, CG_SQL_TOKEN_NAME, 0);
    if (c == '\'' || c == '"')
        return add_quoted(lexer, CG_SQL_TOKEN_STRING, 0);
    if (!name && next == '\'' && strchr("xXbB", c))
        return add_quoted_digits(lexer);
    if (!name && next == '\'' && (c == 'n' || c == 'N'))
        return add_quoted(lexer, CG_SQL_TOKEN_STRING, 1);
    const struct cg_sql_token *last = lexer->count ? &lexer->tokens[lexer->count - 1] : NULL;
    bool joined =
        last && last->end == lexer->at && (last->kind == CG_SQL_TOKEN_WORD || last->kind == CG_SQL_TOKEN_NAME);
    if (!name && (isdigit(c) || (c == '.' && isdigit(next) && !joined)))
        return add_number(lexer);
    if (in_word(c))
        return add_word(lexer, span_of_word(text));
    return c == '@' ? add_variable(lexer) : add_sign(lexer);
}

/* Tells each opening parenthesis where it is closed; the open ones are chained through `match` meanwhile. */
static int match_parentheses(struct lexer *lexer) {
    size_t open = SIZE_MAX;
    for (size_t i = 0; i < lexer->count; i++) {
        struct cg_sql_token *token = &lexer->tokens[i];
        if (token->kind != CG_SQL_TOKEN_SIGN || !strchr("()", token->word[0]))
            continue;
        if (token->word[0] == '(') {
            token->match = open;
            open = i;
        } else if (open == SIZE_MAX) {
            return cg_sql_error(lexer->err, token->at, "a parenthesis is closed that was never opened");
        } else {
            size_t before = lexer->tokens[open].match;
            lexer->tokens[open].match = i;
            open = before;
        }
    }
    if (open != SIZE_MAX)
        return cg_sql_error(lexer->err, lexer->tokens[open].at, "a parenthesis is not closed");
    return 0;
}

int cg_sql_tokens(const char *text, const struct cg_sql_dialect *dialect, struct cg_arena *arena,
                  struct cg_sql_token **ret_tokens, size_t *ret_count, struct cg_error *err) {
    struct lexer lexer = {.text = text, .dialect = dialect, .arena = arena, .err = err};
    bool more = false;
    int rc;
    while ((rc = skip_blank(&lexer, &more)) == 0 && more)
        if (add_next(&lexer) < 0)
            return -1;
    if (rc < 0)
        return -1;
    if (lexer.version_at)
        return cg_sql_error(err, lexer.version_at - 1, "a comment is not closed");
    if (!add(&lexer, CG_SQL_TOKEN_END, 0) || match_parentheses(&lexer) < 0)
        return -1;
    *ret_tokens = lexer.tokens;
    *ret_count = lexer.count;
    return 0;
}
