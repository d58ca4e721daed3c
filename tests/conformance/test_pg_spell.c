/* How PostgreSQL spells expressions: the stored text of one and the text that it was made from are spelled alike,
 * others are not. */
#include "extract/source.h"
#include "tests/conformance/pg_fixture.h"

static struct cg_source *source;
static struct cg_catalog *catalog;
static struct cg_session *session;

static int setup(void **state) {
    (void)state;
    fixture_make_database("cg_pg_spell", "");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    if (session)
        cg_source_release(source, session);
    session = NULL;
    cg_source_free(source);
    source = NULL;
    fixture_close();
    return 0;
}

static void open_source(const char *user) {
    char text[640];
    struct cg_uri uri;
    struct cg_snapshot snapshot;
    snprintf(text, sizeof text, user ? "%s?user=%s" : "%s", fixture.uri, user);
    must(cg_uri_parse(text, fixture.arena, &uri, &trouble));
    must(cg_source_open(&uri, "public", "crossgrade", &source, &trouble));
    must(cg_source_snapshot(source, 1, fixture.arena, &catalog, &snapshot, &trouble));
    must(cg_source_acquire(source, &session, &trouble));
}

static bool spelled_alike(const char *table, const struct cg_type *type, const char *a, const char *b) {
    const char *texts[2] = {a, b}, *spelled[2] = {NULL, NULL};
    must(cg_source_spell(session, table ? cg_catalog_table(catalog, table) : NULL, type, texts, 2, fixture.arena,
                         spelled, &trouble));
    return strcmp(spelled[0], spelled[1]) == 0;
}

/* What a CHECK, a generated column or an index was made from and what the catalog makes of it. */
static void what_was_stored_is_spelled_as_what_it_was_made_from(void **state) {
    (void)state;
    static const char *const texts[] = {
        "a > 0",
        "a IN (1, 2, 3)",
        "\"c\" IN ('x', 'y') OR c IS NULL",
        "a BETWEEN 1 AND b AND NOT b = 5",
        "n * a > 1.5 -- and a comment",
        "pg_catalog.lower(c) = 'x'",
        "CASE WHEN a > 1 THEN c ELSE 'none' END LIKE '%o%'",
        "d >= DATE '2000-01-01'",
        "(a % 2) = 0",
        "c ~ '^[a-z]+$'",
        "length(\"left\"(c, 3)) = 3",
    };
    run("CREATE TABLE t (a integer, b bigint, n numeric(10,2), c varchar(20), d date)");
    run("CREATE TABLE stored (LIKE t)");
    size_t count = sizeof texts / sizeof *texts;
    for (size_t i = 0; i < count; i++) {
        char sql[512];
        snprintf(sql, sizeof sql, "ALTER TABLE stored ADD CONSTRAINT c%02zu CHECK (%s\n)", i, texts[i]);
        run(sql);
    }
    open_source(NULL);
    const struct cg_table *stored = cg_catalog_table(catalog, "stored");
    assert_int_equal(stored->check_count, count);
    for (size_t i = 0; i < stored->check_count; i++) {
        const char *text = texts[strtoul(stored->checks[i].name + 1, NULL, 10)];
        if (!spelled_alike("t", NULL, text, stored->checks[i].expression))
            fail_msg("%s: %s", text, stored->checks[i].expression);
    }
}

static void another_expression_is_spelled_otherwise(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"a > 0", "a >= 0"},
        {"a > 0", "a > 1"},
        {"a > 0", "b > 0"},
        {"a > 0", "NOT a > 0"},
        {"a IN (1, 2)", "a IN (1, 3)"},
        {"c = 'x'", "c = 'x '"},
        {"a > 0", "(a > 0) IS NOT FALSE"},
        {"lower(c) = c", "upper(c) = c"},
        {"n = 1.5", "n = 1.50001"},
        {"c = 'a' COLLATE \"C\"", "c = 'a'"},
    };
    run("CREATE TABLE t (a integer, b integer, n numeric(10,2), c varchar(20))");
    open_source(NULL);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (spelled_alike("t", NULL, pairs[i][0], pairs[i][1]))
            fail_msg("%s and %s", pairs[i][0], pairs[i][1]);
}

