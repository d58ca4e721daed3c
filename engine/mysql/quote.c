/* Names and literals in SQL text for MySQL and MariaDB; see connection.h. The session has sql_mode='' and utf8mb4,
 * where a backslash escapes inside a literal and no multibyte character holds an ASCII byte. */
#include "engine/mysql/connection.h"

int cg_mysql_put_name(struct cg_buffer *b, const char *name, struct cg_error *err) {
    size_t len = strlen(name);
    if (cg_buffer_reserve(b, len * 2 + 2, err) < 0)
        return -1;
    cg_put_u8(b, '`');
    for (size_t i = 0; i < len; i++) {
        if (name[i] == '`')
            cg_put_u8(b, '`');
        cg_put_u8(b, (uint8_t)name[i]);
    }
    cg_put_u8(b, '`');
    return 0;
}

int cg_mysql_put_literal(struct cg_buffer *b, struct cg_slice text, struct cg_error *err) {
    if (cg_buffer_reserve(b, text.len * 2 + 2, err) < 0)
        return -1;
    cg_put_u8(b, '\'');
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (c == 0) {
            cg_put_bytes(b, "\\0", 2);
            continue;
        }
        if (c == '\'' || c == '\\')
            cg_put_u8(b, '\\');
        cg_put_u8(b, c);
    }
    cg_put_u8(b, '\'');
    return 0;
}
