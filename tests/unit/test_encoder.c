/* The encoder: each pair's boundary values as the bytes PostgreSQL's receive functions want, each misfit, the policies.
 */
#include "tests/support/encode.h"

#include "transform/convert.h"

/* One value through one pair. image: the field in hexadecimal with "" for NULL; NULL: a misfit, whose reason holds
 * `why`. */
struct example {
    const char *source, *target;
    struct cg_value value;
    const char *image, *why;
};

static const struct example integers[] = {
    {"tinyint", "smallint", I(-128), "ff80", NULL},
    {"int", "smallint", I(32767), "7fff", NULL},
    {"int", "smallint", I(32768), NULL, "outside -32768 to 32767"},
    {"int", "smallint", I(-32769), NULL, "outside"},
    {"int unsigned", "integer", U(2147483647), "7fffffff", NULL},
    {"int unsigned", "integer", U(2147483648), NULL, "outside"},
    {"bigint", "integer", I(-2147483649), NULL, "outside"},
    {"bigint", "bigint", I(INT64_MIN), "8000000000000000", NULL},
    {"bigint unsigned", "bigint", U(INT64_MAX), "7fffffffffffffff", NULL},
    {"bigint unsigned", "bigint", U((uint64_t)INT64_MAX + 1), NULL, "outside"},
    {"bigint unsigned", "bigint", U(UINT64_MAX), NULL, "outside"},
    {"tinyint", "boolean", I(0), "00", NULL},
    {"tinyint", "boolean", I(1), "01", NULL},
    {"tinyint", "boolean", I(2), NULL, "neither 0 nor 1"},
    {"tinyint", "boolean", I(-1), NULL, "neither 0 nor 1"},
    {"year", "smallint", I(0), "0000", NULL},
    {"bigint", "numeric", I(0), "0000000000000000", NULL},
    {"bigint", "numeric", I(-10000),
     "0001000140000000"
     "0001",
     NULL},
    {"bigint unsigned", "numeric(20,0)", U(UINT64_MAX),
     "0005000400000000"
     "0734"
     "1a58"
     "02e1"
     "03bb"
     "064f",
     NULL},
    {"bigint unsigned", "numeric(19,0)", U(UINT64_MAX), NULL, "precision 19"},
    {"int", "numeric(5,2)", I(999),
     "0001000000000002"
     "03e7",
     NULL},
    {"int", "numeric(5,2)", I(1000), NULL, "too large"},
    {"int", "numeric(3,-2)", I(12300),
     "0002000100000000"
     "0001"
     "08fc",
     NULL},
    {"int", "numeric(3,-2)", I(12350), NULL, "rounded"},
    {"bigint", "double precision", I(9007199254740992), "4340000000000000", NULL},
    {"bigint", "double precision", I(9007199254740993), NULL, "no exact"},
    {"bigint", "double precision", I(INT64_MIN), "c3e0000000000000", NULL},
    {"int", "real", I(16777217), NULL, "no exact"},
    {"int", "real", I(-16777216), "cb800000", NULL},
    {"bigint", "text", I(-42), "2d3432", NULL},
    {"bigint unsigned", "varchar(3)", U(1234), NULL, "4 characters where 3 fit"},
};

static const struct example decimals[] = {
    {"decimal(10,2)", "numeric(10,2)", DECIMAL("00000001.50"),
     "0002000000000002"
     "0001"
     "1388",
     NULL},
    {"decimal(10,2)", "numeric(10,2)", DECIMAL("0.00"), "0000000000000002", NULL},
    {"decimal(10,2)", "numeric(10,2)", DECIMAL("-0.01"),
     "0001ffff40000002"
     "0064",
     NULL},
    {"decimal(10,2)", "numeric(10,2)", DECIMAL("10000.00"),
     "0001000100000002"
     "0001",
     NULL},
    {"decimal(10,8)", "numeric(10,8)", DECIMAL("0.00000001"),
     "0001fffe00000008"
     "0001",
     NULL},
    {"decimal(10,2)", "numeric", DECIMAL("1.50"),
     "0002000000000002"
     "0001"
     "1388",
     NULL},
    {"decimal(10,3)", "numeric(5,2)", DECIMAL("1.995"), NULL, "rounded"},
    {"decimal(10,3)", "numeric(5,2)", DECIMAL("1.990"),
     "0002000000000002"
     "0001"
     "26ac",
     NULL},
    {"decimal(10,2)", "numeric(5,2)", DECIMAL("999.99"),
     "0002000000000002"
     "03e7"
     "26ac",
     NULL},
    {"decimal(10,2)", "numeric(5,2)", DECIMAL("1000.00"), NULL, "too large"},
    {"decimal(10,4)", "numeric(2,4)", DECIMAL("0.0099"),
     "0001ffff00000004"
     "0063",
     NULL},
    {"decimal(10,4)", "numeric(2,4)", DECIMAL("0.0100"), NULL, "too large"},
    {"decimal(10,0)", "bigint", DECIMAL("-9223372036854775808"), "8000000000000000", NULL},
    {"decimal(20,0)", "bigint", DECIMAL("9223372036854775808"), NULL, "outside"},
    {"decimal(30,0)", "bigint", DECIMAL("18446744073709551617"), NULL, "outside"},
    {"decimal(10,2)", "integer", DECIMAL("7.00"), "00000007", NULL},
    {"decimal(10,2)", "integer", DECIMAL("7.01"), NULL, "behind the point"},
    {"decimal(10,2)", "numeric(10,2)", DECIMAL("1e5"), NULL, "not a decimal"},
    {"decimal(10,2)", "numeric(10,2)", DECIMAL(""), NULL, "not a decimal"},
    {"decimal(10,2)", "numeric(10,2)", DECIMAL("."), NULL, "not a decimal"},
    {"decimal(10,2)", "text", DECIMAL("-000.50"), "2d302e3530", NULL},
};

