/* Text and numbers on their way into the ledger and out of it. */
#include "load/postgresql/internal.h"

#include <errno.h>
#include <stdlib.h>

/* ---- UTF-8, as strict as PostgreSQL: no overlong forms, no surrogates, nothing above U+10FFFF ---- */

/* How many bytes the valid character at c has; 0 when it is none. */
static size_t character_bytes(const unsigned char *c) {
    if (c[0] < 0x80)
        return 1;
    size_t len = c[0] >= 0xC2 && c[0] <= 0xDF   ? 2
                 : c[0] >= 0xE0 && c[0] <= 0xEF ? 3
                 : c[0] >= 0xF0 && c[0] <= 0xF4 ? 4
                                                : 0;
    for (size_t i = 1; i < len; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    bool refused = (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xED && c[1] > 0x9F) || (c[0] == 0xF0 && c[1] < 0x90) ||
                   (c[0] == 0xF4 && c[1] > 0x8F);
    return refused ? 0 : len;
}

const char *cg_pgload_clean_text(struct cg_arena *arena, const char *text) {
    if (!text)
        return NULL;
    char *clean = cg_arena_array(arena, strlen(text) + 1, 3); /* every byte may become U+FFFD */
    if (!clean)
        return NULL;
    char *to = clean;
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        size_t len = character_bytes(c);
        memcpy(to, len ? (const char *)c : "\xEF\xBF\xBD", len ? len : 3);
        to += len ? len : 3;
        c += len ? len : 1;
    }
    *to = '\0';
    return clean;
}

static int put_element(struct cg_buffer *b, const char *text, struct cg_error *err) {
    if (cg_buffer_reserve(b, 2 * strlen(text) + 3, err))
        return -1;
    if (b->len > 1)
        cg_put_u8(b, ',');
    cg_put_u8(b, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            cg_put_u8(b, '\\');
        cg_put_u8(b, (uint8_t)*text);
    }
    cg_put_u8(b, '"');
    return 0;
}

int cg_pgload_array_text(struct cg_arena *arena, const char *const *texts, size_t count, const char **ret_text,
                         struct cg_error *err) {
    struct cg_buffer b;
    cg_buffer_init(&b, 1 << 30);
    int rc = cg_buffer_text(&b, "{", err);
    for (size_t i = 0; rc == 0 && i < count && texts[i]; i++) {
        const char *clean = cg_pgload_clean_text(arena, texts[i]);
        rc = clean ? put_element(&b, clean, err) : cg_error_memory(err);
    }
    if (rc == 0 && (rc = cg_buffer_text(&b, "}", err)) == 0) {
        const char *text = cg_arena_strndup(arena, (const char *)b.data, b.len);
        if (text)
            *ret_text = text;
        else
            rc = cg_error_memory(err);
    }
    cg_buffer_done(&b);
    return rc;
}

const char *cg_pgload_hexadecimal(struct cg_arena *arena, struct cg_slice bytes) {
    static const char digits[] = "0123456789abcdef";
    char *text = cg_arena_array(arena, bytes.len + 1, 2);
    for (size_t i = 0; text && i < bytes.len; i++) {
        text[2 * i] = digits[bytes.data[i] >> 4];
        text[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    return text;
}

/* ---- numbers ---- */

void cg_pgload_digest_decimal(const struct cg_digest *digest, char ret_text[40]) {
    unsigned __int128 sum = (unsigned __int128)digest->high << 64 | digest->low;
    char reversed[40];
    size_t len = 0;
    do {
        reversed[len++] = (char)('0' + (int)(sum % 10));
        sum /= 10;
    } while (sum);
    for (size_t i = 0; i < len; i++)
        ret_text[i] = reversed[len - 1 - i];
    ret_text[len] = '\0';
}

int cg_pgload_digest_parse(const char *decimal, struct cg_digest *ret_digest, struct cg_error *err) {
    const unsigned __int128 most = ~(unsigned __int128)0;
    unsigned __int128 sum = 0;
    if (!*decimal)
        return cg_error_set(err, CG_ERR_INTERNAL, "the ledger holds an empty digest");
    for (const char *c = decimal; *c; c++) {
        unsigned digit = (unsigned)*c - '0';
        if (digit > 9 || sum > (most - digit) / 10)
            return cg_error_set(err, CG_ERR_INTERNAL, "the ledger holds a digest that is none: %s", decimal);
        sum = sum * 10 + digit;
    }
    ret_digest->high = (uint64_t)(sum >> 64);
    ret_digest->low = (uint64_t)sum;
    return 0;
}

int cg_pgload_parse_u64(const char *text, uint64_t *ret_value, struct cg_error *err) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-')
        return cg_error_set(err, CG_ERR_INTERNAL, "the server gave %s where a count was expected", text);
    *ret_value = value;
    return 0;
}

int cg_pgload_parse_i64(const char *text, int64_t *ret_value, struct cg_error *err) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end)
        return cg_error_set(err, CG_ERR_INTERNAL, "the server gave %s where a number was expected", text);
    *ret_value = value;
    return 0;
}
