/* The self-test of a run: canaries of the types that it has (R26). One canary a type: the report says "partial". */
#ifndef CG_PIPELINES_SELFTEST_H
#define CG_PIPELINES_SELFTEST_H

#include "extract/source.h"
#include "load/target.h"
#include "verify/report.h"

struct cg_self_test_pair {
    const struct cg_column *source, *target; /* target: as the target's own catalog has it */
};

struct cg_self_test_input {
    struct cg_session *session;        /* of the source, not in use */
    struct cg_target *target;          /* NULL: no temporary table may be made there */
    struct cg_session *target_session; /* reads the target; used where there is no temporary table (R25); may be NULL */
    const struct cg_self_test_pair *pairs; /* every column pair of the run; equal pairs of types are tried once */
    size_t pair_count;
    struct cg_arena *arena;
    struct cg_report *report; /* gets self_test and self_test_types */
};

/* A canary that failed makes the report's failure CG_ERR_INTERNAL. -1 only when the job was stopped or memory is out; a
 * canary that cannot be flown is reported as not self-tested. */
CG_MUST_USE int cg_self_test_run(const struct cg_self_test_input *input, struct cg_error *err);

#endif
