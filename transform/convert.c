/* Every pair of value kind and target type that has a conversion, and the compilation of one; see convert.h. */
#include "transform/convert.h"

#include <stdio.h>
#include <stdlib.h>

/* What the types of a source yield (core/value.h). */
static const struct {
    const char *name;
    enum cg_value_kind kind, unsigned_kind;
} source_kinds[] = {
    {"tinyint", CG_VALUE_I64, CG_VALUE_U64},
    {"smallint", CG_VALUE_I64, CG_VALUE_U64},
    {"mediumint", CG_VALUE_I64, CG_VALUE_U64},
    {"int", CG_VALUE_I64, CG_VALUE_U64},
    {"bigint", CG_VALUE_I64, CG_VALUE_U64},
    {"year", CG_VALUE_I64, CG_VALUE_I64},
    {"decimal", CG_VALUE_DECIMAL, CG_VALUE_DECIMAL},
    {"float", CG_VALUE_F32, CG_VALUE_F32},
    {"double", CG_VALUE_F64, CG_VALUE_F64},
    {"bit", CG_VALUE_BITS, CG_VALUE_BITS},
    {"date", CG_VALUE_DATE, CG_VALUE_DATE},
    {"datetime", CG_VALUE_TIMESTAMP, CG_VALUE_TIMESTAMP},
    {"timestamp", CG_VALUE_TIMESTAMP, CG_VALUE_TIMESTAMP},
    {"time", CG_VALUE_TIME, CG_VALUE_TIME},
    {"char", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"varchar", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"tinytext", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"text", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"mediumtext", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"longtext", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"enum", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"set", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"uuid", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"inet4", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"inet6", CG_VALUE_TEXT, CG_VALUE_TEXT},
    {"json", CG_VALUE_JSON, CG_VALUE_JSON},
    {"binary", CG_VALUE_BYTES, CG_VALUE_BYTES},
    {"varbinary", CG_VALUE_BYTES, CG_VALUE_BYTES},
    {"tinyblob", CG_VALUE_BYTES, CG_VALUE_BYTES},
    {"blob", CG_VALUE_BYTES, CG_VALUE_BYTES},
    {"mediumblob", CG_VALUE_BYTES, CG_VALUE_BYTES},
    {"longblob", CG_VALUE_BYTES, CG_VALUE_BYTES},
    {"geometry", CG_VALUE_GEOMETRY, CG_VALUE_GEOMETRY},
    {"point", CG_VALUE_GEOMETRY, CG_VALUE_GEOMETRY},
    {"linestring", CG_VALUE_GEOMETRY, CG_VALUE_GEOMETRY},
    {"polygon", CG_VALUE_GEOMETRY, CG_VALUE_GEOMETRY},
    {"multipoint", CG_VALUE_GEOMETRY, CG_VALUE_GEOMETRY},
    {"multilinestring", CG_VALUE_GEOMETRY, CG_VALUE_GEOMETRY},
    {"multipolygon", CG_VALUE_GEOMETRY, CG_VALUE_GEOMETRY},
    {"geometrycollection", CG_VALUE_GEOMETRY, CG_VALUE_GEOMETRY},
    {"vector", CG_VALUE_VECTOR, CG_VALUE_VECTOR},
};

/* NULL when that pair of types is fine, else why it is not. */
typedef const char *check_fn(const struct cg_type *source, const struct cg_type *target);

static bool named(const struct cg_type *type, const char *name) {
    return strcmp(type->name, name) == 0;
}

static const char *one_bit(const struct cg_type *source, const struct cg_type *target) {
    (void)target;
    return source->length == 1 ? NULL : "only BIT(1) can become boolean";
}

static const char *same_bits(const struct cg_type *source, const struct cg_type *target) {
    return source->length == target->length ? NULL : "the numbers of bits differ";
}

static const char *enough_bits(const struct cg_type *source, const struct cg_type *target) {
    return target->length < 0 || source->length <= target->length ? NULL : "it has fewer bits";
}

/* An interval of some fields only ("interval year to month") would drop the others without a word. */
static const char *all_fields(const struct cg_type *source, const struct cg_type *target) {
    (void)source;
    const char *rest = target->full ? target->full : target->name;
    if (strncmp(rest, "interval", 8) == 0)
        rest += 8;
    return *rest == '\0' || *rest == '(' ? NULL : "it keeps only some fields of an interval";
}

