/* LIKE and regular expressions.
 *
 * LIKE is the same in both but for case, which is the collation's in MySQL and ILIKE's in PostgreSQL. Regular
 * expressions are ICU's (MySQL 8) or PCRE's (MariaDB) there and PostgreSQL's own here: a literal pattern is read
 * character by character, what both understand alike is kept, "." and "$" are spelled out (line ends), anything else is
 * refused. */
#include "transform/sql/translate_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static bool has_letters(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (isalpha((unsigned char)text[i]) || (unsigned char)text[i] > 127)
            return true;
    return false;
}

static bool folding(const struct tr_value *value, const struct tr_value *pattern) {
    struct tr_type type = value->type;
    cg_tr_merge_text(&type, &pattern->type);
    return type.folds;
}

/* ---- LIKE ---- */

/* A lone escape at the end stands for itself in MySQL and is an error in PostgreSQL. */
static int close_escape(struct tr *t, struct tr_value *pattern, char escape) {
    const char *text = pattern->literal->text;
    size_t length = pattern->literal->length, i = 0;
    while (i < length && !(text[i] == escape && i + 1 == length))
        i += text[i] == escape ? 2 : 1;
    if (i >= length)
        return 0;
    const char *closed = cg_tr_say(t, "%s%c", text, escape);
    return cg_tr_string(t, closed, length + 1, pattern);
}

static int escape_of(struct tr *t, const struct cg_sql_expression *e, const char **ret_text, char *ret_escape) {
    struct tr_value escape;
    bool none = t->context->dialect.no_backslash_escapes;
    *ret_escape = none ? '\0' : '\\';
    *ret_text = none ? " ESCAPE ''" : "";
    if (e->operand_count < 3)
        return 0;
    if (cg_tr_expression(t, e->operands[2], &escape) < 0)
        return -1;
    if (!cg_tr_is_string(&escape) || escape.literal->length > 1)
        return cg_tr_refuse(t, "the ESCAPE of a LIKE is no single character");
    *ret_escape = escape.literal->length ? escape.literal->text[0] : '\0';
    *ret_text = *ret_escape == '\\' ? "" : cg_tr_say(t, " ESCAPE %s", escape.text);
    return 0;
}

int cg_tr_like(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_value value, pattern;
    const char *escape_text;
    char escape;
    if (cg_tr_expression(t, e->operands[0], &value) < 0 || cg_tr_expression(t, e->operands[1], &pattern) < 0 ||
        escape_of(t, e, &escape_text, &escape) < 0)
        return -1;
    bool words = value.type.kind == TR_TEXT || value.type.kind == TR_ENUM || value.type.kind == TR_SET;
    bool bytes = value.type.kind == TR_BYTES || pattern.type.kind == TR_BYTES;
    if (cg_tr_is_string(&pattern) && escape && close_escape(t, &pattern, escape) < 0)
        return -1;
    bool letters = !cg_tr_is_string(&pattern) || has_letters(pattern.literal->text, pattern.literal->length);
    if (bytes ? cg_tr_as_bytes(t, &value) < 0 || cg_tr_as_bytes(t, &pattern) < 0
              : cg_tr_as_text(t, &value) < 0 || cg_tr_as_text(t, &pattern) < 0)
        return -1;
    bool folds = folding(&value, &pattern) && letters && words && !bytes;
    if (folds)
        cg_tr_note_folding(t, &value.type);
    const char *text = cg_tr_say(t, "%s %s%s %s%s", cg_tr_at(t, &value, TR_OPERATOR), e->negated ? "NOT " : "",
                                 folds ? "ILIKE" : "LIKE", cg_tr_at(t, &pattern, TR_OPERATOR), escape_text);
    bool nullable = value.nullable || pattern.nullable;
    if (cg_tr_set(t, ret, text, TR_RANGE, cg_tr_boolean()) < 0)
        return -1;
    ret->nullable = nullable;
    return 0;
}

/* ---- regular expressions ---- */

struct pattern {
    struct tr *t;
    const char *at, *end;
    char *out;
    bool longest;
};

static void put(struct pattern *p, const char *text) {
    size_t length = strlen(text);
    memcpy(p->out, text, length);
    p->out += length;
}

static void copy(struct pattern *p, size_t count) {
    memcpy(p->out, p->at, count);
    p->out += count;
    p->at += count;
}

static int cannot(struct pattern *p, const char *what) {
    return cg_tr_refuse(p->t, "its regular expression has %s", what);
}

/* Behind a backslash. */
static int escaped(struct pattern *p) {
    char c = p->at + 1 < p->end ? p->at[1] : '\0';
    if (c == 'b' || c == 'B') {
        put(p, c == 'b' ? "\\y" : "\\Y");
        p->at += 2;
        return 0;
    }
    if (!c || (unsigned char)c > 127 || (isalnum((unsigned char)c) && !strchr("dDwWsSntrf", c)))
        return cannot(p, "an escape that PostgreSQL has not");
    copy(p, 2);
    return 0;
}

