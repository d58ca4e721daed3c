/* Values of every MySQL and MariaDB type towards every PostgreSQL type that they have a conversion to: text, numbers,
 * dates, geometry, JSON, whatever the bytes. A row image that was written is read back to the same digest; one that was
 * not leaves nothing behind; and the value can be spelled out for a rejects file.
 *
 * Two bytes choose the pair, one the policy and which conversions are allowed, the rest is the value. */
#include "fuzz.h"
#include "tests/support/encode.h"
#include "transform/exact_text.h"

static const struct {
    const char *type;
    enum cg_value_kind kind;
} sources[] = {
    {"tinyint", CG_VALUE_I64},
    {"int", CG_VALUE_I64},
    {"bigint", CG_VALUE_I64},
    {"bigint unsigned", CG_VALUE_U64},
    {"year", CG_VALUE_I64},
    {"float", CG_VALUE_F32},
    {"double", CG_VALUE_F64},
    {"decimal(65,30)", CG_VALUE_DECIMAL},
    {"decimal(10,2)", CG_VALUE_DECIMAL},
    {"date", CG_VALUE_DATE},
    {"datetime(6)", CG_VALUE_TIMESTAMP},
    {"datetime(0)", CG_VALUE_TIMESTAMP},
    {"timestamp(3)", CG_VALUE_TIMESTAMP},
    {"time(6)", CG_VALUE_TIME},
    {"char(3)", CG_VALUE_TEXT},
    {"varchar(10)", CG_VALUE_TEXT},
    {"text", CG_VALUE_TEXT},
    {"enum('a','b','c d')", CG_VALUE_TEXT},
    {"set('a','b','c d')", CG_VALUE_TEXT},
    {"uuid", CG_VALUE_TEXT},
    {"inet4", CG_VALUE_TEXT},
    {"inet6", CG_VALUE_TEXT},
    {"json", CG_VALUE_JSON},
    {"binary(16)", CG_VALUE_BYTES},
    {"varbinary(20)", CG_VALUE_BYTES},
    {"blob", CG_VALUE_BYTES},
    {"bit(1)", CG_VALUE_BITS},
    {"bit(13)", CG_VALUE_BITS},
    {"geometry", CG_VALUE_GEOMETRY},
    {"point", CG_VALUE_GEOMETRY},
    {"vector(3)", CG_VALUE_VECTOR},
};

static const char *const targets[] = {
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "numeric(5,2)",
    "numeric(20,0)",
    "date",
    "timestamp(6)",
    "timestamp(0)",
    "timestamptz(3)",
    "time(6)",
    "time(0)",
    "interval(6)",
    "character varying(5)",
    "character(4)",
    "text",
    "bytea",
    "uuid",
    "inet",
    "bit(13)",
    "bit varying(20)",
    "json",
    "jsonb",
    "enum('a','b')",
    "text[]",
    "real[]",
    "geometry",
    "vector(3)",
    "xml",
};

enum { SOURCES = sizeof sources / sizeof *sources, TARGETS = sizeof targets / sizeof *targets, MAX_ROW = 1 << 22 };

/* One pair under one policy, made when it is first wanted. */
struct pair {
    struct cg_column source, target;
    struct cg_encode_column column;
    struct cg_encoder_plan *plan;
    struct cg_encoder *encoder;
    struct cg_canonicaliser *reader;
};

enum { MODES = 4 }; /* stop or differ, with and without conversions */
static struct pair *pairs[SOURCES][TARGETS][MODES];
static struct cg_type source_types[SOURCES], target_types[TARGETS];
static struct cg_arena *arena;

static void free_all(void) {
    for (size_t i = 0; i < SOURCES * TARGETS * MODES; i++) {
        struct pair *pair = (&pairs[0][0][0])[i];
        if (!pair)
            continue;
        cg_encoder_free(pair->encoder);
        cg_canonicaliser_free(pair->reader);
    }
    cg_arena_free(arena);
}

static void begin(void) {
    arena = cg_arena_new();
    fuzz_require(arena);
    for (size_t i = 0; i < SOURCES; i++)
        source_types[i] = type_of(sources[i].type);
    for (size_t i = 0; i < TARGETS; i++)
        target_types[i] = type_of(targets[i]);
    atexit(free_all);
}

