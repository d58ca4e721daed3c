/* How MySQL and MariaDB tell a table's partitions: methods, columns, bounds as values; what cannot be read is unknown
 * and never guessed. */
#include "tests/conformance/mysql_place.h"

static struct place places[2] = {{.variable = "CG_TEST_MARIADB"}, {.variable = "CG_TEST_MYSQL"}};

static int setup(void **state) {
    (void)state;
    for (size_t i = 0; i < 2; i++)
        place_open(&places[i], "cg_mysql_partitions");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (size_t i = 0; i < 2; i++)
        place_close(&places[i]);
    return 0;
}

/* ---- partitions as text ---- */

static void put(struct cg_buffer *b, const char *format, ...) {
    char text[512];
    struct cg_error err = {0};
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert_int_equal(cg_buffer_text(b, text, &err), 0);
}

static void put_bounds(struct cg_buffer *b, const struct cg_bound *bounds, size_t count) {
    static const char *const words[] = {"", "NULL", "MIN", "MAX"};
    for (size_t i = 0; i < count; i++)
        put(b, "%s%s", i ? "," : "", bounds[i].kind == CG_BOUND_VALUE ? bounds[i].text : words[bounds[i].kind]);
}

static void put_partitioning(struct cg_buffer *b, const struct cg_partitioning *by) {
    static const char *const methods[] = {"unknown", "range", "list", "hash"};
    size_t width = by->column_count ? by->column_count : 1;
    put(b, "%s", methods[by->method]);
    for (size_t i = 0; i < by->column_count; i++)
        put(b, "%s%s", i ? "," : " ", by->columns[i]);
    if (by->expression)
        put(b, " %s", by->expression);
    for (size_t i = 0; i < by->count; i++) {
        const struct cg_partition *partition = &by->items[i];
        put(b, "%s%s", i ? " | " : ": ", partition->name);
        if (partition->to) {
            put(b, " < ");
            put_bounds(b, partition->to, width);
        }
        for (size_t k = 0; k < partition->value_count; k++) {
            put(b, k ? "; " : " = ");
            put_bounds(b, partition->values + k * width, width);
        }
        if (partition->modulus)
            put(b, " %u of %u", partition->remainder, partition->modulus);
        if (*partition->comment)
            put(b, " '%s'", partition->comment);
        if (partition->below) {
            put(b, " (");
            put_partitioning(b, partition->below);
            put(b, ")");
        }
    }
}

static const char *partitions_of(struct place *place, const char *clause) {
    struct cg_error err = {0};
    struct cg_buffer b;
    place_sql(place, "DROP TABLE IF EXISTS t");
    place_sql(place, clause);
    cg_buffer_init(&b, 1 << 20);
    const struct cg_table *table = place_table(place, "t");
    if (!table->partitioning)
        fail_msg("%s: %s", clause, table->partition_text ? table->partition_text : "no partitions");
    put_partitioning(&b, table->partitioning);
    const char *text = cg_arena_strdup(place->arena, cg_buffer_cstr(&b, &err));
    cg_buffer_done(&b);
    return text;
}

static void both_tell(const char *clause, const char *expected) {
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(partitions_of(&places[i], clause), expected);
}

/* ---- the methods ---- */

static void ranges_have_their_upper_bounds(void **state) {
    (void)state;
    both_tell(
        "CREATE TABLE t (id INT) PARTITION BY RANGE (ID) (PARTITION p0 VALUES LESS THAN (-10) COMMENT = 'it''s first',"
        " PARTITION `odd name` VALUES LESS THAN (5 * 4), PARTITION pm VALUES LESS THAN MAXVALUE)",
        "range id: p0 < -10 'it's first' | odd name < 20 | pm < MAX");
    both_tell("CREATE TABLE t (d DATE) PARTITION BY RANGE (YEAR(d)) (PARTITION p VALUES LESS THAN (1990))",
              "range year(`d`): p < 1990");
    both_tell("CREATE TABLE t (d DATE) PARTITION BY RANGE (TO_DAYS(d)) (PARTITION p VALUES LESS THAN "
              "(TO_DAYS('2020-01-01')))",
              "range to_days(`d`): p < 737790");
    both_tell("CREATE TABLE t (s TIMESTAMP) PARTITION BY RANGE (UNIX_TIMESTAMP(s)) (PARTITION p VALUES LESS THAN "
              "(1577836800))",
              "range unix_timestamp(`s`): p < 1577836800");
    both_tell(
        "CREATE TABLE t (a INT, `b``, c` VARCHAR(20), e DATETIME(3)) PARTITION BY RANGE COLUMNS (a, `b``, c`, e) ("
        "PARTITION p VALUES LESS THAN (10, 'it''s, (b) \\\\ \xc3\xbc', '2020-01-01'),"
        "PARTITION q VALUES LESS THAN (10, MAXVALUE, MAXVALUE))",
        "range a,b`, c,e: p < 10,it's, (b) \\ \xc3\xbc,2020-01-01 | q < 10,MAX,MAX");
}

