/* A scanner for SQL of PostgreSQL that knows just enough to find where statements end; see statements.h. What it scans
 * was sent to the server as a whole: nothing here decides what is run. PostgreSQL manual, "Lexical Structure"; psql's
 * psqlscan.l for function bodies. */
#include "engine/postgresql/statements.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

struct scanner {
    const char *at;
    int parentheses;
    int words; /* of the statement so far */
    bool create, routine;
    int bodies; /* BEGIN ATOMIC and CASE that are open within a routine */
};

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static const char *end_of(const char *at) {
    return at + strlen(at);
}

static const char *skip_quoted(const char *at, bool backslashes) {
    char quote = *at++;
    for (; *at; at++) {
        if (*at == '\\' && backslashes && at[1])
            at++;
        else if (*at == quote && at[1] == quote)
            at++;
        else if (*at == quote)
            return at + 1;
    }
    return at;
}

/* Behind $tag$ ... $tag$, or behind the dollar when none begins here. */
static const char *skip_dollars(const char *at) {
    size_t tag = 1;
    while (is_word(at[tag]))
        tag++;
    if (at[tag] != '$' || isdigit((unsigned char)at[1]))
        return at + 1;
    for (const char *end = at + tag + 1; (end = strchr(end, '$')); end++)
        if (strncmp(end, at, tag + 1) == 0)
            return end + tag + 1;
    return end_of(at);
}

static const char *skip_comment(const char *at) {
    if (*at == '-')
        return at + strcspn(at, "\n");
    int depth = 0;
    for (; *at; at++) {
        if (at[0] == '/' && at[1] == '*') {
            depth++;
            at++;
        } else if (at[0] == '*' && at[1] == '/') {
            at++;
            if (--depth == 0)
                return at + 1;
        }
    }
    return at;
}

static bool is_comment(const char *at) {
    return (at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*');
}

static bool word_is(const char *at, size_t len, const char *word) {
    return len == strlen(word) && strncasecmp(at, word, len) == 0;
}

/* CREATE [OR REPLACE] {FUNCTION | PROCEDURE} ... BEGIN ATOMIC ...; ...; END */
static void scan_word(struct scanner *s) {
    const char *word = s->at;
    while (is_word(*s->at) || *s->at == '$')
        s->at++;
    size_t len = (size_t)(s->at - word);
    s->words++;
    if (s->words == 1)
        s->create = word_is(word, len, "CREATE");
    if (s->create && s->words <= 4 && (word_is(word, len, "FUNCTION") || word_is(word, len, "PROCEDURE")))
        s->routine = true;
    if (!s->routine || s->parentheses)
        return;
    if (word_is(word, len, "BEGIN") || (s->bodies && word_is(word, len, "CASE")))
        s->bodies++;
    else if (s->bodies && word_is(word, len, "END"))
        s->bodies--;
}

static void skip_blanks(struct scanner *s) {
    while (*s->at && (isspace((unsigned char)*s->at) || is_comment(s->at)))
        s->at = is_comment(s->at) ? skip_comment(s->at) : s->at + 1;
}

/* Behind the semicolon of the statement that begins here, or at the end. */
static void skip_statement(struct scanner *s) {
    *s = (struct scanner){.at = s->at};
    while (*s->at) {
        char c = *s->at;
        if (is_comment(s->at)) {
            s->at = skip_comment(s->at);
        } else if (strchr("eE", c) && s->at[1] == '\'') {
            s->at = skip_quoted(s->at + 1, true);
        } else if (is_word(c)) {
            scan_word(s);
        } else if (c == '\'' || c == '"') {
            s->at = skip_quoted(s->at, false);
        } else if (c == '$') {
            s->at = skip_dollars(s->at);
        } else {
            s->at++;
            s->parentheses += (c == '(') - (c == ')' && s->parentheses > 0);
            if (c == ';' && !s->parentheses && !s->bodies)
                return;
        }
    }
}

static size_t line_of(const char *sql, const char *at) {
    size_t line = 1;
    for (; sql < at; sql++)
        line += *sql == '\n';
    return line;
}

size_t cg_pg_statement_line(const char *sql, size_t number) {
    struct scanner s = {.at = sql};
    for (;;) {
        skip_blanks(&s);
        if (*s.at == ';') { /* an empty statement is none */
            s.at++;
            continue;
        }
        if (!*s.at || number == 0)
            return line_of(sql, s.at);
        number--;
        skip_statement(&s);
    }
}

size_t cg_pg_position_line(const char *sql, size_t position) {
    const char *at = sql;
    for (; *at && position > 1; at++)
        if (((unsigned char)at[1] & 0xC0) != 0x80) /* at the last byte of a character */
            position--;
    return line_of(sql, at);
}
