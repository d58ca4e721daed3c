/* The YAML of type maps: what is refused, with which line; hostile documents. */
#include "plan_fixture.h"

#include <unistd.h>

static int load(struct fx *fx, const char *text, size_t len) {
    struct cg_typemap *map = NULL;
    const char *path = fx_file("");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(text, 1, len, file);
    fclose(file);
    fx->err = (struct cg_error){0};
    return cg_typemap_load("mysql", "postgresql", path, NULL, 0, fx->arena, &map, &fx->err);
}

struct bad {
    const char *yaml;
    int line; /* 0: the message has none */
    const char *message;
};

static void refuse_all(const struct bad *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct fx *fx = fx_new();
        char line[32];
        if (load(fx, cases[i].yaml, strlen(cases[i].yaml)) == 0)
            fail_msg("accepted:\n%s", cases[i].yaml);
        snprintf(line, sizeof line, ".yaml:%d: ", cases[i].line);
        if (fx->err.cls != CG_ERR_USAGE || !strstr(fx->err.message, cases[i].message) ||
            (cases[i].line && !strstr(fx->err.message, line)))
            fail_msg("%s\ngave: %s\nnot line %d, %s", cases[i].yaml, fx->err.message, cases[i].line, cases[i].message);
        fx_free(fx);
    }
}
#define REFUSE(cases) refuse_all((cases), sizeof(cases) / sizeof *(cases))

static void unknown_and_repeated_keys_are_told_with_their_own_line(void **state) {
    (void)state;
    static const struct bad cases[] = {
        {"rules:\n  - match:\n      type: int\n      unsignd: true\n    target: text\n", 4, "did you mean unsigned?"},
        {"rules:\n  - match: {type: int,\n            precison: 3}\n    target: text\n", 3, "precison"},
        {"rules: []\nversion: 2\n", 2, "unknown key \"version\""},
        {"rules:\n  - match: {type: int}\n    target: text\n    tagret: x\n", 4, "did you mean target?"},
        {"rules:\n  - match: {length: {min: 1, maxi: 2}}\n    target: text\n", 2, "unknown key \"maxi\" in length"},
        {"rules:\n  - match: {type: int}\n    target: text\n    \"@line\": 3\n", 4, "@line"},
        {"rules:\n  - match: {type: int}\n    target: text\n    target: json\n", 4, "given twice"},
        {"source: mysql\nrules: []\nsource: mysql\n", 3, "given twice"},
        {"rules:\n  - ? [a, b]\n    : c\n", 2, "has to be a word"},
        {"rules:\n  - match: {<<: {type: int}}\n    target: text\n", 2, "unknown key \"<<\""},
    };
    REFUSE(cases);
}

static void values_of_the_wrong_kind_are_told_with_their_own_line(void **state) {
    (void)state;
    static const struct bad cases[] = {
        {"rules:\n  - match:\n      length: ten\n    target: text\n", 3, "a whole number, not \"ten\""},
        {"rules:\n  - match:\n      length: 0x10\n    target: text\n", 3, "a whole number"},
        {"rules:\n  - match:\n      length:\n        min: 1\n        max: 99999999999999999999\n    target: text\n", 5,
         "a whole number"},
        {"rules:\n  - match:\n      unsigned: maybe\n    target: text\n", 3, "true or false, not \"maybe\""},
        {"rules:\n  - match: {type: int}\n    target: [text]\n", 3, "target has to be one word or text"},
        {"rules:\n  - match: {type: {a: b}}\n    target: text\n", 2, "type has to be a list"},
        {"rules:\n  - match: [type]\n    target: text\n", 2, "match has to be a mapping"},
        {"rules:\n  - match: {type: [[int]]}\n    target: text\n", 2, "type has to be one word"},
        {"rules:\n  - match: {type: []}\n    target: text\n", 2, "empty list"},
        {"rules:\n  - match: {length: [1, 2]}\n    target: text\n", 2, "length has to be"},
        {"rules:\n  match: {type: int}\n", 2, "rules has to be a list"},
        {"rules:\n  - int\n", 2, "the rule has to be a mapping"},
        {"rules:\n\n  - match: {type: int}\n", 3, "the rule has no \"target\""},
        {"rules:\n  - target: int\n", 2, "the rule has no \"match\""},
        {"target: postgresql\n", 1, "the map has no \"rules\""},
        {"rules:\n  - match: {type: int}\n    target: \"\"\n", 3, "target is empty"},
        {"rules:\n  - match: {type: int}\n    target: \"te\\0xt\"\n", 3, "NUL"},
    };
    REFUSE(cases);
}

