/* The catalog of a PostgreSQL schema: what is read is what was made, on both servers. */
#include "engine/postgresql/catalog.h"
#include "tests/conformance/pg_fixture.h"

static PGconn *reader;

static int setup(void **state) {
    (void)state;
    fixture_make_database("cg_pg_catalog", "");
    struct cg_uri uri;
    must(cg_uri_parse(fixture.uri, fixture.arena, &uri, &trouble));
    must(cg_pg_connect(&uri, &reader, &trouble));
    return 0;
}

static int teardown(void **state) {
    (void)state;
    PQfinish(reader);
    reader = NULL;
    fixture_close();
    return 0;
}

static struct cg_catalog *read_schema(const char *schema, const char *hidden, const char *table) {
    struct cg_catalog *catalog = NULL;
    must(cg_pg_catalog(reader, schema, hidden, table, fixture.arena, &catalog, &trouble));
    assert_int_equal(PQtransactionStatus(reader), PQTRANS_IDLE);
    return catalog;
}

static struct cg_catalog *read_public(void) {
    return read_schema("public", "crossgrade", NULL);
}

static struct cg_table *table_of(const struct cg_catalog *catalog, const char *name) {
    struct cg_table *table = cg_catalog_table(catalog, name);
    if (!table)
        fail_msg("no table %s", name);
    return table;
}

static struct cg_column *column_of(const struct cg_table *table, const char *name) {
    struct cg_column *column = cg_table_column(table, name);
    if (!column)
        fail_msg("no column %s.%s", table->name, name);
    return column;
}

static const struct cg_key *key_of(const struct cg_table *table, const char *name) {
    for (size_t i = 0; i < table->key_count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    return NULL;
}

static const struct cg_object *object_of(const struct cg_catalog *catalog, const char *name) {
    for (size_t i = 0; i < catalog->object_count; i++)
        if (strcmp(catalog->objects[i].name, name) == 0)
            return &catalog->objects[i];
    return NULL;
}

/* ---- types ---- */

static const struct {
    const char *definition, *name, *full;
    int64_t length;
    int precision, scale, fraction;
    bool array, pad_space;
} types[] = {
    {"boolean", "boolean", "boolean", -1, -1, -1, -1, false, false},
    {"smallint", "smallint", "smallint", -1, -1, -1, -1, false, false},
    {"integer", "integer", "integer", -1, -1, -1, -1, false, false},
    {"bigint", "bigint", "bigint", -1, -1, -1, -1, false, false},
    {"real", "real", "real", -1, -1, -1, -1, false, false},
    {"double precision", "double precision", "double precision", -1, -1, -1, -1, false, false},
    {"numeric", "numeric", "numeric", -1, -1, -1, -1, false, false},
    {"numeric(65,30)", "numeric", "numeric(65,30)", -1, 65, 30, -1, false, false},
    {"numeric(5)", "numeric", "numeric(5,0)", -1, 5, 0, -1, false, false},
    {"numeric(5,-2)", "numeric", "numeric(5,-2)", -1, 5, -2, -1, false, false},
    {"numeric(3,5)", "numeric", "numeric(3,5)", -1, 3, 5, -1, false, false},
    {"text", "text", "text", -1, -1, -1, -1, false, false},
    {"varchar", "varchar", "character varying", -1, -1, -1, -1, false, false},
    {"varchar(32)", "varchar", "character varying(32)", 32, -1, -1, -1, false, false},
    {"char(7)", "bpchar", "character(7)", 7, -1, -1, -1, false, true},
    {"\"char\"", "\"char\"", "\"char\"", -1, -1, -1, -1, false, false},
    {"bytea", "bytea", "bytea", -1, -1, -1, -1, false, false},
    {"bit(5)", "bit", "bit(5)", 5, -1, -1, -1, false, false},
    {"bit varying(9)", "varbit", "bit varying(9)", 9, -1, -1, -1, false, false},
    {"date", "date", "date", -1, -1, -1, -1, false, false},
    {"time(3)", "time", "time(3) without time zone", -1, -1, -1, 3, false, false},
    {"timetz", "timetz", "time with time zone", -1, -1, -1, 6, false, false},
    {"timestamp", "timestamp", "timestamp without time zone", -1, -1, -1, 6, false, false},
    {"timestamp(0)", "timestamp", "timestamp(0) without time zone", -1, -1, -1, 0, false, false},
    {"timestamptz(2)", "timestamptz", "timestamp(2) with time zone", -1, -1, -1, 2, false, false},
    {"interval", "interval", "interval", -1, -1, -1, 6, false, false},
    {"interval(3)", "interval", "interval(3)", -1, -1, -1, 3, false, false},
    {"interval day to second(2)", "interval", "interval day to second(2)", -1, -1, -1, 2, false, false},
    {"interval year to month", "interval", "interval year to month", -1, -1, -1, 6, false, false},
    {"uuid", "uuid", "uuid", -1, -1, -1, -1, false, false},
    {"inet", "inet", "inet", -1, -1, -1, -1, false, false},
    {"json", "json", "json", -1, -1, -1, -1, false, false},
    {"jsonb", "jsonb", "jsonb", -1, -1, -1, -1, false, false},
    {"integer[]", "integer", "integer[]", -1, -1, -1, -1, true, false},
    {"numeric(4,1)[]", "numeric", "numeric(4,1)[]", -1, 4, 1, -1, true, false},
    {"varchar(3)[][]", "varchar", "character varying(3)[]", 3, -1, -1, -1, true, false},
    {"int4range", "int4range", "int4range", -1, -1, -1, -1, false, false},
    {"money2", "numeric", "public.money2 (domain over numeric(9,2))", -1, 9, 2, -1, false, false},
    {"money3", "numeric", "public.money3 (domain over public.money2)", -1, 9, 2, -1, false, false},
    {"tags", "varchar", "public.tags (domain over character varying(9)[])", 9, -1, -1, -1, true, false},
};

static void types_are_told_with_everything_their_typmod_says(void **state) {
    (void)state;
    run("CREATE DOMAIN money2 AS numeric(9,2)");
    run("CREATE DOMAIN money3 AS money2");
    run("CREATE DOMAIN tags AS varchar(9)[]");
    struct cg_buffer sql;
    cg_buffer_init(&sql, 1 << 16);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        must(cg_buffer_printf(&sql, &trouble, "%s c%zu %s", i ? "," : "CREATE TABLE t (", i, types[i].definition));
    must(cg_buffer_text(&sql, ")", &trouble));
    run(cg_buffer_cstr(&sql, &trouble));
    cg_buffer_done(&sql);
    const struct cg_table *table = table_of(read_public(), "t");
    assert_int_equal(table->column_count, sizeof types / sizeof *types);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct cg_type *type = &table->columns[i].type;
        if (strcmp(type->name, types[i].name) != 0 || strcmp(type->full, types[i].full) != 0 ||
            type->length != types[i].length || type->precision != types[i].precision || type->scale != types[i].scale ||
            type->fraction != types[i].fraction || type->array != types[i].array ||
            type->pad_space != types[i].pad_space || type->schema)
            fail_msg("%s: %s '%s' length %ld precision %d scale %d fraction %d array %d", types[i].definition,
                     type->name, type->full, (long)type->length, type->precision, type->scale, type->fraction,
                     type->array);
        assert_true(type->oid != 0);
    }
}

