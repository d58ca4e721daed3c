/* What the files of the translator share: its state, values with their types, and the printer.
 *
 * Every function that translates returns 0, or -1 when it was refused (the first reason stays in `why`) or when memory
 * is out (`memory`); on -1 what it would have returned is not to be used. Texts live in the arena.
 *
 * A value is PostgreSQL's text of an expression together with what MySQL takes it for. The two are not the same thing:
 * a TINYINT(1) may be a boolean on the target and stays a number in MySQL's arithmetic. `kind` is MySQL's side, `pg`
 * the target's. What an operator or a function needs is made by the cg_tr_as_ functions of translate_coerce.c, and two
 * values are brought together by translate_match.c and translate_unify.c; nothing else converts. */
#ifndef CG_TRANSFORM_SQL_TRANSLATE_INTERNAL_H
#define CG_TRANSFORM_SQL_TRANSLATE_INTERNAL_H

#include "transform/sql/translate.h"

#include <string.h>

enum tr_kind {
    TR_NULL,      /* the literal NULL */
    TR_BOOLEAN,   /* 0 and 1 to MySQL, boolean to PostgreSQL: conditions, and columns that became boolean */
    TR_INTEGER,   /* smallint, integer, bigint, or numeric without a scale */
    TR_EXACT,     /* DECIMAL */
    TR_FLOAT,     /* FLOAT and DOUBLE */
    TR_TEXT,      /* */
    TR_BYTES,     /* bytea */
    TR_BITS,      /* BIT(n), n > 1: bit(n) */
    TR_DATE,      /* date */
    TR_DATETIME,  /* timestamp */
    TR_TIMESTAMP, /* timestamptz */
    TR_TIME,      /* time or interval */
    TR_JSON,      /* jsonb or json */
    TR_ENUM,      /* an enum type */
    TR_SET,       /* text[] */
    TR_UUID,
    TR_INET,
    TR_OTHER, /* may be passed on and asked whether it is NULL, nothing else */
    TR_KINDS
};

struct tr_type {
    enum tr_kind kind;
    const char *pg;   /* as a cast writes it, quoted where needed */
    int scale;        /* EXACT: digits behind the point */
    bool ragged;      /* EXACT: the value may have others: MySQL shows round(text, scale) */
    double bound;     /* INTEGER, EXACT: no value is further from 0 */
    bool is_unsigned; /* INTEGER: MySQL's arithmetic is unsigned */
    bool nonnegative; /* numbers: none is below 0 */
    bool column;      /* BOOLEAN: stored as one, and stays one where it is passed on */
    bool year;        /* INTEGER: of YEAR, prints four digits */
    int width;        /* INTEGER: ZEROFILL pads to that many digits; 0: none. EXACT, FLOAT: -1 where a text of it
                         is not known */
    int bits;         /* BITS: how many; BOOLEAN: 1 of a BIT(1); BYTES: -1 of a literal that is no number */
    int fraction;     /* DATETIME, TIMESTAMP, TIME: digits of the second */
    const char *const *labels; /* ENUM, SET */
    size_t label_count;
    /* TEXT, ENUM and SET as text: how MySQL compares them */
    const char *collation; /* to be told in notes; NULL: the connection's */
    bool strong;           /* a column's or COLLATE's, which wins over a literal's */
    bool folds;            /* letters of both cases are equal there and differ here */
    bool kept;             /* folds on the target too: citext, or a collation that does it */
    bool pads;             /* trailing spaces do not count */
    bool uca;              /* ordered by the Unicode collation algorithm */
    bool other_bytes;      /* the source stores other bytes than UTF-8 */
};

/* How tightly PostgreSQL binds what the text's outermost operator is. */
enum tr_level {
    TR_LOOSE = 0,
    TR_OR,
    TR_AND,
    TR_NOT,
    TR_IS,
    TR_COMPARED,
    TR_RANGE, /* BETWEEN IN LIKE */
    TR_OPERATOR,
    TR_SUM,
    TR_PRODUCT,
    TR_UNARY,
    TR_CAST,
    TR_ATOM
};

struct tr_value {
    const char *text;
    enum tr_level level;
    struct tr_type type;
    bool nullable;
    bool is_volatile;  /* evaluated twice, it may differ */
    const char *shown; /* of a ragged type: what to write for round(text, scale) where something better is known */
    const struct cg_sql_expression *literal; /* NUMBER, STRING, BYTES, BITS, BOOLEAN, NULL: what it is; a number's text
                                                may begin with "-". NULL when it is no literal */
};

/* ---- names ---- */