static void rules_that_mean_nothing_are_told_with_the_line_of_the_rule(void **state) {
    (void)state;
    static const struct bad cases[] = {
        {"rules:\n  - match: {type: int}\n    target: bigint\n  - match: {type: itn}\n    target: text\n", 4,
         "did you mean int?"},
        {"rules:\n  - match: {type: int}\n    target: bigitn\n", 2, "did you mean bigint?"},
        {"rules:\n  - match: {type: int}\n    target: varchar({size})\n", 2, "placeholders are"},
        {"rules:\n  - match: {type: int}\n    target: numeric(0,2)\n", 2, "nothing that numeric can have"},
        {"rules:\n  - match: {type: int}\n    target: text; drop table x\n", 2, "no type"},
        {"rules:\n  - match: {type: int}\n    target: text)\n", 2, "no type"},
        {"rules:\n  - match: {values: [0, 2]}\n    target: boolean\n", 2, "without gaps"},
        {"rules:\n  - match: {values: [a]}\n    target: boolean\n", 2, "no whole number"},
        {"rules:\n  - match: {values: {min: 2, max: 1}}\n    target: boolean\n", 2, "matches nothing"},
        {"rules:\n  - match: {values: {min: x}}\n    target: boolean\n", 2, "no number"},
        {"rules:\n  - match: {values: noon}\n    target: time\n", 2, "time_of_day"},
        {"rules:\n  - match: {values: {}}\n    target: time\n", 2, "values is"},
        {"rules:\n  - match: {values: {is: time_of_day, min: 3}}\n    target: time\n", 2, "not several"},
        {"rules:\n  - match: {length: {}}\n    target: text\n", 2, "length is either"},
        {"rules:\n  - match: {length: {min: 3, max: 2}}\n    target: text\n", 2, "matches nothing"},
        {"rules:\n  - match: {has: oracle}\n    target: text\n", 2, "postgis and vector"},
        {"rules:\n  - match: {type: date}\n    target: date\n    allow: [zero_dates_to_null]\n", 2,
         "did you mean zero_date_to_null?"},
        {"rules:\n  - match: {type: date}\n    target: date\n    allow: view_not_carried\n", 2, "--accept"},
        {"rules:\n  - match: {type: int}\n    target: text\n    check: 'x > 0'\n", 2, "{column}"},
        {"source: postgresql\nrules: []\n", 0, "from postgresql to postgresql"},
        {"target: mysql\nrules: []\n", 0, "this run goes from"},
    };
    REFUSE(cases);
}

static void broken_and_hostile_yaml_is_refused(void **state) {
    (void)state;
    static const struct bad cases[] = {
        {"", 1, "empty"},
        {"# nothing\n", 0, "empty"},
        {"just a word\n", 1, "a mapping"},
        {"- 1\n", 1, "a mapping"},
        {"rules: [\n", 2, "not YAML"},
        {"rules:\n\t- match\n", 2, "not YAML"},
        {"rules: []\n---\nrules: []\n", 2, "another"},
        {"rules: &a []\n", 1, "anchors"},
        {"rules: *a\n", 1, "anchors"},
        {"rules: !!seq []\n", 1, "tags"},
        {"&k rules: []\n", 1, "anchors"},
        {"rules:\n  - match: {type: int}\n    target: \"\xff\"\n", 3, "not YAML"},
        {"a: &a [x,x]\nb: &b [*a,*a,*a]\n", 1, "unknown key \"a\""},
    };
    REFUSE(cases);
}

static void deep_nesting_and_huge_files_are_refused_quickly(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    size_t len = 600000;
    char *text = malloc(len * 3);
    assert_non_null(text);
    size_t at = (size_t)sprintf(text, "rules: ");
    memset(text + at, '[', len);
    assert_int_equal(load(fx, text, at + len), -1);
    assert_int_equal(fx->err.cls, CG_ERR_USAGE);
    memset(text, '#', len * 3);
    assert_int_equal(load(fx, text, len * 3), -1);
    assert_non_null(strstr(fx->err.message, "1 MiB"));
    at = (size_t)sprintf(text, "rules:\n  - match: {type: int}\n    target: ");
    memset(text + at, '{', len);
    assert_int_equal(load(fx, text, at + len), -1);
    at = (size_t)sprintf(text, "rules:\n  - match: {type: int}\n    target: \"");
    memset(text + at, 'x', len);
    at += len;
    at += (size_t)sprintf(text + at, "\"\n");
    assert_int_equal(load(fx, text, at), -1);
    assert_non_null(strstr(fx->err.message, "too long"));
    free(text);
    fx_free(fx);
}

