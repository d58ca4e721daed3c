/* --names: how names are spelled on the target, and that two never become one. */
#include "plan_fixture.h"

static struct fx *fx_of_style(enum cg_name_style style, const char *const *tables) {
    struct fx *fx = fx_new();
    fx->options.names = style;
    for (; *tables; tables++)
        fx_column(fx, fx_table(fx, *tables, 1), "A", "int(11)");
    return fx;
}

static void each_style_spells_words_its_own_way(void **state) {
    (void)state;
    static const struct {
        const char *source, *lower, *snake;
    } rows[] = {
        {"orders", "orders", "orders"},
        {"OrderLines", "orderlines", "order_lines"},
        {"HTTPServerID", "httpserverid", "http_server_id"},
        {"Order2Item", "order2item", "order2_item"},
        {"Unit Price", "unit price", "unit_price"},
        {"a-b.c", "a-b.c", "a_b_c"},
        {"Already_Parted", "already_parted", "already_parted"},
        {"_Leading", "_leading", "_leading"},
        {"X", "x", "x"},
        {"\xc3\x84rger", "\xc3\x84rger", "\xc3\x84rger"},
        {"in$5%", "in$5%", "in$5%"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const tables[] = {rows[i].source, NULL};
        const char *const wanted[] = {
            [CG_NAMES_KEEP] = rows[i].source, [CG_NAMES_LOWER] = rows[i].lower, [CG_NAMES_SNAKE] = rows[i].snake};
        for (int style = CG_NAMES_KEEP; style <= CG_NAMES_SNAKE; style++) {
            struct fx *fx = fx_of_style((enum cg_name_style)style, tables);
            struct cg_plan *plan = fx_plan(fx);
            assert_string_equal(fx_table_plan(plan, rows[i].source)->target->name, wanted[style]);
            assert_string_equal(fx_column_plan(plan, rows[i].source, "A")->target->name,
                                style == CG_NAMES_KEEP ? "A" : "a");
            fx_free(fx);
        }
    }
}

static void tables_that_would_share_a_spelling_stay_two_and_it_is_said(void **state) {
    (void)state;
    static const char *const tables[] = {"OrderLines", "orderlines", "order_lines", NULL};
    struct fx *fx = fx_of_style(CG_NAMES_SNAKE, tables);
    struct cg_plan *plan = fx_plan(fx);
    const char *a = fx_table_plan(plan, "OrderLines")->target->name;
    const char *b = fx_table_plan(plan, "orderlines")->target->name;
    const char *c = fx_table_plan(plan, "order_lines")->target->name;
    assert_string_equal(a, "order_lines");
    assert_string_equal(b, "orderlines");
    assert_true(strncmp(c, "order_lines_", 12) == 0);
    const struct cg_loss *loss = fx_loss(plan, CG_NAME_SHORTENED, "order_lines");
    assert_non_null(loss);
    assert_non_null(strstr(loss->reason, "another one has that spelling"));
    assert_non_null(strstr(loss->reason, c));
    fx_free(fx);
}

static void columns_that_would_share_a_spelling_stay_two(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx->options.names = CG_NAMES_SNAKE;
    struct fx_table *t = fx_table(fx, "T", 1);
    fx_column(fx, t, "Unit Price", "int(11)");
    fx_column(fx, t, "UnitPrice", "int(11)");
    fx_column(fx, t, "XMIN", "int(11)");
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_column_plan(plan, "T", "Unit Price")->target->name, "unit_price");
    assert_true(strncmp(fx_column_plan(plan, "T", "UnitPrice")->target->name, "unit_price_", 11) == 0);
    assert_string_equal(fx_column_plan(plan, "T", "XMIN")->target->name, "xmin_");
    assert_non_null(fx_loss(plan, CG_NAME_SHORTENED, "T.UnitPrice"));
    fx_free(fx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_style_spells_words_its_own_way),
        cmocka_unit_test(tables_that_would_share_a_spelling_stay_two_and_it_is_said),
        cmocka_unit_test(columns_that_would_share_a_spelling_stay_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
