/* The plan: types over foreign keys (R32), NOT NULL and bad dates (R11), defaults, what is lost, pinned decisions. */
#include "plan_fixture.h"

/* ---- R32 ---- */

static struct fx_table *parent_of(struct fx *fx, const char *type, uint64_t rows) {
    struct fx_table *parent = fx_table(fx, "parent", rows);
    fx_column(fx, parent, "id", type)->nullable = false;
    fx_key(fx, parent, CG_KEY_PRIMARY, "PRIMARY", "id");
    return parent;
}

static struct fx_table *child_of(struct fx *fx, const char *name, const char *type, uint64_t rows) {
    struct fx_table *child = fx_table(fx, name, rows);
    fx_column(fx, child, "pid", type);
    fx_foreign_key(fx, child, cg_arena_printf(fx->arena, "fk_%s", name), "pid", "parent", "id");
    return child;
}

static void r32_one_member_that_does_not_fit_widens_the_whole_component(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *parent = parent_of(fx, "bigint(20) unsigned", 3);
    struct fx_table *a = child_of(fx, "a", "bigint(20) unsigned", 1000),
                    *b = child_of(fx, "b", "bigint(20) unsigned", 0);
    fx_range(parent, "id", 3, "1", "18446744073709551615");
    fx_range(a, "pid", 1000, "1", "2");
    fx_range(b, "pid", 0, "", "");
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "parent", "id"), "numeric(20,0)");
    assert_string_equal(fx_full(plan, "a", "pid"), "numeric(20,0)");
    assert_string_equal(fx_full(plan, "b", "pid"), "numeric(20,0)");
    const char *reason = fx_decision(plan, "a", "pid")->reason;
    assert_non_null(strstr(reason, "18446744073709551615"));
    assert_non_null(strstr(reason, "1,003 rows"));
    assert_int_equal(fx_table_plan(plan, "a")->target->foreign_key_count, 1);
    fx_free(fx);
}

static void r32_empty_members_follow_those_that_hold_data(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *parent = parent_of(fx, "bigint(20) unsigned", 3);
    child_of(fx, "a", "bigint(20) unsigned", 0);
    child_of(fx, "b", "bigint(20) unsigned", 7);
    fx_range(parent, "id", 3, "1", "3");
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "parent", "id"), "bigint");
    assert_string_equal(fx_full(plan, "a", "pid"), "bigint");
    assert_string_equal(fx_full(plan, "b", "pid"), "bigint");
    assert_string_equal(fx_table_plan(plan, "a")->target->checks[0].expression, "(\"pid\" >= 0)");
    fx_free(fx);
}

static void r32_an_all_empty_component_does_not_qualify(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    parent_of(fx, "bigint(20) unsigned", 0);
    child_of(fx, "a", "bigint(20) unsigned", 0);
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "parent", "id"), "numeric(20,0)");
    assert_string_equal(fx_full(plan, "a", "pid"), "numeric(20,0)");
    fx_free(fx);
}

static void r32_a_foreign_key_between_tinyint_1_and_tinyint_4_gives_smallint(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    parent_of(fx, "tinyint(4)", 2);
    fx_range(child_of(fx, "a", "tinyint(1)", 9), "pid", 9, "0", "1");
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "parent", "id"), "smallint");
    assert_string_equal(fx_full(plan, "a", "pid"), "smallint");
    assert_non_null(strstr(fx_decision(plan, "a", "pid")->reason, "parent.id"));
    fx_free(fx);
}

static void r32_a_pin_on_one_end_holds_for_the_other(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    parent_of(fx, "binary(16)", 2);
    child_of(fx, "a", "binary(16)", 2);
    fx->map_columns[fx->map_column_count++] = "parent.id=uuid";
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "a", "pid"), "uuid");
    assert_non_null(strstr(fx_column_plan(plan, "a", "pid")->rule, "parent.id"));
    fx_free(fx);
}

