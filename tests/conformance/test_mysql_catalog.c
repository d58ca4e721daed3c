/* What the catalog reader makes of a MySQL and a MariaDB database: one model, nothing lost, nothing misspelled (R13).
 */
#include "engine/mysql/catalog.h"
#include "mysql_fixture.h"

#include <string.h>

/* ---- the database ---- */

/* On both servers. */
static const char *const common[] = {
    "CREATE TABLE types (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, tiny TINYINT(1) DEFAULT 1, zf INT(7) ZEROFILL,"
    " big BIGINT UNSIGNED, dec_ DECIMAL(20,6) DEFAULT -1.50, f FLOAT DEFAULT 0.1, dbl DOUBLE, bits BIT(5) DEFAULT "
    "b'101',"
    " vc VARCHAR(30) CHARACTER SET latin1 NOT NULL, tx TEXT, bin BINARY(4) DEFAULT 'ab',"
    " vb VARBINARY(10) DEFAULT X'00FF27', blb BLOB, d DATE DEFAULT '0000-00-00', dt DATETIME(6), ts TIMESTAMP NULL,"
    " t TIME(3) DEFAULT '-10:00:00.5', y YEAR DEFAULT 2024, gc GEOMETRYCOLLECTION, pt POINT NOT NULL, js JSON,"
    " SPATIAL KEY sp (pt)) AUTO_INCREMENT=4711 COMMENT='it''s\n a \\\\table'",
    "CREATE TABLE labels (e ENUM('a,b','it''s','(x)','back\\\\slash','\xc3\xa9','new\nline',' unsigned','') DEFAULT "
    "'it''s',"
    " s SET('x','y''z)') NOT NULL DEFAULT 'x,y''z)', e2 ENUM('NULL') DEFAULT 'NULL')",
    "CREATE TABLE defaults (none_ VARCHAR(30) NOT NULL, null_ VARCHAR(30), null2 INT DEFAULT NULL,"
    " text_null VARCHAR(30) DEFAULT 'NULL', awkward VARCHAR(30) DEFAULT 'it''s \\\\n x\ny \"q\" \xc3\xa9',"
    " word VARCHAR(30) DEFAULT 'CURRENT_TIMESTAMP', number VARCHAR(30) DEFAULT '0012', blank VARCHAR(3) NOT NULL "
    "DEFAULT '',"
    " now0 TIMESTAMP DEFAULT CURRENT_TIMESTAMP, now6 DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE "
    "CURRENT_TIMESTAMP(6),"
    " expr VARCHAR(36) DEFAULT (UUID()), expr2 VARCHAR(9) DEFAULT (CONCAT('it''s', '\\\\')), zero DECIMAL(5,2) DEFAULT "
    "0)",
    "CREATE TABLE keys_ (a INT NOT NULL, b INT NOT NULL, c VARCHAR(50), d TEXT, PRIMARY KEY (b, a), UNIQUE KEY u (c),"
    " KEY prefixed (c(5), a DESC), FULLTEXT KEY words (d)) COLLATE utf8mb4_general_ci",
    "CREATE TABLE parents (x INT, y INT, PRIMARY KEY (x, y), self_x INT, self_y INT,"
    " CONSTRAINT self FOREIGN KEY (self_x, self_y) REFERENCES parents (x, y) ON DELETE SET NULL ON UPDATE CASCADE)",
    "CREATE TABLE children (id INT PRIMARY KEY, py INT, px INT,"
    " CONSTRAINT up FOREIGN KEY (px, py) REFERENCES parents (x, y) ON DELETE CASCADE)",
    "CREATE TABLE computed (a INT, b VARCHAR(20), s INT GENERATED ALWAYS AS (a * 2) STORED,"
    " v VARCHAR(50) GENERATED ALWAYS AS (CONCAT(b, 'it''s \\\\ ')) VIRTUAL, hidden INT INVISIBLE DEFAULT 5)",
    "CREATE TABLE checks (a INT CHECK (a > 0), b VARCHAR(20), CONSTRAINT `named chk` CHECK (b <> 'it''s'))",
    "CREATE TABLE parts (id INT, y INT) COMMENT='x\n PARTITION BY' PARTITION BY RANGE (y)"
    " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
    "CREATE TABLE `We``ird 'na.me' \xc3\xa9` (`co``l 'x'` INT PRIMARY KEY, `j``s` JSON, b BINARY(2) DEFAULT X'0001')",
    "CREATE TABLE Zulu (a INT) ENGINE=MyISAM",
    "CREATE TABLE zulu (a INT) COMMENT='lower'",
    "CREATE TABLE collations (ci VARCHAR(9) COLLATE utf8mb4_general_ci, bin VARCHAR(9) COLLATE utf8mb4_bin,"
    " cs VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_general_cs)",
    "CREATE VIEW a_view AS SELECT a FROM checks WHERE b = 'it''s'",
    "CREATE SQL SECURITY INVOKER VIEW checked AS SELECT a FROM checks WHERE a > 0 WITH LOCAL CHECK OPTION",
    "CREATE TRIGGER a_trigger BEFORE INSERT ON checks FOR EACH ROW SET NEW.b = CONCAT('it''s', NEW.a)",
    "CREATE PROCEDURE a_procedure(IN p INT, OUT q VARCHAR(10)) SET q = CONCAT('it''s', p)",
    "CREATE FUNCTION a_function(p INT) RETURNS BIGINT DETERMINISTIC RETURN p + 1",
    "CREATE EVENT an_event ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM checks",
};
static const char *const only_mysql[] = {
    "CREATE TABLE functional (id INT PRIMARY KEY, j JSON, KEY fx ((CAST(j->>'$.a' AS CHAR(20))), id DESC),"
    " KEY hidden (id) INVISIBLE)",
    "CREATE TABLE lax (x INT CHECK (x > 1) NOT ENFORCED)",
    "CREATE TABLE places (p POINT NOT NULL SRID 4326, q POINT)",
    "CREATE TABLE accents (a VARCHAR(9) COLLATE utf8mb4_0900_ai_ci, b VARCHAR(9) COLLATE utf8mb4_0900_as_cs,"
    " c VARCHAR(9) COLLATE utf8mb4_0900_bin)",
    "SET SESSION sql_generate_invisible_primary_key = ON",
    "CREATE TABLE keyless (a INT)",
    "SET SESSION sql_generate_invisible_primary_key = OFF",
};
static const char *const only_mariadb[] = {
    "CREATE SEQUENCE a_sequence START WITH 5 INCREMENT BY -2 MINVALUE -100 MAXVALUE 50 CYCLE",
    "CREATE TABLE numbered (id INT DEFAULT NEXTVAL(a_sequence))",
    "CREATE TABLE versioned (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING",
    "CREATE TABLE versioned2 (id INT PRIMARY KEY, v INT, a TIMESTAMP(6) GENERATED ALWAYS AS ROW START,"
    " b TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME(a, b)) WITH SYSTEM VERSIONING",
    "CREATE TABLE ignored (a INT, KEY unused (a) IGNORED)",
    "CREATE TABLE addresses (u UUID, i4 INET4, i6 INET6)",
    "CREATE TABLE unpadded (a VARCHAR(9) COLLATE utf8mb4_general_nopad_ci, b VARCHAR(9) COLLATE utf8mb4_uca1400_as_ci)",
    "CREATE TABLE long_json (a LONGTEXT CHECK (json_valid(a)), b LONGTEXT CHECK (json_valid(b) AND b <> '{}'))",
};

