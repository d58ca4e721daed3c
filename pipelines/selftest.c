/* The self-test: canaries of the types that the run has are selected on the source, sent down the whole path into a
 * temporary table of the target, and read back as the target's own text, which must be the one written down in
 * verify/canary.c. Then each is damaged, and the digest must see it. One canary a type: the report says "partial". */
#include "pipelines/selftest.h"
#include "engine/postgresql/connection.h"
#include "pipelines/evidence.h"
#include "transform/encoder.h"
#include "verify/canary.h"

#include <stdlib.h>
#include <string.h>

struct bird {
    const struct cg_column *source, *target;
    struct cg_canary_value value;
    size_t result; /* index into report->self_test_types */
};

struct cage {
    const struct cg_self_test_input *input;
    struct bird *birds;
    size_t count;
};

static int result_add(const struct cg_self_test_input *input, const struct cg_column *source,
                      const struct cg_column *target, const char *result, const char *detail, struct cg_error *err) {
    struct cg_report *report = input->report;
    struct cg_report_self_test_type *all =
        cg_arena_push(input->arena, report->self_test_types, &report->self_test_type_count, sizeof *all);
    if (!all)
        return cg_error_memory(err);
    report->self_test_types = all;
    all[report->self_test_type_count - 1] =
        (struct cg_report_self_test_type){source->type.full, target->type.full, result, detail};
    return 0;
}

static void result_set(const struct cg_self_test_input *input, const struct bird *bird, const char *result,
                       const char *detail) {
    struct cg_report_self_test_type *type = &input->report->self_test_types[bird->result];
    type->result = result;
    type->detail = detail;
}

/* Pairs that differ only in length or labels share a canary: one for each pair of type names. */
static bool same_pair(const struct cg_type *a, const struct cg_type *b) {
    return strcmp(a->name, b->name) == 0 && a->is_unsigned == b->is_unsigned && a->array == b->array;
}

static bool seen(const struct cage *cage, const struct cg_column *source, const struct cg_column *target) {
    const struct cg_report *report = cage->input->report;
    for (size_t i = 0; i < cage->count; i++)
        if (same_pair(&cage->birds[i].source->type, &source->type) &&
            same_pair(&cage->birds[i].target->type, &target->type))
            return true;
    for (size_t i = 0; i < report->self_test_type_count; i++)
        if (strcmp(report->self_test_types[i].source_type, source->type.full) == 0 &&
            strcmp(report->self_test_types[i].target_type, target->type.full) == 0)
            return true;
    return false;
}

static int consider(struct cage *cage, const struct cg_column *source, const struct cg_column *target,
                    struct cg_error *err) {
    if (seen(cage, source, target))
        return 0;
    const struct cg_self_test_input *input = cage->input;
    struct bird bird = {.source = source, .target = target, .result = input->report->self_test_type_count};
    const char *why = "";
    int chosen = cg_canary_choose(&source->type, &target->type, input->arena, &bird.value, &why, err);
    if (chosen < 0 || result_add(input, source, target, "not self-tested", why, err) < 0)
        return -1;
    if (!chosen)
        return 0;
    struct bird *all = cg_arena_push(input->arena, cage->birds, &cage->count, sizeof *all);
    if (!all)
        return cg_error_memory(err);
    cage->birds = all;
    all[cage->count - 1] = bird;
    return 0;
}

/* ---- one flight ---- */

/* The canary's column on the target is of the same type; NULL when memory is out. */
static const char *type_text(const struct cg_self_test_input *input, const struct cg_type *type) {
    struct cg_buffer text;
    cg_buffer_init(&text, 1 << 20);
    struct cg_error err = {0};
    const char *copy = NULL;
    if (cg_pg_put_type(&text, type, &err) == 0)
        copy = cg_arena_strndup(input->arena, (const char *)text.data, text.len);
    cg_buffer_done(&text);
    return copy;
}