static void r32_excluded_tables_are_in_no_component(void **state) {
    (void)state;
    const char *exclude[] = {"parent"};
    struct fx *fx = fx_new();
    fx_range(parent_of(fx, "bigint(20) unsigned", 3), "id", 3, "1", "18446744073709551615");
    fx_range(child_of(fx, "a", "bigint(20) unsigned", 3), "pid", 3, "1", "3");
    fx->options.exclude = (struct cg_strings){exclude, 1};
    struct cg_plan *plan = fx_plan(fx);
    assert_true(fx_table_plan(plan, "parent")->excluded);
    assert_null(fx_table_plan(plan, "parent")->target);
    assert_string_equal(fx_full(plan, "a", "pid"), "bigint");
    assert_non_null(fx_loss(plan, CG_CHECK_DROPPED, "a.fk_a"));
    assert_int_equal(fx_table_plan(plan, "a")->target->foreign_key_count, 0);
    fx_free(fx);
}

static void r32_the_next_auto_increment_value_counts_as_data(void **state) {
    (void)state;
    static const struct {
        const char *next, *target;
        bool counts; /* PostgreSQL's sequences end at 9223372036854775807 */
    } cases[] = {{"1", "bigint", true},
                 {"9223372036854775807", "bigint", true},
                 {"9223372036854775808", "numeric(20,0)", false}};
    for (size_t i = 0; i < 3; i++) {
        struct fx *fx = fx_new();
        struct fx_table *t = parent_of(fx, "bigint(20) unsigned", 0);
        t->columns[0].auto_increment = true;
        t->table.next_value = cases[i].next;
        struct cg_plan *plan = fx_plan(fx);
        assert_string_equal(fx_full(plan, "parent", "id"), cases[i].target);
        assert_int_equal(fx_column_plan(plan, "parent", "id")->target->auto_increment, cases[i].counts);
        const struct cg_loss *loss = fx_loss(plan, CG_DEFAULT_DROPPED, "parent.id");
        assert_int_equal(loss == NULL, cases[i].counts);
        if (loss)
            assert_non_null(strstr(loss->reason, cases[i].next));
        else
            assert_string_equal(fx_table_plan(plan, "parent")->target->next_value, cases[i].next);
        fx_free(fx);
    }
}

static void r32_defaults_and_checks_count_as_data(void **state) {
    (void)state;
    static const struct {
        const char *type, *literal, *check, *target;
    } cases[] = {
        {"tinyint(1)", "1", NULL, "boolean"},
        {"tinyint(1)", "2", NULL, "smallint"},
        {"tinyint(1)", "-1", NULL, "smallint"},
        {"tinyint(1)", NULL, "`c` in (0,1)", "boolean"},
        {"tinyint(1)", NULL, "(`c` >= 0)", "boolean"},
        {"tinyint(1)", NULL, "`c` < 5", "smallint"},
        {"tinyint(1)", NULL, "`c` <> -1", "smallint"},
        {"tinyint(1)", NULL, "`c` + `other` = 1", "smallint"},
        {"tinyint(1)", NULL, "`c` = `other`", "smallint"},
        {"tinyint(1)", NULL, "`other` > 5", "boolean"},
        {"tinyint(1)", NULL, "`cc2` > 5", "boolean"},
        {"bigint(20) unsigned", "18446744073709551615", NULL, "numeric(20,0)"},
        {"bigint(20) unsigned", NULL, "`C` < 10000000000000000000", "numeric(20,0)"},
        {"bigint(20) unsigned", NULL, "`c` < `other` + 100", "bigint"},
        {"time", "25:00:00", NULL, "interval"},
        {"time", "24:00:00", NULL, "time(0) without time zone"},
        {"time", NULL, "`c` < '48:00:00'", "interval"},
        {"time", NULL, "`c` > `other`", "time(0) without time zone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fx *fx = fx_new();
        struct fx_table *t = fx_table(fx, "t", 4);
        struct cg_column *c = fx_column(fx, t, "c", cases[i].type);
        fx_column(fx, t, "other", "int(11)");
        fx_range(t, "c", 4, strcmp(cases[i].type, "time") == 0 ? "00:00:00" : "0",
                 strcmp(cases[i].type, "time") == 0 ? "01:00:00" : "1");
        c->default_kind = cases[i].literal ? CG_DEFAULT_LITERAL : CG_DEFAULT_NONE;
        c->default_text = cases[i].literal;
        if (cases[i].check)
            fx_check(t, "k", cases[i].check);
        struct cg_plan *plan = fx_plan(fx);
        if (strcmp(fx_full(plan, "t", "c"), cases[i].target) != 0)
            fail_msg("%s DEFAULT %s CHECK %s became %s", cases[i].type, cases[i].literal ? cases[i].literal : "-",
                     cases[i].check ? cases[i].check : "-", fx_full(plan, "t", "c"));
        fx_free(fx);
    }
}

static void r32_without_a_probe_nothing_is_taken_from_the_data(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 4);
    fx_column(fx, t, "c", "tinyint(1)");
    fx_range(t, "c", 4, "0", "1");
    fx->probed = false;
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "t", "c"), "smallint");
    assert_non_null(strstr(fx_decision(plan, "t", "c")->reason, "not read"));
    fx_free(fx);
}

