/* Schema evidence of what is neither column nor key: checks, generated columns, expressions, triggers that stand for ON
 * UPDATE, views, and what only the target has. */
#include "schema_fixture.h"

static struct schema_test *t;
static struct cg_table *wanted, *actual; /* table goods, of the plan and of the target */

static int setup(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *goods = fx_table(fx, "goods", 3);
    fx_column(fx, goods, "id", "int(11)")->nullable = false;
    fx_column(fx, goods, "price", "decimal(8,2)");
    fx_column(fx, goods, "stock", "int(10) unsigned");
    fx_column(fx, goods, "seen", "timestamp");
    t = schema_of(fx);
    wanted = cg_catalog_table(t->plan->target, "goods");
    actual = cg_catalog_table(&t->target, "goods");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    done(t);
    return 0;
}

static bool has_gap(const char *object) {
    for (size_t i = 0; i < t->report.gap_count; i++)
        if (strcmp(t->report.gaps[i].object, object) == 0)
            return true;
    return false;
}

static const char *state_of(const char *kind, const char *name) {
    for (size_t i = 0; i < t->report.object_count; i++)
        if (strcmp(t->report.objects[i].kind, kind) == 0 && strcmp(t->report.objects[i].name, name) == 0)
            return cg_object_state_name(t->report.objects[i].state);
    return "not told";
}

/* ---- checks ---- */

static struct cg_check wanted_checks[2], actual_checks[3];

/* The plan wants these, and the target has those; NULL: none. */
static void checks(const char *plan, const char *target) {
    wanted_checks[0] = (struct cg_check){.name = "positive", .expression = plan, .after_rows = true};
    actual_checks[0] = (struct cg_check){.name = "positive", .expression = target};
    wanted->checks = wanted_checks;
    wanted->check_count = plan ? 1 : 0;
    actual->checks = actual_checks;
    actual->check_count = target ? 1 : 0;
}

static void a_check_is_known_by_what_it_says(void **state) {
    (void)state;
    checks("\"price\" > 0", "(price > (0))");
    finds(t, "");
    assert_string_equal(state_of("check", "goods.positive"), "mapped");
    actual_checks[0].name = "another_name";
    finds(t, "");
    checks("price > 0", "price > 1");
    finds(t, "check goods.positive changed");
    checks("price > 0", NULL);
    finds(t, "check goods.positive missing");
}

static void of_two_checks_that_say_the_same_losing_one_is_noticed(void **state) {
    (void)state;
    checks("price > 0", "(price > 0)");
    wanted_checks[1] = (struct cg_check){.name = "again", .expression = "price > 0", .after_rows = true};
    wanted->check_count = 2;
    finds(t, "check goods.again missing");
}

static void a_check_that_rows_may_break_is_not_the_check(void **state) {
    (void)state;
    checks("price > 0", "(price > 0)");
    actual_checks[0].not_valid = true;
    finds(t, "check goods.positive changed");
    actual_checks[0].not_valid = false;
    actual_checks[0].not_enforced = true;
    finds(t, "check goods.positive changed");
    wanted_checks[0].not_enforced = true;
    finds(t, "");
    actual_checks[0].not_enforced = false;
    finds(t, "check goods.positive changed");
}

static void what_cannot_be_compared_is_missing_evidence_and_nothing_worse(void **state) {
    (void)state;
    checks("price ? 0", "(price > 0)");
    finds(t, "");
    assert_true(has_gap("goods.positive"));
}

/* Nobody has tried the translation on a target that others filled. */
static void a_translation_that_the_target_refuses_is_a_named_loss(void **state) {
    (void)state;
    checks("price ? 0", NULL);
    finds(t, "");
    assert_true(has_loss(t, CG_CHECK_DROPPED, "goods.positive"));
    t->of_run = true;
    finds(t, "check goods.positive missing");
}

static void a_check_of_the_targets_own_is_told_unless_it_restates_a_type(void **state) {
    (void)state;
    checks(NULL, "(price < 100)");
    finds(t, "check goods.positive extra");
    checks(NULL, "(stock >= 0)");
    finds(t, "");
    assert_string_equal(state_of("check", "goods.positive"), "mapped");
    checks(NULL, "(price >= 0)");
    finds(t, "check goods.positive extra");
}

