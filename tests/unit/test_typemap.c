/* Type maps: the format and its errors, the default map for every type of the fidelity table, what has to be probed. */
#include "plan_fixture.h"

struct type_case {
    const char *source, *target;
};

/* Types that no data decides. */
static const struct type_case plain_types[] = {
    {"tinyint(4)", "smallint"},
    {"tinyint(3) unsigned", "smallint"},
    {"smallint(6)", "smallint"},
    {"smallint(5) unsigned", "integer"},
    {"mediumint(9)", "integer"},
    {"mediumint(8) unsigned", "integer"},
    {"int(11)", "integer"},
    {"int", "integer"},
    {"int(1)", "integer"},
    {"int(5) unsigned zerofill", "bigint"},
    {"int(10) unsigned", "bigint"},
    {"bigint(20)", "bigint"},
    {"decimal(10,2)", "numeric(10,2)"},
    {"decimal(65,30)", "numeric(65,30)"},
    {"decimal(5,0)", "numeric(5,0)"},
    {"float", "real"},
    {"double", "double precision"},
    {"bit(1)", "boolean"},
    {"bit(8)", "bit(8)"},
    {"char(3)", "character varying(3)"},
    {"varchar(255)", "character varying(255)"},
    {"tinytext", "text"},
    {"text", "text"},
    {"mediumtext", "text"},
    {"longtext", "text"},
    {"binary(16)", "bytea"},
    {"varbinary(8)", "bytea"},
    {"tinyblob", "bytea"},
    {"blob", "bytea"},
    {"mediumblob", "bytea"},
    {"longblob", "bytea"},
    {"date", "date"},
    {"datetime", "timestamp(0) without time zone"},
    {"datetime(6)", "timestamp(6) without time zone"},
    {"timestamp", "timestamp(0) with time zone"},
    {"timestamp(3)", "timestamp(3) with time zone"},
    {"year(4)", "smallint"},
    {"enum('a','b')", "\"public\".\"t_c\""},
    {"set('x','y')", "text[]"},
    {"json", "jsonb"},
    {"geometry", "bytea"},
    {"point", "bytea"},
    {"linestring", "bytea"},
    {"polygon", "bytea"},
    {"multipoint", "bytea"},
    {"multilinestring", "bytea"},
    {"multipolygon", "bytea"},
    {"geometrycollection", "bytea"},
    {"uuid", "uuid"},
    {"inet4", "inet"},
    {"inet6", "inet"},
    {"vector(3)", "real[]"},
};

static void every_type_has_the_target_of_the_table(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof plain_types / sizeof *plain_types; i++) {
        struct fx *fx = fx_new();
        fx_column(fx, fx_table(fx, "t", 10), "c", plain_types[i].source);
        struct cg_plan *plan = fx_plan(fx);
        const struct cg_table_plan *t = fx_table_plan(plan, "t");
        if (t->failed)
            fail_msg("%s: %s", plain_types[i].source, t->failed);
        if (strcmp(t->columns[0].target->type.full, plain_types[i].target) != 0)
            fail_msg("%s became %s, not %s", plain_types[i].source, t->columns[0].target->type.full,
                     plain_types[i].target);
        assert_null(fx_decision(plan, "t", "c"));
        fx_free(fx);
    }
}