static struct fx *pinned_shop(void) {
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "odd \"[name]*", 5), *u = fx_table(fx, "u", 5);
    fx_column(fx, t, "flag", "tinyint(1)");
    fx_column(fx, t, "wide\\flag", "tinyint(1)");
    fx_column(fx, t, "big", "bigint(20) unsigned");
    fx_column(fx, t, "day", "time(3)");
    fx_column(fx, t, "born", "date")->nullable = false;
    fx_column(fx, u, "state", "enum('a','b')")->nullable = false;
    fx_range(t, "flag", 5, "0", "1");
    fx_range(t, "wide\\flag", 5, "0", "7");
    fx_range(t, "big", 5, "0", "77");
    fx_range(t, "day", 5, "00:00:00", "23:00:00");
    fx_facts(t, "born")->zero_dates = 2;
    fx_facts(u, "state")->enum_invalid = 1;
    return fx;
}

static void r32_a_written_map_gives_the_same_plan_without_a_probe(void **state) {
    (void)state;
    struct fx *first = pinned_shop(), *second = pinned_shop();
    struct cg_plan *before = fx_plan(first);
    const char *path = fx_file("");
    assert_int_equal(before->decision_count, 6);
    if (cg_plan_write_map(before, path, &first->err) < 0)
        fail_msg("%s", first->err.message);
    second->probed = false;
    second->typemap = path;
    struct cg_plan *after = fx_plan(second);
    for (size_t t = 0; t < before->table_count; t++)
        for (size_t c = 0; c < before->tables[t].column_count; c++) {
            const struct cg_column_plan *a = &before->tables[t].columns[c], *b = &after->tables[t].columns[c];
            assert_string_equal(a->target->type.full, b->target->type.full);
            assert_int_equal(a->target->nullable, b->target->nullable);
            assert_int_equal(a->allowed, b->allowed);
            assert_int_equal(b->accepted, 0);
            assert_non_null(strstr(b->rule, path));
        }
    for (size_t t = 0; t < before->target->table_count; t++)
        assert_int_equal(before->target->tables[t].check_count, after->target->tables[t].check_count);
    assert_int_equal(before->loss_count, after->loss_count);
    for (size_t i = 0; i < before->loss_count; i++)
        assert_non_null(fx_loss(after, before->losses[i].conversion, before->losses[i].name));
    /* and it asks for nothing any more */
    struct cg_typemap *map = NULL;
    struct cg_typemap_needs needs;
    assert_int_equal(cg_typemap_load("mariadb", "postgresql", path, NULL, 0, second->arena, &map, &second->err), 0);
    for (size_t t = 0; t < second->source.table_count; t++)
        for (size_t c = 0; c < second->source.tables[t].column_count; c++)
            assert_false(
                cg_typemap_needs_data(map, &second->source.tables[t], &second->source.tables[t].columns[c], &needs));
    unlink(path);
    fx_free(first);
    fx_free(second);
}

static void a_map_that_cannot_be_written_says_where(void **state) {
    (void)state;
    struct fx *fx = pinned_shop();
    assert_int_equal(cg_plan_write_map(fx_plan(fx), "/nonexistent/map.yaml", &fx->err), -1);
    assert_int_equal(fx->err.cls, CG_ERR_SYSTEM);
    assert_non_null(strstr(fx->err.message, "/nonexistent/map.yaml"));
    fx_free(fx);
}

/* ---- bad dates ---- */