static struct pair *pair_of(size_t source, size_t target, size_t mode) {
    struct pair **slot = &pairs[source][target][mode];
    if (*slot || !cg_encoder_can_convert(&source_types[source], &target_types[target]))
        return *slot;
    struct pair *pair = cg_arena_alloc(arena, sizeof *pair);
    struct cg_error err = {0};
    size_t none = 0;
    fuzz_require(pair);
    pair->source = (struct cg_column){.name = "c", .type = source_types[source], .nullable = true};
    pair->target = (struct cg_column){.name = "c", .type = target_types[target], .nullable = true};
    pair->column = (struct cg_encode_column){&pair->source, &pair->target, mode & 2 ? ~(cg_conversion_set)0 : 0};
    enum cg_misfit_policy policy = mode & 1 ? CG_MISFIT_DIFFER : CG_MISFIT_STOP;
    if (cg_encoder_compile("t", &pair->column, 1, &none, 0, policy, arena, &pair->plan, NULL, &err) < 0)
        return NULL;
    pair->encoder = cg_encoder_new(pair->plan, MAX_ROW);
    pair->reader = cg_canonicaliser_new(cg_encoder_canonical(pair->plan), MAX_ROW);
    fuzz_require(pair->encoder && pair->reader);
    return *slot = pair;
}

static struct cg_civil civil_of(struct fuzz_input *input) {
    bool wide = fuzz_flag(input); /* beyond what a server sends */
    size_t bytes = wide ? 4 : 1;
    return (struct cg_civil){.year = (uint32_t)fuzz_number(input, wide ? 4 : 2),
                             .month = (uint32_t)fuzz_number(input, bytes),
                             .day = (uint32_t)fuzz_number(input, bytes),
                             .hour = (uint32_t)fuzz_number(input, wide ? 4 : 2),
                             .minute = (uint32_t)fuzz_number(input, bytes),
                             .second = (uint32_t)fuzz_number(input, bytes),
                             .microsecond = (uint32_t)fuzz_number(input, wide ? 4 : 3),
                             .negative = fuzz_flag(input)};
}

static struct cg_value value_of(struct fuzz_input *input, enum cg_value_kind kind, struct cg_slice exact) {
    struct cg_value value = {.kind = kind};
    uint64_t number = fuzz_number(&(struct fuzz_input){exact.data, exact.len}, 8);
    uint32_t half = (uint32_t)number;
    switch (kind) {
    case CG_VALUE_I64:
    case CG_VALUE_U64:
    case CG_VALUE_F64:
        memcpy(&value.u64, &number, sizeof number);
        break;
    case CG_VALUE_F32:
        memcpy(&value.f32, &half, sizeof half);
        break;
    case CG_VALUE_DATE:
    case CG_VALUE_TIME:
    case CG_VALUE_TIMESTAMP:
        value.civil = civil_of(input);
        break;
    default:
        value.bytes = exact;
    }
    return value;
}

static int count_text(void *context, struct cg_slice piece, struct cg_error *err) {
    (void)err;
    fuzz_require(piece.len <= CG_TEXT_PIECE);
    *(size_t *)context += piece.len;
    return 0;
}

static void check_row(struct pair *pair, const struct cg_value *value) {
    struct cg_buffer out;
    struct cg_digest written = {0}, read = {0};
    struct cg_error err = {0};
    cg_buffer_init(&out, MAX_ROW);
    cg_encoder_reset(pair->encoder);
    if (cg_encoder_row(pair->encoder, value, &out, &written, &err) < 0) {
        fuzz_require(out.len == 0 && written.rows == 0 && err.message[0]);
    } else if (!cg_encoder_last_misfit(pair->encoder)) {
        fuzz_require(cg_canonical_row(pair->reader, cg_buffer_slice(&out), &read, &err) == 0);
        fuzz_require(written.rows == 1 && memcmp(&written, &read, sizeof read) == 0);
    }
    cg_buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    if (!arena)
        begin();
    size_t source = fuzz_below(&input, SOURCES), target = fuzz_below(&input, TARGETS), mode = fuzz_below(&input, MODES);
    struct pair *pair = pair_of(source, target, mode);
    if (!pair)
        return 0;
    struct cg_slice rest = {input.data, input.size};
    unsigned char *exact = fuzz_copy(rest);
    struct cg_value value = value_of(&input, sources[source].kind, (struct cg_slice){exact, rest.len});
    size_t text = 0;
    check_row(pair, &value);
    fuzz_require(cg_exact_text(&pair->source.type, &value, (struct cg_slice){0}, count_text, &text, NULL) == 0);
    free(exact);
    return 0;
}
