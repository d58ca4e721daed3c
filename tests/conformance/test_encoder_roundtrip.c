/* Row images against real servers: for each target type values are loaded with COPY BINARY into a real column, read
 * back as the server's own text, which must be the expected one, and read back with COPY BINARY, whose digest must be
 * the one that the encoder took. */
#include "tests/support/encode.h"

#include <libpq-fe.h>

enum { MOST = 400 };

/* Values of one pair; text: what the server prints, NULL for NULL; "?" where only the digest is compared. A NULL
 * follows the last row of a list that ends in another value. */
struct trip {
    const char *source, *target;
    const char *sql; /* the column's type in DDL when it is not spelled as target */
    struct {
        struct cg_value value;
        const char *text;
    } rows[10];
};

static const struct trip trips[] = {
    {"tinyint", "boolean", NULL, {{I(0), "false"}, {I(1), "true"}, {NOTHING, NULL}}},
    {"bit(1)", "boolean", NULL, {{BITS("\1"), "true"}, {BITS("\0"), "false"}}},
    {"smallint", "smallint", NULL, {{I(-32768), "-32768"}, {I(32767), "32767"}, {I(0), "0"}}},
    {"int unsigned", "integer", NULL, {{U(2147483647), "2147483647"}}},
    {"bigint unsigned", "bigint", NULL, {{U(INT64_MAX), "9223372036854775807"}, {U(0), "0"}}},
    {"bigint", "bigint", NULL, {{I(INT64_MIN), "-9223372036854775808"}}},
    {"bigint unsigned", "numeric(20,0)", NULL, {{U(UINT64_MAX), "18446744073709551615"}, {U(10000), "10000"}}},
    {"bigint", "numeric", NULL, {{I(INT64_MIN), "-9223372036854775808"}, {I(0), "0"}, {I(100000000), "100000000"}}},
    {"int", "numeric(7,2)", NULL, {{I(-99999), "-99999.00"}}},
    {"bigint", "double precision", NULL, {{I(-9007199254740992), "-9.007199254740992e+15"}}},
    {"bigint", "text", NULL, {{I(-42), "-42"}}},
    {"decimal(10,2)",
     "numeric(10,2)",
     NULL,
     {{DECIMAL("00000001.50"), "1.50"},
      {DECIMAL("-0.01"), "-0.01"},
      {DECIMAL("0.00"), "0.00"},
      {DECIMAL("99999999.99"), "99999999.99"},
      {DECIMAL("10000.00"), "10000.00"}}},
    {"decimal(65,30)",
     "numeric(65,30)",
     NULL,
     {{DECIMAL("-99999999999999999999999999999999999.999999999999999999999999999999"),
       "-99999999999999999999999999999999999.999999999999999999999999999999"},
      {DECIMAL("0.000000000000000000000000000001"), "0.000000000000000000000000000001"}}},
    {"decimal(10,4)", "numeric", NULL, {{DECIMAL("1.5000"), "1.5000"}, {DECIMAL("-0.0001"), "-0.0001"}}},
    {"decimal(10,4)", "numeric(2,4)", NULL, {{DECIMAL("0.0099"), "0.0099"}}},
    {"int", "numeric(3,-2)", NULL, {{I(99900), "99900"}, {I(-100), "-100"}, {I(0), "0"}}},
    {"float", "real", NULL, {{FLOAT(0.1F), "0.1"}, {FLOAT(-0.0F), "-0"}, {FLOAT(3.4028235e38F), "3.4028235e+38"}}},
    {"float", "double precision", NULL, {{FLOAT(0.1F), "0.10000000149011612"}}},
    {"double",
     "double precision",
     NULL,
     {{DOUBLE(0.1), "0.1"}, {DOUBLE(5e-324), "5e-324"}, {DOUBLE(1.7976931348623157e308), "1.7976931348623157e+308"}}},
    {"double", "real", NULL, {{DOUBLE(0.5), "0.5"}}},
    {"bit(3)", "bit(3)", NULL, {{BITS("\5"), "101"}, {BITS("\0"), "000"}}},
    {"bit(10)", "bit(10)", NULL, {{BITS("\x02\x01"), "1000000001"}}},
    {"bit(64)",
     "varbit",
     NULL,
     {{BITS("\x80\0\0\0\0\0\0\1"), "1000000000000000000000000000000000000000000000000000000000000001"}}},
    {"bit(10)", "integer", NULL, {{BITS("\x02\x01"), "513"}}},
    {"date",
     "date",
     NULL,
     {{DATE(1, 1, 1), "0001-01-01"},
      {DATE(9999, 12, 31), "9999-12-31"},
      {DATE(2000, 2, 29), "2000-02-29"},
      {DATE(1582, 10, 10), "1582-10-10"},
      {DATE(0, 0, 0), NULL},
      {DATE(2023, 2, 31), NULL}}},
    {"date", "timestamp", NULL, {{DATE(1969, 12, 31), "1969-12-31 00:00:00"}}},
    {"datetime(6)",
     "timestamp(6)",
     NULL,
     {{STAMP(1, 1, 1, 0, 0, 0, 0), "0001-01-01 00:00:00"},
      {STAMP(9999, 12, 31, 23, 59, 59, 999999), "9999-12-31 23:59:59.999999"},
      {STAMP(2024, 3, 31, 2, 30, 0, 0), "2024-03-31 02:30:00"},
      {STAMP(0, 0, 0, 1, 0, 0, 0), NULL}}},
    {"datetime(3)", "timestamp(3)", NULL, {{STAMP(1999, 12, 31, 23, 59, 59, 999000), "1999-12-31 23:59:59.999"}}},
    {"timestamp", "timestamptz(0)", NULL, {{STAMP(2038, 1, 19, 3, 14, 7, 0), "2038-01-19 03:14:07+00"}}},
    {"datetime", "date", NULL, {{STAMP(2020, 5, 6, 0, 0, 0, 0), "2020-05-06"}}},
    {"time(6)",
     "time(6)",
     NULL,
     {{TIME(0, 0, 0, 0, false), "00:00:00"},
      {TIME(24, 0, 0, 0, false), "24:00:00"},
      {TIME(23, 59, 59, 999999, false), "23:59:59.999999"}}},
    {"time(2)",
     "interval(2)",
     NULL,
     {{TIME(838, 59, 59, 0, true), "-838:59:59"},
      {TIME(838, 59, 59, 990000, false), "838:59:59.99"},
      {TIME(0, 0, 0, 0, false), "00:00:00"}}},
    {"time", "interval", NULL, {{TIME(25, 0, 1, 0, false), "25:00:01"}}},
    {"datetime(3)", "text", NULL, {{STAMP(0, 0, 0, 1, 2, 3, 4000), "0000-00-00 01:02:03.004"}}},
    {"varchar(9)",
     "varchar(5)",
     NULL,
     {{TEXT("abc  "), "abc  "},
      {TEXT(""), ""},
      {TEXT("\xf0\x9f\x98\x80\xc3\xbc\xe2\x82\xac"), "\xf0\x9f\x98\x80\xc3\xbc\xe2\x82\xac"},
      {TEXT("\t\\\n'\""), "\t\\\n'\""},
      {NOTHING, NULL}}},
    {"text", "text", NULL, {{TEXT("a\x01\x7f"), "a\x01\x7f"}, {TEXT("a\0b"), "ab"}}},
    {"char(9)", "bpchar(4)", NULL, {{TEXT("\xc3\xbc"), "\xc3\xbc"}, {TEXT(""), ""}, {TEXT("abcd"), "abcd"}}},
    {"char(9)", "bpchar", NULL, {{TEXT("ab"), "ab"}}},
    {"int", "bpchar(4)", NULL, {{I(7), "7"}}},
    {"enum('new','it','')", "enum('new','it','')", "mood", {{TEXT("new"), "new"}, {TEXT(""), ""}, {ENUM_ZERO, NULL}}},
    {"set('a','b c')",
     "text[]",
     NULL,
     {{TEXT("a,b c"), "{a,\"b c\"}"}, {TEXT(""), "{}"}, {TEXT("a"), "{a}"}, {NOTHING, NULL}}},
    {"set('a','b')", "varchar(1)[]", NULL, {{TEXT("a,b"), "{a,b}"}}},
    {"set('new','it')", "enum('new','it','')[]", "mood[]", {{TEXT("new,it"), "{new,it}"}, {TEXT(""), "{}"}}},
    {"blob", "bytea", NULL, {{BYTES("\0\xff\\"), "\\x00ff5c"}, {BYTES(""), "\\x"}}},
    {"text", "bytea", NULL, {{TEXT("a\0"), "\\x6100"}}},
    {"binary(16)",
     "uuid",
     NULL,
     {{BYTES("\0\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"), "00010203-0405-0607-0809-0a0b0c0d0e0f"}}},
    {"uuid", "uuid", NULL, {{TEXT("ffffffff-4455-6677-8899-aabbccddeeff"), "ffffffff-4455-6677-8899-aabbccddeeff"}}},
    {"inet4", "inet", NULL, {{TEXT("10.0.0.255"), "10.0.0.255/32"}}},
    {"inet6",
     "inet",
     NULL,
     {{TEXT("2001:db8::1"), "2001:db8::1/128"},
      {TEXT("::ffff:192.0.2.1"), "::ffff:192.0.2.1/128"},
      {TEXT("::"), "::/128"}}},
    {"varchar(60)",
     "inet",
     NULL,
     {{TEXT("::2"), "::2/128"},
      {TEXT("::0.1.0.2"), "::0.1.0.2/128"},
      {TEXT("1:0:0:2::"), "1:0:0:2::/128"},
      {TEXT("1:0:2:3:4:5:6:7"), "1:0:2:3:4:5:6:7/128"}}},
    {"point",
     "bytea",
     NULL,
     {{GEO("\xe6\x10\0\0\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"),
       "\\x0101000020e6100000000000000000f03f0000000000000040"}}},
    {"vector(2)", "real[]", NULL, {{VECTOR("\0\0\x80\x3f\0\0\0\xc0"), "{1,-2}"}, {VECTOR(""), "{}"}}},
    {"json",
     "jsonb",
     NULL,
     {{JSON("{\"bb\": 1.0, \"a\": [1e2, -5E-3]}"), "{\"a\": [100, -0.005], \"bb\": 1.0}"},
      {JSON("1e100"), "?"},
      {JSON("[1E-400, 0.1e131072, 0e200000]"), "?"},
      {JSON("{\"a\":1,\"a\":-0,\"\\u0000\":\"\\ud83d\\ude00\\/\"}"), "{\"\": \"\xf0\x9f\x98\x80/\", \"a\": 0}"},
      {JSON("\"\\u0001\\u001f\\b\\f\\n\\r\\t\x7f\\u0080\\u2028\""), "?"},
      {JSON("null"), "null"},
      {NOTHING, NULL},
      {JSON(" [ ] "), "[]"}}},
    {"json",
     "json",
     NULL,
     {{JSON("{\"b\": -0, \"a\":1,\"a\":\"\\u0000\\ud800\"}"), "{\"b\": -0, \"a\":1,\"a\":\"\\u0000\\ud800\"}"},
      {JSON("1e999999"), "1e999999"}}},
    {"json", "text", NULL, {{JSON("{ }"), "{ }"}}},
};