static void make_database(struct server *server) {
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        run(server->admin, "%s", common[i]);
    const char *const *own = server->mariadb ? only_mariadb : only_mysql;
    size_t count =
        server->mariadb ? sizeof only_mariadb / sizeof *only_mariadb : sizeof only_mysql / sizeof *only_mysql;
    for (size_t i = 0; i < count; i++)
        run(server->admin, "%s", own[i]);
    make_user(server, "cg_my_granted", "");
    grant(server, "SELECT, INSERT", NULL, "cg_my_granted");
    run(server->admin, "GRANT UPDATE (b) ON checks TO 'cg_my_granted'@'localhost'");
}

static struct cg_catalog *read_as(struct server *server, MYSQL *mysql, const char *only_table) {
    struct cg_uri uri;
    struct cg_server seen;
    struct cg_catalog *catalog = NULL;
    assert_ok(cg_uri_parse(server->uri, test_arena, &uri, &test_error));
    assert_ok(cg_mysql_server(mysql, &uri, test_arena, &seen, &test_error));
    assert_ok(cg_mysql_catalog(mysql, &seen, server->name, only_table, test_arena, &catalog, &test_error));
    return catalog;
}

static int setup(void **state) {
    (void)state;
    test_arena = cg_arena_new();
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        /* Upper case, a dot, a space and a letter that is not ASCII. */
        server_begin(&servers[i], "cg_my_Catalog x.\xc3\xa9");
        make_database(&servers[i]);
        servers[i].catalog = read_as(&servers[i], servers[i].admin, NULL);
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (size_t i = 0; i < SERVER_COUNT; i++) {
        drop_user(&servers[i], "cg_my_granted");
        server_end(&servers[i]);
    }
    cg_arena_free(test_arena);
    return 0;
}