struct tr_column {
    const char *name;               /* the source's */
    const char *text;               /* the target's, qualified and quoted */
    struct tr_type type;            /* */
    bool nullable;                  /* */
    bool merged;                    /* the second of a pair that USING made one */
    size_t relation, at;            /* which of the scope's, and which of the relation's */
    const char *target;             /* the target's bare name */
    struct tr_scope *scope;         /* */
    const struct cg_column *source; /* or NULL */
};

struct tr_relation {
    const char *alias;
    struct tr_column *columns;
    size_t column_count;
    const struct cg_table_plan *table; /* or NULL */
};

/* x determines y: what a join or a condition says, for GROUP BY. */
struct tr_dependency {
    const struct tr_column **from;
    size_t from_count;
    const struct tr_column *to;
};

/* What a SELECT's names mean; expressions of tables have one with a single relation. */
struct tr_scope {
    struct tr_scope *outer;
    struct tr_relation *relations;
    size_t relation_count;
    const struct cg_sql_select *select; /* NULL for expressions of tables */
    struct tr_value *items;             /* the select list, once it is translated */
    size_t item_count;
    bool aliases;        /* names may be those of the select list */
    bool prefer_aliases; /* and are so before they are columns: ORDER BY */
    /* grouping */
    bool grouped; /* GROUP BY, or an aggregate in the select list */
    bool allows_aggregates;
    unsigned aggregate; /* inside how many aggregates of this SELECT */
    const char **groups;
    size_t group_count;
    const struct tr_column **used; /* columns met outside of aggregates */
    size_t used_count;
    bool has_aggregate, has_window;
    bool merges; /* NATURAL or USING made columns one */
    struct tr_dependency *dependencies;
    size_t dependency_count;
};

struct tr_cte {
    const char *name;
    struct tr_column *columns;
    size_t column_count;
    struct tr_cte *next;
};

/* A text that grows piece by piece. */
struct tr_list {
    char *text; /* NULL as long as it is empty */
    size_t length, capacity;
};

struct tr {
    const struct cg_sql_context *context;
    struct cg_arena *arena;
    const struct cg_sql_view *views;
    size_t view_count;
    struct tr_scope *scope;
    struct tr_cte *ctes;
    const char *why;    /* the first reason */
    const char *note;   /* what differs, "; " between */
    size_t said;        /* bytes of all texts so far: bounded, since what is repeated may hold repetitions */
    const char *source; /* the text that is translated, which nodes point into by `at` */
    bool raw;           /* the next SELECT is a value of an expression: its digits stay as they are */
    bool memory;
};

/* ---- the printer: translate_print.c ---- */

/* Refuses: returns -1. */
int cg_tr_refuse(struct tr *t, const char *format, ...) CG_PRINTF(2, 3);
/* A difference that is told; the same one only once. */
void cg_tr_note(struct tr *t, const char *format, ...) CG_PRINTF(2, 3);
/* printf into the arena. In the *format*, a lower-case word that touches its parenthesis is a function and gets
 * "pg_catalog." before it. Never NULL: "" when it was refused (a text beyond all measure) or memory is out, which
 * cg_tr_failed tells. */
const char *cg_tr_say(struct tr *t, const char *format, ...) CG_PRINTF(2, 3);
bool cg_tr_failed(const struct tr *t);
/* The same at the end of a list, after the separator unless it is empty. */
void cg_tr_add(struct tr *t, struct tr_list *list, const char *separator, const char *format, ...) CG_PRINTF(4, 5);
/* The list's text, "" when it is empty. */
const char *cg_tr_listed(const struct tr_list *list);
/* Memory from the arena, or NULL with `memory` set. */
void *cg_tr_alloc(struct tr *t, size_t count, size_t size);
void *cg_tr_push(struct tr *t, void *array, size_t *count, size_t size);
/* The value's text, in parentheses when it binds looser than `level`. */
const char *cg_tr_at(struct tr *t, const struct tr_value *value, enum tr_level level);
/* A name in quotes; a text as a literal (E'' where it holds a backslash). */
const char *cg_tr_name(struct tr *t, const char *name);
const char *cg_tr_quote(struct tr *t, const char *text, size_t length);
/* form with $1.. (as it is) and @1.. (in parentheses unless it is atomic), $* (all, commas between), function names as
 * cg_tr_say has them. A volatile argument that would stand twice is refused. The value's text and level are set. */
CG_MUST_USE int cg_tr_form(struct tr *t, const char *form, const struct tr_value *arguments, size_t count,
                           struct tr_value *ret);
/* Text, level and type at once; the value is otherwise nullable and no literal. */
CG_MUST_USE int cg_tr_set(struct tr *t, struct tr_value *ret, const char *text, enum tr_level level,
                          struct tr_type type);

/* ---- types: translate_types.c ---- */

