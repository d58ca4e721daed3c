/* Pipeline files: what they set, and that each complaint names the line it is about. */
#include "pipelines/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cg_arena *arena;
static struct cg_options options;
static enum cg_command command;
static struct cg_error err;

static int begin(void **state) {
    (void)state;
    arena = cg_arena_new();
    if (!arena)
        return -1;
    cg_options_init(&options, arena);
    err = (struct cg_error){0};
    setenv("CG_TEST_HOST", "db1", 1);
    setenv("CG_TEST_EMPTY", "", 1);
    setenv("CG_TEST_TRICKY", "x\njobs: 1 # ${CG_TEST_HOST}", 1);
    unsetenv("CG_TEST_UNSET");
    return 0;
}

static int end(void **state) {
    (void)state;
    cg_arena_free(arena);
    return 0;
}

static int read_text(const char *text) {
    return cg_pipeline_text_read(text, strlen(text), "shop.yaml", &options, &command, &err);
}

static void accepted(const char *text) {
    if (read_text(text) < 0)
        fail_msg("%s: %s", err.object, err.message);
}

/* object: the whole of it; part: of message or hint. */
static void refused(const char *text, const char *object, const char *part) {
    err = (struct cg_error){0};
    if (read_text(text) == 0)
        fail_msg("accepted: %s", text);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_string_equal(err.object, object);
    if (!strstr(err.message, part) && !strstr(err.hint, part))
        fail_msg("\"%s\" (%s) does not say \"%s\"", err.message, err.hint, part);
}

static void every_kind_of_key_is_taken(void **state) {
    (void)state;
    accepted("# a comment\n"
             "command: verify\n"
             "source: mysql://root@${CG_TEST_HOST}:3306/shop\n"
             "target: 'postgresql://me@db2/shop'\n"
             "jobs: 4\n"
             "memory: 512MiB\n"
             "include: [orders, \"order_*\"]\n"
             "accept:\n"
             "  - zero_date_to_null\n"
             "  - view_not_carried:v<=3\n"
             "report: []\n"
             "redact: yes\n"
             "log-format: json\n");
    assert_int_equal(command, CG_CMD_VERIFY);
    assert_string_equal(options.source, "mysql://root@db1:3306/shop");
    assert_string_equal(options.target, "postgresql://me@db2/shop");
    assert_int_equal(options.jobs, 4);
    assert_int_equal(options.memory, 536870912);
    assert_int_equal(options.include.count, 2);
    assert_string_equal(options.include.items[1], "order_*");
    assert_int_equal(options.accept.count, 2);
    assert_string_equal(options.accept.items[1], "view_not_carried:v<=3");
    assert_int_equal(options.reports.count, 0);
    assert_true(options.redact);
    assert_int_equal(options.log_format, CG_LOG_JSON);
}

static void the_command_is_migrate_when_absent(void **state) {
    (void)state;
    accepted("jobs: 2\n");
    assert_int_equal(command, CG_CMD_MIGRATE);
    assert_null(options.source);
}

static void unknown_keys_have_their_own_line_and_the_nearest_name(void **state) {
    (void)state;
    refused("source: mysql://h/d\n\njbos: 4\n", "shop.yaml, line 3", "did you mean jobs?");
    refused("jobs: 4\nsorce: x\n", "shop.yaml, line 2", "did you mean source?");
    refused("include:\n  - a\n  - b\n\nexlude: [c]\n", "shop.yaml, line 5", "did you mean exclude?");
    refused("jobs: 4\nzzzzzzzz: 1\n", "shop.yaml, line 2", "unknown key zzzzzzzz");
    refused("resume: true\n", "shop.yaml, line 1", "not available in this version");
    refused("output: x\n", "shop.yaml, line 1", "belongs to report");
}

static void an_option_of_the_other_command_is_refused_wherever_command_stands(void **state) {
    (void)state;
    refused("typemap: x\ncommand: verify\n", "shop.yaml, line 1", "not an option of verify");
    refused("jobs: 1\nledger: postgresql://h/d\n", "shop.yaml, line 2", "not an option of migrate");
}

static void keys_that_are_there_twice_are_refused(void **state) {
    (void)state;
    refused("jobs: 1\nschema: a\njobs: 2\n", "shop.yaml, line 3, key jobs", "first in line 1");
    refused("include: [a]\ninclude: [b]\n", "shop.yaml, line 2, key include", "twice");
}

