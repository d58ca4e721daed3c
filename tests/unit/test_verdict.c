/* The verdict: what is SAFE, what is not, and that absent evidence never is. */
#include "verify/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct cg_arena *arena;
static struct cg_report report;
static struct cg_report_table tables[2];
static struct cg_report_conversion conversion;

static struct cg_report_table equal_table(const char *name) {
    return (struct cg_report_table){.source = name,
                                    .target = name,
                                    .why = "",
                                    .hint = "",
                                    .rows_source = 7,
                                    .rows_target = 7,
                                    .rows_moved = -1,
                                    .digests = true,
                                    .columns = 3,
                                    .columns_compared = 3};
}

static int fresh(void **state) {
    (void)state;
    cg_arena_free(arena);
    arena = cg_arena_new();
    tables[0] = equal_table("orders");
    tables[1] = equal_table("customers");
    report = (struct cg_report){.tables = tables,
                                .table_count = 2,
                                .as_of = "binlog.1:4",
                                .source_moved = CG_MOVED_NO,
                                .source_moved_detail = "",
                                .self_test = CG_SELF_TEST_PARTIAL,
                                .complete = true};
    return 0;
}

static int drop(void **state) {
    (void)state;
    cg_arena_free(arena);
    arena = NULL;
    return 0;
}

static void judge(const char *const *accept, size_t count, enum cg_verdict expected) {
    struct cg_strings strings = {(const char **)(uintptr_t)accept, count};
    struct cg_acceptances acceptances;
    struct cg_error err = {0};
    assert_int_equal(cg_acceptances_parse(&strings, arena, &acceptances, &err), 0);
    assert_int_equal(cg_verdict_judge(&report, &acceptances, arena, &err), 0);
    assert_string_equal(cg_verdict_name(report.verdict), cg_verdict_name(expected));
}

static bool a_reason_says(const char *text) {
    for (size_t i = 0; i < report.reason_count; i++)
        if (strstr(report.reasons[i], text))
            return true;
    return false;
}

static void convert(enum cg_conversion name, uint64_t count) {
    conversion = (struct cg_report_conversion){.conversion = name, .column = "shipped", .count = count};
    tables[0].conversions = &conversion;
    tables[0].conversion_count = 1;
}

static void rejected_rows_are_a_difference_until_they_are_accepted_by_name(void **state) {
    (void)state;
    static struct cg_report_reject first = {"id=2", "c", "crossgrade", "a NUL byte", true};
    for (int keyed = 0; keyed < 2; keyed++) {
        (void)fresh(NULL);
        convert(CG_ROW_REJECTED, 3);
        conversion.column = "";
        first.can_be_retried = keyed;
        report.run_id = "run-1";
        tables[0].rejects = &first;
        tables[0].reject_count = 1;
        tables[0].rows_rejected = 3;
        tables[0].has_rejects = true;
        judge(NULL, 0, CG_VERDICT_NOT_SAFE);
        assert_int_equal(cg_verdict_exit_code(&report), 1);
        assert_int_equal(tables[0].status, CG_STATUS_DIFFERENT);
        assert_int_equal(report.blocker_count, 1);
        assert_string_equal(report.blockers[0].code, "rows_rejected");
        assert_non_null(strstr(report.blockers[0].message, "3 rows were set aside"));
        assert_non_null(strstr(report.blockers[0].message, "id=2: a NUL byte"));
        assert_true((strstr(report.blockers[0].action, "retry-rejects SOURCE TARGET run-1") != NULL) == keyed);
        assert_non_null(strstr(report.blockers[0].action, "--accept 'row_rejected:orders<=3'"));
        assert_int_equal(report.rows_compared, 7 + 7 - 3);
    }
    const char *const enough[] = {"row_rejected:orders<=3"}, *const less[] = {"row_rejected<=2"},
                      *const another[] = {"row_rejected:customers"};
    tables[0].status = CG_STATUS_IDENTICAL;
    judge(less, 1, CG_VERDICT_NOT_SAFE);
    tables[0].status = CG_STATUS_IDENTICAL;
    judge(another, 1, CG_VERDICT_NOT_SAFE);
    (void)fresh(NULL);
    convert(CG_ROW_REJECTED, 3);
    conversion.column = "";
    judge(enough, 1, CG_VERDICT_SAFE_WITH_CONVERSIONS);
    assert_int_equal(tables[0].status, CG_STATUS_CONVERTED);
    assert_int_equal(cg_verdict_exit_code(&report), 0);
}

