/* The report as JSON: one walk over the tables of report_fields.c; see report.h. */
#include "verify/report_fields.h"

#include <yajl/yajl_gen.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <inttypes.h>
#include <stdio.h>

struct writer {
    yajl_gen gen;
    bool redact;
    struct cg_error *err;
};

/* Length of the valid UTF-8 sequence at `at`, 0 when there is none. */
static size_t sequence(const unsigned char *at, size_t left) {
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t length = 1; length <= 4 && length <= left; length++) {
        if ((at[0] & forms[length - 1].mask) != forms[length - 1].lead)
            continue;
        uint32_t code = at[0] & (unsigned char)~forms[length - 1].mask;
        for (size_t i = 1; i < length; i++) {
            if ((at[i] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (at[i] & 0x3f);
        }
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        return code >= forms[length - 1].least && code <= 0x10ffff && !surrogate ? length : 0;
    }
    return 0;
}

/* A byte that is not UTF-8 becomes \xNN, visibly, so that the JSON is valid whatever a database holds. */
static int put_text(struct writer *w, const char *text) {
    struct cg_buffer clean;
    size_t len = strlen(text);
    cg_buffer_init(&clean, len * 4 + 16);
    int result = 0;
    for (size_t i = 0; i < len && result == 0;) {
        const unsigned char *at = (const unsigned char *)text + i;
        size_t length = sequence(at, len - i);
        result =
            length ? cg_buffer_append(&clean, at, length, w->err) : cg_buffer_printf(&clean, w->err, "\\x%02x", *at);
        i += length ? length : 1;
    }
    if (result == 0 &&
        yajl_gen_string(w->gen, clean.data ? clean.data : (const unsigned char *)"", clean.len) != yajl_gen_status_ok)
        result = cg_error_set(w->err, CG_ERR_INTERNAL, "the report cannot be written as JSON");
    cg_buffer_done(&clean);
    return result;
}

static int put_secret(struct writer *w, const struct cg_field *field, const char *text) {
    char hash[17];
    if (!w->redact || field->secrecy == CG_FIELD_OPEN)
        return put_text(w, text);
    if (field->secrecy == CG_FIELD_WITHHELD)
        return put_text(w, *text ? "(withheld)" : "");
    snprintf(hash, sizeof hash, "%016" PRIx64, XXH3_64bits(text, strlen(text)));
    return put_text(w, hash);
}

static int put_struct(struct writer *w, const struct cg_field_list *fields, const char *at);

static int put_array(struct writer *w, const struct cg_field *field, const char *at) {
    const char *items = *(char *const *)(at + field->offset);
    size_t count = *(const size_t *)(at + field->extra);
    yajl_gen_array_open(w->gen);
    for (size_t i = 0; i < count; i++)
        if (put_struct(w, field->fields, items + i * field->fields->size) < 0)
            return -1;
    yajl_gen_array_close(w->gen);
    return 0;
}

static int put_texts(struct writer *w, const struct cg_field *field, const char *at) {
    const char *const *items = *(const char *const *const *)(at + field->offset);
    size_t count = *(const size_t *)(at + field->extra);
    yajl_gen_array_open(w->gen);
    for (size_t i = 0; i < count; i++)
        if (put_secret(w, field, items[i]) < 0)
            return -1;
    yajl_gen_array_close(w->gen);
    return 0;
}

static int put_number(struct writer *w, const char *format, double seconds, uint64_t count) {
    char text[40];
    int len = format ? snprintf(text, sizeof text, format, seconds) : snprintf(text, sizeof text, "%" PRIu64, count);
    yajl_gen_number(w->gen, text, (size_t)len);
    return 0;
}

static int put_digest(struct writer *w, const struct cg_field *field, const char *at) {
    char hex[33];
    if (!*(const bool *)(at + field->extra)) {
        yajl_gen_null(w->gen);
        return 0;
    }
    cg_digest_hex((const struct cg_digest *)(at + field->offset), hex);
    return put_text(w, hex);
}

static int put_field(struct writer *w, const struct cg_field *field, const char *at) {
    const char *place = at + field->offset;
    switch (field->kind) {
    case CG_FIELD_TEXT: {
        const char *text = *(const char *const *)place;
        return put_secret(w, field, text ? text : "");
    }
    case CG_FIELD_COUNT:
        return put_number(w, NULL, 0, *(const uint64_t *)place);
    case CG_FIELD_SIZE:
        return put_number(w, NULL, 0, *(const size_t *)place);
    case CG_FIELD_MAYBE:
        if (*(const int64_t *)place >= 0)
            return put_number(w, NULL, 0, (uint64_t) * (const int64_t *)place);
        yajl_gen_null(w->gen);
        return 0;
    case CG_FIELD_SECONDS:
        return put_number(w, "%.3f", *(const double *)place, 0);
    case CG_FIELD_BOOL:
        yajl_gen_bool(w->gen, *(const bool *)place);
        return 0;
    case CG_FIELD_NAME:
        return put_text(w, field->name(*(const int *)place));
    case CG_FIELD_DIGEST:
        return put_digest(w, field, at);
    case CG_FIELD_TEXTS:
        return put_texts(w, field, at);
    case CG_FIELD_ARRAY:
        return put_array(w, field, at);
    case CG_FIELD_OBJECT:
        return put_struct(w, field->fields, place);
    case CG_FIELD_GROUP:
        return put_struct(w, field->fields, at);
    case CG_FIELD_NULL:
        yajl_gen_null(w->gen);
        return 0;
    case CG_FIELD_EMPTY:
        yajl_gen_array_open(w->gen);
        yajl_gen_array_close(w->gen);
        return 0;
    case CG_FIELD_VERSION:
        return put_number(w, NULL, 0, CG_REPORT_SCHEMA_VERSION);
    }
    return 0;
}

static int put_struct(struct writer *w, const struct cg_field_list *fields, const char *at) {
    yajl_gen_map_open(w->gen);
    for (size_t i = 0; i < fields->count; i++)
        if (put_text(w, fields->items[i].json) < 0 || put_field(w, &fields->items[i], at) < 0)
            return -1;
    yajl_gen_map_close(w->gen);
    return 0;
}

int cg_report_write_json(const struct cg_report *report, bool redact, struct cg_buffer *out, struct cg_error *err) {
    struct writer w = {.gen = yajl_gen_alloc(NULL), .redact = redact, .err = err};
    if (!w.gen)
        return cg_error_memory(err);
    yajl_gen_config(w.gen, yajl_gen_beautify, 1);
    yajl_gen_config(w.gen, yajl_gen_indent_string, "  ");
    int result = put_struct(&w, &cg_report_fields, (const char *)report);
    const unsigned char *text;
    size_t len;
    if (result == 0 && yajl_gen_get_buf(w.gen, &text, &len) != yajl_gen_status_ok)
        result = cg_error_set(err, CG_ERR_INTERNAL, "the report cannot be written as JSON");
    if (result == 0)
        result = cg_buffer_append(out, text, len, err);
    yajl_gen_free(w.gen);
    return result;
}
