/* Canonical JSON: one text for one value, the findings, and yajl as a second opinion on what is JSON at all. */
#include "transform/canonical.h"
#include "core/utf8.h"

#include <yajl/yajl_parse.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct cg_json *json;
static struct cg_buffer out;

static unsigned canonical(enum cg_json_mode mode, struct cg_slice text) {
    struct cg_error err = {0};
    unsigned findings = 0;
    out.len = 0;
    if (cg_json_canonical_as(json, mode, text, &out, &findings, &err) < 0 || !cg_buffer_cstr(&out, &err))
        fail_msg("%s", err.message);
    return findings;
}

static void check(const char *text, const char *expected, unsigned findings) {
    unsigned found = canonical(CG_JSON_AS_JSONB, cg_slice_text(text));
    if (found != findings)
        fail_msg("%s: findings %u, not %u", text, found, findings);
    if (expected && strcmp((const char *)out.data, expected) != 0)
        fail_msg("%s: %s, not %s", text, (const char *)out.data, expected);
}

static void numbers_have_one_spelling(void **state) {
    (void)state;
    static const char *const same[][2] = {
        {"0", "0"},
        {"0.0", "0"},
        {"0e5", "0"},
        {"1", "1"},
        {"1.0", "1"},
        {"10e-1", "1"},
        {"0.1e1", "1"},
        {"100", "1e2"},
        {"1E2", "1e2"},
        {"1e+2", "1e2"},
        {"100.00", "1e2"},
        {"0.5", "5e-1"},
        {"5e-1", "5e-1"},
        {"0.50", "5e-1"},
        {"12.34", "1234e-2"},
        {"-12.340", "-1234e-2"},
        {"0.001", "1e-3"},
        {"1000.001", "1000001e-3"},
        {"123", "123"},
        {"-7", "-7"},
        {"1e100", "1e100"},
        {"0.00012e4", "12e-1"},
        {"1234567890123456789", "1234567890123456789"},
        {"1234567890123456789012345678901234567890", "123456789012345678901234567890123456789e1"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        check(same[i][0], same[i][1], CG_JSON_FINE);
    char long_form[102];
    memset(long_form, '0', sizeof long_form);
    long_form[0] = '1';
    long_form[101] = '\0';
    check(long_form, "1e100", CG_JSON_FINE); /* 1e100 as jsonb prints it */
}

static void strings_have_one_spelling(void **state) {
    (void)state;
    check("\"\\u0041\\/\\\"\\\\\"", "\"A/\\\"\\\\\"", CG_JSON_FINE);
    check("\"\\u000a\\n\\u0009\\u0001\\u001F\\u007f\"", "\"\\n\\n\\t\\u0001\\u001f\x7f\"", CG_JSON_FINE);
    check("\"\\u00fc\xc3\xbc\\u20AC\"", "\"\xc3\xbc\xc3\xbc\xe2\x82\xac\"", CG_JSON_FINE);
    check("\"\\ud83d\\ude00\xf0\x9f\x98\x80\"", "\"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\"", CG_JSON_FINE);
    check("\"a rather long text with a quote \\\" behind sixteen bytes\"",
          "\"a rather long text with a quote \\\" behind sixteen bytes\"", CG_JSON_FINE);
    check("\"\"", "\"\"", CG_JSON_FINE);
}

static void keys_are_sorted_by_bytes_at_every_level(void **state) {
    (void)state;
    check(" { \"b\" : 1 , \"a\" : { \"d\" : [ ] , \"c\" : { } } } ", "{\"a\":{\"c\":{},\"d\":[]},\"b\":1}",
          CG_JSON_FINE);
    check("{\"aa\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"aa\":1,\"b\":2}", CG_JSON_FINE);
    check("{\"a!\":1,\"a\":2,\"\":3,\"!\":4}", "{\"\":3,\"!\":4,\"a\":2,\"a!\":1}", CG_JSON_FINE);
    check("[{\"z\":[{\"y\":1,\"x\":2}],\"k\":null},true,false]", "[{\"k\":null,\"z\":[{\"x\":2,\"y\":1}]},true,false]",
          CG_JSON_FINE);
}

static void r28_duplicates_are_found_and_the_last_is_kept(void **state) {
    (void)state;
    check("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}", CG_JSON_HAS_DUPLICATE_KEY);
    check("{\"a\":1,\"\\u0061\":2}", "{\"a\":2}", CG_JSON_HAS_DUPLICATE_KEY);
    check("{\"a\":1,\"a\":2,\"a\":3}", "{\"a\":3}", CG_JSON_HAS_DUPLICATE_KEY);
    check("{\"x\":{\"a\":1,\"a\":2}}", "{\"x\":{\"a\":2}}", CG_JSON_HAS_DUPLICATE_KEY);
    check("{\"a\":1,\"b\":{\"a\":1}}", "{\"a\":1,\"b\":{\"a\":1}}", CG_JSON_FINE);
    assert_int_equal(canonical(CG_JSON_AS_TEXT, cg_slice_text("{\"a\":1,\"b\":0,\"a\":-0}")),
                     CG_JSON_HAS_DUPLICATE_KEY | CG_JSON_HAS_CHANGED_NUMBER);
    assert_string_equal((const char *)out.data, "{\"a\":1,\"a\":-0,\"b\":0}"); /* json keeps what it was given */
}

static void r28_minus_zero_nul_and_surrogates_are_found(void **state) {
    (void)state;
    check("-0", "0", CG_JSON_HAS_CHANGED_NUMBER);
    check("[-0.00e7]", "[0]", CG_JSON_HAS_CHANGED_NUMBER);
    check("\"\\u0000\"", NULL, CG_JSON_HAS_NUL);
    check("{\"\\u0000\":1}", NULL, CG_JSON_HAS_NUL);
    check("\"\\\\u0000\"", "\"\\\\u0000\"", CG_JSON_FINE);
    check("\"\\ud800\"", NULL, CG_JSON_HAS_LONE_SURROGATE);
    check("\"\\udc00\\ud800\"", NULL, CG_JSON_HAS_LONE_SURROGATE);
    check("\"\\ud800\\u0041\"", NULL, CG_JSON_HAS_LONE_SURROGATE);
    check("\"\\ud800\\ud800\\udc00\"", NULL, CG_JSON_HAS_LONE_SURROGATE);
}

/* A number of `zeros` zeros between head and tail. */
static unsigned findings_of_long(const char *head, size_t zeros, const char *tail) {
    char *text = malloc(strlen(head) + zeros + strlen(tail) + 1);
    assert_non_null(text);
    size_t at = strlen(head);
    memcpy(text, head, at);
    memset(text + at, '0', zeros);
    strcpy(text + at + zeros, tail);
    unsigned findings = canonical(CG_JSON_AS_JSONB, cg_slice_text(text));
    free(text);
    return findings;
}

/* Each boundary was tried on PostgreSQL 15 and 18. */
static void numbers_beyond_numeric_are_found(void **state) {
    (void)state;
    check("1e131071", "1e131071", CG_JSON_FINE);
    check("1e131072", NULL, CG_JSON_HAS_HUGE_NUMBER);
    check("0.1e131072", NULL, CG_JSON_FINE);
    check("1e-16383", NULL, CG_JSON_FINE);
    check("1e-16384", NULL, CG_JSON_HAS_HUGE_NUMBER);
    check("0e-16384", "0", CG_JSON_HAS_HUGE_NUMBER);
    check("0e200000", "0", CG_JSON_FINE);
    check("1e99999999999999999999", "1e99999999999999999999", CG_JSON_HAS_HUGE_NUMBER);
    check("1e-99999999999999999999", NULL, CG_JSON_HAS_HUGE_NUMBER);
    assert_int_equal(findings_of_long("1", 131071, ""), CG_JSON_FINE);
    assert_int_equal(findings_of_long("1", 131072, ""), CG_JSON_HAS_HUGE_NUMBER);
    assert_int_equal(findings_of_long("0.", 16383, ""), CG_JSON_FINE);
    assert_int_equal(findings_of_long("0.", 16384, ""), CG_JSON_HAS_HUGE_NUMBER);
    assert_int_equal(findings_of_long("1.", 20000, "e3617"), CG_JSON_FINE);
    assert_int_equal(findings_of_long("1.", 20000, "e3616"), CG_JSON_HAS_HUGE_NUMBER);
}

static void what_is_not_json_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        " ",
                                        "{",
                                        "[",
                                        "[1",
                                        "[1,]",
                                        "[,1]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{a:1}",
                                        "{1:1}",
                                        "]",
                                        "}",
                                        "[}",
                                        "{]",
                                        "1 2",
                                        "1,",
                                        "tru",
                                        "nul",
                                        "True",
                                        "NaN",
                                        "Infinity",
                                        "01",
                                        "-01",
                                        "-",
                                        "+1",
                                        ".5",
                                        "5.",
                                        "1e",
                                        "1e+",
                                        "0x10",
                                        "\"",
                                        "\"a",
                                        "\"\\\"",
                                        "\"\\x\"",
                                        "\"\\u12\"",
                                        "\"\\u123g\"",
                                        "\"a\nb\"",
                                        "'a'",
                                        "\v1",
                                        "1\f",
                                        "/**/1",
                                        "\"\xed\xa0\x80\"",
                                        "\"\xc0\x80\"",
                                        "\"\xff\"",
                                        "\xef\xbb\xbf"
                                        "1",
                                        "[1]x",
                                        "\"a\" \"b\"",
                                        "--1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check(texts[i], "", CG_JSON_INVALID);
    assert_int_equal(canonical(CG_JSON_AS_JSONB, (struct cg_slice){(const unsigned char *)"[1]\0", 4}),
                     CG_JSON_INVALID);
    assert_int_equal(canonical(CG_JSON_AS_JSONB, (struct cg_slice){NULL, 0}), CG_JSON_INVALID);
}

static void depth_costs_memory_and_no_stack(void **state) {
    (void)state;
    enum { DEPTH = 1000000 };
    char *text = malloc(2 * DEPTH);
    assert_non_null(text);
    memset(text, '[', DEPTH);
    memset(text + DEPTH, ']', DEPTH);
    assert_int_equal(canonical(CG_JSON_AS_JSONB, (struct cg_slice){(unsigned char *)text, 2 * DEPTH}), CG_JSON_FINE);
    assert_int_equal(out.len, 2 * DEPTH);
    assert_int_equal(canonical(CG_JSON_AS_JSONB, (struct cg_slice){(unsigned char *)text, DEPTH}), CG_JSON_INVALID);
    free(text);
}

static void many_keys_are_sorted_stably(void **state) {
    (void)state;
    enum { KEYS = 5000 };
    char *text = malloc(KEYS * 40), *end = text;
    assert_non_null(text);
    srand(3);
    *end++ = '{';
    for (int i = 0; i < KEYS; i++)
        end +=
            sprintf(end, "%s\"k%d\":%d", i ? "," : "", rand() % 1000, 10 * i + 1); /* no zero at the end: 10 is "1e1" */
    *end++ = '}';
    *end = '\0';
    unsigned findings = canonical(CG_JSON_AS_JSONB, cg_slice_text(text));
    assert_int_equal(findings, CG_JSON_HAS_DUPLICATE_KEY);
    int last[1000];
    memset(last, -1, sizeof last);
    for (char *p = text; (p = strstr(p, "\"k")) != NULL; p++) {
        int key = 0, value = 0;
        assert_int_equal(sscanf(p, "\"k%d\":%d", &key, &value), 2);
        last[key] = value;
    }
    char previous[8] = "";
    int seen = 0;
    for (const char *p = (const char *)out.data; (p = strstr(p, "\"k")) != NULL; p++, seen++) {
        char name[8];
        int value = 0;
        assert_int_equal(sscanf(p, "\"%7[^\"]\":%d", name, &value), 2);
        assert_true(strcmp(previous, name) < 0);
        assert_int_equal(value, last[atoi(name + 1)]);
        strcpy(previous, name);
    }
    for (int i = 0; i < 1000; i++)
        seen -= last[i] >= 0;
    assert_int_equal(seen, 0);
    free(text);
}

static bool yajl_accepts(struct cg_slice text) {
    yajl_handle handle = yajl_alloc(NULL, NULL, NULL);
    assert_non_null(handle);
    bool ok =
        yajl_parse(handle, text.data, text.len) == yajl_status_ok && yajl_complete_parse(handle) == yajl_status_ok;
    yajl_free(handle);
    return ok;
}

/* Where yajl is known to be laxer: white space that JSON does not have, and UTF-8. */
static bool beyond_yajl(struct cg_slice text) {
    return memchr(text.data, '\v', text.len) || memchr(text.data, '\f', text.len) ||
           cg_utf8_check(text, NULL) != CG_UTF8_CLEAN;
}

static void damaged_documents_are_judged_as_yajl_judges_them(void **state) {
    (void)state;
    static const char *const seeds[] = {"{\"a\":[1,2.5e-3,\"x\\u00fc\\n\"],\"b\":{\"c\":null,\"d\":true},\"e\":-0.0}",
                                        "[[],{},\"\\ud83d\\ude00\",false,123456789012345678901234567890,\"\xc3\xbc\"]"};
    static const char alphabet[] = "{}[]:,\"\\u0123eE+-. \ntfn\x01\x7f\xc3";
    unsigned accepted = 0;
    srand(11);
    for (int i = 0; i < 100000; i++) {
        unsigned char text[160];
        const char *seed = seeds[i % 2];
        size_t len = strlen(seed);
        memcpy(text, seed, len);
        for (int hits = 1 + rand() % 3; hits > 0; hits--) {
            size_t at = (size_t)rand() % len;
            if (rand() % 3 == 0) {
                memmove(text + at, text + at + 1, len - at - 1);
                len--;
            } else {
                text[at] = (unsigned char)alphabet[(size_t)rand() % (sizeof alphabet - 1)];
            }
        }
        struct cg_slice slice = {text, len};
        bool ours = canonical(CG_JSON_AS_JSONB, slice) != CG_JSON_INVALID;
        if (ours != yajl_accepts(slice) && (ours || !beyond_yajl(slice)))
            fail_msg("%.*s: %s", (int)len, (const char *)text,
                     ours ? "taken, yajl refuses it" : "refused, yajl takes it");
        accepted += ours;
    }
    assert_true(accepted > 1000 && accepted < 99000);
}

static void the_canonical_form_is_its_own_canonical_form(void **state) {
    (void)state;
    static const char *const texts[] = {"{\"b\":[1e5,-2.50,\"\\u0001\\\"\"],\"a\":{\"z\":0,\"y\":100}}",
                                        "[0.1,10,1e-400,\"\\ud83d\\ude00\"]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char once[256];
        assert_int_equal(canonical(CG_JSON_AS_JSONB, cg_slice_text(texts[i])), CG_JSON_FINE);
        memcpy(once, out.data, out.len + 1);
        check(once, once, CG_JSON_FINE);
    }
}

static void r28_nul_escapes_are_removed_and_nothing_else(void **state) {
    (void)state;
    static const char *const cases[][2] = {{"\"a\\u0000b\"", "\"ab\""},
                                           {"\"\\\\u0000\"", "\"\\\\u0000\""},
                                           {"\"\\\\\\u0000\"", "\"\\\\\""},
                                           {"{\"\\u0000\": \"\\u0000\\u0000\"}", "{\"\": \"\"}"},
                                           {"\"\\u00000\"", "\"0\""}};
    struct cg_error err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        out.len = 0;
        assert_int_equal(cg_json_remove_nul(cg_slice_text(cases[i][0]), &out, &err), 0);
        assert_non_null(cg_buffer_cstr(&out, &err));
        assert_string_equal((const char *)out.data, cases[i][1]);
    }
}

static int set_up(void **state) {
    (void)state;
    cg_buffer_init(&out, SIZE_MAX / 2);
    json = cg_json_new();
    return json ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    cg_json_free(json);
    cg_buffer_done(&out);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_one_spelling),
        cmocka_unit_test(strings_have_one_spelling),
        cmocka_unit_test(keys_are_sorted_by_bytes_at_every_level),
        cmocka_unit_test(r28_duplicates_are_found_and_the_last_is_kept),
        cmocka_unit_test(r28_minus_zero_nul_and_surrogates_are_found),
        cmocka_unit_test(numbers_beyond_numeric_are_found),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(depth_costs_memory_and_no_stack),
        cmocka_unit_test(many_keys_are_sorted_stably),
        cmocka_unit_test(damaged_documents_are_judged_as_yajl_judges_them),
        cmocka_unit_test(the_canonical_form_is_its_own_canonical_form),
        cmocka_unit_test(r28_nul_escapes_are_removed_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
