/* What the files of the schema comparison share. Private to verify/. */
#ifndef CG_VERIFY_SCHEMA_INTERNAL_H
#define CG_VERIFY_SCHEMA_INTERNAL_H

#include "verify/schema.h"

/* Adds an object named table.name (table may be NULL) unless one of that kind and name is there. error: why it is
 * changed, or NULL. */
CG_MUST_USE int cg_schema_object(const struct cg_schema_input *input, const char *kind, const char *table,
                                 const char *name, enum cg_object_state state, const char *error, struct cg_error *err);
/* Is there a loss of that conversion at that place? column may be NULL. */
bool cg_schema_has_loss(const struct cg_report *report, enum cg_conversion conversion, const char *table,
                        const char *column);
/* The actual key that does what the wanted one does, whatever its name; NULL when there is none. */
const struct cg_key *cg_schema_find_key(const struct cg_table *actual, const struct cg_key *wanted);

/* schema_columns.c, schema_keys.c: one table's. source and actual are the pair, plan the source's plan. */
CG_MUST_USE int cg_schema_columns(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                                  const struct cg_table *actual, struct cg_error *err);
CG_MUST_USE int cg_schema_keys(const struct cg_schema_input *input, const struct cg_table_plan *plan,
                               const struct cg_table *actual, struct cg_error *err);

#endif
