/* JSON in one pass: validated, odd things found, canonical text made (RFC 8259; see canonical.h for the form).
 *
 * A state machine with its own stack, so depth costs memory and not the thread's stack. The text is checked for UTF-8
 * as a whole first; then each token is written to `out` as it is read, and an object whose keys did not come in
 * ascending order is rewritten when it closes. At any time `out` has room for the rest of the text: no token but a
 * number is longer in canonical form, and numbers reserve for themselves. */
#include "transform/canonical.h"
#include "transform/json_internal.h"
#include "core/utf8.h"

#include <stdlib.h>

enum { MAX_STRING = 0x0fffffff }; /* jsonb: JENTRY_OFFLENMASK */

enum step { STEP_VALUE, STEP_KEY, STEP_AFTER, STEP_END, STEP_INVALID, STEP_ERROR };

struct frame {
    size_t first_member; /* index into members */
    bool object, sorted;
};

struct cg_json {
    struct cg_buffer frames, members, scratch, spare; /* len in bytes */
};

struct run {
    struct cg_json *json;
    const unsigned char *p, *end;
    struct cg_buffer *out;
    struct cg_error *err;
    enum cg_json_mode mode;
    unsigned findings;
};

struct cg_json *cg_json_new(void) {
    struct cg_json *json = calloc(1, sizeof *json);
    if (!json)
        return NULL;
    cg_buffer_init(&json->frames, SIZE_MAX / 2);
    cg_buffer_init(&json->members, SIZE_MAX / 2);
    cg_buffer_init(&json->scratch, SIZE_MAX / 2);
    cg_buffer_init(&json->spare, SIZE_MAX / 2);
    return json;
}

void cg_json_free(struct cg_json *json) {
    if (!json)
        return;
    cg_buffer_done(&json->frames);
    cg_buffer_done(&json->members);
    cg_buffer_done(&json->scratch);
    cg_buffer_done(&json->spare);
    free(json);
}

static struct frame *top_frame(struct cg_json *json) {
    return (struct frame *)(void *)(json->frames.data + json->frames.len) - 1;
}

static struct cg_json_member *all_members(struct cg_json *json) {
    return (struct cg_json_member *)(void *)json->members.data;
}

static size_t member_count(const struct cg_json *json) {
    return json->members.len / sizeof(struct cg_json_member);
}

static bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

static void skip_space(struct run *r) {
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
        r->p++;
}

/* Four hexadecimal digits, or -1. */
static int read_hex4(const unsigned char *p, const unsigned char *end) {
    if (end - p < 4)
        return -1;
    int value = 0;
    for (int i = 0; i < 4; i++) {
        unsigned char c = p[i], letter = c | 0x20;
        if (is_digit(c))
            value = value * 16 + (c - '0');
        else if (letter >= 'a' && letter <= 'f')
            value = value * 16 + (letter - 'a' + 10);
        else
            return -1;
    }
    return value;
}

static void put_escape(struct cg_buffer *out, unsigned code) {
    static const char hex[] = "0123456789abcdef";
    unsigned char text[6] = {'\\', 'u'};
    for (int i = 0; i < 4; i++)
        text[2 + i] = (unsigned char)hex[(code >> (12 - 4 * i)) & 15];
    cg_put_bytes(out, text, sizeof text);
}

/* One character of a string in its one canonical spelling. */
static void put_character(struct cg_buffer *out, unsigned code) {
    static const char shorthand[32] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    if (code < 32 && !shorthand[code]) {
        put_escape(out, code);
    } else if (code < 32 || code == '"' || code == '\\') {
        cg_put_u8(out, '\\');
        cg_put_u8(out, (uint8_t)(code < 32 ? (unsigned char)shorthand[code] : code));
    } else {
        out->len += cg_utf8_put(out->data + out->len, code);
    }
}

