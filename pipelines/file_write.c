/* Writing what is in force as a pipeline file (--show-config); see file.h. */
#include "core/secrets.h"
#include "pipelines/file.h"

#include <string.h>

/* A double-quoted YAML scalar that reads back as the text, variables not expanded. */
static int put_quoted(struct cg_buffer *out, const char *text, struct cg_error *err) {
    if (cg_buffer_text(out, "\"", err) < 0)
        return -1;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        int result;
        if (*p == '"' || *p == '\\')
            result = cg_buffer_printf(out, err, "\\%c", *p);
        else if (*p == '$' && p[1] == '{')
            result = cg_buffer_text(out, "$$", err);
        else if (*p < 0x20 || *p == 0x7F)
            result = cg_buffer_printf(out, err, "\\x%02X", *p);
        else if (*p == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0) /* U+0080 to U+009F: YAML takes them escaped only */
            result = cg_buffer_printf(out, err, "\\x%02X", *++p);
        else
            result = cg_buffer_append(out, p, 1, err);
        if (result < 0)
            return -1;
    }
    return cg_buffer_text(out, "\"", err);
}

static int put_line(struct cg_buffer *out, const char *key, const char *text, bool quoted, struct cg_error *err) {
    if (cg_buffer_printf(out, err, "%s: ", key) < 0)
        return -1;
    if ((quoted ? put_quoted(out, text, err) : cg_buffer_text(out, text, err)) < 0)
        return -1;
    return cg_buffer_text(out, "\n", err);
}

static int put_uri(struct cg_buffer *out, const char *key, const char *text, struct cg_arena *arena,
                   struct cg_error *err) {
    struct cg_uri uri;
    if (cg_uri_parse(text, arena, &uri, err) < 0)
        return -1;
    const char *bare = cg_uri_without_secrets(&uri, arena);
    if (!bare)
        return cg_error_memory(err);
    if (strcmp(bare, uri.text) != 0 &&
        cg_buffer_printf(out, err, "# The password of %s is left out: see \"Passwords\" in the manual.\n", key) < 0)
        return -1;
    return put_line(out, key, bare, true, err);
}

static int put_list(struct cg_buffer *out, const struct cg_option *option, const struct cg_strings *list,
                    struct cg_error *err) {
    if (list->count && cg_buffer_printf(out, err, "%s:\n", option->name) < 0)
        return -1;
    for (size_t i = 0; i < list->count; i++)
        if (cg_buffer_text(out, "  - ", err) < 0 || put_quoted(out, list->items[i], err) < 0 ||
            cg_buffer_text(out, "\n", err) < 0)
            return -1;
    return 0;
}

static int put_option(struct cg_buffer *out, const struct cg_option *option, const struct cg_options *options,
                      struct cg_error *err) {
    const struct cg_strings *list = cg_option_list(option, options);
    if (list)
        return put_list(out, option, list, err);
    const char *text = cg_option_show(option, options, options->arena);
    if (!text)
        return cg_error_memory(err);
    if (!*text)
        return 0;
    if (strcmp(option->name, "ledger") == 0)
        return put_uri(out, option->name, text, options->arena, err);
    return put_line(out, option->name, text, option->kind == CG_OPTION_TEXT, err);
}

int cg_pipeline_file_write(const struct cg_options *options, enum cg_command command, struct cg_buffer *out,
                           struct cg_error *err) {
    if (put_line(out, "command", cg_command_name(command), false, err) < 0)
        return -1;
    if (options->source && put_uri(out, "source", options->source, options->arena, err) < 0)
        return -1;
    if (options->target && put_uri(out, "target", options->target, options->arena, err) < 0)
        return -1;
    for (size_t i = 0; i < cg_option_count; i++) {
        const struct cg_option *option = &cg_option_table[i];
        bool ends_the_run = option->field == offsetof(struct cg_options, show_config); /* would only print again */
        if (option->commands & command && !ends_the_run && put_option(out, option, options, err) < 0)
            return -1;
    }
    return 0;
}