static void equal_tables_are_safe(void **state) {
    (void)state;
    judge(NULL, 0, CG_VERDICT_SAFE);
    assert_int_equal(cg_verdict_exit_code(&report), 0);
    assert_int_equal(tables[0].status, CG_STATUS_IDENTICAL);
    assert_int_equal(report.tables_compared, 2);
    assert_int_equal(report.rows_compared, 14);
}

static struct cg_report_generated generated[2];

static void generate(bool taken, bool different) {
    generated[0] = (struct cg_report_generated){.column = "total",
                                                .target = "total",
                                                .source_text = "a * b",
                                                .target_text = "(a + b)",
                                                .digests = taken,
                                                .different = different,
                                                .why = different ? "why" : ""};
    generated[1] = generated[0];
    generated[1].column = "label";
    generated[1].digests = true;
    generated[1].different = false;
    tables[0].generated = generated;
    tables[0].generated_count = 2;
}

static void r18_a_generated_column_that_was_not_compared_is_not_safe(void **state) {
    (void)state;
    generate(true, false);
    judge(NULL, 0, CG_VERDICT_SAFE);
    fresh(state);
    generate(false, false);
    judge(NULL, 0, CG_VERDICT_INCONCLUSIVE);
    assert_true(a_reason_says("orders.total"));
    assert_false(a_reason_says("orders.label"));
}

static void r18_a_generated_column_that_differs_is_a_blocker_of_its_own(void **state) {
    (void)state;
    generate(true, true);
    tables[0].status = CG_STATUS_DIFFERENT;
    tables[0].generated_only = true;
    judge(NULL, 0, CG_VERDICT_NOT_SAFE);
    assert_int_equal(report.blocker_count, 1);
    assert_string_equal(report.blockers[0].code, "generated_different");
    assert_string_equal(report.blockers[0].object, "orders.total");
    assert_non_null(strstr(report.blockers[0].message, "a * b"));
    assert_non_null(strstr(report.blockers[0].message, "(a + b)"));
}

static void r18_rows_that_are_missing_leave_nothing_to_say_of_generated_columns(void **state) {
    (void)state;
    generate(true, true);
    tables[0].status = CG_STATUS_DIFFERENT;
    tables[0].rows_target = 6;
    judge(NULL, 0, CG_VERDICT_NOT_SAFE);
    assert_int_equal(report.blocker_count, 1);
    assert_string_equal(report.blockers[0].code, "table_different");
}

static void an_excluded_table_is_counted_and_said(void **state) {
    (void)state;
    tables[1].status = CG_STATUS_EXCLUDED;
    judge(NULL, 0, CG_VERDICT_SAFE);
    assert_string_equal(report.reasons[0], "SAFE for 1 of 2 tables, 1 excluded");
}