static void enums_have_their_labels_in_order_wherever_they_are_used(void **state) {
    (void)state;
    run("CREATE SCHEMA other");
    run("CREATE TYPE mood AS ENUM ('sad', 'it''s', 'a,b', 'sü\"ß', '')");
    run("ALTER TYPE mood ADD VALUE 'first' BEFORE 'sad'");
    run("CREATE TYPE other.mood AS ENUM ('x')");
    run("CREATE TYPE empty AS ENUM ()");
    run("CREATE DOMAIN my_mood AS mood");
    run("CREATE TABLE t (a mood, b mood[], c other.mood, d my_mood, e empty)");
    const struct cg_catalog *catalog = read_public();
    const struct cg_table *table = table_of(catalog, "t");
    static const char *const labels[] = {"first", "sad", "it's", "a,b", "sü\"ß", ""};
    static const char *const columns[] = {"a", "b", "d"};
    for (size_t c = 0; c < 3; c++) {
        const struct cg_type *type = &column_of(table, columns[c])->type;
        assert_string_equal(type->name, "mood");
        assert_string_equal(type->schema, "public");
        assert_int_equal(type->array, c == 1);
        assert_int_equal(type->label_count, 6);
        for (size_t i = 0; i < 6; i++)
            assert_string_equal(type->labels[i], labels[i]);
    }
    assert_string_equal(column_of(table, "c")->type.schema, "other");
    assert_int_equal(column_of(table, "c")->type.label_count, 1);
    assert_int_equal(column_of(table, "e")->type.label_count, 0);
    assert_int_equal(catalog->enum_count, 2);
    assert_string_equal(catalog->enums[0].name, "empty");
    assert_string_equal(catalog->enums[1].name, "mood");
    assert_int_equal(catalog->enums[1].label_count, 6);
}

