/* CHECKs that follow the rows, triggers for ON UPDATE CURRENT_TIMESTAMP, views: what cg_target_ddl prints is run on
 * real servers, and what it made is put to use there. */
#include "tests/conformance/pg_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int setup(void **state) {
    (void)state;
    fixture_make_database("cgload_objects", "ENCODING 'UTF8' TEMPLATE template0");
    fixture_open("to", "crossgrade");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    fixture_close();
    return 0;
}

/* ---- small makers ---- */

static struct cg_column column(const char *name, const char *base, const char *full) {
    struct cg_column c = {.name = name, .comment = "", .nullable = true};
    c.type = (struct cg_type){.name = base, .full = full, .length = -1, .precision = -1, .scale = -1, .fraction = -1};
    return c;
}

static struct cg_table table(const char *name, struct cg_column *columns, size_t count) {
    return (struct cg_table){.schema = "to", .name = name, .comment = "", .columns = columns, .column_count = count};
}

static struct cg_catalog catalog_of(struct cg_table *tables, size_t count) {
    return (struct cg_catalog){.schema = "to", .tables = tables, .table_count = count};
}

static int server_version(void) {
    return cg_target_server(fixture.target)->version_number;
}

static struct cg_ddl_list print(const struct cg_catalog *wanted, bool drop) {
    struct cg_ddl_options options = {.schema = "to", .drop_existing = drop, .server_version = server_version()};
    struct cg_ddl_list list;
    must(cg_target_ddl(&options, wanted, fixture.arena, &list, &trouble));
    return list;
}

/* Runs the phases from `first` to `last`; every statement must be taken. */
static void execute(const struct cg_ddl_list *list, enum cg_ddl_phase first, enum cg_ddl_phase last) {
    for (size_t i = 0; i < list->count; i++) {
        const struct cg_ddl *ddl = &list->items[i];
        struct cg_error err = {0};
        if (ddl->phase >= first && ddl->phase <= last && cg_target_execute(fixture.session, ddl->sql, &err))
            fail_msg("%s: %s", ddl->sql, err.message);
    }
}

static void make(const struct cg_catalog *wanted) {
    struct cg_ddl_list list = print(wanted, false);
    execute(&list, CG_DDL_DROP, CG_DDL_ANALYZE);
}

static const struct cg_ddl *statement(const struct cg_ddl_list *list, enum cg_ddl_phase phase, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].phase == phase && strcmp(list->items[i].name, name) == 0)
            return &list->items[i];
    fail_msg("no statement for %s", name);
    return NULL;
}

/* ---- checks ---- */

static void a_check_follows_the_rows_and_names_itself_where_a_row_breaks_it(void **state) {
    (void)state;
    struct cg_column columns[] = {column("n", "integer", "integer")};
    struct cg_check checks[] = {{.name = "of type", .expression = "n < 100"},
                                {.name = "positive", .expression = "n > 0", .after_rows = true},
                                {.name = "odd", .expression = "n % 2 = 1", .after_rows = true}};
    struct cg_table tables[] = {table("t", columns, 1)};
    tables[0].checks = checks, tables[0].check_count = 3;
    struct cg_catalog wanted = catalog_of(tables, 1);
    struct cg_ddl_list list = print(&wanted, false);
    struct cg_error err = {0};
    execute(&list, CG_DDL_TYPE, CG_DDL_TABLE);
    run("INSERT INTO \"to\".t VALUES (-1)");
    execute(&list, CG_DDL_CHECK, CG_DDL_CHECK);
    assert_value(
        "SELECT string_agg(conname, ', ' ORDER BY conname) FROM pg_constraint WHERE conrelid = '\"to\".t'::regclass "
        "AND NOT convalidated",
        "odd, positive");
    assert_int_equal(
        cg_target_execute(fixture.session, statement(&list, CG_DDL_CHECK_VALIDATE, "t.positive")->sql, &err), -1);
    assert_int_equal(err.cls, CG_ERR_OBJECT);
    assert_non_null(strstr(err.message, "positive"));
    run("UPDATE \"to\".t SET n = 7");
    execute(&list, CG_DDL_CHECK_VALIDATE, CG_DDL_CHECK_VALIDATE);
    assert_value("SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = '\"to\".t'::regclass AND "
                 "convalidated",
                 "3");
}

