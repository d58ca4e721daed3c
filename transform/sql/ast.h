/* Expressions and SELECTs of MySQL and MariaDB as a tree: parse.h makes it, translate.h reads it.
 *
 * One struct for all expressions, because most of them differ in their kind and their operands only. Everything lives
 * in one arena. Names are unquoted and unescaped, strings are values; nothing but names of functions and units is
 * folded (to lower case). VALUES ROW(..), ROW(..) and TABLE t come as the SELECTs that they stand for. A tree is never
 * higher than CG_SQL_HEIGHT, so it may be walked by recursion. `at` is where a node begins in the text that was parsed,
 * in bytes, for messages.
 *
 * MySQL 9 manual, "Expressions", "SELECT Statement"; MariaDB Knowledge Base, "SELECT". */
#ifndef CG_TRANSFORM_SQL_AST_H
#define CG_TRANSFORM_SQL_AST_H

#include <stdbool.h>
#include <stddef.h>

enum { CG_SQL_HEIGHT = 1000 };

enum cg_sql_kind {
    /* literals */
    CG_SQL_NULL,
    CG_SQL_BOOLEAN, /* TRUE, FALSE: in flag */
    CG_SQL_NUMBER,  /* text: its digits as written, "1.50", "1e3" */
    CG_SQL_STRING,  /* text, length: the value; introducer: "utf8mb4" of _utf8mb4'...', or NULL */
    CG_SQL_BYTES,   /* x'..', 0x.., _binary'..': text, length: the bytes themselves. With an introducer (_latin1 x'..'):
                       text of that charset; of UTF-8 it is a STRING instead */
    CG_SQL_BITS,    /* b'101': text: its digits */
    CG_SQL_TEMPORAL, /* DATE '..', TIME '..', TIMESTAMP '..': name: "date", "time", "timestamp"; text: the value */
    CG_SQL_INTERVAL, /* INTERVAL operands[0] UNIT: name: "day", "hour_minute"; only as an operand of + and - or an
                        argument of a call */
    /* names */
    CG_SQL_COLUMN,   /* [[schema.]table.]column: schema, table, name; schema and table may be NULL */
    CG_SQL_STAR,     /* * and [schema.]table.*: table, schema or NULL; also the operand of COUNT(*) */
    CG_SQL_VARIABLE, /* @name, @@name: text as written */
    /* operators: name is the operator's one spelling, see below */
    CG_SQL_UNARY,   /* "-", "+", "~", "not", "!", "binary" */
    CG_SQL_BINARY,  /* "or", "xor", "and", "=", "<=>", "<>", "<", "<=", ">", ">=", "|", "&", "<<", ">>", "+", "-", "*",
                       "/", "div", "%", "^", "||" (as written: what it means is the translator's to know), "->", "->>",
                       "sounds like", "member of" */
    CG_SQL_IS,      /* operands[0] IS [NOT: negated] name: "null", "true", "false", "unknown" */
    CG_SQL_BETWEEN, /* operands[0] [NOT] BETWEEN operands[1] AND operands[2] */
    CG_SQL_IN,      /* operands[0] [NOT] IN (operands[1..]) or, with `select`, IN (SELECT) */
    CG_SQL_LIKE,    /* operands[0] [NOT] LIKE operands[1] [ESCAPE operands[2]] */
    CG_SQL_REGEXP,  /* operands[0] [NOT] REGEXP operands[1] */
    CG_SQL_QUANTIFIED, /* operands[0] name (an operator) ALL (flag) or ANY, SOME (not flag) (select) */
    CG_SQL_COLLATE,    /* operands[0] COLLATE name */
    /* forms of their own */
    CG_SQL_CASE,    /* operand_count is 2 n + else: WHEN, THEN in pairs, then ELSE if there is one; base or NULL */
    CG_SQL_CAST,    /* CAST(operands[0] AS type), CONVERT(operands[0], type) */
    CG_SQL_USING,   /* CONVERT(operands[0] USING name) */
    CG_SQL_CALL,    /* name(operands): also EXTRACT and TIMESTAMPDIFF (unit first, in `unit`), TRIM, SUBSTRING .. FROM,
                       POSITION .. IN and such, all as plain calls with their arguments in the order that the comma
                       form has: "trim" has operands: text, what (or none), unit "both", "leading", "trailing";
                       "extract": operands: the date; "get_format" has the type in `unit`; POSITION is "locate"; CHAR(..
                       USING cs) has cast.charset, JSON_VALUE(.. RETURNING type) has cast. CURRENT_TIMESTAMP, NOW(),
                       LOCALTIME and LOCALTIMESTAMP, with or without (): "now"; CURRENT_DATE: "curdate"; CURRENT_TIME:
                       "curtime". schema: of a stored function, else NULL */
    CG_SQL_MATCH,   /* MATCH (operands[1..]) AGAINST (operands[0]); name: "natural", "boolean", "expansion" */
    CG_SQL_ROW,     /* (a, b): two operands or more */
    CG_SQL_EXISTS,  /* EXISTS (select) */
    CG_SQL_SUBQUERY /* (select) */
};

