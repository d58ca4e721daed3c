/* A run's foreign keys, and what the rows are to each: how many break it on the target, and what the source says of
 * those. Shared by the files that deal with orphans. */
#ifndef CG_PIPELINES_REFERENCE_H
#define CG_PIPELINES_REFERENCE_H

#include "load/orphans.h"
#include "pipelines/run.h"

struct cg_run_reference {
    size_t number;        /* among the run's */
    size_t child, parent; /* tables of the run */
    const struct cg_foreign_key *source, *target;
    uint64_t broken; /* rows of the child that break it, as last counted */
    bool sorted;     /* the source was asked: found holds what it said */
    struct cg_orphans_found found;
    struct cg_error why_not; /* why the source could not be asked, or nothing can be done; cls CG_ERR_NONE: nothing */
    bool due;                /* cg_orphans_act has to look at it (again) */
};

struct cg_run_references {
    struct cg_run_reference *items;
    size_t count;
};

/* The source's foreign key that one of the plan's target stands for; NULL when there is none. */
const struct cg_foreign_key *cg_reference_source(const struct cg_plan *plan, const struct cg_table_plan *child,
                                                 const struct cg_foreign_key *target);
/* Every foreign key of the plan whose two tables move. */
CG_MUST_USE int cg_references_make(const struct cg_run *run, struct cg_run_references *ret_references,
                                   struct cg_error *err);
struct cg_orphan_place cg_reference_place(const struct cg_run *run, const struct cg_run_reference *reference);
/* Counts the rows that break each one, side by side in the run's pool. An error of one key's is in its why_not. */
CG_MUST_USE int cg_references_count(struct cg_run *run, struct cg_run_references *references, struct cg_error *err);
/* Asks the source about the rows that break it and tells them apart on the target. What keeps that from being done is
 * in why_not; -1 only when the job cannot go on. */
CG_MUST_USE int cg_reference_sort(struct cg_run *run, struct cg_run_reference *reference, struct cg_error *err);
/* Is an error one that a statement met, so that the job goes on without it? */
bool cg_reference_error_is_local(struct cg_run *run, const struct cg_error *err);

#endif
