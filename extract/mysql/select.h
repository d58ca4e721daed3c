/* What a data SELECT asks for, and how each result column becomes a value.
 *
 * Columns are selected bare (R9). Beside them stand, where a column needs it, up to three more result columns:
 *   - `expression IS NULL` of the original, when an expression is read in place of a column: a function whose result
 *     passes max_allowed_packet gives NULL with only a warning (R9);
 *   - `col+0` of an ENUM with a legal '' label, which alone tells it from index 0 (R12);
 *   - whether the text comes back the same from utf8mb4, for charsets in which the server's conversion can lose
 *     something without a word (R10).
 * VECTOR has no reader in Connector/C, which would call a null pointer: it is cast to its bytes by name (R12). */
#ifndef CG_EXTRACT_MYSQL_SELECT_H
#define CG_EXTRACT_MYSQL_SELECT_H

#include "core/buffer.h"
#include "core/catalog.h"
#include "core/value.h"

#include <mysql/mysql.h>
#include <stdbool.h>
#include <stddef.h>

/* How the driver is asked to hand a column out. */
enum cg_mysql_fetch { CG_FETCH_I64, CG_FETCH_U64, CG_FETCH_F32, CG_FETCH_F64, CG_FETCH_CIVIL, CG_FETCH_BYTES };

#define CG_NO_RESULT ((size_t)-1)

/* One value of the row. The numbers are indexes into the result's columns; CG_NO_RESULT where there is none. */
struct cg_mysql_field {
    const char *name; /* for messages; the caller's */
    enum cg_value_kind kind;
    enum cg_mysql_fetch fetch;
    bool is_expression; /* read in place of a column: any type of the server will do */
    bool is_enum;
    size_t capacity;          /* CG_FETCH_BYTES: bytes that nearly every value fits into */
    size_t result;            /* the value */
    size_t null_result;       /* expression of the original IS NULL */
    size_t index_result;      /* an ENUM's index */
    size_t kept_result;       /* 1: the charset conversion kept everything */
    bool replacement_is_loss; /* with kept_result: U+FFFD in the text stands for something that was lost */
};

struct cg_mysql_select {
    struct cg_buffer list; /* the SELECT list, so far */
    struct cg_mysql_field *fields;
    size_t field_count, field_capacity;
    size_t result_count; /* columns of the result, so far */
};

/* May the server's conversion of such a text to utf8mb4 lose something (R10)? */
bool cg_mysql_may_lose(const struct cg_type *type);

/* An empty list with room for `fields` values. Free with cg_mysql_select_done. */
CG_MUST_USE int cg_mysql_select_init(struct cg_mysql_select *ret_select, size_t fields, struct cg_error *err);
void cg_mysql_select_done(struct cg_mysql_select *select); /* accepts a zeroed struct */
/* Adds one value. name: for messages, kept by reference. expression: SQL of the column itself. type: its type.
 * as_text: SQL to read instead, as text, or NULL. CG_ERR_DATA for a type that nothing here decodes. */
CG_MUST_USE int cg_mysql_select_add(struct cg_mysql_select *select, const char *name, const char *expression,
                                    const struct cg_type *type, const char *as_text, struct cg_error *err);
/* Makes an empty list a constant, for rows of no columns. */
CG_MUST_USE int cg_mysql_select_none(struct cg_mysql_select *select, struct cg_error *err);
/* Does what the server is about to send fit what was planned? Called before the statement is executed, and again
 * after. CG_ERR_CHANGED names the column; types that the driver cannot read are CG_ERR_ENGINE. */
CG_MUST_USE int cg_mysql_select_check(const struct cg_mysql_select *select, const MYSQL_FIELD *results, size_t count,
                                      struct cg_error *err);

#endif
