/* R26: typed values without a table, from both servers: each type made alone and all together, and what cannot be made.
 */
#include "mysql_place.h"

static struct place places[2] = {{.variable = "CG_TEST_MARIADB"}, {.variable = "CG_TEST_MYSQL"}};

struct wanted {
    struct cg_type type;
    const char *json;
    enum cg_value_kind kind;
    const char *text; /* what assert_wanted prints of the value */
    int server;       /* who can make it: 0 both, 1 MariaDB, 2 MySQL */
};

#define T(base, spelling) .name = base, .full = spelling

static const char *const labels[] = {"a", "", "b,c'"};
static const char **const label_list = (const char **)labels;

static const struct wanted wanted[] = {
    {{T("tinyint", "tinyint(1)")}, "1", CG_VALUE_I64, "1", 0},
    {{T("tinyint", "tinyint(3) unsigned"), .is_unsigned = true}, "255", CG_VALUE_U64, "255", 0},
    {{T("smallint", "smallint")}, "-32768", CG_VALUE_I64, "-32768", 0},
    {{T("mediumint", "mediumint unsigned"), .is_unsigned = true}, "16777215", CG_VALUE_U64, "16777215", 0},
    {{T("int", "int(10) unsigned zerofill"), .is_unsigned = true}, "42", CG_VALUE_U64, "42", 0},
    {{T("bigint", "bigint(20)")}, "-9223372036854775808", CG_VALUE_I64, "-9223372036854775808", 0},
    {{T("bigint", "bigint unsigned"), .is_unsigned = true},
     "\"18446744073709551615\"",
     CG_VALUE_U64,
     "18446744073709551615",
     0},
    {{T("decimal", "decimal(65,30)")},
     "-12345678901234567890123456789012345.123456789012345678901234567891",
     CG_VALUE_DECIMAL,
     "-12345678901234567890123456789012345.123456789012345678901234567891",
     0},
    {{T("float", "float")}, "16777216", CG_VALUE_F32, "16777216", 0},
    {{T("double", "double")}, "-0.1", CG_VALUE_F64, "-0.10000000000000001", 0},
    {{T("year", "year(4)")}, "0", CG_VALUE_I64, "0", 0},
    {{T("year", "year")}, "\"2155\"", CG_VALUE_I64, "2155", 0},
    {{T("date", "date")}, "\"2024-02-29\"", CG_VALUE_DATE, "2024-2-29 0:0:0.0", 0},
    {{T("datetime", "datetime(6)")},
     "\"9999-12-31 23:59:59.999999\"",
     CG_VALUE_TIMESTAMP,
     "9999-12-31 23:59:59.999999",
     0},
    {{T("timestamp", "timestamp(3)")}, "\"2024-03-31 02:30:00.123\"", CG_VALUE_TIMESTAMP, "2024-3-31 2:30:0.123000", 0},
    {{T("time", "time(6)")}, "\"-838:59:58.000001\"", CG_VALUE_TIME, "-0-0-0 838:59:58.1", 0},
    {{T("varchar", "varchar(9)"), .charset = "utf8mb4", .collation = "utf8mb4_bin"},
     "\"\xF0\x9F\x98\x80'\\\"\\u00e9\"",
     CG_VALUE_TEXT,
     "\xF0\x9F\x98\x80'\"\xC3\xA9",
     0},
    {{T("char", "char(9)"), .charset = "latin1", .collation = "latin1_german1_ci"},
     "\"\xC3\xA9\"",
     CG_VALUE_TEXT,
     "\xC3\xA9",
     0},
    {{T("text", "text"), .charset = "gbk", .collation = "gbk_chinese_ci"},
     "\"\xE9\xBE\xA5\"",
     CG_VALUE_TEXT,
     "\xE9\xBE\xA5",
     0},
    {{T("longtext", "longtext"), .charset = "utf8mb4", .collation = "utf8mb4_general_ci"},
     "null",
     CG_VALUE_NULL,
     "",
     0},
    {{T("binary", "binary(4)"), .length = 4}, "\"ab\"", CG_VALUE_BYTES, "ab", 0},
    {{T("varbinary", "varbinary(9)"), .length = 9}, "\"\xC3\xA9\"", CG_VALUE_BYTES, "\xC3\xA9", 0},
    {{T("mediumblob", "mediumblob")}, "\"Ab\"", CG_VALUE_BYTES, "Ab", 0},
    {{T("bit", "bit(10)"), .length = 10}, "513", CG_VALUE_BITS, "\2\1", 0},
    {{T("bit", "bit(3)"), .length = 3}, "5", CG_VALUE_BITS, "\5", 0},
    {{T("bit", "bit(64)"), .length = 64}, "18374403900871474942", CG_VALUE_BITS, "\xFE\xFE\xFE\xFE\xFE\xFE\xFE\xFE", 0},
    {{T("json", "json"), .charset = "utf8mb4", .collation = "utf8mb4_bin"},
     "{\"a\": [1, true]}",
     CG_VALUE_JSON,
     "{\"a\": [1, true]}",
     0},
    {{T("point", "point")}, "\"POINT(1 2)\"", CG_VALUE_GEOMETRY, NULL, 0},
    {{T("geometry", "geometry")}, "\"SRID=4326;POINT(1 2)\"", CG_VALUE_GEOMETRY, NULL, 0},
    {{T("enum", "enum('a','','b,c''')"), .labels = label_list, .label_count = 3, .charset = "utf8mb4",
      .collation = "utf8mb4_bin"},
     "\"b,c'\"",
     CG_VALUE_TEXT,
     "b,c'",
     2},
    {{T("enum", "enum('a','','b,c''')"), .labels = label_list, .label_count = 3}, "\"\"", CG_VALUE_TEXT, "", 2},
    {{T("set", "set('x','y')")}, "\"x,y\"", CG_VALUE_TEXT, "x,y", 2},
    {{T("uuid", "uuid")},
     "\"550e8400-e29b-41d4-a716-446655440000\"",
     CG_VALUE_TEXT,
     "550e8400-e29b-41d4-a716-446655440000",
     1},
    {{T("inet4", "inet4")}, "\"192.0.2.1\"", CG_VALUE_TEXT, "192.0.2.1", 1},
    {{T("inet6", "inet6")}, "\"2001:db8::1\"", CG_VALUE_TEXT, "2001:db8::1", 1},
    {{T("vector", "vector(2)")}, "\"[1, -2]\"", CG_VALUE_VECTOR, NULL, 2},
};
#define WANTED (sizeof wanted / sizeof *wanted)