static void a_users_type_named_like_a_known_one_is_not_taken_for_it(void **state) {
    (void)state;
    run("CREATE TYPE public.bool AS ENUM ('maybe')");
    run("CREATE TABLE t (a public.bool, b boolean)");
    const struct cg_table *table = table_of(read_public(), "t");
    assert_string_equal(column_of(table, "a")->type.name, "bool");
    assert_string_equal(column_of(table, "a")->type.schema, "public");
    assert_string_equal(column_of(table, "b")->type.name, "boolean");
}

static void text_that_folds_case_or_accents_is_known_as_such(void **state) {
    (void)state;
    run("CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    run("CREATE COLLATION ai (provider = icu, locale = 'und-u-ks-level1', deterministic = false)");
    run("CREATE COLLATION cs (provider = icu, locale = 'und-u-kc-ks-level1', deterministic = false)");
    run("CREATE COLLATION exact (provider = icu, locale = 'de')");
    run("CREATE TABLE t (a text COLLATE ci, b text COLLATE exact, c text, d text COLLATE \"C\", e integer,"
        " f varchar(3) COLLATE ai, g text COLLATE cs)");
    struct cg_catalog *catalog = read_public();
    const struct cg_table *table = table_of(catalog, "t");
    static const bool cases[] = {true, false, false, false, false, true, false};
    static const bool accents[] = {false, false, false, false, false, true, true};
    static const char *const collations[] = {"public.ci", "public.exact", "default",  "C",
                                             NULL,        "public.ai",    "public.cs"};
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(table->columns[i].type.case_insensitive, cases[i]);
        assert_int_equal(table->columns[i].type.accent_insensitive, accents[i]);
        if (collations[i])
            assert_string_equal(table->columns[i].type.collation, collations[i]);
        else
            assert_null(table->columns[i].type.collation);
    }
    assert_int_equal(catalog->collation_count, 4);
    assert_string_equal(catalog->collations[0].full, "public.ai");
    assert_string_equal(catalog->collations[0].locale, "und-u-ks-level1");
    assert_false(catalog->collations[0].deterministic);
    assert_true(catalog->collations[3].deterministic);
}

/* ---- nullability and defaults ---- */

static const struct {
    const char *definition;
    enum cg_default_kind kind;
    const char *text;
    int fraction;
} defaults[] = {
    {"integer", CG_DEFAULT_NULL, NULL, 0},
    {"integer NOT NULL", CG_DEFAULT_NONE, NULL, 0},
    {"varchar(5) DEFAULT NULL", CG_DEFAULT_NULL, NULL, 0},
    {"integer DEFAULT 12", CG_DEFAULT_LITERAL, "12", 0},
    {"smallint DEFAULT -3", CG_DEFAULT_LITERAL, "-3", 0},
    {"bigint DEFAULT 9223372036854775807", CG_DEFAULT_LITERAL, "9223372036854775807", 0},
    {"numeric(10,2) DEFAULT 0.00", CG_DEFAULT_LITERAL, "0.00", 0},
    {"numeric DEFAULT -1.5", CG_DEFAULT_LITERAL, "-1.5", 0},
    {"boolean DEFAULT true", CG_DEFAULT_LITERAL, "true", 0},
    {"text DEFAULT ''", CG_DEFAULT_LITERAL, "", 0},
    {"text DEFAULT 'NULL'", CG_DEFAULT_LITERAL, "NULL", 0},
    {"text DEFAULT 'now()'", CG_DEFAULT_LITERAL, "now()", 0},
    {"text DEFAULT 'it''s'", CG_DEFAULT_LITERAL, "it's", 0},
    {"text DEFAULT 'x''::text || ''y'", CG_DEFAULT_LITERAL, "x'::text || 'y", 0},
    {"varchar(9) DEFAULT 'x::y'", CG_DEFAULT_LITERAL, "x::y", 0},
    {"char(7) DEFAULT 'ab'", CG_DEFAULT_LITERAL, "ab", 0},
    {"bytea DEFAULT '\\x0041'", CG_DEFAULT_LITERAL, "\\x0041", 0},
    {"bit(3) DEFAULT B'101'", CG_DEFAULT_LITERAL, "101", 0},
    {"date DEFAULT '2024-02-29'", CG_DEFAULT_LITERAL, "2024-02-29", 0},
    {"json DEFAULT '{\"a\": [1, 2]}'", CG_DEFAULT_LITERAL, "{\"a\": [1, 2]}", 0},
    {"text[] DEFAULT '{}'", CG_DEFAULT_LITERAL, "{}", 0},
    {"\"Odd.Type's\" DEFAULT 'b'", CG_DEFAULT_LITERAL, "b", 0},
    {"timestamp DEFAULT CURRENT_TIMESTAMP", CG_DEFAULT_NOW, NULL, 6},
    {"timestamp(3) DEFAULT CURRENT_TIMESTAMP(3)", CG_DEFAULT_NOW, NULL, 3},
    {"timestamptz(0) DEFAULT now()", CG_DEFAULT_NOW, NULL, 0},
    {"timestamp(2) DEFAULT LOCALTIMESTAMP(2)", CG_DEFAULT_NOW, NULL, 2},
    {"date DEFAULT CURRENT_DATE", CG_DEFAULT_EXPRESSION, "CURRENT_DATE", 0},
    {"timestamp DEFAULT now() + interval '1 day'", CG_DEFAULT_EXPRESSION, "(now() + '1 day'::interval)", 0},
    {"uuid DEFAULT gen_random_uuid()", CG_DEFAULT_EXPRESSION, "gen_random_uuid()", 0},
    {"text DEFAULT 'a' || 'b'", CG_DEFAULT_EXPRESSION, "('a'::text || 'b'::text)", 0},
    {"integer DEFAULT 1 + 2", CG_DEFAULT_EXPRESSION, "(1 + 2)", 0},
    {"bigint DEFAULT nextval('lonely')", CG_DEFAULT_EXPRESSION, "nextval('public.lonely'::regclass)", 0},
};

