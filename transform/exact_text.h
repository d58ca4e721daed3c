/* A source's value as text that loses nothing: the fields of a rejects file (docs/rejects.md).
 *
 * Numbers, dates and decimals are spelled as the source prints them, text stands for itself, a BIT is its digits, a
 * VECTOR its numbers in brackets. What plain text cannot say begins with a backslash, and nothing else does:
 *
 *   \x6100ff     bytes in hexadecimal: BINARY, BLOB, GEOMETRY (SRID and WKB as the source stores them), and any text
 *                that holds a NUL byte, is not valid UTF-8, or begins with a backslash itself
 *   \gbk:8140    bytes of that character set, as stored: a text that the source's conversion to UTF-8 would change
 *   \0           an ENUM's index 0, which is no label
 *
 * NULL is no text at all; the caller writes it. */
#ifndef CG_TRANSFORM_EXACT_TEXT_H
#define CG_TRANSFORM_EXACT_TEXT_H

#include "core/catalog.h"
#include "core/error.h"
#include "core/value.h"

/* Takes the next piece of a text; pieces are at most CG_TEXT_PIECE bytes. */
typedef int cg_text_sink(void *context, struct cg_slice piece, struct cg_error *err);
enum { CG_TEXT_PIECE = 32 * 1024 };

/* Hands the value's text to the sink, in pieces, so that memory does not depend on its size. value: not NULL (kind).
 * stored: the bytes as the source stores them, needed when value->substituted is set; else {NULL, 0}. Returns what the
 * sink returned when that was not 0. */
CG_MUST_USE int cg_exact_text(const struct cg_type *type, const struct cg_value *value, struct cg_slice stored,
                              cg_text_sink *sink, void *context, struct cg_error *err);

#endif