/* Only where PostGIS is. */
static const struct trip geometries[] = {
    {"point",
     "geometry",
     NULL,
     {{GEO("\xe6\x10\0\0\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"),
       "0101000020E6100000000000000000F03F0000000000000040"},
      {GEO("\0\0\0\0\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"), "0101000000000000000000F03F0000000000000040"},
      {GEO("\x3f\x42\x0f\0\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"),
       "01010000203F420F00000000000000F03F0000000000000040"}}},
    {"geometry",
     "geometry",
     NULL,
     {{GEO("\0\0\0\0\1\7\0\0\0\0\0\0\0"), "010700000000000000"},
      {GEO("\xe6\x10\0\0\1\7\0\0\0\2\0\0\0"
           "\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"
           "\1\4\0\0\0\1\0\0\0\1\1\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40"),
       "0107000020E6100000020000000101000000000000000000F03F0000000000000040010400000001000000010100000000000000"
       "0000F03F0000000000000040"}}},
};

static PGconn *conn;
static const char *const servers[] = {"CG_TEST_PG15", "CG_TEST_PG18"};
static const char database[] = "encoder_roundtrip";

static PGresult *run(const char *sql, ExecStatusType wanted) {
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != wanted)
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    return result;
}

static void command(const char *sql) {
    PQclear(run(sql, PGRES_COMMAND_OK));
}