/* Types that the data decides: what was found, what comes of it. */
static const struct {
    const char *source;
    uint64_t rows, non_null;
    const char *minimum, *maximum;
    uint64_t outside;
    const char *target;
} data_types[] = {
    {"tinyint(1)", 9, 9, "0", "1", 0, "boolean"},
    {"tinyint(1)", 9, 1, "1", "1", 0, "boolean"},
    {"tinyint(1) unsigned", 9, 9, "0", "1", 0, "boolean"},
    {"tinyint(1) unsigned zerofill", 9, 9, "0", "1", 0, "boolean"},
    {"tinyint(1)", 9, 9, "0", "2", 0, "smallint"},
    {"tinyint(1)", 9, 9, "-1", "1", 0, "smallint"},
    {"tinyint(1)", 9, 0, "", "", 0, "smallint"},
    {"tinyint(1)", 0, 0, "", "", 0, "smallint"},
    {"bigint(20) unsigned", 9, 9, "0", "9223372036854775807", 0, "bigint"},
    {"bigint(20) unsigned", 9, 9, "0", "9223372036854775808", 0, "numeric(20,0)"},
    {"bigint(20) unsigned", 9, 9, "0", "18446744073709551615", 0, "numeric(20,0)"},
    {"bigint(20) unsigned", 9, 0, "", "", 0, "numeric(20,0)"},
    {"time", 9, 9, "00:00:00", "24:00:00", 0, "time(0) without time zone"},
    {"time(6)", 9, 9, "00:00:00.000001", "23:59:59.999999", 0, "time(6) without time zone"},
    {"time(3)", 9, 9, "-00:00:00.001", "838:59:59", 2, "interval"},
    {"time", 9, 0, "", "", 0, "interval"},
};

static void r32_the_data_decides_where_a_rule_asks_and_empty_columns_do_not_qualify(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof data_types / sizeof *data_types; i++) {
        struct fx *fx = fx_new();
        struct fx_table *t = fx_table(fx, "t", data_types[i].rows);
        fx_column(fx, t, "c", data_types[i].source);
        fx_range(t, "c", data_types[i].non_null, data_types[i].minimum, data_types[i].maximum);
        t->facts[0].time_outside_day = data_types[i].outside;
        struct cg_plan *plan = fx_plan(fx);
        const char *full = fx_full(plan, "t", "c");
        if (strcmp(full, data_types[i].target) != 0)
            fail_msg("%s with %s to %s became %s", data_types[i].source, data_types[i].minimum, data_types[i].maximum,
                     full);
        const struct cg_decision *d = fx_decision(plan, "t", "c");
        assert_non_null(d);
        assert_non_null(strpbrk(d->reason, "0123456789"));
        assert_string_equal(d->target_type, full);
        assert_int_equal(data_types[i].non_null == 0, strstr(d->reason, "no value in") != NULL);
        fx_free(fx);
    }
}

static void geometry_and_vector_use_the_extensions_of_the_target(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    fx_column(fx, t, "g", "point");
    fx_column(fx, t, "v", "vector(3)");
    fx->has_postgis = fx->has_vector = true;
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "t", "g"), "geometry");
    assert_string_equal(fx_full(plan, "t", "v"), "vector(3)");
    assert_int_equal(fx_column_plan(plan, "t", "v")->target->type.length, 3);
    fx_free(fx);
}

static void a_type_that_no_rule_maps_fails_its_table_only(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "odd", 1), "x", "xmltype");
    fx_column(fx, fx_table(fx, "plain", 1), "a", "int(11)");
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_table_plan *odd = fx_table_plan(plan, "odd");
    assert_non_null(odd->failed);
    assert_non_null(strstr(odd->failed, "odd.x"));
    assert_non_null(strstr(odd->failed, "xmltype"));
    assert_non_null(strstr(odd->failed_hint, "--map-column 'odd.x=text'"));
    assert_null(odd->target);
    assert_null(fx_table_plan(plan, "plain")->failed);
    assert_int_equal(plan->target->table_count, 1);
    fx_free(fx);
}

static void a_pair_without_a_conversion_fails_its_table(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "t", 1), "g", "point");
    fx->map_columns[fx->map_column_count++] = "t.g=boolean";
    const struct cg_table_plan *t = fx_table_plan(fx_plan(fx), "t");
    assert_non_null(t->failed);
    assert_non_null(strstr(t->failed, "--map-column"));
    fx_free(fx);
}