/* \uXXXX, with the other half of a surrogate pair; r->p is behind the 'u'. */
static bool unicode_escape(struct run *r) {
    int code = read_hex4(r->p, r->end);
    if (code < 0)
        return false;
    r->p += 4;
    if (code == 0)
        r->findings |= CG_JSON_HAS_NUL;
    if (code >= 0xd800 && code < 0xe000) {
        int low = r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u' ? read_hex4(r->p + 2, r->end) : -1;
        if (code >= 0xdc00 || low < 0xdc00 || low > 0xdfff) {
            r->findings |= CG_JSON_HAS_LONE_SURROGATE;
            put_escape(r->out, (unsigned)code);
            return true;
        }
        r->p += 6;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    put_character(r->out, (unsigned)code);
    return true;
}

/* r->p is at the backslash. */
static bool escape(struct run *r) {
    static const char meaning[128] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    if (r->end - r->p < 2)
        return false;
    unsigned char c = r->p[1];
    r->p += 2;
    if (c == 'u')
        return unicode_escape(r);
    if (c >= 128 || !meaning[c])
        return false;
    put_character(r->out, (unsigned char)meaning[c]);
    return true;
}

/* 1: ends a run of plain bytes in a string. */
static const unsigned char special[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,         1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['"'] = 1, ['\\'] = 1,
};

#define EVERY(byte) (UINT64_C(0x0101010101010101) * (byte))

/* How many of the eight bytes at p come before the first that ends a run; 8 when none does. A byte below 32, a quote
 * and a backslash each raise their top bit; a borrow can only raise one above the first. */
static size_t plain_bytes(uint64_t word) {
    uint64_t quote = word ^ EVERY('"'), backslash = word ^ EVERY('\\');
    uint64_t ends =
        ((word - EVERY(32)) & ~word) | ((quote - EVERY(1)) & ~quote) | ((backslash - EVERY(1)) & ~backslash);
    ends &= EVERY(0x80);
    return ends ? (size_t)__builtin_ctzll(ends) / 8 : 8;
}

/* Copies bytes up to one that ends the run, or to the end of the text. */
static void copy_plain(struct run *r) {
    const unsigned char *p = r->p;
    unsigned char *to = r->out->data + r->out->len;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (size_t plain = 8; plain == 8 && r->end - p >= 8; p += plain, to += plain) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        memcpy(to, &word, sizeof word); /* what is too much will be overwritten: there is room for the whole text */
        plain = plain_bytes(word);
    }
#endif
    while (p < r->end && !special[*p])
        *to++ = *p++;
    r->p = p;
    r->out->len = (size_t)(to - r->out->data);
}

/* r->p is at the opening quote. */
static bool string(struct run *r) {
    size_t start = r->out->len;
    cg_put_u8(r->out, '"');
    r->p++;
    for (;;) {
        copy_plain(r);
        if (r->p == r->end || *r->p < 32)
            return false;
        if (*r->p == '"')
            break;
        if (!escape(r))
            return false;
    }
    r->p++;
    cg_put_u8(r->out, '"');
    if (r->out->len - start - 2 > MAX_STRING) /* escapes counted: a few bytes early is no harm */
        r->findings |= CG_JSON_HAS_LONG_STRING;
    return true;
}

static size_t skip_digits(struct run *r) {
    const unsigned char *from = r->p;
    while (r->p < r->end && is_digit(*r->p))
        r->p++;
    return (size_t)(r->p - from);
}

/* -?(0|[1-9]digits)(.digits)?([eE][+-]?digits)? */
static bool number_grammar(struct run *r) {
    if (*r->p == '-')
        r->p++;
    bool leading_zero = r->p < r->end && *r->p == '0';
    size_t whole = skip_digits(r);
    if (whole == 0 || (leading_zero && whole > 1))
        return false;
    if (r->p < r->end && *r->p == '.') {
        r->p++;
        if (skip_digits(r) == 0)
            return false;
    }
    if (r->p < r->end && (*r->p | 0x20) == 'e') {
        r->p++;
        if (r->p < r->end && (*r->p == '-' || *r->p == '+'))
            r->p++;
        if (skip_digits(r) == 0)
            return false;
    }
    return true;
}

/* Is a number in canonical form as it stands: short, digits only, the last not zero? */
static bool plain_integer(struct cg_slice number) {
    if (number.len > 18 || !is_digit(number.data[0]) || number.data[number.len - 1] == '0')
        return false;
    for (size_t i = 1; i < number.len; i++)
        if (!is_digit(number.data[i]))
            return false;
    return true;
}

static enum step number(struct run *r) {
    const unsigned char *start = r->p;
    if (!number_grammar(r))
        return STEP_INVALID;
    struct cg_slice text = {start, (size_t)(r->p - start)};
    if (plain_integer(text)) {
        cg_put_bytes(r->out, text.data, text.len);
        return STEP_AFTER;
    }
    if (cg_buffer_reserve(r->out, (size_t)(r->end - start) + CG_JSON_NUMBER_ROOM, r->err) < 0)
        return STEP_ERROR;
    cg_json_put_number(text, r->mode == CG_JSON_AS_TEXT, r->out, &r->findings);
    return STEP_AFTER;
}

static enum step literal(struct run *r, const char *word) {
    size_t len = strlen(word);
    if ((size_t)(r->end - r->p) < len || memcmp(r->p, word, len) != 0)
        return STEP_INVALID;
    cg_put_bytes(r->out, word, len);
    r->p += len;
    return STEP_AFTER;
}

/* Behind the bracket that closes the innermost container. */
static enum step close_container(struct run *r) {
    struct cg_json *json = r->json;
    struct frame *frame = top_frame(json);
    if (frame->object && !frame->sorted) {
        struct cg_json_member *members = all_members(json) + frame->first_member;
        if (cg_json_order(r->out, members, member_count(json) - frame->first_member, r->mode == CG_JSON_AS_TEXT,
                          &json->scratch, &json->spare, &r->findings, r->err) < 0)
            return STEP_ERROR;
    }
    cg_put_u8(r->out, *r->p++);
    json->members.len = frame->first_member * sizeof(struct cg_json_member);
    json->frames.len -= sizeof *frame;
    return STEP_AFTER;
}

