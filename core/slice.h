/* A run of bytes that somebody else owns. */
#ifndef CG_CORE_SLICE_H
#define CG_CORE_SLICE_H

#include <stddef.h>
#include <string.h>

struct cg_slice {
    const unsigned char *data; /* may be NULL when len is 0 */
    size_t len;                /* bytes */
};

static inline struct cg_slice cg_slice_text(const char *text) {
    return (struct cg_slice){(const unsigned char *)text, strlen(text)};
}

#endif
