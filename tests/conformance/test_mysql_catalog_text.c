/* Text in the catalog that information_schema cannot tell: it is written in three-byte UTF-8 and shows '?' for what is
 * beyond, and MySQL encodes expressions twice. */
#include "engine/mysql/catalog.h"
#include "mysql_fixture.h"

#define BIKE  "\xF0\x9F\x9A\xB2" /* U+1F6B2 */
#define TRAM  "\xF0\x9F\x9A\x8A" /* U+1F68A */
#define ACUTE "\xC3\xA9"
#define GROSS "gr\xC3\xB6\xC3\x9F" /* with two letters of two bytes */

static const char *const common[] = {
    "CREATE TABLE wide (e ENUM('a', '" BIKE "', '?', 'x" TRAM "y', '" ACUTE "?') CHARACTER SET utf16 DEFAULT '" BIKE
    "',"
    " s SET('?', '" BIKE "', '" ACUTE "') DEFAULT '?," BIKE "', v VARCHAR(99) DEFAULT 'a?" BIKE "''\\\\',"
    " w VARCHAR(9) DEFAULT 'what?', n CHAR(9) CHARACTER SET utf32 DEFAULT '" BIKE "', b BINARY(2) DEFAULT X'3F00',"
    " z BINARY(3) DEFAULT X'00FF3F')",
    "CREATE TABLE wide_empty (s SET('?', '" BIKE "') NOT NULL DEFAULT '?," BIKE "', v VARCHAR(99) NOT NULL DEFAULT"
    " 'a?" BIKE "', l VARCHAR(9) CHARACTER SET latin1 NOT NULL DEFAULT 'what?', b BINARY(2) NOT NULL DEFAULT X'0041',"
    " z BINARY(3) NOT NULL DEFAULT X'00FF3F')",
    "CREATE TABLE wide_sets (s SET('1','2','3','4','5','6','7','" BIKE "','?','10','" TRAM "','12','13','14','15','16',"
    "'17','18','19','20','21','22','23','24','25','26','27','28','29','30','31','32','33','34','35','36','37','38',"
    "'39','40','41','42','43','44','45','46','47','48','49','50','51','52','53','54','55','56','57','58','59','60',"
    "'61','62','63','" ACUTE TRAM "') COLLATE utf8mb4_bin)",
    "INSERT INTO wide_sets VALUES (''), (18446744073709551615), (1)",
    "CREATE TABLE wide_with_rows LIKE wide_empty",
    "INSERT INTO wide_with_rows () VALUES ()",
};
static const char *const only_mariadb[] = {
    "CREATE TABLE expressions (v VARCHAR(99) DEFAULT CONCAT('" BIKE "', '???? ') CHECK (v <> '" TRAM "'),"
    " `" GROSS "` VARCHAR(99) CHECK (`" GROSS "` <> '" BIKE "'),"
    " g VARCHAR(99) AS (CONCAT(`" GROSS "`, '" TRAM ACUTE "')), CONSTRAINT `c``1` CHECK (v <> '" BIKE "'),"
    " CONSTRAINT c2 CHECK (v <> 'what???? '))",
};
static const char *const only_mysql[] = {
    "CREATE TABLE expressions (v VARCHAR(99) DEFAULT (CONCAT('" BIKE "', '???? ')), `" GROSS "` VARCHAR(99),"
    " g VARCHAR(99) AS (CONCAT(`" GROSS "`, '" TRAM ACUTE "')), KEY f ((CONCAT(v, '" BIKE "'))),"
    " CONSTRAINT `c``1` CHECK (v <> 'it''s \xE2\x82\xAC'), CONSTRAINT c2 CHECK (v <> 'what???? '),"
    " CONSTRAINT c3 CHECK (v <> _latin1 X'E9'))",
};

static void make_tables(struct server *server, const char *const *sql, size_t count) {
    for (size_t i = 0; i < count; i++)
        run(server->admin, "%s", sql[i]);
}

static int setup(void **state) {
    (void)state;
    test_arena = cg_arena_new();
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        struct server *server = &servers[i];
        struct cg_uri uri;
        struct cg_server seen;
        server_begin(server, "cg_my_catalog_text");
        run(server->admin, "SET sql_mode = 'STRICT_ALL_TABLES'");
        make_tables(server, common, sizeof common / sizeof *common);
        if (server->mariadb)
            make_tables(server, only_mariadb, sizeof only_mariadb / sizeof *only_mariadb);
        else
            make_tables(server, only_mysql, sizeof only_mysql / sizeof *only_mysql);
        assert_ok(cg_uri_parse(server->uri, test_arena, &uri, &test_error));
        assert_ok(cg_mysql_server(server->admin, &uri, test_arena, &seen, &test_error));
        assert_ok(
            cg_mysql_catalog(server->admin, &seen, server->name, NULL, test_arena, &server->catalog, &test_error));
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (size_t i = 0; i < SERVER_COUNT; i++)
        server_end(&servers[i]);
    cg_arena_free(test_arena);
    return 0;
}

static const struct cg_table *table_of(void **state, const char *name) {
    const struct cg_table *table = cg_catalog_table(((const struct server *)*state)->catalog, name);
    assert_non_null(table);
    return table;
}

static const struct cg_column *column_of(void **state, const char *table, const char *name) {
    const struct cg_column *column = cg_table_column(table_of(state, table), name);
    assert_non_null(column);
    return column;
}

