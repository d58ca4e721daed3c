/* --collation (R31): which collation or type case-insensitive text gets, and what is told of what remains. */
#include "plan_fixture.h"

/* A text column with a collation that folds what its flags say. */
static struct cg_column *text_column(struct fx *fx, struct fx_table *t, const char *name, const char *collation,
                                     bool cases, bool accents, bool spaces) {
    struct cg_column *column = fx_column(fx, t, name, "varchar(20)");
    column->type.collation = collation;
    column->type.case_insensitive = cases;
    column->type.accent_insensitive = accents;
    column->type.pad_space = spaces;
    return column;
}

static const struct cg_plan_note *note_on(const struct cg_plan *plan, const char *object) {
    for (size_t i = 0; i < plan->note_count; i++)
        if (strstr(plan->notes[i].object, object))
            return &plan->notes[i];
    return NULL;
}

static const struct {
    const char *source;
    bool cases, accents;
    const char *name, *locale; /* NULL: none is needed */
} collations[] = {
    {"utf8mb4_general_ci", true, true, "und_ai_ci", "und-u-ks-level1"},
    {"utf8mb4_0900_ai_ci", true, true, "und_ai_ci", "und-u-ks-level1"},
    {"utf8mb4_uca1400_nopad_ai_ci", true, true, "und_ai_ci", "und-u-ks-level1"},
    {"utf8mb4_0900_as_ci", true, false, "und_as_ci", "und-u-ks-level2"},
    {"latin1_general_ci", true, false, "und_as_ci", "und-u-ks-level2"},
    {"utf8mb4_uca1400_ai_cs", false, true, "und_ai_cs", "und-u-kc-ks-level1"},
    {"latin1_swedish_ci", true, true, "sv_ai_ci", "sv-u-ks-level1"},
    {"utf8mb4_sv_0900_ai_ci", true, true, "sv_ai_ci", "sv-u-ks-level1"},
    {"utf8mb4_cs_0900_ai_ci", true, true, "cs_ai_ci", "cs-u-ks-level1"},
    {"utf8mb4_uca1400_swedish_nopad_as_ci", true, false, "sv_as_ci", "sv-u-ks-level2"},
    {"utf8mb4_de_pb_0900_ai_ci", true, true, "de_phonebk_ai_ci", "de-u-co-phonebk-ks-level1"},
    {"latin1_german2_ci", true, true, "de_phonebk_ai_ci", "de-u-co-phonebk-ks-level1"},
    {"latin1_german1_ci", true, true, "und_ai_ci", "und-u-ks-level1"},
    {"utf8mb4_es_0900_ai_ci", true, true, "es_ai_ci", "es-u-ks-level1"},
    {"utf8mb4_es_trad_0900_ai_ci", true, true, "es_trad_ai_ci", "es-u-co-trad-ks-level1"},
    {"utf8mb3_spanish2_ci", true, true, "es_trad_ai_ci", "es-u-co-trad-ks-level1"},
    {"utf8mb4_bin", false, false, NULL, NULL},
    {"utf8mb4_0900_as_cs", false, false, NULL, NULL},
};

static void r31_each_collation_becomes_the_one_that_folds_the_same(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof collations / sizeof *collations; i++) {
        struct fx *fx = fx_new();
        fx->options.collation = CG_COLLATION_ICU;
        struct fx_table *t = fx_table(fx, "t", 1);
        text_column(fx, t, "c", collations[i].source, collations[i].cases, collations[i].accents, true);
        struct cg_plan *plan = fx_plan(fx);
        const struct cg_type *type = &fx_column_plan(plan, "t", "c")->target->type;
        assert_string_equal(type->full, "character varying(20)");
        assert_int_equal(plan->target->collation_count, collations[i].name != NULL);
        if (!collations[i].name) {
            assert_null(type->collation);
        } else {
            const struct cg_collation *made = &plan->target->collations[0];
            if (strcmp(made->name, collations[i].name) != 0 || strcmp(made->locale, collations[i].locale) != 0)
                fail_msg("%s became %s, %s", collations[i].source, made->name, made->locale);
            assert_string_equal(type->collation, made->full);
            assert_false(made->deterministic);
            assert_int_equal(type->case_insensitive, collations[i].cases);
            assert_int_equal(type->accent_insensitive, collations[i].accents);
        }
        fx_free(fx);
    }
}

