/* Rows out of real servers: every type at its bounds, long values, and streams that are cut off (R1, R9 to R12). */
#include "mysql_place.h"

#include "extract/mysql/select.h"

#include <float.h>
#include <math.h>

static struct place places[2] = {{.variable = "CG_TEST_MARIADB"}, {.variable = "CG_TEST_MYSQL"}};

static void integers_keep_their_bounds(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE ints (a TINYINT, b TINYINT UNSIGNED, c SMALLINT, d SMALLINT UNSIGNED, e MEDIUMINT,"
                     " f MEDIUMINT UNSIGNED, g INT, h INT UNSIGNED, i BIGINT, j BIGINT UNSIGNED, k TINYINT(1), l YEAR,"
                     " m INT(10) UNSIGNED ZEROFILL)");
    place_sql(place, "INSERT INTO ints VALUES (-128, 0, -32768, 0, -8388608, 0, -2147483648, 0, -9223372036854775808,"
                     " 0, 0, 0, 0), (127, 255, 32767, 65535, 8388607, 16777215, 2147483647, 4294967295,"
                     " 9223372036854775807, 18446744073709551615, 127, 2155, 4294967295),"
                     " (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
    static const int64_t low[] = {-128, 0, -32768, 0, -8388608, 0, -2147483648LL, 0, INT64_MIN, 0, 0, 0, 0};
    static const int64_t high[] = {127,      255,        32767,      65535,     8388607,
                                   16777215, 2147483647, 4294967295, INT64_MAX, (int64_t)UINT64_MAX,
                                   127,      2155,       4294967295};
    static const bool is_unsigned[] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1};
    struct cg_reader *reader = place_read(place, place_table(place, "ints"), "");
    for (int row = 0; row < 2; row++) {
        const struct cg_value *v = next_row(reader);
        for (size_t i = 0; i < 13; i++) {
            assert_int_equal(v[i].kind, is_unsigned[i] ? CG_VALUE_U64 : CG_VALUE_I64);
            assert_int_equal(v[i].i64, row ? high[i] : low[i]);
        }
    }
    const struct cg_value *v = next_row(reader);
    for (size_t i = 0; i < 13; i++)
        assert_int_equal(v[i].kind, CG_VALUE_NULL);
    no_row(reader);
    no_row(reader); /* an ended stream stays ended */
    cg_mysql_reader_close(reader);
}

static void floats_arrive_bit_for_bit(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE floats (f FLOAT, d DOUBLE)");
    place_sql(place, "INSERT INTO floats VALUES (3.402823466e38, 1.7976931348623157e308), (1.401298464e-45, 5e-324),"
                     " (-1e-300 * 1e-300, -1e-300 * 1e-300), (0.1, 0.1), (-16777217, 9007199254740993)");
    bool kept = !place->source.mariadb; /* MariaDB stores 0 for -0 */
    const float f[] = {FLT_MAX, 1.401298464e-45F, kept ? -0.0F : 0.0F, 0.1F, -16777216};
    const double d[] = {DBL_MAX, 5e-324, kept ? -0.0 : 0.0, 0.1, 9007199254740992.0};
    struct cg_reader *reader = place_read(place, place_table(place, "floats"), "");
    for (size_t i = 0; i < 5; i++) {
        const struct cg_value *v = next_row(reader);
        assert_int_equal(v[0].kind, CG_VALUE_F32);
        assert_int_equal(v[1].kind, CG_VALUE_F64);
        assert_memory_equal(&v[0].f32, &f[i], sizeof f[i]);
        assert_memory_equal(&v[1].f64, &d[i], sizeof d[i]);
    }
    no_row(reader);
    cg_mysql_reader_close(reader);
}