static void a_rule_whose_target_does_not_suit_the_column_fails_its_table(void **state) {
    (void)state;
    static const struct {
        const char *source, *option, *why;
    } cases[] = {
        {"int(11)", "t.c=varchar({length})", "no length"},
        {"int(11)", "t.c=numeric({precision},0)", "no precision"},
        {"varchar(9)", "t.c=text+check", "enum columns only"},
        {"enum('a')", "t.c=text[]+check", "set columns only"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fx *fx = fx_new();
        fx_column(fx, fx_table(fx, "t", 1), "c", cases[i].source);
        fx->map_columns[fx->map_column_count++] = cases[i].option;
        const struct cg_table_plan *t = fx_table_plan(fx_plan(fx), "t");
        assert_non_null(t->failed);
        if (!strstr(t->failed, cases[i].why))
            fail_msg("%s: %s", cases[i].option, t->failed);
        fx_free(fx);
    }
}

/* ---- the user's rules ---- */

static void user_rules_come_before_the_default_and_options_before_them(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "orders", 5);
    fx_column(fx, t, "id", "binary(16)");
    fx_column(fx, t, "ref", "binary(16)");
    fx_column(fx, t, "raw", "binary(8)");
    fx_column(fx, t, "n", "varchar(10)");
    fx->typemap = fx_file("rules:\n"
                          "  - match:\n"
                          "      type: binary\n"
                          "      length: {min: 16, max: 16}\n"
                          "      column: [id, 're*']\n"
                          "    target: uuid\n"
                          "  - match: {column: n}\n"
                          "    target: char(10)\n");
    fx->map_columns[fx->map_column_count++] = "orders.ref=bytea";
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "orders", "id"), "uuid");
    assert_string_equal(fx_full(plan, "orders", "ref"), "bytea");
    assert_string_equal(fx_full(plan, "orders", "raw"), "bytea");
    assert_string_equal(fx_full(plan, "orders", "n"), "character(10)");
    assert_string_equal(fx_column_plan(plan, "orders", "ref")->rule, "--map-column");
    assert_non_null(strstr(fx_column_plan(plan, "orders", "id")->rule, ".yaml:2"));
    assert_non_null(strstr(fx_column_plan(plan, "orders", "raw")->rule, "default map, rule "));
    fx_free(fx);
}

static void a_rule_matches_on_every_attribute_that_it_names(void **state) {
    (void)state;
    static const char *const matches[] = {
        "type: decimal, precision: 10, scale: {max: 2}",
        "nullable: false",
        "auto_increment: false, type: decimal",
        "on_update: true",
        "charset: utf8*",
        "collation: [x, utf8mb4_b?n]",
        "default: 'o*'",
        "unsigned: true",
        "display_width: 7",
        "label_bytes: {min: 2}",
    };
    static const char *const expected[] = {"d", "nn", "d", "u", "v", "v", "o", "un", "un", "e"};
    for (size_t i = 0; i < sizeof matches / sizeof *matches; i++) {
        struct fx *fx = fx_new();
        struct fx_table *t = fx_table(fx, "t", 5);
        fx_column(fx, t, "d", "decimal(10,2)");
        fx_column(fx, t, "d5", "decimal(5,3)")->auto_increment = true;
        fx_column(fx, t, "nn", "blob")->nullable = false;
        fx_column(fx, t, "u", "datetime")->on_update_now = true;
        fx_column(fx, t, "v", "varchar(3)");
        struct cg_column *o = fx_column(fx, t, "o", "varchar(9)");
        o->type.charset = o->type.collation = "latin1";
        o->default_kind = CG_DEFAULT_LITERAL;
        o->default_text = "open";
        fx_column(fx, t, "un", "int(7) unsigned");
        fx_column(fx, t, "e", "enum('aa')")->type.charset = "latin1";
        cg_table_column(&t->table, "e")->type.collation = "latin1_bin";
        char *yaml = cg_arena_printf(fx->arena, "rules:\n  - match: {%s}\n    target: text\n", matches[i]);
        fx->typemap = fx_file(yaml);
        struct cg_plan *plan = fx_plan(fx);
        for (size_t c = 0; c < t->table.column_count; c++) {
            const struct cg_column_plan *column = &fx_table_plan(plan, "t")->columns[c];
            bool by_user = strncmp(column->rule, "default", 7) != 0;
            if (by_user != (strcmp(column->source->name, expected[i]) == 0))
                fail_msg("{%s} %s %s", matches[i], by_user ? "took" : "left", column->source->name);
        }
        fx_free(fx);
    }
}

