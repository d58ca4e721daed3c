/* --write-map: what was decided from the data, as a type map that pins it (R32). */
#include "core/buffer.h"
#include "transform/plan_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A double-quoted YAML scalar. What is no UTF-8 cannot come here: names and types are text. */
static int put_scalar(struct cg_buffer *out, const char *text, struct cg_error *err) {
    if (cg_buffer_text(out, "\"", err) < 0)
        return -1;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        int result = c < 0x20 || c == 0x7F   ? cg_buffer_printf(out, err, "\\x%02X", c)
                     : c == '"' || c == '\\' ? cg_buffer_printf(out, err, "\\%c", c)
                                             : cg_buffer_append(out, text, 1, err);
        if (result < 0)
            return -1;
    }
    return cg_buffer_text(out, "\"", err);
}

/* The name as a glob that matches nothing else. */
static int put_glob(struct cg_buffer *out, const char *name, struct cg_error *err) {
    struct cg_buffer glob;
    int result = 0;
    cg_buffer_init(&glob, 4096);
    for (; *name && result == 0; name++) {
        if (strchr("*?[]\\", *name))
            result = cg_buffer_text(&glob, "\\", err);
        if (result == 0)
            result = cg_buffer_append(&glob, name, 1, err);
    }
    const char *text = result == 0 ? cg_buffer_cstr(&glob, err) : NULL;
    result = text ? put_scalar(out, text, err) : -1;
    cg_buffer_done(&glob);
    return result;
}

static int put_key(struct cg_buffer *out, const char *key, const char *value, struct cg_error *err) {
    return cg_buffer_text(out, key, err) < 0 || put_scalar(out, value, err) < 0 ? -1 : 0;
}

static int put_decision(struct cg_buffer *out, const struct cg_decision *d, struct cg_error *err) {
    if (cg_buffer_text(out, "  - match: {table: ", err) < 0 || put_glob(out, d->table, err) < 0 ||
        cg_buffer_text(out, ", column: ", err) < 0 || put_glob(out, d->column, err) < 0 ||
        put_key(out, "}\n    target: ", d->pin, err) < 0)
        return -1;
    if (d->check && put_key(out, "\n    check: ", d->check, err) < 0)
        return -1;
    if (cg_buffer_printf(out, err, "\n    nullable: %s", d->nullable ? "true" : "false") < 0)
        return -1;
    return put_key(out, "\n    reason: ", d->reason, err) < 0 ? -1 : cg_buffer_text(out, "\n", err);
}

static int print_map(const struct cg_plan *plan, struct cg_buffer *out, struct cg_error *err) {
    size_t pins = 0;
    for (size_t i = 0; i < plan->decision_count; i++)
        pins += plan->decisions[i].pin != NULL;
    if (cg_buffer_text(out,
                       "# What crossgrade decided from the data. Given with --typemap, a later run decides the same\n"
                       "# without reading the data for it.\n"
                       "target: postgresql\n\nrules:",
                       err) < 0 ||
        cg_buffer_text(out, pins ? "\n" : " []\n", err) < 0)
        return -1;
    for (size_t i = 0; i < plan->decision_count; i++)
        if (plan->decisions[i].pin && put_decision(out, &plan->decisions[i], err) < 0)
            return -1;
    return 0;
}

static int save(const char *path, const struct cg_buffer *text, struct cg_error *err) {
    FILE *file = fopen(path, "wbe");
    if (!file)
        return cg_error_set(err, CG_ERR_SYSTEM, "type map %s cannot be written: %s", path, strerror(errno));
    bool written = fwrite(text->data, 1, text->len, file) == text->len;
    int number = errno;
    if (fclose(file) == 0 && written)
        return 0;
    return cg_error_set(err, CG_ERR_SYSTEM, "type map %s cannot be written: %s", path,
                        strerror(written ? errno : number));
}

int cg_plan_write_map(const struct cg_plan *plan, const char *file, struct cg_error *err) {
    struct cg_buffer text;
    cg_buffer_init(&text, (size_t)64 << 20);
    int result = print_map(plan, &text, err);
    if (result == 0)
        result = save(file, &text, err);
    cg_buffer_done(&text);
    return result;
}