static int read_canaries(const struct cg_self_test_input *input, const struct bird *bird, struct cg_encoder *encoder,
                         struct cg_buffer *image, struct cg_digest *digest, struct cg_error *err) {
    struct cg_canary canary = {.type = &bird->source->type, .json = bird->value.json};
    struct cg_reader *reader = NULL;
    struct cg_source_row row;
    if (cg_source_canaries(input->session, &canary, 1, &reader, err) < 0)
        return -1;
    int more = cg_reader_next(reader, &row, err);
    int result = more < 0 ? -1 : more == 0 ? cg_error_set(err, CG_ERR_INTERNAL, "the source gave no canary row") : 0;
    if (result == 0)
        result = cg_encoder_row(encoder, row.values, image, digest, err);
    while (result == 0 && (more = cg_reader_next(reader, &row, err)) > 0)
        ;
    cg_reader_close(reader);
    return result;
}

/* Flips a bit of the last byte of the only field; the digest must change, or the image be refused. */
static bool damage_is_seen(const struct cg_canonical *canonical, struct cg_buffer *image,
                           const struct cg_digest *good) {
    struct cg_canonicaliser *canonicaliser = cg_canonicaliser_new(canonical, image->len + 1024);
    struct cg_digest before = {0}, after = {0};
    struct cg_error err = {0};
    bool seen = false;
    if (canonicaliser && image->len > 6 &&
        cg_canonical_row(canonicaliser, cg_buffer_slice(image), &before, &err) == 0 && cg_digest_equal(&before, good)) {
        image->data[image->len - 1] ^= 1;
        seen =
            cg_canonical_row(canonicaliser, cg_buffer_slice(image), &after, &err) < 0 || !cg_digest_equal(&after, good);
    }
    cg_canonicaliser_free(canonicaliser);
    return seen;
}

/* Writes down how the canary fared: `shown` is what the target says that it is. */
static int judge(const struct cg_self_test_input *input, const struct bird *bird, bool right, bool seen,
                 const char *shown, const char *passed, struct cg_error *err) {
    const char *detail =
        cg_arena_printf(input->arena, "%s arrived as %s, expected %s%s", bird->value.json, shown, bird->value.expected,
                        right && !seen ? "; a damaged byte was not noticed" : "");
    if (!detail)
        return cg_error_memory(err);
    result_set(input, bird, right && seen ? "passed" : "failed", right && seen ? passed : detail);
    return 0;
}

/* Loads into a temporary table, reads back as text and as an image. -1 when the canary could not be flown at all. */
static int land(const struct cg_self_test_input *input, const struct bird *bird, struct cg_encoder_plan *plan,
                struct cg_buffer *image, const struct cg_digest *digest, struct cg_error *err) {
    struct cg_target_session *session = NULL;
    const char *type = type_text(input, &bird->target->type), *text = NULL;
    if (!type)
        return cg_error_memory(err);
    if (cg_target_session_open(input->target, &session, err) < 0)
        return -1;
    struct cg_buffer back;
    cg_buffer_init(&back, image->len + 4096);
    int result = cg_target_canary(session, &type, 1, cg_buffer_slice(image), input->arena, &text, err);
    if (result == 0)
        result = cg_target_canary_image(session, &back, err);
    if (result == 0)
        result = judge(input, bird, text && strcmp(text, bird->value.expected) == 0,
                       damage_is_seen(cg_encoder_canonical(plan), &back, digest), text ? text : "NULL",
                       bird->value.expected, err);
    cg_buffer_done(&back);
    cg_target_session_close(session);
    return result;
}

/* Where no temporary table may be made: the target makes the expected value from its text, and what it gives as an
 * image must be what the source's value became (R25). */