static void print_value(char *out, size_t size, struct cg_value v) {
    switch (v.kind) {
    case CG_VALUE_I64:
        snprintf(out, size, "%lld", (long long)v.i64);
        break;
    case CG_VALUE_U64:
        snprintf(out, size, "%llu", (unsigned long long)v.u64);
        break;
    case CG_VALUE_F32:
        snprintf(out, size, "%.9g", (double)v.f32);
        break;
    case CG_VALUE_F64:
        snprintf(out, size, "%.17g", v.f64);
        break;
    case CG_VALUE_DATE:
    case CG_VALUE_TIME:
    case CG_VALUE_TIMESTAMP:
        snprintf(out, size, "%s%u-%u-%u %u:%u:%u.%u", v.civil.negative ? "-" : "", v.civil.year, v.civil.month,
                 v.civil.day, v.civil.hour, v.civil.minute, v.civil.second, v.civil.microsecond);
        break;
    case CG_VALUE_NULL:
        *out = '\0';
        break;
    default:
        snprintf(out, size, "%.*s", (int)v.bytes.len, (const char *)v.bytes.data);
    }
}

static void assert_wanted(struct cg_value value, const struct wanted *w) {
    static const char point[] = "\1\1\0\0\0\0\0\0\0\0\0\xF0\x3F\0\0\0\0\0\0\0\x40";
    char text[256];
    if (value.kind != w->kind)
        fail_msg("%s: kind %d, not %d", w->type.full, value.kind, w->kind);
    assert_false(value.substituted);
    if (w->kind == CG_VALUE_VECTOR) {
        assert_value_bytes(value, CG_VALUE_VECTOR, "\0\0\x80\x3F\0\0\0\xC0", 8);
    } else if (w->kind == CG_VALUE_GEOMETRY) {
        assert_int_equal(value.bytes.len, 25);
        assert_memory_equal(value.bytes.data, strstr(w->json, "4326") ? "\xE6\x10\0\0" : "\0\0\0\0", 4);
        assert_memory_equal(value.bytes.data + 4, point, 21);
    } else {
        print_value(text, sizeof text, value);
        if (strcmp(text, w->text) != 0)
            fail_msg("%s: %s, not %s", w->type.full, text, w->text);
    }
}

static bool can_make(const struct place *place, const struct wanted *w) {
    return w->server == 0 || w->server == (place->source.mariadb ? 1 : 2);
}

