/* What a user has no right to see is left out by information_schema without a word; the catalog must name it. */
#include "tests/conformance/mysql_fixture.h"

#include "engine/mysql/catalog.h"

#define USER "cg_my_rights"

static bool is_unseen(const struct cg_catalog *catalog, enum cg_object_kind kind) {
    for (size_t i = 0; i < catalog->object_count; i++)
        if (catalog->objects[i].kind == kind && strstr(catalog->objects[i].name, "may not see"))
            return true;
    return false;
}

static const struct cg_catalog *seen_by(struct server *server, const char *user) {
    struct cg_catalog *catalog = NULL;
    struct cg_uri uri;
    struct cg_server as;
    const char *text = user ? uri_as(server, user, "") : server->uri;
    MYSQL *mysql = connect_to(text);
    assert_ok(cg_uri_parse(text, test_arena, &uri, &test_error));
    assert_ok(cg_mysql_server(mysql, &uri, test_arena, &as, &test_error));
    assert_ok(cg_mysql_catalog(mysql, &as, server->name, NULL, test_arena, &catalog, &test_error));
    mysql_close(mysql);
    return catalog;
}

static void expect_unseen(struct server *server, const char *user, bool triggers, bool events, bool routines,
                          bool tables) {
    const struct cg_catalog *catalog = seen_by(server, user);
    assert_int_equal(is_unseen(catalog, CG_OBJECT_TRIGGER), triggers);
    assert_int_equal(is_unseen(catalog, CG_OBJECT_EVENT), events);
    assert_int_equal(is_unseen(catalog, CG_OBJECT_ROUTINE), routines);
    assert_int_equal(catalog->unseen != NULL, tables);
}

static void an_administrator_sees_everything(void **state) {
    expect_unseen(*state, NULL, false, false, false, false);
}

static void select_alone_sees_tables_only(void **state) {
    struct server *server = *state;
    make_user(server, USER, "");
    grant(server, "SELECT", NULL, USER);
    expect_unseen(server, USER, true, true, true, false);
}

static void each_right_shows_its_kind(void **state) {
    struct server *server = *state;
    make_user(server, USER, "");
    grant(server, "SELECT, TRIGGER", NULL, USER);
    expect_unseen(server, USER, false, true, true, false);
    grant(server, "EVENT, EXECUTE", NULL, USER);
    expect_unseen(server, USER, false, false, false, false);
}

static void the_table_of_routines_shows_them(void **state) {
    struct server *server = *state;
    make_user(server, USER, "");
    grant(server, "SELECT", NULL, USER);
    grant(server, "SELECT", "mysql.proc", USER);
    expect_unseen(server, USER, true, true, false, false);
}

static void rights_on_one_table_or_column_do_not_show_the_others(void **state) {
    struct server *server = *state;
    make_user(server, USER, "");
    run(server->admin, "GRANT SELECT, TRIGGER ON one TO '" USER "'@'%%', '" USER "'@'localhost'");
    expect_unseen(server, USER, true, true, true, true);
}

static void a_right_on_databases_of_a_pattern_counts_where_it_matches(void **state) {
    struct server *server = *state;
    make_user(server, USER, "");
    grant(server, "SELECT, TRIGGER", "`cg\\_my\\_ri%`.*", USER);
    expect_unseen(server, USER, false, true, true, false);
    make_user(server, USER, "");
    grant(server, "SELECT", NULL, USER);
    grant(server, "TRIGGER", "`cg\\_my\\_other%`.*", USER);
    expect_unseen(server, USER, true, true, true, false);
}

static void rights_of_an_active_role_count(void **state) {
    struct server *server = *state;
    make_user(server, USER, "");
    run(server->admin, "DROP ROLE IF EXISTS cg_my_rights_role");
    run(server->admin, "CREATE ROLE cg_my_rights_role");
    run(server->admin, "GRANT SELECT, TRIGGER, EVENT, EXECUTE ON `%s`.* TO cg_my_rights_role", server->name);
    run(server->admin, "GRANT cg_my_rights_role TO '" USER "'@'%%', '" USER "'@'localhost'");
    run(server->admin, server->mariadb ? "SET DEFAULT ROLE cg_my_rights_role FOR '" USER "'@'localhost'"
                                       : "SET DEFAULT ROLE cg_my_rights_role TO '" USER "'@'localhost'");
    run(server->admin, server->mariadb ? "SET DEFAULT ROLE cg_my_rights_role FOR '" USER "'@'%%'"
                                       : "SET DEFAULT ROLE cg_my_rights_role TO '" USER "'@'%%'");
    expect_unseen(server, USER, false, false, false, false);
    run(server->admin, "DROP ROLE cg_my_rights_role");
}

static int begin(void **state) {
    (void)state;
    test_arena = cg_arena_new();
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        server_begin(&servers[i], "cg_my_rights");
        run(servers[i].admin, "CREATE TABLE one (a INT PRIMARY KEY)");
    }
    return 0;
}

static int end(void **state) {
    (void)state;
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        drop_user(&servers[i], USER);
        server_end(&servers[i]);
    }
    cg_arena_free(test_arena);
    return 0;
}

int main(void) {
    servers_or_skip();
    const struct CMUnitTest tests[] = {
        EACH(an_administrator_sees_everything),
        EACH(select_alone_sees_tables_only),
        EACH(each_right_shows_its_kind),
        ON_MARIADB(the_table_of_routines_shows_them),
        EACH(rights_on_one_table_or_column_do_not_show_the_others),
        EACH(a_right_on_databases_of_a_pattern_counts_where_it_matches),
        EACH(rights_of_an_active_role_count),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