static const struct example floats[] = {
    {"float", "real", FLOAT(1.5F), "3fc00000", NULL},
    {"float", "real", FLOAT(-0.0F), "80000000", NULL},
    {"float", "double precision", FLOAT(0.1F), "3fb99999a0000000", NULL},
    {"double", "double precision", DOUBLE(0.1), "3fb999999999999a", NULL},
    {"double", "double precision", DOUBLE(-0.0), "8000000000000000", NULL},
    {"double", "real", DOUBLE(0.5), "3f000000", NULL},
    {"double", "real", DOUBLE(0.1), NULL, "no exact"},
    {"double", "real", DOUBLE(1e300), NULL, "no exact"},
};

static const struct example bits[] = {
    {"bit(1)", "boolean", BITS("\1"), "01", NULL},
    {"bit(1)", "boolean", BITS("\0"), "00", NULL},
    {"bit(3)", "bit(3)", BITS("\5"), "00000003a0", NULL},
    {"bit(8)", "bit(8)", BITS("\xa5"), "00000008a5", NULL},
    {"bit(10)", "bit(10)", BITS("\x02\x01"), "0000000a8040", NULL},
    {"bit(64)", "varbit", BITS("\1\2\3\4\5\6\7\x08"), "000000400102030405060708", NULL},
    {"bit(3)", "varbit(5)", BITS("\5"), "00000003a0", NULL},
    {"bit(3)", "bit(3)", BITS("\x0d"), NULL, "more bits"},
    {"bit(10)", "smallint", BITS("\x02\x01"), "0201", NULL},
    {"bit(64)", "bigint", BITS("\xff\xff\xff\xff\xff\xff\xff\xff"), NULL, "outside"},
    {"bit(10)", "bytea", BITS("\x02\x01"), "0201", NULL},
};

static const struct example dates[] = {
    {"date", "date", DATE(2000, 1, 1), "00000000", NULL},
    {"date", "date", DATE(1, 1, 1), "fff4dbf9", NULL},
    {"date", "date", DATE(9999, 12, 31), "002c95d3", NULL},
    {"date", "date", DATE(2000, 2, 29), "0000003b", NULL},
    {"date", "date", DATE(1900, 2, 29), NULL, "no such date"},
    {"date", "date", DATE(10000, 1, 1), NULL, "no such date"},
    {"date", "timestamp", DATE(2000, 1, 2), "000000141dd76000", NULL},
    {"datetime(6)", "timestamp(6)", STAMP(2000, 1, 1, 0, 0, 0, 1), "0000000000000001", NULL},
    {"datetime", "timestamp(0)", STAMP(1999, 12, 31, 23, 59, 59, 0), "fffffffffff0bdc0", NULL},
    {"datetime(6)", "timestamp(3)", STAMP(2020, 1, 1, 0, 0, 0, 999999), NULL, "rounded to 3 digits"},
    {"datetime(6)", "timestamp(3)", STAMP(2000, 1, 1, 0, 0, 0, 999000), "00000000000f3e58", NULL},
    {"datetime(6)", "timestamp(0)", STAMP(2000, 1, 1, 0, 0, 0, 500000), NULL, "rounded to 0 digits"},
    {"timestamp", "timestamptz", STAMP(2000, 1, 1, 0, 0, 1, 0), "00000000000f4240", NULL},
    {"datetime", "date", STAMP(2000, 1, 3, 0, 0, 0, 0), "00000002", NULL},
    {"datetime", "date", STAMP(2000, 1, 3, 0, 0, 1, 0), NULL, "time of day"},
    {"datetime", "timestamp", STAMP(2000, 1, 1, 24, 0, 0, 0), NULL, "no such date"},
    {"time", "time", TIME(24, 0, 0, 0, false), "000000141dd76000", NULL},
    {"time(6)", "time(6)", TIME(24, 0, 0, 1, false), NULL, "outside 00:00:00 to 24:00:00"},
    {"time", "time", TIME(0, 0, 1, 0, true), NULL, "outside"},
    {"time(6)", "time(2)", TIME(1, 0, 0, 1000, false), NULL, "rounded to 2 digits"},
    {"time", "interval", TIME(838, 59, 59, 0, true),
     "fffffd40c230c640"
     "00000000"
     "00000000",
     NULL},
    {"time(6)", "interval(0)", TIME(1, 0, 0, 1, false), NULL, "rounded to 0 digits"},
    {"date", "text", DATE(0, 0, 0), "303030302d30302d3030", NULL},
    {"datetime(3)", "text", STAMP(2020, 1, 2, 3, 4, 5, 67000), "323032302d30312d30322030333a30343a30352e303637", NULL},
    {"time", "varchar(9)", TIME(838, 0, 0, 0, true), NULL, "10 characters where 9 fit"},
};

