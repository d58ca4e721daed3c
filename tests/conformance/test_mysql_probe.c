/* What the probe finds in real tables, fact by fact. */
#include "mysql_place.h"

static struct place places[2] = {{.variable = "CG_TEST_MARIADB"}, {.variable = "CG_TEST_MYSQL"}};

static void assert_range(struct cg_column_facts facts, uint64_t non_null, const char *minimum, const char *maximum) {
    assert_true(facts.probed);
    assert_int_equal(facts.non_null, non_null);
    assert_string_equal(facts.minimum, minimum);
    assert_string_equal(facts.maximum, maximum);
}

/* Probes every column; facts live until the next call. */
static const struct cg_column_facts *probe(struct place *place, const char *name, uint64_t want_rows) {
    static struct cg_column_facts facts[16];
    struct cg_error err = {0};
    bool want[16];
    uint64_t rows = 0;
    memset(want, 1, sizeof want);
    ok(cg_mysql_probe(&place->session, place_table(place, name), want, 0, facts, &rows, &err), &err);
    assert_int_equal(rows, want_rows);

    /* A sample that holds the whole table says the same, ENUMs and ranges included. */
    static struct cg_column_facts sampled[16];
    memset(sampled, 0, sizeof sampled);
    ok(cg_mysql_probe(&place->session, place_table(place, name), want, 1000, sampled, &rows, &err), &err);
    assert_int_equal(rows, want_rows);
    for (size_t i = 0; i < place_table(place, name)->column_count; i++) {
        assert_true(sampled[i].probed);
        assert_int_equal(sampled[i].non_null, facts[i].non_null);
        assert_string_equal(sampled[i].minimum, facts[i].minimum);
        assert_string_equal(sampled[i].maximum, facts[i].maximum);
        assert_int_equal(sampled[i].zero_dates, facts[i].zero_dates);
        assert_int_equal(sampled[i].partial_dates, facts[i].partial_dates);
        assert_int_equal(sampled[i].invalid_dates, facts[i].invalid_dates);
        assert_int_equal(sampled[i].enum_invalid, facts[i].enum_invalid);
        assert_int_equal(sampled[i].time_outside_day, facts[i].time_outside_day);
    }
    return facts;
}

static void a_sample_reads_both_ends_of_the_primary_key(void **state) {
    struct place *place = *state;
    struct cg_column_facts facts[16];
    struct cg_error err = {0};
    bool want[16];
    uint64_t rows = 0;
    memset(want, 1, sizeof want);
    place_sql(place, "CREATE TABLE ends (id INT PRIMARY KEY, e ENUM('a', 'b'), t TIME)");
    place_sql(place, "INSERT INTO ends VALUES (1, 'a', '01:00:00'), (2, '', '-05:00:00'), (3, 'b', '99:00:00'),"
                     " (4, 'b', NULL), (5, '', '02:00:00')");
    ok(cg_mysql_probe(&place->session, place_table(place, "ends"), want, 1, facts, &rows, &err), &err);
    assert_int_equal(rows, 2);
    assert_range(facts[0], 2, "1", "5");
    assert_int_equal(facts[1].enum_invalid, 1);
    assert_int_equal(facts[2].time_outside_day, 0);
    ok(cg_mysql_probe(&place->session, place_table(place, "ends"), want, 2, facts, &rows, &err), &err);
    assert_int_equal(rows, 4);
    assert_int_equal(facts[1].enum_invalid, 2);
    assert_int_equal(facts[2].non_null, 3);
    assert_int_equal(facts[2].time_outside_day, 1);
}

static void numbers_tell_their_full_range(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE numbers (a TINYINT(1) NOT NULL, b BIGINT, c BIGINT UNSIGNED, d DECIMAL(65,30),"
                     " e INT(9) UNSIGNED ZEROFILL, f YEAR, g DECIMAL(8,3) UNSIGNED ZEROFILL, h INT)");
    place_sql(place, "INSERT INTO numbers VALUES (0, -9223372036854775808, 0,"
                     " '-99999999999999999999999999999999999.999999999999999999999999999999', 7, 0, 0.5, NULL),"
                     " (1, 9223372036854775807, 18446744073709551615,"
                     " '99999999999999999999999999999999999.999999999999999999999999999999', 42, 2155, 10, NULL),"
                     " (0, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
    const struct cg_column_facts *facts = probe(place, "numbers", 3);
    assert_range(facts[0], 3, "0", "1");
    assert_range(facts[1], 2, "-9223372036854775808", "9223372036854775807");
    assert_range(facts[2], 2, "0", "18446744073709551615");
    assert_range(facts[3], 2, "-99999999999999999999999999999999999.999999999999999999999999999999",
                 "99999999999999999999999999999999999.999999999999999999999999999999");
    assert_range(facts[4], 2, "7", "42");
    assert_range(facts[5], 2, "0", "2155");
    assert_range(facts[6], 2, "0.500", "10.000");
    assert_range(facts[7], 0, "", "");
}

static void assert_dates(struct cg_column_facts facts, uint64_t non_null, uint64_t zero, uint64_t partial,
                         uint64_t invalid) {
    assert_int_equal(facts.non_null, non_null);
    assert_int_equal(facts.zero_dates, zero);
    assert_int_equal(facts.partial_dates, partial);
    assert_int_equal(facts.invalid_dates, invalid);
}

static void r11_bad_dates_are_counted_by_class(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE dates (d DATE, dt DATETIME(6) NULL, ts TIMESTAMP(6) NULL)");
    static const char *const values[] = {/* zero */ "0000-00-00",
                                         "0000-00-00",
                                         "0000-00-00",
                                         /* partial */ "0000-01-01",
                                         "2024-00-10",
                                         "2024-02-00",
                                         "0000-02-30",
                                         "0000-00-05",
                                         "0000-12-00",
                                         "2024-00-00",
                                         /* invalid */ "2023-02-29",
                                         "2023-02-31",
                                         "1900-02-29",
                                         "2024-02-30",
                                         "2023-04-31",
                                         "2023-06-31",
                                         "2023-09-31",
                                         "2023-11-31",
                                         /* good */ "0001-01-01",
                                         "2024-02-29",
                                         "2000-02-29",
                                         "2023-01-31",
                                         "2023-03-31",
                                         "2023-05-31",
                                         "2023-07-31",
                                         "2023-08-31",
                                         "2023-10-31",
                                         "9999-12-31",
                                         "2023-04-30",
                                         "2023-02-28"};
    size_t count = sizeof values / sizeof *values;
    for (size_t i = 0; i < count; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "INSERT INTO dates VALUES ('%s', '%s%s', %s)", values[i], values[i],
                 i % 2 ? " 10:11:12.5" : " 00:00:00", i == 0 ? "'0000-00-00 00:00:00'" : "'2024-02-29 23:59:59.9'");
        place_sql(place, sql);
    }
    place_sql(place, "INSERT INTO dates VALUES (NULL, NULL, NULL)");
    const struct cg_column_facts *facts = probe(place, "dates", count + 1);
    assert_dates(facts[0], count, 3, 7, 8);
    assert_dates(facts[1], count, 3, 7, 8);
    assert_dates(facts[2], count, 1, 0, 0);
}

