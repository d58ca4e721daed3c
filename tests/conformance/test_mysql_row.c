/* A row is found again by the SQL that names it, whatever its key, and by no other row's. */
#include "mysql_fixture.h"

enum { MOST_ROWS = 16, MOST_PARTS = 3 };

/* n numbers the rows; key: the definitions of the key's columns and the key; rows: values behind n. */
static const struct {
    const char *name, *key;
    const char *rows[MOST_ROWS];
} tables[] = {
    {"numbers", "k BIGINT UNSIGNED PRIMARY KEY", {"0", "18446744073709551615", "9223372036854775808"}},
    {"decimals", "k DECIMAL(65,30) PRIMARY KEY", {"-1.5", "0", "12345678901234567890123456789012345.000000000000001"}},
    {"filled", "k DECIMAL(10,2) ZEROFILL PRIMARY KEY", {"1.5", "15"}},
    {"years", "k YEAR PRIMARY KEY", {"0", "2000", "1970", "2155"}},
    {"bits", "k BIT(64) PRIMARY KEY", {"0", "1", "18446744073709551615"}},
    {"texts",
     "k VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY",
     {"''", "'a'", "'A'", "'it''s \\\\ \"%\"'", "'\xf0\x9f\x9a\xb2'", "CONCAT('a', CHAR(0), 'b')"}},
    {"folded",
     "k VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_swedish_ci PRIMARY KEY",
     {"'Aa'", "'b'", "'\xc3\xa9\xc3\xa8'"}},
    {"chinese", "k VARCHAR(10) CHARACTER SET gbk PRIMARY KEY", {"X'8140'", "X'D6D0'", "'a'"}},
    {"wide", "k VARCHAR(10) CHARACTER SET utf16 PRIMARY KEY", {"'a'", "'\xf0\x9f\x9a\xb2'"}},
    {"padded", "k CHAR(4) PRIMARY KEY", {"'a'", "''", "'abcd'"}},
    {"bytes", "k BINARY(4) PRIMARY KEY", {"X'00000000'", "X'61'", "X'FFFEFDFC'"}},
    {"varbytes", "k VARBINARY(20) PRIMARY KEY", {"X''", "X'00'", "X'0000'", "X'5C2722'"}},
    {"days", "k DATE PRIMARY KEY", {"'2024-02-29'", "'0000-00-00'", "'2023-02-31'", "'2023-00-10'", "'2023-03-03'"}},
    {"moments",
     "k DATETIME(6) PRIMARY KEY",
     {"'2024-02-29 01:02:03.000004'", "'0000-00-00 00:00:00'", "'2023-02-31 23:59:59.999999'",
      "'2023-03-03 23:59:59'"}},
    {"instants", "k TIMESTAMP(3) PRIMARY KEY", {"'2024-03-31 01:30:00.001'", "'1970-01-01 00:00:01'", "0"}},
    {"times", "k TIME(6) PRIMARY KEY", {"'-838:59:59'", "'00:00:00.000001'", "'12:00:00'"}},
    {"labels", "k ENUM('b','a','') PRIMARY KEY", {"1", "2", "3", "0"}},
    {"sets", "k SET('x','y','z') PRIMARY KEY", {"0", "1", "5", "7"}},
    {"pairs",
     "a VARCHAR(9) NOT NULL, b INT NOT NULL, c DATE NOT NULL, UNIQUE KEY (c, a, b)",
     {"'x', 1, '2024-01-01'", "'x', 2, '2024-01-01'", "'y', 1, '2024-02-31'", "'x', 1, '2024-02-31'"}},
    {"odd", "`a``b\"c` INT PRIMARY KEY", {"1", "-1"}},
};

/* Tables none of whose rows can be named. */
static const char *const nameless[] = {"k INT", "k INT NULL UNIQUE", "k FLOAT PRIMARY KEY",
                                       "k TEXT, PRIMARY KEY (k(9))",
                                       "k DOUBLE NOT NULL, j INT NOT NULL, UNIQUE (j, k), KEY (j)"};