static void of_data_only_a_schema_that_differs_is_told_and_what_the_run_did_is_judged(void **state) {
    (void)state;
    static struct cg_report_object objects[2];
    static const struct {
        const char *kind;
        enum cg_object_state state;
        enum cg_verdict verdict;
    } cases[] = {
        {"foreign key", CG_STATE_MISSING, CG_VERDICT_INCONCLUSIVE},
        {"column", CG_STATE_CHANGED, CG_VERDICT_INCONCLUSIVE},
        {"column", CG_STATE_EXTRA, CG_VERDICT_SAFE},
        {"index", CG_STATE_SAME, CG_VERDICT_SAFE},
        {"identity", CG_STATE_CHANGED, CG_VERDICT_NOT_SAFE},
        {"sequence", CG_STATE_MISSING, CG_VERDICT_NOT_SAFE},
        {"table", CG_STATE_MISSING, CG_VERDICT_NOT_SAFE},
        {"script", CG_STATE_MISSING, CG_VERDICT_NOT_SAFE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fresh(state);
        objects[0] = (struct cg_report_object){cases[i].kind, "orders.x", cases[i].state, .sql = "", .error = ""};
        report.objects = objects;
        report.object_count = 1;
        report.mode = CG_MODE_DATA_ONLY;
        judge(NULL, 0, cases[i].verdict);
        assert_int_equal(a_reason_says("which this run did not make"), cases[i].verdict == CG_VERDICT_INCONCLUSIVE);
        report.mode = CG_MODE_FULL;
    }
}

static void without_rows_a_verdict_is_inconclusive_at_best(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++)
        tables[i] = (struct cg_report_table){.source = "t", .status = CG_STATUS_NOT_COMPARED, .why = "", .hint = ""};
    report.mode = CG_MODE_SCHEMA_ONLY;
    judge(NULL, 0, CG_VERDICT_INCONCLUSIVE);
    assert_true(a_reason_says("no rows were moved (--schema-only)"));
    assert_false(a_reason_says("was not compared"));
}

static void a_filtered_table_is_named_and_said(void **state) {
    (void)state;
    tables[1].filter = "n > 5";
    judge(NULL, 0, CG_VERDICT_SAFE);
    assert_string_equal(report.reasons[0], "SAFE for 2 of 2 tables, 1 filtered");
    assert_true(a_reason_says("table customers is filtered"));
    assert_int_equal(report.filtered_count, 1);
    assert_string_equal(report.filtered[0], "customers");
    fresh(state);
    tables[1].filter = "n > 5";
    tables[1].status = CG_STATUS_EXCLUDED;
    judge(NULL, 0, CG_VERDICT_SAFE);
    assert_string_equal(report.reasons[0], "SAFE for 1 of 2 tables, 1 excluded");
}

static void a_conversion_awaits_acceptance_and_names_its_flag(void **state) {
    (void)state;
    convert(CG_ZERO_DATE_TO_NULL, 12);
    judge(NULL, 0, CG_VERDICT_INCONCLUSIVE);
    assert_int_equal(cg_verdict_exit_code(&report), 2);
    assert_int_equal(tables[0].status, CG_STATUS_CONVERTED);
    assert_true(a_reason_says("--accept zero_date_to_null:orders.shipped"));
    assert_false(conversion.accepted);
}

static void an_accepted_conversion_is_safe_with_conversions(void **state) {
    (void)state;
    const char *const ways[] = {"zero_date_to_null", "zero_date_to_null:orders", "zero_date_to_null:orders.shipped",
                                "zero_date_to_null:ord*<=12"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        fresh(state);
        convert(CG_ZERO_DATE_TO_NULL, 12);
        judge(&ways[i], 1, CG_VERDICT_SAFE_WITH_CONVERSIONS);
        assert_true(conversion.accepted);
        assert_string_equal(report.unused_accepts, "");
    }
}

static void an_acceptance_elsewhere_does_not_count_and_is_listed(void **state) {
    (void)state;
    const char *const ways[] = {"zero_date_to_null:customers", "enum_invalid_to_null"};
    convert(CG_ZERO_DATE_TO_NULL, 12);
    judge(ways, 2, CG_VERDICT_INCONCLUSIVE);
    assert_string_equal(report.unused_accepts, "zero_date_to_null:customers, enum_invalid_to_null");
}

static void more_than_was_accepted_is_not_accepted(void **state) {
    (void)state;
    const char *const way = "zero_date_to_null<=11";
    convert(CG_ZERO_DATE_TO_NULL, 12);
    judge(&way, 1, CG_VERDICT_INCONCLUSIVE);
    assert_true(a_reason_says("accepted up to 11"));
    assert_true(a_reason_says("found 12"));
}

static void a_stated_conversion_makes_a_table_equivalent(void **state) {
    (void)state;
    struct cg_report_loss loss = {.conversion = CG_JSON_NORMALISED,
                                  .kind = "column",
                                  .object = "orders.payload",
                                  .text = "",
                                  .reason = "",
                                  .table = "orders",
                                  .column = "payload"};
    report.losses = &loss;
    report.loss_count = 1;
    judge(NULL, 0, CG_VERDICT_SAFE);
    assert_int_equal(tables[0].status, CG_STATUS_EQUIVALENT);
    assert_int_equal(tables[1].status, CG_STATUS_IDENTICAL);
}