static enum step open_container(struct run *r, bool object) {
    struct cg_json *json = r->json;
    struct frame frame = {member_count(json), object, true};
    if (cg_buffer_append(&json->frames, &frame, sizeof frame, r->err) < 0)
        return STEP_ERROR;
    cg_put_u8(r->out, *r->p++);
    skip_space(r);
    if (r->p < r->end && *r->p == (object ? '}' : ']'))
        return close_container(r);
    return object ? STEP_KEY : STEP_VALUE;
}

static enum step value(struct run *r) {
    skip_space(r);
    if (r->p == r->end)
        return STEP_INVALID;
    switch (*r->p) {
    case '{':
        return open_container(r, true);
    case '[':
        return open_container(r, false);
    case '"':
        return string(r) ? STEP_AFTER : STEP_INVALID;
    case 't':
        return literal(r, "true");
    case 'f':
        return literal(r, "false");
    case 'n':
        return literal(r, "null");
    default:
        return *r->p == '-' || is_digit(*r->p) ? number(r) : STEP_INVALID;
    }
}

static enum step key(struct run *r) {
    struct cg_json *json = r->json;
    skip_space(r);
    struct cg_json_member member = {.start = r->out->len};
    if (r->p == r->end || *r->p != '"' || !string(r))
        return STEP_INVALID;
    member.key_end = r->out->len;
    struct frame *frame = top_frame(json);
    size_t count = member_count(json);
    if (count > frame->first_member && frame->sorted)
        frame->sorted = cg_json_compare_keys(r->out->data, &all_members(json)[count - 1], &member) < 0;
    if (cg_buffer_append(&json->members, &member, sizeof member, r->err) < 0)
        return STEP_ERROR;
    skip_space(r);
    if (r->p == r->end || *r->p != ':')
        return STEP_INVALID;
    cg_put_u8(r->out, *r->p++);
    return STEP_VALUE;
}

/* Behind a value: the end of the text, or what its container goes on with. */
static enum step after(struct run *r) {
    struct cg_json *json = r->json;
    skip_space(r);
    if (json->frames.len == 0)
        return r->p == r->end ? STEP_END : STEP_INVALID;
    if (r->p == r->end)
        return STEP_INVALID;
    const struct frame *frame = top_frame(json);
    if (frame->object)
        all_members(json)[member_count(json) - 1].end = r->out->len;
    if (*r->p == (frame->object ? '}' : ']'))
        return close_container(r);
    if (*r->p != ',')
        return STEP_INVALID;
    cg_put_u8(r->out, *r->p++);
    return frame->object ? STEP_KEY : STEP_VALUE;
}

static enum step run_all(struct run *r) {
    static enum step (*const steps[])(struct run *) = {[STEP_VALUE] = value, [STEP_KEY] = key, [STEP_AFTER] = after};
    enum step step = STEP_VALUE;
    while (step < STEP_END)
        step = steps[step](r);
    return step;
}

int cg_json_canonical_as(struct cg_json *json, enum cg_json_mode mode, struct cg_slice text, struct cg_buffer *out,
                         unsigned *ret_findings, struct cg_error *err) {
    size_t start = out->len;
    json->frames.len = 0;
    json->members.len = 0;
    if (cg_utf8_check(text, NULL) != CG_UTF8_CLEAN) {
        *ret_findings = CG_JSON_INVALID;
        return 0;
    }
    if (cg_buffer_reserve(out, text.len + CG_JSON_NUMBER_ROOM, err) < 0)
        return -1;
    struct run r = {json, text.data, text.data + text.len, out, err, mode, CG_JSON_FINE};
    enum step end = run_all(&r);
    if (end != STEP_END)
        out->len = start;
    if (end == STEP_ERROR)
        return -1;
    *ret_findings = end == STEP_END ? r.findings : CG_JSON_INVALID;
    return 0;
}

int cg_json_remove_nul(struct cg_slice text, struct cg_buffer *out, struct cg_error *err) {
    if (cg_buffer_reserve(out, text.len, err) < 0)
        return -1;
    for (size_t i = 0; i < text.len;) {
        bool escaped = text.data[i] == '\\' && i + 1 < text.len; /* in valid JSON only inside a string */
        if (escaped && text.len - i >= 6 && memcmp(text.data + i, "\\u0000", 6) == 0) {
            i += 6;
            continue;
        }
        size_t bytes = escaped ? 2 : 1;
        cg_put_bytes(out, text.data + i, bytes);
        i += bytes;
    }
    return 0;
}