struct tr_type cg_tr_type(enum tr_kind kind, const char *pg);
struct tr_type cg_tr_boolean(void);
struct tr_type cg_tr_integer(double bound); /* integer or bigint or numeric, by the bound */
struct tr_type cg_tr_exact(int scale, double bound);
struct tr_type cg_tr_float(void);
struct tr_type cg_tr_text(void); /* of literals: weak, folds as the connection does */
struct tr_type cg_tr_datetime(int fraction);
/* The type of a column of the plan. */
CG_MUST_USE int cg_tr_column_type(struct tr *t, const struct cg_column_plan *column, struct tr_type *ret);
/* "a text", "a date": for reasons. */
const char *cg_tr_kind_name(enum tr_kind kind);
bool cg_tr_is_number(const struct tr_type *type); /* INTEGER, EXACT, FLOAT, BOOLEAN */
bool cg_tr_is_dated(const struct tr_type *type);  /* DATE, DATETIME, TIMESTAMP */
/* How a text compares that is made of both. */
void cg_tr_merge_text(struct tr_type *into, const struct tr_type *from);
/* The type as the catalog has it; name "" where it cannot be told. */
struct cg_type cg_tr_catalog_type(const struct tr_type *type);

/* ---- places ---- */

enum tr_volatility { TR_IMMUTABLE, TR_STABLE, TR_VOLATILE };
/* Refuses what PostgreSQL would not take in a generated column or an index. */
CG_MUST_USE int cg_tr_uses(struct tr *t, enum tr_volatility volatility, const char *what);
bool cg_tr_wants_immutable(const struct tr *t);

/* ---- literals: translate_literals.c ---- */