static void connect_to(const char *base, const char *name) {
    char uri[512];
    snprintf(uri, sizeof uri, "%s/%s", base, name);
    conn = PQconnectdb(uri);
    if (PQstatus(conn) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(conn));
    command("SET client_min_messages = warning");
}

static int open_server(void **state) {
    const char *base = getenv(*(const char **)*state);
    char sql[200];
    connect_to(base, "postgres");
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s", database);
    command(sql);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE template0", database);
    command(sql);
    PQfinish(conn);
    connect_to(base, database);
    command("SET TimeZone = 'UTC'");
    command("SET DateStyle = 'ISO'");
    command("SET extra_float_digits = 1");
    command("CREATE TYPE mood AS ENUM ('new', 'it', '')");
    return 0;
}

static int close_server(void **state) {
    char sql[200];
    PQfinish(conn);
    connect_to(getenv(*(const char **)*state), "postgres");
    snprintf(sql, sizeof sql, "DROP DATABASE %s", database);
    command(sql);
    PQfinish(conn);
    return 0;
}

static void make_table(const char *type) {
    char sql[300];
    command("DROP TABLE IF EXISTS t");
    snprintf(sql, sizeof sql, "CREATE TABLE t (id bigint PRIMARY KEY, c %s)", type);
    command(sql);
}

