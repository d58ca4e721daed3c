/* The canonical form: the digest that the encoder takes of a row equals the one that a reader takes of its image, equal
 * values have equal digests however they are spelled, different ones do not, and a malformed image is refused. */
#include "tests/support/encode.h"

static void encoder_and_reader_agree_on_random_rows(void **state) {
    (void)state;
    struct rig rig = {0};
    rig_add(&rig, "id", "bigint", "bigint");
    rig_add(&rig, "d", "decimal(20,4)", "numeric");
    rig_add(&rig, "j", "json", "jsonb");
    rig_add(&rig, "t", "varchar(50)", "varchar(50)");
    rig_add(&rig, "k", "json", "json");
    rig_add(&rig, "e", "decimal(20,4)", "numeric(20,4)");
    assert_int_equal(rig_compile(&rig), 0);
    assert_false(cg_encoder_canonical(rig.plan)->plain);
    srand(5);
    for (int i = 0; i < 5000; i++) {
        char number[40], one[120], two[120], text[50];
        size_t n = (size_t)snprintf(number, sizeof number, "%d.%04d", rand() - RAND_MAX / 2, rand() % 10000);
        size_t a = (size_t)snprintf(one, sizeof one, "{\"z\": %d, \"a\": [%de%d, \"\\u00%02x\"]}", rand() % 1000,
                                    rand() % 100, rand() % 9, 32 + rand() % 90);
        size_t b = (size_t)snprintf(two, sizeof two, "[%d.%d0]", rand() % 100 + 1, rand() % 100);
        size_t c = (size_t)snprintf(text, sizeof text, "row %d", i);
        struct cg_value values[] = {
            I(i),
            {.kind = CG_VALUE_DECIMAL, .bytes = {(unsigned char *)number, n}},
            {.kind = CG_VALUE_JSON, .bytes = {(unsigned char *)one, a}},
            {.kind = CG_VALUE_TEXT, .bytes = {(unsigned char *)text, c}},
            {.kind = CG_VALUE_JSON, .bytes = {(unsigned char *)two, b}},
            {.kind = CG_VALUE_DECIMAL, .bytes = {(unsigned char *)number, n}},
        };
        for (size_t k = 1; k < 6; k++)
            if (rand() % 4 == 0)
                values[k].kind = CG_VALUE_NULL;
        rig.out.len = 0;
        rig.digest = (struct cg_digest){0};
        if (cg_encoder_row(rig.encoder, values, &rig.out, &rig.digest, &rig.err) < 0)
            fail_msg("%s", rig.err.message);
        struct cg_digest again = digest_of_image(&rig, cg_buffer_slice(&rig.out));
        assert_true(cg_digest_equal(&again, &rig.digest));
    }
    rig_done(&rig);
}

/* Digest of a one-column row given as the field's bytes. */
static struct cg_digest digest_of(enum cg_canonical_form form, const void *field, size_t len) {
    struct cg_canonical canonical = {&form, 1, form == CG_CANONICAL_BYTES};
    struct cg_canonicaliser *c = cg_canonicaliser_new(&canonical, 4096);
    struct cg_buffer image;
    struct cg_digest digest = {0};
    struct cg_error err = {0};
    assert_non_null(c);
    cg_buffer_init(&image, 4096);
    assert_int_equal(cg_buffer_reserve(&image, len + 6, &err), 0);
    cg_put_u16(&image, 1);
    cg_put_u32(&image, (uint32_t)len);
    cg_put_bytes(&image, field, len);
    if (cg_canonical_row(c, cg_buffer_slice(&image), &digest, &err) < 0)
        fail_msg("%s", err.message);
    cg_buffer_done(&image);
    cg_canonicaliser_free(c);
    return digest;
}

#define SAME(form, a, b)                                                                                               \
    do {                                                                                                               \
        struct cg_digest x = digest_of(form, a, sizeof(a) - 1), y = digest_of(form, b, sizeof(b) - 1);                 \
        assert_true(cg_digest_equal(&x, &y));                                                                          \
    } while (0)
