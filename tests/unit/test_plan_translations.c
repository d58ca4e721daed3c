/* What a plan makes of expressions and views: carried, or a named loss with why; what the target refused is not tried
 * again. How things are translated is test_translate's matter: the expressions here are simple. */
#include "tests/unit/plan_fixture.h"

static struct cg_column *generated(struct fx *fx, struct fx_table *t, const char *name, const char *type,
                                   enum cg_generated how, const char *text) {
    struct cg_column *column = fx_column(fx, t, name, type);
    column->generated = how;
    column->generation_text = text;
    return column;
}

static void view(struct fx *fx, const char *name, const char *query) {
    fx->objects[fx->source.object_count++] = (struct cg_object){
        .kind = CG_OBJECT_VIEW, .name = name, .text = "CREATE VIEW", .query = query, .check_option = ""};
}

static void refuse(struct fx *fx, const char *kind, const char *name) {
    fx->refused[fx->refused_count++] = (struct cg_refusal){kind, name, "SQLSTATE 42P17: no"};
}

static const struct cg_translation *translation(const struct cg_plan *plan, const char *kind, const char *name) {
    for (size_t i = 0; i < plan->translation_count; i++)
        if (strcmp(plan->translations[i].kind, kind) == 0 && strcmp(plan->translations[i].name, name) == 0)
            return &plan->translations[i];
    return NULL;
}

static enum cg_generated how(const struct cg_plan *plan, const char *column) {
    return fx_column_plan(plan, "t", column)->target->generated;
}

/* A table t with a column a, and whatever a test adds. */
static struct fx_table *start(struct fx *fx) {
    struct fx_table *t = fx_table(fx, "t", 1);
    fx_column(fx, t, "a", "int(11)");
    return t;
}

static void virtual_columns_are_virtual_from_18_on_and_stored_in_keys(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = start(fx);
    generated(fx, t, "s", "int(11)", CG_GENERATED_STORED, "`a` * 2");
    generated(fx, t, "v", "int(11)", CG_GENERATED_VIRTUAL, "`a` * 3");
    generated(fx, t, "k", "int(11)", CG_GENERATED_VIRTUAL, "`a` * 4");
    fx_key(fx, t, CG_KEY_INDEX, "by_k", "k");
    fx->server_version = 180000;
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(how(plan, "s"), CG_GENERATED_STORED);
    assert_int_equal(how(plan, "v"), CG_GENERATED_VIRTUAL);
    assert_int_equal(how(plan, "k"), CG_GENERATED_STORED);
    assert_null(fx_decision(plan, "t", "v"));
    assert_non_null(strstr(fx_decision(plan, "t", "k")->reason, "keys"));
    assert_string_equal(translation(plan, "generated column", "t.s")->source, "`a` * 2");
    fx->server_version = 170000;
    plan = fx_plan(fx);
    assert_int_equal(how(plan, "v"), CG_GENERATED_STORED);
    assert_non_null(strstr(fx_decision(plan, "t", "v")->reason, "18"));
    assert_int_equal(plan->loss_count, 0);
    fx_free(fx);
}

static void a_refused_virtual_column_is_tried_stored_and_then_given_up(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    generated(fx, start(fx), "v", "int(11)", CG_GENERATED_VIRTUAL, "`a` * 3");
    fx->server_version = 180000;
    refuse(fx, "generated column", "t.v");
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(how(plan, "v"), CG_GENERATED_STORED);
    assert_non_null(strstr(fx_decision(plan, "t", "v")->reason, "42P17"));
    refuse(fx, "generated column", "t.v");
    plan = fx_plan(fx);
    assert_int_equal(how(plan, "v"), CG_NOT_GENERATED);
    const struct cg_loss *loss = fx_loss(plan, CG_GENERATED_TO_PLAIN, "t.v");
    assert_string_equal(loss->text, "`a` * 3");
    assert_non_null(strstr(loss->reason, "SQLSTATE 42P17: no"));
    assert_non_null(strstr(loss->reason, "the translation: "));
    fx_free(fx);
}

static void checks_follow_the_rows_and_refused_ones_are_losses(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = start(fx);
    fx_check(t, "good", "`a` > 0");
    fx_check(t, "bad", "`a` > 1");
    fx_check(t, "loose", "`a` > 2");
    t->checks[2].not_enforced = true;
    refuse(fx, "check", "t.bad");
    fx->server_version = 170000;
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_table *table = fx_table_plan(plan, "t")->target;
    assert_int_equal(table->check_count, 1);
    assert_string_equal(table->checks[0].name, "good");
    assert_true(table->checks[0].after_rows);
    assert_non_null(strstr(fx_loss(plan, CG_CHECK_DROPPED, "t.bad")->reason, "42P17"));
    assert_non_null(strstr(fx_loss(plan, CG_CHECK_DROPPED, "t.loose")->reason, "NOT ENFORCED"));
    fx->server_version = 180000;
    plan = fx_plan(fx);
    table = fx_table_plan(plan, "t")->target;
    assert_int_equal(table->check_count, 2);
    assert_true(table->checks[1].not_enforced);
    fx_free(fx);
}

