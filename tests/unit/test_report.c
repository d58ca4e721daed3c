/* Reports: the JSON form and back, the terminal form within its width, nothing dangerous passed through. */
#include "core/progress.h"
#include "verify/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define HOSTILE "a\x1b[31m\"<script>\n\xff\xc3\xa9"

static struct cg_arena *arena;

static struct cg_report sample(void) {
    static const char *keys[] = {"id=17", HOSTILE};
    static const char *reasons[] = {"one blocker",
                                    "a long reason that goes on and on, word after word, until it has to be "
                                    "wrapped because eighty columns are not enough for all of it"};
    static struct cg_report_conversion conversions[] = {
        {CG_ZERO_DATE_TO_NULL, "shipped", UINT64_C(18446744073709551615), true, keys, 2}};
    static struct cg_report_generated generated[] = {{.column = "c",
                                                      .target = "c",
                                                      .source_text = "secret source",
                                                      .target_text = "secret target",
                                                      .digests = true,
                                                      .digest_source = {5, 6, 12345678},
                                                      .digest_target = {7, 8, 12345678},
                                                      .different = true,
                                                      .why = "why"}};
    static struct cg_report_reject rejects[] = {
        {.key = "secret key", .column = "c", .refused_by = "crossgrade", .reason = "secret " HOSTILE},
        {.key = "no key", .column = "", .refused_by = "target", .reason = "secret too"}};
    static struct cg_report_table tables[] = {
        {.source = HOSTILE,
         .target = "t",
         .status = CG_STATUS_CONVERTED,
         .why = "why",
         .hint = "hint",
         .rows_source = 12345678,
         .rows_target = 12345678,
         .rows_moved = 12345678,
         .digests = true,
         .digest_source = {1, 2, 12345678},
         .digest_target = {3, 4, 12345678},
         .changed = true,
         .digest_removed = {9, 10, 2},
         .digest_added = {11, 12, 1},
         .generated = generated,
         .generated_count = 1,
         .conversions = conversions,
         .conversion_count = 1,
         .rows_rejected = 3,
         .has_rejects = true,
         .digest_rejected = {9, 10, 3},
         .rejects_file = "rejects/r/" HOSTILE,
         .rejects = rejects,
         .reject_count = 2,
         .columns = 3,
         .columns_compared = 2},
        {.source = "tabelle_mit_einem_sehr_langen_namen_\xc3\xa4\xc3\xb6\xc3\xbc_und_noch_mehr_zeichen_0123456789",
         .target = "",
         .status = CG_STATUS_FAILED,
         .why = "",
         .hint = "",
         .rows_source = -1,
         .rows_target = -1,
         .rows_moved = -1}};
    static struct cg_report_loss losses[] = {
        {CG_VIEW_NOT_CARRIED, "view", "v", "select 'secret'", "reason", NULL, NULL, false}};
    static struct cg_report_blocker blockers[] = {{"table_failed", "t", "message", "action"}};
    static struct cg_report_object objects[] = {
        {"index", "t.k", CG_STATE_MISSING, "CREATE INDEX", "error", "KEY", "secret note", NULL, NULL}};
    static struct cg_report_note notes[] = {{"index t.k", "a search may find less"}};
    static struct cg_report_setting settings[] = {{"snapshot", "none"}};
    struct cg_report report = {.run_id = "20260101-000000-abcdef",
                               .tool_version = "1",
                               .command = "migrate",
                               .verdict = CG_VERDICT_NOT_SAFE,
                               .reasons = reasons,
                               .reason_count = 2,
                               .as_of = "binlog.1:4",
                               .source_moved = CG_MOVED_YES,
                               .source_moved_detail = "a -> b",
                               .started = "s",
                               .finished = "f",
                               .tables = tables,
                               .table_count = 2,
                               .losses = losses,
                               .loss_count = 1,
                               .blockers = blockers,
                               .blocker_count = 1,
                               .notes = notes,
                               .note_count = 1,
                               .objects = objects,
                               .object_count = 1,
                               .unused_accepts = "x",
                               .self_test = CG_SELF_TEST_PARTIAL,
                               .complete = true,
                               .failure = CG_ERR_NETWORK};
    report.source = (struct cg_report_side){"mariadb", "10.11", "h:1", "db", settings, 1};
    report.target = (struct cg_report_side){"postgresql", "15", "h:2", "db", NULL, 0};
    report.seconds[CG_PHASE_ROWS] = 1.25;
    return report;
}

static const char *json_of(const struct cg_report *report, bool redact) {
    struct cg_buffer out;
    struct cg_error err = {0};
    cg_buffer_init(&out, 1 << 20);
    assert_int_equal(cg_report_write_json(report, redact, &out, &err), 0);
    const char *text = cg_arena_strndup(arena, (const char *)out.data, out.len);
    cg_buffer_done(&out);
    return text;
}

static const char *text_of(const struct cg_report *report, bool colour, bool redact) {
    struct cg_buffer out;
    struct cg_error err = {0};
    cg_buffer_init(&out, 1 << 20);
    assert_int_equal(cg_report_write_text(report, 80, colour, redact, &out, &err), 0);
    const char *text = cg_arena_strndup(arena, (const char *)out.data, out.len);
    cg_buffer_done(&out);
    return text;
}