static void r12_decimals_come_as_the_server_prints_them(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE decimals (a DECIMAL(65,30), b DECIMAL(12,2), c DECIMAL(10,2) UNSIGNED ZEROFILL,"
                     " d DECIMAL(65,0))");
    place_sql(place, "INSERT INTO decimals VALUES ('-99999999999999999999999999999999999."
                     "999999999999999999999999999999', -0.01, 1.5,"
                     " '99999999999999999999999999999999999999999999999999999999999999999')");
    struct cg_reader *reader = place_read(place, place_table(place, "decimals"), "");
    const struct cg_value *v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_DECIMAL, "-99999999999999999999999999999999999.999999999999999999999999999999");
    assert_value_text(v[1], CG_VALUE_DECIMAL, "-0.01");
    assert_int_equal(v[2].kind, CG_VALUE_DECIMAL);
    assert_int_equal(strtod((const char *)v[2].bytes.data, NULL) == 1.5, 1);
    assert_value_text(v[3], CG_VALUE_DECIMAL, "99999999999999999999999999999999999999999999999999999999999999999");
    no_row(reader);
    cg_mysql_reader_close(reader);
}

static void r11_temporal_values_arrive_unchecked(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE times (d DATE, dt DATETIME(6), ts TIMESTAMP(6) NULL, t TIME(6), dt0 DATETIME)");
    place_sql(place, "SET time_zone = '+00:00'");
    place_sql(place,
              "INSERT INTO times VALUES"
              " ('9999-12-31', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999999', '838:59:59', '0001-01-01'),"
              " ('0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '-838:59:59', '0000-00-00'),"
              " ('2023-02-31', '2023-02-31 10:11:12.5', '1970-01-01 00:00:01', '-00:00:00.000001',"
              " '0000-00-00 10:11:12'),"
              " ('0000-01-01', '2024-02-00 00:00:00.000001', '2000-01-01 00:00:00', '24:00:00', '2024-00-10 01:02:03'),"
              " (NULL, NULL, NULL, NULL, NULL)");
    static const struct cg_civil wanted[4][5] = {
        {{.year = 9999, .month = 12, .day = 31},
         {.year = 9999, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 59, .microsecond = 999999},
         {.year = 2038, .month = 1, .day = 19, .hour = 3, .minute = 14, .second = 7, .microsecond = 999999},
         {.hour = 838, .minute = 59, .second = 59},
         {.year = 1, .month = 1, .day = 1}},
        {{0}, {0}, {0}, {.hour = 838, .minute = 59, .second = 59, .negative = true}, {0}},
        {{.year = 2023, .month = 2, .day = 31},
         {.year = 2023, .month = 2, .day = 31, .hour = 10, .minute = 11, .second = 12, .microsecond = 500000},
         {.year = 1970, .month = 1, .day = 1, .second = 1},
         {.microsecond = 1, .negative = true},
         {.hour = 10, .minute = 11, .second = 12}},
        {{.month = 1, .day = 1},
         {.year = 2024, .month = 2, .microsecond = 1},
         {.year = 2000, .month = 1, .day = 1},
         {.hour = 24},
         {.year = 2024, .day = 10, .hour = 1, .minute = 2, .second = 3}},
    };
    static const enum cg_value_kind kinds[] = {CG_VALUE_DATE, CG_VALUE_TIMESTAMP, CG_VALUE_TIMESTAMP, CG_VALUE_TIME,
                                               CG_VALUE_TIMESTAMP};
    struct cg_reader *reader = place_read(place, place_table(place, "times"), "");
    for (size_t row = 0; row < 4; row++) {
        const struct cg_value *v = next_row(reader);
        for (size_t i = 0; i < 5; i++)
            assert_civil(v[i], kinds[i], wanted[row][i]);
    }
    const struct cg_value *v = next_row(reader);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(v[i].kind, CG_VALUE_NULL);
    no_row(reader);
    cg_mysql_reader_close(reader);
}