struct place {
    struct cg_source *source;
    struct cg_catalog *catalog;
    struct cg_session *session;
};

static struct place open_place(const struct server *server) {
    struct place place = {0};
    struct cg_uri uri;
    struct cg_snapshot snapshot;
    assert_ok(cg_uri_parse(server->uri, test_arena, &uri, &test_error));
    assert_ok(cg_source_open(&uri, "", NULL, &place.source, &test_error));
    assert_ok(cg_source_snapshot(place.source, 1, test_arena, &place.catalog, &snapshot, &test_error));
    assert_ok(cg_source_acquire(place.source, &place.session, &test_error));
    return place;
}

static void close_place(struct place *place) {
    cg_source_release(place->source, place->session);
    cg_source_free(place->source);
}

/* Reads n and the key's texts; predicates[n]: what names the row. Returns how many rows there were. */
static int name_rows(struct place *place, const struct cg_table *table, const char **predicates) {
    struct cg_row_key key;
    assert_ok(cg_source_row_key(place->source, table, test_arena, &key, &test_error));
    assert_true(key.count > 0 && key.count <= MOST_PARTS);
    const struct cg_column *columns[1 + MOST_PARTS] = {cg_table_column(table, "n")};
    const char *as_text[1 + MOST_PARTS] = {NULL};
    memcpy(columns + 1, key.columns, key.count * sizeof *columns);
    memcpy(as_text + 1, key.as_text, key.count * sizeof *as_text);
    struct cg_read what = {
        .table = table, .columns = columns, .column_count = 1 + key.count, .predicate = "", .as_text = as_text};
    struct cg_reader *reader;
    struct cg_source_row row;
    int rows = 0, more;
    assert_ok(cg_reader_open(place->session, &what, &reader, &test_error));
    for (; (more = cg_reader_next(reader, &row, &test_error)) > 0; rows++) {
        struct cg_slice texts[MOST_PARTS];
        struct cg_buffer b;
        for (size_t i = 0; i < key.count; i++) {
            assert_int_equal(row.values[1 + i].kind, CG_VALUE_TEXT);
            texts[i] = row.values[1 + i].bytes;
        }
        cg_buffer_init(&b, 1 << 20);
        assert_ok(cg_source_row_predicate(place->source, table, &key, texts, &b, &test_error));
        assert_in_range(row.values[0].i64, 0, MOST_ROWS - 1);
        predicates[row.values[0].i64] = cg_arena_strndup(test_arena, (const char *)b.data, b.len);
        cg_buffer_done(&b);
    }
    assert_ok(more);
    cg_reader_close(reader);
    return rows;
}

/* The n of the only row that a predicate selects. */
static int64_t find_row(struct place *place, const struct cg_table *table, const char *predicate) {
    const struct cg_column *column = cg_table_column(table, "n");
    struct cg_read what = {.table = table, .columns = &column, .column_count = 1, .predicate = predicate};
    struct cg_reader *reader;
    struct cg_source_row row;
    assert_ok(cg_reader_open(place->session, &what, &reader, &test_error));
    int more = cg_reader_next(reader, &row, &test_error);
    if (more != 1)
        fail_msg("table %s: no row where %s: %s", table->name, predicate, test_error.message);
    int64_t n = row.values[0].i64;
    if (cg_reader_next(reader, &row, &test_error) != 0)
        fail_msg("table %s: more than one row where %s", table->name, predicate);
    cg_reader_close(reader);
    return n;
}

