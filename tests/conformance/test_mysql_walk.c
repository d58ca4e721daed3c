/* Cutting tables by their keys (R8): whatever the key, the ranges hold every row once, and the index serves them. */
#include "mysql_place.h"

#include "extract/mysql/key.h"

#include <strings.h>

static struct place places[2] = {{.variable = "CG_TEST_MARIADB"}, {.variable = "CG_TEST_MYSQL"}};

/* 1000 numbers, n from 0 to 999, to make rows of. */
static void make_numbers(struct place *place) {
    place_sql(place, "CREATE TABLE numbers (n INT PRIMARY KEY)");
    place_sql(place, "INSERT INTO numbers WITH RECURSIVE r AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM r"
                     " WHERE n < 999) SELECT n FROM r");
}

/* A table `name` with column n and the key columns, filled by SELECT n, keys FROM numbers. */
static struct cg_table *make_keyed(struct place *place, const char *name, const char *definition, const char *keys) {
    char sql[2048];
    snprintf(sql, sizeof sql, "CREATE TABLE %s (n INT, %s)", name, definition);
    place_sql(place, sql);
    snprintf(sql, sizeof sql, "INSERT INTO %s SELECT n, %s FROM numbers", name, keys);
    place_sql(place, sql);
    snprintf(sql, sizeof sql, "ANALYZE TABLE %s", name);
    place_sql(place, sql);
    struct cg_table *table = place_table(place, name);
    table->row_estimate = -1; /* the walk is what is tested, not the estimate */
    return table;
}

/* What EXPLAIN says of a range as the reader would read it. */
static void assert_range_scan(struct place *place, const struct cg_table *table, const char *predicate) {
    struct cg_buffer sql;
    struct cg_error err = {0};
    const struct cg_key *key = cg_mysql_walk_key(table);
    cg_buffer_init(&sql, 1 << 20);
    ok(cg_buffer_printf(&sql, &err, "EXPLAIN %sSELECT * FROM %s", place->source.mariadb ? "" : "FORMAT=TRADITIONAL ",
                        table->name),
       &err);
    ok(cg_mysql_put_force_index(&sql, key, &err), &err);
    ok(cg_buffer_printf(&sql, &err, " WHERE %s", predicate), &err);
    MYSQL_RES *result;
    ok(cg_mysql_query(place->session.mysql, (const char *)sql.data, &result, &err), &err);
    unsigned int columns = mysql_num_fields(result);
    MYSQL_ROW row = mysql_fetch_row(result);
    assert_non_null(row);
    for (unsigned int i = 0; i < columns; i++) {
        const char *name = mysql_fetch_field_direct(result, i)->name;
        if (strcmp(name, "type") == 0)
            assert_string_equal(row[i], "range");
        if (strcmp(name, "key") == 0)
            assert_string_equal(row[i], key->name);
        if (strcasecmp(name, "Extra") == 0 && row[i])
            assert_null(strstr(row[i], "filesort"));
    }
    mysql_free_result(result);
    cg_buffer_done(&sql);
}

/* Reads one range, marks its rows by n, and counts them. A row that was marked before fails the test. */
static int64_t read_range(struct place *place, const struct cg_table *table, const char *predicate, bool *seen) {
    struct cg_error err = {0};
    struct cg_reader *reader;
    const struct cg_column *columns[] = {cg_table_column(table, "n")};
    struct cg_read what = {.table = table, .columns = columns, .column_count = 1, .predicate = predicate};
    struct cg_source_row row;
    int64_t rows = 0;
    int rc;
    ok(cg_mysql_reader_open(&place->session, &what, &reader, &err), &err);
    while ((rc = cg_mysql_reader_next(reader, &row, &err)) == 1) {
        int64_t n = row.values[0].i64;
        if (seen[n])
            fail_msg("row %lld is in two ranges; the second: %s", (long long)n, predicate);
        seen[n] = true;
        rows++;
    }
    ok(rc, &err);
    cg_mysql_reader_close(reader);
    return rows;
}

/* Walks the table and reads every range: each row once, counts as told, ranges served by the index. */
static size_t assert_walk(struct place *place, const struct cg_table *table, uint64_t first, uint64_t step,
                          bool want_ranges) {
    struct cg_error err = {0};
    struct cg_walk *walk;
    struct cg_chunk chunk;
    bool seen[1000] = {false};
    int64_t total = 0;
    size_t chunks = 0;
    int rc;
    uint64_t rows;
    ok(cg_mysql_count(&place->session, table, &rows, &err), &err);
    ok(cg_mysql_walk_open(&place->session, table, first, step, &walk, &err), &err);
    while ((rc = cg_mysql_walk_next(walk, &chunk, &err)) == 1) {
        int64_t in_range = read_range(place, table, chunk.predicate, seen);
        if (chunk.rows_expected >= 0) {
            assert_int_equal(in_range, chunk.rows_expected);
            assert_int_equal(in_range, chunks || !first ? step : first);
        }
        if (want_ranges)
            assert_range_scan(place, table, chunk.predicate);
        total += in_range;
        chunks++;
    }
    ok(rc, &err);
    assert_int_equal(cg_mysql_walk_next(walk, &chunk, &err), 0);
    cg_mysql_walk_close(walk);
    assert_int_equal(total, rows);
    return chunks;
}