static int bracket(struct pattern *p) {
    copy(p, 1);
    if (p->at < p->end && *p->at == '^')
        copy(p, 1);
    if (p->at < p->end && *p->at == ']')
        return cannot(p, "a set that begins with ]");
    while (p->at < p->end && *p->at != ']') {
        if (p->at[0] == '[') {
            const char *close = p->at + 1 < p->end && p->at[1] == ':' ? strstr(p->at + 2, ":]") : NULL;
            if (!close || close >= p->end)
                return cannot(p, "a set within a set");
            copy(p, (size_t)(close + 2 - p->at));
        } else if (p->at + 1 < p->end && p->at[0] == p->at[1] && strchr("&-~", p->at[0])) {
            return cannot(p, "an operator on sets");
        } else if (*p->at == '\\') {
            if (escaped(p) < 0)
                return -1;
        } else {
            copy(p, 1);
        }
    }
    if (p->at == p->end)
        return cannot(p, "a set without an end");
    copy(p, 1);
    return 0;
}

/* {n}, {n,}, {n,m} */
static int counted(struct pattern *p) {
    const char *at = p->at + 1;
    long least = 0, most = 0;
    char *end = NULL;
    if (at < p->end && isdigit((unsigned char)*at))
        least = strtol(at, &end, 10);
    if (end && *end == ',')
        most = isdigit((unsigned char)end[1]) ? strtol(end + 1, &end, 10) : (end++, 0);
    if (!end || end >= p->end || *end != '}' || least > 255 || most > 255)
        return cannot(p, "a count that PostgreSQL has not");
    copy(p, (size_t)(end + 1 - p->at));
    return 0;
}

static int group(struct pattern *p) {
    if (p->longest)
        return cannot(p, "a group, and which of several matches is taken differs");
    if (p->at + 1 < p->end && p->at[1] == '?') {
        if (p->at + 2 >= p->end || p->at[2] != ':')
            return cannot(p, "a group of a kind that PostgreSQL has not");
        copy(p, 3);
        return 0;
    }
    copy(p, 1);
    return 0;
}

/* Ends of lines: ICU has seven, PCRE one. */
static const char *line_ends(const struct pattern *p) {
    return p->t->context->dialect.mariadb ? "\\n" : "\\n\\v\\f\\r\\u0085\\u2028\\u2029";
}

static int dollar(struct pattern *p) {
    if (p->at + 1 < p->end && p->at[1] != ')' && p->at[1] != '|')
        return cannot(p, "a $ within");
    put(p, p->t->context->dialect.mariadb ? "(?=\\n?$)" : "(?=(?:\\r\\n|[\\n\\v\\f\\r\\u0085\\u2028\\u2029])?$)");
    p->at++;
    return 0;
}

static int one(struct pattern *p) {
    char next = p->at + 1 < p->end ? p->at[1] : '\0';
    switch (*p->at) {
    case '\\':
        return escaped(p);
    case '[':
        return bracket(p);
    case '{':
        return counted(p);
    case '(':
        return group(p);
    case '$':
        return dollar(p);
    case '.':
        put(p, "[^");
        put(p, line_ends(p));
        put(p, "]");
        p->at++;
        return 0;
    case '|':
        if (p->longest)
            return cannot(p, "alternatives, and which of several matches is taken differs");
        break;
    case '*':
    case '+':
    case '?':
        if (next == '+' || (p->longest && next == '?'))
            return cannot(p, "a quantifier that PostgreSQL treats otherwise");
        break;
    default:
        break;
    }
    copy(p, 1);
    return 0;
}

int cg_tr_pattern(struct tr *t, const char *pattern, size_t length, bool longest, const char **ret) {
    enum { MOST_FOR_ONE = 64 };
    char *out = cg_tr_alloc(t, length * MOST_FOR_ONE + 1, 1);
    struct pattern p = {t, pattern, pattern + length, out, longest};
    if (!out)
        return -1;
    while (p.at < p.end)
        if (one(&p) < 0)
            return -1;
    *ret = out;
    return 0;
}

int cg_tr_regexp(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret) {
    struct tr_value value, pattern;
    const char *text;
    if (cg_tr_expression(t, e->operands[0], &value) < 0 || cg_tr_expression(t, e->operands[1], &pattern) < 0)
        return -1;
    if (!cg_tr_is_string(&pattern))
        return cg_tr_refuse(t, "its regular expression is no literal");
    if (value.type.kind == TR_BYTES)
        return cg_tr_refuse(t, "it looks for a regular expression in bytes");
    if (cg_tr_as_text(t, &value) < 0 ||
        cg_tr_pattern(t, pattern.literal->text, pattern.literal->length, false, &text) < 0)
        return -1;
    bool folds = folding(&value, &pattern) && has_letters(pattern.literal->text, pattern.literal->length);
    text = cg_tr_say(t, "%s %s%s %s", cg_tr_at(t, &value, TR_SUM), e->negated ? "!" : "", folds ? "~*" : "~",
                     cg_tr_quote(t, text, strlen(text)));
    bool nullable = value.nullable;
    if (cg_tr_set(t, ret, text, TR_OPERATOR, cg_tr_boolean()) < 0)
        return -1;
    ret->nullable = nullable;
    return 0;
}
