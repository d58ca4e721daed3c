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

static void what_others_made_of_views_and_functions_keeps_them_from_being_dropped(void **state) {
    (void)state;
    struct cg_column columns[] = {column("n", "integer", "integer"), column("ts", "timestamp", "timestamp")};
    struct cg_table tables[] = {table("t", columns, 2)};
    struct cg_view views[] = {{.name = "v", .query = "SELECT n FROM \"to\".t", .check_option = ""}};
    const char **names = NULL;
    size_t count = 0;
    columns[1].on_update_now = true;
    tables[0].on_update_function = "t_on_update";
    struct cg_catalog wanted = catalog_of(tables, 1);
    wanted.views = views, wanted.view_count = 1;
    make(&wanted);
    must(cg_target_dependents(fixture.session, &wanted, fixture.arena, &names, &count, &trouble));
    assert_int_equal(count, 0);
    run("CREATE VIEW public.mine AS SELECT * FROM \"to\".v");
    run("CREATE TABLE public.theirs (n integer, ts timestamp)");
    run("CREATE TRIGGER moves BEFORE UPDATE ON public.theirs FOR EACH ROW EXECUTE FUNCTION \"to\".t_on_update()");
    must(cg_target_dependents(fixture.session, &wanted, fixture.arena, &names, &count, &trouble));
    assert_int_equal(count, 2);
    assert_non_null(strstr(names[0], "moves"));
    assert_non_null(strstr(names[1], "mine"));
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

/* ---- trying ---- */

static const char *refusal_of(const struct cg_trial *trial, const char *kind, const char *name) {
    for (size_t i = 0; i < trial->refused_count; i++)
        if (strcmp(trial->refused[i].kind, kind) == 0 && strcmp(trial->refused[i].name, name) == 0)
            return trial->refused[i].error;
    return NULL;
}

/* A table with one good and one bad of each kind, as a plan for the schema of trials has it. */
static struct cg_catalog *make_tried(void) {
    static struct cg_column columns[6];
    static struct cg_check checks[3];
    static struct cg_key keys[3];
    static struct cg_key_part parts[3];
    static struct cg_table tables[2];
    static struct cg_view views[3];
    static struct cg_catalog wanted;
    columns[0] = column("n", "integer", "integer");
    columns[1] = column("good", "integer", "integer");
    columns[2] = column("bad", "text", "text");
    columns[3] = column("when", "timestamptz", "timestamptz");
    columns[4] = column("d", "text", "text");
    columns[5] = column("id", "bigint", "bigint");
    columns[1].generated = columns[2].generated = CG_GENERATED_STORED;
    columns[1].generation_text = "n * 2";
    columns[2].generation_text = "concat(d, 'x')"; /* not immutable */
    columns[3].default_kind = columns[4].default_kind = CG_DEFAULT_EXPRESSION;
    columns[3].default_text = "now() - interval '1 day'";
    columns[4].default_text = "no_such_function()";
    columns[5].nullable = false;
    columns[5].auto_increment = true;
    columns[3].on_update_now = true;
    checks[0] = (struct cg_check){.name = "sound", .expression = "bad <> 'x'", .after_rows = true};
    checks[1] = (struct cg_check){.name = "unsound", .expression = "n + d > 0", .after_rows = true};
    checks[2] = (struct cg_check){.name = "of_type", .expression = "n < 100"};
    parts[0] = (struct cg_key_part){.column = "id"};
    parts[1] = (struct cg_key_part){.expression = "n + 1"};
    parts[2] = (struct cg_key_part){.expression = "random()"};
    keys[0] = (struct cg_key){.name = "p", .kind = CG_KEY_PRIMARY, .parts = &parts[0], .part_count = 1, .valid = true};
    keys[1] = (struct cg_key){.name = "i", .kind = CG_KEY_INDEX, .parts = &parts[1], .part_count = 1, .valid = true};
    keys[2] = (struct cg_key){.name = "u", .kind = CG_KEY_UNIQUE, .parts = &parts[2], .part_count = 1, .valid = true};
    tables[0] = table("t", columns, 6);
    tables[0].checks = checks, tables[0].check_count = 3;
    tables[0].keys = keys, tables[0].key_count = 3;
    tables[0].on_update_function = "t_on_update";
    views[0] = (struct cg_view){.name = "v", .query = "SELECT id, n, sum(good) FROM pg_temp.t GROUP BY id -- all"};
    views[1] = (struct cg_view){.name = "w", .query = "SELECT 1 + 'x'::text FROM pg_temp.t"};
    views[2] = (struct cg_view){.name = "x", .query = "SELECT 1 / 0 FROM pg_temp.v WHERE 'x'::integer = 1"};
    wanted = catalog_of(tables, 1);
    wanted.views = views, wanted.view_count = 3;
    return &wanted;
}

static void a_trial_names_what_the_server_refuses_in_its_words(void **state) {
    (void)state;
    struct cg_trial trial;
    must(cg_target_trial(fixture.session, make_tried(), fixture.arena, &trial, &trouble));
    assert_null(trial.unproved);
    assert_int_equal(trial.refused_count, 6);
    assert_non_null(strstr(refusal_of(&trial, "generated column", "t.bad"), "immutable"));
    assert_non_null(strstr(refusal_of(&trial, "default", "t.d"), "no_such_function"));
    assert_non_null(strstr(refusal_of(&trial, "default", "t.d"), "42883"));
    assert_non_null(refusal_of(&trial, "check", "t.unsound"));
    assert_non_null(refusal_of(&trial, "unique", "t.u"));
    assert_non_null(refusal_of(&trial, "view", "w"));
    assert_non_null(refusal_of(&trial, "view", "x")); /* only planning it shows that it can never be read */
}

static void a_trial_leaves_nothing_behind(void **state) {
    (void)state;
    struct cg_trial trial;
    const char *before = value("SELECT count(*) FROM pg_class");
    must(cg_target_trial(fixture.session, make_tried(), fixture.arena, &trial, &trouble));
    assert_value("SELECT count(*) FROM pg_class", before);
    assert_value("SELECT count(*) FROM pg_proc WHERE proname = 't_on_update'", "0");
    must(cg_target_execute(fixture.session, "SELECT 1", &trouble));
}

static void a_refused_trigger_function_refuses_the_trigger(void **state) {
    (void)state;
    struct cg_trial trial;
    run("DROP EXTENSION plpgsql");
    must(cg_target_trial(fixture.session, make_tried(), fixture.arena, &trial, &trouble));
    assert_non_null(strstr(refusal_of(&trial, "trigger", "t." CG_ON_UPDATE_TRIGGER), "plpgsql"));
}

static void a_trial_without_the_right_to_temporary_tables_says_so(void **state) {
    (void)state;
    struct cg_target *target;
    struct cg_target_session *session;
    struct cg_trial trial;
    run("DROP ROLE IF EXISTS cgload_untried");
    run("CREATE ROLE cgload_untried LOGIN");
    run("REVOKE TEMPORARY ON DATABASE cgload_objects FROM PUBLIC");
    must(fixture_try_open(cg_arena_printf(fixture.arena, "%s?user=cgload_untried", fixture.uri), "to", "crossgrade",
                          &target, &trouble));
    must(cg_target_session_open(target, &session, &trouble));
    must(cg_target_trial(session, make_tried(), fixture.arena, &trial, &trouble));
    assert_non_null(trial.unproved);
    assert_non_null(strstr(trial.unproved, "temporary"));
    assert_int_equal(trial.refused_count, 0);
    cg_target_session_close(session);
    cg_target_free(target);
    run("DROP ROLE cgload_untried");
}

static void a_table_that_cannot_be_made_refuses_nothing_of_its_own(void **state) {
    (void)state;
    struct cg_trial trial;
    struct cg_catalog *wanted = make_tried();
    wanted->tables[0].columns[0].type.full = "no_such_type";
    wanted->view_count = 0;
    must(cg_target_trial(fixture.session, wanted, fixture.arena, &trial, &trouble));
    assert_null(trial.unproved);
    assert_int_equal(trial.refused_count, 0);
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
        TEST(what_others_made_of_views_and_functions_keeps_them_from_being_dropped),
        TEST(a_view_reads_with_the_rights_of_whoever_asks_where_the_source_does),
        TEST(a_trial_names_what_the_server_refuses_in_its_words),
        TEST(a_trial_leaves_nothing_behind),
        TEST(a_refused_trigger_function_refuses_the_trigger),
        TEST(a_trial_without_the_right_to_temporary_tables_says_so),
        TEST(a_table_that_cannot_be_made_refuses_nothing_of_its_own),
    };
    return fixture_main("pg_objects", tests, COUNT(tests));
}
