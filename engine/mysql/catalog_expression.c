/* Expressions as they would stand in SQL; see catalog_internal.h.
 *
 * MySQL 8 hands its expressions out twice spoiled: it escapes the text once more (_utf8mb4\'x\'), and it takes the
 * bytes of the text for characters, so that the two bytes of an e with an accent become two letters of two bytes each.
 * Both servers print a literal of another character set with that set's bytes behind its introducer, so that the text
 * as a whole is in no character set at all: such a literal is written in hexadecimal here (_latin1 0xe9), which means
 * the same and can be read, shown and stored. */
#include "core/utf8.h"
#include "engine/mysql/catalog_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A character below U+0100 at text: its number and its bytes in *ret_bytes; -1: another one, or none. */
static int small_character(const char *text, size_t *ret_bytes) {
    unsigned char first = (unsigned char)text[0], second = (unsigned char)(first ? text[1] : 0);
    *ret_bytes = first < 0x80 ? 1 : 2;
    if (first < 0x80)
        return first;
    return (first & 0xfe) == 0xc2 && (second & 0xc0) == 0x80 ? (first & 3) << 6 | (second & 0x3f) : -1;
}

/* Turns the characters of text back into the bytes that they were; leaves a text that has others alone. */
static void characters_to_bytes(char *text) {
    size_t bytes = 0;
    for (const char *at = text; *at; at += bytes)
        if (small_character(at, &bytes) < 0)
            return;
    char *out = text;
    for (const char *at = text; *at; at += bytes)
        *out++ = (char)small_character(at, &bytes);
    *out = '\0';
}

static bool is_ascii(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

/* Whether bytes of this character set mean themselves when they are below 0x80. */
static bool extends_ascii(const char *charset, size_t len) {
    static const char *const others[] = {"ucs2", "utf16", "utf16le", "utf32", "swe7"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strlen(others[i]) == len && strncasecmp(charset, others[i], len) == 0)
            return false;
    return true;
}

/* The introducer that ends at the quote which comes next: its name without the "_", and its length; NULL if none. */
static const char *introducer_before(const char *start, const char *quote, size_t *ret_len) {
    const char *end = quote;
    while (end > start && end[-1] == ' ')
        end--;
    const char *name = end;
    while (name > start && isalnum((unsigned char)name[-1]))
        name--;
    *ret_len = (size_t)(end - name);
    return name > start && name[-1] == '_' && name < end ? name : NULL;
}

bool cg_mysql_has_introducers(const char *text) {
    size_t len = 0;
    for (const char *quote = strchr(text, '\''); quote; quote = strchr(quote + 1, '\''))
        if (introducer_before(text, quote, &len))
            return true;
    return false;
}

/* Whether a literal of len bytes behind this introducer must be written in hexadecimal. */
static bool is_foreign(const char *charset, size_t charset_len, const char *value, size_t len) {
    if (!charset || !len || strncasecmp(charset, "utf8", 4) == 0)
        return false;
    return !is_ascii(value, len) || !extends_ascii(charset, charset_len);
}

/* Copies one literal, which ends before `after`, and returns where the copy ends. */
static char *put_literal(const char *text, const char *at, const char *after, const char *value, size_t len,
                         char *out) {
    size_t charset_len = 0;
    const char *charset = introducer_before(text, at, &charset_len);
    if (!is_foreign(charset, charset_len, value, len)) {
        memcpy(out, at, (size_t)(after - at));
        return out + (after - at);
    }
    out += sprintf(out, " 0x");
    for (size_t i = 0; i < len; i++)
        out += sprintf(out, "%02x", (unsigned char)value[i]);
    return out;
}

const char *cg_mysql_literals(struct cg_mysql_reading *reading, const char *text) {
    size_t len = strlen(text), value_len = 0;
    char *plain = cg_arena_alloc(reading->arena, 2 * len + 1), *value = cg_arena_alloc(reading->arena, len + 1);
    if (!plain || !value) {
        reading->out_of_memory = true;
        return "";
    }
    char *out = plain;
    for (const char *at = text; *at;) {
        const char *after = *at == '\'' ? cg_mysql_read_literal(at, value, &value_len) : NULL;
        const char *name_end = *at == '`' ? strchr(at + 1, '`') : NULL;
        if (after) {
            out = put_literal(text, at, after, value, value_len, out);
            at = after;
        } else {
            size_t bytes = name_end ? (size_t)(name_end + 1 - at) : 1;
            memcpy(out, at, bytes);
            out += bytes;
            at += bytes;
        }
    }
    *out = '\0';
    return plain;
}

const char *cg_mysql_expression(struct cg_mysql_reading *reading, const char *text) {
    if (!text)
        return NULL;
    if (reading->mariadb || reading->version < 80000)
        return cg_mysql_copy(reading, text);
    char *plain = cg_arena_strdup(reading->arena, text), *bytes = cg_arena_alloc(reading->arena, strlen(text) + 1);
    if (!plain || !bytes) {
        reading->out_of_memory = true;
        return "";
    }
    cg_mysql_unescape(plain);
    characters_to_bytes(strcpy(bytes, plain));
    const char *spelled = cg_mysql_literals(reading, bytes);
    bool is_text = cg_utf8_check(cg_slice_text(spelled), NULL) == CG_UTF8_CLEAN;
    return is_text ? spelled : cg_mysql_literals(reading, plain);
}