static void a_loss_awaits_acceptance(void **state) {
    (void)state;
    struct cg_report_loss loss = {
        .conversion = CG_VIEW_NOT_CARRIED, .kind = "view", .object = "v", .text = "", .reason = ""};
    const char *const way = "view_not_carried";
    report.losses = &loss;
    report.loss_count = 1;
    judge(NULL, 0, CG_VERDICT_INCONCLUSIVE);
    fresh(state);
    report.losses = &loss;
    report.loss_count = 1;
    judge(&way, 1, CG_VERDICT_SAFE_WITH_CONVERSIONS);
    assert_true(loss.accepted);
}

static void a_different_or_failed_table_blocks_whatever_is_accepted(void **state) {
    (void)state;
    const char *const way = "source_moved";
    for (int i = 0; i < 2; i++) {
        fresh(state);
        tables[1].status = i ? CG_STATUS_FAILED : CG_STATUS_DIFFERENT;
        tables[1].why = "because";
        judge(&way, 1, CG_VERDICT_NOT_SAFE);
        assert_int_equal(cg_verdict_exit_code(&report), 1);
        assert_string_equal(report.blockers[0].object, "customers");
        assert_string_equal(report.blockers[0].code, i ? "table_failed" : "table_different");
    }
}

static void a_missing_or_changed_object_blocks(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) {
        fresh(state);
        struct cg_report_object object = {.kind = "index",
                                          .name = "orders.k",
                                          .sql = "",
                                          .error = "",
                                          .state = i ? CG_STATE_MISSING : CG_STATE_CHANGED};
        report.objects = &object;
        report.object_count = 1;
        judge(NULL, 0, CG_VERDICT_NOT_SAFE);
        assert_string_equal(report.blockers[0].object, "index orders.k");
    }
}

static void an_object_may_bring_its_own_code_and_advice(void **state) {
    (void)state;
    struct cg_report_object object = {.kind = "foreign key",
                                      .name = "orders.fk",
                                      .sql = "",
                                      .error = "3 rows",
                                      .state = CG_STATE_CHANGED,
                                      .code = "orphans",
                                      .action = "--orphans delete"};
    report.objects = &object;
    report.object_count = 1;
    judge(NULL, 0, CG_VERDICT_NOT_SAFE);
    assert_string_equal(report.blockers[0].code, "orphans");
    assert_string_equal(report.blockers[0].message, "3 rows");
    assert_string_equal(report.blockers[0].action, "--orphans delete");
}

static void absent_evidence_is_never_safe(void **state) {
    (void)state;
    struct cg_report_gap gap = {"orders.shape", "there is no comparison"};
    for (int i = 0; i < 7; i++) {
        fresh(state);
        switch (i) {
        case 0:
            report.table_count = 0;
            break;
        case 1:
            report.complete = false;
            break;
        case 2:
            report.self_test = CG_SELF_TEST_NOT_RUN;
            break;
        case 3:
            tables[0].digests = false;
            break;
        case 4:
            tables[0].status = CG_STATUS_NOT_COMPARED;
            break;
        case 5:
            report.gaps = &gap;
            report.gap_count = 1;
            break;
        case 6:
            tables[0].status = tables[1].status = CG_STATUS_EXCLUDED;
            tables[0].digests = tables[1].digests = false;
            break;
        }
        judge(NULL, 0, CG_VERDICT_INCONCLUSIVE);
        assert_int_equal(cg_verdict_exit_code(&report), 2);
        assert_true(report.reason_count >= 2);
    }
}

