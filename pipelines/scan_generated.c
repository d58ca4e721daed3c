/* The digests of generated columns; see scan_generated.h.
 *
 * Each generated column has an encoder plan of its own, over the columns that it is tied to and itself; the source's
 * values are picked out for it, as the target's fields are out of its images. */
#include "pipelines/scan_generated.h"

#include <stdio.h>
#include <stdlib.h>

enum { NULL_FIELD = 0xffffffff };

/* One generated column. */
struct part {
    struct cg_encoder *encoder;             /* the source's side */
    struct cg_canonicaliser *canonicaliser; /* the target's */
    struct cg_digest digest;
};

struct cg_scan_generated {
    const struct cg_scan_pair *pair;
    struct part *parts;
    struct cg_value *values; /* those of one part */
    struct cg_slice *fields; /* the image's, with their lengths in front */
    struct cg_buffer image;
};

static int part_new(const struct cg_scan_generated_column *column, enum cg_side which, struct part *part) {
    if (which == CG_SIDE_SOURCE)
        part->encoder = cg_encoder_new(column->encoder, CG_ROW_BYTES_MAX);
    else
        part->canonicaliser = cg_canonicaliser_new(cg_encoder_canonical(column->encoder), CG_ROW_BYTES_MAX);
    return part->encoder || part->canonicaliser ? 0 : -1;
}

struct cg_scan_generated *cg_scan_generated_new(const struct cg_scan_pair *pair, enum cg_side which) {
    struct cg_scan_generated *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->pair = pair;
    cg_buffer_init(&g->image, CG_ROW_BYTES_MAX);
    g->parts = calloc(pair->generated_count, sizeof *g->parts);
    g->values = calloc(pair->column_count, sizeof *g->values);
    g->fields = calloc(pair->column_count, sizeof *g->fields);
    bool whole = g->parts && g->values && g->fields;
    for (size_t i = 0; whole && i < pair->generated_count; i++)
        whole = part_new(&pair->generated[i], which, &g->parts[i]) == 0;
    if (whole)
        return g;
    cg_scan_generated_free(g);
    return NULL;
}

void cg_scan_generated_free(struct cg_scan_generated *generated) {
    if (!generated)
        return;
    for (size_t i = 0; generated->parts && i < generated->pair->generated_count; i++) {
        cg_encoder_free(generated->parts[i].encoder);
        cg_canonicaliser_free(generated->parts[i].canonicaliser);
    }
    cg_buffer_done(&generated->image);
    free(generated->parts);
    free(generated->values);
    free(generated->fields);
    free(generated);
}

/* ---- the source's side ---- */

int cg_scan_generated_values(struct cg_scan_generated *generated, const struct cg_value *values, struct cg_error *err) {
    for (size_t i = 0; i < generated->pair->generated_count; i++) {
        const struct cg_scan_generated_column *column = &generated->pair->generated[i];
        struct part *part = &generated->parts[i];
        for (size_t k = 0; k < column->column_count; k++)
            generated->values[k] = values[column->columns[k]];
        generated->image.len = 0;
        if (cg_encoder_row(part->encoder, generated->values, &generated->image, &part->digest, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- the target's side ---- */

static int malformed(const struct cg_scan_generated *g, struct cg_error *err) {
    return cg_error_set(err, CG_ERR_INTERNAL, "a row image of %s does not have %zu fields",
                        g->pair->table[CG_SIDE_TARGET]->name, g->pair->column_count);
}

/* Finds the fields of an image ("COPY", "Binary Format", "Tuples"). */
static int split(struct cg_scan_generated *g, struct cg_slice image, struct cg_error *err) {
    const unsigned char *at = image.data + 2, *end = image.data + image.len;
    if (image.len < 2 || cg_get_u16(image.data) != g->pair->column_count)
        return malformed(g, err);
    for (size_t i = 0; i < g->pair->column_count; i++) {
        if (end - at < 4)
            return malformed(g, err);
        uint32_t length = cg_get_u32(at);
        size_t bytes = 4 + (length == NULL_FIELD ? 0 : (size_t)length);
        if (bytes > (size_t)(end - at))
            return malformed(g, err);
        g->fields[i] = (struct cg_slice){at, bytes};
        at += bytes;
    }
    return at == end ? 0 : malformed(g, err);
}

static int put_count(struct cg_buffer *image, size_t columns, struct cg_error *err) {
    image->len = 0;
    if (cg_buffer_reserve(image, 2, err) < 0)
        return -1;
    cg_put_u16(image, (uint16_t)columns);
    return 0;
}

static int add_part(struct cg_scan_generated *g, size_t index, struct cg_error *err) {
    const struct cg_scan_generated_column *column = &g->pair->generated[index];
    struct part *part = &g->parts[index];
    if (put_count(&g->image, column->column_count, err) < 0)
        return -1;
    for (size_t k = 0; k < column->column_count; k++) {
        struct cg_slice field = g->fields[column->columns[k]];
        if (cg_buffer_append(&g->image, field.data, field.len, err) < 0)
            return -1;
    }
    return cg_canonical_row(part->canonicaliser, cg_buffer_slice(&g->image), &part->digest, err);
}

int cg_scan_generated_image(struct cg_scan_generated *generated, struct cg_slice image, struct cg_slice *ret_base,
                            struct cg_error *err) {
    const struct cg_scan_pair *pair = generated->pair;
    if (split(generated, image, err) < 0)
        return -1;
    for (size_t i = 0; i < pair->generated_count; i++)
        if (add_part(generated, i, err) < 0)
            return -1;
    /* The base columns come first: their fields are one run. */
    size_t base = 0;
    for (size_t i = 0; i < pair->base_count; i++)
        base += generated->fields[i].len;
    if (put_count(&generated->image, pair->base_count, err) < 0 ||
        cg_buffer_append(&generated->image, image.data + 2, base, err) < 0)
        return -1;
    *ret_base = cg_buffer_slice(&generated->image);
    return 0;
}

/* ---- what a chunk gave ---- */

const struct cg_digest *cg_scan_generated_digest(const struct cg_scan_generated *generated, size_t i) {
    return &generated->parts[i].digest;
}

/* Conversions of the columns that it is tied to were counted with the base image. */
static int add_source(struct cg_scan_pair *pair, size_t index, const struct cg_encoder *encoder, struct cg_error *err) {
    struct cg_scan_generated_column *column = &pair->generated[index];
    size_t last = column->column_count - 1;
    const char *key = NULL;
    for (size_t conversion = 0; conversion < CG_CONVERSION_COUNT; conversion++)
        if (cg_scan_add_tally(pair, pair->base_count + index, (enum cg_conversion)conversion,
                              cg_encoder_tally(encoder, last, (enum cg_conversion)conversion), err) < 0)
            return -1;
    uint64_t misfits = cg_encoder_misfits(encoder, NULL, &key);
    if (misfits && !column->misfits)
        snprintf(column->misfit_key, sizeof column->misfit_key, "%s", key ? key : "");
    column->misfits += misfits;
    return 0;
}

int cg_scan_generated_add(struct cg_scan_pair *pair, enum cg_side which, const struct cg_scan_generated *generated,
                          struct cg_error *err) {
    for (size_t i = 0; i < pair->generated_count; i++) {
        const struct part *part = &generated->parts[i];
        cg_digest_add(&pair->generated[i].digest[which], &part->digest);
        if (part->encoder && add_source(pair, i, part->encoder, err) < 0)
            return -1;
    }
    return 0;
}
