/* JSON texts: the canonical form is found for any bytes or they are refused; it is its own canonical form; and what is
 * left when \u0000 is taken out has none. The first byte chooses jsonb or json. */
#include "fuzz.h"
#include "transform/canonical.h"

static unsigned canonical(struct cg_json *json, enum cg_json_mode mode, struct cg_slice text, struct cg_buffer *out) {
    unsigned findings = 0;
    fuzz_require(cg_json_canonical_as(json, mode, text, out, &findings, NULL) == 0);
    return findings;
}

static void check_without_nul(struct cg_json *json, enum cg_json_mode mode, struct cg_slice text) {
    struct cg_buffer rest, again;
    cg_buffer_init(&rest, SIZE_MAX / 2);
    cg_buffer_init(&again, SIZE_MAX / 2);
    fuzz_require(cg_json_remove_nul(text, &rest, NULL) == 0);
    fuzz_require(rest.len <= text.len);
    fuzz_require(!(canonical(json, mode, cg_buffer_slice(&rest), &again) & (CG_JSON_HAS_NUL | CG_JSON_INVALID)));
    cg_buffer_done(&rest);
    cg_buffer_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    enum cg_json_mode mode = fuzz_flag(&input) ? CG_JSON_AS_TEXT : CG_JSON_AS_JSONB;
    struct cg_slice text = fuzz_bytes(&input, SIZE_MAX);
    unsigned char *exact = fuzz_copy(text);
    text.data = exact;
    struct cg_json *json = cg_json_new();
    struct cg_buffer once, twice;
    cg_buffer_init(&once, SIZE_MAX / 2);
    cg_buffer_init(&twice, SIZE_MAX / 2);
    fuzz_require(json);
    unsigned findings = canonical(json, mode, text, &once);
    if (findings & CG_JSON_INVALID) {
        fuzz_require(once.len == 0);
    } else {
        fuzz_require(!(canonical(json, mode, cg_buffer_slice(&once), &twice) & CG_JSON_INVALID));
        fuzz_require(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
        check_without_nul(json, mode, text);
    }
    cg_buffer_done(&once);
    cg_buffer_done(&twice);
    cg_json_free(json);
    free(exact);
    return 0;
}