static void values_of_the_wrong_kind_are_refused(void **state) {
    (void)state;
    refused("schema: a\njobs: [1, 2]\n", "shop.yaml, line 2, key jobs", "not a list");
    refused("schema: a\njobs:\n  n: 1\n", "shop.yaml, line 3, key jobs", "not a mapping");
    refused("include: orders\n", "shop.yaml, line 1, key include", "a list is wanted");
    refused("include:\n  - a\n  - [b]\n", "shop.yaml, line 3, key include", "not a list");
    refused("jobs:\nschema: a\n", "shop.yaml, line 1, key jobs", "no value");
    refused("schema: ~\n", "shop.yaml, line 1, key schema", "no value");
    refused("include: [a,\n  null]\n", "shop.yaml, line 2, key include", "no value");
    refused("schema: &s shop\nledger-schema: *s\n", "shop.yaml, line 2, key ledger-schema", "aliases");
    refused("? [a]\n: b\n", "shop.yaml, line 1", "a key is wanted");
    refused("schema: \"a\\0b\"\n", "shop.yaml, line 1, key schema", "NUL");
    accepted("schema: \"null\"\n");
    assert_string_equal(options.schema, "null");
}

static void values_out_of_range_have_their_line(void **state) {
    (void)state;
    refused("schema: a\n\njobs: many\n", "shop.yaml, line 3, key jobs", "whole number");
    refused("map-column:\n  - a.b=text\n  - broken\n", "shop.yaml, line 3, key map-column", "TABLE.COLUMN=TYPE");
    refused("quiet: perhaps\n", "shop.yaml, line 1, key quiet", "neither true nor false");
    refused("jobs: 1\ncommand: schema\n", "shop.yaml, line 2, key command", "neither migrate nor verify");
    refused("on-error: maybe\n", "shop.yaml, line 1, key on-error", "stop-table, reject, stop");
    refused("max-rejects: 0\n", "shop.yaml, line 1, key max-rejects", "1 to 1000000");
}

static void files_that_are_no_mapping_are_refused(void **state) {
    (void)state;
    refused("", "shop.yaml, line 1", "empty");
    refused("# nothing\n", "shop.yaml, line 2", "empty");
    refused("- a\n- b\n", "shop.yaml, line 1", "must be a mapping");
    refused("jobs: 1\n---\njobs: 2\n", "shop.yaml, line 2", "second document");
    refused("jobs: 1\n  schema: a\n", "shop.yaml, line 2", "not valid YAML");
    refused("jobs: \"1\n", "shop.yaml, line 2", "not valid YAML");
    refused("schema: \xff\xfe\n", "shop.yaml, line 1", "not valid YAML");
}