static void defaults_are_told_apart(void **state) {
    (void)state;
    run("CREATE TYPE \"Odd.Type's\" AS ENUM ('a', 'b')");
    run("CREATE SEQUENCE lonely");
    struct cg_buffer sql;
    cg_buffer_init(&sql, 1 << 16);
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        must(cg_buffer_printf(&sql, &trouble, "%s c%zu %s", i ? "," : "CREATE TABLE t (", i, defaults[i].definition));
    must(cg_buffer_text(&sql, ")", &trouble));
    run(cg_buffer_cstr(&sql, &trouble));
    cg_buffer_done(&sql);
    const struct cg_table *table = table_of(read_public(), "t");
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        const struct cg_column *column = &table->columns[i];
        const char *text = column->default_text ? column->default_text : "(none)";
        if (column->default_kind != defaults[i].kind ||
            strcmp(text, defaults[i].text ? defaults[i].text : "(none)") != 0 ||
            (column->default_kind == CG_DEFAULT_NOW && column->default_fraction != defaults[i].fraction))
            fail_msg("%s: kind %d, text %s, fraction %d", defaults[i].definition, (int)column->default_kind, text,
                     column->default_fraction);
        assert_false(column->auto_increment);
    }
}

static void a_domains_not_null_counts(void **state) {
    (void)state;
    run("CREATE DOMAIN must AS integer NOT NULL");
    run("CREATE DOMAIN inner_must AS must");
    run("CREATE TABLE t (a integer, b integer NOT NULL, c must, d inner_must, e must[])");
    const struct cg_table *table = table_of(read_public(), "t");
    static const bool nullable[] = {true, false, false, false, true};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(table->columns[i].nullable, nullable[i]);
}

static void generated_columns_are_told_with_their_expression(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)");
    if (PQserverVersion(reader) >= 180000)
        run("ALTER TABLE t ADD c integer GENERATED ALWAYS AS (a + 1) VIRTUAL");
    const struct cg_table *table = table_of(read_public(), "t");
    assert_int_equal(column_of(table, "a")->generated, CG_NOT_GENERATED);
    assert_null(column_of(table, "a")->generation_text);
    assert_int_equal(column_of(table, "b")->generated, CG_GENERATED_STORED);
    assert_string_equal(column_of(table, "b")->generation_text, "(a * 2)");
    if (PQserverVersion(reader) >= 180000)
        assert_int_equal(column_of(table, "c")->generated, CG_GENERATED_VIRTUAL);
}

/* ---- sequences ---- */

static void identity_and_serial_columns_give_the_value_that_comes_next(void **state) {
    (void)state;
    run("CREATE TABLE fresh (id serial PRIMARY KEY)");
    run("CREATE TABLE used (id bigserial PRIMARY KEY)");
    run("INSERT INTO used SELECT FROM generate_series(1, 3)");
    run("CREATE TABLE stepped (a text, id integer GENERATED BY DEFAULT AS IDENTITY (START 100 INCREMENT 5))");
    run("INSERT INTO stepped VALUES ('x'), ('y')");
    run("CREATE TABLE moved (id integer GENERATED ALWAYS AS IDENTITY)");
    run("SELECT setval('moved_id_seq', 77, false)");
    run("CREATE TABLE \"Odd'Name\" (\"I\"\"d\" serial)");
    run("CREATE TABLE plain (id integer)");
    const struct cg_catalog *catalog = read_public();
    static const char *const next[][2] = {
        {"fresh", "1"}, {"used", "4"}, {"stepped", "110"}, {"moved", "77"}, {"Odd'Name", "1"}};
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(table_of(catalog, next[i][0])->next_value, next[i][1]);
    assert_null(table_of(catalog, "plain")->next_value);
    assert_string_equal(column_of(table_of(catalog, "used"), "id")->sequence, "public.used_id_seq");
    assert_int_equal(column_of(table_of(catalog, "used"), "id")->default_kind, CG_DEFAULT_NONE);
    assert_true(column_of(table_of(catalog, "moved"), "id")->auto_increment);
    assert_true(column_of(table_of(catalog, "Odd'Name"), "I\"d")->auto_increment);
    assert_int_equal(catalog->sequence_count, 0);
}