/* Sends the rig's images as one COPY. */
static void load(const struct rig *rig) {
    static const char header[19] = "PGCOPY\n\377\r\n\0";
    PQclear(run("COPY t FROM STDIN (FORMAT binary)", PGRES_COPY_IN));
    assert_int_equal(PQputCopyData(conn, header, sizeof header), 1);
    assert_int_equal(PQputCopyData(conn, (const char *)rig->out.data, (int)rig->out.len), 1);
    assert_int_equal(PQputCopyData(conn, "\377\377", 2), 1);
    assert_int_equal(PQputCopyEnd(conn, NULL), 1);
    PGresult *result = PQgetResult(conn);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s -> %s: %s", rig->source[1].type.full, rig->target[1].type.full, PQerrorMessage(conn));
    PQclear(result);
    assert_null(PQgetResult(conn));
}

/* The digest of the table as a reader takes it: each CopyData message is one row, the first has the header before it.
 */
static struct cg_digest read_digest(const struct rig *rig) {
    struct cg_digest digest = {0};
    struct cg_error err = {0};
    struct cg_canonicaliser *c = cg_canonicaliser_new(cg_encoder_canonical(rig->plan), 1 << 26);
    size_t skip = 19;
    char *row;
    assert_non_null(c);
    PQclear(run("COPY t TO STDOUT (FORMAT binary)", PGRES_COPY_OUT));
    for (int len; (len = PQgetCopyData(conn, &row, 0)) > 0; PQfreemem(row)) {
        struct cg_slice image = {(unsigned char *)row + skip, (size_t)len - skip};
        skip = 0;
        if (image.len == 2 || image.len == 0) /* the trailer, or a header alone */
            continue;
        if (cg_canonical_row(c, image, &digest, &err) < 0)
            fail_msg("%s", err.message);
    }
    PGresult *result = PQgetResult(conn);
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    assert_null(PQgetResult(conn));
    cg_canonicaliser_free(c);
    return digest;
}

