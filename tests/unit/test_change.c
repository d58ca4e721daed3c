/* Accounting for rows that were changed on purpose: a table is the same only when exactly those tell the sides apart.
 */
#include "pipelines/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct cg_digest of(const char *const *rows, size_t count) {
    struct cg_digest digest = {0};
    for (size_t i = 0; i < count; i++)
        cg_digest_row(&digest, rows[i], 2);
    return digest;
}

static const char *const source_rows[] = {"r1", "r2", "r3", "r4"};

static bool accounts(const struct cg_table_changes *changes, int part, struct cg_digest source,
                     struct cg_digest target) {
    cg_changes_account(changes, part, &source, &target);
    return cg_digest_equal(&source, &target);
}

static void deleted_rows_account_for_the_difference_and_no_others_do(void **state) {
    (void)state;
    static const char *const left[] = {"r1", "r3"}, *const gone[] = {"r2", "r4"}, *const other[] = {"r2", "r3"};
    struct cg_table_change change = {.removed.base = of(gone, 2)};
    const struct cg_table_changes changes = {&change, 1};
    assert_true(accounts(&changes, CG_CHANGE_BASE, of(source_rows, 4), of(left, 2)));
    assert_false(accounts(NULL, CG_CHANGE_BASE, of(source_rows, 4), of(left, 2)));
    change.removed.base = of(other, 2); /* as many rows, but not these */
    assert_false(accounts(&changes, CG_CHANGE_BASE, of(source_rows, 4), of(left, 2)));
    change.removed.base = of(gone, 1);
    assert_false(accounts(&changes, CG_CHANGE_BASE, of(source_rows, 4), of(left, 2)));
}

static void changed_rows_account_for_what_they_were_and_what_they_became(void **state) {
    (void)state;
    static const char *const now[] = {"r1", "n2", "r3", "r4"}, *const was[] = {"r2"}, *const became[] = {"n2"};
    struct cg_table_change change = {.removed.base = of(was, 1), .added.base = of(became, 1)};
    const struct cg_table_changes changes = {&change, 1};
    assert_true(accounts(&changes, CG_CHANGE_BASE, of(source_rows, 4), of(now, 4)));
    change.added.base = (struct cg_digest){0};
    assert_false(accounts(&changes, CG_CHANGE_BASE, of(source_rows, 4), of(now, 4)));
}

static void several_changes_add_up_and_each_generated_column_has_its_own_sum(void **state) {
    (void)state;
    static const char *const left[] = {"r1"}, *const first[] = {"r2", "r3"}, *const second[] = {"r4"};
    struct cg_digest of_first = of(first, 2), of_second = of(second, 1);
    struct cg_table_change items[] = {{.removed = {of_first, &of_first, 1}}, {.removed = {of_second, &of_second, 1}}};
    const struct cg_table_changes changes = {items, 2};
    assert_true(accounts(&changes, CG_CHANGE_BASE, of(source_rows, 4), of(left, 1)));
    assert_true(accounts(&changes, 0, of(source_rows, 4), of(left, 1)));
    assert_false(accounts(&changes, 1, of(source_rows, 4), of(left, 1))); /* nobody accounted for that column */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deleted_rows_account_for_the_difference_and_no_others_do),
        cmocka_unit_test(changed_rows_account_for_what_they_were_and_what_they_became),
        cmocka_unit_test(several_changes_add_up_and_each_generated_column_has_its_own_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