static void text_and_bytes_arrive_whole(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE bytes (c CHAR(5), vc VARCHAR(10) CHARACTER SET latin1, t TEXT, b BINARY(4),"
                     " vb VARBINARY(10), bl BLOB, bt BIT(10), b64 BIT(64), j JSON, s SET('x','y','z'),"
                     " g POINT, u VARCHAR(10) CHARACTER SET utf16)");
    place_sql(place, "INSERT INTO bytes VALUES ('a  ', X'E980FF20', _utf8mb4 X'F09F98800041', X'01', X'0001FF00',"
                     " X'', b'1000000001', X'FF00000000000001', '{\"a\": 1}', 'x,z',"
                     " ST_GeomFromText('POINT(1 2)'), _utf16 X'D83DDE000041'),"
                     " ('', '', '', '', '', NULL, 0, 0, '\"\"', '', NULL, '')");
    struct cg_reader *reader = place_read(place, place_table(place, "bytes"), "");
    const struct cg_value *v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_TEXT, "a");
    assert_value_text(v[1], CG_VALUE_TEXT, "\xC3\xA9\xE2\x82\xAC\xC3\xBF "); /* latin1 is cp1252: 0x80 is the euro */
    assert_value_bytes(v[2], CG_VALUE_TEXT, "\xF0\x9F\x98\x80\0A", 6);
    assert_value_bytes(v[3], CG_VALUE_BYTES, "\1\0\0\0", 4);
    assert_value_bytes(v[4], CG_VALUE_BYTES, "\0\1\xFF\0", 4);
    assert_value_bytes(v[5], CG_VALUE_BYTES, "", 0);
    assert_value_bytes(v[6], CG_VALUE_BITS, "\2\1", 2);
    assert_value_bytes(v[7], CG_VALUE_BITS, "\xFF\0\0\0\0\0\0\1", 8);
    assert_value_text(v[8], CG_VALUE_JSON, "{\"a\": 1}");
    assert_value_text(v[9], CG_VALUE_TEXT, "x,z");
    assert_value_bytes(v[10], CG_VALUE_GEOMETRY, "\0\0\0\0\1\1\0\0\0\0\0\0\0\0\0\xF0\x3F\0\0\0\0\0\0\0\x40", 25);
    assert_value_text(v[11], CG_VALUE_TEXT,
                      "\xF0\x9F\x98\x80"
                      "A");
    v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_TEXT, "");
    assert_value_bytes(v[3], CG_VALUE_BYTES, "\0\0\0\0", 4);
    assert_int_equal(v[5].kind, CG_VALUE_NULL);
    assert_value_bytes(v[6], CG_VALUE_BITS, "\0\0", 2);
    assert_value_text(v[9], CG_VALUE_TEXT, "");
    assert_int_equal(v[10].kind, CG_VALUE_NULL);
    no_row(reader);
    cg_mysql_reader_close(reader);
}

static void types_of_one_server_arrive(void **state) {
    struct place *place = *state;
    if (place->source.mariadb) {
        place_sql(place, "CREATE TABLE own (u UUID, i4 INET4, i6 INET6)");
        place_sql(place, "INSERT INTO own VALUES ('00112233-4455-6677-8899-aabbccddeeff', '1.2.3.4', '::1')");
        struct cg_reader *reader = place_read(place, place_table(place, "own"), "");
        const struct cg_value *v = next_row(reader);
        assert_value_text(v[0], CG_VALUE_TEXT, "00112233-4455-6677-8899-aabbccddeeff");
        assert_value_text(v[1], CG_VALUE_TEXT, "1.2.3.4");
        assert_value_text(v[2], CG_VALUE_TEXT, "::1");
        cg_mysql_reader_close(reader);
        return;
    }
    place_sql(place, "CREATE TABLE own (n INT, v VECTOR(3))");
    place_sql(place, "INSERT INTO own VALUES (1, TO_VECTOR('[1, -2, 0.5]')), (2, NULL)");
    struct cg_reader *reader = place_read(place, place_table(place, "own"), "");
    assert_value_bytes(next_row(reader)[1], CG_VALUE_VECTOR, "\0\0\x80\x3F\0\0\0\xC0\0\0\0\x3F", 12);
    assert_int_equal(next_row(reader)[1].kind, CG_VALUE_NULL);
    no_row(reader);
    cg_mysql_reader_close(reader);
}