static uint32_t oid_of(const char *type) {
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT '%s'::regtype::oid", type);
    PGresult *result = run(sql, PGRES_TUPLES_OK);
    uint32_t oid = (uint32_t)strtoul(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return oid;
}

static void start(struct rig *rig, const char *source, const char *target, const char *sql) {
    *rig = (struct rig){.allowed = ~(cg_conversion_set)0};
    make_table(sql ? sql : target);
    rig_add(rig, "id", "bigint", "bigint");
    rig_add(rig, "c", source, target);
    if (sql && strcmp(sql, "mood[]") == 0)
        rig->target[1].type.oid = oid_of("mood");
    if (rig_compile(rig) < 0)
        fail_msg("%s", rig->err.message);
}

static void encode(struct rig *rig, int64_t id, const struct cg_value *value) {
    struct cg_value values[2] = {I(id), *value};
    if (cg_encoder_row(rig->encoder, values, &rig->out, &rig->digest, &rig->err) < 0)
        fail_msg("%s", rig->err.message);
}

/* Loads what was encoded and compares; texts[i] belongs to id i. */
static void finish(struct rig *rig, const char *const *texts, int count) {
    load(rig);
    PGresult *result = run("SELECT c::text FROM t ORDER BY id", PGRES_TUPLES_OK);
    assert_int_equal(PQntuples(result), count);
    for (int i = 0; i < count; i++) {
        if (texts[i] && strcmp(texts[i], "?") == 0)
            continue;
        assert_int_equal(PQgetisnull(result, i, 0), texts[i] == NULL);
        if (texts[i])
            assert_string_equal(PQgetvalue(result, i, 0), texts[i]);
    }
    PQclear(result);
    struct cg_digest digest = read_digest(rig);
    assert_int_equal(digest.rows, count);
    if (!cg_digest_equal(&digest, &rig->digest))
        fail_msg("%s -> %s: the digests differ", rig->source[1].type.full, rig->target[1].type.full);
    rig_done(rig);
}

static void take(const struct trip *trip) {
    struct rig rig;
    const char *texts[10];
    int count = 0;
    start(&rig, trip->source, trip->target, trip->sql);
    for (; count < 10 && (trip->rows[count].value.kind != CG_VALUE_NULL || count == 0 || trip->rows[count - 1].text);
         count++) {
        encode(&rig, count, &trip->rows[count].value);
        texts[count] = trip->rows[count].text;
    }
    finish(&rig, texts, count);
}

static void every_type_arrives_as_the_servers_own_text_and_bytes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof trips / sizeof *trips; i++)
        take(&trips[i]);
}

static void geometry_arrives_as_postgis_prints_it(void **state) {
    (void)state;
    PGresult *result = run("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'", PGRES_TUPLES_OK);
    bool available = PQntuples(result) == 1;
    PQclear(result);
    if (!available) {
        print_message("no PostGIS on this server\n");
        skip();
    }
    command("CREATE EXTENSION postgis");
    for (size_t i = 0; i < sizeof geometries / sizeof *geometries; i++)
        take(&geometries[i]);
}

static void random_decimals_arrive_with_all_their_digits(void **state) {
    (void)state;
    for (int plain = 0; plain < 2; plain++) {
        struct rig rig;
        const char *texts[MOST];
        start(&rig, "decimal(40,12)", plain ? "numeric" : "numeric(40,12)", NULL);
        srand(21);
        for (int i = 0; i < MOST; i++) {
            char text[80];
            size_t len = (size_t)sprintf(text, "%s%d", rand() % 2 ? "-" : "", 1 + rand() % 9);
            for (int digits = rand() % 27; digits > 0; digits--)
                text[len++] = (char)(rand() % 3 ? '0' : '0' + rand() % 10);
            text[len++] = '.';
            for (int digits = 12; digits > 0; digits--)
                text[len++] = (char)(rand() % 3 ? '0' : '0' + rand() % 10);
            texts[i] = keep_text(text, len);
            struct cg_value value = {.kind = CG_VALUE_DECIMAL, .bytes = {(const unsigned char *)texts[i], len}};
            encode(&rig, i, &value);
        }
        finish(&rig, texts, MOST);
    }
}

