/* Reading two databases at once and digesting their tables (R23, R24): the evidence that rows are the same.
 *
 * Each side has a feed and `jobs` readers; both run at the same time, each cut in its own cheapest way. The source's
 * rows pass through the encoders into the target's domain, the target's own images are taken as they come; both are
 * hashed in the canonical form. Columns that the target generates are read with the others and digested apart. */
#ifndef CG_PIPELINES_SCAN_H
#define CG_PIPELINES_SCAN_H

#include "core/digest_set.h"
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

/* A column that the target generates: it has a digest of its own (R18; scan_generated.h). */
struct cg_scan_generated_column {
    const size_t *columns; /* of the pair: those that tie a value to its row, and the generated one last */
    size_t column_count;
    struct cg_encoder_plan *encoder; /* of these */

    struct cg_digest digest[CG_SIDES]; /* under the pair's lock, as what follows */
    uint64_t misfits;
    char misfit_key[CG_SAMPLE_KEY_SIZE];
};

struct cg_scan_pair {
    const struct cg_table *table[CG_SIDES];
    const struct cg_column **columns[CG_SIDES]; /* column_count each, in image order: the base columns first */
    size_t column_count, base_count;
    struct cg_encoder_plan *encoder;            /* of the base columns; CG_MISFIT_DIFFER; NULL: the pair is not read */
    struct cg_scan_generated_column *generated; /* for the other columns, in their order */
    size_t generated_count;

    struct cg_digest_set *aside; /* rows of the source that are not to be on the target; NULL: none */

    pthread_mutex_t lock; /* guards what follows */
    struct cg_scan_side side[CG_SIDES];
    struct cg_digest aside_digest;       /* of those that were met; side[CG_SIDE_SOURCE].digest is without them */
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
/* Adds to the pair's tallies, whose lock is held; tally may be NULL. -1 when memory is out. */
CG_MUST_USE int cg_scan_add_tally(struct cg_scan_pair *pair, size_t column, enum cg_conversion conversion,
                                  const struct cg_conversion_tally *tally, struct cg_error *err);
/* Frees what a pair allocated and its lock. */
void cg_scan_pair_done(struct cg_scan_pair *pair);

#endif
