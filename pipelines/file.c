/* Reading pipeline files into options; see file.h. */
#include "pipelines/file.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MOST_KEYS = 64, LARGEST_FILE = 1 << 20 };

/* What libcyaml fills: one slot per key, of which one of the two is used. */
struct slot {
    char *text;
    char **items;
    uint32_t item_count;
};

struct loaded {
    struct slot slots[MOST_KEYS];
};

/* ---- libcyaml: a schema made from the option table ---- */

static const cyaml_schema_value_t item_schema = {
    .type = CYAML_STRING, .flags = CYAML_FLAG_POINTER, .data_size = sizeof(char), .string = {.max = UINT32_MAX}};

/* Fields for every key, then the end marker. */
static void fill_fields(cyaml_schema_field_t *fields, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool list = i >= CG_PIPELINE_FIXED_KEYS && cg_option_table[i - CG_PIPELINE_FIXED_KEYS].kind == CG_OPTION_LIST;
        uint32_t slot = (uint32_t)(offsetof(struct loaded, slots) + i * sizeof(struct slot));
        fields[i] = (cyaml_schema_field_t){
            .key = cg_pipeline_key_name(i),
            .data_offset = slot + (uint32_t)(list ? offsetof(struct slot, items) : offsetof(struct slot, text)),
            .value = {.type = list ? CYAML_SEQUENCE : CYAML_STRING,
                      .flags = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                      .data_size = list ? sizeof(char *) : sizeof(char)}};
        if (list) {
            fields[i].count_offset = slot + (uint32_t)offsetof(struct slot, item_count);
            fields[i].count_size = sizeof(uint32_t);
            fields[i].value.sequence.entry = &item_schema;
            fields[i].value.sequence.max = UINT32_MAX;
        } else {
            fields[i].value.string.max = UINT32_MAX;
        }
    }
    fields[count] = (cyaml_schema_field_t){.key = NULL};
}

/* Keeps libcyaml's first complaint. */
static void keep_complaint(cyaml_log_t level, void *context, const char *format, va_list args) {
    char *complaint = context;
    if (level >= CYAML_LOG_ERROR && !*complaint)
        vsnprintf(complaint, 256, format, args);
}

/* ---- values into options ---- */

struct reader {
    const char *file;
    struct cg_options *options;
    const struct loaded *loaded;
};

static int expand_and_set(const struct reader *reader, const struct cg_option *option, const char *raw, int line,
                          const char *name, struct cg_error *err) {
    const char *value;
    if (cg_pipeline_expand(raw, reader->options->arena, &value, err) == 0 &&
        cg_option_set(option, reader->options, value, err) == 0)
        return 0;
    cg_error_object(err, "%s, line %d, key %s", reader->file, line, name);
    return -1;
}

static int set_option(const struct reader *reader, const struct cg_pipeline_key *key, struct cg_error *err) {
    const struct cg_option *option = &cg_option_table[key->index - CG_PIPELINE_FIXED_KEYS];
    const struct slot *slot = &reader->loaded->slots[key->index];
    if (option->kind != CG_OPTION_LIST)
        return expand_and_set(reader, option, slot->text, key->line, option->name, err);
    for (uint32_t i = 0; i < slot->item_count; i++) {
        int line = i < key->item_count ? key->item_lines[i] : key->line;
        if (expand_and_set(reader, option, slot->items[i], line, option->name, err) < 0)
            return -1;
    }
    return 0;
}

/* source and target; the command was taken before. */
static int set_fixed(const struct reader *reader, const struct cg_pipeline_key *key, struct cg_error *err) {
    const char *value;
    if (key->index == CG_PIPELINE_COMMAND)
        return 0;
    if (cg_pipeline_expand(reader->loaded->slots[key->index].text, reader->options->arena, &value, err) < 0) {
        cg_error_object(err, "%s, line %d, key %s", reader->file, key->line, cg_pipeline_key_name(key->index));
        return -1;
    }
    *(key->index == CG_PIPELINE_SOURCE ? &reader->options->source : &reader->options->target) = value;
    return 0;
}