static void random_timestamps_arrive_to_the_microsecond(void **state) {
    (void)state;
    struct rig rig;
    const char *texts[MOST];
    start(&rig, "datetime(6)", "timestamp(6)", NULL);
    srand(22);
    for (int i = 0; i < MOST; i++) {
        struct cg_value value = STAMP((uint32_t)rand() % 9999 + 1, (uint32_t)rand() % 12 + 1, (uint32_t)rand() % 28 + 1,
                                      (uint32_t)rand() % 24, (uint32_t)rand() % 60, (uint32_t)rand() % 60,
                                      (uint32_t)rand() % 1000000 / 10 * 10 + 1);
        const struct cg_civil *c = &value.civil;
        char text[80];
        int len = sprintf(text, "%04u-%02u-%02u %02u:%02u:%02u.%06u", c->year, c->month, c->day, c->hour, c->minute,
                          c->second, c->microsecond);
        texts[i] = keep_text(text, (size_t)len);
        encode(&rig, i, &value);
    }
    finish(&rig, texts, MOST);
}

/* A random document of numbers, strings and containers. */
static char *put_json(char *p, int depth) {
    static const char *const scalars[] = {"null",
                                          "true",
                                          "\"\\u00e9\\n\"",
                                          "\"\"",
                                          "-1.50",
                                          "10e-1",
                                          "1E+20",
                                          "0.000100",
                                          "-0.0",
                                          "12345e-3",
                                          "1e-300",
                                          "123456789012345678901234567890.50",
                                          "\"\\ud83d\\ude00 \\\\ \\\"\"",
                                          "0",
                                          "100"};
    switch (depth > 4 ? 2 : rand() % 3) {
    case 0:
        *p++ = '{';
        for (int i = 0, n = rand() % 24; i < n && depth < 4; i++) {
            p += sprintf(p, "%s\"%c%s\" :", i ? " , " : "", 'a' + rand() % 26, rand() % 2 ? "\\u00fc" : "x");
            p = put_json(p, depth + 2);
        }
        *p++ = '}';
        return p;
    case 1:
        *p++ = '[';
        for (int i = 0, n = rand() % 5; i < n; i++) {
            if (i)
                *p++ = ',';
            p = put_json(p, depth + 1);
        }
        *p++ = ']';
        return p;
    default:
        return p + sprintf(p, "%s", scalars[(size_t)rand() % (sizeof scalars / sizeof *scalars)]);
    }
}

static void r28_random_json_has_the_digest_of_what_jsonb_made_of_it(void **state) {
    (void)state;
    static char text[1 << 20];
    for (int verbatim = 0; verbatim < 2; verbatim++) {
        struct rig rig;
        const char *texts[MOST];
        start(&rig, "json", verbatim ? "json" : "jsonb", NULL);
        srand(23);
        for (int i = 0; i < MOST; i++) {
            size_t len = (size_t)(put_json(text, 0) - text);
            struct cg_value value = {.kind = CG_VALUE_JSON, .bytes = {(unsigned char *)text, len}};
            texts[i] = "?";
            encode(&rig, i, &value);
        }
        finish(&rig, texts, MOST);
    }
}

int main(void) {
    int failed = 0;
    for (size_t i = 0; i < 2; i++)
        if (!getenv(servers[i])) {
            print_message("skipped: %s not set\n", servers[i]);
            return 77;
        }
    for (size_t i = 0; i < 2; i++) {
        void *server = (void *)&servers[i];
        const struct CMUnitTest tests[] = {
            cmocka_unit_test_prestate(every_type_arrives_as_the_servers_own_text_and_bytes, server),
            cmocka_unit_test_prestate(geometry_arrives_as_postgis_prints_it, server),
            cmocka_unit_test_prestate(random_decimals_arrive_with_all_their_digits, server),
            cmocka_unit_test_prestate(random_timestamps_arrive_to_the_microsecond, server),
            cmocka_unit_test_prestate(r28_random_json_has_the_digest_of_what_jsonb_made_of_it, server),
        };
        struct CMUnitTest with_server[5];
        for (size_t k = 0; k < 5; k++) {
            with_server[k] = tests[k];
            with_server[k].setup_func = open_server;
            with_server[k].teardown_func = close_server;
        }
        failed += _cmocka_run_group_tests(servers[i], with_server, 5, NULL, NULL);
    }
    return failed;
}