static const struct example texts[] = {
    {"varchar(9)", "text", TEXT(""), "-", NULL},
    {"varchar(9)", "varchar(3)", TEXT("abc"), "616263", NULL},
    {"varchar(9)", "varchar(3)", TEXT("abc  "), NULL, "5 characters where 3 fit"},
    {"varchar(9)", "varchar(2)", TEXT("\xc3\xbc\xe2\x82\xac"), "c3bce282ac", NULL},
    {"varchar(9)", "varchar(1)", TEXT("\xc3\xbc\xe2\x82\xac"), NULL, "2 characters"},
    {"char(9)", "bpchar(4)", TEXT("\xc3\xbc"), "c3bc202020", NULL},
    {"varchar(9)", "bpchar(4)", TEXT("ab "), NULL, "trailing spaces"},
    {"varchar(9)", "bpchar(2)", TEXT("abc"), NULL, "3 characters where 2 fit"},
    {"text", "text", TEXT("\xf0\x9f\x98\x80"), "f09f9880", NULL},
    {"text", "text", TEXT("\xed\xa0\x80"), NULL, "not valid UTF-8 at byte 0 (0xed)"},
    {"text", "text", TEXT("abcdefgh\xc0\x80"), NULL, "at byte 8 (0xc0)"},
    {"text", "text", TEXT("\xf4\x90\x80\x80"), NULL, "not valid UTF-8"},
    {"text", "text", TEXT("\xe2\x82"), NULL, "not valid UTF-8"},
    {"text", "text", TEXT("a\0b"), NULL, "NUL"},
    {"text", "bytea", TEXT("ab"), "6162", NULL},
    {"text", "bytea", TEXT("a\0b"), NULL, "NUL"},
    {"varbinary(9)", "text", BYTES("ab"), "6162", NULL},
    {"varbinary(9)", "text", BYTES("\xff"), NULL, "not valid UTF-8"},
    {"enum('a','')", "enum('a','')", TEXT(""), "-", NULL},
    {"enum('a','b,c')", "enum('a','b,c')", TEXT("b,c"), "622c63", NULL},
    {"enum('a','b')", "enum('a','c')", TEXT("b"), NULL, "no such label"},
    {"varchar(9)", "enum('a','c')", TEXT("A"), NULL, "no such label"},
    {"set('a','b')", "text[]", TEXT(""), "000000000000000000000019", NULL},
    {"set('a','b')", "text[]", TEXT("a,b"),
     "00000001"
     "00000000"
     "00000019"
     "00000002"
     "00000001"
     "00000001"
     "61"
     "00000001"
     "62",
     NULL},
    {"set('a','bb')", "varchar(1)[]", TEXT("a,bb"), NULL, "2 characters where 1 fit"},
    {"set('a','')", "text[]", TEXT(""), NULL, "empty label"},
    {"set('a','b')", "text", TEXT("a,b"), "612c62", NULL},
};