static void lists_have_their_values(void **state) {
    (void)state;
    both_tell(
        "CREATE TABLE t (r INT) PARTITION BY LIST (r) (PARTITION a VALUES IN (1, 2, NULL), PARTITION b VALUES IN (-3))",
        "list r: a = NULL; 1; 2 | b = -3");
    both_tell(
        "CREATE TABLE t (r VARCHAR(20)) PARTITION BY LIST COLUMNS (r) (PARTITION a VALUES IN ('east', 'it''s, (b)'),"
        " PARTITION b VALUES IN ('', NULL))",
        "list r: a = east; it's, (b) | b = ; NULL");
    both_tell(
        "CREATE TABLE t (r INT, s VARCHAR(5)) PARTITION BY LIST COLUMNS (r, s) (PARTITION a VALUES IN ((1, 'a'), (2, "
        "'b')), PARTITION b VALUES IN ((3, NULL)))",
        "list r,s: a = 1,a; 2,b | b = 3,NULL");
}

static void hashes_have_their_remainders(void **state) {
    (void)state;
    both_tell("CREATE TABLE t (id INT) PARTITION BY HASH (id) PARTITIONS 2", "hash id: p0 0 of 2 | p1 1 of 2");
    both_tell("CREATE TABLE t (d DATE) PARTITION BY LINEAR HASH (YEAR(d)) PARTITIONS 1", "hash year(`d`): p0 0 of 1");
    both_tell("CREATE TABLE t (a INT, b VARCHAR(9)) PARTITION BY LINEAR KEY (b, a) PARTITIONS 1",
              "hash b,a: p0 0 of 1");
    both_tell("CREATE TABLE t (a INT, b INT, PRIMARY KEY (b, a)) PARTITION BY KEY () PARTITIONS 1",
              "hash b,a: p0 0 of 1");
    both_tell("CREATE TABLE t (a INT NOT NULL, b INT, UNIQUE (a)) PARTITION BY KEY () PARTITIONS 1",
              "hash a: p0 0 of 1");
}

static void subpartitions_stand_below_their_partitions(void **state) {
    (void)state;
    both_tell(
        "CREATE TABLE t (id INT, d DATE) PARTITION BY RANGE (YEAR(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 ("
        "PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN MAXVALUE)",
        "range year(`d`): p0 < 2000 (hash id: p0sp0 0 of 2 | p0sp1 1 of 2) | p1 < MAX (hash id: p1sp0 0 of 2 | p1sp1 1 "
        "of 2)");
}

/* ---- what cannot be read ---- */

static void r13_what_is_not_understood_is_unknown(void **state) {
    (void)state;
    assert_string_equal(partitions_of(&places[0],
                                      "CREATE TABLE t (x INT) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME ("
                                      "PARTITION p HISTORY, PARTITION q CURRENT)"),
                        "unknown: p | q");
    assert_string_equal(partitions_of(&places[0], "CREATE TABLE t (r INT) PARTITION BY LIST (r) (PARTITION a VALUES IN "
                                                  "(1), PARTITION b DEFAULT)"),
                        "unknown r: a | b");
    /* information_schema tells the value in utf8mb3, as '?'. */
    for (size_t i = 0; i < 2; i++) {
        const char *text = partitions_of(&places[i], "CREATE TABLE t (s VARCHAR(9)) PARTITION BY LIST COLUMNS (s) ("
                                                     "PARTITION a VALUES IN ('\xf0\x9f\x98\x80'))");
        if (strcmp(text, "list s: a = \xf0\x9f\x98\x80") != 0)
            assert_string_equal(strchr(text, ':') ? "unknown" : text,
                                cg_arena_strndup(places[i].arena, text, strcspn(text, " :")));
    }
}

static void a_table_without_partitions_has_none(void **state) {
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        place_sql(&places[i], "CREATE TABLE plain (id INT)");
        assert_null(place_table(&places[i], "plain")->partitioning);
        place_sql(&places[i], "DROP TABLE plain");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_have_their_upper_bounds),
        cmocka_unit_test(lists_have_their_values),
        cmocka_unit_test(hashes_have_their_remainders),
        cmocka_unit_test(subpartitions_stand_below_their_partitions),
        cmocka_unit_test(r13_what_is_not_understood_is_unknown),
        cmocka_unit_test(a_table_without_partitions_has_none),
    };
    places_needed(places);
    return cmocka_run_group_tests_name("MySQL's partitions", tests, setup, teardown);
}
