/* UTF-8 as PostgreSQL validates it (pg_utf8_islegal): no overlong forms, no surrogates, nothing above U+10FFFF. NUL is
 * told apart, because a text that is otherwise fine may hold one and PostgreSQL cannot (R10, R19). */
#ifndef CG_CORE_UTF8_H
#define CG_CORE_UTF8_H

#include "core/slice.h"

#include <stdbool.h>

enum cg_utf8 {
    CG_UTF8_CLEAN = 0,
    CG_UTF8_HAS_NUL, /* valid, with at least one NUL byte */
    CG_UTF8_INVALID,
};

/* Reads the whole text. With CG_UTF8_INVALID *ret_at (may be NULL) is the offset of the first bad byte. */
enum cg_utf8 cg_utf8_check(struct cg_slice text, size_t *ret_at);
/* How many characters a valid text has. */
size_t cg_utf8_length(struct cg_slice text);
/* The bytes of the character that begins at p (at most left): 0 when it is not a valid one. */
size_t cg_utf8_character(const unsigned char *p, size_t left);
/* Writes a code point (not a surrogate, at most U+10FFFF) and returns its bytes, 1 to 4. */
size_t cg_utf8_put(unsigned char *to, unsigned code_point);

#endif