#define DIFFERENT(form, a, b)                                                                                          \
    do {                                                                                                               \
        struct cg_digest x = digest_of(form, a, sizeof(a) - 1), y = digest_of(form, b, sizeof(b) - 1);                 \
        assert_false(cg_digest_equal(&x, &y));                                                                         \
    } while (0)

static void json_is_equal_by_value(void **state) {
    (void)state;
    SAME(CG_CANONICAL_JSON, "\1{\"a\":1.0,\"b\":[1e2]}", "\1{\"b\": [100], \"a\": 1}");
    SAME(CG_CANONICAL_JSON, "\1{\"a\":1,\"a\":2}", "\1{\"a\": 2}");
    DIFFERENT(CG_CANONICAL_JSON, "\1{\"a\":1}", "\1{\"a\":\"1\"}");
    DIFFERENT(CG_CANONICAL_JSON, "\1[1,2]", "\1[2,1]");
    DIFFERENT(CG_CANONICAL_JSON, "\1[1.0000000000000000001]", "\1[1]");
    SAME(CG_CANONICAL_JSON_TEXT, "[1.0]", "[ 1 ]");
    DIFFERENT(CG_CANONICAL_JSON_TEXT, "[-0]", "[0]");
    DIFFERENT(CG_CANONICAL_JSON_TEXT, "{\"a\":1,\"a\":2}", "{\"a\":2}");
}

static void numeric_is_equal_by_value_whatever_its_scale(void **state) {
    (void)state;
    SAME(CG_CANONICAL_NUMERIC, "\0\1\0\0\0\0\0\0\0\1", "\0\1\0\0\0\0\0\2\0\1");         /* 1, 1.00 */
    SAME(CG_CANONICAL_NUMERIC, "\0\1\0\0\0\0\0\0\0\1", "\0\3\0\1\0\0\0\2\0\0\0\1\0\0"); /* zero groups */
    SAME(CG_CANONICAL_NUMERIC, "\0\0\0\0\0\0\0\0", "\0\1\0\5\x40\0\0\3\0\0");           /* 0, -0.000 */
    DIFFERENT(CG_CANONICAL_NUMERIC, "\0\1\0\0\0\0\0\0\0\1", "\0\1\0\0\x40\0\0\0\0\1");  /* 1, -1 */
    DIFFERENT(CG_CANONICAL_NUMERIC, "\0\1\0\0\0\0\0\0\0\1", "\0\1\0\1\0\0\0\0\0\1");    /* 1, 10000 */
    DIFFERENT(CG_CANONICAL_NUMERIC, "\0\0\0\0\xc0\0\0\0", "\0\0\0\0\0\0\0\0");          /* NaN, 0 */
    DIFFERENT(CG_CANONICAL_NUMERIC, "\0\0\0\0\xd0\0\0\0", "\0\0\0\0\xf0\0\0\0");        /* infinities */
    DIFFERENT(CG_CANONICAL_BYTES, "\0\1\0\0\0\0\0\0\0\1", "\0\1\0\0\0\0\0\2\0\1");
}

static void r29_padding_and_element_oids_are_left_out_where_they_say_nothing(void **state) {
    (void)state;
    SAME(CG_CANONICAL_BPCHAR, "ab  ", "ab");
    SAME(CG_CANONICAL_BPCHAR, "    ", "");
    DIFFERENT(CG_CANONICAL_BPCHAR, " ab", "ab");
    DIFFERENT(CG_CANONICAL_BYTES, "ab  ", "ab");
    SAME(CG_CANONICAL_ARRAY, "\0\0\0\0\0\0\0\0\0\0\0\x19", "\0\0\0\0\0\0\0\0\0\0\xff\xff");
    DIFFERENT(CG_CANONICAL_ARRAY, "\0\0\0\0\0\0\0\0\0\0\0\x19", "\0\0\0\0\0\0\0\1\0\0\0\x19");
}

