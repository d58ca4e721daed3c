/* How MySQL and MariaDB spell literals and labels in information_schema; see catalog_internal.h. */
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

const char *cg_mysql_read_literal(const char *text, char *out, size_t *ret_len) {
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
    const char *end = cg_mysql_read_literal(quote, value, ret_len);
    return end && *end == '\0' ? value : NULL;
}

void cg_mysql_unescape(char *text) {
    char *out = text;
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
    *out = '\0';
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
        at = cg_mysql_read_literal(at, label, &len);
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