/* What CAST names: "char", "binary", "signed", "unsigned", "decimal", "date", "datetime", "time", "year", "json",
 * "float", "double", "real", or another type's own name ("uuid", "point"); length, scale: -1 when not given, length is
 * the fraction's digits of "datetime" and "time"; charset: of CHAR, or NULL; array: CAST(.. AS UNSIGNED ARRAY), of
 * multi-valued indexes. */
struct cg_sql_cast {
    const char *name, *charset;
    int length, scale;
    bool array;
};

struct cg_sql_select;
struct cg_sql_window;

struct cg_sql_order {
    struct cg_sql_expression *expression;
    bool descending;
};

struct cg_sql_orders {
    struct cg_sql_order *items;
    size_t count;
};

struct cg_sql_expression {
    enum cg_sql_kind kind;
    unsigned height; /* nodes on the longest way down, itself included: at most CG_SQL_HEIGHT */
    size_t at;
    const char *name, *schema, *table, *text, *introducer, *unit; /* as the kind says; else NULL */
    size_t length;                                                /* of text */
    bool flag, negated;
    struct cg_sql_expression **operands;
    size_t operand_count;
    struct cg_sql_expression *base; /* CASE */
    struct cg_sql_cast cast;
    struct cg_sql_select *select;
    /* of calls of aggregates */
    bool distinct;
    struct cg_sql_orders order;          /* GROUP_CONCAT(.. ORDER BY ..) */
    struct cg_sql_expression *separator; /* GROUP_CONCAT(.. SEPARATOR ..), or NULL */
    const struct cg_sql_window *window;  /* OVER (..), or NULL */
};

struct cg_sql_window {
    const char *name; /* OVER name, or the one that it starts from; or NULL */
    struct cg_sql_expression **partition;
    size_t partition_count;
    struct cg_sql_orders order;
    const char *frame; /* "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW": words in upper case, numbers as they are;
                          or NULL */
};

/* ---- SELECT ---- */

enum cg_sql_source_kind { CG_SQL_FROM_TABLE, CG_SQL_FROM_SELECT, CG_SQL_FROM_JOIN };

struct cg_sql_source {
    enum cg_sql_source_kind kind;
    unsigned height;
    size_t at;
    const char *schema, *name, *alias; /* TABLE: schema and alias may be NULL. SELECT: alias */
    const char **columns;              /* SELECT: alias (a, b), or none */
    size_t column_count;
    struct cg_sql_select *select; /* SELECT */
    bool lateral;
    const char *join; /* JOIN: "cross" without a condition (a comma too), "inner" with one, "left", "right" */
    bool natural;
    struct cg_sql_source *left, *right;
    struct cg_sql_expression *on; /* or NULL */
    const char **using_columns;
    size_t using_count;
};

struct cg_sql_item {
    struct cg_sql_expression *expression; /* STAR too */
    const char *alias;                    /* or NULL */
};

struct cg_sql_with {
    const char *name;
    const char **columns;
    size_t column_count;
    struct cg_sql_select *select;
};

/* One SELECT, or two of them under UNION and its like: then `operation` is set, with left and right, and of the rest
 * only with, order and limit are in use. */
struct cg_sql_select {
    size_t at;
    unsigned height;
    struct cg_sql_with *with;
    size_t with_count;
    bool recursive;
    const char *operation; /* "union", "union all", "except", "except all", "intersect", "intersect all"; or NULL */
    struct cg_sql_select *left, *right;
    bool distinct;
    struct cg_sql_item *items;
    size_t item_count;
    struct cg_sql_source *from; /* or NULL */
    struct cg_sql_expression *where, *having;
    struct cg_sql_expression **group;
    size_t group_count;
    bool rollup;                         /* GROUP BY .. WITH ROLLUP */
    const struct cg_sql_window *windows; /* WINDOW name AS (..), by window_names */
    const char **window_names;
    size_t window_count;
    struct cg_sql_orders order;
    struct cg_sql_expression *limit, *offset; /* or NULL */
    const char **columns; /* of a view's header, v (a, b), at the top only: the names of its columns; or none */
    size_t column_count;
    const char *check_option; /* a view's WITH .. CHECK OPTION, at the top only: "cascaded", "local"; or NULL */
};

#endif