static const char *only_set(const struct cg_type *source, const struct cg_type *target) {
    (void)target;
    return named(source, "set") ? NULL : "only SET can become an array";
}

static const char *only_plain_text(const struct cg_type *source, const struct cg_type *target) {
    (void)target;
    return named(source, "set") || named(source, "enum") ? "labels have no such form" : NULL;
}

/* ENUM, for a target that has the label, or any text. */
static const char *not_set(const struct cg_type *source, const struct cg_type *target) {
    (void)target;
    return named(source, "set") ? "a SET is not one label" : NULL;
}

static const char *sixteen_bytes(const struct cg_type *source, const struct cg_type *target) {
    (void)target;
    return source->length == 16 || !named(source, "binary") ? NULL : "only BINARY(16) can become uuid";
}

#define TEXTS(kind, plain, padded)                                                                                     \
    {kind, "text", NULL, plain}, {kind, "varchar", NULL, plain}, {kind, "citext", NULL, plain}, {                      \
        kind, "bpchar", NULL, padded                                                                                   \
    }
#define INTEGERS(kind, encode)                                                                                         \
    {kind, "smallint", NULL, encode}, {kind, "integer", NULL, encode}, {                                               \
        kind, "bigint", NULL, encode                                                                                   \
    }

/* "enum" stands for any enum type, "NAME[]" for an array. */
static const struct rule {
    enum cg_value_kind from;
    const char *to;
    check_fn *check; /* or NULL */
    cg_encode_fn *encode;
} rules[] = {
    INTEGERS(CG_VALUE_I64, cg_encode_i64_integer),
    INTEGERS(CG_VALUE_U64, cg_encode_u64_integer),
    INTEGERS(CG_VALUE_DECIMAL, cg_encode_decimal_integer),
    INTEGERS(CG_VALUE_BITS, cg_encode_bits_integer),
    {CG_VALUE_I64, "boolean", NULL, cg_encode_i64_boolean},
    {CG_VALUE_U64, "boolean", NULL, cg_encode_u64_boolean},
    {CG_VALUE_BITS, "boolean", one_bit, cg_encode_bits_boolean},
    {CG_VALUE_I64, "numeric", NULL, cg_encode_i64_numeric},
    {CG_VALUE_U64, "numeric", NULL, cg_encode_u64_numeric},
    {CG_VALUE_DECIMAL, "numeric", NULL, cg_encode_decimal_numeric},
    {CG_VALUE_BITS, "numeric", NULL, cg_encode_bits_numeric},
    {CG_VALUE_I64, "double precision", NULL, cg_encode_i64_float},
    {CG_VALUE_U64, "double precision", NULL, cg_encode_u64_float},
    {CG_VALUE_I64, "real", NULL, cg_encode_i64_float},
    {CG_VALUE_U64, "real", NULL, cg_encode_u64_float},
    {CG_VALUE_F32, "real", NULL, cg_encode_f32},
    {CG_VALUE_F32, "double precision", NULL, cg_encode_f32_double},
    {CG_VALUE_F64, "double precision", NULL, cg_encode_f64},
    {CG_VALUE_F64, "real", NULL, cg_encode_f64_real},
    TEXTS(CG_VALUE_I64, cg_encode_i64_text, cg_encode_i64_text),
    TEXTS(CG_VALUE_U64, cg_encode_u64_text, cg_encode_u64_text),
    TEXTS(CG_VALUE_DECIMAL, cg_encode_decimal_text, cg_encode_decimal_text),
    TEXTS(CG_VALUE_DATE, cg_encode_date_text, cg_encode_date_text),
    TEXTS(CG_VALUE_TIMESTAMP, cg_encode_timestamp_text, cg_encode_timestamp_text),
    TEXTS(CG_VALUE_TIME, cg_encode_time_text, cg_encode_time_text),
    TEXTS(CG_VALUE_TEXT, cg_encode_text, cg_encode_bpchar),
    TEXTS(CG_VALUE_JSON, cg_encode_text, cg_encode_bpchar),
    TEXTS(CG_VALUE_BYTES, cg_encode_text, cg_encode_bpchar),
    {CG_VALUE_DATE, "date", NULL, cg_encode_date},
    {CG_VALUE_DATE, "timestamp", NULL, cg_encode_date_timestamp},
    {CG_VALUE_TIMESTAMP, "timestamp", NULL, cg_encode_timestamp},
    {CG_VALUE_TIMESTAMP, "timestamptz", NULL, cg_encode_timestamp},
    {CG_VALUE_TIMESTAMP, "date", NULL, cg_encode_timestamp_date},
    {CG_VALUE_TIME, "time", NULL, cg_encode_time},
    {CG_VALUE_TIME, "interval", all_fields, cg_encode_time_interval},
    {CG_VALUE_TEXT, "enum", not_set, cg_encode_enum},
    {CG_VALUE_TEXT, "text[]", only_set, cg_encode_set_array},
    {CG_VALUE_TEXT, "varchar[]", only_set, cg_encode_set_array},
    {CG_VALUE_TEXT, "enum[]", only_set, cg_encode_set_array},
    {CG_VALUE_TEXT, "bytea", NULL, cg_encode_text_bytea},
    {CG_VALUE_TEXT, "uuid", only_plain_text, cg_encode_text_uuid},
    {CG_VALUE_TEXT, "inet", only_plain_text, cg_encode_text_inet},
    {CG_VALUE_TEXT, "json", only_plain_text, cg_encode_json},
    {CG_VALUE_TEXT, "jsonb", only_plain_text, cg_encode_json},
    {CG_VALUE_JSON, "json", NULL, cg_encode_json},
    {CG_VALUE_JSON, "jsonb", NULL, cg_encode_json},
    {CG_VALUE_BYTES, "bytea", NULL, cg_encode_bytea},
    {CG_VALUE_BYTES, "uuid", sixteen_bytes, cg_encode_bytes_uuid},
    {CG_VALUE_BITS, "bit", same_bits, cg_encode_bits},
    {CG_VALUE_BITS, "varbit", enough_bits, cg_encode_bits},
    {CG_VALUE_BITS, "bytea", NULL, cg_encode_bits_bytea},
    {CG_VALUE_GEOMETRY, "bytea", NULL, cg_encode_geometry},
    {CG_VALUE_GEOMETRY, "geometry", NULL, cg_encode_geometry},
    {CG_VALUE_VECTOR, "vector", NULL, cg_encode_vector},
    {CG_VALUE_VECTOR, "real[]", NULL, cg_encode_vector_array},
};

