/* Values and keys as text for messages and samples: "id=17", "a=1, b='x'"; private to the encoder. Text is quoted,
 * bytes are in hexadecimal, what cannot be shown is escaped, and what does not fit is cut with "...". */
#ifndef CG_TRANSFORM_DESCRIBE_H
#define CG_TRANSFORM_DESCRIBE_H

#include "core/catalog.h"
#include "core/value.h"

/* Both terminate within size, which must be at least 8. */
void cg_describe_value(const struct cg_type *type, const struct cg_value *value, char *ret_text, size_t size);
/* One part of a key after another: first is true for the first. */
void cg_describe_key_part(const struct cg_column *column, const struct cg_value *value, bool first, char *text,
                          size_t size);

enum { CG_NUMBER_TEXT_SIZE = 40 };
/* A whole number or a float (CG_VALUE_I64, U64, F32, F64) with as many digits as tell it from every other. */
void cg_number_text(const struct cg_value *value, char ret_text[CG_NUMBER_TEXT_SIZE]);

#endif
