/* Rows of values to row images; see encoder.h.
 *
 * A row is written field by field behind what `out` holds; conversions that were applied are noted, and counted only
 * when the row is done, so that a row that fails leaves nothing behind. A misfit under CG_MISFIT_DIFFER becomes NULL in
 * the image, and the digest is taken of the misfits' own values and the image, led by a field count that no row has:
 * it equals no real row, but itself when it is read again. So rows that were set aside can be told from others by it.
 */
#include "transform/encoder.h"
#include "transform/convert.h"
#include "transform/describe.h"
#include "transform/tally.h"

#include <stdlib.h>

struct cg_encoder_plan {
    const char *table_name;
    struct cg_path *paths;
    struct cg_canonical canonical; /* its column_count is the plan's */
    const size_t *key;
    size_t key_count;
    enum cg_misfit_policy policy;
};

struct cg_encoder {
    const struct cg_encoder_plan *plan;
    struct cg_job job;
    struct cg_canonicaliser *canonicaliser;
    struct cg_tallies tallies;
    struct cg_buffer damage; /* the row's misfits */
    struct cg_misfit misfit; /* the row's first one, if there is damage */
    char misfit_why[sizeof((struct cg_job *)NULL)->why];
    uint64_t misfits;
    size_t misfit_column;
    char misfit_key[CG_SAMPLE_KEY_SIZE];
};

bool cg_encoder_can_convert(const struct cg_type *source, const struct cg_type *target) {
    return cg_path_missing(source, target) == NULL;
}

cg_conversion_set cg_encoder_declared(const struct cg_type *source, const struct cg_type *target) {
    bool normalised = !target->array && strcmp(target->name, "jsonb") == 0 && strcmp(source->name, "jsonb") != 0;
    return normalised ? CG_CONVERSION_BIT(CG_JSON_NORMALISED) : 0;
}

const struct cg_canonical *cg_encoder_canonical(const struct cg_encoder_plan *plan) {
    return &plan->canonical;
}

static int compile_columns(struct cg_encoder_plan *plan, const struct cg_encode_column *columns, size_t count,
                           struct cg_arena *arena, size_t *ret_column, struct cg_error *err) {
    enum cg_canonical_form *forms = cg_arena_array(arena, count + 1, sizeof *forms);
    plan->paths = cg_arena_array(arena, count + 1, sizeof *plan->paths);
    if (!forms || !plan->paths)
        return cg_error_memory(err);
    plan->canonical = (struct cg_canonical){forms, count, true};
    for (size_t i = 0; i < count; i++) {
        const struct cg_encode_column *c = &columns[i];
        if (cg_path_compile(c->source, c->target, c->allowed, arena, &plan->paths[i], err) < 0) {
            cg_error_object(err, "table %s, column %s", plan->table_name, c->source->name);
            if (ret_column)
                *ret_column = i;
            return -1;
        }
        plan->paths[i].index = i;
        forms[i] = cg_canonical_form_of(&c->source->type, &c->target->type);
        plan->canonical.plain &= forms[i] == CG_CANONICAL_BYTES;
    }
    return 0;
}

int cg_encoder_compile(const char *table_name, const struct cg_encode_column *columns, size_t column_count,
                       const size_t *key, size_t key_count, enum cg_misfit_policy policy, struct cg_arena *arena,
                       struct cg_encoder_plan **ret_plan, size_t *ret_column, struct cg_error *err) {
    enum { MOST_COLUMNS = 1600 }; /* PostgreSQL's */
    if (column_count > MOST_COLUMNS)
        return cg_error_set(err, CG_ERR_USAGE, "table %s has %zu columns, PostgreSQL's tables %d at most", table_name,
                            column_count, MOST_COLUMNS);
    struct cg_encoder_plan *plan = cg_arena_alloc(arena, sizeof *plan);
    size_t *own_key = cg_arena_array(arena, key_count + 1, sizeof *own_key);
    if (!plan || !own_key)
        return cg_error_memory(err);
    plan->table_name = cg_arena_strdup(arena, table_name);
    plan->key = own_key;
    plan->key_count = key_count;
    plan->policy = policy;
    if (!plan->table_name)
        return cg_error_memory(err);
    if (compile_columns(plan, columns, column_count, arena, ret_column, err) < 0)
        return -1;
    for (size_t i = 0; i < key_count; i++) {
        own_key[i] = key[i];
        plan->paths[key[i]].in_key = true;
    }
    *ret_plan = plan;
    return 0;
}

