/* What the progress display shows: shares, rates and time left from counters; text from a database made harmless. The
 * command line is no part of the library, so its two files without output of their own are compiled in. */
#include "cli/board.c"
#include "cli/terminal.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct cg_progress_item items[2];
static struct cli_board board;

static int begin(void **state) {
    (void)state;
    memset(items, 0, sizeof items);
    board = (struct cli_board){0};
    items[0].name = "orders";
    items[1].name = "customers";
    items[0].rows_expected = 1000;
    items[1].rows_expected = 3000;
    cli_board_enter(&board, CG_PHASE_ROWS, items, 2, 100);
    return 0;
}

static int end(void **state) {
    (void)state;
    cli_board_done(&board);
    return 0;
}

static void move(size_t item, uint64_t rows, uint64_t bytes, enum cg_item_state state) {
    items[item].rows += rows;
    items[item].bytes += bytes;
    items[item].state = (int)state;
}

static void rates_begin_as_averages_and_follow_changes(void **state) {
    (void)state;
    items[0].rows_expected = 1000000;
    for (int i = 1; i <= 10; i++) {
        move(0, 100, 1000, CG_ITEM_ACTIVE);
        cli_board_update(&board, 100 + i * 0.2);
    }
    assert_float_equal(board.total.row_rate, 500, 1);
    assert_float_equal(board.total.byte_rate, 5000, 10);
    for (int i = 1; i <= 200; i++) {
        move(0, 20, 0, CG_ITEM_ACTIVE);
        cli_board_update(&board, 102 + i * 0.2);
    }
    assert_float_equal(board.total.row_rate, 100, 1);
    assert_float_equal(board.total.byte_rate, 0, 1);
}

static void a_first_batch_is_no_rate(void **state) {
    (void)state;
    move(0, 900, 9000, CG_ITEM_ACTIVE);
    cli_board_update(&board, 100.001);
    assert_float_equal(board.total.row_rate, 0, 0);
    cli_board_update(&board, 101);
    assert_float_equal(board.total.row_rate, 900, 1);
}

static void shares_reach_100_only_when_done(void **state) {
    (void)state;
    move(0, 1500, 0, CG_ITEM_ACTIVE); /* the estimate was low */
    cli_board_update(&board, 101);
    assert_int_equal(cli_line_percent(&board.lines[0]), 99);
    assert_int_equal(cli_line_percent(&board.lines[1]), 0);
    assert_int_equal(cli_line_percent(&board.total), 33);
    move(0, 0, 0, CG_ITEM_DONE);
    move(1, 10, 0, CG_ITEM_FAILED);
    cli_board_update(&board, 102);
    assert_int_equal(cli_line_percent(&board.lines[0]), 100);
    assert_int_equal(cli_line_percent(&board.total), 100);
    assert_int_equal(board.finished, 1);
    assert_int_equal(board.failed, 1);
}

static void an_unknown_size_has_no_share_and_no_end(void **state) {
    (void)state;
    items[1].rows_expected = -1;
    move(0, 500, 0, CG_ITEM_ACTIVE);
    cli_board_update(&board, 105);
    assert_int_equal(cli_line_percent(&board.lines[1]), -1);
    assert_int_equal(cli_line_percent(&board.total), -1);
    assert_int_equal(cli_board_seconds_left(&board), -1);
}

static void time_left_follows_the_rate(void **state) {
    (void)state;
    for (int i = 1; i <= 20; i++) {
        move(1, 50, 0, CG_ITEM_ACTIVE);
        cli_board_update(&board, 100 + i * 0.5);
    }
    assert_in_range(cli_board_seconds_left(&board), 29, 31); /* 3,000 rows at 100 per second */
}

static void keys_go_on_with_the_lines_of_the_rows(void **state) {
    (void)state;
    move(0, 1000, 0, CG_ITEM_DONE);
    cli_board_update(&board, 101);
    board.lines[0].announced = true;
    cli_board_enter(&board, CG_PHASE_KEYS, items, 2, 102);
    assert_true(board.lines[0].announced);
    cli_board_enter(&board, CG_PHASE_VERIFY, items, 2, 103);
    assert_false(board.lines[0].announced);
    cli_board_enter(&board, CG_PHASE_VERDICT, NULL, 0, 104);
    assert_int_equal(board.count, 0);
    cli_board_update(&board, 105);
}