static void a_row_is_found_by_its_name_and_by_no_other_s(void **state) {
    struct server *server = *state;
    server_begin(server, "cg_row_names");
    run(server->admin, "SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'");
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        run(server->admin, "CREATE TABLE %s (n INT NOT NULL, %s)", tables[t].name, tables[t].key);
        for (int i = 0; i < MOST_ROWS && tables[t].rows[i]; i++)
            run(server->admin, "INSERT INTO %s VALUES (%d, %s)", tables[t].name, i, tables[t].rows[i]);
    }
    struct place place = open_place(server);
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        const struct cg_table *table = cg_catalog_table(place.catalog, tables[t].name);
        const char *predicates[MOST_ROWS] = {NULL};
        int expected = 0;
        while (expected < MOST_ROWS && tables[t].rows[expected])
            expected++;
        assert_int_equal(name_rows(&place, table, predicates), expected);
        for (int i = 0; i < expected; i++)
            assert_int_equal(find_row(&place, table, predicates[i]), i);
    }
    close_place(&place);
    server_end(server);
}

static void a_table_without_an_exact_key_names_no_row(void **state) {
    struct server *server = *state;
    server_begin(server, "cg_row_nameless");
    for (size_t t = 0; t < sizeof nameless / sizeof *nameless; t++)
        run(server->admin, "CREATE TABLE t%zu (n INT, %s)", t, nameless[t]);
    struct place place = open_place(server);
    for (size_t t = 0; t < sizeof nameless / sizeof *nameless; t++) {
        struct cg_row_key key = {.count = 99};
        char name[8];
        snprintf(name, sizeof name, "t%zu", t);
        assert_ok(
            cg_source_row_key(place.source, cg_catalog_table(place.catalog, name), test_arena, &key, &test_error));
        assert_int_equal(key.count, 0);
    }
    close_place(&place);
    server_end(server);
}

static void r10_what_is_stored_can_be_had_where_the_conversion_may_lose_something(void **state) {
    struct server *server = *state;
    server_begin(server, "cg_row_stored");
    run(server->admin, "CREATE TABLE t (n INT PRIMARY KEY, g VARCHAR(9) CHARACTER SET gbk, u VARCHAR(9) CHARACTER SET "
                       "utf8mb4, b VARBINARY(9))");
    run(server->admin, "INSERT INTO t VALUES (1, X'61D6D0', 'x', 'y')");
    struct place place = open_place(server);
    const struct cg_table *table = cg_catalog_table(place.catalog, "t");
    const char *expression = "left alone";
    assert_ok(cg_source_stored_bytes(place.source, cg_table_column(table, "u"), test_arena, &expression, &test_error));
    assert_null(expression);
    assert_ok(cg_source_stored_bytes(place.source, cg_table_column(table, "b"), test_arena, &expression, &test_error));
    assert_null(expression);
    const struct cg_column *columns[] = {cg_table_column(table, "g"), cg_table_column(table, "g")};
    const char *as_text[2] = {NULL};
    assert_ok(cg_source_stored_bytes(place.source, columns[0], test_arena, &as_text[1], &test_error));
    struct cg_read what = {.table = table, .columns = columns, .column_count = 2, .predicate = "", .as_text = as_text};
    struct cg_reader *reader;
    struct cg_source_row row;
    assert_ok(cg_reader_open(place.session, &what, &reader, &test_error));
    assert_int_equal(cg_reader_next(reader, &row, &test_error), 1);
    assert_int_equal(row.values[0].bytes.len, 4);
    assert_memory_equal(row.values[0].bytes.data, "a\xe4\xb8\xad", 4);
    assert_int_equal(row.values[1].bytes.len, 3);
    assert_memory_equal(row.values[1].bytes.data, "a\xd6\xd0", 3);
    cg_reader_close(reader);
    close_place(&place);
    server_end(server);
}

int main(void) {
    servers_or_skip();
    test_arena = cg_arena_new();
    const struct CMUnitTest tests[] = {
        EACH(a_row_is_found_by_its_name_and_by_no_other_s),
        EACH(a_table_without_an_exact_key_names_no_row),
        EACH(r10_what_is_stored_can_be_had_where_the_conversion_may_lose_something),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cg_arena_free(test_arena);
    return failed;
}
