/* Reading two databases at once and digesting their tables (R23, R24): the evidence that rows are the same.
 *
 * Each side has a feed and `jobs` readers; both run at the same time, each cut in its own cheapest way. The source's
 * rows pass through the encoders into the target's domain, the target's own images are taken as they come; both are
 * hashed in the canonical form. */
#ifndef CG_PIPELINES_SCAN_H
#define CG_PIPELINES_SCAN_H

#include "core/progress.h"
#include "extract/source.h"
#include "pipelines/control.h"
#include "transform/encoder.h"

enum cg_side { CG_SIDE_SOURCE, CG_SIDE_TARGET, CG_SIDES };

/* What one side of a pair was found to hold. */
struct cg_scan_side {
    int chunks, chunks_done;
    bool walked;
    struct cg_digest digest;
    uint64_t bytes;
    struct cg_error error; /* cls not CG_ERR_NONE: this side could not be read wholly */
};

struct cg_scan_pair {
    const struct cg_table *table[CG_SIDES];
    const struct cg_column **columns[CG_SIDES]; /* column_count each, in image order */
    size_t column_count;
    struct cg_encoder_plan *encoder; /* CG_MISFIT_DIFFER; NULL: the pair is not read */

    pthread_mutex_t lock; /* guards what follows */
    struct cg_scan_side side[CG_SIDES];
    struct cg_conversion_tally *tallies; /* [column_count * CG_CONVERSION_COUNT], malloc'd; NULL until one is needed */
    uint64_t misfits;                    /* rows with a value that has no exact image */
    size_t misfit_column;
    char misfit_key[CG_SAMPLE_KEY_SIZE];
    double started, ended; /* cg_now's clock */
};

struct cg_scan {
    struct cg_source *source[CG_SIDES]; /* snapshots open, with at least jobs + 1 sessions free each */
    struct cg_scan_pair *pairs;
    size_t pair_count;
    int jobs;
    struct cg_control *control;
    struct cg_progress *progress; /* items: one for each pair; counts the source side's rows */
};

/* Reads everything; errors of single tables are in the pairs. -1 only when the job was stopped or could not start. */
CG_MUST_USE int cg_scan_run(struct cg_scan *scan, struct cg_error *err);
/* Were all chunks of that side read to their end? */
bool cg_scan_side_complete(const struct cg_scan_side *side);
/* Frees what a pair allocated and its lock. */
void cg_scan_pair_done(struct cg_scan_pair *pair);

#endif
