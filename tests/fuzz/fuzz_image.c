/* Row images as a target hands them out (COPY BINARY tuples), in every canonical form: any bytes are taken or refused.
 * One byte for each of three columns chooses its form; the rest is the image. */
#include "fuzz.h"
#include "transform/canonical.h"

enum { COLUMNS = 3, FORMS = CG_CANONICAL_JSON_TEXT + 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_input input = {data, size};
    enum cg_canonical_form forms[COLUMNS];
    bool plain = true;
    size_t count = fuzz_below(&input, COLUMNS + 1);
    for (size_t i = 0; i < COLUMNS; i++) {
        forms[i] = (enum cg_canonical_form)fuzz_below(&input, FORMS);
        plain &= i >= count || forms[i] == CG_CANONICAL_BYTES;
    }
    struct cg_canonical canonical = {.columns = forms, .column_count = count, .plain = plain};
    struct cg_canonicaliser *c = cg_canonicaliser_new(&canonical, 1 << 20);
    struct cg_slice image = fuzz_bytes(&input, SIZE_MAX);
    unsigned char *exact = fuzz_copy(image);
    struct cg_digest digest = {0};
    struct cg_error err = {0};
    fuzz_require(c);
    image.data = exact;
    if (cg_canonical_row(c, image, &digest, &err) == 0)
        fuzz_require(digest.rows == 1);
    else
        fuzz_require(digest.rows == 0 && err.message[0]);
    cg_canonicaliser_free(c);
    free(exact);
    return 0;
}