struct keyed {
    const char *name, *definition, *keys;
    int server; /* 0: both, 1: MariaDB, 2: MySQL */
};

/* Keys of every type that may bound a range; n makes 1000 different values. */
static const struct keyed keyed[] = {
    {"k_int", "a INT PRIMARY KEY", "n - 500", 0},
    {"k_bigint", "a BIGINT PRIMARY KEY",
     "CASE n WHEN 0 THEN -9223372036854775808 WHEN 1 THEN -9223372036854775807"
     " WHEN 999 THEN 9223372036854775807 ELSE (n - 500) * 1000000007 END",
     0},
    {"k_unsigned", "a BIGINT UNSIGNED PRIMARY KEY", "18446744073709551615 - n", 0},
    {"k_zerofill", "a INT(8) UNSIGNED ZEROFILL PRIMARY KEY", "n", 0},
    {"k_decimal", "a DECIMAL(65,30) PRIMARY KEY",
     "CAST('99999999999999999999999999999999999.0' AS DECIMAL(65,30)) - n * 0.000000000000000000000000000001", 0},
    {"k_bit", "a BIT(64) PRIMARY KEY", "18446744073709551615 - n * 9223372036854775", 0},
    {"k_date", "a DATE PRIMARY KEY", "IF(n = 0, '0000-00-00', DATE_ADD('1000-01-01', INTERVAL n * 3000 DAY))", 0},
    {"k_datetime", "a DATETIME(6) PRIMARY KEY", "DATE_ADD('9998-12-31', INTERVAL n MICROSECOND)", 0},
    {"k_timestamp", "a TIMESTAMP(3) PRIMARY KEY",
     "IF(n = 0, '0000-00-00', DATE_ADD('2024-03-31 00:30:00', INTERVAL n * 60001000 MICROSECOND))", 0},
    {"k_time", "a TIME(6) PRIMARY KEY", "SEC_TO_TIME((n - 500) * 3000.000001)", 0},
    {"k_binary", "a BINARY(16) PRIMARY KEY", "UNHEX(LEFT(SHA2(n, 256), 32))", 0},
    {"k_varbinary", "a VARBINARY(32) PRIMARY KEY", "IF(n = 7, '', CONCAT(X'00FF', UNHEX(HEX(n))))", 0},
    {"k_ci", "a VARCHAR(30) COLLATE utf8mb4_general_ci PRIMARY KEY",
     "CONCAT(IF(n % 2, 'aB', 'Ab'), IF(n % 3, '\xC3\xA9', 'E'), CHAR(97 + n % 26 USING utf8mb4), n)", 0},
    {"k_empty", "a VARCHAR(30) COLLATE utf8mb4_general_ci PRIMARY KEY", "IF(n = 5, '', CONCAT(n, IF(n % 2, ' ', '')))",
     0},
    {"k_unicode", "a VARCHAR(30) COLLATE utf8mb4_unicode_ci PRIMARY KEY",
     "CONCAT(CHAR(0xF09F9880 + n % 20 USING utf8mb4), '\\'\\\\', n)", 0},
    {"k_bin", "a CHAR(30) COLLATE utf8mb4_bin PRIMARY KEY", "CONCAT(IF(n % 2, 'x', 'X'), n)", 0},
    {"k_mb3", "a VARCHAR(30) CHARACTER SET utf8mb3 PRIMARY KEY", "CONCAT('\xE2\x82\xAC', n)", 0},
    {"k_latin1", "a VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_german2_ci PRIMARY KEY",
     "CONCAT(IF(n % 2, '\xC3\xA4', 'AE'), n)", 0},
    {"k_utf16", "a VARCHAR(30) CHARACTER SET utf16 PRIMARY KEY", "CONCAT('\xF0\x9F\x98\x80', n)", 0},
    /* gbk FE50 becomes '?' in utf8mb4: bounds that went through it would overlap */
    {"k_gbk", "a VARCHAR(30) CHARACTER SET gbk PRIMARY KEY", "CONCAT(IF(n % 2, _gbk X'FE50', _gbk X'FD9B'), n)", 0},
    {"k_uuid", "a UUID PRIMARY KEY",
     /* versions 4 and 7, which MariaDB sorts in different byte orders */
     "CONCAT(LEFT(SHA2(n, 256), 8), '-', MID(SHA2(n, 256), 9, 4), IF(n % 2, '-4', '-7'), MID(SHA2(n, 256), 14, 3), "
     "'-8',"
     " MID(SHA2(n, 256), 18, 3), '-', MID(SHA2(n, 256), 21, 12))",
     1},
    {"k_inet6", "a INET6 PRIMARY KEY", "CONCAT('::', HEX(n * 60))", 1},
    {"k_0900", "a VARCHAR(30) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY",
     "CONCAT(IF(n % 2, '\xC3\xA9', 'E'), n, IF(n % 3, ' ', ''))", 2},
    {"k_pair", "a INT, b INT, PRIMARY KEY (a, b)", "n DIV 100, n % 100", 0},
    {"k_triple", "a INT, b VARCHAR(9) CHARACTER SET latin1, c DATE, PRIMARY KEY (a, b, c)",
     "n DIV 250, CONCAT(IF(n % 2, 'a', 'B'), n % 7), DATE_ADD('2020-01-01', INTERVAL n DAY)", 0},
    {"k_desc", "a INT, b INT, PRIMARY KEY (a, b DESC)", "n DIV 100, n % 100", 0},
    {"k_desc_desc", "a INT, b INT, PRIMARY KEY (a DESC, b DESC)", "n DIV 100, n % 100", 0},
    {"k_unique", "a INT NOT NULL, b INT, UNIQUE bb (b), UNIQUE `u``k` (a)", "n, NULL", 0},
};

