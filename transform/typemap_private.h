/* What the parts of the type map share among themselves and with the plan; nobody else includes this.
 *
 * typemap_yaml.c   a map's text -> struct yaml_map (libcyaml), every error with its line
 * typemap_target.c a rule's target text -> struct cg_type of PostgreSQL
 * typemap_match.c  does a rule match a column, and does the data let it
 * typemap.c        the list of rules: loading, choosing, what has to be probed */
#ifndef CG_TRANSFORM_TYPEMAP_PRIVATE_H
#define CG_TRANSFORM_TYPEMAP_PRIVATE_H

#include "core/facts.h"
#include "transform/typemap.h"

/* ---- the YAML as it is written; NULL is "not said" ---- */

/* A whole number or a range: `16`, `{min: 1, max: 16}`. */
struct yaml_span {
    int64_t *is, *min, *max;
};

/* `time_of_day`, `[0, 1]`, `{min: 0, max: 9}`; numbers as text, for they may pass 64 bits. */
struct yaml_values {
    char *is, *min, *max;
    char **in;
    unsigned in_count;
};

struct yaml_match {
    char **type, **charset, **collation, **table, **column;
    unsigned type_count, charset_count, collation_count, table_count, column_count;
    char *default_value, *has;
    struct yaml_span *precision, *scale, *length, *display_width, *label_bytes;
    bool *is_unsigned, *nullable, *auto_increment, *on_update;
    struct yaml_values *values;
};

struct yaml_rule {
    int64_t line;
    struct yaml_match match;
    char *target, *check, *reason;
    char **allow, **declare;
    unsigned allow_count, declare_count;
    bool *nullable;
};

struct yaml_map {
    char *source, *target;
    struct yaml_rule *rules;
    unsigned rules_count;
};

/* Reads a map of at most 1 MiB. file: for messages. CG_ERR_USAGE with file and line. Freed with cg_yaml_map_free. */
CG_MUST_USE int cg_yaml_map_read(const char *file, const char *text, size_t len, struct yaml_map **ret_map,
                                 struct cg_error *err);
void cg_yaml_map_free(struct yaml_map *map); /* accepts NULL */

/* ---- rules as they are asked ---- */

enum cg_rule_origin { CG_RULE_OPTION, CG_RULE_USER, CG_RULE_DEFAULT };
enum cg_values_kind { CG_VALUES_ANY = 0, CG_VALUES_RANGE, CG_VALUES_TIME_OF_DAY };
enum cg_has { CG_HAS_NOTHING = 0, CG_HAS_POSTGIS, CG_HAS_VECTOR };

struct cg_span {
    bool given;
    int64_t min, max;
};

struct cg_names {
    const char **items;
    size_t count;
};

struct cg_rule {
    enum cg_rule_origin origin;
    const char *where;  /* "default map, rule 12", "my.yaml:7", "--map-column" */
    const char *option; /* --map-column: the text before the last =, "table.column"; else NULL */
    struct cg_names type, charset, collation, table, column;
    const char *default_value;
    struct cg_span precision, scale, length, display_width, label_bytes;
    int is_unsigned, nullable, auto_increment, on_update; /* -1: not asked */
    enum cg_has has;
    enum cg_values_kind values;
    bool whole;            /* the range came as a list: whole numbers only */
    const char *min, *max; /* decimal text; NULL: open */
    const char *target, *check, *reason;
    const char *target_name; /* the target's friendly name: "boolean", "timestamp", "enum", "text" */
    bool target_nullable,
        keeps_nullability; /* nullable: true drops NOT NULL; false leaves it without asking the data */
    cg_conversion_set allow, declare;
};

struct cg_typemap {
    struct cg_rule *rules;
    size_t count;
};

/* What is known of the data that a decision stands on: of one column, or of all columns that foreign keys link. */
struct cg_evidence {
    bool probed;     /* every member was read */
    bool sampled;    /* but not all rows of one of them */
    bool has_range;  /* minimum and maximum are there */
    bool next_value; /* maximum (and, without rows, minimum) comes from AUTO_INCREMENT */
    uint64_t rows, non_null, time_outside_day;
    char minimum[80], maximum[80];
    const struct cg_member *members;
    size_t member_count;
};
struct cg_member {
    const struct cg_table *table;
    const struct cg_column *column;
};

/* Could the rule match, as far as the catalog tells? What the data holds and what the target has is left out. */
bool cg_rule_matches(const struct cg_rule *rule, const struct cg_table *table, const struct cg_column *column);
/* Does the evidence let the rule's `values` stand (true for a rule that asks for none)? *ret_why gets the numbers, for
 * either answer, in the arena; NULL when memory is out. */
bool cg_rule_qualifies(const struct cg_rule *rule, const struct cg_evidence *evidence, struct cg_arena *arena,
                       const char **ret_why);
/* Compares two decimal numbers of any length: -1, 0, 1; -2 when one is none. */
int cg_decimal_compare(const char *a, const char *b);
/* "3,000,000". */
const char *cg_count_text(struct cg_arena *arena, uint64_t count);
/* Is the type a date, datetime or timestamp of MySQL? */
bool cg_type_is_dated(const struct cg_type *type);
/* Does the data have to say whether the column's NOT NULL can stay? */
bool cg_rule_asks_null(const struct cg_rule *rule, const struct cg_column *column);

/* ---- targets ---- */

enum cg_target_special {
    CG_TARGET_PLAIN = 0,
    CG_TARGET_ENUM,        /* enum: a type made from the labels */
    CG_TARGET_TEXT_CHECK,  /* text+check: text whose values are the labels */
    CG_TARGET_ARRAY_CHECK, /* text[]+check: an array of nothing but the members */
};

/* Is it a target that a rule may name? Placeholders must be known, the type too. CG_ERR_USAGE says what is wrong.
 * *ret_name: the type's friendly name. */
CG_MUST_USE int cg_target_check(const char *target, struct cg_arena *arena, const char **ret_name,
                                struct cg_error *err);
/* The target's type for one column. CG_ERR_USAGE when a placeholder has no value for it. An enum's name and schema are
 * left to the plan. */
CG_MUST_USE int cg_target_type(const char *target, const struct cg_column *column, struct cg_arena *arena,
                               struct cg_type *ret_type, enum cg_target_special *ret_special, struct cg_error *err);
/* A PostgreSQL type as somebody wrote it, "numeric(10,2)", "timestamptz(3)", "text[]": friendly name, modifiers, and
 * `full` as PostgreSQL prints it. CG_ERR_USAGE for a type that crossgrade does not know. */
CG_MUST_USE int cg_pg_type_parse(const char *text, struct cg_arena *arena, struct cg_type *ret_type,
                                 struct cg_error *err);

#endif