static void numbers_are_written_for_people(void **state) {
    (void)state;
    char text[24];
    static const struct {
        uint64_t n;
        const char *text;
    } counts[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {1234567, "1,234,567"}, {UINT64_MAX, "18.4E"}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        cli_format_count(counts[i].n, text);
        assert_string_equal(text, counts[i].text);
    }
    static const struct {
        double rate;
        const char *text;
    } rates[] = {{0, "0"}, {999.4, "999"}, {999.5, "1.00k"}, {12345, "12.3k"}, {912345, "912k"}, {1.5e6, "1.50M"}};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        cli_format_rate(rates[i].rate, text);
        assert_string_equal(text, rates[i].text);
    }
    static const struct {
        int64_t seconds;
        const char *text;
    } durations[] = {{0, "0 s"}, {59, "59 s"}, {60, "1 min 00 s"}, {3599, "59 min 59 s"}, {7384, "2 h 03 min"}};
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        cli_format_duration(durations[i].seconds, text);
        assert_string_equal(text, durations[i].text);
    }
    cli_format_megabytes(118345678, text);
    assert_string_equal(text, "118.3");
}

static void shown(const char *text, int width, bool pad, const char *wanted) {
    struct cg_buffer out;
    cg_buffer_init(&out, 4096);
    assert_int_equal(cli_put_text(&out, text, width, pad, NULL), 0);
    assert_string_equal(cg_buffer_cstr(&out, NULL), wanted);
    cg_buffer_done(&out);
}

static void names_cannot_move_the_cursor_or_turn_the_line(void **state) {
    (void)state;
    shown("a\x1b[2Jb", 80, false, "a\\x1B[2Jb");
    shown("a\nb\tc", 80, false, "a\\x0Ab\\x09c");
    shown("\x7f", 80, false, "\\x7F");
    shown("\xc2\x9b"
          "31m",
          80, false, "\\x9B31m");
    shown("\xe2\x80\xae", 80, false, "\\u202E");
    shown("\xff\xc0\xaf\xed\xa0\x80", 80, false, "\\xFF\\xC0\\xAF\\xED\\xA0\\x80");
    shown("gr\xc3\xb6\xc3\x9f"
          "e \xf0\x9f\x98\x80",
          80, false,
          "gr\xc3\xb6\xc3\x9f"
          "e \xf0\x9f\x98\x80");
}

static void no_text_is_wider_than_its_place(void **state) {
    (void)state;
    shown("orders", 8, true, "orders  ");
    shown("orders", 6, true, "orders");
    shown("orders", 5, true, "orde~");
    shown("orders", 1, true, "~");
    shown("orders", 0, true, "");
    shown("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 6, true, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
    shown("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 5, true, "\xe6\x97\xa5\xe6\x9c\xac~");
    shown("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, true, "\xe6\x97\xa5~ ");
    shown("e\xcc\x81", 2, true, "e\xcc\x81 ");
    shown("a\x1b", 4, true, "a~  ");
}

static void messages_keep_their_lines_and_nothing_else(void **state) {
    (void)state;
    struct cg_buffer out;
    cg_buffer_init(&out, 4096);
    assert_int_equal(cli_put_message(&out, "ERROR:  x\nDETAIL:\ty\x1b[m\r\n\n  z\n", NULL), 0);
    assert_string_equal(cg_buffer_cstr(&out, NULL), "ERROR:  x\n  DETAIL: y\\x1B[m\n  z");
    cg_buffer_done(&out);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(rates_begin_as_averages_and_follow_changes),
        TEST(a_first_batch_is_no_rate),
        TEST(shares_reach_100_only_when_done),
        TEST(an_unknown_size_has_no_share_and_no_end),
        TEST(time_left_follows_the_rate),
        TEST(keys_go_on_with_the_lines_of_the_rows),
        TEST(numbers_are_written_for_people),
        TEST(names_cannot_move_the_cursor_or_turn_the_line),
        TEST(no_text_is_wider_than_its_place),
        TEST(messages_keep_their_lines_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
