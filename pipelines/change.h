/* What a run did on purpose to rows of a table on the target, by a named conversion: the two sides are no longer the
 * same there, and the comparison proves that this and nothing else tells them apart. Digests are sums, so it is a sum:
 *
 *   digest(target) + removed = digest(source) + added
 *
 * modulo 2^128, the counts of rows likewise, for the base image and for each column that the target generates.
 * `removed` is of rows as they had arrived, `added` of what they were made into; both were taken of the target's own
 * images, by whoever made the change, in its transaction. */
#ifndef CG_PIPELINES_CHANGE_H
#define CG_PIPELINES_CHANGE_H

#include "core/conversions.h"
#include "core/digest.h"
#include "transform/encoder.h"

struct cg_change_digests {
    struct cg_digest base;
    struct cg_digest *generated; /* generated_count, in the order of the pair's (pipelines/scan.h) */
    size_t generated_count;
};

struct cg_table_change {
    enum cg_conversion conversion;
    const char *column; /* the source's; "" for the row as a whole */
    uint64_t count;     /* rows */
    const char *sample_keys[CG_SAMPLE_KEYS];
    size_t sample_key_count;
    struct cg_change_digests removed, added;
};

struct cg_table_changes {
    struct cg_table_change *items;
    size_t count;
};

enum { CG_CHANGE_BASE = -1 };
/* Adds what was removed to the target's digest and what was added to the source's: equal afterwards, or something else
 * differs. part: CG_CHANGE_BASE, or the number of a generated column. changes may be NULL. */
void cg_changes_account(const struct cg_table_changes *changes, int part, struct cg_digest *source,
                        struct cg_digest *target);

#endif
