/* Type maps: an ordered list of rules, the first that matches wins; a user's own file and --map-column come first.
 * docs/typemaps.md describes the YAML; typemaps/mysql-to-postgresql.yaml is the default, embedded in the binary. */
#ifndef CG_TRANSFORM_TYPEMAP_H
#define CG_TRANSFORM_TYPEMAP_H

#include "core/catalog.h"
#include "core/conversions.h"
#include "core/error.h"

struct cg_typemap;

/* What a rule needs to know of a column's data before it can decide. */
struct cg_typemap_needs {
    bool range;     /* minimum and maximum */
    bool dates;     /* zero, partial and invalid dates */
    bool time;      /* TIME outside the day */
    bool enum_zero; /* index 0 */
};

/* Loads: --map-column rules, then the user's file (NULL for none), then the embedded default for that pair of engines.
 * CG_ERR_USAGE names file, line and key. Everything lives in the arena. */
CG_MUST_USE int cg_typemap_load(const char *source_engine, const char *target_engine, const char *user_file,
                                const char *const *map_columns, size_t map_column_count, struct cg_arena *arena,
                                struct cg_typemap **ret_map, struct cg_error *err);

/* Does any rule that could match this column ask what it holds? */
bool cg_typemap_needs_data(const struct cg_typemap *map, const struct cg_table *table, const struct cg_column *column,
                           struct cg_typemap_needs *ret_needs);

/* The conversions that rules allow for a column whose target is there already: those of the first of the user's rules
 * that could match it, and of the first of the default map's. What the data holds is not asked. */
cg_conversion_set cg_typemap_allowed(const struct cg_typemap *map, const struct cg_table *table,
                                     const struct cg_column *column);

#endif