/* ---- looking things up; what is missing fails the test ---- */

static const struct cg_table *table_of(void **state, const char *name) {
    const struct server *server = *state;
    const struct cg_table *table = cg_catalog_table(server->catalog, name);
    if (!table)
        fail_msg("no table %s", name);
    return table;
}

static const struct cg_column *column_of(void **state, const char *table, const char *name) {
    const struct cg_column *column = cg_table_column(table_of(state, table), name);
    if (!column)
        fail_msg("no column %s.%s", table, name);
    return column;
}

static const struct cg_type *type_of(void **state, const char *name) {
    return &column_of(state, "types", name)->type;
}

static const struct cg_key *key_of(void **state, const char *table, const char *name) {
    const struct cg_table *found = table_of(state, table);
    for (size_t i = 0; i < found->key_count; i++)
        if (strcmp(found->keys[i].name, name) == 0)
            return &found->keys[i];
    fail_msg("no key %s on %s", name, table);
    return NULL;
}

static const struct cg_object *object_of(void **state, enum cg_object_kind kind, const char *name) {
    const struct server *server = *state;
    for (size_t i = 0; i < server->catalog->object_count; i++) {
        const struct cg_object *object = &server->catalog->objects[i];
        if (object->kind == kind && strcmp(object->name, name) == 0)
            return object;
    }
    fail_msg("no %s %s", cg_object_kind_name(kind), name);
    return NULL;
}

static void has_default(void **state, const char *table, const char *name, enum cg_default_kind kind,
                        const char *text) {
    const struct cg_column *column = column_of(state, table, name);
    if (column->default_kind != kind)
        fail_msg("%s.%s: default of kind %d: %s", table, name, (int)column->default_kind, column->default_text);
    if (text)
        assert_string_equal(column->default_text, text);
    else
        assert_null(column->default_text);
}

static bool on_mariadb(void **state) {
    return ((const struct server *)*state)->mariadb;
}

/* ---- the database ---- */

static void the_database_and_its_defaults(void **state) {
    const struct server *server = *state;
    assert_string_equal(server->catalog->database, server->name);
    assert_string_equal(server->catalog->charset, "utf8mb4");
    assert_string_equal(server->catalog->server.engine, server->mariadb ? "mariadb" : "mysql");
}

static void a_database_that_is_not_there_is_an_error(void **state) {
    struct server *server = *state;
    struct cg_catalog *catalog = NULL;
    struct cg_error err = {0};
    assert_int_equal(
        cg_mysql_catalog(server->admin, &server->catalog->server, "cg_my_no_such", NULL, test_arena, &catalog, &err),
        -1);
    assert_int_equal(err.cls, CG_ERR_RIGHTS);
    assert_null(catalog);
}

static void tables_are_ordered_by_bytes_and_differ_by_case(void **state) {
    const struct server *server = *state;
    for (size_t i = 1; i < server->catalog->table_count; i++)
        assert_true(strcmp(server->catalog->tables[i - 1].name, server->catalog->tables[i].name) < 0);
    assert_string_equal(table_of(state, "zulu")->comment, "lower");
    assert_string_equal(table_of(state, "Zulu")->comment, "");
    assert_int_equal(table_of(state, "zulu")->column_count, 1);
    assert_int_equal(table_of(state, "Zulu")->column_count, 1);
}

static void engines_without_snapshots_are_told(void **state) {
    assert_false(table_of(state, "Zulu")->snapshot_capable);
    assert_string_equal(table_of(state, "Zulu")->storage, "MyISAM");
    assert_true(table_of(state, "zulu")->snapshot_capable);
}

static void a_tables_comment_and_next_value(void **state) {
    assert_string_equal(table_of(state, "types")->comment, "it's\n a \\table");
    assert_string_equal(table_of(state, "types")->next_value, "4711");
    assert_null(table_of(state, "checks")->next_value);
    assert_true(column_of(state, "types", "id")->auto_increment);
    assert_int_equal(column_of(state, "types", "id")->default_kind, CG_DEFAULT_NONE);
}

static void awkward_names_arrive_unquoted(void **state) {
    static const char name[] = "We`ird 'na.me' \xc3\xa9";
    assert_string_equal(table_of(state, name)->columns[0].name, "co`l 'x'");
    assert_string_equal(column_of(state, name, "j`s")->type.name, "json");
    assert_int_equal(table_of(state, name)->check_count, 0);
    has_default(state, name, "b", CG_DEFAULT_LITERAL, "0x0001");
    assert_string_equal(key_of(state, name, "PRIMARY")->parts[0].column, "co`l 'x'");
}