static const struct example binaries[] = {
    {"blob", "bytea", BYTES("\0\xff"), "00ff", NULL},
    {"binary(16)", "uuid", BYTES("0123456789abcdef"), "30313233343536373839616263646566", NULL},
    {"varbinary(16)", "uuid", BYTES("0123"), NULL, "16 bytes"},
    {"uuid", "uuid", TEXT("00112233-4455-6677-8899-aabbccddeeff"), "00112233445566778899aabbccddeeff", NULL},
    {"char(36)", "uuid", TEXT("00112233-4455-6677-8899-AABBCCDDEEFF"), NULL, "lower case"},
    {"char(36)", "uuid", TEXT("00112233445566778899aabbccddeeff"), NULL, "with dashes"},
    {"inet4", "inet", TEXT("10.0.0.255"), "022000040a0000ff", NULL},
    {"inet6", "inet", TEXT("2001:db8::1"), "0380001020010db8000000000000000000000001", NULL},
    {"varchar(50)", "inet", TEXT("2001:DB8::1"), NULL, "spelled 2001:db8::1"},
    {"varchar(50)", "inet", TEXT("10.0.0.1/8"), NULL, "not a network address"},
    {"varchar(50)", "inet", TEXT("10.0.0.1\0"), NULL, "not a network address"},
    {"point", "bytea",
     GEO("\0\0\0\0\1\1\0\0\0"
         "\0\0\0\0\0\0\xf0\x3f"
         "\0\0\0\0\0\0\0\x40"),
     "0101000000"
     "000000000000f03f"
     "0000000000000040",
     NULL},
    {"point", "geometry",
     GEO("\xe6\x10\0\0\1\1\0\0\0"
         "\0\0\0\0\0\0\xf0\x3f"
         "\0\0\0\0\0\0\0\x40"),
     "0101000020"
     "e6100000"
     "000000000000f03f"
     "0000000000000040",
     NULL},
    {"point", "geometry",
     GEO("\x40\x42\x0f\0\1\1\0\0\0"
         "\0\0\0\0\0\0\xf0\x3f"
         "\0\0\0\0\0\0\0\x40"),
     NULL, "SRID 1000000"},
    {"geometry", "bytea", GEO("\0\0\0\0\1\7\0\0\0\0\0\0\0"), "010700000000000000", NULL},
    {"geometry", "bytea", GEO("\0\0\0\0\1\7\0\0\0\xff\xff\xff\xff"), NULL, "cut short"},
    {"point", "bytea",
     GEO("\0\0\0\0\1\1\0\0\0"
         "\0\0\0\0\0\0\xf0\x3f"),
     NULL, "cut short"},
    {"point", "bytea",
     GEO("\0\0\0\0\0\0\0\0\1"
         "\0\0\0\0\0\0\xf0\x3f"
         "\0\0\0\0\0\0\0\x40"),
     NULL, "little-endian"},
    {"geometry", "bytea", GEO("\0\0\0\0\1\7\0\0\0\0\0\0\0x"), NULL, "behind its end"},
    {"vector(2)", "vector(2)", VECTOR("\0\0\x80\x3f\0\0\0\xc0"),
     "00020000"
     "3f800000"
     "c0000000",
     NULL},
    {"vector(2)", "vector(3)", VECTOR("\0\0\x80\x3f\0\0\0\xc0"), NULL, "2 components"},
    {"vector(1)", "vector", VECTOR("\0\0\x80\x7f"), NULL, "NaN or infinity"},
    {"vector(1)", "real[]", VECTOR("\0\0\x80\x3f"),
     "00000001"
     "00000000"
     "000002bc"
     "00000001"
     "00000001"
     "00000004"
     "3f800000",
     NULL},
    {"json", "jsonb", JSON("{\"b\": 1}"),
     "01"
     "7b2262223a20317d",
     NULL},
    {"json", "json", JSON("[-0, \"\\u0000\"]"), "5b2d302c20225c7530303030225d", NULL},
    {"json", "text", JSON("[1]"), "5b315d", NULL},
    {"json", "jsonb", JSON("[-0]"), NULL, "-0"},
    {"json", "jsonb", JSON("{\"a\":1,\"a\":2}"), NULL, "key twice"},
    {"json", "jsonb", JSON("\"\\u0000\""), NULL, "\\u0000"},
    {"json", "jsonb", JSON("1e131072"), NULL, "beyond PostgreSQL's numeric"},
    {"json", "jsonb", JSON("\"\\ud800\""), NULL, "surrogate"},
    {"json", "jsonb", JSON("[1,]"), NULL, "not valid JSON"},
    {"longtext", "jsonb", TEXT("[1]"),
     "01"
     "5b315d",
     NULL},
};

static void to_hex(struct cg_slice bytes, char *ret_hex) {
    ret_hex[0] = '\0';
    for (size_t i = 0; i < bytes.len; i++)
        sprintf(ret_hex + 2 * i, "%02x", bytes.data[i]);
}

/* The second field of an image, in hexadecimal; "" for NULL, "-" for an empty one. */
static void field_hex(const struct rig *rig, char *ret_hex) {
    const unsigned char *p = rig->out.data + 2 + 4 + 8;
    uint32_t len = cg_get_u32(p);
    assert_int_equal(cg_get_u16(rig->out.data), 2);
    if (len == UINT32_MAX) {
        ret_hex[0] = '\0';
        assert_int_equal(rig->out.len, 18);
        return;
    }
    assert_int_equal(rig->out.len, 18 + len);
    to_hex((struct cg_slice){p + 4, len}, ret_hex);
    if (len == 0)
        strcpy(ret_hex, "-");
}

static void check_example(const struct example *x) {
    struct rig rig = {0};
    char hex[4096];
    print_message("%s -> %s\n", x->source, x->target);
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "c", x->source, x->target);
    assert_true(cg_encoder_can_convert(&rig.source[1].type, &rig.target[1].type));
    assert_int_equal(rig_compile(&rig), 0);
    int r = rig_row(&rig, &x->value);
    if (x->image) {
        if (r < 0)
            fail_msg("%s", rig.err.message);
        field_hex(&rig, hex);
        assert_string_equal(hex, x->image);
        struct cg_digest again = digest_of_image(&rig, cg_buffer_slice(&rig.out));
        assert_true(cg_digest_equal(&again, &rig.digest));
    } else {
        assert_int_equal(r, -1);
        assert_int_equal(rig.err.cls, CG_ERR_DATA);
        if (!strstr(rig.err.message, x->why))
            fail_msg("expected \"%s\" in: %s", x->why, rig.err.message);
        assert_string_equal(rig.err.object, "table t, column c, key id=17");
        assert_true(strlen(rig.err.hint) > 0);
        assert_int_equal(rig.out.len, 0);
        assert_int_equal(rig.digest.rows, 0);
    }
    rig_done(&rig);
}

#define CHECK_ALL(table)                                                                                               \
    for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++)                                                       \
    check_example(&(table)[i])

static void r14_integers_arrive_exact_or_not_at_all(void **state) {
    (void)state;
    CHECK_ALL(integers);
}

static void r14_r12_decimals_are_never_rounded(void **state) {
    (void)state;
    CHECK_ALL(decimals);
}