/* Every prefix and every single damaged byte of a good map either loads or is refused; nothing breaks. */
static void damaged_maps_never_break_anything(void **state) {
    (void)state;
    static const char good[] =
        "source: mysql\nrules:\n  - match: {type: [int, bigint], length: {min: 1}, values: [0, 1],\n"
        "      unsigned: true, table: 'a*'}\n    target: varchar({length})\n"
        "    allow: [zero_date_to_null]\n    check: \"{column} >= 0\"\n";
    static const char damage[] = {'\0', '"', '{', ']', ':', '\n', '&', '*', '\xff', '-', '%', '\t'};
    for (size_t len = 0; len < sizeof good; len++) {
        struct fx *fx = fx_new();
        if (load(fx, good, len) < 0)
            assert_true(fx->err.message[0] != '\0');
        fx_free(fx);
    }
    for (size_t at = 0; at + 1 < sizeof good; at++) {
        struct fx *fx = fx_new();
        char text[sizeof good];
        memcpy(text, good, sizeof good);
        text[at] = damage[at % sizeof damage];
        if (load(fx, text, sizeof good - 1) < 0)
            assert_true(fx->err.cls == CG_ERR_USAGE && fx->err.message[0] != '\0');
        fx_free(fx);
    }
}

static void a_missing_file_and_an_unknown_pair_of_engines_are_refused(void **state) {
    (void)state;
    struct fx *fx = fx_new();
    struct cg_typemap *map = NULL;
    assert_int_equal(
        cg_typemap_load("mysql", "postgresql", "/nonexistent/map.yaml", NULL, 0, fx->arena, &map, &fx->err), -1);
    assert_int_equal(fx->err.cls, CG_ERR_USAGE);
    assert_non_null(strstr(fx->err.message, "/nonexistent/map.yaml"));
    assert_int_equal(cg_typemap_load("mysql", "postgresql", "/tmp", NULL, 0, fx->arena, &map, &fx->err), -1);
    assert_int_equal(cg_typemap_load("oracle", "postgresql", NULL, NULL, 0, fx->arena, &map, &fx->err), -1);
    assert_non_null(strstr(fx->err.message, "oracle"));
    assert_null(map);
    fx_free(fx);
}

static void short_and_long_forms_mean_the_same(void **state) {
    (void)state;
    static const char *const forms[] = {
        "rules:\n  - match: {type: varchar, length: 5}\n    target: text\n",
        "rules:\n  - match: {type: [varchar], length: {is: 5}}\n    target: text\n",
        "rules:\n- match:\n    type:\n    - varchar\n    length:\n      min: 5\n      max: 5\n  target: >-\n    text\n",
        "{\"rules\": [{\"match\": {\"type\": \"varchar\", \"length\": {\"min\": 5, \"max\": 5}}, \"target\": "
        "\"text\"}]}",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct fx *fx = fx_new();
        struct fx_table *t = fx_table(fx, "t", 1);
        fx_column(fx, t, "a", "varchar(5)");
        fx_column(fx, t, "b", "varchar(6)");
        fx->typemap = fx_file(forms[i]);
        struct cg_plan *plan = fx_plan(fx);
        assert_string_equal(fx_full(plan, "t", "a"), "text");
        assert_string_equal(fx_full(plan, "t", "b"), "character varying(6)");
        fx_free(fx);
    }
}

static int remove_file(void **state) {
    (void)state;
    unlink(fx_file(""));
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_and_repeated_keys_are_told_with_their_own_line),
        cmocka_unit_test(values_of_the_wrong_kind_are_told_with_their_own_line),
        cmocka_unit_test(rules_that_mean_nothing_are_told_with_the_line_of_the_rule),
        cmocka_unit_test(broken_and_hostile_yaml_is_refused),
        cmocka_unit_test(deep_nesting_and_huge_files_are_refused_quickly),
        cmocka_unit_test(damaged_maps_never_break_anything),
        cmocka_unit_test(a_missing_file_and_an_unknown_pair_of_engines_are_refused),
        cmocka_unit_test(short_and_long_forms_mean_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, remove_file);
}