/* ---- types ---- */

static void types_with_their_measures(void **state) {
    static const struct expected {
        const char *column, *name;
        int64_t length;
        int precision, scale, fraction;
    } all[] = {
        {"id", "int", -1, -1, -1, -1},       {"tiny", "tinyint", -1, -1, -1, -1},
        {"big", "bigint", -1, -1, -1, -1},   {"dec_", "decimal", -1, 20, 6, -1},
        {"f", "float", -1, -1, -1, -1},      {"dbl", "double", -1, -1, -1, -1},
        {"bits", "bit", 5, -1, -1, -1},      {"vc", "varchar", 30, -1, -1, -1},
        {"tx", "text", 65535, -1, -1, -1},   {"bin", "binary", 4, -1, -1, -1},
        {"vb", "varbinary", 10, -1, -1, -1}, {"blb", "blob", 65535, -1, -1, -1},
        {"d", "date", -1, -1, -1, -1},       {"dt", "datetime", -1, -1, -1, 6},
        {"ts", "timestamp", -1, -1, -1, 0},  {"t", "time", -1, -1, -1, 3},
        {"y", "year", -1, -1, -1, -1},       {"gc", "geometrycollection", -1, -1, -1, -1},
        {"pt", "point", -1, -1, -1, -1},     {"js", "json", -1, -1, -1, -1},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct cg_type *type = type_of(state, all[i].column);
        assert_string_equal(type->name, all[i].name);
        assert_int_equal(type->length, all[i].length);
        assert_int_equal(type->precision, all[i].precision);
        assert_int_equal(type->scale, all[i].scale);
        assert_int_equal(type->fraction, all[i].fraction);
    }
}

static void attributes_of_numbers(void **state) {
    assert_true(type_of(state, "id")->is_unsigned);
    assert_true(type_of(state, "big")->is_unsigned);
    assert_false(type_of(state, "tiny")->is_unsigned);
    assert_int_equal(type_of(state, "tiny")->display_width, 1);
    assert_true(type_of(state, "zf")->zerofill);
    assert_true(type_of(state, "zf")->is_unsigned);
    assert_int_equal(type_of(state, "zf")->display_width, 7);
    assert_string_equal(type_of(state, "dec_")->full, "decimal(20,6)");
    assert_false(column_of(state, "labels", "e")->type.is_unsigned);
}

static void charsets_and_collations(void **state) {
    const struct cg_type *text = type_of(state, "vc"), *bytes = type_of(state, "vb");
    assert_string_equal(text->charset, "latin1");
    assert_string_equal(text->collation, "latin1_swedish_ci");
    assert_true(text->case_insensitive && text->pad_space);
    assert_null(bytes->charset);
    assert_null(bytes->collation);
    assert_true(column_of(state, "collations", "ci")->type.case_insensitive);
    assert_true(column_of(state, "collations", "ci")->type.pad_space);
    assert_false(column_of(state, "collations", "bin")->type.case_insensitive);
    assert_true(column_of(state, "collations", "bin")->type.pad_space);
    assert_false(column_of(state, "collations", "cs")->type.case_insensitive);
    assert_true(text->accent_insensitive);
    assert_true(column_of(state, "collations", "ci")->type.accent_insensitive);
    assert_false(column_of(state, "collations", "bin")->type.accent_insensitive);
    if (on_mariadb(state)) {
        assert_true(column_of(state, "unpadded", "a")->type.accent_insensitive);
        assert_false(column_of(state, "unpadded", "b")->type.accent_insensitive);
        assert_false(column_of(state, "unpadded", "a")->type.pad_space);
        assert_true(column_of(state, "unpadded", "a")->type.case_insensitive);
        assert_true(column_of(state, "unpadded", "b")->type.pad_space);
        assert_true(column_of(state, "unpadded", "b")->type.case_insensitive);
        return;
    }
    assert_true(column_of(state, "accents", "a")->type.case_insensitive);
    assert_false(column_of(state, "accents", "a")->type.pad_space);
    assert_true(column_of(state, "accents", "a")->type.accent_insensitive);
    assert_false(column_of(state, "accents", "b")->type.case_insensitive);
    assert_false(column_of(state, "accents", "b")->type.accent_insensitive);
    assert_false(column_of(state, "accents", "c")->type.pad_space);
}