static void r31_one_collation_serves_all_columns_of_its_kind(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx->options.collation = CG_COLLATION_ICU;
    struct fx_table *t = fx_table(fx, "t", 1);
    text_column(fx, t, "a", "utf8mb4_general_ci", true, true, true);
    text_column(fx, t, "b", "utf8mb4_unicode_ci", true, true, true);
    text_column(fx, t, "c", "utf8mb4_0900_as_ci", true, false, false);
    assert_int_equal(fx_plan(fx)->target->collation_count, 2);
    fx_free(fx);
}

static void r31_citext_keeps_the_length_as_a_check(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx->options.collation = CG_COLLATION_CITEXT;
    struct fx_table *t = fx_table(fx, "t", 1);
    text_column(fx, t, "c", "utf8mb4_0900_as_ci", true, false, false);
    text_column(fx, t, "exact", "utf8mb4_bin", false, false, true);
    fx_column(fx, t, "long", "text")->type.case_insensitive = true;
    struct cg_plan *plan = fx_plan(fx);
    const struct cg_table *target = fx_table_plan(plan, "t")->target;
    assert_string_equal(fx_full(plan, "t", "c"), "citext");
    assert_string_equal(fx_full(plan, "t", "long"), "citext");
    assert_string_equal(fx_full(plan, "t", "exact"), "character varying(20)");
    assert_int_equal(target->check_count, 1);
    assert_string_equal(target->checks[0].expression, "(char_length((\"c\")::text) <= 20)");
    assert_int_equal(plan->target->collation_count, 0);
    fx_free(fx);
}

static void r31_linked_columns_get_one_collation(void **state) {
    (void)state;
    for (int mode = CG_COLLATION_ICU; mode <= CG_COLLATION_CITEXT; mode++) {
        struct fx *fx = fx_new();
        fx->options.collation = (enum cg_collation_mode)mode;
        struct fx_table *parent = fx_table(fx, "parent", 1), *child = fx_table(fx, "child", 1);
        text_column(fx, parent, "code", "utf8mb4_bin", false, false, true);
        fx_key(fx, parent, CG_KEY_PRIMARY, "PRIMARY", "code");
        text_column(fx, child, "code", "utf8mb4_swedish_ci", true, true, true);
        fx_foreign_key(fx, child, "fk", "code", "parent", "code");
        struct cg_plan *plan = fx_plan(fx);
        const struct cg_type *a = &fx_column_plan(plan, "parent", "code")->target->type;
        const struct cg_type *b = &fx_column_plan(plan, "child", "code")->target->type;
        assert_string_equal(a->full, b->full);
        if (mode == CG_COLLATION_ICU)
            assert_string_equal(a->collation, b->collation);
        fx_free(fx);
    }
}

static void r31_labels_and_columns_that_were_typed_by_hand_stay_as_they_are(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    fx->options.collation = CG_COLLATION_CITEXT;
    fx->map_columns[fx->map_column_count++] = "t.mine=varchar(20)";
    struct fx_table *t = fx_table(fx, "t", 1);
    struct cg_column *label = fx_column(fx, t, "label", "enum('a','b')");
    label->type.collation = "utf8mb4_general_ci";
    label->type.case_insensitive = true;
    text_column(fx, t, "mine", "utf8mb4_general_ci", true, true, true);
    struct cg_plan *plan = fx_plan(fx);
    assert_string_equal(fx_column_plan(plan, "t", "label")->target->type.name, "t_label");
    assert_string_equal(fx_full(plan, "t", "mine"), "character varying(20)");
    fx_free(fx);
}

static const struct {
    enum cg_collation_mode mode;
    bool accents, spaces, ascii;
    const char *remains; /* what the unique key now tells apart; NULL: nothing, and no loss */
} remains[] = {
    {CG_COLLATION_PLAIN, true, true, false, "case, accents or trailing spaces"},
    {CG_COLLATION_PLAIN, false, false, false, "only in case were"},
    {CG_COLLATION_ICU, true, true, false, "only in trailing spaces were"},
    {CG_COLLATION_ICU, true, false, false, NULL},
    {CG_COLLATION_CITEXT, true, true, false, "only in accents or trailing spaces were"},
    {CG_COLLATION_CITEXT, false, false, false, NULL},
    {CG_COLLATION_CITEXT, false, false, true, "the case of letters beyond ASCII"},
};