/* A VECTOR that the catalog calls otherwise would come as type 242, for which Connector/C has no reader. */
static void r12_types_without_a_reader_are_refused_before_execute(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    struct cg_mysql_select select;
    struct cg_type type = {.name = "varbinary", .full = "varbinary(12)", .length = 12};
    ok(cg_mysql_select_init(&select, 1, &err), &err);
    ok(cg_mysql_select_add(&select, "v", "`v`", &type, NULL, &err), &err);
    for (unsigned int number = 241; number <= 244; number++) {
        char name[] = "v";
        MYSQL_FIELD field = {.name = name, .type = (enum enum_field_types)number};
        assert_int_equal(cg_mysql_select_check(&select, &field, 1, &err), -1);
        assert_int_equal(err.cls, CG_ERR_ENGINE);
        assert_non_null(strstr(err.message, "column v"));
    }
    cg_mysql_select_done(&select);
    if (place->source.mariadb)
        return;
    place_sql(place, "CREATE TABLE lied (v VECTOR(3))");
    place_sql(place, "INSERT INTO lied VALUES (TO_VECTOR('[1, 2, 3]'))");
    struct cg_table *table = place_table(place, "lied");
    table->columns[0].type = type;
    struct cg_reader *reader;
    const struct cg_column *columns[] = {&table->columns[0]};
    struct cg_read what = {.table = table, .columns = columns, .column_count = 1, .predicate = ""};
    assert_int_equal(cg_mysql_reader_open(&place->session, &what, &reader, &err), -1);
    assert_int_equal(err.cls, CG_ERR_ENGINE);
    assert_non_null(strstr(err.message, "column v"));
    assert_false(place->session.lost);
}

/* Values of 1 MiB and 20 MiB between short ones, two long ones in a row: nothing cut, nothing left over. */
static void long_values_arrive_whole(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE longs (id INT PRIMARY KEY, a LONGBLOB, n INT, b LONGTEXT, c VARCHAR(20))");
    place_sql(place, "INSERT INTO longs VALUES (1, 'short', 11, 'kurz', 'x'),"
                     " (2, REPEAT(X'00FF417A', 262144), 22, REPEAT('\xC3\xA9z', 7000000), 'y'),"
                     " (3, REPEAT('abcde', 4194304), 33, '', 'z'), (4, REPEAT('q', 65536), 44, REPEAT('r', 65537), ''),"
                     " (5, '', 55, 'end', 'w')");
    static const size_t a[] = {5, 1048576, 20971520, 65536, 0}, b[] = {4, 21000000, 0, 65537, 3};
    static const char *const unit_a[] = {"short", "\0\xFF\x41\x7A", "abcde", "q", ""};
    static const size_t unit[] = {5, 4, 5, 1, 1};
    static const char *const unit_b[] = {"kurz", "\xC3\xA9z", "", "r", "end"}, *const c[] = {"x", "y", "z", "", "w"};
    struct cg_reader *reader = place_read(place, place_table(place, "longs"), "id > 0");
    for (size_t row = 0; row < 5; row++) {
        const struct cg_value *v = next_row(reader);
        assert_int_equal(v[0].i64, row + 1);
        assert_int_equal(v[1].bytes.len, a[row]);
        for (size_t i = 0; i < a[row]; i++)
            if (v[1].bytes.data[i] != (unsigned char)unit_a[row][i % unit[row]])
                fail_msg("byte %zu of row %zu", i, row);
        assert_int_equal(v[2].i64, 11 * ((int64_t)row + 1));
        assert_int_equal(v[3].bytes.len, b[row]);
        for (size_t i = 0; i < b[row]; i++)
            if (v[3].bytes.data[i] != (unsigned char)unit_b[row][i % strlen(unit_b[row])])
                fail_msg("byte %zu of row %zu", i, row);
        assert_value_text(v[4], CG_VALUE_TEXT, c[row]);
    }
    no_row(reader);
    cg_mysql_reader_close(reader);
}