static void labels_of_enum_and_set(void **state) {
    static const char *const expected[] = {"a,b",      "it's",      "(x)",       "back\\slash",
                                           "\xc3\xa9", "new\nline", " unsigned", ""};
    const struct cg_type *type = &column_of(state, "labels", "e")->type;
    assert_int_equal(type->label_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < type->label_count; i++)
        assert_string_equal(type->labels[i], expected[i]);
    type = &column_of(state, "labels", "s")->type;
    assert_int_equal(type->label_count, 2);
    assert_string_equal(type->labels[1], "y'z)");
}

static void types_that_only_one_server_has(void **state) {
    if (on_mariadb(state)) {
        assert_string_equal(column_of(state, "addresses", "u")->type.name, "uuid");
        assert_string_equal(column_of(state, "addresses", "i4")->type.name, "inet4");
        assert_string_equal(column_of(state, "addresses", "i6")->type.name, "inet6");
        return;
    }
    assert_true(column_of(state, "places", "p")->type.has_srid);
    assert_int_equal(column_of(state, "places", "p")->type.srid, 4326);
    assert_false(column_of(state, "places", "q")->type.has_srid);
}

/* ---- defaults ---- */

static void no_default_null_and_the_text_null_are_three_things(void **state) {
    has_default(state, "defaults", "none_", CG_DEFAULT_NONE, NULL);
    has_default(state, "defaults", "null_", CG_DEFAULT_NULL, NULL);
    has_default(state, "defaults", "null2", CG_DEFAULT_NULL, NULL);
    has_default(state, "defaults", "text_null", CG_DEFAULT_LITERAL, "NULL");
    has_default(state, "labels", "e2", CG_DEFAULT_LITERAL, "NULL");
    has_default(state, "defaults", "blank", CG_DEFAULT_LITERAL, "");
}

static void literals_are_the_real_values(void **state) {
    has_default(state, "defaults", "awkward", CG_DEFAULT_LITERAL, "it's \\n x\ny \"q\" \xc3\xa9");
    has_default(state, "defaults", "word", CG_DEFAULT_LITERAL, "CURRENT_TIMESTAMP");
    has_default(state, "defaults", "number", CG_DEFAULT_LITERAL, "0012");
    has_default(state, "defaults", "zero", CG_DEFAULT_LITERAL, "0.00");
    has_default(state, "labels", "e", CG_DEFAULT_LITERAL, "it's");
    has_default(state, "labels", "s", CG_DEFAULT_LITERAL, "x,y'z)");
    has_default(state, "types", "tiny", CG_DEFAULT_LITERAL, "1");
    has_default(state, "types", "dec_", CG_DEFAULT_LITERAL, "-1.500000");
    has_default(state, "types", "f", CG_DEFAULT_LITERAL, "0.1");
    has_default(state, "types", "d", CG_DEFAULT_LITERAL, "0000-00-00");
    has_default(state, "types", "t", CG_DEFAULT_LITERAL, "-10:00:00.500");
    has_default(state, "types", "y", CG_DEFAULT_LITERAL, "2024");
}

static void defaults_of_bits_and_bytes_are_exact(void **state) {
    has_default(state, "types", "bits", CG_DEFAULT_LITERAL, "00101");
    has_default(state, "types", "bin", CG_DEFAULT_LITERAL, "0x61620000");
    has_default(state, "types", "vb", CG_DEFAULT_LITERAL, "0x00FF27");
}

static void the_current_moment_in_any_spelling(void **state) {
    has_default(state, "defaults", "now0", CG_DEFAULT_NOW, NULL);
    assert_int_equal(column_of(state, "defaults", "now0")->default_fraction, 0);
    has_default(state, "defaults", "now6", CG_DEFAULT_NOW, NULL);
    assert_int_equal(column_of(state, "defaults", "now6")->default_fraction, 6);
    assert_true(column_of(state, "defaults", "now6")->on_update_now);
    assert_false(column_of(state, "defaults", "now0")->on_update_now);
}

static void expressions_keep_their_source_text(void **state) {
    bool mariadb = on_mariadb(state);
    has_default(state, "defaults", "expr", CG_DEFAULT_EXPRESSION, "uuid()");
    has_default(state, "defaults", "expr2", CG_DEFAULT_EXPRESSION,
                mariadb ? "concat('it\\'s','\\\\')" : "concat(_utf8mb4'it\\'s',_utf8mb4'\\\\')");
    if (mariadb)
        assert_non_null(strstr(column_of(state, "numbered", "id")->default_text, "nextval("));
}