static void r8_ranges_of_any_key_hold_every_row_once(void **state) {
    struct place *place = *state;
    for (size_t i = 0; i < sizeof keyed / sizeof *keyed; i++) {
        if (keyed[i].server && keyed[i].server != (place->source.mariadb ? 1 : 2))
            continue;
        struct cg_table *table = make_keyed(place, keyed[i].name, keyed[i].definition, keyed[i].keys);
        if (!cg_mysql_walk_key(table))
            fail_msg("%s: no key", keyed[i].name);
        print_message("%s\n", keyed[i].name);
        assert_int_equal(assert_walk(place, table, 97, 97, true), 11);
        assert_int_equal(assert_walk(place, table, 30, 145, true), 8);
    }
}

static void r8_chunks_of_one_row_and_of_exactly_all_are_complete(void **state) {
    struct place *place = *state;
    struct cg_table *table = place_table(place, "k_triple");
    table->row_estimate = -1;
    assert_int_equal(assert_walk(place, table, 999, 1, false), 3);
    assert_int_equal(assert_walk(place, table, 1000, 1000, false), 2); /* the last one is empty and open */
    assert_int_equal(assert_walk(place, table, 1001, 1000, false), 1);
    assert_int_equal(assert_walk(place, table, 0, 500, false), 3); /* no first size: like the others */
}

static void r8_partitions_and_history_change_nothing(void **state) {
    struct place *place = *state;
    make_keyed(place, "parts", "a INT PRIMARY KEY", "n");
    place_sql(place, "ALTER TABLE parts PARTITION BY HASH (a) PARTITIONS 4");
    struct cg_table *table = place_table(place, "parts");
    table->row_estimate = -1;
    assert_int_equal(assert_walk(place, table, 97, 97, true), 11);
    if (!place->source.mariadb)
        return;
    make_keyed(place, "history", "a INT PRIMARY KEY", "n");
    place_sql(place, "ALTER TABLE history ADD SYSTEM VERSIONING");
    place_sql(place, "UPDATE history SET a = a + 5000 WHERE a < 300");
    table = place_table(place, "history");
    table->row_estimate = -1;
    assert_int_equal(assert_walk(place, table, 97, 97, true), 11);
}

static void r8_keys_that_sort_otherwise_are_not_used(void **state) {
    struct place *place = *state;
    static const struct keyed unusable[] = {
        {"no_key", "a INT", "n", 0},
        {"no_nullable", "a INT, UNIQUE (a)", "n", 0},
        {"no_prefix", "a VARCHAR(30), UNIQUE (a(10))", "n", 0},
        {"no_prefix2", "a VARCHAR(30) NOT NULL, UNIQUE (a(10))", "n", 0},
        {"no_float", "a FLOAT PRIMARY KEY", "n", 0},
        {"no_double", "a DOUBLE, b INT, PRIMARY KEY (b, a)", "n, n", 0},
        {"no_enum", "a ENUM('z','a'), b INT, PRIMARY KEY (a, b)", "IF(n % 2, 'z', 'a'), n", 0},
        {"no_set", "a SET('z','a'), b INT, PRIMARY KEY (a, b)", "IF(n % 2, 'z', 'a'), n", 0},
        {"no_expression", "a INT, UNIQUE ((a + 1))", "n", 2},
        {"no_invisible", "a INT NOT NULL, b FLOAT PRIMARY KEY, UNIQUE x (a) INVISIBLE", "n, n", 2},
        {"no_ignored", "a INT NOT NULL, b FLOAT PRIMARY KEY, UNIQUE x (a) IGNORED", "n, n", 1},
        {"no_hash", "a LONGBLOB NOT NULL, UNIQUE (a)", "n", 1},
    };
    for (size_t i = 0; i < sizeof unusable / sizeof *unusable; i++) {
        if (unusable[i].server && unusable[i].server != (place->source.mariadb ? 1 : 2))
            continue;
        struct cg_table *table = make_keyed(place, unusable[i].name, unusable[i].definition, unusable[i].keys);
        print_message("%s\n", unusable[i].name);
        if (cg_mysql_walk_key(table))
            fail_msg("%s: key %s", unusable[i].name, cg_mysql_walk_key(table)->name);
        assert_int_equal(assert_walk(place, table, 100, 100, false), 1);
    }
}