static void a_check_that_comes_with_a_type_is_ours_to_make_not_the_sources(void **state) {
    (void)state;
    checks("stock >= 0", NULL);
    wanted_checks[0].after_rows = false;
    finds(t, "");
    t->of_run = true;
    finds(t, "check goods.positive missing");
}

static void a_check_written_by_hand_stands_for_the_one_of_its_name(void **state) {
    (void)state;
    t->fx->tables[0]->checks[0] = (struct cg_check){.name = "odd", .expression = "@nobody_translates > 1"};
    t->fx->tables[0]->table.check_count = 1;
    t->plan = fx_plan(t->fx);
    finds(t, "");
    assert_true(has_loss(t, CG_CHECK_DROPPED, "goods.odd"));
    actual_checks[0] = (struct cg_check){.name = "odd", .expression = "price > 3"};
    actual->checks = actual_checks;
    actual->check_count = 1;
    finds(t, "");
    assert_false(has_loss(t, CG_CHECK_DROPPED, "goods.odd"));
    assert_string_equal(state_of("check", "goods.odd"), "mapped");
    actual_checks[0].not_valid = true;
    finds(t, "check goods.odd changed");
}

/* ---- generated columns ---- */

static struct cg_report_table told;
static struct cg_report_generated told_generated;

/* price is generated on each side AS that; NULL: it is a plain column there. */
static void generated(const char *source, const char *plan, const char *target) {
    struct cg_column *of[] = {cg_table_column(&t->fx->source.tables[0], "price"), cg_table_column(wanted, "price"),
                              cg_table_column(actual, "price")};
    const char *texts[] = {source, plan, target};
    for (size_t i = 0; i < 3; i++) {
        of[i]->generated = texts[i] ? CG_GENERATED_STORED : CG_NOT_GENERATED;
        of[i]->generation_text = texts[i];
    }
}

/* As findings, after the rows have told of the column. */
static const char *findings_after_rows(int64_t rows, bool different) {
    told_generated =
        (struct cg_report_generated){.column = "price", .target = "price", .digests = true, .different = different};
    told = (struct cg_report_table){.source = "goods",
                                    .rows_source = rows,
                                    .rows_target = rows,
                                    .generated = &told_generated,
                                    .generated_count = 1};
    t->told = &told;
    return findings(t);
}

static void a_generated_column_is_generated_on_both_sides(void **state) {
    (void)state;
    generated("`id` * 2", "\"id\" * 2", "(id * 2)");
    finds(t, "");
    assert_string_equal(state_of("generated column", "goods.price"), "mapped");
    assert_false(has_gap("goods.price"));
    generated("`id` * 2", "\"id\" * 2", NULL);
    finds(t, "generated column goods.price changed");
    generated(NULL, NULL, "(id * 2)");
    finds(t, "generated column goods.price changed");
}

static void another_expression_is_as_good_as_its_values(void **state) {
    (void)state;
    static const char *const plans[] = {"\"id\" * 2", "\"id\" ? 2", NULL};
    for (size_t i = 0; i < 3; i++) {
        generated("`id` * 2", plans[i], "(id + id)");
        assert_string_equal(findings_after_rows(3, false), "");
        assert_string_equal(state_of("generated column", "goods.price"), "mapped");
        assert_false(has_gap("goods.price"));
        assert_string_equal(findings_after_rows(0, false), "");
        assert_true(has_gap("goods.price"));
        findings_after_rows(3, true); /* the table's own blocker */
        assert_string_equal(state_of("generated column", "goods.price"), "not told");
        t->told = NULL;
        finds(t, "");
        assert_true(has_gap("goods.price"));
    }
}

/* ---- defaults ---- */