static void generated_and_invisible_columns(void **state) {
    bool mariadb = on_mariadb(state);
    const struct cg_column *stored = column_of(state, "computed", "s"), *virtual = column_of(state, "computed", "v");
    assert_int_equal(stored->generated, CG_GENERATED_STORED);
    assert_string_equal(stored->generation_text, mariadb ? "`a` * 2" : "(`a` * 2)");
    assert_int_equal(stored->default_kind, CG_DEFAULT_NONE);
    assert_int_equal(virtual->generated, CG_GENERATED_VIRTUAL);
    assert_string_equal(virtual->generation_text,
                        mariadb ? "concat(`b`,'it\\'s \\\\ ')" : "concat(`b`,_utf8mb4'it\\'s \\\\ ')");
    assert_true(column_of(state, "computed", "hidden")->invisible);
    assert_int_equal(column_of(state, "computed", "hidden")->generated, CG_NOT_GENERATED);
    has_default(state, "computed", "hidden", CG_DEFAULT_LITERAL, "5");
    assert_false(column_of(state, "computed", "a")->invisible);
}

static void mysqls_own_invisible_primary_key_is_a_column_like_others(void **state) {
    const struct cg_column *column = column_of(state, "keyless", "my_row_id");
    assert_true(column->invisible && column->auto_increment);
    assert_string_equal(key_of(state, "keyless", "PRIMARY")->parts[0].column, "my_row_id");
}

/* ---- keys ---- */

static void keys_with_the_primary_first(void **state) {
    const struct cg_table *table = table_of(state, "keys_");
    assert_int_equal(table->key_count, 4);
    assert_int_equal(table->keys[0].kind, CG_KEY_PRIMARY);
    assert_int_equal(table->keys[0].part_count, 2);
    assert_string_equal(table->keys[0].parts[0].column, "b");
    assert_string_equal(table->keys[0].parts[1].column, "a");
    assert_int_equal(key_of(state, "keys_", "u")->kind, CG_KEY_UNIQUE);
    assert_int_equal(key_of(state, "keys_", "words")->kind, CG_KEY_FULLTEXT);
    assert_string_equal(key_of(state, "keys_", "words")->method, "fulltext");
    assert_int_equal(key_of(state, "types", "sp")->kind, CG_KEY_SPATIAL);
    assert_int_equal(key_of(state, "types", "sp")->parts[0].prefix, 0);
}

static void prefixes_and_descending_parts(void **state) {
    const struct cg_key *key = key_of(state, "keys_", "prefixed");
    assert_int_equal(key->kind, CG_KEY_INDEX);
    assert_int_equal(key->parts[0].prefix, 5);
    assert_false(key->parts[0].descending);
    assert_int_equal(key->parts[1].prefix, 0);
    assert_true(key->parts[1].descending);
    assert_false(key->invisible);
    assert_true(key->valid);
}

static void functional_and_invisible_keys(void **state) {
    if (on_mariadb(state)) {
        assert_true(key_of(state, "ignored", "unused")->invisible);
        return;
    }
    const struct cg_key *key = key_of(state, "functional", "fx");
    assert_null(key->parts[0].column);
    assert_non_null(strstr(key->parts[0].expression, "'$.a'"));
    assert_null(strstr(key->parts[0].expression, "\\"));
    assert_string_equal(key->parts[1].column, "id");
    assert_null(key->parts[1].expression);
    assert_true(key_of(state, "functional", "hidden")->invisible);
    assert_int_equal(table_of(state, "functional")->column_count, 2);
}

static void foreign_keys_with_their_columns_in_order_and_their_rules(void **state) {
    const struct server *server = *state;
    const struct cg_table *children = table_of(state, "children"), *parents = table_of(state, "parents");
    assert_int_equal(children->foreign_key_count, 1);
    const struct cg_foreign_key *up = &children->foreign_keys[0];
    assert_string_equal(up->name, "up");
    assert_string_equal(up->ref_schema, server->name);
    assert_string_equal(up->ref_table, "parents");
    assert_int_equal(up->column_count, 2);
    assert_string_equal(up->columns[0], "px");
    assert_string_equal(up->columns[1], "py");
    assert_string_equal(up->ref_columns[0], "x");
    assert_string_equal(up->ref_columns[1], "y");
    assert_string_equal(up->on_delete, "CASCADE");
    assert_string_equal(up->on_update, server->mariadb ? "RESTRICT" : "NO ACTION");
    assert_string_equal(parents->foreign_keys[0].on_delete, "SET NULL");
    assert_string_equal(parents->foreign_keys[0].on_update, "CASCADE");
    assert_string_equal(parents->foreign_keys[0].ref_table, "parents");
}