struct cg_encoder *cg_encoder_new(const struct cg_encoder_plan *plan, size_t max_row) {
    struct cg_encoder *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    size_t columns = plan->canonical.column_count;
    e->plan = plan;
    cg_buffer_init(&e->job.texts, SIZE_MAX / 2);
    cg_buffer_init(&e->job.spare, SIZE_MAX / 2);
    cg_buffer_init(&e->job.applied, SIZE_MAX / 2);
    cg_buffer_init(&e->damage, SIZE_MAX / 2);
    e->job.json = cg_json_new();
    e->job.prepared = calloc(columns + 1, sizeof *e->job.prepared);
    e->canonicaliser = cg_canonicaliser_new(&plan->canonical, max_row);
    if (!e->job.json || !e->job.prepared || !e->canonicaliser || cg_tallies_init(&e->tallies, columns) < 0) {
        cg_encoder_free(e);
        return NULL;
    }
    return e;
}

void cg_encoder_free(struct cg_encoder *encoder) {
    if (!encoder)
        return;
    cg_buffer_done(&encoder->job.texts);
    cg_buffer_done(&encoder->job.spare);
    cg_buffer_done(&encoder->job.applied);
    cg_buffer_done(&encoder->damage);
    cg_json_free(encoder->job.json);
    free(encoder->job.prepared);
    cg_canonicaliser_free(encoder->canonicaliser);
    cg_tallies_done(&encoder->tallies);
    free(encoder);
}

/* The row's key as text: "id=17"; "no key" for a table without one. */
static void describe_key(const struct cg_encoder_plan *plan, const struct cg_value *values,
                         char ret_text[CG_SAMPLE_KEY_SIZE]) {
    memcpy(ret_text, "no key", sizeof "no key");
    for (size_t i = 0; i < plan->key_count; i++) {
        size_t column = plan->key[i];
        cg_describe_key_part(plan->paths[column].source, &values[column], i == 0, ret_text, CG_SAMPLE_KEY_SIZE);
    }
}

/* Adds table, column and key to an error that was set. */
static void locate(const struct cg_encoder_plan *plan, const struct cg_path *path, const struct cg_value *values,
                   struct cg_error *err) {
    char key[CG_SAMPLE_KEY_SIZE];
    describe_key(plan, values, key);
    if (path)
        cg_error_object(err, "table %s, column %s, key %s", plan->table_name, path->source->name, key);
    else
        cg_error_object(err, "table %s, key %s", plan->table_name, key);
}

/* CG_MISFIT_STOP: the error. Returns -1. */
static int stop(const struct cg_encoder *e, const struct cg_path *path, const struct cg_value *values) {
    struct cg_error *err = e->job.err;
    const struct cg_type *type = &path->target->type;
    const char *table = e->plan->table_name, *column = path->source->name;
    char text[120];
    cg_describe_value(&path->source->type, &values[path->index], text, sizeof text);
    cg_error_set(err, CG_ERR_DATA, "the value %s of %s.%s does not fit the target's %s: %s", text, table, column,
                 type->full ? type->full : type->name, e->job.why);
    locate(e->plan, path, values, err);
    if (e->job.would_allow >= 0)
        cg_error_hint(err, "allow %s for %s.%s in a type map (--typemap FILE), or mend the value at the source",
                      cg_conversions[e->job.would_allow].name, table, column);
    else
        cg_error_hint(err, "mend the value at the source, or choose a type that holds it: --map-column '%s.%s=TYPE'",
                      table, column);
    return -1;
}

/* The bytes of a value that is not bytes itself, for the digest: into room, which has MISFIT_ROOM bytes. */
enum { MISFIT_ROOM = 8 * sizeof(uint32_t) };
static struct cg_slice value_bytes(const struct cg_value *value, unsigned char *room) {
    size_t len = 0;
    switch (value->kind) {
    case CG_VALUE_NULL:
    case CG_VALUE_ENUM_INVALID:
        break;
    case CG_VALUE_F32:
        len = sizeof value->f32;
        memcpy(room, &value->f32, len);
        break;
    case CG_VALUE_I64:
    case CG_VALUE_U64:
    case CG_VALUE_F64:
        len = sizeof value->u64;
        memcpy(room, &value->u64, len);
        break;
    case CG_VALUE_DATE:
    case CG_VALUE_TIME:
    case CG_VALUE_TIMESTAMP: { /* member by member: padding has no value */
        const struct cg_civil *c = &value->civil;
        uint32_t parts[8] = {c->year, c->month, c->day, c->hour, c->minute, c->second, c->microsecond, c->negative};
        len = sizeof parts;
        memcpy(room, parts, len);
        break;
    }
    default:
        return value->bytes;
    }
    return (struct cg_slice){room, len};
}