static void a_default_that_is_an_expression_is_compared_as_the_target_spells_it(void **state) {
    (void)state;
    struct cg_column *of[] = {cg_table_column(&t->fx->source.tables[0], "price"), cg_table_column(wanted, "price"),
                              cg_table_column(actual, "price")};
    for (size_t i = 0; i < 3; i++)
        of[i]->default_kind = CG_DEFAULT_EXPRESSION;
    of[0]->default_text = "pi()";
    of[1]->default_text = "pi() * 1";
    of[2]->default_text = "(pi() * 1)";
    finds(t, "");
    assert_string_equal(state_of("default", "goods.price"), "mapped");
    of[2]->default_text = "(pi() * 2)";
    finds(t, "default goods.price changed");
    of[1]->default_text = "pi() ? 1";
    finds(t, "");
    assert_true(has_gap("goods.price"));
    of[2]->default_kind = CG_DEFAULT_NOW;
    finds(t, "default goods.price changed");
    of[2]->default_kind = CG_DEFAULT_NONE;
    finds(t, "default goods.price missing");
}

/* ---- triggers for ON UPDATE ---- */

static struct cg_object objects[4];

static void object(size_t at, struct cg_object what) {
    objects[at] = what;
    t->target.objects = objects;
    t->target.object_count = at + 1;
}

static void move_on_update(void) {
    wanted->on_update_function = "goods_on_update";
    cg_table_column(wanted, "seen")->on_update_now = true;
}

#define FIRES " ON public.goods FOR EACH ROW EXECUTE FUNCTION public.goods_on_update("

static void a_trigger_of_ours_is_there_and_switched_on(void **state) {
    (void)state;
    move_on_update();
    finds(t, "trigger goods.ON UPDATE of seen missing");
    t->of_run = true;
    finds(t, "trigger goods.on_set_1 missing, trigger goods.on_update_now missing");
    t->of_run = false;
    object(0, (struct cg_object){.kind = CG_OBJECT_TRIGGER,
                                 .name = "on_update_now",
                                 .table = "goods",
                                 .text = "CREATE TRIGGER on_update_now BEFORE UPDATE" FIRES ")",
                                 .body = "NEW.seen"});
    finds(t, "trigger goods.on_set_1 missing");
    object(1, (struct cg_object){.kind = CG_OBJECT_TRIGGER,
                                 .name = "on_set_1",
                                 .table = "goods",
                                 .text = "CREATE TRIGGER on_set_1 BEFORE UPDATE OF seen" FIRES "'crossgrade.on_set_1')",
                                 .body = "NEW.seen"});
    finds(t, "");
    objects[0].disabled = true;
    finds(t, "trigger goods.on_update_now changed");
    objects[0].disabled = false;
    objects[0].text = "CREATE TRIGGER on_update_now BEFORE INSERT" FIRES ")";
    finds(t, "trigger goods.on_update_now changed");
    objects[0] = objects[1]; /* it is gone, and the one that fires for the column alone is no substitute */
    t->target.object_count = 1;
    finds(t, "trigger goods.on_update_now missing");
}

static void a_trigger_by_hand_that_names_the_column_will_do(void **state) {
    (void)state;
    move_on_update();
    object(0, (struct cg_object){.kind = CG_OBJECT_TRIGGER,
                                 .name = "touch",
                                 .table = "goods",
                                 .text = "CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON public.goods FOR EACH ROW "
                                         "EXECUTE FUNCTION touch()",
                                 .body = "BEGIN NEW.seen = now(); RETURN NEW; END"});
    finds(t, "trigger goods.touch extra");
    assert_string_equal(state_of("trigger", "goods.ON UPDATE of seen"), "mapped");
    objects[0].body = "BEGIN NEW.other = now(); RETURN NEW; END";
    finds(t, "trigger goods.ON UPDATE of seen missing, trigger goods.touch extra");
    objects[0].body = "BEGIN NEW.seen = now(); RETURN NEW; END";
    objects[0].text = "CREATE TRIGGER touch BEFORE UPDATE OF id ON public.goods FOR EACH ROW EXECUTE FUNCTION touch()";
    finds(t, "trigger goods.ON UPDATE of seen missing, trigger goods.touch extra");
    objects[0].disabled = true;
    finds(t, "trigger goods.ON UPDATE of seen missing, trigger goods.touch extra");
}

/* ---- views ---- */

static struct cg_view view = {.name = "cheap", .query = "SELECT 1", .check_option = ""};

