/* How MySQL and MariaDB spell literals, labels and expressions in information_schema; see catalog_internal.h. */
#include "core/utf8.h"
#include "engine/mysql/catalog_internal.h"

#include <ctype.h>
#include <string.h>

/* What a backslash and this character stand for inside a literal. */
static char unescaped(char c) {
    switch (c) {
    case '0':
        return '\0';
    case 'b':
        return '\b';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'Z':
        return '\x1a';
    default:
        return c;
    }
}

/* text stands on the opening quote; writes the value (never longer than the text) and returns what follows the closing
 * quote, NULL if there is none. */
static const char *read_literal(const char *text, char *out, size_t *ret_len) {
    size_t len = 0;
    for (text++; *text; text++) {
        if (*text == '\'' && text[1] == '\'') {
            out[len++] = *text++;
        } else if (*text == '\'') {
            out[len] = '\0';
            *ret_len = len;
            return text + 1;
        } else if (*text == '\\' && text[1]) {
            out[len++] = unescaped(*++text);
        } else {
            out[len++] = *text;
        }
    }
    return NULL;
}

/* Past "_utf8mb4" or "N", if the text begins so. */
static const char *skip_introducer(const char *text) {
    if ((*text == 'N' || *text == 'n') && text[1] == '\'')
        return text + 1;
    if (*text != '_')
        return text;
    const char *after = text + 1;
    while (isalnum((unsigned char)*after))
        after++;
    while (*after == ' ')
        after++;
    return *after == '\'' ? after : text;
}

const char *cg_mysql_unquote(struct cg_mysql_reading *reading, const char *text, size_t *ret_len) {
    const char *quote = skip_introducer(text);
    if (*quote != '\'')
        return NULL;
    char *value = cg_arena_alloc(reading->arena, strlen(quote) + 1);
    if (!value) {
        reading->out_of_memory = true;
        return NULL;
    }
    const char *end = read_literal(quote, value, ret_len);
    return end && *end == '\0' ? value : NULL;
}

/* The byte that MySQL took for a character: U+0080 to U+00FF; -1 for any other character beyond ASCII. */
static int byte_of(const unsigned char *at) {
    return (at[0] == 0xC2 || at[0] == 0xC3) && (at[1] & 0xC0) == 0x80 ? (at[0] & 3) << 6 | (at[1] & 0x3F) : -1;
}

/* MySQL 8 takes the bytes of a stored expression for characters: `v` <> 'é' becomes `v` <> 'Ã©'. Takes them back,
 * unless one of them is no byte, or together they are no text (a literal of another charset: _latin1'..'). */
static const char *take_back_bytes(struct cg_mysql_reading *reading, char *text) {
    const unsigned char *in = (unsigned char *)text;
    for (; *in; in++)
        if (*in >= 0x80 && byte_of(in++) < 0)
            return text;
    char *bytes = cg_arena_alloc(reading->arena, strlen(text) + 1);
    if (!bytes) {
        reading->out_of_memory = true;
        return text;
    }
    size_t len = 0;
    for (in = (unsigned char *)text; *in; in++) {
        bytes[len++] = (char)(*in < 0x80 ? *in : byte_of(in));
        in += *in >= 0x80;
    }
    bool is_text = cg_utf8_check((struct cg_slice){(unsigned char *)bytes, len}, NULL) == CG_UTF8_CLEAN;
    return is_text ? bytes : text;
}

const char *cg_mysql_expression(struct cg_mysql_reading *reading, const char *text) {
    if (!text || reading->mariadb || reading->version < 80000)
        return cg_mysql_copy(reading, text);
    char *plain = cg_arena_alloc(reading->arena, strlen(text) + 1);
    if (!plain) {
        reading->out_of_memory = true;
        return "";
    }
    char *out = plain;
    for (; *text; text++) {
        if (*text != '\\' || !text[1]) {
            *out++ = *text;
            continue;
        }
        char c = unescaped(*++text);
        if (*text == '0') { /* a NUL cannot stand in our text: it stays as it would be written in SQL */
            *out++ = '\\';
            c = '0';
        }
        *out++ = c;
    }
    return take_back_bytes(reading, plain);
}

int cg_mysql_labels(struct cg_mysql_reading *reading, const char *column_type, const char ***ret_labels,
                    size_t *ret_count, struct cg_error *err) {
    const char **labels = NULL;
    size_t count = 0;
    const char *at = strchr(column_type, '(');
    for (at = at ? at + 1 : ""; *at == '\''; at += *at == ',') {
        size_t len = 0;
        char *label = cg_arena_alloc(reading->arena, strlen(at) + 1);
        labels = label ? cg_arena_push(reading->arena, labels, &count, sizeof *labels) : NULL;
        if (!labels)
            return cg_error_memory(err);
        at = read_literal(at, label, &len);
        if (!at)
            break;
        labels[count - 1] = label;
    }
    if (!at || *at != ')')
        return cg_error_set(err, CG_ERR_ENGINE, "the labels of %.200s cannot be read", column_type);
    *ret_labels = labels;
    *ret_count = count;
    return 0;
}