static void variables_come_from_the_environment(void **state) {
    (void)state;
    static const struct {
        const char *text, *expanded;
    } cases[] = {
        {"plain", "plain"},
        {"${CG_TEST_HOST}", "db1"},
        {"a${CG_TEST_HOST}b${CG_TEST_HOST}", "adb1bdb1"},
        {"$${CG_TEST_HOST}", "${CG_TEST_HOST}"},
        {"$$${CG_TEST_HOST}", "$${CG_TEST_HOST}"},
        {"$HOME $ $$", "$HOME $ $$"},
        {"${CG_TEST_UNSET:-x}", "x"},
        {"${CG_TEST_UNSET:-}", ""},
        {"${CG_TEST_EMPTY:-x}", "x"},
        {"${CG_TEST_EMPTY}", ""},
        {"${CG_TEST_HOST:-x}", "db1"},
        {"${CG_TEST_UNSET:-mysql://h:1/d}", "mysql://h:1/d"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *expanded;
        assert_int_equal(cg_pipeline_expand(cases[i].text, arena, &expanded, &err), 0);
        assert_string_equal(expanded, cases[i].expanded);
    }
}

static void a_variable_cannot_change_the_structure(void **state) {
    (void)state;
    accepted("schema: ${CG_TEST_TRICKY}\njobs: 7\n");
    assert_string_equal(options.schema, "x\njobs: 1 # ${CG_TEST_HOST}");
    assert_int_equal(options.jobs, 7);
}

static void missing_variables_are_named_with_their_line(void **state) {
    (void)state;
    refused("jobs: 1\nsource: mysql://${CG_TEST_UNSET}@h/d\n", "shop.yaml, line 2, key source", "CG_TEST_UNSET");
    refused("include:\n  - a\n  - ${CG_TEST_UNSET}\n", "shop.yaml, line 3, key include", "CG_TEST_UNSET");
    refused("schema: ${1x}\n", "shop.yaml, line 1, key schema", "names no variable");
    refused("schema: ${}\n", "shop.yaml, line 1, key schema", "names no variable");
    refused("schema: \"${CG_TEST_HOST\"\n", "shop.yaml, line 1, key schema", "no }");
}

/* What --show-config prints, as text in the arena. */
static const char *written(enum cg_command of) {
    struct cg_buffer out;
    cg_buffer_init(&out, 1 << 20);
    assert_int_equal(cg_pipeline_file_write(&options, of, &out, &err), 0);
    const char *text = cg_arena_strndup(arena, (const char *)out.data, out.len);
    cg_buffer_done(&out);
    return text;
}

static void what_is_written_reads_back_the_same(void **state) {
    (void)state;
    accepted("source: mysql://root@h:3306/shop\n"
             "target: postgresql://me@h2/shop\n"
             "schema: \"odd \\\"name\\\\ \\x07 \\u0085 ä $${HOME} # no comment\"\n"
             "include: [\"*\", \"a: b\", \"- c\", \"null\"]\n"
             "drop-existing: true\n"
             "memory: 67108865\n"
             "on-error: stop\n"
             "typemap: 'true'\n");
    const char *first = written(CG_CMD_MIGRATE);
    struct cg_options before = options;
    cg_options_init(&options, arena);
    accepted(first);
    assert_string_equal(written(CG_CMD_MIGRATE), first);
    assert_int_equal(command, CG_CMD_MIGRATE);
    assert_string_equal(options.schema, before.schema);
    assert_non_null(strstr(options.schema, "${HOME}"));
    assert_int_equal(options.include.count, 4);
    assert_string_equal(options.include.items[3], "null");
    assert_int_equal(options.memory, 67108865);
    assert_true(options.drop_existing);
    assert_string_equal(options.typemap, "true");
}

static void what_is_written_holds_no_password(void **state) {
    (void)state;
    accepted("command: verify\n"
             "source: mysql://root:hush1@h:3306/shop\n"
             "target: postgresql://me@h2/shop?password=hush2&sslmode=require\n"
             "ledger: postgresql://me:hush3@h2/shop\n"
             "show-config: true\n");
    const char *text = written(CG_CMD_VERIFY);
    assert_null(strstr(text, "hush"));
    assert_null(strstr(text, "show-config"));
    assert_non_null(strstr(text, "\"mysql://root@h:3306/shop\""));
    assert_non_null(strstr(text, "\"postgresql://me@h2/shop?sslmode=require\""));
    cg_options_init(&options, arena);
    accepted(text);
    assert_string_equal(options.ledger, "postgresql://me@h2/shop");
}

static void a_file_that_cannot_be_read_is_named(void **state) {
    (void)state;
    assert_int_equal(cg_pipeline_file_read("/nonexistent/x.yaml", &options, &command, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
    assert_string_equal(err.object, "/nonexistent/x.yaml");
    err = (struct cg_error){0};
    assert_int_equal(cg_pipeline_file_read("/", &options, &command, &err), -1);
    assert_int_equal(err.cls, CG_ERR_USAGE);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(every_kind_of_key_is_taken),
        TEST(the_command_is_migrate_when_absent),
        TEST(unknown_keys_have_their_own_line_and_the_nearest_name),
        TEST(an_option_of_the_other_command_is_refused_wherever_command_stands),
        TEST(keys_that_are_there_twice_are_refused),
        TEST(values_of_the_wrong_kind_are_refused),
        TEST(values_out_of_range_have_their_line),
        TEST(files_that_are_no_mapping_are_refused),
        TEST(variables_come_from_the_environment),
        TEST(a_variable_cannot_change_the_structure),
        TEST(missing_variables_are_named_with_their_line),
        TEST(what_is_written_reads_back_the_same),
        TEST(what_is_written_holds_no_password),
        TEST(a_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