static void sequences_that_no_column_stands_for_are_listed(void **state) {
    (void)state;
    run("CREATE SEQUENCE lonely START 5 INCREMENT -10 MINVALUE -1000 MAXVALUE 50 CYCLE");
    run("SELECT nextval('lonely')");
    run("CREATE TABLE t (a integer)");
    run("CREATE SEQUENCE owned_only OWNED BY t.a"); /* no default uses it: the column is no serial */
    run("CREATE TABLE u (a integer DEFAULT nextval('lonely'))");
    const struct cg_catalog *catalog = read_public();
    assert_int_equal(catalog->sequence_count, 2);
    const struct cg_sequence *lonely = &catalog->sequences[0];
    assert_string_equal(lonely->name, "lonely");
    assert_string_equal(lonely->start, "5");
    assert_string_equal(lonely->increment, "-10");
    assert_string_equal(lonely->minimum, "-1000");
    assert_string_equal(lonely->maximum, "50");
    assert_string_equal(lonely->next, "-5");
    assert_true(lonely->cycle);
    assert_string_equal(catalog->sequences[1].name, "owned_only");
    assert_false(column_of(table_of(catalog, "t"), "a")->auto_increment);
}

static void without_the_right_a_sequences_next_value_is_unknown(void **state) {
    (void)state;
    run("DROP ROLE IF EXISTS cg_catalog_guest");
    run("CREATE ROLE cg_catalog_guest LOGIN");
    run("CREATE TABLE t (id serial)");
    char text[640];
    snprintf(text, sizeof text, "%s?user=cg_catalog_guest", fixture.uri);
    struct cg_uri uri;
    must(cg_uri_parse(text, fixture.arena, &uri, &trouble));
    PQfinish(reader);
    reader = NULL;
    must(cg_pg_connect(&uri, &reader, &trouble));
    const struct cg_table *table = table_of(read_public(), "t");
    assert_null(table->next_value);
    assert_true(column_of(table, "id")->auto_increment);
    PQfinish(reader);
    reader = NULL;
    run("DROP ROLE cg_catalog_guest");
}

/* ---- keys, foreign keys, checks ---- */

static void keys_come_with_their_parts_the_primary_key_first(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer, b text, c integer, d jsonb, CONSTRAINT z_pkey PRIMARY KEY (c, a))");
    run("CREATE INDEX a_low ON t (lower(b), a DESC) INCLUDE (c)");
    run("CREATE UNIQUE INDEX b_unique ON t (b)");
    run("CREATE INDEX c_gin ON t USING gin (d)");
    run("COMMENT ON INDEX b_unique IS 'only one'");
    const struct cg_table *table = table_of(read_public(), "t");
    assert_int_equal(table->key_count, 4);
    const struct cg_key *primary = &table->keys[0];
    assert_string_equal(primary->name, "z_pkey");
    assert_int_equal(primary->kind, CG_KEY_PRIMARY);
    assert_int_equal(primary->part_count, 2);
    assert_string_equal(primary->parts[0].column, "c");
    assert_string_equal(primary->parts[1].column, "a");
    const struct cg_key *low = key_of(table, "a_low");
    assert_int_equal(low->part_count, 2);
    assert_null(low->parts[0].column);
    assert_string_equal(low->parts[0].expression, "lower(b)");
    assert_false(low->parts[0].descending);
    assert_true(low->parts[1].descending);
    assert_int_equal(key_of(table, "b_unique")->kind, CG_KEY_UNIQUE);
    assert_string_equal(key_of(table, "b_unique")->comment, "only one");
    assert_string_equal(key_of(table, "c_gin")->method, "gin");
    assert_true(key_of(table, "c_gin")->valid);
}

static void an_index_that_failed_to_build_is_not_valid(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer)");
    run("INSERT INTO t VALUES (1), (1)");
    PQclear(PQexec(fixture.conn, "CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)"));
    assert_false(key_of(table_of(read_public(), "t"), "broken")->valid);
}

