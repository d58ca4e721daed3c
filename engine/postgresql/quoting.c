/* Names and literals in SQL. Every name is quoted, so that none is folded or taken for a keyword. */
#include "engine/postgresql/connection.h"

/* Appends text between two `mark`s, every mark inside doubled. */
static int put_between(struct cg_buffer *b, const char *text, char mark, struct cg_error *err) {
    size_t len = strlen(text);
    if (cg_buffer_reserve(b, 2 * len + 2, err))
        return -1;
    cg_put_u8(b, (uint8_t)mark);
    for (const char *c = text; *c; c++) {
        if (*c == mark)
            cg_put_u8(b, (uint8_t)mark);
        cg_put_u8(b, (uint8_t)*c);
    }
    cg_put_u8(b, (uint8_t)mark);
    return 0;
}

int cg_pg_put_name(struct cg_buffer *b, const char *name, struct cg_error *err) {
    return put_between(b, name, '"', err);
}

int cg_pg_put_qualified(struct cg_buffer *b, const char *schema, const char *name, struct cg_error *err) {
    if (cg_pg_put_name(b, schema, err) || cg_buffer_text(b, ".", err))
        return -1;
    return cg_pg_put_name(b, name, err);
}

int cg_pg_put_type(struct cg_buffer *b, const struct cg_type *type, struct cg_error *err) {
    if (!type->schema)
        return cg_buffer_text(b, type->full, err);
    if (cg_pg_put_qualified(b, type->schema, type->name, err) < 0)
        return -1;
    return type->array ? cg_buffer_text(b, "[]", err) : 0;
}

int cg_pg_put_literal(struct cg_buffer *b, const char *text, struct cg_error *err) {
    return put_between(b, text, '\'', err);
}
