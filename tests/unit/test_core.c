/* Digests, arenas, buffers, errors: the small things that everything stands on. */
#include "core/arena.h"
#include "core/buffer.h"
#include "core/catalog.h"
#include "core/conversions.h"
#include "core/digest.h"
#include "core/digest_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct cg_digest digest_of(const char *const *rows, size_t count) {
    struct cg_digest digest = {0};
    for (size_t i = 0; i < count; i++)
        cg_digest_row(&digest, rows[i], strlen(rows[i]));
    return digest;
}

static void digest_does_not_care_about_order_or_cuts(void **state) {
    (void)state;
    const char *const rows[] = {"a", "b", "c", "d"}, *const shuffled[] = {"d", "b", "a", "c"};
    struct cg_digest whole = digest_of(rows, 4), other = digest_of(shuffled, 1);
    struct cg_digest rest = digest_of(shuffled + 1, 3);
    cg_digest_add(&other, &rest);
    assert_true(cg_digest_equal(&whole, &other));
}

static void digest_of_pairs_does_not_cancel(void **state) {
    (void)state;
    const char *const rows[] = {"a", "x", "x"}, *const others[] = {"a", "y", "y"}, *const one[] = {"a"};
    struct cg_digest x = digest_of(rows, 3), y = digest_of(others, 3), a = digest_of(one, 1);
    assert_false(cg_digest_equal(&x, &y));
    assert_true(x.low != a.low || x.high != a.high);
}

static void digest_prints_32_digits_and_carries(void **state) {
    (void)state;
    struct cg_digest a = {UINT64_MAX, 1, 1}, b = {2, 0, 1};
    cg_digest_add(&a, &b);
    char hex[33];
    cg_digest_hex(&a, hex);
    assert_string_equal(hex, "00000000000000020000000000000001");
}

static void arena_push_keeps_what_was_there(void **state) {
    (void)state;
    struct cg_arena *arena = cg_arena_new();
    int *numbers = NULL;
    size_t count = 0;
    for (int i = 0; i < 1000; i++) {
        numbers = cg_arena_push(arena, numbers, &count, sizeof *numbers);
        assert_int_equal(numbers[i], 0);
        numbers[i] = i;
        assert_non_null(cg_arena_printf(arena, "in between %d", i));
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
    assert_null(cg_arena_array(arena, SIZE_MAX / 2, 16));
    cg_arena_free(arena);
}

static void buffer_refuses_to_pass_its_maximum(void **state) {
    (void)state;
    struct cg_buffer b;
    struct cg_error err = {0};
    cg_buffer_init(&b, 10);
    assert_int_equal(cg_buffer_append(&b, "123456789", 9, &err), 0);
    assert_int_equal(cg_buffer_append(&b, "xx", 2, &err), -1);
    assert_int_equal(err.cls, CG_ERR_SYSTEM);
    assert_int_equal(b.len, 9);
    cg_buffer_done(&b);
}

static void error_may_quote_itself_and_keeps_the_innermost_object(void **state) {
    (void)state;
    struct cg_error err = {0};
    cg_error_set(&err, CG_ERR_DATA, "inner");
    cg_error_object(&err, "column x");
    cg_error_object(&err, "table t");
    assert_string_equal(err.object, "column x");
    assert_int_equal(cg_error_set(&err, CG_ERR_ENGINE, "outer: %s", err.message), -1);
    assert_string_equal(err.message, "outer: inner");
    assert_string_equal(err.object, "");
}

static void every_conversion_has_a_name_that_finds_it(void **state) {
    (void)state;
    for (int i = 0; i < CG_CONVERSION_COUNT; i++)
        assert_int_equal(cg_conversion_by_name(cg_conversions[i].name), i);
    assert_int_equal(cg_conversion_by_name("no_such"), -1);
}

static void a_set_of_digests_gives_each_of_its_rows_once(void **state) {
    (void)state;
    enum { ROWS = 5000, EQUAL = 3000 };
    struct cg_digest_set *set = cg_digest_set_new();
    struct cg_error err = {0};
    struct cg_digest equal = {.low = 64, .high = 1}, other = {.low = 64, .high = 2}; /* of one bucket */
    assert_int_equal(cg_digest_set_take(set, &equal), -1);
    for (size_t i = 0; i < ROWS; i++) {
        struct cg_digest row = {.low = i * 64, .high = 0};
        assert_int_equal(cg_digest_set_add(set, i < EQUAL ? &equal : &row, &err), 0);
    }
    assert_int_equal(cg_digest_set_count(set), ROWS);
    bool seen[ROWS] = {false};
    for (size_t i = 0; i < EQUAL; i++) {
        int64_t number = cg_digest_set_take(set, &equal);
        assert_in_range(number, 0, EQUAL - 1);
        assert_false(seen[number]);
        seen[number] = true;
    }
    assert_int_equal(cg_digest_set_take(set, &equal), -1);
    assert_int_equal(cg_digest_set_take(set, &other), -1);
    assert_int_equal(cg_digest_set_left(set), ROWS - EQUAL);
    for (size_t i = EQUAL; i < ROWS; i++) {
        struct cg_digest row = {.low = i * 64, .high = 0};
        assert_int_equal(cg_digest_set_take(set, &row), i);
        assert_int_equal(cg_digest_set_take(set, &row), -1);
    }
    assert_int_equal(cg_digest_set_left(set), 0);
    cg_digest_set_free(set);
    cg_digest_set_free(NULL);
}

static void r5_a_changed_column_is_a_difference(void **state) {
    (void)state;
    struct cg_arena *arena = cg_arena_new();
    struct cg_column one[] = {{.name = "a", .type = {.full = "int(11)"}}, {.name = "b", .type = {.full = "int(11)"}}};
    struct cg_column two[] = {{.name = "a", .type = {.full = "int(11)"}}, {.name = "b", .type = {.full = "bigint"}}};
    struct cg_table before = {.columns = one, .column_count = 1}, wider = {.columns = one, .column_count = 2};
    struct cg_table both = {.columns = one, .column_count = 2}, retyped = {.columns = two, .column_count = 2};
    assert_null(cg_table_difference(&both, &both, arena));
    assert_non_null(cg_table_difference(&before, &wider, arena));
    assert_non_null(strstr(cg_table_difference(&both, &retyped, arena), "bigint"));
    cg_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digest_does_not_care_about_order_or_cuts),
        cmocka_unit_test(digest_of_pairs_does_not_cancel),
        cmocka_unit_test(digest_prints_32_digits_and_carries),
        cmocka_unit_test(a_set_of_digests_gives_each_of_its_rows_once),
        cmocka_unit_test(arena_push_keeps_what_was_there),
        cmocka_unit_test(buffer_refuses_to_pass_its_maximum),
        cmocka_unit_test(error_may_quote_itself_and_keeps_the_innermost_object),
        cmocka_unit_test(every_conversion_has_a_name_that_finds_it),
        cmocka_unit_test(r5_a_changed_column_is_a_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
