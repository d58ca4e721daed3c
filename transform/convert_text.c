/* Text, ENUM and SET on their way into a row image; see convert.h. All of it is validated as PostgreSQL does (R10, R19)
 * and its length is counted in characters, because PostgreSQL cuts trailing spaces off without a word (R14). */
#include "transform/convert.h"
#include "core/utf8.h"

#include <inttypes.h>

/* The text without its NUL bytes, in job->spare. */
static enum cg_fit remove_nul(struct cg_job *job, const struct cg_path *path, struct cg_slice *text) {
    enum cg_fit fit = cg_apply(job, path, CG_NUL_REMOVED, "PostgreSQL's text cannot hold a NUL byte");
    if (fit != CG_FITS)
        return fit;
    job->spare.len = 0;
    if (cg_buffer_reserve(&job->spare, text->len, job->err) < 0)
        return CG_FAILED;
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i])
            cg_put_u8(&job->spare, text->data[i]);
    *text = cg_buffer_slice(&job->spare);
    return CG_FITS;
}

/* Makes *text fit to be sent as text, or tells why it cannot be. */
static enum cg_fit clean(struct cg_job *job, const struct cg_path *path, struct cg_slice *text) {
    if (text->len > CG_FIELD_MAX)
        return cg_put_field(job, *text); /* the misfit; nothing is read */
    size_t at = 0;
    switch (cg_utf8_check(*text, &at)) {
    case CG_UTF8_CLEAN:
        return CG_FITS;
    case CG_UTF8_HAS_NUL:
        return remove_nul(job, path, text);
    case CG_UTF8_INVALID:
    default:
        return cg_misfit(job, -1, "it is not valid UTF-8 at byte %zu (0x%02x)", at, text->data[at]);
    }
}

static enum cg_fit too_long(struct cg_job *job, const struct cg_path *path, size_t characters) {
    return cg_misfit(job, -1, "it has %zu characters where %" PRId64 " fit", characters, path->length);
}

/* A clean text within the target's length. */
static enum cg_fit put_within(struct cg_job *job, const struct cg_path *path, struct cg_slice text) {
    if (path->length >= 0 && text.len > (uint64_t)path->length) {
        size_t characters = cg_utf8_length(text);
        if (characters > (uint64_t)path->length)
            return too_long(job, path, characters);
    }
    return cg_put_field(job, text);
}

enum cg_fit cg_encode_text(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_slice text = value->bytes;
    enum cg_fit fit = clean(job, path, &text);
    return fit == CG_FITS ? put_within(job, path, text) : fit;
}

/* bpchar(n) is stored, and given back, padded to n characters; its own trailing spaces would be told apart no more. */
static enum cg_fit put_padded(struct cg_job *job, const struct cg_path *path, struct cg_slice text) {
    if (path->length < 0)
        return cg_put_field(job, text);
    size_t characters = cg_utf8_length(text), width = (size_t)path->length;
    if (characters > width)
        return too_long(job, path, characters);
    if (text.len > 0 && text.data[text.len - 1] == ' ')
        return cg_misfit(job, -1, "its trailing spaces could not be told from padding");
    size_t pad = width - characters;
    if (cg_buffer_reserve(job->out, 4 + text.len + pad, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, (uint32_t)(text.len + pad));
    cg_put_bytes(job->out, text.data, text.len);
    memset(job->out->data + job->out->len, ' ', pad);
    job->out->len += pad;
    return CG_FITS;
}

enum cg_fit cg_encode_bpchar(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_slice text = value->bytes;
    enum cg_fit fit = clean(job, path, &text);
    return fit == CG_FITS ? put_padded(job, path, text) : fit;
}

enum cg_fit cg_put_ascii(struct cg_job *job, const struct cg_path *path, const char *text, size_t len) {
    struct cg_slice bytes = {(const unsigned char *)text, len};
    bool padded = strcmp(path->target->type.name, "bpchar") == 0;
    return padded ? put_padded(job, path, bytes) : put_within(job, path, bytes);
}

enum cg_fit cg_encode_text_bytea(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    if (value->bytes.len <= CG_FIELD_MAX && value->bytes.len > 0 && memchr(value->bytes.data, 0, value->bytes.len)) {
        enum cg_fit fit = cg_apply(job, path, CG_NUL_TO_BYTEA, "it has a NUL byte");
        if (fit != CG_FITS)
            return fit;
    }
    return cg_put_field(job, value->bytes);
}

static bool is_label(const struct cg_label *label, struct cg_slice text) {
    return label->len == text.len && memcmp(label->text, text.data, text.len) == 0;
}

/* Labels are sorted by length, then bytes. */
static bool find_label(const struct cg_path *path, struct cg_slice text) {
    size_t low = 0, high = path->label_count;
    if (text.len == 0)
        return path->labels[0].len == 0;
    while (high - low > 8) {
        size_t middle = low + (high - low) / 2;
        const struct cg_label *label = &path->labels[middle];
        bool above = label->len != text.len ? label->len > text.len : memcmp(label->text, text.data, text.len) > 0;
        if (above)
            high = middle;
        else
            low = middle;
    }
    for (; low < high; low++)
        if (is_label(&path->labels[low], text))
            return true;
    return false;
}

enum cg_fit cg_encode_enum(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    if (!find_label(path, value->bytes))
        return cg_misfit(job, -1, "the target's enum has no such label");
    return cg_put_field(job, value->bytes);
}

/* Writes one member: its length and text. */
static enum cg_fit put_member(struct cg_job *job, const struct cg_path *path, struct cg_slice member) {
    if (path->label_count > 0 && !find_label(path, member))
        return cg_misfit(job, -1, "the target's enum has no such label");
    return put_within(job, path, member);
}

/* Does the SET have the empty label? Then '' may be the empty set or the set of that label. */
static bool has_empty_label(const struct cg_type *set) {
    for (size_t i = 0; i < set->label_count; i++)
        if (set->labels[i][0] == '\0')
            return true;
    return false;
}

/* array_recv: dimensions, has-null flag, element OID; per dimension its size and lower bound. */
static enum cg_fit put_array_head(struct cg_job *job, const struct cg_path *path, uint32_t members) {
    if (cg_buffer_reserve(job->out, 24, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, 0); /* the field's length, once it is known */
    cg_put_u32(job->out, members ? 1 : 0);
    cg_put_u32(job->out, 0);
    cg_put_u32(job->out, path->element_oid);
    if (members) {
        cg_put_u32(job->out, members);
        cg_put_u32(job->out, 1);
    }
    return CG_FITS;
}

enum cg_fit cg_encode_set_array(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_slice text = value->bytes;
    enum cg_fit fit = clean(job, path, &text);
    if (fit != CG_FITS)
        return fit;
    if (text.len == 0 && has_empty_label(&path->source->type))
        return cg_misfit(job, -1, "'' may be the empty set or the set's empty label");
    uint32_t members = text.len > 0;
    for (size_t i = 0; i < text.len; i++)
        members += text.data[i] == ',';
    size_t head = job->out->len;
    fit = put_array_head(job, path, members);
    for (size_t from = 0, i = 0; fit == CG_FITS && members && i <= text.len; i++)
        if (i == text.len || text.data[i] == ',') {
            fit = put_member(job, path, (struct cg_slice){text.data + from, i - from});
            from = i + 1;
        }
    size_t end = job->out->len;
    job->out->len = head;
    if (fit != CG_FITS)
        return fit;
    cg_put_u32(job->out, (uint32_t)(end - head - 4));
    job->out->len = end;
    return CG_FITS;
}
