/* Where statements of an SQL file begin: the line that an error of a script is told with. */
#include "engine/postgresql/statements.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void lines(const char *sql, const size_t *wanted, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t line = cg_pg_statement_line(sql, i);
        if (line != wanted[i])
            fail_msg("statement %zu of \"%s\" begins in line %zu, not %zu", i, sql, line, wanted[i]);
    }
}

#define LINES(sql, ...)                                                                                                \
    do {                                                                                                               \
        const size_t wanted[] = {__VA_ARGS__};                                                                         \
        lines(sql, wanted, sizeof wanted / sizeof *wanted);                                                            \
    } while (0)

static void statements_end_at_semicolons(void **state) {
    (void)state;
    LINES("SELECT 1;\nSELECT 2;\n\nSELECT\n3", 1, 2, 4);
    LINES("\n\n;;\n SELECT 1; SELECT 2;\n;SELECT 3", 4, 4, 5);
    LINES("SELECT 1", 1, 1);
    LINES("", 1);
}

static void semicolons_in_quotes_and_comments_end_nothing(void **state) {
    (void)state;
    LINES("SELECT ';\n'';', \";\n\";\nSELECT 2", 1, 4);
    LINES("SELECT E'\\';\n', e'\\\\';\nSELECT 2", 1, 3);
    LINES("SELECT 'name', '\\';\nSELECT 2", 1, 2);
    LINES("-- a;\nSELECT 1 -- b;\n;\n/* c; /* d; */ ;\n */ SELECT 2", 2, 5);
    LINES("DO $$ BEGIN; \n END $$;\nDO $a$ $b$; $$;\n $a$;\nSELECT a$b$;\nSELECT 4", 1, 3, 5, 6);
    LINES("SELECT $1;\nSELECT 2", 1, 2);
}

static void bodies_of_routines_and_rules_are_one_statement(void **state) {
    (void)state;
    LINES("CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC\n SELECT 1;\n SELECT CASE WHEN true THEN 1 "
          "END;\nEND;\n"
          "SELECT 2",
          1, 5);
    LINES("CREATE RULE r AS ON INSERT TO t DO (SELECT 1;\n SELECT 2);\nSELECT 3", 1, 3);
    LINES("BEGIN;\nSELECT 1;\nEND;\nSELECT 2", 1, 2, 3, 4);
}

static void what_is_not_closed_is_the_last(void **state) {
    (void)state;
    static const char *const open[] = {"SELECT 'a;\nb;", "SELECT \"a;\nb;", "SELECT $$a;\nb;", "SELECT (a;\nb;",
                                       "/* a;\nb;"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        assert_int_equal(cg_pg_statement_line(open[i], 1), 2);
}

static void a_position_counts_characters(void **state) {
    (void)state;
    assert_int_equal(cg_pg_position_line("a\nb\nc", 1), 1);
    assert_int_equal(cg_pg_position_line("a\nb\nc", 3), 2);
    assert_int_equal(cg_pg_position_line("ä\n漢字\n😀x", 3), 2);
    assert_int_equal(cg_pg_position_line("ä\n漢字\n😀x", 4), 2);
    assert_int_equal(cg_pg_position_line("ä\n漢字\n😀x", 6), 3);
    assert_int_equal(cg_pg_position_line("ä\n漢字\n😀x", 7), 3);
    assert_int_equal(cg_pg_position_line("a\nb", 99), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_end_at_semicolons),
        cmocka_unit_test(semicolons_in_quotes_and_comments_end_nothing),
        cmocka_unit_test(bodies_of_routines_and_rules_are_one_statement),
        cmocka_unit_test(what_is_not_closed_is_the_last),
        cmocka_unit_test(a_position_counts_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