static void a_type_makes_alike_what_its_column_would_hold_alike(void **state) {
    (void)state;
    run("CREATE TABLE t (n numeric(10,2), c varchar(3), day date, text_list text[])");
    open_source(NULL);
    const struct cg_table *table = cg_catalog_table(catalog, "t");
    assert_true(spelled_alike(NULL, &table->columns[0].type, "1.5", "'1.50'::numeric"));
    assert_false(spelled_alike(NULL, &table->columns[0].type, "1.5", "1.51"));
    assert_true(spelled_alike(NULL, &table->columns[1].type, "'abc'", "'abc'::character varying"));
    assert_true(spelled_alike(NULL, &table->columns[2].type, "'2000-1-2'", "DATE '2000-01-02'"));
    assert_true(spelled_alike(NULL, &table->columns[3].type, "ARRAY['a', 'b']", "'{a,b}'"));
}

static void partitioned_and_oddly_named_tables_are_no_different(void **state) {
    (void)state;
    run("CREATE TABLE p (a integer) PARTITION BY RANGE (a)");
    run("CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)");
    run("CREATE TABLE p2 PARTITION OF p DEFAULT");
    run("CREATE TABLE \"Odd \"\"t\" (\"a b\" integer)");
    open_source(NULL);
    assert_true(spelled_alike("p", NULL, "a > 0", "((a > 0))"));
    assert_false(spelled_alike("p", NULL, "a > 0", "a > 2"));
    assert_true(spelled_alike("Odd \"t", NULL, "\"a b\" > 0", "(\"a b\" > 0)"));
}

static void what_the_server_refuses_is_an_error_and_the_session_goes_on(void **state) {
    (void)state;
    const char *texts[] = {"no_such_function(a)", "a > 0", "1 / 0 = a", "a > "}, *spelled[1];
    uint64_t rows = 0;
    run("CREATE TABLE t (a integer)");
    run("INSERT INTO t VALUES (1), (2)");
    open_source(NULL);
    const struct cg_table *table = cg_catalog_table(catalog, "t");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cg_error err = {0};
        int rc = cg_source_spell(session, table, NULL, &texts[i], 1, fixture.arena, spelled, &err);
        assert_int_equal(rc, i == 1 ? 0 : -1);
        assert_int_equal(err.cls, i == 1 ? CG_ERR_NONE : CG_ERR_ENGINE);
        assert_false(err.retryable);
        must(cg_source_count(session, table, &rows, &trouble));
        assert_int_equal(rows, 2);
    }
}

static void to_select_is_enough_and_nothing_is_made(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer)");
    PQclear(PQexec(fixture.conn, "DROP OWNED BY cg_pg_spell_reader"));
    PQclear(PQexec(fixture.conn, "DROP ROLE cg_pg_spell_reader"));
    run("CREATE ROLE cg_pg_spell_reader LOGIN");
    run("REVOKE ALL ON DATABASE cg_pg_spell FROM PUBLIC");
    run("REVOKE ALL ON SCHEMA public FROM PUBLIC");
    run("GRANT CONNECT ON DATABASE cg_pg_spell TO cg_pg_spell_reader");
    run("GRANT USAGE ON SCHEMA public TO cg_pg_spell_reader");
    run("GRANT SELECT ON t TO cg_pg_spell_reader");
    open_source("cg_pg_spell_reader");
    assert_true(spelled_alike("t", NULL, "a > 0", "(a > 0)"));
    teardown(NULL);
    setup(NULL);
    run("DROP ROLE cg_pg_spell_reader");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_was_stored_is_spelled_as_what_it_was_made_from),
        TEST(another_expression_is_spelled_otherwise),
        TEST(a_type_makes_alike_what_its_column_would_hold_alike),
        TEST(partitioned_and_oddly_named_tables_are_no_different),
        TEST(what_the_server_refuses_is_an_error_and_the_session_goes_on),
        TEST(to_select_is_enough_and_nothing_is_made),
    };
    return fixture_main("PostgreSQL's spelling", tests, sizeof tests / sizeof *tests);
}
