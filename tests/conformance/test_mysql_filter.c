/* A table's filter (--where): walking, counting, reading and probing see the same rows, and no text of the user's gets
 * out of the parentheses that it is put into. */
#include "mysql_place.h"

static struct place places[2] = {{.variable = "CG_TEST_MARIADB"}, {.variable = "CG_TEST_MYSQL"}};

/* 1000 rows, n from 0 to 999; note holds n as text, and NULL where n ends in 7. */
static struct cg_table *make_table(struct place *place) {
    place_sql(place, "CREATE TABLE thing (n INT PRIMARY KEY, tens INT NOT NULL, note VARCHAR(20), `odd name` INT)");
    place_sql(place, "INSERT INTO thing WITH RECURSIVE r AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 999)"
                     " SELECT n, n DIV 10, IF(n % 10 = 7, NULL, n), n FROM r");
    struct cg_table *table = place_table(place, "thing");
    table->row_estimate = -1;
    return table;
}

static int64_t read_range(struct place *place, const struct cg_table *table, const char *predicate) {
    struct cg_error err = {0};
    struct cg_reader *reader;
    const struct cg_column *columns[] = {cg_table_column(table, "n")};
    struct cg_read what = {.table = table, .columns = columns, .column_count = 1, .predicate = predicate};
    struct cg_source_row row;
    int64_t rows = 0;
    int rc;
    ok(cg_mysql_reader_open(&place->session, &what, &reader, &err), &err);
    while ((rc = cg_mysql_reader_next(reader, &row, &err)) == 1)
        rows++;
    ok(rc, &err);
    cg_mysql_reader_close(reader);
    return rows;
}

static int64_t walk(struct place *place, const struct cg_table *table, int *ret_chunks) {
    struct cg_error err = {0};
    struct cg_walk *walk;
    struct cg_chunk chunk;
    int64_t total = 0;
    int rc;
    *ret_chunks = 0;
    ok(cg_mysql_walk_open(&place->session, table, 20, 20, &walk, &err), &err);
    while ((rc = cg_mysql_walk_next(walk, &chunk, &err)) == 1) {
        int64_t rows = read_range(place, table, chunk.predicate);
        if (chunk.rows_expected >= 0)
            assert_int_equal(rows, chunk.rows_expected);
        total += rows;
        ++*ret_chunks;
    }
    ok(rc, &err);
    cg_mysql_walk_close(walk);
    return total;
}

static const struct {
    const char *filter;
    int64_t rows;
} fit[] = {
    {"n < 100", 100},
    {"n < 10 OR n >= 990", 20},
    {"note IS NULL", 100},
    {"`odd name` = 5", 1},
    {"tens IN (SELECT n FROM thing WHERE n < 3)", 30},
    {"note = ');-- ' OR note = \"a'b;#\" OR note = 'it\\'s (' OR n = 1", 1},
    {"note = 'x'';' OR `n` BETWEEN 3 AND (2 + (4 - 1))", 3},
    {"n - -1 = 5 AND n--1 = 5", 1},
    {"FALSE", 0},
    {"1", 1000},
};

static void walks_counts_and_readers_see_the_same_rows(void **state) {
    struct place *place = *state;
    struct cg_table table = *make_table(place);
    struct cg_error err = {0};
    for (size_t i = 0; i < sizeof fit / sizeof *fit; i++) {
        uint64_t rows = 0;
        int chunks = 0;
        table.filter = fit[i].filter;
        ok(cg_mysql_check_filter(&place->session, &table, &err), &err);
        ok(cg_mysql_count(&place->session, &table, &rows, &err), &err);
        assert_int_equal(rows, fit[i].rows);
        assert_int_equal(walk(place, &table, &chunks), fit[i].rows);
        assert_int_equal(chunks, fit[i].rows / 20 + 1);
    }
}

static void the_probe_sees_filtered_rows_alone(void **state) {
    struct place *place = *state;
    struct cg_table table = *place_table(place, "thing");
    struct cg_error err = {0};
    const bool want[] = {true, true, false, false};
    struct cg_column_facts facts[4];
    table.filter = "n BETWEEN 100 AND 149";
    for (uint64_t sample = 0; sample <= 10; sample += 10) {
        uint64_t rows = 0;
        ok(cg_mysql_probe(&place->session, &table, want, sample, facts, &rows, &err), &err);
        assert_int_equal(rows, sample ? 20 : 50);
        assert_string_equal(facts[0].minimum, "100");
        assert_string_equal(facts[0].maximum, "149");
        assert_string_equal(facts[1].maximum, "14");
    }
}

static void what_could_leave_its_parentheses_is_refused(void **state) {
    static const char *const unfit[] = {
        "1) OR (1",
        "1)",
        "(1",
        "1; DROP TABLE thing",
        "1 -- ",
        "1 --",
        "1 --\tx",
        "1 # x",
        "1 /* x */",
        "1 /*!50000 OR 1 */",
        "1 /*M! OR 1 */",
        "note = 'x",
        "note = \"x",
        "`n = 1",
        "note = 'x\\'",
        "(@a := n) > 5",
        "n IN (SELECT n FROM thing FOR UPDATE)",
        "n IN (SELECT n FROM thing for   share)",
        "n IN (SELECT n FROM thing LOCK IN SHARE MODE)",
        "(SELECT n INTO @x FROM thing LIMIT 1)",
        "1\x01",
    };
    struct place *place = *state;
    struct cg_table table = *place_table(place, "thing");
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        struct cg_error err = {0};
        table.filter = unfit[i];
        if (cg_mysql_check_filter(&place->session, &table, &err) == 0)
            fail_msg("taken: %s", unfit[i]);
        assert_int_equal(err.cls, CG_ERR_USAGE);
        if (strstr(err.message, "the source refuses"))
            fail_msg("sent to the server: %s", unfit[i]);
    }
}

static void what_the_server_does_not_take_is_refused_in_its_words(void **state) {
    static const char *const unfit[] = {"nothing = 1", "n =", "COUNT(*) > 1", "n IN (SELECT 1, 2)", "1 LIMIT 5"};
    struct place *place = *state;
    struct cg_table table = *place_table(place, "thing");
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++) {
        struct cg_error err = {0};
        table.filter = unfit[i];
        if (cg_mysql_check_filter(&place->session, &table, &err) == 0)
            fail_msg("taken: %s", unfit[i]);
        assert_int_equal(err.cls, CG_ERR_USAGE);
        assert_non_null(strstr(err.message, "the source refuses it"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(walks_counts_and_readers_see_the_same_rows),
        ON_BOTH(the_probe_sees_filtered_rows_alone),
        ON_BOTH(what_could_leave_its_parentheses_is_refused),
        ON_BOTH(what_the_server_does_not_take_is_refused_in_its_words),
    };
    places_needed(places);
    for (int i = 0; i < 2; i++)
        place_open(&places[i], "cg_myreader_filter");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (int i = 0; i < 2; i++)
        place_close(&places[i]);
    return failed;
}