static void floats_arrive_bit_for_bit(void **state) {
    (void)state;
    CHECK_ALL(floats);
}

static void bits_are_left_aligned(void **state) {
    (void)state;
    CHECK_ALL(bits);
}

static void r14_dates_and_times_are_never_rounded_or_shifted(void **state) {
    (void)state;
    CHECK_ALL(dates);
}

static void r10_r14_r19_text_is_validated_and_counted_in_characters(void **state) {
    (void)state;
    CHECK_ALL(texts);
}

static void r28_binary_forms_and_json(void **state) {
    (void)state;
    CHECK_ALL(binaries);
}

static void pairs_without_a_conversion_are_refused_by_name(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"varchar(9)", "integer"}, {"double", "numeric"},   {"bit(2)", "boolean"},
        {"bit(3)", "bit(4)"},      {"bit(3)", "varbit(2)"}, {"varchar(9)", "text[]"},
        {"binary(8)", "uuid"},     {"time", "timestamp"},   {"set('a')", "enum('a')"},
        {"date", "timestamptz"},   {"wonder", "text"},      {"time", "interval year"},
        {"enum('a')", "jsonb"},    {"int", "date"},         {"varchar(9)", "enum('a')[]"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct rig rig = {0};
        rig_add(&rig, "id", "bigint", "bigint");
        rig_add(&rig, "c", pairs[i][0], pairs[i][1]);
        assert_false(cg_encoder_can_convert(&rig.source[1].type, &rig.target[1].type));
        assert_int_equal(rig_compile(&rig), -1);
        assert_int_equal(rig.err.cls, CG_ERR_USAGE);
        assert_non_null(strstr(rig.err.message, pairs[i][0]));
        assert_non_null(strstr(rig.err.message, pairs[i][1]));
        rig_done(&rig);
    }
}

/* A value that a named conversion covers: what it becomes, and that it is counted with its key. */
struct conversion_example {
    const char *source, *target;
    struct cg_value value;
    enum cg_conversion conversion;
    const char *image;
};

static const struct conversion_example covered[] = {
    {"date", "date", DATE(0, 0, 0), CG_ZERO_DATE_TO_NULL, ""},
    {"datetime", "timestamp", STAMP(0, 0, 0, 0, 0, 0, 0), CG_ZERO_DATE_TO_NULL, ""},
    {"datetime", "timestamp", STAMP(0, 0, 0, 10, 11, 12, 0), CG_ZERO_DATE_TO_NULL, ""},
    {"date", "date", DATE(0, 1, 1), CG_PARTIAL_DATE_TO_NULL, ""},
    {"date", "date", DATE(2024, 2, 0), CG_PARTIAL_DATE_TO_NULL, ""},
    {"date", "date", DATE(2023, 0, 10), CG_PARTIAL_DATE_TO_NULL, ""},
    {"date", "date", DATE(2023, 2, 31), CG_INVALID_DATE_TO_NULL, ""},
    {"timestamp", "timestamptz", STAMP(2023, 4, 31, 0, 0, 0, 0), CG_INVALID_DATE_TO_NULL, ""},
    {"enum('a')", "enum('a')", ENUM_ZERO, CG_ENUM_INVALID_TO_NULL, ""},
    {"enum('a')", "text", ENUM_ZERO, CG_ENUM_INVALID_TO_NULL, ""},
    {"text", "text", TEXT("a\0b\0"), CG_NUL_REMOVED, "6162"},
    {"text", "varchar(2)", TEXT("a\0b\0"), CG_NUL_REMOVED, "6162"},
    {"text", "bytea", TEXT("a\0"), CG_NUL_TO_BYTEA, "6100"},
    {"json", "jsonb", JSON("[\"\\u0000\\\\u0000\"]"), CG_JSON_NUL_REMOVED,
     "01"
     "5b225c5c7530303030225d"},
    {"json", "jsonb", JSON("{\"a\":1,\"a\":2}"), CG_JSON_DUPLICATE_KEY,
     "01"
     "7b2261223a312c2261223a327d"},
    {"json", "jsonb", JSON("-0.0"), CG_JSON_NUMBER_CHANGED,
     "01"
     "2d302e30"},
    {"text",
     "text",
     {.kind = CG_VALUE_TEXT, .substituted = true, .bytes = {(const unsigned char *)"?", 1}},
     CG_CHARSET_SUBSTITUTED,
     "3f"},
};

static void r10_r11_r28_named_conversions_are_applied_when_allowed_and_counted(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof covered / sizeof *covered; i++) {
        const struct conversion_example *x = &covered[i];
        struct rig rig = {.allowed = CG_CONVERSION_BIT(x->conversion)};
        char hex[256];
        rig_add(&rig, "id", "bigint", "bigint");
        rig_add(&rig, "c", x->source, x->target);
        assert_int_equal(rig_compile(&rig), 0);
        if (rig_row(&rig, &x->value) < 0)
            fail_msg("%s: %s", cg_conversions[x->conversion].name, rig.err.message);
        field_hex(&rig, hex);
        assert_string_equal(hex, x->image);
        const struct cg_conversion_tally *tally = cg_encoder_tally(rig.encoder, 1, x->conversion);
        assert_non_null(tally);
        assert_int_equal(tally->count, 1);
        assert_string_equal(tally->samples[0], "id=17");
        for (int other = 0; other < CG_CONVERSION_COUNT; other++)
            assert_true(other == (int)x->conversion || !cg_encoder_tally(rig.encoder, 1, (enum cg_conversion)other));
        cg_encoder_reset(rig.encoder);
        assert_null(cg_encoder_tally(rig.encoder, 1, x->conversion));
        rig_done(&rig);
    }
}

