/* Row images in canonical form, for hashing; see canonical.h.
 *
 * The canonical image is the image itself with some fields replaced: those of a column whose form is not
 * CG_CANONICAL_BYTES are written anew (length, then canonical bytes), everything between them is copied as one run.
 * It is therefore itself a sequence of a count and of fields with their lengths, and no two rows that differ in a
 * canonical value can have the same one. Images may come from a server: every length is checked. */
#include "transform/canonical.h"
#include "transform/canonical_internal.h"

#include <stdlib.h>

struct cg_canonicaliser {
    const struct cg_canonical *canonical;
    struct cg_buffer row;
    struct cg_json *json;
};

enum { NULL_FIELD = 0xffffffff };

static bool same_name(const struct cg_type *type, const char *name) {
    return strcmp(type->name, name) == 0;
}

static enum cg_canonical_form numeric_form(const struct cg_type *source, const struct cg_type *target) {
    if (target->precision < 0)
        return CG_CANONICAL_NUMERIC;
    /* The encoder writes the target's scale; another PostgreSQL column has its own. */
    bool other_scale = same_name(source, "numeric") && (source->precision < 0 || source->scale != target->scale);
    return other_scale ? CG_CANONICAL_NUMERIC : CG_CANONICAL_BYTES;
}

enum cg_canonical_form cg_canonical_form_of(const struct cg_type *source, const struct cg_type *target) {
    if (target->array)
        return target->label_count || target->schema ? CG_CANONICAL_ARRAY : CG_CANONICAL_BYTES;
    if (target->label_count)
        return CG_CANONICAL_BYTES;
    if (same_name(target, "jsonb"))
        return CG_CANONICAL_JSON;
    if (same_name(target, "json"))
        return CG_CANONICAL_JSON_TEXT;
    if (same_name(target, "numeric"))
        return numeric_form(source, target);
    /* The encoder pads to the target's length; another bpchar column is padded to its own. */
    if (same_name(target, "bpchar") && same_name(source, "bpchar") && source->length != target->length)
        return CG_CANONICAL_BPCHAR;
    return CG_CANONICAL_BYTES;
}

struct cg_canonicaliser *cg_canonicaliser_new(const struct cg_canonical *canonical, size_t max_row) {
    struct cg_canonicaliser *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->canonical = canonical;
    cg_buffer_init(&c->row, max_row < SIZE_MAX / 4 ? 2 * max_row + 65536 : SIZE_MAX / 2); /* JSON numbers may grow */
    c->json = cg_json_new();
    if (!c->json) {
        cg_canonicaliser_free(c);
        return NULL;
    }
    return c;
}

void cg_canonicaliser_free(struct cg_canonicaliser *c) {
    if (!c)
        return;
    cg_buffer_done(&c->row);
    cg_json_free(c->json);
    free(c);
}

/* What goes wrong with a field, or NULL; memory trouble is in err and gives "". */
typedef const char *canonical_fn(struct cg_canonicaliser *c, struct cg_slice field, struct cg_error *err);

static const char no_memory[] = "";

static const char *json_of(struct cg_canonicaliser *c, enum cg_json_mode mode, struct cg_slice text,
                           struct cg_error *err) {
    unsigned findings;
    if (cg_json_canonical_as(c->json, mode, text, &c->row, &findings, err) < 0)
        return no_memory;
    return findings & CG_JSON_INVALID ? "its JSON is not valid" : NULL;
}

static const char *json_text_field(struct cg_canonicaliser *c, struct cg_slice field, struct cg_error *err) {
    return json_of(c, CG_JSON_AS_TEXT, field, err);
}

static const char *jsonb_field(struct cg_canonicaliser *c, struct cg_slice field, struct cg_error *err) {
    if (field.len < 1 || field.data[0] != 1)
        return "its jsonb is not of version 1";
    return json_of(c, CG_JSON_AS_JSONB, (struct cg_slice){field.data + 1, field.len - 1}, err);
}

/* Weight, sign and digits; no display scale, no zero digits at either end, one zero. */
static const char *numeric_field(struct cg_canonicaliser *c, struct cg_slice field, struct cg_error *err) {
    if (field.len < 8 || field.len != 8u + 2u * cg_get_u16(field.data))
        return "its numeric is malformed";
    const unsigned char *digits = field.data + 8;
    size_t count = cg_get_u16(field.data);
    int weight = (int16_t)cg_get_u16(field.data + 2);
    uint16_t sign = cg_get_u16(field.data + 4);
    bool finite = sign == 0 || sign == 0x4000;
    while (count && cg_get_u16(digits) == 0)
        digits += 2, count--, weight--;
    while (count && cg_get_u16(digits + 2 * (count - 1)) == 0)
        count--;
    if (count == 0) {
        weight = 0;
        sign = finite ? 0 : sign;
    }
    if (cg_buffer_reserve(&c->row, 6 + 2 * count, err) < 0)
        return no_memory;
    cg_put_u32(&c->row, (uint32_t)weight); /* 32 bits: leading zeros may take it below an int16 */
    cg_put_u16(&c->row, sign);
    cg_put_bytes(&c->row, digits, 2 * count);
    return NULL;
}

