/* DDL for PostgreSQL: what cg_target_ddl prints is run on real servers, and the servers' own catalogs judge it. */
#include "tests/conformance/pg_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define EVIL         "x\"; DROP TABLE a; --\\'\n$$"

static int setup(void **state) {
    (void)state;
    fixture_make_database("cgload_ddl", "ENCODING 'UTF8' TEMPLATE template0");
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
    struct cg_column c = {.name = name, .comment = ""};
    c.type = (struct cg_type){.name = base, .full = full, .length = -1, .precision = -1, .scale = -1, .fraction = -1};
    return c;
}

static struct cg_column counter(const char *name, const char *base, const char *full, int precision) {
    struct cg_column c = column(name, base, full);
    c.type.precision = precision;
    c.type.scale = precision < 0 ? -1 : 0;
    c.auto_increment = true;
    return c;
}

static struct cg_table table(const char *name, struct cg_column *columns, size_t count) {
    return (struct cg_table){.schema = "to", .name = name, .comment = "", .columns = columns, .column_count = count};
}

static struct cg_key key(const char *name, enum cg_key_kind kind, struct cg_key_part *parts, size_t count) {
    return (struct cg_key){
        .name = name, .kind = kind, .parts = parts, .part_count = count, .valid = true, .comment = ""};
}

static struct cg_catalog catalog_of(struct cg_table *tables, size_t count) {
    return (struct cg_catalog){.schema = "to", .tables = tables, .table_count = count};
}

static struct cg_ddl_list print_for(const struct cg_catalog *wanted, bool drop, const char *owner) {
    struct cg_ddl_options options = {.schema = "to",
                                     .drop_existing = drop,
                                     .owner = owner,
                                     .server_version = cg_target_server(fixture.target)->version_number};
    struct cg_ddl_list list;
    must(cg_target_ddl(&options, wanted, fixture.arena, &list, &trouble));
    return list;
}

static struct cg_ddl_list print(const struct cg_catalog *wanted, bool drop) {
    return print_for(wanted, drop, NULL);
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

static void assert_refused(const char *sql, const char *sqlstate) {
    PGresult *result = PQexec(fixture.conn, sql);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!state || strcmp(state, sqlstate) != 0)
        fail_msg("%s: SQLSTATE %s, not %s", sql, state ? state : "none", sqlstate);
    PQclear(result);
}

/* ---- order ---- */

static void statements_come_in_order_of_phase_and_name_their_table(void **state) {
    (void)state;
    struct cg_column a_columns[] = {counter("id", "numeric", "numeric(20)", 20), column("b", "integer", "integer"),
                                    column("ts", "timestamp", "timestamp")};
    struct cg_column b_columns[] = {counter("id", "integer", "integer", -1)};
    struct cg_key_part id = {.column = "id"};
    struct cg_key a_keys[] = {key("a_pkey", CG_KEY_PRIMARY, &id, 1)},
                  b_keys[] = {key("b_pkey", CG_KEY_PRIMARY, &id, 1)};
    const char *b = "b", *ref = "id";
    struct cg_foreign_key fk = {"a_b", &b, "to", "b", &ref, 1, "CASCADE", "RESTRICT", true};
    struct cg_table tables[] = {table("a", a_columns, 3), table("b", b_columns, 1)};
    tables[0].keys = a_keys, tables[0].key_count = 1, tables[0].comment = "c";
    tables[0].foreign_keys = &fk, tables[0].foreign_key_count = 1;
    tables[1].keys = b_keys, tables[1].key_count = 1;
    struct cg_check check = {.name = "b_check", .expression = "b > 0", .after_rows = true};
    tables[0].checks = &check, tables[0].check_count = 1;
    a_columns[2].on_update_now = true;
    tables[0].on_update_function = "a_on_update";
    struct cg_view view = {.name = "v", .query = "SELECT id FROM \"to\".a", .check_option = ""};
    struct cg_catalog wanted = catalog_of(tables, 2);
    wanted.views = &view, wanted.view_count = 1;
    struct cg_ddl_list list = print_for(&wanted, true, value("SELECT current_user"));
    unsigned seen = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (i)
            assert_true(list.items[i].phase >= list.items[i - 1].phase);
        seen |= 1u << list.items[i].phase;
        if (list.items[i].phase >= CG_DDL_TABLE && list.items[i].phase != CG_DDL_VIEW &&
            list.items[i].phase != CG_DDL_OWNER)
            assert_non_null(list.items[i].table);
        assert_int_equal(list.items[i].optional,
                         list.items[i].phase == CG_DDL_COMMENT || list.items[i].phase == CG_DDL_ANALYZE);
    }
    assert_int_equal(seen, (1u << CG_DDL_PHASES) - 1);
    execute(&list, CG_DDL_DROP, CG_DDL_OWNER);
    assert_value("SELECT string_agg(format('%s%s%s%s', contype, confdeltype, confupdtype, convalidated), ' ') "
                 "FROM pg_constraint WHERE contype = 'f'",
                 "fcrt");
    assert_value("SELECT count(*) FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace "
                 "WHERE contype = 'p' AND nspname = 'to'",
                 "2");
}