static void r10_r11_r28_what_is_not_allowed_stops_and_names_the_rule(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof covered / sizeof *covered; i++) {
        const struct conversion_example *x = &covered[i];
        struct rig rig = {.allowed = ~CG_CONVERSION_BIT(x->conversion)};
        rig_add(&rig, "id", "bigint", "bigint");
        rig_add(&rig, "c", x->source, x->target);
        assert_int_equal(rig_compile(&rig), 0);
        assert_int_equal(rig_row(&rig, &x->value), -1);
        assert_int_equal(rig.err.cls, CG_ERR_DATA);
        assert_non_null(strstr(rig.err.hint, cg_conversions[x->conversion].name));
        assert_null(cg_encoder_tally(rig.encoder, 1, x->conversion));
        rig_done(&rig);
    }
}

static void r11_nothing_becomes_null_in_the_key_or_in_a_not_null_column(void **state) {
    (void)state;
    const struct cg_value zero = DATE(0, 0, 0), invalid = ENUM_ZERO, nothing = NOTHING;
    for (int i = 0; i < 2; i++) {
        struct rig rig = {.allowed = ~(cg_conversion_set)0, .in_key = i == 0, .not_null = i == 1};
        rig_add(&rig, "id", "bigint", "bigint");
        rig_add(&rig, "c", "date", "date");
        assert_int_equal(rig_compile(&rig), 0);
        assert_int_equal(rig_row(&rig, &zero), -1);
        assert_non_null(strstr(rig.err.message, i == 0 ? "key" : "NOT NULL"));
        assert_int_equal(rig_row(&rig, &invalid), -1);
        assert_int_equal(rig_row(&rig, &nothing), i == 0 ? 0 : -1);
        assert_int_equal(rig.digest.rows, i == 0);
        rig_done(&rig);
    }
}

static void nul_removed_from_json_may_leave_a_key_twice(void **state) {
    (void)state;
    const struct cg_value value = JSON("{\"a\":1,\"a\\u0000\":2}");
    struct rig rig = {.allowed = CG_CONVERSION_BIT(CG_JSON_NUL_REMOVED)};
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "c", "json", "jsonb");
    assert_int_equal(rig_compile(&rig), 0);
    assert_int_equal(rig_row(&rig, &value), -1);
    assert_non_null(strstr(rig.err.message, "key twice"));
    assert_null(cg_encoder_tally(rig.encoder, 1, CG_JSON_NUL_REMOVED)); /* the row did not go: nothing was removed */
    rig_done(&rig);
    rig = (struct rig){.allowed = CG_CONVERSION_BIT(CG_JSON_NUL_REMOVED) | CG_CONVERSION_BIT(CG_JSON_DUPLICATE_KEY)};
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "c", "json", "jsonb");
    assert_int_equal(rig_compile(&rig), 0);
    assert_int_equal(rig_row(&rig, &value), 0);
    struct cg_digest again = digest_of_image(&rig, cg_buffer_slice(&rig.out));
    assert_true(cg_digest_equal(&again, &rig.digest));
    rig_done(&rig);
}

static void r24_a_misfit_makes_its_row_equal_to_nothing_but_itself(void **state) {
    (void)state;
    const struct cg_value good = TEXT("abc"), bad = TEXT("abcd"), worse = TEXT("abce"), nothing = NOTHING;
    struct rig rig = {.policy = CG_MISFIT_DIFFER};
    struct cg_digest digests[5] = {{0}};
    const struct cg_value *values[] = {&good, &bad, &worse, &nothing, &bad};
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "c", "varchar(9)", "varchar(3)");
    assert_int_equal(rig_compile(&rig), 0);
    for (int i = 0; i < 5; i++) {
        rig.digest = (struct cg_digest){0};
        assert_int_equal(rig_row(&rig, values[i]), 0);
        digests[i] = rig.digest;
        assert_int_equal(digests[i].rows, 1);
    }
    for (int i = 0; i < 4; i++)
        for (int j = i + 1; j < 4; j++)
            assert_false(cg_digest_equal(&digests[i], &digests[j]));
    assert_true(cg_digest_equal(&digests[1], &digests[4]));
    size_t column = 99;
    const char *key = NULL;
    assert_int_equal(cg_encoder_misfits(rig.encoder, &column, &key), 3);
    assert_int_equal(column, 1);
    assert_string_equal(key, "id=17");
    cg_encoder_reset(rig.encoder);
    assert_int_equal(cg_encoder_misfits(rig.encoder, NULL, NULL), 0);
    rig_done(&rig);
}