/* A hash instead of the bytes, however many they are. */
static void put_hash(struct cg_buffer *damage, struct cg_slice bytes) {
    struct cg_digest hash = {0};
    cg_digest_row(&hash, bytes.data, bytes.len);
    cg_put_u64(damage, hash.high);
    cg_put_u64(damage, hash.low);
}

enum { DAMAGE_BYTES = 2 + 8 + 4 + 8 + 16 };

/* Notes a misfit of the row: which column, what kind of value, its bytes. */
static int put_damage(struct cg_encoder *e, size_t column, int kind, struct cg_slice bytes) {
    struct cg_buffer *damage = &e->damage;
    if (cg_buffer_reserve(damage, DAMAGE_BYTES, e->job.err) < 0)
        return -1;
    cg_put_u16(damage, 0xffff); /* no row has so many fields */
    cg_put_u64(damage, column);
    cg_put_u32(damage, (uint32_t)kind);
    cg_put_u64(damage, bytes.len);
    put_hash(damage, bytes);
    return 0;
}

/* CG_MISFIT_DIFFER: NULL into the image, the value itself into the digest. */
static int differ(struct cg_encoder *e, const struct cg_path *path, const struct cg_value *values) {
    unsigned char room[MISFIT_ROOM];
    const struct cg_value *value = &values[path->index];
    if (put_damage(e, path->index, (int)value->kind, value_bytes(value, room)) < 0 ||
        cg_buffer_reserve(e->job.out, 4, e->job.err) < 0)
        return -1;
    cg_put_u32(e->job.out, 0xffffffff);
    return 0;
}

/* The row's first misfit: counted, and kept for whoever asks why. */
static void count_misfit(struct cg_encoder *e, size_t column, int would_allow, const struct cg_value *values) {
    memcpy(e->misfit_why, e->job.why, sizeof e->misfit_why);
    e->misfit = (struct cg_misfit){column, e->misfit_why, would_allow};
    if (e->misfits++ > 0)
        return;
    e->misfit_column = column;
    describe_key(e->plan, values, e->misfit_key);
}

static int settle_misfit(struct cg_encoder *e, const struct cg_path *path, const struct cg_value *values) {
    if (e->plan->policy == CG_MISFIT_STOP)
        return stop(e, path, values);
    if (e->damage.len == 0)
        count_misfit(e, path->index, e->job.would_allow, values);
    return differ(e, path, values);
}

/* A row that no tuple of PostgreSQL's can hold. */
static int settle_size(struct cg_encoder *e, struct cg_slice image, const struct cg_value *values) {
    struct cg_job *job = &e->job;
    (void)cg_misfit(job, -1, "a row of %zu bytes is more than the 1 GB that PostgreSQL can hold", image.len);
    if (e->plan->policy == CG_MISFIT_DIFFER) {
        if (e->damage.len == 0)
            count_misfit(e, CG_WHOLE_ROW, -1, values);
        return put_damage(e, CG_WHOLE_ROW, 0, image);
    }
    cg_error_set(job->err, CG_ERR_DATA, "%s", job->why);
    cg_error_hint(job->err, "leave out one of its columns, or store the row's largest values elsewhere");
    locate(e->plan, NULL, values, job->err);
    return -1;
}

/* NULL, an invalid ENUM, a text that lost something on its way. */
static enum cg_fit encode_unusual(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    if (value->kind == CG_VALUE_NULL) {
        if (!path->nullable)
            return cg_misfit(job, -1, "the target's column is NOT NULL");
        if (cg_buffer_reserve(job->out, 4, job->err) < 0)
            return CG_FAILED;
        cg_put_u32(job->out, 0xffffffff);
        return CG_FITS;
    }
    if (value->kind == CG_VALUE_ENUM_INVALID)
        return cg_apply_null(job, path, CG_ENUM_INVALID_TO_NULL, "an ENUM's index 0 is no label");
    if (value->kind != path->kind) {
        cg_error_set(job->err, CG_ERR_INTERNAL, "column %s was to yield values of kind %d and yields kind %d",
                     path->source->name, (int)path->kind, (int)value->kind);
        return CG_FAILED;
    }
    enum cg_fit fit =
        cg_apply(job, path, CG_CHARSET_SUBSTITUTED, "the source's conversion to utf8mb4 replaced a character of it");
    return fit == CG_FITS ? path->encode(job, path, value) : fit;
}