static const char *bpchar_field(struct cg_canonicaliser *c, struct cg_slice field, struct cg_error *err) {
    while (field.len && field.data[field.len - 1] == ' ')
        field.len--;
    return cg_buffer_append(&c->row, field.data, field.len, err) < 0 ? no_memory : NULL;
}

/* Dimensions, has-null flag, element OID, bounds, elements: the OID is left out. */
static const char *array_field(struct cg_canonicaliser *c, struct cg_slice field, struct cg_error *err) {
    if (field.len < 12)
        return "its array is malformed";
    if (cg_buffer_reserve(&c->row, field.len, err) < 0)
        return no_memory;
    cg_put_bytes(&c->row, field.data, 8);
    cg_put_bytes(&c->row, field.data + 12, field.len - 12);
    return NULL;
}

static canonical_fn *const forms[] = {
    [CG_CANONICAL_JSON] = jsonb_field,      [CG_CANONICAL_JSON_TEXT] = json_text_field,
    [CG_CANONICAL_NUMERIC] = numeric_field, [CG_CANONICAL_BPCHAR] = bpchar_field,
    [CG_CANONICAL_ARRAY] = array_field,
};

static int malformed(const struct cg_canonicaliser *c, size_t column, const char *why, struct cg_error *err) {
    (void)c;
    if (why == no_memory)
        return -1;
    return cg_error_set(err, CG_ERR_INTERNAL, "a row image is malformed at column %zu: %s", column + 1, why);
}

/* Where the row being read stands. */
struct walk {
    const unsigned char *p, *end;
    const unsigned char *copied; /* everything before it is in c->row */
};

/* Reads one length. On success w->p is behind it and *ret_len bytes (or a NULL) follow inside the image. */
static const char *read_length(struct walk *w, uint32_t *ret_len) {
    if (w->end - w->p < 4)
        return "it ends in a length";
    uint32_t len = cg_get_u32(w->p);
    w->p += 4;
    if (len != NULL_FIELD && (len > INT32_MAX || len > (size_t)(w->end - w->p)))
        return "a field goes beyond its end";
    *ret_len = len;
    return NULL;
}

/* Copies the bytes up to `stop` that were not copied yet. */
static int copy_run(struct cg_canonicaliser *c, struct walk *w, const unsigned char *stop, struct cg_error *err) {
    int r = cg_buffer_append(&c->row, w->copied, (size_t)(stop - w->copied), err);
    w->copied = stop;
    return r;
}

/* Writes a field anew; w->p is at its bytes. prepared: its canonical text, or NULL data. */
static const char *replace_field(struct cg_canonicaliser *c, struct walk *w, enum cg_canonical_form form, uint32_t len,
                                 struct cg_slice prepared, struct cg_error *err) {
    if (copy_run(c, w, w->p - 4, err) < 0 || cg_buffer_reserve(&c->row, 4 + prepared.len, err) < 0)
        return no_memory;
    size_t head = c->row.len;
    c->row.len += 4;
    if (prepared.data) {
        cg_put_bytes(&c->row, prepared.data, prepared.len);
    } else {
        const char *why = forms[form](c, (struct cg_slice){w->p, len}, err);
        if (why)
            return why;
    }
    size_t end = c->row.len;
    c->row.len = head;
    cg_put_u32(&c->row, (uint32_t)(end - head - 4));
    c->row.len = end;
    w->copied = w->p + len;
    return NULL;
}

static bool is_json(enum cg_canonical_form form) {
    return form == CG_CANONICAL_JSON || form == CG_CANONICAL_JSON_TEXT;
}

int cg_canonical_row_prepared(struct cg_canonicaliser *c, struct cg_slice image, const struct cg_prepared *prepared,
                              struct cg_slice texts, struct cg_digest *digest, struct cg_error *err) {
    const struct cg_canonical *canonical = c->canonical;
    if (image.len < 2 || cg_get_u16(image.data) != canonical->column_count)
        return cg_error_set(err, CG_ERR_INTERNAL, "a row image does not have %zu fields", canonical->column_count);
    struct walk w = {image.data + 2, image.data + image.len, image.data};
    c->row.len = 0;
    for (size_t i = 0; i < canonical->column_count; i++) {
        uint32_t len;
        const char *why = read_length(&w, &len);
        if (why)
            return malformed(c, i, why, err);
        if (len == NULL_FIELD)
            continue;
        enum cg_canonical_form form = canonical->columns[i];
        if (form != CG_CANONICAL_BYTES) {
            struct cg_slice text = {0};
            if (prepared && is_json(form))
                text = (struct cg_slice){texts.data + prepared[i].at, prepared[i].len};
            why = replace_field(c, &w, form, len, text, err);
            if (why)
                return malformed(c, i, why, err);
        }
        w.p += len;
    }
    if (w.p != w.end)
        return cg_error_set(err, CG_ERR_INTERNAL, "a row image has %zu bytes too many", (size_t)(w.end - w.p));
    if (w.copied == image.data) {
        cg_digest_row(digest, image.data, image.len);
        return 0;
    }
    if (copy_run(c, &w, w.end, err) < 0)
        return -1;
    cg_digest_row(digest, c->row.data, c->row.len);
    return 0;
}

int cg_canonical_row(struct cg_canonicaliser *c, struct cg_slice image, struct cg_digest *digest,
                     struct cg_error *err) {
    return cg_canonical_row_prepared(c, image, NULL, (struct cg_slice){0}, digest, err);
}