/* What is unique only for some rows must never pass for a key of the table. */
static void what_the_model_cannot_say_of_an_index_becomes_an_object(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer, b boolean, during tsrange, EXCLUDE USING gist (during WITH &&))");
    run("CREATE UNIQUE INDEX partial ON t (a) WHERE b");
    const struct cg_catalog *catalog = read_public();
    assert_int_equal(table_of(catalog, "t")->key_count, 0);
    assert_int_equal(object_of(catalog, "partial")->kind, CG_OBJECT_UNKNOWN);
    assert_non_null(strstr(object_of(catalog, "partial")->text, "WHERE b"));
    assert_non_null(object_of(catalog, "t_during_excl"));
}

static void foreign_keys_come_with_their_actions_and_state(void **state) {
    (void)state;
    run("CREATE SCHEMA other");
    run("CREATE TABLE other.parent (a integer, b integer, UNIQUE (b, a))");
    run("CREATE TABLE t (id integer PRIMARY KEY, x integer, y integer, up integer REFERENCES t)");
    run("ALTER TABLE t ADD CONSTRAINT far FOREIGN KEY (y, x) REFERENCES other.parent (b, a) ON DELETE CASCADE ON "
        "UPDATE SET NULL NOT VALID");
    const struct cg_table *table = table_of(read_public(), "t");
    assert_int_equal(table->foreign_key_count, 2);
    const struct cg_foreign_key *far = &table->foreign_keys[0], *self = &table->foreign_keys[1];
    assert_string_equal(far->name, "far");
    assert_int_equal(far->column_count, 2);
    assert_string_equal(far->columns[0], "y");
    assert_string_equal(far->ref_columns[0], "b");
    assert_string_equal(far->columns[1], "x");
    assert_string_equal(far->ref_columns[1], "a");
    assert_string_equal(far->ref_schema, "other");
    assert_string_equal(far->ref_table, "parent");
    assert_string_equal(far->on_delete, "CASCADE");
    assert_string_equal(far->on_update, "SET NULL");
    assert_false(far->validated);
    assert_string_equal(self->ref_table, "t");
    assert_string_equal(self->on_delete, "NO ACTION");
    assert_true(self->validated);
}

static void a_check_that_was_not_validated_says_so(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer CONSTRAINT positive CHECK (a > 0) NOT NULL)");
    run("ALTER TABLE t ADD CONSTRAINT small CHECK (a < 100) NOT VALID");
    const struct cg_table *table = table_of(read_public(), "t");
    assert_int_equal(table->check_count, 2);
    assert_string_equal(table->checks[0].name, "positive");
    assert_string_equal(table->checks[0].expression, "(a > 0)");
    assert_false(table->checks[0].not_valid);
    assert_string_equal(table->checks[1].expression, "(a < 100)");
    assert_true(table->checks[1].not_valid);
}

/* ---- tables and objects ---- */

static void partitions_belong_to_their_parent(void **state) {
    (void)state;
    run("CREATE TABLE p (id integer, d date, PRIMARY KEY (id, d)) PARTITION BY RANGE (d)");
    run("CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')");
    run("CREATE TABLE p_2 PARTITION OF p DEFAULT PARTITION BY HASH (id)");
    run("CREATE TABLE p_2a PARTITION OF p_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
    run("INSERT INTO p SELECT i, DATE '2020-01-01' + i FROM generate_series(1, 1000) i");
    run("ANALYZE p_1; ANALYZE p_2a");
    const struct cg_catalog *catalog = read_public();
    assert_int_equal(catalog->table_count, 1);
    const struct cg_table *table = table_of(catalog, "p");
    assert_int_equal(table->kind, CG_TABLE_PARTITIONED);
    assert_int_equal(table->row_estimate, 1000);
    assert_true(table->byte_estimate > 0);
    assert_int_equal(table->key_count, 1);
    assert_non_null(strstr(table->partition_text, "PARTITION BY RANGE (d)"));
    assert_non_null(strstr(table->partition_text, "public.p_2a FOR VALUES WITH"));
}

static void names_are_kept_and_tables_ordered_by_bytes(void **state) {
    (void)state;
    char longest[64];
    memset(longest, 'n', 63);
    longest[63] = '\0';
    char sql[256];
    snprintf(sql, sizeof sql, "CREATE TABLE %s (%s integer)", longest, longest);
    run(sql);
    run("CREATE TABLE \"Zed\" (\"select\" integer, \"a.b\" integer, \"q\"\"\" integer)");
    run("CREATE TABLE zed ()");
    run("CREATE TABLE \"dot.ted\" (a integer PRIMARY KEY)");
    run("CREATE TABLE \"quo\"\"ted'\" (a integer)");
    run("CREATE TABLE ünï (a integer)");
    const struct cg_catalog *catalog = read_public();
    assert_int_equal(catalog->table_count, 6);
    for (size_t i = 1; i < catalog->table_count; i++)
        assert_true(strcmp(catalog->tables[i - 1].name, catalog->tables[i].name) < 0);
    assert_non_null(column_of(table_of(catalog, longest), longest));
    assert_non_null(column_of(table_of(catalog, "Zed"), "q\""));
    assert_int_equal(table_of(catalog, "zed")->column_count, 0);
    assert_int_equal(table_of(catalog, "dot.ted")->key_count, 1);
    assert_non_null(column_of(table_of(catalog, "quo\"ted'"), "a"));
    assert_non_null(column_of(table_of(catalog, "ünï"), "a"));
}

static void dropped_columns_are_gone_and_comments_are_there(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer, b integer, c integer)");
    run("ALTER TABLE t DROP b");
    run("COMMENT ON TABLE t IS 'a table'");
    run("COMMENT ON COLUMN t.c IS 'a column'");
    const struct cg_table *table = table_of(read_public(), "t");
    assert_int_equal(table->column_count, 2);
    assert_string_equal(table->comment, "a table");
    assert_string_equal(column_of(table, "c")->comment, "a column");
    assert_string_equal(column_of(table, "a")->comment, "");
    assert_int_equal(table->row_estimate, 0);
}