/* 32 MiB, far more than the sockets between hold: the server is still sending when it is killed. */
static struct cg_reader *read_ten_of_many(struct place *place) {
    place_sql(place, "CREATE TABLE IF NOT EXISTS many (id INT PRIMARY KEY AUTO_INCREMENT, t VARCHAR(1024))");
    place_sql(place, "TRUNCATE many");
    place_sql(place, "INSERT INTO many (t) VALUES (REPEAT('x', 1024))");
    for (int i = 0; i < 15; i++)
        place_sql(place, "INSERT INTO many (t) SELECT t FROM many");
    struct cg_reader *reader = place_read(place, place_table(place, "many"), "");
    for (int i = 0; i < 10; i++)
        next_row(reader);
    return reader;
}

/* Reads on until the reader says no more: its last answer. */
static int read_to_the_end(struct cg_reader *reader, struct cg_error *err) {
    struct cg_source_row row;
    int rc;
    while ((rc = cg_mysql_reader_next(reader, &row, err)) == 1)
        ;
    return rc;
}

static void r1_killed_stream_is_an_error(struct place *place, const char *kill) {
    struct cg_reader *reader = read_ten_of_many(place);
    struct cg_error err = {0};
    char sql[64];
    snprintf(sql, sizeof sql, "%s %lu", kill, place->session.thread_id);
    place_sql(place, sql);
    assert_int_equal(read_to_the_end(reader, &err), -1);
    assert_int_not_equal(err.cls, CG_ERR_NONE);
    assert_int_not_equal(err.message[0], 0);
    struct cg_source_row row;
    assert_int_equal(cg_mysql_reader_next(reader, &row, &err), -1); /* never an end afterwards */
    cg_mysql_reader_close(reader);
    assert_true(place->session.lost);
}

static void r1_kill_of_the_connection_is_never_an_end(void **state) {
    r1_killed_stream_is_an_error(*state, "KILL");
}

static void r1_kill_of_the_query_is_never_an_end(void **state) {
    r1_killed_stream_is_an_error(*state, "KILL QUERY");
}

static void a_reader_closed_midway_drains_or_retires(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    uint64_t rows = 0;
    struct cg_reader *reader = read_ten_of_many(place);
    cg_mysql_reader_close(reader);
    assert_false(place->session.lost);
    ok(cg_mysql_count(&place->session, place_table(place, "many"), &rows, &err), &err);
    assert_int_equal(rows, 32768);
    place_sql(place, "INSERT INTO many (t) SELECT t FROM many");
    place_sql(place, "INSERT INTO many (t) SELECT t FROM many");
    reader = place_read(place, place_table(place, "many"), "");
    next_row(reader);
    cg_mysql_reader_close(reader); /* 128 MiB are left: too much to read for nothing */
    assert_true(place->session.lost);
}

static struct cg_reader *read_instead(struct place *place, const char *table_name, const char *expression,
                                      struct cg_error *err) {
    struct cg_table *table = place_table(place, table_name);
    const struct cg_column *columns[] = {&table->columns[0], &table->columns[1]};
    const char *as_text[] = {NULL, expression};
    struct cg_read what = {.table = table, .columns = columns, .column_count = 2, .predicate = "", .as_text = as_text};
    struct cg_reader *reader = NULL;
    return cg_mysql_reader_open(&place->session, &what, &reader, err) < 0 ? NULL : reader;
}

