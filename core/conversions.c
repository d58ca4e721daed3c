/* The named conversions and losses: the table of docs/manual.md; see conversions.h. */
#include "core/conversions.h"

#include <string.h>

#define A true  /* awaits acceptance */
#define S false /* stated only */
#define D true  /* the default map allows it */
#define N false /* only a rule of the user's allows it */
#define V true  /* counted value by value */
#define O false /* declared once per column or object */

const struct cg_conversion_info cg_conversions[CG_CONVERSION_COUNT] = {
    [CG_JSON_NORMALISED] = {"json_normalised", S, D, O, "white space and key order of JSON follow jsonb"},
    [CG_NAME_SHORTENED] = {"name_shortened", S, D, O, "a name that PostgreSQL cannot hold was changed"},
    [CG_TYPE_WIDENED] = {"type_widened", S, D, O, "the target's type admits more than the source's"},
    [CG_ZERO_DATE_TO_NULL] = {"zero_date_to_null", A, D, V, "0000-00-00 became NULL"},
    [CG_PARTIAL_DATE_TO_NULL] = {"partial_date_to_null", A, D, V, "a date with a zero year, month or day became NULL"},
    [CG_INVALID_DATE_TO_NULL] = {"invalid_date_to_null", A, D, V, "a date that does not exist became NULL"},
    [CG_NOT_NULL_DROPPED] = {"not_null_dropped", A, D, O,
                             "NOT NULL was dropped so that NULL can stand for such a date"},
    [CG_ENUM_INVALID_TO_NULL] = {"enum_invalid_to_null", A, D, V, "an ENUM's invalid value (index 0) became NULL"},
    [CG_NUL_REMOVED] = {"nul_removed", A, N, V, "NUL bytes were removed from text"},
    [CG_NUL_TO_BYTEA] = {"nul_to_bytea", A, N, V, "text with NUL bytes became bytea"},
    [CG_JSON_NUL_REMOVED] = {"json_nul_removed", A, N, V, "\\u0000 was removed from JSON strings"},
    [CG_CHARSET_SUBSTITUTED] = {"charset_substituted", A, N, V, "the source's charset conversion replaced characters"},
    [CG_JSON_DUPLICATE_KEY] = {"json_duplicate_key", A, D, V, "of duplicate keys in JSON the last was kept"},
    [CG_JSON_NUMBER_CHANGED] = {"json_number_changed", A, D, V, "a JSON number lost its sign (-0)"},
    [CG_GENERATED_TO_PLAIN] = {"generated_to_plain", A, D, O, "a generated column became a plain one with its values"},
    [CG_DEFAULT_DROPPED] = {"default_dropped", A, D, O, "a default was not carried"},
    [CG_CHECK_DROPPED] = {"check_dropped", A, D, O, "a CHECK constraint was not carried"},
    [CG_INDEX_DROPPED] = {"index_dropped", A, D, O, "an index was not carried"},
    [CG_PARTITION_FLATTENED] = {"partition_flattened", A, D, O, "a partitioned table became a plain one"},
    [CG_HISTORY_DROPPED] = {"history_dropped", A, D, O, "a versioned table's history was not carried"},
    [CG_VIEW_NOT_CARRIED] = {"view_not_carried", A, D, O, "a view was not carried"},
    [CG_TRIGGER_NOT_CARRIED] = {"trigger_not_carried", A, D, O, "a trigger was not carried"},
    [CG_ROUTINE_NOT_CARRIED] = {"routine_not_carried", A, D, O, "a procedure or function was not carried"},
    [CG_EVENT_NOT_CARRIED] = {"event_not_carried", A, D, O, "a scheduled event was not carried"},
    [CG_GRANT_NOT_CARRIED] = {"grant_not_carried", A, D, O, "a privilege was not carried"},
    [CG_UNIQUE_NOW_CASE_SENSITIVE] = {"unique_now_case_sensitive", A, D, O,
                                      "a unique key tells apart what the source's collation called equal"},
    [CG_FK_EQUAL_BY_COLLATION] = {"fk_equal_by_collation", A, D, O,
                                  "a foreign key's values were equal only by the source's collation"},
    [CG_ORPHAN_DELETED] = {"orphan_deleted", A, N, V, "a row without its parent was deleted on the target"},
    [CG_ORPHAN_NULLED] = {"orphan_nulled", A, N, V, "a reference without its parent became NULL on the target"},
    [CG_ROW_REJECTED] = {"row_rejected", A, N, V, "a row was set aside"},
    [CG_SOURCE_MOVED] = {"source_moved", A, D, O, "the source was written to after the snapshot"},
};

int cg_conversion_by_name(const char *name) {
    for (int i = 0; i < CG_CONVERSION_COUNT; i++)
        if (strcmp(cg_conversions[i].name, name) == 0)
            return i;
    return -1;
}

cg_conversion_set cg_conversions_allowed_by_default(void) {
    cg_conversion_set set = 0;
    for (int i = 0; i < CG_CONVERSION_COUNT; i++)
        if (cg_conversions[i].allowed)
            set |= CG_CONVERSION_BIT(i);
    return set;
}
