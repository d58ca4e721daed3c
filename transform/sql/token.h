/* Private: MySQL's SQL cut into tokens.
 *
 * All of them at once, in an array that ends with CG_SQL_TOKEN_END, so that the parser may look ahead and back as far
 * as it likes. Comments are gone, what a version comment holds is there, strings and names are unescaped, and every
 * opening parenthesis knows its closing one. MySQL 9 manual, "Language Structure". */
#ifndef CG_TRANSFORM_SQL_TOKEN_H
#define CG_TRANSFORM_SQL_TOKEN_H

#include "transform/sql/parse.h"

enum cg_sql_token_kind {
    CG_SQL_TOKEN_END,
    CG_SQL_TOKEN_WORD,     /* not quoted: a name, a keyword, a function */
    CG_SQL_TOKEN_NAME,     /* quoted, or behind a dot: never a keyword */
    CG_SQL_TOKEN_STRING,   /* text, length: the value */
    CG_SQL_TOKEN_NUMBER,   /* text: as written */
    CG_SQL_TOKEN_BYTES,    /* x'..', 0x..: text, length: the bytes */
    CG_SQL_TOKEN_BITS,     /* b'..', 0b..: text: the digits */
    CG_SQL_TOKEN_VARIABLE, /* @x, @@x: text: as written */
    CG_SQL_TOKEN_SIGN      /* an operator or other punctuation */
};

struct cg_sql_token {
    enum cg_sql_token_kind kind;
    bool national;    /* N'..' */
    size_t at, end;   /* bytes of the text */
    const char *text; /* a word as written, a name without its quotes; others as above */
    size_t length;    /* of text */
    const char *word; /* a word in lower case, a sign; NULL for the other kinds */
    size_t match;     /* of "(": the index of its ")" */
};

/* CG_ERR_DATA with the reason and the byte when the text has no tokens. Linear in the text's length. */
CG_MUST_USE int cg_sql_tokens(const char *text, const struct cg_sql_dialect *dialect, struct cg_arena *arena,
                              struct cg_sql_token **ret_tokens, size_t *ret_count, struct cg_error *err);

/* An error of class CG_ERR_DATA that ends in "at byte N". Returns -1. */
int cg_sql_error(struct cg_error *err, size_t at, const char *format, ...) CG_PRINTF(3, 4);

#endif