static void r26_each_type_is_made_alone_or_refused_by_name(void **state) {
    struct place *place = *state;
    for (size_t i = 0; i < WANTED; i++) {
        struct cg_error err = {0};
        struct cg_reader *reader = NULL;
        struct cg_canary canary = {&wanted[i].type, wanted[i].json};
        int rc = cg_mysql_canaries(&place->session, &canary, 1, &reader, &err);
        if (!can_make(place, &wanted[i])) {
            assert_int_equal(rc, -1);
            assert_int_equal(err.cls, CG_ERR_ENGINE);
            assert_non_null(strstr(err.message, wanted[i].type.name));
            continue;
        }
        if (rc < 0)
            print_error("%s\n", wanted[i].type.full);
        ok(rc, &err);
        assert_wanted(next_row(reader)[0], &wanted[i]);
        no_row(reader);
        cg_mysql_reader_close(reader);
    }
    assert_false(place->session.lost);
}

static void r26_all_types_are_made_in_one_row(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    struct cg_canary canaries[WANTED];
    const struct wanted *which[WANTED];
    size_t count = 0;
    for (size_t i = 0; i < WANTED; i++)
        if (can_make(place, &wanted[i])) {
            which[count] = &wanted[i];
            canaries[count++] = (struct cg_canary){&wanted[i].type, wanted[i].json};
        }
    struct cg_reader *reader = NULL;
    ok(cg_mysql_canaries(&place->session, canaries, count, &reader, &err), &err);
    const struct cg_value *values = next_row(reader);
    for (size_t i = 0; i < count; i++)
        assert_wanted(values[i], which[i]);
    no_row(reader);
    cg_mysql_reader_close(reader);
}

static void r26_the_servers_refusal_leaves_the_session_usable(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    struct cg_reader *reader = NULL;
    struct cg_type odd = {T("int", "int no such attribute")}, good = {T("int", "int")};
    struct cg_canary canary = {&odd, "1"};
    assert_int_equal(cg_mysql_canaries(&place->session, &canary, 1, &reader, &err), -1);
    assert_int_equal(err.cls, CG_ERR_ENGINE);
    assert_false(place->session.lost);
    canary.type = &good;
    ok(cg_mysql_canaries(&place->session, &canary, 1, &reader, &err), &err);
    assert_int_equal(next_row(reader)[0].i64, 1);
    cg_mysql_reader_close(reader);
}

/* The whole way of a real column: its type as the catalog tells it. */
static void r26_the_catalogs_own_types_are_made(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    place_sql(place,
              "CREATE TABLE typed (a INT(8) UNSIGNED ZEROFILL, b VARCHAR(7) CHARACTER SET latin1, c DECIMAL(9,2),"
              " d JSON, e DATETIME(6), f BINARY(3), g BIT(3), h TEXT CHARACTER SET utf8mb3, i YEAR)");
    struct cg_table *table = place_table(place, "typed");
    static const char *const json[] = {"7",      "\"x\"", "1.50",  "[1]", "\"2024-01-01 00:00:00.5\"",
                                       "\"ab\"", "5",     "\"y\"", "1999"};
    struct cg_canary canaries[9];
    for (size_t i = 0; i < 9; i++)
        canaries[i] = (struct cg_canary){&table->columns[i].type, json[i]};
    struct cg_reader *reader = NULL;
    ok(cg_mysql_canaries(&place->session, canaries, 9, &reader, &err), &err);
    const struct cg_value *v = next_row(reader);
    assert_int_equal(v[0].u64, 7);
    assert_value_text(v[1], CG_VALUE_TEXT, "x");
    assert_value_text(v[2], CG_VALUE_DECIMAL, "1.50");
    assert_value_text(v[3], CG_VALUE_JSON, "[1]");
    assert_int_equal(v[4].civil.microsecond, 500000);
    assert_value_bytes(v[5], CG_VALUE_BYTES, "ab\0", 3);
    assert_value_bytes(v[6], CG_VALUE_BITS, "\5", 1);
    assert_value_text(v[7], CG_VALUE_TEXT, "y");
    assert_int_equal(v[8].i64, 1999);
    cg_mysql_reader_close(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(r26_each_type_is_made_alone_or_refused_by_name),
        ON_BOTH(r26_all_types_are_made_in_one_row),
        ON_BOTH(r26_the_servers_refusal_leaves_the_session_usable),
        ON_BOTH(r26_the_catalogs_own_types_are_made),
    };
    places_needed(places);
    for (int i = 0; i < 2; i++)
        place_open(&places[i], "cg_myreader_canary");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (int i = 0; i < 2; i++)
        place_close(&places[i]);
    return failed;
}