static void r13_everything_else_is_at_least_named(void **state) {
    (void)state;
    static const struct {
        const char *sql, *name;
        enum cg_object_kind kind;
    } objects[] = {
        {"CREATE VIEW v AS SELECT a FROM t", "v", CG_OBJECT_VIEW},
        {"CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one", "mv", CG_OBJECT_VIEW},
        {"CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "f(integer)", CG_OBJECT_ROUTINE},
        {"CREATE PROCEDURE pr() LANGUAGE sql AS 'SELECT 1'", "pr()", CG_OBJECT_ROUTINE},
        {"CREATE AGGREGATE ag (integer) (sfunc = int4pl, stype = integer)", "ag(integer)", CG_OBJECT_ROUTINE},
        {"CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", "tf()", CG_OBJECT_ROUTINE},
        {"CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tf()", "tr", CG_OBJECT_TRIGGER},
        {"CREATE TYPE comp AS (a integer)", "comp", CG_OBJECT_UNKNOWN},
        {"CREATE TYPE myrange AS RANGE (subtype = float8)", "myrange", CG_OBJECT_UNKNOWN},
        {"CREATE DOMAIN dom AS integer CHECK (VALUE > 0)", "dom", CG_OBJECT_UNKNOWN},
        {"CREATE RULE ru AS ON DELETE TO t DO INSTEAD NOTHING", "ru", CG_OBJECT_UNKNOWN},
        {"CREATE POLICY po ON t USING (a > 1)", "po", CG_OBJECT_UNKNOWN},
        {"CREATE STATISTICS st (dependencies) ON a, b FROM t", "st", CG_OBJECT_UNKNOWN},
        {"CREATE TABLE child () INHERITS (t)", "child inherits t", CG_OBJECT_UNKNOWN},
        {"CREATE COLLATION coll (provider = icu, locale = 'de')", "coll", CG_OBJECT_UNKNOWN},
    };
    size_t count = sizeof objects / sizeof *objects;
    run("CREATE TABLE t (a integer, b integer)");
    for (size_t i = 0; i < count; i++)
        run(objects[i].sql);
    const struct cg_catalog *catalog = read_public();
    for (size_t i = 0; i < count; i++) {
        const struct cg_object *object = object_of(catalog, objects[i].name);
        if (!object || object->kind != objects[i].kind || !*object->text)
            fail_msg("%s: %s", objects[i].sql, object ? object->text : "not named");
    }
    assert_int_equal(catalog->object_count, count);
    assert_string_equal(object_of(catalog, "tr")->table, "t");
    assert_string_equal(object_of(catalog, "ru")->table, "t");
    assert_string_equal(object_of(catalog, "ru")->word, "rule");
    assert_string_equal(object_of(catalog, "po")->word, "policy");
    assert_non_null(strstr(object_of(catalog, "v")->text, "CREATE VIEW public.v AS"));
}

static void what_is_switched_off_says_so(void **state) {
    (void)state;
    run("CREATE TABLE t (a integer)");
    run("CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
    run("CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tf()");
    run("CREATE RULE ru AS ON DELETE TO t DO INSTEAD NOTHING");
    run("CREATE POLICY po ON t USING (a > 1)");
    const struct cg_catalog *catalog = read_public();
    assert_false(object_of(catalog, "tr")->disabled);
    assert_false(object_of(catalog, "ru")->disabled);
    assert_true(object_of(catalog, "po")->disabled);
    assert_false(table_of(catalog, "t")->row_security);
    run("ALTER TABLE t DISABLE TRIGGER tr, DISABLE RULE ru, ENABLE ROW LEVEL SECURITY");
    catalog = read_public();
    assert_true(object_of(catalog, "tr")->disabled);
    assert_true(object_of(catalog, "ru")->disabled);
    assert_false(object_of(catalog, "po")->disabled);
    assert_true(table_of(catalog, "t")->row_security);
}

static void what_extensions_own_and_what_is_hidden_is_not_of_the_database(void **state) {
    (void)state;
    run("CREATE EXTENSION citext");
    run("CREATE EXTENSION btree_gist");
    run("CREATE SCHEMA crossgrade");
    run("CREATE TABLE crossgrade.runs (id serial)");
    const struct cg_catalog *catalog = read_public();
    assert_int_equal(catalog->table_count, 0);
    assert_int_equal(catalog->object_count, 0);
    assert_int_equal(catalog->sequence_count, 0);
    assert_int_equal(read_schema("crossgrade", "crossgrade", NULL)->table_count, 0);
    assert_int_equal(read_schema("crossgrade", NULL, NULL)->table_count, 1);
    assert_int_equal(read_schema("no such schema", NULL, NULL)->table_count, 0);
    run("CREATE TABLE t (c citext)");
    const struct cg_type *type = &column_of(table_of(read_public(), "t"), "c")->type;
    assert_string_equal(type->name, "citext");
    assert_true(type->case_insensitive);
    assert_null(type->schema);
}

static void one_table_alone_is_that_table(void **state) {
    (void)state;
    run("CREATE TYPE mood AS ENUM ('x')");
    run("CREATE TABLE a (id serial PRIMARY KEY, m mood CHECK (m <> 'x'))");
    run("CREATE TABLE b (id integer REFERENCES a)");
    run("CREATE VIEW v AS SELECT 1 AS one");
    const struct cg_catalog *all = read_public(), *one = read_schema("public", NULL, "a");
    assert_int_equal(one->table_count, 1);
    assert_int_equal(one->object_count, 0);
    assert_int_equal(one->tables[0].key_count, 1);
    assert_int_equal(one->tables[0].check_count, 1);
    assert_int_equal(column_of(&one->tables[0], "m")->type.label_count, 1);
    assert_null(cg_table_difference(table_of(all, "a"), &one->tables[0], fixture.arena));
    run("ALTER TABLE a ADD extra text");
    const struct cg_catalog *later = read_schema("public", NULL, "a");
    assert_non_null(cg_table_difference(table_of(all, "a"), &later->tables[0], fixture.arena));
    assert_int_equal(read_schema("public", NULL, "gone")->table_count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(types_are_told_with_everything_their_typmod_says, setup, teardown),
        cmocka_unit_test_setup_teardown(enums_have_their_labels_in_order_wherever_they_are_used, setup, teardown),
        cmocka_unit_test_setup_teardown(a_users_type_named_like_a_known_one_is_not_taken_for_it, setup, teardown),
        cmocka_unit_test_setup_teardown(text_that_folds_case_or_accents_is_known_as_such, setup, teardown),
        cmocka_unit_test_setup_teardown(defaults_are_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(a_domains_not_null_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(generated_columns_are_told_with_their_expression, setup, teardown),
        cmocka_unit_test_setup_teardown(identity_and_serial_columns_give_the_value_that_comes_next, setup, teardown),
        cmocka_unit_test_setup_teardown(sequences_that_no_column_stands_for_are_listed, setup, teardown),
        cmocka_unit_test_setup_teardown(without_the_right_a_sequences_next_value_is_unknown, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_come_with_their_parts_the_primary_key_first, setup, teardown),
        cmocka_unit_test_setup_teardown(an_index_that_failed_to_build_is_not_valid, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_model_cannot_say_of_an_index_becomes_an_object, setup, teardown),
        cmocka_unit_test_setup_teardown(foreign_keys_come_with_their_actions_and_state, setup, teardown),
        cmocka_unit_test_setup_teardown(a_check_that_was_not_validated_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(partitions_belong_to_their_parent, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_kept_and_tables_ordered_by_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(dropped_columns_are_gone_and_comments_are_there, setup, teardown),
        cmocka_unit_test_setup_teardown(r13_everything_else_is_at_least_named, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_switched_off_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(what_extensions_own_and_what_is_hidden_is_not_of_the_database, setup, teardown),
        cmocka_unit_test_setup_teardown(one_table_alone_is_that_table, setup, teardown),
    };
    return fixture_main("the catalog of PostgreSQL", tests, sizeof tests / sizeof *tests);
}
