/* Do two texts of SQL mean the same? The target itself tells how it spells both: what is spelled alike is the same.
 * That two texts are spelled otherwise says only that nobody has shown them to be the same. See schema_internal.h. */
#include "verify/schema_internal.h"

#include "extract/source.h"

#include <string.h>

/* 1: spelled; 0: refused, *ret_why in the arena; -1: err. */
static int spell(const struct cg_schema_input *input, const struct cg_table *table, const struct cg_type *type,
                 const char *const *texts, size_t count, const char **ret_spelled, const char **ret_why,
                 struct cg_error *err) {
    struct cg_error why = {0};
    if (cg_source_spell(input->session, table, type, texts, count, input->arena, ret_spelled, &why) == 0)
        return 1;
    if (why.cls != CG_ERR_ENGINE && why.cls != CG_ERR_RIGHTS && why.cls != CG_ERR_USAGE) {
        *err = why;
        return -1;
    }
    *ret_why = cg_arena_strdup(input->arena, why.message);
    return *ret_why ? 0 : cg_error_memory(err);
}

int cg_schema_spelled(const struct cg_schema_input *input, const struct cg_table *table, const struct cg_type *type,
                      const char *wanted, const char *actual, enum cg_spelled *ret_spelled, const char **ret_why,
                      struct cg_error *err) {
    const char *texts[2] = {wanted, actual}, *spelled[2] = {NULL, NULL};
    *ret_why = NULL;
    *ret_spelled = CG_SPELLED_ALIKE;
    if (strcmp(wanted, actual) == 0)
        return 0;
    *ret_spelled = CG_SPELLED_UNKNOWN;
    if (!input->session) {
        *ret_why = "the target was not asked how it spells them";
        return 0;
    }
    int answer = spell(input, table, type, texts, 2, spelled, ret_why, err);
    if (answer < 0)
        return -1;
    if (answer == 0) { /* which of the two? */
        answer = spell(input, table, type, texts, 1, spelled, ret_why, err);
        *ret_spelled = answer == 0 ? CG_SPELLED_REFUSED : CG_SPELLED_UNKNOWN;
        return answer < 0 ? -1 : 0;
    }
    *ret_spelled = strcmp(spelled[0], spelled[1]) == 0 ? CG_SPELLED_ALIKE : CG_SPELLED_OTHERWISE;
    return 0;
}

int cg_schema_refused(const struct cg_schema_input *input, const struct cg_table *table, const char *text,
                      const char **ret_why, struct cg_error *err) {
    const char *spelled;
    *ret_why = NULL;
    return !input->session || spell(input, table, NULL, &text, 1, &spelled, ret_why, err) >= 0 ? 0 : -1;
}

static const char *between(const char *text, char quote, struct cg_arena *arena) {
    char *out = cg_arena_alloc(arena, 2 * strlen(text) + 3), *to = out;
    if (!out)
        return NULL;
    *to++ = quote;
    for (; *text; text++) {
        if (*text == quote)
            *to++ = quote;
        *to++ = *text;
    }
    *to++ = quote;
    *to = '\0';
    return out;
}

const char *cg_schema_literal(const char *value, struct cg_arena *arena) {
    return between(value, '\'', arena);
}

const char *cg_schema_quoted(const char *name, struct cg_arena *arena) {
    return between(name, '"', arena);
}