static void an_existing_schema_is_not_made(void **state) {
    (void)state;
    struct cg_catalog wanted = catalog_of(NULL, 0);
    struct cg_ddl_options options = {.schema = "to", .schema_exists = true};
    struct cg_ddl_list list;
    must(cg_target_ddl(&options, &wanted, fixture.arena, &list, &trouble));
    assert_int_equal(list.count, 0);
}

/* ---- columns ---- */

static void defaults_arrive_as_values_of_their_types(void **state) {
    (void)state;
    struct cg_column columns[] = {
        column("i", "integer", "integer"),
        column("t", "text", "text"),
        column("b", "boolean", "boolean"),
        column("d", "numeric", "numeric(12,2)"),
        column("s", "text", "text[]"),
        column("j", "jsonb", "jsonb"),
        column("y", "bytea", "bytea"),
        column("v", "varchar", "varchar(3)"),
        column("e", "integer", "integer"),
        column("n", "text", "text"),
        column("ts", "timestamp", "timestamp(3)"),
        column("tz", "timestamptz", "timestamptz(0)"),
        column("dt", "date", "date"),
        column("bits", "bit", "bit(4)"),
    };
    const char *const literals[] = {"-5",          "it's \\ a \"quote\"\n", "true",    "1.50",
                                    "{a,\"b,c\"}", "{\"a\": [1]}",          "\\x00ff", "abc"};
    for (size_t i = 0; i < COUNT(literals); i++)
        columns[i].default_kind = CG_DEFAULT_LITERAL, columns[i].default_text = literals[i];
    columns[4].type.array = true;
    columns[8].default_kind = CG_DEFAULT_EXPRESSION, columns[8].default_text = "1 + 2 -- three";
    columns[9].default_kind = CG_DEFAULT_NULL, columns[9].nullable = true;
    columns[10].default_kind = CG_DEFAULT_NOW, columns[10].default_fraction = 3;
    columns[11].default_kind = CG_DEFAULT_NOW, columns[11].default_fraction = 0;
    columns[12].default_kind = CG_DEFAULT_NOW, columns[12].default_fraction = 0;
    columns[13].default_kind = CG_DEFAULT_LITERAL, columns[13].default_text = "1010";
    struct cg_table tables[] = {table("d", columns, COUNT(columns))};
    struct cg_catalog wanted = catalog_of(tables, 1);
    make(&wanted);
    run("SET TimeZone = 'Asia/Tokyo'");
    run("INSERT INTO \"to\".d DEFAULT VALUES");
    assert_value("SELECT i || t || b || d || s::text || j || encode(y, 'hex') || v || e || bits FROM \"to\".d",
                 "-5it's \\ a \"quote\"\ntrue1.50{a,\"b,c\"}{\"a\": [1]}00ffabc31010");
    assert_value("SELECT n IS NULL AND abs(extract(epoch FROM ts - localtimestamp)) < 60 "
                 "AND abs(extract(epoch FROM tz - now())) < 60 AND dt = current_date FROM \"to\".d",
                 "t");
    assert_refused("INSERT INTO \"to\".d (i) VALUES (NULL)", "23502");
}

static void a_default_too_long_for_its_column_is_never_cut(void **state) {
    (void)state;
    struct cg_column columns[] = {column("id", "integer", "integer"), column("v", "varchar", "varchar(3)")};
    columns[1].default_kind = CG_DEFAULT_LITERAL, columns[1].default_text = "abcd";
    struct cg_table tables[] = {table("d", columns, 2)};
    struct cg_catalog wanted = catalog_of(tables, 1);
    make(&wanted);
    assert_refused("INSERT INTO \"to\".d (id) VALUES (1)", "22001");
}