static void a_view_is_there_and_a_view(void **state) {
    (void)state;
    t->plan->target->views = &view;
    t->plan->target->view_count = 1;
    view.query = "SELECT 1";
    finds(t, "view cheap missing");
    object(0, (struct cg_object){.kind = CG_OBJECT_VIEW, .name = "cheap", .text = "CREATE VIEW cheap AS SELECT 1"});
    finds(t, "");
    objects[0].text = "CREATE MATERIALIZED VIEW cheap AS SELECT 1";
    finds(t, "view cheap changed");
    t->target.object_count = 0;
    view.query = "SELECT ?";
    finds(t, "");
    assert_true(has_loss(t, CG_VIEW_NOT_CARRIED, "cheap"));
}

/* ---- what only the target has ---- */

static void what_belongs_to_our_tables_is_told(void **state) {
    (void)state;
    object(0, (struct cg_object){.kind = CG_OBJECT_UNKNOWN, .word = "rule", .name = "r", .table = "goods", .text = ""});
    object(1, (struct cg_object){.kind = CG_OBJECT_UNKNOWN, .word = "rule", .name = "r", .table = "other", .text = ""});
    object(2, (struct cg_object){.kind = CG_OBJECT_VIEW, .name = "v", .text = ""});
    object(3, (struct cg_object){.kind = CG_OBJECT_UNKNOWN, .word = "domain", .name = "d", .text = ""});
    actual->row_security = true;
    finds(t, "row security goods extra, rule goods.r extra, view v extra, domain d extra");
    t->of_run = true; /* a schema may have had them before */
    finds(t, "row security goods extra, rule goods.r extra");
}

static void what_the_source_has_too_is_not_told(void **state) {
    (void)state;
    t->fx->objects[0] = (struct cg_object){.kind = CG_OBJECT_TRIGGER, .name = "tr", .table = "goods", .text = "CREATE"};
    t->fx->objects[1] = (struct cg_object){.kind = CG_OBJECT_ROUTINE, .name = "f", .text = "CREATE"};
    t->fx->source.object_count = 2;
    t->plan = fx_plan(t->fx);
    compare(t);
    assert_true(has_loss(t, CG_TRIGGER_NOT_CARRIED, "goods.tr"));
    assert_true(has_loss(t, CG_ROUTINE_NOT_CARRIED, "f"));
    object(0, (struct cg_object){.kind = CG_OBJECT_TRIGGER, .name = "tr", .table = "goods", .text = ""});
    object(1, (struct cg_object){.kind = CG_OBJECT_ROUTINE, .name = "f(integer)", .text = "CREATE FUNCTION"});
    object(2, (struct cg_object){.kind = CG_OBJECT_ROUTINE, .name = "tf()", .text = "f() RETURNS trigger"});
    finds(t, "");
    assert_int_equal(t->report.loss_count, 0);
    object(3, (struct cg_object){.kind = CG_OBJECT_ROUTINE, .name = "ff(integer)", .text = "CREATE FUNCTION"});
    finds(t, "routine ff(integer) extra");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_check_is_known_by_what_it_says),
        TEST(of_two_checks_that_say_the_same_losing_one_is_noticed),
        TEST(a_check_that_rows_may_break_is_not_the_check),
        TEST(what_cannot_be_compared_is_missing_evidence_and_nothing_worse),
        TEST(a_translation_that_the_target_refuses_is_a_named_loss),
        TEST(a_check_of_the_targets_own_is_told_unless_it_restates_a_type),
        TEST(a_check_that_comes_with_a_type_is_ours_to_make_not_the_sources),
        TEST(a_check_written_by_hand_stands_for_the_one_of_its_name),
        TEST(a_generated_column_is_generated_on_both_sides),
        TEST(another_expression_is_as_good_as_its_values),
        TEST(a_default_that_is_an_expression_is_compared_as_the_target_spells_it),
        TEST(a_trigger_of_ours_is_there_and_switched_on),
        TEST(a_trigger_by_hand_that_names_the_column_will_do),
        TEST(a_view_is_there_and_a_view),
        TEST(what_belongs_to_our_tables_is_told),
        TEST(what_the_source_has_too_is_not_told),
    };
    return cmocka_run_group_tests_name("schema objects", tests, NULL, NULL);
}