static void times_outside_a_day_are_counted(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE times (a TIME(6), b TIME NOT NULL, c TIME)");
    place_sql(place,
              "INSERT INTO times VALUES ('-838:59:59', '00:00:00', NULL), ('-00:00:00.000001', '24:00:00', NULL),"
              " ('24:00:00', '23:59:59', NULL), ('24:00:00.000001', '12:00:00', NULL),"
              " ('838:59:59', '00:00:01', NULL), ('00:00:00', '00:00:01', NULL), (NULL, '00:00:01', NULL)");
    const struct cg_column_facts *facts = probe(place, "times", 7);
    assert_range(facts[0], 6, "-838:59:59.000000", "838:59:59.000000");
    assert_int_equal(facts[0].time_outside_day, 4);
    assert_range(facts[1], 7, "00:00:00", "24:00:00");
    assert_int_equal(facts[1].time_outside_day, 0);
    assert_range(facts[2], 0, "", "");
}

static void r12_enum_index_zero_is_counted(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE enums (a ENUM('x','') NOT NULL, b ENUM('0','1'))");
    place_sql(place, "INSERT INTO enums VALUES ('', '0'), (0, 0), ('x', NULL), (0, '1')");
    const struct cg_column_facts *facts = probe(place, "enums", 4);
    assert_int_equal(facts[0].non_null, 4);
    assert_int_equal(facts[0].enum_invalid, 2);
    assert_int_equal(facts[1].non_null, 3);
    assert_int_equal(facts[1].enum_invalid, 1);
}

static void only_wanted_columns_are_probed(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    place_sql(place, "CREATE TABLE `so``me` (`a@b` INT, `c``d` INT, t TEXT)");
    place_sql(place, "INSERT INTO `so``me` VALUES (1, 2, 'x'), (3, NULL, NULL)");
    struct cg_column_facts facts[3];
    bool want[3] = {true, false, true};
    uint64_t rows = 0;
    struct cg_table *table = place_table(place, "so`me");
    ok(cg_mysql_probe(&place->session, table, want, 0, facts, &rows, &err), &err);
    assert_range(facts[0], 2, "1", "3");
    assert_false(facts[1].probed);
    assert_int_equal(facts[1].non_null, 0);
    assert_range(facts[2], 1, "", "");
    rows = 0;
    ok(cg_mysql_count(&place->session, table, &rows, &err), &err);
    assert_int_equal(rows, 2);
}

static void an_empty_table_has_no_range(void **state) {
    struct place *place = *state;
    place_sql(place, "CREATE TABLE nobody (a INT NOT NULL, d DATE, t TIME)");
    const struct cg_column_facts *facts = probe(place, "nobody", 0);
    assert_range(facts[0], 0, "", "");
    assert_dates(facts[1], 0, 0, 0, 0);
    assert_range(facts[2], 0, "", "");
}

static void a_missing_table_is_an_error_that_names_it(void **state) {
    struct place *place = *state;
    struct cg_error err = {0};
    uint64_t rows = 7;
    struct cg_table table = {.schema = place->database, .name = "absent"};
    assert_int_equal(cg_mysql_count(&place->session, &table, &rows, &err), -1);
    assert_int_equal(rows, 7);
    assert_non_null(strstr(err.object, "absent"));
    assert_int_not_equal(err.vendor, 0);
    assert_false(place->session.lost);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(numbers_tell_their_full_range),      ON_BOTH(a_sample_reads_both_ends_of_the_primary_key),
        ON_BOTH(r11_bad_dates_are_counted_by_class), ON_BOTH(times_outside_a_day_are_counted),
        ON_BOTH(r12_enum_index_zero_is_counted),     ON_BOTH(only_wanted_columns_are_probed),
        ON_BOTH(an_empty_table_has_no_range),        ON_BOTH(a_missing_table_is_an_error_that_names_it),
    };
    places_needed(places);
    for (int i = 0; i < 2; i++)
        place_open(&places[i], "cg_myreader_probe");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (int i = 0; i < 2; i++)
        place_close(&places[i]);
    return failed;
}
