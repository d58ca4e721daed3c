/* The plan: from the source's catalog to the target's, with every decision, declared conversion and loss written down.
 *
 * Pure: catalogs, facts and maps in, a plan out. A table that cannot be planned (no rule maps a type) is in the plan
 * with `failed` set; it never stops the others. */
#ifndef CG_TRANSFORM_PLAN_H
#define CG_TRANSFORM_PLAN_H

#include "core/catalog.h"
#include "core/conversions.h"
#include "core/facts.h"
#include "core/options.h"
#include "transform/typemap.h"

struct cg_column_plan {
    const struct cg_column *source;
    struct cg_column *target;   /* in the plan's target catalog */
    cg_conversion_set allowed;  /* per-value conversions that a rule allows */
    cg_conversion_set accepted; /* those allowed by the user's own map: acceptance included */
    const char *rule;           /* where the rule stands: "default map, rule 12", "my.yaml:7", "--map-column" */
};

struct cg_table_plan {
    const struct cg_table *source;
    struct cg_table *target;        /* NULL when failed or excluded */
    struct cg_column_plan *columns; /* in the source's order, generated ones included */
    size_t column_count;
    bool excluded;
    const char *failed, *failed_hint; /* why it cannot be planned, and the rule that would help; NULL when it can */
};

/* A choice that was taken from the data (R32), or something else about a column that a person should know. */
struct cg_decision {
    const char *table, *column; /* or a view, and "" */
    const char *source_type, *target_type;
    const char *reason; /* "values 0 to 1 in 3,000,000 rows" */
    const char *pin;    /* the target as a rule of a map writes it; NULL when there is nothing to pin */
    const char *check;  /* the rule's check template, or NULL */
    bool nullable;      /* NOT NULL was dropped */
};

/* Something that cannot be carried and that no named loss covers: a blocker, the verdict cannot be SAFE (R13). */
struct cg_plan_problem {
    const char *kind; /* "unknown", "sequence" */
    const char *name, *text, *reason;
};

/* Something worth knowing that loses no value and needs no acceptance. */
struct cg_plan_note {
    const char *object, *text; /* "index customer.k_name"; a sentence */
};

/* A named loss or a conversion declared once per column or object. */
struct cg_loss {
    enum cg_conversion conversion;
    const char *kind;   /* object kind for the report: "view", "index", "default", "column", ... */
    const char *table;  /* or NULL */
    const char *column; /* or NULL */
    const char *name;   /* the object's: "customer_list", "orders.k_cust", "film.rating" */
    const char *text;   /* source text, or "" */
    const char *reason;
    bool accepted_by_map;
};

/* What stands on the target for an expression, a SELECT or a clause of the source that PostgreSQL has other words for.
 */
struct cg_translation {
    const char *kind;   /* as the report's objects and cg_ddl have it: "default", "generated column", "check", "index",
                           "unique", "view", "trigger" */
    const char *name;   /* by the target's names: "orders.total", "customer_list" */
    const char *source; /* the source's text */
    const char *text;   /* PostgreSQL's; "" of triggers, whose statements tell it */
    const char *note;   /* what differs in cases that the text cannot cover, as clauses; or NULL */
};

struct cg_plan {
    struct cg_catalog *target; /* what shall be made */
    struct cg_table_plan *tables;
    size_t table_count;
    struct cg_decision *decisions;
    size_t decision_count;
    struct cg_loss *losses;
    size_t loss_count;
    struct cg_plan_problem *problems;
    size_t problem_count;
    struct cg_plan_note *notes;
    size_t note_count;
    struct cg_translation *translations;
    size_t translation_count;
};

/* map's --map-column rules must name columns that exist: CG_ERR_USAGE, with near names, when one does not.
 *
 * actual: NULL; or a target that is filled already, and the plan is what leads to it: no rule chooses a type, the
 * columns that are there have theirs (R24), and no table fails for want of a rule. Expressions and views are translated
 * as ever: what the target has is compared with that.
 *
 * has_postgis, has_vector, server_version (as cg_server.version_number; 0: the oldest): what the target offers.
 * refused: translations that the target has refused when they were tried (cg_target_trial): they become the named
 * losses that they would be without a translation. facts: one per source table, in the catalog's order, or NULL when
 * nothing was probed. The plan lives in the arena and points into source. */
struct cg_plan_input {
    const struct cg_catalog *source;
    const struct cg_typemap *map;
    const struct cg_table_facts *facts;
    const struct cg_options *options;
    bool has_postgis, has_vector;
    bool citext_ascii; /* the target's citext knows the case of ASCII letters only */
    int server_version;
    const struct cg_refusal *refused;
    size_t refused_count;
    const struct cg_catalog *actual;
};
CG_MUST_USE int cg_plan_make(const struct cg_plan_input *input, struct cg_arena *arena, struct cg_plan **ret_plan,
                             struct cg_error *err);

/* Writes the decisions as a type map that pins them (--write-map): loading it gives the same plan without a probe. */
CG_MUST_USE int cg_plan_write_map(const struct cg_plan *plan, const char *file, struct cg_error *err);

#endif
