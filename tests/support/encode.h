/* For tests of the encoder: types from their spelling, values in a word, one value through a one-column plan. */
#ifndef CG_TESTS_SUPPORT_ENCODE_H
#define CG_TESTS_SUPPORT_ENCODE_H

#include "transform/encoder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define I(n)                                                                                                           \
    { .kind = CG_VALUE_I64, .i64 = (n) }
#define U(n)                                                                                                           \
    { .kind = CG_VALUE_U64, .u64 = (n) }
#define FLOAT(x)                                                                                                       \
    { .kind = CG_VALUE_F32, .f32 = (x) }
#define DOUBLE(x)                                                                                                      \
    { .kind = CG_VALUE_F64, .f64 = (x) }
#define LITERAL(k, s)                                                                                                  \
    {                                                                                                                  \
        .kind = (k), .bytes = {(const unsigned char *)(s), sizeof(s) - 1 }                                             \
    }
#define DECIMAL(s) LITERAL(CG_VALUE_DECIMAL, s)
#define TEXT(s)    LITERAL(CG_VALUE_TEXT, s)
#define JSON(s)    LITERAL(CG_VALUE_JSON, s)
#define BYTES(s)   LITERAL(CG_VALUE_BYTES, s)
#define BITS(s)    LITERAL(CG_VALUE_BITS, s)
#define GEO(s)     LITERAL(CG_VALUE_GEOMETRY, s)
#define VECTOR(s)  LITERAL(CG_VALUE_VECTOR, s)
#define DATE(y, m, d)                                                                                                  \
    {                                                                                                                  \
        .kind = CG_VALUE_DATE, .civil = {.year = (y), .month = (m), .day = (d) }                                       \
    }
#define STAMP(y, m, d, h, i, s, us)                                                                                    \
    {                                                                                                                  \
        .kind = CG_VALUE_TIMESTAMP, .civil = {(y), (m), (d), (h), (i), (s), (us), false }                              \
    }
#define TIME(h, i, s, us, minus)                                                                                       \
    {                                                                                                                  \
        .kind = CG_VALUE_TIME, .civil = { 0, 0, 0, (h), (i), (s), (us), (minus) }                                      \
    }
#define NOTHING                                                                                                        \
    { .kind = CG_VALUE_NULL }
#define ENUM_ZERO                                                                                                      \
    { .kind = CG_VALUE_ENUM_INVALID }

/* Text that lives until the test program ends. */
static inline char *keep_text(const char *text, size_t len) {
    static char room[1 << 20];
    static size_t used;
    assert_true(used + len + 1 <= sizeof room);
    char *copy = room + used;
    memcpy(copy, text, len);
    copy[len] = '\0';
    used += len + 1;
    return copy;
}

/* enum('a','b') and set('a','b'): labels without commas or quotes. */
static inline void parse_labels(struct cg_type *type, const char *list) {
    static const char *room[4096];
    static size_t used;
    type->labels = room + used;
    for (const char *p = strchr(list, '\''); p; p = strchr(p, '\'')) {
        const char *end = strchr(++p, '\'');
        assert_true(used < sizeof room / sizeof *room);
        room[used++] = keep_text(p, (size_t)(end - p));
        type->label_count++;
        p = end + 1;
    }
}

/* A type from its spelling: "numeric(5,2)", "int unsigned", "timestamp(3)", "text[]", "enum('a','b')". */
static inline struct cg_type type_of(const char *text) {
    static const char *const timed[] = {"datetime", "timestamp", "timestamptz", "time", "interval"};
    struct cg_type type = {
        .full = text, .length = -1, .precision = -1, .scale = -1, .fraction = -1, .display_width = -1};
    const char *open = strchr(text, '('), *space = strstr(text, " unsigned"), *array = strstr(text, "[]");
    size_t len = open    ? (size_t)(open - text)
                 : space ? (size_t)(space - text)
                 : array ? (size_t)(array - text)
                         : strlen(text);
    type.name = keep_text(text, len);
    type.is_unsigned = space != NULL;
    type.array = array != NULL;
    bool labelled = strcmp(type.name, "enum") == 0 || strcmp(type.name, "set") == 0;
    bool decimal = strcmp(type.name, "numeric") == 0 || strcmp(type.name, "decimal") == 0;
    if (labelled && open)
        parse_labels(&type, open);
    else if (decimal && open) {
        type.precision = atoi(open + 1);
        type.scale = strchr(open, ',') ? atoi(strchr(open, ',') + 1) : 0;
    } else if (open) {
        type.length = atoi(open + 1);
    }
    for (size_t i = 0; i < sizeof timed / sizeof *timed; i++)
        if (strcmp(type.name, timed[i]) == 0) {
            type.fraction = (int)type.length;
            type.length = -1;
        }
    return type;
}

static inline struct cg_column column_of(const char *name, const char *type, bool nullable) {
    struct cg_type parsed = type_of(type);
    return (struct cg_column){.name = name, .type = parsed, .nullable = nullable};
}

/* A table of an id and columns of one pair each, and everything to encode its rows. */
enum { RIG_COLUMNS = 16 };
struct rig {
    struct cg_arena *arena;
    struct cg_column source[RIG_COLUMNS], target[RIG_COLUMNS];
    size_t count;
    cg_conversion_set allowed;
    enum cg_misfit_policy policy;
    bool not_null, in_key;
    struct cg_encoder_plan *plan;
    struct cg_encoder *encoder;
    struct cg_buffer out;
    struct cg_digest digest;
    struct cg_error err;
};

static inline void rig_add(struct rig *rig, const char *name, const char *source, const char *target) {
    rig->source[rig->count] = column_of(name, source, true);
    rig->target[rig->count++] = column_of(name, target, !rig->not_null);
}

/* Compiles what was added; returns what cg_encoder_compile does. The key is the id, and with in_key the next one. */
static inline int rig_compile(struct rig *rig) {
    struct cg_encode_column columns[RIG_COLUMNS];
    const size_t key[2] = {0, 1};
    rig->arena = cg_arena_new();
    for (size_t i = 0; i < rig->count; i++)
        columns[i] = (struct cg_encode_column){&rig->source[i], &rig->target[i], rig->allowed};
    cg_buffer_init(&rig->out, 1 << 26);
    if (cg_encoder_compile("t", columns, rig->count, key, rig->in_key ? 2 : 1, rig->policy, rig->arena, &rig->plan,
                           NULL, &rig->err) < 0)
        return -1;
    rig->encoder = cg_encoder_new(rig->plan, 1 << 26);
    assert_non_null(rig->encoder);
    return 0;
}

static inline void rig_done(struct rig *rig) {
    cg_encoder_free(rig->encoder);
    cg_buffer_done(&rig->out);
    cg_arena_free(rig->arena);
    memset(rig, 0, sizeof *rig);
}

/* Encodes a row of id 17 and the value. */
static inline int rig_row(struct rig *rig, const struct cg_value *value) {
    struct cg_value values[2] = {I(17), *value};
    return cg_encoder_row(rig->encoder, values, &rig->out, &rig->digest, &rig->err);
}

/* The digest of one image as a reader of the target takes it. */
static inline struct cg_digest digest_of_image(const struct rig *rig, struct cg_slice image) {
    struct cg_digest digest = {0};
    struct cg_error err = {0};
    struct cg_canonicaliser *c = cg_canonicaliser_new(cg_encoder_canonical(rig->plan), 1 << 26);
    assert_non_null(c);
    if (cg_canonical_row(c, image, &digest, &err) < 0)
        fail_msg("%s", err.message);
    cg_canonicaliser_free(c);
    return digest;
}

#endif
