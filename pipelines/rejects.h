/* Setting rows aside (--on-error reject): rows that cannot be converted, and rows that the target refuses, are left out
 * of their chunk, entered into the ledger with it, and written whole into their table's file (docs/rejects.md).
 *
 * A lane only notes that a chunk has such rows: the reader how many could not be converted, the writer the images that
 * the target refused. When the chunk is about to be committed it is read a second time, from the same snapshot, on a
 * session of its own, and the rows are picked out: so nothing of them has to be held in memory, however large they are,
 * and what is kept and what is set aside must add up to what was read the first time. A chunk without such rows, as
 * nearly all are, costs nothing of this. */
#ifndef CG_PIPELINES_REJECTS_H
#define CG_PIPELINES_REJECTS_H

#include "pipelines/conversion_counts.h"
#include "pipelines/feed.h"
#include "pipelines/run.h"

/* Everything that is done for a run that sets rows aside; NULL in a run that does not. */
struct cg_rejects;

/* Under --on-error reject: run->rejects for the tables that move, and its session of the snapshot. */
CG_MUST_USE int cg_rejects_new(struct cg_run *run, struct cg_error *err);
void cg_rejects_free(struct cg_run *run);

/* Counts a row of a table as set aside. Any thread. CG_ERR_DATA when that is one more than --max-rejects allows; why:
 * what is wrong with the row. */
CG_MUST_USE int cg_rejects_count(struct cg_run *run, size_t table, const char *why, struct cg_error *err);

/* Images that the target refused in one chunk, and why; one writer's. */
struct cg_refusals;
struct cg_refusals *cg_refusals_new(struct cg_run *run, size_t table); /* NULL when memory is out */
void cg_refusals_free(struct cg_refusals *refusals);                   /* accepts NULL */
/* A cg_refused_fn; context: the refusals. Refuses in turn what is not the row's own fault (a foreign key). */
int cg_refusals_add(void *refusals, struct cg_slice image, const struct cg_error *why, struct cg_error *err);

/* A chunk that was written, with rows that are to be set aside. result and conversions: of all its rows that could be
 * converted; misfits: how many could not. */
struct cg_reject_chunk {
    const struct cg_work *work;
    struct cg_refusals *refusals;
    uint64_t misfits;
    struct cg_chunk_result result;
};
enum cg_reject_outcome {
    CG_REJECT_COMMITTED, /* chunk->result says what was kept */
    CG_REJECT_GIVEN_UP,  /* the table failed for something on our side, and was told; the chunk was rolled back */
    CG_REJECT_FAILED,    /* the target failed: err */
};
/* How many rows are to be set aside. */
uint64_t cg_reject_chunk_rows(const struct cg_reject_chunk *chunk);
/* Are there any? */
bool cg_reject_chunk_any(const struct cg_reject_chunk *chunk);
/* Reads the chunk again, writes its rejected rows to the file, enters them into the ledger, commits. */
enum cg_reject_outcome cg_reject_chunk_commit(struct cg_run *run, struct cg_target_session *session,
                                              struct cg_reject_chunk *chunk, struct cg_error *err);

/* All rows of the table are settled: its file gets its name. */
CG_MUST_USE int cg_rejects_finish(struct cg_run *run, size_t table, struct cg_error *err);
/* The file of a table's rejected rows as it is named now, in the arena; "" when there is none. */
const char *cg_rejects_path(struct cg_run *run, size_t table, struct cg_arena *arena);

#endif