static void r8_the_primary_key_is_preferred(void **state) {
    struct place *place = *state;
    struct cg_table *table =
        make_keyed(place, "prefer", "a INT, b INT, c INT NOT NULL, UNIQUE (c), PRIMARY KEY (a, b)", "n, n, n");
    assert_string_equal(cg_mysql_walk_key(table)->name, "PRIMARY");
    table = make_keyed(place, "prefer2", "a INT NOT NULL, b INT NOT NULL, UNIQUE ab (a, b), UNIQUE b (b)", "n, n");
    assert_string_equal(cg_mysql_walk_key(table)->name, "b");
}

static void r11_dates_out_of_the_calendar_never_bound_a_range(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE odd_dates (n INT, a DATE PRIMARY KEY)");
    place_sql(place, "INSERT INTO odd_dates SELECT n, CASE WHEN n = 0 THEN '0000-00-00' WHEN n < 20 THEN"
                     " DATE_ADD('2023-02-01', INTERVAL n DAY) WHEN n < 24 THEN CONCAT('2023-02-', n + 8) WHEN n < 30"
                     " THEN CONCAT('2023-00-', n) ELSE DATE_ADD('2023-03-01', INTERVAL n DAY) END FROM numbers"
                     " WHERE n < 100");
    struct cg_table *table = place_table(place, "odd_dates");
    table->row_estimate = -1;
    for (uint64_t step = 1; step < 60; step += 7)
        assert_walk(place, table, step, step, false);
}

static void a_small_table_is_one_range_without_a_query(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    struct cg_walk *walk;
    struct cg_chunk chunk;
    struct cg_table *table = place_table(place, "k_int");
    table->row_estimate = 400;
    struct cg_table absent = *table;
    absent.name = "not there";
    ok(cg_mysql_walk_open(&place->session, &absent, 1000, 1000, &walk, &err), &err);
    assert_int_equal(cg_mysql_walk_next(walk, &chunk, &err), 1);
    assert_string_equal(chunk.predicate, "");
    assert_int_equal(chunk.rows_expected, -1);
    assert_int_equal(cg_mysql_walk_next(walk, &chunk, &err), 0);
    cg_mysql_walk_close(walk);
    absent.row_estimate = 600;
    ok(cg_mysql_walk_open(&place->session, &absent, 1000, 1000, &walk, &err), &err);
    assert_int_equal(cg_mysql_walk_next(walk, &chunk, &err), -1);
    assert_non_null(strstr(err.object, "not there"));
    cg_mysql_walk_close(walk);
    assert_int_equal(assert_walk(place, table, 1000, 1000, false), 1); /* a wrong estimate loses nothing */
}

static void an_empty_table_gives_one_range(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE nobody (n INT PRIMARY KEY)");
    struct cg_table *table = place_table(place, "nobody");
    table->row_estimate = -1;
    assert_int_equal(assert_walk(place, table, 10, 10, false), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(r8_ranges_of_any_key_hold_every_row_once),
        ON_BOTH(r8_chunks_of_one_row_and_of_exactly_all_are_complete),
        ON_BOTH(r8_partitions_and_history_change_nothing),
        ON_BOTH(r8_keys_that_sort_otherwise_are_not_used),
        ON_BOTH(r8_the_primary_key_is_preferred),
        ON_BOTH(r11_dates_out_of_the_calendar_never_bound_a_range),
        ON_BOTH(a_small_table_is_one_range_without_a_query),
        ON_BOTH(an_empty_table_gives_one_range),
    };
    places_needed(places);
    for (int i = 0; i < 2; i++) {
        place_open(&places[i], "cg_myreader_walk");
        make_numbers(&places[i]);
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (int i = 0; i < 2; i++)
        place_close(&places[i]);
    return failed;
}