static void hostile_names_labels_and_texts_are_only_text(void **state) {
    (void)state;
    run("CREATE TABLE public.a (id integer)");
    const char *labels[] = {"it's", "a,b", "(\")", "c\\d", "'; DROP TABLE public.a; --", ""};
    struct cg_type mood = {.name = "e" EVIL, .schema = "to", .full = "enum", .labels = labels, .label_count = 6};
    struct cg_column columns[] = {counter("id" EVIL, "integer", "integer", -1), column("e" EVIL, "e" EVIL, "enum"),
                                  column("t" EVIL, "text", "text"), counter("n" EVIL, "numeric", "numeric(20)", 20)};
    columns[1].type = mood;
    columns[1].default_kind = CG_DEFAULT_LITERAL, columns[1].default_text = labels[4];
    columns[2].default_kind = CG_DEFAULT_LITERAL, columns[2].default_text = EVIL;
    columns[2].comment = EVIL;
    struct cg_key_part part = {.column = "id" EVIL}, prefix = {.column = "t" EVIL, .prefix = 3};
    struct cg_key keys[] = {key("p" EVIL, CG_KEY_PRIMARY, &part, 1), key("k" EVIL, CG_KEY_UNIQUE, &prefix, 1)};
    keys[1].comment = EVIL;
    const char *from = "id" EVIL;
    struct cg_foreign_key fk = {"f" EVIL, &from, "to", "t" EVIL, &from, 1, "NO ACTION", "NO ACTION", true};
    struct cg_check check = {.name = "c" EVIL, .expression = "true -- no"};
    struct cg_table t = table("t" EVIL, columns, 4);
    t.keys = keys, t.key_count = 2, t.foreign_keys = &fk, t.foreign_key_count = 1;
    t.checks = &check, t.check_count = 1, t.comment = EVIL, t.next_value = "7";
    struct cg_catalog wanted = catalog_of(&t, 1);
    wanted.enums = &mood, wanted.enum_count = 1;
    make(&wanted);
    struct cg_ddl_list list = print(&wanted, true);
    execute(&list, CG_DDL_DROP, CG_DDL_ANALYZE); /* and once more, over itself */
    assert_value("SELECT count(*) FROM public.a", "0");
    char sql[512];
    static const char quoted[] = "x\"\"; DROP TABLE a; --\\'\n$$";
    snprintf(sql, sizeof sql, "INSERT INTO \"to\".\"t%s\" DEFAULT VALUES RETURNING \"id%s\"", quoted, quoted);
    assert_value(sql, "7");
    assert_value("SELECT string_agg(enumlabel, '|' ORDER BY enumsortorder) FROM pg_enum",
                 "it's|a,b|(\")|c\\d|'; DROP TABLE public.a; --|");
    assert_value("SELECT count(*) FROM pg_description WHERE description = E'x\"; DROP TABLE a; --\\\\\\'\\n$$'", "3");
}