static void json_reads_back_as_it_was_written(void **state) {
    (void)state;
    struct cg_report report = sample(), *back;
    struct cg_error err = {0};
    const char *json = json_of(&report, false);
    assert_int_equal(cg_report_read_json(json, arena, &back, &err), 0);
    assert_string_equal(json_of(back, false), json);
    assert_int_equal(back->tables[0].conversions[0].count, UINT64_C(18446744073709551615));
    assert_int_equal(back->tables[1].rows_source, -1);
    assert_int_equal(back->tables[0].generated_count, 1);
    assert_string_equal(back->tables[0].generated[0].target_text, "secret target");
    assert_int_equal(back->tables[0].generated[0].digest_target.low, 7);
    assert_true(cg_digest_equal(&back->tables[0].digest_target, &report.tables[0].digest_target));
    assert_int_equal(back->note_count, 1);
    assert_string_equal(back->notes[0].text, "a search may find less");
    assert_non_null(strstr(text_of(back, false, false), "index t.k: a search may find less"));
    assert_true(back->tables[0].changed);
    assert_int_equal(back->tables[0].digest_removed.low, 9);
    assert_int_equal(back->tables[0].digest_added.high, 12);
    assert_int_equal(back->failure, CG_ERR_NETWORK);
    assert_string_equal(text_of(back, false, false), text_of(back, false, false));
}

static void json_is_valid_whatever_names_hold(void **state) {
    (void)state;
    struct cg_report report = sample(), *back;
    struct cg_error err = {0};
    assert_int_equal(cg_report_read_json(json_of(&report, false), arena, &back, &err), 0);
    assert_string_equal(back->tables[0].source, "a\x1b[31m\"<script>\n\\xff\xc3\xa9");
}

static void what_is_not_a_report_is_refused(void **state) {
    (void)state;
    const char *const wrong[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"verdict\":1,\"tables\":[]}",
        "{\"verdict\":\"SAFE\",\"tables\":{}}",
        "{\"verdict\":\"SAFE\",\"tables\":[1]}",
        "{\"verdict\":\"MAYBE\",\"tables\":[]}",
        "{\"verdict\":\"SAFE\",\"tables\":[{\"status\":\"identical\",\"digest_source\":\"zz\"}]}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct cg_report *back;
        struct cg_error err = {0};
        assert_int_equal(cg_report_read_json(wrong[i], arena, &back, &err), -1);
        assert_int_equal(err.cls, CG_ERR_USAGE);
    }
}

static void no_line_is_wider_than_asked_and_nothing_escapes(void **state) {
    (void)state;
    struct cg_report report = sample();
    const char *text = text_of(&report, false, false);
    int columns = 0;
    for (const char *at = text; *at; at++) {
        columns = *at == '\n' ? 0 : columns + (((unsigned char)*at & 0xc0) != 0x80);
        assert_true(columns <= 80);
        assert_true(*at == '\n' || (unsigned char)*at >= 0x20);
    }
    assert_non_null(strstr(text, "\\x1b"));
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text_of(&report, true, false), "\x1b[31;1mNOT_SAFE"));
}

static void redacting_keeps_values_out(void **state) {
    (void)state;
    struct cg_report report = sample();
    const char *json = json_of(&report, true), *text = text_of(&report, false, true);
    assert_null(strstr(json, "id=17"));
    assert_null(strstr(json, "secret"));
    assert_null(strstr(text, "id=17"));
    assert_null(strstr(text, "secret key"));
    assert_non_null(strstr(json_of(&report, false), "id=17"));
}

static void files_are_written_by_their_ending(void **state) {
    (void)state;
    struct cg_report report = sample();
    struct cg_error err = {0};
    char folder[] = "/tmp/crossgrade-report-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    const char *const endings[] = {"json", "txt"};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/r.%s", folder, endings[i]);
        assert_true(cg_report_path_ok(path));
        assert_int_equal(cg_report_write_file(&report, path, false, &err), 0);
        assert_int_equal(unlink(path), 0);
    }
    snprintf(path, sizeof path, "%s/r.pdf", folder);
    assert_false(cg_report_path_ok(path));
    assert_int_equal(cg_report_write_file(&report, path, false, &err), -1);
    snprintf(path, sizeof path, "%s/no/r.json", folder);
    assert_int_equal(cg_report_write_file(&report, path, false, &err), -1);
    assert_int_equal(err.cls, CG_ERR_SYSTEM);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left behind */
}

static int make_arena(void **state) {
    (void)state;
    arena = cg_arena_new();
    return 0;
}
static int drop_arena(void **state) {
    (void)state;
    cg_arena_free(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_reads_back_as_it_was_written),
        cmocka_unit_test(json_is_valid_whatever_names_hold),
        cmocka_unit_test(what_is_not_a_report_is_refused),
        cmocka_unit_test(no_line_is_wider_than_asked_and_nothing_escapes),
        cmocka_unit_test(redacting_keeps_values_out),
        cmocka_unit_test(files_are_written_by_their_ending),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