CG_MUST_USE int cg_tr_literal(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
void cg_tr_null(struct tr_value *ret);
CG_MUST_USE int cg_tr_number(struct tr *t, const char *digits, struct tr_value *ret);
CG_MUST_USE int cg_tr_string(struct tr *t, const char *text, size_t length, struct tr_value *ret);
CG_MUST_USE int cg_tr_bytes(struct tr *t, const char *bytes, size_t length, struct tr_value *ret);
/* The integer that a literal is, if it is one. */
bool cg_tr_is_integer(const struct tr_value *value, long long *ret);
/* Is it the text literal, or (bytes NULL) any? */
bool cg_tr_is_string(const struct tr_value *value);
/* A text as a date, a date with a time, or a time: the literal of it. kind: TR_DATE takes dates only, TR_DATETIME both,
 * TR_TIME a time. false when it is none that both engines read alike. */
bool cg_tr_read_temporal(struct tr *t, const char *text, size_t length, enum tr_kind kind, struct tr_value *ret);

/* ---- what an operator needs: translate_coerce.c ---- */

CG_MUST_USE int cg_tr_as_condition(struct tr *t, struct tr_value *value);
CG_MUST_USE int cg_tr_as_number(struct tr *t, struct tr_value *value);
/* INTEGER only; pg: "integer" or "bigint" to have it cast, or NULL. */
CG_MUST_USE int cg_tr_as_integer(struct tr *t, struct tr_value *value, const char *pg);
CG_MUST_USE int cg_tr_as_float(struct tr *t, struct tr_value *value);
CG_MUST_USE int cg_tr_as_text(struct tr *t, struct tr_value *value);
CG_MUST_USE int cg_tr_as_bytes(struct tr *t, struct tr_value *value);
CG_MUST_USE int cg_tr_as_date(struct tr *t, struct tr_value *value);     /* DATE */
CG_MUST_USE int cg_tr_as_datetime(struct tr *t, struct tr_value *value); /* DATETIME */
CG_MUST_USE int cg_tr_as_dated(struct tr *t, struct tr_value *value);    /* DATE or DATETIME */
CG_MUST_USE int cg_tr_as_time(struct tr *t, struct tr_value *value);
CG_MUST_USE int cg_tr_as_json(struct tr *t, struct tr_value *value);
/* As it leaves the expression: rounded to its scale, a condition as a number. */
CG_MUST_USE int cg_tr_as_shown(struct tr *t, struct tr_value *value);
/* As a column takes it. */
CG_MUST_USE int cg_tr_as_column(struct tr *t, struct tr_value *value, const struct cg_column_plan *column);
/* x::pg, unless it is that. */
CG_MUST_USE int cg_tr_cast(struct tr *t, struct tr_value *value, const char *pg);
/* ENUM: its index. */
CG_MUST_USE int cg_tr_enum_index(struct tr *t, struct tr_value *value);

/* ---- two values: translate_match.c ---- */

/* Brings both to what MySQL compares them as. ordered: for < and >, not for = only. */
CG_MUST_USE int cg_tr_match(struct tr *t, struct tr_value *left, struct tr_value *right, bool ordered);
/* left op right, with matching; op: "=", "<>", "<", "<=", ">", ">=", "IS NOT DISTINCT FROM". */
CG_MUST_USE int cg_tr_compare(struct tr *t, const char *op, const struct tr_value *left, const struct tr_value *right,
                              struct tr_value *ret);
/* What texts are ordered by; other values stay. */
CG_MUST_USE int cg_tr_order_key(struct tr *t, struct tr_value *value);
/* A text made what texts of that type are ordered by. */
CG_MUST_USE int cg_tr_sort_as(struct tr *t, struct tr_value *value, const struct tr_type *type);
/* That equal texts are put together (GROUP BY, DISTINCT, UNION) is a difference to be told. */
void cg_tr_note_grouping(struct tr *t, const struct tr_type *type);
void cg_tr_note_folding(struct tr *t, const struct tr_type *type);

/* ---- one type of many: translate_unify.c ---- */

/* Brings all to the type that MySQL gives a CASE, IF, COALESCE or UNION of them, which is returned. */
CG_MUST_USE int cg_tr_unify(struct tr *t, struct tr_value *values, size_t count, struct tr_type *ret_type);
/* The same for the branches of IF and CASE: MySQL prints a decimal with the digits of the branch that was taken. */
CG_MUST_USE int cg_tr_unify_branches(struct tr *t, struct tr_value *values, size_t count, struct tr_type *ret_type);

/* ---- expressions ---- */

CG_MUST_USE int cg_tr_expression(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
CG_MUST_USE int cg_tr_condition(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
/* All operands; NULL when refused. */
struct tr_value *cg_tr_operands(struct tr *t, const struct cg_sql_expression *e);
/* translate_operators.c */
CG_MUST_USE int cg_tr_unary(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
CG_MUST_USE int cg_tr_binary(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
CG_MUST_USE int cg_tr_concat(struct tr *t, const struct tr_value *values, size_t count, struct tr_value *ret);
CG_MUST_USE int cg_tr_negate(struct tr *t, struct tr_value *value); /* NOT */
/* translate_arithmetic.c: + - * / div %; bits: | & << >> ^ */
CG_MUST_USE int cg_tr_arithmetic(struct tr *t, const char *op, struct tr_value *left, struct tr_value *right,
                                 struct tr_value *ret);
CG_MUST_USE int cg_tr_bits(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
/* number / number with MySQL's digits; both as_number already. */
CG_MUST_USE int cg_tr_divide(struct tr *t, const struct tr_value *left, const struct tr_value *right,
                             struct tr_value *ret);
/* translate_patterns.c */
CG_MUST_USE int cg_tr_like(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
CG_MUST_USE int cg_tr_regexp(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
/* PostgreSQL's pattern for a literal one. longest: which of several matches is taken shows (REPLACE, SUBSTR). */
CG_MUST_USE int cg_tr_pattern(struct tr *t, const char *pattern, size_t length, bool longest, const char **ret);
/* translate_cast.c */
CG_MUST_USE int cg_tr_cast_to(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
/* translate_names.c */
CG_MUST_USE int cg_tr_name_of(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);
/* The column that a name means, or NULL: `why` is set only when the name is ambiguous. */
struct tr_column *cg_tr_find_column(struct tr *t, const struct cg_sql_expression *e);

/* ---- calls: translate_functions.c ---- */

struct tr_call {
    const struct cg_sql_expression *node;
    struct tr_value *arguments; /* translated, and made what the row takes */
    size_t count;
};
CG_MUST_USE int cg_tr_call(struct tr *t, const struct cg_sql_expression *e, struct tr_value *ret);

/* translate_dates.c: date + INTERVAL; sign: 1 or -1. */
CG_MUST_USE int cg_tr_add_interval(struct tr *t, const struct tr_value *date, const struct cg_sql_expression *interval,
                                   int sign, struct tr_value *ret);

/* ---- SELECT: translate_select.c ---- */

/* The SELECT's text; its columns with their names, types and nullability. */
CG_MUST_USE int cg_tr_select(struct tr *t, const struct cg_sql_select *select, const char **ret_text,
                             struct tr_column **ret_columns, size_t *ret_count);
/* FROM: relations into the scope. */
CG_MUST_USE int cg_tr_from(struct tr *t, const struct cg_sql_source *source, const char **ret_text);
CG_MUST_USE int cg_tr_orders(struct tr *t, const struct cg_sql_orders *orders, const char **ret_text);
/* One ORDER BY item: key, direction and where the NULLs go. */
CG_MUST_USE int cg_tr_order(struct tr *t, struct tr_value *key, bool descending, const char **ret_text);
/* translate_windows.c: " OVER (..)", or "". */
CG_MUST_USE int cg_tr_window(struct tr *t, const struct cg_sql_window *window, const char **ret_text);

#endif