static void allow_of_a_user_rule_is_acceptance_and_adds_to_the_default(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 5);
    fx_column(fx, t, "d", "date");
    fx_column(fx, t, "e", "date");
    fx_column(fx, t, "v", "text");
    fx->typemap = fx_file("rules:\n"
                          "  - match: {column: d}\n    target: date\n    allow: zero_date_to_null\n"
                          "  - match: {column: v}\n    target: text\n    allow: [nul_removed]\n");
    struct cg_plan *plan = fx_plan(fx);
    cg_conversion_set dates = CG_CONVERSION_BIT(CG_ZERO_DATE_TO_NULL) | CG_CONVERSION_BIT(CG_PARTIAL_DATE_TO_NULL) |
                              CG_CONVERSION_BIT(CG_INVALID_DATE_TO_NULL);
    assert_int_equal(fx_column_plan(plan, "t", "d")->allowed, dates);
    assert_int_equal(fx_column_plan(plan, "t", "d")->accepted,
                     CG_CONVERSION_BIT(CG_ZERO_DATE_TO_NULL) | CG_CONVERSION_BIT(CG_NOT_NULL_DROPPED));
    assert_int_equal(fx_column_plan(plan, "t", "e")->allowed, dates);
    assert_int_equal(fx_column_plan(plan, "t", "e")->accepted, 0);
    assert_int_equal(fx_column_plan(plan, "t", "v")->allowed, CG_CONVERSION_BIT(CG_NUL_REMOVED));
    fx_free(fx);
}

static void map_column_takes_names_with_dots_and_equals_longest_first(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "a", 1), "b.c", "int(11)");
    struct fx_table *ab = fx_table(fx, "a.b", 1);
    fx_column(fx, ab, "c", "int(11)");
    fx_column(fx, ab, "x=y", "int(11)");
    fx->map_columns[fx->map_column_count++] = "a.b.c=bigint";
    fx->map_columns[fx->map_column_count++] = "a.b.x=y=numeric(12,3)";
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "a", "b.c"), "integer");
    assert_string_equal(fx_full(plan, "a.b", "c"), "bigint");
    assert_string_equal(fx_full(plan, "a.b", "x=y"), "numeric(12,3)");
    fx_free(fx);
}