static void checks_of_columns_and_tables(void **state) {
    const struct cg_table *table = table_of(state, "checks");
    assert_int_equal(table->check_count, 2);
    bool named = false;
    for (size_t i = 0; i < table->check_count; i++) {
        if (strcmp(table->checks[i].name, "named chk") != 0)
            continue;
        named = true;
        assert_string_equal(table->checks[i].expression,
                            on_mariadb(state) ? "`b` <> 'it\\'s'" : "(`b` <> _utf8mb4'it\\'s')");
        assert_false(table->checks[i].not_enforced);
    }
    assert_true(named);
    if (!on_mariadb(state))
        assert_true(table_of(state, "lax")->checks[0].not_enforced);
}

static void json_is_json_on_both_and_leaves_no_check(void **state) {
    assert_string_equal(type_of(state, "js")->name, "json");
    assert_int_equal(table_of(state, "types")->check_count, 0);
    if (!on_mariadb(state))
        return;
    assert_string_equal(column_of(state, "long_json", "a")->type.name, "json");
    assert_string_equal(column_of(state, "long_json", "b")->type.name, "longtext");
    assert_int_equal(table_of(state, "long_json")->check_count, 1);
}

static void partitions_keep_their_text(void **state) {
    const struct cg_table *table = table_of(state, "parts");
    assert_int_equal(table->kind, CG_TABLE_PARTITIONED);
    assert_int_equal(strncmp(table->partition_text, "PARTITION BY RANGE (`y`)", 24), 0);
    assert_non_null(strstr(table->partition_text, "VALUES LESS THAN MAXVALUE"));
    assert_null(strstr(table->partition_text, "*/"));
    assert_string_equal(table->comment, "x\n PARTITION BY");
    assert_null(table_of(state, "checks")->partition_text);
}

/* ---- everything else ---- */

static void r13_sequences_and_versioned_tables_have_their_kind(void **state) {
    const struct server *server = *state;
    if (!server->mariadb) {
        assert_int_equal(server->catalog->sequence_count, 0);
        return;
    }
    assert_int_equal(server->catalog->sequence_count, 1);
    const struct cg_sequence *sequence = &server->catalog->sequences[0];
    assert_string_equal(sequence->name, "a_sequence");
    assert_string_equal(sequence->start, "5");
    assert_string_equal(sequence->next, "5");
    assert_string_equal(sequence->increment, "-2");
    assert_string_equal(sequence->minimum, "-100");
    assert_string_equal(sequence->maximum, "50");
    assert_true(sequence->cycle);
    assert_null(cg_catalog_table(server->catalog, "a_sequence"));
    assert_int_equal(table_of(state, "versioned")->kind, CG_TABLE_SYSTEM_VERSIONED);
    assert_true(table_of(state, "versioned")->history);
    assert_int_equal(table_of(state, "versioned")->column_count, 2);
    assert_int_equal(key_of(state, "versioned2", "PRIMARY")->part_count, 1);
    assert_string_equal(column_of(state, "versioned2", "b")->generation_text, "ROW END");
}

static void r13_every_table_the_server_lists_has_a_place(void **state) {
    struct server *server = *state;
    size_t views = 0, unknown = 0;
    for (size_t i = 0; i < server->catalog->object_count; i++) {
        views += server->catalog->objects[i].kind == CG_OBJECT_VIEW;
        unknown += server->catalog->objects[i].kind == CG_OBJECT_UNKNOWN;
    }
    const char *count = value_of(server->admin, "SELECT COUNT(*) FROM information_schema.TABLES"
                                                " WHERE TABLE_SCHEMA = DATABASE()");
    assert_int_equal(server->catalog->table_count + server->catalog->sequence_count + views + unknown,
                     strtoul(count, NULL, 10));
    assert_int_equal(unknown, 0);
}

static void views_triggers_routines_and_events_keep_their_text(void **state) {
    assert_non_null(strstr(object_of(state, CG_OBJECT_VIEW, "a_view")->text, "checks"));
    const struct cg_object *trigger = object_of(state, CG_OBJECT_TRIGGER, "a_trigger");
    assert_string_equal(trigger->table, "checks");
    assert_non_null(strstr(trigger->text, "SET NEW.b = CONCAT('it''s', NEW.a)"));
    assert_non_null(strstr(trigger->text, "BEFORE INSERT ON"));
    const char *procedure = object_of(state, CG_OBJECT_ROUTINE, "a_procedure")->text;
    assert_non_null(strstr(procedure, "(IN p INT, OUT q VARCHAR(10))"));
    assert_non_null(strstr(procedure, "SET q = CONCAT('it''s', p)"));
    assert_non_null(strstr(object_of(state, CG_OBJECT_ROUTINE, "a_function")->text, "RETURN p + 1"));
    assert_non_null(strstr(object_of(state, CG_OBJECT_EVENT, "an_event")->text, "EVERY 1 DAY"));
    assert_non_null(strstr(object_of(state, CG_OBJECT_EVENT, "an_event")->text, "DELETE FROM checks"));
}