static void r31_a_unique_key_tells_what_it_no_longer_calls_equal(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof remains / sizeof *remains; i++) {
        struct fx *fx = fx_new();
        fx->options.collation = remains[i].mode;
        fx->citext_ascii = remains[i].ascii;
        struct fx_table *t = fx_table(fx, "t", 1);
        text_column(fx, t, "c", "some_ci", true, remains[i].accents, remains[i].spaces);
        fx_key(fx, t, CG_KEY_UNIQUE, "u", "c");
        struct cg_plan *plan = fx_plan(fx);
        const struct cg_loss *loss = fx_loss(plan, CG_UNIQUE_NOW_CASE_SENSITIVE, "t.u");
        if ((loss != NULL) != (remains[i].remains != NULL) || (loss && !strstr(loss->reason, remains[i].remains)))
            fail_msg("case %zu: %s", i, loss ? loss->reason : "no loss");
        assert_null(note_on(plan, " of 1 table"));
        fx_free(fx);
    }
}

static void r31_other_columns_are_notes_and_no_losses(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct fx_table *t = fx_table(fx, "t", 1), *u = fx_table(fx, "u", 1);
    text_column(fx, t, "indexed", "utf8mb4_general_ci", true, true, true);
    fx_key(fx, t, CG_KEY_INDEX, "k", "indexed");
    text_column(fx, t, "padded", "utf8mb4_bin", false, false, true);
    fx_key(fx, t, CG_KEY_INDEX, "p", "padded");
    text_column(fx, t, "other", "utf8mb4_0900_as_ci", true, false, false);
    text_column(fx, u, "other", "utf8mb4_0900_as_ci", true, false, false);
    text_column(fx, u, "exact", "utf8mb4_0900_as_cs", false, false, false);
    struct cg_plan *plan = fx_plan(fx);
    assert_non_null(strstr(note_on(plan, "index t.k")->text, "indexed (utf8mb4_general_ci)"));
    assert_non_null(strstr(note_on(plan, "index t.k")->text, "case, accents or trailing spaces"));
    assert_null(note_on(plan, "index t.p")); /* blanks at the end alone are told in one line */
    assert_non_null(strstr(note_on(plan, "3 columns of 2 tables")->text, "--collation icu"));
    assert_int_equal(plan->note_count, 2);
    for (size_t i = 0; i < plan->loss_count; i++)
        assert_int_not_equal(plan->losses[i].conversion, CG_UNIQUE_NOW_CASE_SENSITIVE);
    fx_free(fx);
}

static void r31_what_a_nondeterministic_collation_cannot_do_is_a_note(void **state) {
    (void)state;
    for (int version = 170000; version <= 180000; version += 10000) {
        struct fx *fx = fx_new();
        fx->options.collation = CG_COLLATION_ICU;
        fx->server_version = version;
        text_column(fx, fx_table(fx, "t", 1), "c", "utf8mb4_0900_ai_ci", true, true, false);
        struct cg_plan *plan = fx_plan(fx);
        assert_int_equal(plan->note_count, 1);
        assert_int_equal(strstr(plan->notes[0].text, "LIKE,") != NULL, version < 180000);
        assert_non_null(strstr(plan->notes[0].text, "egular expressions"));
        fx_free(fx);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r31_each_collation_becomes_the_one_that_folds_the_same),
        cmocka_unit_test(r31_one_collation_serves_all_columns_of_its_kind),
        cmocka_unit_test(r31_citext_keeps_the_length_as_a_check),
        cmocka_unit_test(r31_linked_columns_get_one_collation),
        cmocka_unit_test(r31_labels_and_columns_that_were_typed_by_hand_stay_as_they_are),
        cmocka_unit_test(r31_a_unique_key_tells_what_it_no_longer_calls_equal),
        cmocka_unit_test(r31_other_columns_are_notes_and_no_losses),
        cmocka_unit_test(r31_what_a_nondeterministic_collation_cannot_do_is_a_note),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