static int take_command(const struct reader *reader, const struct cg_pipeline_keys *keys, enum cg_command *ret_command,
                        struct cg_error *err) {
    *ret_command = CG_CMD_MIGRATE;
    for (size_t i = 0; i < keys->count; i++) {
        if (keys->items[i].index != CG_PIPELINE_COMMAND)
            continue;
        const char *name;
        if (cg_pipeline_expand(reader->loaded->slots[CG_PIPELINE_COMMAND].text, reader->options->arena, &name, err) ==
            0) {
            *ret_command = cg_command_by_name(name);
            if (*ret_command & (CG_CMD_MIGRATE | CG_CMD_VERIFY))
                return 0;
            cg_error_set(err, CG_ERR_USAGE, "\"%s\" is neither migrate nor verify", name);
        }
        cg_error_object(err, "%s, line %d, key command", reader->file, keys->items[i].line);
        return -1;
    }
    return 0;
}

static int set_all(const struct reader *reader, const struct cg_pipeline_keys *keys, enum cg_command *ret_command,
                   struct cg_error *err) {
    enum cg_command command;
    if (take_command(reader, keys, &command, err) < 0)
        return -1;
    for (size_t i = 0; i < keys->count; i++) {
        const struct cg_pipeline_key *key = &keys->items[i];
        const char *name = cg_pipeline_key_name(key->index);
        if (key->index >= CG_PIPELINE_FIXED_KEYS &&
            !(cg_option_table[key->index - CG_PIPELINE_FIXED_KEYS].commands & command)) {
            (void)cg_option_refuse(name, command, "", err);
            cg_error_object(err, "%s, line %d", reader->file, key->line);
            return -1;
        }
        if ((key->index < CG_PIPELINE_FIXED_KEYS ? set_fixed(reader, key, err) : set_option(reader, key, err)) < 0)
            return -1;
    }
    *ret_command = command;
    return 0;
}

int cg_pipeline_text_read(const char *text, size_t len, const char *name, struct cg_options *options,
                          enum cg_command *ret_command, struct cg_error *err) {
    struct cg_pipeline_keys keys;
    if (cg_pipeline_walk(text, len, name, options->arena, &keys, err) < 0)
        return -1;
    size_t key_count = CG_PIPELINE_FIXED_KEYS + cg_option_count;
    cyaml_schema_field_t fields[MOST_KEYS + 1];
    if (key_count > MOST_KEYS)
        return cg_error_set(err, CG_ERR_INTERNAL, "more options than a pipeline file has slots");
    fill_fields(fields, key_count);
    const cyaml_schema_value_t schema = {.type = CYAML_MAPPING,
                                         .flags = CYAML_FLAG_POINTER,
                                         .data_size = sizeof(struct loaded),
                                         .mapping = {.fields = fields}};
    char complaint[256] = "";
    const cyaml_config_t config = {
        .log_fn = keep_complaint, .log_ctx = complaint, .mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    struct loaded *loaded = NULL;
    cyaml_err_t loaded_ok =
        cyaml_load_data((const uint8_t *)text, len, &config, &schema, (cyaml_data_t **)&loaded, NULL);
    if (loaded_ok != CYAML_OK) {
        complaint[strcspn(complaint, "\n")] = '\0';
        cg_error_set(err, CG_ERR_USAGE, "cannot be loaded: %s%s%s", cyaml_strerror(loaded_ok), *complaint ? ": " : "",
                     complaint);
        cg_error_object(err, "%s", name);
        return -1;
    }
    struct reader reader = {name, options, loaded};
    int result = set_all(&reader, &keys, ret_command, err);
    cyaml_free(&config, &schema, loaded, 0);
    return result;
}

static int read_file(const char *path, struct cg_buffer *out, struct cg_error *err) {
    FILE *file = fopen(path, "re");
    char block[8192];
    size_t got = 1;
    int result = file ? 0 : -1;
    while (result == 0 && (got = fread(block, 1, sizeof block, file)) > 0) {
        if (out->len + got > LARGEST_FILE) {
            fclose(file);
            return cg_error_set(err, CG_ERR_USAGE, "larger than a pipeline file can be (1 MiB)");
        }
        result = cg_buffer_append(out, block, got, err);
    }
    if (!file || ferror(file))
        result = cg_error_set(err, CG_ERR_USAGE, "cannot be read: %s", strerror(errno));
    if (file)
        fclose(file);
    return result;
}

int cg_pipeline_file_read(const char *path, struct cg_options *options, enum cg_command *ret_command,
                          struct cg_error *err) {
    struct cg_buffer text;
    cg_buffer_init(&text, LARGEST_FILE + 1);
    int result = read_file(path, &text, err);
    if (result < 0)
        cg_error_object(err, "%s", path);
    else
        result =
            cg_pipeline_text_read(text.len ? (const char *)text.data : "", text.len, path, options, ret_command, err);
    cg_buffer_done(&text);
    return result;
}
