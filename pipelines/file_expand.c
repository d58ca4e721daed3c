/* Variables in a pipeline file's values; see file.h. They are put in after YAML was read, so that no value of a
 * variable can change the file's structure. */
#include "pipelines/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_name(const char *from, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (!(isalpha((unsigned char)from[i]) || from[i] == '_' || (i && isdigit((unsigned char)from[i]))))
            return false;
    return len > 0;
}

/* The reference that begins at *at (behind its ${): appends its value, moves *at behind its }. */
static int expand_one(const char **at, struct cg_arena *arena, struct cg_buffer *out, struct cg_error *err) {
    const char *end = strchr(*at, '}');
    if (!end) {
        cg_error_set(err, CG_ERR_USAGE, "a ${ has no }");
        cg_error_hint(err, "a literal ${ is written $${");
        return -1;
    }
    size_t len = (size_t)(end - *at);
    const char *fallback = memmem(*at, len, ":-", 2);
    size_t name_len = fallback ? (size_t)(fallback - *at) : len;
    if (!is_name(*at, name_len)) {
        cg_error_set(err, CG_ERR_USAGE, "\"${%.*s}\" names no variable", (int)len, *at);
        cg_error_hint(err, "${NAME} or ${NAME:-default}; a literal ${ is written $${");
        return -1;
    }
    const char *name = cg_arena_strndup(arena, *at, name_len);
    if (!name)
        return cg_error_memory(err);
    const char *value = getenv(name);
    *at = end + 1;
    if (fallback && (!value || !*value))
        return cg_buffer_append(out, fallback + 2, len - name_len - 2, err);
    if (!value) {
        cg_error_set(err, CG_ERR_USAGE, "the environment has no variable %s", name);
        cg_error_hint(err, "set it, or write ${%s:-default}", name);
        return -1;
    }
    return cg_buffer_text(out, value, err);
}

static int expand(const char *text, struct cg_arena *arena, struct cg_buffer *out, struct cg_error *err) {
    while (*text) {
        int result;
        if (strncmp(text, "$${", 3) == 0) {
            result = cg_buffer_text(out, "${", err);
            text += 3;
        } else if (strncmp(text, "${", 2) == 0) {
            text += 2;
            result = expand_one(&text, arena, out, err);
        } else {
            result = cg_buffer_append(out, text++, 1, err);
        }
        if (result < 0)
            return -1;
    }
    return 0;
}

int cg_pipeline_expand(const char *text, struct cg_arena *arena, const char **ret_text, struct cg_error *err) {
    struct cg_buffer out;
    cg_buffer_init(&out, (size_t)1 << 20);
    int result = expand(text, arena, &out, err);
    if (result == 0) {
        *ret_text = out.len ? cg_arena_strndup(arena, (const char *)out.data, out.len) : "";
        if (!*ret_text)
            result = cg_error_memory(err);
    }
    cg_buffer_done(&out);
    return result;
}