/* The kind that a source type yields, or CG_VALUE_NULL. */
static enum cg_value_kind kind_of(const struct cg_type *source) {
    for (size_t i = 0; i < sizeof source_kinds / sizeof *source_kinds; i++)
        if (named(source, source_kinds[i].name))
            return source->is_unsigned ? source_kinds[i].unsigned_kind : source_kinds[i].kind;
    return CG_VALUE_NULL;
}

static const struct rule *find_rule(enum cg_value_kind kind, const struct cg_type *target) {
    char name[80];
    bool is_enum = target->label_count > 0;
    int len = snprintf(name, sizeof name, "%s%s", is_enum ? "enum" : target->name, target->array ? "[]" : "");
    if (len < 0 || (size_t)len >= sizeof name)
        return NULL;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].from == kind && strcmp(rules[i].to, name) == 0)
            return &rules[i];
    return NULL;
}

const char *cg_path_missing(const struct cg_type *source, const struct cg_type *target) {
    const struct rule *rule = find_rule(kind_of(source), target);
    if (!rule)
        return "";
    return rule->check ? rule->check(source, target) : NULL;
}

static void compile_numbers(struct cg_path *path, const struct cg_type *target) {
    static const struct {
        const char *name;
        unsigned width;
        int64_t low, high;
    } ranges[] = {
        {"smallint", 2, INT16_MIN, INT16_MAX}, {"integer", 4, INT32_MIN, INT32_MAX},
        {"bigint", 8, INT64_MIN, INT64_MAX},   {"real", 4, -(1 << 24), 1 << 24},
        {"double precision", 8, 0, 0},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (named(target, ranges[i].name)) {
            path->width = ranges[i].width;
            path->low = ranges[i].low;
            path->high = ranges[i].high;
        }
}

static int compare_labels(const void *a, const void *b) {
    const struct cg_label *x = a, *y = b;
    if (x->len != y->len)
        return x->len < y->len ? -1 : 1;
    return memcmp(x->text, y->text, x->len);
}

static int compile_labels(struct cg_path *path, const struct cg_type *target, struct cg_arena *arena,
                          struct cg_error *err) {
    path->labels = cg_arena_array(arena, target->label_count, sizeof *path->labels);
    if (!path->labels)
        return cg_error_memory(err);
    path->label_count = target->label_count;
    for (size_t i = 0; i < target->label_count; i++)
        path->labels[i] = (struct cg_label){target->labels[i], strlen(target->labels[i])};
    qsort(path->labels, path->label_count, sizeof *path->labels, compare_labels);
    return 0;
}

static uint32_t element_oid(const struct cg_type *target) {
    enum { TEXT = 25, VARCHAR = 1043, FLOAT4 = 700 };
    if (target->oid)
        return target->oid;
    return named(target, "text") ? TEXT : named(target, "varchar") ? VARCHAR : FLOAT4;
}

static const char *full_name(const struct cg_type *type) {
    return type->full ? type->full : type->name;
}

static int no_path(const struct cg_column *source, const struct cg_column *target, const char *why,
                   struct cg_error *err) {
    cg_error_set(err, CG_ERR_USAGE, "column %s: there is no conversion from %s to %s%s%s", source->name,
                 full_name(&source->type), full_name(&target->type), *why ? ": " : "", why);
    cg_error_hint(err, "choose another target type for %s with --map-column or a rule of --typemap", source->name);
    return -1;
}

int cg_path_compile(const struct cg_column *source, const struct cg_column *target, cg_conversion_set allowed,
                    struct cg_arena *arena, struct cg_path *ret_path, struct cg_error *err) {
    const struct cg_type *s = &source->type, *t = &target->type;
    const char *missing = cg_path_missing(s, t);
    if (missing)
        return no_path(source, target, missing, err);
    struct cg_path path = {
        .encode = find_rule(kind_of(s), t)->encode,
        .kind = kind_of(s),
        .nullable = target->nullable,
        .allowed = allowed,
        .source = source,
        .target = target,
        .precision = t->precision,
        .scale = t->scale,
        .fraction = t->fraction < 0 || t->fraction > 6 ? 6 : t->fraction,
        .source_fraction = s->fraction < 0 ? 0 : s->fraction,
        .length = t->length,
        .source_length = s->length,
        .canonical_only = !named(s, t->name) && !named(s, "inet4") && !named(s, "inet6"),
        .jsonb = named(t, "jsonb"),
        .json_mode = named(t, "jsonb") ? CG_JSON_AS_JSONB : CG_JSON_AS_TEXT,
    };
    compile_numbers(&path, t);
    if (t->array)
        path.element_oid = element_oid(t);
    if (t->label_count > 0 && compile_labels(&path, t, arena, err) < 0)
        return -1;
    *ret_path = path;
    return 0;
}

enum cg_fit cg_misfit(struct cg_job *job, int would_allow, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(job->why, sizeof job->why, format, args);
    va_end(args);
    job->would_allow = would_allow;
    return CG_MISFIT;
}

enum cg_fit cg_apply(struct cg_job *job, const struct cg_path *path, enum cg_conversion conversion, const char *why) {
    if (!(path->allowed & CG_CONVERSION_BIT(conversion)))
        return cg_misfit(job, conversion, "%s", why);
    struct cg_applied applied = {path->index, conversion};
    return cg_buffer_append(&job->applied, &applied, sizeof applied, job->err) < 0 ? CG_FAILED : CG_FITS;
}

enum cg_fit cg_apply_null(struct cg_job *job, const struct cg_path *path, enum cg_conversion conversion,
                          const char *why) {
    if (path->in_key)
        return cg_misfit(job, -1, "%s, and a column of the key never becomes NULL", why);
    if (!path->nullable)
        return cg_misfit(job, -1, "%s, and the target's column is NOT NULL", why);
    enum cg_fit fit = cg_apply(job, path, conversion, why);
    if (fit != CG_FITS)
        return fit;
    if (cg_buffer_reserve(job->out, 4, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, 0xffffffff);
    return CG_FITS;
}

enum cg_fit cg_put_field(struct cg_job *job, struct cg_slice bytes) {
    if (bytes.len > CG_FIELD_MAX)
        return cg_misfit(job, -1, "%zu bytes are more than the 1 GB that PostgreSQL can hold in a field", bytes.len);
    if (cg_buffer_reserve(job->out, 4 + bytes.len, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, (uint32_t)bytes.len);
    cg_put_bytes(job->out, bytes.data, bytes.len);
    return CG_FITS;
}