static void r9_null_from_an_oversized_expression_is_an_error(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    place_sql(place, "CREATE TABLE sized (id INT, t TEXT)");
    place_sql(place, "INSERT INTO sized VALUES (1, NULL), (2, 'ab'), (3, REPEAT('x', 60000))");
    struct cg_reader *reader = read_instead(place, "sized", "REPEAT(`t`, 30000)", &err); /* 1.8 GB */
    ok(reader ? 0 : -1, &err);
    assert_int_equal(next_row(reader)[1].kind, CG_VALUE_NULL);
    assert_int_equal(next_row(reader)[1].bytes.len, 60000);
    struct cg_source_row row;
    assert_int_equal(cg_mysql_reader_next(reader, &row, &err), -1);
    assert_non_null(strstr(err.message, "column t"));
    assert_non_null(strstr(err.hint, "max_allowed_packet"));
    cg_mysql_reader_close(reader);
    assert_false(place->session.lost);
    reader = read_instead(place, "sized", "CAST(id AS CHAR)", &err);
    ok(reader ? 0 : -1, &err);
    assert_value_text(next_row(reader)[1], CG_VALUE_TEXT, "1");
    cg_mysql_reader_close(reader);
}

static void r10_lossy_charset_conversions_are_marked(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE lossy (a VARCHAR(9) CHARACTER SET gbk, b TEXT CHARACTER SET big5,"
                     " c CHAR(9) CHARACTER SET sjis, d VARCHAR(9) CHARACTER SET cp1250,"
                     " e ENUM('x','y') CHARACTER SET gbk, l VARCHAR(9) CHARACTER SET latin1)");
    place_sql(place, "INSERT INTO lossy VALUES (_gbk X'FD9B', _big5 X'A440', _sjis X'955C', 'abc', 'y', X'81'),"
                     " (_gbk X'FE50', _big5 X'A15A', _sjis X'F040', _cp1250 X'81', NULL, ''),"
                     " (NULL, NULL, NULL, NULL, 'x', NULL)");
    struct cg_reader *reader = place_read(place, place_table(place, "lossy"), "");
    const struct cg_value *v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_TEXT, "\xE9\xBE\xA5");
    assert_value_text(v[1], CG_VALUE_TEXT, "\xE4\xB8\x80");
    assert_value_text(v[3], CG_VALUE_TEXT, "abc");
    assert_value_text(v[4], CG_VALUE_TEXT, "y");
    assert_value_text(v[5], CG_VALUE_TEXT, "\xC2\x81");
    for (size_t i = 0; i < 6; i++)
        assert_false(v[i].substituted);
    v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_TEXT, "?");
    assert_value_text(v[2], CG_VALUE_TEXT, "?");
    assert_value_text(v[3], CG_VALUE_TEXT, "?");
    assert_value_text(v[1], CG_VALUE_TEXT, "\xEF\xBF\xBD");
    assert_true(v[0].substituted);
    assert_true(v[1].substituted);
    assert_true(v[2].substituted);
    assert_true(v[3].substituted);
    assert_false(v[5].substituted);
    v = next_row(reader);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(v[i].kind, CG_VALUE_NULL);
        assert_false(v[i].substituted);
    }
    no_row(reader);
    cg_mysql_reader_close(reader);
}

/* Codes that the server turns into U+FFFD and back into themselves: the way back alone does not tell. */
static void r10_a_replacement_character_is_marked_though_it_comes_back_the_same(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE replaced (a VARCHAR(9) CHARACTER SET big5, b MEDIUMTEXT CHARACTER SET tis620)");
    place_sql(place, "INSERT INTO replaced VALUES (_big5 X'41A2CE', CONCAT(REPEAT('x', 70000), _tis620 X'FF')),"
                     " (_big5 X'41A2CF', _tis620 X'A1')");
    struct cg_reader *reader = place_read(place, place_table(place, "replaced"), "");
    const struct cg_value *v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_TEXT, "A\xEF\xBF\xBD");
    assert_true(v[0].substituted);
    assert_int_equal(v[1].bytes.len, 70003);
    assert_true(v[1].substituted);
    v = next_row(reader);
    assert_false(v[0].substituted);
    assert_value_text(v[1], CG_VALUE_TEXT, "\xE0\xB8\x81");
    assert_false(v[1].substituted);
    no_row(reader);
    cg_mysql_reader_close(reader);
}

