/* A set of single rows' digests, in which equal ones count: to find again, in a second reading, exactly those rows that
 * were set aside in the first. Each entry is found once.
 *
 * Filled by one thread; cg_digest_set_take may then be called from any number of them. */
#ifndef CG_CORE_DIGEST_SET_H
#define CG_CORE_DIGEST_SET_H

#include "core/digest.h"
#include "core/error.h"

struct cg_digest_set;

/* NULL when memory is out. */
struct cg_digest_set *cg_digest_set_new(void);
void cg_digest_set_free(struct cg_digest_set *set); /* accepts NULL */
/* Adds the digest of one row. Its number is how many were added before. */
CG_MUST_USE int cg_digest_set_add(struct cg_digest_set *set, const struct cg_digest *row, struct cg_error *err);
/* How many were added. */
size_t cg_digest_set_count(const struct cg_digest_set *set);
/* Finds an entry that was not taken yet and takes it: its number, or -1. */
int64_t cg_digest_set_take(struct cg_digest_set *set, const struct cg_digest *row);
/* How many were not taken. */
size_t cg_digest_set_left(const struct cg_digest_set *set);

#endif