static int land_as_literal(const struct cg_self_test_input *input, const struct bird *bird,
                           struct cg_encoder_plan *plan, const struct cg_digest *digest, struct cg_error *err) {
    struct cg_canary canary = {.type = &bird->target->type, .json = bird->value.expected};
    struct cg_canonicaliser *canonicaliser = cg_canonicaliser_new(cg_encoder_canonical(plan), 1 << 20);
    struct cg_reader *reader = NULL;
    struct cg_source_row row;
    struct cg_digest expected = {0};
    struct cg_buffer image;
    cg_buffer_init(&image, 1 << 20);
    int result =
        canonicaliser ? cg_source_canaries(input->target_session, &canary, 1, &reader, err) : cg_error_memory(err);
    int more = result == 0 ? cg_reader_next(reader, &row, err) : -1;
    if (result == 0 && more <= 0)
        result = more < 0 ? -1 : cg_error_set(err, CG_ERR_INTERNAL, "the target gave no canary row");
    if (result == 0)
        result = cg_buffer_append(&image, row.image.data, row.image.len, err);
    while (result == 0 && (more = cg_reader_next(reader, &row, err)) > 0)
        ;
    cg_reader_close(reader);
    if (result == 0)
        result = cg_canonical_row(canonicaliser, cg_buffer_slice(&image), &expected, err);
    if (result == 0) {
        bool right = cg_digest_equal(&expected, digest);
        bool seen = right && damage_is_seen(cg_encoder_canonical(plan), &image, digest);
        const char *passed =
            cg_arena_printf(input->arena, "%s, as a literal: no temporary table could be made", bird->value.expected);
        result = passed ? judge(input, bird, right, seen, "another value", passed, err) : cg_error_memory(err);
    }
    cg_canonicaliser_free(canonicaliser);
    cg_buffer_done(&image);
    return result;
}

static int land_somehow(const struct cg_self_test_input *input, const struct bird *bird, struct cg_encoder_plan *plan,
                        struct cg_buffer *image, const struct cg_digest *digest, struct cg_error *err) {
    int result = input->target ? land(input, bird, plan, image, digest, err)
                               : cg_error_set(err, CG_ERR_RIGHTS, "no temporary table can be made on the target");
    if (result < 0 && input->target_session && err->cls != CG_ERR_CANCELLED)
        result = land_as_literal(input, bird, plan, digest, err);
    return result;
}

static int fly(const struct cg_self_test_input *input, const struct bird *bird, struct cg_error *err) {
    struct cg_column target = *bird->target;
    target.nullable = true;
    target.generated = CG_NOT_GENERATED;
    struct cg_encode_column column = {.source = bird->source, .target = &target};
    struct cg_encoder_plan *plan;
    if (cg_encoder_compile("canary", &column, 1, NULL, 0, CG_MISFIT_STOP, input->arena, &plan, NULL, err) < 0)
        return -1;
    struct cg_encoder *encoder = cg_encoder_new(plan, 1 << 20);
    if (!encoder)
        return cg_error_memory(err);
    struct cg_buffer image;
    cg_buffer_init(&image, 1 << 20);
    struct cg_digest digest = {0};
    int result = read_canaries(input, bird, encoder, &image, &digest, err);
    if (result == 0)
        result = land_somehow(input, bird, plan, &image, &digest, err);
    cg_buffer_done(&image);
    cg_encoder_free(encoder);
    return result;
}

static void sum_up(struct cg_report *report) {
    size_t passed = 0;
    report->self_test = CG_SELF_TEST_NOT_RUN;
    for (size_t i = 0; i < report->self_test_type_count; i++) {
        if (strcmp(report->self_test_types[i].result, "failed") == 0) {
            report->self_test = CG_SELF_TEST_FAILED;
            return;
        }
        passed += strcmp(report->self_test_types[i].result, "passed") == 0;
    }
    if (passed)
        report->self_test = CG_SELF_TEST_PARTIAL;
}

int cg_self_test_run(const struct cg_self_test_input *input, struct cg_error *err) {
    struct cage cage = {.input = input};
    for (size_t i = 0; i < input->pair_count; i++)
        if (consider(&cage, input->pairs[i].source, input->pairs[i].target, err) < 0)
            return -1;
    for (size_t i = 0; i < cage.count; i++) {
        struct cg_error why = {0};
        if (fly(input, &cage.birds[i], &why) == 0)
            continue;
        if (why.cls == CG_ERR_CANCELLED || why.cls == CG_ERR_SYSTEM) {
            *err = why;
            return -1;
        }
        const char *detail = cg_arena_strdup(input->arena, why.message);
        if (!detail)
            return cg_error_memory(err);
        result_set(input, &cage.birds[i], "not self-tested", detail);
    }
    sum_up(input->report);
    if (input->report->self_test == CG_SELF_TEST_FAILED)
        cg_evidence_failure(input->report, CG_ERR_INTERNAL);
    return 0;
}