/* sjis has two codes for U+005C: the backslash, and the full-width one, which is another character. */
static void r10_sjis_backslash_is_kept_and_the_full_width_one_is_marked(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE backslash (c VARCHAR(20) CHARACTER SET sjis,"
                     " b VARCHAR(20) CHARACTER SET sjis COLLATE sjis_bin)");
    place_sql(place, "INSERT INTO backslash (c) VALUES (_sjis X'433A5C955C5C5C'), (_sjis X'41815F42'),"
                     " (_sjis X'955C81F05C815C')");
    place_sql(place, "UPDATE backslash SET b = c");
    static const char *const texts[] = {"C:\\\xE8\xA1\xA8\\\\", "A\\\x42", "\xE8\xA1\xA8\xE2\x84\xAB\\\xE2\x80\x95"};
    struct cg_reader *reader = place_read(place, place_table(place, "backslash"), "");
    for (size_t row = 0; row < 3; row++) {
        const struct cg_value *v = next_row(reader);
        for (size_t i = 0; i < 2; i++) {
            assert_value_text(v[i], CG_VALUE_TEXT, texts[row]);
            assert_int_equal(v[i].substituted, row == 1);
        }
    }
    no_row(reader);
    cg_mysql_reader_close(reader);
}

/* MariaDB lets an ascii column hold any byte, and sends '?' for those above 0x7f. MySQL lets none in. */
static void r10_bytes_that_are_not_ascii_are_marked(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE not_ascii (c VARCHAR(9) CHARACTER SET ascii)");
    place_sql(place, "INSERT IGNORE INTO not_ascii VALUES (_binary X'41C3A9'), ('A?')");
    struct cg_reader *reader = place_read(place, place_table(place, "not_ascii"), "");
    const struct cg_value *v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_TEXT, place->source.mariadb ? "A??" : "A");
    assert_int_equal(v[0].substituted, place->source.mariadb);
    assert_false(next_row(reader)[0].substituted);
    no_row(reader);
    cg_mysql_reader_close(reader);
}

static void r12_enum_index_zero_is_told_from_the_empty_label(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE enums (a ENUM('x','','y'), b ENUM('x','y'))");
    place_sql(place, "INSERT INTO enums VALUES ('', 'x'), (0, 0), (NULL, NULL), ('y', 'y')");
    struct cg_reader *reader = place_read(place, place_table(place, "enums"), "");
    const struct cg_value *v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_TEXT, "");
    assert_value_text(v[1], CG_VALUE_TEXT, "x");
    v = next_row(reader);
    assert_int_equal(v[0].kind, CG_VALUE_ENUM_INVALID);
    assert_int_equal(v[1].kind, CG_VALUE_ENUM_INVALID);
    v = next_row(reader);
    assert_int_equal(v[0].kind, CG_VALUE_NULL);
    assert_int_equal(v[1].kind, CG_VALUE_NULL);
    v = next_row(reader);
    assert_value_text(v[0], CG_VALUE_TEXT, "y");
    assert_value_text(v[1], CG_VALUE_TEXT, "y");
    no_row(reader);
    cg_mysql_reader_close(reader);
}