static void map_column_that_names_nothing_is_refused_with_near_names(void **state) {
    (void)state;
    static const struct {
        const char *option, *message, *hint;
    } cases[] = {
        {"oders.id=bigint", "no table oders", "orders"},
        {"orders.idd=bigint", "no column idd", "id"},
        {"orders.id=bigitn", "no type", "bigint"},
        {"orders.id", "TABLE.COLUMN=TYPE", "orders.paid"},
        {"orders=int", "TABLE.COLUMN=TYPE", ""},
        {"orders.id=varchar(0)", "(0)", ""},
        {"=int", "TABLE.COLUMN=TYPE", ""},
        {"orders.id=", "TABLE.COLUMN=TYPE", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fx *fx = fx_new();
        struct cg_plan *plan = NULL;
        fx_column(fx, fx_table(fx, "orders", 1), "id", "int(11)");
        fx->map_columns[fx->map_column_count++] = cases[i].option;
        assert_int_equal(fx_try_plan(fx, &plan), -1);
        assert_int_equal(fx->err.cls, CG_ERR_USAGE);
        if (!strstr(fx->err.message, cases[i].message) || !strstr(fx->err.hint, cases[i].hint))
            fail_msg("%s: %s (%s)", cases[i].option, fx->err.message, fx->err.hint);
        assert_null(plan);
        fx_free(fx);
    }
}

/* ---- what has to be probed ---- */

static struct cg_typemap_needs needs_of(struct fx *fx, const struct fx_table *t, const struct cg_column *column,
                                        bool *ret_any) {
    struct cg_typemap *map = NULL;
    struct cg_typemap_needs needs = {0};
    if (cg_typemap_load(fx->engine, "postgresql", fx->typemap, fx->map_columns, fx->map_column_count, fx->arena, &map,
                        &fx->err) < 0)
        fail_msg("%s", fx->err.message);
    *ret_any = cg_typemap_needs_data(map, &t->table, column, &needs);
    return needs;
}

static void only_columns_that_a_rule_asks_about_are_probed(void **state) {
    (void)state;
    static const struct {
        const char *type;
        bool nullable, range, dates, time, enum_zero;
    } cases[] = {
        {"int(11)", true, false, false, false, false},     {"tinyint(1)", true, true, false, false, false},
        {"tinyint(4)", true, false, false, false, false},  {"bigint(20) unsigned", false, true, false, false, false},
        {"bigint(20)", false, false, false, false, false}, {"time(3)", true, false, false, true, false},
        {"date", true, false, false, false, false},        {"date", false, false, true, false, false},
        {"datetime", false, false, true, false, false},    {"timestamp", false, false, true, false, false},
        {"enum('a')", true, false, false, false, false},   {"enum('a')", false, false, false, false, true},
        {"varchar(9)", false, false, false, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fx *fx = fx_new();
        struct fx_table *t = fx_table(fx, "t", 1);
        struct cg_column *c = fx_column(fx, t, "c", cases[i].type);
        bool any;
        c->nullable = cases[i].nullable;
        struct cg_typemap_needs needs = needs_of(fx, t, c, &any);
        if (needs.range != cases[i].range || needs.dates != cases[i].dates || needs.time != cases[i].time ||
            needs.enum_zero != cases[i].enum_zero)
            fail_msg("%s: range %d dates %d time %d enum %d", cases[i].type, needs.range, needs.dates, needs.time,
                     needs.enum_zero);
        assert_int_equal(any, cases[i].range || cases[i].dates || cases[i].time || cases[i].enum_zero);
        fx_free(fx);
    }
}

static void pinned_columns_are_not_probed(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    struct cg_column *flag = fx_column(fx, t, "flag", "tinyint(1)"), *when = fx_column(fx, t, "at", "datetime");
    struct cg_column *text = fx_column(fx, t, "txt", "datetime");
    bool any;
    when->nullable = text->nullable = false;
    fx->map_columns[fx->map_column_count++] = "t.flag=boolean";
    fx->typemap = fx_file("rules:\n  - match: {column: at}\n    target: timestamp(0)\n    nullable: false\n"
                          "  - match: {column: txt}\n    target: text\n");
    needs_of(fx, t, flag, &any);
    assert_false(any);
    needs_of(fx, t, when, &any);
    assert_false(any);
    needs_of(fx, t, text, &any);
    assert_false(any);
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_the_target_of_the_table),
        cmocka_unit_test(r32_the_data_decides_where_a_rule_asks_and_empty_columns_do_not_qualify),
        cmocka_unit_test(geometry_and_vector_use_the_extensions_of_the_target),
        cmocka_unit_test(a_type_that_no_rule_maps_fails_its_table_only),
        cmocka_unit_test(a_pair_without_a_conversion_fails_its_table),
        cmocka_unit_test(a_rule_whose_target_does_not_suit_the_column_fails_its_table),
        cmocka_unit_test(user_rules_come_before_the_default_and_options_before_them),
        cmocka_unit_test(a_rule_matches_on_every_attribute_that_it_names),
        cmocka_unit_test(allow_of_a_user_rule_is_acceptance_and_adds_to_the_default),
        cmocka_unit_test(map_column_takes_names_with_dots_and_equals_longest_first),
        cmocka_unit_test(map_column_that_names_nothing_is_refused_with_near_names),
        cmocka_unit_test(only_columns_that_a_rule_asks_about_are_probed),
        cmocka_unit_test(pinned_columns_are_not_probed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
