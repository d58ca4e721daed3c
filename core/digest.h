/* The digest of a set of rows: the sum modulo 2^128 of XXH3-128 over each row's canonical image, and the count.
 *
 * A sum does not care about order or about how the set was cut, and duplicates cannot cancel out (never XOR). Only rows
 * read under the same canonical form (transform/canonical.h) are comparable. */
#ifndef CG_CORE_DIGEST_H
#define CG_CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cg_digest {
    uint64_t low, high; /* the sum */
    uint64_t rows;
};

/* Adds one row's canonical image. */
void cg_digest_row(struct cg_digest *digest, const void *image, size_t len);
/* Adds a set to a set. */
void cg_digest_add(struct cg_digest *digest, const struct cg_digest *more);
/* Same sum and same count. */
bool cg_digest_equal(const struct cg_digest *a, const struct cg_digest *b);
/* 32 lower-case hexadecimal digits, high half first, and the terminator. */
void cg_digest_hex(const struct cg_digest *digest, char ret_hex[33]);

#endif
