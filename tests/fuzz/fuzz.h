/* What the fuzz targets share: the entry point that libFuzzer and replay.c call, and a reader that makes numbers and
 * texts of the input. A target aborts when a property that must hold does not. */
#ifndef CG_TESTS_FUZZ_H
#define CG_TESTS_FUZZ_H

#include "core/slice.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define fuzz_require(condition)                                                                                        \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                             \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* What is left of the input. Reading beyond its end gives zeros. */
struct fuzz_input {
    const uint8_t *data;
    size_t size;
};

static inline uint64_t fuzz_number(struct fuzz_input *input, size_t bytes) {
    uint64_t number = 0;
    for (; bytes && input->size; bytes--, input->size--)
        number = number << 8 | *input->data++;
    return number;
}

static inline size_t fuzz_below(struct fuzz_input *input, size_t n) {
    return (size_t)fuzz_number(input, n > 256 ? 2 : 1) % n;
}

static inline bool fuzz_flag(struct fuzz_input *input) {
    return fuzz_number(input, 1) & 1;
}

/* The next bytes, as many as there are. */
static inline struct cg_slice fuzz_bytes(struct fuzz_input *input, size_t most) {
    struct cg_slice bytes = {input->data, most < input->size ? most : input->size};
    input->data += bytes.len;
    input->size -= bytes.len;
    return bytes;
}

/* A copy in memory of exactly its size, so that reading beyond it is seen; freed by the caller. */
static inline unsigned char *fuzz_copy(struct cg_slice bytes) {
    unsigned char *copy = malloc(bytes.len ? bytes.len : 1);
    fuzz_require(copy);
    if (bytes.len)
        memcpy(copy, bytes.data, bytes.len);
    return copy;
}

/* The bytes up to the first NUL as text, likewise. */
static inline char *fuzz_text(struct cg_slice bytes) {
    size_t len = bytes.len ? strnlen((const char *)bytes.data, bytes.len) : 0;
    char *text = malloc(len + 1);
    fuzz_require(text);
    if (len)
        memcpy(text, bytes.data, len);
    text[len] = '\0';
    return text;
}

#endif
