/* What the files of the schema comparison share. Private to verify/. */
#ifndef CG_VERIFY_SCHEMA_INTERNAL_H
#define CG_VERIFY_SCHEMA_INTERNAL_H

#include "verify/schema.h"

/* Adds an object named table.name (table may be NULL) unless one of that kind and name is there. error: why it is
 * changed, or NULL. */
CG_MUST_USE int cg_schema_object(const struct cg_schema_input *input, const char *kind, const char *table,
                                 const char *name, enum cg_object_state state, const char *error, struct cg_error *err);
/* Evidence that cannot be had. */
CG_MUST_USE int cg_schema_gap(const struct cg_schema_input *input, const char *object, const char *why,
                              struct cg_error *err);
/* Is there a loss of that conversion at that place, in the source's names? column may be NULL: anywhere in the table.
 */
bool cg_schema_has_loss(const struct cg_report *report, enum cg_conversion conversion, const char *table,
                        const char *column);
/* Does the actual key of that table do what the wanted one does, whatever its name? 1, 0, or -1 with err. An expression
 * "" of the wanted one's stands for any. */
CG_MUST_USE int cg_schema_same_key(const struct cg_schema_input *input, const struct cg_table *actual_table,
                                   const struct cg_key *wanted, const struct cg_key *actual, struct cg_error *err);
/* May the source hold dates or labels in that type for which there is nothing but NULL? */
bool cg_schema_may_become_null(const struct cg_type *source);

/* schema_expressions.c: texts of SQL. */
enum cg_spelled {
    CG_SPELLED_ALIKE,     /* they mean the same */
    CG_SPELLED_OTHERWISE, /* both are understood, and nobody has shown them to mean the same */
    CG_SPELLED_REFUSED,   /* the target does not take the wanted one */
    CG_SPELLED_UNKNOWN    /* it could not be asked */
};
/* table, type: as cg_source_spell's. *ret_why: the server's words when one was refused or not asked, else NULL. */
CG_MUST_USE int cg_schema_spelled(const struct cg_schema_input *input, const struct cg_table *table,
                                  const struct cg_type *type, const char *wanted, const char *actual,
                                  enum cg_spelled *ret_spelled, const char **ret_why, struct cg_error *err);
/* A value between quotes, a name between double ones, as SQL has them; NULL when memory is out. */
const char *cg_schema_literal(const char *value, struct cg_arena *arena);
const char *cg_schema_quoted(const char *name, struct cg_arena *arena);
/* Does the target refuse the text? *ret_why: its words; NULL when it takes it, or could not be asked. */
CG_MUST_USE int cg_schema_refused(const struct cg_schema_input *input, const struct cg_table *table, const char *text,
                                  const char **ret_why, struct cg_error *err);

/* schema_objects.c: of the whole schema. */
CG_MUST_USE int cg_schema_views(const struct cg_schema_input *input, struct cg_error *err);
CG_MUST_USE int cg_schema_extra_objects(const struct cg_schema_input *input, struct cg_error *err);

/* schema_columns.c, schema_defaults.c, schema_generated.c, schema_checks.c, schema_triggers.c, schema_keys.c: one
 * table's; plan and actual are the pair. */
CG_MUST_USE int cg_schema_columns(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                                  const struct cg_table *actual, struct cg_error *err);
CG_MUST_USE int cg_schema_default(const struct cg_schema_input *input, const struct cg_table_plan *plan, size_t column,
                                  const struct cg_table *actual, const struct cg_column *to, struct cg_error *err);
CG_MUST_USE int cg_schema_generated(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                                    size_t column, const struct cg_table *actual, const struct cg_column *to,
                                    struct cg_error *err);
CG_MUST_USE int cg_schema_checks(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                                 const struct cg_table *actual, struct cg_error *err);
CG_MUST_USE int cg_schema_triggers(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                                   const struct cg_table *actual, struct cg_error *err);
/* schema_partitions.c */
CG_MUST_USE int cg_schema_partitions(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                                     const struct cg_table *actual, struct cg_error *err);
CG_MUST_USE int cg_schema_keys(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                               const struct cg_table *actual, struct cg_error *err);

/* schema_number.c: is the whole number a less than b? Both in decimal, of any length, with or without a sign. */
bool cg_schema_less(const char *a, const char *b);
/* Do both texts tell one decimal number: 1.50 and 1.5, -0 and 0? */
bool cg_schema_same_number(const char *a, const char *b);

#endif