static void r5_a_column_that_changed_its_type_is_refused(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    place_sql(place, "CREATE TABLE changed (id INT, n INT)");
    place_sql(place, "INSERT INTO changed VALUES (1, 2)");
    struct cg_table *table = place_table(place, "changed");
    place_sql(place, "ALTER TABLE changed MODIFY n VARCHAR(20)");
    const struct cg_column *columns[] = {&table->columns[1]};
    struct cg_read what = {.table = table, .columns = columns, .column_count = 1, .predicate = ""};
    struct cg_reader *reader;
    assert_int_equal(cg_mysql_reader_open(&place->session, &what, &reader, &err), -1);
    assert_int_equal(err.cls, CG_ERR_CHANGED);
    assert_non_null(strstr(err.message, "column n"));
    assert_non_null(strstr(err.object, "changed"));
}

static void awkward_names_and_empty_tables_are_read(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    place_sql(place, "CREATE TABLE `a``b 'c` (`co``l'\"` INT, `select` INT)");
    struct cg_table *table = place_table(place, "a`b 'c");
    struct cg_reader *reader = place_read(place, table, "");
    no_row(reader);
    cg_mysql_reader_close(reader);
    place_sql(place, "INSERT INTO `a``b 'c` VALUES (7, 8), (9, 10)");
    reader = place_read(place, table, "`co``l'\"` > 7");
    assert_int_equal(next_row(reader)[1].i64, 10);
    no_row(reader);
    cg_mysql_reader_close(reader);
    struct cg_read nothing = {.table = table, .predicate = ""};
    ok(cg_mysql_reader_open(&place->session, &nothing, &reader, &err), &err);
    next_row(reader);
    next_row(reader);
    no_row(reader);
    cg_mysql_reader_close(reader);
}

static void unknown_types_are_refused_by_name(void **state) {
    (void)state;
    struct cg_error err = {0};
    struct cg_mysql_select select;
    struct cg_type type = {.name = "hologram", .full = "hologram(3)"};
    ok(cg_mysql_select_init(&select, 2, &err), &err);
    assert_int_equal(cg_mysql_select_add(&select, "h", "`h`", &type, NULL, &err), -1);
    assert_int_equal(err.cls, CG_ERR_DATA);
    assert_non_null(strstr(err.message, "hologram(3)"));
    ok(cg_mysql_select_add(&select, "h", "`h`", &type, "CAST(h AS CHAR)", &err), &err);
    cg_mysql_select_done(&select);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(integers_keep_their_bounds),
        ON_BOTH(floats_arrive_bit_for_bit),
        ON_BOTH(r12_decimals_come_as_the_server_prints_them),
        ON_BOTH(r11_temporal_values_arrive_unchecked),
        ON_BOTH(text_and_bytes_arrive_whole),
        ON_BOTH(types_of_one_server_arrive),
        ON_BOTH(r12_types_without_a_reader_are_refused_before_execute),
        ON_BOTH(long_values_arrive_whole),
        ON_BOTH(r1_kill_of_the_connection_is_never_an_end),
        ON_BOTH(r1_kill_of_the_query_is_never_an_end),
        ON_BOTH(a_reader_closed_midway_drains_or_retires),
        ON_BOTH(r9_null_from_an_oversized_expression_is_an_error),
        ON_BOTH(r10_lossy_charset_conversions_are_marked),
        ON_BOTH(r10_a_replacement_character_is_marked_though_it_comes_back_the_same),
        ON_BOTH(r10_sjis_backslash_is_kept_and_the_full_width_one_is_marked),
        ON_BOTH(r10_bytes_that_are_not_ascii_are_marked),
        ON_BOTH(r12_enum_index_zero_is_told_from_the_empty_label),
        ON_BOTH(r5_a_column_that_changed_its_type_is_refused),
        ON_BOTH(awkward_names_and_empty_tables_are_read),
        cmocka_unit_test(unknown_types_are_refused_by_name),
    };
    places_needed(places);
    for (int i = 0; i < 2; i++)
        place_open(&places[i], "cg_myreader_reader");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (int i = 0; i < 2; i++)
        place_close(&places[i]);
    return failed;
}
