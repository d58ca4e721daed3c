/* Values as text that loses nothing; see exact_text.h. */
#include "transform/exact_text.h"

#include "core/utf8.h"
#include "transform/datetime.h"
#include "transform/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct sink {
    cg_text_sink *take;
    void *context;
    struct cg_error *err;
};

static int put(const struct sink *sink, const void *bytes, size_t len) {
    const unsigned char *at = bytes;
    while (len) {
        size_t piece = len < CG_TEXT_PIECE ? len : CG_TEXT_PIECE;
        if (sink->take(sink->context, (struct cg_slice){at, piece}, sink->err) < 0)
            return -1;
        at += piece;
        len -= piece;
    }
    return 0;
}

static int put_text(const struct sink *sink, const char *text) {
    return put(sink, text, strlen(text));
}

static int put_hex(const struct sink *sink, struct cg_slice bytes) {
    static const char digits[] = "0123456789abcdef";
    char piece[4096];
    for (size_t i = 0; i < bytes.len;) {
        size_t n = 0;
        for (; i < bytes.len && n < sizeof piece; i++) {
            piece[n++] = digits[bytes.data[i] >> 4];
            piece[n++] = digits[bytes.data[i] & 15];
        }
        if (put(sink, piece, n) < 0)
            return -1;
    }
    return 0;
}

static int put_bytes(const struct sink *sink, struct cg_slice bytes) {
    return put_text(sink, "\\x") < 0 ? -1 : put_hex(sink, bytes);
}

static int put_number(const struct sink *sink, const struct cg_value *value) {
    char text[CG_NUMBER_TEXT_SIZE];
    cg_number_text(value, text);
    return put_text(sink, text);
}

static int put_civil(const struct sink *sink, const struct cg_type *type, const struct cg_value *value) {
    char text[CG_CIVIL_TEXT];
    int fraction = value->civil.microsecond ? 6 : type->fraction < 0 ? 0 : type->fraction;
    size_t len = value->kind == CG_VALUE_DATE   ? cg_date_text(&value->civil, text)
                 : value->kind == CG_VALUE_TIME ? cg_time_text(&value->civil, fraction, text)
                                                : cg_timestamp_text(&value->civil, fraction, text);
    return put(sink, text, len);
}

/* The last `length` bits, most significant first. */
static int put_bits(const struct sink *sink, const struct cg_type *type, struct cg_slice bytes) {
    size_t bits = bytes.len * 8, length = type->length > 0 ? (size_t)type->length : bits;
    for (size_t i = bits > length ? bits - length : 0; i < bits; i++)
        if (put(sink, bytes.data[i / 8] >> (7 - i % 8) & 1 ? "1" : "0", 1) < 0)
            return -1;
    return 0;
}

static int put_vector(const struct sink *sink, struct cg_slice bytes) {
    if (bytes.len % sizeof(float) != 0)
        return put_bytes(sink, bytes);
    if (put_text(sink, "[") < 0)
        return -1;
    for (size_t i = 0; i < bytes.len; i += sizeof(float)) {
        char text[40];
        uint32_t bits = (uint32_t)bytes.data[i] | (uint32_t)bytes.data[i + 1] << 8 | (uint32_t)bytes.data[i + 2] << 16 |
                        (uint32_t)bytes.data[i + 3] << 24;
        float number;
        memcpy(&number, &bits, sizeof number);
        snprintf(text, sizeof text, "%s%.9g", i ? "," : "", (double)number);
        if (put_text(sink, text) < 0)
            return -1;
    }
    return put_text(sink, "]");
}

static int put_stored(const struct sink *sink, const struct cg_type *type, struct cg_slice stored) {
    if (!stored.data || !type->charset)
        return cg_error_set(sink->err, CG_ERR_INTERNAL,
                            "a text that the source's conversion changed came without the bytes that are stored");
    if (put_text(sink, "\\") < 0 || put_text(sink, type->charset) < 0 || put_text(sink, ":") < 0)
        return -1;
    return put_hex(sink, stored);
}

static int put_characters(const struct sink *sink, struct cg_slice text) {
    bool plain = text.len == 0 || (text.data[0] != '\\' && cg_utf8_check(text, NULL) == CG_UTF8_CLEAN);
    return plain ? put(sink, text.data, text.len) : put_bytes(sink, text);
}

int cg_exact_text(const struct cg_type *type, const struct cg_value *value, struct cg_slice stored, cg_text_sink *take,
                  void *context, struct cg_error *err) {
    const struct sink sink = {take, context, err};
    switch (value->kind) {
    case CG_VALUE_I64:
    case CG_VALUE_U64:
    case CG_VALUE_F32:
    case CG_VALUE_F64:
        return put_number(&sink, value);
    case CG_VALUE_DATE:
    case CG_VALUE_TIME:
    case CG_VALUE_TIMESTAMP:
        return put_civil(&sink, type, value);
    case CG_VALUE_DECIMAL:
        return put(&sink, value->bytes.data, value->bytes.len);
    case CG_VALUE_TEXT:
    case CG_VALUE_JSON:
        return value->substituted ? put_stored(&sink, type, stored) : put_characters(&sink, value->bytes);
    case CG_VALUE_ENUM_INVALID:
        return put_text(&sink, "\\0");
    case CG_VALUE_BITS:
        return put_bits(&sink, type, value->bytes);
    case CG_VALUE_VECTOR:
        return put_vector(&sink, value->bytes);
    case CG_VALUE_BYTES:
    case CG_VALUE_GEOMETRY:
        return put_bytes(&sink, value->bytes);
    default:
        return cg_error_set(err, CG_ERR_INTERNAL, "a value of kind %d has no text", (int)value->kind);
    }
}
