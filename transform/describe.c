/* Values and keys as text; see describe.h. */
#include "transform/describe.h"
#include "core/utf8.h"
#include "transform/datetime.h"

#include <inttypes.h>
#include <stdio.h>

/* A text with a fixed end; once something did not fit, nothing more is taken. */
struct writer {
    char *text;
    size_t len, size;
    bool full;
};

static void put(struct writer *w, const void *bytes, size_t len) {
    if (!w->full && w->len + len + 4 <= w->size) { /* room for "..." and the terminator is always kept */
        memcpy(w->text + w->len, bytes, len);
        w->len += len;
    } else if (!w->full) {
        memcpy(w->text + w->len, "...", 3);
        w->len += 3;
        w->full = true;
    }
    w->text[w->len] = '\0';
}

static void put_text(struct writer *w, const char *text) {
    put(w, text, strlen(text));
}

static void put_quoted(struct writer *w, struct cg_slice text) {
    put_text(w, "'");
    for (size_t i = 0; i < text.len && !w->full;) {
        size_t bytes = cg_utf8_character(text.data + i, text.len - i);
        unsigned char c = text.data[i];
        if (bytes == 0 || c < 0x20 || c == 0x7f) {
            char escape[8];
            snprintf(escape, sizeof escape, "\\x%02x", c);
            put_text(w, escape);
            i++;
        } else if (c == '\'') {
            put_text(w, "''");
            i++;
        } else {
            put(w, text.data + i, bytes);
            i += bytes;
        }
    }
    put_text(w, "'");
}

static void put_hex(struct writer *w, struct cg_slice bytes) {
    put_text(w, "0x");
    for (size_t i = 0; i < bytes.len && !w->full; i++) {
        char pair[4];
        snprintf(pair, sizeof pair, "%02x", bytes.data[i]);
        put(w, pair, 2);
    }
}

void cg_number_text(const struct cg_value *value, char ret_text[CG_NUMBER_TEXT_SIZE]) {
    switch (value->kind) {
    case CG_VALUE_I64:
        snprintf(ret_text, CG_NUMBER_TEXT_SIZE, "%" PRId64, value->i64);
        break;
    case CG_VALUE_U64:
        snprintf(ret_text, CG_NUMBER_TEXT_SIZE, "%" PRIu64, value->u64);
        break;
    case CG_VALUE_F32:
        snprintf(ret_text, CG_NUMBER_TEXT_SIZE, "%.9g", (double)value->f32);
        break;
    default:
        snprintf(ret_text, CG_NUMBER_TEXT_SIZE, "%.17g", value->f64);
        break;
    }
}

static void put_number(struct writer *w, const struct cg_value *value) {
    char text[CG_NUMBER_TEXT_SIZE];
    cg_number_text(value, text);
    put_text(w, text);
}

static void put_civil(struct writer *w, const struct cg_type *type, const struct cg_value *value) {
    char text[CG_CIVIL_TEXT];
    int fraction = value->civil.microsecond ? 6 : type->fraction;
    if (value->kind == CG_VALUE_DATE)
        cg_date_text(&value->civil, text);
    else if (value->kind == CG_VALUE_TIME)
        cg_time_text(&value->civil, fraction, text);
    else
        cg_timestamp_text(&value->civil, fraction, text);
    put_text(w, text);
}

static void put_value(struct writer *w, const struct cg_type *type, const struct cg_value *value) {
    switch (value->kind) {
    case CG_VALUE_NULL:
        put_text(w, "NULL");
        break;
    case CG_VALUE_ENUM_INVALID:
        put_text(w, "'' (index 0)");
        break;
    case CG_VALUE_I64:
    case CG_VALUE_U64:
    case CG_VALUE_F32:
    case CG_VALUE_F64:
        put_number(w, value);
        break;
    case CG_VALUE_DATE:
    case CG_VALUE_TIME:
    case CG_VALUE_TIMESTAMP:
        put_civil(w, type, value);
        break;
    case CG_VALUE_DECIMAL:
        put(w, value->bytes.data, value->bytes.len);
        break;
    case CG_VALUE_TEXT:
    case CG_VALUE_JSON:
        put_quoted(w, value->bytes);
        break;
    default:
        put_hex(w, value->bytes);
        break;
    }
}

void cg_describe_value(const struct cg_type *type, const struct cg_value *value, char *ret_text, size_t size) {
    struct writer w = {ret_text, 0, size, false};
    ret_text[0] = '\0';
    put_value(&w, type, value);
}

void cg_describe_key_part(const struct cg_column *column, const struct cg_value *value, bool first, char *text,
                          size_t size) {
    struct writer w = {text, first ? 0 : strlen(text), size, false};
    w.full = !first && w.len + 4 > size; /* cut already, with its "..." */
    if (!first)
        put_text(&w, ", ");
    put_text(&w, column->name);
    put_text(&w, "=");
    put_value(&w, &column->type, value);
}