static void has_labels(const struct cg_type *type, const char *const *labels, size_t count) {
    assert_int_equal(type->label_count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(type->labels[i], labels[i]);
}

static void labels_keep_characters_beyond_the_basic_plane(void **state) {
    static const char *const enum_labels[] = {"a", BIKE, "?", "x" TRAM "y", ACUTE "?"};
    static const char *const set_labels[] = {"?", BIKE, ACUTE};
    has_labels(&column_of(state, "wide", "e")->type, enum_labels, sizeof enum_labels / sizeof *enum_labels);
    has_labels(&column_of(state, "wide", "s")->type, set_labels, sizeof set_labels / sizeof *set_labels);
}

static void labels_of_a_long_set_keep_characters_beyond_the_basic_plane(void **state) {
    const struct cg_type *type = &column_of(state, "wide_sets", "s")->type;
    assert_int_equal(type->label_count, 64);
    assert_string_equal(type->labels[7], BIKE);
    assert_string_equal(type->labels[8], "?");
    assert_string_equal(type->labels[10], TRAM);
    assert_string_equal(type->labels[63], ACUTE TRAM);
}

static void has_default(void **state, const char *table, const char *name, const char *text) {
    const struct cg_column *column = column_of(state, table, name);
    assert_int_equal(column->default_kind, CG_DEFAULT_LITERAL);
    assert_string_equal(column->default_text, text);
}

static void defaults_are_exact(void **state) {
    has_default(state, "wide", "e", BIKE);
    has_default(state, "wide", "s", "?," BIKE);
    has_default(state, "wide", "v", "a?" BIKE "'\\");
    has_default(state, "wide", "w", "what?");
    has_default(state, "wide", "n", BIKE);
    has_default(state, "wide", "b", "0x3F00");
    has_default(state, "wide", "z", "0x00FF3F");
}

static void defaults_of_columns_that_are_not_null_are_exact(void **state) {
    has_default(state, "wide_with_rows", "s", "?," BIKE);
    has_default(state, "wide_with_rows", "v", "a?" BIKE);
    has_default(state, "wide_with_rows", "l", "what?");
    has_default(state, "wide_with_rows", "b", "0x0041");
    has_default(state, "wide_with_rows", "z", "0x00FF3F");
}

/* MariaDB has no way to tell some: they are told as unknown, never as '?'. */
static void defaults_of_an_empty_table_are_exact_or_told_as_unknown(void **state) {
    static const char *const doubtful[] = {"s", "v", "z"};
    has_default(state, "wide_empty", "l", "what?");
    has_default(state, "wide_empty", "b", "0x0041");
    if (((const struct server *)*state)->mariadb) {
        for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++) {
            const struct cg_column *column = column_of(state, "wide_empty", doubtful[i]);
            assert_int_equal(column->default_kind, CG_DEFAULT_EXPRESSION);
            assert_non_null(strstr(column->default_text, "DEFAULT("));
        }
        return;
    }
    has_default(state, "wide_empty", "s", "?," BIKE);
    has_default(state, "wide_empty", "v", "a?" BIKE);
    has_default(state, "wide_empty", "z", "0x00FF3F");
}

static const char *check_of(void **state, const char *name) {
    const struct cg_table *table = table_of(state, "expressions");
    for (size_t i = 0; i < table->check_count; i++)
        if (strcmp(table->checks[i].name, name) == 0)
            return table->checks[i].expression;
    fail_msg("no check %s", name);
    return NULL;
}

static void expressions_of_mariadb_keep_characters_beyond_the_basic_plane(void **state) {
    assert_string_equal(column_of(state, "expressions", "v")->default_text, "concat('" BIKE "','???? ')");
    assert_string_equal(column_of(state, "expressions", "g")->generation_text, "concat(`" GROSS "`,'" TRAM ACUTE "')");
    assert_string_equal(check_of(state, "v"), "`v` <> '" TRAM "'");
    assert_string_equal(check_of(state, GROSS), "`" GROSS "` <> '" BIKE "'");
    assert_string_equal(check_of(state, "c`1"), "`v` <> '" BIKE "'");
    assert_string_equal(check_of(state, "c2"), "`v` <> 'what???? '");
}

static void expressions_of_mysql_are_not_encoded_twice(void **state) {
    assert_string_equal(column_of(state, "expressions", "v")->default_text,
                        "concat(_utf8mb4'" BIKE "',_utf8mb4'???? ')");
    assert_string_equal(column_of(state, "expressions", "g")->generation_text,
                        "concat(`" GROSS "`,_utf8mb4'" TRAM ACUTE "')");
    assert_string_equal(check_of(state, "c`1"), "(`v` <> _utf8mb4'it\\'s \xE2\x82\xAC')");
    assert_string_equal(check_of(state, "c2"), "(`v` <> _utf8mb4'what???? ')");
    /* A literal of another charset is told by its bytes there. */
    assert_string_equal(check_of(state, "c3"), "(`v` <> _latin1 0xe9)");
    assert_string_equal(table_of(state, "expressions")->keys[0].parts[0].expression, "concat(`v`,_utf8mb4'" BIKE "')");
}

int main(void) {
    servers_or_skip();
    const struct CMUnitTest tests[] = {
        EACH(labels_keep_characters_beyond_the_basic_plane),
        EACH(labels_of_a_long_set_keep_characters_beyond_the_basic_plane),
        EACH(defaults_are_exact),
        EACH(defaults_of_columns_that_are_not_null_are_exact),
        EACH(defaults_of_an_empty_table_are_exact_or_told_as_unknown),
        ON_MARIADB(expressions_of_mariadb_keep_characters_beyond_the_basic_plane),
        ON_MYSQL(expressions_of_mysql_are_not_encoded_twice),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