static void the_form_follows_from_the_two_types(void **state) {
    (void)state;
    static const struct {
        const char *source, *target;
        enum cg_canonical_form form;
    } cases[] = {
        {"int", "integer", CG_CANONICAL_BYTES},
        {"json", "jsonb", CG_CANONICAL_JSON},
        {"longtext", "jsonb", CG_CANONICAL_JSON},
        {"json", "json", CG_CANONICAL_JSON_TEXT},
        {"json", "text", CG_CANONICAL_BYTES},
        {"decimal(5,2)", "numeric", CG_CANONICAL_NUMERIC},
        {"decimal(5,2)", "numeric(5,2)", CG_CANONICAL_BYTES},
        {"bigint unsigned", "numeric(20,0)", CG_CANONICAL_BYTES},
        {"numeric(5,2)", "numeric(5,3)", CG_CANONICAL_NUMERIC},
        {"numeric(5,2)", "numeric(9,2)", CG_CANONICAL_BYTES},
        {"numeric", "numeric(9,2)", CG_CANONICAL_NUMERIC},
        {"char(5)", "bpchar(5)", CG_CANONICAL_BYTES},
        {"bpchar(5)", "bpchar(9)", CG_CANONICAL_BPCHAR},
        {"bpchar(5)", "bpchar(5)", CG_CANONICAL_BYTES},
        {"set('a')", "text[]", CG_CANONICAL_BYTES},
        {"vector(3)", "real[]", CG_CANONICAL_BYTES},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cg_type source = type_of(cases[i].source), target = type_of(cases[i].target);
        if (cg_canonical_form_of(&source, &target) != cases[i].form)
            fail_msg("%s, %s", cases[i].source, cases[i].target);
    }
    struct cg_type labels = type_of("mood[]");
    labels.schema = "public";
    assert_int_equal(cg_canonical_form_of(&labels, &labels), CG_CANONICAL_ARRAY);
}

static int try_image(struct cg_canonicaliser *c, const void *bytes, size_t len, struct cg_error *err) {
    /* A copy of its own, so that the sanitizer sees a read beyond it. */
    unsigned char *copy = malloc(len ? len : 1);
    struct cg_digest digest = {0};
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    int r = cg_canonical_row(c, (struct cg_slice){copy, len}, &digest, err);
    assert_int_equal(digest.rows, r == 0);
    free(copy);
    return r;
}

static void malformed_images_are_refused(void **state) {
    (void)state;
    static const enum cg_canonical_form forms[] = {CG_CANONICAL_BYTES, CG_CANONICAL_NUMERIC, CG_CANONICAL_JSON,
                                                   CG_CANONICAL_ARRAY, CG_CANONICAL_BPCHAR};
    static const unsigned char good[] = "\0\5\0\0\0\1x\0\0\0\x0a\0\1\0\0\0\0\0\0\0\1\0\0\0\4\1[1]\0\0\0\x0c\0\0\0\0\0\0"
                                        "\0\0\0\0\0\x19\0\0\0\2a ";
    struct cg_canonical canonical = {forms, 5, false};
    struct cg_canonicaliser *c = cg_canonicaliser_new(&canonical, 4096);
    struct cg_error err = {0};
    assert_non_null(c);
    size_t whole = sizeof good - 1;
    if (try_image(c, good, whole, &err) < 0)
        fail_msg("%s", err.message);
    for (size_t len = 0; len < whole; len++) {
        assert_int_equal(try_image(c, good, len, &err), -1);
        assert_int_equal(err.cls, CG_ERR_INTERNAL);
    }
    assert_int_equal(try_image(c, good, sizeof good, &err), -1); /* a byte too many */
    srand(9);
    for (int i = 0; i < 50000; i++) {
        unsigned char bad[sizeof good];
        memcpy(bad, good, sizeof good);
        bad[(size_t)rand() % whole] = (unsigned char)rand();
        bad[(size_t)rand() % whole] ^= (unsigned char)(1 << rand() % 8);
        (void)!try_image(c, bad, whole, &err); /* whatever it says, nothing is read beyond the end */
    }
    cg_canonicaliser_free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoder_and_reader_agree_on_random_rows),
        cmocka_unit_test(json_is_equal_by_value),
        cmocka_unit_test(numeric_is_equal_by_value_whatever_its_scale),
        cmocka_unit_test(r29_padding_and_element_oids_are_left_out_where_they_say_nothing),
        cmocka_unit_test(the_form_follows_from_the_two_types),
        cmocka_unit_test(malformed_images_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