static void a_source_that_moved_or_may_have_is_inconclusive_unless_accepted(void **state) {
    (void)state;
    const char *const way = "source_moved";
    enum cg_moved moves[] = {CG_MOVED_YES, CG_MOVED_UNKNOWN};
    for (int i = 0; i < 2; i++) {
        fresh(state);
        report.source_moved = moves[i];
        judge(NULL, 0, CG_VERDICT_INCONCLUSIVE);
        assert_true(a_reason_says("source_moved"));
        fresh(state);
        report.source_moved = moves[i];
        judge(&way, 1, CG_VERDICT_SAFE_WITH_CONVERSIONS);
        assert_true(report.source_moved_accepted);
    }
}

static void a_failed_self_test_blocks(void **state) {
    (void)state;
    report.self_test = CG_SELF_TEST_FAILED;
    judge(NULL, 0, CG_VERDICT_NOT_SAFE);
    assert_string_equal(report.blockers[0].code, "self_test_failed");
}

static void exit_codes_rank_as_the_manual_says(void **state) {
    (void)state;
    const int ranked[] = {0, 2, 1, 3, 4, 5, 6};
    for (size_t i = 0; i + 1 < sizeof ranked / sizeof *ranked; i++) {
        assert_int_equal(cg_exit_code_worse(ranked[i], ranked[i + 1]), ranked[i + 1]);
        assert_int_equal(cg_exit_code_worse(ranked[i + 1], ranked[i]), ranked[i + 1]);
    }
    assert_int_equal(cg_exit_code(CG_ERR_USAGE), 3);
    assert_int_equal(cg_exit_code(CG_ERR_RIGHTS), 3);
    assert_int_equal(cg_exit_code(CG_ERR_CONFLICT), 3);
    assert_int_equal(cg_exit_code(CG_ERR_NETWORK), 4);
    assert_int_equal(cg_exit_code(CG_ERR_CANCELLED), 5);
    assert_int_equal(cg_exit_code(CG_ERR_INTERNAL), 6);
    assert_int_equal(cg_exit_code(CG_ERR_DATA), 1);
}

static void an_unknown_or_malformed_acceptance_is_refused(void **state) {
    (void)state;
    const char *const wrong[] = {"zero_dates", "zero_date_to_null:", "zero_date_to_null<=x", "zero_date_to_null<=-1",
                                 ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *one = wrong[i];
        struct cg_strings strings = {&one, 1};
        struct cg_acceptances acceptances;
        struct cg_error err = {0};
        assert_int_equal(cg_acceptances_parse(&strings, arena, &acceptances, &err), -1);
        assert_int_equal(err.cls, CG_ERR_USAGE);
        assert_non_null(strstr(err.message, "--accept"));
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)
    const struct CMUnitTest tests[] = {
        TEST(equal_tables_are_safe),
        TEST(rejected_rows_are_a_difference_until_they_are_accepted_by_name),
        TEST(an_excluded_table_is_counted_and_said),
        TEST(a_filtered_table_is_named_and_said),
        TEST(of_data_only_a_schema_that_differs_is_told_and_what_the_run_did_is_judged),
        TEST(without_rows_a_verdict_is_inconclusive_at_best),
        TEST(r18_a_generated_column_that_was_not_compared_is_not_safe),
        TEST(r18_a_generated_column_that_differs_is_a_blocker_of_its_own),
        TEST(r18_rows_that_are_missing_leave_nothing_to_say_of_generated_columns),
        TEST(a_conversion_awaits_acceptance_and_names_its_flag),
        TEST(an_accepted_conversion_is_safe_with_conversions),
        TEST(an_acceptance_elsewhere_does_not_count_and_is_listed),
        TEST(more_than_was_accepted_is_not_accepted),
        TEST(a_stated_conversion_makes_a_table_equivalent),
        TEST(a_loss_awaits_acceptance),
        TEST(a_different_or_failed_table_blocks_whatever_is_accepted),
        TEST(a_missing_or_changed_object_blocks),
        TEST(an_object_may_bring_its_own_code_and_advice),
        TEST(absent_evidence_is_never_safe),
        TEST(a_source_that_moved_or_may_have_is_inconclusive_unless_accepted),
        TEST(a_failed_self_test_blocks),
        TEST(exit_codes_rank_as_the_manual_says),
        TEST(an_unknown_or_malformed_acceptance_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
