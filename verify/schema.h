/* Schema evidence: every object of the source accounted for on the target, and what exists only there. Fills
 * report->objects and, for databases that others moved, report->losses. */
#ifndef CG_VERIFY_SCHEMA_H
#define CG_VERIFY_SCHEMA_H

#include "core/catalog.h"
#include "core/options.h"
#include "transform/plan.h"
#include "verify/report.h"

struct cg_session;

struct cg_schema_input {
    const struct cg_catalog *source;
    const struct cg_catalog *target; /* read back from the server */
    /* The names, keys, foreign keys and defaults that stand for the source's on a PostgreSQL target: of the run, or,
     * for a pair of databases that exists, what leads to the target as it is (R24). */
    const struct cg_plan *plan;
    bool of_run; /* the plan is of the run: a type that it chose is meant, however narrow */
    const struct cg_options *options;
    struct cg_session *session; /* of the target, not in use: it tells how expressions are spelled; NULL: nobody does */
    struct cg_arena *arena;
    struct cg_report *report; /* its tables are set; tables that failed are not looked into */
};

/* Compares tables, columns (types, NOT NULL, defaults, generation, identity and its next value), checks, keys, indexes,
 * foreign keys, triggers that stand for ON UPDATE, views, sequences; what only the target has is told. The rows come
 * first: what they say of generated columns is in the report.
 * Objects of the same kind and name that the report has already (statements that failed) are left as they are. */
CG_MUST_USE int cg_schema_compare(const struct cg_schema_input *input, struct cg_error *err);

/* The plan's losses that really are losses on this target (it has no counterpart) into report->losses. For verify; a
 * migration tells its plan's losses as they are. */
CG_MUST_USE int cg_schema_losses(const struct cg_schema_input *input, struct cg_error *err);

/* A loss of the plan into report->losses. */
CG_MUST_USE int cg_schema_add_loss(const struct cg_loss *loss, struct cg_arena *arena, struct cg_report *report,
                                   struct cg_error *err);

#endif
