/* A table's filter (--where): SQL of the user's that becomes part of every SELECT of the table, in parentheses.
 *
 * It is taken verbatim, so it must not be able to end what it is put into: outside quotes nothing may close our
 * parentheses, end the statement or begin a comment, and it must not lock rows or keep values from row to row.
 * Everything else is for the server to judge, which is asked before the table is read.
 *
 * Quoting is the server's own under sql_mode '' (R3): "..." is text like '...', a backslash escapes within both, a
 * doubled quote is one. MySQL Reference Manual, "Language Structure". */
#include "extract/mysql/query.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Behind the closing quote, or NULL when there is none. */
static const char *skip_quoted(const char *at) {
    char quote = *at++;
    for (; *at; at++) {
        if (*at == '\\' && quote != '`' && at[1])
            at++;
        else if (*at == quote && at[1] == quote)
            at++;
        else if (*at == quote)
            return at + 1;
    }
    return NULL;
}

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Words that do more than choose rows, with the one before them where only both together do. */
static const struct {
    const char *before, *word;
} refused_words[] = {{NULL, "INTO"}, {NULL, "LOCK"}, {"FOR", "UPDATE"}, {"FOR", "SHARE"}, {NULL, "PROCEDURE"}};

struct word {
    const char *at;
    size_t len;
};

static bool word_is(const struct word *word, const char *text) {
    return word->len == strlen(text) && strncasecmp(word->at, text, word->len) == 0;
}

static const char *refused_word(const struct word *before, const struct word *word) {
    for (size_t i = 0; i < sizeof refused_words / sizeof *refused_words; i++)
        if (word_is(word, refused_words[i].word) &&
            (!refused_words[i].before || word_is(before, refused_words[i].before)))
            return refused_words[i].word;
    return NULL;
}

/* Why such a character may not stand outside quotes, or NULL. */
static const char *refused_here(const char *at, int depth) {
    if (*at == ';')
        return "it holds a semicolon outside quotes";
    if (*at == ')' && depth == 0)
        return "it closes a parenthesis that it did not open";
    bool dashes =
        at[0] == '-' && at[1] == '-' && (!at[2] || isspace((unsigned char)at[2]) || iscntrl((unsigned char)at[2]));
    if (*at == '#' || dashes || (at[0] == '/' && at[1] == '*'))
        return "it holds a comment";
    if (at[0] == ':' && at[1] == '=')
        return "it sets a variable: which rows are meant would depend on the order in which they are read";
    if (iscntrl((unsigned char)*at) && !isspace((unsigned char)*at))
        return "it holds a control character";
    return NULL;
}

/* Why the text cannot stand in parentheses of ours; NULL when it can. */
static const char *why_unfit(const char *text) {
    struct word before = {"", 0};
    int depth = 0;
    for (const char *at = text; *at;) {
        if (*at == '\'' || *at == '"' || *at == '`') {
            at = skip_quoted(at);
            if (!at)
                return "a quote in it is not closed";
            continue;
        }
        if (is_word(*at)) {
            struct word word = {at, 0};
            for (; is_word(*at); at++)
                word.len++;
            if (refused_word(&before, &word))
                return "it holds a clause that locks rows or puts them elsewhere";
            before = word;
            continue;
        }
        const char *why = refused_here(at, depth);
        if (why)
            return why;
        depth += (*at == '(') - (*at == ')');
        at++;
    }
    return depth ? "it opens a parenthesis that it does not close" : NULL;
}

int cg_mysql_put_where(struct cg_buffer *b, const struct cg_table *table, const char *predicate, struct cg_error *err) {
    if (!table->filter && !*predicate)
        return 0;
    if (cg_buffer_text(b, " WHERE ", err) < 0)
        return -1;
    if (table->filter && (cg_buffer_text(b, "(", err) < 0 || cg_buffer_text(b, table->filter, err) < 0 ||
                          cg_buffer_text(b, ")", err) < 0 || (*predicate && cg_buffer_text(b, " AND ", err) < 0)))
        return -1;
    return cg_buffer_text(b, predicate, err);
}

/* The server resolves names and types; no row is read. */
static int ask_server(struct cg_session *session, const struct cg_table *table, struct cg_error *err) {
    struct cg_buffer sql;
    struct cg_error local = {0};
    MYSQL_RES *result = NULL;
    cg_buffer_init(&sql, (size_t)4 << 20);
    int rc = cg_buffer_text(&sql, "SELECT 1 FROM ", err);
    if (rc == 0)
        rc = cg_mysql_put_table(&sql, table, err);
    if (rc == 0)
        rc = cg_mysql_put_where(&sql, table, "", err);
    if (rc == 0)
        rc = cg_buffer_text(&sql, " LIMIT 0", err);
    if (rc == 0 && cg_mysql_session_query(session, &sql, "the source refuses it", &result, &local) < 0) {
        if (local.cls == CG_ERR_ENGINE || local.cls == CG_ERR_DATA || local.cls == CG_ERR_CHANGED) {
            local.cls = CG_ERR_USAGE; /* a column that is not there was never there */
            cg_error_hint(&local, "the condition is SQL of the source: its names, its functions, text in '...'");
        }
        *err = local;
        rc = -1;
    }
    mysql_free_result(result);
    cg_buffer_done(&sql);
    return rc;
}

int cg_mysql_check_filter(struct cg_session *session, const struct cg_table *table, struct cg_error *err) {
    const char *why = why_unfit(table->filter);
    if (why) {
        cg_error_set(err, CG_ERR_USAGE, "%s", why);
        cg_error_hint(err, "give an expression alone, in the source's SQL, such as created >= '2024-01-01'");
        return -1;
    }
    return ask_server(session, table, err);
}