static void a_check_that_is_not_enforced_stays_so(void **state) {
    (void)state;
    if (server_version() < 180000)
        skip();
    struct cg_column columns[] = {column("n", "integer", "integer")};
    struct cg_check check = {.name = "loose", .expression = "n > 0", .not_enforced = true, .after_rows = true};
    struct cg_table tables[] = {table("t", columns, 1)};
    tables[0].checks = &check, tables[0].check_count = 1;
    struct cg_catalog wanted = catalog_of(tables, 1);
    make(&wanted);
    run("INSERT INTO \"to\".t VALUES (-1)");
    assert_value("SELECT conenforced FROM pg_constraint WHERE conname = 'loose'", "f");
}

/* ---- ON UPDATE CURRENT_TIMESTAMP ---- */

/* A row of 2001 in a table of two such columns, beside types that know no equality, a generated column, and names that
 * end quotes. */
static void make_moving(const char *name, const char *moved) {
    static struct cg_column columns[6];
    static struct cg_table tables[1];
    columns[0] = column("id", "integer", "integer");
    columns[1] = column("j$on_update$", "json", "json");
    columns[2] = column("p", "point", "point");
    columns[3] = column(moved, "timestamp", "timestamp(0) without time zone");
    columns[4] = column("stamp", "timestamptz", "timestamp(3) with time zone");
    columns[5] = column("twice", "integer", "integer");
    columns[3].on_update_now = columns[4].on_update_now = true;
    columns[5].generated = CG_GENERATED_STORED;
    columns[5].generation_text = "id * 2";
    tables[0] = table(name, columns, 6);
    tables[0].on_update_function = cg_arena_printf(fixture.arena, "%s_on_update", name);
    struct cg_catalog wanted = catalog_of(tables, 1);
    make(&wanted);
    char *quoted = PQescapeIdentifier(fixture.conn, name, strlen(name));
    run(cg_arena_printf(fixture.arena,
                        "INSERT INTO \"to\".%s VALUES (1, '{}', '(1,2)', '2001-02-03 04:05:06', "
                        "'2001-02-03 04:05:06.789')",
                        quoted));
    PQfreemem(quoted);
}

static void an_update_moves_the_columns_that_it_does_not_set(void **state) {
    (void)state;
    make_moving("t", "ts");
    run("UPDATE \"to\".t SET id = 2");
    assert_value("SELECT ts BETWEEN localtimestamp - interval '1 min' AND localtimestamp + interval '1 s' "
                 "AND stamp BETWEEN now() - interval '1 min' AND now() + interval '1 s' FROM \"to\".t",
                 "t");
    run("UPDATE \"to\".t SET id = 3, ts = '2002-01-01'");
    assert_value("SELECT ts FROM \"to\".t", "2002-01-01 00:00:00");
    run("UPDATE \"to\".t SET ts = '2003-01-01', stamp = '2003-01-01 00:00:00+00'");
    assert_value("SELECT ts || ' ' || (stamp AT TIME ZONE 'UTC') FROM \"to\".t",
                 "2003-01-01 00:00:00 2003-01-01 00:00:00");
    run("UPDATE \"to\".t SET j$on_update$ = '{\"a\": 1}'");
    assert_value("SELECT ts > '2020-01-01' FROM \"to\".t", "t");
}

