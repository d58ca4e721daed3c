/* Canaries: for each pair of types that a run has, one awkward value and the text that PostgreSQL must print for it,
 * both written down here by hand. They stand against a fault that loader and verifier would share (design, section 6).
 */
#ifndef CG_VERIFY_CANARY_H
#define CG_VERIFY_CANARY_H

#include "core/arena.h"
#include "core/catalog.h"
#include "core/error.h"

struct cg_canary_value {
    const char *json;     /* the value as a JSON scalar, as struct cg_canary wants it */
    const char *expected; /* the text that the target prints for it */
};

/* 1: *ret_value is the canary for this pair; 0: there is none, *ret_why says why; -1: err. Strings live in the arena.
 * source: a MySQL or MariaDB type; target: the PostgreSQL type as its catalog has it. */
CG_MUST_USE int cg_canary_choose(const struct cg_type *source, const struct cg_type *target, struct cg_arena *arena,
                                 struct cg_canary_value *ret_value, const char **ret_why, struct cg_error *err);

#endif
