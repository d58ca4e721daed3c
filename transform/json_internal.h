/* Shared by the files that make JSON canonical (json.c, json_number.c, json_order.c); private to them. */
#ifndef CG_TRANSFORM_JSON_INTERNAL_H
#define CG_TRANSFORM_JSON_INTERNAL_H

#include "core/buffer.h"

#include <stdbool.h>

/* One key and value of an object, as offsets into the canonical text. */
struct cg_json_member {
    size_t start;   /* of the key's opening quote */
    size_t key_end; /* behind its closing quote */
    size_t end;     /* behind the value */
};

/* Appends the canonical form of a number to out, where len + CG_JSON_NUMBER_ROOM bytes are free, and adds to *findings.
 * number: valid JSON. keep_minus_zero: -0 stays -0. */
enum { CG_JSON_NUMBER_ROOM = 32 };
void cg_json_put_number(struct cg_slice number, bool keep_minus_zero, struct cg_buffer *out, unsigned *findings);

/* Less than, equal to or greater than 0: keys byte by byte, without their quotes ('"' would sort a key behind those
 * that go on with a space or '!'). */
static inline int cg_json_compare_keys(const unsigned char *text, const struct cg_json_member *a,
                                       const struct cg_json_member *b) {
    const unsigned char *x = text + a->start + 1, *y = text + b->start + 1;
    if (x[0] != y[0]) { /* settles most; an empty key's first byte is its closing quote */
        bool x_empty = a->key_end - a->start == 2, y_empty = b->key_end - b->start == 2;
        if (!x_empty && !y_empty)
            return x[0] < y[0] ? -1 : 1;
        return x_empty ? -1 : 1;
    }
    size_t x_len = a->key_end - a->start - 2, y_len = b->key_end - b->start - 2;
    int order = memcmp(x, y, x_len < y_len ? x_len : y_len);
    return order ? order : (x_len > y_len) - (x_len < y_len);
}
/* Rewrites the object whose first member begins where members[0] does and whose last ends at text->len: sorted by key,
 * stable; of equal keys only the last stays unless keep_duplicates. Adds to *findings when there were equal keys.
 * scratch and spare are overwritten. */
CG_MUST_USE int cg_json_order(struct cg_buffer *text, struct cg_json_member *members, size_t count,
                              bool keep_duplicates, struct cg_buffer *scratch, struct cg_buffer *spare,
                              unsigned *findings, struct cg_error *err);

#endif