static void a_column_that_a_statement_sets_to_itself_stays(void **state) {
    (void)state;
    make_moving("t", "ts");
    run("UPDATE \"to\".t SET id = 2, ts = ts");
    assert_value("SELECT ts FROM \"to\".t", "2001-02-03 04:05:06");
    assert_value("SELECT stamp > '2020-01-01' FROM \"to\".t", "t");
    /* Nothing of it is left for the next statement, not even in one transaction. */
    run("BEGIN; UPDATE \"to\".t SET id = 3, ts = ts; UPDATE \"to\".t SET id = 4; COMMIT");
    assert_value("SELECT ts > '2020-01-01' FROM \"to\".t", "t");
}

static void an_update_that_changes_nothing_moves_nothing(void **state) {
    (void)state;
    make_moving("t", "ts");
    run("UPDATE \"to\".t SET id = id, p = '(1,2)'");
    assert_value("SELECT ts FROM \"to\".t", "2001-02-03 04:05:06");
    run("UPDATE \"to\".t SET id = NULL");
    assert_value("SELECT ts > '2020-01-01' FROM \"to\".t", "t");
}

static void names_cannot_leave_the_function(void **state) {
    (void)state;
    make_moving("t\"; DROP TABLE x; --", "a\"b$on_update$'c");
    run("UPDATE \"to\".\"t\"\"; DROP TABLE x; --\" SET id = 2");
    assert_value("SELECT \"a\"\"b$on_update$'c\" > '2020-01-01' FROM \"to\".\"t\"\"; DROP TABLE x; --\"", "t");
}

/* ---- views ---- */

static void views_are_made_in_order_and_dropped_before_their_tables(void **state) {
    (void)state;
    struct cg_column columns[] = {column("n", "integer", "integer"), column("ts", "timestamp", "timestamp")};
    struct cg_table tables[] = {table("t", columns, 2)};
    struct cg_view views[] = {{.name = "z", .query = "SELECT n FROM \"to\".t WHERE n > 0", .check_option = "CASCADED"},
                              {.name = "a", .query = "SELECT n + 1 AS m FROM \"to\".z -- the end", .check_option = ""}};
    columns[1].on_update_now = true;
    tables[0].on_update_function = "t_on_update";
    struct cg_catalog wanted = catalog_of(tables, 1);
    wanted.views = views, wanted.view_count = 2;
    make(&wanted);
    run("INSERT INTO \"to\".z VALUES (3)");
    assert_value("SELECT m FROM \"to\".a", "4");
    PGresult *refused = PQexec(fixture.conn, "INSERT INTO \"to\".z VALUES (-3)");
    assert_string_equal(PQresultErrorField(refused, PG_DIAG_SQLSTATE), "44000");
    PQclear(refused);
    struct cg_ddl_list list = print(&wanted, true);
    execute(&list, CG_DDL_DROP, CG_DDL_ANALYZE);
    assert_value("SELECT count(*) FROM \"to\".a", "0");
}

static void a_view_reads_with_the_rights_of_whoever_asks_where_the_source_does(void **state) {
    (void)state;
    struct cg_column columns[] = {column("n", "integer", "integer")};
    struct cg_table tables[] = {table("t", columns, 1)};
    struct cg_view view = {.name = "v", .query = "SELECT n FROM \"to\".t", .check_option = "", .invoker = true};
    struct cg_catalog wanted = catalog_of(tables, 1);
    wanted.views = &view, wanted.view_count = 1;
    make(&wanted);
    assert_value("SELECT array_to_string(reloptions, ',') FROM pg_class WHERE relname = 'v'", "security_invoker=true");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_check_follows_the_rows_and_names_itself_where_a_row_breaks_it),
        TEST(a_check_that_is_not_enforced_stays_so),
        TEST(an_update_moves_the_columns_that_it_does_not_set),
        TEST(a_column_that_a_statement_sets_to_itself_stays),
        TEST(an_update_that_changes_nothing_moves_nothing),
        TEST(names_cannot_leave_the_function),
        TEST(views_are_made_in_order_and_dropped_before_their_tables),
        TEST(a_view_reads_with_the_rights_of_whoever_asks_where_the_source_does),
    };
    return fixture_main("pg_objects", tests, COUNT(tests));
}