static void generated_columns_are_generated(void **state) {
    (void)state;
    struct cg_column columns[] = {column("a", "integer", "integer"), column("b", "integer", "integer")};
    columns[1].generated = CG_GENERATED_STORED, columns[1].generation_text = "a * 2", columns[1].nullable = true;
    struct cg_table tables[] = {table("g", columns, 2)};
    struct cg_catalog wanted = catalog_of(tables, 1);
    make(&wanted);
    run("INSERT INTO \"to\".g (a) VALUES (21)");
    assert_value("SELECT b FROM \"to\".g", "42");
    columns[1].generated = CG_GENERATED_VIRTUAL;
    struct cg_ddl_options options = {.schema = "to", .server_version = 170000};
    struct cg_ddl_list list;
    struct cg_error err = {0};
    assert_int_equal(cg_target_ddl(&options, &wanted, fixture.arena, &list, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
}

static void a_check_that_is_not_enforced_is_never_made_an_enforced_one(void **state) {
    (void)state;
    struct cg_column columns[] = {column("a", "integer", "integer")};
    struct cg_check check = {.name = "positive", .expression = "a > 0", .not_enforced = true};
    struct cg_table tables[] = {table("c", columns, 1)};
    tables[0].checks = &check, tables[0].check_count = 1;
    struct cg_catalog wanted = catalog_of(tables, 1);
    int version = cg_target_server(fixture.target)->version_number;
    struct cg_ddl_options options = {.schema = "to", .server_version = version};
    struct cg_ddl_list list;
    struct cg_error err = {0};
    assert_int_equal(cg_target_ddl(&options, &wanted, fixture.arena, &list, &err), version < 180000 ? -1 : 0);
    if (version < 180000)
        return;
    execute(&list, CG_DDL_DROP, CG_DDL_ANALYZE);
    run("INSERT INTO \"to\".c VALUES (-1)");
    check.not_enforced = false;
    list = print(&wanted, true);
    execute(&list, CG_DDL_DROP, CG_DDL_ANALYZE);
    assert_refused("INSERT INTO \"to\".c VALUES (-1)", "23514");
}

/* ---- AUTO_INCREMENT ---- */

static void counters_go_on_past_both_maxima(void **state) {
    (void)state;
    static const struct {
        const char *next, *rows, *expected;
    } cases[] = {
        {NULL, "", "1"},     {"42", "", "42"},    {"5", "(1),(9)", "10"},
        {"20", "(9)", "20"}, {NULL, "(-7)", "1"}, {"1", "(7),(0)", "8"},
    };
    static const char *const types[][2] = {{"smallint", "smallint"},
                                           {"integer", "integer"},
                                           {"bigint", "bigint"},
                                           {"numeric", "numeric(20)"},
                                           {"double precision", "double precision"}};
    for (size_t t = 0; t < COUNT(types); t++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            struct cg_column columns[] = {counter("id", types[t][0], types[t][1], t == 3 ? 20 : -1)};
            struct cg_table tables[] = {table("s", columns, 1)};
            tables[0].next_value = cases[i].next;
            struct cg_catalog wanted = catalog_of(tables, 1);
            struct cg_ddl_list list = print(&wanted, true);
            execute(&list, CG_DDL_DROP, CG_DDL_TABLE);
            if (*cases[i].rows)
                run(cg_arena_printf(fixture.arena, "INSERT INTO \"to\".s (id) VALUES %s", cases[i].rows));
            execute(&list, CG_DDL_INDEX, CG_DDL_ANALYZE);
            assert_value("INSERT INTO \"to\".s DEFAULT VALUES RETURNING id", cases[i].expected);
        }
}

static void r20_a_counter_at_its_types_maximum_is_used_up_not_an_error(void **state) {
    (void)state;
    static const struct {
        const char *base, *full;
        int precision;
        const char *maximum, *next;
    } cases[] = {
        {"smallint", "smallint", -1, "32767", "32768"},
        {"integer", "integer", -1, "2147483647", "2147483648"},
        {"bigint", "bigint", -1, "9223372036854775807", "9223372036854775808"},
        {"numeric", "numeric(20)", 20, "18446744073709551615", "18446744073709551615"},
        {"numeric", "numeric(3)", 3, "999", "1000"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cg_column columns[] = {counter("id", cases[i].base, cases[i].full, cases[i].precision)};
        struct cg_table tables[] = {table("s", columns, 1)};
        tables[0].next_value = cases[i].next;
        struct cg_catalog wanted = catalog_of(tables, 1);
        struct cg_ddl_list list = print(&wanted, true);
        execute(&list, CG_DDL_DROP, CG_DDL_TABLE);
        run(cg_arena_printf(fixture.arena, "INSERT INTO \"to\".s (id) VALUES (%s)", cases[i].maximum));
        execute(&list, CG_DDL_INDEX, CG_DDL_ANALYZE);
        assert_refused("INSERT INTO \"to\".s DEFAULT VALUES", "2200H");
        /* One below the maximum, the maximum itself is still to be had. */
        run("TRUNCATE \"to\".s");
        tables[0].next_value = i == 3 ? "9223372036854775807" : cases[i].maximum;
        list = print(&wanted, true);
        execute(&list, CG_DDL_SEQUENCE, CG_DDL_SEQUENCE);
        assert_value("INSERT INTO \"to\".s DEFAULT VALUES RETURNING id", tables[0].next_value);
    }
}

static void r20_a_numeric_counter_owns_its_sequence(void **state) {
    (void)state;
    struct cg_column columns[] = {counter("id", "numeric", "numeric(20)", 20)};
    struct cg_table tables[] = {table("s", columns, 1)};
    struct cg_catalog wanted = catalog_of(tables, 1);
    make(&wanted);
    assert_value("SELECT attidentity = '' FROM pg_attribute WHERE attrelid = '\"to\".s'::regclass AND attname = 'id'",
                 "t");
    assert_value("SELECT pg_get_serial_sequence('\"to\".s', 'id')", "\"to\".s_id_seq");
    run("DROP TABLE \"to\".s");
    assert_value("SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relname LIKE 's%'", "0");
}

static void r20_a_counters_sequence_takes_no_name_of_the_plan(void **state) {
    (void)state;
    char name[64];
    memset(name, 'n', 63);
    name[63] = '\0';
    struct cg_column columns[] = {counter("id", "integer", "integer", -1)};
    struct cg_column numeric[] = {counter("id", "numeric", "numeric(20)", 20)};
    struct cg_column plain[] = {column("id", "integer", "integer")};
    struct cg_key_part id = {.column = "id"};
    struct cg_key k = key("c_id_seq", CG_KEY_INDEX, &id, 1);
    struct cg_table tables[] = {table("a", columns, 1), table("a_id_seq", plain, 1), table("c", numeric, 1),
                                table(name, numeric, 1)};
    tables[1].keys = &k, tables[1].key_count = 1;
    struct cg_catalog wanted = catalog_of(tables, 4);
    make(&wanted);
    assert_value("INSERT INTO \"to\".a DEFAULT VALUES RETURNING id", "1");
    assert_value("INSERT INTO \"to\".c DEFAULT VALUES RETURNING id", "1");
    assert_value("SELECT max(length(relname)) < 64 FROM pg_class WHERE relkind = 'S'", "t");
    struct cg_ddl_list list = print(&wanted, true);
    execute(&list, CG_DDL_DROP, CG_DDL_ANALYZE);
}

static void sequences_of_their_own_go_on_where_the_source_stood(void **state) {
    (void)state;
    struct cg_sequence sequences[] = {
        {"to", "up", "1", "2", "1", "100", "17", false},      {"to", "end", "1", "1", "1", "10", "11", false},
        {"to", "down", "-1", "-1", "-10", "-1", "-4", false}, {"to", "down end", "-1", "-1", "-10", "-1", "-11", false},
        {"to", "round", "1", "1", "1", "3", "4", true},
    };
    struct cg_catalog wanted = catalog_of(NULL, 0);
    wanted.sequences = sequences, wanted.sequence_count = COUNT(sequences);
    for (int again = 0; again < 2; again++) {
        struct cg_ddl_list list = print(&wanted, true);
        execute(&list, CG_DDL_DROP, CG_DDL_ANALYZE);
        assert_value("SELECT nextval('\"to\".up') || ',' || nextval('\"to\".up')", "17,19");
        assert_refused("SELECT nextval('\"to\".end')", "2200H");
        assert_value("SELECT nextval('\"to\".down') || ',' || nextval('\"to\".down')", "-4,-5");
        assert_refused("SELECT nextval('\"to\".\"down end\"')", "2200H");
        assert_value("SELECT nextval('\"to\".round')", "1");
    }
    sequences[0].next = "1); DROP TABLE x; --";
    struct cg_ddl_options options = {.schema = "to"};
    struct cg_ddl_list list;
    struct cg_error err = {0};
    assert_int_equal(cg_target_ddl(&options, &wanted, fixture.arena, &list, &err), -1);
    assert_int_equal(err.cls, CG_ERR_INTERNAL);
}

/* ---- keys ---- */

static const char *index_text(const char *name) {
    return value(cg_arena_printf(fixture.arena, "SELECT pg_get_indexdef('\"to\".%s'::regclass)", name));
}

static void keys_of_every_kind_are_made(void **state) {
    (void)state;
    struct cg_column columns[] = {column("a", "integer", "integer"), column("b", "integer", "integer"),
                                  column("t", "text", "text"), column("y", "bytea", "bytea"),
                                  column("v", "varchar", "varchar(9)")};
    columns[2].nullable = true;
    struct cg_key_part ab[] = {{.column = "a", .descending = true}, {.column = "b"}};
    struct cg_key_part prefixes[] = {{.column = "t", .prefix = 3}, {.column = "y", .prefix = 2}};
    struct cg_key_part expression = {.expression = "lower(v)"}, v = {.column = "v"};
    struct cg_key_part words[] = {{.column = "t"}, {.column = "v"}};
    struct cg_key keys[] = {
        key("pk", CG_KEY_PRIMARY, ab, 2),        key("u", CG_KEY_UNIQUE, &v, 1),
        key("u_desc", CG_KEY_UNIQUE, ab, 2),     key("u_prefix", CG_KEY_UNIQUE, prefixes, 2),
        key("x", CG_KEY_INDEX, &expression, 1),  key("i", CG_KEY_INDEX, ab, 2),
        key("words", CG_KEY_FULLTEXT, words, 2),
    };
    keys[5].method = "hash"; /* a MEMORY table's: its keys become b-trees */
    struct cg_table tables[] = {table("k", columns, COUNT(columns))};
    tables[0].keys = keys, tables[0].key_count = COUNT(keys);
    struct cg_catalog wanted = catalog_of(tables, 1);
    make(&wanted);
    assert_value("SELECT string_agg(conname || contype::text, ' ' ORDER BY conname) FROM pg_constraint "
                 "WHERE conrelid = '\"to\".k'::regclass AND contype IN ('p', 'u')",
                 "pkp uu");
    assert_non_null(strstr(index_text("u_desc"), "UNIQUE INDEX u_desc ON \"to\".k USING btree (a DESC, b)"));
    assert_non_null(strstr(index_text("i"), "CREATE INDEX i ON \"to\".k USING btree (a DESC, b)"));
    assert_non_null(strstr(index_text("u_prefix"), "UNIQUE INDEX"));
    assert_non_null(strstr(index_text("words"), "USING gin"));
    run("INSERT INTO \"to\".k VALUES (1, 1, 'abcd', '\\x0102', 'X'), (2, 1, 'abxd', '\\x0102', 'x')");
    assert_refused("INSERT INTO \"to\".k VALUES (3, 1, 'abce', '\\x010203', 'y')", "23505");
    assert_value("SELECT count(*) FROM \"to\".k WHERE to_tsvector('simple', coalesce(t::text, '') || ' ' || "
                 "coalesce(v::text, '')) @@ to_tsquery('simple', 'abcd & x')",
                 "1");
}

static void foreign_keys_are_validated_or_name_what_breaks_them(void **state) {
    (void)state;
    struct cg_column columns[] = {column("id", "integer", "integer"), column("up", "integer", "integer")};
    columns[1].nullable = true;
    struct cg_key_part id = {.column = "id"};
    struct cg_key pk = key("f_pkey", CG_KEY_PRIMARY, &id, 1);
    const char *up = "up", *ref = "id";
    struct cg_foreign_key fk = {"f_up", &up, "to", "f", &ref, 1, "SET NULL", "SET DEFAULT", true};
    struct cg_table tables[] = {table("f", columns, 2)};
    tables[0].keys = &pk, tables[0].key_count = 1, tables[0].foreign_keys = &fk, tables[0].foreign_key_count = 1;
    struct cg_catalog wanted = catalog_of(tables, 1);
    struct cg_ddl_list list = print(&wanted, false);
    execute(&list, CG_DDL_TYPE, CG_DDL_TABLE);
    run("INSERT INTO \"to\".f VALUES (1, NULL), (2, 99)");
    execute(&list, CG_DDL_INDEX, CG_DDL_FK);
    struct cg_error err = {0};
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].phase == CG_DDL_FK_CHECK) {
            assert_int_equal(cg_target_execute(fixture.session, list.items[i].sql, &err), -1);
            assert_int_equal(err.cls, CG_ERR_OBJECT);
            assert_non_null(strstr(err.message, "99"));
        }
    run("UPDATE \"to\".f SET up = 1 WHERE id = 2");
    execute(&list, CG_DDL_FK_CHECK, CG_DDL_FK_CHECK);
    assert_value(
        "SELECT format('%s%s%s', confdeltype, confupdtype, convalidated) FROM pg_constraint WHERE contype = 'f'",
        "ndt");
    fk.on_delete = "CASCADE; DROP TABLE x";
    struct cg_ddl_options options = {.schema = "to"};
    assert_int_equal(cg_target_ddl(&options, &wanted, fixture.arena, &list, &err), -1);
}

/* ---- --drop-existing ---- */

/* Two tables that refer to each other, with an enum type between them. */
static void make_circle(struct cg_catalog *ret_wanted) {
    static struct cg_column columns[2], others[2];
    static struct cg_key_part id = {.column = "id"};
    static struct cg_key keys[2];
    static struct cg_table tables[2];
    static const char *label = "x", *o = "o", *ref = "id";
    static struct cg_type type;
    static struct cg_foreign_key fks[2];
    type = (struct cg_type){.name = "mood", .schema = "to", .full = "enum", .labels = &label, .label_count = 1};
    columns[0] = others[0] = column("id", "integer", "integer");
    columns[1] = others[1] = column("o", "integer", "integer");
    keys[0] = key("a_pkey", CG_KEY_PRIMARY, &id, 1);
    keys[1] = key("b_pkey", CG_KEY_PRIMARY, &id, 1);
    fks[0] = (struct cg_foreign_key){"a_o", &o, "to", "b", &ref, 1, "NO ACTION", "NO ACTION", true};
    fks[1] = (struct cg_foreign_key){"b_o", &o, "to", "a", &ref, 1, "NO ACTION", "NO ACTION", true};
    tables[0] = table("a", columns, 2);
    tables[1] = table("b", others, 2);
    for (int i = 0; i < 2; i++) {
        tables[i].keys = &keys[i], tables[i].key_count = 1;
        tables[i].foreign_keys = &fks[i], tables[i].foreign_key_count = 1;
    }
    *ret_wanted = catalog_of(tables, 2);
    ret_wanted->enums = &type;
    ret_wanted->enum_count = 1;
}

static void tables_that_refer_to_each_other_are_dropped_together(void **state) {
    (void)state;
    struct cg_catalog wanted;
    make_circle(&wanted);
    make(&wanted);
    struct cg_ddl_list list = print(&wanted, true);
    execute(&list, CG_DDL_DROP, CG_DDL_ANALYZE);
    assert_value("SELECT count(*) FROM pg_tables WHERE schemaname = 'to'", "2");
}

static void dropping_never_takes_what_depends_on_the_tables(void **state) {
    (void)state;
    struct cg_catalog wanted;
    make_circle(&wanted);
    make(&wanted);
    run("CREATE VIEW public.mine AS SELECT * FROM \"to\".a");
    struct cg_ddl_list list = print(&wanted, true);
    struct cg_error err = {0};
    assert_int_equal(list.items[0].phase, CG_DDL_DROP);
    assert_int_equal(cg_target_execute(fixture.session, list.items[0].sql, &err), -1);
    assert_int_equal(err.cls, CG_ERR_OBJECT);
    assert_non_null(strstr(err.message, "mine"));
    assert_value("SELECT count(*) FROM pg_tables WHERE schemaname = 'to'", "2");
}

static void without_drop_existing_nothing_is_dropped(void **state) {
    (void)state;
    struct cg_catalog wanted;
    make_circle(&wanted);
    struct cg_ddl_list list = print(&wanted, false);
    for (size_t i = 0; i < list.count; i++)
        assert_null(strstr(list.items[i].sql, "DROP"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(statements_come_in_order_of_phase_and_name_their_table),
        TEST(an_existing_schema_is_not_made),
        TEST(defaults_arrive_as_values_of_their_types),
        TEST(a_default_too_long_for_its_column_is_never_cut),
        TEST(hostile_names_labels_and_texts_are_only_text),
        TEST(generated_columns_are_generated),
        TEST(a_check_that_is_not_enforced_is_never_made_an_enforced_one),
        TEST(counters_go_on_past_both_maxima),
        TEST(r20_a_counter_at_its_types_maximum_is_used_up_not_an_error),
        TEST(r20_a_numeric_counter_owns_its_sequence),
        TEST(r20_a_counters_sequence_takes_no_name_of_the_plan),
        TEST(sequences_of_their_own_go_on_where_the_source_stood),
        TEST(keys_of_every_kind_are_made),
        TEST(foreign_keys_are_validated_or_name_what_breaks_them),
        TEST(tables_that_refer_to_each_other_are_dropped_together),
        TEST(dropping_never_takes_what_depends_on_the_tables),
        TEST(without_drop_existing_nothing_is_dropped),
    };
    return fixture_main("pg_ddl", tests, COUNT(tests));
}
