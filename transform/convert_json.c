/* JSON on its way into a row image; see convert.h. The text goes as it is (jsonb_recv: version byte 1, then text;
 * json_recv: text); what jsonb would change or refuse is found on the source's bytes (R28). The canonical text that
 * the same pass makes is kept for the digest. */
#include "transform/convert.h"

/* What jsonb cannot hold at all. */
static enum cg_fit refuse(struct cg_job *job, unsigned findings) {
    static const struct {
        unsigned finding;
        const char *why;
    } table[] = {
        {CG_JSON_HAS_LONE_SURROGATE, "jsonb cannot hold half a surrogate pair"},
        {CG_JSON_HAS_HUGE_NUMBER, "it has a number beyond PostgreSQL's numeric"},
        {CG_JSON_HAS_LONG_STRING, "it has a string over 256 MB, more than jsonb can hold"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (findings & table[i].finding)
            return cg_misfit(job, -1, "%s", table[i].why);
    return CG_FITS;
}

/* Reads the text once more, without its \u0000: that may make keys equal. */
static enum cg_fit remove_nul(struct cg_job *job, const struct cg_path *path, struct cg_slice *text,
                              unsigned *findings) {
    enum cg_fit fit = cg_apply(job, path, CG_JSON_NUL_REMOVED, "jsonb cannot hold \\u0000");
    if (fit != CG_FITS)
        return fit;
    job->spare.len = 0;
    job->texts.len = job->prepared[path->index].at;
    if (cg_json_remove_nul(*text, &job->spare, job->err) < 0)
        return CG_FAILED;
    *text = cg_buffer_slice(&job->spare);
    return cg_json_canonical_as(job->json, path->json_mode, *text, &job->texts, findings, job->err) < 0 ? CG_FAILED
                                                                                                        : CG_FITS;
}

/* What jsonb would change without a word. */
static enum cg_fit settle(struct cg_job *job, const struct cg_path *path, struct cg_slice *text, unsigned findings) {
    enum cg_fit fit = refuse(job, findings);
    if (fit == CG_FITS && findings & CG_JSON_HAS_NUL)
        fit = remove_nul(job, path, text, &findings);
    if (fit == CG_FITS && findings & CG_JSON_HAS_DUPLICATE_KEY)
        fit = cg_apply(job, path, CG_JSON_DUPLICATE_KEY, "it has an object with a key twice");
    if (fit == CG_FITS && findings & CG_JSON_HAS_CHANGED_NUMBER)
        fit = cg_apply(job, path, CG_JSON_NUMBER_CHANGED, "it has a number -0, whose sign jsonb drops");
    return fit;
}

enum cg_fit cg_encode_json(struct cg_job *job, const struct cg_path *path, const struct cg_value *value) {
    struct cg_slice text = value->bytes;
    struct cg_prepared *prepared = &job->prepared[path->index];
    unsigned findings;
    if (text.len >= CG_FIELD_MAX)
        return cg_misfit(job, -1, "%zu bytes are more than the 1 GB that PostgreSQL can hold in a field", text.len);
    prepared->at = job->texts.len;
    if (cg_json_canonical_as(job->json, path->json_mode, text, &job->texts, &findings, job->err) < 0)
        return CG_FAILED;
    if (findings & CG_JSON_INVALID)
        return cg_misfit(job, -1, "it is not valid JSON");
    if (path->jsonb && findings) {
        enum cg_fit fit = settle(job, path, &text, findings);
        if (fit != CG_FITS)
            return fit;
    }
    prepared->len = job->texts.len - prepared->at;
    if (cg_buffer_reserve(job->out, 5 + text.len, job->err) < 0)
        return CG_FAILED;
    cg_put_u32(job->out, (uint32_t)(text.len + path->jsonb));
    if (path->jsonb)
        cg_put_u8(job->out, 1);
    cg_put_bytes(job->out, text.data, text.len);
    return CG_FITS;
}