static void a_view_tells_its_select_and_its_options(void **state) {
    const struct cg_object *plain = object_of(state, CG_OBJECT_VIEW, "a_view");
    const struct cg_object *checked = object_of(state, CG_OBJECT_VIEW, "checked");
    assert_non_null(strstr(plain->query, "VIEW `a_view` AS select "));
    assert_string_equal(plain->check_option, "");
    assert_false(plain->invoker);
    assert_string_equal(checked->check_option, "LOCAL");
    assert_true(checked->invoker);
}

static void grants_on_the_database_its_tables_and_columns_are_told(void **state) {
    const struct server *server = *state;
    bool database = false, column = false;
    for (size_t i = 0; i < server->catalog->object_count; i++) {
        const struct cg_object *object = &server->catalog->objects[i];
        if (object->kind != CG_OBJECT_GRANT || !strstr(object->name, "cg_my_granted"))
            continue;
        database |= strncmp(object->text, "GRANT INSERT, SELECT ON `", 25) == 0;
        column |= strncmp(object->text, "GRANT UPDATE (`b`) ON `", 23) == 0 && strcmp(object->table, "checks") == 0;
    }
    assert_true(database);
    assert_true(column);
}

static void what_a_user_may_not_see_is_said(void **state) {
    struct server *server = *state;
    MYSQL *mysql = connect_to(uri_as(server, "cg_my_granted", ""));
    struct cg_catalog *whole = server->catalog;
    server->catalog = read_as(server, mysql, NULL);
    assert_non_null(strstr(object_of(state, CG_OBJECT_VIEW, "a_view")->text, "not visible"));
    assert_int_equal(server->catalog->table_count, whole->table_count);
    server->catalog = whole;
    mysql_close(mysql);
}

static void one_table_alone_reads_the_same_as_in_the_whole(void **state) {
    struct server *server = *state;
    static const char *const names[] = {"types", "keys_", "children", "parts", "We`ird 'na.me' \xc3\xa9", "zulu"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct cg_catalog *alone = read_as(server, server->admin, names[i]);
        const struct cg_table *whole = table_of(state, names[i]);
        assert_int_equal(alone->table_count, 1);
        assert_int_equal(alone->object_count, 0);
        assert_string_equal(alone->tables[0].name, names[i]);
        assert_int_equal(alone->tables[0].key_count, whole->key_count);
        assert_int_equal(alone->tables[0].foreign_key_count, whole->foreign_key_count);
        assert_null(cg_table_difference(whole, &alone->tables[0], test_arena));
    }
    assert_int_equal(read_as(server, server->admin, "ZULU")->table_count, 0);
}

int main(void) {
    servers_or_skip();
    const struct CMUnitTest tests[] = {
        EACH(the_database_and_its_defaults),
        EACH(a_database_that_is_not_there_is_an_error),
        EACH(tables_are_ordered_by_bytes_and_differ_by_case),
        EACH(engines_without_snapshots_are_told),
        EACH(a_tables_comment_and_next_value),
        EACH(awkward_names_arrive_unquoted),
        EACH(types_with_their_measures),
        EACH(attributes_of_numbers),
        EACH(charsets_and_collations),
        EACH(labels_of_enum_and_set),
        EACH(types_that_only_one_server_has),
        EACH(no_default_null_and_the_text_null_are_three_things),
        EACH(literals_are_the_real_values),
        EACH(defaults_of_bits_and_bytes_are_exact),
        EACH(the_current_moment_in_any_spelling),
        EACH(expressions_keep_their_source_text),
        EACH(generated_and_invisible_columns),
        ON_MYSQL(mysqls_own_invisible_primary_key_is_a_column_like_others),
        EACH(keys_with_the_primary_first),
        EACH(prefixes_and_descending_parts),
        EACH(functional_and_invisible_keys),
        EACH(foreign_keys_with_their_columns_in_order_and_their_rules),
        EACH(checks_of_columns_and_tables),
        EACH(json_is_json_on_both_and_leaves_no_check),
        EACH(partitions_keep_their_text),
        EACH(r13_sequences_and_versioned_tables_have_their_kind),
        EACH(r13_every_table_the_server_lists_has_a_place),
        EACH(views_triggers_routines_and_events_keep_their_text),
        EACH(a_view_tells_its_select_and_its_options),
        EACH(grants_on_the_database_its_tables_and_columns_are_told),
        EACH(what_a_user_may_not_see_is_said),
        EACH(one_table_alone_reads_the_same_as_in_the_whole),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