static void a_row_that_is_set_aside_tells_why_and_is_counted_nowhere(void **state) {
    (void)state;
    struct cg_value zero = DATE(0, 0, 0), bad = TEXT("a\0b"), fine = TEXT("ab");
    struct rig rig = {.policy = CG_MISFIT_DIFFER, .allowed = CG_CONVERSION_BIT(CG_ZERO_DATE_TO_NULL)};
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "day", "date", "date");
    rig_add(&rig, "c", "varchar(9)", "text");
    assert_int_equal(rig_compile(&rig), 0);
    const struct cg_value good_row[] = {I(1), zero, fine}, bad_row[] = {I(2), zero, bad},
                          last_row[] = {I(3), zero, fine};
    assert_int_equal(cg_encoder_row(rig.encoder, good_row, &rig.out, &rig.digest, &rig.err), 0);
    assert_null(cg_encoder_last_misfit(rig.encoder));
    assert_int_equal(cg_encoder_row(rig.encoder, bad_row, &rig.out, &rig.digest, &rig.err), 0);
    const struct cg_misfit *misfit = cg_encoder_last_misfit(rig.encoder);
    assert_non_null(misfit);
    assert_int_equal(misfit->column, 2);
    assert_int_equal(misfit->would_allow, CG_NUL_REMOVED);
    assert_non_null(strstr(misfit->why, "NUL byte"));
    char key[CG_SAMPLE_KEY_SIZE];
    cg_encoder_key(rig.encoder, bad_row, key);
    assert_string_equal(key, "id=2");
    assert_int_equal(cg_encoder_tally(rig.encoder, 1, CG_ZERO_DATE_TO_NULL)->count, 2);
    cg_encoder_take_back(rig.encoder);
    assert_int_equal(cg_encoder_misfits(rig.encoder, NULL, NULL), 0);
    assert_int_equal(cg_encoder_row(rig.encoder, last_row, &rig.out, &rig.digest, &rig.err), 0);
    const struct cg_conversion_tally *tally = cg_encoder_tally(rig.encoder, 1, CG_ZERO_DATE_TO_NULL);
    assert_int_equal(tally->count, 2);
    assert_int_equal(tally->sample_count, 2);
    assert_string_equal(tally->samples[0], "id=1");
    assert_string_equal(tally->samples[1], "id=3");
    rig_done(&rig);
}

static void r19_fields_over_a_gigabyte_are_refused_unread_with_their_key(void **state) {
    (void)state;
    static const struct {
        const char *source, *target;
        enum cg_value_kind kind;
    } pairs[] = {{"longtext", "text", CG_VALUE_TEXT},      {"longtext", "bpchar(5)", CG_VALUE_TEXT},
                 {"longblob", "bytea", CG_VALUE_BYTES},    {"json", "jsonb", CG_VALUE_JSON},
                 {"json", "json", CG_VALUE_JSON},          {"longtext", "bytea", CG_VALUE_TEXT},
                 {"geometry", "bytea", CG_VALUE_GEOMETRY}, {"set('a')", "text[]", CG_VALUE_TEXT}};
    static const unsigned char start[256];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct rig rig = {0};
        struct cg_value value = {.kind = pairs[i].kind, .bytes = {start, (size_t)CG_FIELD_MAX + 1}};
        rig_add(&rig, "id", "bigint", "bigint");
        rig_add(&rig, "c", pairs[i].source, pairs[i].target);
        assert_int_equal(rig_compile(&rig), 0);
        assert_int_equal(rig_row(&rig, &value), -1);
        assert_int_equal(rig.err.cls, CG_ERR_DATA);
        assert_non_null(strstr(rig.err.message, "1 GB"));
        assert_non_null(strstr(rig.err.object, "id=17"));
        rig_done(&rig);
    }
}

static void samples_quote_text_show_bytes_in_hex_and_are_cut(void **state) {
    (void)state;
    static char longest[400];
    memset(longest, 'x', sizeof longest);
    struct rig rig = {.allowed = ~(cg_conversion_set)0, .in_key = true};
    rig_add(&rig, "a", "varchar(500)", "varchar(500)");
    rig_add(&rig, "b", "varbinary(9)", "bytea");
    rig_add(&rig, "d", "date", "date");
    assert_int_equal(rig_compile(&rig), 0);
    struct cg_value first[] = {TEXT("it's\n\xc3\xbc"), BYTES("\0\xff"), DATE(0, 0, 0)};
    struct cg_value second[] = {LITERAL(CG_VALUE_TEXT, longest), BYTES("x"), DATE(0, 0, 0)};
    assert_int_equal(cg_encoder_row(rig.encoder, first, &rig.out, &rig.digest, &rig.err), 0);
    for (int i = 0; i < 9; i++)
        assert_int_equal(cg_encoder_row(rig.encoder, second, &rig.out, &rig.digest, &rig.err), 0);
    const struct cg_conversion_tally *tally = cg_encoder_tally(rig.encoder, 2, CG_ZERO_DATE_TO_NULL);
    assert_int_equal(tally->count, 10);
    assert_int_equal(tally->sample_count, CG_SAMPLE_KEYS);
    assert_string_equal(tally->samples[0], "a='it''s\\x0a\xc3\xbc', b=0x00ff");
    assert_true(strlen(tally->samples[1]) < CG_SAMPLE_KEY_SIZE);
    assert_non_null(strstr(tally->samples[1], "xxx..."));
    rig_done(&rig);
}

