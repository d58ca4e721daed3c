/* UTF-8 validation; see utf8.h. Plain ASCII goes eight bytes at a time: most text is that. */
#include "core/utf8.h"

#include <stdint.h>

#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Are the eight bytes at p ASCII without NUL? */
static bool plain_word(const unsigned char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return (((word - ONES) | word) & HIGHS) == 0;
}

/* Offset of the first byte of p[from..len) that is NUL or not ASCII, or len. */
static size_t skip_ascii(const unsigned char *p, size_t from, size_t len) {
    size_t i = from;
    while (i + 8 <= len && plain_word(p + i))
        i += 8;
    if (i + 8 > len && len >= 8 && plain_word(p + len - 8))
        return len; /* the rest at one go, with some that were seen already */
    while (i < len && p[i] - 1u < 0x7f)
        i++;
    return i;
}

static bool continues(unsigned char byte) {
    return (byte & 0xc0) == 0x80;
}

size_t cg_utf8_character(const unsigned char *p, size_t left) {
    if (left == 0)
        return 0;
    unsigned char lead = p[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    if (lead < 0xe0)
        return left >= 2 && continues(p[1]) ? 2 : 0;
    if (lead < 0xf0) {
        if (left < 3 || !continues(p[1]) || !continues(p[2]))
            return 0;
        bool overlong = lead == 0xe0 && p[1] < 0xa0;
        bool surrogate = lead == 0xed && p[1] > 0x9f;
        return overlong || surrogate ? 0 : 3;
    }
    if (left < 4 || !continues(p[1]) || !continues(p[2]) || !continues(p[3]))
        return 0;
    bool overlong = lead == 0xf0 && p[1] < 0x90;
    bool beyond = lead == 0xf4 && p[1] > 0x8f;
    return overlong || beyond ? 0 : 4;
}

enum cg_utf8 cg_utf8_check(struct cg_slice text, size_t *ret_at) {
    bool nul = false;
    size_t i = 0;
    while ((i = skip_ascii(text.data, i, text.len)) < text.len) {
        if (text.data[i] == 0) {
            nul = true;
            i++;
            continue;
        }
        size_t bytes = cg_utf8_character(text.data + i, text.len - i);
        if (bytes == 0) {
            if (ret_at)
                *ret_at = i;
            return CG_UTF8_INVALID;
        }
        i += bytes;
    }
    return nul ? CG_UTF8_HAS_NUL : CG_UTF8_CLEAN;
}

size_t cg_utf8_length(struct cg_slice text) {
    size_t characters = 0;
    for (size_t i = 0; i < text.len; i++)
        characters += !continues(text.data[i]);
    return characters;
}

size_t cg_utf8_put(unsigned char *to, unsigned code_point) {
    if (code_point < 0x80) {
        to[0] = (unsigned char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        to[0] = (unsigned char)(0xc0 | (code_point >> 6));
        to[1] = (unsigned char)(0x80 | (code_point & 0x3f));
        return 2;
    }
    if (code_point < 0x10000) {
        to[0] = (unsigned char)(0xe0 | (code_point >> 12));
        to[1] = (unsigned char)(0x80 | ((code_point >> 6) & 0x3f));
        to[2] = (unsigned char)(0x80 | (code_point & 0x3f));
        return 3;
    }
    to[0] = (unsigned char)(0xf0 | (code_point >> 18));
    to[1] = (unsigned char)(0x80 | ((code_point >> 12) & 0x3f));
    to[2] = (unsigned char)(0x80 | ((code_point >> 6) & 0x3f));
    to[3] = (unsigned char)(0x80 | (code_point & 0x3f));
    return 4;
}
