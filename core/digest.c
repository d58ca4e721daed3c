/* The digest of a set of rows; see digest.h. */
#include "core/digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <inttypes.h>
#include <stdio.h>

static void add_128(struct cg_digest *digest, uint64_t low, uint64_t high) {
    digest->low += low;
    digest->high += high + (digest->low < low);
}

void cg_digest_row(struct cg_digest *digest, const void *image, size_t len) {
    XXH128_hash_t hash = XXH3_128bits(image, len);
    add_128(digest, hash.low64, hash.high64);
    digest->rows++;
}

void cg_digest_add(struct cg_digest *digest, const struct cg_digest *more) {
    add_128(digest, more->low, more->high);
    digest->rows += more->rows;
}

bool cg_digest_equal(const struct cg_digest *a, const struct cg_digest *b) {
    return a->low == b->low && a->high == b->high && a->rows == b->rows;
}

void cg_digest_hex(const struct cg_digest *digest, char ret_hex[33]) {
    snprintf(ret_hex, 33, "%016" PRIx64 "%016" PRIx64, digest->high, digest->low);
}
