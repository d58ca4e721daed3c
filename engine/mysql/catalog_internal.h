/* What the files of the MySQL and MariaDB catalog reader share. Nobody outside catalog*.c includes it.
 *
 * One struct cg_mysql_reading is one reading of one database. Rows of information_schema are looked up by their field's
 * name, and a field that this server does not have reads as NULL: so one query serves every version. Memory running out
 * in a small copy is remembered in the reading and reported once, by cg_mysql_catalog. */
#ifndef CG_ENGINE_MYSQL_CATALOG_INTERNAL_H
#define CG_ENGINE_MYSQL_CATALOG_INTERNAL_H

#include "engine/mysql/catalog.h"

struct cg_mysql_reading {
    MYSQL *mysql;
    bool mariadb;
    int version;            /* 101119, 90704 */
    const char *database;   /* as the server spells it */
    const char *only_table; /* or NULL */
    struct cg_arena *arena;
    struct cg_catalog *catalog;
    const char **no_pad; /* MySQL 8: collations with PAD_ATTRIBUTE 'NO PAD' */
    size_t no_pad_count;
    bool out_of_memory;
};

struct cg_mysql_rows {
    struct cg_mysql_reading *reading;
    MYSQL_RES *result;
    MYSQL_ROW row;
};

/* catalog_rows.c: runs one of the embedded queries with :database and :and_table filled in. */
CG_MUST_USE int cg_mysql_rows_open(struct cg_mysql_reading *reading, const char *sql, struct cg_mysql_rows *ret_rows,
                                   struct cg_error *err);
/* The next row of this database (field cg_schema, byte by byte); frees the result at the end and returns false. */
bool cg_mysql_rows_next(struct cg_mysql_rows *rows);
/* Frees what an early leave would leave behind. */
void cg_mysql_rows_done(struct cg_mysql_rows *rows);
/* A field as text, valid until the next row; NULL for SQL NULL or no such field. */
const char *cg_mysql_field(const struct cg_mysql_rows *rows, const char *name);
/* Its bytes, 0 for SQL NULL or no such field: more than strlen tells where it holds a NUL byte. */
size_t cg_mysql_field_length(const struct cg_mysql_rows *rows, const char *name);
/* "" instead of NULL. */
const char *cg_mysql_field_or_empty(const struct cg_mysql_rows *rows, const char *name);
/* A copy in the arena; NULL for NULL. */
const char *cg_mysql_field_copy(const struct cg_mysql_rows *rows, const char *name);
int64_t cg_mysql_field_number(const struct cg_mysql_rows *rows, const char *name, int64_t otherwise);
bool cg_mysql_field_is(const struct cg_mysql_rows *rows, const char *name, const char *value);
/* The row's table (field TABLE_NAME) in the catalog, or NULL for a view, a sequence, ... */
struct cg_table *cg_mysql_field_table(const struct cg_mysql_rows *rows);
/* A copy in the arena; "" with out_of_memory set when there is none left. NULL stays NULL. */
const char *cg_mysql_copy(struct cg_mysql_reading *reading, const char *text);

/* catalog.c: runs "<before>`database`.`name`" and stores its result. */
CG_MUST_USE int cg_mysql_query_object(const struct cg_mysql_reading *reading, const char *before, const char *name,
                                      MYSQL_RES **ret_result, struct cg_error *err);

/* catalog_folding.c: asks the server which collations in use ignore accents. */
CG_MUST_USE int cg_mysql_read_folding(struct cg_mysql_reading *reading, struct cg_error *err);
/* rights.c: names what the user may not see: catalog->unseen, and an object for each kind that may be there unseen. */
CG_MUST_USE int cg_mysql_read_rights(struct cg_mysql_reading *reading, struct cg_error *err);

/* catalog_text.c: the servers' spellings. */
/* One whole string literal ('it''s', _utf8mb4'x', N'x'): its value unescaped, with its length in bytes. NULL if the
 * text is anything else. */
const char *cg_mysql_unquote(struct cg_mysql_reading *reading, const char *text, size_t *ret_len);
/* text stands on the opening quote; writes the value (never longer than the text) and returns what follows the closing
 * quote, NULL if there is none. */
const char *cg_mysql_read_literal(const char *text, char *out, size_t *ret_len);
/* Takes one level of backslashes off, in place. */
void cg_mysql_unescape(char *text);
/* The labels of "enum('a','b')" or "set(...)". */
CG_MUST_USE int cg_mysql_labels(struct cg_mysql_reading *reading, const char *column_type, const char ***ret_labels,
                                size_t *ret_count, struct cg_error *err);

/* catalog_expression.c: an expression of information_schema as it would stand in SQL; NULL for NULL. */
const char *cg_mysql_expression(struct cg_mysql_reading *reading, const char *text);
/* Whether a literal of this SQL has a character set of its own in front of it. */
bool cg_mysql_has_introducers(const char *text);
/* SQL that the server prints, with the literals of other character sets than UTF-8 in hexadecimal. */
const char *cg_mysql_literals(struct cg_mysql_reading *reading, const char *text);

/* catalog_types.c, catalog_defaults.c: a column's parts from a row of COLUMNS. */
CG_MUST_USE int cg_mysql_read_type(struct cg_mysql_rows *row, struct cg_type *type, struct cg_error *err);
void cg_mysql_read_default(struct cg_mysql_rows *row, struct cg_column *column);
/* The exact bytes and characters of columns' defaults, which information_schema cannot tell. */
CG_MUST_USE int cg_mysql_read_exact_defaults(struct cg_mysql_reading *reading, struct cg_error *err);
/* catalog_wide.c: characters beyond the basic plane in labels and expressions, which information_schema cannot tell
 * either. After the columns and checks. */
CG_MUST_USE int cg_mysql_read_wide_characters(struct cg_mysql_reading *reading, struct cg_error *err);

/* catalog_objects.c: what SHOW CREATE kind says; NULL in *ret_text when the server does not tell it to this user. */
CG_MUST_USE int cg_mysql_show_create(struct cg_mysql_reading *reading, const char *kind, const char *name,
                                     const char **ret_text, struct cg_error *err);
/* What stands for a text that is not told. */
extern const char cg_mysql_hidden[];

/* catalog_keys.c, catalog_views.c, catalog_objects.c */
CG_MUST_USE int cg_mysql_read_keys(struct cg_mysql_reading *reading, struct cg_error *err);
CG_MUST_USE int cg_mysql_read_foreign_keys(struct cg_mysql_reading *reading, struct cg_error *err);
CG_MUST_USE int cg_mysql_read_checks(struct cg_mysql_reading *reading, struct cg_error *err);
CG_MUST_USE int cg_mysql_read_views(struct cg_mysql_reading *reading, struct cg_error *err);
/* catalog_partitions.c: of one table whose keys and partition_text are read. */
CG_MUST_USE int cg_mysql_read_partitioning(struct cg_mysql_reading *reading, struct cg_table *table,
                                           struct cg_error *err);
CG_MUST_USE int cg_mysql_read_objects(struct cg_mysql_reading *reading, struct cg_error *err);
/* Adds an object; the strings are kept, not copied. */
CG_MUST_USE int cg_mysql_add_object(struct cg_mysql_reading *reading, enum cg_object_kind kind, const char *name,
                                    const char *table, const char *text, struct cg_error *err);

#endif
