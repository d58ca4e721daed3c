/* A growable byte buffer that declares its maximum when it is made, and the big-endian writers that a row image needs.
 *
 * Growth is the only thing that can fail. The hot path reserves once per field (cg_buffer_reserve) and then uses the
 * unchecked cg_put_* writers on the space it reserved. */
#ifndef CG_CORE_BUFFER_H
#define CG_CORE_BUFFER_H

#include "core/error.h"
#include "core/slice.h"

#include <stdint.h>

struct cg_buffer {
    unsigned char *data;
    size_t len; /* bytes in use */
    size_t cap; /* bytes allocated */
    size_t max; /* bytes it may ever hold */
};

/* An empty buffer; allocates nothing. max: the most bytes it may ever hold. */
void cg_buffer_init(struct cg_buffer *b, size_t max);
/* Frees the bytes. Accepts a zeroed struct. */
void cg_buffer_done(struct cg_buffer *b);
/* Makes room for `more` bytes after len. Fails with CG_ERR_SYSTEM beyond max or when memory is out. */
CG_MUST_USE int cg_buffer_grow(struct cg_buffer *b, size_t more, struct cg_error *err);

CG_MUST_USE static inline int cg_buffer_reserve(struct cg_buffer *b, size_t more, struct cg_error *err) {
    return b->cap - b->len >= more ? 0 : cg_buffer_grow(b, more, err);
}

CG_MUST_USE int cg_buffer_append(struct cg_buffer *b, const void *bytes, size_t len, struct cg_error *err);
/* Text, without its terminator. */
CG_MUST_USE int cg_buffer_text(struct cg_buffer *b, const char *text, struct cg_error *err);
/* printf into the buffer; the terminator is written behind len and not counted. */
CG_MUST_USE int cg_buffer_printf(struct cg_buffer *b, struct cg_error *err, const char *format, ...) CG_PRINTF(3, 4);
/* Writes a terminator behind len, not counted, and returns the text; NULL when there is no room for it. */
CG_MUST_USE const char *cg_buffer_cstr(struct cg_buffer *b, struct cg_error *err);

static inline struct cg_slice cg_buffer_slice(const struct cg_buffer *b) {
    return (struct cg_slice){b->data, b->len};
}

/* Unchecked writers: the space must have been reserved. Network byte order. */
static inline void cg_put_bytes(struct cg_buffer *b, const void *bytes, size_t len) {
    if (len) {
        memcpy(b->data + b->len, bytes, len);
        b->len += len;
    }
}
static inline void cg_put_u8(struct cg_buffer *b, uint8_t v) {
    b->data[b->len++] = v;
}
static inline void cg_put_u16(struct cg_buffer *b, uint16_t v) {
    v = __builtin_bswap16(v);
    cg_put_bytes(b, &v, sizeof v);
}
static inline void cg_put_u32(struct cg_buffer *b, uint32_t v) {
    v = __builtin_bswap32(v);
    cg_put_bytes(b, &v, sizeof v);
}
static inline void cg_put_u64(struct cg_buffer *b, uint64_t v) {
    v = __builtin_bswap64(v);
    cg_put_bytes(b, &v, sizeof v);
}

/* Readers for network byte order, from any alignment. */
static inline uint16_t cg_get_u16(const unsigned char *p) {
    return (uint16_t)((p[0] << 8) | p[1]);
}
static inline uint32_t cg_get_u32(const unsigned char *p) {
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return __builtin_bswap32(v);
}

#endif
