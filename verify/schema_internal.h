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
/* Does the actual key of that table do what the wanted one does, whatever its name? */
bool cg_schema_same_key(const struct cg_table *actual_table, const struct cg_key *wanted, const struct cg_key *actual);
/* May the source hold dates or labels in that type for which there is nothing but NULL? */
bool cg_schema_may_become_null(const struct cg_type *source);

/* schema_columns.c, schema_defaults.c, schema_keys.c: one table's; plan and actual are the pair. */
CG_MUST_USE int cg_schema_columns(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                                  const struct cg_table *actual, struct cg_error *err);
CG_MUST_USE int cg_schema_default(const struct cg_schema_input *input, const struct cg_table_plan *plan, size_t column,
                                  const struct cg_table *actual, const struct cg_column *to, struct cg_error *err);
CG_MUST_USE int cg_schema_keys(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                               const struct cg_table *actual, struct cg_error *err);

/* schema_number.c: is the whole number a less than b? Both in decimal, of any length, with or without a sign. */
bool cg_schema_less(const char *a, const char *b);
/* Do both texts tell one decimal number: 1.50 and 1.5, -0 and 0? */
bool cg_schema_same_number(const char *a, const char *b);

#endif
