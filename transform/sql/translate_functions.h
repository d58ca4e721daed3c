/* The table of functions: one row for each function of MySQL and MariaDB that is translated, one for each that is
 * refused by name. docs/expressions.md is printed from it (tests/unit/test_sql_docs.c keeps the two alike), and every
 * row has its expressions in tests/conformance/test_sql_translate.c.
 *
 * To add a function: a row. Where a template says it, nothing else; where the arguments decide, a maker in one of the
 * files translate_strings.c, _math.c, _dates.c, _date_format.c, _json.c, _aggregates.c. */
#ifndef CG_TRANSFORM_SQL_TRANSLATE_FUNCTIONS_H
#define CG_TRANSFORM_SQL_TRANSLATE_FUNCTIONS_H

#include "transform/sql/translate_internal.h"

enum tr_function_kind { TR_FUNCTION, TR_AGGREGATE, TR_WINDOW };

struct tr_function {
    const char *name; /* lower case */
    enum tr_function_kind kind;
    signed char least, most; /* arguments; most -1: any number */
    /* What each argument is made, the last letter also for those that follow:
     *   x as it is        n a number         i an integer       b a bigint or less    f a double precision
     *   t a text          c a condition      d a DATE           D a DATETIME          e either of these two
     *   C a TIME, of no date   q a text, of nothing else
     *   T a TIME          j JSON             y bytes            - not even translated: the maker does it */
    const char *takes;
    const char *form;                                                            /* cg_tr_form's template, or NULL */
    int (*make)(struct tr *t, const struct tr_call *call, struct tr_value *ret); /* or NULL */
    /* What it is: "integer" (0 or more), "signed", "bigint", "double", "boolean", "text" (compares as the arguments
     * do), "words" (compares as a literal does), "bytes", "date", "datetime", "time", "json", "1" (as the first
     * argument). The maker of a row without it sets the type. */
    const char *gives;
    enum tr_volatility volatility;
    const char *about; /* for the documentation: how it is said, and what was thought of */
};
extern const struct tr_function cg_tr_functions[];
extern const size_t cg_tr_function_count;

struct tr_refused {
    const char *name, *why;
};
extern const struct tr_refused cg_tr_refused[];
extern const size_t cg_tr_refused_count;

/* The makers. */
typedef int cg_tr_make(struct tr *t, const struct tr_call *call, struct tr_value *ret);
/* translate_control.c */
cg_tr_make cg_tr_make_coalesce, cg_tr_make_if, cg_tr_make_nullif, cg_tr_make_greatest, cg_tr_make_interval,
    cg_tr_make_isnull, cg_tr_make_field, cg_tr_make_elt, cg_tr_make_strcmp;
/* translate_strings.c */
cg_tr_make cg_tr_make_concat, cg_tr_make_concat_ws, cg_tr_make_length, cg_tr_make_case, cg_tr_make_left,
    cg_tr_make_substring, cg_tr_make_substring_index, cg_tr_make_locate, cg_tr_make_instr, cg_tr_make_pad,
    cg_tr_make_trim, cg_tr_make_find_in_set, cg_tr_make_hex, cg_tr_make_char, cg_tr_make_sha2, cg_tr_make_digest,
    cg_tr_make_ascii, cg_tr_make_char_length, cg_tr_make_regexp_like, cg_tr_make_regexp_replace,
    cg_tr_make_regexp_substr;
/* translate_math.c */
cg_tr_make cg_tr_make_round, cg_tr_make_ceil, cg_tr_make_mod, cg_tr_make_log, cg_tr_make_format, cg_tr_make_abs,
    cg_tr_make_conv, cg_tr_make_atan;
/* translate_dates.c */
cg_tr_make cg_tr_make_now, cg_tr_make_date_add, cg_tr_make_extract, cg_tr_make_part, cg_tr_make_week,
    cg_tr_make_timestampdiff, cg_tr_make_timestampadd, cg_tr_make_unix_timestamp, cg_tr_make_from_unixtime,
    cg_tr_make_timestamp, cg_tr_make_time_to_sec, cg_tr_make_itself;
/* translate_date_format.c */
cg_tr_make cg_tr_make_date_format, cg_tr_make_str_to_date;
/* translate_json.c */
cg_tr_make cg_tr_make_json_extract, cg_tr_make_json_unquote, cg_tr_make_json_value, cg_tr_make_json_object,
    cg_tr_make_json_array, cg_tr_make_json_length, cg_tr_make_json_contains, cg_tr_make_json_valid,
    cg_tr_make_json_keys;
/* translate_aggregates.c */
cg_tr_make cg_tr_make_count, cg_tr_make_sum, cg_tr_make_avg, cg_tr_make_extreme, cg_tr_make_group_concat,
    cg_tr_make_bit_aggregate, cg_tr_make_deviation, cg_tr_make_json_agg, cg_tr_make_any_value;
/* translate_windows.c */
cg_tr_make cg_tr_make_rank, cg_tr_make_lag, cg_tr_make_nth;

#endif
