/* A growable byte buffer with a maximum; see buffer.h. */
#include "core/buffer.h"

#include <stdio.h>
#include <stdlib.h>

void cg_buffer_init(struct cg_buffer *b, size_t max) {
    *b = (struct cg_buffer){.max = max};
}

void cg_buffer_done(struct cg_buffer *b) {
    free(b->data);
    *b = (struct cg_buffer){0};
}

int cg_buffer_grow(struct cg_buffer *b, size_t more, struct cg_error *err) {
    if (more <= b->cap - b->len)
        return 0;
    if (b->len > b->max || more > b->max - b->len)
        return cg_error_set(err, CG_ERR_SYSTEM, "%zu bytes would not fit into a buffer of at most %zu bytes",
                            b->len + more, b->max);
    size_t needed = b->len + more;
    size_t cap = b->cap < 256 ? 256 : b->cap;
    while (cap < needed)
        cap = cap > b->max / 2 ? b->max : cap * 2;
    if (cap > b->max)
        cap = b->max;
    unsigned char *data = realloc(b->data, cap);
    if (!data)
        return cg_error_memory(err);
    b->data = data;
    b->cap = cap;
    return 0;
}

int cg_buffer_append(struct cg_buffer *b, const void *bytes, size_t len, struct cg_error *err) {
    if (cg_buffer_reserve(b, len, err) < 0)
        return -1;
    cg_put_bytes(b, bytes, len);
    return 0;
}

int cg_buffer_text(struct cg_buffer *b, const char *text, struct cg_error *err) {
    return cg_buffer_append(b, text, strlen(text), err);
}

int cg_buffer_printf(struct cg_buffer *b, struct cg_error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return cg_error_set(err, CG_ERR_INTERNAL, "text cannot be formatted");
    if (cg_buffer_reserve(b, (size_t)len + 1, err) < 0)
        return -1;
    va_start(args, format);
    vsnprintf((char *)b->data + b->len, (size_t)len + 1, format, args);
    va_end(args);
    b->len += (size_t)len;
    return 0;
}

const char *cg_buffer_cstr(struct cg_buffer *b, struct cg_error *err) {
    if (cg_buffer_reserve(b, 1, err) < 0)
        return NULL;
    b->data[b->len] = '\0';
    return (const char *)b->data;
}