static void not_null_is_dropped_only_where_bad_dates_exist(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1234);
    fx_column(fx, t, "bad", "datetime")->nullable = false;
    fx_column(fx, t, "good", "datetime")->nullable = false;
    fx_facts(t, "bad")->zero_dates = 3;
    fx_facts(t, "bad")->partial_dates = 1;
    struct cg_plan *plan = fx_plan(fx);
    assert_true(fx_column_plan(plan, "t", "bad")->target->nullable);
    assert_false(fx_column_plan(plan, "t", "good")->target->nullable);
    const struct cg_loss *loss = fx_loss(plan, CG_NOT_NULL_DROPPED, "t.bad");
    assert_non_null(loss);
    assert_string_equal(loss->reason, "3 zero dates, 1 partial date in 1,234 rows");
    assert_null(fx_loss(plan, CG_NOT_NULL_DROPPED, "t.good"));
    assert_non_null(fx_decision(plan, "t", "bad"));
    assert_null(fx_decision(plan, "t", "good"));
    assert_true(fx_column_plan(plan, "t", "bad")->allowed & CG_CONVERSION_BIT(CG_ZERO_DATE_TO_NULL));
    assert_false(fx_column_plan(plan, "t", "good")->allowed & CG_CONVERSION_BIT(CG_ZERO_DATE_TO_NULL));
    fx_free(fx);
}

static void r11_a_bad_date_in_a_key_column_stops_its_table(void **state) {
    (void)state;
    static const enum cg_key_kind kinds[] = {CG_KEY_PRIMARY, CG_KEY_UNIQUE};
    for (size_t i = 0; i < 2; i++) {
        struct fx *fx = fx_new();
        struct fx_table *t = fx_table(fx, "t", 9);
        fx_column(fx, t, "d", "date")->nullable = false;
        fx_key(fx, t, kinds[i], i ? "u" : "PRIMARY", "d");
        fx_facts(t, "d")->invalid_dates = 1;
        fx_column(fx, fx_table(fx, "u", 1), "a", "int(11)");
        struct cg_plan *plan = fx_plan(fx);
        const char *failed = fx_table_plan(plan, "t")->failed;
        assert_non_null(failed);
        assert_non_null(strstr(failed, "t.d"));
        assert_non_null(strstr(failed, "1 invalid date"));
        assert_non_null(strstr(fx_table_plan(plan, "t")->failed_hint, "t.d=text"));
        assert_null(fx_table_plan(plan, "u")->failed);
        fx_free(fx);
    }
}

static void r11_dates_in_nullable_unique_keys_are_never_nulled(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 9);
    fx_column(fx, t, "d", "date");
    fx_key(fx, t, CG_KEY_UNIQUE, "u", "d");
    assert_int_equal(fx_column_plan(fx_plan(fx), "t", "d")->allowed, 0);
    fx_free(fx);
}

static void an_invalid_enum_value_drops_not_null_but_not_of_a_primary_key(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 9), *u = fx_table(fx, "u", 9);
    fx_column(fx, t, "e", "enum('a')")->nullable = false;
    fx_column(fx, u, "e", "enum('a')")->nullable = false;
    fx_key(fx, u, CG_KEY_PRIMARY, "PRIMARY", "e");
    fx_facts(t, "e")->enum_invalid = fx_facts(u, "e")->enum_invalid = 1;
    struct cg_plan *plan = fx_plan(fx);
    assert_true(fx_column_plan(plan, "t", "e")->target->nullable);
    assert_non_null(fx_loss(plan, CG_NOT_NULL_DROPPED, "t.e"));
    assert_non_null(fx_table_plan(plan, "u")->failed);
    fx_free(fx);
}

/* ---- enums and sets ---- */

static void equal_labels_share_one_enum_type_named_by_the_first_column(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *b = fx_table(fx, "b", 1), *a = fx_table(fx, "a", 1);
    fx_column(fx, b, "x", "enum('b,c','d(e)')");
    fx_column(fx, a, "y", "enum('b,c','d(e)')");
    fx_column(fx, a, "z", "enum('d(e)','b,c')");
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(plan->target->enum_count, 2);
    const struct cg_type *x = &fx_column_plan(plan, "b", "x")->target->type;
    assert_string_equal(x->name, "a_y");
    assert_string_equal(x->schema, "public");
    assert_string_equal(fx_full(plan, "a", "y"), x->full);
    assert_string_equal(fx_full(plan, "a", "z"), "\"public\".\"a_z\"");
    assert_int_equal(x->label_count, plan->target->enums[0].label_count);
    fx_free(fx);
}