static int encode_fields(struct cg_encoder *e, const struct cg_value *values) {
    struct cg_job *job = &e->job;
    size_t count = e->plan->canonical.column_count;
    if (cg_buffer_reserve(job->out, 2, job->err) < 0)
        return -1;
    cg_put_u16(job->out, (uint16_t)count);
    for (size_t i = 0; i < count; i++) {
        const struct cg_path *path = &e->plan->paths[i];
        size_t applied = job->applied.len;
        bool usual = values[i].kind == path->kind && !values[i].substituted;
        enum cg_fit fit = usual ? path->encode(job, path, &values[i]) : encode_unusual(job, path, &values[i]);
        if (fit == CG_FITS)
            continue;
        if (fit == CG_FAILED) {
            locate(e->plan, path, values, job->err);
            return -1;
        }
        job->applied.len = applied;
        if (settle_misfit(e, path, values) < 0)
            return -1;
    }
    return 0;
}

static int add_digest(struct cg_encoder *e, struct cg_slice image, struct cg_digest *digest) {
    if (e->damage.len > 0) {
        if (cg_buffer_reserve(&e->damage, 16, e->job.err) < 0)
            return -1;
        put_hash(&e->damage, image);
        cg_digest_row(digest, e->damage.data, e->damage.len);
        return 0;
    }
    if (e->plan->canonical.plain) {
        cg_digest_row(digest, image.data, image.len);
        return 0;
    }
    return cg_canonical_row_prepared(e->canonicaliser, image, e->job.prepared, cg_buffer_slice(&e->job.texts), digest,
                                     e->job.err);
}

/* The row is done: what was applied in it counts. */
static int count_applied(struct cg_encoder *e, const struct cg_value *values) {
    const struct cg_applied *applied = (const struct cg_applied *)(const void *)e->job.applied.data;
    size_t count = e->job.applied.len / sizeof *applied;
    for (size_t i = 0; i < count; i++) {
        char *sample;
        if (cg_tallies_count(&e->tallies, applied[i].column, applied[i].conversion, &sample, e->job.err) < 0)
            return -1;
        if (sample)
            describe_key(e->plan, values, sample);
    }
    return 0;
}

static int encode_row(struct cg_encoder *e, const struct cg_value *values, struct cg_digest *digest) {
    struct cg_job *job = &e->job;
    size_t start = job->out->len;
    if (encode_fields(e, values) < 0)
        return -1;
    struct cg_slice image = {job->out->data + start, job->out->len - start};
    if (image.len > CG_ROW_MAX && settle_size(e, image, values) < 0)
        return -1;
    if (job->applied.len > 0 && count_applied(e, values) < 0)
        return -1;
    return add_digest(e, image, digest);
}

int cg_encoder_row(struct cg_encoder *encoder, const struct cg_value *values, struct cg_buffer *out,
                   struct cg_digest *digest, struct cg_error *err) {
    size_t start = out->len;
    struct cg_job *job = &encoder->job;
    job->out = out;
    job->err = err;
    job->texts.len = 0;
    job->applied.len = 0;
    encoder->damage.len = 0;
    if (encode_row(encoder, values, digest) < 0) {
        out->len = start;
        return -1;
    }
    return 0;
}

const struct cg_misfit *cg_encoder_last_misfit(const struct cg_encoder *encoder) {
    return encoder->damage.len > 0 ? &encoder->misfit : NULL;
}

void cg_encoder_take_back(struct cg_encoder *encoder) {
    const struct cg_applied *applied = (const struct cg_applied *)(const void *)encoder->job.applied.data;
    size_t count = encoder->job.applied.len / sizeof *applied;
    while (count > 0) {
        count--;
        cg_tallies_take_back(&encoder->tallies, applied[count].column, applied[count].conversion);
    }
    encoder->misfits -= encoder->damage.len > 0;
    encoder->job.applied.len = 0;
}

bool cg_encoder_key(const struct cg_encoder *encoder, const struct cg_value *values,
                    char ret_text[CG_SAMPLE_KEY_SIZE]) {
    describe_key(encoder->plan, values, ret_text);
    return encoder->plan->key_count > 0;
}

const struct cg_conversion_tally *cg_encoder_tally(const struct cg_encoder *encoder, size_t column,
                                                   enum cg_conversion conversion) {
    return cg_tallies_get(&encoder->tallies, column, conversion);
}

uint64_t cg_encoder_misfits(const struct cg_encoder *encoder, size_t *ret_column, const char **ret_key) {
    if (ret_column)
        *ret_column = encoder->misfit_column;
    if (ret_key)
        *ret_key = encoder->misfit_key;
    return encoder->misfits;
}

void cg_encoder_reset(struct cg_encoder *encoder) {
    cg_tallies_reset(&encoder->tallies);
    encoder->misfits = 0;
    encoder->misfit_column = 0;
    encoder->misfit_key[0] = '\0';
}
