/* The option table, its setters, sizes, globs and suggestions. */
#include "core/options.h"
#include "core/secrets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct cg_arena *arena;
static struct cg_options options;
static struct cg_error err;

static int begin(void **state) {
    (void)state;
    arena = cg_arena_new();
    if (!arena)
        return -1;
    cg_options_init(&options, arena);
    err = (struct cg_error){0};
    return 0;
}

static int end(void **state) {
    (void)state;
    cg_arena_free(arena);
    return 0;
}

static void set(const char *name, const char *value) {
    if (cg_options_set(&options, CG_CMD_MIGRATE, name, value, &err) < 0)
        fail_msg("--%s %s: %s", name, value, err.message);
}

static void refused(enum cg_command command, const char *name, const char *value, const char *part) {
    struct cg_options before = options;
    err = (struct cg_error){0};
    assert_int_equal(cg_options_set(&options, command, name, value, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    if (!strstr(err.message, part) && !strstr(err.hint, part))
        fail_msg("--%s %s: \"%s\" (%s) does not say \"%s\"", name, value, err.message, err.hint, part);
    assert_memory_equal(&before, &options, sizeof options);
}

static void defaults_are_those_of_the_manual(void **state) {
    (void)state;
    assert_in_range(options.jobs, 1, 8);
    assert_string_equal(options.schema, "public");
    assert_string_equal(options.ledger_schema, "crossgrade");
    assert_int_equal(options.memory, 268435456);
    assert_int_equal(options.on_error, CG_ON_ERROR_STOP_TABLE);
    assert_int_equal(options.probe, CG_PROBE_FULL);
    assert_string_equal(options.section, "pre-data,post-data");
    assert_false(options.drop_existing);
    assert_int_equal(options.include.count, 0);
}

static void every_row_of_the_table_can_be_shown_and_set_again(void **state) {
    (void)state;
    for (size_t i = 0; i < cg_option_count; i++) {
        const struct cg_option *option = &cg_option_table[i];
        const char *shown = cg_option_show(option, &options, arena);
        assert_non_null(shown);
        assert_true(option->help[0] && option->commands);
        assert_true(option->kind == CG_OPTION_FLAG ? option->argument == NULL : option->argument != NULL);
        if (*shown && cg_option_set(option, &options, shown, &err) < 0)
            fail_msg("--%s %s: %s", option->name, shown, err.message);
        assert_string_equal(cg_option_show(option, &options, arena), shown);
    }
}

static void values_land_where_they_belong(void **state) {
    (void)state;
    set("jobs", "3");
    set("schema", "shop");
    set("memory", "1GiB");
    set("on-error", "stop");
    set("log-format", "json");
    set("drop-existing", "true");
    set("quiet", "on");
    set("quiet", "off");
    set("accept", "zero_date_to_null");
    set("accept", "view_not_carried:v1");
    set("report", "a.json");
    set("map-column", "orders.paid=boolean");
    assert_int_equal(options.jobs, 3);
    assert_string_equal(options.schema, "shop");
    assert_int_equal(options.memory, 1073741824);
    assert_int_equal(options.on_error, CG_ON_ERROR_STOP);
    assert_int_equal(options.log_format, CG_LOG_JSON);
    assert_true(options.drop_existing);
    assert_false(options.quiet);
    assert_int_equal(options.accept.count, 2);
    assert_string_equal(options.accept.items[0], "zero_date_to_null");
    assert_string_equal(options.accept.items[1], "view_not_carried:v1");
    assert_string_equal(options.reports.items[0], "a.json");
    assert_string_equal(options.map_columns.items[0], "orders.paid=boolean");
}

static void values_are_copied(void **state) {
    (void)state;
    char text[] = "before";
    set("schema", text);
    memcpy(text, "after!", 6);
    assert_string_equal(options.schema, "before");
}

static void sections_have_one_spelling(void **state) {
    (void)state;
    assert_int_equal(cg_options_set(&options, CG_CMD_SCHEMA, "section", "post-data,pre-data", &err), 0);
    assert_string_equal(options.section, "pre-data,post-data");
    assert_int_equal(cg_options_set(&options, CG_CMD_SCHEMA, "section", "pre-data", &err), 0);
    assert_string_equal(options.section, "pre-data");
}

static void malformed_values_are_refused_and_change_nothing(void **state) {
    (void)state;
    refused(CG_CMD_MIGRATE, "jobs", "0", "from 1 to 128");
    refused(CG_CMD_MIGRATE, "jobs", "129", "129");
    refused(CG_CMD_MIGRATE, "jobs", "-1", "-1");
    refused(CG_CMD_MIGRATE, "jobs", " 4", "whole number");
    refused(CG_CMD_MIGRATE, "jobs", "4x", "4x");
    refused(CG_CMD_MIGRATE, "jobs", "", "whole number");
    refused(CG_CMD_MIGRATE, "jobs", "99999999999999999999", "whole number");
    refused(CG_CMD_MIGRATE, "memory", "1MiB", "64MiB");
    refused(CG_CMD_MIGRATE, "memory", "256MB", "64KiB");
    refused(CG_CMD_MIGRATE, "schema", "", "empty");
    refused(CG_CMD_MIGRATE, "schema", "pg_catalog", "PostgreSQL itself");
    refused(CG_CMD_MIGRATE, "schema", "x123456789x123456789x123456789x123456789x123456789x123456789x123", "63 bytes");
    refused(CG_CMD_MIGRATE, "map-column", "orders=boolean", "TABLE.COLUMN=TYPE");
    refused(CG_CMD_MIGRATE, "map-column", "orders.paid=", "TABLE.COLUMN=TYPE");
    refused(CG_CMD_MIGRATE, "map-column", ".paid=boolean", "TABLE.COLUMN=TYPE");
    refused(CG_CMD_MIGRATE, "map-column", "orders.=boolean", "TABLE.COLUMN=TYPE");
    refused(CG_CMD_MIGRATE, "drop-existing", "maybe", "neither true nor false");
    refused(CG_CMD_MIGRATE, "on-error", "go-on", "stop-table, reject, stop");
    refused(CG_CMD_SCHEMA, "section", "all", "post-data");
}

static void options_that_contradict_each_other_are_refused(void **state) {
    (void)state;
    set("schema-only", "true");
    assert_int_equal(cg_options_check(&options, &err), 0);
    set("after-load", "x.sql");
    assert_int_equal(cg_options_check(&options, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(err.message, "--schema-only and --after-load exclude each other"));
    set("schema-only", "false");
    assert_int_equal(cg_options_check(&options, &err), 0);
}

static void options_of_a_load_into_tables_that_are_there_need_it(void **state) {
    (void)state;
    static const char *const others[] = {"truncate", "manage-constraints"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        set("data-only", "false");
        set(others[i], "true");
        assert_int_equal(cg_options_check(&options, &err), -1);
        assert_non_null(strstr(err.message, others[i]));
        assert_non_null(strstr(err.message, "needs --data-only"));
        set("data-only", "true");
        assert_int_equal(cg_options_check(&options, &err), 0);
        set(others[i], "false");
    }
    set("drop-existing", "true");
    assert_int_equal(cg_options_check(&options, &err), -1);
}

static void what_is_given_is_what_differs_from_the_default(void **state) {
    (void)state;
    static const struct {
        const char *name, *value, *fallback;
    } changes[] = {{"schema", "shop", "public"}, {"quiet", "true", "false"}, {"on-error", "stop", "stop-table"}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const struct cg_option *option = cg_option_find(changes[i].name, CG_CMD_MIGRATE, NULL);
        assert_non_null(option);
        assert_false(cg_option_given(option, &options));
        set(changes[i].name, changes[i].value);
        assert_true(cg_option_given(option, &options));
        set(changes[i].name, changes[i].fallback);
        assert_false(cg_option_given(option, &options));
    }
}

static void what_a_later_version_brings_is_refused_by_name(void **state) {
    (void)state;
    static const char *const later[] = {"resume", "mode", "settle", "witness", "max-differences", "workers"};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        refused(CG_CMD_MIGRATE, later[i], "x", "not available in this version");
        assert_non_null(strstr(err.message, later[i]));
    }
    refused(CG_CMD_REPORT, "format", "html", "not available in this version");
}

static void another_commands_option_is_named_as_such(void **state) {
    (void)state;
    refused(CG_CMD_MIGRATE, "section", "pre-data", "belongs to schema");
    refused(CG_CMD_VERIFY, "typemap", "x.yaml", "not an option of verify");
    refused(CG_CMD_MIGRATE, "ledger", "postgresql://x", "belongs to verify");
}

static void unknown_options_name_the_nearest(void **state) {
    (void)state;
    refused(CG_CMD_MIGRATE, "jbos", "2", "did you mean --jobs?");
    refused(CG_CMD_MIGRATE, "drop", "2", "did you mean --drop-existing?");
    refused(CG_CMD_MIGRATE, "shcema", "2", "did you mean --schema?");
    refused(CG_CMD_MIGRATE, "exlude", "2", "did you mean --exclude?");
    refused(CG_CMD_MIGRATE, "report-file", "2", "unknown option --report-file");
    refused(CG_CMD_MIGRATE, "zzzzzz", "2", "unknown option --zzzzzz");
    assert_string_equal(err.hint, "");
    const char *nearest;
    assert_null(cg_option_find("sectoin", CG_CMD_MIGRATE, &nearest)); /* schema's, not migrate's */
    assert_null(nearest);
    assert_null(cg_option_find("sectoin", CG_CMD_SCHEMA, &nearest));
    assert_string_equal(nearest, "section");
}

static void sizes_have_binary_units(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {{"0", 0},
                {"1000000", 1000000},
                {"64KiB", 65536},
                {"256MiB", 268435456},
                {"256mib", 268435456},
                {"1G", 1073741824},
                {"2TiB", 2199023255552},
                {"18446744073709551615", UINT64_MAX}};
    static const char *const bad[] = {"",
                                      "MiB",
                                      "1.5GiB",
                                      "-1",
                                      "1 000",
                                      "1MB",
                                      "0x10",
                                      "1KiBKiB",
                                      " 1",
                                      "+1",
                                      "1KiB  ",
                                      "18446744073709551616",
                                      "18014398509481984KiB"};
    uint64_t bytes;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(cg_size_parse(good[i].text, &bytes, &err), 0);
        assert_true(bytes == good[i].bytes);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bytes = 77;
        if (cg_size_parse(bad[i], &bytes, &err) == 0)
            fail_msg("\"%s\" was taken as a size", bad[i]);
        assert_int_equal(bytes, 77);
    }
}

static void globs_match_as_a_shell_would(void **state) {
    (void)state;
    static const struct {
        const char *glob, *text;
        bool matches;
    } cases[] = {
        {"", "", true},
        {"", "a", false},
        {"orders", "orders", true},
        {"orders", "Orders", false},
        {"orders", "orders2", false},
        {"order*", "orders", true},
        {"order*", "order", true},
        {"*", "", true},
        {"*_log", "audit_log", true},
        {"*_log", "audit_log2", false},
        {"a*b*c", "a1b2b3c", true},
        {"a*b*c", "a1c2b", false},
        {"?", "ä", true},
        {"??", "ä", false},
        {"gr[öo]ße", "größe", true},
        {"t_[0-9]", "t_7", true},
        {"t_[0-9]", "t_x", false},
        {"t_[!0-9]", "t_x", true},
        {"t_[!0-9]", "t_7", false},
        {"t_[]]", "t_]", true},
        {"t_[a-]", "t_-", true},
        {"t_[", "t_[", true},
        {"t_[ab", "t_[ab", true},
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"a\\", "a\\", true},
        {"*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
        {"\xff*", "\xff\xfe", true},
        {"?\xc3", "\xc3\xc3", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cg_glob_match(cases[i].glob, cases[i].text) != cases[i].matches)
            fail_msg("\"%s\" and \"%s\"", cases[i].glob, cases[i].text);
}

static void excluded_wins_over_included(void **state) {
    (void)state;
    assert_true(cg_options_table_included(&options, "anything"));
    set("exclude", "*_log");
    assert_true(cg_options_table_included(&options, "orders"));
    assert_false(cg_options_table_included(&options, "audit_log"));
    set("include", "orders");
    set("include", "order_*");
    assert_true(cg_options_table_included(&options, "order_lines"));
    assert_false(cg_options_table_included(&options, "customers"));
    assert_false(cg_options_table_included(&options, "order_log"));
}

static void passwords_are_wiped_in_place(void **state) {
    (void)state;
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"mysql://u:secret@h:3306/db", "mysql://u:******@h:3306/db"},
        {"mysql://u:se/c?r@et@h/db", "mysql://u:*********@h/db"},
        {"mysql:/u:pw@h", "mysql:*****@h"},
        {"postgresql://u@h/db?password=abc&sslmode=require", "postgresql://u@h/db?password=***&sslmode=require"},
        {"postgresql://u@h/db?sslpassword=abc", "postgresql://u@h/db?sslpassword=***"},
        {"--ledger=postgresql://u:pw@h/db", "--ledger=postgresql://u:**@h/db"},
        {"mysql://u@h:3306/db", "mysql://u@h:3306/db"},
        {"--jobs", "--jobs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[100];
        snprintf(text, sizeof text, "%s", cases[i].before);
        cg_secrets_wipe(text);
        assert_string_equal(text, cases[i].after);
        assert_int_equal(cg_secrets_present(cases[i].before), strcmp(cases[i].before, cases[i].after) != 0);
    }
}

static void uris_can_be_shown_without_passwords(void **state) {
    (void)state;
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"mysql://u:secret@h:3306/db", "mysql://u@h:3306/db"},
        {"mysql://u@h/db", "mysql://u@h/db"},
        {"postgresql://h/db?password=x", "postgresql://h/db"},
        {"postgresql://h/db?password=x&sslmode=require", "postgresql://h/db?sslmode=require"},
        {"postgresql://h/db?sslmode=require&password=x", "postgresql://h/db?sslmode=require"},
        {"postgresql://u:a@h/db?a=b&password=x&c=d", "postgresql://u@h/db?a=b&c=d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cg_uri uri;
        assert_int_equal(cg_uri_parse(cases[i].before, arena, &uri, &err), 0);
        assert_string_equal(cg_uri_without_secrets(&uri, arena), cases[i].after);
    }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(defaults_are_those_of_the_manual),
        TEST(every_row_of_the_table_can_be_shown_and_set_again),
        TEST(values_land_where_they_belong),
        TEST(values_are_copied),
        TEST(sections_have_one_spelling),
        TEST(malformed_values_are_refused_and_change_nothing),
        TEST(options_that_contradict_each_other_are_refused),
        TEST(options_of_a_load_into_tables_that_are_there_need_it),
        TEST(what_is_given_is_what_differs_from_the_default),
        TEST(what_a_later_version_brings_is_refused_by_name),
        TEST(another_commands_option_is_named_as_such),
        TEST(unknown_options_name_the_nearest),
        TEST(sizes_have_binary_units),
        TEST(globs_match_as_a_shell_would),
        TEST(excluded_wins_over_included),
        TEST(passwords_are_wiped_in_place),
        TEST(uris_can_be_shown_without_passwords),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