static void enums_and_sets_as_text_keep_their_labels_in_a_check(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    static const char *labels[] = {"it's", "b\\c"};
    fx_column(fx, t, "e", "enum('x')")->type.labels = labels;
    fx_column(fx, t, "s", "set('x')")->type.labels = labels;
    t->columns[0].type.label_count = t->columns[1].type.label_count = 2;
    fx->map_columns[fx->map_column_count++] = "t.e=text+check";
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_table *target = fx_table_plan(plan, "t")->target;
    assert_int_equal(target->check_count, 2);
    assert_string_equal(target->checks[0].expression, "(\"e\" IN ('it''s', 'b\\c'))");
    assert_string_equal(target->checks[1].expression, "(\"s\" <@ ARRAY['it''s', 'b\\c']::text[])");
    assert_string_equal(target->checks[0].name, "t_e_check");
    assert_true(fx_column_plan(plan, "t", "s")->target->type.array);
    assert_string_equal(fx_column_plan(plan, "t", "s")->target->type.name, "text");
    fx_free(fx);
}

static void r20_enum_labels_over_63_bytes_become_text_with_a_check(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1);
    static const char *labels[] = {"a", "1234567890123456789012345678901234567890123456789012345678901234"};
    struct cg_column *c = fx_column(fx, t, "e", "enum('a')");
    c->type.labels = labels;
    c->type.label_count = 2;
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "t", "e"), "text");
    assert_int_equal(plan->target->enum_count, 0);
    assert_int_equal(fx_table_plan(plan, "t")->target->check_count, 1);
    assert_non_null(fx_loss(plan, CG_TYPE_WIDENED, "t.e"));
    fx_free(fx);
}

static void r20_varchar_0_becomes_text(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "t", 1), "v", "varchar(0)");
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_full(plan, "t", "v"), "text");
    assert_non_null(fx_loss(plan, CG_TYPE_WIDENED, "t.v"));
    fx_free(fx);
}

static void json_normalised_is_declared_once_per_column(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_column(fx, fx_table(fx, "t", 1), "j", "json");
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_loss *loss = fx_loss(plan, CG_JSON_NORMALISED, "t.j");
    assert_non_null(loss);
    assert_string_equal(loss->kind, "column");
    assert_string_equal(loss->table, "t");
    assert_string_equal(loss->column, "j");
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r32_one_member_that_does_not_fit_widens_the_whole_component),
        cmocka_unit_test(r32_empty_members_follow_those_that_hold_data),
        cmocka_unit_test(r32_an_all_empty_component_does_not_qualify),
        cmocka_unit_test(r32_a_foreign_key_between_tinyint_1_and_tinyint_4_gives_smallint),
        cmocka_unit_test(r32_a_pin_on_one_end_holds_for_the_other),
        cmocka_unit_test(r32_excluded_tables_are_in_no_component),
        cmocka_unit_test(r32_the_next_auto_increment_value_counts_as_data),
        cmocka_unit_test(r32_defaults_and_checks_count_as_data),
        cmocka_unit_test(r32_without_a_probe_nothing_is_taken_from_the_data),
        cmocka_unit_test(r32_a_written_map_gives_the_same_plan_without_a_probe),
        cmocka_unit_test(a_map_that_cannot_be_written_says_where),
        cmocka_unit_test(not_null_is_dropped_only_where_bad_dates_exist),
        cmocka_unit_test(r11_a_bad_date_in_a_key_column_stops_its_table),
        cmocka_unit_test(r11_dates_in_nullable_unique_keys_are_never_nulled),
        cmocka_unit_test(an_invalid_enum_value_drops_not_null_but_not_of_a_primary_key),
        cmocka_unit_test(equal_labels_share_one_enum_type_named_by_the_first_column),
        cmocka_unit_test(enums_and_sets_as_text_keep_their_labels_in_a_check),
        cmocka_unit_test(r20_enum_labels_over_63_bytes_become_text_with_a_check),
        cmocka_unit_test(r20_varchar_0_becomes_text),
        cmocka_unit_test(json_normalised_is_declared_once_per_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
