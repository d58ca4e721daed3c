/* The named conversions and losses (docs/manual.md): every way in which something may arrive otherwise than it was.
 *
 * One table, one row each: its name, whether it awaits acceptance, whether the default map allows it. */
#ifndef CG_CORE_CONVERSIONS_H
#define CG_CORE_CONVERSIONS_H

#include <stdbool.h>
#include <stdint.h>

enum cg_conversion {
    CG_JSON_NORMALISED = 0,
    CG_NAME_SHORTENED,
    CG_TYPE_WIDENED,
    CG_ZERO_DATE_TO_NULL,
    CG_PARTIAL_DATE_TO_NULL,
    CG_INVALID_DATE_TO_NULL,
    CG_NOT_NULL_DROPPED,
    CG_ENUM_INVALID_TO_NULL,
    CG_NUL_REMOVED,
    CG_NUL_TO_BYTEA,
    CG_JSON_NUL_REMOVED,
    CG_CHARSET_SUBSTITUTED,
    CG_JSON_DUPLICATE_KEY,
    CG_JSON_NUMBER_CHANGED,
    CG_GENERATED_TO_PLAIN,
    CG_DEFAULT_DROPPED,
    CG_CHECK_DROPPED,
    CG_INDEX_DROPPED,
    CG_PARTITION_FLATTENED,
    CG_HISTORY_DROPPED,
    CG_VIEW_NOT_CARRIED,
    CG_TRIGGER_NOT_CARRIED,
    CG_ROUTINE_NOT_CARRIED,
    CG_EVENT_NOT_CARRIED,
    CG_GRANT_NOT_CARRIED,
    CG_UNIQUE_NOW_CASE_SENSITIVE,
    CG_FK_EQUAL_BY_COLLATION,
    CG_ORPHAN_DELETED,
    CG_ORPHAN_NULLED,
    CG_ROW_REJECTED,
    CG_SOURCE_MOVED,
    CG_CONVERSION_COUNT
};

/* A set of conversions. */
typedef uint64_t cg_conversion_set;
#define CG_CONVERSION_BIT(conversion) ((cg_conversion_set)1 << (conversion))

struct cg_conversion_info {
    const char *name;      /* as users write it: "zero_date_to_null" */
    bool needs_acceptance; /* --accept, or a rule in the user's own map */
    bool allowed;          /* the default map allows it */
    bool per_value;        /* counted value by value; false: declared once per column or object */
    const char *meaning;   /* half a sentence for reports and --help */
};

extern const struct cg_conversion_info cg_conversions[CG_CONVERSION_COUNT];

/* The conversion of that name, or -1. */
int cg_conversion_by_name(const char *name);
/* All that the default map allows. */
cg_conversion_set cg_conversions_allowed_by_default(void);

#endif