static void a_refused_default_or_trigger_is_a_loss(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = start(fx);
    t->columns[0].default_kind = CG_DEFAULT_EXPRESSION;
    t->columns[0].default_text = "1 + 2";
    fx_column(fx, t, "ts", "datetime")->on_update_now = true;
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(fx_column_plan(plan, "t", "a")->target->default_kind, CG_DEFAULT_EXPRESSION);
    assert_non_null(translation(plan, "default", "t.a"));
    refuse(fx, "default", "t.a");
    refuse(fx, "trigger", "t." CG_ON_UPDATE_TRIGGER);
    plan = fx_plan(fx);
    assert_int_equal(fx_column_plan(plan, "t", "a")->target->default_kind, CG_DEFAULT_NONE);
    assert_non_null(strstr(fx_loss(plan, CG_DEFAULT_DROPPED, "t.a")->reason, "42P17"));
    assert_non_null(strstr(fx_loss(plan, CG_TRIGGER_NOT_CARRIED, "t.ts")->reason, "42P17"));
    assert_null(fx_table_plan(plan, "t")->target->on_update_function);
    fx_free(fx);
}

static void views_come_after_those_they_read_and_fall_with_them(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    start(fx);
    view(fx, "first", "select `shop`.`second`.`a` AS `a` from `shop`.`second`");
    view(fx, "second", "select `shop`.`t`.`a` AS `a` from `shop`.`t`");
    view(fx, "apart", "select 1 AS `one`");
    struct cg_plan *plan = fx_plan(fx);
    assert_int_equal(plan->target->view_count, 3);
    size_t first = 0, second = 0;
    for (size_t i = 0; i < 3; i++) {
        first = strcmp(plan->target->views[i].name, "first") == 0 ? i : first;
        second = strcmp(plan->target->views[i].name, "second") == 0 ? i : second;
    }
    assert_true(second < first);
    refuse(fx, "view", "second");
    plan = fx_plan(fx);
    assert_int_equal(plan->target->view_count, 1);
    assert_non_null(strstr(fx_loss(plan, CG_VIEW_NOT_CARRIED, "second")->reason, "42P17"));
    assert_non_null(strstr(fx_loss(plan, CG_VIEW_NOT_CARRIED, "first")->reason, "second"));
    fx_free(fx);
}

static void a_view_whose_text_nobody_may_see_is_a_loss(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    start(fx);
    view(fx, "hidden", NULL);
    struct cg_plan *plan = fx_plan(fx);
    assert_non_null(strstr(fx_loss(plan, CG_VIEW_NOT_CARRIED, "hidden")->reason, "SHOW VIEW"));
    fx_free(fx);
}

static void the_rights_of_whoever_asks_are_told_where_they_cannot_be_kept(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    start(fx);
    view(fx, "v", "select 1 AS `one`");
    fx->objects[0].invoker = true;
    fx->server_version = 150000;
    struct cg_plan *plan = fx_plan(fx);
    assert_true(plan->target->views[0].invoker);
    assert_null(fx_decision(plan, "v", ""));
    fx->server_version = 140000;
    plan = fx_plan(fx);
    assert_false(plan->target->views[0].invoker);
    assert_non_null(fx_decision(plan, "v", ""));
    fx_free(fx);
}

static void a_view_takes_its_name_before_an_index_could(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx_key(fx, start(fx), CG_KEY_INDEX, "v", "a");
    view(fx, "v", "select 1 AS `one`");
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(plan->target->views[0].name, "v");
    assert_string_not_equal(fx_table_plan(plan, "t")->target->keys[0].name, "v");
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virtual_columns_are_virtual_from_18_on_and_stored_in_keys),
        cmocka_unit_test(a_refused_virtual_column_is_tried_stored_and_then_given_up),
        cmocka_unit_test(checks_follow_the_rows_and_refused_ones_are_losses),
        cmocka_unit_test(a_refused_default_or_trigger_is_a_loss),
        cmocka_unit_test(views_come_after_those_they_read_and_fall_with_them),
        cmocka_unit_test(a_view_whose_text_nobody_may_see_is_a_loss),
        cmocka_unit_test(the_rights_of_whoever_asks_are_told_where_they_cannot_be_kept),
        cmocka_unit_test(a_view_takes_its_name_before_an_index_could),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