static void damaged_geometry_is_never_read_beyond_its_end(void **state) {
    (void)state;
    static const unsigned char good[] = "\xe6\x10\0\0\1\7\0\0\0\2\0\0\0"
                                        "\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"
                                        "\1\3\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40";
    struct rig rig = {0};
    unsigned taken = 0;
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "c", "geometry", "geometry");
    assert_int_equal(rig_compile(&rig), 0);
    srand(13);
    for (int i = 0; i < 50000; i++) {
        size_t len = i % 3 ? sizeof good - 1 : (size_t)rand() % sizeof good;
        unsigned char *bytes = malloc(len + 1); /* of its own, so that the sanitizer sees a read beyond it */
        assert_non_null(bytes);
        memcpy(bytes, good, len);
        if (len > 0 && i % 5)
            bytes[(size_t)rand() % len] = (unsigned char)(rand() % 4 ? rand() % 9 : rand());
        struct cg_value value = {.kind = CG_VALUE_GEOMETRY, .bytes = {bytes, len}};
        rig.out.len = 0;
        if (rig_row(&rig, &value) == 0) {
            assert_int_equal(rig.out.len, 18 + len - (bytes[0] || bytes[1] || bytes[2] || bytes[3] ? 0 : 4));
            taken++;
        }
        free(bytes);
    }
    assert_true(taken > 1000);
    rig_done(&rig);
}

static void a_value_of_another_kind_is_a_defect(void **state) {
    (void)state;
    const struct cg_value value = TEXT("1");
    struct rig rig = {0};
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "c", "int", "integer");
    assert_int_equal(rig_compile(&rig), 0);
    assert_int_equal(rig_row(&rig, &value), -1);
    assert_int_equal(rig.err.cls, CG_ERR_INTERNAL);
    rig_done(&rig);
}

static void many_labels_are_all_found_and_no_others(void **state) {
    (void)state;
    enum { LABELS = 300 };
    static const char *labels[LABELS];
    struct rig rig = {0};
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "c", "varchar(9)", "enum('x')");
    for (int i = 0; i < LABELS; i++) {
        char text[16];
        int len = snprintf(text, sizeof text, "%d", i * 7);
        labels[i] = keep_text(text, (size_t)len);
    }
    rig.target[1].type.labels = labels;
    rig.target[1].type.label_count = LABELS;
    assert_int_equal(rig_compile(&rig), 0);
    for (int i = 0; i < LABELS * 7 + 20; i++) {
        char text[16];
        int len = snprintf(text, sizeof text, "%d", i);
        struct cg_value value = {.kind = CG_VALUE_TEXT, .bytes = {(const unsigned char *)text, (size_t)len}};
        assert_int_equal(rig_row(&rig, &value), i % 7 == 0 && i / 7 < LABELS ? 0 : -1);
    }
    rig_done(&rig);
}

static void json_normalised_is_declared_for_jsonb_alone(void **state) {
    (void)state;
    struct cg_type json = type_of("json"), jsonb = type_of("jsonb"), integer = type_of("integer"), i = type_of("int");
    assert_true(cg_encoder_declared(&json, &jsonb) == CG_CONVERSION_BIT(CG_JSON_NORMALISED));
    assert_true(cg_encoder_declared(&json, &json) == 0);
    assert_true(cg_encoder_declared(&i, &integer) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r14_integers_arrive_exact_or_not_at_all),
        cmocka_unit_test(r14_r12_decimals_are_never_rounded),
        cmocka_unit_test(floats_arrive_bit_for_bit),
        cmocka_unit_test(bits_are_left_aligned),
        cmocka_unit_test(r14_dates_and_times_are_never_rounded_or_shifted),
        cmocka_unit_test(r10_r14_r19_text_is_validated_and_counted_in_characters),
        cmocka_unit_test(r28_binary_forms_and_json),
        cmocka_unit_test(pairs_without_a_conversion_are_refused_by_name),
        cmocka_unit_test(r10_r11_r28_named_conversions_are_applied_when_allowed_and_counted),
        cmocka_unit_test(r10_r11_r28_what_is_not_allowed_stops_and_names_the_rule),
        cmocka_unit_test(r11_nothing_becomes_null_in_the_key_or_in_a_not_null_column),
        cmocka_unit_test(nul_removed_from_json_may_leave_a_key_twice),
        cmocka_unit_test(r24_a_misfit_makes_its_row_equal_to_nothing_but_itself),
        cmocka_unit_test(a_row_that_is_set_aside_tells_why_and_is_counted_nowhere),
        cmocka_unit_test(r19_fields_over_a_gigabyte_are_refused_unread_with_their_key),
        cmocka_unit_test(samples_quote_text_show_bytes_in_hex_and_are_cut),
        cmocka_unit_test(damaged_geometry_is_never_read_beyond_its_end),
        cmocka_unit_test(a_value_of_another_kind_is_a_defect),
        cmocka_unit_test(many_labels_are_all_found_and_no_others),
        cmocka_unit_test(json_normalised_is_declared_for_jsonb_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
